//! Several Ingresses on one port that say different things about how it speaks to clients.
//!
//! The first one counts, as in that controller. Who says nothing gets what the first one says. Where what is lost protects, nobody gets
//! to the Services of the one that loses.

use super::Asker;
use crate::finding::{Code, Finding, Severity};
use crate::source::Origin;

/// Compares each with the first, and closes those whose protection is lost.
pub(super) fn judge(askers: &mut [Asker<'_>], findings: &mut Vec<Finding>) {
    let Some((first, others)) = askers.split_first_mut() else {
        return;
    };
    for other in others {
        for difference in differences(first, other) {
            findings.push(tell(first, other, &difference));
            other.closed |= difference.protects;
        }
    }
}

struct Difference {
    /// What the other one says.
    lost: Origin,
    /// What counts.
    counts: Origin,
    protects: bool,
}

fn differences(first: &Asker<'_>, other: &Asker<'_>) -> Vec<Difference> {
    let (one, two) = (&first.answer, &other.answer);
    let port = first.port.origin;
    let mut found = Vec::new();
    let mut add = |lost, counts: Option<Origin>, protects| {
        let counts = counts.unwrap_or(port);
        found.push(Difference {
            lost,
            counts,
            protects,
        });
    };
    if let Some(proxy) = &two.proxy {
        let counts = one.proxy.as_ref();
        // Who reads headers that nobody sends closes all, and who does not takes the proxy for the client.
        if counts.is_some_and(|it| it.value) != proxy.value {
            add(proxy.origin, counts.map(|it| it.origin), true);
        }
    }
    if let Some(format) = &two.log_format {
        let counts = one.log_format.as_ref();
        if counts.and_then(|it| it.value.as_ref()) != format.value.as_ref() {
            add(format.origin, counts.map(|it| it.origin), false);
        }
    }
    if let Some(clients) = &two.clients {
        let counts = one.clients.as_ref();
        if counts.map(|it| &it.value) != Some(&clients.value) {
            add(clients.origin, counts.map(|it| it.origin), true);
        }
    }
    if let Some(lines) = &two.lines {
        let counts = one.lines.as_ref();
        if counts.map(|it| &it.value) != Some(&lines.value) {
            add(lines.origin, counts.map(|it| it.origin), two.lines_guard);
        }
    }
    found
}

fn tell(first: &Asker<'_>, other: &Asker<'_>, difference: &Difference) -> Finding {
    let (winner, loser) = (&first.ingress.meta.name, &other.ingress.meta.name);
    let message = format!(
        "`{}` of Ingress {loser} does not hold: port {} goes by Ingress {winner}, which comes first and says something else",
        other.key_at(difference.lost),
        other.port.value,
    );
    let code = Code::BACKEND_ANNOTATION_CONFLICT;
    let finding = other
        .about(code, difference.lost, message)
        .label(difference.counts, "this counts")
        .help("say the same on both, or take another port");
    if difference.protects {
        finding.severity(Severity::Error).note(format!(
            "nobody may connect to the Services of Ingress {loser}"
        ))
    } else {
        finding
    }
}
