//! Reloads under load: new files, a new process, and not one request lost.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::client::{get, until};
use crate::edge::Edge;
use crate::haproxy;
use crate::layouts;
use crate::load::Load;
use crate::net::Net;
use crate::pod::Pod;
use crate::site::{HTTP, Site, web};

const HOST: &str = "shop.example.com";

/// The configuration, for a layout and with an admin socket.
fn config(layout: &str, admin: &str) -> String {
    format!(
        "version: 1
inputs: [manifests]
target: {{layout: {layout}}}
listen: {{http: ['NET.1:8000'], https: [], metrics: [], admin: {admin}}}
"
    )
}

/// Reloads five times, each time to the other of two pods, with clients at work; `reload` makes HAProxy take the files.
fn five_times(
    binary: &Path,
    config: &str,
    arguments: &[&str],
    mut reload: impl FnMut(&mut Edge, &Path),
) {
    let net = Net::take();
    let pods = [10, 11].map(|number| Pod::start(&format!("pod-{number}"), net.at(number, 8080)));
    let site = Site::new(
        &net,
        &[
            ("ingressc.yaml", config),
            ("manifests/web.yaml", &web(HOST, "web", &[10])),
        ],
    );
    site.compile();
    let http = net.at(1, HTTP);
    let mut command = Command::new(binary);
    command.args(arguments).args(["-f", "out/haproxy.cfg"]);
    let mut edge = Edge::run(command, site.path(), &[http]);
    let load = Load::start(http, HOST, 4, 4);
    for round in 0..5 {
        load.wait_for(50);
        let pod = 10 + (round + 1) % 2;
        site.write(&net, "manifests/web.yaml", &web(HOST, "web", &[pod]));
        site.compile();
        reload(&mut edge, site.path());
        let mut told = Instant::now();
        let wanted = Some(format!("pod-{pod}"));
        until(
            "the new files hold",
            Duration::from_secs(30),
            || {
                // A master (seen with 3.0) misses the signal while it is busy with the reload before.
                if told.elapsed() > Duration::from_secs(3) {
                    reload(&mut edge, site.path());
                    told = Instant::now();
                }
                get(http, HOST, "/").expect("an answer").pod
            },
            |pod| *pod == wanted,
        );
    }
    load.wait_for(50);
    let tally = load.stop();
    assert!(tally.asked > 300, "{tally:?}");
    assert_eq!(tally.lost(), 0, "{tally:#?}\n{}", edge.said());
    assert!(pods.iter().all(|pod| pod.answered() > 20), "{tally:?}");
}

#[test]
fn a_master_reloads_without_losing_a_request() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let config = config("portable", "''");
    five_times(binary, &config, &["-W"], |master, _| master.signal("USR2"));
}

#[test]
fn a_master_reloads_workers_that_are_locked_in() {
    let Some((binary, _)) = haproxy::binary().zip(layouts::debian()) else {
        return;
    };
    let folder = layouts::open_folder();
    let admin = folder.path().join("admin.sock").display().to_string();
    let config = config("debian", &admin);
    five_times(binary, &config, &["-W"], |master, _| master.signal("USR2"));
}

#[test]
fn a_new_process_takes_the_sockets_over_without_losing_a_request() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let config = config("portable", "admin.sock");
    five_times(binary, &config, &["-db"], |old, folder| {
        let pid = old.pid().to_string();
        let mut command = Command::new(binary);
        command.args([
            "-db",
            "-f",
            "out/haproxy.cfg",
            "-x",
            "admin.sock",
            "-sf",
            &pid,
        ]);
        let new = Edge::run(command, folder, &[]);
        // The old one ends by itself when its clients are gone; its guard would be quicker than that.
        std::mem::replace(old, new).finish(Duration::from_secs(20));
    });
}
