//! Text with samples in it, and names of headers.

use std::fmt;

use super::{Moment, Sample, SampleError};

/// Text with samples in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Format(Vec<Piece>);

/// A part of a format.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// Text, as it is meant.
    Text(String),
    /// What is evaluated.
    Sample(Sample),
}

impl Format {
    /// Text in which nothing is evaluated. Control characters are refused.
    pub fn literal(text: &str) -> Result<Self, SampleError> {
        printable(text)?;
        Ok(Self(vec![Piece::Text(text.to_owned())]))
    }

    /// Reads a format: `%[…]` is a sample, `%%` a percent sign, and every other `%` an error.
    pub fn parse(text: &str, moment: Moment) -> Result<Self, SampleError> {
        printable(text)?;
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            plain.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                plain.push('%');
                rest = after;
            } else if let Some(after) = rest.strip_prefix('[') {
                let end = after
                    .find(']')
                    .ok_or_else(|| SampleError("`%[` is not closed".to_owned()))?;
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(Piece::Sample(Sample::parse(&after[..end], moment)?));
                rest = &after[end + 1..];
            } else {
                return Err(SampleError(
                    "a `%` that is neither `%%` nor `%[…]`".to_owned(),
                ));
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self(pieces))
    }

    /// Its parts.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Whether something in it is evaluated.
    pub fn has_samples(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Sample(_)))
    }
}

fn printable(text: &str) -> Result<(), SampleError> {
    if text.chars().any(char::is_control) {
        return Err(SampleError("a control character".to_owned()));
    }
    Ok(())
}

/// As HAProxy reads it where it evaluates formats; to be quoted as a word besides.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(&text.replace('%', "%%")),
                Piece::Sample(sample) => out.extend(["%[", &sample.to_string(), "]"]),
            }
        }
        // In one piece, so that what quotes pieces quotes all of it once.
        f.write_str(&out)
    }
}

/// The name of a header: an RFC 9110 token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeaderName(String);

impl HeaderName {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+.^_`|~-".contains(&b);
        ((1..=128).contains(&text.len()) && text.bytes().all(legal)).then(|| Self(text.to_owned()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_text_and_samples() {
        let format = Format::parse("a%%b %[src] c", Moment::Request).expect("legal");
        assert_eq!(format.to_string(), "a%%b %[src] c");
        assert_eq!(format.pieces()[0], Piece::Text("a%b ".to_owned()));
        assert_eq!(
            Format::literal("100%").map(|it| it.to_string()).as_deref(),
            Ok("100%%")
        );
        for bad in ["100%", "%[env(A)]", "%[src", "%ci", "a\nb"] {
            assert!(Format::parse(bad, Moment::Request).is_err(), "{bad}");
        }
    }
}
