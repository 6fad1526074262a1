//! TLS that goes through: each name is answered with the certificate of its own server, and all others as documented.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use ingressc::live::Recorder;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, ServerConfig, ServerConnection, StreamOwned};

use crate::edge::Edge;
use crate::haproxy;
use crate::net::Net;
use crate::site::{HTTP, Site};

/// Where TLS is taken.
const HTTPS: u16 = 8443;

/// A key and a certificate for it, each of which is made for this run alone.
pub(crate) struct Pair {
    key: String,
    certificate: String,
}

impl Pair {
    pub(crate) fn of(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a legal name");
        Self {
            key: made.signing_key.serialize_pem(),
            certificate: made.cert.pem(),
        }
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        let der = CertificateDer::from_pem_slice(self.certificate.as_bytes());
        der.expect("it was just made").to_vec()
    }

    /// A Secret of `shop`.
    pub(crate) fn secret(&self, name: &str) -> String {
        let block = |text: &str| text.replace('\n', "\n    ");
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: shop}}\ntype: kubernetes.io/tls\n\
             stringData:\n  tls.crt: |\n    {}\n  tls.key: |\n    {}\n",
            block(self.certificate.trim()),
            block(self.key.trim())
        )
    }
}

/// A server that answers TLS with a certificate of its own, and says its name to whoever has finished the handshake.
struct Server {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    greeted: Arc<AtomicUsize>,
    listener: Option<JoinHandle<()>>,
}

impl Server {
    fn start(name: &'static str, address: SocketAddr, pair: &Pair) -> Self {
        let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has suites for them")
            .with_no_client_auth()
            .with_single_cert(vec![pair.der().into()], key)
            .expect("the key is the certificate's");
        let config = Arc::new(config);
        let listener = TcpListener::bind(address).expect("nobody else has this address");
        let (over, greeted) = (Arc::default(), Arc::default());
        let its = (Arc::clone(&over), Arc::clone(&greeted));
        let listener = std::thread::spawn(move || {
            let (over, greeted): (Arc<AtomicBool>, Arc<AtomicUsize>) = its;
            for stream in listener.incoming().flatten() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let (config, greeted) = (Arc::clone(&config), Arc::clone(&greeted));
                std::thread::spawn(move || greet(name, stream, config, &greeted));
            }
        });
        Self {
            address,
            over,
            greeted,
            listener: Some(listener),
        }
    }

    /// How many clients have finished a handshake; a health check does not.
    fn greeted(&self) -> usize {
        self.greeted.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // A connection of our own wakes the listener.
        drop(TcpStream::connect_timeout(
            &self.address,
            Duration::from_secs(1),
        ));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn greet(name: &str, stream: TcpStream, config: Arc<ServerConfig>, greeted: &AtomicUsize) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    let Ok(session) = ServerConnection::new(config) else {
        return;
    };
    let mut tls = StreamOwned::new(session, stream);
    while tls.conn.is_handshaking() {
        if tls.conn.complete_io(&mut tls.sock).is_err() {
            return;
        }
    }
    greeted.fetch_add(1, Ordering::Relaxed);
    let _ = tls.write_all(name.as_bytes());
    tls.conn.send_close_notify();
    let _ = tls.flush();
}

/// The certificate that answers a handshake for `sni`; `None` when it is refused. With it, what the server says first.
pub(crate) fn handshake(address: SocketAddr, sni: Option<&str>) -> Option<(Vec<u8>, String)> {
    let (mut tls, recorder) = session(address, sni, Duration::from_millis(700))?;
    let leaf = recorder.take()?;
    let mut said = String::new();
    // HAProxy waits for a request, and says nothing.
    let _ = tls.read_to_string(&mut said);
    Some((leaf, said))
}

/// A finished handshake for `sni`, and who answered it; `None` when it is refused, or nothing comes for so long.
pub(crate) fn session(
    address: SocketAddr,
    sni: Option<&str>,
    patience: Duration,
) -> Option<(StreamOwned<ClientConnection, TcpStream>, Arc<Recorder>)> {
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5)).ok()?;
    stream.set_read_timeout(Some(patience)).ok()?;
    let recorder = Arc::new(Recorder::default());
    let provider = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(recorder.clone())
        .with_no_client_auth();
    config.enable_sni = sni.is_some();
    let name = ServerName::try_from(sni.unwrap_or("no-sni.invalid").to_owned()).ok()?;
    let session = ClientConnection::new(Arc::new(config), name).ok()?;
    let mut tls = StreamOwned::new(session, stream);
    while tls.conn.is_handshaking() {
        tls.conn.complete_io(&mut tls.sock).ok()?;
    }
    Some((tls, recorder))
}

/// An Ingress for `host` and its Service at `NET.pod`; with `through`, TLS goes through.
fn route(name: &str, host: &str, pod: u8, through: bool) -> String {
    let how = if through {
        "annotations: {haproxy.org/ssl-passthrough: \"true\"}"
    } else {
        "annotations: {}"
    };
    let tls = if through {
        String::new()
    } else {
        format!("\n  tls: [{{hosts: [{host}], secretName: {name}}}]")
    };
    format!(
        "---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: shop
  {how}
spec:
  ingressClassName: haproxy{tls}
  rules:
  - host: \"{host}\"
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {{service: {{name: {name}, port: {{number: 443}}}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: shop}}
spec:
  ports: [{{port: 443, targetPort: 8443}}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: {name}-1
  namespace: shop
  labels: {{kubernetes.io/service-name: {name}}}
addressType: IPv4
ports: [{{port: 8443}}]
endpoints: [{{addresses: [NET.{pod}]}}]
"
    )
}

#[test]
fn each_name_is_answered_with_the_certificate_of_its_own_server() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let [vault, tenants, own, default] = [
        "vault.example.com",
        "*.apps.example.com",
        "own.apps.example.com",
        "edge.example.com",
    ]
    .map(Pair::of);
    let servers = [
        Server::start("vault", net.at(10, HTTPS), &vault),
        Server::start("tenants", net.at(11, HTTPS), &tenants),
    ];
    let manifests = [
        route("vault", "vault.example.com", 10, true),
        route("tenants", "*.apps.example.com", 11, true),
        route("own", "own.apps.example.com", 12, false),
        own.secret("own"),
        default.secret("edge"),
    ]
    .concat();
    for with_default in [false, true] {
        let certificates = if with_default {
            "certificates: {default: shop/edge}\n"
        } else {
            ""
        };
        let config = format!(
            "version: 1\nlisten: {{http: ['NET.1:{HTTP}'], https: ['NET.1:{HTTPS}'], metrics: []}}\n{certificates}"
        );
        let site = Site::new(
            &net,
            &[("ingressc.yaml", &config), ("manifests.yaml", &manifests)],
        );
        let bundle = site.bundle();
        let https = net.at(1, HTTPS);
        let edge = Edge::start(binary, bundle.path(), &["-db"], &[net.at(1, HTTP), https]);
        let of_default = with_default.then_some((&default, ""));
        for (sni, expected) in [
            (Some("vault.example.com"), Some((&vault, "vault"))),
            (Some("VAULT.example.com"), Some((&vault, "vault"))),
            (Some("a.apps.example.com"), Some((&tenants, "tenants"))),
            // Below the wildcard, and more specific.
            (Some("own.apps.example.com"), Some((&own, ""))),
            // What nobody claims gets the default certificate, and without one no handshake.
            (Some("two.labels.apps.example.com"), of_default),
            (Some("example.org"), of_default),
            (None, of_default),
        ] {
            let answer = handshake(https, sni);
            let expected = expected.map(|(pair, said)| (pair.der(), said.to_owned()));
            let is_right = answer == expected;
            assert!(
                is_right,
                "{sni:?}, with_default: {with_default}: {:?}\n{}",
                answer.map(|(_, said)| said),
                edge.said()
            );
        }
        // In clear text, nothing gets to a server that is to be asked over TLS.
        let before = servers.each_ref().map(Server::greeted);
        for host in ["vault.example.com", "a.apps.example.com"] {
            let answer = crate::client::get(net.at(1, HTTP), host, "/").expect("an answer");
            assert_eq!((answer.status, answer.pod), (421, None), "{host}");
        }
        assert_eq!(servers.each_ref().map(Server::greeted), before);
    }
}
