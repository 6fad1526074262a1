//! The one road into `haproxy.cfg`: every `{{ }}` of a template passes through [`Word`].
//!
//! In: any text. Out: a word, or part of one, that HAProxy's line parser reads back as the same text. Control characters
//! are an error, so no value can begin a line. Manual: section 2.2, "Quoting and escaping".

use std::fmt::{self, Write};

use askama::filters::{Escaper, Safe};

use super::include::Fragment;
use crate::ir::RawLine;
use crate::source::Origin;

/// Writes text as a word: bare where nothing in it is special, else in strong quotes, in which only `'` is.
///
/// Adjacent pieces join into one word, so a template may put fixed text before and after. Strong quotes also keep `$` from
/// being expanded, which weak quotes do not.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Word;

impl Escaper for Word {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        let bare = |b: u8| b.is_ascii_alphanumeric() || b"-_.:/[]@+=,*!".contains(&b);
        if !text.is_empty() && text.bytes().all(bare) {
            return out.write_str(text);
        }
        if text.chars().any(char::is_control) {
            return Err(fmt::Error);
        }
        out.write_char('\'')?;
        for (index, part) in text.split('\'').enumerate() {
            if index > 0 {
                out.write_str(r"'\''")?;
            }
            out.write_str(part)?;
        }
        out.write_char('\'')
    }
}

/// A comment's text, which is no word: it runs to the end of the line, where nothing but a line feed is special.
pub(super) fn comment<T: fmt::Display>(text: T) -> Safe<Comment<T>> {
    Safe(Comment(text))
}

/// See [`comment`].
pub(super) struct Comment<T>(T);

impl<T: fmt::Display> fmt::Display for Comment<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Printable<'a, 'b>(&'a mut fmt::Formatter<'b>);
        impl Write for Printable<'_, '_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                if text.chars().any(char::is_control) {
                    return Err(fmt::Error);
                }
                self.0.write_str(text)
            }
        }
        write!(Printable(f), "{}", self.0)
    }
}

/// The operator's own lines: trusted, and checked when they were read (see [`super::include`]). Below a comment that names
/// their file, each is marked with its place.
pub(super) fn verbatim<'a>(fragment: &'a Fragment, file: &'a str) -> Safe<Verbatim<'a>> {
    Safe(Verbatim { fragment, file })
}

/// See [`verbatim`].
pub(super) struct Verbatim<'a> {
    fragment: &'a Fragment,
    file: &'a str,
}

impl fmt::Display for Verbatim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indent = if self.fragment.is_sections() {
            ""
        } else {
            "    "
        };
        write!(f, "\n{indent}# From {}:", Comment(self.file.escape_debug()))?;
        for line in self.fragment.lines() {
            f.write_char('\n')?;
            if !line.value.is_empty() {
                write!(f, "{}{}", line.value, Mark(line.origin))?;
            }
        }
        Ok(())
    }
}

/// A line of a manifest that the configuration allows: checked when it was read.
pub(super) fn raw(line: &RawLine) -> Safe<&RawLine> {
    Safe(line)
}

/// What stands between a line and its origin until [`super::lines::finish`] takes both apart. No value can hold it.
pub(super) const MARK: u8 = 0x01;

/// The end of a line that `origin` caused.
pub(super) fn mark(origin: Origin) -> Safe<Mark> {
    Safe(Mark(origin))
}

/// See [`mark`].
pub(super) struct Mark(Origin);

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Origin { file, start, end } = self.0;
        write!(f, "{}{},{start},{end}", char::from(MARK), file.index())
    }
}

/// The end of a line that something may have caused.
pub(super) fn maybe_mark(origin: Option<Origin>) -> Safe<MaybeMark> {
    Safe(MaybeMark(origin))
}

/// See [`maybe_mark`].
pub(super) struct MaybeMark(Option<Origin>);

impl fmt::Display for MaybeMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |origin| Mark(origin).fmt(f))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ir::words::words;

    fn escaped(text: &str) -> Result<String, fmt::Error> {
        let mut out = String::new();
        Word.write_escaped_str(&mut out, text)?;
        Ok(out)
    }

    #[test]
    fn ordinary_values_stay_bare_and_others_are_quoted() {
        for (text, word) in [
            ("shop_web_80", "shop_web_80"),
            ("[::1]:80", "[::1]:80"),
            ("", "''"),
            ("a b", "'a b'"),
            ("#x", "'#x'"),
            ("$HOME", "'$HOME'"),
            ("it's", r"'it'\''s'"),
            (r"a\nb", r"'a\nb'"),
        ] {
            assert_eq!(escaped(text).as_deref(), Ok(word));
        }
    }

    #[test]
    fn control_characters_are_refused() {
        for bad in ["\n", "a\rb", "\0", "a\tb", "\u{1}", "\u{7f}", "\u{85}"] {
            assert!(escaped(bad).is_err(), "{bad:?}");
            assert!(
                write!(String::new(), "{}", comment(bad)).is_err(),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn templates_never_bypass_the_escaper() {
        for template in [
            include_str!("templates/haproxy.cfg"),
            include_str!("templates/global.cfg"),
            include_str!("templates/frontend.cfg"),
            include_str!("templates/answers.cfg"),
            include_str!("templates/backends.cfg"),
            include_str!("templates/resolvers.cfg"),
            include_str!("templates/process.cfg"),
            include_str!("templates/metrics.cfg"),
            include_str!("templates/sections.cfg"),
            include_str!("templates/policies.cfg"),
            include_str!("templates/policy/userlists.cfg"),
            include_str!("templates/policy/timeouts.cfg"),
            include_str!("templates/policy/balance.cfg"),
            include_str!("templates/policy/affinity.cfg"),
            include_str!("templates/policy/health.cfg"),
            include_str!("templates/policy/limits.cfg"),
            include_str!("templates/policy/server_tls.cfg"),
            include_str!("templates/policy/capture.cfg"),
            include_str!("templates/policy/access.cfg"),
            include_str!("templates/policy/rate_limit.cfg"),
            include_str!("templates/policy/cors_origin.cfg"),
            include_str!("templates/policy/cors_preflight.cfg"),
            include_str!("templates/policy/cors.cfg"),
            include_str!("templates/policy/redirect_https.cfg"),
            include_str!("templates/policy/auth.cfg"),
            include_str!("templates/policy/redirect_host.cfg"),
            include_str!("templates/policy/headers.cfg"),
            include_str!("templates/policy/rewrite.cfg"),
            include_str!("templates/policy/response.cfg"),
        ] {
            for (index, _) in template.match_indices('|') {
                let filter = template[index + 1..].trim_start();
                assert!(
                    !filter.starts_with("safe") && !filter.starts_with('e'),
                    "{filter}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn haproxy_reads_back_what_was_escaped(
            before in "[a-z(]{0,3}",
            text in prop_oneof![r"[\PC]{0,40}", r#"['"\\ #$%{}a-n]{0,12}"#],
        ) {
            let Ok(word) = escaped(&text) else {
                prop_assert!(text.chars().any(char::is_control));
                return Ok(());
            };
            let line = format!("  set {before}{word} 'end'");
            let expected = vec!["set".to_owned(), format!("{before}{text}"), "end".to_owned()];
            prop_assert_eq!(words(&line), Ok(expected));
        }
    }
}
