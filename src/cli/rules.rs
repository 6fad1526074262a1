//! `ingressc rules`: the table of rules.

use std::fmt::Write as _;

use serde_json::json;

use super::args::{Rules, TableFormat};
use super::streams::Streams;
use super::{Exit, Stop, select};
use crate::finding::{CODES, Code, CodeInfo};

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
        TableFormat::Human => human(&rows),
        TableFormat::Json => as_json(&rows),
        TableFormat::Markdown => markdown(&rows),
    });
    Ok(Exit::Clean)
}

fn human(rows: &[&CodeInfo]) -> String {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for row in rows {
        let _ = writeln!(
            out,
            "\x1b[1m{}\x1b[0m  {:<width$}  {:<8}  {}",
            row.code,
            row.name,
            row.severity.name(),
            row.summary
        );
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
