//! The one place where configured levels are applied, doubles dropped, and findings put in order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Code, Finding, Severity, doubles};

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

    /// The configured level of a rule.
    pub fn of(&self, code: Code) -> Option<Level> {
        self.0.get(&code).copied()
    }

    /// What it makes of a finding; `None`: it is not shown.
    pub fn severity(&self, finding: &Finding) -> Option<Severity> {
        match self.0.get(&finding.code) {
            Some(Level::Off) => None,
            Some(&Level::At(severity)) => Some(severity),
            None => Some(finding.severity),
        }
    }

    fn apply(&self, finding: Finding) -> Option<Finding> {
        let severity = self.severity(&finding)?;
        Some(finding.severity(severity))
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

    /// All findings, sorted by file, start, code, severity (errors first) and field. Two stages that trip over the same value say
    /// so once, in the words of the first. Two fields that are missing from one mapping share its place, and are two mistakes; so
    /// are a doubtful part of a value and a fatal one: a warning never stands for an error.
    pub fn into_findings(mut self) -> Vec<Finding> {
        self.findings.sort_by(|a, b| {
            let key =
                |finding: &Finding| (finding.origin(), finding.code, Reverse(finding.severity));
            key(a).cmp(&key(b)).then_with(|| a.field.cmp(&b.field))
        });
        self.findings.dedup_by(|later, first| {
            let same_place = first.origin().is_some() && first.origin() == later.origin();
            let one_field =
                first.field.is_none() || later.field.is_none() || first.field == later.field;
            let one_rule = (first.code, first.severity) == (later.code, later.severity);
            one_rule && same_place && one_field
        });
        doubles::drop_doubles(&mut self.findings);
        self.findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Origin};

    fn said(findings: Vec<Finding>) -> Vec<String> {
        let mut sink = Sink::default();
        sink.extend(findings);
        let findings = sink.into_findings().into_iter();
        findings.map(|finding| finding.message).collect()
    }

    fn finding(code: Code, message: &str, start: usize, field: &str) -> Finding {
        let finding = Finding::new(code, message).at(Origin::new(FileId::new(0), start..start + 1));
        if field.is_empty() {
            finding
        } else {
            finding.field(field)
        }
    }

    #[test]
    fn one_mistake_is_told_once_in_the_words_of_the_first() {
        let host = |words| finding(Code::INVALID_HOST, words, 4, "spec.rules[0].host");
        assert_eq!(said(vec![host("says b"), host("says a")]), ["says b"]);
        let unnamed = finding(Code::INVALID_HOST, "names no field", 4, "");
        assert_eq!(said(vec![host("says b"), unnamed]).len(), 1);
    }

    #[test]
    fn a_warning_does_not_stand_for_an_error() {
        let doubtful =
            || finding(Code::INVALID_HOST, "doubtful", 4, "a").severity(Severity::Warning);
        let fatal = || finding(Code::INVALID_HOST, "fatal", 4, "a").severity(Severity::Error);
        let both = ["fatal", "doubtful"];
        assert_eq!(said(vec![doubtful(), fatal(), doubtful()]), both);
        assert_eq!(said(vec![fatal(), doubtful(), fatal()]), both);
    }

    #[test]
    fn two_mistakes_are_told_both() {
        let missing =
            |field: &str, start| finding(Code::MISSING_REQUIRED_FIELD, field, start, field);
        assert_eq!(said(vec![missing("b", 4), missing("a", 4)]), ["a", "b"]);
        assert_eq!(said(vec![missing("a", 5), missing("a", 4)]).len(), 2);
        let other = finding(Code::WRONG_TYPE, "another rule", 4, "a");
        assert_eq!(said(vec![missing("a", 4), other]).len(), 2);
        let whole = |words| Finding::new(Code::NOTHING_SELECTED, words);
        assert_eq!(said(vec![whole("b"), whole("a")]), ["b", "a"]);
    }
}
