use std::collections::BTreeMap;
use std::num::NonZeroU16;

use crate::finding::{Code, Finding};
use crate::ir::Field;
use crate::lint::Context;
use crate::lint::rule::rule;
use crate::source::Origin;

rule! {
    /// Requests are limited, and the configuration says that there are several HAProxy hosts (`instances`, `peers`). Each of
    /// them counts what it sees itself: a client whose requests are spread over three hosts has three times what was written.
    /// `peers` tell each other what they have counted, but the last word counts, so what two hosts count at the same time does
    /// not add up.
    ///
    /// ```yaml bad ingressc.yaml
    /// version: 1
    /// instances: 3
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/rate-limit-requests: "10"}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// version: 1
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/rate-limit-requests: "10"}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Divide what is meant for all hosts together by their number. Where a load balancer leads each client to one host (by
    /// source address), the limits are exact; switch the rule off then. It is told once, however many limits there are.
    RATE_LIMIT_PER_PROCESS = 806 {
        name: "rate-limit-per-process",
        summary: "each of several HAProxy hosts counts requests by itself",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#5959", "kubernetes/ingress-nginx#12711", "jcmoraisjr/haproxy-ingress#296"],
        check: Check::Whole(check),
    }
}

/// Told once: it is about the hosts, and every limit is as right or as wrong as the first.
fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let said = context
        .lower
        .annotations
        .instances
        .map_or(1, NonZeroU16::get);
    let hosts = usize::from(said).max(context.settings.peers);
    if hosts < 2 {
        return;
    }
    let sections = context.routing.policies.values();
    let limits: BTreeMap<&str, Option<Origin>> = sections
        .filter_map(|section| {
            let limit = section.policy.rate_limit.as_ref()?;
            Some((
                limit.owner.as_str(),
                section.origins.get(&Field::RateLimit).copied(),
            ))
        })
        .collect();
    let Some((owner, origin)) = limits.first_key_value() else {
        return;
    };
    let who = match limits.len() {
        1 => "is a limit of requests".to_owned(),
        count => format!("are {count} limits of requests"),
    };
    let message = format!(
        "there {who}, and each of {hosts} HAProxy hosts counts by itself: together they let {hosts} times as many pass"
    );
    let finding = Finding::new(Code::RATE_LIMIT_PER_PROCESS, message)
        .help("divide what is meant for all hosts together by their number, or have each client led to one host");
    let finding = if owner.is_empty() {
        finding
    } else {
        finding.object(format_args!("Ingress {owner}"))
    };
    findings.push(match origin {
        Some(origin) => finding.at(*origin),
        None => finding,
    });
}
