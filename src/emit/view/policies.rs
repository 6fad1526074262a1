//! What the templates of policies see, and of the sections that belong to them.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use askama::filters::Safe;

use crate::emit::addresses::{Among, among};
use crate::emit::escape::{Comment, MaybeMark, comment, maybe_mark};
use crate::emit::maps::MISDIRECTED;
use crate::emit::policy::Users;
use crate::ir::policy::{AddressList, Mode, Policy, RateLimit, ServerHttp, TcpCheck};
use crate::ir::{Field, Global, HaproxyVersion, PolicyName, PolicySection, Routing, Target};
use crate::source::Origin;

/// What annotations decide, a named `defaults` each.
#[derive(Template)]
#[template(path = "policies.cfg")]
pub(in crate::emit) struct Policies<'a> {
    pub(in crate::emit) sections: &'a BTreeMap<PolicyName, PolicySection>,
    /// Whose they are.
    pub(in crate::emit) users: BTreeMap<&'a PolicyName, Users<'a>>,
    /// What holds for every connection.
    pub(in crate::emit) global: &'a Global,
    pub(in crate::emit) target: HaproxyVersion,
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Policies<'_> {
    /// The end of a line that a setting caused.
    pub(in crate::emit) fn at(&self, section: &PolicySection, field: Field) -> Safe<MaybeMark> {
        maybe_mark(section.origins.get(&field).copied())
    }

    /// The same for a line that one of two settings caused, the first if both are there.
    fn at_either(&self, section: &PolicySection, one: Field, other: Field) -> Safe<MaybeMark> {
        let origin = section.origins.get(&one).or(section.origins.get(&other));
        maybe_mark(origin.copied())
    }

    /// How long both ends of a TCP service may be silent, where neither its policy nor the ConfigMap says so.
    fn silence(&self, policy: &Policy) -> Option<&'static str> {
        let said = policy.timeouts.tunnel.or(self.global.timeouts.tunnel);
        said.is_none().then_some("24h")
    }

    pub(in crate::emit) fn among<'b>(&self, list: &'b AddressList) -> Safe<Among<'b>> {
        among(list)
    }
}

/// Answers for hosts whose TLS is handed through, one for each policy that they have.
#[derive(Template)]
#[template(path = "misdirected.cfg")]
pub(super) struct Misdirected<'a> {
    policies: BTreeSet<Option<&'a PolicyName>>,
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Misdirected<'_> {
    fn name(&self) -> &'static str {
        MISDIRECTED
    }
}

/// `None` where no host has its TLS handed through.
pub(super) fn misdirected(routing: &Routing) -> Option<Misdirected<'_>> {
    let hosts = routing.hosts.iter().flat_map(|host| &host.rules);
    let policies: BTreeSet<_> = hosts
        .filter_map(|rule| match &rule.claim.target {
            Target::Misdirected(policy) => Some(policy.as_ref()),
            _ => None,
        })
        .collect();
    (!policies.is_empty()).then_some(Misdirected { policies })
}

/// What rate limits count in, by the name of the section.
#[derive(Template)]
#[template(path = "tables.cfg")]
pub(super) struct Tables<'a> {
    pub(super) tables: BTreeMap<String, Table<'a>>,
    /// Whether stick tables are shared with other hosts.
    pub(super) peers: bool,
}

/// A table, and who asked for it first.
pub(super) struct Table<'a> {
    limit: &'a RateLimit,
    origin: Option<Origin>,
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Tables<'_> {
    fn at(&self, table: &Table<'_>) -> Safe<MaybeMark> {
        maybe_mark(table.origin)
    }

    /// Names of Ingresses are not checked before they come here.
    fn note(&self, owner: &str) -> Safe<Comment<String>> {
        comment(owner.escape_debug().to_string())
    }
}

/// Every table that some limit counts in.
pub(super) fn tables(routing: &Routing) -> BTreeMap<String, Table<'_>> {
    let mut tables = BTreeMap::new();
    for section in routing.policies.values() {
        if let Some(limit) = &section.policy.rate_limit {
            let origin = section.origins.get(&Field::RateLimit).copied();
            let table = Table { limit, origin };
            tables.entry(limit.table()).or_insert(table);
        }
    }
    tables
}
