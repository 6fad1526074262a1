//! What a server is: the words of its line, and those of `default-server` before it.
//!
//! Manual: section 5.2 of the configuration manual, "Server and default-server options", and `add server` in section 9.3 of the
//! management guide.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::config::{Line, Section};
use crate::ir::HaproxyVersion;

/// How a keyword of server lines is read, and whether `add server` takes it.
struct Keyword {
    name: &'static str,
    /// How many words follow it.
    words: usize,
    dynamic: Dynamic,
}

/// Whether `add server` takes a keyword. Tried on 2.6, 3.0, 3.2 and 3.4.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dynamic {
    /// On every version.
    Always,
    /// From a version on.
    Since(u8, u8),
    /// It is the default, or about names and not addresses: left out, the server is the same.
    Needless,
    /// On no version.
    Never,
}

use Dynamic::{Always, Needless, Never, Since};

const KEYWORDS: &[Keyword] = &[
    keyword("addr", 1, Always),
    keyword("agent-addr", 1, Never),
    keyword("agent-check", 0, Never),
    keyword("agent-inter", 1, Never),
    keyword("agent-port", 1, Never),
    keyword("agent-send", 1, Never),
    keyword("allow-0rtt", 0, Always),
    keyword("alpn", 1, Always),
    keyword("backup", 0, Always),
    keyword("ca-file", 1, Always),
    keyword("check", 0, Always),
    keyword("check-alpn", 1, Always),
    keyword("check-proto", 1, Always),
    keyword("check-send-proxy", 0, Always),
    keyword("check-sni", 1, Always),
    keyword("check-ssl", 0, Always),
    keyword("ciphers", 1, Always),
    keyword("ciphersuites", 1, Always),
    keyword("cookie", 1, Since(3, 0)),
    keyword("crl-file", 1, Always),
    keyword("crt", 1, Always),
    keyword("disabled", 0, Never),
    keyword("downinter", 1, Always),
    keyword("enabled", 0, Needless),
    keyword("error-limit", 1, Always),
    keyword("fall", 1, Always),
    keyword("fastinter", 1, Always),
    keyword("hash-key", 1, Since(3, 0)),
    keyword("id", 1, Always),
    keyword("init-addr", 1, Needless),
    keyword("init-state", 1, Since(3, 2)),
    keyword("inter", 1, Always),
    keyword("maxconn", 1, Always),
    keyword("maxqueue", 1, Always),
    keyword("minconn", 1, Always),
    keyword("no-backup", 0, Needless),
    keyword("no-check", 0, Needless),
    keyword("no-check-ssl", 0, Needless),
    keyword("no-ssl", 0, Needless),
    keyword("no-verifyhost", 0, Needless),
    keyword("observe", 1, Always),
    keyword("on-error", 1, Always),
    keyword("on-marked-down", 1, Always),
    keyword("on-marked-up", 1, Always),
    keyword("pool-max-conn", 1, Always),
    keyword("pool-purge-delay", 1, Always),
    keyword("port", 1, Always),
    keyword("proto", 1, Always),
    keyword("resolve-net", 1, Needless),
    keyword("resolve-opts", 1, Needless),
    keyword("resolve-prefer", 1, Needless),
    keyword("resolvers", 1, Needless),
    keyword("rise", 1, Always),
    keyword("send-proxy", 0, Always),
    keyword("send-proxy-v2", 0, Always),
    keyword("slowstart", 1, Always),
    keyword("sni", 1, Always),
    keyword("ssl", 0, Always),
    keyword("ssl-max-ver", 1, Always),
    keyword("ssl-min-ver", 1, Always),
    keyword("track", 1, Never),
    keyword("verify", 1, Always),
    keyword("verifyhost", 1, Always),
    keyword("weight", 1, Always),
    keyword("ws", 1, Always),
];

const fn keyword(name: &'static str, words: usize, dynamic: Dynamic) -> Keyword {
    Keyword {
        name,
        words,
        dynamic,
    }
}

/// Options of servers, by keyword: the last of several counts, and `no-x` takes `x` away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Options(BTreeMap<&'static str, Option<String>>);

impl Options {
    /// Adds the options of a line to those before. `Err` with a keyword that is not known here: how many words belong to it is
    /// unknown, too.
    pub(super) fn add(&mut self, words: &[String]) -> Result<(), String> {
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let known = KEYWORDS.iter().find(|known| known.name == word);
            let known = known.ok_or_else(|| word.clone())?;
            let value = match known.words {
                0 => None,
                _ => Some(words.next().ok_or_else(|| word.clone())?.clone()),
            };
            if let Some(opposite) = opposite(known.name) {
                self.0.remove(opposite);
            }
            self.0.insert(known.name, value);
        }
        Ok(())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_deref()
    }

    /// What differs, by keyword.
    pub(super) fn differences(&self, other: &Self) -> Vec<&'static str> {
        let names = self.0.keys().chain(other.0.keys());
        let differ = |name: &&&str| self.0.get(**name) != other.0.get(**name);
        let mut names: Vec<&str> = names.filter(differ).copied().collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// What a keyword takes back.
fn opposite(name: &str) -> Option<&'static str> {
    let opposites = [
        ("check", "no-check"),
        ("check-ssl", "no-check-ssl"),
        ("backup", "no-backup"),
        ("ssl", "no-ssl"),
        ("verifyhost", "no-verifyhost"),
        ("enabled", "disabled"),
    ];
    opposites.into_iter().find_map(|(one, other)| match name {
        name if name == one => Some(other),
        name if name == other => Some(one),
        _ => None,
    })
}

/// A server line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server<'l> {
    pub(super) name: &'l str,
    /// As it is written.
    pub(super) address: &'l str,
    /// What the line itself says.
    pub(super) own: Options,
}

impl<'l> Server<'l> {
    /// Reads a line that begins with `server`. `Err`: why no command can stand for it.
    pub(super) fn read(line: &'l Line) -> Result<Self, String> {
        if line.expands {
            return Err("its line reads the environment".to_owned());
        }
        let [_, name, address, options @ ..] = &line.words[..] else {
            return Err("its line has no address".to_owned());
        };
        let mut own = Options::default();
        own.add(options).map_err(|word| unknown(&word))?;
        Ok(Self { name, address, own })
    }

    /// The address and port, where they are written as such.
    pub(super) fn socket(&self) -> Option<SocketAddr> {
        self.address.parse().ok().filter(|socket: &SocketAddr| {
            // A port of 0, and one with a sign, stand for that of the client.
            socket.port() > 0
        })
    }
}

fn unknown(word: &str) -> String {
    format!("what its option `{word}` needs is not known")
}

/// What the sections of a chain say of all servers. `Err`: why no command can stand for it.
pub(super) fn inherited(chain: &[&Section]) -> Result<Options, String> {
    let mut options = Options::default();
    for section in chain {
        for line in &section.lines {
            if line.keyword() != "default-server" {
                continue;
            }
            if section.conditional || line.expands {
                return Err(format!(
                    "`default-server` of {} holds under a condition",
                    section.title()
                ));
            }
            let words = line.words.get(1..).unwrap_or_default();
            options.add(words).map_err(|word| {
                format!("what the option `{word}` of `default-server` needs is not known")
            })?;
        }
    }
    Ok(options)
}

/// The options of `add server` for a server of a configuration: all of them, since it inherits none. `Err`: why it cannot be
/// added.
///
/// `is_known`: whether HAProxy has read this file of certificates; it opens none while it runs.
pub(super) fn dynamic(
    server: &Server<'_>,
    inherited: &Options,
    target: HaproxyVersion,
    is_known: &dyn Fn(&str) -> bool,
) -> Result<Vec<String>, String> {
    let socket = server
        .socket()
        .ok_or("HAProxy looks up its name when it starts, and not for a server that is added")?;
    let mut all = inherited.clone();
    all.0.extend(
        server
            .own
            .0
            .iter()
            .map(|(name, value)| (*name, value.clone())),
    );
    for name in server.own.0.keys() {
        if let Some(opposite) = opposite(name) {
            all.0.remove(opposite);
        }
    }
    let mut words = vec![socket.to_string()];
    for (name, value) in &all.0 {
        let known = KEYWORDS.iter().find(|known| known.name == *name);
        let since = |major, minor| {
            let version = format!("{major}.{minor}");
            format!("a server that is added cannot have `{name}` before HAProxy {version}")
        };
        match known.map(|known| known.dynamic) {
            Some(Needless) => continue,
            Some(Always) => {}
            Some(Since(major, minor)) if target.has(major, minor) => {}
            Some(Since(major, minor)) => return Err(since(major, minor)),
            Some(Never) | None => {
                return Err(format!("a server that is added cannot have `{name}`"));
            }
        }
        if let ("ca-file" | "crl-file" | "crt", Some(file)) = (*name, value)
            && !is_known(file)
        {
            return Err(format!(
                "HAProxy has not read `{file}`, and opens no file while it runs"
            ));
        }
        words.push((*name).to_owned());
        words.extend(value.clone());
    }
    words.extend(checks(&all).map(str::to_owned));
    if !target.has(3, 0) && !all.has("pool-max-conn") && !all.has("pool-purge-delay") {
        // Before 3.0, a server that is added would close each connection that nobody uses. These are the values of all others.
        words.extend(["pool-purge-delay", "5s", "pool-max-conn", "-1"].map(str::to_owned));
    }
    Ok(words)
}

/// What checks of a server in the configuration take over from its connections, and those of one that is added do not: TLS, and
/// the header that says who the client is. Neither takes it over where checks go to a place of their own.
fn checks(all: &Options) -> impl Iterator<Item = &'static str> {
    let takes_over = all.has("check") && !all.has("port") && !all.has("addr");
    let tls = all.has("ssl") && !all.has("no-check-ssl") && !all.has("check-ssl");
    let header = all.has("send-proxy") || all.has("send-proxy-v2");
    let said = [
        (tls, "check-ssl"),
        (header && !all.has("check-send-proxy"), "check-send-proxy"),
    ];
    let said = said
        .into_iter()
        .filter(move |(wanted, _)| takes_over && *wanted);
    said.map(|(_, word)| word)
}
