//! How a request's connection begins: who listens, whose word about the client counts, and what TLS is answered with.

use super::{Asked, Entry, Http, Mark, Shown, Trace, View};
use crate::certificate::Facts;
use crate::date::day;
use crate::ir::policy::AddressList;
use crate::ir::{BindAddress, Certificate, Field, HostPattern, Pem};
use crate::simulate::{ClientCertificate, Request, Scheme};
use crate::text::credentials;

/// Certificates that end within so many days want a look, as `ING405` has it.
const SOON: i64 = 21;
const DAY: i64 = 24 * 60 * 60;

/// `GET https shop.example.com /cart`, and from whom.
pub(super) fn asked(trace: &mut Trace<'_>) {
    let Asked::Request(request, http) = &trace.asked else {
        return;
    };
    let host = request.host.as_deref().unwrap_or("(no host)");
    let (scheme, target) = (request.scheme.name(), &request.target);
    let line = format!("{} {scheme} {host} {target}", request.method);
    let mut how = vec![http.name().to_owned()];
    if request.scheme == Scheme::Https {
        match &request.sni {
            None => how.push("TLS without a name".to_owned()),
            Some(sni) if !names(request, sni) => how.push(format!("TLS for {sni}")),
            Some(_) => {}
        }
        match request.certificate {
            ClientCertificate::Absent => how.push("no certificate".to_owned()),
            ClientCertificate::Foreign => how.push("a foreign certificate".to_owned()),
            ClientCertificate::Trusted => {}
        }
    }
    let from = format!("{}, {}", request.source, how.join(", "));
    let headers: Vec<Entry> = request
        .headers
        .iter()
        .map(|(name, value)| {
            let value = credentials::told(name, value);
            Entry::new("request", format!("{name}: {value}"))
        })
        .collect();
    let entries = [Entry::new("request", line), Entry::new("from", from)];
    trace.entries.extend(entries);
    trace.entries[0].details = headers;
}

/// Whether the Host header is about the name in the handshake.
fn names(request: &Request, sni: &str) -> bool {
    let host = request.host.as_deref().unwrap_or_default();
    crate::simulate::normalise(host) == sni.trim_end_matches('.').to_ascii_lowercase()
}

/// Who listens, and who says whom a connection is from.
pub(super) fn listener(trace: &mut Trace<'_>, view: &View<'_>, request: &Request) {
    let listeners = &view.routing.listeners;
    let (binds, frontend) = match request.scheme {
        Scheme::Http => (&listeners.http, "frontend fe_http"),
        Scheme::Https if view.routing.passthrough.is_empty() => {
            (&listeners.https, "frontend fe_http")
        }
        Scheme::Https => (
            &listeners.https,
            "frontend fe_tls, then fe_http for what is answered here",
        ),
    };
    let ports = || binds.iter().map(|bind| bind.port());
    let foreign = request.port.filter(|port| !ports().any(|own| own == *port));
    let binds: Vec<String> = binds.iter().map(BindAddress::to_string).collect();
    let mut entry = Entry::new("listener", binds.join(" ")).cell(frontend);
    if let Some(port) = foreign {
        let why = format!("nothing listens on {port}: right if something maps {port} to it");
        entry = entry.verdict(Mark::Note, why);
    }
    if let Some(list) = &view.routing.global.proxy_protocol {
        let origin = view.routing.global.origins.get(&Field::ProxyProtocol);
        let text = format!(
            "connections of {} begin with a PROXY header, which says whom they are from",
            networks(list)
        );
        entry = entry.detail(Entry::new("listener", text).maybe_at(view.sources, origin));
    }
    trace.entries.push(entry);
}

/// The first networks of a list.
pub(super) fn networks(list: &AddressList) -> String {
    let all = list.networks();
    let shown: Vec<String> = all.iter().take(4).map(ToString::to_string).collect();
    match all.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The certificate, what it is shown for, and what is asked of the client.
pub(super) fn tls(
    trace: &mut Trace<'_>,
    view: &View<'_>,
    (request, http): (&Request, Http),
    certificate: &Certificate,
) {
    let name = matched(certificate, request.sni.as_deref());
    let entry = match name {
        Some(name) => Entry::new("tls", &certificate.secret).cell(format!("for {name}")),
        None => Entry::new("tls", &certificate.secret).cell("the default"),
    };
    let mut entry = entry.at(view.sources, certificate.origin);
    let facts = view
        .now
        .and_then(|now| Some((facts(&certificate.pem)?, now)));
    if let Some((facts, now)) = &facts {
        let (mark, text) = validity((facts.not_before, facts.not_after), *now);
        entry = entry.verdict(mark, text);
    }
    trace.certificate = Some(Shown {
        secret: certificate.secret.clone(),
        name: name.map(ToString::to_string),
        valid_until: facts.map(|(facts, _)| day(facts.not_after)),
    });
    let tls = &view.routing.global.client_tls;
    let offered: Vec<&str> = tls.protocols().iter().map(|it| it.name()).collect();
    let mut offers = Entry::new("tls", format!("offers {}", offered.join(", ")))
        .maybe_at(view.sources, view.routing.global.origins.get(&Field::Alpn));
    if http == Http::Http2 && !offered.contains(&"h2") {
        offers = offers.verdict(
            Mark::Note,
            "HTTP/2 is not offered: clients that speak nothing else cannot ask",
        );
    }
    entry.details.push(offers);
    if let Some(clients) = &tls.authority {
        let origin = view.routing.global.origins.get(&Field::ClientAuthority);
        let word = if clients.optional { "may" } else { "has to" };
        let text = format!("the client {word} show a certificate of the authority");
        entry
            .details
            .push(Entry::new("tls", text).maybe_at(view.sources, origin));
    }
    trace.entries.push(entry);
}

/// The name of a certificate that covers the one in the handshake, an exact one first.
pub(super) fn matched<'r>(
    certificate: &'r Certificate,
    sni: Option<&str>,
) -> Option<&'r HostPattern> {
    let sni = sni?.to_ascii_lowercase();
    let names = || certificate.names.iter().map(|name| &name.value);
    let of =
        |wildcard: bool| names().find(|name| name.is_wildcard() == wildcard && name.matches(&sni));
    of(false).or_else(|| of(true))
}

/// What the first certificate of a file says; `None` of files on the host, which nobody reads here.
fn facts(pem: &Pem) -> Option<Facts> {
    use base64::Engine as _;
    let Pem::Inline(text) = pem else {
        return None;
    };
    let (_, rest) = text.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let body: String = body.split_whitespace().collect();
    let der = base64::engine::general_purpose::STANDARD
        .decode(body)
        .ok()?;
    Facts::read(&der)
}

/// Whether a certificate is valid on a day, from and to which it is.
fn validity((from, to): (i64, i64), now: i64) -> (Mark, String) {
    let until = day(to);
    let left = (to - now).div_euclid(DAY);
    if now < from {
        return (Mark::Bad, format!("not valid before {}", day(from)));
    }
    match left {
        ..0 => (Mark::Bad, format!("expired on {until}")),
        0..SOON => (Mark::Note, format!("valid until {until}, {left} days left")),
        _ => (Mark::Good, format!("valid until {until}, {left} days left")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_judged_by_the_day() {
        let valid = (100 * DAY, 200 * DAY);
        for (now, mark, text) in [
            (99, Mark::Bad, "not valid before 1970-04-11"),
            (100, Mark::Good, "valid until 1970-07-20, 100 days left"),
            (180, Mark::Note, "valid until 1970-07-20, 20 days left"),
            (201, Mark::Bad, "expired on 1970-07-20"),
        ] {
            assert_eq!(validity(valid, now * DAY), (mark, text.to_owned()));
        }
    }
}
