//! `ingressc rules`: the table of rules.

use std::fmt::Write as _;

use serde_json::json;

use super::args::{Rules, TableFormat};
use super::streams::Streams;
use super::{Exit, Stop, select};
use crate::finding::{CODES, Code, CodeInfo};
use crate::report::wrap;

pub(super) fn run(typed: &Rules, streams: &mut Streams) -> Result<Exit, Stop> {
    let mut codes: Vec<Code> = match &typed.selectors[..] {
        [] => CODES.iter().map(|row| row.code).collect(),
        words => {
            let found: Result<Vec<_>, _> = words.iter().map(|word| select::rules(word)).collect();
            found?.concat()
        }
    };
    codes.sort_unstable();
    codes.dedup();
    let rows: Vec<&CodeInfo> = codes.into_iter().map(Code::info).collect();
    streams.product(&match typed.format {
        TableFormat::Human => human(&rows, Streams::terminal_width()),
        TableFormat::Json => as_json(&rows),
        TableFormat::Markdown => markdown(&rows),
    });
    Ok(Exit::Clean)
}

/// One line a rule; in a terminal the summaries are wrapped within their column.
fn human(rows: &[&CodeInfo], terminal: Option<usize>) -> String {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for row in rows {
        let (code, name, severity) = (row.code.to_string(), row.name, row.severity.name());
        let first = format!("{code}  {name:<width$}  {severity:<8}  ");
        let mut lines = String::new();
        wrap(
            &mut lines,
            &first,
            row.summary,
            terminal.unwrap_or(usize::MAX),
        );
        // Coloured after wrapping, so that the codes do not count as columns.
        out.push_str(&lines.replacen(&code, &format!("\x1b[1m{code}\x1b[0m"), 1));
    }
    out
}

fn as_json(rows: &[&CodeInfo]) -> String {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "code": row.code.to_string(),
                "name": row.name,
                "severity": row.severity.name(),
                "summary": row.summary,
                "page": row.page,
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::from(rows))
}

fn markdown(rows: &[&CodeInfo]) -> String {
    let mut out = "| Code | Name | Severity | What it catches |\n|---|---|---|---|\n".to_owned();
    for row in rows {
        let summary = row.summary.replace('|', "\\|");
        let _ = writeln!(
            out,
            "| {} | {} | {} | {summary} |",
            row.code,
            row.name,
            row.severity.name()
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_wrapped_for_a_terminal_and_for_nobody_else() {
        let rows = [Code::INPUT_TOO_LARGE.info()];
        let lines = |terminal| {
            let shown = anstream::adapter::strip_str(&human(&rows, terminal)).to_string();
            shown.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(lines(None).len(), 1);
        let narrow = lines(Some(60));
        assert!(
            narrow.len() > 1 && narrow.iter().all(|line| line.len() <= 60),
            "{narrow:?}"
        );
        let column = lines(None)[0].find(rows[0].summary).expect("the summary");
        assert!(narrow[1].starts_with(&" ".repeat(column)), "{narrow:?}");
    }
}
