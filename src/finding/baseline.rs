//! The baseline: findings that were there when somebody began to look, so that only new ones are told.
//!
//! In: the text of a file, or findings. Out: the other one. The file is JSON with a finding a line, sorted by what a person would look
//! for, so that branches merge and reviewers can read it. A finding is known by its fingerprint; all else is there for readers.

use std::collections::BTreeMap;
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

impl Baseline {
    /// The baseline of these findings. Those that say that input was not read are never in one.
    pub fn of(findings: &[Finding], sources: &Sources) -> Self {
        let all = fingerprints(findings, sources).into_iter().zip(findings);
        let entries =
            all.filter(|(_, finding)| !finding.code.is_unread())
                .map(|(fingerprint, finding)| {
                    let origin = finding.origin();
                    let entry = Entry {
                        file: origin.map(|origin| sources.file(origin.file).name.clone()),
                        object: finding.object.clone(),
                        code: finding.code.to_string(),
                        field: finding.field.clone(),
                        message: finding.message.clone(),
                        fingerprint: fingerprint.as_str().to_owned(),
                    };
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

    /// Takes the findings away that are in it. Returns those that are left, how many are gone, and what in it matches nothing.
    pub fn hide(&self, findings: Vec<Finding>, sources: &Sources) -> Hidden<'_> {
        if self.is_empty() {
            return Hidden {
                left: findings,
                hidden: 0,
                unmatched: Vec::new(),
            };
        }
        let mut unmatched = self.entries.clone();
        let known = fingerprints(&findings, sources);
        let before = findings.len();
        let left = known.into_iter().zip(findings);
        let left = left.filter(|(fingerprint, finding)| {
            let known = unmatched.remove(fingerprint).is_some();
            !known || finding.code.is_unread()
        });
        let left: Vec<Finding> = left.map(|(_, finding)| finding).collect();
        let unmatched = self
            .entries
            .iter()
            .filter(|(fingerprint, _)| unmatched.contains_key(fingerprint));
        Hidden {
            hidden: before - left.len(),
            unmatched: unmatched.collect(),
            left,
        }
    }

    /// Takes entries out.
    pub fn remove<'f>(&mut self, fingerprints: impl IntoIterator<Item = &'f Fingerprint>) {
        for fingerprint in fingerprints {
            self.entries.remove(fingerprint);
        }
    }
}

/// What a baseline made of findings.
#[derive(Debug)]
pub struct Hidden<'b> {
    /// The findings that are not in it.
    pub left: Vec<Finding>,
    /// How many are.
    pub hidden: usize,
    /// What is in it and was not found.
    pub unmatched: Vec<(&'b Fingerprint, &'b Entry)>,
}
