//! What HAProxy answers, judged.

use super::super::client::shortened;
use crate::plan::{Answer, ReadBack};

/// Whether a refusal is about connections that end some day, or about a backend whose servers have some.
pub(super) fn lasts(answer: &str) -> bool {
    let servers = "backend without server can be deleted";
    ["still has", "still have", "expired", "in use", servers]
        .iter()
        .any(|words| answer.contains(words))
}

/// Why an answer is not the one that is expected, in words.
pub(super) fn refused(answer: &str, expected: &Answer) -> Option<String> {
    let said = || shortened(answer);
    match expected {
        Answer::Silence if answer.is_empty() => None,
        Answer::Says(words) if answer.contains(words) => None,
        Answer::Says(words) => Some(format!(
            "HAProxy answered: {}; expected was: {words}",
            said()
        )),
        Answer::Version if version(answer).is_some() => None,
        Answer::Silence | Answer::Version => Some(format!("HAProxy answered: {}", said())),
    }
}

/// The number in `New version created: 3`.
pub(super) fn version(answer: &str) -> Option<&str> {
    let number = answer.strip_prefix("New version created: ")?.trim();
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some(number)
}

/// What an answer lacks, or has too much, in words.
pub(super) fn unseen(answer: &str, check: &ReadBack) -> Option<String> {
    let command = &check.command;
    if let Some(text) = check.has.iter().find(|text| !stands(answer, text)) {
        return Some(format!(
            "it was answered as it should be, but `{command}` does not show `{text}`"
        ));
    }
    let text = check.lacks.iter().find(|text| stands(answer, text))?;
    Some(format!(
        "it was answered as it should be, but `{command}` still shows `{text}`"
    ))
}

/// Whether `text` stands in a line, between blanks or at its ends.
fn stands(answer: &str, text: &str) -> bool {
    let bounded = |line: &str, at: usize| {
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        blank(line[..at].chars().next_back()) && blank(line[at + text.len()..].chars().next())
    };
    answer
        .lines()
        .any(|line| line.match_indices(text).any(|(at, _)| bounded(line, at)))
}
