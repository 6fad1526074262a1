//! Who has to log in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::flight::{Flight, HeaderChange, Reply};
use crate::ir::{BasicAuth, Field, Policy};

/// Asks for a password, and checks the one that came.
pub(super) fn request(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    let auth = policy.auth.as_ref()?;
    let why = match credentials(flight) {
        None => "no password came with the request".to_owned(),
        Some((user, password)) if matches(auth, &user, &password) => {
            flight.step(Field::AuthType, format!("`{user}` is logged in"));
            return None;
        }
        Some((user, _)) => format!("`{user}` and the password do not go together"),
    };
    flight.response.push(HeaderChange {
        name: "WWW-Authenticate".to_owned(),
        value: Some(format!("Basic realm=\"{}\"", auth.realm)),
    });
    Some(Reply {
        status: 401,
        location: None,
        field: Field::AuthType,
        why,
    })
}

/// User and password of the first Authorization header, up to a comma, as far as HAProxy reads it. Text for C ends at a NUL.
fn credentials(flight: &Flight<'_>) -> Option<(String, Vec<u8>)> {
    let mut headers = flight.headers.iter();
    let (_, value) = headers.find(|(name, _)| name == "authorization")?;
    let value = value.split(',').next().unwrap_or_default();
    let (scheme, text) = value.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = STANDARD.decode(text.trim_start_matches(' ')).ok()?;
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    let colon = bytes[..end].iter().position(|&b| b == b':')?;
    let user = String::from_utf8_lossy(&bytes[..colon]).into_owned();
    Some((user, bytes[colon + 1..end].to_vec()))
}

fn matches(auth: &BasicAuth, user: &str, password: &[u8]) -> bool {
    let mut users = auth.users.users().iter();
    users
        .find(|(name, _)| name.as_str() == user)
        .is_some_and(|(_, hash)| pwhash::unix::verify(password, hash.as_str()))
}
