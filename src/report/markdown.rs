//! Markdown for a comment on a pull request, or for the summary of a job.
//!
//! A comment is written with the rights of a robot, and what it quotes comes from the pull request: nothing in it may become
//! markup, a link, or the mention of a person. Words that are more than words are code, in which nothing is read.

use std::fmt::Write as _;

use super::place::{is_absolute, is_unnamed, uri};
use super::{Hidden, Report};
use crate::finding::{Finding, Severity};
use crate::source::{FileId, Origin};
use crate::text::markdown::{code, prose};

/// So many findings are shown at once; the others are folded.
const UNFOLDED: usize = 50;

/// GitHub takes comments of up to 65,536 characters.
const LONGEST: usize = 60_000;

/// A heading with the counts, and the findings by file.
pub fn markdown(report: &Report<'_>) -> String {
    let mut out = format!("### {}\n", heading(report));
    // Without findings the reader has to know what was looked at, and what was hidden.
    if report.findings.is_empty() || report.summary.hidden != Hidden::default() {
        let _ = write!(out, "\n{}\n", prose(&report.summary.to_string()));
    }
    let mut file = None;
    for (index, finding) in report.findings.iter().enumerate() {
        let mut item = String::new();
        let here = finding.origin().map(|origin| origin.file);
        if index == UNFOLDED {
            let more = report.findings.len() - UNFOLDED;
            let _ = write!(item, "\n<details>\n<summary>{more} more</summary>\n");
        }
        if index == 0 || index == UNFOLDED || here != file {
            let _ = write!(item, "\n{}\n\n", of_file(here, report));
        }
        file = here;
        list(&mut item, finding, report);
        if out.len() + item.len() > LONGEST {
            let left = report.findings.len() - index;
            let _ = write!(out, "\nAnd {left} more, for which there is no room here.\n");
            if index > UNFOLDED {
                out.push_str("\n</details>\n");
            }
            return out;
        }
        out.push_str(&item);
    }
    if report.findings.len() > UNFOLDED {
        out.push_str("\n</details>\n");
    }
    out
}

/// `ingressc: 1 error, 2 warnings`.
fn heading(report: &Report<'_>) -> String {
    let parts = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Info, "info", "info"),
        (Severity::Pedantic, "pedantic", "pedantic"),
    ];
    let counts = parts.map(|(severity, one, many)| {
        let of = report.findings.iter();
        let count = of.filter(|finding| finding.severity == severity).count();
        (count, if count == 1 { one } else { many })
    });
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    match &counts[..] {
        [] => "ingressc: no problems".to_owned(),
        counts => format!("ingressc: {}", counts.join(", ")),
    }
}

fn of_file(file: Option<FileId>, report: &Report<'_>) -> String {
    match file {
        None => "**The input as a whole**".to_owned(),
        Some(file) => {
            let name = report.name(file);
            let shown = code(&name);
            let to = link(&name, None, report.link_base);
            to.map_or(shown.clone(), |to| format!("[{shown}](<{to}>)"))
        }
    }
}

/// One item, advice below it.
fn list(out: &mut String, finding: &Finding, report: &Report<'_>) {
    let severity = finding.severity.name();
    let _ = write!(out, "- **{severity}** ");
    if let Some(origin) = finding.origin() {
        let position = report.sources.position(origin);
        let shown = format!("{}:{}", position.line, position.column);
        let _ = write!(out, "{} ", place(&shown, origin, report));
    }
    let (number, name) = (finding.code, finding.code.name());
    let _ = writeln!(out, "{number} {name}: {}", prose(&finding.message));
    for label in finding.labels.iter().skip(1) {
        let place = place(&code(&report.show(label.origin)), label.origin, report);
        match &*label.message {
            "" => _ = writeln!(out, "  - {place}"),
            said => _ = writeln!(out, "  - {place}: {}", prose(said)),
        }
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(out, "  - help: {}", prose(help));
    }
}

/// `shown`, leading to the line if it is in the repository.
fn place(shown: &str, origin: Origin, report: &Report<'_>) -> String {
    let line = report.sources.position(origin).line;
    match link(&report.name(origin.file), Some(line), report.link_base) {
        Some(to) => format!("[{shown}](<{to}>)"),
        None => shown.to_owned(),
    }
}

/// `BASE/deploy/a.yaml#L8`; `None` for what is no file of the repository, and where nobody said where those are looked at: a comment
/// stands on a page of its own, from which no relative link leads to the commit.
fn link(name: &str, line: Option<u32>, base: &str) -> Option<String> {
    let outside = is_absolute(name) || is_unnamed(name) || name.split('/').any(|part| part == "..");
    let anchor = line.map_or_else(String::new, |line| format!("#L{line}"));
    (!outside && !base.is_empty()).then(|| format!("{base}/{}{anchor}", uri(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;
    use crate::report::Summary;
    use crate::report::tests::{hostile, report, sample};
    use crate::source::{File, Sources};
    use crate::text::markdown::words;

    #[test]
    fn findings_are_listed_by_file() {
        let (sources, findings) = sample();
        let summary = Summary::default();
        insta::assert_snapshot!(markdown(&report(&findings, &sources, &summary)), @r"
        ### ingressc: 2 errors, 1 info

        [`deploy/cart.yaml`](<https://git.example/o/r/blob/1a2b/deploy/cart.yaml>)

        - **error** [8:15](<https://git.example/o/r/blob/1a2b/deploy/cart.yaml#L8>) ING301 duplicate-route: two Ingresses claim Prefix `/cart` of shop.example.com
          - [`deploy/shop.yaml:5:16`](<https://git.example/o/r/blob/1a2b/deploy/shop.yaml#L5>): and this one, in shop/shop
          - help: let one Ingress own the path, or make the paths differ
        - **error** [10:9](<https://git.example/o/r/blob/1a2b/deploy/cart.yaml#L10>) ING002 duplicate-key: `pathType` stands twice in one mapping
          - [`deploy/cart.yaml:9:9`](<https://git.example/o/r/blob/1a2b/deploy/cart.yaml#L9>): this one is lost

        **The input as a whole**

        - **info** ING709 exported-noise: Ingress cart/cart holds what only a cluster writes
        ");
    }

    #[test]
    fn hostile_text_is_code() {
        let (sources, findings) = hostile();
        let summary = Summary::default();
        insta::assert_snapshot!(markdown(&report(&findings, &sources, &summary)), @r#"
        ### ingressc: 3 errors

        [`de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml`](<https://git.example/o/r/blob/1a2b/de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml>)

        - **error** [2:43](<https://git.example/o/r/blob/1a2b/de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml#L2>) ING003 unquoted-annotation-value: the value `` `a\n::error::b\r `` `]]>` `<img` `src=x>` `&` `` "'` `` `|` `@all` `[x](http://e.example)` `%0A` `\0\u{1b}[31m` `�x` `##` `` [error]y` `` is no string
          - help: put it in quotes
        - **error** [3:5](<https://git.example/o/r/blob/1a2b/de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml#L3>) ING106 invalid-host: `a\n::error::b\r` `]]>` `<img` `src=x>` `&` `` "'` `` `|` `@all` `[x](http://e.example)` `%0A` `\0\u{1b}[31m` `�x` `##` `[error]y`
          - [`de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml:3:17`](<https://git.example/o/r/blob/1a2b/de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml#L3>): `a\n::error::b\r` `]]>` `<img` `src=x>` `&` `` "'` `` `|` `@all` `[x](http://e.example)` `%0A` `\0\u{1b}[31m` `�x` `##` `[error]y`
          - help: `a\n::error::b\r` `]]>` `<img` `src=x>` `&` `` "'` `` `|` `@all` `[x](http://e.example)` `%0A` `\0\u{1b}[31m` `�x` `##` `[error]y`
        - **error** [3:5](<https://git.example/o/r/blob/1a2b/de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml#L3>) ING106 invalid-host: `a␊::error::b␍` `]]>` `<img` `src=x>` `&` `` "'` `` `|` `@all` `[x](http://e.example)` `%0A` `␀␛[31m` `�x` `##` `[error]y`
          - [`de ploy/::error file=a,line=1::%0Aé](http:/e.example)@all.yaml:3:17`](<https://git.example/o/r/blob/1a2b/de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml#L3>): `a\n::error::b\r` `]]>` `<img` `src=x>` `&` `` "'` `` `|` `@all` `[x](http://e.example)` `%0A` `\0\u{1b}[31m` `�x` `##` `[error]y`
          - help: `a␊::error::b␍` `]]>` `<img` `src=x>` `&` `` "'` `` `|` `@all` `[x](http://e.example)` `%0A` `␀␛[31m` `�x` `##` `[error]y`
        "#);
    }

    #[test]
    fn words_that_a_renderer_reads_are_code() {
        let harmless = "two Ingresses claim Prefix /cart of shop.example.com: 80, \"x\" (a/b)";
        assert_eq!(prose(harmless), harmless);
        for word in [
            "@team",
            "a@b.example",
            "#1",
            "o/r#1",
            "GH-1",
            "!1",
            "~label",
            "https://e.example",
            "www.e.example",
            "*a*",
            "_a_",
            "<img>",
            "&lt;",
            "[a](b)",
            "a|b",
            ":tada:",
            "a\\",
            "$x$",
            "^a",
            "%1",
            "50%",
            "1a2b3c4",
            "0123456789abcdef0123456789abcdef01234567",
            "o/r@1a2b3c4",
            "(1a2b3c4)",
        ] {
            assert_eq!(words(&format!("x {word} y")), format!("x `{word}` y"));
        }
        assert_eq!(prose("host `@a` is"), "host `@a` is");
        assert_eq!(
            prose("host `a`@b` is"),
            "host ``` `a`@b` ``` is"
                .replace("``` ", "`` ")
                .replace(" ```", " ``")
        );
        assert_eq!(code("``x"), "``` ``x ```");
        assert_eq!(code("a``b`"), "``` a``b` ```");
    }

    fn many(count: usize, message: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add(File::new("a.yaml", "a: b\n"));
        let finding = || Finding::new(Code::INVALID_HOST, message).at(Origin::new(file, 0..1));
        let findings: Vec<Finding> = std::iter::repeat_with(finding).take(count).collect();
        markdown(&report(&findings, &sources, &Summary::default()))
    }

    #[test]
    fn many_findings_are_folded() {
        let text = many(50, "x");
        assert!(!text.contains("<details>"), "{text}");
        let text = many(52, "x");
        assert!(text.starts_with("### ingressc: 52 errors\n"), "{text}");
        let (open, folded) = text.split_once("<details>").expect("folded");
        assert_eq!(
            (
                open.matches("- **error**").count(),
                folded.matches("- **error**").count()
            ),
            (50, 2)
        );
        assert!(
            folded.starts_with("\n<summary>2 more</summary>\n\n[`a.yaml`]"),
            "{folded}"
        );
        assert!(folded.ends_with("\n</details>\n"), "{folded}");
    }

    #[test]
    fn a_comment_is_never_too_long() {
        let long = "words ".repeat(100);
        for count in [40, 90, 300] {
            let text = many(count, &long.repeat(3));
            assert!(
                text.len() < 65_536 && text.contains(" more, for which"),
                "{count}"
            );
            assert_eq!(
                text.matches("<details>").count(),
                text.matches("</details>").count()
            );
        }
    }

    #[test]
    fn only_files_of_the_repository_are_linked() {
        assert_eq!(
            link("a b/ä.yaml", Some(3), "https://x").as_deref(),
            Some("https://x/a%20b/%C3%A4.yaml#L3")
        );
        for name in [
            "/etc/a.yaml",
            "<stdin>",
            "../a.yaml",
            "a/../../b.yaml",
            "//evil.example/",
        ] {
            assert_eq!(link(name, None, "https://x"), None, "{name}");
        }
    }

    #[test]
    fn nothing_found_is_a_heading() {
        let (sources, summary) = (Sources::default(), Summary::default());
        assert_eq!(
            markdown(&report(&[], &sources, &summary)),
            "### ingressc: no problems\n\nFound no problems in 0 files with 0 objects.\n"
        );
    }
}
