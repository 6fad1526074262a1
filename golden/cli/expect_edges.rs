//! `ingressc test` at its edges: what must not be opened, read or left behind, and what is asked wrongly.

use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::Path;

use serde_json::Value;

use crate::expect::SHOP;
use crate::run::{Folder, Ran};

fn shop(routes: &str) -> Folder {
    let folder = Folder::new();
    folder.file("deploy/shop.yaml", SHOP);
    folder.file("routes.yaml", routes);
    folder
}

fn refused(ran: &Ran, code: i32, said: &str) {
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert!(ran.err.contains(said), "{said}: {ran:?}");
}

#[test]
fn a_path_needs_a_host() {
    let folder = shop("inputs: [deploy]\ntests:\n- {get: /, status: 404}\n");
    refused(&folder.run("test"), 2, "a path needs a host");
    folder.file(
        "routes.yaml",
        "inputs: [deploy]\ntests:\n- {get: /, host: null, status: 404}\n",
    );
    assert_eq!(folder.run("test").code, Some(0));
}

#[test]
fn what_only_a_live_haproxy_knows_passes_in_part() {
    let folder = shop(
        "inputs: [deploy]\ndefaults: {host: shop.example.com, from: 10.0.0.1}\ntests:\n- {get: /, backend: \"shop/web:80\", servers: 1, response-headers: {Connection: null}, headers-seen-by-server: {Upgrade: null}, connection-seen-by-server: {sni: null}}\n",
    );
    let ran = folder.run("test");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(
        ran.out.lines().next(),
        Some("ok   routes.yaml   1 test, 1 in part")
    );
    assert!(
        ran.err.starts_with("1 test: 1 passed, 1 of them in part."),
        "{ran:?}"
    );
    assert!(ran.err.contains("--live asks the rest."), "{ran:?}");
    let json: Value = serde_json::from_str(&folder.run("test --format json").out).expect("JSON");
    assert_eq!(json["in_part"], 1);
    let unknown = &json["files"][0]["tests"][0]["unknown"];
    let expected = [
        "connection to the server, sni",
        "header seen by the server Upgrade",
        "servers",
        "response header Connection",
    ];
    assert_eq!(*unknown, Value::from(expected.to_vec()));
    let junit = folder.run("test --format junit").out;
    assert!(
        junit.contains("<system-out>not known without --live: connection to the server"),
        "{junit}"
    );
}

#[test]
fn a_test_for_each_host_needs_a_host_and_fills_it_in_everywhere() {
    let folder = shop(
        "inputs: [deploy]\ntests:\n- get: /{host}/x\n  for-each: host\n  from: 10.0.0.1\n  host: \"{host}:8080\"\n  headers: {X-Asked: \"{host}\"}\n  backend: \"shop/web:80\"\n  path-seen-by-server: /{host}/x\n  headers-seen-by-server: {X-Asked: \"{host}\", Host: \"{host}:8080\"}\n",
    );
    let ran = folder.run("test");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.err.starts_with("2 tests: 2 passed."), "{ran:?}");
    folder.file(
        "routes.yaml",
        "inputs: [deploy]\ntests:\n- {get: \"http://a.example.com/{host}\", status: 404}\n",
    );
    refused(
        &folder.run("test"),
        2,
        "`{host}` stands for the host of `for-each`",
    );
    let hostless = SHOP
        .replace("  - host: shop.example.com\n    http:", "  - http:")
        .replace("  - host: \"*.example.org\"\n    http:", "  - http:");
    folder.file("deploy/shop.yaml", &hostless);
    folder.file(
        "routes.yaml",
        "inputs: [deploy]\ntests:\n- {get: /, for-each: host, status: 404, name: every host}\n",
    );
    let ran = folder.run("test");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.contains("no rule names a host"), "{ran:?}");
    assert_eq!(folder.run("test --filter every").code, Some(1));
    assert_eq!(folder.run("test --filter zzz").code, Some(3));
}

#[test]
fn one_file_and_one_folder_are_one_however_they_are_written() {
    let folder = shop(
        "inputs: [deploy]\ntests:\n- {get: http://shop.example.com/, from: 10.0.0.1, backend: \"shop/web:80\"}\n",
    );
    folder.file(
        "more.yaml",
        "inputs: [./deploy/]\ntests:\n- {get: http://a.example.org/, from: 10.0.0.1, backend: \"shop/web:80\"}\n",
    );
    let ran = folder.run("test routes.yaml ./routes.yaml .//more.yaml");
    assert!(
        ran.err.starts_with("2 tests: 2 passed. 2 of 3 routes met"),
        "{ran:?}"
    );
}

#[test]
fn manifests_that_cannot_be_read_are_errors_in_every_format() {
    let folder = shop(
        "inputs: [deploy]\ntests:\n- {get: http://shop.example.com/, from: 10.0.0.1, backend: \"shop/web:80\"}\n",
    );
    folder.file("deploy/broken.yaml", "a: [\n");
    let ran = folder.run("test --format json");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let json: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(json["unread"], 1);
    let ran = folder.run("test --format junit");
    let document = roxmltree::Document::parse(&ran.out).expect("XML");
    let root = document.root_element();
    assert_eq!(root.attribute("errors"), Some("1"));
    assert_eq!(root.attribute("tests"), Some("2"));
    let mut errors = root.descendants().filter(|it| it.has_tag_name("error"));
    let said = errors.next().and_then(|it| it.text()).unwrap_or_default();
    assert!(said.contains("deploy/broken.yaml:"), "{said}");
}

#[test]
fn what_is_no_file_of_expectations_is_told_with_help() {
    let folder = shop("inputs: [deploy]\ntests: []\n");
    refused(
        &folder.run("test deploy/shop.yaml"),
        2,
        "write `ingressc test -i deploy/shop.yaml`",
    );
    refused(
        &folder.run("test deploy"),
        2,
        "there is no routes.yaml in `deploy`",
    );
    symlink("/dev/zero", folder.path("zero.yaml")).expect("a link");
    refused(
        &folder.run("test zero.yaml"),
        2,
        "`zero.yaml` is no regular file",
    );
    rustix::fs::mkfifoat(
        rustix::fs::CWD,
        folder.path("pipe.yaml"),
        rustix::fs::Mode::RUSR,
    )
    .expect("a pipe");
    refused(
        &folder.run("test pipe.yaml"),
        2,
        "`pipe.yaml` is no regular file",
    );
    refused(
        &folder.run("check --config pipe.yaml clean.yaml"),
        2,
        "this is no regular file",
    );
    refused(
        &folder.run("test --live /bin/true"),
        2,
        "write `--live=/bin/true`",
    );
}

#[test]
fn who_expects_a_status_of_a_route_is_told_what_to_write() {
    let folder = shop(
        "inputs: [deploy]\ntests:\n- {get: http://shop.example.com/, from: 10.0.0.1, status: 200}\n",
    );
    let ran = folder.run("test");
    assert!(ran.out.contains("`backend: shop/web:80`"), "{ran:?}");
}

#[test]
fn a_list_of_a_tcp_service_is_named_as_the_reason() {
    let folder = Folder::new();
    let case =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/tcp/config-map-service-protects");
    for name in ["ingressc.yaml", "tcp.yaml"] {
        let text = std::fs::read_to_string(case.join(name)).expect("a case");
        folder.file(&format!("db/{name}"), &text);
    }
    folder.file(
        "db/routes.yaml",
        "tests:\n- {tcp: 9000, from: 203.0.113.9, backend: \"db/orders:pg\"}\n",
    );
    let ran = folder.run("test db");
    let because =
        "because: an address list keeps the client out, by ingressc/allow-list (db/tcp.yaml:18:";
    let out = ran.out.replace("\n           ", " ");
    assert!(out.contains(because), "{ran:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_haproxy_is_told_in_words_and_in_time() {
    let folder = shop(
        "inputs: [deploy]\ntests:\n- {get: http://shop.example.com/, from: 10.0.0.1, backend: \"shop/web:80\"}\n",
    );
    refused(
        &folder.run("test --live=/bin/true"),
        2,
        "`/bin/true` ended at once, and says nothing",
    );
    folder.file("silent", "#!/bin/sh\nexec sleep 60\n");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path("silent"), mode).expect("ours");
    let began = std::time::Instant::now();
    let ran = folder.run("test --live=./silent");
    refused(&ran, 2, "does not listen within 5 s");
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

/// The folder of a HAProxy, as the script that stands in for it finds it.
#[cfg(target_os = "linux")]
#[test]
fn nobody_else_reads_the_files_and_no_line_of_the_operator_opens_anything() {
    let folder = shop(
        "inputs: [deploy]\ntests:\n- {get: http://shop.example.com/, from: 10.0.0.1, backend: \"shop/web:80\"}\n",
    );
    folder.file(
        "ingressc.yaml",
        "version: 1\ninclude: {global: [g.cfg], frontend: [f.cfg], sections: [s.cfg]}\n",
    );
    folder.file(
        "g.cfg",
        "stats socket /tmp/never.sock\ntune.bufsize 32768\n",
    );
    folder.file(
        "f.cfg",
        "bind 127.0.0.1:29991\nhttp-request set-header X-A b\n",
    );
    folder.file(
        "s.cfg",
        "listen own from d_http\n  bind 127.0.0.1:29992\n  http-request deny\n",
    );
    // It keeps what it was given, with the modes, and ends.
    folder.file(
        "haproxy",
        &format!(
            "#!/bin/sh\ncp -rp . {}\necho done >&2\nexit 1\n",
            folder.path("kept").display()
        ),
    );
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path("haproxy"), mode).expect("ours");
    let ran = folder.run("test --live=./haproxy");
    refused(&ran, 4, "haproxy does not start");
    let mode = |path: &Path| std::fs::metadata(path).expect("kept").mode() & 0o777;
    assert_eq!(mode(&folder.path("kept")), 0o700);
    let config = std::fs::read_to_string(folder.path("kept/haproxy.cfg")).expect("kept");
    for gone in ["never.sock", "29991", "29992"] {
        assert!(!config.contains(gone), "{gone}\n{config}");
    }
    for kept in ["tune.bufsize 32768", "set-header X-A b", "listen own"] {
        assert!(config.contains(kept), "{kept}\n{config}");
    }
}
