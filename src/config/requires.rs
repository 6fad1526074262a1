//! `requires: ">=0.1"`: which versions of the tool may read this repository.

/// Whether `version` meets `requirement`: comparisons (`>=`, `>`, `<=`, `<`, `=`) of one to three numbers, separated by commas.
/// `None` when the requirement cannot be read.
pub(super) fn met(requirement: &str, version: &str) -> Option<bool> {
    let version = numbers(version.split(['-', '+']).next()?)?;
    let mut met = true;
    for part in requirement.split(',') {
        let part = part.trim();
        let digits = part.trim_start_matches(['>', '<', '=']);
        let wanted = numbers(digits.trim_start())?;
        met &= match &part[..part.len() - digits.len()] {
            ">=" => version >= wanted,
            ">" => version > wanted,
            "<=" => version <= wanted,
            "<" => version < wanted,
            "=" | "==" => version == wanted,
            _ => return None,
        };
    }
    Some(met)
}

fn numbers(text: &str) -> Option<[u64; 3]> {
    let mut numbers = [0; 3];
    for (at, part) in text.split('.').enumerate() {
        *numbers.get_mut(at)? = part.parse().ok()?;
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::met;

    #[test]
    fn versions_are_compared_by_number() {
        for (requirement, version, expected) in [
            (">=0.1", "0.1.0", Some(true)),
            (">=0.9", "0.10.0", Some(true)),
            (">= 0.2, <1", "0.1.9", Some(false)),
            (">=0.2,<1", "1.0.0", Some(false)),
            ("=0.1.0", "0.1.0-dev", Some(true)),
            (">0.1", "0.1.0", Some(false)),
            ("0.1", "0.1.0", None),
            ("~0.1", "0.1.0", None),
            (">=0.1.0.0", "0.1.0", None),
            ("", "0.1.0", None),
        ] {
            assert_eq!(
                met(requirement, version),
                expected,
                "{requirement} {version}"
            );
        }
    }
}
