//! Samples and formats: the harmless part of what HAProxy evaluates in headers, redirects and logs.
//!
//! A [`Sample`] is a fetch and converters from a table; what is not in the table could read the environment, files, secrets or other
//! requests, and is refused. A [`Format`] is text with samples in it. Manual: section 7.3 (fetches), 7.3.1 (converters), 8.2.4
//! (formats).

use std::fmt;

/// Where a value is made: not every fetch is known everywhere, and HAProxy warns about those that are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// While the request is read.
    Request,
    /// While the response is read.
    Response,
    /// When the log line is written.
    Log,
}

/// A fetch with converters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sample {
    /// What is taken.
    pub fetch: Call,
    /// What becomes of it, in order.
    pub converters: Vec<Call>,
}

/// A fetch or converter with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call {
    /// Its name, as the table has it.
    pub name: &'static str,
    /// Its arguments; no quotes, brackets, backslashes or control characters in them.
    pub arguments: Vec<String>,
}

/// Why text is no sample: lower case, without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleError(pub String);

impl fmt::Display for SampleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SampleError {}

/// What arguments a call takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arguments {
    None,
    /// The name of a header; secrets are refused.
    Header,
    /// A name.
    Name,
    /// At most one name.
    MaybeName,
    /// A number.
    Number,
    /// One of our own variables.
    Variable,
    /// Characters to trim.
    Characters,
    /// A number, and a delimiter.
    Field,
    /// One or two numbers.
    Numbers,
}

/// Name, arguments, and whether it is known in requests, responses and logs.
type Row = (&'static str, Arguments, [bool; 3]);

const FETCHES: &[Row] = &[
    ("src", Arguments::None, [true, true, true]),
    ("src_port", Arguments::None, [true, true, true]),
    ("dst", Arguments::None, [true, true, true]),
    ("dst_port", Arguments::None, [true, true, true]),
    ("method", Arguments::None, [true, true, true]),
    ("path", Arguments::None, [true, false, false]),
    ("pathq", Arguments::None, [true, false, false]),
    ("query", Arguments::None, [true, false, false]),
    ("url", Arguments::None, [true, false, false]),
    ("base", Arguments::None, [true, false, false]),
    ("req.ver", Arguments::None, [true, false, false]),
    ("hdr", Arguments::Header, [true, false, false]),
    ("req.hdr", Arguments::Header, [true, false, false]),
    ("req.fhdr", Arguments::Header, [true, false, false]),
    ("req.cook", Arguments::Name, [true, false, false]),
    ("cook", Arguments::Name, [true, false, false]),
    ("url_param", Arguments::Name, [true, false, false]),
    ("urlp", Arguments::Name, [true, false, false]),
    ("res.hdr", Arguments::Header, [false, true, false]),
    ("res.fhdr", Arguments::Header, [false, true, false]),
    ("status", Arguments::None, [false, true, false]),
    ("ssl_fc", Arguments::None, [true, true, true]),
    ("ssl_fc_sni", Arguments::None, [true, true, true]),
    ("ssl_fc_protocol", Arguments::None, [true, true, true]),
    ("ssl_fc_cipher", Arguments::None, [true, true, true]),
    ("ssl_c_used", Arguments::None, [true, true, true]),
    ("ssl_c_verify", Arguments::None, [true, true, true]),
    ("ssl_c_s_dn", Arguments::MaybeName, [true, true, true]),
    ("ssl_c_i_dn", Arguments::MaybeName, [true, true, true]),
    ("date", Arguments::None, [true, true, true]),
    ("unique-id", Arguments::None, [true, true, true]),
    ("rand", Arguments::Number, [true, true, true]),
    ("capture.req.uri", Arguments::None, [true, true, true]),
    ("capture.req.method", Arguments::None, [true, true, true]),
    ("var", Arguments::Variable, [true, true, true]),
];

const CONVERTERS: &[(&str, Arguments)] = &[
    ("lower", Arguments::None),
    ("upper", Arguments::None),
    ("length", Arguments::None),
    ("hex", Arguments::None),
    ("base64", Arguments::None),
    ("url_enc", Arguments::None),
    ("host_only", Arguments::None),
    ("port_only", Arguments::None),
    ("http_date", Arguments::None),
    ("ltrim", Arguments::Characters),
    ("rtrim", Arguments::Characters),
    ("field", Arguments::Field),
    ("word", Arguments::Field),
    ("bytes", Arguments::Numbers),
    ("add", Arguments::Number),
    ("sub", Arguments::Number),
    ("mul", Arguments::Number),
    ("div", Arguments::Number),
    ("mod", Arguments::Number),
];

/// Variables that the frontend sets.
const VARIABLES: [&str; 3] = ["txn.host", "txn.path", "txn.be"];

/// Headers whose values are nobody's business.
const SECRET_HEADERS: [&str; 4] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
];

impl Sample {
    /// Reads `req.hdr(host),lower`.
    pub fn parse(text: &str, moment: Moment) -> Result<Self, SampleError> {
        let mut rest = text.trim();
        let fetch = call(&mut rest)?;
        let known = FETCHES.iter().find(|row| row.0 == fetch.0);
        let &(name, form, moments) = known.ok_or_else(|| {
            SampleError(format!(
                "`{}` is none of the fetches that are known to be harmless",
                fetch.0
            ))
        })?;
        if !moments[moment as usize] {
            return Err(SampleError(format!(
                "`{name}` is not known {}",
                match moment {
                    Moment::Request => "while the request is read",
                    Moment::Response => "while the response is read",
                    Moment::Log => "when the log is written",
                }
            )));
        }
        let fetch = Call {
            name,
            arguments: arguments(name, form, fetch.1)?,
        };
        let mut converters = Vec::new();
        while !rest.is_empty() {
            rest = rest
                .strip_prefix(',')
                .ok_or_else(|| SampleError(format!("`{rest}` does not belong here")))?;
            let converter = call(&mut rest)?;
            let known = CONVERTERS.iter().find(|row| row.0 == converter.0);
            let &(name, form) = known.ok_or_else(|| {
                SampleError(format!(
                    "`{}` is none of the converters that are known to be harmless",
                    converter.0
                ))
            })?;
            converters.push(Call {
                name,
                arguments: arguments(name, form, converter.1)?,
            });
        }
        Ok(Self { fetch, converters })
    }
}

/// Takes a name and the text between its brackets.
fn call<'t>(rest: &mut &'t str) -> Result<(&'t str, Option<&'t str>), SampleError> {
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)))
        .unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let Some(inside) = after.strip_prefix('(') else {
        *rest = after;
        return Ok((name, None));
    };
    let close = inside
        .find(')')
        .ok_or_else(|| SampleError(format!("`{name}(` is not closed")))?;
    *rest = &inside[close + 1..];
    Ok((name, Some(&inside[..close])))
}

fn arguments(name: &str, form: Arguments, text: Option<&str>) -> Result<Vec<String>, SampleError> {
    let wrong = || SampleError(format!("`{name}` does not take these arguments"));
    let list: Vec<&str> = match text {
        None | Some("") => Vec::new(),
        Some(text) => text.split(',').collect(),
    };
    let is_name = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
    };
    let is_number = |text: &str| text.parse::<u32>().is_ok();
    let is_plain = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b"\"'\\()[]{}$%#,".contains(&b))
    };
    let legal = match (form, &list[..]) {
        (Arguments::None | Arguments::MaybeName, []) => true,
        (Arguments::Header, [one])
            if SECRET_HEADERS.contains(&one.to_ascii_lowercase().as_str()) =>
        {
            return Err(SampleError(format!("the header `{one}` is a secret")));
        }
        (Arguments::Header | Arguments::Name | Arguments::MaybeName, [one]) => is_name(one),
        (Arguments::Number, [one]) => is_number(one),
        (Arguments::Variable, [one]) => VARIABLES.contains(one),
        (Arguments::Characters, [one]) => is_plain(one),
        (Arguments::Field, [number, delimiter]) => is_number(number) && is_plain(delimiter),
        (Arguments::Numbers, [one]) => is_number(one),
        (Arguments::Numbers, [one, two]) => is_number(one) && is_number(two),
        _ => false,
    };
    if legal {
        Ok(list.into_iter().map(str::to_owned).collect())
    } else {
        Err(wrong())
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if !self.arguments.is_empty() {
            write!(f, "({})", self.arguments.join(","))?;
        }
        Ok(())
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fetch.fmt(f)?;
        for converter in &self.converters {
            write!(f, ",{converter}")?;
        }
        Ok(())
    }
}

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
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => f.write_str(&text.replace('%', "%%"))?,
                Piece::Sample(sample) => write!(f, "%[{sample}]")?,
            }
        }
        Ok(())
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
    fn samples_are_read_and_shown() {
        for text in [
            "src",
            "req.hdr(x-id),lower",
            "rand(100)",
            "req.hdr(host),field(1,:)",
            "var(txn.host)",
        ] {
            assert_eq!(
                Sample::parse(text, Moment::Request)
                    .map(|it| it.to_string())
                    .as_deref(),
                Ok(text)
            );
        }
        for bad in [
            "env(HOME)",
            "req.hdr(authorization)",
            "res.hdr(a)",
            "src,map(/etc/passwd)",
            "src)",
            "req.hdr(a",
            "",
            "src,field(1,])",
        ] {
            assert!(Sample::parse(bad, Moment::Request).is_err(), "{bad}");
        }
    }

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
