//! The lines of a manifest that a finding shows, as miette draws them.
//!
//! In: the labels of one finding. Out: [`Excerpt`]s, one for each group of labels that stand close together, with the text
//! copied, made visible and cut to a readable length. miette then never sees the file: its own `NamedSource` walks from byte
//! 0 for each label, which is quadratic on the large files that `helm template` gives.

use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};

use crate::finding::{Label, Severity};
use crate::source::{File, FileId, Position, Sources};
use crate::text::{push_text, visible, visible_char};

/// Labels with no more lines than this between them share an excerpt.
const GAP: u32 = 3;
/// Longer lines are cut around their label: rendered JSON is often one line.
const LINE_LIMIT: usize = 200;
/// What is left of a long line before the label.
const LEAD: usize = 60;
/// Longer runs of base64 are masked: they may be a private key, and a terminal is often a CI log.
const BASE64_LIMIT: usize = 48;

/// A few lines of one file, and what is to be said about them.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    first_line: u32,
    severity: Severity,
    marks: Vec<Mark>,
}

#[derive(Debug)]
struct Mark {
    /// Bytes of the excerpt's text.
    start: usize,
    end: usize,
    position: Position,
    message: String,
    primary: bool,
}

/// The excerpts of a finding, the one with the primary place first.
pub(super) fn excerpts(labels: &[Label], severity: Severity, sources: &Sources) -> Vec<Excerpt> {
    let mut places: Vec<(FileId, Position, usize)> = labels
        .iter()
        .enumerate()
        .map(|(index, label)| (label.origin.file, sources.position(label.origin), index))
        .collect();
    places.sort_unstable();
    let mut groups: Vec<_> = places
        .chunk_by(|a, b| a.0 == b.0 && b.1.line - a.1.line <= GAP)
        .collect();
    groups.sort_by_key(|group| group.iter().map(|place| place.2).min());
    groups
        .into_iter()
        .map(|group| Excerpt::new(group, labels, severity, sources))
        .collect()
}

impl Excerpt {
    /// `group` is not empty, in one file, and sorted.
    fn new(
        group: &[(FileId, Position, usize)],
        labels: &[Label],
        severity: Severity,
        sources: &Sources,
    ) -> Self {
        let file = sources.file(group[0].0);
        let label_line = group[0].1.line;
        // An empty line, such as the end of the file, means nothing without the one before it.
        let is_empty = |line: u32| text_of_line(file, line).is_empty();
        let first_line = label_line - u32::from(label_line > 1 && is_empty(label_line));
        let last_line = group[group.len() - 1].1.line;
        let mut excerpt = Self {
            name: visible(&file.name).into_owned(),
            text: String::new(),
            first_line,
            severity,
            marks: Vec::new(),
        };
        for number in first_line..=last_line {
            let start = file.line_starts()[number as usize - 1] as usize;
            let line = text_of_line(file, number);
            let here = group.iter().filter(|place| place.1.line == number);
            let marked = here.map(|&(_, position, index)| {
                let within = |at: u32| floor(line, (at as usize).saturating_sub(start));
                let label = &labels[index];
                let bytes = within(label.origin.start)..within(label.origin.end);
                (bytes, position, label.message.as_str(), index == 0)
            });
            excerpt.line(line, marked.collect());
        }
        excerpt
    }

    /// Looks only at what is shown of a line, and a little around it: all of a large file may be one.
    fn line(&mut self, line: &str, marked: Vec<(Range<usize>, Position, &str, bool)>) {
        let kept = window(line, marked.iter().map(|mark| mark.0.start).min());
        let secrets = base64_runs(line, &kept);
        if kept.start > 0 {
            self.text.push('…');
        }
        // Where each byte of what is shown went, for the ends of the labels.
        let mut moved = vec![self.text.len(); kept.len() + 1];
        for (at, c) in line[kept.clone()].char_indices() {
            moved[at] = self.text.len();
            let hidden = secrets.iter().any(|run| run.contains(&(kept.start + at)));
            match (hidden, c) {
                (true, _) => self.text.push('•'),
                (false, '\t') => self.text.push('\t'),
                (false, c) => push_text(&mut self.text, visible_char(c)),
            }
        }
        moved[kept.len()] = self.text.len();
        let moved = |at: usize| moved[at.clamp(kept.start, kept.end) - kept.start];
        for (bytes, position, message, primary) in marked {
            self.marks.push(Mark {
                start: moved(bytes.start),
                end: moved(bytes.end),
                position,
                message: visible(message).into_owned(),
                primary,
            });
        }
        if kept.end < line.len() {
            self.text.push('…');
        }
        self.text.push('\n');
    }
}

/// Without its line break. `number` counts from 1.
fn text_of_line(file: &File, number: u32) -> &str {
    let starts = file.line_starts();
    let start = starts[number as usize - 1] as usize;
    let end = starts
        .get(number as usize)
        .map_or(file.text.len(), |&end| end as usize);
    file.text[start..end].trim_end_matches(['\n', '\r'])
}

/// The largest character boundary up to `at`.
fn floor(line: &str, at: usize) -> usize {
    let mut at = at.min(line.len());
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What is shown of a line whose first label starts at `label`.
fn window(line: &str, label: Option<usize>) -> Range<usize> {
    if line.len() <= LINE_LIMIT {
        return 0..line.len();
    }
    let from = floor(line, label.unwrap_or(0).saturating_sub(LEAD));
    from..floor(line, from + LINE_LIMIT)
}

/// The tails of long runs of base64 in what is shown. The head stays, so that a reader sees what it is.
fn base64_runs(line: &str, kept: &Range<usize>) -> Vec<Range<usize>> {
    let is_base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    // A run that begins before this is long enough already.
    let mut start = kept.start.saturating_sub(BASE64_LIMIT);
    let end = line.len().min(kept.end + BASE64_LIMIT);
    let mut runs = Vec::new();
    for run in line.as_bytes()[start..end].split(|&b| !is_base64(b)) {
        if run.len() >= BASE64_LIMIT && !is_name(run) {
            runs.push(start + 4..start + run.len());
        }
        start += run.len() + 1;
    }
    runs
}

/// Whether a long run reads like a path or a name. So many characters of base64 hold letters of both cases, and digits of
/// hexadecimal stand without slashes between.
fn is_name(run: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| run.iter().any(is);
    let both_cases = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    !both_cases && (!has(u8::is_ascii_digit) || run.contains(&b'/'))
}

impl SourceCode for Excerpt {
    /// Always the whole excerpt: it has been chosen already. Asked without context, miette wants to know where a label stands.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let asked = self
            .marks
            .iter()
            .find(|mark| lines_before == 0 && mark.start == span.offset());
        let (line, column) = asked.map_or((self.first_line, 1), |mark| {
            (mark.position.line, mark.position.column)
        });
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            (0, self.text.len()).into(),
            line as usize - 1,
            column as usize - 1,
            self.text.lines().count(),
        )))
    }
}

impl Diagnostic for Excerpt {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info | Severity::Pedantic => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.marks.iter().map(|mark| {
            let message = (!mark.message.is_empty()).then(|| mark.message.clone());
            let span = (mark.start, mark.end - mark.start);
            if mark.primary {
                LabeledSpan::new_primary_with_span(message, span)
            } else {
                LabeledSpan::new_with_span(message, span)
            }
        })))
    }
}

impl fmt::Display for Excerpt {
    /// Nothing: the headline is ours.
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Excerpt {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origin;

    fn one(text: &str, start: usize, end: usize) -> Excerpt {
        let mut sources = Sources::default();
        let file = sources.add(File::new("a.yaml", text));
        let at = |at| u32::try_from(at).expect("short");
        let origin = Origin {
            file,
            start: at(start),
            end: at(end),
        };
        let label = Label {
            origin,
            message: String::new(),
        };
        excerpts(&[label], Severity::Error, &sources).remove(0)
    }

    #[test]
    fn a_span_of_many_lines_shows_its_first() {
        let excerpt = one("a:\n  b: 1\n  c: 2\n", 3, 16);
        assert_eq!(excerpt.text, "  b: 1\n");
        assert_eq!((excerpt.marks[0].start, excerpt.marks[0].end), (0, 6));
    }

    #[test]
    fn a_label_moves_with_the_text_that_is_made_visible() {
        let excerpt = one("a: \u{1b}x\u{202e}y\n", 3, 9);
        assert_eq!(excerpt.text, "a: ␛x\u{fffd}y\n");
        assert_eq!(
            &excerpt.text[excerpt.marks[0].start..excerpt.marks[0].end],
            "␛x\u{fffd}y"
        );
    }

    #[test]
    fn a_line_is_no_command_to_a_runner() {
        let excerpt = one("a: ##[error]x ##vso[y]\n", 12, 13);
        assert_eq!(excerpt.text, "a: ## [error]x ##vso [y]\n");
        assert_eq!(excerpt.marks[0].start, 13);
    }

    #[test]
    fn a_long_line_is_cut_around_its_label() {
        let text = format!("{}NEEDLE{}\n", "ä ".repeat(3000), " z".repeat(3000));
        let at = text.find("NEEDLE").expect("is there");
        let excerpt = one(&text, at, at + 6);
        assert!(
            excerpt.text.len() < LINE_LIMIT + 10,
            "{}",
            excerpt.text.len()
        );
        assert_eq!(
            &excerpt.text[excerpt.marks[0].start..excerpt.marks[0].end],
            "NEEDLE"
        );
        assert_eq!(excerpt.marks[0].position.column, 6001);
    }

    #[test]
    fn what_is_shown_of_a_long_line_does_not_depend_on_its_length() {
        let key = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr8";
        let shown = |before: usize, after: usize| {
            let text = format!(
                "{}{} NEEDLE {key}{}\n",
                "x ".repeat(before),
                key.repeat(20),
                " x".repeat(after)
            );
            let at = text.find("NEEDLE").expect("is there");
            one(&text, at, at + 6)
        };
        let (short, long) = (shown(0, 100), shown(9000, 9000));
        assert_eq!(short.text, long.text);
        let masked = format!(
            "{} NEEDLE MIGH{}",
            "•".repeat(LEAD - 1),
            "•".repeat(key.len() - 4)
        );
        assert!(short.text.contains(&masked), "{}", short.text);
    }

    #[test]
    fn keys_are_not_printed() {
        let key = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr8";
        let excerpt = one(&format!("tls.key: {key}\n"), 9, 9 + key.len());
        assert_eq!(
            excerpt.text.trim_end(),
            format!("tls.key: MIGH{}", "•".repeat(key.len() - 4))
        );
    }

    #[test]
    fn long_paths_and_names_are_no_keys() {
        for text in [
            "/api/v1/customers/orders/addresses/international/shipments/labels",
            "averylongnamethatsomebodygavetoaservicebecausenobodystoppedthem",
        ] {
            assert_eq!(one(text, 0, 1).text.trim_end(), text);
        }
        let hex = "0123456789abcdef".repeat(4);
        assert!(one(&hex, 0, 1).text.starts_with("0123••••"));
    }

    #[test]
    fn a_label_at_the_end_of_the_file_is_shown() {
        let excerpt = one("a: [\n", 5, 5);
        assert_eq!((excerpt.first_line, excerpt.text.as_str()), (1, "a: [\n\n"));
        assert_eq!(excerpt.marks[0].position.line, 2);
    }

    #[test]
    fn labels_far_apart_are_two_excerpts_and_the_primary_comes_first() {
        let mut sources = Sources::default();
        let text = "a: 1\n".repeat(30);
        let file = sources.add(File::new("a.yaml", text));
        let label = |line: u32, message: &str| Label {
            origin: Origin {
                file,
                start: (line - 1) * 5,
                end: (line - 1) * 5 + 1,
            },
            message: message.to_owned(),
        };
        let labels = [label(20, "primary"), label(2, "far"), label(18, "near")];
        let excerpts = excerpts(&labels, Severity::Error, &sources);
        let shape: Vec<_> = excerpts
            .iter()
            .map(|e| (e.first_line, e.marks.len()))
            .collect();
        assert_eq!(shape, [(18, 2), (2, 1)]);
    }
}
