//! Whether a mistake that a fix seems to lead to was there before, hidden by the error that the fix mends.
//!
//! A stage that trips over an error does not look further: a route with a host that cannot be is not asked for its Service. So when the
//! host is mended, what is wrong with the Service is told for the first time. The fix did not write that, and is to be kept.
//!
//! It is so when the mistake is of the same object as the error, and when none of its places is on a line that was edited. What the
//! new text itself is blamed for, alone or together with other lines, is a mistake of the fix.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::edits::{Edits, Ready};
use crate::source::{Origin, Sources};

/// What a few fixes have written, and which objects were looked at no further before.
pub(super) struct Written<'s> {
    /// With the new texts.
    sources: &'s Sources,
    /// The edited lines of each file, by its name and whether it is standard input.
    lines: BTreeMap<(&'s str, bool), Vec<Range<usize>>>,
    hidden: BTreeSet<&'s str>,
}

impl<'s> Written<'s> {
    /// `sources` have the texts after `fixes`.
    pub(super) fn new<'r, 'f: 'r>(
        sources: &'s Sources,
        fixes: impl Iterator<Item = &'r Ready<'f>>,
    ) -> Self
    where
        'r: 's,
    {
        let mut all = Edits::new();
        let mut hidden = BTreeSet::new();
        for ready in fixes {
            hidden.extend(ready.hides.as_deref());
            for (&id, edits) in &ready.edits {
                all.entry(id).or_default().extend(edits.iter().cloned());
            }
        }
        let lines = all.into_iter().map(|(id, edits)| {
            let file = sources.file(id);
            ((&*file.name, file.is_stdin()), edited(&file.text, edits))
        });
        Self {
            sources,
            lines: lines.collect(),
            hidden,
        }
    }

    /// Whether a mistake of `whose`, an object or a file, at these places was there before.
    pub(super) fn is_older(&self, whose: &str, places: &[Origin]) -> bool {
        let elsewhere = || !places.iter().any(|&place| self.touches(place));
        self.hidden.contains(whose) && !places.is_empty() && elsewhere()
    }

    fn touches(&self, place: Origin) -> bool {
        let file = self.sources.file(place.file);
        let lines = self.lines.get(&(&*file.name, file.is_stdin()));
        let (start, end) = (place.start as usize, place.end as usize);
        let first = lines.and_then(|lines| {
            let before = lines.partition_point(|line| line.end < start);
            lines.get(before)
        });
        first.is_some_and(|line| line.start <= end)
    }
}

/// The lines of the new text on which there is an edit.
fn edited(text: &str, mut edits: Vec<(Range<usize>, &str)>) -> Vec<Range<usize>> {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let (mut added, mut removed) = (0, 0);
    let mut lines = Vec::with_capacity(edits.len());
    for (range, replacement) in edits {
        let start = range.start + added - removed;
        let end = start + replacement.len();
        added += replacement.len();
        removed += range.len();
        let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let to = text[end..].find('\n').map_or(text.len(), |at| end + at);
        lines.push(from..to);
    }
    lines
}
