//! Foreign text in Markdown: nothing in it may become markup, a link, or the mention of a person.

use super::visible;

/// A sentence of ours that may quote: what stands between backticks is code, and so are words that Markdown would read.
pub(crate) fn prose(text: &str) -> String {
    let text = visible(text);
    let parts: Vec<&str> = text.split('`').collect();
    // A quoted backtick leaves one over, and nobody knows which.
    if parts.len().is_multiple_of(2) {
        return words(&text);
    }
    let parts = parts
        .iter()
        .enumerate()
        .map(|(index, part)| match index % 2 {
            0 => words(part),
            _ => code(part),
        });
    parts.collect()
}

pub(crate) fn words(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        if is_harmless(word) {
            word.to_owned()
        } else {
            code(word)
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether no renderer makes anything of a word: no markup, mention, number of an issue, address, or picture.
fn is_harmless(word: &str) -> bool {
    let known = |c: char| c.is_alphanumeric() || ".,;:?'\"()/-=%".contains(c);
    let lower = word.to_ascii_lowercase();
    word.chars().all(known)
        && word.matches(':').count() < 2
        && !["://", "www.", "gh-"].iter().any(|it| lower.contains(it))
}

/// A span of code: nothing in it is read, as long as its fence is longer than any in it.
pub(crate) fn code(text: &str) -> String {
    let text = visible(text);
    if text.trim().is_empty() {
        return text.into_owned();
    }
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{blank}{text}{blank}{fence}")
}
