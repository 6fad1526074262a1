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
        a.connections == b.connections && a.proxy_protocol == b.proxy_protocol
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
        let door = |global: &Global| {
            let tls = &global.client_tls;
            (tls.authority.clone(), tls.strict_sni)
        };
        closed |= door(&holds) != door(&other);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::ir::global::{ErrorPage, ErrorStatus, Maxconn};
    use crate::ir::{ClusterName, Field, Millis};
    use crate::source::{FileId, Sourced};

    fn members() -> Vec<Member> {
        let member = |name| Member {
            name: ClusterName::new(name).expect("legal"),
            weight: None,
            backup: false,
        };
        vec![member("ams"), member("fra")]
    }

    fn origin(start: u32) -> Origin {
        Origin {
            file: FileId::new(0),
            start,
            end: start + 1,
        }
    }

    /// What is said of two clusters, one of them changed.
    fn said(change: impl Fn(&mut Global)) -> (bool, Vec<Finding>) {
        let mut changed = Global::default();
        change(&mut changed);
        let (holds, closed, findings) = unite(&members(), vec![Global::default(), changed.clone()]);
        assert_eq!(holds, Global::default());
        let (holds, reversed, _) = unite(&members(), vec![changed.clone(), Global::default()]);
        assert_eq!((holds, reversed), (changed, closed));
        (closed, findings)
    }

    #[test]
    fn what_differs_is_told_at_the_places_of_those_who_say_it() {
        let (closed, findings) = said(|global| {
            global.process.maxconn = Maxconn::new(9);
            global.timeouts.client = Millis::new(9);
            global.origins.insert(Field::Maxconn, origin(1));
            global.origins.insert(Field::ClientTimeout, origin(5));
        });
        assert!(!closed);
        let places: Vec<_> = findings.iter().map(Finding::origin).collect();
        assert_eq!(places, [Some(origin(1)), Some(origin(5))]);
        assert!(findings.iter().all(|it| it.severity == Severity::Error));
    }

    #[test]
    fn the_same_error_file_at_another_place_is_the_same() {
        let with = |start, text| {
            let page = ErrorPage::new(text).expect("legal");
            let mut global = Global::default();
            let status = ErrorStatus::new(503).expect("known");
            let pages = &mut global.error_pages.0;
            pages.insert(status, Sourced::new(page, origin(start)));
            global
        };
        let (one, other) = ("HTTP/1.1 503 A\n\n", "HTTP/1.1 503 B\n\n");
        let findings = |text| unite(&members(), vec![with(1, one), with(2, text)]).2;
        assert_eq!(findings(one), []);
        let found = findings(other);
        assert_eq!(found.len(), 1);
        let places: Vec<_> = found[0].labels.iter().map(|label| label.origin).collect();
        assert_eq!(places, [origin(2), origin(1)]);
    }

    #[test]
    fn nobody_comes_in_by_the_door_of_a_neighbour() {
        let (closed, findings) = said(|global| global.client_tls.strict_sni = true);
        assert!(closed);
        assert_eq!(findings.len(), 1);
    }
}
