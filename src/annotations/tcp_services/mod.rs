//! ConfigMaps that list TCP services: a port of the host, and the Service port that its connections go to.
//!
//! In: the data of a ConfigMap, as three controllers write it. Out: an entry for each port that can be opened, without looking at the
//! Service. What cannot be read is a finding and no entry: such words ask for TLS, for PROXY headers or for certificates of clients.
//!
//! Sources: `--configmap-tcp-services` of HAProxy Technologies' controller, `--tcp-services-configmap` of HAProxy Ingress
//! (<https://haproxy-ingress.github.io/docs/configuration/command-line/#tcp-services-configmap>) and of ingress-nginx
//! (<https://kubernetes.github.io/ingress-nginx/user-guide/exposing-tcp-udp-services/>).

mod entry;
mod format;
mod servers;
#[cfg(test)]
mod tests;
mod udp;
mod unnamed;
mod words;

use self::entry::Place;
pub(crate) use self::entry::{Entry, Tls};
pub use self::format::MapFormat;
use self::format::Reading;
pub(crate) use self::servers::Servers;
pub(crate) use self::unnamed::{candidates as tcp_candidates, tell as unnamed_tcp_services};
use super::context::Settings;
use super::given::{self, short};
use super::policies::{Choice, choose, draft};
use super::registry::find;
use super::spec::Dialect;
use crate::finding::{Code, Finding};
use crate::ir::{LogFormat, Port, Setting};
use crate::manifest::{ConfigMap, is_data_key};
use crate::source::Sourced;

/// The key beside the ports.
const LOG_FORMAT: &str = "log-format-tcp";

/// What a ConfigMap says.
#[derive(Debug, Default)]
pub(crate) struct TcpServices<'m> {
    /// What is to be opened, by port.
    pub(crate) entries: Vec<Entry<'m>>,
    /// What is logged of the connections of all of them.
    pub(crate) log_format: Option<Sourced<LogFormat>>,
    /// The same as it was written.
    pub(crate) settings: Vec<Setting>,
}

/// Reads a ConfigMap. `format`: whose it is, where the configuration says so.
pub(crate) fn tcp_services<'m>(
    map: &'m ConfigMap,
    format: Option<MapFormat>,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> TcpServices<'m> {
    let reading = format.map_or_else(|| Reading::of(map), Reading::As);
    let mut read = TcpServices::default();
    let mut others = Vec::new();
    for (key, value) in &map.data {
        let place = Place {
            map: &map.meta.name,
            key,
        };
        let origin = map.keys.get(key).copied().unwrap_or(value.origin);
        match port(key) {
            Some(port) => {
                let port = Sourced::new(port, origin);
                read.entries
                    .extend(entry::read(place, port, value, reading, findings));
            }
            None if reading.may_be(MapFormat::HaproxyTech)
                && find(Dialect::HaproxyTech, key).is_some() =>
            {
                others.push(key.as_str());
            }
            // What the API server refuses has its finding.
            None if !is_data_key(key) => {}
            None => findings.push(no_port(place).at(origin)),
        }
    }
    read.entries.sort_by_key(|entry| entry.port.value);
    let given = given::tcp_config_map(map, &others, settings, findings);
    let chosen = choose(&given, |_| true);
    read.log_format = draft(&chosen).logging.tcp_format;
    let set = chosen.iter().filter(|choice| choice.is_set());
    read.settings = set.map(Choice::setting).collect();
    read
}

/// A port as a key: decimal digits, neither a sign nor zeros before them.
fn port(text: &str) -> Option<Port> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| plain)
}

/// That a key is no port, with what was probably meant.
fn no_port(place: Place<'_>) -> Finding {
    let key = place.key;
    let number = key.trim().trim_start_matches(['+', '0']);
    let is_slip = key.len() <= 2 * LOG_FORMAT.len() && strsim::osa_distance(key, LOG_FORMAT) <= 2;
    let help = match port(number) {
        Some(port) => format!("write `\"{port}\"`"),
        None if key == LOG_FORMAT => {
            "remove it: only the haproxytech controller reads it".to_owned()
        }
        None if is_slip => format!("write `{LOG_FORMAT}`"),
        None => "write a port from 1 to 65535, or remove the entry".to_owned(),
    };
    let message = format!(
        "the key `{}` of ConfigMap {} is no port",
        short(key),
        place.map
    );
    place.finding(Code::INVALID_TCP_SERVICE, message).help(help)
}
