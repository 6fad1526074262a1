//! The servers of one Service port, out of the inventory.
//!
//! In: the Service port. Out: servers, and findings about what their entries ask for together.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::{Entry, Listing, meant};
use crate::finding::{Code, Finding, Severity};
use crate::ir::{Address, Check, Endpoint, HealthCheck, Resolver};
use crate::lower::endpoints::about::{asking, nobody};
use crate::lower::endpoints::address::leads_inside;
use crate::lower::endpoints::cluster_names::within;
use crate::lower::endpoints::unresolved::place_of_order;
use crate::lower::endpoints::{Answer, Ask, Found, Located, affinity};
use crate::source::Origin;

/// A list without a usable entry is an answer too: the Service has no servers.
pub(in crate::lower::endpoints) fn answer(
    ask: &Ask<'_, '_>,
    findings: &mut Vec<Finding>,
) -> Answer {
    let name = &ask.service.meta.name;
    let Some(inventory) = &ask.directory.settings.inventory else {
        return Answer::Lacking("there is none (`endpoints.inventory` names the file)".to_owned());
    };
    if inventory.unreadable {
        return Answer::Found(Found::default());
    }
    let listing = inventory
        .services
        .get(name)
        .into_iter()
        .flatten()
        .find(|listing| meant(ask.service, &listing.port) == Some(ask.number.get()));
    let Some(listing) = listing else {
        return Answer::Lacking(format!("it does not list `{name}:{}`", ask.number));
    };
    let mut about = About {
        object: format!("Service {name}"),
        key: listing.key(name),
        findings,
    };
    let entries = about.unique(ask, listing);
    for (endpoint, entry) in &entries {
        about.check_address(&endpoint.address, entry.origin);
        about.check_name(ask, &endpoint.address, entry.origin);
    }
    about.nobody(ask, listing, &entries);
    about.unchecked(&entries);
    about.weights(&entries);
    let health = about.health(&entries);
    let locate = |(endpoint, entry): (Endpoint, &Entry)| {
        let mut server = ask.server(endpoint, Resolver::Inventory, entry.origin);
        server.weight = entry.weight;
        server.backup = entry.backup;
        // Another port is asked in clear, whatever the Service speaks; the server's own is asked as it speaks.
        server.check = match entry.check.check {
            Check::At(port) if port == server.endpoint.port => Check::Here,
            check => check,
        };
        Located {
            server,
            zone: entry.zone.clone(),
        }
    };
    Answer::Found(Found {
        servers: entries.into_iter().map(locate).collect(),
        health,
        client_ip_affinity: affinity::honoured(ask.service),
    })
}

/// Findings about one list.
struct About<'f> {
    object: String,
    key: String,
    findings: &'f mut Vec<Finding>,
}

impl About<'_> {
    fn say(&mut self, finding: Finding) {
        let finding = finding.object(&self.object).field(&*self.key);
        self.findings.push(finding);
    }

    /// The entries with their ports, each address and port once.
    fn unique<'l>(
        &mut self,
        ask: &Ask<'_, '_>,
        listing: &'l Listing,
    ) -> Vec<(Endpoint, &'l Entry)> {
        let mut seen: HashMap<Endpoint, Origin> = HashMap::with_capacity(listing.entries.len());
        let mut entries = Vec::with_capacity(listing.entries.len());
        for entry in &listing.entries {
            let endpoint = Endpoint {
                address: entry.address.clone(),
                port: entry.port.unwrap_or(ask.number),
            };
            match seen.entry(endpoint.clone()) {
                Slot::Vacant(slot) => {
                    slot.insert(entry.origin);
                    entries.push((endpoint, entry));
                }
                Slot::Occupied(first) => self.say(
                    Finding::new(
                        Code::DUPLICATE_SERVER,
                        format!(
                            "`{}`, port {}, stands twice among the servers of `{}`; the first entry counts",
                            endpoint.address, endpoint.port, self.key
                        ),
                    )
                    .at(entry.origin)
                    .label(*first.get(), "the first one")
                    .help("remove one of the two, or correct its address or port"),
                ),
            }
        }
        entries
    }

    fn check_address(&mut self, address: &Address, origin: Origin) {
        let Some(what) = leads_inside(address) else {
            return;
        };
        self.say(
            Finding::new(
                Code::INTERNAL_TARGET,
                format!(
                    "a server of `{}` in the inventory is `{address}`, {what}",
                    self.key
                ),
            )
            // Whoever writes the inventory knows HAProxy's host, and what may listen there.
            .severity(Severity::Warning)
            .at(origin)
            .help("list the address by which other hosts reach the server"),
        );
    }

    /// Names that only the cluster's DNS knows, and what they mean there.
    fn check_name(&mut self, ask: &Ask<'_, '_>, address: &Address, origin: Origin) {
        let Address::Name(name) = address else {
            return;
        };
        let (name, key) = (name.as_str(), &self.key);
        let (message, help) = if let Some(service) = ask.silent_cluster_ip(name) {
            (
                format!(
                    "`{name}`, a server of `{key}` in the inventory, means the clusterIP of Service {service}"
                ),
                format!(
                    "list addresses that this host can reach, or add `clusterIP` to {} if it has a route to the addresses of Services",
                    place_of_order(ask)
                ),
            )
        } else if ask.directory.settings.dns.is_none()
            && within(name, ask.cluster_domain()).is_some()
        {
            (
                format!(
                    "`{name}`, a server of `{key}` in the inventory, is a name that only the cluster's DNS knows, so nobody here can resolve it"
                ),
                "set `endpoints.dns` if this host reaches the cluster's DNS, or list an address"
                    .to_owned(),
            )
        } else {
            return;
        };
        self.say(
            Finding::new(Code::INVENTORY_CLUSTER_NAME, message)
                .at(origin)
                .help(help),
        );
    }

    /// An entry that could not be used has said so itself.
    fn nobody(&mut self, ask: &Ask<'_, '_>, listing: &Listing, entries: &[(Endpoint, &Entry)]) {
        let idle = |entry: &Entry| entry.weight.is_some_and(|weight| weight.get() == 0);
        let (what, help) = if !entries.is_empty() {
            if !entries.iter().all(|(_, entry)| idle(entry)) {
                return;
            }
            (
                "gives every server the weight 0",
                "give one of them a weight, or remove",
            )
        } else if listing.refused {
            return;
        } else {
            (
                "has no server",
                "list one, remove the key so that the next resolver is asked, or remove",
            )
        };
        self.say(
            Finding::new(
                Code::NO_ENDPOINTS,
                format!(
                    "`{}` in the inventory {what}, so {}",
                    self.key,
                    nobody(ask.directory.settings.cluster.as_ref(), ask.purpose)
                ),
            )
            .at(listing.origin)
            .help(format!("{help} {}", asking(ask.purpose))),
        );
    }

    /// One finding a list.
    fn unchecked(&mut self, entries: &[(Endpoint, &Entry)]) {
        let off: Vec<Origin> = entries
            .iter()
            .filter(|(_, entry)| entry.check.check == Check::Off)
            .map(|(_, entry)| entry.check.origin)
            .collect();
        if off.is_empty() {
            return;
        }
        let message = if off.len() == entries.len() {
            format!("no server of `{}` is checked", self.key)
        } else {
            let verb = if off.len() == 1 { "is" } else { "are" };
            format!(
                "{} of {} servers of `{}` {verb} not checked",
                off.len(),
                entries.len(),
                self.key
            )
        };
        let finding = Finding::new(
            Code::HEALTH_CHECK_MISSING,
            format!("{message}, so requests go there even when nobody answers"),
        )
        .help("remove `check: false`");
        self.say(off.into_iter().take(3).fold(finding, Finding::at));
    }

    /// Servers that share requests, and of which some have no weight.
    fn weights(&mut self, entries: &[(Endpoint, &Entry)]) {
        for backup in [false, true] {
            let group = || {
                let entries = entries.iter().map(|(_, entry)| entry);
                entries.filter(|entry| entry.backup == backup)
            };
            let with = group().find_map(|entry| Some((entry, entry.weight?)));
            let without = group().find(|entry| entry.weight.is_none());
            // One of weight 1 loses nothing, and one of weight 0 shares nothing.
            let (Some((with, weight)), Some(without)) = (with, without) else {
                continue;
            };
            if group().all(|entry| entry.weight.is_none_or(|weight| weight.get() <= 1)) {
                continue;
            }
            self.say(
                Finding::new(
                    Code::MIXED_WEIGHTS,
                    format!(
                        "some servers of `{}` have a weight, and others none, which means 1",
                        self.key
                    ),
                )
                .label(without.origin, "has none")
                .label(with.origin, format!("has {weight}"))
                .help("give all of them a weight, or none"),
            );
        }
    }

    /// What the servers agree on. HAProxy knows one way a backend.
    fn health(&mut self, entries: &[(Endpoint, &Entry)]) -> HealthCheck {
        let mut checks = entries
            .iter()
            .map(|(_, entry)| &entry.check)
            .filter(|check| check.check != Check::Off);
        let Some(first) = checks.next() else {
            return HealthCheck::Connect;
        };
        let Some(other) = checks.find(|check| check.path != first.path) else {
            return first
                .path
                .clone()
                .map_or(HealthCheck::Connect, HealthCheck::Http);
        };
        let shown = |path: &Option<_>| match path {
            Some(path) => format!("GET `{path}`"),
            None => "a connection".to_owned(),
        };
        self.say(
            Finding::new(
                Code::MIXED_HEALTH_CHECKS,
                format!(
                    "the servers of `{}` want to be checked in different ways, and a backend has one; a connection is enough now",
                    self.key
                ),
            )
            .label(other.origin, shown(&other.path))
            .label(first.origin, shown(&first.path))
            .help("give all of them the same path in `check`, or none"),
        );
        HealthCheck::Connect
    }
}
