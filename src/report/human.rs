//! Findings for people: a headline, the lines of the manifest with the place underlined, what to do about it.

use std::fmt::Write as _;

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};

use super::excerpt::excerpts;
use crate::finding::{Finding, Label, Severity};
use crate::source::Sources;
use crate::text::style;
use crate::text::{visible, wrap, wrap_hanging};

/// All findings, a blank line after each. Holds colour codes; lines of prose are wrapped to `width` columns.
pub fn human(findings: &[Finding], sources: &Sources, width: usize) -> String {
    let handler = handler(width);
    let mut out = String::new();
    for finding in findings {
        let severity = finding.severity;
        let code = format!("{}[{}]", severity.name(), finding.code);
        let name = finding.code.name();
        let mut headline = String::new();
        let plain = format!("{code} {name}: {}", finding.message);
        wrap_hanging(&mut headline, &plain, 2, width);
        // Coloured after wrapping, so that the codes do not count as columns.
        let coloured = format!("{} {}", style::severity(severity, &code), style::bold(name));
        match headline.strip_prefix(&format!("{code} {name}")) {
            Some(rest) => {
                out.push_str(&coloured);
                out.push_str(rest);
            }
            None => out.push_str(&headline),
        }
        places(&mut out, &handler, &finding.labels, severity, sources);
        if finding.labels.is_empty() {
            about(&mut out, finding);
        }
        advice(&mut out, finding.help.as_deref(), &finding.notes, width);
        out.push('\n');
    }
    out
}

/// Something wrong with what was asked rather than with the manifests: a mistake in the configuration. Drawn like a finding.
pub fn mistake(
    message: &str,
    labels: &[Label],
    help: Option<&str>,
    sources: &Sources,
    width: usize,
) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}: {}",
        style::severity(Severity::Error, "error"),
        visible(message)
    );
    places(&mut out, &handler(width), labels, Severity::Error, sources);
    advice(&mut out, help, &[], width);
    out
}

/// A test that failed: what was asked, and the places in its file that did not come true. Drawn like a finding.
pub(crate) fn failure(title: &str, labels: &[Label], sources: &Sources, width: usize) -> String {
    let mut out = String::new();
    let headline = format!("failed: {}", visible(title));
    let mut wrapped = String::new();
    wrap_hanging(&mut wrapped, &headline, 2, width);
    let failed = style::severity(Severity::Error, "failed").to_string();
    out.push_str(&wrapped.replacen("failed", &failed, 1));
    places(&mut out, &handler(width), labels, Severity::Error, sources);
    out
}

fn handler(width: usize) -> GraphicalReportHandler {
    let theme = GraphicalTheme {
        characters: ThemeCharacters::unicode(),
        styles: ThemeStyles::ansi(),
    };
    GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_width(width)
        .with_context_lines(1)
        .without_syntax_highlighting()
}

fn places(
    out: &mut String,
    handler: &GraphicalReportHandler,
    labels: &[Label],
    severity: Severity,
    sources: &Sources,
) {
    for excerpt in excerpts(labels, severity, sources) {
        let mut drawn = String::new();
        if handler.render_report(&mut drawn, &excerpt).is_ok() {
            // The first line is the headline that miette would give it.
            let (_, drawn) = drawn.split_once('\n').unwrap_or_default();
            out.push_str(drawn);
        }
    }
}

/// Stands in for the place of a finding that has none.
fn about(out: &mut String, finding: &Finding) {
    let parts: Vec<_> = finding
        .object
        .iter()
        .chain(&finding.field)
        .map(|part| visible(part))
        .collect();
    if !parts.is_empty() {
        let _ = writeln!(out, "  {} {}", style::hint("-->"), parts.join(", "));
    }
}

fn advice(out: &mut String, help: Option<&str>, notes: &[String], width: usize) {
    let texts = help.map(|help| ("help:", help)).into_iter();
    for (title, text) in texts.chain(notes.iter().map(|note| ("note:", note.as_str()))) {
        let mut wrapped = String::new();
        wrap(&mut wrapped, &format!("  {title} "), text, width);
        // Coloured after wrapping, so that the codes do not count as columns.
        out.push_str(&wrapped.replacen(title, &style::hint(title).to_string(), 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;
    use crate::report::tests::sample;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_finding_in_two_files_shows_both_places() {
        let (sources, findings) = sample();
        insta::assert_snapshot!(plain(&human(&findings[..1], &sources, 80)), @r"
        error[ING301] duplicate-route: two Ingresses claim Prefix `/cart` of
          shop.example.com
           ╭─[deploy/cart.yaml:8:15]
         8 │       - path: /cart
           ·               ──┬──
           ·                 ╰── this one, in cart/cart
           ╰────
           ╭─[deploy/shop.yaml:5:16]
         5 │       - {path: /cart, pathType: Prefix}
           ·                ──┬──
           ·                  ╰── and this one, in shop/shop
           ╰────
          help: let one Ingress own the path, or make the paths differ
          note: haproxytech would serve cart/cart, ingress-nginx and haproxy-ingress the
                older object, whose age is not known here
        ");
    }

    #[test]
    fn two_places_close_together_share_a_frame() {
        let (sources, findings) = sample();
        insta::assert_snapshot!(plain(&human(&findings[1..2], &sources, 80)), @r"
        error[ING002] duplicate-key: `pathType` stands twice in one mapping
            ╭─[deploy/cart.yaml:10:9]
          9 │         pathType: Prefix
            ·         ────────┬───────
            ·                 ╰── this one is lost
         10 │         pathType: Exact
            ·         ───────┬───────
            ·                ╰── this one counts
            ╰────
        ");
    }

    #[test]
    fn a_finding_without_a_place_names_the_object() {
        let (sources, findings) = sample();
        insta::assert_snapshot!(plain(&human(&findings[2..], &sources, 80)), @r"
        info[ING709] exported-noise: Ingress cart/cart holds what only a cluster writes
          --> Ingress cart/cart, metadata.managedFields
        ");
    }

    #[test]
    fn hostile_text_reaches_no_terminal() {
        // Set as they are: the constructors escape control characters, and this is the second line of defence.
        let finding = Finding {
            message: "the host `\x1b]0;owned\x07` is illegal".to_owned(),
            help: Some("write\x1b[2J a name".to_owned()),
            ..Finding::new(Code::INVALID_HOST, "").note("\u{202e}reversed")
        };
        let shown = plain(&human(&[finding], &Sources::default(), 80));
        assert!(
            shown.chars().all(|c| c == '\n' || !c.is_control()),
            "{shown:?}"
        );
        assert!(
            shown.contains("␛]0;owned␇") && shown.contains("␛[2J") && !shown.contains('\u{202e}'),
            "{shown:?}"
        );
    }

    #[test]
    fn colour_tells_the_severity() {
        let (sources, findings) = sample();
        let shown = human(&findings, &sources, 80);
        assert!(
            shown.starts_with("\x1b[1;31merror[ING301]\x1b[0m \x1b[1mduplicate-route\x1b[0m: "),
            "{shown:?}"
        );
        assert!(shown.contains("\x1b[1;36minfo[ING709]"), "{shown:?}");
    }
}
