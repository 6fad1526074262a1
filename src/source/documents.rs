//! Cuts files into documents, and keeps back those that no YAML reader should see.
//!
//! In: [`Sources`]. Out: every [`Document`] that holds something. A file is cut where kubectl cuts it: at lines that begin
//! with `---`, and between JSON values that follow each other. Conflicts, encrypted documents and values that ytt would
//! have filled parse as YAML, or nearly so, and mean something else; `screen` takes them out here.

use std::ops::Range;

use memchr::memmem;
use rayon::prelude::*;
use serde::de::IgnoredAny;

use super::file::{File, FileKind, Sources};
use super::lines::{Content, first_content, line_end};
use super::origin::{FileId, Origin};
use super::screen::Screen;
use crate::finding::{Code, Finding, Fix};

/// A longer document is refused: the scanner's time on hostile input grows faster than its length, and the API server
/// takes 3 MiB at most.
pub const MAX_DOCUMENT_BYTES: usize = 4 << 20;

/// One YAML document: bytes `start..end` of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// The file it stands in.
    pub file: FileId,
    /// First byte after the `---` line.
    pub start: u32,
    /// Where the next `---` line begins, or the end of the file.
    pub end: u32,
}

impl Document {
    /// The document's text.
    pub fn text(self, sources: &Sources) -> &str {
        sources.text(Origin {
            file: self.file,
            start: self.start,
            end: self.end,
        })
    }
}

/// Cuts all files, in parallel. Documents come out in the order of the files and of their places in them.
pub fn documents(sources: &Sources) -> (Vec<Document>, Vec<Finding>) {
    let files: Vec<_> = sources.iter().collect();
    let cut: Vec<_> = files
        .into_par_iter()
        .filter(|(_, file)| file.kind == FileKind::Manifests && file.is_readable())
        .map(|(id, file)| cut(id, file))
        .collect();
    let mut documents = Vec::with_capacity(cut.iter().map(|(found, _)| found.len()).sum());
    let mut findings = Vec::new();
    for (found, said) in cut {
        documents.extend(found);
        findings.extend(said);
    }
    (documents, findings)
}

/// The documents of one file of manifests.
pub fn documents_of(sources: &Sources, id: FileId) -> Vec<Document> {
    let file = sources.file(id);
    if file.kind != FileKind::Manifests || !file.is_readable() {
        return Vec::new();
    }
    cut(id, file).0
}

fn cut(id: FileId, file: &File) -> (Vec<Document>, Vec<Finding>) {
    let mut cutter = Cutter {
        file: id,
        name: &file.name,
        text: &file.text,
        screen: Screen::of(&file.text),
        documents: Vec::new(),
        findings: Vec::new(),
    };
    cutter.run();
    (cutter.documents, cutter.findings)
}

struct Cutter<'t> {
    file: FileId,
    name: &'t str,
    text: &'t str,
    screen: Screen,
    documents: Vec<Document>,
    findings: Vec<Finding>,
}

/// The part of a file between two `---` lines.
struct Piece {
    /// The `---` that opens it; none for what stands before the first one.
    opened: Option<Range<usize>>,
    start: usize,
    /// Its separator is broken, which has been said.
    broken: bool,
}

impl Cutter<'_> {
    fn run(&mut self) {
        let text = self.text;
        let first = text.starts_with("---").then_some(0);
        let others = memmem::find_iter(text.as_bytes(), "\n---").map(|at| at + 1);
        let mut piece = Piece {
            opened: None,
            start: 0,
            broken: false,
        };
        for dashes in first.into_iter().chain(others) {
            let rest = dashes + 3;
            let end = line_end(text, rest);
            if !text[rest..end].starts_with([' ', '\t', '\r']) && rest < end {
                // A plain scalar for YAML, but kubectl cuts here and refuses what it finds.
                self.refuse_line(dashes..end);
                piece.broken = true;
                continue;
            }
            let content = text[rest..end].trim();
            let has_content = !content.is_empty() && !content.starts_with('#');
            self.close(&piece, dashes);
            if has_content {
                self.refuse_content(dashes..end);
            }
            piece = Piece {
                opened: Some(dashes..rest),
                start: if has_content {
                    rest
                } else {
                    (end + 1).min(text.len())
                },
                broken: false,
            };
        }
        self.close(&piece, text.len());
        if self.documents.is_empty() {
            // Without its empty documents the file would be empty, which is no better.
            for finding in &mut self.findings {
                finding.fix = None;
            }
        }
    }

    fn close(&mut self, piece: &Piece, end: usize) {
        let text = &self.text[piece.start..end];
        match first_content(text) {
            _ if piece.broken => {}
            Content::At(at) if text[at..].starts_with('%') && !text[at..].starts_with("%{") => {
                self.refuse_directive(piece.start + at);
            }
            Content::At(_) if text.len() > MAX_DOCUMENT_BYTES => self.refuse_size(piece, end),
            Content::At(at) => {
                if let Some(finding) =
                    self.screen
                        .check(self.file, piece.start, &self.text[piece.start..end])
                {
                    self.findings.push(finding);
                } else if text[at..].starts_with('{') {
                    self.close_json(piece.start + at, end);
                } else {
                    self.push(piece.start, end);
                }
            }
            Content::Comments => {}
            Content::Nothing => self.note_empty(piece, end),
        }
    }

    /// JSON values that follow each other are documents of their own. Anything that is not JSON to the end is left to
    /// the YAML reader as one.
    fn close_json(&mut self, start: usize, end: usize) {
        let text = &self.text[start..end];
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
        let mut cuts = Vec::new();
        let mut from = 0;
        while let Some(value) = values.next() {
            if value.is_err() {
                return self.push(start, end);
            }
            cuts.push((start + from, start + values.byte_offset()));
            from = values.byte_offset();
        }
        for (from, to) in cuts {
            let blank = self.text[from..to].len() - self.text[from..to].trim_start().len();
            self.push(from + blank, to);
        }
    }

    fn push(&mut self, start: usize, end: usize) {
        let Origin { file, start, end } = self.origin(start..end);
        self.documents.push(Document { file, start, end });
    }

    fn origin(&self, range: Range<usize>) -> Origin {
        Origin::new(self.file, range)
    }

    fn note_empty(&mut self, piece: &Piece, end: usize) {
        let (what, at) = match &piece.opened {
            Some(dashes) => ("nothing follows `---`", dashes.clone()),
            None if self.text.trim().is_empty() => ("the file holds nothing", 0..0),
            None => return,
        };
        let finding = Finding::new(Code::EMPTY_DOCUMENT, format!("{what} in `{}`", self.name))
            .at(self.origin(at.clone()))
            .help("remove it, or look why the template that fills it rendered nothing");
        let rest = self.text.get(at.end..end).unwrap_or_default();
        let fix = (!at.is_empty() && rest.trim().is_empty())
            .then(|| Fix::safe("remove the empty document").remove(self.origin(at.start..end)));
        self.findings.push(Finding { fix, ..finding });
    }

    fn refuse_line(&mut self, line: Range<usize>) {
        let pem = self.text[line.clone()].starts_with("-----BEGIN")
            || self.text[line.clone()].starts_with("-----END");
        let help = if pem {
            "indent the PEM block below its key, which ends in `|`"
        } else {
            "write `---` on a line of its own, or indent or quote the text"
        };
        let already = self
            .findings
            .last()
            .is_some_and(|last| last.help.as_deref() == Some(help));
        if !(pem && already) {
            self.findings.push(
                Finding::new(
                    Code::YAML_PARSE_ERROR,
                    "a line that begins with `---` but is not a document separator",
                )
                .at(self.origin(line))
                .help(help)
                .note("kubectl ends the document at every line that begins with `---`"),
            );
        }
    }

    fn refuse_content(&mut self, line: Range<usize>) {
        self.findings.push(
            Finding::new(
                Code::YAML_PARSE_ERROR,
                "text on the line of the document separator, which kubectl refuses",
            )
            .at(self.origin(line))
            .help("move it to the next line"),
        );
    }

    fn refuse_directive(&mut self, at: usize) {
        self.findings.push(
            Finding::new(
                Code::YAML_PARSE_ERROR,
                "a YAML directive, which kubectl refuses",
            )
            .at(self.origin(at..line_end(self.text, at)))
            .help("remove the line"),
        );
    }

    fn refuse_size(&mut self, piece: &Piece, end: usize) {
        let at = piece.opened.clone().unwrap_or(0..line_end(self.text, 0));
        let size = (end - piece.start) >> 10;
        self.findings.push(
            Finding::new(
                Code::INPUT_TOO_LARGE,
                format!(
                    "a document of {size} KiB, the limit is {} KiB",
                    MAX_DOCUMENT_BYTES >> 10
                ),
            )
            .at(self.origin(at))
            .help("split the list into documents with `---`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> (Vec<String>, Vec<(String, String)>) {
        let mut sources = Sources::default();
        sources.add(File::new("a.yaml", text));
        let (documents, findings) = documents(&sources);
        let documents = documents
            .iter()
            .map(|document| document.text(&sources).to_owned())
            .collect();
        let findings = findings
            .iter()
            .map(|finding| {
                let at = finding.origin().expect("a place");
                (finding.code.to_string(), sources.text(at).to_owned())
            })
            .collect();
        (documents, findings)
    }

    #[test]
    fn files_are_cut_where_kubectl_cuts_them() {
        for (text, expected) in [
            ("a: 1\n", &["a: 1\n"][..]),
            ("a: 1\n---\nb: 2\n", &["a: 1\n", "b: 2\n"]),
            ("---\na: 1\n--- # next\nb: 2\n", &["a: 1\n", "b: 2\n"]),
            ("---\r\na: 1\r\n---\r\nb: 2\r\n", &["a: 1\r\n", "b: 2\r\n"]),
            ("--- \t\na: 1\n", &["a: 1\n"]),
            ("# licence\n---\na: 1\n", &["a: 1\n"]),
            ("a: 1\n...\n---\nb: 2\n", &["a: 1\n...\n", "b: 2\n"]),
            ("a: |\n  x\n  ---\n  y\n", &["a: |\n  x\n  ---\n  y\n"]),
            ("a: x--- y\n", &["a: x--- y\n"]),
        ] {
            let (documents, findings) = cut(text);
            assert_eq!(documents, expected, "in {text:?}");
            assert_eq!(findings, [], "in {text:?}");
        }
    }

    #[test]
    fn json_values_in_a_row_are_documents() {
        for (text, expected) in [
            ("{\"a\":1}\n", &["{\"a\":1}"][..]),
            ("{\"a\":1}{\"b\":2}\n", &["{\"a\":1}", "{\"b\":2}"]),
            ("{\"a\":1}\n{\"b\":\n2}\n", &["{\"a\":1}", "{\"b\":\n2}"]),
            ("{\"a\":1}\n---\n{\"b\":2}\n", &["{\"a\":1}", "{\"b\":2}"]),
            ("{a: 1}\n", &["{a: 1}\n"]),
            ("{\"a\": 1}\nb: 2\n", &["{\"a\": 1}\nb: 2\n"]),
        ] {
            let (documents, findings) = cut(text);
            assert_eq!(documents, expected, "in {text:?}");
            assert_eq!(findings, [], "in {text:?}");
        }
    }

    #[test]
    fn documents_without_anything_are_told_from_comments() {
        let empty = ("ING008".to_owned(), "---".to_owned());
        for (text, count) in [
            ("---\n---\na: 1\n", 1),
            ("a: 1\n---\n\n", 1),
            ("---\n# Source: x.yaml\n---\na: 1\n", 0),
        ] {
            let (documents, findings) = cut(text);
            assert_eq!(documents, ["a: 1\n"], "in {text:?}");
            assert_eq!(findings, vec![empty.clone(); count], "in {text:?}");
        }
        for text in ["", "\n \n"] {
            assert_eq!(cut(text).1, [("ING008".to_owned(), String::new())]);
        }
    }

    #[test]
    fn what_kubectl_refuses_around_separators_is_refused() {
        let said = |place: &str| vec![("ING001".to_owned(), place.to_owned())];
        assert_eq!(cut("a: 1\n--- {b: 2}\n").1, said("--- {b: 2}"));
        assert_eq!(cut("a: 1\n--- {b: 2}\n").0, ["a: 1\n", "{b: 2}\n"]);
        assert_eq!(cut("a: 1\n----\nb: 2\n"), (vec![], said("----")));
        assert_eq!(
            cut("%YAML 1.2\n---\na: 1\n"),
            (vec!["a: 1\n".to_owned()], said("%YAML 1.2"))
        );
        let pem = "a: |\n-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n---\nb: 1\n";
        assert_eq!(
            cut(pem),
            (
                vec!["b: 1\n".to_owned()],
                said("-----BEGIN CERTIFICATE-----")
            )
        );
    }

    #[test]
    fn a_document_beyond_the_limit_is_refused_and_its_neighbour_is_not() {
        let text = format!("a: {}\n---\nb: 1\n", "x".repeat(MAX_DOCUMENT_BYTES));
        let (documents, findings) = cut(&text);
        assert_eq!(documents, ["b: 1\n"]);
        assert_eq!(findings[0].0, "ING009");
    }

    #[test]
    fn a_conflict_keeps_its_document_back() {
        let (documents, findings) =
            cut("a: 1\n---\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n---\nc: 1\n");
        assert_eq!(documents, ["a: 1\n", "c: 1\n"]);
        assert_eq!(findings[0].0, "ING006");
    }
}
