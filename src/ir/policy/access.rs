//! Access: the address that counts as the client's, and lists of addresses.

/// Who may ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Access {}
