//! What a policy does with a request: one family after the other, in the order of the emitted rules.
//!
//! In: a policy and a request that has been routed. Out: a [`Course`]: what happened in order, an answer of HAProxy's own if there is
//! one, and what the server sees otherwise.

mod access;
mod affinity;
mod auth;
mod capture;
mod condition;
mod cors;
mod flight;
mod headers;
mod rate_limit;
mod redirect;
mod rewrite;
mod sample;

pub(super) use condition::holds;
pub(super) use flight::Flight;
pub use flight::{Counted, Course, HeaderChange, Reply, Seen, Step};

use super::Request;
use crate::ir::{Field, Policy};

/// What the server gets of a request that meets no policy: as the frontend leaves it. `host` and `path` as they are looked up.
pub fn untouched(request: &Request, host: &str, path: &str) -> Seen {
    Flight::new(request, host, path).land(None).seen
}

/// How many headers a request has when the frontend hands it on: `x-forwarded-port` is among them, which [`Seen`] leaves to whoever
/// knows the listener.
pub(super) fn passed_on(request: &Request, host: &str, path: &str) -> usize {
    Flight::new(request, host, path).headers.len() + 1
}

/// Sends `flight` through the rules of `policy`.
pub(super) fn run(policy: &Policy, mut flight: Flight<'_>) -> Course {
    let rules: [fn(&Policy, &mut Flight<'_>) -> Option<Reply>; 11] = [
        access::client_source,
        capture::request,
        access::request,
        rate_limit::request,
        cors::preflight,
        redirect::https,
        auth::request,
        redirect::host,
        headers::request,
        rewrite::request,
        affinity::request,
    ];
    let reply = rules.iter().find_map(|rule| rule(policy, &mut flight));
    // Raw lines stand behind the others.
    if reply.is_none() && !policy.snippet.lines.is_empty() {
        flight.opaque = true;
        flight.step(Field::BackendSnippet, "raw lines, which are not simulated");
    }
    // Rules for responses meet answers of HAProxy's own only where they say so.
    headers::response(policy, &mut flight, reply.as_ref());
    cors::response(policy, &mut flight, reply.as_ref());
    flight.land(reply)
}
