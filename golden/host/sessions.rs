//! Connections that nobody sends on: half-closed, refused, waiting in a queue, or waiting for the first check.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use ingressc::ir::HaproxyVersion;

use crate::client::until;
use crate::edge::Edge;
use crate::failover::{CONFIG, DATABASE, HEALTH, Listening, PATIENCE, connect, service};
use crate::haproxy;
use crate::net::Net;
use crate::site::Site;

const EXPOSED: &str = "ingressc/expose: \"true\"";

/// A server that says the letter that it is called by, and is silent then.
fn greeter(net: &Net, last: u8, name: u8) -> Listening {
    Listening::start(net.at(last, DATABASE), move |mut stream| {
        let _ = stream.write_all(&[name]);
        let _ = stream.read(&mut [0; 1]);
    })
}

#[test]
fn who_has_said_everything_may_wait_for_the_answer() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    // Longer than HTTP's limit for such connections.
    let work = Duration::from_secs(6);
    let _server = Listening::start(net.at(10, DATABASE), move |mut stream| {
        let mut question = Vec::new();
        let _ = stream.read_to_end(&mut question);
        std::thread::sleep(work);
        let _ = stream.write_all(&question);
    });
    let manifests = service("orders", &[EXPOSED], &[10]);
    let site = Site::new(&net, &[("ingressc.yaml", CONFIG), ("db.yaml", &manifests)]);
    let bundle = site.bundle();
    let address = net.at(1, 26000);
    let edge = Edge::start(binary, bundle.path(), &["-db"], &[address]);
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2)).expect("bound");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.write_all(b"how many").expect("it is open");
    stream.shutdown(Shutdown::Write).expect("it is open");
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    assert!(
        read.is_ok() && answer == "how many",
        "{answer:?}, {read:?}\n{}",
        edge.said()
    );
}

#[test]
fn clients_that_got_nowhere_are_logged() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _server = greeter(&net, 10, b'a');
    let manifests = [
        service(
            "closed",
            &[EXPOSED, "ingressc/allow-list: 203.0.113.9"],
            &[10],
        ),
        // Nobody listens there.
        service("gone", &[EXPOSED], &[11]),
    ]
    .concat();
    let site = Site::new(&net, &[("ingressc.yaml", CONFIG), ("db.yaml", &manifests)]);
    let bundle = site.bundle();
    let ports = [26000, 26001].map(|port| net.at(1, port));
    let edge = Edge::start(binary, bundle.path(), &["-db"], &ports);
    for (port, name) in ports.into_iter().zip(["fe_tcp_26000 ", "fe_tcp_26001 "]) {
        // It waits for the server to speak, as clients of MySQL do.
        assert!(connect(port).is_none(), "{port}");
        let log = || edge.log();
        until("it is logged", PATIENCE, log, |log| log.contains(name));
    }
}

#[test]
fn silent_clients_wait_as_long_as_the_queue_may_take() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _server = greeter(&net, 10, b'a');
    let controller = "apiVersion: v1
kind: ConfigMap
metadata: {name: controller, namespace: haproxy}
data: {timeout-client: 1s}
";
    let annotations = [
        EXPOSED,
        "haproxy.org/pod-maxconn: \"1\"",
        "ingressc/timeout-queue: 1m",
    ];
    let manifests = format!("{controller}{}", service("orders", &annotations, &[10]));
    let config = format!("{CONFIG}configMap: haproxy/controller\ninstances: 1\n");
    let files = [
        ("ingressc.yaml", config.as_str()),
        ("db.yaml", manifests.as_str()),
    ];
    let site = Site::new(&net, &files);
    let bundle = site.bundle();
    let address = net.at(1, 26000);
    let edge = Edge::start(binary, bundle.path(), &["-db"], &[address]);
    let (first, _) = connect(address).expect("a server");
    let mut second = TcpStream::connect_timeout(&address, Duration::from_secs(2)).expect("bound");
    second.set_read_timeout(Some(PATIENCE)).expect("a socket");
    std::thread::sleep(Duration::from_secs(3));
    drop(first);
    let mut name = [0];
    let got = second.read_exact(&mut name);
    assert!(got.is_ok() && name == *b"a", "{got:?}\n{}", edge.said());
}

#[test]
fn nobody_gets_to_a_replica_before_the_first_check() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let target = std::env::var("INGRESSC_TARGET");
    let target = target.map_or(Some(HaproxyVersion::default()), |it| {
        HaproxyVersion::parse(&it)
    });
    let knows = target.expect("a version").has(3, 1);
    let net = Net::take();
    let _servers = [(10, b'a'), (11, b'b')].map(|(last, name)| greeter(&net, last, name));
    let _health = [(10, "503 No"), (11, "200 OK")].map(|(last, status)| {
        Listening::start(net.at(last, HEALTH), move |mut stream| {
            let _ = stream.read(&mut [0; 1024]);
            // Long enough that connections come in between.
            std::thread::sleep(Duration::from_millis(1_500));
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes());
        })
    });
    let annotations = [
        EXPOSED,
        "ingressc/check: http /primary",
        "ingressc/check-port: \"8008\"",
    ];
    let manifests = service("orders", &annotations, &[10, 11]);
    let site = Site::new(&net, &[("ingressc.yaml", CONFIG), ("db.yaml", &manifests)]);
    let bundle = site.bundle();
    let address = net.at(1, 26000);
    let began = Instant::now();
    let edge = Edge::start(binary, bundle.path(), &["-db"], &[address]);
    let mut seen = Vec::new();
    let who = || {
        let name = connect(address).map(|(_, name)| name);
        seen.push(name);
        name
    };
    until("the primary", PATIENCE, who, |name| *name == Some(b'b'));
    // Two seconds between two checks spread the first ones, and the answer takes its time.
    assert!(began.elapsed() < Duration::from_secs(10), "{}", edge.said());
    let strays = seen.contains(&Some(b'a'));
    assert!(!(knows && strays), "{seen:?}\n{}", edge.said());
}
