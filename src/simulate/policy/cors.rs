//! Which pages of other sites may ask.

use super::flight::{Flight, HeaderChange, Reply};
use crate::ir::{Cors, Field, Origins, Policy};

/// Answers OPTIONS, if it is to.
pub(super) fn preflight(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    let asks = policy.cors.as_ref()?.preflight && flight.request.method == "OPTIONS";
    asks.then(|| Reply {
        status: 204,
        location: None,
        field: Field::CorsPreflight,
        why: "OPTIONS is answered for the server".to_owned(),
    })
}

/// Tells the browser, in answers of HAProxy's own, too.
pub(super) fn response(policy: &Policy, flight: &mut Flight<'_>, _: Option<&Reply>) {
    let Some(cors) = &policy.cors else {
        return;
    };
    let origin = match &cors.origins {
        Origins::Any => Some("*".to_owned()),
        restricted => {
            set(flight, "Vary", Some("Origin"));
            let origin = origin(flight).map(str::to_owned);
            let origin = origin.filter(|origin| may_ask(restricted, origin));
            flight.step(
                Field::CorsOrigin,
                match &origin {
                    Some(origin) => format!("pages of {origin} may ask"),
                    None => "no page of another site may ask".to_owned(),
                },
            );
            origin
        }
    };
    set(flight, "Access-Control-Allow-Origin", origin.as_deref());
    if origin.is_some() {
        tell(cors, flight);
    } else {
        set(flight, "Access-Control-Allow-Credentials", None);
    }
}

fn tell(cors: &Cors, flight: &mut Flight<'_>) {
    let text = |format: crate::ir::Format| format.to_string().replace("%%", "%");
    if let Some(format) = cors.methods.as_ref().and_then(|list| list.format().ok()) {
        set(flight, "Access-Control-Allow-Methods", Some(&text(format)));
    }
    if let Some(format) = cors.headers.as_ref().and_then(|list| list.format().ok()) {
        set(flight, "Access-Control-Allow-Headers", Some(&text(format)));
    }
    if let Some(seconds) = cors.max_age {
        set(flight, "Access-Control-Max-Age", Some(&seconds.to_string()));
    }
    if cors.credentials {
        set(flight, "Access-Control-Allow-Credentials", Some("true"));
    }
}

/// The last Origin header as it came: no rule before changes it.
fn origin<'f>(flight: &'f Flight<'_>) -> Option<&'f str> {
    let mut headers = flight.request.headers.iter().rev();
    headers
        .find(|(name, _)| name.eq_ignore_ascii_case("origin"))
        .map(|(_, value)| value.trim())
}

fn may_ask(origins: &Origins, origin: &str) -> bool {
    match origins {
        Origins::Any => true,
        Origins::Listed(list) => list.iter().any(|known| known.as_str() == origin),
        Origins::Matching(pattern) => pattern.matches(origin),
    }
}

fn set(flight: &mut Flight<'_>, name: &str, value: Option<&str>) {
    flight.response.push(HeaderChange {
        name: name.to_owned(),
        value: value.map(str::to_owned),
    });
}
