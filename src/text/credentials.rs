//! What is not shown: values of headers that let somebody in, wherever a request, a rule or a difference is told.

use std::borrow::Cow;

/// What stands in place of a value.
pub(crate) const NOT_SHOWN: &str = "(not shown)";

/// Parts of names whose values are passwords, or as good as that.
const PARTS: [&str; 7] = [
    "authorization",
    "cookie",
    "token",
    "secret",
    "password",
    "api-key",
    "apikey",
];

/// Schemes of `Authorization` that may be told: what follows them is the secret.
const SCHEMES: [&str; 5] = ["Basic", "Bearer", "Digest", "Negotiate", "NTLM"];

/// Whether the value of a header is a password, or as good as one.
pub(crate) fn is_credential(header: &str) -> bool {
    let name = header.to_ascii_lowercase().replace('_', "-");
    PARTS.iter().any(|part| name.contains(part))
}

/// The value of a header as it may be told.
pub(crate) fn told<'v>(header: &str, value: &'v str) -> Cow<'v, str> {
    if value.is_empty() || !is_credential(header) {
        return Cow::Borrowed(value);
    }
    let first = value.trim().split_once(' ').map(|(first, _)| first);
    let mut schemes = SCHEMES.iter();
    let scheme = first.and_then(|first| schemes.find(|it| it.eq_ignore_ascii_case(first)));
    Cow::Owned(match scheme {
        Some(scheme) => format!("{scheme} {NOT_SHOWN}"),
        None => NOT_SHOWN.to_owned(),
    })
}

/// A line of `haproxy.cfg`, or a part of one, as it may be told: what follows the name of such a header is cut off, where a keyword
/// about headers or cookies stands before it (`http-request set-header Authorization …`, `hdr(authorization) -m str …`, `cook(sid) …`).
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    cut(text, false)
}

/// The same for a line of an annotation, which may begin with the name (`Authorization "Basic …"`, `Cookie: a=b`).
pub(crate) fn setting(text: &str) -> Cow<'_, str> {
    cut(text, true)
}

fn cut(text: &str, may_begin: bool) -> Cow<'_, str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut before = "";
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let start = at + rest.find(is_name).unwrap_or(rest.len());
        let word = &text[start..];
        let end = start + word.find(|c| !is_name(c)).unwrap_or(word.len());
        let (name, behind) = (&text[start..end], &text[end..]);
        let before_lower = before.to_ascii_lowercase();
        let is_cookie = before_lower.contains("cook") && !before_lower.contains("cookie");
        let is_header = ["header", "hdr", "replace-value"]
            .iter()
            .any(|keyword| before_lower.contains(keyword));
        let is_secret =
            is_cookie || is_credential(name) && (is_header || may_begin && before.is_empty());
        let has_value = behind.contains(|c: char| c.is_ascii_alphanumeric());
        if is_secret && !name.is_empty() && has_value {
            let gap = behind.find(|c: char| !matches!(c, ':' | ')'));
            let gap = gap.unwrap_or(0);
            return Cow::Owned(format!("{}{} {NOT_SHOWN}", &text[..end], &behind[..gap]));
        }
        before = name;
        at = end.max(at + 1);
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_let_somebody_in_are_not_told() {
        for (name, value, shown) in [
            ("Authorization", "Basic dG9t", "Basic (not shown)"),
            ("authorization", "hunter2 x", "(not shown)"),
            ("Proxy-Authorization", "bearer abc", "Bearer (not shown)"),
            ("Cookie", "sid=1", "(not shown)"),
            ("Set-Cookie", "sid=1; Secure", "(not shown)"),
            ("X-API-Key", "k", "(not shown)"),
            ("X_Auth_Token", "k", "(not shown)"),
            ("X-Client-Secret", "k", "(not shown)"),
            ("X-Password", "k", "(not shown)"),
            ("Accept", "text/html", "text/html"),
            ("Cookie", "", ""),
        ] {
            assert_eq!(told(name, value), shown, "{name}");
        }
    }

    #[test]
    fn lines_lose_what_follows_the_name() {
        for (text, shown) in [
            (
                "http-request set-header Authorization \"Basic c2VjcmV0\" if { src 10.0.0.1 }",
                "http-request set-header Authorization (not shown)",
            ),
            (
                "{ req.hdr(authorization) -m str c2VjcmV0 }",
                "{ req.hdr(authorization) (not shown)",
            ),
            (
                "{ req.cook(sid) -m str abc }",
                "{ req.cook(sid) (not shown)",
            ),
            ("{ hdr(x-beta) -m str yes }", "{ hdr(x-beta) -m str yes }"),
            ("cookie SRV insert indirect", "cookie SRV insert indirect"),
            (
                "http-request del-header Cookie",
                "http-request del-header Cookie",
            ),
            ("ä http-request deny", "ä http-request deny"),
            ("", ""),
        ] {
            assert_eq!(line(text), shown);
            assert!(matches!(text, "cookie SRV insert indirect") || setting(text) == shown);
        }
        for (text, shown) in [
            (
                "Authorization \"Basic c2VjcmV0\"",
                "Authorization (not shown)",
            ),
            ("Cookie: sid=1", "Cookie: (not shown)"),
            ("X-Api-Key k", "X-Api-Key (not shown)"),
            ("X-Beta yes", "X-Beta yes"),
            ("cookie", "cookie"),
        ] {
            assert_eq!(setting(text), shown);
        }
    }
}
