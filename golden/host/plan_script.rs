//! `plan --format script`, given to a running HAProxy as `socat` would: all at once, with nobody who reads the answers in between.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::client::{get, until};
use crate::edge::{Edge, runtime};
use crate::haproxy;
use crate::load::Load;
use crate::net::Net;
use crate::passthrough::Pair;
use crate::pod::Pod;
use crate::site::{HTTP, Site, ingress, web};

const HOST: &str = "shop.example.com";

const CONFIG: &str = "version: 1
inputs: [manifests]
listen: {http: ['NET.1:8000'], https: ['NET.1:8443'], metrics: [], admin: admin.sock}
";

/// The shop with pods, and a host with TLS for each of `hosts`, which the shop answers, too.
fn manifests(pods: &[u8], hosts: &[(&str, &Pair)]) -> String {
    let mut text = web(HOST, "web", pods);
    for (host, pair) in hosts {
        let name = host.split('.').next().expect("a label");
        let tls = format!("  tls: [{{hosts: [{host}], secretName: {name}}}]\n  rules:");
        let ingress = ingress(host, "shop", "web", "number: 80");
        let ingress = ingress.replace(
            "metadata: {name: web,",
            &format!("metadata: {{name: {name},"),
        );
        text.push_str("---\n");
        text.push_str(&ingress.replace("  rules:", &tls));
        text.push_str(&pair.secret(name));
    }
    text
}

/// Runs the program where the site is.
fn ingressc(site: &Site, arguments: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ingressc"));
    command.args(arguments.split_whitespace());
    let output = command.current_dir(site.path()).output();
    let output = output.expect("it is built");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).expect("text")
}

/// Sends it all, and reads all answers. Returns when HAProxy has closed the connection.
fn pipe(socket: &Path, script: &str) -> String {
    let mut stream = UnixStream::connect(socket).expect("it listens");
    let patience = Some(Duration::from_mins(1));
    stream.set_read_timeout(patience).expect("a time");
    let mut sending = stream.try_clone().expect("a socket");
    let script = script.to_owned();
    let sender = std::thread::spawn(move || {
        sending.write_all(script.as_bytes()).expect("it reads");
        let _ = sending.shutdown(Shutdown::Write);
    });
    let mut said = String::new();
    stream.read_to_string(&mut said).expect("it answers");
    sender.join().expect("it was sent");
    said
}

/// The entries of a map in memory, as its file has them.
fn in_memory(socket: &Path, map: &str) -> BTreeSet<String> {
    let shown = runtime(socket, &format!("show map {map}")).expect("an answer");
    let entries = shown.lines().filter_map(|line| line.split_once(' '));
    entries.map(|(_, entry)| entry.to_owned()).collect()
}

/// The names of servers.
fn servers(socket: &Path, backend: &str) -> BTreeSet<String> {
    let shown = runtime(socket, &format!("show servers state {backend}")).expect("an answer");
    let rows = shown
        .lines()
        .skip(2)
        .map(|row| row.split(' ').collect::<Vec<_>>());
    rows.filter_map(|row| {
        Some(format!(
            "{} admin {} weight {}",
            row.get(3)?,
            row.get(6)?,
            row.get(7)?
        ))
    })
    .collect()
}

/// A field of `show info`.
fn info(socket: &Path, field: &str) -> String {
    let shown = runtime(socket, "show info").expect("an answer");
    let found = shown.lines().find_map(|line| line.strip_prefix(field));
    found.expect("the field is there").to_owned()
}

fn pid(socket: &Path) -> String {
    info(socket, "Pid: ")
}

/// `3.2`.
fn version(socket: &Path) -> String {
    let version = info(socket, "Version: ");
    let parts: Vec<&str> = version.split(['.', '-']).take(2).collect();
    parts.join(".")
}

#[test]
fn a_script_brings_a_running_haproxy_to_the_files() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let pods =
        [10, 11, 12].map(|number| Pod::start(&format!("pod-{number}"), net.at(number, 8080)));
    let [first, second, third] =
        ["one", "one", "two"].map(|name| Pair::of(&format!("{name}.example.com")));
    let before = manifests(&[10, 11], &[("one.example.com", &first)]);
    let after = manifests(
        &[11, 12],
        &[("one.example.com", &second), ("two.example.com", &third)],
    );
    let site = Site::new(
        &net,
        &[("ingressc.yaml", CONFIG), ("manifests/all.yaml", &before)],
    );
    site.compile();
    let http = net.at(1, HTTP);
    let mut command = Command::new(binary);
    command.args(["-db", "-f", "out/haproxy.cfg"]);
    let mut edge = Edge::run(command, site.path(), &[http]);
    let socket = site.path().join("admin.sock");
    let process = pid(&socket);

    site.write(&net, "manifests/all.yaml", &after);
    let version = version(&socket);
    let script = ingressc(
        &site,
        &format!("plan --from out --to manifests --format script --haproxy {version}"),
    );
    assert!(script.contains("-----BEGIN PRIVATE KEY-----"), "{script}");

    let load = Load::start(http, HOST, 3, 3);
    load.wait_for(100);
    let said = pipe(&socket, &script);
    load.wait_for(100);
    let tally = load.stop();
    assert_eq!(tally.lost(), 0, "{tally:#?}\n{said}");
    // Before 3.0 no command waits for connections, and who pipes a script sends what was refused again.
    let goes = |line: &&str| version == "2.6" && line.starts_with("del server");
    for line in script.lines().filter(goes) {
        until(
            "the server has no connections",
            Duration::from_secs(30),
            || runtime(&socket, line).expect("an answer"),
            |answer| answer.contains("No such server"),
        );
    }
    let said = said.replace(
        "Server still has connections attached to it, cannot remove it.",
        "",
    );
    for refusal in [
        "Unknown",
        "expects",
        "not found",
        "Can't",
        "No such",
        "error",
        "Failed",
    ] {
        assert!(!said.contains(refusal), "{said}\n{script}");
    }

    site.compile();
    for map in ["maps/host.map", "maps/path.map"] {
        let file = std::fs::read_to_string(site.path().join("out").join(map)).expect("written");
        let file: BTreeSet<String> = file.lines().map(str::to_owned).collect();
        assert_eq!(in_memory(&socket, map), file);
    }
    let there = servers(&socket, "shop_web_80");
    let wanted = [11, 12].map(|number| {
        let at = net.at(number, 8080);
        format!("{}-{} admin 0 weight 1", at.ip(), at.port())
    });
    assert_eq!(there, BTreeSet::from(wanted), "{said}");
    let list = runtime(&socket, "show ssl crt-list out/crt-list.txt");
    let list = list.expect("an answer")
        + &runtime(&socket, "show ssl crt-list crt-list.txt").expect("an answer");
    for line in [
        "certs/shop_one.pem one.example.com",
        "certs/shop_two.pem two.example.com",
    ] {
        assert!(list.contains(line), "{list}");
    }
    assert_eq!(pid(&socket), process, "the same process");
    assert!(edge.alive());
    let answer = get(http, "two.example.com", "/").expect("an answer");
    assert!(answer.pod.is_some(), "{answer:?}");
    assert!(pods[2].answered() > 0, "the new pod is asked");

    // What runs is what the files say now.
    let again = ingressc(&site, "plan --from out --to manifests --format script");
    assert_eq!(again, "");
}
