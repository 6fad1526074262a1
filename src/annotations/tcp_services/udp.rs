//! ConfigMaps of UDP services: of the same shape, and known by their names, as controllers are told them by flags.

use super::port;
use crate::annotations::given::short;
use crate::finding::{Code, Finding};
use crate::manifest::ConfigMap;

/// Where syslog servers listen (RFC 5426, section 3.3).
const SYSLOG: u16 = 514;

/// Whether a ConfigMap of this name is meant: `udp-services`, `ingress-nginx-udp`.
pub(super) fn is_udp(name: &str) -> bool {
    let mut words = name.split(['-', '.']);
    words.any(|word| word == "udp")
}

/// A finding for each entry.
pub(super) fn refused(map: &ConfigMap) -> impl Iterator<Item = Finding> {
    let name = &map.meta.name;
    map.data.iter().map(move |(key, value)| {
        let target = short(value.value.trim());
        let message = format!(
            "port {key} of ConfigMap {name} is to hand UDP to {target}, which HAProxy cannot"
        );
        let is_syslog = port(key).is_some_and(|port| port.get() == SYSLOG);
        let help = if is_syslog {
            "take a section `log-forward` in a file of `include.sections` where it is syslog, or a Service of type LoadBalancer or NodePort"
        } else {
            "expose it by a Service of type LoadBalancer or NodePort, or by a proxy that speaks UDP, and leave this ConfigMap out by `exclude`"
        };
        Finding::new(Code::UDP_PORT, message)
            .at(value.origin)
            .object(format_args!("ConfigMap {name}"))
            .field(format!("data[{key}]"))
            .help(help)
    })
}

#[cfg(test)]
mod tests {
    use super::is_udp;

    #[test]
    fn names_that_say_udp() {
        for name in ["udp-services", "ingress-nginx-udp", "udp", "edge.udp"] {
            assert!(is_udp(name), "{name}");
        }
        for name in ["tcp-services", "cloudputt", "studpoker-tcp"] {
            assert!(!is_udp(name), "{name}");
        }
    }
}
