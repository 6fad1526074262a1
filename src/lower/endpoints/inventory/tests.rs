//! The inventory from its text to servers and findings.

use super::Inventory;
use crate::finding::Code;
use crate::finding::Finding;
use crate::ir::{Backend, Check, ClusterDns, ClusterName, Fqdn, HealthCheck, Port, Resolver};
use crate::lower::testing::{World, codes, origin, path, port};
use crate::lower::{Settings, lower};
use crate::manifest::PathType::Prefix;
use crate::manifest::{Exposure, ObjectName, Protocol, Service, ServiceType, TargetPort};
use crate::source::{File, FileKind, Sourced, Sources};

fn parse(text: &str) -> (Inventory, Vec<Finding>, Sources) {
    let mut sources = Sources::default();
    let file = sources.add(File::new("", text).kind(FileKind::Inventory));
    let (inventory, findings) = Inventory::read(&sources, file);
    (inventory, findings, sources)
}

/// The inventory, and its findings as `ING221 2:3 message`.
fn read(text: &str) -> (Inventory, Vec<String>) {
    let (inventory, findings, sources) = parse(text);
    let said = findings.iter().map(|finding| {
        assert!(finding.help.is_some(), "{}", finding.message);
        let place = finding.origin().map(|origin| sources.show(origin));
        let place = place.unwrap_or_default();
        let (code, message) = (finding.code, &finding.message);
        format!("{code} {} {message}", place.trim_start_matches(':'))
    });
    let said = said.collect();
    (inventory, said)
}

/// The entries of `shop/web:http`, as `address port`.
fn entries(inventory: &Inventory) -> Vec<String> {
    let listings = &inventory.services[&ObjectName::new("shop", "web")];
    let shown = |entry: &super::Entry| {
        let port = entry.port.map_or(String::new(), |port| format!(" {port}"));
        format!("{}{port}", entry.address)
    };
    listings[0].entries.iter().map(shown).collect()
}

#[test]
fn every_form_of_an_address_is_read() {
    let text = r#"---
shop/web:http:
  - 10.0.0.1
  - 10.0.0.2:8080
  - fd00::3
  - "[fd00::4]"
  - "[fd00::5]:8080"
  - Web.Example.net.:8080
  - web.example.net
  - {address: 10.0.0.8, port: 8080}
  - {address: fd00::9}
  - {address: "[fd00::a]", port: 80}
  - address: web.example.net
"#;
    let (inventory, said) = read(text);
    assert_eq!(said, [""; 0]);
    assert_eq!(
        entries(&inventory),
        [
            "10.0.0.1",
            "10.0.0.2 8080",
            "fd00::3",
            "fd00::4",
            "fd00::5 8080",
            "web.example.net 8080",
            "web.example.net",
            "10.0.0.8 8080",
            "fd00::9",
            "fd00::a 80",
            "web.example.net",
        ]
    );
}

/// The entry, the column of the finding, and what it says of the server.
const BAD_ENTRIES: &str = r#"
10.0.0.256:80 | 3 has the address `10.0.0.256`, which is neither an IP address nor a DNS name
10.0.0.1:99999 | 3 has the port `99999`, which is no number from 1 to 65535
"10.0.0.1:" | 3 has the port ``, which is no number from 1 to 65535
"[fd00::1:80" | 3 has the address `[fd00::1:80`, which is neither an IP address nor a DNS name
"[web]:80" | 3 has the address `[web]`, which is neither an IP address nor a DNS name
http://web:80 | 3 is the URL `http://web:80`
"a b" | 3 has the address `a b`, which is neither an IP address nor a DNS name
"a\nb" | 3 has the address `a\nb`, which is neither an IP address nor a DNS name
"" | 3 has the address ``, which is neither an IP address nor a DNS name
[fd00::1] | 3 is a list
~ | 3 is nothing
10.0.0.1: 8080 | 3 is a mapping
{port: 80} | 3 has no address
{address: } | 4 has no address
{adress: 10.0.0.1} | 4 has the unknown key `adress`
{address: [a]} | 13 has a list as its address
{address: 10.0.0.1:80} | 13 has the address `10.0.0.1:80`, which ends in a port
{address: 10.0.0.1, port: http} | 29 has `port: http`, which is no number from 1 to 65535
{address: 10.0.0.1, port: 0} | 29 has `port: 0`, which is no number from 1 to 65535
{address: 10.0.0.1, port: "80"} | 29 has `port: 80`, which is no number from 1 to 65535
{address: 10.0.0.1, port: [80]} | 29 has a list as its `port`, which is no number from 1 to 65535
{address: 10.0.0.1, weight: 257} | 31 has `weight: 257`, which is no number from 0 to 256
{address: 10.0.0.1, weight: -1} | 31 has `weight: -1`, which is no number from 0 to 256
{address: 10.0.0.1, weight: 1.5} | 31 has `weight: 1.5`, which is no number from 0 to 256
{address: 10.0.0.1, backup: 1} | 31 has `backup: 1`, which is neither `true` nor `false`
{address: 10.0.0.1, zone: [a]} | 29 has a list as its zone
{address: 10.0.0.1, check: http} | 30 has `check: http`, which is no check
{address: 10.0.0.1, check: 70000} | 30 has `check: 70000`, which is no number from 1 to 65535
{address: 10.0.0.1, check: /a b} | 30 has the check `/a b`, which no request can ask for
{address: 10.0.0.1, check: {path: x}} | 37 has the check `x`, which no request can ask for
{address: 10.0.0.1, check: {prot: 1}} | 31 has the unknown key `check.prot`
{address: 10.0.0.1, wieght: 1} | 23 has the unknown key `wieght`
"#;

#[test]
fn whatever_is_wrong_has_its_place_and_a_way_out() {
    let mut count = 0;
    for line in BAD_ENTRIES.trim().lines() {
        let (entry, expected) = line.split_once(" | ").expect("two columns");
        let (column, what) = expected.split_once(' ').expect("a column");
        let (inventory, said) = read(&format!("shop/web:http:\n- {entry}\n"));
        let about = "server 1 of `shop/web:http`";
        let wanted = format!("ING221 2:{column} {about} {what}, and is left out");
        assert_eq!(said, [wanted], "{entry}");
        assert_eq!(entries(&inventory), [""; 0], "{entry}");
        count += 1;
    }
    assert_eq!(count, 32);
}

#[test]
fn one_entry_can_have_several_mistakes_and_spoils_no_other() {
    let text =
        "shop/web:http:\n- {address: 10.0.0.1, weight: x, check: {port: 0, path: x}}\n- 10.0.0.2\n";
    let (inventory, said) = read(text);
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(entries(&inventory), ["10.0.0.2"]);
}

#[test]
fn a_list_that_ends_up_empty_is_kept() {
    for text in ["[]", "[x y]", "10.0.0.1:80", "", "{a: b}"] {
        let (inventory, said) = read(&format!("shop/web:http: {text}\n"));
        assert_eq!(entries(&inventory), [""; 0], "{text}");
        assert_eq!(said.len(), usize::from(text != "[]"), "{text}: {said:?}");
    }
}

#[test]
fn keys_that_name_no_service_port_are_refused() {
    for key in [
        "shop/web",
        "web:80",
        "shop/web:",
        "shop/web:0",
        "Shop/web:80",
        "a/b/c:80",
        "a/b:c:80",
        r#""a/b:x\ny""#,
    ] {
        let (inventory, said) = read(&format!("{key}:\n- 10.0.0.1\n"));
        assert!(inventory.services.is_empty(), "{key}");
        assert!(said[0].starts_with("ING221 1:1 the key `"), "{said:?}");
    }
}

#[test]
fn a_file_that_lists_nothing_is_reported() {
    for (text, expected) in [
        ("", "ING223 1:1 the inventory lists no Service port"),
        (
            "# later\n",
            "ING223 1:1 the inventory lists no Service port",
        ),
        ("{}\n", "ING223 1:1 the inventory lists no Service port"),
        (
            "- 10.0.0.1\n",
            "ING221 1:1 the inventory is a list, not a mapping",
        ),
    ] {
        assert_eq!(read(text).1, [expected], "{text}");
    }
    assert!(read("a: [\n").1[0].starts_with("ING001"));
}

#[test]
fn a_file_that_cannot_be_read_lets_nobody_else_answer() {
    let mut world = world();
    world.web("shop", "web", 80);
    for (text, expected) in [
        ("a: [\n", "ING001"),
        ("- 10.0.0.1\n", "ING221"),
        ("shop/web:80: [10.0.0.1]\n---\na/b:80: []\n", "ING221"),
        ("shop/web:80: [{{ .Values.ip }}]\n", "ING005"),
    ] {
        let (names, codes) = servers(&world, text);
        assert_eq!(
            (names, codes),
            (vec![], vec![expected.to_owned()]),
            "{text}"
        );
    }
}

#[test]
fn of_two_equal_keys_the_last_one_counts() {
    let (inventory, said) = read("shop/web:http: [10.0.0.1]\nshop/web:http: [10.0.0.2]\n");
    assert_eq!(
        said,
        ["ING002 2:1 `shop/web:http` stands twice in the inventory, and only the last one counts"]
    );
    assert_eq!(entries(&inventory), ["10.0.0.2"]);
}

/// A Service `shop/web` with the port `http` 80, container port 8080, and a rule that reaches it.
fn world() -> World {
    let mut world = World::default();
    let mut http = port("http", 80);
    http.target = TargetPort::Number(8080);
    world.service("shop", "web", vec![http]);
    world.rule(
        "shop",
        "x",
        Some("a.io"),
        vec![path(Prefix, "/", "web", 80)],
    );
    world
}

fn service(world: &mut World) -> &mut Service {
    let name = ObjectName::new("shop", "web");
    world.manifests.services.get_mut(&name).expect("made above")
}

/// Lowers with this inventory: the backends, and the codes of the findings.
fn run(world: &World, text: &str) -> (Vec<Backend>, Vec<String>) {
    let (inventory, mut findings, _) = parse(text);
    let mut settings = Settings::default();
    settings.endpoints.inventory = Some(inventory);
    let lowered = lower(&world.manifests, &settings);
    findings.extend(lowered.findings);
    let backends = lowered.routing.backends.into_values().collect();
    (backends, codes(&findings))
}

/// The servers of the only backend, and the codes.
fn servers(world: &World, text: &str) -> (Vec<String>, Vec<String>) {
    let (backends, codes) = run(world, text);
    let names = backends[0].servers.iter();
    (names.map(|server| server.name.to_string()).collect(), codes)
}

#[test]
fn the_port_goes_by_number_and_by_name() {
    for key in ["shop/web:http", "shop/web:80"] {
        let (names, codes) = servers(&world(), &format!("{key}: [10.0.0.1, 10.0.0.1:81]\n"));
        assert_eq!(names, ["10.0.0.1-80", "10.0.0.1-81"], "{key}");
        assert_eq!(codes, [""; 0], "{key}");
    }
}

#[test]
fn a_server_gets_what_its_entry_says() {
    let text = "shop/web:80:\n- {address: web.example.net, port: 81, weight: 50, backup: true, check: {port: 82, path: /up}}\n";
    let (backends, codes) = run(&world(), text);
    assert_eq!(codes, [""; 0]);
    let server = &backends[0].servers[0];
    assert_eq!(server.name.as_str(), "web.example.net-81");
    assert_eq!(server.weight.map(crate::ir::Weight::get), Some(50));
    assert!(server.backup);
    assert!(matches!(server.check, Check::At(port) if port.get() == 82));
    assert!(matches!(&backends[0].health, HealthCheck::Http(path) if path.as_str() == "/up"));
    assert!(server.resolvers.is_some());
}

#[test]
fn an_empty_list_is_an_answer_and_no_other_resolver_is_asked() {
    for (list, expected) in [("[]", "ING204"), ("[x y]", "ING221")] {
        let mut world = world();
        world.web("shop", "web", 80);
        let (names, codes) = servers(&world, &format!("shop/web:80: {list}\n"));
        assert_eq!(
            (names, codes),
            (vec![], vec![expected.to_owned()]),
            "{list}"
        );
    }
}

#[test]
fn servers_of_weight_zero_are_nobody() {
    let zero = "{address: 10.0.0.1, weight: 0}";
    let codes = |list: &str| servers(&world(), &format!("shop/web:80: [{list}]\n")).1;
    assert_eq!(codes(zero), ["ING204"]);
    assert_eq!(codes(&format!("{zero}, 10.0.0.2")), [""; 0]);
}

#[test]
fn a_weight_beside_none_is_a_surprise() {
    let (ten, one) = (
        "{address: 10.0.0.1, weight: 10}",
        "{address: 10.0.0.2, weight: 1}",
    );
    let backup = "{address: 10.0.0.3, weight: 10, backup: true}";
    let codes =
        |list: &[&str]| servers(&world(), &format!("shop/web:80: [{}]\n", list.join(", "))).1;
    assert_eq!(codes(&[ten, "10.0.0.9"]), ["ING231"]);
    assert_eq!(codes(&[ten, one]), [""; 0]);
    assert_eq!(codes(&[one, "10.0.0.9"]), [""; 0]);
    assert_eq!(codes(&[backup, "10.0.0.9"]), [""; 0]);
    let second = "{address: 10.0.0.4, backup: true}";
    assert_eq!(codes(&[backup, second, "10.0.0.9"]), ["ING231"]);
}

#[test]
fn an_address_twice_is_kept_once() {
    let text = "shop/web:80: [{address: 10.0.0.1, weight: 7}, 10.0.0.1:80, {address: 'fd00::1', weight: 7}, 'FD00::01']\n";
    let (backends, codes) = run(&world(), text);
    assert_eq!(codes, ["ING225", "ING225"]);
    assert_eq!(backends[0].servers.len(), 2);
    let weight = backends[0].servers[0].weight.map(crate::ir::Weight::get);
    assert_eq!(weight, Some(7), "the first one counts");
}

#[test]
fn checks_agree_or_a_connection_is_enough() {
    for (checks, expected, path) in [
        (["/a", "/a"], vec![], Some("/a")),
        (["/a", "{port: 81, path: /a}"], vec![], Some("/a")),
        (["/a", "true"], vec!["ING227"], None),
        (["/a", "/b"], vec!["ING227"], None),
        (["81", "true"], vec![], None),
        (["false", "/a"], vec!["ING808"], Some("/a")),
        (["false", "false"], vec!["ING808"], None),
    ] {
        let [one, two] = checks;
        let text = format!(
            "shop/web:80:\n- {{address: 10.0.0.1, check: {one}}}\n- {{address: 10.0.0.2, check: {two}}}\n"
        );
        let (backends, codes) = run(&world(), &text);
        assert_eq!(codes, expected, "{checks:?}");
        let health = match &backends[0].health {
            HealthCheck::Connect => None,
            HealthCheck::Http(path) => Some(path.as_str()),
        };
        assert_eq!(health, path, "{checks:?}");
    }
}

#[test]
fn addresses_that_lead_inside_are_pointed_out() {
    for address in ["127.0.0.1", "'::1'", "169.254.169.254", "localhost:80"] {
        let text = format!("shop/web:80: [{address}]\n");
        assert_eq!(servers(&world(), &text).1, ["ING507"], "{address}");
    }
}

#[test]
fn session_affinity_is_honoured() {
    let mut world = world();
    service(&mut world).exposure = Some(Box::new(Exposure {
        client_ip_affinity: Some(Sourced::new(600, origin())),
        ..Exposure::default()
    }));
    let (backends, _) = run(&world, "shop/web:80: [10.0.0.1]\n");
    assert_eq!(backends[0].client_ip_affinity, Some(600));
}

#[test]
fn an_external_name_has_every_port() {
    let mut world = world();
    service(&mut world).kind = ServiceType::ExternalName;
    service(&mut world).ports.clear();
    let (names, codes) = servers(&world, "shop/web:80: [10.0.0.1]\n");
    assert_eq!(names, ["10.0.0.1-80"]);
    assert_eq!(codes, ["ING216"]);
}

#[test]
fn what_leads_nowhere_is_reported_with_the_way_out() {
    let listed = "shop/web:http: [10.0.0.1]\n";
    for (key, others, expected, help) in [
        ("shop/wbe:80", "", "ING222", "write `shop/web:80`"),
        // Its servers are somebody's, and not those of the Service with the other number, or with servers of its own.
        ("shop/wbe:80", listed, "ING222", "remove the entry"),
        ("shop/web2:80", "", "ING222", "remove the entry"),
        ("shop/other:80", listed, "ING222", "remove the entry"),
        (
            "shop/web:8080",
            "",
            "ING222",
            "write `shop/web:80`: the Service port is 80; 8080",
        ),
        (
            "shop/web:8080",
            listed,
            "ING222",
            "remove the entry: 8080 is the `targetPort`",
        ),
        ("shop/web:htpt", "", "ING222", "write `shop/web:http`"),
        (
            "shop/web:htpt",
            listed,
            "ING222",
            "remove the entry, or declare",
        ),
        (
            "shop/web:9999",
            "",
            "ING222",
            "write `shop/web:80`, its only port",
        ),
        (
            "shop/web:quic",
            listed,
            "ING222",
            "remove the entry: neither",
        ),
        (
            "shop/idle:80",
            listed,
            "ING223",
            "lead an Ingress there, or expose the Service, or remove",
        ),
    ] {
        let mut world = world();
        world.web("shop", "idle", 80);
        let mut quic = port("quic", 443);
        quic.protocol = Protocol::Udp;
        if key.ends_with("quic") {
            service(&mut world).ports.push(quic);
        }
        let (inventory, _, _) = parse(&format!("{key}: [10.0.0.1]\n{others}"));
        let mut settings = Settings::default();
        settings.endpoints.inventory = Some(inventory);
        let findings = lower(&world.manifests, &settings).findings;
        // Without a list of its own nobody knows where it is served.
        let mut findings = findings
            .iter()
            .filter(|it| it.code != Code::ENDPOINTS_UNRESOLVED);
        let found = findings.next().expect(key);
        assert_eq!(
            (found.code.to_string().as_str(), findings.count()),
            (expected, 0),
            "{key}"
        );
        let found = found.help.as_deref().unwrap_or_default();
        assert!(found.starts_with(help), "{key}: {found}");
    }
}

#[test]
fn a_check_of_the_servers_own_port_is_no_check_of_another() {
    let text = "\
shop/web:http:
- {address: 10.0.0.1, port: 8443, check: {port: 8443, path: /healthz}}
- {address: 10.0.0.2, port: 8443, check: {port: 8444, path: /healthz}}
- {address: 10.0.0.3, check: {port: 80, path: /healthz}}
";
    let (inventory, _, _) = parse(text);
    let mut settings = Settings::default();
    settings.endpoints.inventory = Some(inventory);
    let routing = lower(&world().manifests, &settings).routing;
    let backend = routing.backends.values().next().expect("it is reached");
    let checks: Vec<Check> = backend.servers.iter().map(|server| server.check).collect();
    let other = Check::At(Port::new(8444).expect("legal"));
    assert_eq!(checks, [Check::Here, other, Check::Here]);
}

#[test]
fn a_list_without_servers_leaves_the_routes_to_other_clusters() {
    let said = |cluster: Option<&str>| {
        let mut settings = Settings::default();
        settings.endpoints.inventory = Some(parse("shop/web:http: []\n").0);
        settings.endpoints.cluster = cluster.and_then(ClusterName::new);
        let findings = lower(&world().manifests, &settings).findings;
        assert_eq!(codes(&findings), ["ING204"]);
        findings[0].message.clone()
    };
    assert!(said(None).ends_with("so its routes answer 503"));
    assert!(said(Some("fra")).ends_with("so its routes get no server of cluster fra"));
}

/// Comparing each key with all others would take minutes here.
#[test]
fn many_keys_of_one_service_cost_what_they_weigh() {
    use std::fmt::Write as _;
    let mut text = String::new();
    for number in 0..50_000 {
        writeln!(text, "shop/web:p{number}: []").expect("into memory");
    }
    text.push_str("shop/web:p7: [10.0.0.1]\n");
    let (inventory, findings, _) = parse(&text);
    let listings = &inventory.services[&ObjectName::new("shop", "web")];
    assert_eq!((listings.len(), findings.len()), (50_000, 1));
    let counts = listings.iter().find(|listing| listing.port == "p7");
    assert_eq!(counts.expect("listed").entries.len(), 1);
}

#[test]
fn one_port_under_two_keys_counts_once() {
    let text = "shop/web:http: [10.0.0.1]\nshop/web:80: [10.0.0.2]\n";
    let (names, codes) = servers(&world(), text);
    assert_eq!(names, ["10.0.0.1-80"]);
    assert_eq!(codes, ["ING221"]);
}

#[test]
fn names_of_the_clusters_dns_are_told_where_they_lead_nowhere() {
    let said = |name: &str, dns: bool, order: &[Resolver]| {
        let (inventory, _, _) = parse(&format!("shop/web:http: [{name}:80]\n"));
        let mut settings = Settings::default();
        settings.endpoints.inventory = Some(inventory);
        settings.endpoints.order = order.to_vec();
        settings.endpoints.dns = dns.then(|| ClusterDns {
            nameservers: Vec::new(),
            domain: Fqdn::new("cluster.local").expect("legal"),
            slots: std::num::NonZeroU16::MIN,
        });
        let mut world = world();
        world.service("shop", "db", vec![port("", 80)]).headless = true;
        let findings = lower(&world.manifests, &settings).findings;
        findings
            .iter()
            .map(|finding| {
                let meaning = finding
                    .message
                    .contains("means the clusterIP of Service shop/web");
                (finding.code.to_string(), meaning)
            })
            .collect::<Vec<_>>()
    };
    let alone = [Resolver::Inventory];
    let routed = [Resolver::Inventory, Resolver::ClusterIp];
    let web = "web.shop.svc.cluster.local";
    let told = |meaning| vec![("ING232".to_owned(), meaning)];
    assert_eq!(said(web, true, &alone), told(true));
    assert_eq!(said(web, false, &alone), told(true));
    assert_eq!(said(web, true, &routed), []);
    assert_eq!(said(web, false, &routed), told(false));
    assert_eq!(said("db.shop.svc.cluster.local", true, &alone), []);
    assert_eq!(
        said("db.shop.svc.cluster.local", false, &alone),
        told(false)
    );
    assert_eq!(said("web-0.web.shop.svc.cluster.local", true, &alone), []);
    assert_eq!(said("web.example.com", false, &alone), []);
}

#[test]
fn servers_that_another_resolver_found_make_the_entry_unused() {
    let mut world = world();
    world.slice(
        "shop",
        "web",
        ("http", Some(8080)),
        vec![crate::lower::testing::ready("10.1.0.4")],
    );
    let (inventory, _, _) = parse("shop/web:http: [10.0.0.1]\n");
    let mut settings = Settings::default();
    settings.endpoints.inventory = Some(inventory);
    settings.endpoints.order.reverse();
    let findings = lower(&world.manifests, &settings).findings;
    assert_eq!(codes(&findings), ["ING223"]);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic_or_lets_anything_but_addresses_through(
        key in "[a-z/:.-]{0,12}|shop/web:http",
        entry in "\\PC{0,40}",
        field in "address|port|weight|backup|zone|check|[a-z]{1,4}",
    ) {
        for text in [
            format!("{key}: [{{{field}: {entry}, address: 10.0.0.1}}]\n"),
            format!("{key}: [{entry:?}]\n"),
            format!("{key}:\n- {entry}\n"),
        ] {
            let (inventory, findings, sources) = parse(&text);
            for origin in findings.iter().filter_map(Finding::origin) {
                proptest::prop_assert!(origin.end as usize <= sources.file(origin.file).text.len());
            }
            for entry in inventory.services.values().flatten().flat_map(|listing| &listing.entries) {
                let shown = entry.address.to_string();
                let legal = |b: u8| b.is_ascii_alphanumeric() || b".:-".contains(&b);
                proptest::prop_assert!(shown.bytes().all(legal), "{shown:?}");
            }
        }
    }
}
