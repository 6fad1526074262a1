//! `ingressc explain`: the page of a rule.

use std::fmt::Write as _;

use super::args::Explain;
use super::streams::Streams;
use super::{Exit, Stop, select};
use crate::finding::Code;

pub(super) fn run(typed: &Explain, streams: &mut Streams) -> Result<Exit, Stop> {
    let code = Code::find(&typed.what).ok_or_else(|| select::unknown(&typed.what))?;
    streams.product(&page(code));
    Ok(Exit::Clean)
}

/// The page's Markdown with headings in bold and code in colour. Without colour it is the Markdown itself.
fn page(code: Code) -> String {
    let mut out = String::new();
    let mut fenced = false;
    for line in code.page().lines() {
        if line.starts_with("```") {
            fenced = !fenced;
            let _ = writeln!(out, "\x1b[2m{line}\x1b[0m");
        } else if fenced {
            let _ = writeln!(out, "\x1b[36m{line}\x1b[0m");
        } else if line.starts_with('#') {
            let _ = writeln!(out, "\x1b[1m{line}\x1b[0m");
        } else {
            let _ = writeln!(out, "{line}");
        }
    }
    let severity = code.severity().name();
    let _ = writeln!(
        out,
        "\nSeverity: {severity}. To change it: `rules: {{{code}: {{level: …}}}}` in ingressc.yaml."
    );
    out
}
