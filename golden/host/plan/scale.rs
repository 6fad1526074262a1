//! Servers that come, go, and get another weight or address.

use std::collections::BTreeMap;

use super::live::{HOST, Live, is_at_least};
use crate::client::get;
use crate::haproxy;
use crate::load::{Load, Tally};
use crate::net::Net;
use crate::pod::Pod;
use crate::site::web;

fn pods(net: &Net, numbers: &[u8]) -> Vec<Pod> {
    let start = |number: &u8| Pod::start(&format!("web-{number}"), net.at(*number, 8080));
    numbers.iter().map(start).collect()
}

/// Who answers so many requests, and how often.
fn shares(live: &Live<'_>, requests: usize) -> BTreeMap<String, usize> {
    let mut shares = BTreeMap::new();
    for _ in 0..requests {
        let answer = get(live.http(), HOST, "/").expect("an answer");
        *shares.entry(answer.pod.expect("a pod")).or_default() += 1;
    }
    shares
}

fn nothing_lost(tally: &Tally, live: &Live<'_>) {
    assert!(tally.asked > 200, "{tally:?}");
    assert_eq!(tally.lost(), 0, "{tally:#?}\n{}", live.edge.said());
}

#[test]
fn servers_come_and_go_without_losing_a_request() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _pods = pods(&net, &[10, 11, 12, 13]);
    let live = Live::start(binary, &net, &web(HOST, "web", &[10, 11]), "", &[]);
    let load = Load::start(live.http(), HOST, 4, 4);
    load.wait_for(50);
    for (step, numbers) in [
        &[10, 11, 12, 13][..],
        &[12],
        &[10, 12],
        &[11, 13],
        &[10, 11, 12, 13],
    ]
    .into_iter()
    .enumerate()
    {
        live.applied(&web(HOST, "web", numbers));
        load.wait_for(50);
        let shares = shares(&live, 4 * numbers.len());
        let expected: Vec<String> = numbers
            .iter()
            .map(|number| format!("web-{number}"))
            .collect();
        assert_eq!(
            shares.into_keys().collect::<Vec<_>>(),
            expected,
            "step {step}"
        );
    }
    nothing_lost(&load.stop(), &live);
    live.same_process();
    live.equals_fresh(&[(HOST, "/", "web-"), ("other.example.com", "/", "404")]);
}

#[test]
fn a_server_with_many_settings_is_like_one_of_the_files() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _pods = pods(&net, &[10, 11]);
    let web = |numbers: &[u8]| {
        web(HOST, "web", numbers).replace(
            "metadata: {name: web, namespace: shop}\nspec:\n  ports:",
            "metadata:\n  name: web\n  namespace: shop\n  annotations:\n    haproxy.org/pod-maxconn: '40'\n    \
             haproxy.org/check-interval: 1s\n    haproxy.org/load-balance: leastconn\n    \
             haproxy-ingress.github.io/slots-increment: '1'\nspec:\n  ports:",
        )
    };
    let live = Live::start(binary, &net, &web(&[10]), "", &[]);
    let load = Load::start(live.http(), HOST, 2, 2);
    load.wait_for(20);
    live.applied(&web(&[10, 11]));
    load.wait_for(200);
    nothing_lost(&load.stop(), &live);
    let config = std::fs::read_to_string(live.site.path().join("out/haproxy.cfg"));
    let config = config.expect("readable");
    assert!(config.contains("default-server maxconn 40"), "{config}");
    live.equals_fresh(&[(HOST, "/", "web-")]);
}

#[test]
fn weights_change_what_servers_get() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _pods = pods(&net, &[10, 11]);
    let weights = |a: u8, b: u8| {
        format!(
            "shop/web:80:\n  - {{address: NET.10, port: 8080, weight: {a}}}\n  - {{address: NET.11, port: 8080, weight: {b}}}\n"
        )
    };
    let manifests = web(HOST, "web", &[10, 11]);
    let live = Live::start(
        binary,
        &net,
        &manifests,
        "endpoints: {order: [inventory], inventory: backends.yaml}\n",
        &[("backends.yaml", &weights(10, 10))],
    );
    let load = Load::start(live.http(), HOST, 2, 2);
    load.wait_for(20);
    live.site
        .write_bare(&net, "backends.yaml", &weights(10, 90));
    live.applied(&manifests);
    load.wait_for(220);
    nothing_lost(&load.stop(), &live);
    let shares = shares(&live, 40);
    assert!((3..=5).contains(&shares["web-10"]), "{shares:?}");
    live.equals_fresh(&[(HOST, "/", "web-")]);
}

#[test]
fn a_server_that_moves_keeps_its_name() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _pods = pods(&net, &[10, 11, 12]);
    let manifests = web(HOST, "web", &[10, 11]);
    let live = Live::start(binary, &net, &manifests, "", &[]);
    // The files as they are where names of servers do not follow from their addresses.
    super::live::copy(
        &live.site.path().join("out"),
        &live.site.path().join("moved"),
    );
    let config = live.site.path().join("moved/haproxy.cfg");
    let text = std::fs::read_to_string(&config).expect("readable");
    let moved = net.fill(" NET.12:8080");
    let text = text.replace(&net.fill(" NET.11:8080"), &moved);
    assert!(text.contains(&moved));
    std::fs::write(config, text).expect("writable");
    let load = Load::start(live.http(), HOST, 4, 4);
    load.wait_for(50);
    let done = live.plan(&["--to", "moved", "--apply", "admin.sock"]);
    live.went_well(&done);
    load.wait_for(200);
    nothing_lost(&load.stop(), &live);
    let shares = shares(&live, 8);
    assert_eq!(shares.into_keys().collect::<Vec<_>>(), ["web-10", "web-12"]);
    live.equals_fresh(&[(HOST, "/", "web-")]);
}

#[test]
fn cookies_of_servers_are_told_where_the_version_takes_them() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _pods = pods(&net, &[10, 11]);
    let web = |numbers: &[u8]| {
        web(HOST, "web", numbers).replace(
            "metadata: {name: web, namespace: shop}\nspec:\n  ports:",
            "metadata: {name: web, namespace: shop, annotations: {haproxy.org/cookie-persistence: SRV}}\nspec:\n  ports:",
        )
    };
    let live = Live::start(binary, &net, &web(&[10]), "", &[]);
    if is_at_least(binary, 3, 0) {
        live.applied(&web(&[10, 11]));
        live.equals_fresh(&[(HOST, "/", "web-")]);
        return;
    }
    live.manifests(&web(&[10, 11]));
    let done = live.apply(&[]);
    assert_eq!(
        (done.code, done.outcome()),
        (Some(1), "reload_needed"),
        "{}",
        done.said
    );
    let changes = done.json["changes"].to_string();
    assert!(changes.contains("cookie"), "{changes}");
    // Nothing was touched.
    live.manifests(&web(&[10]));
    assert_eq!(live.apply(&[]).json["apply"]["commands"]["of"], 0);
}
