//! What the path becomes.

use std::fmt;

use pcre2::bytes::{Regex, RegexBuilder};

use crate::ir::{Format, Moment, Piece, SampleError};

/// What the path becomes: one rewrite after the other, each with the result of the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rewrites {
    /// In order.
    pub path: Vec<PathRewrite>,
}

/// Where the expression is found in the path, the whole path becomes the replacement. The query stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathRewrite {
    expression: String,
    replacement: Format,
}

impl PathRewrite {
    /// The longest expression and the longest replacement, in bytes. HAProxy bounds neither; time to search grows with both.
    pub const MAX_LENGTH: usize = 512;

    /// Checks a PCRE2 expression and its replacement, in which `\0` to `\9` are what the expression and its groups found.
    ///
    /// # Errors
    /// An expression that PCRE2 does not take, a group that is not there, and what no path can hold.
    pub fn new(expression: &str, replacement: &str) -> Result<Self, SampleError> {
        let fail = |text: &str| Err(SampleError(text.to_owned()));
        if expression.len().max(replacement.len()) > Self::MAX_LENGTH {
            return Err(SampleError(format!(
                "more than {} bytes in an expression or replacement",
                Self::MAX_LENGTH
            )));
        }
        if expression.is_empty() || expression.chars().any(char::is_control) {
            return fail("an empty expression, or a control character in it");
        }
        // HAProxy reads it as the end of a condition.
        if expression == "}" {
            return fail("an expression that is a bracket");
        }
        let regex = compile(expression)
            .map_err(|error| SampleError(format!("no regular expression: {error}")))?;
        let groups = regex.captures_len() - 1;
        let replacement = Format::parse(replacement, Moment::Request)?;
        let mut slash = None;
        for piece in replacement.pieces() {
            match piece {
                Piece::Text(text) => {
                    slash.get_or_insert(text.starts_with('/') || text.starts_with('\\'));
                    references(text, groups)?;
                }
                Piece::Sample(sample) if sample.is_fit_for_url() => {
                    slash.get_or_insert(true);
                }
                Piece::Sample(sample) => {
                    return Err(SampleError(format!(
                        "`%[{sample}]`, whose value a path cannot always hold; `%[{sample},url_enc]` is encoded, and `\\0` is \
                         what the expression found"
                    )));
                }
            }
        }
        match slash {
            None => fail("an empty replacement"),
            Some(false) => fail("a replacement that does not begin with `/`, as paths do"),
            Some(true) => Ok(Self {
                expression: expression.to_owned(),
                replacement,
            }),
        }
    }

    /// The expression.
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// What the path becomes.
    pub fn replacement(&self) -> &Format {
        &self.replacement
    }

    /// Whether the result begins with `/` whatever was found.
    pub fn begins_with_slash(&self) -> bool {
        matches!(self.replacement.pieces().first(), Some(Piece::Text(text)) if text.starts_with('/'))
    }

    /// The expression as HAProxy compiles it: bytes, case counts. `None` never comes: it was compiled before.
    pub fn regex(&self) -> Option<Regex> {
        compile(&self.expression).ok()
    }
}

impl fmt::Display for PathRewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.expression, self.replacement)
    }
}

fn compile(expression: &str) -> Result<Regex, pcre2::Error> {
    RegexBuilder::new().build(expression)
}

/// Checks the literal text of a replacement: references to groups, and characters that a path can hold.
fn references(text: &str, groups: usize) -> Result<(), SampleError> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => match bytes.next() {
                Some(digit @ b'0'..=b'9') => {
                    if usize::from(digit - b'0') > groups {
                        return Err(SampleError(format!(
                            "`\\{}` in the replacement, which is no group of the expression",
                            digit - b'0'
                        )));
                    }
                }
                _ => {
                    return Err(SampleError(
                        "a backslash that does not begin one of `\\0` to `\\9`".to_owned(),
                    ));
                }
            },
            b if !b.is_ascii_graphic() || b"#\"<>^`{|}".contains(&b) => {
                return Err(SampleError(
                    "a character in the replacement that a path holds only percent-encoded, as in `%%20`"
                        .to_owned(),
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_and_replacements_are_checked() {
        for (expression, replacement) in [
            ("(.*)", "/"),
            ("^/api/(.*)", r"/\1"),
            ("^/api(.*)", r"\1"),
            ("^/a", r"/x?y=\0"),
            ("(.*)", "/%[src]/%[req.hdr(a),url_enc]"),
            ("(.*)", "/a%%20b"),
        ] {
            assert!(
                PathRewrite::new(expression, replacement).is_ok(),
                "{expression}"
            );
        }
        let long = "a".repeat(PathRewrite::MAX_LENGTH + 1);
        for (expression, replacement) in [
            ("(", "/"),
            ("}", "/"),
            ("", "/"),
            ("a\nb", "/"),
            (long.as_str(), "/"),
            ("(.*)", "foo"),
            ("(.*)", r"/\2"),
            ("(.*)", r"/\x41"),
            ("(.*)", "/\\"),
            ("(.*)", "/a b"),
            ("(.*)", "/a#b"),
            ("(.*)", "/é"),
            ("(.*)", "/50%"),
            ("(.*)", "/%[path]"),
            ("(.*)", "/%[env(HOME)]"),
            ("(.*)", "http://other/"),
            ("(.*)", ""),
        ] {
            assert!(
                PathRewrite::new(expression, replacement).is_err(),
                "{expression} {replacement}"
            );
        }
    }
}
