//! What a sample is for a request, as far as that can be told without the connection itself.
//!
//! As observed on HAProxy 2.6 and 3.4. Manual: sections 7.3.1 (converters) and 7.3.2 to 7.3.6 (fetches).

mod convert;

use super::flight::Flight;
use crate::ir::{Call, Format, Piece, Sample};

/// What a call makes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    /// Text, or an address.
    Text(String),
    /// A number, or 1 and 0 for true and false.
    Number(i64),
    /// Nothing: the request has no such thing. A format has no text there.
    Missing,
    /// Only a connection, a clock, chance or the response can tell.
    Unknown,
}

/// The text of a format. What cannot be told stands there as it is written, and the second value is `false`.
pub(super) fn text(format: &Format, flight: &Flight<'_>) -> (String, bool) {
    let (mut out, mut known) = (String::new(), true);
    for piece in format.pieces() {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Sample(sample) => match value(sample, flight) {
                Value::Text(text) => out.push_str(&text),
                Value::Number(number) => out.push_str(&number.to_string()),
                Value::Missing => {}
                Value::Unknown => {
                    known = false;
                    out.extend(["%[", &sample.to_string(), "]"]);
                }
            },
        }
    }
    (out, known)
}

/// The text of a sample; `None` when it cannot be told.
pub(super) fn alone(sample: &Sample, flight: &Flight<'_>) -> Option<String> {
    match value(sample, flight) {
        Value::Text(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Missing => Some(String::new()),
        Value::Unknown => None,
    }
}

/// The host of a `Host` header, as `host_only` has it: in lower case, without the port.
pub(super) fn host_only(header: &str) -> String {
    convert::split_port(header).0.to_ascii_lowercase()
}

fn value(sample: &Sample, flight: &Flight<'_>) -> Value {
    sample
        .converters
        .iter()
        .fold(fetch(&sample.fetch, flight), convert::convert)
}

fn fetch(call: &Call, flight: &Flight<'_>) -> Value {
    let text = |text: &str| Value::Text(text.to_owned());
    let maybe = |text: Option<String>| text.map_or(Value::Missing, Value::Text);
    let argument = call.arguments.first().map_or("", String::as_str);
    let path = (flight.path != "*").then(|| flight.path.clone());
    match call.name {
        "src" => Value::Text(flight.source.to_string()),
        "method" | "capture.req.method" => text(&flight.request.method),
        "path" => maybe(path),
        "query" => maybe(flight.query.clone()),
        "pathq" => maybe(path.map(|path| with_query(path, flight))),
        "base" => maybe(path.map(|path| with_host(&path, flight))),
        "baseq" => maybe(path.map(|path| with_query(with_host(&path, flight), flight))),
        "hdr" | "req.hdr" => header(argument, flight, true),
        "req.fhdr" => header(argument, flight, false),
        "req.cook" | "cook" => maybe(cookie(argument, flight)),
        "url_param" | "urlp" => maybe(parameter(argument, flight)),
        "ssl_fc" => Value::Number(i64::from(flight.is_tls())),
        "ssl_fc_has_sni" if flight.is_tls() => {
            Value::Number(i64::from(flight.request.sni.is_some()))
        }
        "ssl_fc_sni" if flight.is_tls() => maybe(flight.request.sni.clone()),
        name if name.starts_with("ssl_") && !flight.is_tls() => Value::Missing,
        "str" => text(argument),
        "int" => argument.parse().map_or(Value::Missing, Value::Number),
        "fe_name" => text("fe_http"),
        "var" if argument == "txn.host" && flight.request.host.is_some() => text(&flight.host),
        _ => Value::Unknown,
    }
}

fn with_query(path: String, flight: &Flight<'_>) -> String {
    match &flight.query {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

fn with_host(path: &str, flight: &Flight<'_>) -> String {
    format!("{}{path}", flight.header("host").unwrap_or_default())
}

/// The last value of a header; `hdr` takes lists apart at their commas.
fn header(name: &str, flight: &Flight<'_>, apart: bool) -> Value {
    let name = name.to_ascii_lowercase();
    // The listener's port, and what belongs to the connection.
    if ["x-forwarded-port", "connection"].contains(&name.as_str()) {
        return Value::Unknown;
    }
    let Some(line) = flight.header(&name) else {
        return Value::Missing;
    };
    let value = if apart { last_item(line) } else { line };
    Value::Text(value.trim_matches([' ', '\t']).to_owned())
}

/// What follows the last comma that is not between quotes.
fn last_item(line: &str) -> &str {
    let (mut quoted, mut escaped, mut start) = (false, false, 0);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => start = at + 1,
            _ => {}
        }
    }
    line.get(start..).unwrap_or_default()
}

fn cookie(name: &str, flight: &Flight<'_>) -> Option<String> {
    let lines = flight.headers.iter().filter(|(known, _)| known == "cookie");
    let mut pairs = lines
        .flat_map(|(_, line)| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
}

fn parameter(name: &str, flight: &Flight<'_>) -> Option<String> {
    let mut pairs = flight
        .query
        .as_deref()?
        .split(['&', ';', '?'])
        .filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Moment;
    use crate::simulate::{Request, Scheme};

    fn read(sample: &str) -> Option<String> {
        let request = Request {
            host: Some("Shop.example.com:80".to_owned()),
            target: "/a/b.txt?x=1&y=two".to_owned(),
            headers: vec![
                ("X-List".to_owned(), "a, \"b,c\" , d e".to_owned()),
                ("Cookie".to_owned(), "one=1; two=2".to_owned()),
            ],
            ..Request::default()
        };
        let flight = Flight::new(&request, "shop.example.com", "/a/b.txt");
        alone(
            &Sample::parse(sample, Moment::Request).expect(sample),
            &flight,
        )
    }

    #[test]
    fn samples_are_what_haproxy_makes_of_them() {
        // Each row was seen on HAProxy 2.6 and 3.4.
        for (sample, expected) in [
            ("src", "127.0.0.1"),
            ("method,lower", "get"),
            ("path", "/a/b.txt"),
            ("pathq", "/a/b.txt?x=1&y=two"),
            ("query", "x=1&y=two"),
            ("base", "Shop.example.com:80/a/b.txt"),
            ("req.hdr(x-list)", "d e"),
            ("req.fhdr(x-list)", "a, \"b,c\" , d e"),
            ("req.hdr(x-list),url_enc", "d%20e"),
            ("req.hdr(none)", ""),
            ("req.hdr(host),host_only", "shop.example.com"),
            ("req.hdr(host),port_only", "80"),
            ("req.hdr(host),host_only,port_only", "0"),
            ("str(a:b:80),host_only", "a:b"),
            ("str(a:x@b),host_only", "a"),
            ("str(::1),host_only", ":"),
            ("str(a:),port_only", "0"),
            ("var(txn.host),field(2,.)", "example"),
            ("var(txn.host),field(9,.)", ""),
            ("path,word(1,/)", "a"),
            ("path,word(9,/)", ""),
            ("path,bytes(1)", "a/b.txt"),
            ("path,bytes(1,3)", "a/b"),
            ("path,bytes(99)", ""),
            ("path,bytes(1,99)", "a/b.txt"),
            ("path,ltrim(/a)", "b.txt"),
            ("path,rtrim(tx)", "/a/b."),
            ("path,length", "8"),
            ("path,length,add(2),mul(3),sub(1),div(2),mod(10)", "4"),
            ("str(7),sub(9)", "-2"),
            ("str(x7),add(1)", "1"),
            ("str(7x),add(1)", "8"),
            ("str(-7),add(1)", "-6"),
            ("path,hex", "2F612F622E747874"),
            ("path,base64", "L2EvYi50eHQ="),
            (
                "str(a-_.~!*/+&=@:;?),url_enc",
                "a-_.~%21%2A%2F%2B%26%3D%40%3A%3B%3F",
            ),
            ("cook(two)", "2"),
            ("url_param(y),upper", "TWO"),
            ("ssl_fc", "0"),
            ("ssl_c_s_dn(CN)", ""),
            ("int(5),add(1)", "6"),
        ] {
            assert_eq!(read(sample).as_deref(), Some(expected), "{sample}");
        }
        for unknown in ["date", "rand(9)", "dst_port", "date,add(1)"] {
            assert_eq!(read(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_tls_connection_has_its_name() {
        let request = Request {
            scheme: Scheme::Https,
            sni: Some("shop.example.com".to_owned()),
            ..Request::default()
        };
        let flight = Flight::new(&request, "", "/");
        let format = Format::parse("%[ssl_fc] %[ssl_fc_sni] %[ssl_fc_cipher]", Moment::Request);
        assert_eq!(
            text(&format.expect("legal"), &flight),
            ("1 shop.example.com %[ssl_fc_cipher]".to_owned(), false)
        );
    }
}
