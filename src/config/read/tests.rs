//! Every key, every mistake, from both doors.

mod servers;

use std::num::NonZeroU16;

use super::*;
use crate::annotations::{Dialect, Profile};
use crate::config::{Admin, Endpoints};
use crate::finding::{Code, Level, Severity};
use crate::ir::{
    BindAddress, HaproxyVersion, Layout, Nameserver, NodeAddressType, Nodes, Resolver, SocketPath,
    Weight,
};
use crate::manifest::ObjectName;
use crate::source::{File, Sourced};

fn parse(text: &str) -> Result<Config, Vec<String>> {
    let mut sources = Sources::default();
    let file = sources.add(File::new("ops/ingressc.yaml", text));
    let mut config = Config::default();
    let mistakes = read(&mut config, &sources, file, &Base::of("ops/ingressc.yaml"));
    finish(config, &mistakes, &sources)
}

fn overlay(text: &str) -> Result<Config, Vec<String>> {
    let mut sources = Sources::default();
    let file = sources.add(File::new("--set", text));
    let mut config = Config::default();
    let mistakes = set(&mut config, &sources, file);
    finish(config, &mistakes, &sources)
}

fn finish(config: Config, mistakes: &[Mistake], sources: &Sources) -> Result<Config, Vec<String>> {
    if mistakes.is_empty() {
        return Ok(config);
    }
    let lines = mistakes.iter().map(|mistake| {
        let position = sources.position(mistake.message.origin);
        let help = mistake
            .help
            .as_ref()
            .map_or_else(String::new, |help| format!(" ({help})"));
        format!(
            "{}:{} {}{help}",
            position.line, position.column, mistake.message.value
        )
    });
    Err(lines.collect())
}

#[test]
fn every_key_is_read() {
    let config = parse(
            "version: 1\nrequires: '>=0.1'\ninputs: [deploy/**/*.yaml, ./x.yaml, /abs]\nexclude: ['**/charts/**', old/*]\n\
             classes: [haproxy, '']\nprofile: haproxytech\ndialects: [haproxytech]\nconfigMap: haproxy/config\n\
             errorFiles: haproxy/errors\npatternFiles: haproxy/patterns\ninstances: 2\n\
             trustedProxies: [10.0.0.0/8, '2001:db8::/32']\nnamespace: shop\ntarget: {haproxy: 3.2}\n\
             listen:\n  http: [':8080', '10.0.0.1:80', '[::1]:80']\n  https: []\n\
             certificates:\n  map: {shop/shop.tls: /etc/ssl/shop.pem}\n  default: shop/wild\n\
             rules:\n  fail-on: warning\n  ING402: {level: error}\n  no-endpoints: {level: off}\n",
        )
        .expect("legal");
    assert_eq!(
        config.inputs,
        ["ops/deploy/**/*.yaml", "ops/x.yaml", "/abs"]
    );
    assert_eq!(config.exclude, ["**/charts/**", "ops/old/*"]);
    assert_eq!(
        config.classes,
        Some(vec!["haproxy".to_owned(), String::new()])
    );
    let annotations = &config.annotations;
    assert_eq!(annotations.profile, Profile::HaproxyTech);
    assert_eq!(annotations.dialects, [Dialect::HaproxyTech]);
    let name = |name| Some(ObjectName::new("haproxy", name));
    assert_eq!(annotations.config_map, name("config"));
    assert_eq!(annotations.error_files, name("errors"));
    assert_eq!(annotations.pattern_files, name("patterns"));
    assert_eq!(annotations.instances.map(NonZeroU16::get), Some(2));
    assert_eq!(annotations.trusted_proxies.len(), 2);
    assert_eq!(config.namespace.as_deref(), Some("shop"));
    assert_eq!(config.haproxy, HaproxyVersion::parse("3.2"));
    assert_eq!(config.http.map(|list| list.len()), Some(3));
    assert_eq!(config.https, Some(vec![]));
    assert_eq!(
        config.certificate_files[&ObjectName::new("shop", "shop.tls")],
        "/etc/ssl/shop.pem"
    );
    assert_eq!(
        config.default_certificate,
        Some(ObjectName::new("shop", "wild"))
    );
    assert_eq!(config.fail_on, Some(Severity::Warning));
    assert_eq!(
        config.levels[&Code::TLS_HOST_NOT_IN_RULES],
        Level::At(Severity::Error)
    );
    assert_eq!(config.levels[&Code::NO_ENDPOINTS], Level::Off);
}

/// Everything about servers, clusters and the host, as the guide shows it.
const ROUND: &str = "\
target: {layout: debian}
listen: {metrics: ['10.0.0.1:8404'], admin: run/admin.sock}
endpoints:
  order: [inventory, slices, nodePort, clusterIP]
  services: {shop/web.eu: nodePort, shop/db: [inventory, slices]}
  inventory: backends.yaml
  nodes: [10.0.0.11, 'fd00::11', node-3.example.net]
  dns: {nameservers: ['10.96.0.10:53', 'tcp@10.96.0.11'], clusterDomain: cluster.example, slots: 20}
  nameservers: [192.0.2.53]
  podNetworks: [10.64.0.0/14, 'fd00:1::/32']
  zone: fra1-a
clusters:
  fra: {inputs: [clusters/fra], weight: 90, endpoints: {inventory: fra.yaml, nodes: {from: input, address: ExternalIP}}}
  ams: {inputs: [/srv/ams], backup: true}
peers: {edge2: '10.0.0.2:10000', edge1: '[fd00::1]:10000'}
include:
  global: [haproxy/global.cfg]
  defaults: []
  frontend: [a.cfg, /etc/b.cfg]
  backends: {'shop/web:http': [haproxy/web.cfg], 'shop/web:8080': []}
  sections: [extra.cfg]
";

#[test]
fn everything_about_servers_clusters_and_the_host_is_read() {
    let config = parse(ROUND).expect("legal");
    assert_eq!(config.layout, Some(Layout::Debian));
    let metrics = config.metrics.expect("set");
    assert_eq!(
        metrics[0].value,
        BindAddress::parse("10.0.0.1:8404").expect("legal")
    );
    assert_eq!(metrics[0].origin.end - metrics[0].origin.start, 15);
    assert_eq!(
        config.admin,
        Admin::At(SocketPath::new("run/admin.sock").expect("legal"))
    );
    let Endpoints {
        order,
        services,
        inventory,
        nodes,
        dns,
        nameservers,
        pod_networks,
        zone,
    } = config.endpoints;
    let resolvers = [
        Resolver::Inventory,
        Resolver::Slices,
        Resolver::NodePort,
        Resolver::ClusterIp,
    ];
    assert_eq!(order, Some(resolvers.to_vec()));
    let own = |name| &services[&ObjectName::new("shop", name)].value[..];
    assert_eq!(own("web.eu"), [Resolver::NodePort]);
    assert_eq!(own("db"), &resolvers[..2]);
    assert_eq!(
        inventory.map(|path| path.value).as_deref(),
        Some("ops/backends.yaml")
    );
    let Some(Nodes::List(nodes)) = nodes else {
        panic!("a list")
    };
    let nodes: Vec<_> = nodes.iter().map(|node| node.value.to_string()).collect();
    assert_eq!(nodes, ["10.0.0.11", "fd00::11", "node-3.example.net"]);
    let dns = dns.expect("set");
    let show = |servers: &[Nameserver]| {
        servers
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(show(&dns.nameservers), "10.96.0.10:53 tcp@10.96.0.11:53");
    assert_eq!(
        (dns.domain.as_str(), dns.slots.get()),
        ("cluster.example", 20)
    );
    assert_eq!(show(&nameservers.expect("set")), "192.0.2.53:53");
    assert_eq!(pod_networks.map(|list| list.len()), Some(2));
    assert_eq!(zone.as_deref(), Some("fra1-a"));

    let [ams, fra] = &config.clusters[..] else {
        panic!("two clusters")
    };
    assert_eq!(
        (ams.name.as_str(), ams.backup, ams.weight),
        ("ams", true, None)
    );
    assert_eq!(ams.inputs, ["/srv/ams"]);
    assert_eq!(
        (fra.name.as_str(), fra.backup, fra.weight),
        ("fra", false, Weight::new(90))
    );
    assert_eq!(fra.inputs, ["ops/clusters/fra"]);
    assert_eq!(
        fra.endpoints.nodes,
        Some(Nodes::Input(NodeAddressType::ExternalIp))
    );
    let own = fra
        .endpoints
        .inventory
        .as_ref()
        .map(|path| path.value.as_str());
    assert_eq!(own, Some("ops/fra.yaml"));

    let peers: Vec<_> = config.peers.iter().map(|peer| peer.name.as_str()).collect();
    assert_eq!(peers, ["edge1", "edge2"]);
    let paths = |files: &[Sourced<String>]| {
        files
            .iter()
            .map(|file| file.value.clone())
            .collect::<Vec<_>>()
    };
    let include = config.include;
    assert_eq!(paths(&include.global), ["ops/haproxy/global.cfg"]);
    assert_eq!(paths(&include.defaults), Vec::<String>::new());
    assert_eq!(paths(&include.frontend), ["ops/a.cfg", "/etc/b.cfg"]);
    assert_eq!(
        paths(&include.backends["shop/web:http"].value),
        ["ops/haproxy/web.cfg"]
    );
    assert_eq!(include.backends.len(), 2);
    assert_eq!(paths(&include.sections), ["ops/extra.cfg"]);
}

#[test]
fn the_admin_socket_can_be_switched_off() {
    let config = parse("listen: {admin: ''}\n").expect("legal");
    assert_eq!(config.admin, Admin::Off);
    assert_eq!(parse("").expect("legal").admin, Admin::Default);
}

#[test]
fn nothing_is_needed() {
    for empty in ["", "# only a comment\n", "---\n", "null\n"] {
        assert_eq!(parse(empty), Ok(Config::default()), "{empty:?}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, a row a mistake")]
fn each_mistake_has_its_place() {
    for (text, expected) in [
        (
            "versoin: 1\n",
            "1:1 unknown key `versoin` (did you mean `version`?)",
        ),
        (
            "qqq: 1\n",
            "1:1 unknown key `qqq` (the keys here are version, requires, inputs, exclude, classes, profile, dialects, configMap, errorFiles, patternFiles, instances, trustedProxies, namespace, target, listen, endpoints, clusters, peers, tcp, include, certificates, policy, rules, ignore, baseline)",
        ),
        ("version: 2\n", "1:10 the version is 1, not `2`"),
        (
            "policy: {required: {haproxy.org/allow-lst: {}}}\n",
            "1:21 haproxytech has no key `haproxy.org/allow-lst` (did you mean `haproxy.org/allow-list`?)",
        ),
        ("inputs: deploy\n", "1:9 `inputs` is a list, not `deploy`"),
        (
            "inputs: [1]\n",
            "1:10 an entry of `inputs` is a string, not `1` (put it in quotes)",
        ),
        (
            "namespace: 12\n",
            "1:12 `namespace` is a string, not `12` (put it in quotes)",
        ),
        (
            "namespace: A_b\n",
            "1:12 a namespace is up to 63 characters `a-z`, `0-9` and `-`, not `A_b`",
        ),
        ("target: '2.6'\n", "1:9 `target` is a mapping, not `2.6`"),
        (
            "target:\n  haproxy: 2.4\n",
            "2:12 `target.haproxy` is a version from 2.6 to 3.4, not `2.4`",
        ),
        (
            "listen: {http: [\"80\"]}\n",
            "1:17 `80` is no address to listen on (write `\":80\"`, `\"10.0.0.1:80\"` or `\"[::1]:80\"`)",
        ),
        (
            "profile: nginx\n",
            "1:10 `profile` is spec or haproxytech, not `nginx`",
        ),
        (
            "certificates: {map: {shop: /x}}\n",
            "1:22 a Secret is written namespace/name, not `shop`",
        ),
        (
            "certificates: {map: {a/b: x y}}\n",
            "1:27 the certificate's file is an absolute path of letters, digits and `/._-+@:`, not `x y`",
        ),
        (
            "certificates: {map: {a/b: /}}\n",
            "1:27 the certificate is a file with certificate, chain and key, not `/`",
        ),
        (
            "rules: {class-missing: {level: off}, ING110: {level: error}}\n",
            "1:38 `ING110` stands here a second time, after `class-missing`, the same rule (remove one of the two)",
        ),
        (
            "rules: {ING110: {level: off}, ING110: {level: off}}\n",
            "1:31 `ING110` stands here a second time (remove one of the two)",
        ),
        (
            "rules: {ING999: {level: off}}\n",
            "1:9 there is no rule `ING999` (`ingressc rules` lists the rules)",
        ),
        (
            "rules: {duplicate-rout: {level: off}}\n",
            "1:9 there is no rule `duplicate-rout` (did you mean `duplicate-route`?)",
        ),
        (
            "rules: {ING301: {level: loud}}\n",
            "1:25 a level is off, error, warning, info or pedantic, not `loud`",
        ),
        (
            "rules: {ING301: {levle: off}}\n",
            "1:18 unknown key `levle` (did you mean `level`?)",
        ),
        (
            "rules: {ING301: {allow: [acl]}}\n",
            "1:18 `allow` is a setting of ING501 only (write it below ING501, which is about raw lines)",
        ),
        (
            "rules: {ING501: {allow: ['http-request  deny']}}\n",
            "1:26 `http-request  deny` is no directive (write its first words, separated by single blanks, such as `http-request set-header`)",
        ),
        (
            "rules: {ING501: {allow: [backend]}}\n",
            "1:26 `backend` opens a section, which no annotation may (put sections into a file of `include.sections`)",
        ),
        (
            "requires: '>=99'\n",
            "1:11 this is ingressc 0.1.0, `>=99` is required (install a version that meets it)",
        ),
        (
            "requires: new\n",
            "1:11 `requires` is a comparison such as \">=0.1\" or \">=0.1, <1\", not `new`",
        ),
        (
            "version: 1\nversion: 1\n",
            "2:1 `version` stands here a second time (remove one of the two)",
        ),
        ("- a\n", "1:1 the configuration is a mapping, not a list"),
    ] {
        assert_eq!(parse(text), Err(vec![expected.to_owned()]), "{text}");
    }
}

#[test]
fn each_mistake_about_what_is_not_told_has_its_place() {
    for (text, expected) in [
        (
            "ignore: [{rule: ING001, path: a.yaml, reason: x}]\n",
            "1:17 findings of ING001 cannot be ignored: what was not read was not checked (exclude the file, or mend what keeps it from being read)",
        ),
        (
            "ignore: [{rule: duplicate-rout, path: a.yaml, reason: x}]\n",
            "1:17 there is no rule `duplicate-rout` (did you mean `duplicate-route`?)",
        ),
        (
            "ignore: [{rule: ING4, path: a.yaml, reason: x}]\n",
            "1:17 there is no rule `ING4` (`ingressc rules` lists the rules)",
        ),
        (
            "ignore: [{rule: ING402, reason: x}]\n",
            "1:10 an entry of `ignore` without `object` and `path` (name one of them; to switch a rule off, set its level below `rules`)",
        ),
        (
            "ignore: [{rule: ING402, path: a.yaml}]\n",
            "1:10 an entry of `ignore` without `reason` (say why: add `reason: ...`)",
        ),
        (
            "ignore: [{rule: ING402, object: shop/web, reason: x}]\n",
            "1:33 an object is its kind, namespace and name, not `shop/web` (write it as findings show it, such as `Ingress shop/web`)",
        ),
        (
            "ignore: [{rule: ING402, path: a.yaml, reason: x, until: 2026-02-30}]\n",
            "1:57 `until` is a day such as 2026-12-31, not `2026-02-30`",
        ),
        (
            "ignore: [{rule: ING402, path: '[', reason: x}]\n",
            "1:31 `path` is a glob, and this is none: unclosed character class; missing ']'",
        ),
    ] {
        assert_eq!(parse(text), Err(vec![expected.to_owned()]), "{text}");
    }
}

#[test]
fn what_is_not_told_is_read() {
    let text = "ignore:\n- {rule: ING402, object: Ingress a/b, reason: ' why ', until: 2026-12-31}\n\
                - {rule: no-endpoints, path: old, reason: x}\nbaseline: known.json\n";
    let config = parse(text).expect("legal");
    let [first, second] = &config.ignores[..] else {
        panic!("two entries")
    };
    assert_eq!(first.object.as_deref(), Some("Ingress a/b"));
    assert_eq!((first.reason.as_str(), &first.path), ("why", &None));
    let until = first.until.as_ref().map(|until| until.end);
    assert_eq!(until, Some(1_798_761_600), "the first second of 2027");
    assert_eq!(second.rule, Code::NO_ENDPOINTS);
    let path = second.path.as_ref().map(globset::Glob::glob);
    assert_eq!(path, Some("ops/old"));
    assert_eq!(config.baseline.as_deref(), Some("ops/known.json"));
}

#[test]
fn each_mistake_about_tcp_services_has_its_place() {
    for (text, expected) in [
        (
            "tcp: {configMapFormat: ngnix}\n",
            "1:24 `tcp.configMapFormat` is haproxytech, haproxy-ingress or nginx, not `ngnix` (did you mean `nginx`?)",
        ),
        (
            "tcp: {configMap: tcp-services}\n",
            "1:18 a ConfigMap is written namespace/name, and not `tcp-services`",
        ),
        (
            "tcp: {pool: 26010-26000}\n",
            "1:13 `tcp.pool` is the first and the last of the ports, such as 26000-26999, not `26010-26000`",
        ),
        (
            "tcp: {lock: ''}\n",
            "1:13 `tcp.lock` is the path of a file, not ``",
        ),
        (
            "tcp: {addresses: ['10.0.0.5:80']}\n",
            "1:19 `tcp.addresses` are IP addresses without ports, and not `10.0.0.5:80`",
        ),
        (
            "tcp: {addresses: [fe80::1%eth0]}\n",
            "1:19 `tcp.addresses` are IP addresses without ports, and not `fe80::1%eth0`",
        ),
    ] {
        assert_eq!(parse(text), Err(vec![expected.to_owned()]), "{text}");
    }
}

#[test]
fn what_is_said_about_tcp_services_is_read() {
    let text = "tcp: {pool: 30000-30009, lock: state/edge.lock, addresses: [10.0.0.5, '::1'], configMap: [a/b, a/c]}\n";
    let tcp = parse(text).expect("legal").tcp;
    assert_eq!(
        tcp.pool.map(|pool| pool.value.to_string()).as_deref(),
        Some("30000-30009")
    );
    assert_eq!(
        tcp.lock.map(|lock| lock.value).as_deref(),
        Some("ops/state/edge.lock")
    );
    assert_eq!(tcp.addresses.map(|list| list.len()), Some(2));
    assert_eq!(tcp.config_maps.len(), 2);
}

#[test]
fn each_mistake_about_annotations_has_its_place() {
    for (text, expected) in [
        (
            "dialects: [nginx]\n",
            "1:12 no dialect is called `nginx` (the dialects are: haproxytech)",
        ),
        (
            "dialects: [haproxytech, haproxytech]\n",
            "1:25 `haproxytech` stands in this list a second time (remove one of the two)",
        ),
        (
            "configMap: haproxy-config\n",
            "1:12 a ConfigMap is written namespace/name, not `haproxy-config`",
        ),
        (
            "instances: 0\n",
            "1:12 `instances` is a number from 1 to 65535, not `0`",
        ),
        (
            "trustedProxies: [10.0.0.0/33]\n",
            "1:18 `10.0.0.0/33` is no network (write an address and a prefix length, such as `10.64.0.0/14`)",
        ),
    ] {
        assert_eq!(parse(text), Err(vec![expected.to_owned()]), "{text}");
    }
}

#[test]
fn each_mistake_about_config_maps_of_tcp_services_has_its_place() {
    for (text, expected) in [
        (
            "tcp: {configMapFormat: ngnix}\n",
            "1:24 `tcp.configMapFormat` is haproxytech, haproxy-ingress or nginx, not `ngnix` (did you mean `nginx`?)",
        ),
        (
            "tcp: {configMap: tcp-services}\n",
            "1:18 a ConfigMap is written namespace/name, and not `tcp-services`",
        ),
    ] {
        assert_eq!(parse(text), Err(vec![expected.to_owned()]), "{text}");
    }
}

#[test]
fn set_is_laid_over_what_the_file_says() {
    let mut sources = Sources::default();
    let mut config = Config::default();
    let file = sources.add(File::new("ingressc.yaml", ROUND));
    assert_eq!(read(&mut config, &sources, file, &Base::default()), []);
    for text in [
        "endpoints.services.shop/web.eu=dns",
        "endpoints.dns.slots=7",
        "endpoints.nodes.address=Hostname",
        "clusters.fra.weight=10",
        "clusters.ams.endpoints.services.shop/web.eu=[hostPort]",
        "clusters.new.inputs=[x]",
        "peers.edge1.example.net=10.0.0.9:10000",
        "include.backends.shop/web.eu:80=[x.cfg]",
        "listen.admin=\"\"",
    ] {
        let file = sources.add(File::new("--set", text));
        assert_eq!(set(&mut config, &sources, file), [], "{text}");
    }
    let web = ObjectName::new("shop", "web.eu");
    assert_eq!(config.endpoints.services[&web].value, [Resolver::Dns]);
    assert_eq!(config.endpoints.services.len(), 2);
    let dns = config.endpoints.dns.expect("set");
    assert_eq!((dns.slots.get(), dns.nameservers.len()), (7, 2));
    assert_eq!(
        config.endpoints.nodes,
        Some(Nodes::Input(NodeAddressType::Hostname))
    );
    let [ams, fra, new] = &config.clusters[..] else {
        panic!("three clusters")
    };
    assert_eq!(ams.endpoints.services[&web].value, [Resolver::HostPort]);
    assert_eq!((fra.weight, fra.inputs.len()), (Weight::new(10), 1));
    assert_eq!(new.inputs, ["x"]);
    assert_eq!(config.peers[1].name.as_str(), "edge1.example.net");
    assert_eq!(config.include.backends.len(), 3);
    assert_eq!(config.admin, Admin::Off);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mistakes = parse("endpoints: {order: [a, dns, b], nodes: [1, '*', x, x]}\n");
    let mistakes = mistakes.expect_err("five");
    let places: Vec<_> = mistakes.iter().map(|text| &text[..4]).collect();
    assert_eq!(
        places,
        ["1:21", "1:29", "1:41", "1:44", "1:52"],
        "{mistakes:#?}"
    );
    let mistakes = parse("a1: 1\nversion: 2\nrules: {x: {level: off}}\n").expect_err("three");
    assert_eq!(mistakes.len(), 3);
}

#[test]
fn set_reaches_any_key() {
    let levels = |text| overlay(text).expect("legal").levels;
    assert_eq!(
        levels("rules.ING402.level=off")[&Code::TLS_HOST_NOT_IN_RULES],
        Level::Off
    );
    assert_eq!(
        levels("rules={ING402: {level: off}}")[&Code::TLS_HOST_NOT_IN_RULES],
        Level::Off
    );
    let config = overlay("listen.http=[\":8080\"]").expect("legal");
    assert_eq!(
        config.http.map(bare),
        Some(vec![BindAddress::parse(":8080").expect("legal")])
    );
    let config = overlay("certificates.map.shop/shop.example.com=/etc/x.pem").expect("legal");
    assert_eq!(
        config.certificate_files[&ObjectName::new("shop", "shop.example.com")],
        "/etc/x.pem"
    );
    let config = overlay("inputs=[a.yaml]").expect("legal");
    assert_eq!(config.inputs, ["a.yaml"]);
}

#[test]
fn mistakes_after_set_point_into_what_was_typed() {
    for (text, expected) in [
        (
            "rules.fail-on",
            "1:1 there is no `=` in it (write KEY=VALUE, such as `rules.fail-on=warning`)",
        ),
        (
            "rules.fail-on=never",
            "1:15 `fail-on` is error, warning, info or pedantic, not `never`",
        ),
        (
            "rules.fail-no=error",
            "1:7 there is no rule `fail-no` (did you mean `fail-on`?)",
        ),
        (
            "namespace.x=shop",
            "1:11 `namespace` is a string, not a mapping",
        ),
        ("namespace=", "1:10 there is no value after `=`"),
        (
            "endpoints.services.shop/web.eu=nodePrt",
            "1:32 there is no resolver `nodePrt` (did you mean `nodePort`?)",
        ),
        (
            "listen.http=[':443']",
            "1:14 `:443` of `listen.http` is taken by `:443` of `listen.https` (give each its own address or port)",
        ),
        (
            "peers.a=10.0.0.1:80",
            "1:9 `10.0.0.1:80` of peer `a` is taken by `:80` of `listen.http` (give the peers a port of their own, such as 10000)",
        ),
        (
            "endpoints.services.web.eu=nodePort",
            "1:20 a Service is written namespace/name, not `web.eu`",
        ),
        (
            "clusters.fra.weight=3",
            "1:10 cluster `fra` has no inputs (add `inputs: [clusters/fra]`, its manifests)",
        ),
    ] {
        assert_eq!(overlay(text), Err(vec![expected.to_owned()]), "{text}");
    }
}
