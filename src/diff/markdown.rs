//! The difference as a comment on a pull request: the counts, what protects less, and everything else in tables that are folded.

use std::fmt::Write as _;

use table::{Table, write_all};

use super::delta::{
    BackendChange, CertificateChange, Change, Delta, RequestChange, What, cut, shortened,
};
use super::human::{self, Manner, more_requests};
use super::view::{Place, RouteKey};
use crate::text::markdown::{cell, prose};

mod table;

/// So many routes of one change are named.
const NAMED: usize = 10;

/// So many characters of a name are shown.
const LONGEST_NAME: usize = 200;

/// So many bytes of a row's sentences are written; the others are counted.
const LONGEST_CELL: usize = 3_000;

/// A heading, the counts, and a table for each kind of change.
pub fn markdown(delta: &Delta, manner: &Manner) -> String {
    let heading = match (delta.is_empty(), manner.unread.is_none()) {
        (true, true) => "no change for traffic",
        (true, false) => "what changes for traffic is not known",
        (false, _) => "what changes for traffic",
    };
    let mut out = format!("### ingressc: {heading}\n");
    if let Some(gaps) = manner.unread.sentence() {
        let _ = write!(out, "\n**{gaps}**\n");
    }
    if let Some(remark) = &manner.remark {
        let _ = write!(out, "\n{}\n", prose(&cut(remark, LONGEST_CELL)));
    }
    if delta.is_empty() {
        if !manner.unread.is_none() {
            let _ = write!(out, "\n{}\n", delta.summary_of(manner.unread));
        }
        return out;
    }
    let _ = write!(out, "\n{}", delta.summary());
    if let Some(tail) = &manner.tail {
        let _ = write!(out, " {}", prose(&cut(tail, LONGEST_CELL)));
    }
    out.push('\n');
    write_all(&mut out, &tables(delta, manner));
    out
}

/// Sentences below each other: what protects less first, as many as a row may hold.
fn sentences(first: Vec<String>, mut details: Vec<(bool, String)>) -> String {
    details.sort_by_key(|(lowers, _)| !lowers);
    let details = details.into_iter().map(|(lowers, words)| {
        let sign = if lowers { "**!** " } else { "" };
        format!("{sign}{words}")
    });
    let mut all = first.into_iter().chain(details);
    let mut text = all.next().unwrap_or_default();
    while let Some(words) = all.next() {
        if text.len() + words.len() > LONGEST_CELL {
            let _ = write!(text, "<br>and {} more", all.count() + 1);
            break;
        }
        let _ = write!(text, "<br>{words}");
    }
    text
}

fn tables(delta: &Delta, manner: &Manner) -> Vec<Table> {
    let at = |head: Option<&Place>, base: Option<&Place>| match (head, base) {
        (Some(place), _) => cell(&cut(&place.to_string(), LONGEST_NAME)),
        (None, Some(place)) => cell(&cut(&format!("{}{place}", manner.base), LONGEST_NAME)),
        (None, None) => String::new(),
    };
    let of_change = |change: &Change| {
        let place = at(change.place.as_ref(), change.base_place.as_ref());
        (said(&change.words()), place)
    };
    let routes = delta.routes.iter().map(|change| {
        let words = sentences(
            vec![said(&human::sentence(change))],
            details(&change.changes),
        );
        let place = at(change.place.as_ref(), change.base_place.as_ref());
        let mark = mark(change.what, change.lowers);
        (change.lowers, vec![mark, name(&change.key), words, place])
    });
    let behaviour = delta.behaviour.iter().map(|it| {
        let (words, place) = of_change(&it.change);
        let lowers = it.change.lowers;
        let cells = vec![mark(What::Moved, lowers), names(&it.routes), words, place];
        (lowers, cells)
    });
    let backends = delta.backends.iter().map(|change| {
        let lowers = change.changes.iter().any(|it| it.lowers);
        let place = at(change.place.as_ref(), None);
        let mark = mark(What::Moved, lowers);
        (
            lowers,
            vec![
                mark,
                cell(&cut(&change.backend, LONGEST_NAME)),
                backend(change),
                place,
            ],
        )
    });
    let certificates = delta.certificates.iter().map(|change| {
        let what = match (&change.before, &change.after) {
            (None, _) => What::Added,
            (_, None) => What::Removed,
            _ => What::Moved,
        };
        let place = at(change.place.as_ref(), change.base_place.as_ref());
        let mark = mark(what, change.lowers);
        (change.lowers, certificate(change, mark, place))
    });
    let settings = delta.settings.iter().map(|change| {
        let (words, place) = of_change(change);
        let mark = mark(What::Moved, change.lowers);
        (change.lowers, vec![mark, words, place])
    });
    let table = |name, head, rows| Table { name, head, rows };
    vec![
        table(
            "Routes",
            &["", "Route", "Change", "Where"],
            routes.collect(),
        ),
        table(
            "Other requests that change hands",
            &["", "Request", "Change"],
            requests(delta),
        ),
        table(
            "Behaviour of unchanged routes",
            &["", "Routes", "Change", "Where"],
            behaviour.collect(),
        ),
        table(
            "Servers",
            &["", "Service port", "Change", "Where"],
            backends.collect(),
        ),
        table(
            "Certificates",
            &["", "Names", "Change", "Where"],
            certificates.collect(),
        ),
        table(
            "Settings for everything",
            &["", "Change", "Where"],
            settings.collect(),
        ),
    ]
}

/// Requests that change hands, and how many are not listed.
fn requests(delta: &Delta) -> Vec<(bool, Vec<String>)> {
    let row = |change: &RequestChange| {
        let lowers = !change.lost.is_empty();
        let lost = change.lost.iter();
        let lost = lost.map(|guard| (true, said(&shortened(guard))));
        let words = sentences(vec![said(&human::handed(change))], lost.collect());
        let who = format!("{}{}", change.host, change.path);
        let who = cell(&cut(&who, LONGEST_NAME));
        (lowers, vec![mark(What::Moved, lowers), who, words])
    };
    let mut rows: Vec<_> = delta.requests.iter().map(row).collect();
    if delta.more_requests > 0 {
        let more = more_requests(delta);
        rows.push((false, vec![String::new(), more, String::new()]));
    }
    rows
}

fn backend(change: &BackendChange) -> String {
    let servers = human::servers(change);
    let servers = servers.iter().map(|words| said(&shortened(words)));
    sentences(servers.collect(), details(&change.changes))
}

fn details(changes: &[Change]) -> Vec<(bool, String)> {
    let details = changes.iter().map(|it| (it.lowers, said(&it.words())));
    details.collect()
}

fn certificate(change: &CertificateChange, mark: String, place: String) -> Vec<String> {
    let names = cell(&shortened(&change.names_in_words()));
    vec![mark, names, said(&change.words()), place]
}

fn mark(what: What, lowers: bool) -> String {
    match (lowers, what) {
        (true, _) => "**!**",
        (_, What::Added) => "+",
        (_, What::Removed) => "\u{2212}",
        (_, What::Moved) => "~",
    }
    .to_owned()
}

fn name(key: &RouteKey) -> String {
    let route = match key {
        RouteKey::Path { .. } => format!("{}{}", key.host(), key.path()),
        RouteKey::Default => key.host().to_owned(),
        RouteKey::Tls { .. } | RouteKey::Tcp { .. } => format!("{} {}", key.host(), key.path()),
    };
    match key.condition() {
        Some(condition) => format!(
            "{} if {}",
            cell(&cut(&route, LONGEST_NAME)),
            cell(&cut(condition, LONGEST_NAME))
        ),
        None => cell(&cut(&route, LONGEST_NAME)),
    }
}

fn names(keys: &[RouteKey]) -> String {
    let mut shown: Vec<String> = keys.iter().take(NAMED).map(name).collect();
    if keys.len() > NAMED {
        shown.push(format!("and {} more", keys.len() - NAMED));
    }
    shown.join("<br>")
}

/// A sentence of ours around foreign text. Words that Markdown would read are code.
fn said(text: &str) -> String {
    // Where a backslash stands before the bar, the one that is added would be taken for escaped itself.
    prose(&text.replace("\\|", "\\ |"))
        .replace('|', "\\|")
        .replace(" -> ", " → ")
        .replace(" `->` ", " → ")
}

#[cfg(test)]
mod tests {
    use super::super::delta::{Behaviour, RouteChange};
    use super::super::facet::Facet;
    use super::super::view::Answer;
    use super::*;
    use crate::ir::PathMatch;

    fn key(host: &str, path: &str) -> RouteKey {
        RouteKey::Path {
            host: host.to_owned(),
            path: path.to_owned(),
            kind: PathMatch::Prefix,
            condition: String::new(),
        }
    }

    fn removed(host: &str, path: &str) -> RouteChange {
        RouteChange {
            key: key(host, path),
            what: What::Removed,
            before: Answer::Closed,
            after: Answer::NotFound,
            changes: Vec::new(),
            lowers: false,
            place: None,
            base_place: Some(Place {
                file: "a|b`<img>.yaml".to_owned(),
                line: 3,
            }),
        }
    }

    #[test]
    fn hostile_names_are_code() {
        let evil = "/`|<img src=x>|@team|[x](http://e)";
        let change = Change {
            facet: Facet::SecurityHeader,
            of: "X|<b>".to_owned(),
            before: Some("@all | ``".to_owned()),
            after: None,
            lowers: true,
            place: None,
            base_place: None,
        };
        let delta = Delta {
            routes: vec![removed("shop.example.com", evil)],
            behaviour: vec![Behaviour {
                change,
                routes: vec![key("*", evil)],
            }],
            ..Delta::default()
        };
        insta::assert_snapshot!(markdown(&delta, &Manner::default()));
    }

    #[test]
    fn a_comment_is_never_too_long() {
        for count in [10, 300, 5_000] {
            let routes = (0..count)
                .map(|n| removed("shop.example.com", &format!("/{}{n}", "x".repeat(300))));
            let delta = Delta {
                routes: routes.collect(),
                ..Delta::default()
            };
            let text = markdown(&delta, &Manner::default());
            assert!(text.len() <= 60_000, "{count}");
            assert_eq!(
                text.matches("<details>").count(),
                text.matches("</details>").count()
            );
            assert_eq!(
                text.contains("for which there is no room"),
                count > 150,
                "{count}"
            );
        }
    }

    fn lost(header: &str) -> Change {
        Change {
            facet: Facet::SecurityHeader,
            of: header.to_owned(),
            before: Some("x ".repeat(30_000)),
            after: None,
            lowers: true,
            place: None,
            base_place: None,
        }
    }

    #[test]
    fn what_protects_less_has_room_before_all_others() {
        let flood = (0..5_000).map(|n| removed("shop.example.com", &format!("/{n}")));
        let mut guarded = removed("shop.example.com", "/admin");
        guarded.changes = (0..300).map(|n| lost(&format!("X-{n}"))).collect();
        guarded.lowers = true;
        let delta = Delta {
            routes: flood.chain([guarded]).collect(),
            behaviour: vec![Behaviour {
                change: lost("X-Frame-Options"),
                routes: vec![key("*", &"/x".repeat(40_000)); 12],
            }],
            settings: vec![lost("X-Last")],
            ..Delta::default()
        };
        let text = markdown(&delta, &Manner::default());
        assert!(text.len() <= 60_000, "{}", text.len());
        for name in ["/admin", "X-0", "X-Frame-Options", "X-Last"] {
            assert!(text.contains(name), "{name} has no room");
        }
        assert!(!text.contains("that protects less, for which"), "{text}");
        assert_eq!(
            text.matches("**!**").count(),
            3 + text.matches("<br>**!**").count()
        );
    }

    #[test]
    fn too_much_that_protects_less_is_counted() {
        let delta = Delta {
            settings: (0..2_000).map(|n| lost(&format!("X-{n}"))).collect(),
            ..Delta::default()
        };
        let text = markdown(&delta, &Manner::default());
        assert!(text.len() <= 60_000, "{}", text.len());
        assert!(text.contains(" more that protect less, for which there is no room here."));
    }
}
