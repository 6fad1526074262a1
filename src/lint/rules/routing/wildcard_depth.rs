use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Code, Finding};
use crate::ir::HostPattern;
use crate::lint::Context;
use crate::lint::rule::rule;
use crate::source::Origin;

rule! {
    /// A star in a host stands for exactly one label, as the API says: `*.example.com` means `a.example.com`, and neither
    /// `example.com` nor `b.a.example.com`. Here `spec.tls` names a host that lies deeper below the wildcard, and no rule means it:
    /// whoever wrote it expects the wildcard to have its requests. They are answered with 404, or by the rules without a host.
    ///
    /// ```yaml bad also=ING404
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: ["*.apps.example.com", b.eu.apps.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: "*.apps.example.com"
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: ["*.apps.example.com", eu.apps.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: "*.apps.example.com"
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Add a rule for the deeper name, or for the wildcard above it. Nothing is said about a wildcard alone: most are one label deep
    /// on purpose. That the host in `tls` has no rule (ING402) is not told besides.
    WILDCARD_DEPTH = 308 {
        name: "wildcard-depth",
        summary: "a wildcard beside a deeper name that it does not mean",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#1372"],
        check: Check::Whole(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let hosts = &context.routing.hosts;
    if !hosts.iter().any(|host| host.pattern.is_wildcard()) {
        return;
    }
    let names: BTreeSet<&HostPattern> = hosts.iter().map(|host| &host.pattern).collect();
    let parents: BTreeSet<&str> = names.iter().filter_map(|it| parent(it.name())).collect();
    let is_met = |deep: &HostPattern| {
        let above = parent(deep.name()).and_then(wildcard);
        names.contains(deep)
            || above.is_some_and(|above| names.contains(&above))
            || (deep.is_wildcard() && parents.contains(deep.name()))
    };
    let mut expected: BTreeMap<HostPattern, (HostPattern, Origin)> = BTreeMap::new();
    for host in context
        .ingresses()
        .flat_map(|it| &it.tls)
        .flat_map(|tls| &tls.hosts)
    {
        let Some(deep) = HostPattern::new(&host.value).ok().filter(|it| !is_met(it)) else {
            continue;
        };
        let above = above(&deep).find(|above| names.contains(above));
        if let Some(above) = above {
            expected.entry(above).or_insert((deep, host.origin));
        }
    }
    if expected.is_empty() {
        return;
    }
    for ingress in context.ingresses() {
        for (index, rule) in ingress.rules.iter().enumerate() {
            let Some(host) = &rule.host else {
                continue;
            };
            let pattern = HostPattern::new(&host.value).ok();
            let Some((wildcard, (deep, place))) = pattern.and_then(|it| expected.remove_entry(&it))
            else {
                continue;
            };
            let name = &ingress.meta.name;
            findings.push(
                Finding::new(
                    Code::WILDCARD_DEPTH,
                    format!("`{wildcard}` of Ingress {name} stands for one label, so `{deep}` does not meet it"),
                )
                .object(format_args!("Ingress {name}"))
                .field(format!("spec.rules[{index}].host"))
                .label(host.origin, "the wildcard")
                .label(place, "a deeper name is expected")
                .help(format!("add a rule for `{deep}`, or correct the name")),
            );
        }
    }
}

/// The wildcards that a name is more than one label below, the nearest first.
fn above(deep: &HostPattern) -> impl Iterator<Item = HostPattern> {
    // The star of a wildcard is a label, too.
    let own = deep.is_wildcard().then(|| deep.name());
    let first = own.or_else(|| parent(deep.name()));
    std::iter::successors(first, |name| parent(name))
        .skip(1)
        .filter_map(wildcard)
}

fn parent(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, parent)| parent)
}

fn wildcard(name: &str) -> Option<HostPattern> {
    HostPattern::new(&format!("*.{name}")).ok()
}
