//! Which raw lines the configuration allows, and which keep somebody out.

use super::Section;
use crate::annotations::guarding;
use crate::ir::RawLine;
use crate::ir::raw_line::directive_words;
use crate::ir::words::words_with_variables;

/// What is said of the lines of a place.
pub(super) enum Verdict {
    /// All of them may stand.
    Allowed,
    /// Some may not, so none is used.
    Refused(Refused),
}

/// Lines that may not stand.
pub(super) struct Refused {
    /// The first few directives, each once.
    pub(super) directives: Vec<String>,
    /// Why, to follow "which".
    pub(super) why: &'static str,
    /// Whether the configuration could allow them.
    can_be_allowed: bool,
    /// Whether keys of backends could say the same.
    in_backend: bool,
}

impl Refused {
    /// What to do; with the name of the namespace where the configuration allows lines by namespace.
    pub(super) fn help(&self, namespace: Option<&str>) -> String {
        if !self.can_be_allowed {
            return "remove the line".to_owned();
        }
        let key = self
            .directives
            .first()
            .filter(|_| self.in_backend)
            .and_then(|directive| EQUIVALENT.iter().find(|(known, _)| known == directive));
        let directives = self.directives.join(", ");
        let allow = match namespace {
            Some(name) => format!("`policy: {{snippets: {{{name}: [{directives}]}}}}`"),
            None => format!("`rules: {{ING501: {{allow: [{directives}]}}}}`"),
        };
        match key {
            Some((_, key)) => {
                format!("write `haproxy.org/{key}` instead, or allow it with {allow}")
            }
            None => format!("allow it with {allow} in ingressc.yaml, or remove it"),
        }
    }
}

/// Directives for which there is a key.
const EQUIVALENT: [(&str, &str); 10] = [
    ("balance", "load-balance"),
    ("cookie", "cookie-persistence"),
    ("http-request auth", "auth-type"),
    ("http-request redirect", "request-redirect"),
    ("http-request replace-path", "path-rewrite"),
    ("http-request set-header", "request-set-header"),
    ("http-request set-path", "path-rewrite"),
    ("http-response set-header", "response-set-header"),
    ("option httpchk", "check-http"),
    ("timeout server", "timeout-server"),
];

/// Judges the lines.
pub(super) fn judge(lines: &[RawLine], section: Section, allowed: &[&str]) -> Verdict {
    let verdict = |refused: Vec<&RawLine>, why, can_be_allowed| {
        let mut directives: Vec<String> = Vec::new();
        for line in refused {
            let directive = directive(line);
            if !directives.contains(&directive) {
                directives.push(directive);
            }
        }
        directives.truncate(5);
        Verdict::Refused(Refused {
            directives,
            why,
            can_be_allowed,
            in_backend: section != Section::Port,
        })
    };
    let harmful: Vec<&RawLine> = lines.iter().filter(|line| undoes(line, section)).collect();
    if !harmful.is_empty() {
        return verdict(harmful, "would undo what ingressc writes around it", false);
    }
    let is_allowed = |line: &RawLine| allowed.iter().any(|directive| line.is(directive));
    let refused: Vec<&RawLine> = lines.iter().filter(|line| !is_allowed(line)).collect();
    if refused.is_empty() {
        Verdict::Allowed
    } else {
        verdict(refused, "the configuration does not allow", true)
    }
}

/// What HAProxy takes there, and the bundle does not survive.
fn undoes(line: &RawLine, section: Section) -> bool {
    let harmful: &[&str] = match section {
        Section::Frontend => &[
            "http-request allow",
            "use_backend",
            "default_backend",
            "bind",
        ],
        Section::Port => &[
            "tcp-request connection accept",
            "tcp-request session accept",
            "tcp-request content accept",
            "use_backend",
            "default_backend",
            "bind",
            "mode",
        ],
        Section::Stats => &["use_backend", "default_backend", "bind"],
        Section::Global => &["default-path"],
        Section::Backend => &[],
    };
    harmful.iter().any(|directive| line.is(directive))
}

/// As it would be allowed: the first word, with those that say which kind it is.
fn directive(line: &RawLine) -> String {
    let words = line.words();
    let count = directive_words(words);
    let name = |word: &String| word.split('(').next().unwrap_or_default().to_owned();
    let names: Vec<String> = words.iter().take(count).map(name).collect();
    let text = names.join(" ");
    // A word may be as long as the value.
    text.chars().take(60).collect()
}

/// Whether text that is left out would have kept somebody out, or answered in place of a server. What cannot be split into words
/// is looked through all the same; comments are not.
pub(in crate::annotations) fn guards(text: &str) -> bool {
    let lines = text.split('\n').map(str::trim_start);
    lines.filter(|line| !line.starts_with('#')).any(|line| {
        let line = match words_with_variables(line) {
            Ok(words) => words.join(" "),
            Err(_) => line.replace(['"', '\'', '\\'], ""),
        };
        // Keywords have small letters; `X-Frame-Options: DENY` keeps nobody out.
        guarding::has_word(&line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str, section: Section, allowed: &[&str]) -> Result<(), (String, bool)> {
        let lines: Vec<RawLine> = text
            .lines()
            .filter_map(|line| RawLine::new(line).expect("legal"))
            .collect();
        match judge(&lines, section, allowed) {
            Verdict::Allowed => Ok(()),
            Verdict::Refused(refused) => {
                Err((refused.directives.join("; "), refused.can_be_allowed))
            }
        }
    }

    #[test]
    fn nothing_is_allowed_but_what_is_named() {
        let text =
            "http-request set-header A b\nhttp-request set-var(txn.a) src\nhttp-request deny\n";
        let all = "http-request set-header; http-request set-var; http-request deny";
        assert_eq!(
            judged(text, Section::Backend, &[]),
            Err((all.to_owned(), true))
        );
        assert_eq!(
            judged(
                text,
                Section::Backend,
                &["http-request set-header", "http-request set-var"]
            ),
            Err(("http-request deny".to_owned(), true))
        );
        assert_eq!(judged(text, Section::Backend, &["http-request"]), Ok(()));
    }

    #[test]
    fn routing_cannot_be_undone_whatever_is_allowed() {
        for line in ["http-request allow", "use_backend x", "bind :1"] {
            let refused = judged(
                line,
                Section::Frontend,
                &["http-request", "use_backend", "bind"],
            );
            assert!(matches!(refused, Err((_, false))), "{line}");
        }
    }

    #[test]
    fn what_keeps_somebody_out_is_seen_in_broken_text_too() {
        for text in [
            "http-request deny if x",
            "http-request 'deny' if x",
            "http-request \\x64eny",
            "http-request set-header A 'b\nhttp-request deny",
            "tcp-request content reject",
            "http-request redirect scheme https unless { ssl_fc }",
        ] {
            assert!(guards(text), "{text}");
        }
        for text in [
            "# http-request deny",
            "http-request set-header X-Deny-Reason a",
            "http-response set-header X-Frame-Options DENY",
            "timeout server 5s",
        ] {
            assert!(!guards(text), "{text}");
        }
    }
}
