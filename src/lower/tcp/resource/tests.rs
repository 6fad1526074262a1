//! Items as people and enemies write them.

use crate::compile;
use crate::finding::{Code, Finding, Severity};
use crate::ir::{Routing, Target, TcpListener};
use crate::source::{File, Sources};

const SERVICES: &str = "\
apiVersion: v1
kind: Service
metadata: {name: pg, namespace: db}
spec: {ports: [{name: pg, port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: reports, namespace: db}
spec: {ports: [{port: 5432}]}
---
";

/// Compiles an item, written in flow style, between braces.
fn item(text: &str) -> (Routing, Vec<Finding>) {
    let text = format!(
        "{SERVICES}apiVersion: ingress.v3.haproxy.org/v3\nkind: TCP\n\
         metadata: {{name: x, namespace: db, annotations: {{ingress.class: haproxy}}}}\nspec:\n- {text}\n"
    );
    let mut sources = Sources::default();
    sources.add(File::new("tcp.yaml", text));
    let compiled = compile(&sources, &crate::Settings::default());
    (compiled.routing, compiled.findings)
}

/// An item of a frontend, with `fields` besides its name and its bind.
fn frontend(fields: &str) -> (Routing, Vec<Finding>) {
    item(&format!(
        "{{frontend: {{name: x, binds: {{a: {{port: 7000}}}}, {fields}}}, service: {{name: pg, port: 5432}}, \
         services: [{{name: reports, port: 5432}}]}}"
    ))
}

fn errors(findings: &[Finding]) -> Vec<String> {
    // Where the servers are is of no interest here.
    let is_ours =
        |it: &&Finding| it.severity == Severity::Error && it.code != Code::ENDPOINTS_UNRESOLVED;
    let errors = findings.iter().filter(is_ours);
    errors.map(|finding| finding.code.to_string()).collect()
}

fn is_closed(listener: &TcpListener) -> bool {
    listener.targets().all(|target| *target == Target::Closed)
}

/// Texts that mean something else to a scanner, a shell or HAProxy, as JSON writes them.
fn hostile() -> Vec<String> {
    let long = "x".repeat(60_000);
    let texts = [
        "a\n    server evil 192.0.2.66:80",
        "a\r\nglobal",
        "a\u{0}b",
        "a # b",
        "\"a\" 'b",
        "%[env(HOME)]",
        "${HOME}",
        "\\",
        "{ src 0.0.0.0/0 } || TRUE",
        "../../etc/passwd",
        "",
        " ",
        long.as_str(),
    ];
    let quoted = |text: &str| serde_json::to_string(text).expect("text");
    texts.into_iter().map(quoted).collect()
}

#[test]
fn hostile_text_opens_nothing() {
    for text in hostile() {
        let rule = |fields: &str| format!("backend_switching_rule_list: [{{{fields}}}]");
        for fields in [
            rule(&format!("name: {text}")),
            rule(&format!("name: db_svc_pg_pg, cond: if, cond_test: {text}")),
            rule(&format!(
                "name: db_svc_pg_pg, cond: {text}, cond_test: TRUE"
            )),
            format!(
                "acl_list: [{{acl_name: a, criterion: {text}, value: b}}], {}",
                rule("name: db_svc_pg_pg, cond: if, cond_test: a")
            ),
            format!("tcp_request_rule_list: [{{type: content, action: {text}}}]"),
            format!("tcp_request_rule_list: [{{type: {text}, action: reject}}]"),
            format!("{text}: 1"),
            format!("maxconn: {text}"),
            format!("binds: {text}"),
        ] {
            // One that comes to a condition is none of an enemy's: nobody but the author of the rule gains by it.
            if text.contains("TRUE") && fields.contains("cond_test: \"{") {
                continue;
            }
            let (routing, findings) = frontend(&fields);
            let shown = &fields[..fields.len().min(120)];
            assert!(!errors(&findings).is_empty(), "{shown}");
            assert!(routing.tcp.iter().all(is_closed), "{shown}");
            for finding in findings {
                let rest = finding.field.unwrap_or_default().len() + finding.message.len();
                assert!(rest < 1000, "{shown}");
            }
        }
    }
}

#[test]
fn hostile_places_are_not_bound() {
    for text in hostile() {
        for bind in [
            format!("{{port: 7000, address: {text}}}"),
            format!("{{port: {text}}}"),
            format!("{{port: 7000, port-range-end: {text}}}"),
        ] {
            // No address is every one of IPv4.
            if bind.ends_with("address: \"\"}") {
                continue;
            }
            let (routing, findings) = item(&format!(
                "{{frontend: {{name: x, binds: {{a: {bind}}}}}, service: {{name: pg, port: 5432}}}}"
            ));
            assert!(!errors(&findings).is_empty(), "{bind:.80}");
            assert!(routing.tcp.is_empty(), "{bind:.80}");
        }
        let (routing, findings) = item(&format!(
            "{{frontend: {{name: {text}, binds: {{a: {{port: 7000}}}}}}, service: {{name: pg, port: 5432}}}}"
        ));
        assert!(
            !errors(&findings).is_empty() && routing.tcp.is_empty(),
            "{text:.80}"
        );
        let (routing, findings) = item(&format!(
            "{{frontend: {{name: x, binds: {{a: {{port: 7000}}}}}}, service: {{name: {text}, port: 5432}}}}"
        ));
        assert!(
            !errors(&findings).is_empty() && routing.tcp.is_empty(),
            "{text:.80}"
        );
    }
}

#[test]
fn binds_are_listed_or_named() {
    for binds in [
        "[{name: a, port: 7000}]",
        "[{port: 7000}]",
        "{a: {port: 7000}}",
        "{a: {port: 7000, name: a}}",
    ] {
        let (routing, findings) = item(&format!(
            "{{frontend: {{name: x, binds: {binds}}}, service: {{name: pg, port: 5432}}}}"
        ));
        assert!(errors(&findings).is_empty(), "{binds}: {findings:?}");
        let is_told = findings.iter().any(|it| it.code == Code::WRONG_TYPE);
        assert_eq!(is_told, binds.starts_with('['), "{binds}");
        assert_eq!(routing.tcp.len(), 1, "{binds}");
        assert!(!is_closed(&routing.tcp[0]), "{binds}");
    }
    // A mistake closes its own bind, in a list as well.
    let (routing, findings) = item(
        "{frontend: {name: x, binds: [{port: 7000}, {port: 7001, crl_file: x}, 7002]}, service: {name: pg, port: 5432}}",
    );
    assert_eq!(errors(&findings), ["ING702", "ING102"]);
    let closed: Vec<_> = routing.tcp.iter().map(is_closed).collect();
    assert_eq!(closed, [false, true]);
}

#[test]
fn values_of_other_types_close_or_leave_out() {
    for value in ["[]", "{}", "true", "1", "1.5", "-1", "[[]]", "{a: b}"] {
        for field in [
            "binds",
            "acl_list",
            "tcp_request_rule_list",
            "backend_switching_rule_list",
            "maxconn",
            "client_timeout",
            "log_format",
            "mode",
            "disabled",
        ] {
            let fits = match field {
                "binds" => value == "{}",
                "maxconn" | "client_timeout" => value == "1",
                "disabled" => value == "true",
                list => list.ends_with("_list") && value == "[]",
            };
            let (routing, findings) = frontend(&format!("{field}: {value}"));
            assert_eq!(
                errors(&findings).is_empty(),
                fits && field != "binds",
                "{field}: {value}"
            );
            assert!(
                fits || routing.tcp.iter().all(is_closed),
                "{field}: {value}"
            );
        }
    }
}

#[test]
fn rejections_come_before_the_choice_of_a_backend() {
    let (routing, findings) = frontend(
        "backend_switching_rule_list: [{name: db_svc_reports_5432, cond: if, cond_test: '{ src 10.0.0.0/8 }'}], \
         tcp_request_rule_list: [{type: content, action: reject, cond: if, cond_test: '{ src 10.0.0.2 }'}, \
         {type: connection, action: accept, cond: if, cond_test: '{ src 10.0.0.1 }'}, \
         {type: connection, action: reject, cond: if, cond_test: '{ src 10.0.0.0/30 }'}]",
    );
    assert!(errors(&findings).is_empty(), "{findings:?}");
    let rules = &routing.tcp[0].rules;
    let closed: Vec<_> = rules.iter().map(|it| it.target == Target::Closed).collect();
    assert_eq!(closed, [true, true, false]);
    // What is accepted when the connection is made meets the content's rules all the same.
    let tests: Vec<_> = rules.iter().map(|rule| rule.tests.len()).collect();
    assert_eq!(tests, [2, 1, 1]);
}

#[test]
fn ports_are_told_apart_where_a_rule_asks_for_them() {
    let (routing, findings) = item(
        "{frontend: {name: x, binds: {a: {port: 7000}, b: {port: 7001}, c: {port: 7001, address: '::'}}, \
         tcp_request_rule_list: [{type: connection, action: reject, cond: if, cond_test: '{ dst_port 7001:7002 }'}]}, \
         service: {name: pg, port: 5432}}",
    );
    assert!(errors(&findings).is_empty(), "{findings:?}");
    let shown: Vec<_> = routing
        .tcp
        .iter()
        .map(|it| (it.name.as_str(), it.binds.len(), it.rules.len()))
        .collect();
    assert_eq!(shown, [("fe_tcp_db_x", 1, 0), ("fe_tcp.1_db_x", 2, 1)]);
}
