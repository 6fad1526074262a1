//! The fetches and converters that are known to be harmless, where each of them works, and what it makes.
//!
//! Every row is tried on HAProxy in each of its moments, and refused values are tried too (`golden/samples.rs`). A name that is not
//! here stays out because it reads what a manifest may not see (`env`, `map`, stick tables, cookies of responses, passwords), or
//! because its answer would be text that a request line or header cannot hold (`url_dec`).

/// What arguments a call takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arguments {
    None,
    /// The name of a header; secrets are refused.
    Header,
    /// A name.
    Name,
    /// At most one name.
    MaybeName,
    /// A number.
    Number,
    /// A number above 0.
    Positive,
    /// One of our own variables.
    Variable,
    /// Characters, as text or to trim.
    Characters,
    /// A number above 0, and a delimiter.
    Field,
    /// One or two numbers.
    Numbers,
}

/// What a call makes. HAProxy makes one of the other, but not every one of every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// True or false, written as `1` or `0`.
    Flag,
    /// An IP address.
    Address,
    /// Bytes that are no text.
    Bytes,
    /// The request's method, which is text that HAProxy does not count with.
    Method,
}

/// A fetch: its name, arguments, whether it is known in requests, responses and logs, and what it makes.
pub(super) type Fetch = (&'static str, Arguments, [bool; 3], Kind);

/// Known everywhere.
const ALWAYS: [bool; 3] = [true, true, true];
/// Known while the request is there.
const REQUEST: [bool; 3] = [true, false, false];
/// Known while the response is there.
const RESPONSE: [bool; 3] = [false, true, false];
/// Known once there is a response.
const LATE: [bool; 3] = [false, true, true];

pub(super) const FETCHES: &[Fetch] = &[
    ("src", Arguments::None, ALWAYS, Kind::Address),
    ("src_port", Arguments::None, ALWAYS, Kind::Number),
    ("dst", Arguments::None, ALWAYS, Kind::Address),
    ("dst_port", Arguments::None, ALWAYS, Kind::Number),
    ("method", Arguments::None, ALWAYS, Kind::Method),
    ("path", Arguments::None, REQUEST, Kind::Text),
    ("pathq", Arguments::None, REQUEST, Kind::Text),
    ("query", Arguments::None, REQUEST, Kind::Text),
    ("url", Arguments::None, REQUEST, Kind::Text),
    ("base", Arguments::None, REQUEST, Kind::Text),
    ("baseq", Arguments::None, REQUEST, Kind::Text),
    ("req.ver", Arguments::None, REQUEST, Kind::Text),
    ("req.body_size", Arguments::None, REQUEST, Kind::Number),
    ("hdr", Arguments::Header, REQUEST, Kind::Text),
    ("req.hdr", Arguments::Header, REQUEST, Kind::Text),
    ("req.fhdr", Arguments::Header, REQUEST, Kind::Text),
    ("req.hdr_cnt", Arguments::Header, REQUEST, Kind::Number),
    ("req.cook", Arguments::Name, REQUEST, Kind::Text),
    ("cook", Arguments::Name, REQUEST, Kind::Text),
    ("url_param", Arguments::Name, REQUEST, Kind::Text),
    ("urlp", Arguments::Name, REQUEST, Kind::Text),
    ("res.hdr", Arguments::Header, RESPONSE, Kind::Text),
    ("res.fhdr", Arguments::Header, RESPONSE, Kind::Text),
    ("res.hdr_cnt", Arguments::Header, RESPONSE, Kind::Number),
    ("status", Arguments::None, LATE, Kind::Number),
    ("srv_name", Arguments::None, LATE, Kind::Text),
    ("be_name", Arguments::None, LATE, Kind::Text),
    ("fe_name", Arguments::None, ALWAYS, Kind::Text),
    ("fc_http_major", Arguments::None, ALWAYS, Kind::Number),
    ("http_first_req", Arguments::None, ALWAYS, Kind::Flag),
    ("ssl_fc", Arguments::None, ALWAYS, Kind::Flag),
    ("ssl_fc_has_sni", Arguments::None, ALWAYS, Kind::Flag),
    ("ssl_fc_has_crt", Arguments::None, ALWAYS, Kind::Flag),
    ("ssl_fc_is_resumed", Arguments::None, ALWAYS, Kind::Flag),
    ("ssl_fc_sni", Arguments::None, ALWAYS, Kind::Text),
    ("ssl_fc_alpn", Arguments::None, ALWAYS, Kind::Text),
    ("ssl_fc_protocol", Arguments::None, ALWAYS, Kind::Text),
    ("ssl_fc_cipher", Arguments::None, ALWAYS, Kind::Text),
    ("ssl_fc_alg_keysize", Arguments::None, ALWAYS, Kind::Number),
    ("ssl_fc_use_keysize", Arguments::None, ALWAYS, Kind::Number),
    ("ssl_c_used", Arguments::None, ALWAYS, Kind::Flag),
    ("ssl_c_verify", Arguments::None, ALWAYS, Kind::Number),
    ("ssl_c_err", Arguments::None, ALWAYS, Kind::Number),
    ("ssl_c_ca_err", Arguments::None, ALWAYS, Kind::Number),
    ("ssl_c_version", Arguments::None, ALWAYS, Kind::Number),
    ("ssl_c_s_dn", Arguments::MaybeName, ALWAYS, Kind::Text),
    ("ssl_c_i_dn", Arguments::MaybeName, ALWAYS, Kind::Text),
    ("ssl_c_notbefore", Arguments::None, ALWAYS, Kind::Text),
    ("ssl_c_notafter", Arguments::None, ALWAYS, Kind::Text),
    ("ssl_c_key_alg", Arguments::None, ALWAYS, Kind::Text),
    ("ssl_c_sig_alg", Arguments::None, ALWAYS, Kind::Text),
    ("ssl_c_serial", Arguments::None, ALWAYS, Kind::Bytes),
    ("ssl_c_sha1", Arguments::None, ALWAYS, Kind::Bytes),
    ("ssl_c_der", Arguments::None, ALWAYS, Kind::Bytes),
    ("date", Arguments::None, ALWAYS, Kind::Number),
    ("unique-id", Arguments::None, ALWAYS, Kind::Text),
    ("uuid", Arguments::None, ALWAYS, Kind::Text),
    ("rand", Arguments::Number, ALWAYS, Kind::Number),
    ("str", Arguments::Characters, ALWAYS, Kind::Text),
    ("int", Arguments::Number, ALWAYS, Kind::Number),
    ("capture.req.uri", Arguments::None, ALWAYS, Kind::Text),
    ("capture.req.method", Arguments::None, ALWAYS, Kind::Text),
    ("capture.req.ver", Arguments::None, ALWAYS, Kind::Text),
    ("var", Arguments::Variable, ALWAYS, Kind::Text),
];

/// A converter: its name, arguments, and what it makes.
pub(super) type Converter = (&'static str, Arguments, Kind);

pub(super) const CONVERTERS: &[Converter] = &[
    ("lower", Arguments::None, Kind::Text),
    ("upper", Arguments::None, Kind::Text),
    ("length", Arguments::None, Kind::Number),
    ("hex", Arguments::None, Kind::Text),
    ("base64", Arguments::None, Kind::Text),
    ("url_enc", Arguments::None, Kind::Text),
    ("host_only", Arguments::None, Kind::Text),
    ("port_only", Arguments::None, Kind::Number),
    ("http_date", Arguments::None, Kind::Text),
    ("ltrim", Arguments::Characters, Kind::Text),
    ("rtrim", Arguments::Characters, Kind::Text),
    ("field", Arguments::Field, Kind::Text),
    ("word", Arguments::Field, Kind::Text),
    ("bytes", Arguments::Numbers, Kind::Text),
    ("add", Arguments::Number, Kind::Number),
    ("sub", Arguments::Number, Kind::Number),
    ("mul", Arguments::Number, Kind::Number),
    ("div", Arguments::Positive, Kind::Number),
    ("mod", Arguments::Positive, Kind::Number),
];

/// Whether the converter cannot follow a call that makes `kind`: HAProxy neither counts nor dates with such values, and bytes have
/// to become text first.
pub(super) fn is_refused_after(converter: &Converter, kind: Kind) -> bool {
    if kind == Kind::Bytes && !["hex", "base64", "length"].contains(&converter.0) {
        return true;
    }
    let counts =
        converter.0 == "http_date" || (converter.2 == Kind::Number && takes_number(converter.1));
    counts && matches!(kind, Kind::Address | Kind::Method)
}

fn takes_number(arguments: Arguments) -> bool {
    matches!(arguments, Arguments::Number | Arguments::Positive)
}

/// What the fetch or converter of this name makes.
pub(super) fn kind_of(name: &str) -> Option<Kind> {
    let fetch = FETCHES.iter().find(|row| row.0 == name).map(|row| row.3);
    fetch.or_else(|| CONVERTERS.iter().find(|row| row.0 == name).map(|row| row.2))
}

/// Variables that the frontend sets.
pub(super) const VARIABLES: [&str; 3] = ["txn.host", "txn.path", "txn.be"];

/// Headers whose values are nobody's business.
pub(super) const SECRET_HEADERS: [&str; 4] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
];

/// What each moment can say, as examples: every fetch with legal arguments, and every converter behind a fetch that it takes.
pub(super) fn examples(moment: super::Moment) -> Vec<String> {
    let with = |name: &str, arguments: Arguments| {
        let inside = match arguments {
            Arguments::None => return name.to_owned(),
            Arguments::Header => "x-id",
            Arguments::Name => "session",
            Arguments::MaybeName => "CN",
            Arguments::Number => "100",
            Arguments::Positive => "7",
            Arguments::Variable => "txn.host",
            Arguments::Characters => "x",
            Arguments::Field => "1,:",
            Arguments::Numbers => "0,5",
        };
        format!("{name}({inside})")
    };
    let mut examples = Vec::new();
    for &(name, arguments, moments, kind) in FETCHES {
        if !moments[moment as usize] {
            continue;
        }
        let fetch = with(name, arguments);
        if kind == Kind::Bytes {
            examples.push(format!("{fetch},hex"));
        } else {
            examples.push(fetch.clone());
        }
        if arguments == Arguments::MaybeName {
            examples.push(name.to_owned());
        }
    }
    for fetch in [
        "src",
        "src_port",
        "ssl_fc",
        "ssl_c_sha1",
        "method",
        "var(txn.host)",
    ] {
        for converter in CONVERTERS {
            let text = format!("{fetch},{}", with(converter.0, converter.1));
            if super::Sample::parse(&text, moment).is_ok() {
                examples.push(text);
            }
        }
    }
    examples
}
