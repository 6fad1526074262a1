//! Ingresses of TCP ports, in small worlds.

use crate::finding::Severity;
use crate::ir::{
    AcceptProxy, HostPattern, Routing, Target, TcpCertificates, TcpCriterion, TcpListener,
};
use crate::lower::testing::{World, annotation, codes, path};
use crate::lower::{Lowered, Settings, lower};
use crate::manifest::PathType::Prefix;

const CERTIFICATE: [(&str, &str); 2] = [
    (
        "tls.crt",
        include_str!("../../../certificate/fixtures/ec.crt"),
    ),
    (
        "tls.key",
        include_str!("../../../certificate/fixtures/ec.key"),
    ),
];

/// Ingress `n/NAME` with these annotations of the community's controller.
fn annotate(world: &mut World, name: &str, keys: &[(&str, &str)]) {
    let keys = keys.iter();
    let keys =
        keys.map(|(key, text)| annotation(&format!("haproxy-ingress.github.io/{key}"), text));
    world.ours("n", name).meta.annotations = keys.collect();
}

/// A world with Services `pg` and `my`, and Ingresses of port 5432 whose rules lead a host to one of them.
fn world(ingresses: &[(&str, &[(&str, &str)])]) -> World {
    let mut world = World::default();
    world.web("n", "pg", 5432);
    world.web("n", "my", 3306);
    for (name, rules) in ingresses {
        for (host, service) in *rules {
            let port = if *service == "pg" { 5432 } else { 3306 };
            let host = Some(*host).filter(|host| !host.is_empty());
            world.rule("n", name, host, vec![path(Prefix, "/", service, port)]);
        }
        annotate(&mut world, name, &[("tcp-service-port", "5432")]);
    }
    world
}

fn run(world: &World) -> Lowered {
    lower(&world.manifests, &Settings::default())
}

/// `host -> target` of each rule, then of all others.
fn shown(listener: &TcpListener) -> Vec<String> {
    let target = |target: &Target| match target {
        Target::Backend(name) => name.without_policy().to_string(),
        _ => "closed".to_owned(),
    };
    let rules = listener.rules.iter().map(|rule| match &rule.tests[0].what {
        TcpCriterion::Name(name) => format!("{name} -> {}", target(&rule.target)),
        TcpCriterion::Source(_) => "an address".to_owned(),
        TcpCriterion::Handshake => "a handshake".to_owned(),
    });
    let default = format!("* -> {}", target(&listener.default));
    rules.chain([default]).collect()
}

fn only(routing: &Routing) -> &TcpListener {
    assert_eq!(routing.tcp.len(), 1);
    &routing.tcp[0]
}

#[test]
fn a_port_takes_the_ingress_away_from_http() {
    let mut world = world(&[("x", &[("a.io", "pg")])]);
    world.tls("n", "x", &["a.io"], Some("tls"));
    world.secret("n", "tls", &CERTIFICATE);
    let lowered = run(&world);
    assert_eq!(codes(&lowered.findings), [""; 0]);
    let routing = &lowered.routing;
    assert!(routing.hosts.is_empty() && routing.certificates.files.is_empty());
    assert_eq!(
        (lowered.selection.selected, lowered.selection.exposed),
        (1, 1)
    );
    assert_eq!(shown(only(routing)), ["a.io -> n_pg_5432", "* -> closed"]);
    assert_eq!(only(routing).owner, "Ingress n/x");
}

#[test]
fn exact_names_come_before_wildcards_and_the_first_ingress_has_a_name() {
    let world = world(&[
        ("b", &[("*.a.io", "my"), ("x.a.io", "my")]),
        ("a", &[("*.a.io", "pg"), ("", "pg")]),
    ]);
    let lowered = run(&world);
    assert_eq!(codes(&lowered.findings), ["ING301"]);
    assert_eq!(
        shown(only(&lowered.routing)),
        [
            "x.a.io -> n_my_3306",
            "*.a.io -> n_pg_5432",
            "* -> n_pg_5432"
        ]
    );
}

#[test]
fn what_is_no_port_is_routed_nowhere() {
    for port in [
        "0",
        "70000",
        "pg",
        "",
        "5432\nbind :99",
        "\0",
        &"9".repeat(60_000),
    ] {
        let mut world = world(&[("x", &[("a.io", "pg")])]);
        annotate(&mut world, "x", &[("tcp-service-port", port)]);
        let lowered = run(&world);
        assert_eq!(codes(&lowered.findings), ["ING603"], "{port:.20}");
        assert_eq!(lowered.findings[0].severity, Severity::Error);
        assert!(lowered.routing.tcp.is_empty() && lowered.routing.hosts.is_empty());
    }
}

#[test]
fn a_dialect_that_does_not_count_asks_for_no_port() {
    let world = world(&[("x", &[("a.io", "pg")])]);
    let mut settings = Settings::default();
    settings.annotations.dialects = vec![crate::annotations::Dialect::HaproxyTech];
    let lowered = lower(&world.manifests, &settings);
    assert_eq!(codes(&lowered.findings), ["ING702"]);
    assert!(lowered.routing.tcp.is_empty() && lowered.routing.hosts.len() == 1);
}

#[test]
fn settings_are_called_as_they_are_written() {
    let mut world = world(&[("x", &[("", "pg")])]);
    let keys = [
        ("tcp-service-port", "5432"),
        ("allowlist-source-range", "10.0.0.0/8"),
    ];
    annotate(&mut world, "x", &keys);
    let lowered = run(&world);
    let settings = only(&lowered.routing).settings.iter();
    let written: Vec<_> = settings
        .flat_map(|all| all.iter().map(|it| it.key.as_str()))
        .collect();
    let prefix = "haproxy-ingress.github.io";
    for (key, _) in keys {
        assert!(
            written.contains(&&*format!("{prefix}/{key}")),
            "{written:?}"
        );
    }
    assert_eq!(written.len(), keys.len());
}

#[test]
fn a_service_that_is_not_there_closes_its_name_only() {
    let mut world = world(&[("x", &[("a.io", "pg"), ("b.io", "my")])]);
    world.manifests.services.pop_first();
    let lowered = run(&world);
    assert!(codes(&lowered.findings).contains(&"ING201".to_owned()));
    assert_eq!(
        shown(only(&lowered.routing)),
        ["a.io -> n_pg_5432", "b.io -> closed", "* -> closed"]
    );
}

#[test]
fn hosts_that_are_none_are_left_out() {
    for (host, code) in [("A.io", "ING106"), ("a\n    bind :9", "ING502")] {
        let world = world(&[("x", &[(host, "my"), ("a.io", "pg")])]);
        let lowered = run(&world);
        assert_eq!(codes(&lowered.findings), [code], "{host:?}");
        let rules = ["a.io -> n_pg_5432", "* -> closed"];
        assert_eq!(shown(only(&lowered.routing)), rules, "{host:?}");
    }
}

/// What becomes of the TLS entries of one Ingress with rules for `a.io` and `b.a.io`: codes, names with a certificate, rules.
fn tls(entries: &[(&[&str], Option<&str>)]) -> (Vec<String>, Option<Vec<String>>, Vec<String>) {
    let mut world = world(&[("x", &[("a.io", "pg"), ("b.a.io", "my")])]);
    world.secret("n", "tls", &CERTIFICATE);
    for (hosts, secret) in entries {
        world.tls("n", "x", hosts, *secret);
    }
    let lowered = run(&world);
    let listener = only(&lowered.routing);
    let names = listener.tls.as_ref().map(|tls| match &tls.certificates {
        TcpCertificates::Own { default, named } => {
            let default = default.iter().map(|_| "*".to_owned());
            let named = named.iter().map(|(host, _)| HostPattern::to_string(host));
            default.chain(named).collect()
        }
        TcpCertificates::Shared => vec!["shared".to_owned()],
    });
    (codes(&lowered.findings), names, shown(listener))
}

/// Hosts and Secret of each entry, codes, names with a certificate.
type Entries<'r> = (
    &'r [(&'r [&'r str], Option<&'r str>)],
    &'r [&'r str],
    Option<Vec<String>>,
);

#[test]
fn tls_entries_name_the_certificates_of_the_port() {
    let open = ["a.io -> n_pg_5432", "b.a.io -> n_my_3306", "* -> closed"];
    let is = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
    let own = Some("tls");
    let table: &[Entries<'_>] = &[
        (&[], &[], None),
        (&[(&["a.io", "*.a.io"], own)], &[], is(&["a.io", "*.a.io"])),
        (&[(&[], own)], &[], is(&["*"])),
        (&[(&["a.io"], own)], &["ING403"], is(&["a.io"])),
        (&[(&["a.io"], own), (&[], own)], &[], is(&["*", "a.io"])),
        (
            &[(&["z.io"], own), (&[], own)],
            &["ING404", "ING402"],
            is(&["*", "z.io"]),
        ),
        (&[(&["A.io"], own), (&[], own)], &["ING119"], is(&["*"])),
    ];
    for (entries, expected, names) in table {
        let found = tls(entries);
        let mut said = found.0;
        said.sort();
        let mut expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
        expected.sort();
        assert_eq!((said, &found.1), (expected, names), "{entries:?}");
        assert_eq!(found.2, open, "{entries:?}");
    }
}

#[test]
fn a_secret_that_is_not_there_closes_its_names_and_never_opens_them_in_clear() {
    let (codes, names, rules) = tls(&[(&["a.io"], Some("gone")), (&[], Some("tls"))]);
    assert_eq!(codes, ["ING208"]);
    assert_eq!(names, Some(vec!["*".to_owned()]));
    let closed = ["a.io -> closed", "b.a.io -> n_my_3306", "* -> closed"];
    assert_eq!(rules, closed);
    for secret in [Some("gone"), None] {
        let (_, names, rules) = tls(&[(&[], secret)]);
        assert_eq!((names, rules), (None, vec!["* -> closed".to_owned()]));
    }
    // A name without a rule is closed, too: the default certificate must not stand in for its own.
    let (_, _, rules) = tls(&[(&["z.io"], Some("gone")), (&[], Some("tls"))]);
    assert!(rules.contains(&"z.io -> closed".to_owned()), "{rules:?}");
}

/// Ingresses `a` and `b` on one port, with TLS, and with further keys of each: codes, rules, whether clients are asked.
fn two(a: &[(&str, &str)], b: &[(&str, &str)]) -> (Vec<String>, Vec<String>, bool, AcceptProxy) {
    let mut world = world(&[("a", &[("a.io", "pg")]), ("b", &[("b.a.io", "my")])]);
    world.secret("n", "tls", &CERTIFICATE);
    world.secret("n", "ca", &[("ca.crt", CERTIFICATE[0].1)]);
    world.tls("n", "a", &[], Some("tls"));
    world.tls("n", "b", &[], Some("tls"));
    for (name, keys) in [("a", a), ("b", b)] {
        let port = [("tcp-service-port", "5432")];
        annotate(&mut world, name, &[&port, keys].concat());
    }
    let lowered = run(&world);
    let listener = only(&lowered.routing);
    let asked = listener
        .tls
        .as_ref()
        .is_some_and(|tls| tls.clients.is_some());
    (
        codes(&lowered.findings),
        shown(listener),
        asked,
        listener.client.proxy.clone(),
    )
}

type Keys<'r> = &'r [(&'r str, &'r str)];

/// Keys of both, codes; whether a and b are open, clients are asked, and PROXY is read.
type Pair<'r> = (Keys<'r>, Keys<'r>, &'r [&'r str], [bool; 4]);

#[test]
fn the_first_ingress_decides_and_lost_protection_closes() {
    let (ca, proxy) = (
        ("auth-tls-secret", "ca"),
        ("tcp-service-proxy-protocol", "true"),
    );
    let format = ("tcp-service-log-format", "%ci");
    let reject = ("config-tcp-service", "tcp-request connection reject");
    let table: &[Pair<'_>] = &[
        (&[], &[], &[], [true, true, false, false]),
        (&[ca], &[], &[], [true, true, true, false]),
        (&[ca], &[ca], &[], [true, true, true, false]),
        (&[], &[ca], &["ING310"], [true, false, false, false]),
        (&[proxy], &[], &[], [true, true, false, true]),
        (&[], &[proxy], &["ING310"], [true, false, false, false]),
        (&[], &[format], &["ING310"], [true, true, false, false]),
        (&[], &[reject], &["ING501"], [true, false, false, false]),
        (
            &[("auth-tls-secret", "gone")],
            &[],
            &["ING417"],
            [false, true, false, false],
        ),
        (
            &[ca, ("auth-tls-verify-client", "off")],
            &[("auth-tls-verify-client", "on")],
            &["ING417"],
            [true, false, false, false],
        ),
        (
            &[ca, ("auth-tls-verify-client", "sometimes")],
            &[],
            &["ING603"],
            [false, true, true, false],
        ),
    ];
    for (a, b, expected, [a_open, b_open, asks, reads]) in table {
        let (codes, rules, asked, proxy) = two(a, b);
        assert_eq!(codes, *expected, "{a:?} {b:?}");
        let target = |is_open: &bool, name: &str| {
            if *is_open {
                name.to_owned()
            } else {
                "closed".to_owned()
            }
        };
        let all = [
            format!("a.io -> {}", target(a_open, "n_pg_5432")),
            format!("b.a.io -> {}", target(b_open, "n_my_3306")),
            "* -> closed".to_owned(),
        ];
        assert_eq!(rules, all, "{a:?} {b:?}");
        let read = proxy == AcceptProxy::Always;
        assert_eq!((asked, read), (*asks, *reads), "{a:?} {b:?}");
    }
}
