//! A trace for people: a heading a stage, columns within it, details below.

use super::{Entry, Mark, Trace};
use crate::text::columns::{align, width_of};
use crate::text::style::{bad, bold, changed, dim, good, hint};
use crate::text::visible;

/// The column at which the rows begin.
const MARGIN: usize = 10;
/// In terminals that are narrower, lines overflow.
const NARROWEST: usize = 30;

/// Writes a trace. Within `width` columns of a terminal, rows that are longer continue on a line of their own; `None`: nobody looks, and
/// no row is broken.
pub fn human(trace: &Trace<'_>, width: Option<usize>) -> String {
    let mut out = String::new();
    let mut rest = &trace.entries[..];
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|entry| entry.stage == first.stage);
        let (stage, others) = rest.split_at(same.count());
        rest = others;
        lines(&mut out, stage, width);
    }
    out
}

/// The entries of one stage.
fn lines(out: &mut String, entries: &[Entry], width: Option<usize>) {
    let mut heading = entries.first().map_or("", |entry| entry.stage);
    let room = |margin: usize| width.map(|width| width.saturating_sub(margin).max(NARROWEST));
    for (entry, lines) in entries.iter().zip(rows(entries, room(MARGIN))) {
        for line in lines {
            let blanks = MARGIN.saturating_sub(heading.len());
            let name = match heading {
                "" => String::new(),
                name => bold(name).to_string(),
            };
            heading = "";
            put(out, &format!("{name}{:blanks$}{line}", ""));
        }
        let details = rows(&entry.details, room(MARGIN + 2));
        for line in details.into_iter().flatten() {
            put(out, &format!("{:1$}{line}", "", MARGIN + 2));
        }
    }
}

fn put(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

/// The lines of each entry. Keys are columns of their own, beside which no sentence makes room.
fn rows(entries: &[Entry], width: Option<usize>) -> Vec<Vec<String>> {
    let mut keyed = of_kind(entries, true, width).into_iter();
    let mut worded = of_kind(entries, false, width).into_iter();
    let next = |entry: &Entry| {
        let row = if entry.cells.is_empty() {
            keyed.next()
        } else {
            worded.next()
        };
        row.unwrap_or_default()
    };
    entries.iter().map(next).collect()
}

fn of_kind(entries: &[Entry], keyed: bool, width: Option<usize>) -> Vec<Vec<String>> {
    let entries = entries.iter();
    let entries = entries.filter(|entry| entry.cells.is_empty() == keyed);
    let cells: Vec<Cells> = entries.clone().map(Cells::of).collect();
    let decides = entries
        .clone()
        .any(|entry| matches!(entry.verdict, Some((Mark::Chosen, _))));
    let fits = |lines: &[String]| {
        let mut lines = lines.iter();
        lines.all(|line| width.is_none_or(|width| width_of(line) <= width))
    };
    let whole = columns(cells.iter().map(|cells| {
        let [key, value, place] = cells.below();
        (
            &cells.words,
            vec![key, value, place, cells.verdict(decides)],
        )
    }));
    if fits(&whole) {
        return whole.into_iter().map(|line| vec![line]).collect();
    }
    let width = width.unwrap_or(usize::MAX);
    let beside = columns(
        cells
            .iter()
            .map(|cells| (&cells.words, vec![cells.verdict(decides)])),
    );
    if keyed {
        return of_keys(&cells, width);
    }
    if fits(&beside) {
        let lines = beside.into_iter().zip(&cells);
        return lines
            .map(|(line, cells)| with_below(vec![line], cells))
            .collect();
    }
    let folded = cells.iter().map(|cells| {
        let words = match &cells.words[..] {
            [one] => fold(one, width),
            several => {
                let line = columns([(several, Vec::new())].into_iter());
                if fits(&line) {
                    line
                } else {
                    several.iter().flat_map(|word| fold(word, width)).collect()
                }
            }
        };
        let words = words.into_iter().filter(|line| !line.is_empty());
        let mut lines = with_below(words.collect(), cells);
        if let Some((mark, text)) = &cells.mark {
            let text = match mark {
                Mark::Chosen => format!("<- {text}"),
                _ => text.clone(),
            };
            let folded = fold(&text, width.saturating_sub(4));
            lines.extend(
                folded
                    .iter()
                    .map(|line| format!("    {}", coloured(*mark, line))),
            );
        }
        lines
    });
    folded.collect()
}

/// Keys and values in columns; what there is no room for beside them stands below.
fn of_keys(cells: &[Cells], width: usize) -> Vec<Vec<String>> {
    let none = Vec::new();
    let keys = columns(
        cells
            .iter()
            .map(|cells| (&none, vec![cells.key.clone(), cells.value.clone()])),
    );
    let rows = keys.into_iter().zip(cells).map(|(line, cells)| {
        let behind = [cells.place.clone(), cells.verdict(false)].into_iter();
        let behind: Vec<String> = behind.filter(|cell| !cell.is_empty()).collect();
        let behind = behind.join("   ");
        if width_of(&line) + 3 + width_of(&behind) <= width {
            vec![format!("{line}   {behind}")]
        } else if width_of(&line) <= width {
            vec![line, format!("    {behind}")]
        } else {
            let mut lines = vec![cells.key.clone()];
            let value = fold(&cells.value, width.saturating_sub(4));
            lines.extend(
                value
                    .into_iter()
                    .chain([behind])
                    .map(|line| format!("    {line}")),
            );
            lines
        }
    });
    rows.collect()
}

/// Key, value and place on a line of their own.
fn with_below(mut lines: Vec<String>, cells: &Cells) -> Vec<String> {
    let below = cells.below().into_iter();
    let below: Vec<String> = below.filter(|cell| !cell.is_empty()).collect();
    if !below.is_empty() {
        let indent = if lines.is_empty() { "" } else { "    " };
        lines.push(format!("{indent}{}", below.join("   ")));
    }
    lines
}

/// Columns as wide as their widest cell, without those in which nobody has anything.
fn columns<'c>(
    rows: impl Iterator<Item = (&'c (impl AsRef<[String]> + ?Sized + 'c), Vec<String>)>,
) -> Vec<String> {
    let rows: Vec<(&[String], Vec<String>)> = rows
        .map(|(words, behind)| (words.as_ref(), behind))
        .collect();
    let count = rows.iter().map(|(words, _)| words.len()).max().unwrap_or(0);
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(words, behind)| {
            let mut row = words.to_vec();
            row.resize(count, String::new());
            row.extend(behind);
            row
        })
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let used: Vec<bool> = (0..columns)
        .map(|column| {
            let mut cells = rows.iter().filter_map(|row| row.get(column));
            cells.any(|cell| !cell.is_empty())
        })
        .collect();
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|row| {
            let cells = row.into_iter().zip(&used);
            cells
                .filter(|(_, used)| **used)
                .map(|(cell, _)| cell)
                .collect()
        })
        .collect();
    align(&rows)
}

/// Breaks text at blanks; a word that is longer than a line stays whole.
fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width_of(line) + 1 + width_of(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The cells of an entry, made harmless, and coloured where no line is broken in them.
struct Cells {
    words: Vec<String>,
    key: String,
    value: String,
    place: String,
    mark: Option<(Mark, String)>,
}

impl Cells {
    fn of(entry: &Entry) -> Self {
        let shown = |text: Option<&String>| {
            text.map_or_else(String::new, |text| visible(text).into_owned())
        };
        // A colour around nothing would make a column of it.
        let key = match shown(entry.key.as_ref()) {
            key if key.is_empty() => key,
            key => hint(key).to_string(),
        };
        let place = entry.place.as_ref().map(ToString::to_string);
        let place = match shown(place.as_ref()) {
            place if place.is_empty() => place,
            place => dim(place).to_string(),
        };
        // The answer to a question is not to fade.
        let seen = |mark: Mark| match mark {
            Mark::Lost if entry.stage == "why not" => Mark::Note,
            mark => mark,
        };
        let mark = entry.verdict.as_ref();
        Self {
            words: entry.cells.iter().map(|cell| shown(Some(cell))).collect(),
            key,
            value: shown(entry.value.as_ref()),
            place,
            mark: mark.map(|(mark, text)| (seen(*mark), visible(text).into_owned())),
        }
    }

    fn below(&self) -> [String; 3] {
        [self.key.clone(), self.value.clone(), self.place.clone()]
    }

    /// What stands last. Beside one that decides, the others leave room for its arrow.
    fn verdict(&self, decides: bool) -> String {
        match &self.mark {
            None => String::new(),
            Some((Mark::Chosen, text)) => coloured(Mark::Chosen, &format!("<- {text}")),
            Some((mark, text)) if decides => format!("    {}", coloured(*mark, text)),
            Some((mark, text)) => coloured(*mark, text),
        }
    }
}

fn coloured(mark: Mark, text: &str) -> String {
    match mark {
        Mark::Chosen | Mark::Good => good(text).to_string(),
        Mark::Lost => dim(text).to_string(),
        Mark::Bad => bad(text).to_string(),
        Mark::Note => changed(text).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(entries: &[Entry], width: Option<usize>) -> String {
        let mut out = String::new();
        lines(&mut out, entries, width);
        anstream::adapter::strip_str(&out).to_string()
    }

    fn entry(text: &str, verdict: &str) -> Entry {
        let mut entry = Entry::new("path", text).cell("Prefix");
        entry.place = Some(super::super::Place {
            file: "deploy/cart.yaml".to_owned(),
            line: 7,
            column: 3,
        });
        entry.verdict(Mark::Lost, verdict)
    }

    #[test]
    fn rows_that_are_too_long_tell_their_places_below() {
        let rows = [entry("/cart", "shorter"), entry("/", "less specific")];
        assert_eq!(
            plain(&rows, None),
            "\
path      /cart   Prefix   deploy/cart.yaml:7:3   shorter
          /       Prefix   deploy/cart.yaml:7:3   less specific
"
        );
        assert_eq!(plain(&rows, None), plain(&rows, Some(80)));
        assert_eq!(
            plain(&rows, Some(60)),
            "\
path      /cart   Prefix   shorter
              deploy/cart.yaml:7:3
          /       Prefix   less specific
              deploy/cart.yaml:7:3
"
        );
        let long = [entry(
            "/",
            "a reason that no line of a narrow terminal holds",
        )];
        assert_eq!(
            plain(&long, Some(45)),
            "\
path      /   Prefix
              deploy/cart.yaml:7:3
              a reason that no line of a
              narrow terminal holds
"
        );
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_written() {
        let hostile = "\u{1b}[2Jx\u{202e}";
        let mut entry = Entry::of_key("policy", hostile, hostile)
            .cell(hostile)
            .verdict(Mark::Bad, hostile);
        entry.place = Some(super::super::Place {
            file: hostile.to_owned(),
            line: 1,
            column: 1,
        });
        let entry = entry.detail(Entry::new("policy", hostile));
        let mut out = String::new();
        lines(&mut out, &[entry], None);
        assert!(
            !out.contains("\u{1b}[2J") && !out.contains('\u{202e}'),
            "{out:?}"
        );
        assert_eq!(out.matches("␛[2Jx").count(), 6, "{out:?}");
    }
}
