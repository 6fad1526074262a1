//! Lines of `haproxy.cfg` that may hold a password, a key or a token, and how they are told to people.
//!
//! In: the words of a line. Out: the same words, with [`HIDDEN`] in place of those that nobody has to see. What is printed ends up in logs
//! and comments, so a line that cannot be judged is told by its directive alone.

use super::raw_line::directive_words;
use super::words::words_with_variables;

/// Stands for what is not told.
pub(crate) const HIDDEN: &str = "<hidden>";

/// Directives whose values are secrets: their first words, and how many words are told.
const DIRECTIVES: [(&[&str], usize); 9] = [
    (&["user"], 2),
    (&["stats", "auth"], 2),
    (&["cluster-secret"], 1),
    (&["setenv"], 2),
    (&["presetenv"], 2),
    (&["ssl-passphrase"], 1),
    (&["issuer-cert-password"], 1),
    (&["tcp-check", "send"], 2),
    (&["tcp-check", "send-lf"], 2),
];

/// Calls of which arguments are keys.
const KEYED: [&str; 6] = [
    "hmac(",
    "aes_",
    "jwt_verify",
    "jwt_decrypt",
    "digest(",
    "http_auth_pass",
];

/// Calls that read what a client shows. Any name may be agreed upon to let somebody in, but for those in [`PUBLIC`].
const READING: [&str; 6] = [
    "hdr",
    "cook",
    "urlp",
    "url_param",
    "body_param",
    "http_auth",
];

/// Headers that everybody sends, or what the names of such begin with.
const PUBLIC: [&str; 10] = [
    "host",
    "user-agent",
    "referer",
    "origin",
    "accept",
    "content-",
    "x-forwarded-",
    "upgrade",
    "connection",
    "x-requested-with",
];

/// Where a name with one of these in it is set or compared, what it is set to or compared with is a secret.
const TELLING: [&str; 8] = [
    "auth", "tok", "secret", "key", "pass", "cookie", "session", "jwt",
];

/// The words of a line as they may be told. `is_raw`: it is no line of ours, so that only its directive is known.
pub(crate) fn told(words: &[String], is_raw: bool) -> Vec<String> {
    let known = if is_raw {
        directive_words(words)
    } else {
        harmless(words)
    };
    let mut told: Vec<String> = words.iter().take(known).cloned().collect();
    if known < words.len() {
        told.push(HIDDEN.to_owned());
    }
    told
}

/// A line as it may be told, where it stands as text. One that has no words is told as nothing.
pub(crate) fn told_line(line: &str, is_raw: bool) -> String {
    let Ok(words) = words_with_variables(line) else {
        return HIDDEN.to_owned();
    };
    if !is_raw && harmless(&words) == words.len() {
        return line.to_owned();
    }
    told(&words, is_raw).join(" ")
}

/// How many words from the first one are no secret.
fn harmless(words: &[String]) -> usize {
    let starts = |begin: &[&str]| begin.iter().zip(words).all(|(one, word)| *one == word);
    let known = DIRECTIVES
        .iter()
        .filter(|(begin, _)| begin.len() <= words.len());
    if let Some((_, count)) = known.into_iter().find(|(begin, _)| starts(begin)) {
        return *count;
    }
    let mut pairs = words.iter().enumerate();
    let found = pairs.find(|(at, word)| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        reads_secret(word)
            || before.is_some_and(|before| names_value(before, word))
            || is_credentials(word)
    });
    match found {
        // The word itself is the value.
        Some((at, word)) if is_credentials(word) => at,
        Some((at, _)) => at + 1,
        None => words.len(),
    }
}

/// Whether a word is a call behind which a secret is compared.
fn reads_secret(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    if KEYED.iter().any(|call| word.contains(call)) {
        return true;
    }
    word.split_once('(').is_some_and(|(call, rest)| {
        let name = rest.split([',', ')']).next().unwrap_or_default();
        READING.iter().any(|it| call.ends_with(it)) && call != "http_auth" && !is_public(name)
    })
}

/// Whether a header is set, and which one says that its value is a secret.
fn names_value(before: &str, word: &str) -> bool {
    let sets = [
        "set-header",
        "add-header",
        "replace-header",
        "replace-value",
        "hdr",
    ];
    (sets.contains(&before) && telling(&word.to_ascii_lowercase()))
        // The body of a check may log in.
        || (before == "send" && word == "body")
}

fn is_public(name: &str) -> bool {
    PUBLIC.iter().any(|start| name.starts_with(start))
}

fn telling(name: &str) -> bool {
    TELLING.iter().any(|part| name.contains(part))
}

/// Whether a header of this name holds what lets a client in.
pub(crate) fn is_secret_header(name: &str) -> bool {
    telling(&name.to_ascii_lowercase())
}

/// Whether a word is what stands in `Authorization`.
fn is_credentials(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    ["bearer ", "basic ", "str(bearer", "str(basic"]
        .iter()
        .any(|start| word.starts_with(start))
}

/// Whether a comment of ours opens lines that are not: those of annotations and of the ConfigMap, or of a file of the operator,
/// which is returned.
pub(crate) fn opens_raw(comment: &str) -> Option<&str> {
    let text = comment.trim_start_matches(['#', ' ', '\t']);
    if text.starts_with("Raw lines of ") {
        return Some("");
    }
    text.strip_prefix("From ")?.strip_suffix(':')
}

/// Whether nobody but the owner may read a `haproxy.cfg`: it holds passwords, or hashes of them.
pub(crate) fn is_private(config: &[u8]) -> bool {
    let text = String::from_utf8_lossy(config);
    text.lines().any(|line| {
        let mut words = line.split_ascii_whitespace();
        match (words.next(), words.next()) {
            // A user with nothing behind the name is the one that HAProxy runs as.
            (Some("user"), Some(_)) => words.next().is_some(),
            (Some("stats"), Some("auth")) | (Some("cluster-secret"), Some(_)) => true,
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_told() {
        for (line, expected) in [
            ("user bob password $5$abc", "user bob <hidden>"),
            ("user bob insecure-password x groups a", "user bob <hidden>"),
            ("stats auth admin:hunter2", "stats auth <hidden>"),
            (
                "http-request set-header Authorization 'Bearer x' if { path / }",
                "http-request set-header Authorization <hidden>",
            ),
            (
                "http-request deny unless { req.hdr(X-Token) -m str hunter2 }",
                "http-request deny unless { req.hdr(X-Token) <hidden>",
            ),
            (
                "http-request set-var(txn.a) str('Basic eDp5')",
                "http-request set-var(txn.a) <hidden>",
            ),
            (
                "http-check send meth GET uri / hdr Authorization 'Basic eDp5'",
                "http-check send meth GET uri / hdr Authorization <hidden>",
            ),
            ("setenv PASSWORD hunter2", "setenv PASSWORD <hidden>"),
            ("tcp-check send AUTH\\ hunter2", "tcp-check send <hidden>"),
        ] {
            assert_eq!(told_line(line, false), expected);
        }
    }

    #[test]
    fn what_is_written_here_is_told() {
        for line in [
            "timeout server 90s",
            "http-request auth realm 'Shop' unless { http_auth(u_626d0cca2352f487) }",
            "http-request set-header X-Forwarded-Proto https if { ssl_fc }",
            "stick-table type ipv6 size 100k expire 60s store http_req_rate(10s)",
            "balance uri whole",
            "stats hide-version",
        ] {
            assert_eq!(told_line(line, false), line);
        }
    }

    #[test]
    fn raw_lines_are_told_by_their_directives() {
        for (line, expected) in [
            (
                "http-request return string hunter2",
                "http-request return <hidden>",
            ),
            ("maxconn 5", "maxconn <hidden>"),
            ("stats hide-version", "stats hide-version"),
            ("open 'quote", HIDDEN),
        ] {
            assert_eq!(told_line(line, true), expected);
        }
    }

    #[test]
    fn a_configuration_with_passwords_is_private() {
        assert!(is_private(b"frontend stats\n    stats auth admin:x\n"));
        assert!(is_private(b"userlist u\n\tuser bob password $5$x\n"));
        assert!(!is_private(b"global\n    user haproxy\n"));
        assert!(!is_private(b"defaults\n    timeout server 5s\n"));
    }
}
