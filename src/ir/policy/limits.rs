//! Limits: how much a server is given.

use std::num::{NonZeroU16, NonZeroU32};

/// How much a server is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Limits {
    /// The most connections that one HAProxy process has to a server at a time; further requests wait. Never 0, which HAProxy takes
    /// for no limit.
    pub maxconn: Option<NonZeroU32>,
    /// How many servers DNS can fill in, for backends whose servers come from there.
    pub slots: Option<NonZeroU16>,
}
