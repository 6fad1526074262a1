//! A trace for people: a heading a stage, columns within it, details below.

use super::{Entry, Mark, Trace};
use crate::text::columns::{align, width_of};
use crate::text::style::{bad, bold, changed, dim, good, hint};
use crate::text::visible;

/// The column at which the rows begin.
const MARGIN: usize = 10;

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
    let heading = entries.first().map_or("", |entry| entry.stage);
    let mut heading = Some(heading);
    let rows: Vec<Row> = rows(entries, MARGIN, width);
    for (entry, row) in entries.iter().zip(rows) {
        for line in row {
            let name = heading.take().unwrap_or_default();
            let blanks = MARGIN.saturating_sub(name.len());
            let name = if name.is_empty() {
                String::new()
            } else {
                bold(name).to_string()
            };
            put(out, &format!("{name}{:blanks$}{line}", ""));
        }
        let details = self::rows(&entry.details, MARGIN + 2, width);
        for line in details.into_iter().flatten() {
            put(out, &format!("{:1$}{line}", "", MARGIN + 2));
        }
    }
}

fn put(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

/// The lines of one entry.
type Row = Vec<String>;

/// Columns as wide as their widest cell; entries that are too long for the terminal tell places and verdicts below their words.
fn rows(entries: &[Entry], margin: usize, width: Option<usize>) -> Vec<Row> {
    let cells: Vec<Cells> = entries.iter().map(Cells::of).collect();
    let count = cells.iter().map(|cells| cells.words.len()).max();
    let whole: Vec<Vec<String>> = cells
        .iter()
        .map(|cells| {
            let mut row = cells.words.clone();
            row.resize(count.unwrap_or(0), String::new());
            row.extend(cells.behind.clone());
            row
        })
        .collect();
    let whole = align(&without_empty(whole));
    let fits = |line: &String| width.is_none_or(|width| margin + width_of(line) <= width);
    if whole.iter().all(fits) {
        return whole.into_iter().map(|line| vec![line]).collect();
    }
    let words: Vec<Vec<String>> = cells
        .iter()
        .map(|cells| {
            let [.., verdict] = &cells.behind;
            let mut row = cells.words.clone();
            row.resize(count.unwrap_or(0), String::new());
            row.push(verdict.clone());
            row
        })
        .collect();
    let words = align(&without_empty(words));
    words
        .into_iter()
        .zip(cells)
        .map(|(line, cells)| {
            let [key, value, place, _] = cells.behind;
            let below = [key, value, place].into_iter();
            let below: Vec<String> = below.filter(|cell| !cell.is_empty()).collect();
            match (line.trim().is_empty(), below.is_empty()) {
                (true, _) => vec![below.join("   ")],
                (false, true) => vec![line],
                (false, false) => vec![line, format!("    {}", below.join("   "))],
            }
        })
        .collect()
}

/// Without the columns in which no row has anything.
fn without_empty(rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let used: Vec<bool> = (0..columns)
        .map(|column| {
            let mut cells = rows.iter().filter_map(|row| row.get(column));
            cells.any(|cell| !cell.is_empty())
        })
        .collect();
    rows.into_iter()
        .map(|row| {
            let cells = row.into_iter().zip(&used);
            cells
                .filter(|(_, used)| **used)
                .map(|(cell, _)| cell)
                .collect()
        })
        .collect()
}

/// The cells of an entry, made harmless and coloured.
struct Cells {
    words: Vec<String>,
    /// Key, value, place, verdict; empty where there is none.
    behind: [String; 4],
}

impl Cells {
    fn of(entry: &Entry) -> Self {
        let shown = |text: &Option<String>| {
            text.as_ref()
                .map_or_else(String::new, |text| visible(text).into_owned())
        };
        let lost = matches!(entry.verdict, Some((Mark::Lost, _)));
        let words = entry.cells.iter().map(|cell| {
            let cell = visible(cell);
            // A colour around nothing would make a column of it.
            if lost && !cell.is_empty() {
                dim(cell).to_string()
            } else {
                cell.into_owned()
            }
        });
        let key = match &entry.key {
            Some(key) => hint(visible(key)).to_string(),
            None => String::new(),
        };
        let place = match &entry.place {
            Some(place) => dim(visible(&place.to_string())).to_string(),
            None => String::new(),
        };
        let verdict = match &entry.verdict {
            None => String::new(),
            Some((mark, text)) => {
                let text = visible(text);
                match mark {
                    Mark::Chosen => good(format!("<- {text}")).to_string(),
                    Mark::Lost => format!("    {}", dim(text)),
                    Mark::Good => good(text).to_string(),
                    Mark::Bad => bad(text).to_string(),
                    Mark::Note => changed(text).to_string(),
                }
            }
        };
        Self {
            words: words.collect(),
            behind: [key, shown(&entry.value), place, verdict],
        }
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
path      /cart   Prefix   deploy/cart.yaml:7:3       shorter
          /       Prefix   deploy/cart.yaml:7:3       less specific
"
        );
        assert_eq!(plain(&rows, None), plain(&rows, Some(80)));
        assert_eq!(
            plain(&rows, Some(60)),
            "\
path      /cart   Prefix       shorter
              deploy/cart.yaml:7:3
          /       Prefix       less specific
              deploy/cart.yaml:7:3
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
