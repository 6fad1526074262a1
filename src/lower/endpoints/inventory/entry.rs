//! One entry of the inventory: a server.
//!
//! In: the node. Out: an [`Entry`], or everything that is wrong with it.

use super::check::check;
use super::read::shape;
use super::{Entry, EntryCheck};
use crate::ir::{Address, Check, Port, Weight};
use crate::lower::endpoints::address;
use crate::lower::suggest::nearest;
use crate::source::{Node, Origin, Resolved};

const KEYS: [&str; 6] = ["address", "port", "weight", "backup", "zone", "check"];

/// Something that is wrong with an entry.
pub(super) struct Wrong {
    /// What follows the entry in the field: `.port`.
    pub(super) leaf: String,
    pub(super) origin: Origin,
    /// Follows "server 2 of `shop/web:http`".
    pub(super) what: String,
    pub(super) help: String,
}

impl Wrong {
    pub(super) fn new(
        leaf: &str,
        node: Node<'_, '_>,
        what: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            leaf: leaf.to_owned(),
            origin: node.origin(),
            what: what.into(),
            help: help.into(),
        }
    }
}

/// Reads a mapping, or the short form `address:port`.
pub(super) fn read(node: Node<'_, '_>) -> Result<Entry, Vec<Wrong>> {
    match node.text() {
        Some(text) if !node.is_null() => short(node, text).map_err(|wrong| vec![wrong]),
        _ if node.is_mapping() => long(node),
        _ => Err(vec![Wrong::new(
            "",
            node,
            format!("is {}", shape(node)),
            if node.is_sequence() {
                "put an IPv6 address in quotes: `\"[fd00::1]:8080\"`"
            } else {
                "write an address and a port, such as `10.0.0.1:8080`"
            },
        )]),
    }
}

fn short(node: Node<'_, '_>, text: &str) -> Result<Entry, Wrong> {
    if let Some((scheme, _)) = text.split_once("://") {
        return Err(Wrong::new(
            "",
            node,
            format!("is the URL `{text}`"),
            format!(
                "write the host and the port alone, without `{scheme}://` and a path; TLS is a matter of the Service's `appProtocol`"
            ),
        ));
    }
    let (host, port) = address::split(text);
    let port = match port {
        None => None,
        Some(digits) => Some(digits.parse::<Port>().map_err(|_| {
            Wrong::new(
                "",
                node,
                format!("has the port `{digits}`, which is no number from 1 to 65535"),
                "write the port after the colon, or leave both out for the number of the Service port",
            )
        })?),
    };
    let address = address::read(host).ok_or_else(|| no_address("", node, host))?;
    Ok(Entry {
        port,
        ..Entry::new(address, node.origin())
    })
}

impl Entry {
    /// A server like most.
    fn new(address: Address, origin: Origin) -> Self {
        Self {
            address,
            port: None,
            weight: None,
            backup: false,
            zone: None,
            check: EntryCheck {
                check: Check::Here,
                path: None,
                origin,
            },
            origin,
        }
    }
}

fn no_address(leaf: &str, node: Node<'_, '_>, text: &str) -> Wrong {
    Wrong::new(
        leaf,
        node,
        format!("has the address `{text}`, which is neither an IP address nor a DNS name"),
        "write it like `10.0.0.1`, `\"[fd00::1]\"` or `web.example.net`",
    )
}

fn long(node: Node<'_, '_>) -> Result<Entry, Vec<Wrong>> {
    if let Some(slip) = blank_after_colon(node) {
        return Err(vec![slip]);
    }
    let mut wrong = unknown_keys(node, "", &KEYS);
    // An unknown key may be what the address stands at.
    let address = if wrong.is_empty() || node.get("address").is_some() {
        read_address(node).map_err(|found| wrong.push(found)).ok()
    } else {
        None
    };
    let port = field(node, "port", &mut wrong, |value| port(value, "port"));
    let weight = field(node, "weight", &mut wrong, weight);
    let backup = field(node, "backup", &mut wrong, flag);
    let zone = field(node, "zone", &mut wrong, zone);
    let check = match node.get("check").map(check) {
        Some(Err(found)) => {
            wrong.extend(found);
            None
        }
        Some(Ok(check)) => Some(check),
        None => None,
    };
    let (Some((address, origin)), true) = (address, wrong.is_empty()) else {
        return Err(wrong);
    };
    let plain = Entry::new(address, origin);
    Ok(Entry {
        port,
        weight,
        backup: backup.unwrap_or(plain.backup),
        zone,
        check: check.unwrap_or(plain.check),
        ..plain
    })
}

/// `None` when the key is absent, or its value is wrong.
fn field<'a, 't, T>(
    node: Node<'a, 't>,
    key: &str,
    wrong: &mut Vec<Wrong>,
    read: impl FnOnce(Node<'a, 't>) -> Result<T, Wrong>,
) -> Option<T> {
    read(node.get(key)?).map_err(|found| wrong.push(found)).ok()
}

/// `10.0.0.1: 8080` is a mapping for YAML.
fn blank_after_colon(node: Node<'_, '_>) -> Option<Wrong> {
    let mut entries = node.entries();
    let (key, value) = entries.next()?;
    let (host, port) = (key.text()?, value.text()?);
    if entries.next().is_some() || KEYS.contains(&host) || integer(value).is_none() {
        return None;
    }
    address::read(host)?;
    let help = format!("remove the blank after the colon: `{host}:{port}`");
    Some(Wrong::new("", node, "is a mapping", help))
}

/// Keys that nobody reads; `within` stands before them in the field.
pub(super) fn unknown_keys(node: Node<'_, '_>, within: &str, known: &[&str]) -> Vec<Wrong> {
    let unknown = node
        .entries()
        .map(|(key, _)| (key, key.text().unwrap_or_default()))
        .filter(|(_, text)| !known.contains(text));
    unknown
        .map(|(key, text)| {
            let help = match nearest(text, known.iter().copied()) {
                Some(meant) => format!("write `{meant}`"),
                None => format!("the keys here are {}", known.join(", ")),
            };
            let leaf = format!(".{within}{text}");
            Wrong::new(
                &leaf,
                key,
                format!("has the unknown key `{within}{text}`"),
                help,
            )
        })
        .collect()
}

fn read_address(node: Node<'_, '_>) -> Result<(Address, Origin), Wrong> {
    let help = "add one, such as `address: 10.0.0.1`";
    let Some((key, value)) = node.entry("address") else {
        return Err(Wrong::new("", node, "has no address", help));
    };
    if value.is_null() {
        return Err(Wrong::new(".address", key, "has no address", help));
    }
    let Some(text) = value.text() else {
        let what = format!("has {} as its address", shape(value));
        return Err(Wrong::new(".address", value, what, "put it in quotes"));
    };
    if let Some(address) = address::read(text) {
        return Ok((address, value.origin()));
    }
    match address::split(text) {
        (host, Some(port)) if address::read(host).is_some() => Err(Wrong::new(
            ".address",
            value,
            format!("has the address `{text}`, which ends in a port"),
            format!("write `address: {host}` and `port: {port}`"),
        )),
        _ => Err(no_address(".address", value, text)),
    }
}

/// `leaf` is the key, with those above it.
pub(super) fn port(value: Node<'_, '_>, leaf: &str) -> Result<Port, Wrong> {
    integer(value)
        .and_then(|number| u16::try_from(number).ok())
        .and_then(Port::new)
        .ok_or_else(|| not(value, leaf, "no number from 1 to 65535"))
}

fn weight(value: Node<'_, '_>) -> Result<Weight, Wrong> {
    integer(value)
        .and_then(|number| u16::try_from(number).ok())
        .and_then(Weight::new)
        .ok_or_else(|| not(value, "weight", "no number from 0 to 256"))
}

fn flag(value: Node<'_, '_>) -> Result<bool, Wrong> {
    match value.resolved() {
        Some(Resolved::Bool(flag)) => Ok(flag),
        _ => Err(not(value, "backup", "neither `true` nor `false`")),
    }
}

fn zone(value: Node<'_, '_>) -> Result<Box<str>, Wrong> {
    match value.text() {
        Some(text) if !value.is_null() && !text.is_empty() => Ok(text.into()),
        _ => Err(Wrong::new(
            ".zone",
            value,
            format!("has {} as its zone", shape(value)),
            "write a name, such as `zone: fra1-a`, or leave it out",
        )),
    }
}

fn integer(value: Node<'_, '_>) -> Option<i64> {
    match value.resolved() {
        Some(Resolved::Integer(number)) => Some(number),
        _ => None,
    }
}

/// A value that is something else than it has to be.
pub(super) fn not(value: Node<'_, '_>, leaf: &str, wanted: &str) -> Wrong {
    let what = match value.text() {
        Some(text) if !value.is_null() => format!("has `{leaf}: {text}`, which is {wanted}"),
        _ => format!("has {} as its `{leaf}`, which is {wanted}", shape(value)),
    };
    let quoted = value.text().is_some() && !value.is_plain();
    let help = if quoted {
        "write it without quotes"
    } else {
        "correct it, or leave it out for the default"
    };
    Wrong::new(&format!(".{leaf}"), value, what, help)
}
