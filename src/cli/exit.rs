//! The exit codes. Every command returns an [`Exit`]; only `main` ends the process.

use std::process::ExitCode;

/// What a run amounts to. The discriminant is the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Nothing at or above the threshold.
    Clean = 0,
    /// The answer is no: findings, an expectation that does not hold, a stale bundle.
    No = 1,
    /// Asked wrongly: a bad flag, a bad configuration, a path that does not exist.
    Usage = 2,
    /// Nothing to do: no file, no supported object, no Ingress of a selected class.
    Nothing = 3,
    /// We failed: the disk, a fault of ours, or `haproxy -c` refused our output.
    Fault = 4,
}

impl Exit {
    /// The one that counts when two things are true of a run: 4 > 2 > 3 > 1 > 0.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        let rank = |exit| match exit {
            Self::Clean => 0,
            Self::No => 1,
            Self::Nothing => 2,
            Self::Usage => 3,
            Self::Fault => 4,
        };
        if rank(self) >= rank(other) {
            self
        } else {
            other
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::Exit::{self, Clean, Fault, No, Nothing, Usage};

    #[test]
    fn the_ranks_are_4_2_3_1_0() {
        let falling = [Fault, Usage, Nothing, No, Clean];
        for (at, &worse) in falling.iter().enumerate() {
            for &better in &falling[at..] {
                assert_eq!(worse.worst(better), worse);
                assert_eq!(better.worst(worse), worse);
            }
        }
    }

    #[test]
    fn the_codes_are_part_of_the_contract() {
        let codes: Vec<u8> = [Clean, No, Usage, Nothing, Fault]
            .map(|exit: Exit| exit as u8)
            .into();
        assert_eq!(codes, [0, 1, 2, 3, 4]);
    }
}
