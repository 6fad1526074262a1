//! Lines of a policy or a backend as facts: those that guard under names of their own, the others as they stand.

use ipnet::IpNet;

use super::Reader;
use crate::diff::facet::Facet;
use crate::diff::fact::Fact;
use crate::diff::policy::{Said, digest, header};
use crate::ir::secret;

/// The directives that have a name of ours.
const NAMED: &[(&str, Facet)] = &[
    ("timeout server ", Facet::ServerTimeout),
    ("timeout connect ", Facet::ConnectTimeout),
    ("timeout queue ", Facet::QueueTimeout),
    ("timeout tunnel ", Facet::TunnelTimeout),
    ("timeout server-fin ", Facet::ServerFinTimeout),
    ("timeout check ", Facet::CheckTimeout),
    ("balance ", Facet::Balance),
    ("http-request redirect scheme https ", Facet::HttpsRedirect),
];

pub(super) struct Reading<'r, 'b> {
    reader: &'r Reader<'b>,
    pub(super) said: Said,
}

impl<'r, 'b> Reading<'r, 'b> {
    pub(super) fn new(reader: &'r Reader<'b>) -> Self {
        Self {
            reader,
            said: Said::default(),
        }
    }

    /// Notes what the line of this number says; returns under which name.
    pub(super) fn directive(&mut self, number: u32, line: &str) -> Facet {
        let is_raw = self.reader.raw.contains(&number);
        let named = NAMED.iter().find_map(|(start, facet)| {
            let rest = line.strip_prefix(start)?;
            Some((*facet, rest.to_owned()))
        });
        if let Some((facet, words)) = named {
            self.said.say(facet, Fact::words(words));
            return facet;
        }
        if let Some(rest) = line.strip_prefix("http-request auth ") {
            self.auth(rest);
            return Facet::BasicAuth;
        }
        if let Some(rest) = line.strip_prefix("http-response set-header ")
            && let Some((name, value)) = rest.split_once(' ')
        {
            return header(&mut self.said, name, value);
        }
        if line.starts_with("default-server ") && line.contains(" ssl") {
            self.said.say(Facet::ServerTls, Fact::words(""));
            if line.contains("verify required") {
                self.said.say(Facet::ServerVerify, Fact::words(""));
            }
        }
        let refuses = ["deny", "reject", "tarpit", "silent-drop"];
        let is_rule = line.starts_with("http-request ") || line.starts_with("tcp-request ");
        if is_rule && line.split(' ').any(|word| refuses.contains(&word)) {
            return self.refusal(line, is_raw);
        }
        self.said.say_line(Facet::Line, line, "", is_raw);
        Facet::Line
    }

    /// A list of addresses, or something else that keeps clients out. Numbers may change without it being another rule.
    fn refusal(&mut self, line: &str, is_raw: bool) -> Facet {
        let lists = [(" unless { ", Facet::Allow), (" if { ", Facet::Deny)];
        for (word, facet) in lists {
            let Some((_, condition)) = line.split_once(word) else {
                continue;
            };
            let networks = self.networks(condition);
            if !networks.is_empty() {
                let words = networks.iter().map(ToString::to_string);
                let fact = Fact::networks(&networks, words.collect::<Vec<_>>());
                self.said.say(facet, fact);
                return facet;
            }
        }
        if is_raw || secret::told_line(line, false) != line {
            self.said.say_line(Facet::GuardingLine, line, "", is_raw);
            return Facet::GuardingLine;
        }
        let shape: String = line
            .chars()
            .map(|c| if c.is_ascii_digit() { '#' } else { c })
            .collect();
        self.said
            .say_of(Facet::GuardingLine, shape, Fact::words(line));
        Facet::GuardingLine
    }

    fn networks(&self, condition: &str) -> Vec<IpNet> {
        let read = |word: &str| -> Option<IpNet> {
            let address = || word.parse::<std::net::IpAddr>().ok().map(IpNet::from);
            word.parse().ok().or_else(address)
        };
        let mut words = condition.split(' ').peekable();
        let mut found = Vec::new();
        while let Some(word) = words.next() {
            match (word, words.peek()) {
                ("-f", Some(path)) => found.extend(self.reader.text(path).lines().filter_map(read)),
                _ => found.extend(read(word)),
            }
        }
        found
    }

    /// `realm 'Shop' unless { http_auth(u_…) }`, and the users of that list.
    fn auth(&mut self, rest: &str) {
        self.said.say(Facet::BasicAuth, Fact::words(""));
        let (realm, list) = rest.split_once(" unless ").unwrap_or((rest, ""));
        let realm = realm.trim_start_matches("realm ").trim_matches('\'');
        self.said
            .say(Facet::AuthRealm, Fact::words(format!("`{realm}`")));
        let list = list.split_once("http_auth(").map_or("", |(_, rest)| rest);
        let list = list.split(')').next().unwrap_or_default();
        let sections = &self.reader.sections;
        let users = sections
            .iter()
            .find(|it| it.kind == "userlist" && it.name == list);
        let lines = users.iter().flat_map(|section| &section.lines);
        let users: Vec<(&str, &str)> = lines
            .filter_map(|(_, line)| line.strip_prefix("user ")?.split_once(" password "))
            .collect();
        for (name, hash) in &users {
            let hidden = Fact::hidden(digest(hash));
            self.said.say_of(Facet::AuthPassword, *name, hidden);
        }
        let names = users.iter().map(|(name, _)| (*name).to_owned());
        self.said.say(Facet::AuthUsers, Fact::names(names));
    }

    /// What connections to an address begin with.
    pub(super) fn bind(&mut self, bind: &str, clients: Facet) {
        let is_port = clients == Facet::PortClientTls;
        let words: Vec<&str> = bind.split(' ').collect();
        let after = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at + 1).copied()
        };
        if is_port && words.contains(&"ssl") {
            self.said.say(Facet::Tls, Fact::words(""));
            let certificate = after("crt").or_else(|| after("crt-list"));
            self.said.maybe(Facet::TlsCertificate, certificate);
        }
        if let Some(verify) = after("verify") {
            let authority = after("ca-file").unwrap_or_default();
            self.said
                .say(clients, Fact::words(format!("of {authority}")));
            if verify == "required" {
                let required = if is_port {
                    Facet::PortClientTlsRequired
                } else {
                    Facet::ClientTlsRequired
                };
                self.said.say(required, Fact::words(""));
            }
        }
        let rest = [(
            "alpn",
            if is_port {
                Facet::Alpn
            } else {
                Facet::GlobalAlpn
            },
        )];
        for (word, facet) in rest {
            self.said.maybe(facet, after(word));
        }
        if words.contains(&"strict-sni") {
            self.said.say(Facet::StrictSni, Fact::words(""));
        }
    }
}
