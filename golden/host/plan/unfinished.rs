//! Runs that ended too early, and what somebody else told the process.

use super::live::{HOST, Live, is_at_least};
use crate::haproxy;
use crate::net::Net;
use crate::pod::Pod;
use crate::site::web;

/// Two servers, both in service.
fn start<'n>(binary: &'n std::path::Path, net: &'n Net) -> (Live<'n>, [Pod; 2]) {
    let pods = [10, 11].map(|number| Pod::start(&format!("web-{number}"), net.at(number, 8080)));
    let live = Live::start(binary, net, &web(HOST, "web", &[10, 11]), "", &[]);
    (live, pods)
}

/// The record of a run that was killed.
fn record(live: &Live<'_>, servers: &[&str], backends: &[&str]) {
    let info = live.ask("show info");
    let pid = info.lines().find_map(|line| line.strip_prefix("Pid: "));
    let pid: u32 = pid.and_then(|pid| pid.parse().ok()).expect("a number");
    let json =
        serde_json::json!({"version": 1, "pid": pid, "servers": servers, "backends": backends});
    let path = live.site.path().join("out/.apply.json");
    std::fs::write(path, json.to_string()).expect("writable");
}

#[test]
fn a_server_out_of_service_is_never_called_equal() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let (live, _pods) = start(binary, &net);
    let server = net.fill("shop_web_80/NET.11-8080");
    for state in ["maint", "drain"] {
        live.ask(&format!("set server {server} state {state}"));
        let done = live.apply(&[]);
        assert_eq!(
            (done.code, done.outcome()),
            (Some(1), "out_of_service"),
            "{}",
            done.said
        );
        assert!(!done.said.contains("  equal "), "{}", done.said);
        assert!(
            done.said
                .contains(&format!("set server {server} state ready")),
            "{}",
            done.said
        );
    }
    live.ask(&format!("set server {server} state ready"));
    let done = live.apply(&[]);
    live.went_well(&done);
}

#[test]
fn a_server_that_was_half_added_is_taken_into_service() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let (live, _pods) = start(binary, &net);
    let server = net.fill("shop_web_80/NET.11-8080");
    // As a kill between `add server` and `enable server` leaves it.
    live.ask(&format!("disable server {server}"));
    live.ask(&format!("disable health {server}"));
    record(&live, &[&server], &[]);
    let done = live.apply(&[]);
    live.went_well(&done);
    assert_eq!(
        done.json["apply"]["done"],
        serde_json::json!([
            format!("enable health {server}"),
            format!("set server {server} state ready")
        ])
    );
    assert!(!live.site.path().join("out/.apply.json").exists());
    live.equals_fresh(&[(HOST, "/", "web-")]);
}

#[test]
fn a_server_of_somebody_elses_is_left_alone() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let (live, _pods) = start(binary, &net);
    live.ask(&net.fill("add server shop_web_80/standby NET.12:8080"));
    live.manifests(&web(HOST, "web", &[10]));
    let done = live.apply(&[]);
    live.went_well(&done);
    assert!(
        done.said
            .contains("  left     server shop_web_80/standby alone"),
        "{}",
        done.said
    );
    assert!(
        done.said
            .contains(&net.fill("  deleted  server shop_web_80/NET.11-8080")),
        "{}",
        done.said
    );
    let shown = live.ask("show servers state shop_web_80");
    assert!(shown.contains(" standby "), "{shown}");
}

#[test]
fn a_second_run_waits_for_the_first() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let (live, _pods) = start(binary, &net);
    let folder = std::fs::File::open(live.site.path().join("out")).expect("readable");
    folder.lock().expect("nobody is there");
    let done = std::thread::scope(|scope| {
        let second = scope.spawn(|| live.apply(&[]));
        std::thread::sleep(std::time::Duration::from_millis(500));
        assert!(!second.is_finished());
        drop(folder);
        second.join().expect("it ends")
    });
    live.went_well(&done);
    assert!(
        done.said
            .contains("  waits    another run is at work on out"),
        "{}",
        done.said
    );
}

#[test]
fn a_backend_that_was_left_is_deleted() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    if !is_at_least(binary, 3, 4) {
        return;
    }
    let net = Net::take();
    let (live, _pods) = start(binary, &net);
    let config = std::fs::read_to_string(live.site.path().join("out/haproxy.cfg"));
    let config = config.expect("readable");
    let defaults = config
        .lines()
        .find_map(|line| line.strip_prefix("backend shop_web_80 from "));
    live.ask(&format!(
        "add backend gone from {}",
        defaults.expect("named")
    ));
    live.ask(&net.fill("add server gone/NET.12-8080 NET.12:8080"));
    // Nobody knows whose it is.
    let done = live.apply(&[]);
    assert_eq!(done.outcome(), "other_process", "{}", done.said);
    assert!(done.said.contains("backend gone"), "{}", done.said);
    record(&live, &[&net.fill("gone/NET.12-8080")], &["gone"]);
    let done = live.apply(&[]);
    live.went_well(&done);
    let shown = live.ask("show backend");
    assert!(!shown.contains("gone"), "{shown}");
}
