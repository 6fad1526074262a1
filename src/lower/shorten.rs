//! Short names of backends: a policy stands in them only where a Service port has several.
//!
//! The whole names decide who is who as long as clusters are united. An administrator who reads logs and statistics should meet the
//! Service port, and no digest that changes with each setting.

use std::collections::{BTreeMap, HashMap};

use crate::ir::{BackendName, Routing, Target, TcpListener};

/// Shortens them, wherever they stand.
pub(crate) fn shorten(routing: &mut Routing) {
    let mut count: HashMap<BackendName, usize> = HashMap::new();
    for backend in routing.backends.values() {
        *count
            .entry(short(&backend.name, backend.policy.is_some()))
            .or_default() += 1;
    }
    let mut renamed: HashMap<BackendName, BackendName> = HashMap::new();
    for backend in routing.backends.values() {
        let name = short(&backend.name, backend.policy.is_some());
        if name != backend.name && count.get(&name) == Some(&1) {
            renamed.insert(backend.name.clone(), name);
        }
    }
    if renamed.is_empty() {
        return;
    }
    let backends = std::mem::take(&mut routing.backends);
    routing.backends = backends
        .into_values()
        .map(|mut backend| {
            if let Some(name) = renamed.get(&backend.name) {
                backend.name = name.clone();
            }
            (backend.name.clone(), backend)
        })
        .collect::<BTreeMap<_, _>>();
    let rules = routing.hosts.iter_mut().flat_map(|host| &mut host.rules);
    let rules = rules.chain(&mut routing.any_host);
    let claims = rules.flat_map(|rule| {
        let losers = rule.losers.iter_mut().map(|(claim, _)| claim);
        let alternatives = rule.alternatives.iter_mut();
        let alternatives = alternatives.map(|alternative| &mut alternative.claim);
        std::iter::once(&mut rule.claim)
            .chain(alternatives)
            .chain(losers)
    });
    let others = routing.passthrough.values_mut();
    let claims = claims.chain(others).chain(&mut routing.default);
    let targets = claims.map(|claim| &mut claim.target);
    let listeners = routing.tcp.iter_mut();
    for target in targets.chain(listeners.flat_map(TcpListener::targets_mut)) {
        if let Target::Backend(name) = target
            && let Some(short) = renamed.get(name)
        {
            *name = short.clone();
        }
    }
}

fn short(name: &BackendName, has_policy: bool) -> BackendName {
    if has_policy {
        name.without_policy()
    } else {
        name.clone()
    }
}
