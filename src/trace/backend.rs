//! The backend that a route leads to: how servers are chosen, spoken to and waited for, and which ones there are.

use super::config::Config;
use super::{Entry, Times, Trace, View};
use crate::ir::policy::ServerHttp;
use crate::ir::{Backend, Field, Policy, ServerProtocol, Target};
use crate::simulate::servers;

/// The backend and its servers.
pub(super) fn entries<'r>(trace: &mut Trace<'r>, view: &View<'r>, backend: &'r Backend) {
    trace.backend = Some(backend);
    let section = backend
        .policy
        .as_ref()
        .and_then(|name| view.routing.policies.get(name));
    let policy = section.map(|section| &section.policy);
    let mut entry =
        Entry::new("backend", backend.service.to_string()).at(view.sources, backend.origin);
    let origin = section.and_then(|section| {
        let fields = [
            Field::ServerTls,
            Field::ServerAuthority,
            Field::ServerProtocol,
            Field::ServerProxyProtocol,
        ];
        fields.iter().find_map(|field| section.origins.get(field))
    });
    let text = spoken(backend, policy);
    entry
        .details
        .push(Entry::new("backend", text).maybe_at(view.sources, origin));
    let config = view.bundle.and_then(Config::of);
    for manner in servers::manner(backend, policy) {
        // The file says it, too.
        if config.is_none() || !manner.starts_with("chosen by ") {
            entry.details.push(Entry::new("backend", manner));
        }
    }
    if let Some(config) = config {
        let title = format!("backend {}", backend.name);
        trace.times = Some(times(&config, &title));
        let texts = [
            chosen(&config, &title),
            checked(&config, &title),
            waits(&config, &title),
        ];
        let texts = texts.into_iter().flatten();
        entry
            .details
            .extend(texts.map(|text| Entry::new("backend", text)));
    }
    trace.entries.push(entry);
    for line in servers::groups(backend) {
        let mut entry = Entry::new("servers", line.addresses);
        if let Some(shared) = line.shared {
            entry = entry.cell(shared);
        }
        trace.entries.push(entry);
    }
    if let Some(backup) = &backend.backup {
        let text = format!("while none is up, those of {} stand in", backup.value);
        trace
            .entries
            .push(Entry::new("servers", text).at(view.sources, backup.origin));
    }
}

/// `HTTP/2 over TLS to servers that show a certificate for api.internal`.
fn spoken(backend: &Backend, policy: Option<&Policy>) -> String {
    let own = backend.protocol;
    if own == ServerProtocol::Tcp {
        return "bytes to the servers as they come".to_owned();
    }
    let asked = policy.map(|policy| &policy.server_tls);
    let http = match asked.and_then(|asked| asked.http) {
        Some(ServerHttp::H2) => "HTTP/2",
        None if own == ServerProtocol::H2c => "HTTP/2",
        Some(ServerHttp::H1) | None => "HTTP/1.1",
    };
    let encryption = asked.and_then(|asked| asked.encryption.as_ref());
    let mut text = match (encryption.and_then(|it| it.verify.as_ref()), encryption) {
        (Some(whom), _) => {
            format!(
                "{http} over TLS to servers that show a certificate for {}",
                whom.name
            )
        }
        (None, Some(_)) => {
            format!("{http} over TLS to the servers, which are not asked who they are")
        }
        (None, None) if own == ServerProtocol::Https => {
            format!("{http} over TLS to the servers, which are not asked who they are")
        }
        (None, None) => format!("{http} in clear to the servers"),
    };
    if asked.is_some_and(|asked| asked.proxy.is_some()) {
        text.push_str(", with a PROXY header in front");
    }
    text
}

/// `balance roundrobin, 3 retries to connect, the last on another server`.
fn chosen(config: &Config<'_>, title: &str) -> Option<String> {
    let balance = config.setting(title, "balance")?;
    let retries = config.setting(title, "retries");
    let retries = match retries {
        None => String::new(),
        Some(retries) => {
            let elsewhere = match config.setting(title, "option redispatch") {
                Some(_) => ", the last on another server",
                None => "",
            };
            format!(", {retries} retries to connect{elsewhere}")
        }
    };
    Some(format!("balance {balance}{retries}"))
}

/// `checks every 10s, down after 2 failures`.
fn checked(config: &Config<'_>, title: &str) -> Option<String> {
    let of = |word| config.parameter(title, "default-server", word);
    let every = of("inter")?;
    let fall = of("fall").map_or_else(String::new, |fall| {
        format!(", down after {fall} that fail in a row")
    });
    Some(format!("checks every {every}{fall}"))
}

const WAITS: [&str; 4] = ["connect", "queue", "server", "tunnel"];

/// The same numbers for programs.
fn times(config: &Config<'_>, title: &str) -> Times {
    let waits = WAITS.iter().filter_map(|what| {
        let time = config.setting(title, &format!("timeout {what}"))?;
        Some((*what, milliseconds(time)?))
    });
    let of = |word| config.parameter(title, "default-server", word);
    Times {
        timeouts: waits.collect(),
        check: of("inter").and_then(milliseconds),
        fall: of("fall").and_then(|fall| fall.parse().ok()),
    }
}

/// A time of HAProxy's: a number and a unit, milliseconds where none stands there.
fn milliseconds(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let number: u64 = number.parse().ok()?;
    let factor = match unit {
        "us" => return Some(number / 1000),
        "" | "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// `waits: connect 5s, queue 30s, server 50s, tunnel 1h`.
fn waits(config: &Config<'_>, title: &str) -> Option<String> {
    let parts: Vec<String> = WAITS
        .into_iter()
        .filter_map(|what| {
            let time = config.setting(title, &format!("timeout {what}"))?;
            Some(format!("{what} {time}"))
        })
        .collect();
    (!parts.is_empty()).then(|| format!("waits: {}", parts.join(", ")))
}

/// Who answers, with how many servers, and who found them.
pub(super) fn answers(view: &View<'_>, target: &Target) -> [String; 3] {
    let nobody = |who: String, servers: &str| [who, servers.to_owned(), "-".to_owned()];
    match target {
        Target::Closed => nobody("503 (closed)".to_owned(), "-"),
        Target::Next => nobody("(next shorter path)".to_owned(), "-"),
        Target::Misdirected(_) => nobody("421 (TLS is handed through)".to_owned(), "-"),
        Target::Backend(name) => match view.routing.backends.get(name) {
            None => nobody(name.to_string(), "-"),
            Some(backend) if backend.servers.is_empty() => {
                nobody(backend.service.to_string(), "none (503)")
            }
            Some(backend) => {
                let [servers, resolver] = servers::cells(backend);
                [backend.service.to_string(), servers, resolver]
            }
        },
    }
}
