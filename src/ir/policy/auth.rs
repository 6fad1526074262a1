//! Authentication: who has to log in.

/// HTTP Basic authentication (RFC 7617).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasicAuth {}
