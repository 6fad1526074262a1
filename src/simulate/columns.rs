//! The layout of what `ingressc route` prints: headings, columns, and foreign text made harmless.
//!
//! Lines and cells in, padded text out.

use std::fmt::Write as _;

/// Lines of a block, each behind its heading in a column of its own.
#[derive(Default)]
pub(super) struct Text(pub(super) String);

impl Text {
    pub(super) fn line(&mut self, heading: &str, line: &str) {
        let _ = writeln!(self.0, "{heading:<10}{}", printable(line));
    }
}

/// Requests and object names are foreign text: no control character of theirs reaches a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let plain = (!c.is_control()).then_some(c);
            plain.into_iter().chain(
                c.is_control()
                    .then(|| c.escape_default())
                    .into_iter()
                    .flatten(),
            )
        })
        .collect()
}

/// Columns as wide as their widest cell, three blanks apart; the last one is not padded.
pub(super) fn align(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let padded: Vec<String> = cells
            .map(|(cell, &width)| format!("{cell:<width$}"))
            .collect();
        padded.join("   ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
