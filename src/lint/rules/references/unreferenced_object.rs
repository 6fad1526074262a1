use std::collections::HashSet;

use crate::finding::{Code, Finding};
use crate::lint::Context;
use crate::lint::mentions::unmentioned;
use crate::lint::rule::rule;
use crate::manifest::{Manifests, Meta};
use crate::source::Origin;

rule! {
    /// A Secret with a certificate, or a Service without a selector (of type ExternalName, for instance), whose name stands
    /// nowhere else in the input: in no Ingress, no other object of whatever kind, no comment, no configuration. Whatever it
    /// was for is probably gone. A private key that nobody uses is still one that somebody can steal, and a Service without a
    /// selector still leads where it was once meant to.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: old-shop, namespace: shop}
    /// spec: {type: ExternalName, externalName: shop.example.net}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// Remove the object, or use it. Services with a selector are never reported: pods call them by names that stand in no
    /// manifest. Nor is anything of a namespace without an Ingress, where the input is but a part.
    UNREFERENCED_OBJECT = 212 {
        name: "unreferenced-object",
        summary: "a certificate, or a Service without selector, that nothing mentions",
        severity: Pedantic,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Whole(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let candidates: Vec<(&str, &Meta)> = context.manifests.iter().flat_map(candidates).collect();
    let readable = || {
        let mut files = context.sources.iter();
        files.all(|(_, file)| file.is_readable())
    };
    if candidates.is_empty() || !readable() {
        return;
    }
    let own: Vec<(&str, Origin)> = candidates
        .iter()
        .map(|(_, meta)| (meta.name.name.as_str(), meta.origin))
        .collect();
    let alone = unmentioned(&own, context.sources);
    for (kind, meta) in candidates {
        if !alone.contains(&meta.origin) {
            continue;
        }
        let name = &meta.name;
        let (message, help) = match kind {
            "Secret" => (
                "holds a certificate, and nothing in the input mentions it",
                "remove it, or name it in `spec.tls` of an Ingress",
            ),
            _ => (
                "has no selector, and nothing in the input mentions it",
                "remove it, or lead an Ingress there",
            ),
        };
        findings.push(
            Finding::new(
                Code::UNREFERENCED_OBJECT,
                format!("{kind} {name} {message}"),
            )
            .object(format_args!("{kind} {name}"))
            .field("metadata.name")
            .at(meta.origin)
            .help(help),
        );
    }
}

/// Objects that are there for others to name, in namespaces with an Ingress: where there is none, those who name them are elsewhere, too.
fn candidates(manifests: &Manifests) -> Vec<(&'static str, &Meta)> {
    let mut namespaces = HashSet::new();
    let mut named = HashSet::new();
    for ingress in manifests.ingresses.values() {
        let namespace = ingress.meta.name.namespace.as_str();
        namespaces.insert(namespace);
        let secrets = ingress
            .tls
            .iter()
            .filter_map(|entry| entry.secret_name.as_ref());
        named.extend(secrets.map(|secret| (namespace, secret.value.as_str())));
    }
    let secrets = manifests.secrets.values().filter(|secret| {
        let name = &secret.meta.name;
        secret.kind == "kubernetes.io/tls" && !named.contains(&(&name.namespace, &name.name))
    });
    let services = manifests.services.values();
    let services = services.filter(|service| service.selector.is_empty());
    let secrets = secrets.map(|secret| ("Secret", &secret.meta));
    let services = services.map(|service| ("Service", &service.meta));
    let all = secrets.chain(services);
    all.filter(|(_, meta)| namespaces.contains(meta.name.namespace.as_str()))
        .collect()
}
