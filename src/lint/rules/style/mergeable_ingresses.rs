use std::collections::BTreeMap;

use crate::finding::{Code, Finding};
use crate::lint::Context;
use crate::lint::rule::rule;
use crate::manifest::{INSTANCE, Ingress};

rule! {
    /// Three or more Ingresses of a namespace say the same about the same host, and differ in their paths only. As one Ingress they would
    /// be shorter, and nobody would change an annotation in two of them and forget the third.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop-1, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /a, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop-2, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /b, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop-3, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /c, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http:
    ///       paths:
    ///       - {path: /a, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /b, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /c, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    /// ```
    ///
    /// Ingresses that differ in their class, in TLS, or in an annotation are not told of, whoever reads the annotation; those that kubectl, Helm
    /// and Argo CD write for themselves do not count. Those of different Helm releases, by the annotation `meta.helm.sh/release-name` or the
    /// label `app.kubernetes.io/instance`, cannot become one object, so nothing is said of them either.
    ///
    /// Put the paths into one Ingress, or ignore the finding where each of them belongs to another team.
    MERGEABLE_INGRESSES = 902 {
        name: "mergeable-ingresses",
        summary: "Ingresses that could be one",
        severity: Pedantic,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Whole(check),
    }
}

/// Two may be there for a reason that no manifest tells.
const SEVERAL: usize = 3;

/// The annotation with which Helm marks what belongs to a release.
const RELEASE: &str = "meta.helm.sh/release-name";

/// How many others a finding points at.
const SHOWN: usize = 5;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for ingresses in context.ingresses {
        // Few share their host with others, so that the rest is not looked at.
        let mut of_host: BTreeMap<(&str, &str), Vec<&Ingress>> = BTreeMap::new();
        for &ingress in ingresses {
            if let Some(host) = ingress.rules.first().and_then(|rule| rule.host.as_ref()) {
                let namespace = ingress.meta.name.namespace.as_str();
                let of_host = of_host.entry((namespace, host.value.as_str()));
                of_host.or_default().push(ingress);
            }
        }
        for several in of_host.into_values().filter(|it| it.len() >= SEVERAL) {
            let mut groups: BTreeMap<String, Vec<&Ingress>> = BTreeMap::new();
            for ingress in several {
                if let Some(kind) = kind(ingress) {
                    groups.entry(kind).or_default().push(ingress);
                }
            }
            let several = groups.into_values().filter(|group| group.len() >= SEVERAL);
            findings.extend(several.filter_map(|group| tell(&group)));
        }
    }
}

/// All but its name and its paths; `None` where it has more than one host, or answers for hosts that it does not name.
fn kind(ingress: &Ingress) -> Option<String> {
    let host = &ingress.rules.first()?.host.as_ref()?.value;
    let mut others = ingress.rules.iter().skip(1);
    if ingress.default_backend.is_some()
        || others.any(|rule| rule.host.as_ref().map(|it| &it.value) != Some(host))
    {
        return None;
    }
    let class = ingress
        .class_name
        .as_ref()
        .map(|class| class.value.as_str());
    let annotations = ingress.meta.annotations.iter();
    let mut annotations: Vec<_> = annotations
        .filter(|annotation| annotation.key == RELEASE || !is_noise(&annotation.key))
        .map(|annotation| (&*annotation.key, &*annotation.value.value))
        .collect();
    annotations.sort_unstable();
    let instance = ingress.meta.labels.get(INSTANCE);
    let tls: Vec<_> = ingress
        .tls
        .iter()
        .map(|entry| {
            let hosts: Vec<&str> = entry.hosts.iter().map(|host| &*host.value).collect();
            (
                hosts,
                entry.secret_name.as_ref().map(|it| it.value.as_str()),
            )
        })
        .collect();
    let namespace = &ingress.meta.name.namespace;
    // Quoted, so that no text can be taken for two.
    Some(format!(
        "{namespace:?} {host:?} {class:?} {annotations:?} {instance:?} {tls:?}"
    ))
}

/// Annotations that tools write for themselves, about the one object.
fn is_noise(key: &str) -> bool {
    let tools = [
        "kubectl.kubernetes.io/",
        "meta.helm.sh/",
        "argocd.argoproj.io/",
    ];
    tools.iter().any(|prefix| key.starts_with(prefix))
}

fn tell(group: &[&Ingress]) -> Option<Finding> {
    let (first, others) = group.split_first()?;
    let host = &first.rules.first()?.host.as_ref()?.value;
    let name = &first.meta.name;
    let message = format!(
        "Ingress {name} and {} others differ only in their paths for `{host}`",
        others.len()
    );
    let finding = Finding::new(Code::MERGEABLE_INGRESSES, message)
        .at(first.meta.origin)
        .object(format_args!("Ingress {name}"))
        .field("metadata.name")
        .help("put the paths into one Ingress");
    let others = others.iter().take(SHOWN);
    Some(others.fold(finding, |finding, other| {
        finding.label(other.meta.origin, "and this one")
    }))
}
