//! A trace for programs. `docs/route.md` documents it.

use serde_json::{Value, json};

use super::{Answer, Asked, By, Entry, Mark, Place, Times, Trace};
use crate::ir::{Address, Backend, Server, ServiceRef};
use crate::simulate::ClientCertificate;
use crate::simulate::policy::{HeaderChange, Seen};
use crate::text::credentials;

/// Writes a trace as JSON, version 1: every entry of the text for people, and the ends of the way in fields of their own.
pub fn json(trace: &Trace<'_>) -> String {
    let (kind, asked) = asked(&trace.asked);
    let certificate = trace.certificate.as_ref().map(|shown| {
        json!({
            "secret": shown.secret,
            "name": shown.name,
            "valid_until": shown.valid_until,
        })
    });
    let whole = json!({
        "version": 1,
        kind: asked,
        "answer": answer(&trace.answer),
        "certificate": certificate,
        "backend": trace.backend.map(|it| backend(it, trace.times.as_ref())),
        "seen_by_server": trace.seen.as_ref().map(seen),
        "response_headers": trace.response.iter().map(change).collect::<Vec<_>>(),
        "config": trace.entries.iter().filter_map(config_lines).collect::<Vec<_>>(),
        "steps": trace.entries.iter().map(entry).collect::<Vec<_>>(),
    });
    crate::text::json(&whole)
}

fn asked(asked: &Asked) -> (&'static str, Value) {
    match asked {
        Asked::Request(request, http) => (
            "request",
            json!({
                "method": request.method,
                "scheme": request.scheme.name(),
                "http": http.name(),
                "port": request.port,
                "host": request.host,
                "target": request.target,
                "sni": request.sni,
                "from": request.source.to_string(),
                "client_certificate": shown(request.certificate),
                "headers": pairs(&request.headers),
            }),
        ),
        Asked::Connection(connection) => (
            "connection",
            json!({
                "address": connection.address.map(|address| address.to_string()),
                "port": connection.port,
                "from": connection.source.to_string(),
                "tls": connection.tls,
                "sni": connection.sni,
                "client_certificate": shown(connection.certificate),
            }),
        ),
    }
}

fn shown(certificate: ClientCertificate) -> &'static str {
    match certificate {
        ClientCertificate::Absent => "none",
        ClientCertificate::Trusted => "trusted",
        ClientCertificate::Foreign => "foreign",
    }
}

fn answer(answer: &Answer) -> Value {
    let by = match answer.by {
        By::Server => "server",
        By::Haproxy => "haproxy",
        By::Nobody => "nobody",
    };
    json!({
        "by": by,
        "status": answer.status,
        "location": answer.location,
        "reason": answer.reason,
        "uncertain": answer.uncertain,
    })
}

/// `haproxy.cfg:131-133   backend shop_cart_8080` in parts.
fn config_lines(entry: &Entry) -> Option<Value> {
    let [place, what] = &entry.cells[..] else {
        return None;
    };
    let (file, lines) = place.rsplit_once(':')?;
    let (from, to) = lines.split_once('-').unwrap_or((lines, lines));
    let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
    (entry.stage == "config").then(|| json!({"file": file, "from": from, "to": to, "what": what}))
}

fn backend(backend: &Backend, times: Option<&Times>) -> Value {
    let timeouts = times.map(|times| &times.timeouts);
    let check = times.map(|times| json!({"every_ms": times.check, "down_after": times.fall}));
    json!({
        "timeouts_ms": timeouts,
        "check": check,
        "service": service(&backend.service),
        "section": backend.name.as_str(),
        "servers": backend.servers.iter().map(server).collect::<Vec<_>>(),
    })
}

pub(super) fn service(service: &ServiceRef) -> Value {
    json!({
        "namespace": service.namespace,
        "name": service.name,
        "port": service.port,
        "port_name": service.port_name,
    })
}

fn server(server: &Server) -> Value {
    let address = match &server.endpoint.address {
        Address::Ip(ip) => ip.to_string(),
        Address::Name(name) => name.to_string(),
        Address::Service(record) => record.to_string(),
    };
    json!({
        "name": server.name.as_str(),
        "address": address,
        "port": server.endpoint.port,
        "resolver": server.resolver.name(),
        "cluster": server.cluster.as_ref().map(ToString::to_string),
        "weight": server.weight.map(crate::ir::Weight::get),
        "backup": server.backup,
        "slots": server.slots,
    })
}

fn seen(seen: &Seen) -> Value {
    json!({"path": seen.path, "query": seen.query, "headers": pairs(&seen.headers)})
}

fn pairs(headers: &[(String, String)]) -> Vec<Value> {
    let headers = headers.iter();
    headers
        .map(|(name, value)| json!({"name": name, "value": credentials::told(name, value)}))
        .collect()
}

fn change(change: &HeaderChange) -> Value {
    let value = change.value.as_deref();
    let value = value.map(|value| credentials::told(&change.name, value));
    json!({"name": change.name, "value": value})
}

fn entry(entry: &Entry) -> Value {
    let (outcome, why) = match &entry.verdict {
        None => (None, None),
        Some((mark, why)) => (Some(mark_name(*mark)), Some(why)),
    };
    json!({
        "stage": entry.stage,
        "text": entry.text(),
        "key": entry.key,
        "value": entry.value,
        "at": entry.place.as_ref().map(place),
        "outcome": outcome,
        "why": why,
        "details": entry.details.iter().map(self::entry).collect::<Vec<_>>(),
    })
}

fn mark_name(mark: Mark) -> &'static str {
    match mark {
        Mark::Chosen => "chosen",
        Mark::Lost => "lost",
        Mark::Good => "good",
        Mark::Bad => "bad",
        Mark::Note => "note",
    }
}

pub(super) fn place(place: &Place) -> Value {
    json!({"file": place.file, "line": place.line, "column": place.column})
}
