//! What `ingressc route` says about a policy: where its settings come from, and what its rules did.

use super::{Course, Reply};
use crate::ir::Setting;
use crate::source::{Sourced, Sources};
use crate::text::columns::{Text, align};

/// Longer values are cut: a list of addresses or a certificate would push the rest out of sight.
const LONGEST: usize = 60;

/// A line a setting, the losers below it.
pub(in crate::simulate) fn settings(
    text: &mut Text,
    sources: &Sources,
    settings: Option<&[Setting]>,
) {
    let settings = settings.unwrap_or_default().iter();
    let rows: Vec<Vec<String>> = settings
        .flat_map(|setting| rows(sources, setting))
        .collect();
    for (index, row) in align(&rows).iter().enumerate() {
        text.line(if index == 0 { "policy" } else { "" }, row);
    }
}

fn rows(sources: &Sources, setting: &Setting) -> Vec<Vec<String>> {
    let row = |key: &str, value: &Sourced<String>, note: &str| {
        vec![
            key.to_owned(),
            short(&value.value),
            sources.show(value.origin),
            note.to_owned(),
        ]
    };
    let winner = if setting.losers.is_empty() {
        ""
    } else {
        "<- counts"
    };
    let losers = setting
        .losers
        .iter()
        .map(|loser| row("", loser, "    counts less"));
    std::iter::once(row(&setting.key, &setting.value, winner))
        .chain(losers)
        .collect()
}

/// The first line of a value, cut where it is long.
fn short(value: &str) -> String {
    let mut lines = value.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or("\"\"").trim();
    let cut: String = first.chars().take(LONGEST).collect();
    let more = lines.next().is_some() || cut.len() < first.len();
    if more { format!("{cut} …") } else { cut }
}

/// A line a rule that did something.
pub(in crate::simulate) fn steps(text: &mut Text, course: &Course) {
    for (index, step) in course.steps.iter().enumerate() {
        text.line(if index == 0 { "rules" } else { "" }, &step.text);
    }
    if course.opaque {
        text.line(
            "",
            "some rules cannot be told from here: chance, or raw lines, decide",
        );
    }
}

/// HAProxy's own answer.
pub(in crate::simulate) fn reply(text: &mut Text, reply: &Reply) {
    let to = reply
        .location
        .as_ref()
        .map_or_else(String::new, |to| format!(" to {to}"));
    text.line("answer", &format!("{}{to}: {}", reply.status, reply.why));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_to_their_first_line() {
        assert_eq!(short("10s"), "10s");
        assert_eq!(short(""), "\"\"");
        assert_eq!(short("\nA b\nC d\n"), "A b …");
        assert_eq!(short(&"x".repeat(61)), format!("{} …", "x".repeat(60)));
    }
}
