//! Entries of `ignore` in the configuration.

use globset::{Glob, GlobBuilder, GlobMatcher};

use crate::finding::{Code, Finding};
use crate::source::{Origin, Sources, absolute, absolute_glob};

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
    here: String,
    pub(super) used: bool,
}

impl<'c> Entry<'c> {
    /// `here` is the folder to which names of files are relative.
    pub(super) fn new(ignore: &'c Ignore, here: &str) -> Self {
        Self {
            ignore,
            here: here.to_owned(),
            files: ignore.path.as_ref().map(|glob| files(glob, here)),
            used: false,
        }
    }

    /// Whether one of the files is meant, by its path.
    pub(super) fn names_one_of(&self, sources: &Sources) -> bool {
        let mut read = sources.iter().map(|(_, file)| &file.name);
        self.ignore.path.is_some() && read.any(|name| self.takes(name))
    }

    /// Whether a finding of its rule is meant.
    pub(super) fn mutes(&self, finding: &Finding, sources: &Sources) -> bool {
        let object = self.ignore.object.as_ref();
        let is_object = object.is_none_or(|object| finding.object.as_ref() == Some(object));
        is_object
            && (self.files.is_none()
                || finding
                    .origin()
                    .is_some_and(|origin| self.takes(&sources.file(origin.file).name)))
    }

    /// Whether a file is meant. Names are compared from the root on: the configuration may lie in another folder than the one in
    /// which paths were typed.
    fn takes(&self, name: &str) -> bool {
        let whole = absolute(&self.here, name);
        self.files.as_ref().is_none_or(|files| {
            let mut files = files.iter();
            files.any(|files| {
                let shown = files.glob().glob().starts_with("**");
                files.is_match(if shown { name } else { whole.as_str() })
            })
        })
    }
}

/// What the glob names, and what lies in folders that it names. One that begins with `**` holds everywhere.
fn files(glob: &Glob, here: &str) -> Vec<GlobMatcher> {
    let glob = glob.glob().trim_end_matches('/');
    let glob = if glob.starts_with("**") {
        glob.to_owned()
    } else {
        absolute_glob(here, glob)
    };
    let within = format!("{glob}/**");
    [glob, within]
        .iter()
        .filter_map(|glob| GlobBuilder::new(glob).literal_separator(true).build().ok())
        .map(|glob| glob.compile_matcher())
        .collect()
}
