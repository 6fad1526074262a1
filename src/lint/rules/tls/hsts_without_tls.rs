use std::collections::HashSet;

use crate::finding::{Code, Finding};
use crate::ir::{Claim, Field, Policy};
use crate::lint::Context;
use crate::lint::claims::claims;
use crate::lint::routes::policy;
use crate::lint::rule::rule;

rule! {
    /// Answers for a host carry `Strict-Transport-Security`, which tells browsers to come by https from now on, and no
    /// certificate here answers for the host. Its answers come over plain HTTP only, where browsers must not heed the header
    /// (RFC 6797, section 8.1): it protects nobody.
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
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: www
    ///   namespace: shop
    ///   annotations: {haproxy.org/response-set-header: Strict-Transport-Security "max-age=31536000"}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: www.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
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
    /// metadata:
    ///   name: www
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/response-set-header: Strict-Transport-Security "max-age=31536000"
    ///     haproxy.org/ssl-redirect: "true"
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [www.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: www.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// Name the host in `spec.tls`, or remove the header. Nothing is said where there is no certificate at all, or a default
    /// one: then TLS is answered in front of this HAProxy, or for every name.
    HSTS_WITHOUT_TLS = 414 {
        name: "hsts-without-tls",
        summary: "a promise of HTTPS for a host that no certificate covers",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["RFC 6797"],
        check: Check::Whole(check),
    }
}

/// Where no certificate is here at all, TLS may be answered in front of this host, and the header is right.
fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let routing = context.routing;
    let certificates = &routing.certificates;
    if routing.listeners.https.is_empty()
        || !certificates.offers_any()
        || !certificates.refuses_unknown(&routing.global)
        || !routing.policies.values().any(|it| promises(&it.policy))
    {
        return;
    }
    let covered = certificates.covered();
    let mut told = HashSet::new();
    for (host, claim) in claims(routing) {
        let Some(host) = host.filter(|host| !covered.has(host)) else {
            continue;
        };
        if policy(routing, claim).is_some_and(promises) && told.insert((host, &claim.ingress)) {
            findings.push(finding(&host.to_string(), claim));
        }
    }
}

fn promises(policy: &Policy) -> bool {
    let mut headers = policy.headers.response.iter();
    headers.any(|header| {
        let name = header.name.as_str();
        name.eq_ignore_ascii_case("Strict-Transport-Security")
    })
}

fn finding(host: &str, claim: &Claim) -> Finding {
    let message = format!(
        "Ingress {} promises browsers that `{host}` is reached by https, and no certificate answers there",
        claim.ingress
    );
    let finding = Finding::new(Code::HSTS_WITHOUT_TLS, message)
        .object(format_args!("Ingress {}", claim.ingress))
        .help("name the host in `spec.tls` with a Secret that covers it, or remove the header")
        .note("browsers pay no heed to the header in an answer over plain HTTP");
    let mut settings = claim.settings.iter().flat_map(|settings| settings.iter());
    let header = settings.find(|setting| {
        let text = setting.value.value.to_ascii_lowercase();
        setting.field == Field::ResponseHeaders && text.contains("strict-transport-security")
    });
    match header {
        Some(header) => finding
            .at(header.value.origin)
            .label(claim.origin, "a rule of the host"),
        None => finding.at(claim.origin),
    }
}
