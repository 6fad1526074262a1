//! Servers known by name: HAProxy asks a DNS server of ours while it runs, and follows what that says, or does not.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::client::{get, until};
use crate::dns::{Dns, Mood, Type};
use crate::haproxy;
use crate::load::Load;
use crate::net::Net;
use crate::pod::Pod;
use crate::site::{Site, ingress, web};

const SERVICE: &str = "web.shop.svc.cluster.local";
const RECORD: &str = "_http._tcp.web.shop.svc.cluster.local";
const WEB: &str = "web.example.com";
const FIXED: &str = "fixed.example.com";

/// Within this time HAProxy follows a change: it asks every few seconds, and a slow machine may take a few more.
const SOON: Duration = Duration::from_mins(1);

/// A Service whose servers need no DNS, on `NET.9:8080`.
fn fixed() -> String {
    web(FIXED, "fixed", &[9])
}

/// A headless Service; `port` is its only port.
fn headless(port: &str) -> String {
    format!(
        "{}---
apiVersion: v1
kind: Service
metadata: {{name: web, namespace: shop}}
spec:
  clusterIP: None
  selector: {{app: web}}
  ports: [{port}]
",
        ingress(WEB, "shop", "web", "number: 80")
    )
}

fn config(endpoints: &str) -> String {
    format!(
        "version: 1\nlisten: {{http: ['NET.1:8000'], https: [], metrics: []}}\nendpoints: {endpoints}\n"
    )
}

/// Who answers `count` requests for `host`: pods, or the status of HAProxy's own answer.
fn who(http: SocketAddr, host: &str, count: usize) -> BTreeSet<String> {
    let one = || match get(http, host, "/") {
        Ok(answer) => answer.pod.unwrap_or_else(|| answer.status.to_string()),
        Err(error) => error.to_string(),
    };
    (0..count).map(|_| one()).collect()
}

/// Waits until exactly these pods answer.
fn await_pods(http: SocketAddr, host: &str, wanted: &[&str]) {
    let wanted: BTreeSet<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
    let what = format!("{host} is answered by {wanted:?}");
    until(
        &what,
        SOON,
        || who(http, host, 12),
        |found| *found == wanted,
    );
}

/// Pods on port 8080 of addresses that end in these numbers, each called as its address ends.
fn pods(net: &Net, numbers: impl IntoIterator<Item = u8>) -> Vec<Pod> {
    let pod = |number: u8| Pod::start(&number.to_string(), net.at(number, 8080));
    numbers.into_iter().map(pod).collect()
}

#[test]
fn service_records_are_followed() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let dns = Dns::start(net.at(53, 5353));
    let _pods = pods(&net, 9..=12);
    let _other_port = Pod::start("13", net.at(13, 9090));
    let site = Site::new(
        &net,
        &[
            (
                "ingressc.yaml",
                &config("{dns: {nameservers: ['NET.53:5353'], slots: 8}}"),
            ),
            (
                "web.yaml",
                &headless("{name: http, port: 80, targetPort: web}"),
            ),
            ("fixed.yaml", &fixed()),
        ],
    );
    let mut running = site.start(binary, &net);
    let http = running.http;
    // Nobody has the name yet: its route is closed, and no other.
    await_pods(http, WEB, &["503"]);
    await_pods(http, FIXED, &["9"]);

    let at = |numbers: &[u8]| -> Vec<SocketAddr> {
        numbers.iter().map(|&number| net.at(number, 8080)).collect()
    };
    dns.services(RECORD, &at(&[10, 11]));
    await_pods(http, WEB, &["10", "11"]);
    dns.services(RECORD, &at(&[10, 11, 12]));
    await_pods(http, WEB, &["10", "11", "12"]);
    dns.services(RECORD, &at(&[12]));
    await_pods(http, WEB, &["12"]);
    // Service records give the port, too.
    dns.services(RECORD, &[net.at(13, 9090)]);
    await_pods(http, WEB, &["13"]);

    assert!(running.edge.alive(), "nobody restarted it");
    let asked = dns.asked();
    let records = asked.iter().filter(|asked| asked.kind == Type::Srv);
    assert!(records.clone().count() > 3, "{asked:?}");
    for record in records {
        assert_eq!(record.name, RECORD);
        assert!(record.payload > 4096 && !record.cut, "{record:?}");
    }
}

#[test]
fn address_records_are_followed_over_tcp() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let dns = Dns::start(net.at(53, 5353));
    let _pods = pods(&net, 10..=13);
    let site = Site::new(
        &net,
        &[
            (
                "ingressc.yaml",
                &config("{dns: {nameservers: ['tcp@NET.53:5353'], slots: 8}}"),
            ),
            ("web.yaml", &headless("{port: 80, targetPort: 8080}")),
        ],
    );
    let mut running = site.start(binary, &net);
    let give = |numbers: &[u8]| {
        let addresses: Vec<_> = numbers.iter().map(|&number| net.ip(number)).collect();
        dns.addresses(SERVICE, &addresses);
    };
    give(&[10, 11]);
    await_pods(running.http, WEB, &["10", "11"]);
    give(&[10, 11, 12]);
    await_pods(running.http, WEB, &["10", "11", "12"]);
    give(&[13]);
    await_pods(running.http, WEB, &["13"]);

    assert!(running.edge.alive(), "nobody restarted it");
    let asked = dns.asked();
    assert!(
        asked.iter().all(|asked| asked.tcp && asked.name == SERVICE),
        "{asked:?}"
    );
}

#[test]
fn there_are_no_more_servers_than_slots() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let dns = Dns::start(net.at(53, 5353));
    let _pods = pods(&net, 10..50);
    let site = Site::new(
        &net,
        &[
            (
                "ingressc.yaml",
                &config("{dns: {nameservers: ['NET.53:5353'], slots: 4}}"),
            ),
            ("web.yaml", &headless("{port: 80, targetPort: 8080}")),
        ],
    );
    let all: Vec<_> = (10..50).map(|number| net.ip(number)).collect();
    dns.addresses(SERVICE, &all);
    let running = site.start(binary, &net);
    until(
        "four of forty pods answer",
        SOON,
        || who(running.http, WEB, 40).len(),
        |&count| count == 4,
    );
    assert!(!who(running.http, WEB, 40).contains("503"));
    // Those that have a slot now may all be gone.
    dns.addresses(SERVICE, &all[..2]);
    await_pods(running.http, WEB, &["10", "11"]);
    assert!(
        dns.asked().iter().all(|asked| !asked.cut),
        "640 bytes and more fit"
    );
}

#[test]
fn servers_outlive_a_dns_that_falls_silent() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let dns = Dns::start(net.at(53, 5353));
    let _pods = pods(&net, 10..=12);
    let site = Site::new(
        &net,
        &[
            (
                "ingressc.yaml",
                &config("{dns: {nameservers: ['NET.53:5353'], slots: 8}}"),
            ),
            ("web.yaml", &headless("{port: 80, targetPort: 8080}")),
        ],
    );
    dns.addresses(SERVICE, &[net.ip(10), net.ip(11)]);
    let running = site.start(binary, &net);
    await_pods(running.http, WEB, &["10", "11"]);

    let load = Load::start(running.http, WEB, 1, 1);
    let before = dns.asked().len();
    dns.mood(Mood::Silent);
    // HAProxy forgets addresses after 30 seconds unless it is told otherwise, and notices the silence after a few.
    let silence = Instant::now();
    while silence.elapsed() < Duration::from_secs(45) {
        load.wait_for(100);
    }
    assert!(dns.asked().len() > before + 5, "it was asked all the time");
    dns.addresses(SERVICE, &[net.ip(11), net.ip(12)]);
    dns.mood(Mood::Answers);
    await_pods(running.http, WEB, &["11", "12"]);
    let tally = load.stop();
    assert_eq!(tally.lost(), 0, "{tally:#?}\n{}", running.edge.said());
}

#[test]
fn each_cluster_is_asked_for_its_own_servers() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    // Both clusters have a Service of this name, and so both DNS servers know its name.
    let (fra, ams) = (Dns::start(net.at(53, 5353)), Dns::start(net.at(54, 5353)));
    let _pods = pods(&net, [10, 11, 20]);
    let config = "\
version: 1
listen: {http: ['NET.1:8000'], https: [], metrics: []}
clusters:
  fra: {inputs: [fra], endpoints: {dns: {nameservers: ['NET.53:5353'], slots: 4}}}
  ams: {inputs: [ams], endpoints: {dns: {nameservers: ['NET.54:5353'], slots: 4}}}
";
    let web = headless("{port: 80, targetPort: 8080}");
    let site = Site::new(
        &net,
        &[
            ("ingressc.yaml", config),
            ("fra/web.yaml", &web),
            ("ams/web.yaml", &web),
        ],
    );
    fra.addresses(SERVICE, &[net.ip(10)]);
    ams.addresses(SERVICE, &[net.ip(20)]);
    let running = site.start(binary, &net);
    await_pods(running.http, WEB, &["10", "20"]);
    ams.mood(Mood::Silent);
    fra.addresses(SERVICE, &[net.ip(11)]);
    await_pods(running.http, WEB, &["11", "20"]);
}

#[test]
fn a_name_that_is_gone_closes_its_route_after_a_while() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let dns = Dns::start(net.at(53, 5353));
    let _pods = pods(&net, 10..=10);
    let site = Site::new(
        &net,
        &[
            (
                "ingressc.yaml",
                &config("{dns: {nameservers: ['NET.53:5353'], slots: 8}}"),
            ),
            ("web.yaml", &headless("{port: 80, targetPort: 8080}")),
        ],
    );
    dns.addresses(SERVICE, &[net.ip(10)]);
    let running = site.start(binary, &net);
    await_pods(running.http, WEB, &["10"]);
    // A hiccup of the DNS is not believed.
    for mood in [Mood::ServFail, Mood::NxDomain] {
        let load = Load::start(running.http, WEB, 1, 1);
        dns.mood(mood);
        let hiccup = Instant::now();
        while hiccup.elapsed() < Duration::from_secs(12) {
            load.wait_for(100);
        }
        let tally = load.stop();
        assert_eq!(
            tally.lost(),
            0,
            "{mood:?}: {tally:#?}\n{}",
            running.edge.said()
        );
    }
    // The addresses of pods are given to others some day, which must not get these requests.
    await_pods(running.http, WEB, &["503"]);
}

#[test]
fn a_dead_dns_keeps_nobody_from_starting() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _pods = pods(&net, 9..=10);
    let site = Site::new(
        &net,
        &[
            (
                "ingressc.yaml",
                &config("{dns: {nameservers: ['NET.53:5353'], slots: 8}}"),
            ),
            ("web.yaml", &headless("{port: 80, targetPort: 8080}")),
            ("fixed.yaml", &fixed()),
        ],
    );
    let running = site.start(binary, &net);
    await_pods(running.http, FIXED, &["9"]);
    await_pods(running.http, WEB, &["503"]);
    // It comes up later.
    let dns = Dns::start(net.at(53, 5353));
    dns.addresses(SERVICE, &[net.ip(10)]);
    await_pods(running.http, WEB, &["10"]);
}

#[test]
fn other_names_are_asked_of_the_configured_nameservers() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let dns = Dns::start(net.at(53, 5353));
    let _pods = pods(&net, 10..=13);
    let external = "\
apiVersion: v1
kind: Service
metadata: {name: partner, namespace: shop}
spec:
  type: ExternalName
  externalName: partner.example.net
  ports: [{port: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: legacy, namespace: shop}
spec:
  ports: [{name: http, port: 80}]
";
    let inventory = "\
shop/legacy:http:
- {address: legacy.example.net, port: 8080}
- {address: NET.13, port: 8080}
";
    let site = Site::new(
        &net,
        &[
            (
                "ingressc.yaml",
                &config("{inventory: inventory.yaml, nameservers: ['NET.53:5353']}"),
            ),
            ("inventory.yaml", inventory),
            ("services.yaml", external),
            (
                "partner.yaml",
                &ingress("partner.example.com", "shop", "partner", "number: 8080"),
            ),
            (
                "legacy.yaml",
                &ingress("legacy.example.com", "shop", "legacy", "name: http"),
            ),
        ],
    );
    dns.addresses("partner.example.net", &[net.ip(10)]);
    dns.addresses("legacy.example.net", &[net.ip(11)]);
    let mut running = site.start(binary, &net);
    await_pods(running.http, "partner.example.com", &["10"]);
    await_pods(running.http, "legacy.example.com", &["11", "13"]);
    dns.addresses("partner.example.net", &[net.ip(12)]);
    dns.remove("legacy.example.net");
    await_pods(running.http, "partner.example.com", &["12"]);
    await_pods(running.http, "legacy.example.com", &["13"]);
    assert!(running.edge.alive(), "nobody restarted it");
}
