//! The number of a server.

use std::fmt;
use std::num::NonZeroU32;

/// The number by which HAProxy tells the servers of a backend apart (`id`, manual 5.2), 1 to 2147483647. Where a line says none,
/// the server gets the lowest one that is free, in the order of the lines. Consistent hashing places servers by it, and
/// `balance first` fills them in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(NonZeroU32);

impl ServerId {
    /// Checks the range.
    pub fn new(id: u32) -> Option<Self> {
        let id = NonZeroU32::new(id)?;
        i32::try_from(id.get()).is_ok().then_some(Self(id))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::ServerId;

    #[test]
    fn a_number_is_one_that_haproxy_keeps() {
        for (id, legal) in [
            (0, false),
            (1, true),
            (2_147_483_647, true),
            (2_147_483_648, false),
        ] {
            assert_eq!(ServerId::new(id).is_some(), legal, "{id}");
        }
    }
}
