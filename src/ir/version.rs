//! The HAProxy release that the output must load on.

use std::fmt;

/// A release branch, `2.6` to `3.4`: the lowest version on which the output must load.
///
/// Branches go 2.6 to 2.9, then 3.0 to 3.4. Ordered by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HaproxyVersion {
    major: u8,
    minor: u8,
}

impl HaproxyVersion {
    /// The oldest supported branch.
    pub const OLDEST: Self = Self { major: 2, minor: 6 };
    /// The newest supported branch.
    pub const NEWEST: Self = Self { major: 3, minor: 4 };

    /// Reads `2.6`. `None` when it is no version, or one that is not supported.
    pub fn parse(text: &str) -> Option<Self> {
        Self::all().find(|version| version.to_string() == text)
    }

    /// Every supported branch, oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        let branch = |major| move |minor| Self { major, minor };
        (6..=9).map(branch(2)).chain((0..=4).map(branch(3)))
    }

    /// Whether a feature that came with `major.minor` is there.
    pub fn has(self, major: u8, minor: u8) -> bool {
        self >= Self { major, minor }
    }
}

impl Default for HaproxyVersion {
    fn default() -> Self {
        Self::OLDEST
    }
}

impl fmt::Display for HaproxyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn supported_branches_are_read_and_nothing_else() {
        let known = [
            "2.6", "2.7", "2.8", "2.9", "3.0", "3.1", "3.2", "3.3", "3.4",
        ];
        let shown: Vec<_> = HaproxyVersion::all().map(|v| v.to_string()).collect();
        assert_eq!(shown, known);
        for text in known {
            assert_eq!(
                HaproxyVersion::parse(text)
                    .map(|v| v.to_string())
                    .as_deref(),
                Some(text)
            );
        }
        for bad in [
            "", "2", "2.5", "2.10", "3.5", "2.6.12", "02.6", "+2.6", " 2.6", "latest",
        ] {
            assert_eq!(HaproxyVersion::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_feature_is_there_from_its_branch_on() {
        let version = |text| HaproxyVersion::parse(text).expect("known");
        assert!(!version("2.8").has(2, 9));
        assert!(version("2.9").has(2, 9));
        assert!(version("3.0").has(2, 9));
        assert_eq!(HaproxyVersion::default(), version("2.6"));
        assert_eq!(HaproxyVersion::all().max(), Some(HaproxyVersion::NEWEST));
    }
}
