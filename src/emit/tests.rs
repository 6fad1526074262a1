//! The emitter as a whole, and a real HAProxy's opinion of it.

mod tcp;

use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use super::example::{claim, origin, servers, shop, shop_with_tls, sources};
use super::*;
use crate::ir::{Backend, BindAddress, Layout, Peer, PeerName, SocketPath};
use crate::source::Sourced;

fn bundle(routing: &Routing) -> Bundle {
    let settings = Settings {
        header: vec!["Made by a 'test' of #1".to_owned()],
        ..Settings::default()
    };
    emit(routing, &sources(), &settings).expect("emitted")
}

fn text<'a>(bundle: &'a Bundle, path: &str) -> &'a str {
    std::str::from_utf8(&bundle.files[path].bytes).expect("UTF-8")
}

/// What `haproxy -c` says, or `None` where there is no HAProxy. Warnings are errors.
#[expect(clippy::disallowed_methods, reason = "a test may run HAProxy")]
pub(crate) fn refusal(config: &Path) -> Option<String> {
    match Command::new("haproxy")
        .args(["-c", "-dW", "-L", "edge1", "-f"])
        .arg(config)
        .output()
    {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            (!output.status.success() || said.contains("[ALERT]")).then_some(said)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprint_skipped();
            None
        }
        Err(error) => panic!("haproxy does not start: {error}"),
    }
}

#[expect(clippy::print_stderr, reason = "a skipped check must be seen")]
fn eprint_skipped() {
    eprintln!("skipped: no `haproxy` on PATH");
}

fn assert_loads(routing: &Routing) {
    assert_bundle_loads(&bundle(routing));
}

fn assert_bundle_loads(bundle: &Bundle) {
    let dir = tempfile::tempdir().expect("a folder");
    crate::write::write(dir.path(), bundle).expect("written");
    let refusal = refusal(&dir.path().join(CONFIG));
    assert_eq!(refusal, None, "{}", text(bundle, CONFIG));
}

/// A host with everything switched on.
fn process(layout: Layout) -> Process {
    let peer = |name, address: &str| Peer {
        name: PeerName::new(name).expect("legal"),
        address: address.parse().expect("legal"),
    };
    let bind = |text| BindAddress::parse(text).expect("legal");
    Process {
        layout,
        admin: layout.admin().or(SocketPath::new("run/admin.sock")),
        metrics: vec![bind("127.0.0.1:8404"), bind(":8405")],
        peers: vec![
            peer("edge1", "10.0.0.1:10000"),
            peer("edge2", "[fd00::2]:10000"),
        ],
    }
}

fn on(routing: &Routing, process: Process) -> Bundle {
    let settings = Settings {
        process,
        ..Settings::default()
    };
    emit(routing, &sources(), &settings).expect("emitted")
}

/// The lines of the section that `line` opens, without comments.
fn section<'a>(config: &'a str, line: &str) -> Vec<&'a str> {
    let after = config.lines().skip_while(|it| *it != line).skip(1);
    after
        .take_while(|line| line.starts_with(' ') || line.is_empty())
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

#[test]
fn each_layout_has_its_user_its_log_and_its_socket() {
    for (layout, expected) in [
        (
            Layout::Portable,
            &[
                "log stdout format raw local0 info",
                "stats socket unix@run/admin.sock mode 660 level admin expose-fd listeners",
            ][..],
        ),
        (
            Layout::Debian,
            &[
                "user haproxy",
                "group haproxy",
                "chroot /var/lib/haproxy",
                "log /dev/log local0 info",
                "stats socket /run/haproxy/admin.sock mode 660 level admin expose-fd listeners",
            ],
        ),
        (
            Layout::Container,
            &[
                "log stdout format raw local0 info",
                "stats socket /var/lib/haproxy/admin.sock mode 660 level admin expose-fd listeners",
            ],
        ),
    ] {
        let bundle = on(&servers(), process(layout));
        let global = section(text(&bundle, CONFIG), "global");
        let own: Vec<&str> = global
            .into_iter()
            .filter(|line| {
                let first = line.split(' ').next().unwrap_or_default();
                ["user", "group", "chroot", "log"].contains(&first)
                    || line.starts_with("stats socket")
            })
            .collect();
        assert_eq!(own, expected);
        let index: serde_json::Value = serde_json::from_str(text(&bundle, INDEX)).expect("JSON");
        assert_eq!(index["layout"], layout.name());
        assert_bundle_loads(&bundle);
        assert_bundle_loads(&on(&shop_with_tls(true), process(layout)));
        let bare = Process {
            layout,
            ..Process::default()
        };
        let bundle = on(&shop(), bare);
        assert_bundle_loads(&bundle);
        for absent in ["stats", "metrics", "peer"] {
            assert!(!text(&bundle, CONFIG).contains(absent), "{absent}");
        }
    }
}

#[test]
fn metrics_are_read_only_and_quiet() {
    let bundle = on(&shop(), process(Layout::Portable));
    assert_eq!(
        section(text(&bundle, CONFIG), "frontend fe_metrics from d_http"),
        [
            "bind 127.0.0.1:8404",
            "bind *:8405,[::]:8405 v6only",
            "option dontlog-normal",
            "monitor-uri /healthz",
            "stats enable",
            "stats uri /stats",
            "stats refresh 10s",
            ".if feature(PROMEX)",
            "http-request use-service prometheus-exporter if { path /metrics }",
            ".endif",
            "default_backend not_found",
        ]
    );
}

#[test]
fn sticky_clients_are_shared_among_peers() {
    let bundle = on(&servers(), process(Layout::Portable));
    let config = text(&bundle, CONFIG);
    assert_eq!(
        section(config, "peers p_edge"),
        ["peer edge1 10.0.0.1:10000", "peer edge2 [fd00::2]:10000"]
    );
    let table = "stick-table type ipv6 size 100k expire 10800s srvkey addr peers p_edge";
    assert!(section(config, "backend shop_web_80 from d_http").contains(&table));
}

#[test]
fn metrics_have_an_address_of_their_own() {
    let bind = |text| BindAddress::parse(text).expect("legal");
    for (http, metrics, taken) in [
        (":80", "127.0.0.1:80", true),
        ("127.0.0.1:80", "0.0.0.0:80", true),
        ("127.0.0.1:80", "127.0.0.1:80", true),
        ("127.0.0.1:80", "127.0.0.2:80", false),
        (":80", ":8404", false),
    ] {
        let mut routing = shop();
        routing.listeners.http = vec![bind(http)];
        let settings = Settings {
            process: Process {
                metrics: vec![bind(metrics)],
                ..Process::default()
            },
            ..Settings::default()
        };
        let refused = emit(&routing, &sources(), &settings).err();
        let expected = taken.then(|| EmitError::AddressTaken(bind(metrics)));
        assert_eq!(refused, expected, "{http} {metrics}");
    }
}

#[test]
fn haproxy_accepts_what_is_emitted_without_a_warning() {
    assert_loads(&shop());
    assert_loads(&shop_with_tls(false));
    assert_loads(&shop_with_tls(true));
    assert_loads(&servers());
    let mut bare = Routing::default();
    bare.listeners.http = vec![BindAddress::parse("[::]:80").expect("legal")];
    assert_loads(&bare);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may write")]
fn haproxy_reads_hostile_words_as_they_were_meant() {
    use askama::filters::Escaper;

    let dir = tempfile::tempdir().expect("a folder");
    let mut config = String::from("global\n    zero-warning\ndefaults\n    mode http\n");
    config.push_str("    timeout connect 1s\n    timeout client 1s\n    timeout server 1s\nfrontend f\n    bind 127.0.0.1:80\n");
    for hostile in [
        "a b",
        "#",
        "it's",
        "\"$HOME\"",
        "${X",
        r"\",
        r"\x0",
        "if",
        "{ }",
        "\u{a0}é",
        "'",
    ] {
        let mut word = String::new();
        escape::Word
            .write_escaped_str(&mut word, hostile)
            .expect("no control character");
        config.extend(["    http-request add-header X-Word ", &word, " if TRUE\n"]);
    }
    config.push_str("    default_backend b\nbackend b\n");
    let path = dir.path().join("words.cfg");
    std::fs::write(&path, &config).expect("written");
    assert_eq!(refusal(&path), None, "{config}");
}

#[test]
fn hosts_and_paths_become_tables() {
    let bundle = bundle(&shop());
    assert_eq!(text(&bundle, "maps/host.map"), "shop.example.com h00bb\n");
    assert_eq!(text(&bundle, "maps/wild.map"), "example.com h00aa\n");
    assert_eq!(
        text(&bundle, "maps/path.map"),
        "h0//? shop_idle_80\n\
         h00aa/ shop_grpc_80\n\
         h00bb/ shop_web_80\n\
         h00bb/$HOME/%[src]/'\"\\/ shop_tls_80\n\
         h00bb/gone/ closed\n\
         h00bb/healthz/? shop_web_80\n\
         h00bb/img shop_cdn_80\n"
    );
}

#[test]
fn each_line_of_a_backend_knows_its_manifest() {
    let bundle = bundle(&shop());
    let config = text(&bundle, CONFIG);
    assert!(config.starts_with("# Made by a 'test' of #1\n"), "{config}");
    let index: serde_json::Value = serde_json::from_str(text(&bundle, INDEX)).expect("JSON");
    let mut seen = Vec::new();
    for place in index["origins"][CONFIG]["deploy/shop.yaml"]
        .as_array()
        .expect("places")
    {
        let [line, at, column] = [0, 1, 2].map(|n| place[n].as_u64().expect("a number"));
        let line = usize::try_from(line).expect("small");
        seen.push((
            config.lines().nth(line - 1).expect("a line").trim(),
            at,
            column,
        ));
    }
    assert_eq!(seen.len(), 10, "{seen:?}");
    assert!(seen.contains(&("backend shop_web_80 from d_http", 20, 1)));
    assert!(seen.contains(&("server fd00::4-8080 [fd00::4]:8080", 30, 1)));
}

#[test]
fn servers_say_what_the_model_says() {
    let bundle = bundle(&servers());
    let config = text(&bundle, CONFIG);
    for line in [
        "    server 10.1.0.4-8080 10.1.0.4:8080 weight 200",
        "    server fd00::4-8080 [fd00::4]:8080 no-check",
        "    server cdn.example.net-8080 cdn.example.net:8080 resolvers r_system",
        "    server-template dns- 10 _http._tcp.web.shop.svc.cluster.local resolvers r_dns resolve-opts ignore-weight backup",
        "    server-template web.shop.svc.cluster.local-8080- 3 web.shop.svc.cluster.local:8080 resolvers r_dns \
         resolve-opts prevent-dup-ip backup",
        "    option allbackups",
        "    stick-table type ipv6 size 100k expire 10800s srvkey addr",
        "    http-check send meth GET uri '/health'\\''%&$X' ver HTTP/1.1 hdr Host tls.shop.svc",
        "    server 10.1.0.6-8080 10.1.0.6:8080 check-ssl",
        "    server 10.1.0.9-8080 10.1.0.9:8080 port 10256",
        "    server 10.1.0.9-8080 10.1.0.9:8080 port 10256 check-proto h1",
        "    nameserver ns1 10.96.0.10:53",
        "    nameserver ns2 tcp@[fd00::a]:53",
    ] {
        assert!(config.lines().any(|it| it == line), "{line}\n{config}");
    }
    let count = |word: &str| config.matches(word).count();
    assert_eq!((count("\nresolvers "), count("parse-resolv-conf")), (2, 1));
    assert_eq!((count("allbackups"), count("stick on src")), (1, 2));
}

#[test]
fn a_server_with_a_name_wants_somebody_to_ask() {
    let refused = |change: fn(&mut Routing)| {
        let mut routing = servers();
        change(&mut routing);
        emit(&routing, &sources(), &Settings::default())
    };
    let missing = |name: &str| Err(EmitError::MissingResolvers(name.to_owned()));
    assert_eq!(refused(|r| drop(r.resolvers.pop_first())), missing("r_dns"));
    let nobody = refused(|r| {
        for backend in r.backends.values_mut() {
            for server in &mut backend.servers {
                server.resolvers = None;
            }
        }
    });
    assert_eq!(nobody, missing("cdn.example.net"));
}

#[test]
fn the_number_of_backup_servers_changes_nothing_but_their_lines() {
    let options = |change: fn(&mut Backend)| {
        let mut routing = shop();
        let web = routing.backends.values_mut();
        let web = web.max_by_key(|it| it.servers.len());
        change(web.expect("a backend"));
        text(&bundle(&routing), CONFIG)
            .matches("allbackups")
            .count()
    };
    assert_eq!(options(|_| ()), 0);
    assert_eq!(options(|web| web.servers[0].backup = true), 1);
    assert_eq!(
        options(|web| web.servers.iter_mut().for_each(|one| one.backup = true)),
        1
    );
    let service = |web: &mut Backend| {
        web.backup = Some(Sourced::new(web.service.clone(), origin(20)));
    };
    assert_eq!(options(service), 1);
}

#[test]
fn each_line_of_maps_and_the_certificate_list_knows_its_manifest() {
    let bundle = bundle(&shop_with_tls(true));
    let index: serde_json::Value = serde_json::from_str(text(&bundle, INDEX)).expect("JSON");
    for path in ["maps/host.map", "maps/path.map", "maps/wild.map", CRT_LIST] {
        let places = index["origins"][path]["deploy/shop.yaml"].as_array();
        let lines: Vec<u64> = places
            .expect("places")
            .iter()
            .map(|place| place[0].as_u64().expect("a number"))
            .collect();
        let all = u64::try_from(text(&bundle, path).lines().count()).expect("small");
        assert!(lines.into_iter().eq(1..=all), "{path}");
    }
}

#[test]
fn what_is_not_needed_is_not_emitted() {
    let mut routing = shop();
    routing.hosts.remove(0);
    routing
        .backends
        .retain(|name, _| name.as_str() != "shop_cdn_80");
    routing.hosts[0]
        .rules
        .retain(|rule| rule.path.text() != "/img");
    let bundle = bundle(&routing);
    let config = text(&bundle, CONFIG);
    for absent in [
        "wild.map",
        "resolvers",
        "ssl-default",
        "crt-list",
        "client-hs",
        "glitches",
    ] {
        assert!(!config.contains(absent), "{absent}");
    }
    let names: Vec<_> = bundle.files.keys().map(String::as_str).collect();
    assert_eq!(names, [INDEX, CONFIG, "maps/host.map", "maps/path.map"]);
}

#[test]
fn newer_targets_get_what_they_understand() {
    for (target, words) in [
        ("2.9", &["timeout client-hs 5s"][..]),
        (
            "3.0",
            &["timeout client-hs 5s", "tune.h2.fe.glitches-threshold 1000"],
        ),
        ("3.2", &["option http-drop-request-trailers"]),
    ] {
        let target = HaproxyVersion::parse(target).expect("known");
        let settings = Settings {
            target,
            header: Vec::new(),
            ..Settings::default()
        };
        let bundle = emit(&shop(), &sources(), &settings).expect("emitted");
        for word in words {
            assert!(text(&bundle, CONFIG).contains(word), "{target} {word}");
        }
    }
}

#[test]
fn unknown_names_are_refused_unless_there_is_a_default_certificate() {
    let strict = bundle(&shop_with_tls(false));
    assert!(text(&strict, CONFIG).contains("alpn h2,http/1.1 strict-sni\n"));
    let open = bundle(&shop_with_tls(true));
    assert!(text(&open, CONFIG).contains("alpn h2,http/1.1\n"));
    assert!(text(&open, CRT_LIST).starts_with("certs/shop_tls.pem !*\n"));
    assert!(open.files["certs/shop_tls.pem"].private);
    assert!(!format!("{open:?}").contains("PRIVATE"));
}

#[test]
fn the_default_answers_what_no_rule_does() {
    let with = |default| {
        let routing = Routing { default, ..shop() };
        text(&bundle(&routing), CONFIG)
            .lines()
            .find_map(|line| line.trim().strip_prefix("default_backend "))
            .map(str::to_owned)
    };
    assert_eq!(with(None).as_deref(), Some("not_found"));
    assert_eq!(
        with(Some(claim(Some("web")))).as_deref(),
        Some("shop_web_80")
    );
    assert_eq!(with(Some(claim(None))).as_deref(), Some("closed"));
}

#[test]
fn impossible_models_are_refused() {
    let refused = |change: fn(&mut Routing)| {
        let mut routing = shop_with_tls(false);
        change(&mut routing);
        emit(&routing, &sources(), &Settings::default()).expect_err("refused")
    };
    assert_eq!(
        refused(|r| r.listeners = Listeners::default()),
        EmitError::NoListener
    );
    let gone = EmitError::MissingBackend("shop_web_80".to_owned());
    assert_eq!(refused(|r| drop(r.backends.pop_last())), gone);
    assert_eq!(
        refused(|r| r
            .backends
            .values_mut()
            .for_each(|b| b.service.port_name = "a\nb".to_owned())),
        EmitError::Unprintable
    );
    let header = Settings {
        header: vec!["a\nb".to_owned()],
        ..Settings::default()
    };
    assert_eq!(
        emit(&shop(), &sources(), &header),
        Err(EmitError::Unprintable)
    );
    // Without certificates there is nothing to offer on https.
    let mut only_https = shop_with_tls(false);
    only_https.listeners.http.clear();
    assert!(emit(&only_https, &sources(), &Settings::default()).is_ok());
    only_https.certificates = crate::ir::Certificates::default();
    let nothing = emit(&only_https, &sources(), &Settings::default());
    assert_eq!(nothing, Err(EmitError::NoListener));
}
