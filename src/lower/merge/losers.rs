//! What there is to say about a claim that loses: the reason that `route` shows, and the finding.

use std::collections::BTreeMap;

use super::super::class::Classes;
use super::super::rules::{Strength, Wish};
use crate::finding::{Code, Finding};
use crate::ir::{Condition, Target};
use crate::manifest::IngressTarget;

/// Why `loser` does not answer.
pub(super) fn reason(winner: &Wish<'_>, loser: &Wish<'_>) -> String {
    if same_target(winner, loser) {
        return format!(
            "the same target as `{}` of {}",
            winner.claim.wording, winner.claim.ingress
        );
    }
    match (winner.strength, loser.strength) {
        (a, b) if a == b && winner.claim.ingress == loser.claim.ingress => {
            "written again further down".to_owned()
        }
        (a, b) if a == b => format!("{} comes first by namespace and name", winner.claim.ingress),
        (_, Strength::Default) => format!(
            "`{}` is a rule, this a default backend",
            winner.claim.wording
        ),
        _ => format!(
            "`{}` is stronger than ImplementationSpecific",
            winner.claim.wording
        ),
    }
}

/// What there is to say about `loser`. A rule for `/` beats a default backend as the API means it: nothing.
pub(super) fn judge(winner: &Wish<'_>, loser: &Wish<'_>) -> Option<Finding> {
    let same = same_target(winner, loser);
    let (mine, theirs) = (&loser.claim, &winner.claim);
    let at = place(loser);
    let finding = match loser.strength {
        Strength::Default if winner.strength != Strength::Default || same => return None,
        Strength::Default => Finding::new(
            Code::DEFAULT_BACKEND_CONFLICT,
            format!(
                "the default backends of Ingress {} and Ingress {} both claim {at}",
                mine.ingress, theirs.ingress
            ),
        )
        .help("keep one of the two default backends"),
        _ if same => Finding::new(
            Code::REDUNDANT_ROUTE,
            format!(
                "`{}` of Ingress {} on {at} is written again: `{}` of Ingress {} leads to the same Service port",
                mine.wording, mine.ingress, theirs.wording, theirs.ingress
            ),
        )
        .help("remove one of the two"),
        strength if strength != winner.strength => Finding::new(
            Code::UNREACHABLE_PATH,
            format!(
                "`{}` of Ingress {} on {at} gets no request: `{}` of Ingress {} is stronger",
                mine.wording, mine.ingress, theirs.wording, theirs.ingress
            ),
        )
        .help("remove one of the two, or give them different paths"),
        _ => Finding::new(
            Code::DUPLICATE_ROUTE,
            format!("`{}` on {at} leads to {}", mine.wording, both(winner, loser)),
        )
        .help("remove one of the two, or give them different hosts or paths")
        .note(elsewhere(winner, loser)),
    };
    Some(
        finding
            .object(format_args!("Ingress {}", mine.ingress))
            .field(loser.field.to_string())
            .label(mine.origin, format!("this one, in {}", mine.ingress))
            .label(
                theirs.origin,
                format!("and this one, in {}, which holds", theirs.ingress),
            ),
    )
}

/// Two claims that nobody could tell apart from outside. Closed ones are compared as they are written.
fn same_target(a: &Wish<'_>, b: &Wish<'_>) -> bool {
    match (&a.claim.target, &b.claim.target) {
        (Target::Closed, Target::Closed) => written(a).is_some() && written(a) == written(b),
        (target, other) => target == other && a.passthrough == b.passthrough,
    }
}

fn written(wish: &Wish<'_>) -> Option<(String, String)> {
    let namespace = wish.ingress.meta.name.namespace.clone();
    Some(match &wish.backend?.target {
        IngressTarget::Service { name, port } => {
            let port = port
                .as_ref()
                .map_or(String::new(), |port| port.value.to_string());
            (namespace, format!("{}:{port}", name.value))
        }
        IngressTarget::Resource(resource) => (namespace, resource.value.clone()),
    })
}

/// Where two claims for one path lead.
fn both(winner: &Wish<'_>, loser: &Wish<'_>) -> String {
    let is_apart = winner.ingress.meta.name.namespace != loser.ingress.meta.name.namespace;
    let (mine, theirs) = (shown(loser, is_apart), shown(winner, is_apart));
    let (here, there) = (&loser.claim.ingress, &winner.claim.ingress);
    if mine == theirs && written(winner) == written(loser) {
        return format!(
            "{mine} in Ingress {here} and in Ingress {there}, which have different annotations"
        );
    }
    format!("{mine} in Ingress {here} and to {theirs} in Ingress {there}")
}

fn shown(wish: &Wish<'_>, with_namespace: bool) -> String {
    let through = match wish.passthrough {
        Some(_) => ", with TLS handed through,",
        None => "",
    };
    match written(wish) {
        None => "nothing".to_owned(),
        Some((namespace, reference)) if with_namespace => {
            format!("`{namespace}/{reference}`{through}")
        }
        Some((_, reference)) => format!("`{reference}`{through}"),
    }
}

pub(super) fn place(wish: &Wish<'_>) -> String {
    match (&wish.host, wish.strength) {
        (Some(host), _) => format!("host `{host}`"),
        (None, Strength::Default) => "all requests without a rule of their own".to_owned(),
        (None, _) => "hosts without a rule of their own".to_owned(),
    }
}

/// haproxytech sorts its map by backend name; the other two go by age.
fn elsewhere(winner: &Wish<'_>, loser: &Wish<'_>) -> String {
    let older = "haproxy-ingress and ingress-nginx would serve the older object, whose age is not known here";
    match (&winner.claim.target, &loser.claim.target) {
        (Target::Backend(a), Target::Backend(b)) if a.without_policy() != b.without_policy() => {
            format!(
                "haproxytech would serve the backend whose name sorts first, `{}`; {older}",
                a.min(b)
            )
        }
        _ => older.to_owned(),
    }
}

/// Alternatives with the condition of an earlier one, which takes all their requests, unless chance decides anew.
pub(super) fn twins(conditional: &[Wish<'_>], classes: Classes<'_>) -> Vec<Finding> {
    let mut seen: BTreeMap<&Condition, &Wish<'_>> = BTreeMap::new();
    let mut findings = Vec::new();
    for wish in conditional {
        let Some(condition) = &wish.condition else {
            continue;
        };
        let Some(first) = seen.get(&condition.value) else {
            seen.insert(&condition.value, wish);
            continue;
        };
        if condition.value.has_chance() {
            continue;
        }
        let (mine, theirs, at) = (&wish.claim, &first.claim, place(wish));
        let finding = Finding::new(
                Code::UNREACHABLE_PATH,
                format!(
                    "`{}` of Ingress {} on {at} gets no request: `{}` of Ingress {} has the same condition, and comes first",
                    mine.wording, mine.ingress, theirs.wording, theirs.ingress
                ),
            )
            .object(format_args!("Ingress {}", mine.ingress))
            .field(wish.field.to_string())
            .label(mine.origin, format!("this one, in {}", mine.ingress))
            .label(theirs.origin, format!("and this one, in {}, which holds", theirs.ingress))
            .help("remove one of the two, or give their Services different conditions");
        findings.push(classes.tell(finding, wish.ingress, first.ingress));
    }
    findings
}
