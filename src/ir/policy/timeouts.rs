//! Durations, and how long is waited for servers.

use std::fmt;

/// How long is waited.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timeouts {
    /// `timeout server`: how long a server may stay silent.
    pub server: Option<Millis>,
    /// `timeout connect`: how long a connection to a server may take.
    pub connect: Option<Millis>,
    /// `timeout queue`: how long a request waits for a server to be free.
    pub queue: Option<Millis>,
    /// `timeout server-fin`: how long a server may stay silent once the client has gone.
    pub server_fin: Option<Millis>,
    /// `timeout tunnel`: how long both sides of a WebSocket may stay silent.
    pub tunnel: Option<Millis>,
}

/// A duration in milliseconds, 1 to 2^31-1, which is what HAProxy's timers hold (24.8 days).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(u32);

impl Millis {
    /// The longest one.
    pub const MAX: u32 = 2_147_483_647;

    /// Checks `milliseconds`.
    pub fn new(milliseconds: u64) -> Option<Self> {
        let number = u32::try_from(milliseconds).ok()?;
        (1..=Self::MAX).contains(&number).then_some(Self(number))
    }

    /// How many milliseconds.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// In the largest unit that holds it exactly: `50s`, `1500ms`, `1h`.
impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [
            (86_400_000, "d"),
            (3_600_000, "h"),
            (60_000, "m"),
            (1_000, "s"),
            (1, "ms"),
        ];
        let exact = units
            .into_iter()
            .find(|(size, _)| self.0.is_multiple_of(*size));
        let (size, unit) = exact.unwrap_or((1, "ms"));
        write!(f, "{}{unit}", self.0 / size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_shown_in_its_largest_unit() {
        for (number, text) in [
            (1, "1ms"),
            (1_500, "1500ms"),
            (50_000, "50s"),
            (90_000, "90s"),
            (3_600_000, "1h"),
            (86_400_000, "1d"),
        ] {
            assert_eq!(
                Millis::new(number).map(|it| it.to_string()).as_deref(),
                Some(text)
            );
        }
        assert_eq!(Millis::new(0), None);
        assert_eq!(Millis::new(2_147_483_648), None);
    }
}
