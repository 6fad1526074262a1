use crate::finding::{Code, Finding};
use crate::lint::Context;
use crate::lint::rule::rule;
use crate::manifest::Ingress;

/// More than this many paths are many. An object of etcd may have 1.5 MiB, which is some 5,000.
const PATHS: usize = 200;

rule! {
    /// An Ingress has more than 200 paths. One mistake in it is a mistake of all: the API server takes or refuses the object as
    /// a whole, two people who change it at one time have a conflict, and a review of it reads like none. etcd takes objects of
    /// up to 1.5 MiB.
    ///
    /// ```yaml bad also=ING007
    /// # Nineteen hosts with eleven paths each.
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: towns, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: bonn.example.com
    ///     http: &paths
    ///       paths:
    ///       - {path: /cart, pathType: Prefix, backend: &web {service: {name: web, port: {name: http}}}}
    ///       - {path: /checkout, pathType: Prefix, backend: *web}
    ///       - {path: /search, pathType: Prefix, backend: *web}
    ///       - {path: /login, pathType: Prefix, backend: *web}
    ///       - {path: /logout, pathType: Prefix, backend: *web}
    ///       - {path: /account, pathType: Prefix, backend: *web}
    ///       - {path: /orders, pathType: Prefix, backend: *web}
    ///       - {path: /returns, pathType: Prefix, backend: *web}
    ///       - {path: /help, pathType: Prefix, backend: *web}
    ///       - {path: /about, pathType: Prefix, backend: *web}
    ///       - {path: /api, pathType: Prefix, backend: *web}
    ///   - {host: bremen.example.com, http: *paths}
    ///   - {host: dresden.example.com, http: *paths}
    ///   - {host: emden.example.com, http: *paths}
    ///   - {host: erfurt.example.com, http: *paths}
    ///   - {host: essen.example.com, http: *paths}
    ///   - {host: fulda.example.com, http: *paths}
    ///   - {host: gera.example.com, http: *paths}
    ///   - {host: hagen.example.com, http: *paths}
    ///   - {host: halle.example.com, http: *paths}
    ///   - {host: hamm.example.com, http: *paths}
    ///   - {host: jena.example.com, http: *paths}
    ///   - {host: kiel.example.com, http: *paths}
    ///   - {host: koeln.example.com, http: *paths}
    ///   - {host: mainz.example.com, http: *paths}
    ///   - {host: potsdam.example.com, http: *paths}
    ///   - {host: soest.example.com, http: *paths}
    ///   - {host: trier.example.com, http: *paths}
    ///   - {host: ulm.example.com, http: *paths}
    /// ```
    ///
    /// ```yaml good
    /// # An Ingress a town.
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: bonn, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: bonn.example.com
    ///     http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: bremen, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: bremen.example.com
    ///     http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Make several Ingresses of it, such as one a host or a team. Rules of several Ingresses for one host are put together.
    VERY_LARGE_INGRESS = 811 {
        name: "very-large-ingress",
        summary: "an Ingress with more than 200 paths",
        severity: Pedantic,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::EachIngress(check),
    }
}

fn check(ingress: &Ingress, _: &Context<'_>, findings: &mut Vec<Finding>) {
    let paths = ingress.rules.iter().filter_map(|rule| rule.paths.as_ref());
    let count: usize = paths.map(Vec::len).sum();
    if count <= PATHS {
        return;
    }
    let name = &ingress.meta.name;
    findings.push(
        Finding::new(
            Code::VERY_LARGE_INGRESS,
            format!("Ingress {name} has {count} paths"),
        )
        .object(format_args!("Ingress {name}"))
        .field("spec.rules")
        .at(ingress.meta.origin)
        .help("make several Ingresses of it, such as one a host or a team"),
    );
}
