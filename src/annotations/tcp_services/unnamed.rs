//! ConfigMaps of TCP services that nothing names.
//!
//! In: all ConfigMaps. Out: a finding for each that has the shape of one.

use super::LOG_FORMAT;
use super::format::{MapFormat, Reading};
use super::udp;
use crate::annotations::context::Settings;
use crate::finding::{Code, Finding};
use crate::manifest::{ConfigMap, Manifests, ObjectName, is_label};
use crate::source::Sourced;

/// Says of each that nothing listens on its ports. The controller is told by a flag which one it is, and flags are no manifests, so that
/// the shape decides. `tcp`: those that the configuration names as such; those that it names as something else are none.
pub(crate) fn tell(
    manifests: &Manifests,
    settings: &Settings,
    tcp: &[Sourced<ObjectName>],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for map in shaped(manifests, settings) {
        let name = &map.meta.name;
        if tcp.iter().any(|other| other.value == *name) {
            continue;
        }
        if udp::is_udp(&name.name) {
            findings.extend(udp::refused(map));
        } else {
            findings.extend(unnamed(map, tcp));
        }
    }
    findings
}

/// Those that list TCP services by their shape, each with the controller that it is written for, where its values tell.
pub(crate) fn candidates<'m>(
    manifests: &'m Manifests,
    settings: &'m Settings,
) -> impl Iterator<Item = (&'m ConfigMap, Option<MapFormat>)> {
    shaped(manifests, settings)
        .filter(|map| !udp::is_udp(&map.meta.name.name))
        .map(|map| match Reading::of(map) {
            Reading::As(format) => (map, Some(format)),
            Reading::Alike | Reading::Torn => (map, None),
        })
}

/// ConfigMaps of that shape, but for those that the configuration names as something else.
fn shaped<'m>(
    manifests: &'m Manifests,
    settings: &'m Settings,
) -> impl Iterator<Item = &'m ConfigMap> {
    let named = [
        &settings.config_map,
        &settings.error_files,
        &settings.pattern_files,
    ];
    manifests.config_maps.values().filter(move |map| {
        let name = &map.meta.name;
        !named.into_iter().flatten().any(|other| other == name) && has_shape(map)
    })
}

/// Whether all of it are ports and Services.
fn has_shape(map: &ConfigMap) -> bool {
    let mut data = map.data.iter().filter(|(key, _)| *key != LOG_FORMAT);
    data.clone().next().is_some()
        && data.all(|(port, value)| is_port(port) && is_target(&value.value))
}

fn unnamed(map: &ConfigMap, tcp: &[Sourced<ObjectName>]) -> Option<Finding> {
    let mut ports: Vec<_> = map
        .data
        .iter()
        .filter_map(|(key, value)| Some((super::port(key)?, key, value)))
        .collect();
    ports.sort_by_key(|(port, ..)| *port);
    let (_, port, first) = ports.first()?;
    let more = match ports.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let name = &map.meta.name;
    let message = format!(
        "ConfigMap {name} lists TCP services, and nothing names it: nothing listens on port {port}{more}"
    );
    let help = if tcp.is_empty() {
        format!("write `tcp: {{configMap: {name}}}` in ingressc.yaml")
    } else {
        format!("add `{name}` to `tcp.configMap`, which is a list then")
    };
    let finding = Finding::new(Code::UNNAMED_CONFIG_MAP, message)
        .at(map.keys.get(*port).copied().unwrap_or(first.origin))
        .object(format_args!("ConfigMap {name}"))
        .field(format!("data[{port}]"))
        .help(help);
    Some(finding)
}

/// A port as a key.
fn is_port(text: &str) -> bool {
    super::port(text).is_some()
}

/// `namespace/service:port`, with words such as `ssl` or `PROXY` behind further colons.
fn is_target(text: &str) -> bool {
    let parts = text.trim().split_once('/');
    let Some((namespace, (service, rest))) =
        parts.and_then(|(namespace, rest)| Some((namespace, rest.split_once(':')?)))
    else {
        return false;
    };
    let mut words = rest.split(':');
    let is_named = is_label(namespace) && is_label(service);
    let port = words.next().unwrap_or_default();
    let plain = |word: &str| word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    // HAProxy Ingress has Secrets among them.
    let word = |word: &str| plain(&word.replace(['/', '.'], ""));
    is_named && !port.is_empty() && plain(port) && words.all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_services_is_known_by_its_shape() {
        for target in [
            "db/mysql:3306",
            "db/mysql:mysql",
            "db/mysql:3306:ssl",
            "db/mysql:3306::PROXY",
            "db/mysql:3306:::db/tls:-:db/ca",
            " db/mysql:3306\n",
        ] {
            assert!(is_target(target), "{target}");
        }
        for other in [
            "",
            "mysql:3306",
            "db/mysql",
            "db/mysql:",
            "http://db/mysql:80",
            "/etc/x:1",
            "a/b/c:1",
            "HTTP/1.1 503 Down: sorry",
        ] {
            assert!(!is_target(other), "{other}");
        }
        for (port, legal) in [
            ("3306", true),
            ("0", false),
            ("65536", false),
            ("+1", false),
            ("0080", false),
            ("", false),
            ("a", false),
        ] {
            assert_eq!(is_port(port), legal, "{port}");
        }
    }
}
