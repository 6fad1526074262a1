use super::*;
use crate::emit::{Bundle, BundleFile, CONFIG};
use crate::ir::global::ClientAuthority;
use crate::ir::policy::AddressList;
use crate::ir::{FileStem, HostPattern, ListenerName, PemFile, Termination, Wanted};
use crate::simulate::{connect, example};
use crate::trace::human;

fn port() -> Port {
    Port::new(26_000).expect("a port")
}

/// A listener that leads to `default/web`, changed as the test needs it, beside a backend without servers.
fn one(change: impl FnOnce(&mut TcpListener, &[Target; 2])) -> Routing {
    let mut routing = example::routing(&["a.io Prefix / web 2", "b.io Prefix / empty 0"]);
    let target = |service| example::claim(&routing, service).target;
    let targets = [target("web"), target("empty")];
    let mut listener = TcpListener::new(
        "Service default/web",
        Wanted::Pool,
        targets[0].clone(),
        example::origin(1),
    );
    listener.binds = vec![BindAddress::Any(port())];
    listener.name = ListenerName::of_port(port());
    change(&mut listener, &targets);
    routing.tcp.push(listener);
    routing
}

fn rule(tests: &[(bool, TcpCriterion)], target: Target, line: usize) -> TcpRule {
    let tests = tests.iter().cloned();
    let tests = tests.map(|(negated, what)| TcpTest { negated, what });
    TcpRule {
        tests: tests.collect(),
        target,
        origin: example::origin(line),
    }
}

fn list(networks: &[&str]) -> AddressList {
    let networks = networks.iter().map(|text| text.parse().expect("a network"));
    AddressList::new(networks).expect("not empty")
}

fn name(text: &str) -> TcpCriterion {
    TcpCriterion::Name(HostPattern::new(text).expect("a name"))
}

fn with_name(name: &str) -> TcpConnection {
    TcpConnection {
        tls: true,
        sni: Some(name.to_owned()),
        ..TcpConnection::to(port())
    }
}

fn explained(routing: &Routing, asked: &TcpConnection, config: Option<&str>) -> String {
    let bundle = config.map(|text| {
        let file = BundleFile::public(text.as_bytes().to_vec());
        Bundle {
            files: [(CONFIG.to_owned(), file)].into(),
        }
    });
    let view = View {
        routing,
        sources: &example::sources(),
        bundle: bundle.as_ref(),
        findings: &[],
        now: None,
        haproxy: crate::ir::HaproxyVersion::OLDEST,
    };
    let trace = connection(&view, asked, &connect(routing, asked));
    let text = human(&trace, None);
    anstream::adapter::strip_str(&text).to_string()
}

#[test]
fn the_rule_that_decides_comes_before_those_that_come_too_late() {
    let routing = one(|listener, [web, empty]| {
        let inside = TcpCriterion::Source(list(&["10.0.0.0/8"]));
        listener.rules = vec![
            rule(&[(false, name("b.io"))], empty.clone(), 10),
            rule(&[(false, name("*.a.io")), (true, inside)], web.clone(), 11),
            rule(&[(true, name("b.io"))], empty.clone(), 12),
        ];
    });
    assert_eq!(
        explained(&routing, &with_name("x.a.io"), None),
        "\
connect   127.0.0.1 to port 26000, TLS for x.a.io
listener  :26000   Service default/web   all.yaml:2:1
rule      name is *.a.io, client is not of 10.0.0.0/8   all.yaml:12:1   <- chosen: the first that is met
          name is not b.io                              all.yaml:13:1       comes later
backend   default/web:80   all.yaml:1:1
            HTTP/1.1 in clear to the servers
servers   10.0.0.1:8080 · 10.0.0.2:8080   slices
"
    );
    let none = one(|listener, [web, _]| {
        listener.rules = vec![rule(&[(false, name("b.io"))], web.clone(), 10)];
        listener.default = Target::Closed;
    });
    let text = explained(&none, &TcpConnection::to(port()), None);
    assert!(
        text.contains(
            "\nrule      none of 1 is met: the default decides\nanswer    connection closed: "
        ),
        "{text}"
    );
}

#[test]
fn certificates_and_proxies_are_told_before_the_servers() {
    let pem = |stem: &str, pem: Pem| PemFile {
        stem: FileStem::new(stem).expect("legal"),
        pem,
    };
    let routing = one(|listener, _| {
        listener.client.proxy = AcceptProxy::From(list(&[
            "10.0.0.0/8",
            "192.0.2.1/32",
            "192.0.2.3/32",
            "192.0.2.5/32",
            "192.0.2.7/32",
        ]));
        listener
            .client
            .origins
            .insert(Field::AcceptProxy, example::origin(20));
        listener.tls = Some(Termination {
            certificates: TcpCertificates::Own {
                default: Some(pem("other", Pem::File("/etc/other.pem".to_owned()))),
                named: vec![(
                    HostPattern::new("*.a.io").expect("a name"),
                    pem("wild", Pem::Inline("secret words".to_owned())),
                )],
            },
            clients: Some(ClientAuthority {
                file: pem("ca", Pem::File("/etc/ca.pem".to_owned())),
                optional: false,
            }),
            alpn: Vec::new(),
            origin: example::origin(21),
        });
    });
    let mut connection = with_name("x.a.io");
    connection.certificate = crate::simulate::ClientCertificate::Trusted;
    let text = explained(&routing, &connection, None);
    for line in [
        "proxy     connections of 10.0.0.0/8, 192.0.2.1/32, 192.0.2.3/32, 192.0.2.5/32 and 1 more begin with a PROXY header   all.yaml:21:1\n",
        "tls       certs/wild.pem   for *.a.io   all.yaml:22:1\n",
        "client    has to show a certificate of the authority\n",
        "backend   default/web:80   all.yaml:1:1\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    assert!(!text.contains("secret words"), "{text}");
    connection.sni = Some("b.io".to_owned());
    let text = explained(&routing, &connection, None);
    assert!(
        text.contains("tls       /etc/other.pem   the default   "),
        "{text}"
    );
    let text = explained(&routing, &TcpConnection::to(port()), None);
    assert!(
        text.contains("tls       answered here   all.yaml:22:1\n")
            && text.ends_with(
                "answer    TLS handshake refused: the port answers TLS, and the client sends none\n"
            ),
        "{text}"
    );
}

#[test]
fn the_places_of_sections_are_counted_in_the_file() {
    let routing = one(|_, _| {});
    let backend = &routing.backends[routing.backends.keys().last().expect("two")];
    let config = format!(
        "global\n    log x\n\n# web\nfrontend fe_tcp_260001 from d\n    bind x\n\nfrontend fe_tcp_26000 from d\n    bind y\n    maxconn 1\n\nbackend {}\n",
        backend.name
    );
    let text = explained(&routing, &TcpConnection::to(port()), Some(&config));
    assert!(
        text.ends_with(&format!(
            "config    written for HAProxy 2.6\n          haproxy.cfg:8-10          frontend fe_tcp_26000\n          haproxy.cfg:12-12         backend {}\n",
            backend.name
        )),
        "{text}"
    );
}

#[test]
fn no_control_character_reaches_the_terminal() {
    let routing = one(|listener, _| listener.owner = "Service \u{1b}[2Jweb".to_owned());
    let text = explained(&routing, &with_name("\u{7}x\n"), None);
    assert!(!text.contains(['\u{1b}', '\u{7}']), "{text}");
    assert_eq!(text.lines().count(), 5, "{text}");
}
