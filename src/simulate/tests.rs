//! The tables of the Kubernetes documentation, the official conformance suite, and odd requests.

use super::example::{self, origin, routing};
use super::*;
use crate::ir::{Certificate, FileStem, HostPattern, Pem};
use crate::source::Sourced;

/// The Service that answers, or the status.
fn answer_of(routing: &Routing, host: Option<&str>, target: &str) -> String {
    let request = Request {
        host: host.map(str::to_owned),
        target: target.to_owned(),
        method: if target == "*" { "OPTIONS" } else { "GET" }.to_owned(),
        ..Request::default()
    };
    let verdict = ask(routing, &request);
    match (verdict.backend(), verdict.status()) {
        (Some(backend), None) => backend.service.name.clone(),
        (None, Some(status)) => status.to_string(),
        other => panic!("a backend or a status, not {other:?}"),
    }
}

fn table(rules: &[&str], rows: &[(&str, &str, &str)]) {
    let routing = routing(rules);
    for &(host, target, expected) in rows {
        let host = (host != "-").then_some(host);
        assert_eq!(
            answer_of(&routing, host, target),
            expected,
            "{host:?} {target}"
        );
    }
}

#[test]
fn the_longest_path_of_the_host_wins() {
    table(
        &[
            "foo.com Exact /foo foo-exact 1",
            "foo.com Prefix /foo foo-prefix 1",
            "foo.com Prefix /aaa aaa 1",
            "foo.com Prefix /aaa/bbb/ aaa-bbb 1",
            "foo.com Exact /ex/ ex-slash 1",
            "foo.com Begins /img img-text 1",
            "foo.com Prefix /img img 1",
            "foo.com Prefix /none none 0",
            "foo.com Prefix /none/closed - 0",
            "bar.com Prefix / bar-root 1",
            "bar.com Exact / bar-exact 1",
            "root.com Exact / root 1",
        ],
        &[
            ("foo.com", "/foo", "foo-exact"),
            ("foo.com", "/foo?x=/aaa", "foo-exact"),
            ("foo.com", "/foo/", "foo-prefix"),
            ("foo.com", "/foo//bar", "foo-prefix"),
            ("foo.com", "/foobar", "404"),
            ("foo.com", "/FOO", "404"),
            ("foo.com", "//foo", "404"),
            ("foo.com", "/foo%2Fbar", "404"),
            ("foo.com", "/%66oo", "404"),
            ("foo.com", "/foo;v=1", "404"),
            ("foo.com", "/aaa/bbbxyz", "aaa"),
            ("foo.com", "/aaa/bbb", "aaa-bbb"),
            ("foo.com", "/aaa/bbb/ccc", "aaa-bbb"),
            ("foo.com", "/aaa/../foo", "aaa"),
            ("foo.com", "/ex", "404"),
            ("foo.com", "/ex/", "ex-slash"),
            ("foo.com", "/ex//", "404"),
            ("foo.com", "/img", "img"),
            ("foo.com", "/img/x", "img"),
            ("foo.com", "/imgs", "img-text"),
            ("foo.com", "/none/x", "503"),
            ("foo.com", "/none/closed/x", "503"),
            ("bar.com", "/", "bar-exact"),
            ("bar.com", "/?q", "bar-exact"),
            ("bar.com", "//", "bar-root"),
            ("bar.com", "*", "bar-root"),
            ("bar.com", "http://bar.com", "bar-exact"),
            ("root.com", "*", "404"),
            ("foo.com", "*", "404"),
        ],
    );
}

#[test]
fn the_most_specific_host_decides_alone() {
    table(
        &[
            "foo.com Prefix /foo foo 1",
            "*.foo.com Prefix / wild 1",
            "a.foo.com Prefix /x a-foo 1",
            "*.co Prefix /deep star-co 1",
            "- Prefix /any any 1",
            "- Exact /exact any-exact 1",
        ],
        &[
            ("FOO.com:8080", "/foo", "foo"),
            ("foo.com...:", "/foo", "foo"),
            ("foo.com", "/any", "404"),
            ("x.foo.com", "/foo", "wild"),
            ("x.foo.com", "/any", "wild"),
            ("X.FOO.com:9", "*", "wild"),
            ("y.x.foo.com", "/foo", "404"),
            ("y.x.foo.com", "/any", "any"),
            ("a.foo.com", "/x/y", "a-foo"),
            ("a.foo.com", "/nope", "404"),
            (".foo.com", "/", "404"),
            (".foo.com", "/any", "any"),
            ("*.foo.com", "/", "wild"),
            ("_a b.foo.com", "/", "wild"),
            ("xfoo.com", "/any", "any"),
            ("foo.co", "/deep/x", "star-co"),
            ("a.foo.co", "/deep", "404"),
            ("[::1]:80", "/any", "any"),
            ("10.0.0.1", "/any/x", "any"),
            ("", "/any", "any"),
            ("-", "/exact", "any-exact"),
            ("...", "/exact/", "404"),
            ("a.com, foo.com", "/any", "any"),
        ],
    );
}

#[test]
fn the_default_answers_where_nothing_matches() {
    let mut routing = routing(&[
        "foo.com Prefix /foo foo 1",
        "*.foo.com Prefix /d fallback 1",
    ]);
    routing.default = Some(example::claim(&routing, "fallback"));
    for host in ["foo.com", "bar.com", "10.0.0.1", ""] {
        assert_eq!(answer_of(&routing, Some(host), "/x"), "fallback", "{host}");
        assert_eq!(answer_of(&routing, Some(host), "*"), "fallback", "{host}");
    }
    assert_eq!(answer_of(&routing, Some("foo.com"), "/foo"), "foo");
}

#[test]
fn losers_are_listed_longest_first_with_their_reasons() {
    let routing = routing(&[
        "foo.com Prefix / root 1",
        "foo.com Begins /a text 1",
        "foo.com Prefix /a prefix 1",
        "foo.com Exact /a exact 1",
        "foo.com Prefix /a/b other 1",
        "*.com Prefix / wild 1",
    ]);
    let request = Request::parse("foo.com/a").expect("a URL");
    let verdict = ask(&routing, &request);
    let route = verdict.route().expect("routed");
    let lost: Vec<_> = route
        .lost
        .iter()
        .map(|(rule, loss)| (rule.claim.wording.as_str(), *loss))
        .collect();
    assert_eq!(
        lost,
        [
            ("Prefix /a", Loss::LessSpecific),
            ("Begins /a", Loss::LessSpecific),
            ("Prefix /", Loss::Shorter)
        ]
    );
    assert_eq!(
        route.beats.expect("the wildcard").pattern.to_string(),
        "*.com"
    );
}

#[test]
fn a_handshake_needs_a_certificate_for_its_name() {
    let mut routing = routing(&["foo.com Prefix / foo 1"]);
    let secret = |routing: &Routing, sni: Option<&str>| {
        let request = Request {
            scheme: Scheme::Https,
            sni: sni.map(str::to_owned),
            ..Request::default()
        };
        match ask(routing, &request).connection {
            Connection::Tls { certificate, .. } => certificate.secret.clone(),
            Connection::HandshakeRefused => "refused".to_owned(),
            Connection::ClientRefused(_) => "client refused".to_owned(),
            Connection::NotListening => "closed".to_owned(),
            Connection::Plain => "plain".to_owned(),
            Connection::Passthrough { .. } => "through".to_owned(),
        }
    };
    assert_eq!(secret(&routing, Some("foo.com")), "closed");
    for (file, name) in [("exact", "a.foo.com"), ("wild", "*.foo.com")] {
        let certificate = Certificate {
            secret: format!("default/{file}"),
            pem: Pem::file("/etc/x.pem").expect("legal"),
            names: vec![Sourced::new(
                HostPattern::new(name).expect("legal"),
                origin(0),
            )],
            origin: origin(0),
        };
        let stem = FileStem::new(file).expect("legal");
        routing.certificates.files.insert(stem, certificate);
    }
    let rows = [
        (Some("A.foo.com"), "default/exact", "default/exact"),
        (Some("b.foo.com"), "default/wild", "default/wild"),
        (Some("foo.com"), "refused", "default/wild"),
        (Some("x.b.foo.com"), "refused", "default/wild"),
        (None, "refused", "default/wild"),
    ];
    for (sni, strict, with_default) in rows {
        routing.certificates.default = None;
        assert_eq!(secret(&routing, sni), strict, "{sni:?}");
        routing.certificates.default = FileStem::new("wild");
        assert_eq!(secret(&routing, sni), with_default, "{sni:?}");
    }
    routing.listeners.https.clear();
    assert_eq!(secret(&routing, Some("a.foo.com")), "closed");
}
