//! Whose ConfigMap it is: the three controllers read the words behind the port differently.

use super::{LOG_FORMAT, port};
use crate::manifest::{ConfigMap, is_label};

/// The controller that a ConfigMap of TCP services is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapFormat {
    /// `namespace/service:port[:ssl]`.
    HaproxyTech,
    /// `namespace/service:port[:[PROXY][:[PROXY[-V1|-V2]][:[namespace/secret][:[interval|-][:namespace/secret]]]]]`.
    HaproxyIngress,
    /// `namespace/service:port[:[PROXY][:[PROXY]]]`.
    Nginx,
}

impl MapFormat {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::HaproxyTech, Self::HaproxyIngress, Self::Nginx];

    /// As it is written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::HaproxyTech => "haproxytech",
            Self::HaproxyIngress => "haproxy-ingress",
            Self::Nginx => "nginx",
        }
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == text)
    }
}

/// How the words of a ConfigMap are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As this controller does.
    As(MapFormat),
    /// Nothing in it is one controller's alone: what all of them read alike counts.
    Alike,
    /// Some values are one controller's, and some another's: what all of them read alike counts.
    Torn,
}

impl Reading {
    /// What the values say about whose they are.
    pub(super) fn of(map: &ConfigMap) -> Self {
        let ports = map.data.iter().filter(|(key, _)| port(key).is_some());
        let proofs = ports.filter_map(|(_, value)| proof(&value.value));
        let own_key = map.data.contains_key(LOG_FORMAT);
        let mut reading = Self::Alike;
        for format in proofs.chain(own_key.then_some(MapFormat::HaproxyTech)) {
            reading = match reading {
                Self::Alike => Self::As(format),
                Self::As(other) if other == format => reading,
                Self::As(_) | Self::Torn => Self::Torn,
            };
        }
        reading
    }

    /// Whether the ConfigMap may be one of this controller.
    pub(super) fn may_be(self, format: MapFormat) -> bool {
        match self {
            Self::As(own) => own == format,
            Self::Alike | Self::Torn => true,
        }
    }
}

/// The only controller that reads a value as it is written. Nothing is proof of ingress-nginx: all that it reads, HAProxy Ingress
/// reads, too.
fn proof(value: &str) -> Option<MapFormat> {
    let fields: Vec<&str> = value.trim().splitn(9, ':').collect();
    let (namespace, service) = fields.first()?.split_once('/')?;
    if !is_label(namespace) || !is_label(service) {
        return None;
    }
    let versions = ["proxy-v1", "proxy-v2"];
    let is_version = |word: &&str| {
        versions
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    };
    match fields.get(2..)? {
        ["ssl"] => Some(MapFormat::HaproxyTech),
        [_, version] if is_version(version) => Some(MapFormat::HaproxyIngress),
        [_, _, _] | [_, _, _, _] | [_, _, _, _, _] => Some(MapFormat::HaproxyIngress),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_values_are_one_controllers_alone() {
        use MapFormat::{HaproxyIngress, HaproxyTech};
        for (value, whose) in [
            ("db/pg:5432", None),
            ("db/pg:5432:ssl", Some(HaproxyTech)),
            ("db/pg:5432:SSL", None),
            ("db/pg:5432:PROXY", None),
            ("db/pg:5432::PROXY", None),
            ("db/pg:5432::proxy-v2", Some(HaproxyIngress)),
            ("db/pg:5432:PROXY:PROXY-V1", Some(HaproxyIngress)),
            ("db/pg:5432:::db/tls", Some(HaproxyIngress)),
            ("db/pg:5432:::db/tls:-:db/ca", Some(HaproxyIngress)),
            ("pg:5432:::db/tls", None),
            ("db/pg:1:2:3:4:5:6:7:8:9", None),
            ("", None),
        ] {
            assert_eq!(proof(value), whose, "{value}");
        }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for format in MapFormat::ALL {
            assert_eq!(MapFormat::parse(format.name()), Some(format));
        }
        assert_eq!(MapFormat::parse("Nginx"), None);
    }
}
