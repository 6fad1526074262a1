//! Commands to GitHub's runner, which makes annotations of them: `::error file=…,line=…::message`.
//!
//! A step shows ten annotations of a kind. The worst come first; what is beyond is told in lines that are no commands.

use std::cmp::Reverse;
use std::fmt::Write as _;

use super::Report;
use super::place::is_unnamed;
use crate::finding::{Finding, Severity};
use crate::text::visible;

/// How many annotations of a kind GitHub shows of one step.
const SHOWN: usize = 10;

/// Commands, errors first; then, where there are more findings than annotations, the others as plain lines.
pub fn github(report: &Report<'_>) -> String {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| Reverse(kind(finding.severity).0));
    let (mut commands, mut rest) = (String::new(), String::new());
    let counts = count(&findings);
    let more = counts.iter().any(|&count| count > SHOWN);
    let mut told = [0; 3];
    let mut left = 0;
    for finding in findings {
        let (rank, _) = kind(finding.severity);
        // The word that there is more is a notice, too.
        let limit = SHOWN - usize::from(more && rank == 0);
        told[rank] += 1;
        if told[rank] <= limit {
            command(&mut commands, finding, report);
        } else {
            left += 1;
            line(&mut rest, finding, report);
        }
    }
    if left > 0 {
        let _ = writeln!(commands, "::notice title=ingressc::{left} more in the log");
    }
    commands + &rest
}

/// How many there are of each kind.
fn count(findings: &[&Finding]) -> [usize; 3] {
    let mut counts = [0; 3];
    for finding in findings {
        counts[kind(finding.severity).0] += 1;
    }
    counts
}

/// What GitHub calls a severity, and how bad that is.
fn kind(severity: Severity) -> (usize, &'static str) {
    match severity {
        Severity::Error => (2, "error"),
        Severity::Warning => (1, "warning"),
        Severity::Info | Severity::Pedantic => (0, "notice"),
    }
}

fn command(out: &mut String, finding: &Finding, report: &Report<'_>) {
    let _ = write!(out, "::{} ", kind(finding.severity).1);
    if let Some(origin) = finding.origin() {
        let name = report.name(origin.file);
        // Standard input is no file of the repository.
        if !is_unnamed(&name) {
            let _ = write!(out, "file={},", property(&name));
        }
        let region = report.region(origin);
        let end = region.last_line();
        let _ = write!(out, "line={},endLine={end},", region.line);
        // GitHub refuses columns of places that are longer than a line.
        if region.end_line == region.line {
            let _ = write!(
                out,
                "col={},endColumn={},",
                region.column, region.end_column
            );
        }
    }
    let title = format!("{} {}", finding.code, finding.code.name());
    let _ = writeln!(
        out,
        "title={}::{}",
        property(&title),
        data(&text(finding, report))
    );
}

/// The message, related places, and what to do, a line each.
fn text(finding: &Finding, report: &Report<'_>) -> String {
    let mut text = visible(&finding.message).into_owned();
    for label in finding.labels.iter().skip(1) {
        let _ = write!(text, "\n{}", visible(&report.show(label.origin)));
        if !label.message.is_empty() {
            let _ = write!(text, ": {}", visible(&label.message));
        }
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nhelp: {}", visible(help));
    }
    text
}

/// A line that the runner takes for no command: it opens with a word of ours, because a file may be called `::error::`.
fn line(out: &mut String, finding: &Finding, report: &Report<'_>) {
    let (severity, code) = (finding.severity.name(), finding.code);
    let mut line = format!("{severity}[{code}] {}: ", code.name());
    if let Some(origin) = finding.origin() {
        let _ = write!(line, "{}: ", visible(&report.show(origin)));
    }
    line += &visible(&finding.message);
    let _ = writeln!(out, "{line}");
}

/// Text after the `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;
    use crate::report::Summary;
    use crate::report::tests::{hostile, report, sample};
    use crate::source::{File, Origin, Sources};

    #[test]
    fn findings_are_commands() {
        let (sources, findings) = sample();
        let summary = Summary::default();
        insta::assert_snapshot!(github(&report(&findings, &sources, &summary)), @r"
        ::error file=deploy/cart.yaml,line=8,endLine=8,col=15,endColumn=20,title=ING301 duplicate-route::two Ingresses claim Prefix `/cart` of shop.example.com%0Adeploy/shop.yaml:5:16: and this one, in shop/shop%0Ahelp: let one Ingress own the path, or make the paths differ
        ::error file=deploy/cart.yaml,line=10,endLine=10,col=9,endColumn=24,title=ING002 duplicate-key::`pathType` stands twice in one mapping%0Adeploy/cart.yaml:9:9: this one is lost
        ::notice title=ING709 exported-noise::Ingress cart/cart holds what only a cluster writes
        ");
    }

    #[test]
    fn hostile_text_makes_no_command() {
        let (sources, findings) = hostile();
        let summary = Summary::default();
        let text = github(&report(&findings, &sources, &summary));
        insta::assert_snapshot!(text, @r#"
        ::error file=de ploy/%3A%3Aerror file=a%2Cline=1%3A%3A%250Aé](http%3A/e.example)@all.yaml,line=2,endLine=2,col=43,endColumn=47,title=ING003 unquoted-annotation-value::the value `a\n::error::b\r ]]> <img src=x> & "'` | @all [x](http://e.example) %250A \0\u{1b}[31m �x ## [error]y` is no string%0Ahelp: put it in quotes
        ::error file=de ploy/%3A%3Aerror file=a%2Cline=1%3A%3A%250Aé](http%3A/e.example)@all.yaml,line=3,endLine=3,col=5,endColumn=6,title=ING106 invalid-host::a\n::error::b\r ]]> <img src=x> & "'` | @all [x](http://e.example) %250A \0\u{1b}[31m �x ## [error]y%0Ade ploy/::error file=a,line=1::%250Aé](http:/e.example)@all.yaml:3:17: a\n::error::b\r ]]> <img src=x> & "'` | @all [x](http://e.example) %250A \0\u{1b}[31m �x ## [error]y%0Ahelp: a\n::error::b\r ]]> <img src=x> & "'` | @all [x](http://e.example) %250A \0\u{1b}[31m �x ## [error]y
        ::error file=de ploy/%3A%3Aerror file=a%2Cline=1%3A%3A%250Aé](http%3A/e.example)@all.yaml,line=3,endLine=3,col=5,endColumn=6,title=ING106 invalid-host::a␊::error::b␍ ]]> <img src=x> & "'` | @all [x](http://e.example) %250A ␀␛[31m �x ## [error]y%0Ade ploy/::error file=a,line=1::%250Aé](http:/e.example)@all.yaml:3:17: a\n::error::b\r ]]> <img src=x> & "'` | @all [x](http://e.example) %250A \0\u{1b}[31m �x ## [error]y%0Ahelp: a␊::error::b␍ ]]> <img src=x> & "'` | @all [x](http://e.example) %250A ␀␛[31m �x ## [error]y
        "#);
        assert_eq!(text.lines().count(), findings.len());
    }

    fn many(severities: &[(Severity, usize)]) -> String {
        let mut sources = Sources::default();
        let file = sources.add(File::new("::error::a.yaml", "a: b\n"));
        let finding = |severity, number| {
            Finding::new(Code::INVALID_HOST, format!("{number} ##[error]x"))
                .severity(severity)
                .at(Origin::new(file, 0..1))
        };
        let findings: Vec<Finding> = severities
            .iter()
            .flat_map(|&(severity, count)| (1..=count).map(move |number| finding(severity, number)))
            .collect();
        github(&report(&findings, &sources, &Summary::default()))
    }

    fn counted(text: &str) -> [usize; 4] {
        ["::error ", "::warning ", "::notice ", ""].map(|start| {
            let lines = text.lines();
            let is_one = |line: &&str| match start {
                "" => !line.contains("::error ") && !line.trim_start().starts_with("::"),
                start => line.starts_with(start),
            };
            lines.filter(is_one).count()
        })
    }

    #[test]
    fn what_github_would_not_show_is_told_in_plain_lines() {
        let text = many(&[
            (Severity::Warning, 12),
            (Severity::Error, 11),
            (Severity::Info, 3),
        ]);
        assert_eq!(counted(&text), [10, 10, 4, 3]);
        assert!(text.starts_with("::error "), "{text}");
        assert!(
            text.contains("::notice title=ingressc::3 more in the log\n"),
            "{text}"
        );
        assert!(
            text.ends_with("warning[ING106] invalid-host: ::error::a.yaml:1:1: 12 ## [error]x\n"),
            "{text}"
        );
    }

    #[test]
    fn the_word_that_there_is_more_counts_as_a_notice() {
        assert_eq!(counted(&many(&[(Severity::Info, 10)])), [0, 0, 10, 0]);
        assert_eq!(counted(&many(&[(Severity::Info, 11)])), [0, 0, 10, 2]);
        let both = many(&[(Severity::Info, 10), (Severity::Error, 11)]);
        assert_eq!(counted(&both), [10, 0, 10, 2]);
    }

    #[test]
    fn columns_are_left_out_where_a_place_has_several_lines() {
        let mut sources = Sources::default();
        let file = sources.add(File::new("a.yaml", "a: b\nc: d\ne: f\n"));
        let finding = Finding::new(Code::INVALID_HOST, "x").at(Origin::new(file, 0..10));
        let text = github(&report(&[finding], &sources, &Summary::default()));
        assert_eq!(
            text,
            "::error file=a.yaml,line=1,endLine=2,title=ING106 invalid-host::x\n"
        );
    }
}
