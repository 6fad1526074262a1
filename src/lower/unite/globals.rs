//! What holds for every connection: one process serves all clusters, so there is one of everything.

use super::Member;
use crate::finding::{Code, Finding};
use crate::ir::Global;
use crate::source::Origin;

/// What is compared as a whole: how messages call it, where its fields are, and whether two clusters want the same.
type Part = (&'static str, &'static str, fn(&Global, &Global) -> bool);

const PARTS: [Part; 7] = [
    ("limits of the process", "global.process.", |a, b| {
        a.process == b.process
    }),
    ("logs", "global.logging.", |a, b| a.logging == b.logging),
    ("timeouts", "global.timeouts.", |a, b| {
        a.timeouts == b.timeouts
    }),
    ("TLS with clients", "global.client-tls.", |a, b| {
        a.client_tls == b.client_tls
    }),
    ("connections with clients", "global.connections.", |a, b| {
        a.connections == b.connections
    }),
    ("raw lines", "global.snippets.", |a, b| {
        a.snippets == b.snippets
    }),
    ("error files", "", |a, b| {
        a.error_pages.says_the_same(&b.error_pages)
    }),
];

/// Takes what the first cluster wants, and says where others want something else. The second value tells whether everything has to
/// be closed: some cluster asks clients for certificates in another way, and nobody may come in by the door of its neighbour.
pub(super) fn unite(members: &[Member], globals: Vec<Global>) -> (Global, bool, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut closed = false;
    let mut globals = globals.into_iter();
    let holds = globals.next().unwrap_or_default();
    for (member, other) in members.iter().skip(1).zip(globals) {
        for (what, path, same) in PARTS {
            if !same(&holds, &other) {
                findings.push(differ(
                    (&members[0], &holds),
                    (member, &other),
                    (what, path),
                ));
            }
        }
        closed |= holds.client_tls != other.client_tls;
    }
    (holds, closed, findings)
}

fn differ(
    (first, holds): (&Member, &Global),
    (member, other): (&Member, &Global),
    (what, path): (&str, &str),
) -> Finding {
    let (winner, loser) = (&first.name, &member.name);
    let mut finding = Finding::new(
        Code::CLUSTER_CONFLICT,
        format!(
            "clusters {winner} and {loser} want different {what}, and one process serves both: those of {winner} hold"
        ),
    )
    .help("let the ConfigMaps of all clusters say the same");
    for origin in places(other, path) {
        finding = finding.label(origin, format!("in cluster {loser}"));
    }
    for origin in places(holds, path) {
        finding = finding.label(origin, format!("in cluster {winner}, which holds"));
    }
    finding
}

/// Where the settings below `path` stand; those of the error files below the empty one.
fn places(global: &Global, path: &str) -> Vec<Origin> {
    if path.is_empty() {
        let pages = global.error_pages.0.values();
        return pages.map(|page| page.origin).collect();
    }
    let fields = global.origins.iter();
    fields
        .filter(|(field, _)| field.path().starts_with(path))
        .map(|(_, origin)| *origin)
        .collect()
}
