//! Whether a host or path can be routed at all, and which rule it breaks when it cannot.
//!
//! In: text as written. Out: a checked pattern, or a code and words.

use std::fmt::Write as _;

use crate::finding::{Code, Finding};
use crate::ir::{PathMatch, PathPattern};
use crate::manifest::{PathType, host_code};
use crate::source::{Sourced, template_marker};

/// `None` when the host is a template nobody rendered: that has its finding already.
pub(in crate::lower) fn illegal_host(
    ingress: &str,
    host: &Sourced<String>,
    reason: &str,
) -> Option<Finding> {
    if template_marker(&host.value).is_some() {
        return None;
    }
    Some(
        Finding::new(
            host_code(&host.value, Code::INVALID_HOST),
            format!(
                "host `{}` of Ingress {ingress} is not a host name: {reason}",
                host.value
            ),
        )
        .at(host.origin),
    )
}

/// What the API server refuses (`validateHTTPIngressPath`), and what no request can carry.
pub(super) fn legal_path(
    kind: PathMatch,
    path_type: Option<PathType>,
    text: &str,
) -> Result<PathPattern, (Code, &'static str)> {
    if text.chars().any(char::is_control) {
        return Err((Code::INJECTION_CHARACTERS, "holds a control character"));
    }
    let typed = matches!(path_type, Some(PathType::Exact | PathType::Prefix));
    if !text.starts_with('/') && (typed || !text.is_empty()) {
        return Err((Code::INVALID_PATH, "does not begin with `/`"));
    }
    if typed {
        for (bad, reason) in [
            ("//", "holds `//`, which the API server refuses"),
            ("/./", "holds `/./`, which the API server refuses"),
            ("/../", "holds `/../`, which the API server refuses"),
            ("%2f", "holds `%2f`, which the API server refuses"),
            ("%2F", "holds `%2F`, which the API server refuses"),
        ] {
            if text.contains(bad) {
                return Err((Code::INVALID_PATH, reason));
            }
        }
        if text.ends_with("/..") || text.ends_with("/.") {
            return Err((
                Code::INVALID_PATH,
                "ends in `/.` or `/..`, which the API server refuses",
            ));
        }
    }
    PathPattern::new(kind, text).map_err(|_| (Code::UNMATCHABLE_PATH, unmatchable(text)))
}

/// Why no request has this path.
fn unmatchable(text: &str) -> &'static str {
    match text
        .chars()
        .find(|c| !c.is_ascii_graphic() || "?#".contains(*c))
    {
        Some('?') => "can be in no request: `?` ends the path, and the query begins",
        Some('#') => {
            "can be in no request: `#` ends the path, and what follows stays with the client"
        }
        Some(c) if c.is_ascii() => "can be in no request: it holds a blank",
        Some(_) => "can be in no request: it holds a character outside of ASCII",
        None => "can be in no request: it is too long",
    }
}

/// What to do about a path that no request has.
pub(super) fn instead(text: &str) -> String {
    if let Some(end) = text.chars().find(|c| "?#".contains(*c)) {
        return format!("remove `{end}` and what follows it");
    }
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    if encoded.len() > 256 {
        return "shorten the path".to_owned();
    }
    format!("write `{encoded}`, as clients send it")
}

/// The path before everything that only a pattern means, if whole elements of it are left: `/cart` of `/cart/(.*)`.
pub(super) fn before_pattern(text: &str) -> Option<&str> {
    let (start, rest) = text.char_indices().find_map(|(at, c)| {
        let special = "()[]|*^\\".contains(c) || text[at..].starts_with(".+") || &text[at..] == "$";
        special.then(|| text.split_at(at))
    })?;
    // `/.*`: the dot belongs to the star.
    let start = if rest.starts_with('*') {
        start.strip_suffix('.').unwrap_or(start)
    } else {
        start
    };
    let is_pattern = rest.chars().all(|c| "()[]|*^\\.+?$".contains(c));
    match start.strip_suffix('/') {
        Some("") if is_pattern => Some("/"),
        plain => plain.filter(|_| is_pattern),
    }
}

/// Characters that people write in patterns and hardly ever in paths. A lone `.`, `+` or `$` is common in plain paths.
pub(super) fn looks_like_regex(path: &str) -> bool {
    path.contains(['(', ')', '[', ']', '|', '*', '^', '\\'])
        || path.contains(".+")
        || path.ends_with('$')
}

#[cfg(test)]
mod tests {
    use crate::lower::testing::{World, codes, path};
    use crate::lower::{Settings, lower};
    use crate::manifest::PathType;

    /// The codes that one path of one host earns, beside those about classes and servers.
    fn said(kind: PathType, text: &str) -> Vec<String> {
        let mut world = World::default();
        world.web("a", "web", 80);
        world.rule("a", "x", Some("a.io"), vec![path(kind, text, "web", 80)]);
        codes(&lower(&world.manifests, &Settings::default()).findings)
    }

    #[test]
    fn paths_earn_what_they_deserve() {
        use PathType::{Exact, ImplementationSpecific, Prefix};
        let table: &[(PathType, &str, &[&str])] = &[
            (Prefix, "/", &[]),
            (Prefix, "/c++/$HOME/v1.2", &[]),
            (Prefix, "", &["ING105"]),
            (Prefix, "foo", &["ING105"]),
            (Exact, "/a//b", &["ING105"]),
            (Prefix, "/a%2Fb", &["ING105"]),
            (Exact, "/a/..", &["ING105"]),
            (ImplementationSpecific, "/a//b/", &[]),
            (ImplementationSpecific, "", &[]),
            (ImplementationSpecific, "/", &[]),
            (ImplementationSpecific, "/a", &["ING701"]),
            (ImplementationSpecific, "/a/(.*)", &["ING314"]),
            (Prefix, "/*", &["ING314"]),
            (Exact, "/a$", &["ING314"]),
            (Prefix, "/a b", &["ING324"]),
            (Prefix, "/a?b", &["ING324"]),
            (Prefix, "/ä", &["ING324"]),
            (Prefix, "/a\n  server x 1.2.3.4", &["ING502"]),
            (Prefix, "/a/", &["ING305"]),
        ];
        for &(kind, text, expected) in table {
            assert_eq!(said(kind, text), expected, "{kind:?} {text:?}");
        }
    }

    #[test]
    fn hosts_earn_what_they_deserve() {
        let long = format!("{}.io", "a".repeat(64));
        let table: &[(&str, &[&str])] = &[
            ("a.io", &[]),
            ("*.a.io", &[]),
            ("A.io", &["ING106"]),
            ("a.io:80", &["ING106"]),
            ("a.io\nfrontend x", &["ING502"]),
            ("a{b", &["ING502"]),
            ("{{ .Values.host }}", &[]),
            (&long, &["ING328"]),
        ];
        for &(host, expected) in table {
            let mut world = World::default();
            world.web("a", "web", 80);
            world.rule(
                "a",
                "x",
                Some(host),
                vec![path(PathType::Prefix, "/", "web", 80)],
            );
            let lowered = lower(&world.manifests, &Settings::default());
            assert_eq!(codes(&lowered.findings), expected, "{host:?}");
            let legal = expected.is_empty() && !host.contains("{{") || expected == ["ING328"];
            assert_eq!(lowered.routing.hosts.len(), usize::from(legal), "{host:?}");
        }
    }

    #[test]
    fn what_stands_before_a_pattern_is_told_where_it_is_whole() {
        for (text, expected) in [
            ("/cart/(.*)", Some("/cart")),
            ("/cart/.*", Some("/cart")),
            ("/cart/.+", Some("/cart")),
            ("/*", Some("/")),
            ("/v[12]/items", None),
            ("/cart/(a|b)", None),
            ("/cart*", None),
            ("/cart$", None),
        ] {
            assert_eq!(super::before_pattern(text), expected, "{text}");
        }
    }

    #[test]
    fn a_path_that_no_request_has_is_put_as_requests_have_it() {
        for (text, expected) in [
            (
                "/gr\u{f6}\u{df}e",
                "write `/gr%C3%B6%C3%9Fe`, as clients send it",
            ),
            ("/a b", "write `/a%20b`, as clients send it"),
            ("/a b?c", "remove `?` and what follows it"),
            ("/a#b", "remove `#` and what follows it"),
        ] {
            assert_eq!(super::instead(text), expected, "{text}");
        }
        assert_eq!(super::instead(&"/x".repeat(8192)), "shorten the path");
    }
}
