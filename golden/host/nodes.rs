//! Nodes behind a load balancer's health check: kube-proxy says on a port of its own whether a node has a pod of the Service.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::client::{get, until};
use crate::haproxy;
use crate::load::Load;
use crate::net::Net;
use crate::pod::Pod;
use crate::site::{Site, ingress};

const HOST: &str = "shop.example.com";

/// Checks are 10 seconds apart, and two have to fail.
const NOTICED: Duration = Duration::from_secs(25);

#[test]
fn a_node_without_a_pod_gets_no_requests() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let node = |number: u8| Pod::start(&number.to_string(), net.at(number, 30080));
    let kube_proxy = |number: u8| Pod::start("kube-proxy", net.at(number, 30800));
    let _nodes = [11, 12].map(node);
    let checks = [11, 12].map(kube_proxy);
    let web = format!(
        "{}---
apiVersion: v1
kind: Service
metadata: {{name: web, namespace: shop}}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  healthCheckNodePort: 30800
  ports: [{{port: 80, nodePort: 30080}}]
",
        ingress(HOST, "shop", "web", "number: 80")
    );
    let config = "\
version: 1
listen: {http: ['NET.1:8000'], https: [], metrics: []}
endpoints: {nodes: [NET.11, NET.12]}
";
    let site = Site::new(&net, &[("ingressc.yaml", config), ("web.yaml", &web)]);
    let running = site.start(binary, &net);
    let who = || -> BTreeSet<String> {
        let one = |_| get(running.http, HOST, "/").expect("an answer").pod;
        (0..12).filter_map(one).collect()
    };
    let await_nodes = |wanted: &[&str]| {
        let wanted: BTreeSet<String> = wanted.iter().map(|&name| name.to_owned()).collect();
        let what = format!("the nodes {wanted:?} answer");
        until(&what, NOTICED, who, |found| *found == wanted);
    };
    await_nodes(&["11", "12"]);

    // The node would still answer: its last pod is just ending.
    let load = Load::start(running.http, HOST, 2, 2);
    checks[1].answer_with(503);
    await_nodes(&["11"]);
    checks[1].answer_with(200);
    await_nodes(&["11", "12"]);
    checks[0].answer_with(503);
    await_nodes(&["12"]);
    let tally = load.stop();
    assert_eq!(tally.lost(), 0, "{tally:#?}\n{}", running.edge.said());
}
