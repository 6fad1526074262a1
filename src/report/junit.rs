//! `JUnit` XML, which most CI systems show: a suite a file, a case a finding.
//!
//! There is no standard. This is what GitLab, Jenkins and Azure read of it. What makes a run fail is a failure, other findings
//! are skipped cases, which are shown and do not fail.

use std::fmt::Write as _;

use super::Report;
use crate::finding::{Finding, Severity};
use crate::source::FileId;
use crate::text::visible;

/// The suite of findings without a place.
const WHOLE: &str = "the input as a whole";

/// The document. A run without findings has one case, which passes: no test at all counts as a mistake in many systems.
pub fn junit(report: &Report<'_>) -> String {
    let failures = failing(report.findings, report.fail_on);
    let tests = report.findings.len().max(1);
    let skipped = report.findings.len() - failures;
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let _ = writeln!(
        out,
        "<testsuites name=\"ingressc\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">"
    );
    if report.findings.is_empty() {
        open_suite(&mut out, "ingressc", 1, 0, 0);
        out += "    <testcase name=\"no findings\" classname=\"ingressc\"/>\n  </testsuite>\n";
    }
    let file = |finding: &Finding| finding.origin().map(|origin| origin.file);
    for findings in report.findings.chunk_by(|a, b| file(a) == file(b)) {
        suite(&mut out, file(&findings[0]), findings, report);
    }
    out += "</testsuites>\n";
    out
}

fn failing(findings: &[Finding], fail_on: Severity) -> usize {
    let failing = findings
        .iter()
        .filter(|finding| finding.severity >= fail_on);
    failing.count()
}

fn open_suite(out: &mut String, name: &str, tests: usize, failures: usize, skipped: usize) {
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">",
        escape(name)
    );
}

fn suite(out: &mut String, file: Option<FileId>, findings: &[Finding], report: &Report<'_>) {
    let name = file.map_or_else(|| WHOLE.to_owned(), |file| report.name(file));
    let (tests, failures) = (findings.len(), failing(findings, report.fail_on));
    open_suite(out, &name, tests, failures, tests - failures);
    for finding in findings {
        case(out, &name, finding, report);
    }
    out.push_str("  </testsuite>\n");
}

fn case(out: &mut String, file: &str, finding: &Finding, report: &Report<'_>) {
    let mut name = format!("{} {}", finding.code, finding.code.name());
    let mut place = String::new();
    if let Some(origin) = finding.origin() {
        let region = report.region(origin);
        let _ = write!(name, " at {}:{}", region.line, region.column);
        let _ = write!(place, " file=\"{}\" line=\"{}\"", escape(file), region.line);
    }
    let element = if finding.severity >= report.fail_on {
        "failure"
    } else {
        "skipped"
    };
    let _ = write!(
        out,
        "    <testcase name=\"{}\" classname=\"{}\"{place}>\n      <{element} message=\"{}\" type=\"{}\">{}</{element}>\n    </testcase>\n",
        escape(&name),
        escape(file),
        escape(&finding.message),
        finding.severity.name(),
        text(finding, report),
    );
}

/// The place, related ones and advice, a line each, ready for XML.
fn text(finding: &Finding, report: &Report<'_>) -> String {
    let mut lines = Vec::new();
    for label in &finding.labels {
        let place = report.show(label.origin);
        lines.push(match &*label.message {
            "" => place,
            said => format!("{place}: {said}"),
        });
    }
    lines.extend(
        finding
            .object
            .iter()
            .map(|object| format!("object: {object}")),
    );
    lines.extend(finding.field.iter().map(|field| format!("field: {field}")));
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
    lines.join("\n")
}

/// For an attribute or an element. Control characters, which XML 1.0 cannot have even as references, become their pictures; so
/// do two that are characters in Rust and in Unicode, and none in XML.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    use super::*;
    use crate::report::Summary;
    use crate::report::tests::{hostile, report, sample};
    use crate::source::Sources;

    #[test]
    fn findings_are_cases() {
        let (sources, findings) = sample();
        let summary = Summary::default();
        insta::assert_snapshot!(junit(&report(&findings, &sources, &summary)), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="ingressc" tests="3" failures="2" errors="0" skipped="1">
          <testsuite name="deploy/cart.yaml" tests="2" failures="2" errors="0" skipped="0">
            <testcase name="ING301 duplicate-route at 8:15" classname="deploy/cart.yaml" file="deploy/cart.yaml" line="8">
              <failure message="two Ingresses claim Prefix `/cart` of shop.example.com" type="error">deploy/cart.yaml:8:15: this one, in cart/cart
        deploy/shop.yaml:5:16: and this one, in shop/shop
        object: Ingress cart/cart
        field: spec.rules[0].http.paths[0].path
        help: let one Ingress own the path, or make the paths differ
        note: haproxytech would serve cart/cart, ingress-nginx and haproxy-ingress the older object, whose age is not known here</failure>
            </testcase>
            <testcase name="ING002 duplicate-key at 10:9" classname="deploy/cart.yaml" file="deploy/cart.yaml" line="10">
              <failure message="`pathType` stands twice in one mapping" type="error">deploy/cart.yaml:10:9: this one counts
        deploy/cart.yaml:9:9: this one is lost</failure>
            </testcase>
          </testsuite>
          <testsuite name="the input as a whole" tests="1" failures="0" errors="0" skipped="1">
            <testcase name="ING709 exported-noise" classname="the input as a whole">
              <skipped message="Ingress cart/cart holds what only a cluster writes" type="info">object: Ingress cart/cart
        field: metadata.managedFields</skipped>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn hostile_text_is_text() {
        let (sources, findings) = hostile();
        let summary = Summary::default();
        let text = junit(&report(&findings, &sources, &summary));
        insta::assert_snapshot!(text, @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="ingressc" tests="3" failures="3" errors="0" skipped="0">
          <testsuite name="de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml" tests="3" failures="3" errors="0" skipped="0">
            <testcase name="ING003 unquoted-annotation-value at 2:43" classname="de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml" file="de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml" line="2">
              <failure message="the value `a\n::error::b\r ]]&gt; &lt;img src=x&gt; &amp; &quot;'` | @all [x](http://e.example) %0A \0\u{1b}[31m �x ## [error]y` is no string" type="error">de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml:2:43: this one, a\n::error::b\r ]]&gt; &lt;img src=x&gt; &amp; &quot;'` | @all [x](http://e.example) %0A \0\u{1b}[31m �x ## [error]y
        object: Ingress shop/web
        field: metadata.annotations[haproxy.org/ssl-redirect]
        help: put it in quotes</failure>
            </testcase>
            <testcase name="ING106 invalid-host at 3:5" classname="de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml" file="de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml" line="3">
              <failure message="a\n::error::b\r ]]&gt; &lt;img src=x&gt; &amp; &quot;'` | @all [x](http://e.example) %0A \0\u{1b}[31m �x ## [error]y" type="error">de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml:3:5
        de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml:3:17: a\n::error::b\r ]]&gt; &lt;img src=x&gt; &amp; &quot;'` | @all [x](http://e.example) %0A \0\u{1b}[31m �x ## [error]y
        help: a\n::error::b\r ]]&gt; &lt;img src=x&gt; &amp; &quot;'` | @all [x](http://e.example) %0A \0\u{1b}[31m �x ## [error]y
        note: a\n::error::b\r ]]&gt; &lt;img src=x&gt; &amp; &quot;'` | @all [x](http://e.example) %0A \0\u{1b}[31m �x ## [error]y</failure>
            </testcase>
            <testcase name="ING106 invalid-host at 3:5" classname="de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml" file="de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml" line="3">
              <failure message="a␊::error::b␍ ]]&gt; &lt;img src=x&gt; &amp; &quot;'` | @all [x](http://e.example) %0A ␀␛[31m �x ## [error]y" type="error">de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml:3:5
        de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml:3:17: a\n::error::b\r ]]&gt; &lt;img src=x&gt; &amp; &quot;'` | @all [x](http://e.example) %0A \0\u{1b}[31m �x ## [error]y
        help: a␊::error::b␍ ]]&gt; &lt;img src=x&gt; &amp; &quot;'` | @all [x](http://e.example) %0A ␀␛[31m �x ## [error]y
        note: a\n::error::b\r ]]&gt; &lt;img src=x&gt; &amp; &quot;'` | @all [x](http://e.example) %0A \0\u{1b}[31m �x ## [error]y</failure>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
        assert_eq!(count(&text, "testcase"), findings.len());
        let document = Document::parse(&text).expect("XML");
        let failure = document
            .descendants()
            .find(|node| node.has_tag_name("failure"));
        let message = failure.and_then(|node| node.attribute("message"));
        assert_eq!(message, Some(&*visible(&findings[0].message)));
    }

    fn count(text: &str, element: &str) -> usize {
        let document = Document::parse(text).expect("XML");
        let all = document.descendants();
        all.filter(|node| node.has_tag_name(element)).count()
    }

    #[test]
    fn the_numbers_are_those_of_the_cases() {
        let (sources, findings) = sample();
        let summary = Summary::default();
        for fail_on in Severity::ALL {
            let report = Report {
                fail_on,
                ..report(&findings, &sources, &summary)
            };
            let text = junit(&report);
            let document = Document::parse(&text).expect("XML");
            let suites = document.descendants();
            for suite in suites.filter(|node| node.tag_name().name().starts_with("testsuite")) {
                for (attribute, element) in [
                    ("tests", "testcase"),
                    ("failures", "failure"),
                    ("skipped", "skipped"),
                ] {
                    let inside = suite.descendants();
                    let inside = inside.filter(|node| node.has_tag_name(element)).count();
                    assert_eq!(
                        suite.attribute(attribute),
                        Some(&*inside.to_string()),
                        "{text}"
                    );
                }
            }
        }
    }

    #[test]
    fn nothing_found_is_a_case_that_passes() {
        let (sources, summary) = (Sources::default(), Summary::default());
        let text = junit(&report(&[], &sources, &summary));
        assert_eq!((count(&text, "testcase"), count(&text, "failure")), (1, 0));
        assert_eq!(count(&text, "skipped"), 0);
    }

    #[test]
    fn no_character_makes_it_no_xml() {
        let all: String = (0..=0x1_0fff).filter_map(char::from_u32).collect();
        let text = format!("<a b=\"{0}\">{0}</a>", escape(&all));
        let document = Document::parse(&text).expect("XML");
        assert_eq!(
            document.root_element().text(),
            document.root_element().attribute("b")
        );
    }
}
