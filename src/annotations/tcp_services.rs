//! The ConfigMap of TCP services, which nothing names and which is not compiled.
//!
//! In: all ConfigMaps. Out: a finding for each that has the shape of one.

use super::context::Settings;
use crate::finding::{Code, Finding};
use crate::manifest::{ConfigMap, Manifests, is_label};
use crate::source::Sourced;

/// Says of each that nothing listens on its ports. The controller is told by a flag which one it is, and flags are no manifests, so that
/// the shape decides. ConfigMaps that the configuration names are something else.
pub(super) fn tell(manifests: &Manifests, settings: &Settings) -> Vec<Finding> {
    let named = [
        &settings.config_map,
        &settings.error_files,
        &settings.pattern_files,
    ];
    let others = manifests.config_maps.values().filter(|map| {
        let mut named = named.into_iter().flatten();
        !named.any(|name| *name == map.meta.name)
    });
    others.filter_map(of_map).collect()
}

fn of_map(map: &ConfigMap) -> Option<Finding> {
    let is_service =
        |(port, value): (&String, &Sourced<String>)| is_port(port) && is_target(&value.value);
    let (port, first) = map.data.first_key_value()?;
    if !map.data.iter().all(is_service) {
        return None;
    }
    let more = match map.data.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let name = &map.meta.name;
    let message = format!(
        "ConfigMap {name} lists TCP services, which are not compiled: nothing listens on port {port}{more}"
    );
    let finding = Finding::new(Code::UNSUPPORTED_DIALECT_KEY, message)
        .at(first.origin)
        .object(format_args!("ConfigMap {name}"))
        .field(format!("data[{port}]"))
        .help("write the frontends in a file of your own, and name it in `include.sections`");
    Some(finding)
}

/// A port as a key: digits without a sign.
fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse().is_ok_and(|port: u16| port != 0)
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
    is_named && !port.is_empty() && plain(port) && words.all(plain)
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
            ("", false),
            ("a", false),
        ] {
            assert_eq!(is_port(port), legal, "{port}");
        }
    }
}
