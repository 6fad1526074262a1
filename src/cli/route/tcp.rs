//! `ingressc route tcp://HOST:PORT`: which way a connection to a port of a TCP service takes, and why.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Expected;
use super::asked::certificate;
use crate::cli::args::{Route, RouteFormat};
use crate::cli::streams::Streams;
use crate::cli::{Exit, Stop};
use crate::ir::{HostPattern, Port};
use crate::report::visible;
use crate::simulate::{self, TcpConnection, TcpEnd, TcpVerdict};
use crate::trace::{self, View};

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
    let flags = &typed.request;
    if flags.method != "GET" || !flags.headers.is_empty() {
        return Err(Stop::usage(
            "error: a connection to a port has no method and no headers\n  help: leave out `--method` and `--header`",
        ));
    }
    if flags.host.is_some() || flags.request_target.is_some() {
        return Err(Stop::usage(
            "error: a connection to a port has no Host header and no target\n  help: leave out `--host` and `--request-target`",
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
    let tls = flags.tls || flags.sni.is_some();
    Ok(TcpConnection {
        address,
        port,
        source: flags.from,
        // Who asks for a route wants to know where it leads those who come as they have to.
        proxied: true,
        tls,
        sni: flags
            .sni
            .clone()
            .or(name)
            .filter(|sni| tls && !sni.is_empty()),
        certificate: certificate(typed),
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
    view: &View<'_>,
    format: RouteFormat,
    expected: Option<&Expected>,
    streams: &mut Streams,
) -> Exit {
    let verdict = simulate::connect(view.routing, connection);
    super::show(
        &trace::connection(view, connection, &verdict),
        format,
        streams,
    );
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
