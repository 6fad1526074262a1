//! Few connections for many: TLS is answered whoever else keeps theirs.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use crate::edge::Edge;
use crate::haproxy;
use crate::net::Net;
use crate::passthrough::{Pair, session};
use crate::pod::Pod;
use crate::site::{HTTP, Site};

/// Where TLS is taken.
const HTTPS: u16 = 8443;

/// Where the database is.
const DATABASE: u16 = 26_000;

/// A host whose TLS is answered here, one whose TLS goes through, and a database; twenty connections for all of them.
const MANIFESTS: &str = r#"---
apiVersion: v1
kind: ConfigMap
metadata: {name: haproxy-config, namespace: haproxy}
data: {maxconn: "20"}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: own, namespace: shop}
spec:
  ingressClassName: haproxy
  tls: [{hosts: [own.example.com], secretName: own}]
  rules:
  - host: own.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: own, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: vault
  namespace: shop
  annotations: {haproxy.org/ssl-passthrough: "true"}
spec:
  ingressClassName: haproxy
  rules:
  - host: vault.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: own, port: {number: 80}}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: own, namespace: shop}
spec: {ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: own-1, namespace: shop, labels: {kubernetes.io/service-name: own}}
addressType: IPv4
ports: [{port: 8080}]
endpoints: [{addresses: [NET.10]}]
---
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop, annotations: {ingressc/expose: "26000"}}
spec: {ports: [{port: 5432}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: orders-1, namespace: shop, labels: {kubernetes.io/service-name: orders}}
addressType: IPv4
ports: [{port: 5432}]
endpoints: [{addresses: [NET.11]}]
"#;

/// The status of an answer over TLS; `None` when nothing comes for eight seconds.
fn get(https: SocketAddr) -> Option<String> {
    let (mut tls, _) = session(https, Some("own.example.com"), Duration::from_secs(8))?;
    tls.write_all(b"GET / HTTP/1.1\r\nhost: own.example.com\r\nconnection: close\r\n\r\n")
        .ok()?;
    let mut status = [0; 12];
    tls.read_exact(&mut status).ok()?;
    Some(String::from_utf8_lossy(&status).into_owned())
}

/// Whether the other side keeps a connection on which nobody says anything.
fn stands(mut stream: &TcpStream) -> bool {
    let patience = stream.set_read_timeout(Some(Duration::from_millis(300)));
    patience.expect("a socket");
    let read = stream.read(&mut [0]);
    read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

#[test]
fn idle_connections_to_databases_keep_no_handshake_waiting() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _web = Pod::start("own", net.at(10, 8080));
    let _database = Pod::start("orders", net.at(11, 5432));
    let config = format!(
        "version: 1\nlisten: {{http: ['NET.1:{HTTP}'], https: ['NET.1:{HTTPS}'], metrics: []}}\n\
         tcp: {{addresses: [NET.1]}}\nconfigMap: haproxy/haproxy-config\n"
    );
    let manifests = [MANIFESTS, &Pair::of("own.example.com").secret("own")].concat();
    let site = Site::new(
        &net,
        &[("ingressc.yaml", &config), ("manifests.yaml", &manifests)],
    );
    let bundle = site.bundle();
    let (https, database) = (net.at(1, HTTPS), net.at(1, DATABASE));
    let listen = [net.at(1, HTTP), https, database];
    let arguments = ["-db", "-n", "20"];
    let edge = Edge::start(binary, bundle.path(), &arguments, &listen);

    // Those that asked whether HAProxy listens are still on their way out.
    thread::sleep(Duration::from_millis(300));
    let idle: Vec<TcpStream> = (0..12)
        .filter_map(|_| TcpStream::connect_timeout(&database, Duration::from_secs(5)).ok())
        .collect();
    let before = idle.iter().filter(|stream| stands(stream)).count();

    let clients: Vec<_> = (0..10).map(|_| thread::spawn(move || get(https))).collect();
    for client in clients {
        let answer = client.join().expect("it does not panic");
        assert_eq!(answer.as_deref(), Some("HTTP/1.1 200"), "{}", edge.said());
    }
    // What the database's port may not have is closed, and nothing that it had is.
    let after = idle.iter().filter(|stream| stands(stream)).count();
    assert_eq!((idle.len(), before, after), (12, 10, 10), "{}", edge.said());
}
