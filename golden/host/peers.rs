//! Two HAProxy hosts that share their stick tables: a client keeps its server, whichever host it reaches.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use crate::client::{Client, until};
use crate::edge::{Edge, runtime};
use crate::haproxy;
use crate::net::Net;
use crate::pod::Pod;
use crate::site::{HTTP, Site, web};

const HOST: &str = "shop.example.com";

/// How many clients there are. More than pods, so that several share one.
const CLIENTS: u8 = 10;

/// One of the two hosts.
struct Peer {
    _edge: Edge,
    http: SocketAddr,
    admin: PathBuf,
    _bundle: TempDir,
}

/// The edge with this number, 1 or 2, on that address.
fn start(binary: &std::path::Path, net: &Net, site: &Site, number: u8) -> Peer {
    let config = format!(
        "version: 1
listen: {{http: ['NET.{number}:8000'], https: [], metrics: [], admin: admin.sock}}
peers: {{edge1: 'NET.1:10000', edge2: 'NET.2:10000'}}
include: {{frontend: [client.cfg]}}
"
    );
    site.write(net, "ingressc.yaml", &config);
    let bundle = site.bundle();
    let http = net.at(number, HTTP);
    let name = format!("edge{number}");
    let edge = Edge::start(binary, bundle.path(), &["-db", "-L", &name], &[http]);
    Peer {
        _edge: edge,
        http,
        admin: bundle.path().join("admin.sock"),
        _bundle: bundle,
    }
}

impl Peer {
    /// The pod that answers the client with this number.
    fn pod_of(&self, client: u8) -> String {
        let mut connection =
            Client::connect(self.http, Duration::from_secs(10)).expect("it listens");
        let header = format!("x-client: 192.0.2.{client}\r\n");
        let answer = connection.ask_with(HOST, "/", &header).expect("an answer");
        answer.pod.expect("a pod's answer")
    }

    /// Waits until it remembers all clients.
    fn remembers_all(&self) {
        let used = format!("used:{CLIENTS}");
        until(
            "the stick table is shared",
            Duration::from_secs(30),
            || runtime(&self.admin, "show table").expect("it answers"),
            |tables| tables.contains(&used),
        );
    }
}

#[test]
fn a_client_keeps_its_server_on_the_other_host() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _pods = [10, 11, 12, 13].map(|n| Pod::start(&n.to_string(), net.at(n, 8080)));
    let service = web(HOST, "web", &[10, 11, 12, 13]);
    let service = service.replace(
        "  ports: [{port: 80",
        "  sessionAffinity: ClientIP\n  ports: [{port: 80",
    );
    // All clients of this test have one address; the header stands in for theirs.
    let client = "http-request set-src req.hdr(x-client)\n";
    let site = Site::new(&net, &[("web.yaml", &service), ("client.cfg", client)]);
    let one = start(binary, &net, &site, 1);
    let other = start(binary, &net, &site, 2);

    let found: Vec<String> = (0..CLIENTS).map(|client| one.pod_of(client)).collect();
    let distinct: BTreeSet<&String> = found.iter().collect();
    assert_eq!(distinct.len(), 4, "the clients are spread: {found:?}");
    other.remembers_all();
    // In another order, so that the turn of the pods would not give the same.
    let again = |host: &Peer| -> Vec<String> {
        let mut pods: Vec<String> = (0..CLIENTS)
            .rev()
            .map(|client| host.pod_of(client))
            .collect();
        pods.reverse();
        pods
    };
    assert_eq!(again(&other), found);
    assert_eq!(again(&one), found);

    // A host that starts anew learns from the other one.
    drop(one);
    let one = start(binary, &net, &site, 1);
    one.remembers_all();
    assert_eq!(again(&one), found);
}
