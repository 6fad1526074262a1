//! How servers are chosen, kept, checked and limited: what templates ask of a policy and of the backends under it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest, Sha256};

use crate::emit::escape::{Comment, MaybeMark, comment, maybe_mark};
use crate::emit::view::{Policies, Services};
use crate::ir::hex;
use crate::ir::policy::{CookieName, HttpCheck, Mode, TcpCheck};
use crate::ir::{
    Backend, CheckPath, Field, HealthCheck, Millis, Policy, PolicyName, PolicySection, Routing,
    Server, ServiceRef,
};
use askama::filters::Safe;

/// The time between two checks of a server that changes its state or is down, as it stands in `d_http`, in milliseconds.
const FAST: u32 = 2_000;

#[expect(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods, with references"
)]
impl<'a> Policies<'a> {
    /// What a policy is about, in words: whom it is for, and which settings it has.
    pub(in crate::emit) fn title(
        &self,
        name: &PolicyName,
        section: &'a PolicySection,
    ) -> Safe<Comment<Title<'a>>> {
        // That ports are exposed at all says the frontend.
        let is_exposure = |field: &&Field| matches!(field, Field::Exposure | Field::FixedPort);
        let of_servers = section.origins.keys().filter(|field| !is_exposure(field));
        comment(Title {
            users: self.users.get(name).copied().unwrap_or_default(),
            misdirected: section.origins.contains_key(&Field::Passthrough),
            is_tcp: section.policy.mode == Mode::Tcp,
            settings: of_servers.copied().collect(),
        })
    }

    /// `fastinter` and `downinter`, where checks come more often than these in `d_http`.
    pub(in crate::emit) fn fast(&self, interval: &Millis) -> Option<Millis> {
        (interval.get() < FAST).then_some(*interval)
    }

    /// Whether the answers of servers may tell which of them is meant, such as the primary, and nobody has said how often to ask.
    pub(in crate::emit) fn asks_for_roles(&self, policy: &Policy) -> bool {
        let check = policy.tcp.check.as_ref();
        policy.health.interval.is_none() && check.is_some_and(|check| check.path().is_some())
    }

    /// A regular expression for the `Set-Cookie` that HAProxy adds. What is special in it is none of the letters, digits, `_` and `-`.
    pub(in crate::emit) fn set_cookie(&self, cookie: &CookieName) -> String {
        let mut pattern = String::from("^(");
        for c in cookie.as_str().chars() {
            if !(c.is_ascii_alphanumeric() || c == '_' || c == '-') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern + "=.*)"
    }
}

/// The Service ports that have a policy: the first one, and how many there are.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::emit) struct Users<'a> {
    first: Option<&'a ServiceRef>,
    others: usize,
}

/// Whose policy each is.
pub(in crate::emit) fn users(routing: &Routing) -> BTreeMap<&PolicyName, Users<'_>> {
    let mut users = BTreeMap::<_, Users<'_>>::new();
    for backend in routing.backends.values() {
        if let Some(policy) = &backend.policy {
            let entry = users.entry(policy).or_default();
            match entry.first {
                None => entry.first = Some(&backend.service),
                Some(_) => entry.others += 1,
            }
        }
    }
    users
}

/// See [`Policies::title`].
pub(in crate::emit) struct Title<'a> {
    users: Users<'a>,
    misdirected: bool,
    is_tcp: bool,
    settings: BTreeSet<Field>,
}

impl fmt::Display for Title<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.users.first {
            None if self.misdirected => {
                f.write_str("requests beside TLS that is handed through")?;
            }
            Some(first) if self.is_tcp => write!(f, "connections to {first}")?,
            Some(first) => write!(f, "{first}")?,
            None => f.write_str("no backend")?,
        }
        if self.users.others > 0 {
            write!(f, " and {} more", self.users.others)?;
        }
        for (index, field) in self.settings.iter().enumerate() {
            let path = field.path();
            let path = path.strip_prefix("policy.").unwrap_or(path);
            write!(f, "{} {path}", if index == 0 { ":" } else { "," })?;
        }
        Ok(())
    }
}

/// What the servers of a backend are asked.
pub(in crate::emit) enum Question<'a> {
    /// What an annotation says.
    Annotation(&'a PolicySection, &'a HttpCheck),
    /// GET of a path that came with the servers.
    Servers(&'a CheckPath),
    /// What the port of a TCP service is asked, beyond a connection.
    Port(&'a PolicySection, &'a TcpCheck),
    /// Nothing: they accept connections, or are not checked at all.
    Nothing,
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl<'a> Services<'a> {
    fn policy(&self, backend: &Backend) -> Option<&'a PolicySection> {
        self.policies.get(backend.policy.as_ref()?)
    }

    /// The end of a line that a setting caused.
    pub(in crate::emit) fn because(
        &self,
        section: &PolicySection,
        field: Field,
    ) -> Safe<MaybeMark> {
        maybe_mark(section.origins.get(&field).copied())
    }

    /// What the servers are asked; an annotation counts more than what came with the servers.
    pub(in crate::emit) fn question<'b>(&'b self, backend: &'b Backend) -> Question<'b> {
        let policy = self.policy(backend);
        match policy.map(|section| (section, &section.policy.health)) {
            Some((_, health)) if health.off => return Question::Nothing,
            Some((section, health)) => {
                if section.policy.mode == Mode::Tcp {
                    return match &section.policy.tcp.check {
                        None | Some(TcpCheck::Connect) => Question::Nothing,
                        Some(check) => Question::Port(section, check),
                    };
                }
                if let Some(check) = &health.http {
                    return Question::Annotation(section, check);
                }
            }
            None => {}
        }
        match &backend.health {
            HealthCheck::Connect => Question::Nothing,
            HealthCheck::Http(path) => Question::Servers(path),
        }
    }

    /// Whether the check of an annotation takes the place of the servers' own, which may be on another port.
    pub(in crate::emit) fn is_asked_by_annotation(&self, backend: &Backend) -> bool {
        matches!(self.question(backend), Question::Annotation(..))
    }

    /// Whether servers count as down until they have answered, where the answer tells which of several is meant, such as the primary.
    /// Backup servers must not: they might answer before the others, and get their connections.
    pub(in crate::emit) fn waits_for_checks(&self, backend: &Backend) -> bool {
        let servers = &backend.servers;
        let is_one = |server: &Server| server.slots.is_none_or(|slots| slots.get() == 1);
        let is_alone = servers.len() == 1 && servers.iter().all(is_one);
        // HAProxy 3.1 was the first to know the word.
        self.target.has(3, 1) && !is_alone && !servers.iter().any(|server| server.backup)
    }

    /// The cookie of a backend, with its section.
    pub(in crate::emit) fn persistence(
        &self,
        backend: &Backend,
    ) -> Option<(&'a PolicySection, &'a CookieName)> {
        let section = self.policy(backend)?;
        Some((section, section.policy.affinity.cookie.as_ref()?))
    }

    /// The value of the cookie for a server with a name of its own. It follows from names alone, so every HAProxy gives the same server
    /// the same value, before and after a reload.
    pub(in crate::emit) fn cookie(&self, backend: &Backend, server: &Server) -> Option<String> {
        self.persistence(backend)?;
        server
            .slots
            .is_none()
            .then(|| digest(&[&backend.service, &server.name]))
    }

    /// The key of the values that HAProxy makes for the servers of a template, where the backend has one. It keeps apart the cookies of
    /// several Services; it is no secret.
    pub(in crate::emit) fn cookie_key(&self, backend: &Backend) -> Option<String> {
        let templates = backend.servers.iter().any(|server| server.slots.is_some());
        templates.then(|| digest(&[&backend.service, &"dns"]))
    }
}

/// Twelve hexadecimal digits, enough for the servers of a backend never to share one.
fn digest(parts: &[&dyn fmt::Display]) -> String {
    let mut text = String::new();
    for part in parts {
        // No name holds a line feed.
        text.push_str(&part.to_string());
        text.push('\n');
    }
    hex(&Sha256::digest(text)[..6])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::{CONFIG, Settings, emit, example};
    use crate::ir::policy::Algorithm;
    use crate::ir::{HaproxyVersion, Policy, ServerProtocol};

    #[test]
    fn a_cookie_tells_servers_apart_and_services_too() {
        let one = example::backend("web", ServerProtocol::Http1, &["10.0.0.1", "10.0.0.2"]);
        let other = example::backend("api", ServerProtocol::Http1, &["10.0.0.1"]);
        let value =
            |backend: &Backend, at: usize| digest(&[&backend.service, &backend.servers[at].name]);
        assert_eq!(value(&one, 0).len(), 12);
        assert_ne!(value(&one, 0), value(&one, 1));
        assert_ne!(value(&one, 0), value(&other, 0));
        assert!(!value(&one, 0).contains("10.0.0.1"));
    }

    /// The lines of the policy's section, for a target.
    fn section(policy: Policy, target: &str) -> String {
        let mut routing = example::shop();
        let name = PolicyName::of(&policy);
        let backend = routing.backends.values_mut().next().expect("a backend");
        backend.policy = Some(name.clone());
        let section = PolicySection {
            policy,
            ..PolicySection::default()
        };
        routing.policies.insert(name, section);
        let settings = Settings {
            target: HaproxyVersion::parse(target).expect("supported"),
            ..Settings::default()
        };
        let bundle = emit(&routing, &example::sources(), &settings).expect("emitted");
        let text = String::from_utf8_lossy(&bundle.files[CONFIG].bytes).into_owned();
        let lines = text
            .lines()
            .skip_while(|line| !line.starts_with("defaults d_pol_"));
        let own = lines.take_while(|line| !line.is_empty());
        let own = own.filter(|line| !line.trim_start().starts_with('#'));
        own.skip(1).map(str::trim).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn shares_go_by_address_where_haproxy_can() {
        let mut policy = Policy::default();
        policy.balance.algorithm = Some(Algorithm::Source);
        for (target, lines) in [
            ("2.6", "balance source; hash-type consistent"),
            (
                "3.0",
                "balance source; hash-type consistent; default-server hash-key addr-port",
            ),
        ] {
            assert_eq!(section(policy.clone(), target), lines, "{target}");
        }
        policy.balance.algorithm = Some(Algorithm::LeastConnections);
        assert_eq!(section(policy, "3.0"), "balance leastconn");
    }

    #[test]
    fn checks_of_a_server_that_is_down_come_no_rarer_than_others() {
        let mut policy = Policy::default();
        for (interval, line) in [
            (2_000, "default-server inter 2s"),
            (
                1_999,
                "default-server inter 1999ms fastinter 1999ms downinter 1999ms",
            ),
        ] {
            policy.health.interval = Millis::new(interval);
            assert_eq!(section(policy.clone(), "2.6"), line);
        }
    }
}
