//! What is said about one object while it is read.
//!
//! In: places, codes and words. Out: findings that name the object, the field and the bytes. A value that could not be read
//! is marked as spoilt, so that nobody says a second thing about it or about what would stand below it.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;

use super::mend::Advice;
use super::model::Kind;
use super::place::{Node, Place};
use crate::finding::{Code, Finding};
use crate::source::Origin;

/// The object that remarks are about, as its file names it.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) kind: Kind,
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
}

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.namespace, self.name) {
            (_, "") => write!(f, "{} without a name", self.kind),
            ("", name) => write!(f, "{} {name}", self.kind),
            (namespace, name) => write!(f, "{} {namespace}/{name}", self.kind),
        }
    }
}

/// A field that v1beta1 had and v1 has not.
pub(super) struct Legacy {
    /// Where its key stands.
    pub(super) key: Origin,
    /// The API's notation.
    pub(super) path: String,
    /// What v1 writes instead; `None` for a part of something that has been said.
    pub(super) meant: Option<String>,
}

/// Collects the findings of one object.
pub(super) struct Remarks<'a> {
    about: About<'a>,
    document: &'a str,
    base: u32,
    findings: RefCell<Vec<Finding>>,
    spoilt: RefCell<HashSet<Origin>>,
    legacy: RefCell<Vec<Legacy>>,
    /// Mappings with unknown fields, and the fields that were probably meant.
    strange: RefCell<HashMap<Origin, Vec<String>>>,
}

impl<'a> Remarks<'a> {
    /// Nothing said yet about an object of `document`, which starts at byte `base` of its file.
    pub(super) fn new(about: About<'a>, document: &'a str, base: u32) -> Self {
        Self {
            about,
            document,
            base,
            findings: RefCell::default(),
            spoilt: RefCell::default(),
            legacy: RefCell::default(),
            strange: RefCell::default(),
        }
    }

    /// Whom the remarks are about.
    pub(super) fn about(&self) -> About<'a> {
        self.about
    }

    /// Says `subject of Ingress shop/web predicate` at a place, unless its value is spoilt.
    pub(super) fn at(
        &self,
        place: &Place<'_, '_>,
        code: Code,
        subject: impl fmt::Display,
        predicate: impl fmt::Display,
        help: impl Into<Advice>,
    ) {
        if !self.is_spoilt(place) {
            let finding = self.finding(place, place.origin(), code, subject, predicate);
            self.push(advised(finding, help.into()));
        }
    }

    /// The same, at the key of a field or map entry.
    pub(super) fn at_key(
        &self,
        place: &Place<'_, '_>,
        code: Code,
        subject: impl fmt::Display,
        predicate: impl fmt::Display,
        help: impl Into<Advice>,
    ) {
        if !self.is_spoilt(place) {
            let origin = place.key().map_or_else(|| place.origin(), Node::origin);
            let finding = self.finding(place, origin, code, subject, predicate);
            self.push(advised(finding, help.into()));
        }
    }

    /// Says that the value cannot be read as what the field holds, and marks it.
    pub(super) fn spoil(
        &self,
        place: &Place<'_, '_>,
        code: Code,
        predicate: impl fmt::Display,
        help: impl Into<Advice>,
    ) {
        let subject = format!("`{}`", place.path());
        self.at(place, code, subject, predicate, help);
        self.mark(place);
    }

    /// Marks a value as spoilt: what is to be said about it has been said.
    pub(super) fn mark(&self, place: &Place<'_, '_>) {
        self.spoilt.borrow_mut().insert(place.origin());
    }

    /// A finding about a field, pointing at `origin`. The subject may be empty.
    pub(super) fn finding(
        &self,
        place: &Place<'_, '_>,
        origin: Origin,
        code: Code,
        subject: impl fmt::Display,
        predicate: impl fmt::Display,
    ) -> Finding {
        let subject = subject.to_string();
        let message = if subject.is_empty() {
            format!("{} {predicate}", self.about)
        } else {
            format!("{subject} of {} {predicate}", self.about)
        };
        let finding = Finding::new(code, message).object(self.about).at(origin);
        let field = place.path();
        if field.is_empty() {
            finding
        } else {
            finding.field(field)
        }
    }

    /// Adds a finding that was built by hand.
    pub(super) fn push(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    /// Remembers that the mapping at `place` has a field that is unknown, or is a misspelt `meant`.
    pub(super) fn note_strange(&self, place: &Place<'_, '_>, meant: Option<&str>) {
        if let Some(node) = place.node() {
            let mut strange = self.strange.borrow_mut();
            let fields = strange.entry(node.origin()).or_default();
            fields.extend(meant.map(str::to_owned));
        }
    }

    /// Whether the mapping at `place` has unknown fields: what is absent may only be written wrongly.
    pub(super) fn is_strange(&self, place: &Place<'_, '_>) -> bool {
        let origin = place.node().map(Node::origin);
        origin.is_some_and(|origin| self.strange.borrow().contains_key(&origin))
    }

    fn is_misspelt(&self, place: &Place<'_, '_>) -> bool {
        let strange = self.strange.borrow();
        let parent = place.parent().and_then(Place::node);
        let fields = parent.and_then(|parent| strange.get(&parent.origin()));
        let names = |name| fields.is_some_and(|fields| fields.iter().any(|field| field == name));
        place.node().is_none() && place.name().is_some_and(names)
    }

    /// Whether this value, or one that it stands in, could not be read, or stands there under a misspelt name.
    pub(super) fn is_spoilt(&self, place: &Place<'_, '_>) -> bool {
        if self.is_misspelt(place) {
            return true;
        }
        let spoilt = self.spoilt.borrow();
        let mut place = Some(place);
        while let Some(here) = place.filter(|_| !spoilt.is_empty()) {
            let origin = here.node().map(Node::origin);
            if origin.is_some_and(|origin| spoilt.contains(&origin)) {
                return true;
            }
            place = here.parent();
        }
        false
    }

    /// Keeps a field of an older API version for the one finding that names them all.
    pub(super) fn note_legacy(&self, legacy: Legacy) {
        self.legacy.borrow_mut().push(legacy);
    }

    /// The fields of older API versions, in the order of the file.
    pub(super) fn take_legacy(&self) -> Vec<Legacy> {
        self.legacy.take()
    }

    /// The text as written at `origin`.
    pub(super) fn written(&self, origin: Origin) -> &'a str {
        let start = (origin.start - self.base) as usize;
        let end = (origin.end - self.base) as usize;
        self.document.get(start..end).unwrap_or_default()
    }

    /// What stands before a byte on its line: the indentation, where it begins an entry of a block.
    pub(super) fn margin(&self, at: u32) -> Option<&'a str> {
        // Lines of hostile files are long, and nobody indents that far.
        const FAR: usize = 400;
        let at = at.checked_sub(self.base)? as usize;
        let before = &self.document.as_bytes()[at.saturating_sub(FAR)..at];
        let line = memchr::memrchr(b'\n', before).map(|end| end + 1);
        let length = match line {
            Some(start) => before.len() - start,
            None if at <= FAR => before.len(),
            None => return None,
        };
        self.document.get(at - length..at)
    }

    /// Where the line after a byte begins. `None` when more than a comment stands behind the byte on its line.
    pub(super) fn next_line(&self, at: u32) -> Option<u32> {
        let start = at.checked_sub(self.base)? as usize;
        let rest = self.document.get(start..)?;
        if start > 0 && self.document.as_bytes()[start - 1] == b'\n' {
            return Some(at);
        }
        let end = memchr::memchr(b'\n', rest.as_bytes())?;
        let line = rest[..end].trim();
        (line.is_empty() || line.starts_with('#'))
            .then(|| u32::try_from(end + 1).ok()?.checked_add(at))?
    }

    /// All that was said.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings.into_inner()
    }
}

fn advised(finding: Finding, advice: Advice) -> Finding {
    Finding {
        fix: advice.fix,
        ..finding.help(advice.help)
    }
}
