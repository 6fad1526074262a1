//! What values mean, in the words of each controller.

use std::collections::BTreeMap;

use super::*;
use crate::ir::policy::ProxyHeader;
use crate::manifest::{Meta, ObjectName};
use crate::source::{FileId, Origin};

fn map(data: &[(&str, &str)]) -> ConfigMap {
    let place = |at: usize| Origin::new(FileId::new(0), at..at + 1);
    let data = data.iter().enumerate().map(|(at, (key, value))| {
        let value = Sourced::new((*value).to_owned(), place(at));
        ((*key).to_owned(), value)
    });
    ConfigMap {
        meta: Meta {
            name: ObjectName::new("edge", "tcp"),
            origin: place(1000),
            annotations: Vec::new(),
            labels: BTreeMap::new(),
        },
        data: data.collect(),
        keys: BTreeMap::new(),
    }
}

/// The entries in one line each, and the codes.
fn read(data: &[(&str, &str)], format: Option<MapFormat>) -> (Vec<String>, Vec<String>) {
    let map = map(data);
    let mut findings = Vec::new();
    let read = tcp_services(&map, format, &Settings::default(), &mut findings);
    let shown = read.entries.iter().map(shown).collect();
    let codes = findings.iter().map(|finding| finding.code.to_string());
    (shown, codes.collect())
}

fn shown(entry: &Entry<'_>) -> String {
    let mut words = vec![format!(
        "{} {}:{}",
        entry.port.value, entry.service.value, entry.service_port.value
    )];
    if entry.accept_proxy.is_some() {
        words.push("accepts".to_owned());
    }
    match &entry.tls {
        None => {}
        Some(Tls::Shared(_)) => words.push("shared".to_owned()),
        Some(Tls::Own { secret, authority }) => {
            words.push(format!("tls={}", secret.value));
            words.extend(authority.iter().map(|name| format!("ca={}", name.value)));
        }
    }
    let Servers { proxy, check } = &entry.servers;
    words.extend(proxy.map(|header| {
        let version = if header.value == ProxyHeader::V1 {
            1
        } else {
            2
        };
        format!("sends=v{version}")
    }));
    words.extend(check.map(|check| match check.value {
        None => "unchecked".to_owned(),
        Some(interval) => format!("check={interval}"),
    }));
    words.join(" ")
}

/// One entry behind port 90, as it is shown without port and Service; or the code of its refusal.
fn one(value: &str, format: Option<MapFormat>) -> String {
    let (entries, codes) = read(&[("90", value)], format);
    match (&entries[..], &codes[..]) {
        ([entry], []) => {
            let words = entry.strip_prefix("90 db/pg:5432").expect("the Service");
            words.trim_start().to_owned()
        }
        ([], [code]) => code.clone(),
        other => panic!("{value}: {other:?}"),
    }
}

#[test]
fn each_controller_has_words_of_its_own() {
    use MapFormat::{HaproxyIngress, HaproxyTech, Nginx};
    const NO: &str = "ING337";
    // Behind `db/pg:5432`: as nobody says whose it is, haproxytech, HAProxy Ingress, ingress-nginx.
    for (words, alike, tech, ingress, nginx) in [
        ("", "", "", "", ""),
        (":", "", NO, "", ""),
        (":ssl", "shared", "shared", NO, NO),
        (":SSL", NO, NO, NO, NO),
        (":tls", NO, NO, NO, NO),
        (":ssl:ssl", NO, NO, NO, NO),
        (":PROXY", "accepts", NO, "accepts", "accepts"),
        (":proxy:", "accepts", NO, "accepts", "accepts"),
        ("::PROXY", NO, NO, "sends=v2", "sends=v1"),
        (
            ":PROXY:Proxy",
            NO,
            NO,
            "accepts sends=v2",
            "accepts sends=v1",
        ),
        ("::PROXY-V1", "sends=v1", NO, "sends=v1", NO),
        ("::proxy-v2", "sends=v2", NO, "sends=v2", NO),
        (":PROXY-V2", NO, NO, NO, NO),
        ("::PROXY-V3", NO, NO, NO, NO),
        ("::TRUE", NO, NO, NO, NO),
        (":::db/tls", "tls=db/tls", NO, "tls=db/tls", NO),
        (":::tls", NO, NO, NO, NO),
        (":::db/TLS", NO, NO, NO, NO),
        ("::::30s", "check=30s", NO, "check=30s", NO),
        ("::::-", "unchecked", NO, "unchecked", NO),
        (
            ":PROXY:PROXY-V1:db/tls:5s:db/ca",
            "accepts tls=db/tls ca=db/ca sends=v1 check=5s",
            NO,
            "accepts tls=db/tls ca=db/ca sends=v1 check=5s",
            NO,
        ),
        (":::::db/ca", "ING417", NO, "ING417", NO),
        ("::::::", NO, NO, NO, NO),
        (":::::::::::", NO, NO, NO, NO),
    ] {
        let value = format!("db/pg:5432{words}");
        for (format, expected) in [
            (None, alike),
            (Some(HaproxyTech), tech),
            (Some(HaproxyIngress), ingress),
            (Some(Nginx), nginx),
        ] {
            assert_eq!(one(&value, format), expected, "{value} {format:?}");
        }
    }
}

#[test]
fn an_empty_value_is_called_so() {
    for value in ["", " ", "\n"] {
        let map = map(&[("7008", value)]);
        let mut findings = Vec::new();
        tcp_services(&map, None, &Settings::default(), &mut findings);
        let messages: Vec<_> = findings.iter().map(|it| it.message.as_str()).collect();
        let message = "port 7008 of ConfigMap edge/tcp leads to no Service: its value is empty";
        assert_eq!(messages, [message], "{value:?}");
    }
}

#[test]
fn a_service_is_a_namespace_a_name_and_a_port() {
    for value in [
        "",
        " ",
        "pg:5432",
        "db/pg",
        "db/pg:",
        "db/pg:0",
        "db/pg:65536",
        "db/pg:-1",
        "db/pg:PG",
        "db/pg:54 32",
        "/pg:5432",
        "db/:5432",
        "a/db/pg:5432",
        "Db/pg:5432",
        "db/pg\nserver:5432",
        "db/%[env(A)]:5432",
        "db/pg:5432#",
        "db/pg:\"5432\"",
        "db/pg:5432\0",
    ] {
        assert_eq!(one(value, None), "ING337", "{value:?}");
    }
    let (entries, codes) = read(&[("90", "db/pg:pg-main")], None);
    assert_eq!(
        (entries, codes.len()),
        (vec!["90 db/pg:pg-main".to_owned()], 0)
    );
    // What its controller would leave out is opened, and told.
    let tech = Some(MapFormat::HaproxyTech);
    for value in ["db/pg:pg", " db/pg:5432\n"] {
        let (entries, codes) = read(&[("90", value)], tech);
        assert_eq!(
            (entries.len(), codes),
            (1, vec!["ING703".to_owned()]),
            "{value:?}"
        );
    }
}

#[test]
fn keys_are_ports_and_come_in_their_order() {
    let (entries, codes) = read(&[("9000", "db/pg:1"), ("80", "db/pg:2")], None);
    assert_eq!(entries, ["80 db/pg:2", "9000 db/pg:1"]);
    assert_eq!(codes, [""; 0]);
    for key in [
        "0",
        "080",
        "65536",
        "80-90",
        "http",
        "",
        "log-format",
        "log_format_tcp",
    ] {
        let (entries, codes) = read(&[(key, "db/pg:5432")], Some(MapFormat::Nginx));
        assert_eq!(entries, [""; 0], "{key}");
        // The key of another ConfigMap, and what the API server refuses, have other findings.
        let expected: &[&str] = if key.is_empty() { &[] } else { &["ING337"] };
        assert_eq!(codes, expected, "{key}");
    }
}

#[test]
fn values_of_any_length_cost_no_time_and_are_shown_in_part() {
    for value in [
        ":".repeat(60_000),
        "a".repeat(60_000),
        format!("db/pg:5432:{}", "P".repeat(60_000)),
        format!("db/pg:5432:::{}", "x/".repeat(30_000)),
        format!("db/pg:{}", "9".repeat(60_000)),
    ] {
        let map = map(&[("90", &value)]);
        let mut findings = Vec::new();
        let read = tcp_services(&map, None, &Settings::default(), &mut findings);
        assert!(read.entries.is_empty());
        assert!(findings.iter().all(|finding| finding.message.len() < 500));
        assert_eq!(findings.len(), 1);
    }
}

#[test]
fn the_format_of_log_lines_is_one_of_connections() {
    let log = |text: &str| {
        let map = map(&[("90", "db/pg:5432"), ("log-format-tcp", text)]);
        let mut findings = Vec::new();
        let read = tcp_services(&map, None, &Settings::default(), &mut findings);
        let codes: Vec<_> = findings.iter().map(|it| it.code.to_string()).collect();
        let format = read.log_format.map(|format| format.value.to_string());
        (format, read.settings.len(), codes)
    };
    assert_eq!(log("%ci %ts"), (Some("%ci %ts".to_owned()), 1, vec![]));
    assert_eq!(log(""), (None, 0, vec![]));
    assert_eq!(log("%ci %HM"), (None, 0, vec!["ING603".to_owned()]));
    let (_, codes) = read(&[("log-format-tcp", "%ci")], Some(MapFormat::Nginx));
    assert_eq!(codes, ["ING337"]);
}
