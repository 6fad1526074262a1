//! Frontends of TCP services: TLS, names, PROXY headers, and what a real HAProxy thinks of them.

use super::*;
use crate::emit::example::{certificate, origin};
use crate::ir::global::ClientAuthority;
use crate::ir::policy::{AddressList, CheckTarget, Mode, TcpCheck};
use crate::ir::{
    AcceptProxy, Backend, BackendName, HaproxyVersion, HostPattern, ListenerName, LogFormat,
    PemFile, Policy, PolicyName, PolicySection, Port, ProtocolName, Target, TcpCertificates,
    TcpCriterion, TcpListener, TcpRule, TcpTest, Termination, Wanted,
};
use crate::source::Sourced;

/// The shop with all Services as TCP services, and this listener.
fn routing(listener: TcpListener) -> Routing {
    let mut routing = shop_with_tls(true);
    (routing.hosts, routing.any_host) = (Vec::new(), Vec::new());
    routing.listeners = Listeners::default();
    let policy = Policy {
        mode: Mode::Tcp,
        ..Policy::default()
    };
    let name = PolicyName::of(&policy);
    for backend in routing.backends.values_mut() {
        backend.policy = Some(name.clone());
        backend.protocol = crate::ir::ServerProtocol::Tcp;
    }
    let section = PolicySection {
        policy,
        ..PolicySection::default()
    };
    routing.policies.insert(name, section);
    routing.tcp = vec![listener];
    routing
}

fn target(service: &str) -> Target {
    Target::Backend(BackendName::new("shop", service, 80).expect("legal"))
}

/// `fe_tcp_26000`, which hands all connections to one Service.
fn listener() -> TcpListener {
    let port = Port::new(26_000).expect("not 0");
    let wanted = Wanted::Port(Sourced::new(port, origin(1)));
    let mut listener = TcpListener::new("Service shop/web", wanted, target("web"), origin(1));
    listener.name = ListenerName::of_port(port);
    listener.binds = vec![BindAddress::Any(port)];
    listener
}

fn terminated(certificates: TcpCertificates) -> Termination {
    Termination {
        certificates,
        clients: None,
        alpn: Vec::new(),
        origin: origin(2),
    }
}

fn file(stem: &str) -> PemFile {
    PemFile {
        stem: FileStem::new(stem).expect("legal"),
        pem: certificate(&[]).pem,
    }
}

fn name(text: &str) -> HostPattern {
    HostPattern::new(text).expect("legal")
}

fn list(networks: impl IntoIterator<Item = u8>) -> AddressList {
    let network = |n| format!("10.0.{n}.0/24").parse().expect("a network");
    AddressList::new(networks.into_iter().map(network)).expect("some")
}

fn by_name(text: &str, target: Target) -> TcpRule {
    rule(vec![(false, TcpCriterion::Name(name(text)))], target)
}

fn rule(tests: Vec<(bool, TcpCriterion)>, target: Target) -> TcpRule {
    let test = |(negated, what)| TcpTest { negated, what };
    TcpRule {
        tests: tests.into_iter().map(test).collect(),
        target,
        origin: origin(3),
    }
}

/// The lines of the frontend, and of the files beside it; HAProxy has taken them.
fn lines(listener: TcpListener) -> (Vec<String>, Bundle) {
    let bundle = bundle(&routing(listener));
    assert_bundle_loads(&bundle);
    let opening = "frontend fe_tcp_26000 from d_tcp";
    let lines = section(text(&bundle, CONFIG), opening);
    let keep_alive = |line: &&str| !line.contains("clitcpka");
    let lines = lines.into_iter().filter(keep_alive);
    (lines.map(str::to_owned).collect(), bundle)
}

const BIND: &str = "bind *:26000,[::]:26000 v6only";

#[test]
fn without_anything_else_bytes_go_through() {
    let (lines, bundle) = lines(listener());
    assert_eq!(lines, [BIND, "default_backend shop_web_80"]);
    assert!(!text(&bundle, CONFIG).contains("ssl"), "nobody speaks TLS");
    assert!(bundle.files.keys().all(|path| !path.contains("cert")));
}

#[test]
fn one_certificate_answers_all_names() {
    let mut one = listener();
    let mut tls = terminated(TcpCertificates::Own {
        default: Some(file("tcp_db")),
        named: Vec::new(),
    });
    let names = ["h2", "http/1.1"].into_iter();
    tls.alpn = names.filter_map(ProtocolName::new).collect();
    tls.clients = Some(ClientAuthority {
        file: file("ca_db"),
        optional: false,
    });
    one.tls = Some(tls);
    one.client.proxy = AcceptProxy::Always;
    let (lines, bundle) = lines(one);
    let rest = "ssl crt certs/tcp_db.pem alpn h2,http/1.1 ca-file certs/ca_db.pem verify required";
    assert_eq!(lines[0], format!("{BIND} accept-proxy {rest}"));
    assert!(text(&bundle, CONFIG).contains("ssl-min-ver TLSv1.2"));
    for path in ["certs/tcp_db.pem", "certs/ca_db.pem"] {
        assert!(bundle.files[path].private, "{path}");
    }
}

#[test]
fn several_certificates_stand_in_a_list_of_the_listeners_own() {
    for (default, word, first) in [
        (None, " strict-sni", ""),
        (Some(file("tcp_all")), "", "certs/tcp_all.pem !*\n"),
    ] {
        let mut one = listener();
        let named = ["a.example.com", "*.example.com"].map(|it| (name(it), file("tcp_a")));
        let named = named.to_vec();
        one.tls = Some(terminated(TcpCertificates::Own { default, named }));
        let (lines, bundle) = lines(one);
        let expected = format!("{BIND} ssl crt-list crt-lists/fe_tcp_26000.txt{word}");
        assert_eq!(lines[0], expected);
        let rest = "certs/tcp_a.pem a.example.com\ncerts/tcp_a.pem *.example.com\n";
        let list = text(&bundle, "crt-lists/fe_tcp_26000.txt");
        assert_eq!(list, format!("{first}{rest}"));
    }
}

#[test]
fn the_certificates_of_https_do_without_its_listener() {
    let mut one = listener();
    one.tls = Some(terminated(TcpCertificates::Shared));
    let (lines, bundle) = lines(one);
    assert_eq!(lines[0], format!("{BIND} ssl crt-list crt-list.txt"));
    assert!(text(&bundle, CRT_LIST).starts_with("certs/shop_tls.pem !*\n"));
    assert!(bundle.files.contains_key("certs/shop_tls.pem"));
}

#[test]
fn names_alone_are_looked_up() {
    let mut one = listener();
    one.rules = vec![
        by_name("a.example.com", target("grpc")),
        by_name("*.example.com", target("tls")),
        // The wildcard before it is met first.
        by_name("b.example.com", target("grpc")),
        by_name("gone.example.org", Target::Closed),
        by_name("a.example.com", target("web")),
    ];
    one.default = Target::Closed;
    let (got, bundle) = lines(one.clone());
    let expected = [
        BIND,
        "tcp-request inspect-delay 5s",
        "tcp-request content accept unless { req.ssl_hello_type 1 }",
        "tcp-request content set-var(txn.sni) req.ssl_sni,lower",
        "tcp-request content set-var(txn.parent) var(txn.sni),field(2,.,0) if !{ var(txn.sni) -m beg -- . }",
        "tcp-request content set-var(txn.be) var(txn.sni),map_str(maps/fe_tcp_26000-sni.map)",
        "tcp-request content set-var(txn.be) var(txn.parent),map_str(maps/fe_tcp_26000-wild-sni.map) if !{ var(txn.be) -m found }",
        "use_backend %[var(txn.be)] if { var(txn.be) -m found }",
        "default_backend tcp_refused",
    ];
    assert_eq!(got, expected);
    let exact = "a.example.com shop_grpc_80\ngone.example.org tcp_refused\n";
    assert_eq!(text(&bundle, "maps/fe_tcp_26000-sni.map"), exact);
    let wild = "example.com shop_tls_80\n";
    assert_eq!(text(&bundle, "maps/fe_tcp_26000-wild-sni.map"), wild);

    one.tls = Some(terminated(TcpCertificates::Shared));
    let (got, _) = lines(one);
    assert_eq!(
        got[1],
        "tcp-request content set-var(txn.sni) ssl_fc_sni,lower"
    );
}

#[test]
fn rules_that_ask_for_more_stand_in_their_order() {
    let mut one = listener();
    one.client.proxy = AcceptProxy::From(list(0..9));
    one.rules = vec![
        rule(
            vec![(true, TcpCriterion::Source(list([1, 2])))],
            Target::Closed,
        ),
        rule(
            vec![
                (false, TcpCriterion::Name(name("*.example.com"))),
                (true, TcpCriterion::Name(name("a.example.com"))),
            ],
            target("grpc"),
        ),
        rule(Vec::new(), target("tls")),
    ];
    let (lines, bundle) = lines(one);
    let proxies = list(0..9).file().expect("a long list");
    assert!(bundle.files.contains_key(&proxies));
    let expect = format!("tcp-request connection expect-proxy layer4 if {{ src -f {proxies} }}");
    assert_eq!(lines[1], expect);
    let rules = [
        "use_backend tcp_refused if !{ src 10.0.1.0/24 10.0.2.0/24 }",
        "use_backend shop_grpc_80 if { var(txn.parent) -m str -- example.com } !{ var(txn.sni) -m str -- a.example.com }",
        "use_backend shop_tls_80",
        "default_backend shop_web_80",
    ];
    assert_eq!(lines[6..], rules);
}

/// The lines of the policies and of the backend of `listener()` that say how often, and from when on, its servers are asked.
fn asked(target: HaproxyVersion, change: impl Fn(&mut Backend)) -> Vec<String> {
    let mut routing = routing(listener());
    let primary = CheckTarget::new("/primary").expect("legal");
    for section in routing.policies.values_mut() {
        section.policy.tcp.check = Some(TcpCheck::Http(primary.clone()));
    }
    let name = BackendName::new("shop", "web", 80).expect("legal");
    routing.backends.retain(|it, _| *it == name);
    change(routing.backends.get_mut(&name).expect("it is there"));
    let settings = Settings {
        target,
        ..Settings::default()
    };
    let bundle = emit(&routing, &sources(), &settings).expect("emitted");
    let lines = text(&bundle, CONFIG).lines().map(str::trim);
    let told = |line: &&str| line.contains("init-state") || *line == "default-server inter 2s";
    lines.filter(told).map(str::to_owned).collect()
}

#[test]
fn servers_whose_answers_tell_who_is_meant_wait_for_the_first_check() {
    const OFTEN: &str = "default-server inter 2s";
    const DOWN: &str = "default-server init-state down";
    let version = |text| HaproxyVersion::parse(text).expect("known");
    let [old, new] = [version("3.0"), version("3.2")];
    let several = |backend: &mut Backend| assert!(backend.servers.len() > 1);
    assert_eq!(asked(old, several), [OFTEN]);
    assert_eq!(asked(new, several), [OFTEN, DOWN]);
    // One alone is meant anyway, and a backup server might answer first.
    let alone = |backend: &mut Backend| backend.servers.truncate(1);
    assert_eq!(asked(new, alone), [OFTEN]);
    let backup = |backend: &mut Backend| backend.servers[1].backup = true;
    assert_eq!(asked(new, backup), [OFTEN]);
}

#[test]
fn lines_of_the_log_are_as_the_listener_has_them() {
    let mut one = listener();
    let format = LogFormat::parse("%ci %[ssl_fc_sni] it's");
    one.client.log_format = Some(format.expect("legal"));
    let (lines, _) = lines(one);
    assert_eq!(lines[1], r"log-format '%ci %[ssl_fc_sni] it'\''s'");
}

#[test]
fn a_listener_without_a_place_leaves_nothing_behind() {
    let mut one = listener();
    one.tls = Some(terminated(TcpCertificates::Own {
        default: Some(file("tcp_db")),
        named: Vec::new(),
    }));
    one.client.proxy = AcceptProxy::From(list(0..9));
    one.rules = vec![by_name("a.example.com", Target::Closed)];
    one.binds = Vec::new();
    let mut other = listener();
    let port = Port::new(26_001).expect("not 0");
    (other.name, other.binds) = (ListenerName::of_port(port), vec![BindAddress::Any(port)]);
    let mut routing = routing(one);
    routing.tcp.push(other);
    let bundle = bundle(&routing);
    let names: Vec<_> = bundle.files.keys().map(String::as_str).collect();
    assert_eq!(names, [INDEX, CONFIG]);
    assert!(!text(&bundle, CONFIG).contains("fe_tcp_26000"));
}
