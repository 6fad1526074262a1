//! Addresses of servers as people write them outside of EndpointSlices: in the inventory, in a Service's status, in annotations.
//!
//! In: text. Out: an [`Address`] with which a server can be reached, and what is special about it.

use std::net::{IpAddr, Ipv6Addr};

use super::Ask;
use super::about::left_out;
use crate::finding::{Code, Finding};
use crate::ir::{Address, Fqdn};
use crate::manifest::{IpFamily, Service};
use crate::source::Sourced;

/// An IP address, an IPv6 address in brackets, or a DNS name.
///
/// A name whose last label is a number is none: there is no such top-level domain, and `10.0.0.256` means an address
/// (<https://url.spec.whatwg.org/#ends-in-a-number-checker>). Neither is one with a label that DNS cannot carry.
pub(super) fn read(text: &str) -> Option<Address> {
    if let Some(inner) = text.strip_prefix('[') {
        let ip: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(Address::Ip(IpAddr::V6(ip)));
    }
    if let Ok(ip) = text.parse() {
        return Some(Address::Ip(ip));
    }
    let name = Fqdn::new(text).ok()?;
    let last = name.as_str().rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|b| b.is_ascii_digit());
    (!is_number && !has_long_label(name.as_str())).then_some(Address::Name(name))
}

/// More than 63 characters between two dots (RFC 1035, 2.3.4). The API server takes such a name, and HAProxy starts with it, but no
/// DNS server can be asked for it.
pub(super) fn has_long_label(name: &str) -> bool {
    name.split('.').any(|label| label.len() > 63)
}

/// An IP address, for fields that take no names.
pub(super) fn read_ip(text: &str) -> Option<Address> {
    text.parse().ok().map(Address::Ip)
}

/// Those of `written` that are addresses. Findings about the others, which are illegal by `code`, and about
/// those that lead inside, which are left out unless the configuration wants them.
pub(super) fn read_all(
    ask: &Ask<'_, '_>,
    (field, code): (&str, Code),
    written: Vec<Sourced<String>>,
    read: fn(&str) -> Option<Address>,
) -> (Vec<Sourced<Address>>, Vec<Finding>) {
    let settings = ask.directory.settings;
    let name = &ask.service.meta.name;
    let (mut addresses, mut findings) = (Vec::with_capacity(written.len()), Vec::new());
    for Sourced { value, origin } in written {
        let finding = match read(&value) {
            None => Some(
                Finding::new(
                    code,
                    format!(
                        "`{}` in `{field}` of Service {name} is no address, and is left out",
                        value.escape_debug()
                    ),
                )
                .help("write an IP address"),
            ),
            Some(address) => {
                let finding = leads_inside(&address).map(|what| {
                    let message = format!(
                        "`{field}` of Service {name} leads to `{address}`, {what}{}",
                        left_out(settings, ask.purpose)
                    );
                    Finding::new(Code::INTERNAL_TARGET, message)
                        .help("correct the address, or have the Service resolved in another way")
                });
                if finding.is_none() || settings.internal_targets {
                    addresses.push(Sourced::new(address, origin));
                }
                finding
            }
        };
        findings.extend(finding.map(|finding| {
            finding
                .object(format_args!("Service {name}"))
                .field(field)
                .at(origin)
        }));
    }
    (addresses, findings)
}

/// One family, because dual stack gives a Service an address of each: the Service's first, or else that of the first address.
/// Names only when there is no address.
pub(super) fn of_one_family(
    service: &Service,
    mut addresses: Vec<Sourced<Address>>,
) -> Vec<Sourced<Address>> {
    let first_is_v6 = match service.ip_families.first() {
        Some(family) => *family == IpFamily::V6,
        None => addresses
            .iter()
            .find_map(|address| match address.value {
                Address::Ip(ip) => Some(ip.is_ipv6()),
                Address::Name(_) | Address::Service(_) => None,
            })
            .unwrap_or_default(),
    };
    let rank = |address: &Sourced<Address>| match address.value {
        Address::Ip(ip) => u8::from(ip.is_ipv6() != first_is_v6),
        Address::Name(_) | Address::Service(_) => 2,
    };
    let best = addresses.iter().map(rank).min();
    addresses.retain(|address| Some(rank(address)) == best);
    addresses
}

/// Takes `host:port` apart. An IPv6 address with a port has brackets; without them all of its colons are its own.
pub(super) fn split(text: &str) -> (&str, Option<&str>) {
    let host_ends = match text.find(']') {
        Some(end) if text.starts_with('[') => end + 1,
        _ => text.find(':').unwrap_or(text.len()),
    };
    let (host, rest) = text.split_at(host_ends);
    match rest.strip_prefix(':') {
        Some(port) if !port.contains(':') => (host, Some(port)),
        _ => (text, None),
    }
}

/// What is special about an address or name that no route must lead to. Completes "leads to `…`, ".
pub(super) fn leads_inside(address: &Address) -> Option<String> {
    match address {
        Address::Ip(ip) => internal(*ip).map(|what| format!("{what} address")),
        Address::Name(name) => internal_name(name.as_str()).map(str::to_owned),
        Address::Service(_) => None,
    }
}

/// What is special about a name that leads where no route must lead: HAProxy's own machine, or its cloud's metadata.
pub(super) fn internal_name(name: &str) -> Option<&'static str> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") || name.starts_with("localhost.") {
        Some("the machine that HAProxy runs on")
    } else if METADATA_NAMES.contains(&name.as_str()) {
        Some("the metadata of its cloud")
    } else {
        None
    }
}

/// Of Google Cloud and AWS.
const METADATA_NAMES: [&str; 3] = [
    "metadata.google.internal",
    "metadata.goog",
    "instance-data.ec2.internal",
];

/// Addresses that mean something else on every machine, or that hand out credentials.
pub(super) fn internal(ip: IpAddr) -> Option<&'static str> {
    let ip = ip.to_canonical();
    let link_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    if ip.is_loopback() {
        Some("the loopback")
    } else if link_local {
        Some("the link-local")
    } else if ip.is_unspecified() {
        Some("the unspecified")
    } else if ip.is_multicast() {
        Some("the multicast")
    } else if METADATA.contains(&ip) {
        Some("the cloud metadata")
    } else {
        None
    }
}

/// Metadata servers beside 169.254.169.254, which is link-local: of Alibaba Cloud, AWS and Google Cloud.
const METADATA: [IpAddr; 3] = [
    IpAddr::V4(std::net::Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports_are_taken_apart() {
        for (text, host, port) in [
            ("10.0.0.1", "10.0.0.1", None),
            ("10.0.0.1:80", "10.0.0.1", Some("80")),
            ("web:", "web", Some("")),
            ("fd00::1", "fd00::1", None),
            ("fd00::1:80", "fd00::1:80", None),
            ("[fd00::1]", "[fd00::1]", None),
            ("[fd00::1]:80", "[fd00::1]", Some("80")),
            ("[fd00::1]80", "[fd00::1]80", None),
            ("[fd00::1", "[fd00::1", None),
            ("", "", None),
            (":80", "", Some("80")),
        ] {
            assert_eq!(split(text), (host, port), "{text}");
        }
    }

    #[test]
    fn addresses_are_ip_addresses_or_names() {
        for (text, shown) in [
            ("10.0.0.1", Some("10.0.0.1")),
            ("FD00::01", Some("fd00::1")),
            ("[fd00::1]", Some("fd00::1")),
            ("Web.example.net.", Some("web.example.net")),
            ("10.0.0.256", None),
            ("10.1", None),
            ("010.0.0.1", None),
            ("[10.0.0.1]", None),
            ("fe80::1%eth0", None),
            ("*.example.net", None),
            ("a_b.example.net", None),
            (&format!("{}.example.net", "a".repeat(64)), None),
            ("web.example.net:80", None),
            ("10.0.0.1\n", None),
            ("", None),
        ] {
            let read = read(text).map(|address| address.to_string());
            assert_eq!(read.as_deref(), shown, "{text:?}");
        }
    }

    #[test]
    fn what_leads_inside_is_known_in_every_form() {
        for text in [
            "127.8.8.8",
            "::1",
            "::ffff:127.0.0.1",
            "169.254.169.254",
            "fe80::1",
            "0.0.0.0",
            "::",
            "224.0.0.1",
            "ff02::1",
            "fd00:ec2::254",
            "100.100.100.200",
        ] {
            assert!(internal(text.parse().expect("legal")).is_some(), "{text}");
        }
        for text in ["10.0.0.1", "192.0.2.1", "fd00::1", "100.64.0.1"] {
            assert!(internal(text.parse().expect("legal")).is_none(), "{text}");
        }
        for name in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "metadata.google.internal.",
        ] {
            assert!(internal_name(name).is_some(), "{name}");
        }
        for name in ["localhosts.example", "my-localhost", "metadata.example.com"] {
            assert!(internal_name(name).is_none(), "{name}");
        }
    }
}
