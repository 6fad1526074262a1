//! The grammars of names: DNS labels and subdomains, qualified names, port names.
//!
//! In: text. Out: nothing, or what is wrong, as the predicate of a sentence.
//! Source: `apimachinery/pkg/util/validation`, `pkg/apis/core/validation`.

/// What is wrong, as in "host `A` of Ingress shop/web *has upper-case letters*".
pub(super) type Wrong = &'static str;

/// DNS-1123 label: lower-case letters, digits and `-`, 63 at most.
pub(super) fn label(text: &str) -> Result<(), Wrong> {
    match text.len() {
        0 => Err("is empty"),
        1..=63 => label_characters(text, OTHERS),
        _ => Err("is longer than 63 characters"),
    }
}

/// DNS-1123 subdomain: labels of any length between dots, 253 at most in all.
pub(super) fn subdomain(text: &str) -> Result<(), Wrong> {
    match text.len() {
        0 => return Err("is empty"),
        254.. => return Err("is longer than 253 characters"),
        _ => {}
    }
    text.split('.').try_for_each(|part| {
        if part.is_empty() {
            Err("has a dot too many")
        } else {
            label_characters(part, OTHERS_AND_DOT)
        }
    })
}

/// Whether the API server takes `text` as the name of a Service. What it refuses has its finding from this room.
pub(crate) fn is_label(text: &str) -> bool {
    label(text).is_ok()
}

/// Whether the API server takes `text` as the name of a Secret. What it refuses has its finding from this room.
pub(crate) fn is_subdomain(text: &str) -> bool {
    subdomain(text).is_ok()
}

/// Whether the API server takes `text` as a key of a Secret or ConfigMap.
pub(crate) fn is_data_key(text: &str) -> bool {
    data_key(text).is_ok()
}

const OTHERS: Wrong = "has characters other than lower-case letters, digits and `-`";
const OTHERS_AND_DOT: Wrong = "has characters other than lower-case letters, digits, `-` and `.`";

fn label_characters(text: &str, others: Wrong) -> Result<(), Wrong> {
    let bytes = text.as_bytes();
    if let Some(wrong) = bytes
        .iter()
        .find(|byte| !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    {
        return Err(match wrong {
            b'A'..=b'Z' => "has upper-case letters",
            b'_' => "has an underscore, which names cannot have",
            b' ' | b'\t' | b'\n' | b'\r' => "has white space",
            b'.' => "has a dot, which this name cannot have",
            _ => others,
        });
    }
    if bytes.first() == Some(&b'-') || bytes.last() == Some(&b'-') {
        return Err("begins or ends with `-`");
    }
    Ok(())
}

/// `prefix/name` or `name`: the keys of labels and annotations. Case counts for labels only; both allow either.
pub(super) fn qualified_name(text: &str) -> Result<(), Wrong> {
    let name = match text.split_once('/') {
        None => text,
        Some((prefix, name)) => {
            if prefix.bytes().any(|byte| byte.is_ascii_uppercase()) {
                subdomain(&prefix.to_ascii_lowercase())?;
            } else {
                subdomain(prefix)?;
            }
            name
        }
    };
    if name.is_empty() {
        return Err("has no name after its prefix");
    }
    if name.contains('/') {
        return Err("has more than one `/`");
    }
    label_value(name)
}

/// The value of a label: empty, or up to 63 letters, digits, `-`, `_` and `.` that begin and end with a letter or digit.
pub(super) fn label_value(text: &str) -> Result<(), Wrong> {
    let bytes = text.as_bytes();
    if bytes.len() > 63 {
        return Err("is longer than 63 characters");
    }
    if !bytes
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    {
        return Err("has characters other than letters, digits, `-`, `_` and `.`");
    }
    let edge = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_alphanumeric);
    if !edge(bytes.first()) || !edge(bytes.last()) {
        return Err("does not begin and end with a letter or digit");
    }
    Ok(())
}

/// The name of a container port (IANA service name): up to 15 lower-case letters, digits and single `-`, with a letter.
pub(super) fn port_name(text: &str) -> Result<(), Wrong> {
    match text.len() {
        0 => return Err("is empty"),
        1..=15 => label_characters(text, OTHERS)?,
        _ => return Err("is longer than 15 characters"),
    }
    if text.contains("--") {
        return Err("has `--`");
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Err("has no letter");
    }
    Ok(())
}

/// A key of a Secret or ConfigMap: `[-._a-zA-Z0-9]+`, neither `.` nor `..`.
pub(super) fn data_key(text: &str) -> Result<(), Wrong> {
    if text.is_empty() {
        return Err("is empty");
    }
    if text.len() > 253 {
        return Err("is longer than 253 characters");
    }
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
    {
        return Err("has characters other than letters, digits, `-`, `_` and `.`");
    }
    if text == "." || text.starts_with("..") {
        return Err("names a directory");
    }
    Ok(())
}

/// A segment of a resource path: neither `.` nor `..`, without `/` and `%`.
pub(super) fn path_segment(text: &str) -> Result<(), Wrong> {
    match text {
        "" => Err("is empty"),
        "." | ".." => Err("names a directory"),
        _ if text.contains(['/', '%']) => Err("has `/` or `%`"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Check = fn(&str) -> Result<(), Wrong>;

    #[test]
    fn names_follow_the_grammars_of_the_api() {
        let long = "a".repeat(64);
        let longer = "a.".repeat(127);
        let rows: &[(Check, &str, bool)] = &[
            (label, "web", true),
            (label, "0web", true),
            (label, "a.b", false),
            (label, &long, false),
            (label, "", false),
            (subdomain, "a.b-c.d", true),
            (subdomain, &long, true),
            (subdomain, &longer, false),
            (subdomain, "a..b", false),
            (subdomain, "a.b.", false),
            (subdomain, "A.b", false),
            (subdomain, "-a", false),
            (qualified_name, "app.kubernetes.io/name", true),
            (qualified_name, "App.Kubernetes.io/Name", true),
            (qualified_name, "name", true),
            (qualified_name, "a/b/c", false),
            (qualified_name, "a/", false),
            (qualified_name, "/a", false),
            (qualified_name, &long, false),
            (label_value, "", true),
            (label_value, "A_b.c", true),
            (label_value, "-a", false),
            (label_value, "a b", false),
            (port_name, "http", true),
            (port_name, "80", false),
            (port_name, "a--b", false),
            (port_name, "a234567890123456", false),
            (port_name, "Http", false),
            (data_key, "tls.crt", true),
            (data_key, "a/b", false),
            (data_key, "..a", false),
            (path_segment, "x", true),
            (path_segment, "a%b", false),
        ];
        for (check, text, legal) in rows {
            assert_eq!(check(text).is_ok(), *legal, "{text:?}: {:?}", check(text));
        }
    }
}
