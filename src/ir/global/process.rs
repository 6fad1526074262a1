//! Connections, threads, the end of old processes.

use std::fmt;

use super::super::policy::Millis;

/// Connections, threads, the end of old processes. What is `None` is left to ingressc.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessLimits {
    /// `maxconn`: how many connections of clients the process takes.
    pub maxconn: Option<Maxconn>,
    /// `nbthread`: how many threads it has; without it one for each CPU.
    pub threads: Option<Threads>,
    /// `hard-stop-after`: how long an old process may live on after a reload.
    pub hard_stop_after: Option<Millis>,
}

/// A number of connections, 1 to 10,000,000. Each takes two file descriptors, and Linux gives a process no more than about a
/// billion of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Maxconn(u32);

impl Maxconn {
    /// The most.
    pub const MAX: u32 = 10_000_000;

    /// Checks `number`.
    pub fn new(number: u32) -> Option<Self> {
        (1..=Self::MAX).contains(&number).then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Maxconn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A number of threads, 1 to 64: the most that one group of threads has (manual: section 3.1, `nbthread`). HAProxy 3.0 refuses
/// more without further groups, 2.6 in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threads(u32);

impl Threads {
    /// The most.
    pub const MAX: u32 = 64;

    /// Checks `number`.
    pub fn new(number: u32) -> Option<Self> {
        (1..=Self::MAX).contains(&number).then_some(Self(number))
    }
}

impl fmt::Display for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_haproxy_refuses_cannot_be_made() {
        assert_eq!(Maxconn::new(0), None);
        assert_eq!(Maxconn::new(10_000_001), None);
        assert_eq!(
            Maxconn::new(2_000).map(|it| it.to_string()).as_deref(),
            Some("2000")
        );
        assert_eq!(Threads::new(0), None);
        assert_eq!(Threads::new(65), None);
        assert_eq!(
            Threads::new(64).map(|it| it.to_string()).as_deref(),
            Some("64")
        );
    }
}
