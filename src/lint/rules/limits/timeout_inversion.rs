use std::collections::BTreeSet;

use crate::finding::{Code, Finding};
use crate::ir::policy::Mode;
use crate::ir::{Field, Millis, PolicySection};
use crate::lint::Context;
use crate::lint::rule::rule;
use crate::source::Origin;

rule! {
    /// Servers are allowed to be silent for longer than WebSockets are. Once a connection has become a WebSocket,
    /// `timeout-tunnel` takes the place of `timeout-server`, however long that is: whoever raises `timeout-server` so that
    /// WebSockets stay open changes nothing for them, and they end after an hour as before.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/timeout-server: 3h}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// version: 1
    /// configMap: haproxy/haproxy
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy, namespace: haproxy}
    /// data:
    ///   timeout-server: 3h
    ///   timeout-tunnel: 3h
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Raise `timeout-tunnel`, which is a key of the ConfigMap, or lower `timeout-server`. A `timeout-tunnel` of less than 50
    /// seconds, which is what requests have where nothing is said, is told, too.
    ///
    /// A `timeout-client` below `timeout-server` is none: while a server thinks, HAProxy does not count the client's silence.
    TIMEOUT_INVERSION = 807 {
        name: "timeout-inversion",
        summary: "`timeout-server` is longer than `timeout-tunnel`",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Whole(check),
    }
}

/// `timeout server` and `timeout tunnel` where nobody says anything.
const SERVER: u64 = 50_000;
const TUNNEL: u64 = 3_600_000;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let global = &context.routing.global;
    let (Some(usual_server), Some(usual_tunnel)) = (Millis::new(SERVER), Millis::new(TUNNEL))
    else {
        return;
    };
    let tunnel = global.timeouts.tunnel;
    let tunnel_origin = global.origins.get(&Field::TunnelTimeout).copied();
    let mut told = BTreeSet::new();
    for section in context.routing.policies.values() {
        let timeouts = &section.policy.timeouts;
        // Elsewhere all is a tunnel, and `timeout server` holds only until it stands.
        let Some(server) = timeouts
            .server
            .filter(|_| section.policy.mode == Mode::Http)
        else {
            continue;
        };
        let own = timeouts.tunnel.or(tunnel).unwrap_or(usual_tunnel);
        let origin = server_origin(section);
        if own < server && told.insert(origin) {
            findings.push(finding(server, own, origin, tunnel_origin));
        }
    }
    if let Some(tunnel) = tunnel.filter(|tunnel| *tunnel < usual_server && told.is_empty()) {
        let message = format!(
            "WebSockets end after {tunnel} of silence (`timeout-tunnel`), sooner than a request that waits for its answer ({usual_server})"
        );
        let finding = Finding::new(Code::TIMEOUT_INVERSION, message).help(HELP);
        findings.extend(tunnel_origin.map(|origin| finding.at(origin)));
    }
}

const HELP: &str = "raise `timeout-tunnel` in the ConfigMap: it is what holds for WebSockets";

fn server_origin(section: &PolicySection) -> Option<Origin> {
    let fields = [Field::ServerTimeout, Field::BackendResource];
    fields
        .iter()
        .find_map(|field| section.origins.get(field).copied())
}

fn finding(server: Millis, tunnel: Millis, at: Option<Origin>, why: Option<Origin>) -> Finding {
    let message = format!(
        "servers may be silent for {server}, and WebSockets end after {tunnel}: there `timeout-tunnel` takes the place of `timeout-server`"
    );
    let mut finding = Finding::new(Code::TIMEOUT_INVERSION, message).help(HELP);
    if let Some(at) = at {
        finding = finding.at(at);
    }
    match why {
        Some(why) => finding.label(why, "the time of WebSockets"),
        None => finding.note("one hour is what holds where `timeout-tunnel` is not set"),
    }
}
