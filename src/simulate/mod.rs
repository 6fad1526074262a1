//! What HAProxy would do with a request: the model and a request in, a verdict with its reasons out.
//!
//! Pure, and independent of the emitted files: it reads the same model, and the tests ask both and compare. It mirrors the
//! emitted look-up, odd hosts included: one host decides alone, then the longest path of that host wins.

mod bounds;
mod host;
mod line;
pub mod policy;
mod request;
pub(crate) mod servers;
pub(crate) mod tcp;
mod tls;

pub use host::{HostMatch, matching, normalise};
pub use request::{ClientCertificate, Request, RequestError, Scheme};
pub use servers::{Count, by_resolver, found_by};
pub use tcp::{TcpConnection, TcpEnd, TcpVerdict, connect};
pub use tls::{Connection, Through, other_scheme};

use crate::ir::global::{ErrorPage, ErrorPages, ErrorStatus};
use crate::ir::{
    Alternative, Backend, Claim, Host, PathMatch, PathPattern, PathRule, Policy, Routing, Target,
};
use crate::source::Sourced;

/// Tells what becomes of `request`.
///
/// Costs a binary search over the hosts and a walk over the rules of the host that decides.
pub fn ask<'r>(routing: &'r Routing, request: &Request) -> Verdict<'r> {
    let connection = tls::connect(routing, request);
    let answer = connection.is_open().then(|| answer(routing, request));
    Verdict {
        connection,
        answer,
        pages: &routing.global.error_pages,
    }
}

/// As [`ask`], for a request that is there already, however its connection came about.
pub fn routed<'r>(routing: &'r Routing, request: &Request) -> Answer<'r> {
    answer(routing, request)
}

/// What becomes of a request.
#[derive(Debug, Clone)]
pub struct Verdict<'r> {
    /// Whether HAProxy takes the connection, and with which certificate.
    pub connection: Connection<'r>,
    /// What it does with the request; `None` when there is no connection.
    pub answer: Option<Answer<'r>>,
    /// Answers of HAProxy's own in other words, perhaps with another status.
    pages: &'r ErrorPages,
}

impl<'r> Verdict<'r> {
    /// The backend whose servers get the request.
    pub fn backend(&self) -> Option<&'r Backend> {
        if let Connection::Passthrough { outcome, .. } = self.connection {
            return match outcome {
                Through::Backend(backend) => Some(backend),
                Through::Refused(_) => None,
            };
        }
        if self.reply().is_some() {
            return None;
        }
        match self.route()?.outcome {
            Outcome::Backend(backend) => Some(backend),
            Outcome::NoServers(_) | Outcome::Closed | Outcome::Misdirected | Outcome::NotFound => {
                None
            }
        }
    }

    /// The answer that a rule of the policy gives.
    pub fn reply(&self) -> Option<&policy::Reply> {
        self.route()?.course.as_ref()?.reply.as_ref()
    }

    /// The status that a client sees when HAProxy answers by itself; `None` when a server answers or nobody does.
    pub fn status(&self) -> Option<u16> {
        let page = self.page().map(|(_, page)| page.value.status());
        page.or_else(|| self.own_status())
    }

    /// The error file that stands for HAProxy's own words, and the status whose answer it is.
    pub fn page(&self) -> Option<(u16, &'r Sourced<ErrorPage>)> {
        let status = self.own_status()?;
        // The page for 200 is that of the monitor.
        let known = ErrorStatus::new(status).filter(|_| status != 200)?;
        Some((status, self.pages.0.get(&known)?))
    }

    /// The same before an error file takes its place.
    fn own_status(&self) -> Option<u16> {
        if let Some(reply) = self.reply() {
            return Some(reply.status);
        }
        match self.answer.as_ref()? {
            Answer::Refused { status, .. } => Some(*status),
            Answer::Routed(route) => route.outcome.status(),
        }
    }

    /// How it was routed, when it was.
    pub fn route(&self) -> Option<&Route<'r>> {
        match self.answer.as_ref()? {
            Answer::Routed(route) => Some(route),
            Answer::Refused { .. } => None,
        }
    }
}

/// What HAProxy does with a request that reached it.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is made for a request, and most are routed"
)]
pub enum Answer<'r> {
    /// It answers by itself, before any route is looked up.
    Refused {
        /// 400, 405 or 431.
        status: u16,
        /// Why, in lower case and without a full stop.
        reason: &'static str,
    },
    /// The routes decide.
    Routed(Route<'r>),
}

/// How the routes decide.
#[derive(Debug, Clone)]
pub struct Route<'r> {
    /// The host as it is looked up: lower case, without port and trailing dots.
    pub host: String,
    /// The path as it is looked up; `None` where a request has none (`OPTIONS *`), which meets the root.
    pub path: Option<String>,
    /// The entry that decides.
    pub matched: HostMatch<'r>,
    /// The wildcard that would decide if the exact entry were not there.
    pub beats: Option<&'r Host>,
    /// The rule that won; `None` when no rule of the host matches.
    pub chosen: Option<&'r PathRule>,
    /// The alternative of that rule whose condition the request meets.
    pub alternative: Option<&'r Alternative>,
    /// Chance decides about a condition on the way, so that a live HAProxy may do something else.
    pub by_chance: bool,
    /// The other rules of the host that match, the longest first, and why they lost.
    pub lost: Vec<(&'r PathRule, Loss)>,
    /// The claim behind the outcome: the rule's, or the default's.
    pub claim: Option<&'r Claim>,
    /// Who answers, unless a rule of the policy does.
    pub outcome: Outcome<'r>,
    /// What the rules of the policy did; `None` where there is no policy.
    pub course: Option<policy::Course>,
}

/// Why a rule that matches does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The winner's path is longer.
    Shorter,
    /// The winner has the same path and says more about the request: Exact before Prefix before a comparison as text.
    LessSpecific,
    /// Its paths are for requests that meet a condition, which this one does not.
    Unmet,
}

/// Who answers.
#[derive(Debug, Clone, Copy)]
pub enum Outcome<'r> {
    /// A server of this backend.
    Backend(&'r Backend),
    /// Nobody: this backend has no servers, or none that is given requests. 503.
    NoServers(&'r Backend),
    /// Nobody: the route is closed. 503.
    Closed,
    /// Nobody: TLS for the host is handed through, and this did not come that way. 421.
    Misdirected,
    /// Nobody: neither a rule nor a default. 404.
    NotFound,
}

impl Outcome<'_> {
    /// The status that HAProxy gives; `None` when a server answers.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Backend(_) => None,
            Self::NoServers(_) | Self::Closed => Some(503),
            Self::Misdirected => Some(421),
            Self::NotFound => Some(404),
        }
    }
}

fn answer<'r>(routing: &'r Routing, request: &Request) -> Answer<'r> {
    let path = match line::path(request) {
        Ok(path) => path.map(str::to_owned),
        Err(line::Refusal { status, reason }) => return Answer::Refused { status, reason },
    };
    let host = normalise(request.host.as_deref().unwrap_or_default());
    let passed_on = policy::passed_on(request, &host, path.as_deref().unwrap_or("*"));
    if let Err(line::Refusal { status, reason }) = bounds::check(routing, request, passed_on) {
        return Answer::Refused { status, reason };
    }
    let (matched, beats) = host::find(&routing.hosts, &host);
    let rules = match matched {
        HostMatch::Exact(entry) | HostMatch::Wildcard(entry) => &entry.rules,
        HostMatch::Any => &routing.any_host,
    };
    let matching = contest(rules, path.as_deref().unwrap_or_default());
    let Choice {
        chosen,
        alternative,
        by_chance,
        lost,
    } = choose(routing, &matching, request, (&host, path.as_deref()));
    let claim = match (alternative, chosen) {
        (Some(alternative), _) => Some(&alternative.claim),
        (None, Some(rule)) => Some(&rule.claim),
        (None, None) => routing.default.as_ref(),
    };
    let outcome = outcome(routing, claim);
    let course = course(routing, request, (&host, path.as_deref()), (claim, outcome));
    Answer::Routed(Route {
        host,
        path,
        matched,
        beats,
        chosen,
        alternative,
        by_chance,
        lost,
        claim,
        outcome,
        course,
    })
}

/// What the rules of the backend's policy do, which comes before any server.
fn course(
    routing: &Routing,
    request: &Request,
    (host, path): (&str, Option<&str>),
    (claim, outcome): (Option<&Claim>, Outcome<'_>),
) -> Option<policy::Course> {
    let policy = match (outcome, claim.map(|claim| &claim.target)) {
        (Outcome::Backend(backend) | Outcome::NoServers(backend), _) => backend.policy.as_ref()?,
        (Outcome::Misdirected, Some(Target::Misdirected(policy))) => policy.as_ref()?,
        _ => return None,
    };
    let section = routing.policies.get(policy)?;
    let flight = policy::Flight::new(request, host, path.unwrap_or("*"));
    Some(policy::run(&section.policy, flight))
}

/// What a server gets of a request whose route has no policy: as the frontend leaves it.
pub(crate) fn untouched(request: &Request, route: &Route<'_>) -> policy::Seen {
    let path = route.path.as_deref().unwrap_or("*");
    policy::Flight::new(request, &route.host, path)
        .land(None)
        .seen
}

/// The rules that match, the one with the longest key first.
fn contest<'r>(rules: &'r [PathRule], path: &str) -> Vec<&'r PathRule> {
    let mut matching: Vec<&PathRule> = rules
        .iter()
        .filter(|rule| rule.path.matches(path))
        .collect();
    matching.sort_by_key(|rule| std::cmp::Reverse(key_length(&rule.path)));
    matching
}

/// Which of the rules that match answers.
#[derive(Default)]
struct Choice<'r> {
    chosen: Option<&'r PathRule>,
    alternative: Option<&'r Alternative>,
    by_chance: bool,
    lost: Vec<(&'r PathRule, Loss)>,
}

/// The first rule, unless it has alternatives only and the request meets none of their conditions.
fn choose<'r>(
    routing: &Routing,
    matching: &[&'r PathRule],
    request: &Request,
    (host, path): (&str, Option<&str>),
) -> Choice<'r> {
    let mut choice = Choice::default();
    let mut flight = None;
    let mut rules = matching.iter();
    for rule in rules.by_ref() {
        for alternative in &rule.alternatives {
            let flight = flight
                .get_or_insert_with(|| policy::Flight::new(request, host, path.unwrap_or("*")));
            let policy = policy_of(routing, &alternative.claim.target);
            match policy::holds(&alternative.condition.value, policy, flight) {
                Some(true) => choice.alternative = Some(alternative),
                Some(false) => {}
                None => choice.by_chance = true,
            }
            if choice.alternative.is_some() {
                break;
            }
        }
        if choice.alternative.is_some() || rule.claim.target != Target::Next {
            choice.chosen = Some(rule);
            break;
        }
        choice.lost.push((rule, Loss::Unmet));
    }
    let Some(chosen) = choice.chosen else {
        return choice;
    };
    choice.lost.extend(rules.map(|rule| {
        let same = rule.path.text().len() == chosen.path.text().len();
        let loss = if same {
            Loss::LessSpecific
        } else {
            Loss::Shorter
        };
        (*rule, loss)
    }));
    choice
}

/// What annotations decide for a backend.
fn policy_of<'r>(routing: &'r Routing, target: &Target) -> Option<&'r Policy> {
    let Target::Backend(name) = target else {
        return None;
    };
    let policy = routing.backends.get(name)?.policy.as_ref()?;
    Some(&routing.policies.get(policy)?.policy)
}

/// How long the rule's key in the path map is: the path, and `/` for a Prefix or `/?` for an Exact path.
fn key_length(path: &PathPattern) -> usize {
    path.text().len()
        + match path.kind() {
            PathMatch::Begins => 0,
            PathMatch::Prefix => 1,
            PathMatch::Exact => 2,
        }
}

fn outcome<'r>(routing: &'r Routing, claim: Option<&Claim>) -> Outcome<'r> {
    match claim.map(|claim| &claim.target) {
        None | Some(Target::Next) => Outcome::NotFound,
        Some(Target::Closed) => Outcome::Closed,
        Some(Target::Misdirected(_)) => Outcome::Misdirected,
        // A target without its backend cannot be emitted; closed is what it would be for a client.
        Some(Target::Backend(name)) => match routing.backends.get(name) {
            None => Outcome::Closed,
            Some(backend) if servers::asleep(backend) => Outcome::NoServers(backend),
            Some(backend) => Outcome::Backend(backend),
        },
    }
}

#[cfg(test)]
pub(crate) mod example;
#[cfg(test)]
mod tests;
