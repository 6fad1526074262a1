//! Template markers that nobody has rendered: what they look like, and whose they are.
//!
//! In: the text of a value, or of a document that could not be read. Out: the bytes of the first marker. The grammar is
//! narrow on purpose: `$(`, `${1}`, `{2}` and `(?<name>` are regular expressions, and legal in a path.

use std::ops::Range;

/// Who was meant to replace a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    /// `{{ .Values.host }}`, `{{- if .x }}`; others write these, too.
    Helm,
    /// `{% if x %}`.
    Jinja,
    /// `${HOST}`, `$(HOST)`.
    Variable,
    /// `%{ if x }`.
    Terraform,
    /// `<path:secret/data/x#host>`.
    Vault,
    /// `#@ data.values.host`.
    Ytt,
    /// `@@HOST@@`, `%%HOST%%`, `#{HOST}#`, `<HOST>`.
    Token,
}

impl Engine {
    /// What to do, in the imperative.
    pub(super) fn help(self) -> &'static str {
        match self {
            Self::Helm => {
                "render it first: `helm template CHART | ingressc check -`, or the command of your template engine"
            }
            Self::Jinja => "render it first with the command of your template engine",
            Self::Variable => {
                "replace the variable first, for example `envsubst < FILE | ingressc check -`"
            }
            Self::Terraform => "render it first with Terraform's `templatefile`",
            Self::Vault => {
                "replace it first: `argocd-vault-plugin generate DIR | ingressc check -`"
            }
            Self::Ytt => "render it first: `ytt -f DIR | ingressc check -`",
            Self::Token => "replace the placeholder before the run",
        }
    }
}

/// A marker in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) range: Range<usize>,
    pub(super) engine: Engine,
}

/// The bytes of the first template marker in the value of a field that takes none, such as a host, a path or a name.
pub fn template_marker(text: &str) -> Option<Range<usize>> {
    marker(text).map(|marker| marker.range)
}

/// What to do about the first template marker in `text`, in the imperative.
pub fn template_help(text: &str) -> Option<&'static str> {
    marker(text).map(|marker| marker.engine.help())
}

/// The first marker in `text`.
pub(super) fn marker(text: &str) -> Option<Marker> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = bytes[from..]
        .iter()
        .position(|byte| matches!(byte, b'{' | b'$' | b'<' | b'@' | b'%' | b'#'))
    {
        let at = from + at;
        if let Some((length, engine)) = starts_with_marker(text, at) {
            return Some(Marker {
                range: at..at + length,
                engine,
            });
        }
        from = at + 1;
    }
    None
}

/// Nothing longer is a marker. Without a bound, a line of nothing but openings would be searched from each of them to its end.
const MAX_MARKER: usize = 512;

/// The length of the marker that begins at byte `at`.
fn starts_with_marker(text: &str, at: usize) -> Option<(usize, Engine)> {
    let rest = text.get(at..)?;
    let rest = &rest[..rest.floor_char_boundary(MAX_MARKER)];
    let line = rest.lines().next().unwrap_or_default();
    let until = |close: &str| line.find(close).map(|end| end + close.len());
    if rest.starts_with("{{") {
        return Some((until("}}").unwrap_or(line.len()), Engine::Helm));
    }
    if rest.starts_with("{%") {
        return Some((until("%}").unwrap_or(line.len()), Engine::Jinja));
    }
    if let Some(length) = ["${", "$("]
        .iter()
        .zip(['}', ')'])
        .find_map(|(open, close)| variable(line, open, close))
    {
        return Some((length, Engine::Variable));
    }
    if let Some(directive) = rest.strip_prefix("%{") {
        let directive = directive.trim_start_matches('~').trim_start();
        let known = ["if ", "for ", "else", "endif", "endfor"];
        return known
            .iter()
            .any(|word| directive.starts_with(word))
            .then(|| (until("}").unwrap_or(line.len()), Engine::Terraform));
    }
    if rest.starts_with("<path:") {
        return Some((until(">").unwrap_or(line.len()), Engine::Vault));
    }
    [("@@", "@@"), ("%%", "%%"), ("#{", "}#")]
        .iter()
        .find_map(|(open, close)| token(line, open, close))
        .or_else(|| {
            // `(?<NAME>` and `(?P<NAME>` are groups of a regular expression.
            let group = text[..at].ends_with('?') || text[..at].ends_with("?P");
            (!group).then(|| token(line, "<", ">")).flatten()
        })
        .map(|length| (length, Engine::Token))
}

/// `${NAME}`, `${NAME:-default}`: the name of an environment variable, so that `${1}` of a rewrite is left alone.
fn variable(line: &str, open: &str, close: char) -> Option<usize> {
    let inner = line.strip_prefix(open)?;
    let end = inner.find(close)?;
    let name = inner[..end].split(":-").next().unwrap_or_default();
    let first = name.bytes().next()?;
    let legal = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    (legal && (first.is_ascii_alphabetic() || first == b'_'))
        .then_some(open.len() + end + close.len_utf8())
}

/// A name in capitals between two marks.
fn token(line: &str, open: &str, close: &str) -> Option<usize> {
    let inner = line.strip_prefix(open)?;
    let legal =
        |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"_-".contains(byte);
    let end = inner.bytes().take_while(legal).count();
    (end > 1 && inner[end..].starts_with(close)).then_some(open.len() + end + close.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_found_with_their_bytes() {
        for (text, found) in [
            ("{{ .Values.host }}", "{{ .Values.host }}"),
            ("shop.{{.Env}}.example", "{{.Env}}"),
            ("{{ cut off", "{{ cut off"),
            ("{% if x %}", "{% if x %}"),
            ("%{ if x ~}", "%{ if x ~}"),
            ("/${PREFIX}/x", "${PREFIX}"),
            ("${PREFIX:-/api}", "${PREFIX:-/api}"),
            ("$(HOST)", "$(HOST)"),
            ("<path:secret/data/x#host>", "<path:secret/data/x#host>"),
            ("a.@@DOMAIN@@", "@@DOMAIN@@"),
            ("a.%%DOMAIN%%", "%%DOMAIN%%"),
            ("a#{DOMAIN}#", "#{DOMAIN}#"),
            ("<YOUR-DOMAIN>", "<YOUR-DOMAIN>"),
        ] {
            let range = template_marker(text).unwrap_or_else(|| panic!("no marker in `{text}`"));
            assert_eq!(&text[range], found, "in `{text}`");
        }
    }

    #[test]
    fn regular_expressions_and_rewrites_are_no_templates() {
        for text in [
            "/api(/|$)(.*)",
            "/[0-9]{3}",
            "/${1}",
            "/$1/$2",
            "/(?<NAME>.*)",
            "/(?P<NAME>.*)",
            "/$metadata",
            "/a%20b%2F",
            "/@scope/package",
            "/~user#top",
            "/x<y>",
        ] {
            assert_eq!(template_marker(text), None, "in `{text}`");
        }
    }
}
