//! What is to be said about a document as YAML.
//!
//! In: the scanner's error, or the tree. Out: findings for text that cannot be read, keys that stand twice, and aliases.

use crate::finding::{Code, Finding};
use crate::source::{Document, FileId, Origin, ScanError, Tree};

/// The finding for a document that the scanner refuses.
pub(super) fn unreadable(
    file: FileId,
    document: &Document,
    text: &str,
    error: &ScanError,
) -> Finding {
    let offset = (0..=error.offset.min(text.len()))
        .rev()
        .find(|&offset| text.is_char_boundary(offset))
        .unwrap_or_default();
    // Past the end, the last character is the one to show.
    let length = text[offset..].chars().next().map_or(0, char::len_utf8);
    let start = document.start + u32::try_from(offset).unwrap_or(u32::MAX);
    let end = start + u32::try_from(length).unwrap_or_default();
    Finding::new(
        Code::YAML_PARSE_ERROR,
        format!("this is not YAML: {}", error.message),
    )
    .at(Origin { file, start, end })
    .help("correct the line; everything else of this document is unknown until then")
}

/// A finding for each key that stands twice in one mapping.
pub(super) fn duplicate_keys(tree: &Tree<'_>) -> impl Iterator<Item = Finding> {
    tree.duplicates().map(|(first, again)| {
        let key = again.text().unwrap_or_default();
        let message =
            format!("key `{key}` stands twice in one mapping, and only the last one counts");
        Finding::new(Code::DUPLICATE_KEY, message)
            .at(again.origin())
            .label(first.origin(), "this one is ignored")
            .help("remove one of the two")
    })
}

/// One finding for all aliases of a document, at the first.
pub(super) fn alias(tree: &Tree<'_>) -> Option<Finding> {
    let mut aliases = tree.aliases();
    let first = aliases.next()?;
    let message = match aliases.count() {
        0 => "a value is written elsewhere, at its anchor".to_owned(),
        others => format!(
            "{} values are written elsewhere, at their anchors",
            others + 1
        ),
    };
    let finding = Finding::new(Code::ANCHOR_ALIAS, message).at(first);
    Some(finding.help("look at the anchor when a finding seems to point to the wrong object"))
}
