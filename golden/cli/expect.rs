//! `ingressc test`: what passes, what fails and how it is told, coverage, formats, files that cannot be meant; and every case of
//! `testdata`, by the binary.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run::{Folder, Ran, command};

pub(crate) const SHOP: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
  annotations: {haproxy.org/allow-list: \"10.0.0.0/8\"}
spec:
  ingressClassName: haproxy
  rules:
  - host: shop.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
  - host: \"*.example.org\"
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{name: http, port: 8080}]}
";

/// A repository with manifests in `deploy` and these expectations.
fn shop(routes: &str) -> Folder {
    let folder = Folder::new();
    folder.file("deploy/shop.yaml", SHOP);
    folder.file("routes.yaml", routes);
    folder
}

const GOOD: &str = "\
version: 1
inputs: [deploy]
defaults: {host: shop.example.com, from: 10.1.2.3}
tests:
- get: /cart/items
  name: the cart is the cart's
  backend: shop/cart:http
  path-seen-by-server: /cart/items
- get: /
  backend: shop/web:80
  headers-seen-by-server: {X-Forwarded-For: 10.1.2.3, X-Real-IP: null}
- get: /
  from: 203.0.113.9
  status: 403
- get: http://other.example.net/
  status: 404
";

const BAD: &str = "\
version: 1
inputs: [deploy]
defaults: {host: shop.example.com, from: 10.1.2.3}
tests:
- get: /cart/items
  name: the cart is the shop's
  backend: shop/web:80
- get: /
  backend: shop/web:80
  path-seen-by-server: /shop
  headers-seen-by-server: {X-Forwarded-For: 10.9.9.9, X-Forwarded-Proto: null}
- get: /
  from: 203.0.113.9
  backend: shop/web:80
- get: /
  redirect: {to: \"https://shop.example.com/\", status: 302}
- get: /
  backend: shop/web:80
  response-headers: {Strict-Transport-Security: max-age=60}
- get: /
  limited: {after: 3, status: 429}
  backend: shop/web:80
- get: https://shop.example.com/
  certificate: shop/tls
- tcp: 5432
  backend: shop/db:5432
- get: /chance
  only: live
  backend: shop/web:80
";

fn shown(ran: &Ran) -> String {
    format!(
        "exit {:?}\n--- stdout\n{}--- stderr\n{}",
        ran.code, ran.out, ran.err
    )
}

#[test]
fn tests_that_pass_are_counted() {
    let folder = shop(GOOD);
    insta::assert_snapshot!(shown(&folder.run("test")), @r#"
    exit Some(0)
    --- stdout
    ok   routes.yaml   4 tests

    No test meets:
      *.example.org   /   deploy/shop.yaml:18:16
    --- stderr
    4 tests: 4 passed. 2 of 3 routes met (66 %).
    "#);
    assert_eq!(folder.run("test -q").err, "");
    // The file is found from below, and its inputs are relative to it.
    let inside = command(&folder.path("deploy"))
        .arg("test")
        .output()
        .expect("it runs");
    assert_eq!(inside.status.code(), Some(0), "{inside:?}");
}

#[test]
fn tests_that_fail_show_their_place_and_why() {
    let folder = shop(BAD);
    insta::assert_snapshot!(shown(&folder.run("test")), @r#"
    exit Some(1)
    --- stdout
    failed: the cart is the shop's: GET http://shop.example.com/cart/items from 10.1.2.3
       ╭─[routes.yaml:7:12]
     7 │   backend: shop/web:80
       ·            ─────┬─────
       ·                 ╰── found: shop/cart:http
       ╰────
      because: Prefix /cart of shop/shop (deploy/shop.yaml:14:16)

    failed: GET http://shop.example.com/ from 10.1.2.3
        ╭─[routes.yaml:10:24]
     10 │   path-seen-by-server: /shop
        ·                        ──┬──
        ·                          ╰── found: /
     11 │   headers-seen-by-server: {X-Forwarded-For: 10.9.9.9, X-Forwarded-Proto: null}
        ·                            ───────┬───────            ────────┬────────
        ·                                   │                           ╰── found: http
        ·                                   ╰── found: 10.1.2.3
        ╰────
      because: Prefix / of shop/shop (deploy/shop.yaml:13:16)

    failed: GET http://shop.example.com/ from 203.0.113.9
        ╭─[routes.yaml:14:12]
     14 │   backend: shop/web:80
        ·            ─────┬─────
        ·                 ╰── found: status 403
        ╰────
      because: 203.0.113.9 is not on the allow-list, by haproxy.org/allow-list (deploy/shop.yaml:6:41)

    failed: GET http://shop.example.com/ from 10.1.2.3
        ╭─[routes.yaml:16:13]
     16 │   redirect: {to: "https://shop.example.com/", status: 302}
        ·             ───────────────────────┬──────────────────────
        ·                                    ╰── found: shop/web:80
        ╰────
      because: Prefix / of shop/shop (deploy/shop.yaml:13:16)

    failed: GET http://shop.example.com/ from 10.1.2.3
        ╭─[routes.yaml:19:22]
     19 │   response-headers: {Strict-Transport-Security: max-age=60}
        ·                      ────────────┬────────────
        ·                                  ╰── found: none
        ╰────
      because: Prefix / of shop/shop (deploy/shop.yaml:13:16)

    failed: GET http://shop.example.com/ from 10.1.2.3
        ╭─[routes.yaml:21:12]
     21 │   limited: {after: 3, status: 429}
        ·            ───────────┬───────────
        ·                       ╰── found: no limit
        ╰────
      because: Prefix / of shop/shop (deploy/shop.yaml:13:16)

    failed: GET https://shop.example.com/ from 10.1.2.3
        ╭─[routes.yaml:24:16]
     24 │   certificate: shop/tls
        ·                ────┬───
        ·                    ╰── found: no handshake
        ╰────
      because: nothing listens, as there is no certificate

    failed: TCP 5432 from 10.1.2.3
        ╭─[routes.yaml:26:12]
     26 │   backend: shop/db:5432
        ·            ──────┬─────
        ·                  ╰── found: nobody listens
        ╰────
      because: no listener has the port

    failed   routes.yaml   9 tests, 8 failed, 1 skipped

    No test meets:
      *.example.org   /   deploy/shop.yaml:18:16
    --- stderr
    9 tests: 0 passed, 8 failed, 1 skipped. 2 of 3 routes met (66 %). --live asks what is skipped.
    "#);
}

#[test]
fn only_the_lines_of_a_table_are_longer_than_80_columns() {
    let folder = shop(BAD);
    let ran = folder.run("test");
    for line in ran.out.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let coloured = folder.run("test --color always");
    assert!(
        coloured.out.contains("\x1b[1;31mfailed"),
        "{}",
        coloured.out
    );
    let plain = anstream::adapter::strip_str(&coloured.out).to_string();
    assert_eq!(plain, ran.out, "colour carries no meaning alone");
}

#[test]
fn a_row_for_each_host_is_run_for_every_host() {
    let folder = shop(
        "inputs: [deploy]\ntests:\n- {get: /, for-each: host, from: 10.0.0.1, backend: \"shop/web:80\"}\n- {get: /, for-each: host, redirect: \"https://{host}/\", name: https only}\n",
    );
    insta::assert_snapshot!(shown(&folder.run("test")), @r#"
    exit Some(1)
    --- stdout
    failed: https only: GET http://any.example.org/
       ╭─[routes.yaml:4:38]
     4 │ - {get: /, for-each: host, redirect: "https://{host}/", name: https only}
       ·                                      ────────┬────────
       ·                                              ╰── found: status 403
       ╰────
      because: 127.0.0.1 is not on the allow-list, by haproxy.org/allow-list (deploy/shop.yaml:6:41)

    failed: https only: GET http://shop.example.com/
       ╭─[routes.yaml:4:38]
     4 │ - {get: /, for-each: host, redirect: "https://{host}/", name: https only}
       ·                                      ────────┬────────
       ·                                              ╰── found: status 403
       ╰────
      because: 127.0.0.1 is not on the allow-list, by haproxy.org/allow-list (deploy/shop.yaml:6:41)

    failed   routes.yaml   4 tests, 2 failed

    No test meets:
      shop.example.com   /cart   deploy/shop.yaml:14:16
    --- stderr
    4 tests: 2 passed, 2 failed. 2 of 3 routes met (66 %).
    "#);
    let ran = folder.run("test --filter any.example.org -q");
    assert_eq!(ran.code, Some(1));
    assert!(!ran.out.contains("shop.example.com"), "{}", ran.out);
}

#[test]
fn coverage_lists_what_no_test_meets() {
    let folder = shop(
        "inputs: [deploy]\ntests:\n- {get: http://shop.example.com/, from: 10.0.0.1, backend: \"shop/web:80\"}\n",
    );
    insta::assert_snapshot!(shown(&folder.run("test --min-coverage 50")), @r#"
    exit Some(1)
    --- stdout
    ok   routes.yaml   1 test

    No test meets:
      *.example.org      /       deploy/shop.yaml:18:16
      shop.example.com   /cart   deploy/shop.yaml:14:16
    --- stderr
    1 test: 1 passed. 1 of 3 routes met (33 %), and --min-coverage is 50 %.
    "#);
    assert_eq!(folder.run("test --min-coverage 33").code, Some(0));
    // The request is refused, but the route was met.
    folder.file(
        "more.yaml",
        "inputs: [deploy]\ntests:\n- {get: http://shop.example.com/cart, from: 203.0.113.1, status: 403}\n- {get: http://a.example.org/, from: 10.0.0.1, backend: \"shop/web:80\"}\n",
    );
    let both = folder.run("test routes.yaml more.yaml --min-coverage 100");
    assert_eq!(both.code, Some(0), "{both:?}");
    assert!(both.err.contains("3 of 3 routes met (100 %)"), "{both:?}");
    let left_out = folder.run("test more.yaml --filter zzz");
    assert_eq!(left_out.code, Some(3), "{left_out:?}");
}

#[test]
fn json_has_every_answer_and_route() {
    let folder = shop(BAD);
    let ran = folder.run("test --format json");
    assert_eq!(ran.code, Some(1));
    let json: Value = serde_json::from_str(&ran.out).expect("JSON");
    let numbers = ["version", "tests", "passed", "failed", "skipped"].map(|key| json[key].as_u64());
    assert_eq!(numbers, [1, 9, 0, 8, 1].map(Some));
    assert_eq!(json["coverage"]["percent"], 66);
    assert_eq!(json["routes"].as_array().map(Vec::len), Some(3));
    let first = &json["files"][0]["tests"][0];
    insta::assert_snapshot!(serde_json::to_string_pretty(first).expect("JSON"), @r#"
    {
      "column": 3,
      "differences": [
        {
          "by": "simulator",
          "column": 12,
          "expected": "shop/web:80",
          "file": "routes.yaml",
          "found": "shop/cart:http",
          "line": 7,
          "what": "backend"
        }
      ],
      "file": "routes.yaml",
      "haproxy": null,
      "line": 5,
      "name": "the cart is the shop's",
      "reason": null,
      "request": "GET http://shop.example.com/cart/items from 10.1.2.3",
      "result": "failed",
      "simulator": {
        "answer": "shop/cart:http",
        "certificate": null,
        "location": null,
        "place": {
          "column": 16,
          "file": "deploy/shop.yaml",
          "line": 14
        },
        "why": "Prefix /cart of shop/shop"
      },
      "unknown": []
    }
    "#);
    let page = include_str!("../../docs/test.md");
    let keys = |value: &Value| -> Vec<String> {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    for key in [
        keys(&json),
        keys(first),
        keys(&json["routes"][0]),
        keys(&first["simulator"]),
        keys(&first["differences"][0]),
    ]
    .concat()
    {
        assert!(
            page.contains(&format!("`{key}`")),
            "docs/test.md does not explain `{key}`"
        );
    }
}

#[test]
fn junit_has_a_case_a_test() {
    let folder = shop(BAD);
    let ran = folder.run("test --format junit --min-coverage 90");
    assert_eq!(ran.code, Some(1));
    let document = roxmltree::Document::parse(&ran.out).expect("XML");
    let root = document.root_element();
    let numbers = |node: roxmltree::Node<'_, '_>| {
        ["tests", "failures", "errors", "skipped"].map(|name| {
            node.attribute(name)
                .and_then(|text| text.parse::<usize>().ok())
        })
    };
    assert_eq!(numbers(root), [10, 9, 0, 1].map(Some));
    for suite in root.children().filter(roxmltree::Node::is_element) {
        let cases: Vec<_> = suite
            .children()
            .filter(roxmltree::Node::is_element)
            .collect();
        let with = |name: &str| {
            let has =
                |case: &&roxmltree::Node<'_, '_>| case.children().any(|it| it.has_tag_name(name));
            cases.iter().filter(has).count()
        };
        let counted = [cases.len(), with("failure"), 0, with("skipped")];
        assert_eq!(numbers(suite), counted.map(Some));
        for case in cases {
            assert!(case.has_tag_name("testcase"));
            assert!(case.attribute("name").is_some() && case.attribute("classname").is_some());
        }
    }
    insta::assert_snapshot!(ran.out, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="ingressc test" tests="10" failures="9" errors="0" skipped="1">
      <testsuite name="routes.yaml" tests="9" failures="8" errors="0" skipped="1">
        <testcase name="the cart is the shop's: GET http://shop.example.com/cart/items from 10.1.2.3" classname="routes.yaml" file="routes.yaml" line="5">
          <failure message="backend: expected shop/web:80, simulator found shop/cart:http (routes.yaml:7:12)" type="expectation">backend: expected shop/web:80, simulator found shop/cart:http (routes.yaml:7:12)
    because: Prefix /cart of shop/shop (deploy/shop.yaml:14:16)</failure>
        </testcase>
        <testcase name="GET http://shop.example.com/ from 10.1.2.3" classname="routes.yaml" file="routes.yaml" line="8">
          <failure message="path seen by the server: expected /shop, simulator found / (routes.yaml:10:24)" type="expectation">path seen by the server: expected /shop, simulator found / (routes.yaml:10:24)
    header seen by the server X-Forwarded-For: expected 10.9.9.9, simulator found 10.1.2.3 (routes.yaml:11:28)
    header seen by the server X-Forwarded-Proto: expected none, simulator found http (routes.yaml:11:55)
    because: Prefix / of shop/shop (deploy/shop.yaml:13:16)</failure>
        </testcase>
        <testcase name="GET http://shop.example.com/ from 203.0.113.9" classname="routes.yaml" file="routes.yaml" line="12">
          <failure message="backend: expected shop/web:80, simulator found status 403 (routes.yaml:14:12)" type="expectation">backend: expected shop/web:80, simulator found status 403 (routes.yaml:14:12)
    because: 203.0.113.9 is not on the allow-list, by haproxy.org/allow-list (deploy/shop.yaml:6:41)</failure>
        </testcase>
        <testcase name="GET http://shop.example.com/ from 10.1.2.3" classname="routes.yaml" file="routes.yaml" line="15">
          <failure message="redirect: expected a redirect by 302, simulator found shop/web:80 (routes.yaml:16:13)" type="expectation">redirect: expected a redirect by 302, simulator found shop/web:80 (routes.yaml:16:13)
    because: Prefix / of shop/shop (deploy/shop.yaml:13:16)</failure>
        </testcase>
        <testcase name="GET http://shop.example.com/ from 10.1.2.3" classname="routes.yaml" file="routes.yaml" line="17">
          <failure message="response header Strict-Transport-Security: expected max-age=60, simulator found none (routes.yaml:19:22)" type="expectation">response header Strict-Transport-Security: expected max-age=60, simulator found none (routes.yaml:19:22)
    because: Prefix / of shop/shop (deploy/shop.yaml:13:16)</failure>
        </testcase>
        <testcase name="GET http://shop.example.com/ from 10.1.2.3" classname="routes.yaml" file="routes.yaml" line="20">
          <failure message="limit: expected 429 after 3, simulator found no limit (routes.yaml:21:12)" type="expectation">limit: expected 429 after 3, simulator found no limit (routes.yaml:21:12)
    because: Prefix / of shop/shop (deploy/shop.yaml:13:16)</failure>
        </testcase>
        <testcase name="GET https://shop.example.com/ from 10.1.2.3" classname="routes.yaml" file="routes.yaml" line="23">
          <failure message="certificate: expected shop/tls, simulator found no handshake (routes.yaml:24:16)" type="expectation">certificate: expected shop/tls, simulator found no handshake (routes.yaml:24:16)
    because: nothing listens, as there is no certificate</failure>
        </testcase>
        <testcase name="TCP 5432 from 10.1.2.3" classname="routes.yaml" file="routes.yaml" line="25">
          <failure message="backend: expected shop/db:5432, simulator found nobody listens (routes.yaml:26:12)" type="expectation">backend: expected shop/db:5432, simulator found nobody listens (routes.yaml:26:12)
    because: no listener has the port</failure>
        </testcase>
        <testcase name="GET http://shop.example.com/chance from 10.1.2.3" classname="routes.yaml" file="routes.yaml" line="27">
          <skipped message="only a live HAProxy can tell"/>
        </testcase>
      </testsuite>
      <testsuite name="coverage" tests="1" failures="1" errors="0" skipped="0">
        <testcase name="at least 90 % of the routes are met" classname="coverage">
          <failure message="2 of 3 routes are met (66 %)" type="coverage">*.example.org / (deploy/shop.yaml:18:16)</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn hostile_names_are_text_in_every_format() {
    let folder = shop(
        "inputs: [deploy]\ntests:\n- {get: \"http://shop.example.com/]]>&<b>\", name: \"a\\e[31m ]]> <b> & \\\" ##[error]x\", status: 200}\n",
    );
    for format in ["human", "json", "junit"] {
        let ran = folder.run(&format!("test --format {format}"));
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(!ran.out.contains('\x1b'), "{format}: {}", ran.out);
        match format {
            "junit" => drop(roxmltree::Document::parse(&ran.out).expect("XML")),
            "json" => drop(serde_json::from_str::<Value>(&ran.out).expect("JSON")),
            _ => assert!(!ran.out.contains("##[error]"), "{}", ran.out),
        }
    }
}

#[test]
fn a_file_that_cannot_be_meant_is_a_usage_error() {
    let folder = shop(
        "defaults: {host: a.example.com}\ninput: [deploy]\ntests:\n- {get: /cart, bakend: \"shop/cart:http\"}\n- {get: /}\n",
    );
    insta::assert_snapshot!(shown(&folder.run("test")), @r#"
    exit Some(2)
    --- stdout
    --- stderr
    error: unknown key `input`
       ╭─[routes.yaml:2:1]
     2 │ input: [deploy]
       · ─────
       ╰────
      help: did you mean `inputs`?

    error: unknown key `bakend`
       ╭─[routes.yaml:4:16]
     4 │ - {get: /cart, bakend: "shop/cart:http"}
       ·                ──────
       ╰────
      help: did you mean `backend`?

    error: the test expects nothing, so it cannot fail
       ╭─[routes.yaml:5:3]
     5 │ - {get: /}
       ·   ────────
       ╰────
      help: say what must become of it, such as `backend: shop/web:80`, `status: 404` or `redirect:
            https://…`
    "#);
    folder.file("broken.yaml", "tests: [\n");
    assert_eq!(folder.run("test broken.yaml").code, Some(2));
    assert_eq!(folder.run("test missing.yaml").code, Some(2));
    folder.file("empty.yaml", "inputs: [deploy]\n");
    assert_eq!(folder.run("test empty.yaml").code, Some(3));
    folder.file(
        "nothing.yaml",
        "inputs: [nowhere]\ntests: [{tcp: 1, unbound: true}]\n",
    );
    assert_eq!(folder.run("test nothing.yaml").code, Some(2));
    let bare = Folder::new();
    let ran = bare.run("test");
    assert_eq!(ran.code, Some(3), "{ran:?}");
}

#[test]
fn without_inputs_the_folder_of_the_file_counts_or_the_configuration() {
    let folder = Folder::new();
    let routes =
        "tests: [{get: http://shop.example.com/, from: 10.0.0.1, backend: \"shop/web:80\"}]\n";
    folder.file("shop/deploy.yaml", SHOP);
    folder.file("shop/expected.yaml", routes);
    let ran = folder.run("test shop/expected.yaml");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    folder.file("tests/routes.yaml", routes);
    folder.file("tests/ingressc.yaml", "inputs: [../shop/deploy.yaml]\n");
    let ran = folder.run("test tests");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let ran = folder.run("test tests -i clean.yaml");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    folder.file("own.yaml", "inputs: []\n");
    folder.file(
        "named.yaml",
        &format!("config: tests/ingressc.yaml\n{routes}"),
    );
    assert_eq!(folder.run("test named.yaml").code, Some(0));
}

#[test]
fn the_schema_of_expectations_is_printed() {
    let ran = Folder::new().run("schema expectations");
    let json: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(json["title"], "routes.yaml");
}

/// The HAProxy to ask, where there is one.
#[cfg(target_os = "linux")]
fn haproxy() -> Option<PathBuf> {
    let path = std::env::var_os("HAPROXY").map_or_else(|| "haproxy".into(), PathBuf::from);
    let found = std::process::Command::new(&path)
        .arg("-v")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let found = found.is_ok_and(|status| status.success());
    let required = std::env::var("INGRESSC_REQUIRE_HAPROXY").is_ok_and(|value| value == "1");
    assert!(
        found || !required,
        "INGRESSC_REQUIRE_HAPROXY=1, and {} does not run",
        path.display()
    );
    found.then_some(path)
}

#[cfg(target_os = "linux")]
#[test]
fn a_live_haproxy_is_asked_and_shown_beside_the_simulator() {
    let Some(haproxy) = haproxy() else { return };
    let live = format!("test --live={}", haproxy.display());
    let good = shop(GOOD).run(&live);
    assert_eq!(good.code, Some(0), "{good:?}");
    // The servers share the requests; the simulator does not know them.
    let folder = shop(
        "inputs: [deploy]\ntests:\n- {get: http://shop.example.com/, from: 10.0.0.1, only: live, backend: \"shop/web:80\", servers: 2, repeat: 4}\n- {get: http://shop.example.com/cart, from: 10.0.0.1, backend: \"shop/web:80\"}\n",
    );
    insta::assert_snapshot!(shown(&folder.run(&live)), @r#"
    exit Some(1)
    --- stdout
    failed: GET http://shop.example.com/ from 10.0.0.1
       ╭─[routes.yaml:3:96]
     3 │ - {get: http://shop.example.com/, from: 10.0.0.1, only: live, backend: "shop/web:80", servers: 2, repeat: 4}
       ·                                                                                                ┬
       ·                                                                                                ╰── servers: see below
       ╰────
                expected   simulator   haproxy
      servers   2          not asked   1 (192.0.2.1-80)

    failed: GET http://shop.example.com/cart from 10.0.0.1
       ╭─[routes.yaml:4:64]
     4 │ - {get: http://shop.example.com/cart, from: 10.0.0.1, backend: "shop/web:80"}
       ·                                                                ──────┬──────
       ·                                                                      ╰── found: shop/cart:http
       ╰────
                expected      simulator        haproxy
      backend   shop/web:80   shop/cart:http   shop/cart:http
      because: Prefix /cart of shop/shop (deploy/shop.yaml:14:16)

    failed   routes.yaml   2 tests, 2 failed

    No test meets:
      *.example.org   /   deploy/shop.yaml:18:16
    --- stderr
    2 tests: 0 passed, 2 failed. 2 of 3 routes met (66 %).
    "#);
    let missing = folder.run("test --live=/nowhere/haproxy");
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert!(
        missing.err.contains("`/nowhere/haproxy` is not installed"),
        "{missing:?}"
    );
}

/// A run that is told to end takes HAProxy and its files with it.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_behind_when_the_run_is_ended() {
    let Some(haproxy) = haproxy() else { return };
    for signal in [
        rustix::process::Signal::TERM,
        rustix::process::Signal::HUP,
        rustix::process::Signal::INT,
    ] {
        let folder = shop(GOOD);
        folder.file("tmp/.keep", "");
        let many =
            "- {get: /, for-each: host, from: 10.0.0.1, backend: \"shop/web:80\", repeat: 1000}\n"
                .repeat(200);
        folder.file("many.yaml", &format!("inputs: [deploy]\ntests:\n{many}"));
        let mut child = command(&folder.path(""))
            .args(["test", "many.yaml"])
            .arg(format!("--live={}", haproxy.display()))
            .env("TMPDIR", folder.path("tmp"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        let tmp = folder.path("tmp");
        let deadline = Instant::now() + Duration::from_secs(30);
        while processes(&tmp).is_empty() {
            assert!(Instant::now() < deadline, "HAProxy does not start");
            assert!(
                child.try_wait().expect("ours").is_none(),
                "it ended by itself"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        if signal == rustix::process::Signal::INT {
            // In the middle of asking, and not of starting.
            std::thread::sleep(Duration::from_millis(300));
        }
        let id = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(id, signal).expect("it is ours");
        let ended = child.wait().expect("ours");
        assert_eq!(ended.code(), Some(128 + signal.as_raw()));
        assert_eq!(processes(&tmp), Vec::<String>::new());
        let left: Vec<_> = std::fs::read_dir(&tmp)
            .expect("readable")
            .map(|entry| entry.expect("readable").file_name())
            .filter(|name| name != ".keep")
            .collect();
        assert_eq!(left, Vec::<std::ffi::OsString>::new());
    }
}

/// Processes, other than the program itself, whose command line names the folder.
#[cfg(target_os = "linux")]
fn processes(folder: &Path) -> Vec<String> {
    let folder = folder.display().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("Linux").flatten() {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains(&folder) {
            found.push(line);
        }
    }
    found
}

/// Cases that end otherwise than with 0, and why.
const OTHERWISE: &[(&str, i32, &str)] = &[
    (
        "compile/conformance-ingress-class",
        3,
        "no Ingress is of a selected class",
    ),
    ("compile/hostile-variables", 1, "unrendered-template"),
];

/// The same, with a live HAProxy only.
const OTHERWISE_LIVE: &[(&str, i32, &str)] =
    &[("annotations/haproxytech/server-ca", 1, "it is not verified")];

/// Every case of `testdata` is run as its owner would run it, with HAProxy where there is one.
#[test]
fn every_case_does_what_its_routes_say() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut folders = Vec::new();
    collect(&testdata, &mut folders);
    if let Ok(part) = std::env::var("CASE") {
        folders.retain(|folder| folder.to_string_lossy().contains(&part));
    }
    folders.sort();
    #[cfg(target_os = "linux")]
    let live = haproxy().map(|path| path.canonicalize().unwrap_or(path));
    #[cfg(not(target_os = "linux"))]
    let live: Option<PathBuf> = None;
    let (next, complaints) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let asked = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some(folder) = folders.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = folder
                        .strip_prefix(&testdata)
                        .expect("below")
                        .display()
                        .to_string();
                    let (tests, complaint) = run_case(folder, &name, live.as_deref());
                    asked.fetch_add(tests, Ordering::Relaxed);
                    complaints
                        .lock()
                        .expect("no thread panics")
                        .extend(complaint);
                }
            });
        }
    });
    let complaints = complaints.into_inner().expect("no thread panicked");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let asked = asked.into_inner();
    assert!(
        std::env::var("CASE").is_ok() || (folders.len() > 400 && asked > 1500),
        "{} cases, {asked} tests",
        folders.len()
    );
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("readable");
        let path = entry.path();
        // Some cases have links that lead in circles.
        if entry.file_type().expect("readable").is_dir() {
            collect(&path, found);
        } else if path.ends_with("routes.yaml") {
            found.push(folder.to_owned());
        }
    }
}

/// How many tests the case has, and what is wrong with its run.
fn run_case(folder: &Path, name: &str, live: Option<&Path>) -> (usize, Option<String>) {
    let mut command = command(folder);
    command
        .args(["test", "--format", "json"])
        .env("ADMIN_PASSWORD", "swordfish");
    if let Some(live) = live {
        command.arg(format!("--live={}", live.display()));
    }
    // Some cases are for a later HAProxy than the one that is asked.
    let target = std::env::var("INGRESSC_TARGET").unwrap_or_else(|_| "2.6".to_owned());
    command
        .arg("--set")
        .arg(format!("target.haproxy=\"{target}\""));
    let output = command.output().expect("it runs");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    let live_only = OTHERWISE_LIVE.iter().filter(|_| live.is_some());
    let mut known = OTHERWISE.iter().chain(live_only);
    let (code, why) = known
        .find(|(case, ..)| *case == name)
        .map_or((0, ""), |(_, code, why)| (*code, *why));
    let tests = serde_json::from_str::<Value>(&out).ok();
    let tests = tests.and_then(|json| json["tests"].as_u64()).unwrap_or(0);
    let tests = usize::try_from(tests).expect("few");
    if output.status.code() == Some(code) && err.contains(why) {
        return (tests, None);
    }
    let complaint = format!(
        "{name}: {:?}, not {code} {why}\n{err}\n{out}",
        output.status
    );
    (tests, Some(complaint))
}
