//! Rate limits.

use sha2::{Digest, Sha256};

use super::{AddressList, Millis};
use crate::ir::hex;

/// How often a client may ask. An IPv4 address is a client; an IPv6 network of 64 bits is one, because whoever has one address in it
/// has all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RateLimit {
    /// Whose requests are counted together: the Ingress, `namespace/name`. No two Ingresses share a counter. Empty for the default
    /// backend that the controller's ConfigMap names, which is no Ingress's.
    pub owner: String,
    /// So many requests pass within the period, which slides.
    pub requests: u32,
    /// The period.
    pub period: Millis,
    /// So many clients are remembered, at least 1; beyond that, those that were silent for longest are forgotten.
    pub size: u32,
    /// What is answered beyond the limit.
    pub status: LimitStatus,
    /// Who is neither counted nor limited.
    pub exempt: Option<AddressList>,
}

impl RateLimit {
    /// The name of the table that counts. Routes with the same table count together, whatever else differs between them.
    pub fn table(&self) -> String {
        let what = format!("{}\n{}\n{}", self.owner, self.period.get(), self.size);
        let digest = Sha256::digest(what);
        format!("rl_{}", hex(&digest[..8]))
    }

    /// After how long a silence a client is forgotten: its rate is 0 by then.
    pub fn expires(&self) -> Millis {
        Millis::new(u64::from(self.period.get()) * 2).unwrap_or(self.period)
    }
}

/// A status that HAProxy can deny with: one for which it has a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LimitStatus(u16);

impl LimitStatus {
    /// Those that every supported HAProxy has.
    pub const ALWAYS: &[u16] = &[
        200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 421, 422, 425, 429, 500, 501, 502, 503,
        504,
    ];
    /// Those that came with 3.2.
    pub const SINCE_3_2: &[u16] = &[414, 431];
    /// What the controller takes where nothing is said.
    pub const DEFAULT: Self = Self(403);

    /// Checks `status`.
    pub fn new(status: u16) -> Option<Self> {
        let known = Self::ALWAYS.contains(&status) || Self::SINCE_3_2.contains(&status);
        known.then_some(Self(status))
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }

    /// Whether it needs HAProxy 3.2.
    pub fn is_new(self) -> bool {
        Self::SINCE_3_2.contains(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(owner: &str, requests: u32, period: u64) -> RateLimit {
        RateLimit {
            owner: owner.to_owned(),
            requests,
            period: Millis::new(period).expect("a period"),
            size: 100,
            status: LimitStatus::DEFAULT,
            exempt: None,
        }
    }

    #[test]
    fn ingresses_do_not_share_a_table() {
        let table = limit("a/b", 5, 1_000).table();
        assert_eq!(table, limit("a/b", 6, 1_000).table());
        assert_ne!(table, limit("a/c", 5, 1_000).table());
        assert_ne!(table, limit("a/b", 5, 2_000).table());
        assert_ne!(table, limit("", 5, 1_000).table());
    }

    #[test]
    fn clients_are_remembered_for_two_periods() {
        assert_eq!(limit("a/b", 5, 1_000).expires().get(), 2_000);
        let long = u64::from(Millis::MAX);
        assert_eq!(u64::from(limit("a/b", 5, long).expires().get()), long);
    }
}
