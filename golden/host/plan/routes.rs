//! Routes, hosts, certificates and backends that come, go and move.

use std::fmt::Write as _;
use std::time::Duration;

use super::live::{HOST, HTTPS, Live, is_at_least};
use crate::client::get;
use crate::haproxy;
use crate::load::Load;
use crate::net::Net;
use crate::passthrough::{Pair, session};
use crate::pod::Pod;

/// Rules of one Ingress: host, path, Service.
type Rule<'a> = (&'a str, &'a str, &'a str);

/// An Ingress with these rules, and TLS for `tls`; the Services `web` and `api` with a pod each, at `NET.10` and `NET.11`.
fn manifests(rules: &[Rule<'_>], tls: &[(&str, &str)], services: &[(&str, u8)]) -> String {
    let mut text = "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: all, namespace: shop, annotations: {haproxy.org/ssl-redirect: 'false'}}
spec:
  ingressClassName: haproxy
"
    .to_owned();
    if !tls.is_empty() {
        text.push_str("  tls:\n");
    }
    for (host, secret) in tls {
        let _ = writeln!(text, "  - {{hosts: [{host}], secretName: {secret}}}");
    }
    text.push_str("  rules:\n");
    for (host, path, service) in rules {
        let _ = write!(
            text,
            "  - host: '{host}'\n    http: {{paths: [{{path: {path}, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}\n"
        );
    }
    for (service, number) in services {
        let _ = write!(
            text,
            "---
apiVersion: v1
kind: Service
metadata: {{name: {service}, namespace: shop}}
spec: {{ports: [{{port: 80, targetPort: 8080}}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: {service}-1, namespace: shop, labels: {{kubernetes.io/service-name: {service}}}}}
addressType: IPv4
ports: [{{port: 8080}}]
endpoints: [{{addresses: [NET.{number}]}}]
"
        );
    }
    text
}

const BOTH: [(&str, u8); 2] = [("web", 10), ("api", 11)];
const KEPT: Rule<'static> = (HOST, "/", "web");

fn pods(net: &Net) -> [Pod; 3] {
    [("web", 10), ("api", 11), ("new", 12)]
        .map(|(name, number)| Pod::start(&format!("{name}-{number}"), net.at(number, 8080)))
}

#[test]
fn routes_come_go_and_move_without_losing_a_request() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _pods = pods(&net);
    let api = (HOST, "/api", "api");
    let wild = ("*.wild.example.com", "/", "web");
    let first = [KEPT, api, wild, ("old.example.com", "/", "api")];
    let live = Live::start(binary, &net, &manifests(&first, &[], &BOTH), "", &[]);
    let load = Load::start(live.http(), HOST, 4, 4);
    load.wait_for(50);
    // A path and hosts more, one of them a wildcard; and a host less.
    let second = [
        KEPT,
        api,
        wild,
        (HOST, "/api/v2", "web"),
        ("new.example.com", "/", "api"),
        ("*.new.example.com", "/", "api"),
    ];
    live.applied(&manifests(&second, &[], &BOTH));
    live.equals_fresh(&[
        (HOST, "/api/v2/x", "web-"),
        (HOST, "/api/v3", "api-"),
        ("new.example.com", "/", "api-"),
        ("a.new.example.com", "/", "api-"),
        ("old.example.com", "/", "404"),
    ]);
    load.wait_for(50);
    // Moved, and a path and a wildcard less.
    let third = [
        KEPT,
        (HOST, "/api", "web"),
        ("new.example.com", "/", "web"),
        ("*.wild.example.com", "/a", "api"),
    ];
    live.applied(&manifests(&third, &[], &BOTH));
    live.equals_fresh(&[
        (HOST, "/api", "web-"),
        ("new.example.com", "/", "web-"),
        ("a.wild.example.com", "/a", "api-"),
        ("a.wild.example.com", "/b", "404"),
        ("a.new.example.com", "/", "404"),
    ]);
    load.wait_for(50);
    let many: Vec<String> = (0..400).map(|number| format!("/many/{number}")).collect();
    let many: Vec<Rule<'_>> = many.iter().map(|path| (HOST, &**path, "api")).collect();
    let many = [&[KEPT, wild, ("new.example.com", "/", "web")][..], &many].concat();
    live.applied(&manifests(&many, &[], &BOTH));
    live.equals_fresh(&[(HOST, "/many/399/x", "api-"), (HOST, "/api", "web-")]);
    live.applied(&manifests(&[KEPT, api, wild], &[], &BOTH));
    live.equals_fresh(&[(HOST, "/many/399", "web-"), (HOST, "/api", "api-")]);
    // Without wildcards, haproxy.cfg does not look for any.
    live.manifests(&manifests(&[KEPT, api], &[], &BOTH));
    let done = live.apply(&[]);
    assert_eq!(done.outcome(), "reload_needed", "{}", done.said);
    assert!(
        done.json["changes"].to_string().contains("wild.map"),
        "{:#}",
        done.json
    );
    let tally = load.stop();
    assert!(tally.asked > 300, "{tally:?}");
    assert_eq!(tally.lost(), 0, "{tally:#?}\n{}", live.edge.said());
}

/// The certificate that answers a handshake for `name`; `None` where it is refused.
fn shown(live: &Live<'_>, name: &str) -> Option<Vec<u8>> {
    let (_tls, recorder) = session(live.net.at(1, HTTPS), Some(name), Duration::from_secs(5))?;
    recorder.take()
}

#[test]
fn certificates_are_renewed_come_and_go() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _pods = pods(&net);
    let other = "other.example.com";
    let [old, new, more] = [HOST, HOST, other].map(Pair::of);
    let rules = [KEPT, (other, "/", "api")];
    let with = |tls: &[(&str, &str)], secrets: &[(&str, &Pair)]| {
        let secrets = secrets.iter().map(|(name, pair)| pair.secret(name));
        manifests(&rules, tls, &BOTH) + &secrets.collect::<String>()
    };
    let one = [(HOST, "web")];
    let live = Live::start(binary, &net, &with(&one, &[("web", &old)]), "", &[]);
    let load = Load::start(live.http(), HOST, 4, 4);
    load.wait_for(50);
    assert_eq!(shown(&live, HOST), Some(old.der()));
    assert_eq!(shown(&live, other), None);

    live.applied(&with(&one, &[("web", &new)]));
    assert_eq!(shown(&live, HOST), Some(new.der()));

    let two = [(HOST, "web"), (other, "other")];
    live.applied(&with(&two, &[("web", &new), ("other", &more)]));
    assert_eq!(shown(&live, other), Some(more.der()));
    live.equals_fresh(&[(HOST, "/", "web-")]);

    live.applied(&with(&one, &[("web", &old)]));
    assert_eq!(shown(&live, other), None);
    assert_eq!(shown(&live, HOST), Some(old.der()));
    live.equals_fresh(&[(HOST, "/", "web-")]);
    load.wait_for(100);
    let tally = load.stop();
    assert_eq!(tally.lost(), 0, "{tally:#?}\n{}", live.edge.said());
    live.same_process();
}

#[test]
fn backends_come_and_go_where_the_version_can() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _pods = pods(&net);
    let before = manifests(&[KEPT], &[], &[BOTH[0]]);
    let live = Live::start(binary, &net, &before, "", &[]);
    let load = Load::start(live.http(), HOST, 4, 4);
    load.wait_for(50);
    let after = manifests(&[KEPT, (HOST, "/new", "new")], &[], &[BOTH[0], ("new", 12)]);
    if is_at_least(binary, 3, 4) {
        live.applied(&after);
        live.equals_fresh(&[(HOST, "/new", "new-"), (HOST, "/", "web-")]);
        live.applied(&before);
        live.equals_fresh(&[(HOST, "/new", "web-")]);
    } else {
        live.manifests(&after);
        let done = live.apply(&[]);
        assert_eq!(
            (done.code, done.outcome()),
            (Some(1), "reload_needed"),
            "{}",
            done.said
        );
        let changes = done.json["changes"].to_string();
        assert!(changes.contains("from HAProxy 3.4 on"), "{changes}");
        assert!(
            done.said.contains("nothing sent, nothing written"),
            "{}",
            done.said
        );
        let answer = get(live.http(), HOST, "/new").expect("an answer");
        assert_eq!(answer.pod.as_deref(), Some("web-10"));
    }
    load.wait_for(100);
    let tally = load.stop();
    assert_eq!(tally.lost(), 0, "{tally:#?}\n{}", live.edge.said());
    live.same_process();
}
