//! Short keys that stand for hosts in the path map.
//!
//! In: host patterns. Out: `h` and the first eight hexadecimal digits of the pattern's SHA-256, more where two would be equal.
//! Derived from the pattern alone, so that a host keeps its key while others come and go.

use std::collections::HashMap;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::ir::{HostId, HostPattern};

const SHORT: usize = 8;

/// One id for each pattern, in order.
pub(super) fn host_ids<'p>(patterns: impl IntoIterator<Item = &'p HostPattern>) -> Vec<HostId> {
    let patterns: Vec<&HostPattern> = patterns.into_iter().collect();
    let digests: Vec<String> = patterns
        .into_par_iter()
        .map(|pattern| hex(&Sha256::digest(pattern.to_string())))
        .collect();
    shortest(&digests)
        .into_iter()
        .map(|digits| HostId::new(digits).expect("eight or more hexadecimal digits"))
        .collect()
}

/// The first eight digits, or all of them where eight are not enough to tell two apart.
fn shortest(digests: &[String]) -> Vec<&str> {
    let mut count: HashMap<&str, usize> = HashMap::with_capacity(digests.len());
    for digest in digests {
        *count.entry(&digest[..SHORT]).or_default() += 1;
    }
    digests
        .iter()
        .map(|digest| match count[&digest[..SHORT]] {
            1 => &digest[..SHORT],
            _ => digest.as_str(),
        })
        .collect()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_on_the_pattern_alone() {
        let pattern = |text| HostPattern::new(text).expect("legal");
        let alone = host_ids([&pattern("foo.com")]);
        let among = host_ids([&pattern("*.foo.com"), &pattern("foo.com")]);
        assert_eq!(alone[0], among[1]);
        assert_ne!(among[0], among[1]);
        // printf foo.com | sha256sum
        assert_eq!(alone[0].as_str(), "hf29b6dda");
    }

    #[test]
    fn equal_beginnings_are_told_apart_on_both_sides() {
        let digests = [
            "aaaaaaaa1".to_owned(),
            "aaaaaaaa2".to_owned(),
            "bbbbbbbb1".to_owned(),
        ];
        assert_eq!(shortest(&digests), ["aaaaaaaa1", "aaaaaaaa2", "bbbbbbbb"]);
    }
}
