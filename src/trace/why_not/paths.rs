//! Why a path is not meant by a pattern: the first element that differs.

use crate::ir::{PathMatch, PathPattern};

/// Why `path` of a request does not match `pattern`, in words of people who know paths.
pub(super) fn differs(pattern: &PathPattern, path: &str) -> String {
    let text = pattern.text();
    if decoded(path) == text && path != text {
        return format!("paths are compared as they are sent: `{path}` is not decoded");
    }
    match pattern.kind() {
        PathMatch::Begins => format!("`{path}` does not begin with `{pattern}`"),
        PathMatch::Exact if path.trim_end_matches('/') == text.trim_end_matches('/') => {
            format!("Exact `{text}` is not `{path}`: the slash at the end counts")
        }
        PathMatch::Exact if path.starts_with(text) && path[text.len()..].starts_with('/') => {
            format!("Exact `{text}` is not what lies below it, such as `{path}`")
        }
        PathMatch::Exact | PathMatch::Prefix => element(text, path),
    }
}

/// The first element that differs.
fn element(text: &str, path: &str) -> String {
    let mut sent = path.split('/').skip(1);
    for (index, wanted) in text.split('/').skip(1).enumerate() {
        let number = index + 1;
        match sent.next() {
            Some(element) if element == wanted => {}
            None => return format!("the request's path ends before `{wanted}`"),
            Some("") => return format!("element {number} is empty, and not `{wanted}`"),
            Some(element) if element.eq_ignore_ascii_case(wanted) => {
                return format!("element {number} is `{element}`, not `{wanted}`: case counts");
            }
            Some(element) if element.starts_with(wanted) && !wanted.is_empty() => {
                return format!(
                    "element {number} is `{element}`, which only begins with `{wanted}`: whole elements are compared"
                );
            }
            Some(element) => {
                return format!("element {number} is `{element}`, not `{wanted}`");
            }
        }
    }
    match sent.next() {
        Some(element) => format!("the request's path goes on with `{element}`"),
        None => format!("`{path}` is not `{text}`"),
    }
}

/// The path with its percent-encoding undone, as far as that gives text.
fn decoded(path: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = path.as_bytes();
    while let [first, rest @ ..] = bytes {
        let hex = rest.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let byte = hex
            .filter(|hex| *first == b'%' && hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = byte {
            out.push(byte);
            bytes = &rest[2..];
        } else {
            out.push(*first);
            bytes = rest;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_element_that_differs_is_told() {
        use PathMatch::{Begins, Exact, Prefix};
        for (kind, text, path, why) in [
            (
                Prefix,
                "/cart",
                "/cartoon",
                "element 1 is `cartoon`, which only begins with `cart`: whole elements are compared",
            ),
            (Prefix, "/a/b", "/a/c/d", "element 2 is `c`, not `b`"),
            (Prefix, "/a/b", "/a", "the request's path ends before `b`"),
            (Prefix, "/a/b", "/a//b", "element 2 is empty, and not `b`"),
            (
                Prefix,
                "/Cart",
                "/cart",
                "element 1 is `cart`, not `Cart`: case counts",
            ),
            (
                Prefix,
                "/cart",
                "/%63art",
                "paths are compared as they are sent: `/%63art` is not decoded",
            ),
            (
                Exact,
                "/foo",
                "/foo/",
                "Exact `/foo` is not `/foo/`: the slash at the end counts",
            ),
            (
                Exact,
                "/foo/",
                "/foo",
                "Exact `/foo/` is not `/foo`: the slash at the end counts",
            ),
            (
                Exact,
                "/foo",
                "/foo/bar",
                "Exact `/foo` is not what lies below it, such as `/foo/bar`",
            ),
            (Exact, "/", "/x", "element 1 is `x`, not ``"),
            (Begins, "/foo", "/fo", "`/fo` does not begin with `/foo`"),
        ] {
            let pattern = PathPattern::new(kind, text).expect("legal");
            assert!(!pattern.matches(path), "{text} {path}");
            assert_eq!(differs(&pattern, path), why, "{text} {path}");
        }
    }

    #[test]
    fn what_is_no_encoding_stays() {
        for (path, text) in [
            ("/%", "/%"),
            ("/%4", "/%4"),
            ("/%+1", "/%+1"),
            ("/%41", "/A"),
            ("/%ff", "/%ff"),
        ] {
            assert_eq!(decoded(path), text);
        }
    }
}
