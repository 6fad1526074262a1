//! The ports that objects name which list ports.
//!
//! In: such objects, however much of them can be read. Out: every port that can. An entry that is refused today may have been there
//! yesterday, with clients, and may be back tomorrow: nobody else is to have its port.

use crate::ir::{Port, TcpAsked};
use crate::manifest::{ConfigMap, Ingress};
use crate::source::{Origin, Sourced};

/// Keys of a ConfigMap of TCP services.
pub(super) fn of_config_map(map: &ConfigMap) -> impl Iterator<Item = TcpAsked> {
    let by = format!("ConfigMap {}", map.meta.name);
    map.data.iter().filter_map(move |(key, value)| {
        let origin = map.keys.get(key).copied().unwrap_or(value.origin);
        asked(key, origin, &by)
    })
}

/// The port of an Ingress that asks for one.
pub(super) fn of_ingress(ingress: &Ingress) -> impl Iterator<Item = TcpAsked> {
    let by = format!("Ingress {}", ingress.meta.name);
    let annotations = ingress.meta.annotations.iter();
    let names_port = |key: &str| key.rsplit('/').next() == Some("tcp-service-port");
    let annotations = annotations.filter(move |annotation| names_port(&annotation.key));
    annotations.filter_map(move |one| asked(&one.value.value, one.value.origin, &by))
}

/// What may be meant by words that are to be a port: blanks, a sign and zeros before it are mistakes, and the port is known.
pub(super) fn asked(text: &str, origin: Origin, by: &str) -> Option<TcpAsked> {
    let port = Port::new(text.trim().parse().ok()?)?;
    Some(TcpAsked {
        port: Sourced::new(port, origin),
        by: by.to_owned(),
    })
}
