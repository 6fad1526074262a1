//! What is made of findings: which are shown, which are counted as hidden, and whether the answer is no.

use std::collections::BTreeSet;

use super::Exit;
use super::settings::Rules;
use crate::finding::suppress::Muted;
use crate::finding::{Finding, Fingerprint, Severity, Sink};
use crate::report::{Hidden, Summary};
use crate::source::Sources;

/// The findings of a run after the configuration has been applied.
pub(super) struct Judged {
    /// To be shown, in order.
    pub(super) findings: Vec<Finding>,
    /// Their numbers, and those of the hidden ones.
    pub(super) summary: Summary,
    /// Reported findings at or above the threshold, shown or not.
    pub(super) failing: usize,
    /// Some input was not read, so that nothing can be said about it.
    pub(super) unread: bool,
    /// How many inputs those are: files, or what has no file.
    pub(super) unread_inputs: usize,
    /// What comments, annotations and the configuration mute.
    pub(super) muted: Vec<Muted>,
    /// What the baseline hides.
    pub(super) known: Vec<(Fingerprint, Finding)>,
    /// What is in the baseline, and is found no more.
    pub(super) fixed: Vec<Fingerprint>,
}

impl Judged {
    /// Applies levels, selection, suppressions, the baseline and thresholds.
    pub(super) fn new(
        found: Vec<Finding>,
        rules: &Rules,
        sources: &Sources,
        objects: usize,
    ) -> Self {
        let unread_inputs = unread_inputs(&found);
        let unread = unread_inputs > 0;
        let mut hidden = Hidden {
            off: found
                .iter()
                .filter(|finding| rules.off.contains(&finding.code))
                .count(),
            ..Hidden::default()
        };
        let mut sink = Sink::new(rules.levels.clone());
        sink.extend(found);
        let mut findings = sink.into_findings();
        findings
            .retain(|finding| keep(rules.selection.takes(finding.code), &mut hidden.deselected));
        let left = rules.mute.apply(findings, rules, sources, unread);
        let mut findings = left.findings;
        (hidden.ignored, hidden.baseline) = (left.muted.len(), left.known.len());
        findings.retain(|finding| {
            keep(
                rules.pedantic || finding.severity > Severity::Pedantic,
                &mut hidden.pedantic,
            )
        });
        let failing = findings
            .iter()
            .filter(|finding| finding.severity >= rules.fail_on)
            .count();
        findings.retain(|finding| keep(finding.severity >= rules.min_severity, &mut hidden.below));
        let summary = Summary {
            hidden,
            baseline_fixed: left.fixed.len(),
            ..Summary::of(&findings, sources, objects)
        };
        Self {
            findings,
            summary,
            failing,
            unread,
            unread_inputs,
            muted: left.muted,
            known: left.known,
            fixed: left.fixed,
        }
    }

    /// The answer as far as findings decide it.
    pub(super) fn exit(&self, rules: &Rules) -> Exit {
        if self.failing > 0 && !rules.exit_zero {
            Exit::No
        } else {
            Exit::Clean
        }
    }
}

fn unread_inputs(found: &[Finding]) -> usize {
    let unread = found.iter().filter(|finding| finding.code.is_unread());
    let (placed, elsewhere): (Vec<_>, Vec<_>) =
        unread.map(Finding::origin).partition(Option::is_some);
    let files: BTreeSet<_> = placed.into_iter().flatten().map(|it| it.file).collect();
    files.len() + elsewhere.len()
}

fn keep(kept: bool, hidden: &mut usize) -> bool {
    *hidden += usize::from(!kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Code, Level};

    fn found() -> Vec<Finding> {
        [
            Code::DUPLICATE_ROUTE,
            Code::NO_ENDPOINTS,
            Code::EXPORTED_NOISE,
            Code::EMPTY_DOCUMENT,
        ]
        .map(|code| Finding::new(code, "x"))
        .into()
    }

    fn judge(rules: &Rules) -> Judged {
        Judged::new(found(), rules, &Sources::default(), 1)
    }

    fn rules() -> Rules {
        Rules::default()
    }

    #[test]
    fn pedantic_findings_are_shown_on_request() {
        let judged = judge(&rules());
        assert_eq!(
            (judged.findings.len(), judged.summary.hidden.pedantic),
            (3, 1)
        );
        let judged = judge(&Rules {
            pedantic: true,
            ..rules()
        });
        assert_eq!(
            (judged.findings.len(), judged.summary.hidden.pedantic),
            (4, 0)
        );
    }

    #[test]
    fn hiding_by_severity_changes_no_answer() {
        let rules = Rules {
            min_severity: Severity::Error,
            fail_on: Severity::Warning,
            ..rules()
        };
        let judged = judge(&rules);
        assert_eq!(
            (
                judged.findings.len(),
                judged.summary.hidden.below,
                judged.failing
            ),
            (1, 2, 2)
        );
        assert_eq!(judged.exit(&rules), Exit::No);
    }

    #[test]
    fn a_level_changes_the_answer() {
        let mut rules = rules();
        rules
            .levels
            .set(Code::DUPLICATE_ROUTE, Level::At(Severity::Warning));
        assert_eq!(judge(&rules).exit(&rules), Exit::Clean);
        rules.levels.set(Code::NO_ENDPOINTS, Level::Off);
        rules.off.push(Code::NO_ENDPOINTS);
        let judged = judge(&rules);
        assert_eq!((judged.summary.warnings, judged.summary.hidden.off), (1, 1));
    }

    #[test]
    fn exit_zero_is_for_findings_only() {
        let rules = Rules {
            exit_zero: true,
            ..rules()
        };
        let judged = judge(&rules);
        assert_eq!((judged.failing, judged.exit(&rules)), (1, Exit::Clean));
    }
}
