//! A trace in Markdown: a table with a row for each thing that the request meets.

use super::{Entry, Mark, Trace};
use crate::text::markdown::cell;

/// Writes the table.
pub fn markdown(trace: &Trace<'_>) -> String {
    let mut out = String::from("| Stage | Meets | Place | Outcome |\n|---|---|---|---|\n");
    let mut last = "";
    for entry in &trace.entries {
        let stage = if entry.stage == last { "" } else { entry.stage };
        last = entry.stage;
        row(&mut out, stage, entry);
        for detail in &entry.details {
            row(&mut out, "", detail);
        }
    }
    out
}

fn row(out: &mut String, stage: &str, entry: &Entry) {
    let words = [Some(entry.text()), entry.key.clone(), entry.value.clone()];
    let words: Vec<String> = words.iter().flatten().map(|text| cell(text)).collect();
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.is_empty())
        .collect();
    let place = entry.place.as_ref().map(ToString::to_string);
    let verdict = match &entry.verdict {
        None => String::new(),
        Some((Mark::Chosen, text)) => format!("**chosen** {}", cell(text)),
        Some((_, text)) => cell(text),
    };
    out.extend([
        "| ",
        stage,
        " | ",
        &words.join(" "),
        " | ",
        &cell(&place.unwrap_or_default()),
        " | ",
        &verdict,
        " |\n",
    ]);
}
