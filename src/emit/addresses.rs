//! Lists of addresses: short ones stand in the rules, long ones in files beside `haproxy.cfg`.

use std::collections::BTreeMap;
use std::fmt;

use askama::filters::Safe;

use super::BundleFile;
use crate::ir::policy::{AddressList, ClientSource};
use crate::ir::{AcceptProxy, Field, PolicySection, Routing, TcpCriterion, TcpListener};
use crate::source::Origin;

/// What follows `src` in a condition that asks whether an address is on `list`.
pub(super) fn among(list: &AddressList) -> Safe<Among<'_>> {
    Safe(Among(list))
}

/// See [`among`]. Made of addresses and of names of ours, which need no quotes.
pub(super) struct Among<'a>(&'a AddressList);

impl fmt::Display for Among<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = self.0.file() {
            return write!(f, "-f {file}");
        }
        let texts: Vec<String> = self.0.texts().collect();
        f.write_str(&texts.join(" "))
    }
}

/// The files of long lists.
pub(super) fn files(routing: &Routing) -> impl Iterator<Item = (String, BundleFile)> {
    let policies = routing.policies.values().map(|section| &section.policy);
    let of_policies = policies.flat_map(|policy| {
        let source = policy.access.client_source.as_ref();
        let trusted = source.and_then(|source| source.trusted.as_ref());
        let exempt = policy
            .rate_limit
            .as_ref()
            .and_then(|limit| limit.exempt.as_ref());
        [
            policy.access.deny.as_ref(),
            policy.access.allow.as_ref(),
            trusted,
            exempt,
        ]
    });
    let listeners = routing.tcp.iter().filter(|one| one.is_bound());
    of_policies
        .chain([routing.global.proxy_protocol.as_ref()])
        .flatten()
        .chain(listeners.flat_map(of_listener))
        .filter_map(|list| {
            let file = BundleFile::public(list.lines().into_bytes());
            Some((list.file()?, file))
        })
}

/// The lists that the frontend of a TCP service names.
fn of_listener(listener: &TcpListener) -> impl Iterator<Item = &AddressList> {
    let proxies = match &listener.client.proxy {
        AcceptProxy::From(proxies) => Some(proxies),
        AcceptProxy::Never | AcceptProxy::Always => None,
    };
    let tests = listener.rules.iter().flat_map(|rule| &rule.tests);
    let sources = tests.filter_map(|test| match &test.what {
        TcpCriterion::Source(list) => Some(list),
        TcpCriterion::Name(_) | TcpCriterion::Handshake => None,
    });
    proxies.into_iter().chain(sources)
}

/// The headers that the frontend must read before it deletes what clients claim, each once, and who asked first.
pub(super) fn client_sources<'r>(
    sections: impl Iterator<Item = &'r PolicySection>,
) -> BTreeMap<&'r ClientSource, Option<Origin>> {
    let mut sources = BTreeMap::new();
    for section in sections {
        if let Some(source) = &section.policy.access.client_source {
            let origin = section.origins.get(&Field::ClientSource).copied();
            sources.entry(source).or_insert(origin);
        }
    }
    sources
}
