//! Numbers of servers: a HAProxy that was told of new servers while it ran shares requests out as one that reads the files.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::client::{Client, until};
use crate::edge::{Edge, runtime};
use crate::haproxy;
use crate::net::Net;
use crate::pod::Pod;
use crate::site::{HTTP, Site, web};

const HOST: &str = "shop.example.com";
const BACKEND: &str = "shop_web_80";
const KEYS: usize = 300;

const CONFIG: &str = "version: 1
inputs: [manifests]
listen: {http: ['NET.1:8000'], https: [], metrics: [], admin: admin.sock}
";

/// Which pod answers each of the paths.
fn table(edge: &Edge, net: &Net) -> Vec<String> {
    let mut client = Client::connect(net.at(1, HTTP), Duration::from_secs(5)).expect("it listens");
    let paths = (0..KEYS).map(|key| format!("/key-{key}"));
    let answers = paths.map(|path| client.ask(HOST, &path).expect("an answer").pod);
    let pods: Option<Vec<String>> = answers.collect();
    pods.unwrap_or_else(|| panic!("HAProxy answered itself:\n{}", edge.said()))
}

/// The manifests with these pods, whose Service hashes paths.
fn manifests(pods: &[u8]) -> String {
    let metadata = "metadata: {name: web, namespace: shop}\nspec:\n  ports";
    let balanced = "metadata: {name: web, namespace: shop, annotations: {haproxy.org/load-balance: uri}}\nspec:\n  ports";
    let text = web(HOST, "web", pods);
    assert!(text.contains(metadata));
    text.replace(metadata, balanced)
}

/// The servers of a bundle, with their addresses and numbers.
fn servers(folder: &Path) -> BTreeMap<String, (String, usize)> {
    let config = std::fs::read_to_string(folder.join("haproxy.cfg")).expect("a bundle");
    let begins = format!("backend {BACKEND} ");
    let section = config.lines().skip_while(|line| !line.starts_with(&begins));
    let lines = section.filter_map(|line| line.strip_prefix("    server "));
    let servers = lines.enumerate().map(|(at, line)| {
        let words: Vec<&str> = line.split(' ').collect();
        let said = words.iter().position(|word| *word == "id");
        let id = said.map_or(at + 1, |at| words[at + 1].parse().expect("a number"));
        (words[0].to_owned(), (words[1].to_owned(), id))
    });
    servers.collect()
}

/// Tells a running HAProxy what changes between two bundles.
fn tell(site: &Path, before: &str, after: &str, more: &str) {
    let (before, after) = (servers(&site.join(before)), servers(&site.join(after)));
    let ask = |command: &str| runtime(&site.join("admin.sock"), command).expect("it answers");
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        let whom = format!("{BACKEND}/{name}");
        ask(&format!("set server {whom} state maint"));
        let remove = || ask(&format!("del server {whom}"));
        let wait = Duration::from_secs(10);
        until(&whom, wait, remove, |said| said.contains("Server deleted"));
    }
    for (name, (address, id)) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        let whom = format!("{BACKEND}/{name}");
        let said = ask(&format!("add server {whom} {address} id {id}{more}"));
        assert!(said.contains("New server registered"), "{said}");
        ask(&format!("enable server {whom}"));
    }
}

#[test]
fn a_server_that_is_added_at_run_time_has_the_share_that_the_files_give_it() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let pods = (10..16).map(|number| Pod::start(&format!("pod-{number}"), net.at(number, 8080)));
    let _pods: Vec<Pod> = pods.collect();
    let site = Site::new(
        &net,
        &[
            ("ingressc.yaml", CONFIG),
            ("manifests/web.yaml", &manifests(&[10, 11, 12, 13])),
        ],
    );
    site.compile_with(&["-o", "bundle-0", "--previous", "bundle-0"]);
    let start = |bundle: &str| {
        let folder = site.path().join(bundle);
        // In the site's folder, so that all have their socket there.
        let mut command = std::process::Command::new(binary);
        command.arg("-db").arg("-f").arg(folder.join("haproxy.cfg"));
        Edge::run(command, site.path(), &[net.at(1, HTTP)])
    };
    // HAProxy 3.0 and later can be told to go by addresses; lines of servers inherit it, commands do not.
    let config = site.path().join("bundle-0/haproxy.cfg");
    let config = std::fs::read_to_string(config).expect("a bundle");
    let by_address = config.contains("hash-key addr-port");
    let more = if by_address {
        " hash-key addr-port"
    } else {
        ""
    };

    let mut edge = start("bundle-0");
    let mut before = table(&edge, &net);
    // One goes away at the front; two of three more; one comes back, and another one comes.
    let steps: [&[u8]; 3] = [&[11, 12, 13, 14], &[12, 14], &[10, 12, 14, 15]];
    let mut moved_without = 0;
    for (step, pods) in steps.into_iter().enumerate() {
        let (old, new) = (format!("bundle-{step}"), format!("bundle-{}", step + 1));
        site.write(&net, "manifests/web.yaml", &manifests(pods));
        site.compile_with(&["-o", &new, "--previous", &old]);
        tell(site.path(), &old, &new, more);
        let told = table(&edge, &net);
        drop(edge);
        edge = start(&new);
        assert_eq!(told, table(&edge, &net), "{pods:?}");
        // Who was at a server that stayed is there, or at a new one.
        let known = servers(&site.path().join(&old));
        let is_new = |pod: &str| {
            let number: u8 = pod["pod-".len()..].parse().expect("a number");
            !known.contains_key(&format!("{}-8080", net.ip(number)))
        };
        let stays = |pod: &str| pods.iter().any(|number| pod == format!("pod-{number}"));
        for (was, is) in before.iter().zip(&told) {
            assert!(!stays(was) || was == is || is_new(is), "{was} {is}");
        }

        site.compile_with(&["-o", "without"]);
        let own = servers(&site.path().join(&new));
        if !by_address && servers(&site.path().join("without")) != own {
            drop(edge);
            edge = start("without");
            moved_without += usize::from(table(&edge, &net) != told);
            drop(edge);
            edge = start(&new);
        }
        before = told;
    }
    // Else nothing was shown.
    assert!(by_address || moved_without > 0);
}
