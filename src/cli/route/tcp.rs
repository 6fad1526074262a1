//! `ingressc route tcp://HOST:PORT`: which way a connection to a port of a TCP service takes, and why.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Expected;
use crate::cli::args::Route;
use crate::cli::compile::header;
use crate::cli::journey::Journey;
use crate::cli::streams::Streams;
use crate::cli::{Exit, Stop};
use crate::emit::{self, CONFIG};
use crate::ir::{HostPattern, Port};
use crate::report::visible;
use crate::simulate::{self, ClientCertificate, TcpConnection, TcpEnd, TcpVerdict};

/// What comes before the place.
const SCHEME: &str = "tcp://";

/// `HOST:PORT` of a URL with our scheme, in any case of letters; `None` for other URLs.
pub(super) fn place(url: &str) -> Option<&str> {
    let (scheme, place) = url.split_at_checked(SCHEME.len())?;
    let place = place.strip_suffix('/').unwrap_or(place);
    scheme.eq_ignore_ascii_case(SCHEME).then_some(place)
}

/// The connection that is asked for. The host is an address of this host, or a name, whose address is not known here: then it is
/// any address, and the name is the one in the handshake. So it is with `*`, and with no host at all, but for the name.
pub(super) fn connection(url: &str, place: &str, typed: &Route) -> Result<TcpConnection, Stop> {
    if typed.method != "GET" || !typed.headers.is_empty() {
        return Err(Stop::usage(
            "error: a connection to a port has no method and no headers\n  help: leave out `--method` and `--header`",
        ));
    }
    let illegal = || {
        Stop::usage(format!(
            "error: `{}` names no port of a host\n  help: write tcp://HOST:PORT, such as tcp://10.0.0.1:26000 or tcp://[fd00::1]:26000",
            visible(url)
        ))
    };
    let (host, port) = place.rsplit_once(':').ok_or_else(illegal)?;
    let port = Some(port).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let port: Port = port
        .and_then(|text| text.parse().ok())
        .ok_or_else(illegal)?;
    let (address, name) = host_of(host).ok_or_else(illegal)?;
    let tls = typed.tls || typed.sni.is_some();
    Ok(TcpConnection {
        address,
        port,
        source: typed.from,
        // Who asks for a route wants to know where it leads those who come as they have to.
        proxied: true,
        tls,
        sni: typed.sni.clone().or(name).filter(|_| tls),
        certificate: ClientCertificate::Trusted,
    })
}

/// The address or the name that a host stands for.
fn host_of(host: &str) -> Option<(Option<IpAddr>, Option<String>)> {
    if matches!(host, "" | "*") {
        return Some((None, None));
    }
    if let Some(v6) = host.strip_prefix('[') {
        let v6: Ipv6Addr = v6.strip_suffix(']')?.parse().ok()?;
        return Some((Some(v6.into()), None));
    }
    if let Ok(v4) = host.parse::<Ipv4Addr>() {
        return Some((Some(v4.into()), None));
    }
    let name = HostPattern::new(host).ok()?;
    (!name.is_wildcard()).then(|| (None, Some(name.to_string())))
}

/// Tells what becomes of it, and whether that is what was expected.
pub(super) fn answer(
    connection: &TcpConnection,
    journey: &Journey,
    settings: &emit::Settings,
    expected: Option<&Expected>,
    streams: &mut Streams,
) -> Exit {
    let verdict = simulate::connect(&journey.routing, connection);
    // What cannot be written has no lines, and is told by the commands that write.
    let settings = emit::Settings {
        header: header(journey),
        ..settings.clone()
    };
    let bundle = journey.emit(&settings).ok();
    let config = bundle.as_ref().and_then(|bundle| {
        let file = bundle.files.get(CONFIG)?;
        std::str::from_utf8(&file.bytes).ok()
    });
    streams.product(&simulate::trace::explain_connection(
        &journey.routing,
        &journey.sources,
        connection,
        &verdict,
        config,
    ));
    let Some(expected) = expected else {
        return Exit::Clean;
    };
    match missed(expected, &verdict) {
        None => Exit::Clean,
        Some(found) => {
            streams.error(&format!("expected {}, {found}", visible(&expected.text)));
            Exit::No
        }
    }
}

/// What became of the connection instead of what was expected; `None` when it reaches the expected backend.
fn missed(expected: &Expected, verdict: &TcpVerdict<'_>) -> Option<String> {
    match verdict.end {
        // Addresses come from the cluster, so that a backend without servers is still the right one.
        TcpEnd::Backend(backend) | TcpEnd::NoServers(backend) => {
            let reached = &backend.service;
            (!expected.is(reached)).then(|| format!("reached {reached}"))
        }
        TcpEnd::Closed(why) => Some(format!("the connection is closed: {why}")),
        TcpEnd::HandshakeRefused(why) => Some(format!("the TLS handshake is refused: {why}")),
        TcpEnd::NotListening => Some("nobody listens on the port".to_owned()),
    }
}
