//! A set of host patterns that is asked who covers whom, without a walk over it.

use std::collections::HashSet;

use super::select::named;
use crate::ir::HostPattern;
use crate::manifest::Ingress;

/// Host patterns, asked for cover in both directions without a walk.
#[derive(Debug, Default)]
pub(in crate::lower) struct Hosts {
    patterns: HashSet<HostPattern>,
    /// Parents of the exact names: what a star would have to stand before.
    parents: HashSet<String>,
}

impl Hosts {
    pub(in crate::lower) fn insert(&mut self, host: HostPattern) {
        if let (false, Some((_, parent))) = (host.is_wildcard(), host.name().split_once('.')) {
            self.parents.insert(parent.to_owned());
        }
        self.patterns.insert(host);
    }

    /// Whether `host` is there, or a wildcard for it.
    pub(in crate::lower) fn cover(&self, host: &HostPattern) -> bool {
        self.patterns.contains(host)
            || wildcard_of(host).is_some_and(|star| self.patterns.contains(&star))
    }

    /// Whether `host` is covered, or covers some name that is there.
    pub(in crate::lower) fn meet(&self, host: &HostPattern) -> bool {
        self.cover(host) || (host.is_wildcard() && self.parents.contains(host.name()))
    }
}

/// `*.foo.com` of `a.foo.com`.
fn wildcard_of(host: &HostPattern) -> Option<HostPattern> {
    let (_, parent) = host
        .name()
        .split_once('.')
        .filter(|_| !host.is_wildcard())?;
    HostPattern::new(&format!("*.{parent}")).ok()
}

pub(super) fn rule_hosts(ingresses: &[&Ingress]) -> Hosts {
    let mut hosts = Hosts::default();
    for ingress in ingresses {
        for host in named(ingress) {
            hosts.insert(host.value);
        }
    }
    hosts
}
