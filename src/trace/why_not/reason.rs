//! The first reason on the way of a request why it is not a path's.

use super::Candidate;
use super::paths::differs;
use super::spot::{Role, Spot, Spotted};
use crate::finding::{Finding, Severity};
use crate::ir::{Alternative, Claim, Host, PathMatch, PathRule, Target};
use crate::lower;
use crate::simulate::{Answer, Connection, HostMatch, Loss, Outcome, Request, Route, Verdict};
use crate::source::Origin;
use crate::trace::mistakes::{mistakes, told};
use crate::trace::{Mark, Trace, View};

type Reason = (Mark, String);

fn lost(why: impl Into<String>) -> Reason {
    (Mark::Lost, why.into())
}

/// Why `candidate` did not get the request, or that it did.
pub(super) fn of(
    view: &View<'_>,
    trace: &Trace<'_>,
    (request, verdict): (&Request, &Verdict<'_>),
    candidate: &Candidate<'_>,
    spots: &[Spot<'_>],
) -> Reason {
    if !candidate.is_taken {
        return lost(not_taken(candidate));
    }
    let name = candidate.ingress.meta.name.to_string();
    let pattern = candidate.pattern();
    let mut own: Vec<&Spot<'_>> = spots
        .iter()
        .filter(|spot| spot.claim.ingress == name && is_of(spot.claim, candidate))
        .collect();
    // One text may stand below several hosts, by an anchor.
    if own.len() > 1 && candidate.path.is_some() {
        own.retain(|spot| match &spot.place {
            Spotted::Rule { host, .. } => host.map(|host| &host.pattern) == pattern.as_ref(),
            Spotted::Passthrough(host) => Some(*host) == pattern.as_ref(),
            Spotted::Default => false,
        });
    }
    if own.is_empty() {
        return left_out(view, candidate);
    }
    if let Some(reason) = unrouted(trace, verdict, &own) {
        return reason;
    }
    let Some(route) = verdict.route() else {
        return lost("no request gets as far as the routes");
    };
    let mut reasons = own
        .iter()
        .map(|spot| of_spot(view, trace, (request, route), spot));
    // A default backend may stand at several places; the one that has the request counts.
    let first = reasons.next();
    let better = reasons.find(|(mark, _)| *mark != Mark::Lost);
    better.or(first).unwrap_or_else(|| lost("it is in no rule"))
}

fn not_taken(candidate: &Candidate<'_>) -> String {
    match lower::class_written(candidate.ingress) {
        None | Some("") => "it has no class, and `classes` does not hold the empty one".to_owned(),
        Some(class) => format!("its class `{class}` is not taken"),
    }
}

/// Whether a claim is what is written there.
fn is_of(claim: &Claim, candidate: &Candidate<'_>) -> bool {
    let within = |outer: Origin| {
        let at = claim.origin;
        at.file == outer.file && outer.start <= at.start && at.end <= outer.end
    };
    candidate.origin().is_some_and(within)
        || candidate.path.is_none()
            && candidate.backend.is_some()
            && claim.wording == "defaultBackend"
}

/// A path that did not get into the model: what was found about it.
fn left_out(view: &View<'_>, candidate: &Candidate<'_>) -> Reason {
    if candidate.path.is_none() {
        return match &view.routing.default {
            Some(claim) => lost(format!("the default backend of {} holds", claim.ingress)),
            None => lost("it is the default of no host"),
        };
    }
    match finding(view, candidate) {
        Some(finding) => (Mark::Bad, format!("left out: {}", told(view, finding))),
        None => (Mark::Bad, "left out; `ingressc check` tells why".to_owned()),
    }
}

/// What was found about a path, its host, or its Ingress: the worst first.
fn finding<'r>(view: &View<'r>, candidate: &Candidate<'_>) -> Option<&'r Finding> {
    let object = format!("Ingress {}", candidate.ingress.meta.name);
    let within = |outer: Option<Origin>, at: Origin| {
        outer.is_some_and(|outer| {
            at.file == outer.file && outer.start <= at.start && at.end <= outer.end
        })
    };
    let path = candidate.origin();
    let near = |finding: &Finding| match finding.origin() {
        Some(at) if within(path, at) => Some(0),
        Some(at) if within(candidate.host_origin, at) => Some(1),
        _ if finding.object.as_deref() == Some(&object) && finding.severity == Severity::Error => {
            Some(2)
        }
        _ => None,
    };
    let found = view.findings.iter();
    let grave = [Severity::Error, Severity::Warning];
    let found = found.filter(|finding| grave.contains(&finding.severity));
    found
        .filter_map(|finding| Some((finding.severity, near(finding)?, finding)))
        .min_by_key(|(severity, near, _)| (*severity != Severity::Error, *near))
        .map(|(_, _, finding)| finding)
}

/// What keeps the request from any route.
fn unrouted(trace: &Trace<'_>, verdict: &Verdict<'_>, own: &[&Spot<'_>]) -> Option<Reason> {
    if let Connection::Passthrough { claim, .. } = verdict.connection {
        let is_it = own.iter().any(|spot| {
            matches!(spot.place, Spotted::Passthrough(_)) && spot.claim.origin == claim.origin
        });
        return Some(match (is_it, &trace.answer.reason) {
            (true, None) => (Mark::Good, "it has the connection".to_owned()),
            (true, Some(why)) => (Mark::Bad, format!("it decides: {why}")),
            (false, _) => lost(format!(
                "TLS for the name is handed through to `{}` of {}",
                claim.wording, claim.ingress
            )),
        });
    }
    if matches!(verdict.answer, Some(Answer::Routed(_))) {
        return None;
    }
    let why = trace.answer.reason.as_deref().unwrap_or_default();
    Some(lost(match trace.answer.status {
        Some(status) => format!("answered {status} before any route is looked up: {why}"),
        None => format!("no request gets as far as the routes: {why}"),
    }))
}

fn of_spot(
    view: &View<'_>,
    trace: &Trace<'_>,
    (request, route): (&Request, &Route<'_>),
    spot: &Spot<'_>,
) -> Reason {
    let (host, rule, part) = match spot.place {
        Spotted::Rule { host, rule, role } => (host, rule, role),
        Spotted::Passthrough(_) => {
            return lost("it is for TLS that is handed through, and this is a request");
        }
        Spotted::Default => {
            return match route.chosen {
                None => has_it(view, trace, (route, spot.claim)),
                Some(rule) => lost(format!(
                    "a rule matches, at {}; the default is for requests without one",
                    view.sources.show(rule.claim.origin)
                )),
            };
        }
    };
    if let Some(why) = other_host(view, route, host) {
        return lost(why);
    }
    let path = route.path.as_deref().unwrap_or_default();
    if !rule.path.matches(path) {
        return lost(differs(&rule.path, path));
    }
    if let Role::Loser(reason) = part {
        let place = view.sources.show(rule.claim.origin);
        return lost(format!(
            "{} at {place} has the same host and path, and wins: {reason}",
            rule.claim.ingress
        ));
    }
    let Some(chosen) = route.chosen.filter(|chosen| !std::ptr::eq(*chosen, rule)) else {
        return of_winner(view, trace, (request, route), (spot.claim, part));
    };
    let place = view.sources.show(chosen.claim.origin);
    let of_rule = route.lost.iter().find(|(it, _)| std::ptr::eq(*it, rule));
    lost(match of_rule {
        Some((_, Loss::Unmet)) => unmet(rule, part),
        Some((_, Loss::LessSpecific)) => format!(
            "{} `{}` at {place} says more about the same path",
            kind(chosen),
            chosen.path
        ),
        Some((_, Loss::Shorter)) | None => {
            format!(
                "`{}` at {place} is longer, and the longest wins",
                chosen.path
            )
        }
    })
}

fn kind(rule: &PathRule) -> &'static str {
    match rule.path.kind() {
        PathMatch::Exact => "Exact",
        PathMatch::Prefix | PathMatch::Begins => "Prefix",
    }
}

/// Its host is not the one that decides.
fn other_host(view: &View<'_>, route: &Route<'_>, own: Option<&Host>) -> Option<String> {
    let decides = match route.matched {
        HostMatch::Exact(host) | HostMatch::Wildcard(host) => Some(host),
        HostMatch::Any => None,
    };
    if own.map(|host| &host.pattern) == decides.map(|host| &host.pattern) {
        return None;
    }
    let asked = &route.host;
    let named = decides.map(|host| {
        let rule = host.rules.first();
        let place = rule.map(|rule| view.sources.show(rule.claim.origin));
        (&host.pattern, place.unwrap_or_default())
    });
    let Some(own) = own.map(|host| &host.pattern) else {
        let (pattern, place) = named?;
        return Some(format!(
            "rules without a host are for hosts that no rule names, and `{pattern}` is named at {place}"
        ));
    };
    Some(match named {
        Some((pattern, place)) if own.matches(asked) => format!(
            "`{pattern}` at {place} is more specific than `{own}`, and one host decides alone"
        ),
        _ if own.is_wildcard() && asked == own.name() => {
            format!("`{own}` does not stand for `{asked}` itself")
        }
        _ if own.is_wildcard() && asked.ends_with(&format!(".{}", own.name())) => {
            format!("the star of `{own}` stands for one label, and `{asked}` has more")
        }
        _ if asked.is_empty() => format!("it is for host `{own}`, and the request names none"),
        _ => format!("it is for host `{own}`, and the request is for `{asked}`"),
    })
}

/// The rule is the one that decides: which of its claims, and whether a server answers.
fn of_winner(
    view: &View<'_>,
    trace: &Trace<'_>,
    (request, route): (&Request, &Route<'_>),
    (claim, role): (&Claim, Role<'_>),
) -> Reason {
    let by_chance = if route.by_chance {
        ", by chance this time"
    } else {
        ""
    };
    match (role, route.alternative) {
        (Role::Alternative(own), Some(met)) if std::ptr::eq(own, met) => {
            has_it(view, trace, (route, claim))
        }
        (Role::Alternative(own), Some(met)) => lost(before(view, own, met)),
        (Role::Alternative(own), None) => lost(format!(
            "its condition is not met{by_chance}: {}",
            own.condition.value
        )),
        (Role::Winner, Some(met)) => lost(format!(
            "the condition of {} at {} is met, and comes first: {}",
            met.claim.ingress,
            view.sources.show(met.condition.origin),
            met.condition.value
        )),
        (Role::Winner, None) if claim.target == Target::Next => lost(format!(
            "it has paths under conditions only, and {} of `{}` meets none",
            request.method, route.host
        )),
        (Role::Winner | Role::Loser(_), _) => has_it(view, trace, (route, claim)),
    }
}

fn before(view: &View<'_>, own: &Alternative, met: &Alternative) -> String {
    format!(
        "the condition of {} at {} comes before its own, {}, and is met",
        met.claim.ingress,
        view.sources.show(met.condition.origin),
        own.condition.value
    )
}

fn unmet(rule: &PathRule, part: Role<'_>) -> String {
    match part {
        Role::Alternative(own) => format!("its condition is not met: {}", own.condition.value),
        Role::Winner | Role::Loser(_) => {
            let conditions = rule.alternatives.iter();
            let conditions: Vec<String> = conditions
                .map(|it| it.condition.value.to_string())
                .collect();
            match &conditions[..] {
                [own] => format!("its condition is not met: {own}"),
                several => format!("none of its conditions is met: {}", several.join(", ")),
            }
        }
    }
}

/// It decides: what becomes of the request there.
fn has_it(view: &View<'_>, trace: &Trace<'_>, (route, claim): (&Route<'_>, &Claim)) -> Reason {
    let why = trace.answer.reason.as_deref().unwrap_or_default();
    match (route.outcome, trace.answer.status) {
        (Outcome::Backend(_), None) => (Mark::Good, "it has the request".to_owned()),
        (Outcome::Closed, _) => {
            let about = mistakes(view, claim).first().copied();
            let about = about.map_or_else(String::new, |it| format!("; {}", told(view, it)));
            (Mark::Bad, format!("it decides, and is closed: 503{about}"))
        }
        (_, Some(status)) => (
            Mark::Bad,
            format!("it decides, and is answered {status}: {why}"),
        ),
        (_, None) => (Mark::Bad, format!("it decides: {why}")),
    }
}
