//! The resolver `inventory`: a file that lists servers by Service port.
//!
//! ```yaml
//! shop/web:http:                  # namespace/service:port, the port by number or name
//!   - {address: 10.0.0.1, port: 8080, weight: 50, backup: true, zone: fra1-a, check: /healthz}
//!   - web.example.net:8080        # short form; without a port it is the Service port's number
//! ```
//!
//! In: the file's text. Out: an [`Inventory`] and findings; later, the servers of a Service port, and what is left over.

mod answer;
mod check;
mod entry;
mod left_over;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(super) use self::answer::answer;
pub(super) use self::left_over::left_over;
use crate::ir::{Address, Check, CheckPath, Port, Weight};
use crate::manifest::{ObjectName, Protocol, Service, ServiceType};
use crate::source::Origin;

/// The servers of some Service ports.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// The file is no YAML, or no mapping, which has its finding. Nobody knows what it lists, so no other resolver may answer for it.
    unreadable: bool,
    services: BTreeMap<ObjectName, Vec<Listing>>,
}

/// The servers of one Service port, as the file lists them.
#[derive(Debug, Clone)]
struct Listing {
    /// The port, by number or name.
    port: String,
    /// The key.
    origin: Origin,
    /// The entries that can be used.
    entries: Vec<Entry>,
    /// Some entry could not be used, which has its finding.
    refused: bool,
}

/// A server.
#[derive(Debug, Clone)]
struct Entry {
    address: Address,
    /// The Service port's number when absent.
    port: Option<Port>,
    weight: Option<Weight>,
    backup: bool,
    zone: Option<Box<str>>,
    check: EntryCheck,
    /// The address.
    origin: Origin,
}

/// How a server wants to be checked.
#[derive(Debug, Clone)]
struct EntryCheck {
    check: Check,
    /// The path to ask for; connecting is enough when absent.
    path: Option<CheckPath>,
    /// What says so; the address when nothing does.
    origin: Origin,
}

impl Listing {
    /// `shop/web:http`.
    fn key(&self, service: &ObjectName) -> String {
        format!("{service}:{}", self.port)
    }
}

/// The number of the TCP port that `written` means: a port of this number, or else of this name. An ExternalName Service has
/// every number, whether declared or not.
fn meant(service: &Service, written: &str) -> Option<u16> {
    let number = written.parse().ok().filter(|&number| number != 0);
    let tcp = || {
        service
            .ports
            .iter()
            .filter(|port| port.protocol == Protocol::Tcp)
    };
    tcp()
        .find(|port| Some(port.port.value) == number)
        .or_else(|| tcp().find(|port| port.name == written && !written.is_empty()))
        .map(|port| port.port.value)
        .or_else(|| number.filter(|_| service.kind == ServiceType::ExternalName))
}
