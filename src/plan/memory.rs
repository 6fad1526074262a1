//! What a HAProxy that has read a bundle holds in memory, as far as its Runtime API tells.
//!
//! In: the bundle. Out: a [`Memory`], which a running process is compared with before and after it is told of changes. Pure:
//! whoever speaks to the socket reads the other side.

use std::collections::{BTreeMap, BTreeSet};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use sha1::{Digest, Sha1};

use super::config::{Config, Line, Section};
use super::usage::{Usage, Use};
use crate::emit::{Bundle, CONFIG};
use crate::ir::hex;

/// What a process holds that has read the bundle and was told nothing since. Files go by their paths in the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memory {
    /// For each map its entries, sorted: key, and value with blanks inside as they are.
    pub maps: BTreeMap<String, Vec<(String, String)>>,
    /// For each list of addresses its entries, sorted.
    pub lists: BTreeMap<String, Vec<String>>,
    /// For each section with servers, or that routes can lead to, the servers by name.
    pub backends: BTreeMap<String, BTreeMap<String, Server>>,
    /// Sections of which it depends on the machine whether they are there, or what is in them.
    pub uncertain: BTreeSet<String>,
    /// For each certificate with a key the SHA-1 fingerprint of the first certificate in the file, in upper-case hexadecimal.
    pub certificates: BTreeMap<String, String>,
    /// For each authority the fingerprints of all of its certificates, sorted, likewise.
    pub authorities: BTreeMap<String, Vec<String>>,
    /// For each crt-list its lines, sorted: the file, and the filters behind it.
    pub crt_lists: BTreeMap<String, Vec<String>>,
}

/// A server, as `show servers state` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Server {
    /// The address without the port; `None` where DNS or the environment gives it.
    pub address: Option<String>,
    /// The port; `None` likewise.
    pub port: Option<u16>,
    /// The weight; `None` where it may change by itself.
    pub weight: Option<u16>,
}

impl Memory {
    /// Reads the files.
    ///
    /// # Errors
    /// What is wrong with a file, in a few words: HAProxy would not have read it either.
    pub fn of(bundle: &Bundle) -> Result<Self, String> {
        let mut memory = Self::default();
        let config = bundle.files.get(CONFIG);
        let config = config.ok_or_else(|| format!("there is no {CONFIG}"))?;
        let config = Config::read(&config.bytes)
            .map_err(|error| format!("{CONFIG}:{}: {}", error.line, error.why))?;
        let usage = Usage::of(&config, bundle);
        for (path, file) in &bundle.files {
            for used in usage.uses(path) {
                memory.file(path, &file.bytes, used)?;
            }
        }
        for section in &config.sections {
            if !matches!(section.keyword.as_str(), "backend" | "listen") {
                continue;
            }
            if section.conditional {
                memory.uncertain.insert(section.name.clone());
            } else {
                let servers = servers(&config, section);
                memory.backends.insert(section.name.clone(), servers);
            }
        }
        Ok(memory)
    }

    fn file(&mut self, path: &str, bytes: &[u8], used: Use) -> Result<(), String> {
        let text = || std::str::from_utf8(bytes).map_err(|_| format!("{path} is not UTF-8"));
        let path = path.to_owned();
        match used {
            Use::Map => {
                self.maps.insert(path.clone(), entries(text()?));
            }
            Use::Acl => {
                self.lists.insert(path.clone(), sorted(lines(text()?)));
            }
            Use::CrtList => {
                self.crt_lists.insert(path.clone(), offers(text()?));
            }
            Use::Listed | Use::Certificate => {
                let first = fingerprints(&path, bytes)?.into_iter().next();
                let first = first.ok_or_else(|| format!("{path} holds no certificate"))?;
                self.certificates.insert(path, first);
            }
            Use::Authority => {
                let mut prints = fingerprints(&path, bytes)?;
                prints.sort_unstable();
                prints.dedup();
                self.authorities.insert(path, prints);
            }
            Use::ErrorPage => {}
        }
        Ok(())
    }
}

/// Of all certificates in a file, as the Runtime API writes them.
fn fingerprints(path: &str, bytes: &[u8]) -> Result<Vec<String>, String> {
    let certificates = CertificateDer::pem_slice_iter(bytes);
    let prints = certificates.map(|der| Some(fingerprint(&der.ok()?)));
    let prints: Option<Vec<String>> = prints.collect();
    prints.ok_or_else(|| format!("{path} is no PEM file"))
}

fn fingerprint(der: &[u8]) -> String {
    hex(&Sha1::digest(der)).to_ascii_uppercase()
}

/// The lines that HAProxy reads from a list.
fn lines(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
}

fn sorted(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.collect();
    lines.sort_unstable();
    lines
}

/// The entries of a map.
fn entries(text: &str) -> Vec<(String, String)> {
    let entries = lines(text).map(|line| match line.split_once([' ', '\t']) {
        Some((key, value)) => (key.to_owned(), value.trim_start().to_owned()),
        None => (line, String::new()),
    });
    let mut entries: Vec<_> = entries.collect();
    entries.sort_unstable();
    entries
}

/// The lines of a crt-list, with single blanks.
fn offers(text: &str) -> Vec<String> {
    sorted(lines(text).map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.join(" ")
    }))
}

fn servers(config: &Config, section: &Section) -> BTreeMap<String, Server> {
    let chain = config.chain(section).unwrap_or_else(|| vec![section]);
    let defaults = chain.iter().flat_map(|section| &section.lines);
    let defaults: Vec<&Line> = defaults
        .filter(|line| line.keyword() == "default-server")
        .collect();
    let inherited = |keyword| defaults.iter().rev().find_map(|line| line.after(keyword));
    // An agent on the server may set its weight.
    let asks = |line: &Line| line.words.iter().any(|word| word == "agent-check");
    let agent = defaults.iter().any(|line| asks(line));
    let mut servers = BTreeMap::new();
    for line in &section.lines {
        let weight = || match line.after("weight").or_else(|| inherited("weight")) {
            _ if agent || line.expands || asks(line) => None,
            Some(weight) => weight.parse().ok(),
            None => Some(1),
        };
        match (line.keyword(), &line.words[1..]) {
            ("server", [name, address, ..]) => {
                let (address, port) = place(address, line);
                let server = Server {
                    address,
                    port,
                    weight: weight(),
                };
                servers.insert(name.clone(), server);
            }
            ("server-template", [name, range, ..]) => {
                for number in slots(range) {
                    // DNS fills them, and may give weights as well.
                    servers.insert(format!("{name}{number}"), Server::default());
                }
            }
            _ => {}
        }
    }
    servers
}

/// Address and port, where they are to be known from the line alone.
fn place(text: &str, line: &Line) -> (Option<String>, Option<u16>) {
    let known = !line.expands;
    let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
    let host = host.strip_prefix("ipv4@").unwrap_or(host);
    let host = host.strip_prefix("ipv6@").unwrap_or(host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = host.parse::<std::net::IpAddr>().ok().filter(|_| known);
    let port = port.parse().ok().filter(|_| known && address.is_some());
    (address.map(|address| address.to_string()), port)
}

/// The numbers behind the name of a `server-template`: `1-3`, or `3` for the same. HAProxy takes no more than 65,535.
fn slots(range: &str) -> std::ops::RangeInclusive<u16> {
    let (from, to) = range.split_once('-').unwrap_or(("1", range));
    match (from.parse(), to.parse()) {
        (Ok(from), Ok(to)) => from..=to,
        _ => 1..=0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::BundleFile;

    fn memory(files: &[(&str, &str)]) -> Result<Memory, String> {
        let file = |(path, text): &(&str, &str)| {
            let file = BundleFile::public(text.as_bytes().to_vec());
            ((*path).to_owned(), file)
        };
        let files = files.iter().map(file).collect();
        Memory::of(&Bundle { files })
    }

    #[test]
    fn servers_have_what_the_socket_tells_of_them() {
        let config = "
defaults d
    default-server weight 7 check
frontend f
    bind :80
backend b from d
    default-server inter 1s
    server one 10.0.0.1:80
    server two [2001:db8::1]:81 weight 3
    server three web.example.com:80 resolvers r
    server four \"$ADDRESS\":80
    server five 10.0.0.5:80 agent-check agent-port 9
    server-template t 2-3 _http._tcp.web resolvers r
backend empty from d
.if defined(X)
backend perhaps from d
    server one 10.0.0.1:80
.endif
";
        let memory = memory(&[("haproxy.cfg", config)]).expect("readable");
        let server = |address: Option<&str>, port, weight| Server {
            address: address.map(str::to_owned),
            port,
            weight,
        };
        let expected = [
            ("five", server(Some("10.0.0.5"), Some(80), None)),
            ("four", server(None, None, None)),
            ("one", server(Some("10.0.0.1"), Some(80), Some(7))),
            ("t2", Server::default()),
            ("t3", Server::default()),
            ("three", server(None, None, Some(7))),
            ("two", server(Some("2001:db8::1"), Some(81), Some(3))),
        ];
        let expected = expected.map(|(name, server)| (name.to_owned(), server));
        assert_eq!(memory.backends["b"], BTreeMap::from(expected));
        let names: Vec<_> = memory.backends.keys().collect();
        // What opens below a section belongs to it.
        assert_eq!(names, ["b"]);
        assert!(memory.uncertain.contains("empty") && memory.uncertain.contains("perhaps"));
    }

    #[test]
    fn files_are_read_as_haproxy_reads_them() {
        let memory = memory(&[
            (
                "haproxy.cfg",
                "frontend f\n  bind :443 ssl crt-list crt-list.txt\n  http-request deny if { src -f acl/a.lst }\n  \
                 use_backend %[path,map_beg(maps/path.map)]\n",
            ),
            ("maps/unread.map", "a b\n"),
            ("maps/path.map", "# a comment\n b/  x  y \n\na/ z\nkey\n"),
            ("acl/a.lst", "10.0.0.0/8\n\n# no\n::1\n"),
            ("crt-list.txt", "/etc/a.pem  b.example.com a.example.com\n"),
            ("errors/503.http", "\u{0}"),
        ]);
        let memory = memory.expect("readable");
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            memory.maps["maps/path.map"],
            [pair("a/", "z"), pair("b/", "x  y"), pair("key", "")]
        );
        assert!(!memory.maps.contains_key("maps/unread.map"));
        assert_eq!(memory.lists["acl/a.lst"], ["10.0.0.0/8", "::1"]);
        assert_eq!(
            memory.crt_lists["crt-list.txt"],
            ["/etc/a.pem b.example.com a.example.com"]
        );
    }

    #[test]
    fn what_haproxy_would_not_read_is_said() {
        for (files, why) in [
            (&[][..], "there is no haproxy.cfg"),
            (
                &[("haproxy.cfg", "a \"b")][..],
                "haproxy.cfg:1: a weak quote is not closed",
            ),
            (
                &[
                    ("haproxy.cfg", "frontend f\nbind :1 ssl crt certs/a.pem"),
                    ("certs/a.pem", "-----BEGIN PRIVATE KEY-----\n"),
                ][..],
                "certs/a.pem is no PEM file",
            ),
            (
                &[
                    ("haproxy.cfg", "frontend f\nbind :1 ssl crt certs/a.pem"),
                    ("certs/a.pem", "-----END PRIVATE KEY-----\n"),
                ][..],
                "certs/a.pem holds no certificate",
            ),
        ] {
            assert_eq!(memory(files), Err(why.to_owned()), "{files:?}");
        }
    }
}
