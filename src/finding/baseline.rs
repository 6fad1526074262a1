//! The baseline: findings that were there when somebody began to look, so that only new ones are told.
//!
//! In: the text of a file, or findings. Out: the other one. The file is JSON with a finding a line, sorted by what a person would look
//! for, so that branches merge and reviewers can read it. A finding is known by its fingerprint; all else is there for readers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{Finding, Fingerprint, fingerprints};
use crate::source::Sources;

/// The file's name where nothing else is said.
pub const FILE_NAME: &str = ".ingressc-baseline.json";

/// The version of the file's form.
const VERSION: u32 = 1;

/// Findings that are not told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<Fingerprint, Entry>,
}

/// A finding, as it was told then.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a finding: an object with `code`, `message` and `fingerprint`"
)]
pub struct Entry {
    /// The file in which it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The object that it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Its rule.
    pub code: String,
    /// The field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What was said.
    pub message: String,
    /// By what it is known again.
    pub fingerprint: String,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a baseline: an object with `version` and `findings`"
)]
struct Document {
    version: u32,
    findings: Vec<Entry>,
}

impl Entry {
    fn of(fingerprint: &Fingerprint, finding: &Finding, sources: &Sources) -> Self {
        let origin = finding.origin();
        Self {
            file: origin.map(|origin| sources.file(origin.file).name.clone()),
            object: finding.object.clone(),
            code: finding.code.to_string(),
            field: finding.field.clone(),
            message: finding.message.clone(),
            fingerprint: fingerprint.as_str().to_owned(),
        }
    }
}

/// Whether a baseline may hide it. What protects somebody is muted by the configuration only, where a reviewer sees it; and the
/// file of a baseline is long, made by a machine, and read by nobody.
pub fn may_hide(finding: &Finding) -> bool {
    finding.code.rule().ignorable && !finding.code.is_unread()
}

impl Baseline {
    /// The baseline of these findings. Those of rules that protect are never in one, nor those that say that input was not read.
    pub fn of(findings: &[Finding], sources: &Sources) -> Self {
        let all = fingerprints(findings, sources).into_iter().zip(findings);
        let entries = all
            .filter(|(_, finding)| may_hide(finding))
            .map(|(fingerprint, finding)| {
                let entry = Entry::of(&fingerprint, finding, sources);
                (fingerprint, entry)
            });
        Self {
            entries: entries.collect(),
        }
    }

    /// Reads a file. What two branches have both added counts once. The error says what is wrong, and in which line if that is known.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if document.version != VERSION {
            return Err(format!(
                "it has version {}, and {VERSION} is what can be read",
                document.version
            ));
        }
        let mut entries = BTreeMap::new();
        for entry in document.findings {
            let fingerprint = Fingerprint::parse(&entry.fingerprint)
                .ok_or_else(|| format!("`{}` is no fingerprint", entry.fingerprint))?;
            entries.insert(fingerprint, entry);
        }
        Ok(Self { entries })
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let mut entries: Vec<&Entry> = self.entries.values().collect();
        entries.sort();
        let mut text = format!("{{\n\"version\": {VERSION},\n\"findings\": [");
        for (index, entry) in entries.iter().enumerate() {
            let json = serde_json::to_string(entry).unwrap_or_default();
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(text, "{comma}\n{json}");
        }
        text.push_str("\n]\n}\n");
        text
    }

    /// How many findings are in it.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is in it.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes the findings away that are in it. An entry hides nothing that no baseline may hide, whoever has written it.
    pub fn hide(&self, findings: Vec<Finding>, sources: &Sources) -> Hidden<'_> {
        let (mut left, mut known) = (Vec::with_capacity(findings.len()), Vec::new());
        if self.is_empty() {
            return Hidden {
                left: findings,
                known,
                unmatched: Vec::new(),
            };
        }
        let mut matched = BTreeSet::new();
        for (fingerprint, finding) in fingerprints(&findings, sources).into_iter().zip(findings) {
            if !self.entries.contains_key(&fingerprint) {
                left.push(finding);
                continue;
            }
            if may_hide(&finding) {
                known.push((fingerprint.clone(), finding));
            } else {
                left.push(finding);
            }
            matched.insert(fingerprint);
        }
        let entries = self.entries.iter();
        let unmatched = entries.filter(|(fingerprint, _)| !matched.contains(*fingerprint));
        Hidden {
            unmatched: unmatched.collect(),
            left,
            known,
        }
    }

    /// Takes entries out.
    pub fn remove<'f>(&mut self, fingerprints: impl IntoIterator<Item = &'f Fingerprint>) {
        for fingerprint in fingerprints {
            self.entries.remove(fingerprint);
        }
    }

    /// Keeps the entries of these rules.
    pub fn retain(&mut self, keeps: impl Fn(&str) -> bool) {
        self.entries.retain(|_, entry| keeps(&entry.code));
    }

    /// Writes down where findings stand now that are in it.
    pub fn refresh(&mut self, known: &[(Fingerprint, Finding)], sources: &Sources) {
        for (fingerprint, finding) in known {
            if let Some(entry) = self.entries.get_mut(fingerprint) {
                *entry = Entry::of(fingerprint, finding, sources);
            }
        }
    }

    /// Takes over what is in the other one; returns how many of its entries are new here.
    pub fn add(&mut self, other: Self) -> usize {
        let before = self.len();
        self.entries.extend(other.entries);
        self.len() - before
    }

    /// The files that entries name.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.entries
            .values()
            .filter_map(|entry| entry.file.as_deref())
    }
}

/// What a baseline made of findings.
#[derive(Debug)]
pub struct Hidden<'b> {
    /// The findings that are not in it.
    pub left: Vec<Finding>,
    /// Those that are.
    pub known: Vec<(Fingerprint, Finding)>,
    /// What is in it and was not found.
    pub unmatched: Vec<(&'b Fingerprint, &'b Entry)>,
}
