//! The sections in which HAProxy finds DNS servers.

use std::collections::BTreeSet;
use std::fmt;

use crate::emit::EmitError;
use crate::ir::{Address, Nameserver, ResolversName, Routing};

/// A `resolvers` section.
pub(super) struct ResolversSection<'a> {
    pub(super) name: &'a ResolversName,
    pub(super) nameservers: Vec<NameserverAddress>,
}

impl ResolversSection<'_> {
    pub(super) fn of_cluster(&self) -> bool {
        self.name.is_dns()
    }
}

/// The sections that some server asks, by name. HAProxy would refuse a server whose section is missing.
pub(super) fn resolvers(routing: &Routing) -> Result<Vec<ResolversSection<'_>>, EmitError> {
    let mut asked = BTreeSet::new();
    for server in routing
        .backends
        .values()
        .flat_map(|backend| &backend.servers)
    {
        match (&server.endpoint.address, &server.resolvers) {
            (_, Some(name)) => _ = asked.insert(name),
            (Address::Ip(_), None) => {}
            // HAProxy would ask once, when it starts, and not start without an answer.
            (name, None) => return Err(EmitError::MissingResolvers(name.to_string())),
        }
    }
    let section = |name| match routing.resolvers.get(name) {
        Some(resolvers) => Ok(ResolversSection {
            name,
            nameservers: resolvers
                .nameservers
                .iter()
                .copied()
                .map(NameserverAddress)
                .collect(),
        }),
        None => Err(EmitError::MissingResolvers(name.to_string())),
    };
    asked.into_iter().map(section).collect()
}

/// The address of a `nameserver` line.
pub(super) struct NameserverAddress(Nameserver);

impl fmt::Display for NameserverAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An empty piece would be written as an empty word in quotes.
        if self.0.tcp {
            f.write_str("tcp@")?;
        }
        write!(f, "{}", self.0.address)
    }
}
