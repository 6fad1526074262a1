//! Bytes in, the text that the scanner reads out: UTF-8, no byte order mark, a line feed at the end.
//!
//! JSON's surrogate pairs are rewritten on the way: they are legal for kubectl, which reads JSON as JSON, and unknown to YAML.
//! A file that is no text at all is [`Refused`], with whatever can be shown of it.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use crate::finding::{Code, Finding};

/// Why a file is not read on.
#[derive(Debug)]
pub(super) struct Refused {
    /// What can be shown of it, so that the place below has a line.
    pub(super) text: String,
    /// The bytes of `text` to point at.
    pub(super) at: Range<usize>,
    /// Without its place; `name` is the file's.
    pub(super) finding: Finding,
}

/// The text that the scanner reads, and how to get from it back to the bytes.
#[derive(Debug)]
pub(super) struct Normalised {
    pub(super) text: String,
    pub(super) written: Written,
}

/// How the bytes of a file differ from its normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Written {
    /// They begin with a byte order mark.
    mark: bool,
    /// Their last line has no end.
    unended: bool,
    /// They hold JSON's surrogates, which stand in the text as other escapes: there is no way back.
    joined: bool,
}

impl Written {
    /// The bytes of a file that says `text`; `None` when that is not known.
    pub(super) fn bytes(self, text: &str) -> Option<String> {
        if self.joined {
            return None;
        }
        let text = match text.strip_suffix('\n') {
            Some(unended) if self.unended => unended,
            _ => text,
        };
        let mark = if self.mark { "\u{feff}" } else { "" };
        Some([mark, text].concat())
    }
}

/// Makes `bytes` the text that the scanner reads. `name` is for the message.
pub(super) fn normalise(name: &str, bytes: Vec<u8>) -> Result<Normalised, Box<Refused>> {
    if let Some(kind) = encryption(&bytes) {
        return Err(Box::new(encrypted(name, kind)));
    }
    if let Some(utf16) = Utf16::detect(&bytes) {
        return Err(Box::new(utf16.refuse(name, &bytes)));
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let byte = error.as_bytes()[valid];
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        Box::new(Refused {
            at: valid..valid + char::REPLACEMENT_CHARACTER.len_utf8(),
            finding: Finding::new(
                Code::NOT_UTF8,
                format!("`{name}` is not UTF-8: byte {valid} is 0x{byte:02X}"),
            )
            .help("save the file as UTF-8, for example with `iconv -f WINDOWS-1252 -t UTF-8`"),
            text,
        })
    })?;
    let mut written = Written {
        mark: text.starts_with('\u{feff}'),
        ..Written::default()
    };
    if written.mark {
        text.drain(..'\u{feff}'.len_utf8());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        written.unended = true;
        text.push('\n');
    }
    if let Cow::Owned(rewritten) = join_surrogates(&text) {
        written.joined = true;
        text = rewritten;
    }
    Ok(Normalised { text, written })
}

/// File formats that are encrypted from the first byte on. SOPS keeps the file's shape and is found document by document.
fn encryption(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 5] = [
        (b"\0GITCRYPT\0", "git-crypt"),
        (b"$ANSIBLE_VAULT;", "Ansible Vault"),
        (b"age-encryption.org/", "age"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----", "age"),
        (b"-----BEGIN PGP MESSAGE-----", "PGP"),
    ];
    KINDS
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
        .map(|&(_, kind)| kind)
}

fn encrypted(name: &str, kind: &str) -> Refused {
    Refused {
        text: String::new(),
        at: 0..0,
        finding: Finding::new(
            Code::ENCRYPTED_INPUT,
            format!("`{name}` is encrypted with {kind}"),
        )
        .help("decrypt the file before the run, or exclude it"),
    }
}

/// PowerShell's `>` writes UTF-16, and some editors leave the byte order mark away.
#[derive(Clone, Copy)]
struct Utf16 {
    little: bool,
    mark: bool,
}

impl Utf16 {
    fn detect(bytes: &[u8]) -> Option<Self> {
        let little = match bytes {
            [0xFF, 0xFE, ..] => true,
            [0xFE, 0xFF, ..] => false,
            // No manifest has a NUL, and each begins with an ASCII character.
            [1..=0x7F, 0, 1..=0x7F, 0, ..] => return Some(Self::new(true, false)),
            [0, 1..=0x7F, 0, 1..=0x7F, ..] => return Some(Self::new(false, false)),
            _ => return None,
        };
        Some(Self::new(little, true))
    }

    fn new(little: bool, mark: bool) -> Self {
        Self { little, mark }
    }

    fn refuse(self, name: &str, bytes: &[u8]) -> Refused {
        let Self { little, mark } = self;
        let units = bytes[if mark { 2 } else { 0 }..]
            .chunks_exact(2)
            .map(|pair| {
                let pair = [pair[0], pair[1]];
                if little {
                    u16::from_le_bytes(pair)
                } else {
                    u16::from_be_bytes(pair)
                }
            });
        let text: String = char::decode_utf16(units)
            .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        let encoding = if little { "UTF-16LE" } else { "UTF-16BE" };
        let with = if mark { "with" } else { "without" };
        Refused {
            at: 0..text.find('\n').unwrap_or(text.len()),
            text,
            finding: Finding::new(
                Code::NOT_UTF8,
                format!("`{name}` is {encoding} ({with} a byte order mark), not UTF-8"),
            )
            .help(format!(
                "convert it with `iconv -f {encoding} -t UTF-8`, or write it with `Out-File -Encoding utf8` in PowerShell"
            )),
        }
    }
}

/// `\ud83d\ude00` to `\U0001f600`, a lone half to `\ufffd` as Go reads it; only in text that begins as JSON does.
fn join_surrogates(text: &str) -> Cow<'_, str> {
    if !text.trim_start().starts_with(['{', '[']) {
        return Cow::Borrowed(text);
    }
    let mut joined = String::new();
    let mut copied = 0;
    for at in memmem::find_iter(text.as_bytes(), "\\u") {
        let Some(high) = (at >= copied).then(|| unit(text, at)).flatten() else {
            continue;
        };
        if !(0xD800..0xE000).contains(&high) {
            continue;
        }
        joined.push_str(&text[copied..at]);
        copied = at + 6;
        match unit(text, copied) {
            Some(low @ 0xDC00..0xE000) if high < 0xDC00 => {
                let point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                joined.push_str("\\U");
                joined.extend(
                    (0..8)
                        .rev()
                        .filter_map(|nibble| char::from_digit((point >> (4 * nibble)) & 0xF, 16)),
                );
                copied += 6;
            }
            _ => joined.push_str("\\ufffd"),
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    joined.push_str(&text[copied..]);
    Cow::Owned(joined)
}

/// The four digits of the escape `\uXXXX` at byte `at`; `None` when its backslash is itself escaped.
fn unit(text: &str, at: usize) -> Option<u32> {
    let escape = text.get(at..at + 6)?;
    let digits = escape.strip_prefix("\\u")?;
    let before = text.as_bytes()[..at].iter().rev();
    let escaped = before.take_while(|&&byte| byte == b'\\').count() % 2 == 1;
    (!escaped && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::super::{FileId, Node, Tree};
    use super::*;

    fn text(bytes: &[u8]) -> String {
        normalise("a.yaml", bytes.to_vec()).expect("text").text
    }

    fn refused(bytes: &[u8]) -> Refused {
        *normalise("a.yaml", bytes.to_vec()).expect_err("no text")
    }

    #[test]
    fn the_mark_goes_and_the_last_line_is_ended() {
        assert_eq!(text(b"\xEF\xBB\xBFa: 1"), "a: 1\n");
        assert_eq!(text(b"a: 1\r\n"), "a: 1\r\n");
        assert_eq!(text(b""), "");
    }

    #[test]
    fn there_is_a_way_back_to_the_bytes() {
        for bytes in [
            &b"\xEF\xBB\xBFa: 1"[..],
            b"\xEF\xBB\xBF",
            b"a: 1\r\n",
            b"a: 1\n\n",
            b"",
        ] {
            let Normalised { text, written } = normalise("a.yaml", bytes.to_vec()).expect("text");
            let back = written.bytes(&text).expect("a way back");
            assert_eq!(back.as_bytes(), bytes);
        }
        let joined = normalise("a.json", br#"["\ud83d\ude00"]"#.to_vec()).expect("text");
        assert_eq!(joined.written.bytes(&joined.text), None);
    }

    #[test]
    fn a_stray_byte_is_shown_with_its_offset() {
        let refused = refused(b"a: caf\xE9 1\n");
        assert_eq!(refused.finding.code, Code::NOT_UTF8);
        assert!(refused.finding.message.contains("byte 6 is 0xE9"));
        assert_eq!(&refused.text[refused.at], "\u{fffd}");
    }

    #[test]
    fn utf16_is_named_with_and_without_a_mark() {
        let little: Vec<u8> = "kind: A\nb: 1"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = "kind: A"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        let marked = |mark: &[u8], rest: &[u8]| refused(&[mark, rest].concat());
        for (refused, encoding) in [
            (marked(&[0xFF, 0xFE], &little), "UTF-16LE (with a"),
            (marked(&[], &little), "UTF-16LE (without"),
            (marked(&[0xFE, 0xFF], &big), "UTF-16BE (with a"),
            (marked(&[], &big), "UTF-16BE (without"),
        ] {
            assert!(
                refused.finding.message.contains(encoding),
                "{:?}",
                refused.finding
            );
            assert_eq!(&refused.text[refused.at], "kind: A");
        }
    }

    #[test]
    fn encrypted_files_are_named_after_their_tool() {
        assert!(
            refused(b"\0GITCRYPT\0\x8f\xff")
                .finding
                .message
                .contains("git-crypt")
        );
        let vault = refused(b"$ANSIBLE_VAULT;1.1;AES256\n6162");
        assert_eq!(vault.finding.code, Code::ENCRYPTED_INPUT);
    }

    #[test]
    fn surrogates_of_json_become_one_escape() {
        for (written, read) in [
            (r#"{"a": "\ud83d\ude00!"}"#, r#"{"a": "\U0001f600!"}"#),
            (r#"{"a": "\uD83D\uDE00"}"#, r#"{"a": "\U0001f600"}"#),
            (r#"{"a": "\ud83d"}"#, r#"{"a": "\ufffd"}"#),
            (
                r#"{"a": "\ude00\ud83d\ude00"}"#,
                r#"{"a": "\ufffd\U0001f600"}"#,
            ),
            (r#"{"a": "\\ud83d\\ude00"}"#, r#"{"a": "\\ud83d\\ude00"}"#),
            (r#"{"a": "\u00e9"}"#, r#"{"a": "\u00e9"}"#),
            (r#"a: "\ud83d\ude00""#, r#"a: "\ud83d\ude00""#),
        ] {
            assert_eq!(text(written.as_bytes()), format!("{read}\n"));
        }
    }
    #[test]
    fn what_json_says_arrives_in_the_tree() {
        let text = text(br#"{"a": "\ud83d\ude00"}"#);
        let tree = Tree::parse(FileId::new(0), 0, &text).expect("valid YAML");
        let value = tree.root().and_then(|root| root.get("a"));
        assert_eq!(value.and_then(Node::text), Some("\u{1f600}"));
    }
}
