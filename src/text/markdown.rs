//! Foreign text in Markdown: nothing in it may become markup, a link, or the mention of a person.
//!
//! Text in, Markdown out. Words that are more than words are code, in which nothing is read.

use super::visible;

/// So many hexadecimal digits may name a commit.
const SHORTEST_COMMIT: usize = 7;

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

/// Words of ours and of others: those that a renderer would read are code.
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

/// Whether no renderer makes anything of a word: no markup, mention, number of an issue or milestone, address, commit, or picture.
fn is_harmless(word: &str) -> bool {
    let known = |c: char| c.is_alphanumeric() || ".,;:?'\"()/-=".contains(c);
    let lower = word.to_ascii_lowercase();
    let is_commit = |part: &str| {
        part.len() >= SHORTEST_COMMIT && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let mut parts = word.split(|c: char| !c.is_alphanumeric());
    word.chars().all(known)
        && !parts.any(is_commit)
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

/// A cell of a table: code, in which a bar does not end the cell. An empty one stays empty.
pub(crate) fn cell(text: &str) -> String {
    let text = visible(text);
    if text.trim().is_empty() {
        return String::new();
    }
    // Where a backslash stands before the bar, the one that is added would be taken for escaped itself.
    code(&text.replace("\\|", "\\ |")).replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_ends_where_its_row_says() {
        for (text, expected) in [
            ("shop/web:http", "`shop/web:http`"),
            ("a|b", "`a\\|b`"),
            ("a\\|b", "`a\\ \\|b`"),
            ("`", "`` ` ``"),
            ("a\nb", "`a␊b`"),
            ("<b>@all", "`<b>@all`"),
            (" ", ""),
        ] {
            assert_eq!(cell(text), expected, "{text:?}");
        }
    }
}
