//! The lines of `haproxy.cfg`, and the files beside it, that address lists, limits and the client's address have.

/// Rules about the addresses of clients, and tables that count clients.
pub(super) fn is_rule(line: &str) -> bool {
    let words: Vec<&str> = line.trim_start().split(' ').collect();
    let number = |text: &str| text.parse::<u32>().is_ok();
    match words[..] {
        [
            "http-request",
            "deny",
            "deny_status",
            "403",
            "if" | "unless",
            ref condition @ ..,
        ]
        | [
            "tcp-request",
            "connection",
            "expect-proxy",
            "layer4",
            "if",
            ref condition @ ..,
        ] => is_about_addresses(condition),
        [
            "http-request",
            "set-src",
            variable,
            "if",
            "{",
            same,
            "-m",
            "found",
            "}",
        ] => is_client_variable(&format!("set-{variable}"), "req.hdr_ip(x)") && variable == same,
        [
            "http-request",
            "track-sc2",
            "src,ipmask(32,64)",
            "table",
            table,
        ] => is_table(table),
        [
            "http-request",
            "track-sc2",
            "src,ipmask(32,64)",
            "table",
            table,
            "unless",
            ref condition @ ..,
        ] => is_table(table) && is_about_addresses(condition),
        [
            "http-request",
            "deny",
            "deny_status",
            status,
            "if",
            "{",
            "sc_http_req_rate(2)",
            "gt",
            limit,
            "}",
        ] => number(status) && number(limit),
        [
            "stick-table",
            "type",
            "ipv6",
            "size",
            size,
            "expire",
            time,
            "store",
            rate,
            ..,
        ] => {
            let period = rate.strip_prefix("http_req_rate(");
            let period = period.and_then(|rest| rest.strip_suffix(')'));
            number(size) && is_time(time) && period.is_some_and(is_time)
        }
        ["http-request", set, fetch] => is_client_variable(set, fetch),
        ["http-request", set, fetch, "if", ref condition @ ..] => {
            is_client_variable(set, fetch) && is_about_addresses(condition)
        }
        _ => false,
    }
}

/// `{ src 10.0.0.0/8 2001:db8::/32 }`, or the name of a file.
pub(super) fn is_about_addresses(words: &[&str]) -> bool {
    match words {
        ["{", "src", "-f", file, "}"] => {
            let digest = file
                .strip_prefix("acl/")
                .and_then(|file| file.strip_suffix(".lst"));
            digest.is_some_and(is_digest)
        }
        ["{", "src", networks @ .., "}"] => {
            !networks.is_empty() && networks.iter().all(|text| is_network(text))
        }
        _ => false,
    }
}

fn is_client_variable(set: &str, fetch: &str) -> bool {
    let inside = |text: &str, before: &str| {
        let rest = text.strip_prefix(before)?.strip_suffix(')')?;
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        (!rest.is_empty() && rest.bytes().all(legal)).then_some(())
    };
    inside(set, "set-var(txn.from_").is_some() && inside(fetch, "req.hdr_ip(").is_some()
}

fn is_table(name: &str) -> bool {
    name.strip_prefix("rl_").is_some_and(is_digest)
}

pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 16
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn is_time(text: &str) -> bool {
    let number = text.trim_end_matches(['m', 's', 'h', 'd']);
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn is_network(line: &str) -> bool {
    let (address, length) = line.split_once('/').unwrap_or((line, "0"));
    address.parse::<std::net::IpAddr>().is_ok() && length.parse::<u8>().is_ok()
}
