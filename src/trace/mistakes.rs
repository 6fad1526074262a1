//! Findings, as far as they tell why a route is closed or left out.

use super::View;
use crate::finding::{Code, Finding, Severity};
use crate::ir::Claim;

/// What does not close the path that it is about: another one answers, or it is left out.
const ELSEWHERE: [Code; 4] = [
    Code::DUPLICATE_ROUTE,
    Code::UNREACHABLE_PATH,
    Code::INVALID_PATH,
    Code::INVALID_HOST,
];

/// The errors of an Ingress that may have closed a claim of it, the nearest first.
pub(super) fn mistakes<'r>(view: &View<'r>, claim: &Claim) -> Vec<&'r Finding> {
    let object = format!("Ingress {}", claim.ingress);
    let findings = view.findings.iter().filter(|finding| {
        let is_own = finding.object.as_deref() == Some(&object);
        is_own && finding.severity == Severity::Error && !ELSEWHERE.contains(&finding.code)
    });
    let mut findings: Vec<&Finding> = findings.collect();
    findings.sort_by_key(|finding| match finding.origin() {
        Some(at) if at.file == claim.origin.file => at.start.abs_diff(claim.origin.start),
        _ => u32::MAX,
    });
    findings
}

/// `ING301 duplicate-route at shop.yaml:7:5: …`.
pub(super) fn told(view: &View<'_>, finding: &Finding) -> String {
    let place = finding
        .origin()
        .map_or_else(String::new, |at| format!(" at {}", view.sources.show(at)));
    let (code, name) = (finding.code, finding.code.name());
    format!("{code} {name}{place}: {}", finding.message)
}
