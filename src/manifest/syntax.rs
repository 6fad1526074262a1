//! What is to be said about a document as YAML.
//!
//! In: the tree. Out: findings for keys that stand twice, and for aliases.

use crate::finding::{Code, Finding};
use crate::source::{Origin, Tree};

/// A finding for each key that stands twice in one mapping. `object_at` tells which object has a key.
pub(super) fn duplicate_keys(
    tree: &Tree<'_>,
    object_at: impl Fn(Origin) -> Option<String>,
) -> impl Iterator<Item = Finding> {
    tree.duplicates().map(move |(first, again)| {
        let key = again.text().unwrap_or_default();
        let object = object_at(again.origin());
        let of = object
            .as_ref()
            .map_or_else(String::new, |object| format!(" of {object}"));
        let message =
            format!("key `{key}`{of} stands twice in one mapping, and only the last one counts");
        let finding = Finding::new(Code::DUPLICATE_KEY, message)
            .at(again.origin())
            .label(first.origin(), "this one is ignored")
            .help("remove one of the two");
        Finding { object, ..finding }
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
