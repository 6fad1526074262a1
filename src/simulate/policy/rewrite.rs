//! What the path becomes.

use pcre2::bytes::Captures;

use super::flight::{Flight, Reply};
use super::sample;
use crate::ir::policy::PathRewrite;
use crate::ir::{Field, Policy};

/// What it does with a request.
pub(super) fn request(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    for rewrite in &policy.rewrite.path {
        // `OPTIONS *` has no path to search.
        let new = (flight.path != "*").then(|| rewritten(rewrite, flight));
        if let Some(mut new) = new.flatten() {
            if !new.starts_with('/') {
                new.insert(0, '/');
            }
            flight.step(
                Field::PathRewrite,
                format!("the path {} becomes {new}", flight.path),
            );
            // A `?` in the new path begins the query for everybody who reads the request after this.
            if let Some((path, query)) = new.split_once('?') {
                flight.query = Some(match &flight.query {
                    Some(old) => format!("{query}?{old}"),
                    None => query.to_owned(),
                });
                path.clone_into(&mut flight.path);
            } else {
                flight.path = new;
            }
        }
    }
    None
}

/// The new path, if the expression is found. Samples are put in first, then what was found.
fn rewritten(rewrite: &PathRewrite, flight: &mut Flight<'_>) -> Option<String> {
    let regex = rewrite.regex()?;
    let (replacement, known) = sample::text(rewrite.replacement(), flight);
    let found = regex.captures(flight.path.as_bytes()).ok()??;
    flight.opaque |= !known;
    Some(expand(&replacement, &found))
}

fn expand(replacement: &str, found: &Captures<'_>) -> String {
    let mut out = Vec::with_capacity(replacement.len());
    let mut bytes = replacement.bytes();
    while let Some(byte) = bytes.next() {
        match (byte, byte == b'\\') {
            (_, true) => {
                let digit = bytes.next().unwrap_or_default().wrapping_sub(b'0');
                let group = found.get(usize::from(digit));
                out.extend(group.map_or(&b""[..], |group| group.as_bytes()));
            }
            (byte, false) => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
