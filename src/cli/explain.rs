//! `ingressc explain`: the page of a rule, or of an annotation.

mod own;

use std::fmt::Write as _;

use super::args::Explain;
use super::streams::Streams;
use super::{Exit, Stop, select};
use crate::finding::Code;
use crate::report::{visible, wrap_hanging};
use crate::{annotations, config, lint};

/// Longer lines of prose are hard to read, however wide the terminal is.
const PROSE: usize = 100;

pub(super) fn run(typed: &Explain, streams: &mut Streams) -> Result<Exit, Stop> {
    let terminal = Streams::terminal_width();
    let what = &typed.what;
    let shown = match (lint::find(what), annotations::named(what)) {
        (Some(code), _) => page(code, terminal),
        (None, Some(spec)) => render(&spec.page(1), terminal),
        (None, None) => match own::page(what) {
            Some(page) => render(page, terminal),
            None => return Err(unknown(what)),
        },
    };
    streams.product(&shown);
    Ok(Exit::Clean)
}

/// The answer to a word that names neither.
fn unknown(word: &str) -> Stop {
    let keys = || annotations::all().map(|spec| spec.key);
    let name = word.rsplit('/').next().unwrap_or_default();
    let is_key = word.contains('/') || config::nearest(name, keys()).is_some();
    if !is_key {
        return select::unknown(word);
    }
    let own = || own::keys().filter_map(|key| key.split_once('/'));
    let near = config::nearest(name, keys().chain(own().map(|(_, key)| key)));
    let help = near.map_or_else(
        || "`ingressc annotations` lists the keys".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Stop::usage(format!(
        "error: there is no annotation `{}`\n  help: {help}",
        visible(word)
    ))
}

fn page(code: Code, terminal: Option<usize>) -> String {
    let severity = code.severity().name();
    let closing = format!(
        "Severity: {severity}. To change it: `rules: {{{code}: {{level: …}}}}` in ingressc.yaml."
    );
    render(&format!("{}\n{closing}", code.page()), terminal)
}

/// Markdown with headings in bold and code in colour. Without colour and terminal it is the Markdown itself; in a terminal, its
/// paragraphs are broken anew.
fn render(markdown: &str, terminal: Option<usize>) -> String {
    let mut out = String::new();
    let mut fenced = false;
    let mut paragraph: Vec<&str> = Vec::new();
    for line in markdown.lines() {
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

    fn plain(code: Code, terminal: Option<usize>) -> String {
        anstream::adapter::strip_str(&page(code, terminal)).to_string()
    }

    #[test]
    fn a_program_reads_the_page_as_it_was_written() {
        for code in lint::codes() {
            let shown = plain(code, None);
            assert!(shown.starts_with(&code.page()), "{code}: {shown}");
        }
    }

    #[test]
    fn in_a_terminal_prose_is_broken_at_its_width_and_no_word_is_lost() {
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        for code in lint::codes() {
            let (written, shown) = (plain(code, None), plain(code, Some(60)));
            assert_eq!(words(&written), words(&shown), "{code}");
            for prose in shown.split("```").step_by(2) {
                let long = prose.lines().find(|line| {
                    line.chars().count() > 60 && line.contains(' ') && !line.starts_with(['#', '|'])
                });
                assert_eq!(long, None, "{code}");
            }
        }
    }
}
