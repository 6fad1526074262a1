//! The words of HAProxy's rules that keep somebody out, or that answer in place of a server.

/// Actions and directives after which not everybody gets what was asked for, in HAProxy's spelling. `redirect` is one of them: it is
/// how plain HTTP is sent to HTTPS. What `filter`, `lua`, `send-spoe-group` and `use-service` do is not known here, and firewalls for
/// applications are among it.
const WORDS: [&str; 12] = [
    "auth",
    "deny",
    "filter",
    "lua",
    "redirect",
    "reject",
    "return",
    "send-spoe-group",
    "silent-drop",
    "tarpit",
    "use-service",
    "wait-for-handshake",
];

/// Whether one of the words of `text` is such a word. Words are as long as HAProxy's keywords: `x-deny` is not `deny`.
pub(super) fn has_word(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_count() {
        for text in ["deny", "lua.check", "http-request redirect scheme https"] {
            assert!(has_word(text), "{text}");
        }
        for text in ["", "x-deny", "set-header", "DENY", "redirected"] {
            assert!(!has_word(text), "{text}");
        }
    }
}
