//! One line for each finding, in the form that editors and problem matchers read.

use std::fmt::Write as _;

use crate::finding::Finding;
use crate::source::Sources;
use crate::text::visible;

/// `file:line:column: severity[code] name: message`. A finding about the input as a whole starts with its severity.
pub fn concise(findings: &[Finding], sources: &Sources) -> String {
    let mut out = String::new();
    for finding in findings {
        if let Some(origin) = finding.origin() {
            let place = sources.show(origin);
            // A line that opens with `::` is a command to GitHub's runner, which reads all that a step prints.
            let here = if place.trim_start().starts_with("::") {
                "./"
            } else {
                ""
            };
            let _ = write!(out, "{here}{}: ", visible(&place));
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
    use crate::source::{File, Origin};

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
    fn the_name_of_a_file_is_no_command_to_a_runner() {
        let mut sources = Sources::default();
        let file = sources.add(File::new(" ::error::a.yaml", "a: b\n"));
        let finding = Finding::new(Code::INVALID_HOST, "x").at(Origin::new(file, 0..1));
        let text = concise(&[finding], &sources);
        assert!(text.starts_with("./ ::error::a.yaml:1:1: error["), "{text}");
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
