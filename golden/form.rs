//! The form of what goes out: which lines each file of a bundle can have, and where findings can point.
//!
//! In: findings or a bundle, from any input. Out: what is wrong with their form.

mod access;
mod tcp;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ingressc::emit::Bundle;
use ingressc::finding::Finding;
use ingressc::source::{self, Sources};
use ingressc::{emit, report};
use proptest::prelude::*;
use serde_json::Value;

use crate::check::plain;
use crate::{cases, pipeline};

/// Each label lies within a document, on whole characters, and what is printed of it obeys no terminal.
pub(crate) fn judge_findings(sources: &Sources, findings: &[Finding]) -> Result<(), TestCaseError> {
    let (documents, _) = source::documents(sources);
    for finding in findings {
        for label in &finding.labels {
            let origin = label.origin;
            let text = &sources.file(origin.file).text;
            let (start, end) = (origin.start as usize, origin.end as usize);
            prop_assert!(text.get(start..end).is_some(), "{finding:?}");
            let inside = documents.iter().any(|document| {
                document.file == origin.file
                    && document.start <= origin.start
                    && origin.end <= document.end
            });
            // A file or document that is refused before it is cut has its finding and no document.
            prop_assert!(
                inside || finding.object.is_none(),
                "outside of its document: {finding:?}"
            );
        }
    }
    let printed = [
        plain(&report::human(findings, sources, 100)),
        plain(&report::concise(findings, sources)),
    ];
    for text in printed {
        let control = text.chars().find(|&c| c.is_control() && c != '\n');
        prop_assert_eq!(control, None, "{}", text);
    }
    Ok(())
}

/// The lines that a `haproxy.cfg` of ours can have, beside those with names of the manifests in them.
static KNOWN_LINES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut known = BTreeSet::new();
    for case in cases::folders() {
        let bundle = pipeline::compile(&case).bundle;
        let text = String::from_utf8_lossy(&bundle.files[emit::CONFIG].bytes).into_owned();
        known.extend(
            text.lines()
                .filter(|line| !names_something(line))
                .map(str::to_owned),
        );
    }
    known
});

/// Whether a line is one of a backend's or a server's.
fn names_something(line: &str) -> bool {
    let line = line.trim_start();
    ["backend ", "server ", "server-template "]
        .iter()
        .any(|keyword| line.starts_with(keyword))
}

/// Every file has the form of its kind; there is no file that a bundle does not have.
pub(crate) fn judge_bundle(bundle: &Bundle) -> Result<(), TestCaseError> {
    for (name, file) in &bundle.files {
        let text = std::str::from_utf8(&file.bytes);
        prop_assert!(text.is_ok(), "{name} is not UTF-8");
        let text = text.unwrap_or_default();
        let control = text.chars().find(|&c| c.is_control() && c != '\n');
        prop_assert_eq!(control, None, "in {}:\n{}", name, text);
        let judge: fn(&str) -> bool = match name.split_once('/') {
            None if name == emit::CONFIG => is_config_line,
            None if name == "crt-list.txt" => is_crt_list_line,
            None if name == "bundle.json" => {
                prop_assert!(serde_json::from_str::<Value>(text).is_ok(), "{}", text);
                continue;
            }
            Some(("errors", file)) if is_status(file.strip_suffix(".http").unwrap_or_default()) => {
                continue;
            }
            Some(("maps", "host.map" | "wild.map" | "path.map" | "sni.map" | "wild-sni.map")) => {
                is_map_line
            }
            Some(("maps", file)) if tcp::is_map(file) => is_map_line,
            Some(("crt-lists", file))
                if tcp::is_listener(file.strip_suffix(".txt").unwrap_or_default()) =>
            {
                is_crt_list_line
            }
            Some(("acl", file))
                if access::is_digest(file.strip_suffix(".lst").unwrap_or_default()) =>
            {
                access::is_network
            }
            Some(("certs", file)) if is_stem(file.strip_suffix(".pem").unwrap_or_default()) => {
                is_pem_line
            }
            _ => return Err(TestCaseError::fail(format!("a file {name:?}"))),
        };
        let strange = text.lines().find(|line| !judge(line));
        prop_assert_eq!(strange, None, "in {}:\n{}", name, text);
    }
    Ok(())
}

fn is_config_line(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    match words[..] {
        ["defaults", name, "from", "d_http"] => name.strip_prefix("d_pol_").is_some_and(is_name),
        ["backend", name, "from", defaults] => {
            is_name(name) && (defaults == "d_http" || defaults.starts_with("d_pol_"))
        }
        ["", "", "", "", "server", name, address, ref rest @ ..] => {
            is_server(name) && is_address(address) && are_server_options(rest)
        }
        // Service records have no port: the answers give one.
        [
            "",
            "",
            "",
            "",
            "server-template",
            name,
            slots,
            address,
            ref rest @ ..,
        ] => {
            is_server(name)
                && slots.parse::<u16>().is_ok()
                && (is_address(address) || (address.starts_with('_') && is_name(address)))
                && are_server_options(rest)
        }
        ["", "", "", "", "default-server", ref options @ ..] => are_tls_options(options),
        ["", "", "", "", "bind", "127.0.0.1:1", "ssl", "crt", file] => is_certificate(file),
        ["userlist", name] => is_digest(name, "u_"),
        // One word each: what is special stands in quotes.
        ["", "", "", "", "user", .., "password", hash] => {
            hash.trim_matches('\'').len() >= 13 && line.matches('\'').count().is_multiple_of(2)
        }
        [
            "",
            "",
            "",
            "",
            "http-request",
            "auth",
            "realm",
            ..,
            "unless",
            "{",
            list,
            "}",
        ] => list
            .strip_prefix("http_auth(")
            .and_then(|list| list.strip_suffix(')'))
            .is_some_and(|name| is_digest(name, "u_")),
        [
            "",
            "",
            "",
            "",
            "http-request",
            "set-var(txn.cors_origin)",
            ..,
        ] => line.ends_with(" }"),
        [
            "",
            "",
            "",
            "",
            "http-after-response",
            "set-header",
            name,
            _,
            ..,
        ] if name.starts_with("Access-Control-") => true,
        _ => {
            line.trim_start().starts_with('#')
                || KNOWN_LINES.contains(line)
                || access::is_rule(line)
                || tcp::is_line(line)
                || RAW.iter().any(|start| line.starts_with(start))
        }
    }
}

/// What raw lines begin with that the configurations of cases allow; the rest is their author's.
const RAW: [&str; 10] = [
    "    acl ",
    "    default-server check-alpn ",
    "    http-request deny ",
    "    http-request set-header ",
    "    http-response set-header ",
    "    stats auth ",
    "    stats hide-version",
    "    tune.bufsize ",
    "    unique-id-format ",
    "    unique-id-header ",
];

/// A name of ours that ends in eight hexadecimal digits.
fn is_digest(name: &str, start: &str) -> bool {
    name.strip_prefix(start)
        .is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// What policies say about how servers are spoken to, and what every line says of them.
fn are_tls_options(words: &[&str]) -> bool {
    match words {
        [] => true,
        [
            "ssl"
            | "no-check-ssl"
            | "send-proxy"
            | "send-proxy-v2"
            | "send-proxy-v2-ssl"
            | "send-proxy-v2-ssl-cn",
            rest @ ..,
        ]
        | ["verify", "none" | "required", rest @ ..]
        | ["alpn", "h2" | "h2,http/1.1", rest @ ..]
        | ["proto", "h1" | "h2", rest @ ..]
        | ["sni", "'var(txn.server_name)'", rest @ ..] => are_tls_options(rest),
        ["ca-file" | "crt", file, rest @ ..] => is_certificate(file) && are_tls_options(rest),
        ["verifyhost" | "check-sni", name, rest @ ..] => is_name(name) && are_tls_options(rest),
        ["sni", name, rest @ ..] => {
            let name = name.strip_prefix("str(");
            let name = name.and_then(|name| name.strip_suffix(')'));
            name.is_some_and(is_name) && are_tls_options(rest)
        }
        _ => KNOWN_LINES.contains(&format!("    default-server {}", words.join(" "))),
    }
}

/// A file of ours with keys or certificates.
fn is_certificate(path: &str) -> bool {
    let name = path.strip_prefix("certs/");
    let name = name.and_then(|name| name.strip_suffix(".pem"));
    name.is_some_and(is_stem)
}

/// What may follow the address of a server.
fn are_server_options(words: &[&str]) -> bool {
    let number = |text: &str| text.parse::<u16>().is_ok();
    match words {
        [] => true,
        ["weight" | "port", value, rest @ ..] => number(value) && are_server_options(rest),
        ["resolvers", name, rest @ ..] => {
            name.starts_with("r_") && is_name(name) && are_server_options(rest)
        }
        ["cookie", value, rest @ ..] => {
            value.len() == 12
                && value.bytes().all(|b| b.is_ascii_hexdigit())
                && are_server_options(rest)
        }
        ["backup" | "no-check" | "check-ssl", rest @ ..]
        // Not in defaults: HAProxy 2.6 frees it twice when two sections replace what they inherit.
        | ["check-alpn", "h2" | "http/1.1", rest @ ..]
        | ["init-addr", "none", rest @ ..]
        | ["check-proto", "h1", rest @ ..]
        | ["resolve-prefer", "ipv4" | "ipv6", rest @ ..]
        | [
            "resolve-opts",
            "ignore-weight" | "prevent-dup-ip",
            rest @ ..,
        ] => are_server_options(rest),
        _ => false,
    }
}

fn is_name(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._".contains(&b);
    !name.is_empty() && name.bytes().all(legal)
}

/// An address may hold colons and brackets.
fn is_server(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    !name.is_empty() && name.bytes().all(legal)
}

/// An IP address or a DNS name, and a port.
fn is_address(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else {
        return false;
    };
    let is_ip = text.parse::<std::net::SocketAddr>().is_ok();
    port.parse::<u16>().is_ok() && (is_ip || is_name(host))
}

fn is_map_line(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    matches!(words[..], [key, value]
        if !key.is_empty() && !key.starts_with('#') && key.bytes().all(|b| b.is_ascii_graphic()) && is_name(value))
}

fn is_crt_list_line(line: &str) -> bool {
    let mut words = line.split(' ');
    let file = words
        .next()
        .and_then(|word| word.strip_prefix("certs/")?.strip_suffix(".pem"));
    file.is_some_and(is_stem) && words.all(|name| is_name(name.strip_prefix("*.").unwrap_or(name)))
}

fn is_status(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_stem(text: &str) -> bool {
    !text.starts_with('.') && is_name(text)
}

fn is_pem_line(line: &str) -> bool {
    let label = line
        .strip_prefix("-----BEGIN ")
        .or_else(|| line.strip_prefix("-----END "))
        .and_then(|rest| rest.strip_suffix("-----"));
    match label {
        Some(label) => [
            "CERTIFICATE",
            "PRIVATE KEY",
            "EC PRIVATE KEY",
            "RSA PRIVATE KEY",
        ]
        .contains(&label),
        None => {
            line.len() <= 64
                && line
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
        }
    }
}
