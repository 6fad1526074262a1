//! What holds for every connection: one process serves all clusters, so there is one of everything.

use super::Member;
use crate::annotations::has_guarding_word;
use crate::finding::{Code, Finding};
use crate::ir::{Field, Global};
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
    // Whose certificates clients have to show is judged for itself.
    ("TLS with clients", "global.client-tls.", |a, b| {
        let told = |global: &Global| (global.client_tls.alpn.clone(), global.client_tls.strict_sni);
        told(a) == told(b)
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

/// Takes what the first cluster wants, and says where others want something else.
pub(super) fn unite(members: &[Member], globals: &[Global]) -> (Global, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut holds = globals.first().cloned().unwrap_or_default();
    for (member, other) in members.iter().zip(globals).skip(1) {
        for (what, path, same) in PARTS {
            if !same(&holds, other) {
                findings.push(differ((&members[0], &holds), (member, other), (what, path)));
            }
        }
        if loses_a_guard(&holds, other) {
            holds.closed = true;
            let message = format!(
                "`frontend-config-snippet` of cluster {} keeps clients out, and its lines do not hold: all routes are closed",
                member.name
            );
            let mut finding = Finding::new(Code::CLUSTER_CONFLICT, message)
                .help("let the ConfigMaps of all clusters say the same");
            if let Some(origin) = other.origins.get(&Field::FrontendSnippet) {
                finding = finding.label(*origin, format!("in cluster {}", member.name));
            }
            findings.push(finding);
        }
    }
    (holds, findings)
}

/// Whether lines of `other` that keep clients out are not among those that hold.
fn loses_a_guard(holds: &Global, other: &Global) -> bool {
    let held = &holds.snippets.frontend;
    let mut lines = other.snippets.frontend.iter();
    lines.any(|line| has_guarding_word(&line.words().join(" ")) && !held.contains(line))
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
    use crate::ir::global::{ClientAuthority, ErrorPage, ErrorStatus, Maxconn};
    use crate::ir::{ClusterName, FileStem, Millis, Pem, PemFile, RawLine};
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
    fn said(change: impl Fn(&mut Global)) -> Vec<Finding> {
        let mut changed = Global::default();
        change(&mut changed);
        let (holds, findings) = unite(&members(), &[Global::default(), changed.clone()]);
        assert_eq!(holds, Global::default());
        let (holds, _) = unite(&members(), &[changed.clone(), Global::default()]);
        assert_eq!(holds, changed);
        findings
    }

    #[test]
    fn what_differs_is_told_at_the_places_of_those_who_say_it() {
        let findings = said(|global| {
            global.process.maxconn = Maxconn::new(9);
            global.timeouts.client = Millis::new(9);
            global.origins.insert(Field::Maxconn, origin(1));
            global.origins.insert(Field::ClientTimeout, origin(5));
        });
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
        let findings = |text| unite(&members(), &[with(1, one), with(2, text)]).1;
        assert_eq!(findings(one), []);
        let found = findings(other);
        assert_eq!(found.len(), 1);
        let places: Vec<_> = found[0].labels.iter().map(|label| label.origin).collect();
        assert_eq!(places, [origin(2), origin(1)]);
    }

    #[test]
    fn lines_that_keep_clients_out_are_not_lost_with_their_cluster() {
        let with = |lines: &[&str]| {
            let mut global = Global::default();
            let lines = lines.iter().map(|line| RawLine::new(line).ok().flatten());
            global.snippets.frontend = lines.flatten().collect();
            global
        };
        let deny = "http-request deny unless { src 10.0.0.0/8 }";
        for (first, second, closed) in [
            (vec![], vec![deny], true),
            (vec![deny], vec![], false),
            (vec!["http-request set-header A b", deny], vec![deny], false),
            (vec![], vec!["http-request set-header A b"], false),
        ] {
            let (holds, _) = unite(&members(), &[with(&first), with(&second)]);
            assert_eq!(holds.closed, closed, "{first:?} {second:?}");
        }
    }

    #[test]
    fn how_clients_are_spoken_to_is_told_and_whose_certificates_they_show_is_not() {
        assert_eq!(said(|global| global.client_tls.strict_sni = true).len(), 1);
        let authority = |global: &mut Global| {
            global.client_tls.authority = Some(ClientAuthority {
                file: PemFile {
                    stem: FileStem::new("ca").expect("legal"),
                    pem: Pem::inline("a\n".to_owned()).expect("legal"),
                },
                optional: false,
            });
        };
        assert_eq!(said(authority), []);
    }
}
