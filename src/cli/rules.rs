//! `ingressc rules`: the table of rules.

use std::fmt::Write as _;

use serde_json::json;

use super::args::{Rules, TableFormat};
use super::streams::Streams;
use super::{Exit, Stop, select};
use crate::finding::{Code, FixKind};
use crate::lint;
use crate::report::wrap;
use crate::text::style;

pub(super) fn run(typed: &Rules, streams: &mut Streams) -> Result<Exit, Stop> {
    let mut codes: Vec<Code> = match &typed.selectors[..] {
        [] => lint::codes().collect(),
        words => {
            let found: Result<Vec<_>, _> = words.iter().map(|word| select::rules(word)).collect();
            found?.concat()
        }
    };
    codes.sort_unstable();
    codes.dedup();
    streams.product(&match typed.format {
        TableFormat::Human => human(&codes, Streams::terminal_width()),
        TableFormat::Json => as_json(&codes),
        TableFormat::Markdown => markdown(&codes),
    });
    Ok(Exit::Clean)
}

/// How wide a column of summaries is at least.
const COLUMN: usize = 40;

/// Before a summary that stands below its rule.
const BELOW: &str = "        ";

/// One line a rule; in a terminal the summaries are wrapped within their column.
fn human(codes: &[Code], terminal: Option<usize>) -> String {
    let names = codes.iter().map(|code| code.name().len());
    let name_width = names.max().unwrap_or(0);
    let mut out = String::new();
    for code in codes {
        let (rule, code) = (code.rule(), code.to_string());
        let fix = match rule.fix {
            FixKind::None => "",
            FixKind::Safe => "fix",
            FixKind::Unsafe => "fix?",
        };
        let (name, severity) = (rule.name, format!("{:<8}", rule.severity.name()));
        let first = format!("{code}  {name:<name_width$}  {severity}  {fix:<4}  ");
        let width = terminal.unwrap_or(usize::MAX);
        let mut lines = String::new();
        // In a narrow terminal the summary stands below, since its column would be narrower than a sentence can be read in.
        if width < first.len() + COLUMN {
            let _ = writeln!(lines, "{}", first.trim_end());
            wrap(&mut lines, BELOW, rule.summary, width);
        } else {
            wrap(&mut lines, &first, rule.summary, width);
        }
        // Coloured after wrapping, so that the codes do not count as columns.
        let (head, rest) = lines.split_at(code.len() + name_width + 4);
        let (severity, rest) = rest.split_at(rule.severity.name().len());
        let severity = style::severity(rule.severity, severity);
        let head = head.replacen(&code, &style::bold(&code).to_string(), 1);
        let _ = write!(out, "{head}{severity}{rest}");
    }
    out
}

fn as_json(codes: &[Code]) -> String {
    let rows: Vec<_> = codes
        .iter()
        .map(|code| {
            let rule = code.rule();
            json!({
                "code": code.to_string(),
                "name": rule.name,
                "severity": rule.severity.name(),
                "summary": rule.summary,
                "fix": rule.fix.name(),
                "ignorable": rule.ignorable,
                "since": rule.since,
                "sources": rule.sources,
                "page": rule.page(),
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::from(rows))
}

fn markdown(codes: &[Code]) -> String {
    let mut out =
        "| Code | Name | Severity | Fix | What it catches |\n|---|---|---|---|---|\n".to_owned();
    for code in codes {
        let rule = code.rule();
        let summary = rule.summary.replace('|', "\\|");
        let fix = match rule.fix {
            FixKind::None => "",
            kind => kind.name(),
        };
        let _ = writeln!(
            out,
            "| {code} | {} | {} | {fix} | {summary} |",
            rule.name,
            rule.severity.name()
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_wrapped_for_a_terminal_and_for_nobody_else() {
        let rows = [Code::INPUT_TOO_LARGE];
        let lines = |terminal| {
            let shown = anstream::adapter::strip_str(&human(&rows, terminal)).to_string();
            shown.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(lines(None).len(), 1);
        let narrow = lines(Some(68));
        assert!(
            narrow.len() > 1 && narrow.iter().all(|line| line.len() <= 68),
            "{narrow:?}"
        );
        assert_eq!(narrow[1].trim_start(), &narrow[1][BELOW.len()..]);
        let wide = lines(Some(90));
        let column = wide[0].find("a file").expect("the summary");
        assert!(
            wide.len() > 1 && wide[1].starts_with(&" ".repeat(column)),
            "{wide:?}"
        );
    }
}
