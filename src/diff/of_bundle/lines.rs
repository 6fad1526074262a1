//! Lines of a policy or a backend as facts: those that are written exactly so under names of their own, all others as they stand.

use ipnet::IpNet;

use super::Reader;
use super::sections::Section;
use crate::diff::facet::Facet;
use crate::diff::fact::Fact;
use crate::diff::policy::{Said, digest, header, header_name, header_value};
use crate::diff::sequence::Line;
use crate::ir::words::words_with_variables;

/// The directives of one value that have a name of ours.
const NAMED: [(&str, &str, Facet); 6] = [
    ("timeout", "server", Facet::ServerTimeout),
    ("timeout", "connect", Facet::ConnectTimeout),
    ("timeout", "queue", Facet::QueueTimeout),
    ("timeout", "tunnel", Facet::TunnelTimeout),
    ("timeout", "server-fin", Facet::ServerFinTimeout),
    ("timeout", "check", Facet::CheckTimeout),
];

/// What stands before the redirect to https: a host that no address can name leaves nowhere to send to.
const NO_HOST: [&str; 12] = [
    "deny",
    "deny_status",
    "400",
    "if",
    "!{",
    "ssl_fc",
    "}",
    "!{",
    "req.fhdr(host),host_only",
    "-m",
    "reg",
    r"^([a-z0-9._-]+|\[[0-9a-f.:]+\])$",
];

/// What addresses begin with at which HAProxy listens to itself.
pub(super) const WITHIN: &str = "abns@ingressc-";

pub(super) struct Reading<'r, 'b> {
    reader: &'r Reader<'b>,
    pub(super) said: Said,
    /// Lines of ours that no reader knows.
    lines: Vec<Line>,
    /// Lines of others.
    raw: Vec<Line>,
    /// Over which time the table of a rate limit counts.
    period: Option<String>,
}

impl<'r, 'b> Reading<'r, 'b> {
    pub(super) fn new(reader: &'r Reader<'b>) -> Self {
        Self {
            reader,
            said: Said::default(),
            lines: Vec::new(),
            raw: Vec::new(),
            period: None,
        }
    }

    /// Notes what the line of this number says; returns under which name.
    pub(super) fn directive(&mut self, number: u32, line: &str) -> Facet {
        if self.reader.raw.contains(&number) {
            return self.stands(number, line);
        }
        let words = words_with_variables(line).unwrap_or_default();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if let Some(facet) = self.known(&words) {
            return facet;
        }
        self.stands(number, line)
    }

    /// Notes a line as it stands.
    pub(super) fn stands(&mut self, number: u32, line: &str) -> Facet {
        let place = self.reader.place(crate::emit::CONFIG, number);
        if self.reader.raw.contains(&number) {
            self.raw.extend(Line::new(line, place));
            Facet::RawLine
        } else {
            self.lines.extend(Line::ours(line, place));
            Facet::Line
        }
    }

    /// All that was said. `of` is where lines stand that have no name.
    pub(super) fn finish(mut self, of: &str) -> Said {
        for (facet, lines) in [(Facet::Line, self.lines), (Facet::RawLine, self.raw)] {
            self.said.sequence(facet, of, lines);
        }
        self.said
    }

    /// What a line of ours says, if it is known to its last word.
    fn known(&mut self, words: &[&str]) -> Option<Facet> {
        match words {
            [first, second, value] if NAMED.iter().any(|it| (it.0, it.1) == (*first, *second)) => {
                let (_, _, facet) = NAMED.iter().find(|it| (it.0, it.1) == (*first, *second))?;
                self.said.say(*facet, Fact::words(*value));
                Some(*facet)
            }
            ["balance", rest @ ..] => {
                self.said.say(Facet::Balance, Fact::words(rest.join(" ")));
                Some(Facet::Balance)
            }
            ["http-request", rest @ ..] => self.request(rest),
            ["http-response", "set-header", name, value] => {
                Some(header(&mut self.said, name, value))
            }
            ["http-after-response", rest @ ..] => self.cors(rest),
            [
                "tcp-request",
                "content",
                "reject",
                word @ ("if" | "unless"),
                "{",
                "src",
                list @ ..,
                "}",
            ] => self.access(word, list),
            [
                "tcp-request",
                "connection",
                "expect-proxy",
                "layer4",
                "if",
                "{",
                "src",
                list @ ..,
                "}",
            ] => {
                let networks = self.networks(list)?;
                let words: Vec<String> = networks.iter().map(ToString::to_string).collect();
                self.said
                    .say(Facet::AcceptProxy, Fact::networks(&networks, words));
                Some(Facet::AcceptProxy)
            }
            ["default-server", "ssl", "verify", "none", rest @ ..] => {
                self.said.say(Facet::ServerTls, Fact::words(""));
                self.said
                    .say_of(Facet::Line, "servers' TLS", Fact::words(rest.join(" ")));
                Some(Facet::ServerTls)
            }
            ["default-server", "ssl", "verify", "required", rest @ ..] => {
                self.said.say(Facet::ServerTls, Fact::words(""));
                self.said
                    .say(Facet::ServerVerify, Fact::words(rest.join(" ")));
                Some(Facet::ServerTls)
            }
            _ => None,
        }
    }

    /// A rule of requests, behind `http-request`.
    fn request(&mut self, words: &[&str]) -> Option<Facet> {
        match words {
            ["auth", "realm", realm, "unless", "{", list, "}"] => self.auth(realm, list),
            [
                "deny",
                "deny_status",
                "403",
                word @ ("if" | "unless"),
                "{",
                "src",
                list @ ..,
                "}",
            ] if !list.contains(&"}") => self.access(word, list),
            [
                "deny",
                "deny_status",
                status,
                "if",
                "{",
                "sc_http_req_rate(2)",
                "gt",
                number,
                "}",
            ] => self.rate_limit(status, number),
            ["track-sc2", "src,ipmask(32,64)", "table", table, rest @ ..] => {
                self.counter(table, rest)
            }
            [
                "redirect",
                "location",
                to,
                "code",
                code,
                "unless",
                "{",
                "ssl_fc",
                "}",
            ] => {
                let port = to.strip_prefix("https://%[req.fhdr(host),host_only]")?;
                let port = port.strip_suffix("%[pathq]")?;
                let port = port
                    .strip_prefix(':')
                    .map(|port| format!(" to port {port}"));
                let said = format!("{code}{}", port.unwrap_or_default());
                self.said.say(Facet::HttpsRedirect, Fact::words(said));
                Some(Facet::HttpsRedirect)
            }
            [rest @ .., "}"] if *rest == NO_HOST => Some(Facet::HttpsRedirect),
            ["set-src", value, "if", "{", again, "-m", "found", "}"] if value == again => {
                self.client_source(value)
            }
            [
                "deny",
                "deny_status",
                "403",
                "if",
                "{",
                "src",
                list @ ..,
                "}",
                "!{",
                variable,
                "-m",
                "found",
                "}",
            ] => {
                let (_, trusted) = self.reader.client_sources.get(*variable)?;
                let trusted = trusted.as_ref()?;
                (self.networks(list)? == *trusted).then_some(Facet::TrustedProxies)
            }
            ["set-header", name, "%[src]"] if name.eq_ignore_ascii_case("x-forwarded-for") => self
                .said
                .0
                .contains_key(&(Facet::ClientAddress, String::new()))
                .then_some(Facet::ClientAddress),
            words => self.headers(words),
        }
    }

    /// A rule about headers of requests, or about sites that ask from pages of others, behind `http-request`.
    fn headers(&mut self, words: &[&str]) -> Option<Facet> {
        match words {
            ["set-header", "Host", value] => {
                self.said.say(Facet::HostHeader, Fact::words(*value));
                Some(Facet::HostHeader)
            }
            ["set-header", name, value] => {
                let fact = header_value(name, value);
                self.said
                    .say_of(Facet::RequestHeader, header_name(name), fact);
                Some(Facet::RequestHeader)
            }
            ["del-header", "X-Forwarded-For"] => {
                self.said.say(Facet::ForwardedFor, Fact::words("none"));
                Some(Facet::ForwardedFor)
            }
            [
                "set-var(txn.cors_origin)",
                "req.fhdr(origin)",
                "if",
                "{",
                "req.fhdr(origin)",
                "-m",
                test,
                "--",
                origins @ ..,
                "}",
            ] => {
                let origins = origins.iter().map(|&origin| origin.to_owned());
                let fact = match *test {
                    "str" => Fact::names(origins),
                    test => {
                        Fact::words(format!("{test} {}", origins.collect::<Vec<_>>().join(" ")))
                    }
                };
                let key = (Facet::Cors, String::new());
                let known = self.said.0.get(&key);
                let fact = match known {
                    // Tests of several kinds: only that they are the same can be told.
                    Some(known) => Fact::words(format!("{}, {}", known.words, fact.words)),
                    None => fact,
                };
                self.said.0.insert(key, fact);
                Some(Facet::Cors)
            }
            ["return", "status", "204", "if", "METH_OPTIONS"] => {
                self.said.say(Facet::CorsPreflight, Fact::words(""));
                Some(Facet::CorsPreflight)
            }
            _ => None,
        }
    }

    /// What browsers are told about pages of other sites, behind `http-after-response`.
    fn cors(&mut self, words: &[&str]) -> Option<Facet> {
        let asked = ["{", "var(txn.cors_origin)", "-m", "found", "}"];
        let (rule, condition) = match words {
            ["set-header", name, value, rest @ ..] => ((*name, *value), rest),
            [
                "del-header",
                "Access-Control-Allow-Origin" | "Access-Control-Allow-Credentials",
                "unless",
                rest @ ..,
            ] if *rest == asked => {
                return Some(Facet::Cors);
            }
            ["add-header", "Vary", "Origin"] => return Some(Facet::Cors),
            _ => return None,
        };
        if !condition.is_empty() && (condition[0] != "if" || condition[1..] != asked) {
            return None;
        }
        let (name, value) = rule;
        let list = |value: &str| match value {
            "*" => Fact::everything("*"),
            value => Fact::names(value.split(',').map(|it| it.trim().to_owned())),
        };
        let (facet, said) = match name {
            "Access-Control-Allow-Origin" if value == "%[var(txn.cors_origin)]" => {
                return Some(Facet::Cors);
            }
            "Access-Control-Allow-Origin" => (Facet::Cors, list(value)),
            "Access-Control-Allow-Methods" => (Facet::CorsMethods, list(value)),
            "Access-Control-Allow-Headers" => (Facet::CorsHeaders, list(value)),
            "Access-Control-Allow-Credentials" => (Facet::CorsCredentials, Fact::words("")),
            "Access-Control-Max-Age" => (Facet::CorsMaxAge, Fact::words(format!("{value}s"))),
            _ => return None,
        };
        self.said.say(facet, said);
        Some(facet)
    }

    fn access(&mut self, word: &str, list: &[&str]) -> Option<Facet> {
        let facet = if word == "if" {
            Facet::Deny
        } else {
            Facet::Allow
        };
        let networks = self.networks(list)?;
        let words: Vec<String> = networks.iter().map(ToString::to_string).collect();
        self.said.say(facet, Fact::networks(&networks, words));
        Some(facet)
    }

    /// Addresses, or the file that holds them; `None` if there is anything else.
    pub(super) fn networks(&self, list: &[&str]) -> Option<Vec<IpNet>> {
        let read = |word: &str| -> Option<IpNet> {
            let address = || word.parse::<std::net::IpAddr>().ok().map(IpNet::from);
            word.parse().ok().or_else(address)
        };
        match list {
            ["-f", path] => {
                let file = self.reader.bundle.files.contains_key(*path);
                let lines = self.reader.text(path).lines();
                file.then(|| lines.map(read).collect())?
            }
            list => list.iter().map(|&word| read(word)).collect(),
        }
    }

    fn client_source(&mut self, value: &str) -> Option<Facet> {
        let (name, trusted) = self.reader.client_sources.get(value)?;
        self.said.say(Facet::ClientAddress, Fact::words(*name));
        let fact = match trusted {
            Some(networks) => {
                let words: Vec<String> = networks.iter().map(ToString::to_string).collect();
                Fact::networks(networks, words)
            }
            None => Fact::everything("everybody"),
        };
        self.said.say(Facet::TrustedProxies, fact);
        Some(Facet::ClientAddress)
    }

    /// The table that counts: over which period, and how many clients it remembers.
    fn counter(&mut self, table: &str, rest: &[&str]) -> Option<Facet> {
        match rest {
            [] => {}
            ["unless", "{", "src", list @ .., "}"] => {
                let networks = self.networks(list)?;
                let words: Vec<String> = networks.iter().map(ToString::to_string).collect();
                self.said
                    .say(Facet::RateLimitExempt, Fact::networks(&networks, words));
            }
            _ => return None,
        }
        let section = self.reader.backends.get(table)?;
        let (_, line) = self.reader.sections[*section].lines.first()?;
        let words: Vec<&str> = line.split(' ').collect();
        let after = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at + 1).copied()
        };
        if let Some((words, size)) = after("size").and_then(|size| Some((size, size.parse().ok()?)))
        {
            self.said
                .say(Facet::RateLimitSize, Fact::number(words, size));
        }
        let period =
            after("store").and_then(|it| it.strip_prefix("http_req_rate(")?.strip_suffix(')'));
        self.period = period.map(str::to_owned);
        Some(Facet::RateLimit)
    }

    fn rate_limit(&mut self, status: &str, number: &str) -> Option<Facet> {
        let requests: u64 = number.parse().ok()?;
        let period = self.period.as_ref()?;
        let (count, unit) = period.split_at(period.find(|c: char| !c.is_ascii_digit())?);
        let unit = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        let period_ms = count.parse::<u64>().ok()?.checked_mul(unit)?;
        let a_day = requests.checked_mul(86_400_000)?.checked_div(period_ms)?;
        let words = format!("{requests} requests in {period}");
        self.said
            .say(Facet::RateLimit, Fact::levels(words, [requests, a_day]));
        self.said.say(Facet::RateLimitStatus, Fact::words(status));
        Some(Facet::RateLimit)
    }

    /// The realm, and the users of the list `http_auth(u_…)`.
    fn auth(&mut self, realm: &str, list: &str) -> Option<Facet> {
        let list = list.strip_prefix("http_auth(")?.strip_suffix(')')?;
        let users = self.reader.sections.iter();
        let users = users.filter(|it| it.kind == "userlist" && it.name == list);
        let users: Vec<(&str, &str)> = users
            .flat_map(|section: &Section<'_>| &section.lines)
            .filter_map(|(_, line)| line.strip_prefix("user ")?.split_once(' '))
            .collect();
        self.said.say(Facet::BasicAuth, Fact::words(""));
        self.said
            .say(Facet::AuthRealm, Fact::words(format!("`{realm}`")));
        for (name, hash) in &users {
            let hidden = Fact::hidden(digest(hash));
            self.said.say_of(Facet::AuthPassword, *name, hidden);
        }
        let names = users.iter().map(|(name, _)| (*name).to_owned());
        self.said.say(Facet::AuthUsers, Fact::names(names));
        Some(Facet::BasicAuth)
    }

    /// What connections to an address begin with.
    pub(super) fn bind(&mut self, number: u32, bind: &str, clients: Facet) {
        let is_port = clients == Facet::PortClientTls;
        let mut words = bind.split(' ');
        let address = words.next().unwrap_or_default();
        // What authorities are looked up in comes before what is asked of clients.
        let (mut authority, mut verify, mut others) = ("", None, Vec::new());
        while let Some(word) = words.next() {
            match word {
                "ssl" if is_port => self.said.say(Facet::Tls, Fact::words("")),
                "v6only" | "ssl" => {}
                // The certificates of the list are read by themselves.
                "crt-list" if bind.contains(" crt-list crt-list.txt") => _ = words.next(),
                "accept-proxy" if address.starts_with(WITHIN) => {}
                "accept-proxy" => {
                    let fact = Fact::everything("from everybody");
                    self.said.say(Facet::AcceptProxy, fact);
                }
                "crt" | "crt-list" if is_port => {
                    self.said.maybe(Facet::TlsCertificate, words.next());
                }
                "alpn" => {
                    let facet = if is_port {
                        Facet::Alpn
                    } else {
                        Facet::GlobalAlpn
                    };
                    self.said.maybe(facet, words.next());
                }
                "strict-sni" => self.said.say(Facet::StrictSni, Fact::words("")),
                "ca-file" => authority = words.next().unwrap_or_default(),
                "verify" => verify = words.next(),
                other => others.push(other),
            }
        }
        if let Some(verify) = verify {
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
        if !others.is_empty() {
            self.stands(number, &format!("bind {address} {}", others.join(" ")));
        }
    }
}
