//! The lines of `haproxy.cfg` that ports of TCP services have, as far as names of the manifests stand in them.

use super::access::is_about_addresses;
use super::{is_address, is_certificate, is_name};

/// Frontends of TCP services, and what stands in them.
pub(super) fn is_line(line: &str) -> bool {
    if line.starts_with("frontend ") {
        let words: Vec<&str> = line.split(' ').collect();
        return matches!(words[..], ["frontend", name, "from", "d_tcp"] if is_listener(name));
    }
    let Some(line) = line.strip_prefix("    ") else {
        return false;
    };
    let words: Vec<&str> = line.split(' ').collect();
    match words[..] {
        ["bind", address, ref options @ ..] => {
            let both = address
                .strip_prefix("*:")
                .and_then(|it| it.split_once(",[::]:"));
            let any = both.is_some_and(|(v4, v6)| v4 == v6 && v4.parse::<u16>().is_ok());
            (any || is_address(address)) && are_bind_options(options)
        }
        ["default_backend" | "use_backend", name] => is_name(name),
        [
            "tcp-request",
            "content",
            "set-var(txn.be)",
            look_up,
            ref rest @ ..,
        ] => {
            is_look_up(look_up)
                && matches!(rest, [] | ["if", "!{", "var(txn.be)", "-m", "found", "}"])
        }
        ["use_backend", name, "if", ref tests @ ..] => is_name(name) && are_tests(tests),
        _ => false,
    }
}

/// `fe_tcp_26000`, `fe_tcp_db_mysql`.
pub(super) fn is_listener(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    let own = name.strip_prefix("fe_tcp_");
    own.is_some_and(|own| !own.is_empty() && own.bytes().all(legal))
}

/// The name of a map of names in handshakes.
pub(super) fn is_map(file: &str) -> bool {
    let listener = file.strip_suffix("-sni.map");
    let listener = listener.map(|name| name.strip_suffix("-wild").unwrap_or(name));
    listener.is_some_and(is_listener)
}

fn are_bind_options(words: &[&str]) -> bool {
    match words {
        [] => true,
        ["v6only" | "accept-proxy" | "ssl" | "strict-sni", rest @ ..]
        | ["alpn", "h2" | "http/1.1" | "h2,http/1.1", rest @ ..]
        | ["verify", "optional" | "required", rest @ ..]
        | ["crt-list", "crt-list.txt", rest @ ..] => are_bind_options(rest),
        ["crt" | "ca-file", file, rest @ ..] => is_certificate(file) && are_bind_options(rest),
        ["crt-list", file, rest @ ..] => {
            let listener = file.strip_prefix("crt-lists/");
            let listener = listener.and_then(|file| file.strip_suffix(".txt"));
            listener.is_some_and(is_listener) && are_bind_options(rest)
        }
        _ => false,
    }
}

/// `var(txn.sni),map_str(maps/fe_tcp_26000-sni.map)`.
fn is_look_up(text: &str) -> bool {
    let file = ["var(txn.sni)", "var(txn.parent)"]
        .iter()
        .find_map(|key| text.strip_prefix(key)?.strip_prefix(",map_str(maps/"));
    let file = file.and_then(|file| file.strip_suffix(')'));
    file.is_some_and(is_map)
}

/// Tests between braces, one after the other.
fn are_tests(words: &[&str]) -> bool {
    let Some(end) = words.iter().position(|word| *word == "}") else {
        return words.is_empty();
    };
    let (test, rest) = words.split_at(end + 1);
    let [open @ ("{" | "!{"), inner @ .., "}"] = test else {
        return false;
    };
    let legal = match inner {
        ["var(txn.sni)" | "var(txn.parent)", "-m", "str", "--", name] => is_name(name),
        ["src", ..] => {
            let plain: Vec<&str> = std::iter::once(open.trim_start_matches('!'))
                .chain(inner.iter().copied())
                .chain(["}"])
                .collect();
            is_about_addresses(&plain)
        }
        _ => false,
    };
    legal && are_tests(rest)
}
