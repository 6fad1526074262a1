//! Lines of `Name value`, and hosts.

use super::super::dropped;
use super::super::formats;
use super::super::grammar::{Grammar, Problem};
use super::super::quoting;
use crate::finding::Code;
use crate::ir::policy::SetHeader;
use crate::ir::{Format, HeaderName, Moment, Piece, Sample};

/// The longest value: HAProxy's buffer holds all headers of a request together in 16 KB.
const MAX_VALUE: usize = 4_096;

/// The most lines of one key.
const MAX_LINES: usize = 64;

/// Headers of requests.
pub(super) struct RequestLines;

impl Grammar for RequestLines {
    type Value = Vec<SetHeader>;
    const NAME: &'static str = "request headers";
    const FORM: &'static str = "a header on each line: its name, a blank, and its value, in which `%[…]` is evaluated and `%%` is a percent sign";
    const GOOD: &'static [&'static str] = &[
        "X-Team shop",
        "X-Client %[src]",
        "X-A \"a b\"\nX-B b",
        "Host internal.example.com",
    ];
    const BAD: &'static [&'static str] = &[
        "X-Team",
        "X-Team: shop",
        "X-Discount 50%",
        "X-Home %[env(HOME)]",
        "X-Home $HOME",
        "Content-Length 5",
        "Host a b",
        "X-A \"\"",
    ];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Self::Value, Problem> {
        lines(text, Moment::Request, remarks)
    }
}

/// Headers of responses.
pub(super) struct ResponseLines;

impl Grammar for ResponseLines {
    type Value = Vec<SetHeader>;
    const NAME: &'static str = "response headers";
    const FORM: &'static str = "a header on each line: its name, a blank, and its value, in which `%[…]` is evaluated and `%%` is a percent sign";
    const GOOD: &'static [&'static str] = &[
        "Strict-Transport-Security \"max-age=31536000\"",
        "X-Status %[status]",
        "X-Frame-Options DENY\nCache-Control no-store,no-cache,private",
    ];
    const BAD: &'static [&'static str] = &[
        "X-Frame-Options",
        "X-Path %[path]",
        "Transfer-Encoding chunked",
        "X-Cookie %[res.hdr(set-cookie)]",
    ];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Self::Value, Problem> {
        lines(text, Moment::Response, remarks)
    }
}

/// The host that servers are told.
pub(super) struct Host;

impl Grammar for Host {
    type Value = Format;
    const NAME: &'static str = "host";
    const FORM: &'static str = "a host, with or without a port; `%[…]` is evaluated";
    const GOOD: &'static [&'static str] = &["internal.example.com", "web:8080", "[::1]:80"];
    const BAD: &'static [&'static str] = &["a b", "a/b", "https://a", "a@b", "a\"b", "%[env(A)]"];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Format, Problem> {
        let format = formats::read(&quoting::bare(text.trim())?, Moment::Request, remarks)?;
        host(&format, remarks)?;
        Ok(format)
    }
}

/// Checks that nothing in a format ends a host, and whether the client chooses it.
fn host(format: &Format, remarks: &mut Vec<Problem>) -> Result<(), Problem> {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    let texts = format.pieces().iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text),
        Piece::Sample(_) => None,
    });
    if format.pieces().is_empty() || !texts.into_iter().all(|text| text.bytes().all(legal)) {
        return Err(Problem::new("is no host").help("write a host such as `www.example.com`"));
    }
    // The header itself is what the route was chosen by.
    let is_host = |name: &str| name.eq_ignore_ascii_case("host");
    let is_chosen = |sample: &&Sample| {
        let is_address = sample.to_string().starts_with("src");
        let is_known = dropped::header(sample).is_some_and(is_host) || dropped::is_dropped(sample);
        sample.is_of_client() && !is_address && !is_known
    };
    if let Some(sample) = formats::samples(format).find(is_chosen) {
        // Who writes the host itself has nothing left that is evaluated.
        remarks.retain(|remark| remark.code != Code::FORMAT_EXPRESSION_IN_VALUE);
        remarks.push(
            Problem::new(format!(
                "lets the client choose the host that servers are told: `%[{sample}]`"
            ))
            .code(Code::HOST_HEADER_SPOOF)
            .help("write the host itself"),
        );
    }
    Ok(())
}

fn lines(
    text: &str,
    moment: Moment,
    remarks: &mut Vec<Problem>,
) -> Result<Vec<SetHeader>, Problem> {
    let mut headers: Vec<SetHeader> = Vec::new();
    let texts = text
        .split('\n')
        .map(str::trim)
        .filter(|line| !line.is_empty());
    for line in texts {
        let header = header(line, moment, remarks)?;
        // The last one counts, so it takes the place of those before it.
        let name = header.name.as_str();
        let same = |known: &SetHeader| known.name.as_str().eq_ignore_ascii_case(name);
        if headers.iter().any(same) {
            remarks.push(
                Problem::new(format!(
                    "sets `{name}` twice, and only the last line counts"
                ))
                .code(Code::INEFFECTIVE_ANNOTATION)
                .help("remove the other line"),
            );
            headers.retain(|known| !same(known));
        }
        if headers.len() == MAX_LINES {
            // The rest is not read: each line is compared with all before it.
            let problem = Problem::new(format!("holds more than {MAX_LINES} headers"));
            return Err(problem.code(Code::OUT_OF_RANGE));
        }
        headers.push(header);
    }
    if headers.is_empty() {
        return Err(Problem::new("holds no header").help("write `Name value`"));
    }
    Ok(headers)
}

fn header(line: &str, moment: Moment, remarks: &mut Vec<Problem>) -> Result<SetHeader, Problem> {
    let Some((name, value)) = line.split_once([' ', '\t']) else {
        return Err(Problem::new("has a line without a value").help("write `Name value`"));
    };
    let name = legal_name(name, moment)?;
    let value = quoting::quoted(value.trim())?;
    let value = value.trim();
    if value.is_empty() {
        return Err(Problem::new(format!(
            "sets `{name}` to nothing, which HAProxy cannot write"
        ))
        .help("write a value"));
    }
    if value.len() > MAX_VALUE {
        return Err(
            Problem::new(format!("gives `{name}` more than {MAX_VALUE} bytes"))
                .code(Code::OUT_OF_RANGE),
        );
    }
    let value = formats::read(value, moment, remarks)?;
    if is_host(&name) && moment == Moment::Request {
        host(&value, remarks)?;
    }
    Ok(SetHeader { name, value })
}

/// Whether it is the header that says which host is meant.
pub(super) fn is_host(name: &HeaderName) -> bool {
    name.as_str().eq_ignore_ascii_case("host")
}

/// Headers that say where a message ends and what becomes of the connection are HAProxy's own.
fn legal_name(text: &str, moment: Moment) -> Result<HeaderName, Problem> {
    let Some(name) = HeaderName::new(text) else {
        let problem = Problem::new(format!(
            "has a line that begins with `{text}`, which is no header name"
        ));
        return Err(match text.strip_suffix(':') {
            Some(name) => problem.help(format!("write `{name}` without the colon")),
            None => problem.help("write `Name value`"),
        });
    };
    let framing = [
        "connection",
        "content-length",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    let lower = text.to_ascii_lowercase();
    if framing.contains(&lower.as_str()) {
        return Err(Problem::new(format!(
            "sets `{text}`, by which HAProxy says where a message ends and what becomes of the connection"
        ))
        .help("remove the line"));
    }
    if lower == "host" && moment == Moment::Response {
        return Err(
            Problem::new("sets `Host`, which responses do not have").help("remove the line")
        );
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_names_and_values() {
        let read = |text: &str| {
            let mut remarks = Vec::new();
            let headers = RequestLines::parse(text, &mut remarks);
            let shown = headers.map(|headers| {
                let show = |it: &SetHeader| format!("{}: {}", it.name, it.value);
                headers.iter().map(show).collect::<Vec<_>>()
            });
            (shown, remarks)
        };
        let (headers, remarks) = read("X-A a\n\n  X-B \"b  b\"\nx-a c%%\n");
        assert_eq!(
            headers,
            Ok(vec!["X-B: b  b".to_owned(), "x-a: c%%".to_owned()])
        );
        assert_eq!(remarks[0].code, Code::INEFFECTIVE_ANNOTATION);
        let (headers, remarks) = read("X-A %[src]");
        assert_eq!(headers, Ok(vec!["X-A: %[src]".to_owned()]));
        assert_eq!(remarks[0].code, Code::FORMAT_EXPRESSION_IN_VALUE);
        for (bad, code) in [
            ("X-A a\rEvil: b", Code::INJECTION_CHARACTERS),
            ("X-A a\0b", Code::INJECTION_CHARACTERS),
            ("X-A %ci", Code::FORMAT_EXPRESSION_IN_VALUE),
            ("X(A a", Code::INVALID_VALUE),
            ("\n \n", Code::INVALID_VALUE),
        ] {
            assert_eq!(read(bad).0.map_err(|it| it.code), Err(code), "{bad:?}");
        }
        // What follows the last line that may be there is not read.
        let some = |count: usize| {
            let lines: Vec<String> = (0..count).map(|at| format!("X-{at} a\n")).collect();
            lines.concat()
        };
        let many = some(MAX_LINES + 1);
        let code = |text: &str| read(text).0.map_err(|it| it.code);
        assert_eq!(code(&(many + "X(A a\n")), Err(Code::OUT_OF_RANGE));
        let all = some(MAX_LINES);
        assert_eq!(code(&all).map(|headers| headers.len()), Ok(MAX_LINES));
        assert_eq!(
            code(&(all + "X-0 b")).map(|headers| headers.len()),
            Ok(MAX_LINES)
        );
        let long = format!("X-A {}", "a".repeat(60_000));
        assert_eq!(read(&long).0.map_err(|it| it.code), Err(Code::OUT_OF_RANGE));
    }
}
