//! How HAProxy is to talk to the servers, from `appProtocol`.
//!
//! In: the Service port. Out: a [`ServerProtocol`], and a finding where the name reads two ways.

use crate::finding::{Code, Finding};
use crate::ir::ServerProtocol;
use crate::manifest::{Service, ServicePort};

/// What to write for HTTP/2 that says nothing of TLS.
const CLEAR_OR_TLS: &str =
    "write `kubernetes.io/h2c` if the servers speak it in clear, or `https` if they want TLS";

/// `appProtocol`, KEP-3726 for the prefixed names. Names without prefix are IANA's, which does not tell case apart.
pub(super) fn protocol(
    service: &Service,
    port: &ServicePort,
    findings: &mut Vec<Finding>,
) -> ServerProtocol {
    let Some(written) = &port.app_protocol else {
        return ServerProtocol::Http1;
    };
    let (read, doubt, help) = match written.value.to_ascii_lowercase().as_str() {
        "" | "http" | "kubernetes.io/ws" => return ServerProtocol::Http1,
        "https" | "kubernetes.io/wss" => return ServerProtocol::Https,
        "kubernetes.io/h2c" => return ServerProtocol::H2c,
        "ws" => (
            ServerProtocol::Http1,
            "is no registered name",
            "write `kubernetes.io/ws`",
        ),
        "wss" => (
            ServerProtocol::Https,
            "is no registered name",
            "write `kubernetes.io/wss`",
        ),
        "grpc" | "h2c" | "http2" => (
            ServerProtocol::H2c,
            "means HTTP/2 in clear to some and over TLS to others",
            CLEAR_OR_TLS,
        ),
        "grpcs" | "h2" => (
            ServerProtocol::Https,
            "asks for HTTP/2 over TLS",
            "write `https`, or `kubernetes.io/h2c` if the servers can do without TLS",
        ),
        _ => (
            ServerProtocol::Http1,
            "is not known here",
            "write `http`, `https`, `kubernetes.io/h2c`, `kubernetes.io/ws` or `kubernetes.io/wss`",
        ),
    };
    let reading = match read {
        ServerProtocol::Http1 | ServerProtocol::Tcp => "HTTP/1.1 in clear",
        ServerProtocol::H2c => "HTTP/2 in clear",
        ServerProtocol::Https => "HTTP/1.1 over TLS",
    };
    let name = &service.meta.name;
    findings.push(
        Finding::new(
            Code::APP_PROTOCOL_UNSUPPORTED,
            format!(
                "`appProtocol: {}` of Service {name} {doubt}; read as {reading}",
                written.value.escape_debug()
            ),
        )
        .object(format_args!("Service {name}"))
        .field("spec.ports[].appProtocol")
        .at(written.origin)
        .help(help),
    );
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::testing::{World, port, value};

    #[test]
    fn app_protocols_are_read() {
        let table = [
            ("kubernetes.io/h2c", ServerProtocol::H2c, 0),
            ("kubernetes.io/ws", ServerProtocol::Http1, 0),
            ("kubernetes.io/wss", ServerProtocol::Https, 0),
            ("HTTPS", ServerProtocol::Https, 0),
            ("http", ServerProtocol::Http1, 0),
            ("grpc", ServerProtocol::H2c, 1),
            ("HTTP2", ServerProtocol::H2c, 1),
            ("example.com/odd", ServerProtocol::Http1, 1),
        ];
        for (text, expected, count) in table {
            let mut world = World::default();
            world.web("a", "web", 80);
            let mut odd = port("", 80);
            odd.app_protocol = Some(value(text));
            let service = world.service("a", "web", vec![odd]);
            let mut findings = Vec::new();
            let read = protocol(service, &service.ports[0], &mut findings);
            assert_eq!((read, findings.len()), (expected, count), "{text}");
        }
    }
}
