//! A policy as facts: one family after the other, each in the words of people.

use crate::ir::policy::{
    Access, Affinity, Algorithm, Balancing, BasicAuth, CheckVersion, Checks, Cors, Headers,
    HttpCheck, KeepAlive, Limits, Origins, ProxyHeader, RateLimit, Redirects, Rewrites, ServerHttp,
    ServerTls, SetHeader, Snippet, TcpCheck, TcpServers, Timeouts,
};
use crate::ir::{Allowed, Pem, PemFile, Policy, RawLine, hex, secret};
use sha2::{Digest, Sha256};

use super::facet::Facet;
use super::fact::{Fact, Facts};

/// All that a policy says.
pub(super) fn facts(policy: &Policy) -> Facts {
    let Policy {
        // Both decide about backends, which are compared by themselves.
        mode: _,
        standalone: _,
        capture,
        access,
        rate_limit,
        cors,
        redirect,
        auth,
        headers,
        rewrite,
        balance,
        affinity,
        health,
        limits,
        timeouts,
        server_tls,
        tcp,
        snippet,
    } = policy;
    let mut said = Said::default();
    if !capture.samples.is_empty() {
        let samples: Vec<String> = capture.samples.iter().map(ToString::to_string).collect();
        let words = format!("{} ({} bytes each)", samples.join(", "), capture.length);
        said.say(Facet::Capture, Fact::words(words));
    }
    said.access(access);
    if let Some(limit) = rate_limit {
        said.rate_limit(limit);
    }
    if let Some(cors) = cors {
        said.cors(cors);
    }
    said.redirect(redirect);
    if let Some(auth) = auth {
        said.auth(auth);
    }
    said.headers(headers);
    said.rewrite(rewrite);
    said.balance(balance, affinity);
    said.health(health);
    said.limits(limits, timeouts);
    said.server_tls(server_tls);
    said.tcp(tcp);
    said.snippet(snippet);
    said.0
}

/// Facts while they are gathered.
#[derive(Debug, Default)]
pub(super) struct Said(pub(super) Facts);

impl Said {
    pub(super) fn say(&mut self, facet: Facet, words: Fact) {
        self.0.insert((facet, String::new()), words);
    }

    pub(super) fn say_of(&mut self, facet: Facet, of: impl Into<String>, words: Fact) {
        self.0.insert((facet, of.into()), words);
    }

    /// Says it where there is something to say.
    pub(super) fn maybe(&mut self, facet: Facet, words: Option<impl ToString>) {
        if let Some(words) = words {
            self.say(facet, Fact::words(words.to_string()));
        }
    }

    /// Says a line as it may be told. Where that is not all of it, that the rest differs shows all the same. `of`: what it is said
    /// about, in brackets behind it; often empty. Returns the key of the fact.
    pub(super) fn say_line(
        &mut self,
        facet: Facet,
        line: &str,
        of: &str,
        is_raw: bool,
    ) -> (Facet, String) {
        let told = secret::told_line(line, is_raw);
        let label = |told: &str| match of {
            "" => told.to_owned(),
            of => format!("{told} ({of})"),
        };
        let mut key = label(&told);
        if told == line {
            self.say_of(facet, key.as_str(), Fact::words(""));
            return (facet, key);
        }
        let mut others = 1;
        while self.0.contains_key(&(facet, key.clone())) {
            others += 1;
            key = label(&format!("{told}, {others}."));
        }
        self.say_of(facet, key.as_str(), Fact::hidden(digest(line)));
        (facet, key)
    }

    fn access(&mut self, access: &Access) {
        let Access {
            client_source,
            deny,
            allow,
        } = access;
        if let Some(source) = client_source {
            self.say(Facet::ClientAddress, Fact::words(source.header.to_string()));
            let trusted = match &source.trusted {
                Some(list) => Fact::networks(list.networks(), list.texts()),
                None => Fact::everything("everybody"),
            };
            self.say(Facet::TrustedProxies, trusted);
        }
        for (facet, list) in [(Facet::Deny, deny), (Facet::Allow, allow)] {
            if let Some(list) = list {
                self.say(facet, Fact::networks(list.networks(), list.texts()));
            }
        }
    }

    fn rate_limit(&mut self, limit: &RateLimit) {
        let RateLimit {
            // Whose table counts is no matter of who comes through.
            owner: _,
            requests,
            period,
            size,
            status,
            exempt,
        } = limit;
        let a_day = u64::from(*requests) * 86_400_000 / u64::from(period.get());
        let words = format!("{requests} requests in {period}");
        self.say(Facet::RateLimit, Fact::number(words, a_day));
        self.say(
            Facet::RateLimitStatus,
            Fact::words(status.get().to_string()),
        );
        self.say(Facet::RateLimitSize, Fact::words(size.to_string()));
        if let Some(list) = exempt {
            let fact = Fact::networks(list.networks(), list.texts());
            self.say(Facet::RateLimitExempt, fact);
        }
    }

    fn cors(&mut self, cors: &Cors) {
        let Cors {
            origins,
            methods,
            headers,
            max_age,
            credentials,
            preflight,
        } = cors;
        let origins = match origins {
            Origins::Any => Fact::everything("*"),
            Origins::Listed(list) => {
                Fact::names(list.iter().map(|origin| origin.as_str().to_owned()))
            }
            Origins::Matching(pattern) => Fact::words(format!("matching {}", pattern.as_str())),
        };
        self.say(Facet::Cors, origins);
        if let Some(methods) = methods {
            self.say(Facet::CorsMethods, allowed(methods));
        }
        if let Some(headers) = headers {
            self.say(Facet::CorsHeaders, allowed(headers));
        }
        self.maybe(Facet::CorsMaxAge, max_age.map(|age| format!("{age}s")));
        if *credentials {
            self.say(Facet::CorsCredentials, Fact::words(""));
        }
        if *preflight {
            self.say(Facet::CorsPreflight, Fact::words(""));
        }
    }

    fn redirect(&mut self, redirect: &Redirects) {
        let Redirects { https, host } = redirect;
        if let Some(https) = https {
            let port = https.port.map(|port| format!(" to port {port}"));
            let words = format!("{}{}", https.code, port.unwrap_or_default());
            self.say(Facet::HttpsRedirect, Fact::words(words));
        }
        if let Some(host) = host {
            let scheme = match host.tls {
                None => "",
                Some(true) => "https://",
                Some(false) => "http://",
            };
            let words = format!("{scheme}{} ({})", host.to, host.code);
            self.say(Facet::HostRedirect, Fact::words(words));
        }
    }

    fn auth(&mut self, auth: &BasicAuth) {
        let BasicAuth { realm, users } = auth;
        self.say(Facet::BasicAuth, Fact::words(""));
        self.say(Facet::AuthRealm, Fact::words(format!("`{realm}`")));
        let names = users.users().keys().map(ToString::to_string);
        self.say(Facet::AuthUsers, Fact::names(names));
        for (name, hash) in users.users() {
            let digest = digest(hash.as_str());
            self.say_of(Facet::AuthPassword, name.as_str(), Fact::hidden(digest));
        }
    }

    fn headers(&mut self, headers: &Headers) {
        let Headers {
            hides_client,
            host,
            request,
            response,
        } = headers;
        if *hides_client {
            self.say(Facet::ForwardedFor, Fact::words("none"));
        }
        self.maybe(Facet::HostHeader, host.as_ref());
        for (name, value) in values(request) {
            let fact = header_value(&name, &value);
            self.say_of(Facet::RequestHeader, name, fact);
        }
        for (name, value) in values(response) {
            header(self, &name, &value);
        }
    }

    fn rewrite(&mut self, rewrite: &Rewrites) {
        let all: Vec<String> = rewrite.path.iter().map(ToString::to_string).collect();
        if !all.is_empty() {
            self.say(Facet::PathRewrite, Fact::words(all.join(", then ")));
        }
    }

    fn balance(&mut self, balance: &Balancing, affinity: &Affinity) {
        let Balancing {
            algorithm,
            abort_on_close,
        } = balance;
        let words = |algorithm: &Algorithm| algorithm.words().join(" ");
        self.maybe(Facet::Balance, algorithm.as_ref().map(words));
        self.maybe(Facet::AbortOnClose, abort_on_close.map(on_off));
        self.maybe(Facet::Cookie, affinity.cookie.as_ref());
    }

    fn health(&mut self, health: &Checks) {
        let Checks {
            off,
            interval,
            timeout,
            http,
        } = health;
        if *off {
            self.say(Facet::Check, Fact::words("off"));
        } else {
            self.maybe(Facet::Check, http.as_ref().map(http_check));
        }
        self.maybe(Facet::CheckInterval, *interval);
        self.maybe(Facet::CheckTimeout, *timeout);
    }

    fn limits(&mut self, limits: &Limits, timeouts: &Timeouts) {
        // How many slots DNS can fill in is said with the servers.
        let Limits { maxconn, slots: _ } = limits;
        let Timeouts {
            server,
            connect,
            queue,
            server_fin,
            tunnel,
        } = timeouts;
        self.maybe(Facet::ServerMaxconn, *maxconn);
        self.maybe(Facet::ServerTimeout, *server);
        self.maybe(Facet::ConnectTimeout, *connect);
        self.maybe(Facet::QueueTimeout, *queue);
        self.maybe(Facet::ServerFinTimeout, *server_fin);
        self.maybe(Facet::TunnelTimeout, *tunnel);
    }

    fn server_tls(&mut self, tls: &ServerTls) {
        let ServerTls {
            encryption,
            http,
            proxy,
        } = tls;
        if let Some(encryption) = encryption {
            self.say(Facet::ServerTls, Fact::words(""));
            let verify = encryption.verify.as_ref();
            let verify = verify.map(|it| format!("as {} by {}", it.name, pem(&it.authority)));
            self.maybe(Facet::ServerVerify, verify);
            self.maybe(
                Facet::ServerCertificate,
                encryption.certificate.as_ref().map(pem),
            );
        }
        self.maybe(
            Facet::ServerProtocol,
            http.map(|version| match version {
                ServerHttp::H1 => "HTTP/1.1",
                ServerHttp::H2 => "HTTP/2",
            }),
        );
        self.maybe(Facet::ProxyHeader, proxy.map(ProxyHeader::keyword));
    }

    fn tcp(&mut self, tcp: &TcpServers) {
        let TcpServers {
            keepalive: alive,
            check,
            check_port,
            shutdown_on_down,
            shutdown_backups_on_up,
        } = tcp;
        self.keepalive(*alive);
        self.maybe(Facet::TcpCheck, check.as_ref().map(tcp_check));
        self.maybe(Facet::CheckPort, *check_port);
        let closed = |is: &bool| is.then_some("closed");
        self.maybe(Facet::MarkedDown, closed(shutdown_on_down));
        self.maybe(Facet::MarkedUp, closed(shutdown_backups_on_up));
    }

    pub(super) fn keepalive(&mut self, keepalive: KeepAlive) {
        if !keepalive.is_usual() {
            let words = match keepalive.probes() {
                None => "off".to_owned(),
                Some(probes) => format!("after {}", probes.idle),
            };
            self.say(Facet::KeepAlive, Fact::words(words));
        }
    }

    fn snippet(&mut self, snippet: &Snippet) {
        for line in &snippet.lines {
            let facet = if keeps_out(line) {
                Facet::GuardingLine
            } else {
                Facet::RawLine
            };
            self.say_line(facet, &line.to_string(), "", false);
        }
    }
}

/// Says that a header of responses is set; returns under which name.
pub(super) fn header(said: &mut Said, name: &str, value: &str) -> Facet {
    let lower = name.to_ascii_lowercase();
    let is_hsts = lower == "strict-transport-security";
    if let (true, Some(age)) = (is_hsts, max_age(value)) {
        said.say(Facet::Hsts, Fact::number(value, age));
        return Facet::Hsts;
    }
    let facet = if PROTECTIVE.contains(&lower.as_str()) {
        Facet::SecurityHeader
    } else {
        Facet::ResponseHeader
    };
    said.say_of(facet, name, header_value(name, value));
    facet
}

/// What a header is set to. What lets a client in is not told.
fn header_value(name: &str, value: &str) -> Fact {
    if secret::is_secret_header(name) {
        Fact::hidden(digest(value))
    } else {
        Fact::words(value)
    }
}

/// Response headers that make browsers careful.
const PROTECTIVE: [&str; 9] = [
    "strict-transport-security",
    "content-security-policy",
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-embedder-policy",
    "cross-origin-resource-policy",
];

/// Whether a line turns clients away, perhaps under a condition.
pub(super) fn keeps_out(line: &RawLine) -> bool {
    let rules = [
        "http-request",
        "tcp-request content",
        "tcp-request connection",
    ];
    let ends = ["deny", "auth", "tarpit", "reject", "silent-drop"];
    rules
        .iter()
        .any(|rule| ends.iter().any(|end| line.is(&format!("{rule} {end}"))))
}

/// The last value of each header, as it is the one that stays.
fn values(headers: &[SetHeader]) -> impl Iterator<Item = (String, String)> {
    headers
        .iter()
        .map(|header| (header.name.to_string(), header.value.to_string()))
}

/// The seconds of an HSTS header (RFC 6797, 6.1.1).
fn max_age(value: &str) -> Option<u64> {
    let mut directives = value.split(';').filter_map(|part| part.split_once('='));
    let (_, number) = directives.find(|(name, _)| name.trim().eq_ignore_ascii_case("max-age"))?;
    number.trim().trim_matches('"').parse().ok()
}

fn allowed<T: ToString>(list: &Allowed<T>) -> Fact {
    match list {
        Allowed::Any => Fact::everything("*"),
        Allowed::Listed(list) => Fact::names(list.iter().map(ToString::to_string)),
    }
}

fn on_off(is: bool) -> &'static str {
    if is { "on" } else { "off" }
}

fn http_check(check: &HttpCheck) -> String {
    let HttpCheck {
        method,
        target,
        version,
    } = check;
    let host = version.host().map(|host| format!(" for {host}"));
    let version = match version {
        // What is usual is not said.
        CheckVersion::Http10(None) => String::new(),
        version => format!(" {}", version.name()),
    };
    format!("{method} {target}{version}{}", host.unwrap_or_default())
}

fn tcp_check(check: &TcpCheck) -> String {
    match check {
        TcpCheck::Connect => "connects".to_owned(),
        TcpCheck::Tls => "TLS handshake".to_owned(),
        TcpCheck::Http(path) => format!("GET {path}"),
        TcpCheck::Https(path) => format!("GET {path} over TLS"),
        TcpCheck::Mysql(None) => "MySQL".to_owned(),
        TcpCheck::Mysql(Some(user)) => format!("MySQL as {user}"),
        TcpCheck::Pgsql(user) => format!("PostgreSQL as {user}"),
        TcpCheck::Redis => "Redis".to_owned(),
        TcpCheck::Smtp(None) => "SMTP".to_owned(),
        TcpCheck::Smtp(Some(host)) => format!("SMTP as {host}"),
        TcpCheck::Ldap => "LDAP".to_owned(),
    }
}

/// A certificate or an authority: the file on the host, or the name of ours, which changes with its content.
pub(super) fn pem(file: &PemFile) -> String {
    match &file.pem {
        Pem::File(path) => path.clone(),
        Pem::Inline(_) => file.stem.to_string(),
    }
}

/// So much of a digest that nobody finds another text with it.
pub(super) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text)[..16])
}
