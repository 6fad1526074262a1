//! What connections to databases live through: silence, a primary that becomes a replica, and replicas that stand in.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::client::until;
use crate::edge::Edge;
use crate::haproxy;
use crate::net::Net;
use crate::site::Site;

/// Where databases listen, and where they say over HTTP whether they are what is asked for.
pub(crate) const DATABASE: u16 = 5432;
pub(crate) const HEALTH: u16 = 8008;

/// How long a change may take on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Only exposed ports listen, and they are on the first address of the network.
pub(crate) const CONFIG: &str = "version: 1
listen: {http: [], https: [], metrics: [], admin: ''}
tcp: {pool: 26000-26009, addresses: [NET.1]}
";

/// A listener on an address, until it is dropped.
pub(crate) struct Listening {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listening {
    pub(crate) fn start(
        address: SocketAddr,
        serve: impl Fn(TcpStream) + Clone + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).expect("nobody else has this address");
        let over = Arc::<AtomicBool>::default();
        let its = Arc::clone(&over);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if its.load(Ordering::Relaxed) {
                    return;
                }
                let serve = serve.clone();
                // Ends with its connection, at the latest after the time that reads may take.
                std::thread::spawn(move || {
                    let _ = stream.set_read_timeout(Some(Duration::from_mins(1)));
                    serve(stream);
                });
            }
        });
        Self {
            address,
            over,
            thread: Some(thread),
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // A connection of our own wakes the listener.
        drop(TcpStream::connect_timeout(
            &self.address,
            Duration::from_secs(1),
        ));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A database that says the letter that it is called by, and then repeats what it is told.
struct Member {
    /// Whether its health port answers 200, and not 503.
    healthy: Arc<AtomicBool>,
    _ports: [Listening; 2],
}

impl Member {
    fn start(net: &Net, last: u8, name: u8, healthy: bool) -> Self {
        let healthy = Arc::new(AtomicBool::new(healthy));
        let asked = Arc::clone(&healthy);
        let database = Listening::start(net.at(last, DATABASE), move |mut stream| {
            let mut buffer = [0; 64];
            let mut told = stream.write_all(&[name]).map(|()| 1);
            while let Ok(1..) = told {
                told = stream.read(&mut buffer);
                let length = *told.as_ref().unwrap_or(&0);
                if stream.write_all(&buffer[..length]).is_err() {
                    return;
                }
            }
        });
        let health = Listening::start(net.at(last, HEALTH), move |mut stream| {
            let _ = stream.read(&mut [0; 1024]);
            let status = if asked.load(Ordering::Relaxed) {
                "200 OK"
            } else {
                "503 No"
            };
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes());
        });
        Self {
            healthy,
            _ports: [database, health],
        }
    }

    fn set(&self, healthy: bool) {
        self.healthy.store(healthy, Ordering::Relaxed);
    }
}

/// A Service with its pods, each at `NET.n`; `annotations`: lines.
pub(crate) fn service(name: &str, annotations: &[&str], pods: &[u8]) -> String {
    let annotations: Vec<String> = annotations
        .iter()
        .map(|line| format!("\n    {line}"))
        .collect();
    let annotations = annotations.concat();
    let pods: Vec<String> = pods
        .iter()
        .map(|n| format!("\n- addresses: [NET.{n}]"))
        .collect();
    let pods = pods.concat();
    format!(
        "---
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: db
  annotations:{annotations}
    example.com/owner: databases
spec:
  ports: [{{name: pg, port: {DATABASE}}}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: {name}-1
  namespace: db
  labels: {{kubernetes.io/service-name: {name}}}
addressType: IPv4
ports: [{{name: pg, port: {DATABASE}}}]
endpoints:{pods}
"
    )
}

/// A connection, and the letter of who is at its other end; `None` when it is closed at once.
pub(crate) fn connect(address: SocketAddr) -> Option<(TcpStream, u8)> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut name = [0];
    stream.read_exact(&mut name).ok()?;
    Some((stream, name[0]))
}

/// Waits until new connections get to `name`.
fn until_at(address: SocketAddr, name: u8) {
    let who = || connect(address).map(|(_, name)| name);
    let what = format!("new connections get to {}", char::from(name));
    until(&what, PATIENCE, who, |found| *found == Some(name));
}

/// Whether the other end closes the connection, sooner than a read takes.
fn is_closed(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 8]) {
        Ok(length) => length == 0,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

/// Whether what is said comes back.
fn repeats(stream: &mut TcpStream) -> bool {
    let mut answer = [0; 5];
    stream.write_all(b"hello").is_ok()
        && stream.read_exact(&mut answer).is_ok()
        && answer == *b"hello"
}

#[test]
fn silence_is_measured_by_the_tunnel_alone() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _member = Member::start(&net, 10, b'a', true);
    // Shorter than the silence on either side: neither counts once the connection stands.
    let controller = "apiVersion: v1
kind: ConfigMap
metadata: {name: controller, namespace: haproxy}
data: {timeout-client: 1s, timeout-server: 1s}
";
    let manifests = [
        controller.to_owned(),
        service("kept", &["ingressc/expose: \"true\""], &[10]),
        service(
            "short",
            &["ingressc/expose: \"true\"", "ingressc/timeout-tunnel: 1s"],
            &[10],
        ),
    ]
    .concat();
    let config = format!("{CONFIG}configMap: haproxy/controller\n");
    let files = [
        ("ingressc.yaml", config.as_str()),
        ("db.yaml", manifests.as_str()),
    ];
    let site = Site::new(&net, &files);
    let bundle = site.bundle();
    let [kept, short] = [net.at(1, 26000), net.at(1, 26001)];
    let edge = Edge::start(binary, bundle.path(), &["-db"], &[kept, short]);
    let (mut kept, _) = connect(kept).expect("a server");
    let (mut short, _) = connect(short).expect("a server");
    let began = Instant::now();
    assert!(is_closed(&mut short), "{}", edge.said());
    let lived = began.elapsed();
    assert!(lived > Duration::from_millis(700), "{lived:?}");
    std::thread::sleep(Duration::from_secs(4).saturating_sub(lived));
    assert!(repeats(&mut kept), "{}", edge.said());
}

#[test]
fn clients_follow_the_primary() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let [a, b] = [(10, b'a', true), (11, b'b', false)]
        .map(|(last, name, primary)| Member::start(&net, last, name, primary));
    let annotations = [
        "ingressc/expose: \"true\"",
        "ingressc/check: http /primary",
        "ingressc/check-port: \"8008\"",
        "ingressc/on-marked-down: shutdown-sessions",
        "haproxy.org/check-interval: 200ms",
    ];
    let manifests = service("orders", &annotations, &[10, 11]);
    let site = Site::new(&net, &[("ingressc.yaml", CONFIG), ("db.yaml", &manifests)]);
    let bundle = site.bundle();
    let address = net.at(1, 26000);
    let edge = Edge::start(binary, bundle.path(), &["-db"], &[address]);
    // The replica counts as up until it is asked.
    until_at(address, b'a');
    let two = || [connect(address), connect(address)].map(|found| found.map(|(_, name)| name));
    until("only the primary", PATIENCE, two, |found| {
        *found == [Some(b'a'); 2]
    });
    let (mut session, _) = connect(address).expect("a server");
    assert!(repeats(&mut session));
    // The roles change, and the old primary answers on.
    b.set(true);
    a.set(false);
    assert!(is_closed(&mut session), "{}", edge.said());
    until_at(address, b'b');
}

#[test]
fn replicas_stand_in_until_the_primary_is_back() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let primary = Member::start(&net, 10, b'a', true);
    let _replicas =
        [(11, b'b'), (12, b'c')].map(|(last, name)| Member::start(&net, last, name, true));
    let annotations = [
        "ingressc/expose: \"true\"",
        "ingressc/backup: orders-replica",
        "ingressc/check: http /health",
        "ingressc/check-port: \"8008\"",
        "ingressc/on-marked-up: shutdown-backup-sessions",
        "haproxy.org/check-interval: 200ms",
    ];
    let manifests = [
        service("orders", &annotations, &[10]),
        service("orders-replica", &[], &[11, 12]),
    ]
    .concat();
    let site = Site::new(&net, &[("ingressc.yaml", CONFIG), ("db.yaml", &manifests)]);
    let bundle = site.bundle();
    let address = net.at(1, 26000);
    let edge = Edge::start(binary, bundle.path(), &["-db"], &[address]);
    let (mut of_primary, name) = connect(address).expect("a server");
    assert_eq!(name, b'a');
    primary.set(false);
    // Both of them share the connections.
    until_at(address, b'b');
    until_at(address, b'c');
    assert!(repeats(&mut of_primary), "nobody asked to close it");
    let (mut of_replica, name) = connect(address).expect("a server");
    assert_ne!(name, b'a');
    primary.set(true);
    assert!(is_closed(&mut of_replica), "{}", edge.said());
    until_at(address, b'a');
}

/// What a MySQL 8 says first: a handshake packet of protocol 10, whose user may come in by `mysql_native_password`.
fn greeting() -> Vec<u8> {
    let mut packet = b"\x0a8.0.36\0\x07\0\0\0abcdefgh\0\xff\xf7\x21\x02\0\xff\xdf\x15".to_vec();
    packet.extend([0; 10]);
    packet.extend(b"ijklmnopqrst\0mysql_native_password\0");
    let length = u8::try_from(packet.len()).expect("short");
    [&[length, 0, 0, 0], &packet[..]].concat()
}

/// A server that says `first`, and then `answer` to whatever it is told in the words of its protocol.
fn speaker(
    address: SocketAddr,
    first: Vec<u8>,
    of: &'static [u8],
    answer: &'static [u8],
) -> Listening {
    Listening::start(address, move |mut stream| {
        let mut buffer = [0; 512];
        let mut told = stream.write_all(&first).map(|()| 1);
        while let Ok(1..) = told {
            told = stream.read(&mut buffer);
            let said = &buffer[..*told.as_ref().unwrap_or(&0)];
            let knows = said.windows(of.len()).any(|words| words == of);
            if !knows || stream.write_all(answer).is_err() {
                return;
            }
        }
    })
}

#[test]
fn checks_speak_the_protocol_of_the_database() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let database = |last| net.at(last, DATABASE);
    let _servers = [
        speaker(database(10), Vec::new(), b"PING", b"+PONG\r\n"),
        // It wants a password, which is not asked for before it knows the user.
        speaker(
            database(11),
            Vec::new(),
            b"user\0haproxy\0",
            b"R\0\0\0\x08\0\0\0\x03",
        ),
        speaker(
            database(12),
            greeting(),
            b"haproxy\0",
            b"\x07\0\0\x02\0\0\0\x02\0\0\0",
        ),
    ];
    // Neither speaks the protocol that it is asked in.
    let _strangers = [13, 14].map(|last| Member::start(&net, last, b'x', true));
    let checks = [
        "redis",
        "pgsql haproxy",
        "mysql haproxy",
        "redis",
        "mysql haproxy",
    ];
    let manifests: String = checks
        .iter()
        .zip(10..)
        .map(|(check, last)| {
            let check = format!("ingressc/check: {check}");
            let interval = "haproxy.org/check-interval: 200ms";
            let annotations = ["ingressc/expose: \"true\"", &check, interval];
            service(&format!("db-{last}"), &annotations, &[last])
        })
        .collect();
    let site = Site::new(&net, &[("ingressc.yaml", CONFIG), ("db.yaml", &manifests)]);
    let bundle = site.bundle();
    let ports = [26000, 26001, 26002, 26003, 26004].map(|port| net.at(1, port));
    let edge = Edge::start(binary, bundle.path(), &["-db"], &ports);
    for stranger in &ports[3..] {
        let who = || connect(*stranger).map(|(_, name)| name);
        until("a stranger is found out", PATIENCE, who, Option::is_none);
    }
    // The others were asked as often by now.
    for (port, words) in ports
        .into_iter()
        .zip([&b"PING"[..], b"user\0haproxy\0", b""])
    {
        let mut stream = TcpStream::connect_timeout(&port, Duration::from_secs(2)).expect("bound");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let asked = stream.write_all(words);
        let answered = asked.and_then(|()| stream.read_exact(&mut [0; 4]));
        assert!(answered.is_ok(), "{port}: {answered:?}\n{}", edge.said());
    }
}
