//! What a finding is recognised by in another run, after lines have been added above it or its block has moved.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::Finding;
use crate::source::{FileKind, Sources};

/// 32 hexadecimal digits, made of the code, the object, the field without the numbers of items, and the words at the place.
/// Line numbers, indentation, the order of items, and messages, which another version may word anew, are no part of it. A finding
/// without an object is recognised by its file instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads what [`Fingerprint::as_str`] gives.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (text.len() == 32 && text.bytes().all(hex)).then(|| Self(text.to_owned()))
    }
}

/// The fingerprints of findings, in their order. Findings that only their places tell apart are counted, so that each has one
/// of its own, and three are not taken for two.
pub fn fingerprints(findings: &[Finding], sources: &Sources) -> Vec<Fingerprint> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut made = Vec::with_capacity(findings.len());
    for finding in findings {
        let what = identity(finding, sources);
        let count = seen.entry(what.clone()).or_insert(0);
        *count += 1;
        let digest = Sha256::digest(format!("{what}\0{count}"));
        let digits = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
        made.push(Fingerprint(digits.collect()));
    }
    made
}

fn identity(finding: &Finding, sources: &Sources) -> String {
    let origin = finding.origin();
    let file = origin.map(|origin| sources.file(origin.file));
    let cluster = file.map_or(0, |file| file.cluster);
    let manifests = file.is_none_or(|file| file.kind == FileKind::Manifests);
    let whose = match (&finding.object, file) {
        (Some(object), _) if manifests => object.as_str(),
        (_, Some(file)) => file.name.as_str(),
        (object, None) => object.as_deref().unwrap_or_default(),
    };
    let field = without_numbers(finding.field.as_deref().unwrap_or_default());
    // Several lines are a block, which changes when something in it does: its name is enough.
    let words = origin.map_or("", |origin| sources.text(origin).trim());
    let words = if words.contains('\n') { "" } else { words };
    format!("{}\0{cluster}\0{whose}\0{field}\0{words}", finding.code)
}

/// `spec.rules[0].host` as `spec.rules[].host`: where an item stands in its list is no part of what it is.
pub(crate) fn without_numbers(field: &str) -> String {
    let mut out = String::with_capacity(field.len());
    for (index, part) in field.split('[').enumerate() {
        if index == 0 {
            out.push_str(part);
            continue;
        }
        out.push('[');
        let number = part.bytes().take_while(u8::is_ascii_digit).count();
        out.push_str(if part[number..].starts_with(']') {
            &part[number..]
        } else {
            part
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;
    use crate::source::{File, Origin};

    fn of(text: &str, needles: &[&str]) -> Vec<Fingerprint> {
        let mut sources = Sources::default();
        let file = sources.add(File::new("a.yaml", text));
        let mut from = 0;
        let findings: Vec<_> = needles
            .iter()
            .map(|needle| {
                let at = from + text[from..].find(needle).expect("is there");
                from = at + 1;
                let field = format!("spec.rules[{at}].host");
                Finding::new(Code::INVALID_HOST, format!("at {at}"))
                    .object("Ingress a/b")
                    .field(field)
                    .at(Origin::new(file, at..at + needle.len()))
            })
            .collect();
        fingerprints(&findings, &sources)
    }

    #[test]
    fn a_block_that_moves_keeps_its_fingerprints() {
        let before = of("- host: A\n- host: B\n", &["A", "B"]);
        let after = of("# more\n\n  - host: B\n  - host: A\n", &["B", "A"]);
        assert_eq!(before, [after[1].clone(), after[0].clone()]);
        assert_ne!(before[0], before[1]);
    }

    #[test]
    fn equal_findings_are_counted() {
        let three = of("A A A", &["A", "A", "A"]);
        assert_eq!(of("A A", &["A", "A"]), three[..2]);
        assert_ne!(three[1], three[2]);
        assert!(
            three
                .iter()
                .all(|it| Fingerprint::parse(it.as_str()).is_some())
        );
    }

    #[test]
    fn only_numbers_of_items_are_left_out() {
        let field = "metadata.annotations[a.b/c].items[10].x[";
        assert_eq!(
            without_numbers(field),
            "metadata.annotations[a.b/c].items[].x["
        );
    }
}
