//! One line for each finding, in the form that editors and problem matchers read.

use std::fmt::Write as _;

use super::text::visible;
use crate::finding::Finding;
use crate::source::Sources;

/// `file:line:column: severity[code] name: message`. A finding about the input as a whole starts with its severity.
pub fn concise(findings: &[Finding], sources: &Sources) -> String {
    let mut out = String::new();
    for finding in findings {
        if let Some(origin) = finding.origin() {
            let _ = write!(out, "{}: ", visible(&sources.show(origin)));
        }
        let _ = writeln!(
            out,
            "{}[{}] {}: {}",
            finding.severity.name(),
            finding.code,
            finding.code.name(),
            visible(&finding.message)
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;
    use crate::report::tests::sample;

    #[test]
    fn one_line_each() {
        let (sources, findings) = sample();
        insta::assert_snapshot!(concise(&findings, &sources), @r"
        deploy/cart.yaml:8:15: error[ING301] duplicate-route: two Ingresses claim Prefix `/cart` of shop.example.com
        deploy/cart.yaml:10:9: error[ING002] duplicate-key: `pathType` stands twice in one mapping
        info[ING709] exported-noise: Ingress cart/cart holds what only a cluster writes
        ");
    }

    #[test]
    fn a_line_break_in_a_message_does_not_make_a_second_finding() {
        let finding = Finding::new(
            Code::INVALID_HOST,
            "the host `a\nb.yaml:1:1: error` is illegal",
        );
        assert_eq!(concise(&[finding], &Sources::default()).lines().count(), 1);
    }
}
