//! Samples and formats: the harmless part of what HAProxy evaluates in headers, redirects and logs.
//!
//! A [`Sample`] is a fetch and converters from a table; what is not in the table could read the environment, files, secrets or other
//! requests, and is refused. A [`Format`] is text with samples in it. Manual: section 7.3 (fetches), 7.3.1 (converters), 8.2.4
//! (formats).

mod format;
mod table;

use std::fmt;

pub use format::{Format, HeaderName, Piece};
use table::{Arguments, CONVERTERS, FETCHES, Kind, SECRET_HEADERS, VARIABLES};

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

impl Sample {
    /// Reads `req.hdr(host),lower`.
    ///
    /// # Errors
    /// What is not in the table, is not known at that moment, or makes bytes that are no text.
    pub fn parse(text: &str, moment: Moment) -> Result<Self, SampleError> {
        let mut rest = text.trim();
        let (fetch, mut kind) = fetch(&mut rest, moment)?;
        let mut converters = Vec::new();
        while !rest.is_empty() {
            rest = rest
                .strip_prefix(',')
                .ok_or_else(|| SampleError(format!("`{rest}` does not belong here")))?;
            let converter;
            (converter, kind) = convert(&mut rest, kind)?;
            converters.push(converter);
        }
        if kind == Kind::Bytes {
            return Err(SampleError(format!(
                "`{text}` makes bytes that are no text; `,hex` or `,base64` makes text of them"
            )));
        }
        Ok(Self { fetch, converters })
    }

    /// Everything that the tables allow at that moment, as examples. For documentation and tests.
    pub fn examples(moment: Moment) -> Vec<String> {
        table::examples(moment)
    }

    /// Whether no value of it holds a blank, a backslash or another character that a URL cannot: encoded text, numbers, addresses,
    /// methods. Paths do not count, as clients put backslashes into them, which `replace-path` reads as references and escapes.
    pub fn is_fit_for_url(&self) -> bool {
        let encoded = ["url_enc", "hex", "base64", "uuid"];
        let last = self.converters.last().map_or(self.fetch.name, |it| it.name);
        let harmless = |kind| {
            matches!(
                kind,
                Kind::Number | Kind::Flag | Kind::Address | Kind::Method
            )
        };
        encoded.contains(&last) || table::kind_of(last).is_some_and(harmless)
    }

    /// Whether the client decides what it is.
    pub fn is_of_client(&self) -> bool {
        let ours = [
            "src_port",
            "dst",
            "dst_port",
            "date",
            "unique-id",
            "uuid",
            "rand",
            "str",
            "int",
        ];
        let name = self.fetch.name;
        !ours.contains(&name) && !name.starts_with("ssl_c_") && !name.ends_with("_name")
    }
}

fn fetch(rest: &mut &str, moment: Moment) -> Result<(Call, Kind), SampleError> {
    let (name, inside) = call(rest)?;
    let known = FETCHES.iter().find(|row| row.0 == name);
    let &(name, form, moments, kind) = known.ok_or_else(|| {
        SampleError(format!(
            "`{name}` is none of the fetches that are known to be harmless"
        ))
    })?;
    if !moments[moment as usize] {
        let when = match moment {
            Moment::Request => "while the request is read",
            Moment::Response => "while the response is read",
            Moment::Log => "when the log is written",
        };
        return Err(SampleError(format!("`{name}` is not known {when}")));
    }
    let arguments = arguments(name, form, inside)?;
    Ok((Call { name, arguments }, kind))
}

fn convert(rest: &mut &str, kind: Kind) -> Result<(Call, Kind), SampleError> {
    let (name, inside) = call(rest)?;
    let known = CONVERTERS.iter().find(|row| row.0 == name);
    let row = known.ok_or_else(|| {
        SampleError(format!(
            "`{name}` is none of the converters that are known to be harmless"
        ))
    })?;
    if table::is_refused_after(row, kind) {
        return Err(SampleError(format!(
            "`{name}` does not take what stands before it"
        )));
    }
    let &(name, form, made) = row;
    let arguments = arguments(name, form, inside)?;
    Ok((Call { name, arguments }, made))
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
    let is_number =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u32>().is_ok();
    let is_positive = |text: &str| is_number(text) && text.bytes().any(|b| b != b'0');
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
        (Arguments::Number | Arguments::Numbers, [one]) => is_number(one),
        (Arguments::Positive, [one]) => is_positive(one),
        (Arguments::Variable, [one]) => VARIABLES.contains(one),
        (Arguments::Characters, [one]) => is_plain(one),
        (Arguments::Field, [number, delimiter]) => is_positive(number) && is_plain(delimiter),
        (Arguments::Numbers, [one, two]) => is_number(one) && is_number(two),
        _ => false,
    };
    if legal {
        Ok(list.into_iter().map(str::to_owned).collect())
    } else {
        Err(wrong())
    }
}

// Each is written in one piece, so that what quotes pieces quotes all of it once.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.arguments.is_empty() {
            return f.write_str(self.name);
        }
        f.write_str(&format!("{}({})", self.name, self.arguments.join(",")))
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.fetch.to_string();
        for converter in &self.converters {
            text.push(',');
            text.push_str(&converter.to_string());
        }
        f.write_str(&text)
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
            "ssl_c_sha1,hex",
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
            "req.hdr(a),field(0,:)",
            "src_port,div(0)",
            "src_port,add(+1)",
            "src,add(1)",
            "method,mul(2)",
            "ssl_c_sha1",
            "ssl_c_sha1,lower",
        ] {
            assert!(Sample::parse(bad, Moment::Request).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_a_url_can_hold_is_told_from_the_rest() {
        let sample = |text| Sample::parse(text, Moment::Request).expect("legal");
        for fit in [
            "method",
            "src",
            "req.hdr(a),url_enc",
            "req.hdr(a),length",
            "uuid",
        ] {
            assert!(sample(fit).is_fit_for_url(), "{fit}");
        }
        for unfit in [
            "req.hdr(a)",
            "path",
            "path,lower",
            "req.hdr(a),url_enc,ltrim(x)",
        ] {
            let parsed = Sample::parse(unfit, Moment::Request);
            assert!(!parsed.is_ok_and(|it| it.is_fit_for_url()), "{unfit}");
        }
    }
}
