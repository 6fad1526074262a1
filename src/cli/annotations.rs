//! `ingressc annotations`: the table of keys.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::args::{Annotations, TableFormat};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::annotations::{Dialect, Spec, all, matrix};
use crate::report::wrap;

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
        let first = format!("{key:<keys$}  {stands:<places$}  {support:<7}  ");
        let mut lines = String::new();
        let width = terminal.unwrap_or(usize::MAX);
        wrap(&mut lines, &first, spec.summary(), width);
        // Coloured after wrapping, so that the codes do not count as columns.
        out.push_str(&lines.replacen(&key, &format!("\x1b[1m{key}\x1b[0m"), 1));
    }
    out
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
    let needs = spec.needs.map(|(major, minor)| format!("{major}.{minor}"));
    json!({
        "dialect": spec.dialect.name(),
        "key": spelling,
        "full_key": format!("{}{spelling}", spec.dialect.prefixes()[0]),
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
