//! The cookie by which a client stays with its server: servers do not see it.

use super::Flight;
use super::flight::Reply;
use crate::ir::{Field, Policy};

/// Takes the cookie away. Which server it names is not simulated: no server is chosen here.
pub(super) fn request(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    let cookie = policy.affinity.cookie.as_ref()?;
    let is_it = |pair: &str| {
        let name = pair.split_once('=').map(|(name, _)| name.trim());
        name == Some(cookie.as_str())
    };
    let mut shown = false;
    for (name, value) in &mut flight.headers {
        if name != "cookie" {
            continue;
        }
        let (own, others): (Vec<&str>, Vec<&str>) = value.split(';').partition(|pair| is_it(pair));
        if !own.is_empty() {
            shown = true;
            *value = others.join(";").trim_start().to_owned();
        }
    }
    if shown {
        flight
            .headers
            .retain(|(name, value)| name != "cookie" || !value.is_empty());
        flight.step(
            Field::Cookie,
            format!("the cookie {cookie} says which server, and stays here"),
        );
    }
    None
}
