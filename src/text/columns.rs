//! The layout of tables and traces: columns.
//!
//! Cells in, padded text out. Foreign text is made harmless before.

/// Columns as wide as their widest cell, three blanks apart; the last one is not padded.
pub(crate) fn align(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| width_of(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let padded: Vec<String> = cells
            .map(|(cell, &width)| {
                let blanks = width.saturating_sub(width_of(cell));
                format!("{cell}{:blanks$}", "")
            })
            .collect();
        padded.join("   ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// How many columns a terminal needs for the text: colours take none.
pub(crate) fn width_of(cell: &str) -> usize {
    anstream::adapter::strip_str(cell)
        .flat_map(str::chars)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::style::hint;

    #[test]
    fn colours_take_no_room() {
        let rows = [
            vec![hint("ab").to_string(), "x".to_owned()],
            vec!["abcd".to_owned(), "y".to_owned()],
        ];
        let lines = align(&rows);
        assert_eq!(lines[0], format!("{}     x", hint("ab")));
        assert_eq!(lines[1], "abcd   y");
    }
}
