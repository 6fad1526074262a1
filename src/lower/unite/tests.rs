//! Clusters made by hand, lowered as they would be alone, and united.

use super::*;
use crate::finding::Finding;
use crate::ir::{Address, Check, HealthCheck, Resolver, Server, Target};
use crate::lower::testing::{World, annotation, codes, path, port, ready};
use crate::lower::{Settings, lower};
use crate::manifest::PathType::{Exact, Prefix};

/// A cluster whose Services have one server each, at the address of the cluster.
struct Site {
    name: &'static str,
    address: &'static str,
    world: World,
}

impl Site {
    fn new(name: &'static str, address: &'static str) -> Self {
        Self {
            name,
            address,
            world: World::default(),
        }
    }

    /// `path` of `a.io` leads to the Service `shop/service`.
    fn route(mut self, text: &str, service: &str) -> Self {
        self.service(service);
        let paths = vec![path(Prefix, text, service, 80)];
        self.world.rule(
            "shop",
            &format!("{service}-{}", text.len()),
            Some("a.io"),
            paths,
        );
        self
    }

    fn service(&mut self, service: &str) {
        self.world.service("shop", service, vec![port("http", 80)]);
        let endpoints = vec![ready(self.address)];
        self.world
            .slice("shop", service, ("http", Some(8080)), endpoints);
    }

    fn part(self) -> Part {
        let name = ClusterName::new(self.name).expect("legal");
        let mut settings = Settings::default();
        settings.endpoints.cluster = Some(name.clone());
        let lowered = lower(&self.world.manifests, &settings);
        Part {
            name,
            weight: None,
            backup: false,
            routing: lowered.routing,
        }
    }
}

fn ams() -> Site {
    Site::new("ams", "10.1.0.1")
}

fn fra() -> Site {
    Site::new("fra", "10.2.0.1")
}

/// Sets an annotation of the only Ingress.
fn annotated(mut site: Site, key: &str, text: &str) -> Site {
    let ingress = site.world.manifests.ingresses.values_mut().next();
    let annotations = &mut ingress.expect("there is one").meta.annotations;
    annotations.push(annotation(key, text));
    site
}

#[test]
fn what_one_cluster_keeps_closed_no_other_hands_through() {
    const THROUGH: (&str, &str) = ("haproxy.org/ssl-passthrough", "true");
    let ams = || annotated(ams().route("/", "web"), THROUGH.0, THROUGH.1);
    let list = "haproxy.org/allow-list";
    for (fra, closed) in [
        (
            annotated(fra().route("/", "web"), THROUGH.0, THROUGH.1),
            false,
        ),
        (fra().route("/docs", "web"), false),
        (fra().route("/", "web"), true),
        (
            annotated(fra().route("/admin", "web"), list, "10.0.0.0/8"),
            true,
        ),
        (annotated(fra().route("/admin", "web"), list, "bad"), true),
    ] {
        let (routing, findings) = unite(vec![ams().part(), fra.part()]);
        let claim = routing.passthrough.values().next().expect("it is kept");
        assert_eq!(claim.target == Target::Closed, closed);
        assert_eq!(codes(&findings).contains(&"ING329".to_owned()), closed);
    }
}

#[test]
fn what_clusters_disagree_on_is_told() {
    let site = || ams().route("/", "web");
    let timeout = "haproxy.org/timeout-server";
    for (fra, difference) in [
        (
            fra().route("/", "api"),
            "leads to `shop/web:http` in cluster ams and to `shop/api:http` in cluster fra",
        ),
        (
            annotated(fra().route("/", "web"), timeout, "9s"),
            "has other settings in cluster fra than in cluster ams",
        ),
        (
            annotated(
                fra().route("/", "web"),
                "haproxy.org/ssl-passthrough",
                "true",
            ),
            "leads to `shop/web:http` in cluster ams and is handed through with its TLS in cluster fra",
        ),
    ] {
        let (_, findings) = unite(vec![site().part(), fra.part()]);
        let message = format!("`Prefix /` on host `a.io` {difference}, so it answers 503");
        assert!(
            findings.iter().any(|finding| finding.message == message),
            "{message}\n{findings:#?}"
        );
    }
}

/// Each backend and its servers.
fn shown(routing: &Routing) -> Vec<String> {
    let server = |server: &Server| {
        let backup = if server.backup { " backup" } else { "" };
        let weight = server
            .weight
            .map_or(String::new(), |weight| format!(" {weight}"));
        format!("{}{weight}{backup}", server.name)
    };
    let backends = routing.backends.values();
    backends
        .map(|backend| {
            let servers: Vec<_> = backend.servers.iter().map(server).collect();
            format!("{}: {}", backend.name, servers.join(", "))
        })
        .collect()
}

/// The rules of `a.io`, each with what answers.
fn rules(routing: &Routing) -> Vec<String> {
    let rules = routing.hosts.iter().flat_map(|host| &host.rules);
    rules
        .map(|rule| {
            let target = match &rule.claim.target {
                Target::Backend(name) => name.to_string(),
                target => format!("{target:?}").to_lowercase(),
            };
            format!("{} {target} {}", rule.claim.wording, rule.losers.len())
        })
        .collect()
}

fn united(parts: Vec<Part>) -> (Routing, Vec<Finding>) {
    let (routing, findings) = unite(parts);
    let reached = |name: &BackendName| {
        let rules = routing.hosts.iter().flat_map(|host| &host.rules);
        let rules = rules.chain(&routing.any_host);
        let mut targets = rules.map(|rule| &rule.claim.target);
        targets.any(|target| *target == Target::Backend(name.clone()))
    };
    assert!(routing.backends.keys().all(reached), "{routing:#?}");
    (routing, findings)
}

#[test]
fn a_route_of_all_clusters_is_answered_by_all_of_them() {
    let parts = || {
        vec![
            ams().route("/", "web").part(),
            fra().route("/", "web").part(),
        ]
    };
    let (routing, findings) = united(parts());
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(
        shown(&routing),
        ["shop_web_80: ams_10.1.0.1-8080, fra_10.2.0.1-8080"]
    );
    assert_eq!(rules(&routing), ["Prefix / shop_web_80 0"]);
    let mut reversed = parts();
    reversed.reverse();
    assert_eq!(shown(&united(reversed).0), shown(&routing));
}

#[test]
fn a_route_of_some_clusters_is_answered_by_those_alone() {
    let (routing, findings) = united(vec![
        ams().route("/", "web").part(),
        fra()
            .route("/", "web")
            .route("/api", "web")
            .route("/db", "db")
            .part(),
    ]);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(
        shown(&routing),
        [
            "shop_db_80: fra_10.2.0.1-8080",
            "shop_web_80: ams_10.1.0.1-8080, fra_10.2.0.1-8080",
            "shop_web_80.fra: fra_10.2.0.1-8080",
        ]
    );
    assert_eq!(
        rules(&routing),
        [
            "Prefix / shop_web_80 0",
            "Prefix /api shop_web_80.fra 0",
            "Prefix /db shop_db_80 0"
        ]
    );
}

#[test]
fn different_services_on_one_route_are_a_conflict_and_closed() {
    let parts = vec![
        ams().route("/", "web").part(),
        fra().route("/", "shop").part(),
    ];
    let (routing, findings) = united(parts);
    assert_eq!(codes(&findings), ["ING329"]);
    let said = &findings[0];
    assert!(
        said.message.contains("`shop/web:http` in cluster ams"),
        "{}",
        said.message
    );
    assert!(said.message.contains("`shop/shop:http` in cluster fra"));
    assert_eq!(said.labels.len(), 2);
    assert_eq!(rules(&routing), ["Prefix / closed 1"]);
    assert!(routing.backends.is_empty());
}

#[test]
fn a_cluster_that_cannot_serve_a_route_closes_it_for_all() {
    let mut broken = fra().route("/", "web");
    broken.world.manifests.services.clear();
    let (routing, findings) = united(vec![ams().route("/", "web").part(), broken.part()]);
    assert!(
        findings.is_empty(),
        "the cluster has said it already: {findings:?}"
    );
    assert_eq!(rules(&routing), ["Prefix / closed 1"]);
}

#[test]
fn a_backup_cluster_stands_in_and_is_not_asked_to_when_it_is_alone() {
    let mut standby = ams().route("/", "web").route("/only", "db").part();
    standby.backup = true;
    let (routing, _) = united(vec![standby, fra().route("/", "web").part()]);
    assert_eq!(
        shown(&routing),
        [
            "shop_db_80: ams_10.1.0.1-8080",
            "shop_web_80: ams_10.1.0.1-8080 backup, fra_10.2.0.1-8080"
        ]
    );
    // The first that is no backup has the word.
    let host = &routing.hosts[0];
    assert_eq!(routing.backends.len(), 2);
    assert_eq!(host.rules[0].claim.ingress, "shop/web-1");
}

#[test]
fn weights_are_shares_of_clusters() {
    let mut heavy = ams().route("/", "web").part();
    heavy.weight = Weight::new(90);
    let mut light = fra().route("/", "web").route("/x", "db").part();
    light.weight = Weight::new(10);
    let (routing, _) = united(vec![heavy, light]);
    assert_eq!(
        shown(&routing),
        [
            "shop_db_80: fra_10.2.0.1-8080",
            "shop_web_80: ams_10.1.0.1-8080 252, fra_10.2.0.1-8080 28"
        ]
    );
}

#[test]
fn clusters_without_a_weight_have_a_hundred_where_another_has_one() {
    let mut par = Site::new("par", "10.3.0.1").route("/x", "db").part();
    par.weight = Weight::new(50);
    let mut fra = fra().route("/", "web").part();
    for backend in fra.routing.backends.values_mut() {
        let mut second = backend.servers[0].clone();
        second.endpoint.port = crate::ir::Port::MAX;
        second.name = crate::ir::ServerName::new(&second.endpoint);
        backend.servers.push(second);
    }
    let (routing, _) = united(vec![ams().route("/", "web").part(), fra, par]);
    let web = routing.backends.values().nth(1).expect("two backends");
    let weights: Vec<_> = web
        .servers
        .iter()
        .filter_map(|server| server.weight)
        .collect();
    assert_eq!(weights.iter().map(|weight| weight.get()).max(), Some(256));
    assert_eq!(weights.iter().map(|weight| weight.get()).sum::<u16>(), 512);
}

#[test]
fn protocols_and_affinity_have_to_agree() {
    let with = |site: Site, change: fn(&mut Backend)| {
        let mut part = site.route("/", "web").route("/x", "web").part();
        part.routing.backends.values_mut().for_each(change);
        part
    };
    let sticky = |backend: &mut Backend| backend.client_ip_affinity = Some(10);
    let (routing, findings) = united(vec![
        with(ams(), |backend| {
            backend.protocol = crate::ir::ServerProtocol::H2c;
        }),
        with(fra(), |_| {}),
    ]);
    assert_eq!(codes(&findings), ["ING329"], "once, and not for each path");
    assert_eq!(rules(&routing), ["Prefix / closed 1", "Prefix /x closed 1"]);
    let other = |backend: &mut Backend| backend.client_ip_affinity = Some(20);
    let (_, findings) = united(vec![with(ams(), sticky), with(fra(), other)]);
    assert_eq!(codes(&findings), ["ING329"]);
    // A cluster that is asked through its nodes has none.
    let (routing, findings) = united(vec![with(ams(), |_| {}), with(fra(), sticky)]);
    assert!(findings.is_empty());
    let backend = routing.backends.first_key_value().expect("one").1;
    assert_eq!(backend.client_ip_affinity, Some(10));
}

#[test]
fn mixed_checks_become_connections() {
    let http = |backend: &mut Backend| {
        backend.health = HealthCheck::Http(crate::ir::CheckPath::new("/up").expect("legal"));
    };
    let mut one = ams().route("/", "web").part();
    one.routing.backends.values_mut().for_each(http);
    let (routing, findings) = united(vec![one, fra().route("/", "web").part()]);
    assert_eq!(codes(&findings), ["ING227"]);
    let backend = routing.backends.first_key_value().expect("one").1;
    assert_eq!(backend.health, HealthCheck::Connect);
    // A cluster without servers has no wish.
    let mut one = ams().route("/", "web").part();
    one.routing.backends.values_mut().for_each(http);
    let mut empty = fra().route("/", "web").part();
    empty
        .routing
        .backends
        .values_mut()
        .for_each(|backend| backend.servers.clear());
    assert!(united(vec![one, empty]).1.is_empty());
}

#[test]
fn nodes_that_are_checked_by_connections_are_checked_where_requests_go() {
    for (resolver, expected) in [
        (Resolver::NodePort, Check::Here),
        (Resolver::Inventory, Check::At(crate::ir::Port::MAX)),
    ] {
        let mut one = ams().route("/", "web").part();
        for backend in one.routing.backends.values_mut() {
            backend.health =
                HealthCheck::Http(crate::ir::CheckPath::new("/healthz").expect("legal"));
            backend.servers[0].resolver = resolver;
            backend.servers[0].check = Check::At(crate::ir::Port::MAX);
        }
        let alone = unite(vec![one]).0;
        let backend = alone.backends.first_key_value().expect("one").1;
        assert_eq!(backend.servers[0].check, Check::At(crate::ir::Port::MAX));
        let one = Part {
            name: ClusterName::new("ams").expect("legal"),
            weight: None,
            backup: false,
            routing: alone,
        };
        let (routing, findings) = united(vec![one, fra().route("/", "web").part()]);
        assert_eq!(codes(&findings), ["ING227"]);
        assert_eq!(
            findings[0].message.ends_with("on their node port"),
            expected == Check::Here
        );
        let backend = routing.backends.first_key_value().expect("one").1;
        assert_eq!(backend.servers[0].check, expected, "{resolver}");
    }
}

/// The route with one more server, in another zone.
fn two_zones(site: Site, address: &str) -> Part {
    let mut part = site.route("/", "web").part();
    for backend in part.routing.backends.values_mut() {
        let mut away = backend.servers[0].clone();
        away.endpoint.address = Address::Ip(address.parse().expect("an address"));
        away.name = crate::ir::ServerName::new(&away.endpoint);
        away.cluster = None;
        away.elsewhere = true;
        backend.servers.push(away);
    }
    part
}

#[test]
fn other_zones_of_all_clusters_stand_in_unless_all_are_elsewhere() {
    let away = |site: Site| {
        let mut part = site.route("/", "web").part();
        let backends = part.routing.backends.values_mut();
        backends.for_each(|backend| backend.servers[0].elsewhere = true);
        part
    };
    let (routing, findings) = united(vec![away(ams()), two_zones(fra(), "10.2.0.2")]);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(
        shown(&routing),
        ["shop_web_80: ams_10.1.0.1-8080 backup, fra_10.2.0.1-8080, fra_10.2.0.2-8080 backup"]
    );
    let (routing, _) = united(vec![away(ams()), away(fra())]);
    assert_eq!(
        shown(&routing),
        ["shop_web_80: ams_10.1.0.1-8080, fra_10.2.0.1-8080"]
    );
}

#[test]
fn a_backup_cluster_is_behind_all_servers_of_the_others() {
    let standby = || {
        let mut part = ams().route("/", "web").part();
        part.backup = true;
        part
    };
    let expected = ["shop_web_80: ams_10.1.0.1-8080 backup, fra_10.2.0.1-8080, fra_10.2.0.2-8080"];
    let (routing, findings) = united(vec![standby(), two_zones(fra(), "10.2.0.2")]);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(shown(&routing), expected);
    let mut listed = two_zones(fra(), "10.2.0.2");
    for backend in listed.routing.backends.values_mut() {
        backend.servers[1].elsewhere = false;
        backend.servers[1].backup = true;
    }
    let (routing, findings) = united(vec![standby(), listed]);
    assert_eq!(codes(&findings), ["ING330"]);
    assert_eq!(shown(&routing), expected);
    // A backup cluster without servers is nobody's backup.
    let mut empty = standby();
    let backends = empty.routing.backends.values_mut();
    backends.for_each(|backend| backend.servers.clear());
    let (routing, _) = united(vec![empty, two_zones(fra(), "10.2.0.2")]);
    assert_eq!(
        shown(&routing),
        ["shop_web_80: fra_10.2.0.1-8080, fra_10.2.0.2-8080 backup"]
    );
}

#[test]
fn one_server_in_two_clusters_is_told_once() {
    let copy = || {
        Site::new("fra", "10.1.0.1")
            .route("/", "web")
            .route("/x", "web")
    };
    let parts = vec![
        ams().route("/", "web").route("/x", "web").part(),
        copy().part(),
    ];
    let (routing, findings) = united(parts);
    assert_eq!(codes(&findings), ["ING225"]);
    assert_eq!(shown(&routing), ["shop_web_80: ams_10.1.0.1-8080"]);
    assert!(
        findings[0]
            .message
            .starts_with("`10.1.0.1 port 8080` is a server"),
        "{}",
        findings[0].message
    );
    let mut placeholder = ams().route("/", "web").part();
    for backend in placeholder.routing.backends.values_mut() {
        backend.servers[0].resolver = Resolver::Placeholder;
    }
    assert!(united(vec![placeholder, copy().part()]).1.is_empty());
}

#[test]
fn exact_and_prefix_are_different_routes() {
    let mut one = ams();
    one.service("web");
    let paths = vec![path(Exact, "/x", "web", 80)];
    one.world.rule("shop", "x", Some("a.io"), paths);
    let (routing, findings) = united(vec![one.part(), fra().route("/x", "shop").part()]);
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(rules(&routing).len(), 2);
}

#[test]
fn hosts_have_one_key_each_whatever_cluster_they_are_from() {
    let alone = ams().route("/", "web").part();
    let key = alone.routing.hosts[0].id.clone();
    let mut other = fra();
    other.service("web");
    let paths = vec![path(Prefix, "/", "web", 80)];
    other.world.rule("shop", "y", Some("b.io"), paths);
    let (routing, _) = united(vec![alone, other.part()]);
    let keys: BTreeSet<_> = routing.hosts.iter().map(|host| host.id.as_str()).collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(routing.hosts[0].id, key);
}

/// A cluster with a rule for each of these hosts; `""` stands for none.
fn with_hosts(mut site: Site, rules: &[(&str, &str)]) -> Part {
    site.service("web");
    for (number, (host, text)) in rules.iter().enumerate() {
        let host = Some(*host).filter(|host| !host.is_empty());
        let paths = vec![path(Prefix, text, "web", 80)];
        site.world.rule("shop", &format!("x{number}"), host, paths);
    }
    site.part()
}

#[test]
fn hosts_that_keep_requests_from_another_cluster_are_told() {
    type Rules<'r> = &'r [(&'r str, &'r str)];
    let cases: [(Rules<'_>, Rules<'_>, &[&str]); 9] = [
        (&[("", "/")], &[("a.io", "/api")], &["ING306"]),
        (&[("", "/")], &[("*.a.io", "/api")], &["ING306"]),
        // The host keeps all its requests, whoever reads it.
        (&[("", "/")], &[("a.io", "/")], &[]),
        // Told where the cluster was lowered.
        (&[("", "/"), ("a.io", "/x")], &[("a.io", "/api")], &[]),
        (&[("*.a.io", "/")], &[("b.a.io", "/api")], &["ING307"]),
        (&[("*.a.io", "/")], &[("b.a.io", "/")], &[]),
        (
            &[("*.a.io", "/")],
            &[("*.a.io", "/"), ("b.a.io", "/api")],
            &[],
        ),
        // Nobody of the first asks for it without a host.
        (
            &[("", "/"), ("*.a.io", "/")],
            &[("b.a.io", "/api")],
            &["ING307"],
        ),
        (&[("*.a.io", "/")], &[("c.b.a.io", "/api")], &[]),
    ];
    for (one, other, expected) in cases {
        let (_, findings) = united(vec![with_hosts(ams(), one), with_hosts(fra(), other)]);
        assert_eq!(codes(&findings), expected, "{one:?} {other:?}");
    }
}

#[test]
fn other_hosts_of_the_kind_are_counted() {
    let hosts = [("a.b.io", "/x"), ("b.b.io", "/x"), ("c.b.io", "/x")];
    let (_, findings) = united(vec![
        with_hosts(ams(), &[("", "/")]),
        with_hosts(fra(), &hosts),
    ]);
    assert_eq!(
        findings[0].message,
        "rules without a host in cluster ams, such as `Prefix /` of Ingress shop/x0, meet no request for `a.b.io` and 2 more, which cluster fra names"
    );
    let (_, findings) = united(vec![
        with_hosts(ams(), &[("*.b.io", "/")]),
        with_hosts(fra(), &hosts),
    ]);
    assert_eq!(
        findings[0].message,
        "the paths of `*.b.io` in cluster ams are not served to `a.b.io` and 2 more, which have rules of their own in cluster fra"
    );
}

/// What a cluster makes of a listener with this place, before its backend.
fn exposing(site: Site, name: &str, wanted: &str, key: bool) -> Part {
    use crate::ir::{BindAddress, ListenerName, Port, PortKey, TcpListener, Wanted};
    use crate::source::{FileId, Origin, Sourced};
    let origin = Origin::new(FileId::new(0), 0..1);
    let mut part = site.part();
    let backend = part.routing.backends.keys().next().expect("one").clone();
    let wanted = match BindAddress::parse(wanted) {
        Some(bind) if !key => Wanted::Binds(vec![Sourced::new(bind, origin)]),
        Some(bind) => {
            let number = Port::new(bind.port()).expect("not 0");
            Wanted::Port(Sourced::new(number, origin))
        }
        None => Wanted::Pool,
    };
    let mut listener = TcpListener::new("x", wanted, Target::Backend(backend), origin);
    listener.name = ListenerName::of_object("a", name).expect("legal");
    listener.key = key.then(|| PortKey::parse("shop/web:80").expect("legal"));
    part.routing.tcp.push(listener);
    part
}

#[test]
fn listeners_in_one_place_are_one_if_they_do_the_same() {
    let united = |ours: Part, theirs: Part| {
        let (routing, findings) = unite(vec![ours, theirs]);
        let servers = routing.backends.values();
        let servers: usize = servers.map(|backend| backend.servers.len()).sum();
        // That servers of both get connections is told.
        let conflicts = findings
            .iter()
            .filter(|it| it.code == crate::finding::Code::CLUSTER_CONFLICT);
        let notes = conflicts.map(|it| it.notes.join(" "));
        (routing.tcp.len(), servers, notes.collect::<Vec<_>>())
    };
    let web = |site: Site| site.route("/", "web");
    let ours = || exposing(web(ams()), "db", ":5432", false);
    let same = united(ours(), exposing(web(fra()), "db", ":5432", false));
    assert_eq!(same, (1, 2, vec![]));
    let (count, _, notes) = united(ours(), exposing(web(fra()), "other", ":5433", false));
    assert_eq!((count, notes), (2, vec![]));
    let differs = |theirs: Part, what: &str| {
        let (count, _, notes) = united(ours(), theirs);
        assert_eq!(count, 1, "{what}");
        assert_eq!(notes, [format!("what differs: {what}")]);
    };
    differs(exposing(web(fra()), "other", ":5432", false), "the name");
    let api = fra().route("/api", "api");
    differs(exposing(api, "other", ":5432", false), "the Services");
}

#[test]
fn a_place_of_several_clusters_is_closed_where_they_protect_it_in_different_ways() {
    use crate::ir::AcceptProxy;
    let web = |site: Site| exposing(site.route("/", "web"), "db", ":5432", false);
    let mut other = web(fra());
    other.routing.tcp[0].client.proxy = AcceptProxy::Always;
    let (routing, findings) = unite(vec![web(ams()), other]);
    assert_eq!(routing.tcp.len(), 1);
    assert_eq!(routing.tcp[0].default, Target::Closed);
    let [finding] = &findings[..] else {
        panic!("{findings:?}")
    };
    assert_eq!(
        finding.message,
        "port 5432 of x is another one in cluster fra than in cluster ams; nobody may connect"
    );
    assert_eq!(finding.notes, ["what differs: how clients are spoken to"]);
}

#[test]
fn a_service_port_is_closed_where_one_cluster_cannot_protect_it() {
    let web = |site: Site| exposing(site.route("/", "web"), "db", "pool", true);
    let (routing, _) = unite(vec![web(ams()), web(fra())]);
    assert!(matches!(routing.tcp[0].default, Target::Backend(_)));
    let mut closed = web(fra());
    closed.routing.tcp[0].default = Target::Closed;
    let (routing, _) = unite(vec![web(ams()), closed]);
    assert_eq!(routing.tcp[0].default, Target::Closed);
}

#[test]
fn a_port_that_one_cluster_fixes_holds_for_all_and_two_are_told() {
    use crate::ir::Wanted;
    let asks = |site: Site, wanted: &str| exposing(site.route("/", "web"), "db", wanted, true);
    let port = |routing: &Routing| match routing.tcp[0].wanted {
        Wanted::Port(fixed) => Some(fixed.value.get()),
        _ => None,
    };
    let (routing, findings) = unite(vec![asks(ams(), "pool"), asks(fra(), ":26002")]);
    assert_eq!(
        (port(&routing), codes(&findings)),
        (Some(26002), vec!["ING341".to_owned()])
    );
    let (routing, findings) = unite(vec![asks(ams(), ":26001"), asks(fra(), ":26002")]);
    assert_eq!(port(&routing), Some(26001));
    assert_eq!(codes(&findings), ["ING329", "ING341"]);
}

#[test]
fn connections_that_go_to_several_clusters_are_told() {
    let web = |site: Site| exposing(site.route("/", "web"), "db", "pool", true);
    let told = |change: fn(&mut Part)| {
        let mut theirs = web(fra());
        change(&mut theirs);
        codes(&unite(vec![web(ams()), theirs]).1)
    };
    assert_eq!(told(|_| {}), ["ING341"]);
    assert_eq!(told(|fra| fra.backup = true), [""; 0]);
    assert_eq!(told(|fra| fra.weight = Weight::new(0)), [""; 0]);
    let servers: fn(&mut Part, fn(&mut Server)) = |part, change| {
        let backends = part.routing.backends.values_mut();
        backends
            .flat_map(|backend| &mut backend.servers)
            .for_each(change);
    };
    let nobody: fn(&mut Part) = |fra| {
        let backends = fra.routing.backends.values_mut();
        backends.for_each(|backend| backend.servers.clear());
    };
    assert_eq!(told(nobody), [""; 0]);
    // The servers of one stand in by themselves, or are in another zone.
    let stands_in: fn(&mut Part) = |fra| {
        for backend in fra.routing.backends.values_mut() {
            backend.servers[0].backup = true;
        }
    };
    assert_eq!(told(stands_in), [""; 0]);
    let elsewhere: fn(&mut Part) = |fra| {
        for backend in fra.routing.backends.values_mut() {
            backend.servers[0].elsewhere = true;
        }
    };
    assert_eq!(told(elsewhere), [""; 0]);
    // One machine, which both clusters know.
    let listed = |site: Site| {
        let mut part = web(site);
        servers(&mut part, |server| {
            server.resolver = Resolver::Inventory;
            server.endpoint.address = Address::Ip("10.9.9.9".parse().expect("an address"));
        });
        part
    };
    let codes_of = |ours, theirs| codes(&unite(vec![ours, theirs]).1);
    assert_eq!(codes_of(listed(ams()), listed(fra())), [""; 0]);
    assert_eq!(codes_of(listed(ams()), web(fra())), ["ING341"]);
}

#[test]
fn a_service_port_is_closed_where_clusters_protect_it_in_different_ways() {
    use crate::ir::policy::AddressList;
    use crate::ir::{AcceptProxy, TcpCertificates, Termination};
    let web = |site: Site| exposing(site.route("/", "web"), "db", "pool", true);
    let origin = crate::source::Origin::new(crate::source::FileId::new(0), 0..1);
    let mut with_tls = web(fra());
    with_tls.routing.tcp[0].tls = Some(Termination {
        certificates: TcpCertificates::Shared,
        clients: None,
        alpn: Vec::new(),
        origin,
    });
    let mut with_proxy = web(fra());
    let list = AddressList::new(["10.0.0.0/8".parse().expect("a network")]);
    with_proxy.routing.tcp[0].client.proxy = AcceptProxy::From(list.expect("not empty"));
    for other in [with_tls, with_proxy] {
        let (routing, findings) = unite(vec![web(ams()), other]);
        assert_eq!(routing.tcp[0].default, Target::Closed);
        let found: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(found, [crate::finding::Code::CLUSTER_CONFLICT]);
    }
}
