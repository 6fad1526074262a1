//! `ingressc rules`: the table of rules.

use std::fmt::Write as _;

use serde_json::json;

use super::args::{Rules, TableFormat};
use super::streams::Streams;
use super::{Exit, Stop, select};
use crate::finding::{Code, FixKind};
use crate::lint;
use crate::report::wrap;

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

/// One line a rule; in a terminal the summaries are wrapped within their column.
fn human(codes: &[Code], terminal: Option<usize>) -> String {
    let names = codes.iter().map(|code| code.name().len());
    let width = names.max().unwrap_or(0);
    let mut out = String::new();
    for code in codes {
        let (rule, code) = (code.rule(), code.to_string());
        let fix = match rule.fix {
            FixKind::None => "",
            FixKind::Safe => "fix",
            FixKind::Unsafe => "fix?",
        };
        let (name, severity) = (rule.name, rule.severity.name());
        let first = format!("{code}  {name:<width$}  {severity:<8}  {fix:<4}  ");
        let mut lines = String::new();
        wrap(
            &mut lines,
            &first,
            rule.summary,
            terminal.unwrap_or(usize::MAX),
        );
        // Coloured after wrapping, so that the codes do not count as columns.
        out.push_str(&lines.replacen(&code, &format!("\x1b[1m{code}\x1b[0m"), 1));
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
        let column = lines(None)[0]
            .find(rows[0].rule().summary)
            .expect("the summary");
        assert!(narrow[1].starts_with(&" ".repeat(column)), "{narrow:?}");
    }
}
