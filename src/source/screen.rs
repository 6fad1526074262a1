//! What must not be read although, or before, YAML reads it: conflicts, encrypted documents, comments that stand for values.
//!
//! In: a file's text, searched once for the few strings that give such documents away; then single documents of a file
//! that holds one. Out: the finding that takes the document's place. A clean file pays four searches and nothing else.

use std::ops::Range;

use memchr::memmem;

use super::lines::{BlockScalars, content_of};
use super::origin::{FileId, Origin};
use super::template::{Engine, marker};
use crate::finding::{Code, Finding};

/// What a file has to be looked through for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    conflict: bool,
    sops: bool,
    comment_values: bool,
}

impl Screen {
    pub(super) fn of(text: &str) -> Self {
        let holds = |needle: &str| memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
        Self {
            conflict: holds("<<<<<<< "),
            sops: holds("ENC[AES256_GCM,"),
            comment_values: holds("#@") || holds("#{"),
        }
    }

    /// The finding that keeps back the document `text`, which starts at byte `base` of `file`.
    pub(super) fn check(self, file: FileId, base: usize, text: &str) -> Option<Finding> {
        let at = |range: Range<usize>| Origin::new(file, base + range.start..base + range.end);
        if self.conflict
            && let Some(marker) = conflict(text)
        {
            return Some(
                Finding::new(
                    Code::MERGE_CONFLICT_MARKER,
                    "a merge conflict that nobody has resolved",
                )
                .at(at(marker))
                .help("keep one side and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`"),
            );
        }
        if self.sops
            && let Some(key) = sops(text)
        {
            return Some(
                Finding::new(Code::ENCRYPTED_INPUT, "a document that SOPS has encrypted")
                    .at(at(key))
                    .help("decrypt it before the run: `sops decrypt FILE | ingressc check -`, or exclude it"),
            );
        }
        if self.comment_values
            && let Some((range, engine)) = comment_value(text)
        {
            let marker = text[range.clone()].to_owned();
            return Some(
                Finding::new(
                    Code::UNRENDERED_TEMPLATE,
                    format!("`{marker}` is a comment for YAML, so the field has no value"),
                )
                .at(at(range))
                .help(engine.help()),
            );
        }
        None
    }
}

/// The first line that git wrote. One half of a conflict may stand in another document than the other.
fn conflict(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n').find_map(|line| {
        let here = start;
        start += line.len();
        let line = line.trim_end();
        let begins = |mark: &str| {
            line.strip_prefix(mark)
                .is_some_and(|rest| rest.starts_with(' '))
        };
        (begins("<<<<<<<") || begins(">>>>>>>") || begins("|||||||") || line == "=======")
            .then(|| here..here + line.len())
    })
}

/// The top-level key `sops` of a document with encrypted values.
fn sops(text: &str) -> Option<Range<usize>> {
    memmem::find(text.as_bytes(), b"ENC[AES256_GCM,")?;
    let block = memmem::find_iter(text.as_bytes(), "sops:")
        .find(|&at| at == 0 || text.as_bytes()[at - 1] == b'\n')
        .map(|at| at..at + 4);
    block.or_else(|| memmem::find(text.as_bytes(), b"\"sops\":").map(|at| at..at + 6))
}

/// `host: #@ data.values.host` or `host: #{HOST}#`: the value is a comment, and the host would be every host.
fn comment_value(text: &str) -> Option<(Range<usize>, Engine)> {
    let mut scalars = BlockScalars::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let here = start;
        start += line.len();
        let line = line.trim_end();
        if scalars.holds(line) {
            continue;
        }
        for at in memmem::find_iter(line.as_bytes(), "#") {
            let before = &line[..at];
            let rest = &line[at..];
            let stands_for_value = before.ends_with([' ', '\t'])
                && before.trim_end().ends_with([':', '-'])
                && !content_of(line).starts_with('#');
            if !stands_for_value {
                continue;
            }
            if rest.starts_with("#@ ") {
                return Some((here + at..here + line.len(), Engine::Ytt));
            }
            if let Some(token) = marker(rest).filter(|marker| marker.range.start == 0) {
                return Some((here + at..here + at + token.range.end, token.engine));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Option<(String, &str)> {
        let finding = Screen::of(text).check(FileId::new(0), 0, text)?;
        let origin = finding.origin().expect("a place");
        Some((
            finding.code.to_string(),
            &text[origin.start as usize..origin.end as usize],
        ))
    }

    #[test]
    fn documents_that_must_not_be_read_are_found() {
        for (text, code, place) in [
            ("a: 1\n<<<<<<< HEAD\nb: 1\n", "ING006", "<<<<<<< HEAD"),
            (
                "kind: Secret\ndata:\n  a: ENC[AES256_GCM,data:x]\nsops:\n  mac: x\n",
                "ING012",
                "sops",
            ),
            (
                "{\"data\": \"ENC[AES256_GCM,x]\", \"sops\": {}}\n",
                "ING012",
                "\"sops\"",
            ),
            (
                "rules:\n  - host: #@ data.values.host\n",
                "ING005",
                "#@ data.values.host",
            ),
            ("rules:\n  - host: #{HOST}#\n", "ING005", "#{HOST}#"),
        ] {
            assert_eq!(check(text), Some((code.to_owned(), place)), "in {text:?}");
        }
    }

    #[test]
    fn documents_that_only_speak_of_it_are_read() {
        for text in [
            "a: |\n  <<<<<<< HEAD\n",
            "# <<<<<<< HEAD\na: 1\n",
            "a: ENC[AES256_GCM,data:x]\n",
            "data:\n  sops: ENC[AES256_GCM,data:x]\n",
            "#@ load(\"x\")\na: 1\n",
            "a: |\n  b: #@ x\n",
            "a: 1 #@ overlay/match\n",
            "a: #{x}\n  b: 1\n",
        ] {
            assert_eq!(check(text), None, "in {text:?}");
        }
    }
}
