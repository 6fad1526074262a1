//! Hosts of rules and of TLS entries.
//!
//! Source: `pkg/apis/networking/validation`, ingress rules and TLS. A rule's host must not be an IP address; a TLS host may.

use std::net::IpAddr;

use crate::finding::{Code, Fix};
use crate::manifest::grammar::{placeholder, template};
use crate::manifest::mend;
use crate::manifest::names;
use crate::manifest::place::Place;
use crate::manifest::remarks::Remarks;

/// Checks `spec.rules[].host` (ING106).
pub(super) fn check_rule_host(place: &Place<'_, '_>, host: &str, remarks: &Remarks<'_>) {
    if is_ip_address(host) {
        remarks.at(
            place,
            Code::INVALID_HOST,
            format_args!("host `{host}`"),
            "is an IP address",
            "write a DNS name, or leave the host out to take every request",
        );
    } else {
        check(place, host, Code::INVALID_HOST, remarks);
    }
}

/// Checks `spec.tls[].hosts[]` (ING119).
pub(super) fn check_tls_host(place: &Place<'_, '_>, host: &str, remarks: &Remarks<'_>) {
    check(place, host, Code::INVALID_TLS_ENTRY, remarks);
}

fn check(place: &Place<'_, '_>, host: &str, code: Code, remarks: &Remarks<'_>) {
    let Err(wrong) = host_pattern(host) else {
        return;
    };
    if !template(place, "host", host, remarks) {
        let help = match (meant(host), placeholder(host)) {
            _ if host == "*" => "leave the host out to take every request".to_owned(),
            (Some(meant), _) => format!("write `{meant}`"),
            (None, Some(placeholder)) => format!("put a DNS name in the place of `{placeholder}`"),
            (None, None) => "write a DNS name, or `*.` and a DNS name".to_owned(),
        };
        let code = host_code(host, code);
        let lower = host.to_ascii_lowercase();
        let fix = host_pattern(&lower).is_ok().then(|| {
            let fix = Fix::safe("write the host in lower case");
            mend::respell(fix, place.node()?, &lower, remarks)
        });
        let subject = format_args!("host `{host}`");
        remarks.at(place, code, subject, wrong, (help, fix.flatten()));
    }
}

/// The code of an illegal host: `otherwise`, unless it has characters that could end a word or a line. Around the host, white
/// space and quotes are slips.
pub(crate) fn host_code(host: &str, otherwise: Code) -> Code {
    let bare = bare(host);
    if bare
        .chars()
        .any(|c| c.is_control() || "\"'`;\\{}".contains(c))
    {
        Code::INJECTION_CHARACTERS
    } else {
        otherwise
    }
}

/// Without white space and quotes around it.
fn bare(host: &str) -> &str {
    host.trim_matches(|c: char| c.is_whitespace() || "\"'`".contains(c))
}

/// A DNS name, or one in which `*` stands for the whole first label.
fn host_pattern(host: &str) -> Result<(), &'static str> {
    if host.contains("://") {
        return Err("has a scheme");
    }
    if !host.contains('*') {
        return match names::subdomain(host) {
            Err(_) if host.contains(':') => Err("has a port"),
            Err(_) if host.contains('/') => Err("has a path"),
            Err(_) if host.ends_with('.') => Err("ends with a dot"),
            other => other,
        };
    }
    match host.strip_prefix("*.") {
        Some(rest) if rest.contains('*') => Err("has more than one `*`"),
        Some(rest) => names::subdomain(rest),
        None if host == "*" => Err("is a `*` without a domain behind it"),
        None => Err("has a `*` that is not its whole first label"),
    }
}

/// The host without scheme, port, path, final dot and upper case, if that is one.
fn meant(host: &str) -> Option<String> {
    let host = bare(host);
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let host = host.trim_end_matches('.').to_lowercase();
    host_pattern(&host).is_ok().then_some(host)
}

/// As the API server reads addresses: leading zeros are allowed.
fn is_ip_address(host: &str) -> bool {
    let octets = || {
        host.split('.').count() == 4
            && host.split('.').all(|part| {
                part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse::<u8>().is_ok()
            })
    };
    host.parse::<IpAddr>().is_ok() || octets()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_a_wildcard() {
        let rows = [
            ("shop.example", Ok(()), Some("shop.example")),
            ("*.shop.example", Ok(()), Some("*.shop.example")),
            ("*", Err("is a `*` without a domain behind it"), None),
            (
                "*shop.example",
                Err("has a `*` that is not its whole first label"),
                None,
            ),
            (
                "a.*.example",
                Err("has a `*` that is not its whole first label"),
                None,
            ),
            ("*.*.example", Err("has more than one `*`"), None),
            (
                "Shop.Example",
                Err("has upper-case letters"),
                Some("shop.example"),
            ),
            ("shop.example:8080", Err("has a port"), Some("shop.example")),
            (
                "https://Shop.example/x",
                Err("has a scheme"),
                Some("shop.example"),
            ),
            ("shop.example/x", Err("has a path"), Some("shop.example")),
            (
                "shop.example.",
                Err("ends with a dot"),
                Some("shop.example"),
            ),
            ("shop..example", Err("has a dot too many"), None),
            (
                "shop_a.example",
                Err("has an underscore, which names cannot have"),
                None,
            ),
            ("shop .example", Err("has white space"), None),
            (
                "shop.example\n",
                Err("has white space"),
                Some("shop.example"),
            ),
            (
                "\"shop.example\"",
                Err("has characters other than lower-case letters, digits, `-` and `.`"),
                Some("shop.example"),
            ),
            ("-shop.example", Err("begins or ends with `-`"), None),
        ];
        for (host, expected, help) in rows {
            assert_eq!(host_pattern(host), expected, "{host}");
            assert_eq!(meant(host).as_deref(), help, "{host}");
        }
    }

    #[test]
    fn only_what_could_end_a_word_or_a_line_inside_a_host_is_an_injection() {
        let rows = [
            ("Shop.example", Code::INVALID_HOST),
            ("\"shop.example\"", Code::INVALID_HOST),
            ("shop.example\n", Code::INVALID_HOST),
            ("shop .example", Code::INVALID_HOST),
            ("shop.example\nbind :81", Code::INJECTION_CHARACTERS),
            ("shop.example:80\nx", Code::INJECTION_CHARACTERS),
            ("shop\".example", Code::INJECTION_CHARACTERS),
            ("shop;example", Code::INJECTION_CHARACTERS),
        ];
        for (host, expected) in rows {
            assert_eq!(host_code(host, Code::INVALID_HOST), expected, "{host:?}");
        }
    }

    #[test]
    fn addresses_are_recognised_as_sloppily_as_by_the_api_server() {
        for host in ["10.0.0.1", "010.0.0.1", "::1", "fe80::1"] {
            assert!(is_ip_address(host), "{host}");
        }
        for host in [
            "10.0.0.1.example",
            "10.0.0",
            "1.2.3.400",
            "+1.2.3.4",
            "1..2.3",
        ] {
            assert!(!is_ip_address(host), "{host}");
        }
    }
}
