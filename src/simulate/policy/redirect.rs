//! What is answered with another address.

use super::flight::{Flight, Reply};
use super::sample;
use crate::ir::{Field, Policy};

/// What it does with a request.
pub(super) fn https(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    let redirect = policy.redirect.https.as_ref()?;
    if flight.is_tls() {
        return None;
    }
    let Some(host) = host_of(flight) else {
        return Some(Reply {
            status: 400,
            location: None,
            field: Field::HttpsRedirect,
            why: "no host that an address could name, so there is nowhere to send it".to_owned(),
        });
    };
    let port = redirect
        .port
        .map_or_else(String::new, |port| format!(":{port}"));
    Some(Reply {
        status: redirect.code.get(),
        location: Some(format!("https://{host}{port}{}", target(flight))),
        field: Field::HttpsRedirect,
        why: "plain requests are sent to https".to_owned(),
    })
}

/// What it does with a request.
pub(super) fn host(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    let redirect = policy.redirect.host.as_ref()?;
    let tls = redirect.tls.unwrap_or_else(|| flight.is_tls());
    let scheme = if tls { "https" } else { "http" };
    let (to, known) = sample::text(&redirect.to, flight);
    flight.opaque |= !known;
    Some(Reply {
        status: redirect.code.get(),
        location: Some(format!("{scheme}://{to}{}", target(flight))),
        field: Field::HostRedirect,
        why: "requests are sent to another host".to_owned(),
    })
}

/// The host of the `Host` header in lower case, without its port, if it is a name or an address in brackets.
fn host_of(flight: &Flight<'_>) -> Option<String> {
    let header = flight.header("host")?.trim_matches([' ', '\t']);
    let host = sample::host_only(header);
    let is_name = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    let is_address = |text: &str| {
        let inside = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        inside.is_some_and(|text| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|b| b.is_ascii_hexdigit() || b".:".contains(&b))
        })
    };
    (is_name(&host) || is_address(&host)).then_some(host)
}

/// Path and query. `OPTIONS *` has none.
fn target(flight: &Flight<'_>) -> String {
    if flight.path == "*" {
        return String::new();
    }
    match &flight.query {
        Some(query) => format!("{}?{query}", flight.path),
        None => flight.path.clone(),
    }
}
