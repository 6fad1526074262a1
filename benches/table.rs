//! Tables of a bench: a row has a title, a cell for each rung, and a note.

use std::time::Duration;

/// A line of ratios with the most that each may be; whether they are within it.
pub(crate) fn budget<const N: usize>(title: &str, ratios: [Option<f64>; N], most: f64) -> bool {
    let kept = ratios.iter().flatten().all(|&ratio| ratio <= most);
    let verdict = if kept { "kept" } else { "EXCEEDED" };
    let cells =
        ratios.map(|ratio| ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}")));
    row(title, cells, &format!("at most {most:.1}  {verdict}"));
    kept
}

/// A line of cells.
pub(crate) fn row<const N: usize>(title: &str, cells: [String; N], note: &str) {
    let cells = cells.map(|cell| format!("{cell:>11}")).concat();
    println!("{}", format!("{title:<30}{cells}   {note}").trim_end());
}

/// How many times as long.
pub(crate) fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64()
}

/// `42 ms`.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1e3)
}

/// `4,000`, and `500` as it is.
pub(crate) fn thousands(count: usize) -> String {
    match (count / 1_000, count % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}
