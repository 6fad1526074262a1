//! The name of a policy: a digest of what it says.

use std::fmt;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};

use super::Policy;
use crate::ir::hex;

/// Sixteen hexadecimal digits that follow from what the policy says. Routes that say the same share a section; a change of a setting
/// is another section, whatever else changes. Families that say nothing do not count, so a policy keeps its name when ingressc learns
/// of more of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyName(String);

impl PolicyName {
    /// How many characters a name has. With fewer, somebody could search for settings whose name is that of another's policy.
    pub const LENGTH: usize = 16;

    /// The name of `policy`.
    pub fn of(policy: &Policy) -> Self {
        Self(digest(&Said(policy)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The families of a policy that say something, each behind its name.
struct Said<'p>(&'p Policy);

impl Hash for Said<'_> {
    fn hash<H: Hasher>(&self, feed: &mut H) {
        fn family<T: Hash + Default + PartialEq>(name: &str, said: &T, feed: &mut impl Hasher) {
            if *said != T::default() {
                name.hash(feed);
                said.hash(feed);
            }
        }
        macro_rules! families {
            ($($family:ident,)*) => {
                // A family that is not named here does not compile.
                let Policy { $($family,)* } = self.0;
                $(family(stringify!($family), $family, feed);)*
            };
        }
        families! {
            mode,
            standalone,
            capture,
            access,
            rate_limit,
            cors,
            redirect,
            auth,
            headers,
            rewrite,
            balance,
            affinity,
            health,
            limits,
            timeouts,
            server_tls,
            tcp,
            snippet,
        }
    }
}

/// Sixteen hexadecimal digits that follow from `value`.
pub(super) fn digest(value: &impl Hash) -> String {
    let mut feed = Feed(Sha256::new());
    value.hash(&mut feed);
    let digest = feed.0.finalize();
    hex(&digest[..PolicyName::LENGTH / 2])
}

/// Feeds what `derive(Hash)` says to a digest that is the same on every machine.
struct Feed(Sha256);

impl Hasher for Feed {
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn write_u8(&mut self, number: u8) {
        self.0.update([number]);
    }

    fn write_u16(&mut self, number: u16) {
        self.0.update(number.to_le_bytes());
    }

    fn write_u32(&mut self, number: u32) {
        self.0.update(number.to_le_bytes());
    }

    fn write_u64(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn write_u128(&mut self, number: u128) {
        self.0.update(number.to_le_bytes());
    }

    fn write_usize(&mut self, number: usize) {
        self.0.update((number as u64).to_le_bytes());
    }

    fn write_isize(&mut self, number: isize) {
        self.0.update((number as i64).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same_has_one_name() {
        let name = PolicyName::of(&Policy::default());
        assert_eq!(name, PolicyName::of(&Policy::default()));
        assert_eq!(name.as_str().len(), PolicyName::LENGTH);
    }
}
