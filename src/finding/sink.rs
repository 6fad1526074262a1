//! The one place where configured levels are applied, doubles dropped, and findings put in order.

use std::collections::BTreeMap;

use super::{Code, Finding, Severity};

/// What the configuration makes of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Never shown.
    Off,
    /// Shown as this.
    At(Severity),
}

/// Configured levels by rule. A rule that is not in it keeps its own severity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<Code, Level>);

impl Levels {
    /// Sets a rule's level; a later call wins.
    pub fn set(&mut self, code: Code, level: Level) {
        self.0.insert(code, level);
    }

    /// The configured levels, by code.
    pub fn iter(&self) -> impl Iterator<Item = (Code, Level)> {
        self.0.iter().map(|(&code, &level)| (code, level))
    }

    fn apply(&self, finding: Finding) -> Option<Finding> {
        match self.0.get(&finding.code) {
            Some(Level::Off) => None,
            Some(&Level::At(severity)) => Some(finding.severity(severity)),
            None => Some(finding),
        }
    }
}

/// Collects the findings of all stages.
#[derive(Debug, Default)]
pub struct Sink {
    levels: Levels,
    findings: Vec<Finding>,
}

impl Sink {
    /// A sink that applies `levels`.
    pub fn new(levels: Levels) -> Self {
        Self {
            levels,
            findings: Vec::new(),
        }
    }

    /// Takes what a stage said.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        let levels = &self.levels;
        self.findings.extend(
            findings
                .into_iter()
                .filter_map(|finding| levels.apply(finding)),
        );
    }

    /// All findings, sorted by file, start and code. Two stages that trip over the same value say so once.
    pub fn into_findings(mut self) -> Vec<Finding> {
        self.findings.sort_by(|a, b| {
            let key = |finding: &Finding| (finding.origin(), finding.code);
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        });
        self.findings
            .dedup_by(|b, a| a.code == b.code && a.origin().is_some() && a.origin() == b.origin());
        self.findings
    }
}
