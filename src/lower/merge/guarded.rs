//! Claims that keep clients out beside claims that let them in: nobody may answer then.

use super::super::rules::{Strength, Wish};
use super::losers::place;
use crate::annotations::Guards;
use crate::finding::{Code, Finding};
use crate::ir::{Claim, HostPattern, PathRule, Target};

/// Rules of a host beside one that hands its TLS through: they meet plain HTTP only. Where one of them keeps clients out, who would
/// get to the same servers over TLS, or cannot be honoured, the host is closed there, too.
pub(super) fn beside_passthrough(
    host: &HostPattern,
    through: &mut Claim,
    rules: &[PathRule],
    findings: &mut Vec<Finding>,
) {
    let others = rules
        .iter()
        .filter(|rule| rule.claim.origin != through.origin);
    let mut closed = false;
    for rule in others {
        let claim = &rule.claim;
        let is_bypassed = let_past(rule, through);
        closed |= is_bypassed;
        let finding = Finding::new(
            Code::PASSTHROUGH_WITH_PATHS,
            format!(
                "`{}` of Ingress {} gets no request over TLS: Ingress {} has it handed through for host `{host}`",
                claim.wording, claim.ingress, through.ingress
            ),
        )
        .object(format_args!("Ingress {}", claim.ingress))
        .label(claim.origin, "this path is served over plain HTTP only")
        .label(through.origin, "here TLS for the host is handed through")
        .help("give one of the two another host");
        findings.push(if is_bypassed {
            finding.note("the path keeps clients out, or is closed, and TLS is handed through unread: connections to the host are refused")
        } else {
            finding
        });
    }
    if closed {
        through.target = Target::Closed;
    }
}

/// Whether who is kept out by `rule` would get in where TLS is handed through to the servers of `through`.
pub(in crate::lower) fn let_past(rule: &PathRule, through: &Claim) -> bool {
    let theirs = Guards::of_claim(through);
    let alternatives = rule.alternatives.iter().map(|it| &it.claim);
    let losers = rule.losers.iter().map(|(loser, _)| loser);
    rule.claim.target == Target::Closed
        || alternatives
            .chain(losers)
            .chain([&rule.claim])
            .any(|claim| {
                let guards = Guards::of_claim(claim).over_tls();
                guards.lacking_in(&theirs).is_some()
            })
}

/// Whether `loser` keeps clients out whom `winner`, which holds, lets in: then nobody may answer. A rule beats a default backend of
/// another Ingress as the API means it.
pub(super) fn passed_by(winner: &Wish<'_>, loser: &Wish<'_>) -> Option<Finding> {
    if loser.strength == Strength::Default && winner.strength != Strength::Default {
        return None;
    }
    let (mine, theirs) = (&loser.claim, &winner.claim);
    let guards = guards(loser);
    let (key, origin) = guards.lacking_in(&self::guards(winner))?;
    Some(
        Finding::new(
            Code::DUPLICATE_ROUTE,
            format!(
                "`{}` of Ingress {} on {} has `{key}`, and `{}` of Ingress {}, which comes first, has not the same: it answers 503",
                mine.wording,
                mine.ingress,
                place(loser),
                theirs.wording,
                theirs.ingress
            ),
        )
        .object(format_args!("Ingress {}", mine.ingress))
        .field(loser.field.to_string())
        .label(mine.origin, format!("this one, in {}", mine.ingress))
        .label(theirs.origin, format!("and this one, in {}, which would hold", theirs.ingress))
        .label(origin, "keeps clients out")
        .help("remove one of the two, or give both the same annotations"),
    )
}

fn guards(wish: &Wish<'_>) -> Guards {
    let written = wish.guards.clone();
    written.unwrap_or_else(|| Guards::of_claim(&wish.claim))
}
