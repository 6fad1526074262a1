//! What connections and requests can reach, and what goes because nobody comes there.
//!
//! HAProxy checks the servers of every backend, so one without a way to it costs its servers questions, and nobody is answered.

use std::collections::{BTreeSet, HashSet};

use crate::ir::{Backend, BackendName, PolicyName, Routing, Target, TcpListener};

/// Drops the backends that only listeners without a place lead to, with the policies and DNS servers that only they use. Asked when
/// the ports are allocated.
pub(crate) fn drop_unbound(routing: &mut Routing) {
    let reached = backends(routing, TcpListener::is_bound);
    let names = routing.backends.keys();
    let lost: Vec<BackendName> = names
        .filter(|name| !reached.contains(name))
        .cloned()
        .collect();
    if lost.is_empty() {
        return;
    }
    for name in &lost {
        routing.backends.remove(name);
    }
    let used = policies(routing, routing.backends.values());
    let used: HashSet<PolicyName> = used.into_iter().cloned().collect();
    routing.policies.retain(|name, _| used.contains(name));
    let servers = routing.backends.values().flat_map(|it| &it.servers);
    let asked: BTreeSet<_> = servers
        .filter_map(|server| server.resolvers.as_ref())
        .collect();
    routing.resolvers.retain(|name, _| asked.contains(name));
}

/// The backends that some rule, the default, or a listener that `counts`, leads to.
pub(super) fn backends(
    routing: &Routing,
    counts: impl Fn(&TcpListener) -> bool,
) -> HashSet<&BackendName> {
    let listeners = routing.tcp.iter().filter(|listener| counts(listener));
    routes(routing)
        .chain(listeners.flat_map(TcpListener::targets))
        .filter_map(|target| match target {
            Target::Backend(name) => Some(name),
            _ => None,
        })
        .collect()
}

/// The policies of these backends, and of hosts that are answered nowhere else.
pub(super) fn policies<'r>(
    routing: &'r Routing,
    backends: impl IntoIterator<Item = &'r Backend>,
) -> HashSet<&'r PolicyName> {
    let misdirected = routes(routing).filter_map(|target| match target {
        Target::Misdirected(policy) => policy.as_ref(),
        _ => None,
    });
    let backends = backends.into_iter();
    let own = backends.filter_map(|backend| backend.policy.as_ref());
    own.chain(misdirected).collect()
}

/// What some rule about requests, TLS that goes through, or the default leads to.
fn routes(routing: &Routing) -> impl Iterator<Item = &Target> {
    let rules = routing.hosts.iter().flat_map(|host| &host.rules);
    let claims = rules.chain(&routing.any_host).flat_map(|rule| {
        let alternatives = rule.alternatives.iter();
        let alternatives = alternatives.map(|alternative| &alternative.claim);
        alternatives.chain([&rule.claim])
    });
    claims
        .chain(routing.passthrough.values())
        .chain(&routing.default)
        .map(|claim| &claim.target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::example;
    use crate::ir::{
        BindAddress, Policy, PolicySection, Port, Resolvers, ResolversName, ServerProtocol, Wanted,
    };

    /// The routes of an example, and a listener with a backend, a policy and DNS servers of its own.
    fn routing() -> Routing {
        let mut routing = example::shop();
        let mut backend =
            example::backend("orders", ServerProtocol::Http1, &["orders.example.com"]);
        let (policy, dns) = (
            PolicyName::of(&Policy::default()),
            ResolversName::names(None),
        );
        backend.policy = Some(policy.clone());
        backend.servers[0].resolvers = Some(dns.clone());
        routing.policies.insert(policy, PolicySection::default());
        routing.resolvers.insert(dns, Resolvers::default());
        let target = Target::Backend(backend.name.clone());
        routing.tcp = vec![TcpListener::new(
            "Service shop/orders",
            Wanted::Pool,
            target,
            example::origin(1),
        )];
        routing.backends.insert(backend.name.clone(), backend);
        routing
    }

    #[test]
    fn what_only_a_port_without_a_place_needs_is_dropped() {
        let mut routing = routing();
        let routes = example::shop().backends.len();
        drop_unbound(&mut routing);
        assert_eq!(routing.backends.len(), routes);
        assert!(routing.policies.is_empty());
        assert_eq!(routing.resolvers.len(), example::shop().resolvers.len());
    }

    #[test]
    fn what_a_bound_port_needs_stays() {
        let mut routing = routing();
        let port = Port::new(26_000).expect("not 0");
        routing.tcp[0].binds = vec![BindAddress::Any(port)];
        let before = routing.backends.len();
        drop_unbound(&mut routing);
        assert_eq!(routing.backends.len(), before);
        let resolvers = example::shop().resolvers.len() + 1;
        assert_eq!(
            (routing.policies.len(), routing.resolvers.len()),
            (1, resolvers)
        );
    }
}
