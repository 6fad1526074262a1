//! Findings, as far as they tell why a route is closed or left out.

use super::View;
use crate::finding::{Finding, Severity};

/// The errors of an Ingress, in the order of the findings.
pub(super) fn mistakes<'r>(view: &View<'r>, ingress: &str) -> impl Iterator<Item = &'r Finding> {
    let object = format!("Ingress {ingress}");
    view.findings.iter().filter(move |finding| {
        finding.severity == Severity::Error && finding.object.as_deref() == Some(&object)
    })
}

/// `ING301 duplicate-route at shop.yaml:7:5: …`.
pub(super) fn told(view: &View<'_>, finding: &Finding) -> String {
    let place = finding
        .origin()
        .map_or_else(String::new, |at| format!(" at {}", view.sources.show(at)));
    let (code, name) = (finding.code, finding.code.name());
    format!("{code} {name}{place}: {}", finding.message)
}
