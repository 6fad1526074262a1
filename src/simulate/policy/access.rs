//! Who may ask.

use std::net::{IpAddr, Ipv4Addr};

use super::flight::{Flight, Reply};
use crate::ir::Policy;
use crate::ir::policy::{ClientSource, Field};

/// Finds out who the client is.
pub(super) fn client_source(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    if let Some(source) = &policy.access.client_source {
        who(source, flight);
    }
    None
}

/// What it does with a request.
pub(super) fn request(policy: &Policy, flight: &mut Flight<'_>) -> Option<Reply> {
    let access = &policy.access;
    let (client, refuse) = (flight.source, |field, why| {
        Some(Reply {
            status: 403,
            location: None,
            field,
            why,
        })
    });
    if let Some(list) = &access.deny {
        if list.contains(client) {
            return refuse(Field::DenyList, format!("{client} is on the deny-list"));
        }
        flight.step(Field::DenyList, format!("{client} is not on the deny-list"));
    }
    if let Some(list) = &access.allow {
        if !list.contains(client) {
            return refuse(
                Field::AllowList,
                format!("{client} is not on the allow-list"),
            );
        }
        flight.step(Field::AllowList, format!("{client} is on the allow-list"));
    }
    None
}

/// Takes the client's address from a header, if its word counts.
fn who(source: &ClientSource, flight: &mut Flight<'_>) {
    let name = source.header.as_str();
    let peer = flight.source;
    let (named, opaque) = named(source, flight);
    flight.opaque |= opaque;
    let text = match named {
        Named::Untrusted => format!("{peer} is no trusted proxy, so {name} does not count"),
        Named::Nobody => format!("{name} holds no address, so the client is {peer}"),
        Named::Client(address) => {
            flight.source = address;
            flight.set_header("x-forwarded-for", address.to_string());
            format!("{name} says that the client is {address}")
        }
    };
    flight.step(Field::ClientSource, text);
}

/// Whom a header names.
enum Named {
    /// Its word does not count.
    Untrusted,
    /// There is no address in it.
    Nobody,
    /// The client.
    Client(IpAddr),
}

/// Whom the header names, and whether not every HAProxy reads it so.
fn named(source: &ClientSource, flight: &Flight<'_>) -> (Named, bool) {
    let mut trusted = source.trusted.iter();
    if trusted.any(|list| !list.contains(flight.source)) {
        return (Named::Untrusted, false);
    }
    // As it came: the frontend has read it before it deleted what clients claim.
    let mut lines = flight.request.headers.iter().rev();
    let value = lines
        .find(|(known, _)| known.eq_ignore_ascii_case(source.header.as_str()))
        .and_then(|(_, value)| value.rsplit(',').next())
        .map(str::trim);
    let mut opaque = false;
    let client = value.and_then(|text| address(text, &mut opaque));
    (client.map_or(Named::Nobody, Named::Client), opaque)
}

/// The address that conditions compare which lead to routes with `policy`; `None` where not every HAProxy reads the same one.
pub(super) fn client(policy: Option<&Policy>, flight: &Flight<'_>) -> Option<IpAddr> {
    let Some(source) = policy.and_then(|policy| policy.access.client_source.as_ref()) else {
        return Some(flight.source);
    };
    match named(source, flight) {
        (_, true) => None,
        (Named::Client(address), _) => Some(address),
        (Named::Untrusted | Named::Nobody, _) => Some(flight.source),
    }
}

/// An address as `req.hdr_ip` reads it: IPv4 may have a port, and zeros in front of its numbers.
fn address(text: &str, opaque: &mut bool) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(IpAddr::V6(address));
    }
    if text.starts_with('[') {
        // From 3.0 on, with brackets, too.
        *opaque = true;
        return text
            .strip_prefix('[')?
            .strip_suffix(']')?
            .parse()
            .ok()
            .map(IpAddr::V6);
    }
    let (numbers, port) = text
        .split_once(':')
        .map_or((text, None), |(numbers, port)| (numbers, Some(port)));
    let is_port = |port: &str| port.parse::<u16>().is_ok() && !port.starts_with('+');
    if port.is_some_and(|port| !is_port(port)) {
        return None;
    }
    let byte = |digits: &str| {
        let legal = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        legal.then(|| digits.parse::<u8>().ok()).flatten()
    };
    let bytes: Option<Vec<u8>> = numbers.split('.').map(byte).collect();
    let bytes: [u8; 4] = bytes?.try_into().ok()?;
    Some(IpAddr::V4(Ipv4Addr::from(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_haproxy_reads_them() {
        let read = |text| address(text, &mut false).map(|it| it.to_string());
        for (text, expected) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.1:80", Some("192.0.2.1")),
            ("01.2.3.4", Some("1.2.3.4")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("::ffff:10.1.2.3", Some("::ffff:10.1.2.3")),
            ("192.0.2.1:", None),
            ("192.0.2.1:99999", None),
            ("192.0.2", None),
            ("192.0.2.1.5", None),
            ("192.0.2.256", None),
            ("1234", None),
            ("unknown", None),
            ("fe80::1%eth0", None),
            ("\"[2001:db8::1]\"", None),
            ("[2001:db8::1]:80", None),
            ("", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }
}
