//! Who gets which connections: ACLs, rules about requests for connections, and rules that choose a backend.
//!
//! In: `acl_list`, `tcp_request_rule_list` and `backend_switching_rule_list`. Out: rules in the order in which HAProxy asks them:
//! connections, sessions, contents, and then backends. A rule that cannot be said closes the item: it decides who gets the connection.

use std::collections::BTreeMap;

use super::binds::Group;
use super::condition::{Condition, Fact, Literal};
use super::cursor::{Cursor, Remarks, cut};
use super::fields::{Of, check};
use super::services::Served;
use crate::finding::{Code, Severity};
use crate::ir::policy::AddressList;
use crate::ir::{AcceptProxy, Target, TcpCriterion, TcpRule, TcpTest};
use crate::lower::suggest::nearest;

/// The rules of an item.
#[derive(Debug, Default)]
pub(super) struct Rules<'r> {
    rules: Vec<Rule<'r>>,
    /// Whose connections begin with a PROXY header, where a rule says so.
    pub(super) proxy: AcceptProxy,
}

#[derive(Debug)]
struct Rule<'r> {
    condition: Condition,
    target: Target,
    /// What it is about is known before a PROXY header is read.
    early: bool,
    at: Cursor<'r>,
}

/// The ACLs of an item.
#[derive(Debug, Default)]
struct Acls<'r> {
    named: BTreeMap<&'r str, Condition>,
    /// Those that cannot be said: a rule that names one cannot be, either.
    broken: BTreeMap<&'r str, (Cursor<'r>, String)>,
}

/// Reads the rules of a frontend.
pub(super) fn read<'r>(
    frontend: &Cursor<'r>,
    backends: &BTreeMap<&str, &Served<'_>>,
    remarks: &mut Remarks,
) -> Rules<'r> {
    let acls = acls(frontend, remarks);
    let mut rules = Rules::default();
    requests(frontend, &acls, &mut rules, remarks);
    switching(frontend, &acls, backends, &mut rules, remarks);
    rules
}

fn list<'r>(frontend: &Cursor<'r>, name: &str, remarks: &mut Remarks) -> Vec<Cursor<'r>> {
    let Some(list) = frontend.field(name) else {
        return Vec::new();
    };
    if !remarks.list(&list) {
        return Vec::new();
    }
    list.items().filter(|item| remarks.map(item)).collect()
}

fn acls<'r>(frontend: &Cursor<'r>, remarks: &mut Remarks) -> Acls<'r> {
    let mut acls = Acls::default();
    for at in list(frontend, "acl_list", remarks) {
        check(Of::Acl, &at, remarks);
        let mut text = |name: &str| match at.field(name) {
            Some(field) => remarks.text(&field),
            None if name == "value" => Some(""),
            None => {
                remarks.closes = true;
                remarks.missing(name, &at);
                None
            }
        };
        let (name, criterion, value) = (text("acl_name"), text("criterion"), text("value"));
        let (Some(name), Some(criterion), Some(value)) = (name, criterion, value) else {
            continue;
        };
        // Several of one name are alternatives.
        let before = acls.named.remove(name);
        let read = Condition::acl(criterion, value).and_then(|acl| match before {
            Some(before) => before.or(acl),
            None => Ok(acl),
        });
        match read {
            Ok(acl) => {
                acls.named.insert(name, acl);
            }
            Err(wrong) => {
                acls.broken.entry(name).or_insert((at, wrong));
            }
        }
    }
    acls
}

const NO_CONDITION: &str = "write a condition about `req_ssl_sni`, `ssl_fc_sni`, `src` or `dst_port`, or a Service for each port";

/// The condition of a rule; `None` when it cannot be said, which is then told.
fn condition(at: &Cursor<'_>, acls: &Acls<'_>, remarks: &mut Remarks) -> Option<Condition> {
    let (word, asked) = match (at.field("cond"), at.field("cond_test")) {
        (None, None) => return Some(Condition::always()),
        (Some(word), Some(asked)) => (word, asked),
        (None, Some(asked)) => {
            let what = "is a condition, and `cond` does not say whether it has to hold";
            remarks.closed(Code::MISSING_REQUIRED_FIELD, &asked, what, "add `cond: if`");
            return None;
        }
        (Some(word), None) => {
            let what = "needs a condition in `cond_test`";
            remarks.closed(Code::MISSING_REQUIRED_FIELD, &word, what, "add `cond_test`");
            return None;
        }
    };
    let text = remarks.text(&asked)?;
    let mut names = text.split(' ').map(|word| word.trim_start_matches('!'));
    if let Some((acl, wrong)) = names.find_map(|name| acls.broken.get(name)) {
        remarks.closes = true;
        let finding = remarks
            .about(Code::UNSUPPORTED_DIALECT_KEY, acl, wrong)
            .severity(Severity::Error)
            .label(asked.origin, "a rule asks it");
        remarks.findings.push(finding.help(NO_CONDITION));
        return None;
    }
    let read = Condition::parse(text, &acls.named);
    let read = match (remarks.text(&word)?, read) {
        ("if", read) => read,
        ("unless", read) => read.and_then(|condition| condition.not()),
        (other, _) => {
            let what = format!("is `{}`, which is neither `if` nor `unless`", cut(other));
            remarks.closed(Code::WRONG_TYPE, &word, &what, "write `if` or `unless`");
            return None;
        }
    };
    match read {
        Ok(condition) => Some(condition),
        Err(wrong) => {
            remarks.closed(Code::UNSUPPORTED_DIALECT_KEY, &asked, &wrong, NO_CONDITION);
            None
        }
    }
}

/// When a rule is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// Before anything is read.
    Connection,
    /// After the PROXY header and TLS.
    Session,
    /// With what clients say first.
    Content,
}

/// Actions that change nothing about who gets a connection.
const HARMLESS: &[&str] = &[
    "capture",
    "sc-add-gpc",
    "sc-inc-gpc",
    "sc-inc-gpc0",
    "sc-inc-gpc1",
    "sc-set-gpt",
    "sc-set-gpt0",
    "set-bandwidth-limit",
    "set-log-level",
    "set-mark",
    "set-nice",
    "set-priority-class",
    "set-priority-offset",
    "set-tos",
    "set-var",
    "set-var-fmt",
    "track-sc",
    "track-sc0",
    "track-sc1",
    "track-sc2",
    "unset-var",
];

fn requests<'r>(
    frontend: &Cursor<'r>,
    acls: &Acls<'_>,
    rules: &mut Rules<'r>,
    remarks: &mut Remarks,
) {
    let mut found: Vec<(Phase, Rule<'r>)> = Vec::new();
    // What an earlier rule of the phase has accepted meets no later one.
    let mut accepted: BTreeMap<Phase, Condition> = BTreeMap::new();
    for at in list(frontend, "tcp_request_rule_list", remarks) {
        let Some(phase) = phase(&at, remarks) else {
            continue;
        };
        let Some(action) = action(&at, remarks) else {
            continue;
        };
        if HARMLESS.contains(&action) {
            remarks.left_out(
                &at,
                &format!("does `{action}`, which is not translated"),
                "remove it",
            );
            continue;
        }
        if !matches!(action, "accept" | "reject" | "silent-drop" | "expect-proxy") {
            let what = format!("does `{}`, which is not translated", cut(action));
            let help = "remove it, if connections may go their way without it";
            remarks.closed(Code::UNSUPPORTED_DIALECT_KEY, &at, &what, help);
            continue;
        }
        let Some(condition) = condition(&at, acls, remarks) else {
            continue;
        };
        if !is_known(phase, &condition) {
            let what = "asks for something that clients have not said yet";
            let help = "write `type: content`";
            remarks.closed(Code::UNSUPPORTED_DIALECT_KEY, &at, what, help);
            continue;
        }
        if action == "expect-proxy" {
            proxies(&at, &condition, rules, remarks);
            continue;
        }
        let before = accepted.entry(phase).or_insert_with(Condition::never);
        let done = if action == "accept" {
            before.clone().or(condition).map(|all| *before = all)
        } else {
            let rest = before.not().and_then(|others| condition.and(&others));
            rest.map(|condition| {
                let rule = Rule {
                    condition,
                    target: Target::Closed,
                    early: phase == Phase::Connection,
                    at: at.clone(),
                };
                found.push((phase, rule));
            })
        };
        if let Err(wrong) = done {
            remarks.closed(Code::UNSUPPORTED_DIALECT_KEY, &at, &wrong, NO_CONDITION);
        }
    }
    found.sort_by_key(|(phase, _)| *phase);
    rules.rules.extend(found.into_iter().map(|(_, rule)| rule));
}

/// When it is asked; `None` for what is no rule: how long clients may take is decided here.
fn phase(at: &Cursor<'_>, remarks: &mut Remarks) -> Option<Phase> {
    let Some(field) = at.field("type") else {
        remarks.closes = true;
        remarks.missing("type", at);
        return None;
    };
    match remarks.text(&field)? {
        "connection" => Some(Phase::Connection),
        "session" => Some(Phase::Session),
        "content" => Some(Phase::Content),
        "inspect-delay" => None,
        other => {
            let what = format!("is `{}`, which is no type of a rule", cut(other));
            let help = "write `connection`, `session` or `content`";
            remarks.closed(Code::WRONG_TYPE, &field, &what, help);
            None
        }
    }
}

fn action<'r>(at: &Cursor<'r>, remarks: &mut Remarks) -> Option<&'r str> {
    let Some(field) = at.field("action") else {
        remarks.closes = true;
        remarks.missing("action", at);
        return None;
    };
    remarks.text(&field)
}

/// Whether a rule of the phase can know what its condition is about.
fn is_known(phase: Phase, condition: &Condition) -> bool {
    condition.facts().all(|literal| match literal.fact {
        Fact::Name { answered, .. } => match phase {
            Phase::Connection => false,
            Phase::Session => answered,
            Phase::Content => true,
        },
        Fact::Handshake => phase == Phase::Content,
        Fact::Source(_) | Fact::Port(_) => true,
    })
}

/// `expect-proxy`: of everybody, or of those on lists.
fn proxies(at: &Cursor<'_>, condition: &Condition, rules: &mut Rules<'_>, remarks: &mut Remarks) {
    if *condition == Condition::always() {
        rules.proxy = AcceptProxy::Always;
        return;
    }
    let lists: Option<Vec<&AddressList>> = condition
        .0
        .iter()
        .map(|all| match &all[..] {
            [
                Literal {
                    negated: false,
                    fact: Fact::Source(list),
                },
            ] => Some(list),
            _ => None,
        })
        .collect();
    let mut networks = Vec::new();
    if let AcceptProxy::From(list) = &rules.proxy {
        networks.extend_from_slice(list.networks());
    }
    for list in lists.iter().flatten() {
        networks.extend_from_slice(list.networks());
    }
    match (lists, AddressList::new(networks)) {
        (Some(_), Some(_)) if rules.proxy == AcceptProxy::Always => {}
        (Some(_), Some(list)) => rules.proxy = AcceptProxy::From(list),
        _ => remarks.closed(
            Code::UNSUPPORTED_DIALECT_KEY,
            at,
            "expects PROXY headers under a condition that is not translated",
            "write a condition about `src`",
        ),
    }
}

fn switching<'r>(
    frontend: &Cursor<'r>,
    acls: &Acls<'_>,
    backends: &BTreeMap<&str, &Served<'_>>,
    rules: &mut Rules<'r>,
    remarks: &mut Remarks,
) {
    for at in list(frontend, "backend_switching_rule_list", remarks) {
        check(Of::Switching, &at, remarks);
        let Some(name) = at.field("name") else {
            remarks.closes = true;
            remarks.missing("name", &at);
            continue;
        };
        let Some(text) = remarks.text(&name) else {
            continue;
        };
        let condition = condition(&at, acls, remarks);
        let Some(served) = backends.get(text) else {
            unknown_backend(text, &name, backends, remarks);
            continue;
        };
        if let Some(condition) = condition {
            rules.rules.push(Rule {
                condition,
                target: served.exposed.target.clone(),
                early: false,
                at,
            });
        }
    }
}

fn unknown_backend(
    text: &str,
    at: &Cursor<'_>,
    backends: &BTreeMap<&str, &Served<'_>>,
    remarks: &mut Remarks,
) {
    let what = format!("is `{}`, which is no backend of the item", cut(text));
    let present = || backends.values().map(|served| served.name());
    let help = if let Some(meant) = nearest(text, present()) {
        format!("write `{meant}`")
    } else {
        let mut names: Vec<_> = present().map(|name| format!("`{name}`")).collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(8);
        let names = names.join(", ");
        format!("add its Service to `services`, or write one of {names}")
    };
    remarks.closed(Code::SERVICE_NOT_FOUND, at, &what, &help);
}

impl Rules<'_> {
    /// Whether a rule tells ports apart.
    pub(super) fn by_port(&self) -> bool {
        let mut facts = self.rules.iter().flat_map(|rule| rule.condition.facts());
        facts.any(|literal| matches!(literal.fact, Fact::Port(_)))
    }

    /// Whether some rule hands connections to it.
    pub(super) fn lead_to(&self, target: &Target) -> bool {
        self.rules.iter().any(|rule| rule.target == *target)
    }

    /// Says which rules cannot be meant so, given where the item listens.
    pub(super) fn judge(&self, groups: &[Group], remarks: &mut Remarks) {
        let proxied = groups.iter().any(|group| group.proxy) || self.proxy != AcceptProxy::Never;
        for rule in &self.rules {
            if rule.condition.0.iter().any(|all| lists(all) > MOST_LISTS) {
                let asked = rule.at.field("cond_test");
                let at = asked.as_ref().unwrap_or(&rule.at);
                let what =
                    "asks whether an address is on more lists than HAProxy compares in a line";
                let help = "write one list of what they have in common";
                remarks.closed(Code::UNSUPPORTED_DIALECT_KEY, at, what, help);
            }
            for literal in rule.condition.facts() {
                let (what, help) = match &literal.fact {
                    Fact::Name { answered: true, .. }
                        if groups.iter().all(|it| it.tls.is_none()) =>
                    {
                        (
                            "asks for `ssl_fc_sni`, which is never known: TLS is not answered here",
                            "write `req_ssl_sni`, or add `ssl: true` to the bind",
                        )
                    }
                    Fact::Name {
                        answered: false, ..
                    } if groups.iter().all(|it| it.tls.is_some()) => (
                        "asks for `req_ssl_sni`, which is never known: TLS is answered here",
                        "write `ssl_fc_sni`",
                    ),
                    Fact::Source(_) if rule.early && proxied => (
                        "asks for the proxy's address, before the PROXY header is read",
                        "write `type: session`, if the client's address is meant",
                    ),
                    Fact::Port(_) if proxied => (
                        "asks for a port, which the PROXY header says",
                        "write a condition about something else",
                    ),
                    _ => continue,
                };
                remarks.closed(Code::UNSUPPORTED_DIALECT_KEY, &rule.at, what, help);
                break;
            }
        }
    }

    /// The rules for the connections of a group.
    pub(super) fn of(&self, group: &Group) -> Vec<TcpRule> {
        let answered = group.tls.is_some();
        let port = group.addresses.first().map(|it| it.value.port());
        let mut rules = Vec::new();
        for rule in &self.rules {
            for alternative in &rule.condition.0 {
                let Some(tests) = tests(alternative, answered, port) else {
                    continue;
                };
                rules.push(TcpRule {
                    tests,
                    target: rule.target.clone(),
                    origin: rule.at.origin,
                });
            }
        }
        rules
    }
}

/// How many lists an address has to be on.
fn lists(all: &[Literal]) -> usize {
    let is_list = |it: &&Literal| !it.negated && matches!(it.fact, Fact::Source(_));
    all.iter().filter(is_list).count()
}

/// As many lists may hold an address together. More are no condition that a person wrote, nor a line that HAProxy takes.
const MOST_LISTS: usize = 40;

/// What is left to ask of an alternative; `None` when it cannot hold.
fn tests(all: &[Literal], answered: bool, port: Option<u16>) -> Option<Vec<TcpTest>> {
    let mut tests = Vec::new();
    // A client asks for one name, and who is on none of several lists is not on all of them together.
    let mut wanted = None;
    let mut unwanted = Vec::new();
    for literal in all {
        let known = match &literal.fact {
            Fact::Name {
                pattern,
                answered: own,
            } if *own == answered => {
                if !literal.negated && *wanted.get_or_insert(pattern) != pattern {
                    return None;
                }
                Err(TcpCriterion::Name(pattern.clone()))
            }
            // Nobody sees a name where TLS is answered elsewhere, nor a handshake behind the one that was answered.
            Fact::Name { .. } => Ok(false),
            Fact::Source(list) if literal.negated => {
                unwanted.extend_from_slice(list.networks());
                continue;
            }
            Fact::Source(list) => Err(TcpCriterion::Source(list.clone())),
            Fact::Port(ports) => Ok(port.is_some_and(|port| {
                ports
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&port))
            })),
            Fact::Handshake if answered => Ok(false),
            Fact::Handshake => Err(TcpCriterion::Handshake),
        };
        match known {
            Ok(holds) if holds == literal.negated => return None,
            Ok(_) => {}
            Err(what) => tests.push(TcpTest {
                negated: literal.negated,
                what,
            }),
        }
    }
    tests.extend(AddressList::new(unwanted).map(|list| TcpTest {
        negated: true,
        what: TcpCriterion::Source(list),
    }));
    Some(tests)
}
