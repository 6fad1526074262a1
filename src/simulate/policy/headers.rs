//! Headers that are set on the way.

use super::flight::{Flight, HeaderChange, Reply};
use super::sample;
use crate::ir::{Field, Policy};
use crate::text::credentials;

/// What it does with a request.
pub(super) fn request(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    let headers = &policy.headers;
    if headers.hides_client {
        flight.headers.retain(|(name, _)| name != "x-forwarded-for");
        flight.step(Field::ForwardedFor, "X-Forwarded-For is taken away");
    }
    if let Some(host) = &headers.host {
        set(flight, Field::RequestHost, "Host", host);
    }
    for header in &headers.request {
        set(
            flight,
            Field::RequestHeaders,
            header.name.as_str(),
            &header.value,
        );
    }
    None
}

fn set(flight: &mut Flight<'_>, field: Field, name: &str, value: &crate::ir::Format) {
    // What cannot be told stands in the header as it is written.
    let (value, known) = sample::text(value, flight);
    flight.opaque |= !known;
    flight.step(
        field,
        format!("{name} becomes `{}`", credentials::told(name, &value)),
    );
    flight.set_header(&name.to_ascii_lowercase(), value);
}

/// What it does with responses; `reply` is HAProxy's own.
pub(super) fn response(policy: &Policy, flight: &mut Flight<'_>, reply: Option<&Reply>) {
    // `http-response` rules meet answers of servers only.
    if reply.is_some() {
        return;
    }
    for header in &policy.headers.response {
        let (value, known) = sample::text(&header.value, flight);
        flight.opaque |= !known;
        flight.response.push(HeaderChange {
            name: header.name.to_string(),
            value: Some(value),
        });
    }
}
