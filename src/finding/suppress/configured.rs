//! Entries of `ignore` in the configuration.

use globset::{Glob, GlobBuilder, GlobMatcher};

use crate::finding::{Code, Finding};
use crate::source::{Origin, Sources};

/// An entry of `ignore`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// The rule that it mutes.
    pub rule: Code,
    /// Findings about this object only, `Kind namespace/name`.
    pub object: Option<String>,
    /// Findings in these files only, or in the files of these folders.
    pub path: Option<Glob>,
    /// Why.
    pub reason: String,
    /// Until when.
    pub until: Option<Until>,
    /// The whole entry.
    pub origin: Origin,
}

/// The last day of a suppression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Until {
    /// As it is written.
    pub day: String,
    /// The second after it, since 1970.
    pub end: i64,
    /// Where it is written.
    pub origin: Origin,
}

impl Ignore {
    /// Whether its last day is over.
    pub(super) fn has_expired(&self, now: Option<i64>) -> bool {
        let until = self.until.as_ref().zip(now);
        until.is_some_and(|(until, now)| now >= until.end)
    }
}

/// An entry, and whether it was of use.
#[derive(Debug)]
pub(super) struct Entry<'c> {
    pub(super) ignore: &'c Ignore,
    /// Files that match one of these.
    files: Option<Vec<GlobMatcher>>,
    pub(super) used: bool,
}

impl<'c> Entry<'c> {
    pub(super) fn new(ignore: &'c Ignore) -> Self {
        Self {
            ignore,
            files: ignore.path.as_ref().map(files),
            used: false,
        }
    }

    /// Whether a finding of its rule is meant.
    pub(super) fn mutes(&self, finding: &Finding, sources: &Sources) -> bool {
        let object = self.ignore.object.as_ref();
        let is_object = object.is_none_or(|object| finding.object.as_ref() == Some(object));
        is_object
            && self.files.as_ref().is_none_or(|files| {
                let origin = finding.origin();
                origin.is_some_and(|origin| {
                    let name = &sources.file(origin.file).name;
                    files.iter().any(|files| files.is_match(name))
                })
            })
    }
}

/// What the glob names, and what lies in folders that it names.
fn files(glob: &Glob) -> Vec<GlobMatcher> {
    let within = format!("{}/**", glob.glob().trim_end_matches('/'));
    let within = GlobBuilder::new(&within).literal_separator(true).build();
    [Some(glob.clone()), within.ok()]
        .iter()
        .flatten()
        .map(Glob::compile_matcher)
        .collect()
}
