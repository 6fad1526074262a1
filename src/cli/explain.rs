//! `ingressc explain`: the page of a rule.

use std::fmt::Write as _;

use super::args::Explain;
use super::streams::Streams;
use super::{Exit, Stop, select};
use crate::finding::Code;
use crate::report::wrap_hanging;

/// Longer lines of prose are hard to read, however wide the terminal is.
const PROSE: usize = 100;

pub(super) fn run(typed: &Explain, streams: &mut Streams) -> Result<Exit, Stop> {
    let code = Code::find(&typed.what).ok_or_else(|| select::unknown(&typed.what))?;
    streams.product(&page(code, Streams::terminal_width()));
    Ok(Exit::Clean)
}

/// The page's Markdown with headings in bold and code in colour. Without colour and terminal it is the Markdown itself; in a
/// terminal, its paragraphs are broken anew.
fn page(code: Code, terminal: Option<usize>) -> String {
    let severity = code.severity().name();
    let closing = format!(
        "Severity: {severity}. To change it: `rules: {{{code}: {{level: …}}}}` in ingressc.yaml."
    );
    let mut out = String::new();
    let mut fenced = false;
    let mut paragraph: Vec<&str> = Vec::new();
    for line in code.page().lines().chain(["", &closing]) {
        let is_fence = line.starts_with("```");
        let is_prose = !fenced && !is_fence && !line.is_empty() && !line.starts_with('#');
        // An item of a list is a paragraph of its own.
        if !is_prose || line.starts_with(['-', '|']) {
            flush(&mut out, &mut paragraph, terminal);
        }
        if is_prose {
            paragraph.push(line);
        } else if is_fence {
            fenced = !fenced;
            let _ = writeln!(out, "\x1b[2m{line}\x1b[0m");
        } else if fenced {
            let _ = writeln!(out, "\x1b[36m{line}\x1b[0m");
        } else if line.is_empty() {
            out.push('\n');
        } else {
            let _ = writeln!(out, "\x1b[1m{line}\x1b[0m");
        }
    }
    flush(&mut out, &mut paragraph, terminal);
    out
}

fn flush(out: &mut String, paragraph: &mut Vec<&str>, terminal: Option<usize>) {
    match (terminal, &paragraph[..]) {
        (_, []) => {}
        (Some(width), lines) => {
            let is_item = lines[0].starts_with("- ");
            let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
            wrap_hanging(
                out,
                &lines.join(" "),
                if is_item { 2 } else { 0 },
                width.min(PROSE),
            );
        }
        (None, lines) => {
            for line in lines {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    paragraph.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::CODES;

    fn plain(code: Code, terminal: Option<usize>) -> String {
        anstream::adapter::strip_str(&page(code, terminal)).to_string()
    }

    #[test]
    fn a_program_reads_the_page_as_it_was_written() {
        for row in CODES {
            let shown = plain(row.code, None);
            assert!(shown.starts_with(row.page), "{}: {shown}", row.code);
        }
    }

    #[test]
    fn in_a_terminal_prose_is_broken_at_its_width_and_no_word_is_lost() {
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        for row in CODES {
            let (written, shown) = (plain(row.code, None), plain(row.code, Some(60)));
            assert_eq!(words(&written), words(&shown), "{}", row.code);
            for prose in shown.split("```").step_by(2) {
                let long = prose.lines().find(|line| {
                    line.chars().count() > 60 && line.contains(' ') && !line.starts_with(['#', '|'])
                });
                assert_eq!(long, None, "{}", row.code);
            }
        }
    }
}
