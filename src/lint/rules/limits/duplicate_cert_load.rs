use std::collections::BTreeMap;

use crate::finding::{Code, Finding};
use crate::ir::{Certificate, Pem};
use crate::lint::Context;
use crate::lint::rule::rule;

rule! {
    /// Several Secrets hold the same certificate with the same key. Mostly it is a wildcard that was copied into each
    /// namespace. HAProxy loads every copy, and every copy has to be renewed: the one that is forgotten expires alone.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: shop-tls, namespace: shop}
    /// type: kubernetes.io/tls
    /// stringData:
    ///   tls.crt: |
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBQTCB56ADAgECAgUAhQwECTAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARzaG9w
    ///     MB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowDzENMAsGA1UEAwwEc2hv
    ///     cDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABESnG+49M6O1AWww4ChIjqTMwVaq
    ///     CUwbbUkY2GWLDO9dVWEq4kXC8X0UcjAZGHmsX8cm5bIXIHer7g96lyF9fvyjMDAu
    ///     MCwGA1UdEQQlMCOCEHNob3AuZXhhbXBsZS5jb22CD3d3dy5leGFtcGxlLmNvbTAK
    ///     BggqhkjOPQQDAgNJADBGAiEAqEa4PSte8OVl33CZS3wpVi0ziw5qxp+Pz59JZMQX
    ///     jooCIQDYPiWgsMmy11u+KmT7iccRlo43QuDJDdFbSbo+/RYl/A==
    ///     -----END CERTIFICATE-----
    ///   tls.key: |
    ///     -----BEGIN PRIVATE KEY-----
    ///     MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgP/UeEMKJ+loWu5Pw
    ///     kBAER1mkJzUU9S3U+SP37eOL80qhRANCAAREpxvuPTOjtQFsMOAoSI6kzMFWqglM
    ///     G21JGNhliwzvXVVhKuJFwvF9FHIwGRh5rF/HJuWyFyB3q+4PepchfX78
    ///     -----END PRIVATE KEY-----
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: www, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [www.example.com], secretName: www-tls}]
    ///   rules:
    ///   - host: www.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata: {name: www-tls, namespace: shop}
    /// type: kubernetes.io/tls
    /// stringData:
    ///   tls.crt: |
    ///     -----BEGIN CERTIFICATE-----
    ///     MIIBQTCB56ADAgECAgUAhQwECTAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARzaG9w
    ///     MB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowDzENMAsGA1UEAwwEc2hv
    ///     cDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABESnG+49M6O1AWww4ChIjqTMwVaq
    ///     CUwbbUkY2GWLDO9dVWEq4kXC8X0UcjAZGHmsX8cm5bIXIHer7g96lyF9fvyjMDAu
    ///     MCwGA1UdEQQlMCOCEHNob3AuZXhhbXBsZS5jb22CD3d3dy5leGFtcGxlLmNvbTAK
    ///     BggqhkjOPQQDAgNJADBGAiEAqEa4PSte8OVl33CZS3wpVi0ziw5qxp+Pz59JZMQX
    ///     jooCIQDYPiWgsMmy11u+KmT7iccRlo43QuDJDdFbSbo+/RYl/A==
    ///     -----END CERTIFICATE-----
    ///   tls.key: |
    ///     -----BEGIN PRIVATE KEY-----
    ///     MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgP/UeEMKJ+loWu5Pw
    ///     kBAER1mkJzUU9S3U+SP37eOL80qhRANCAAREpxvuPTOjtQFsMOAoSI6kzMFWqglM
    ///     G21JGNhliwzvXVVhKuJFwvF9FHIwGRh5rF/HJuWyFyB3q+4PepchfX78
    ///     -----END PRIVATE KEY-----
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: www, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [www.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: www.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Name one Secret from all Ingresses of a namespace. Across namespaces, make it the default certificate
    /// (`certificates.default`) and leave `secretName` out; or have each namespace's certificate issued for itself, which keeps
    /// the key of one team out of the hands of others.
    DUPLICATE_CERT_LOAD = 810 {
        name: "duplicate-cert-load",
        summary: "one certificate in several Secrets",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Whole(check),
    }
}

/// So many Secrets are named; the others are counted.
const SHOWN: usize = 3;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut same: BTreeMap<&str, Vec<&Certificate>> = BTreeMap::new();
    for certificate in context.routing.certificates.files.values() {
        if let Pem::Inline(text) = &certificate.pem {
            same.entry(text).or_default().push(certificate);
        }
    }
    // By name, not by content: the order of keys is nobody's business.
    let mut groups: Vec<Vec<&Certificate>> = same.into_values().filter(|it| it.len() > 1).collect();
    groups.sort_by(|a, b| a[0].secret.cmp(&b[0].secret));
    findings.extend(groups.iter().filter_map(|group| finding(group)));
}

fn finding(group: &[&Certificate]) -> Option<Finding> {
    let (first, rest) = group.split_first()?;
    let mut names: Vec<&str> = group.iter().map(|it| it.secret.as_str()).collect();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let others = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let message = format!(
        "{} Secrets hold the same certificate and key: {}{others}",
        group.len(),
        names.join(", ")
    );
    let finding = Finding::new(Code::DUPLICATE_CERT_LOAD, message)
        .object(format_args!("Secret {}", first.secret))
        .at(first.origin)
        .help("make it `certificates.default` and leave `secretName` out, or have each namespace's certificate issued by itself")
        .note("each of them is loaded, and each copy has to be renewed");
    let shown = rest.iter().take(SHOWN - 1);
    Some(shown.fold(finding, |finding, copy| {
        finding.label(copy.origin, "the same")
    }))
}
