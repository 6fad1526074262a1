//! JSON for programs, which logs show to people and to runners as well.

use serde::Serialize;

/// The document on several lines, ending in a line feed. No string in it holds what GitHub's and Azure's runners obey wherever it stands
/// in what a step prints: the bracket of `##[` and `##vso[` is escaped, which reads the same.
///
/// # Panics
/// Never: what is written for programs has names for keys.
pub(crate) fn json(document: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(document).expect("keys are names");
    let mut out = String::with_capacity(text.len() + 1);
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        out.push_str(if opens_command(&out) { "\\u005b" } else { "[" });
        rest = after;
    }
    out.push_str(rest);
    out.push('\n');
    out
}

/// Whether a bracket behind the text would complete the opening of a command. Outside of strings JSON has no `#`.
fn opens_command(before: &str) -> bool {
    let before = before.as_bytes();
    let is_vso = |end: &[u8; 5]| end.eq_ignore_ascii_case(b"##vso");
    before.ends_with(b"##") || before.last_chunk().is_some_and(is_vso)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_runner_finds_a_command_and_every_program_the_same_text() {
        let text = ["##[error]a", "###[b", "##VSO[task]", "#[c", "##vs[d", "##"];
        let json = json(&text);
        assert!(!json.contains("##["), "{json}");
        assert!(!json.to_ascii_lowercase().contains("##vso["), "{json}");
        assert!(json.contains("#[c") && json.contains("##vs[d"), "{json}");
        let read: Vec<String> = serde_json::from_str(&json).expect("JSON");
        assert_eq!(read, text);
    }
}
