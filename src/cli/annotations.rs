//! `ingressc annotations`: the table of keys.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::args::{Annotations, TableFormat};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::annotations::{Dialect, Spec, Support, all, matrix};
use crate::report::wrap;
use crate::text::style;

#[expect(clippy::unnecessary_wraps, reason = "every command has this shape")]
pub(super) fn run(typed: &Annotations, streams: &mut Streams) -> Result<Exit, Stop> {
    let dialect = typed.dialect;
    let of_dialect = |spec: &&Spec| dialect.is_none_or(|dialect: Dialect| spec.dialect == dialect);
    let specs: Vec<&Spec> = all().filter(of_dialect).collect();
    streams.product(&match typed.format {
        TableFormat::Human => human(&specs, Streams::terminal_width()),
        TableFormat::Json => as_json(&specs),
        TableFormat::Markdown => matrix(dialect, |_, _| None),
    });
    Ok(Exit::Clean)
}

/// How wide a column of summaries is at least.
const COLUMN: usize = 40;

/// One line a key; in a terminal the summaries are wrapped within their column.
fn human(specs: &[&Spec], terminal: Option<usize>) -> String {
    let widest = |text: fn(&Spec) -> String| {
        let widths = specs.iter().map(|spec| text(spec).len());
        widths.max().unwrap_or(0)
    };
    let (keys, places) = (widest(Spec::full_key), widest(Spec::stands));
    let mut out = String::new();
    for spec in specs {
        let (key, stands, support) = (spec.full_key(), spec.stands(), spec.support.name());
        let first = format!("{key:<keys$}  {stands:<places$}  {support:<7}");
        let mut lines = String::new();
        let width = terminal.unwrap_or(usize::MAX);
        // In a narrow terminal the summary stands below, since its column would be narrower than a sentence can be read in.
        if width < first.len() + 2 + COLUMN {
            let row = format!("{key:<keys$} {stands:<places$} {support}");
            // One long key must not push the columns of all others out of sight.
            let row = if row.len() <= width {
                row
            } else {
                format!("{key} {stands} {support}")
            };
            let _ = writeln!(lines, "{row}");
            wrap(&mut lines, "    ", spec.summary(), width);
        } else {
            wrap(&mut lines, &format!("{first}  "), spec.summary(), width);
        }
        // Coloured after wrapping, so that the codes do not count as columns.
        let (head, tail) = lines.split_once('\n').unwrap_or((&lines, ""));
        let head = colored(head, &key, spec.support);
        let _ = writeln!(out, "{head}");
        out.push_str(tail);
    }
    out
}

/// The key in bold, and how far it is translated in its colour.
fn colored(head: &str, key: &str, support: Support) -> String {
    let (key, rest) = head.split_at(key.len());
    let name = format!(" {}", support.name());
    let shown = match support {
        Support::Full => style::good(&name).to_string(),
        Support::Partial(_) => style::changed(&name).to_string(),
        Support::Refused(_) => style::bad(&name).to_string(),
    };
    format!("{}{}", style::bold(key), rest.replacen(&name, &shown, 1))
}

/// One row a spelling.
fn as_json(specs: &[&Spec]) -> String {
    let mut rows = Vec::new();
    for spec in specs {
        rows.push(row(spec, spec.key));
        for alias in spec.aliases {
            rows.push(row(spec, alias.key));
        }
    }
    format!("{:#}\n", Value::from(rows))
}

fn row(spec: &Spec, spelling: &str) -> Value {
    let is_alias = spelling != spec.key;
    let aliases: Vec<&str> = spec.aliases.iter().map(|alias| alias.key).collect();
    let on: Vec<&str> = spec.on.iter().map(|on| on.name()).collect();
    let mut page = String::new();
    for line in spec.doc {
        let _ = writeln!(page, "{}", line.strip_prefix(' ').unwrap_or(line));
    }
    let full_key = match spec.written {
        Some(written) => written.to_owned(),
        None => format!("{}{spelling}", spec.dialect.prefixes()[0]),
    };
    let needs = spec.needs.map(|(major, minor)| format!("{major}.{minor}"));
    json!({
        "dialect": spec.dialect.name(),
        "key": spelling,
        "full_key": full_key,
        "alias_of": is_alias.then_some(spec.key),
        "aliases": if is_alias { Vec::new() } else { aliases },
        "on": on,
        "scope": spec.scope.name(),
        "grammar": {
            "name": spec.grammar.name,
            "form": spec.grammar.form,
            "pattern": spec.grammar.pattern,
        },
        "default": spec.default,
        "field": spec.field.path(),
        "support": {"level": spec.support.name(), "reason": spec.support.reason()},
        "requires": spec.requires,
        "excludes": spec.excludes,
        "protects": spec.protects.map(|protects| json!({"weaker": protects.weaker})),
        "needs": needs,
        "since": spec.since,
        "summary": spec.summary(),
        "doc": page,
        "example": spec.example,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_into_a_terminal_of_80_columns() {
        let specs: Vec<&Spec> = all().collect();
        let shown = |terminal| anstream::adapter::strip_str(&human(&specs, terminal)).to_string();
        let widest = |text: &str| text.lines().map(str::len).max();
        assert_eq!(shown(None).lines().count(), specs.len());
        let narrow = shown(Some(80));
        assert!(widest(&narrow) <= Some(80), "{narrow}");
        let wide = shown(Some(160));
        assert!(widest(&wide) <= Some(160) && wide.lines().count() < narrow.lines().count());
    }
}
