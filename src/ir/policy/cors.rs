//! CORS: which pages of other sites may ask.

/// Cross-origin resource sharing (Fetch standard, section 3.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cors {}
