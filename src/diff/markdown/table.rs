//! Tables that share the room of one comment.

use std::fmt::Write as _;

/// GitHub takes comments of up to 65,536 characters. Counted in bytes, of which a character has one or more.
const LONGEST: usize = 60_000;

/// Kept free of rows: what a table has around them, in bytes.
const AROUND: usize = 600;

/// So many rows need no folding.
const UNFOLDED: usize = 8;

/// A table with its heading.
pub(super) struct Table {
    /// The heading.
    pub(super) name: &'static str,
    /// The heads of its columns.
    pub(super) head: &'static [&'static str],
    /// Cells that are Markdown already; whether a row protects less.
    pub(super) rows: Vec<(bool, Vec<String>)>,
}

/// Writes as many rows as there is room for: those that protect less have it before all others, of whatever table.
pub(super) fn write_all(out: &mut String, tables: &[Table]) {
    let count: usize = tables.iter().map(|table| table.rows.len()).sum();
    let mut room = LONGEST.saturating_sub(out.len() + AROUND * tables.len());
    let mut parts: Vec<[Part; 2]> = tables.iter().map(|_| Default::default()).collect();
    for (at, lowers) in [(0, true), (1, false)] {
        for (table, parts) in tables.iter().zip(&mut parts) {
            let rows = table.rows.iter().filter(|(of, _)| *of == lowers);
            parts[at] = Part::fill(rows.map(|(_, cells)| cells), &mut room);
        }
    }
    for (table, [lowered, others]) in tables.iter().zip(parts) {
        table.write(out, &lowered, &others, count > UNFOLDED);
    }
}

/// The rows of one kind that have room, and how many have not.
#[derive(Default)]
struct Part {
    lines: String,
    shown: usize,
    left: usize,
}

impl Part {
    fn fill<'r>(rows: impl Iterator<Item = &'r Vec<String>>, room: &mut usize) -> Self {
        let mut part = Self::default();
        for cells in rows {
            let line = format!("| {} |\n", cells.join(" | "));
            // The first row without room ends the table: nobody is to believe that the rows below it are all there is.
            if part.left > 0 || line.len() > *room {
                part.left += 1;
                continue;
            }
            *room -= line.len();
            part.shown += 1;
            part.lines.push_str(&line);
        }
        part
    }

    fn len(&self) -> usize {
        self.shown + self.left
    }
}

impl Table {
    /// What protects less comes first, and is never folded.
    fn write(&self, out: &mut String, lowered: &Part, others: &Part, fold: bool) {
        if self.rows.is_empty() {
            return;
        }
        let _ = write!(out, "\n**{}** ({})\n", self.name, self.rows.len());
        if !fold {
            let lines = [lowered.lines.as_str(), &others.lines].concat();
            self.rows(out, &lines);
            left(out, lowered.left, true);
            left(out, others.left, false);
            return;
        }
        self.rows(out, &lowered.lines);
        left(out, lowered.left, true);
        if others.len() == 0 {
            return;
        }
        if others.shown == 0 {
            left(out, others.left, false);
            return;
        }
        let more = if lowered.len() == 0 { "" } else { " more" };
        let _ = write!(
            out,
            "\n<details>\n<summary>{}{more}</summary>\n",
            others.len()
        );
        self.rows(out, &others.lines);
        left(out, others.left, false);
        out.push_str("\n</details>\n");
    }

    fn rows(&self, out: &mut String, lines: &str) {
        if lines.is_empty() {
            return;
        }
        let rule = "---|".repeat(self.head.len());
        let _ = write!(out, "\n| {} |\n|{rule}\n{lines}", self.head.join(" | "));
    }
}

/// Counts the rows that have no room.
fn left(out: &mut String, count: usize, lowers: bool) {
    let what = match (count, lowers) {
        (0, _) => return,
        (1, true) => " that protects less",
        (_, true) => " that protect less",
        (_, false) => "",
    };
    let _ = write!(
        out,
        "\nAnd {count} more{what}, for which there is no room here.\n"
    );
}
