//! Files of expectations, good and bad; and that the schema judges them as the reader does.

use std::fmt::Write as _;

use super::keys::{DEFAULTS, Key, LIMITED, METHODS, REDIRECT, ROOT, ROW};
use super::{Ask, End, Expectations, read, schema};
use crate::simulate::Scheme;
use crate::source::{File, FileKind, Sources};

/// The reading of a file, or its mistakes, each with its line and column.
fn reading(text: &str) -> Result<Expectations, String> {
    let mut sources = Sources::default();
    let file = sources.add(File::new("routes.yaml", text).kind(FileKind::Config));
    read(&sources, file).map_err(|mistakes| {
        let shown = mistakes.iter().map(|mistake| {
            let position = sources.position(mistake.message.origin);
            let help = mistake.help.as_deref().unwrap_or("-");
            format!(
                "{}:{} {} / {help}",
                position.line, position.column, mistake.message.value
            )
        });
        shown.collect::<Vec<_>>().join("\n")
    })
}

fn row(row: &str) -> Result<super::Test, String> {
    let text =
        format!("defaults: {{host: shop.example.com, scheme: https}}\ntests:\n- {{{row}}}\n");
    reading(&text).map(|mut read| read.tests.remove(0))
}

fn is_legal(text: &str) -> bool {
    let schema = serde_json::from_str(&schema()).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let value: serde_json::Value = serde_yaml::from_str(text).expect("YAML");
    validator.is_valid(&value)
}

#[test]
fn a_path_gets_host_and_scheme_of_the_defaults() {
    let test = row("get: /cart?a=b, backend: \"shop/cart:80\"").expect("legal");
    let Ask::Request { request, version } = &test.ask else {
        panic!("{test:?}");
    };
    assert_eq!(request.scheme, Scheme::Https);
    assert_eq!(request.host.as_deref(), Some("shop.example.com"));
    assert_eq!(request.sni.as_deref(), Some("shop.example.com"));
    assert_eq!(request.target, "/cart?a=b");
    assert_eq!(version, "1.1");
    let end = test.expected.end.expect("an end").value;
    assert_eq!(end, End::Backend("shop/cart:80".to_owned()));
}

#[test]
fn headers_of_a_test_win_over_those_of_the_defaults() {
    let text = "\
defaults: {headers: {Accept: a, X-Both: one}, from: 203.0.113.9}
tests:
- {get: http://a.example.com/, headers: {x-both: two}, status: 404}
- {get: http://a.example.com/, from: \"2001:db8::7\", status: 404}
";
    let read = reading(text).expect("legal");
    let Ask::Request { request, .. } = &read.tests[0].ask else {
        panic!("a request");
    };
    let headers: Vec<_> = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    assert_eq!(headers, ["Accept: a", "x-both: two"]);
    assert_eq!(request.source.to_string(), "203.0.113.9");
    let Ask::Request { request, .. } = &read.tests[1].ask else {
        panic!("a request");
    };
    assert_eq!(request.source.to_string(), "2001:db8::7");
}

#[test]
fn a_redirect_is_a_place_with_or_without_a_status() {
    for (text, status) in [
        ("get: /, redirect: \"https://a.example.com/\"", None),
        ("get: /, redirect: {to: \"https://a.example.com/\"}", None),
        (
            "get: /, redirect: {to: \"https://a.example.com/\", status: 308}",
            Some(308),
        ),
    ] {
        let expected = row(text).expect("legal").expected;
        assert_eq!(
            expected.end.expect("an end").value,
            End::Redirect(status),
            "{text}"
        );
        assert_eq!(
            expected.location.expect("a place").value,
            "https://a.example.com/"
        );
    }
}

#[test]
fn mistakes_have_their_place_and_advice() {
    let text = "\
version: 2
input: [deploy]
defaults: {host: \"a b\", scheme: ftp, from: here}
tests:
- {get: /, bakend: \"shop/web:80\"}
- {get: /, backend: shop/web}
- {get: /a}
- {post: /a, get: /b, status: 404}
- {status: 404}
- {get: /, status: 404, status: 403}
- get
";
    insta::assert_snapshot!(reading(text).expect_err("mistakes"), @r#"
    1:10 the version is 1, not `2` / -
    2:1 unknown key `input` / did you mean `inputs`?
    3:18 `host` is a name, with or without a port, not `a b` / -
    3:33 a scheme is `http` or `https`, not `ftp` / -
    3:44 `from` is an address of IPv4 or IPv6, not `here` / -
    5:12 unknown key `bakend` / did you mean `backend`?
    6:21 a backend is NAMESPACE/SERVICE:PORT, not `shop/web` / write the port by its number or its name, such as shop/web:80 or shop/web:http
    7:3 the test expects nothing, so it cannot fail / say what must become of it, such as `backend: shop/web:80`, `status: 404` or `redirect: https://…`
    8:10 the test asks twice, by `get` and by `post` / make two tests of it
    9:3 the test asks nothing / say what is asked for, such as `get: /cart` or `tcp: 5432`
    10:25 `status` stands here a second time / remove one of the two
    11:3 a test is a mapping, not `get` / -
    "#);
}

const IMPOSSIBLE: &[&str] = &[
    "get: /",
    "get: /, closed: false",
    "get: /, backend: \"a/b:80\", status: 404",
    "get: /, status: 99",
    "get: /, status: \"404\"",
    "get: /, path-seen-by-server: /a, status: 404",
    "get: /, location: /a, backend: \"a/b:80\"",
    "get: /, redirect: {status: 302}",
    "get: /, redirect: {to: /a, status: 200}",
    "get: /, limited: {after: 3}, backend: \"a/b:80\"",
    "get: /, limited: {after: 3, status: 429}, repeat: 4, backend: \"a/b:80\"",
    "get: \"http://a.example.com/\", certificate: a/b",
    "get: \"http://a.example.com/\", client-certificate: trusted, status: 404",
    "get: /, certificate: a/b, handshake: refused",
    "get: a.example.com, status: 404",
    "get: \"ftp://a.example.com/\", status: 404",
    "get: \"http://a.example.com/\", for-each: host, status: 404",
    "get: /, for-each: path, status: 404",
    "get: /, closed: true",
    "get: /, tls: true, status: 404",
    "get: /, headers: {\"a b\": c}, status: 404",
    "get: /, headers: {A: null}, status: 404",
    "get: /, from: 10.0.0.0/8, status: 404",
    "get: /, repeat: 0, status: 404",
    "get: /, version: 2, status: 404",
    "get: /, connection-seen-by-server: {name: a}, backend: \"a/b:80\"",
    "tcp: 0, unbound: true",
    "tcp: 5432, sni: a, backend: \"a/b:80\"",
    "tcp: 5432, status: 404",
    "tcp: 5432, for-each: host, closed: true",
    "get: /, path-seen-by-server: \"/{host}\", backend: \"a/b:80\"",
];

#[test]
fn what_cannot_fail_or_come_true_is_refused() {
    let mut out = String::new();
    for text in IMPOSSIBLE {
        let mistakes = row(text).expect_err(text);
        let _ = writeln!(out, "{{{text}}}\n  {}", mistakes.replace('\n', "\n  "));
    }
    insta::assert_snapshot!(out, @r#"
    {get: /}
      3:3 the test expects nothing, so it cannot fail / say what must become of it, such as `backend: shop/web:80`, `status: 404` or `redirect: https://…`
    {get: /, closed: false}
      3:20 `closed` is for tests with `tcp` / remove it
    {get: /, backend: "a/b:80", status: 404}
      3:39 `backend` and `status` cannot both come true / keep one of the two
    {get: /, status: 99}
      3:20 `status` is a number from 100 to 599, not `99` / -
    {get: /, status: "404"}
      3:20 `status` is a number from 100 to 599, not `404` / remove the quotes
    {get: /, path-seen-by-server: /a, status: 404}
      3:33 `path-seen-by-server` needs a `backend` / say which backend's server it is
    {get: /, location: /a, backend: "a/b:80"}
      3:22 `location` needs a `status` / or write `redirect: https://…`
    {get: /, redirect: {status: 302}}
      3:22 `redirect` does not say where to / add `to: https://…`
    {get: /, redirect: {to: /a, status: 200}}
      3:39 `status` is a number from 300 to 399, not `200` / -
    {get: /, limited: {after: 3}, backend: "a/b:80"}
      3:21 `limited` needs `after` and `status` / add the one that is missing
    {get: /, limited: {after: 3, status: 429}, repeat: 4, backend: "a/b:80"}
      3:54 `limited` repeats by itself / remove `repeat`
    {get: "http://a.example.com/", certificate: a/b}
      3:47 `certificate` is about TLS, and this is asked without / ask by https
    {get: "http://a.example.com/", client-certificate: trusted, status: 404}
      3:54 `client-certificate` is about TLS, and this is asked without / ask by https
    {get: /, certificate: a/b, handshake: refused}
      3:25 no certificate is shown without a handshake / remove one of the two
    {get: a.example.com, status: 404}
      3:9 a request is for a URL with `http://` or `https://`, or for a path, not `a.example.com` / -
    {get: "ftp://a.example.com/", status: 404}
      3:9 `ftp://a.example.com/` is no URL: a scheme other than `http` and `https` / -
    {get: "http://a.example.com/", for-each: host, status: 404}
      3:9 with `for-each` a test says a path, not `http://a.example.com/` / -
    {get: /, for-each: path, status: 404}
      3:22 `for-each` is `host`, not `path` / -
    {get: /, closed: true}
      3:20 `closed` is for tests with `tcp` / remove it
    {get: /, tls: true, status: 404}
      3:17 `tls` is for tests with `tcp` / remove it
    {get: /, headers: {"a b": c}, status: 404}
      3:22 `headers` is a mapping from names, not `a b` / -
    {get: /, headers: {A: null}, status: 404}
      3:22 `A` has no value / leave out headers that are not sent
    {get: /, from: 10.0.0.0/8, status: 404}
      3:18 `from` is an address of IPv4 or IPv6, not `10.0.0.0/8` / -
    {get: /, repeat: 0, status: 404}
      3:20 `repeat` is a number from 1 to 1000, not `0` / -
    {get: /, version: 2, status: 404}
      3:21 `version` is 1.0 or 1.1, not `2` / -
    {get: /, connection-seen-by-server: {name: a}, backend: "a/b:80"}
      3:40 `connection-seen-by-server`, whose keys are sni, alpn, certificate and proxy, is a mapping from names, not `name` / -
    {tcp: 0, unbound: true}
      3:9 `tcp` is a number from 1 to 65535, not `0` / -
    {tcp: 5432, sni: a, backend: "a/b:80"}
      3:20 `sni` is about a handshake, and the client begins with none / add `tls: true`
    {tcp: 5432, status: 404}
      3:23 `status` is about requests, and not about `tcp` / remove it
    {tcp: 5432, for-each: host, closed: true}
      3:25 `for-each` is about requests, and not about `tcp` / remove it
    {get: /, path-seen-by-server: "/{host}", backend: "a/b:80"}
      3:33 `{host}` stands for the host of `for-each`, which this test has not / add `for-each: host`, or write the host out
    "#);
}

#[test]
fn every_example_is_legal_to_the_reader_and_to_the_schema() {
    let check = |text: &str| {
        reading(text).unwrap_or_else(|mistakes| panic!("{text}\n{mistakes}"));
        assert!(is_legal(text), "{text}");
    };
    for Key { name, example, .. } in ROOT {
        check(&format!("{name}: {example}\n"));
    }
    for Key { name, example, .. } in DEFAULTS {
        check(&format!("defaults:\n  {name}: {example}\n"));
    }
    for Key { name, example, .. } in ROW {
        let asked = METHODS.contains(name) || *name == "tcp";
        let of_tcp = ["tls", "alpn", "closed", "sni"].contains(name);
        let more = match *name {
            _ if asked => "unbound: true",
            "tls" => "tcp: 5432, backend: \"a/b:80\"",
            "alpn" | "sni" => "tcp: 5432, tls: true, backend: \"a/b:80\"",
            "closed" => "tcp: 5432",
            "backend" | "status" | "redirect" | "handshake" | "unbound" => "get: /",
            "location" => "get: /, status: 302",
            "certificate" | "client-certificate" => {
                "get: \"https://a.example.com/\", backend: \"a/b:80\""
            }
            _ => "get: /, backend: \"a/b:80\"",
        };
        assert!(!of_tcp || more.contains("tcp"), "{name}");
        check(&format!(
            "defaults: {{host: a.example.com}}\ntests: [{{{name}: {example}, {more}}}]\n"
        ));
    }
    for (parent, keys) in [("redirect", REDIRECT), ("limited", LIMITED)] {
        let entries: Vec<String> = keys
            .iter()
            .map(|key| format!("{}: {}", key.name, key.example))
            .collect();
        let more = if parent == "limited" {
            ", backend: \"a/b:80\""
        } else {
            ""
        };
        check(&format!(
            "defaults: {{host: a.example.com}}\ntests: [{{get: /, {parent}: {{{}}}{more}}}]\n",
            entries.join(", ")
        ));
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    for text in [
        "version: 2\n",
        "input: [deploy]\n",
        "inputs: []\n",
        "inputs: deploy\n",
        "defaults: {scheme: ftp}\n",
        "tests: {}\n",
        "tests: [{get: /, bakend: a}]\n",
        "tests: [{get: /, status: 99}]\n",
        "tests: [{get: /, post: /, status: 404}]\n",
        "tests: [{status: 404}]\n",
        "tests: [{get: /, status: \"404\"}]\n",
        "tests: [{get: /, redirect: {too: a}}]\n",
        "tests: [{get: /, only: dead, status: 404}]\n",
    ] {
        assert!(reading(text).is_err(), "the reader takes {text}");
        assert!(!is_legal(text), "the schema takes {text}");
    }
}

#[test]
fn an_empty_file_has_no_tests() {
    for text in ["", "# nothing\n", "version: 1\ntests: []\n"] {
        assert_eq!(reading(text).expect("legal").tests.len(), 0, "{text:?}");
    }
}

#[test]
fn the_example_on_the_page_is_legal() {
    let page = include_str!("../../docs/test.md");
    let block = page
        .split("```yaml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let text = block.expect("an example");
    let read = reading(text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(read.tests.len(), 5);
    assert!(is_legal(text));
}
