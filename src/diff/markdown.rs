//! The difference as a comment on a pull request: the counts, what protects less, and everything else in tables that are folded.

use std::fmt::Write as _;

use super::delta::{BackendChange, CertificateChange, Change, Delta, What};
use super::human::{self, Manner, more_requests};
use super::view::{Place, RouteKey};
use crate::text::markdown::{cell, prose};

/// GitHub takes comments of up to 65,536 characters.
const LONGEST: usize = 60_000;

/// So many rows need no folding.
const UNFOLDED: usize = 8;

/// So many routes of one change are named.
const NAMED: usize = 10;

/// A heading, the counts, and a table for each kind of change.
pub fn markdown(delta: &Delta, manner: &Manner) -> String {
    if delta.is_empty() {
        return "### ingressc: no change for traffic\n".to_owned();
    }
    let mut out = "### ingressc: what changes for traffic\n\n".to_owned();
    out.push_str(&delta.summary());
    if let Some(tail) = &manner.tail {
        let _ = write!(out, " {}", prose(tail));
    }
    out.push('\n');
    let tables = tables(delta, manner);
    let rows: usize = tables.iter().map(|table| table.rows.len()).sum();
    for table in &tables {
        table.write(&mut out, rows > UNFOLDED);
    }
    out
}

/// A table with its heading.
struct Table {
    name: &'static str,
    head: &'static [&'static str],
    /// Cells that are Markdown already; whether a row protects less.
    rows: Vec<(bool, Vec<String>)>,
}

impl Table {
    /// Writes as many rows as there is room for. What protects less comes first, and is never folded.
    fn write(&self, out: &mut String, fold: bool) {
        let (lowered, others): (Vec<_>, Vec<_>) = self.rows.iter().partition(|(lowers, _)| *lowers);
        if self.rows.is_empty() {
            return;
        }
        let count = self.rows.len();
        let _ = write!(out, "\n**{}** ({count})\n", self.name);
        if !fold {
            let all: Vec<_> = lowered.into_iter().chain(others).collect();
            self.rows(out, &all);
            return;
        }
        if !lowered.is_empty() {
            self.rows(out, &lowered);
        }
        if others.is_empty() {
            return;
        }
        let more = if lowered.is_empty() { "" } else { " more" };
        let _ = write!(
            out,
            "\n<details>\n<summary>{}{more}</summary>\n",
            others.len()
        );
        self.rows(out, &others);
        out.push_str("\n</details>\n");
    }

    fn rows(&self, out: &mut String, rows: &[&(bool, Vec<String>)]) {
        if out.len() > LONGEST {
            let _ = write!(
                out,
                "\n{} rows, for which there is no room here.\n",
                rows.len()
            );
            return;
        }
        let rule = "---|".repeat(self.head.len());
        let _ = write!(out, "\n| {} |\n|{rule}\n", self.head.join(" | "));
        for (index, (_, cells)) in rows.iter().enumerate() {
            let line = format!("| {} |\n", cells.join(" | "));
            if out.len() + line.len() > LONGEST {
                let left = rows.len() - index;
                let _ = write!(out, "\nAnd {left} more, for which there is no room here.\n");
                return;
            }
            out.push_str(&line);
        }
    }
}

fn tables(delta: &Delta, manner: &Manner) -> Vec<Table> {
    let at = |head: Option<&Place>, base: Option<&Place>| match (head, base) {
        (Some(place), _) => cell(&place.to_string()),
        (None, Some(place)) => cell(&format!("{}{place}", manner.base)),
        (None, None) => String::new(),
    };
    let of_change = |change: &Change| {
        let place = at(change.place.as_ref(), change.base_place.as_ref());
        (said(&change.words()), place)
    };
    let routes = delta.routes.iter().map(|change| {
        let mut words = said(&human::sentence(change));
        for detail in &change.changes {
            let sign = if detail.lowers { "**!** " } else { "" };
            let _ = write!(words, "<br>{sign}{}", said(&detail.words()));
        }
        let place = at(change.place.as_ref(), change.base_place.as_ref());
        let mark = mark(change.what, change.lowers);
        (change.lowers, vec![mark, name(&change.key), words, place])
    });
    let requests = delta.requests.iter().map(|change| {
        let lowers = !change.lost.is_empty();
        let mut words = said(&human::handed(change));
        for guard in &change.lost {
            let _ = write!(words, "<br>**!** {}", said(guard));
        }
        let who = cell(&format!("{}{}", change.host, change.path));
        (lowers, vec![mark(What::Moved, lowers), who, words])
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
            vec![mark, cell(&change.backend), backend(change), place],
        )
    });
    let certificates = delta.certificates.iter().map(|change| {
        let what = match (&change.before, &change.after) {
            (None, _) => What::Added,
            (_, None) => What::Removed,
            _ => What::Moved,
        };
        let place = at(change.place.as_ref(), change.base_place.as_ref());
        (false, certificate(change, mark(what, false), place))
    });
    let settings = delta.settings.iter().map(|change| {
        let (words, place) = of_change(change);
        let mark = mark(What::Moved, change.lowers);
        (change.lowers, vec![mark, words, place])
    });
    let mut requests: Vec<_> = requests.collect();
    if delta.more_requests > 0 {
        let more = more_requests(delta);
        requests.push((false, vec![String::new(), more, String::new()]));
    }
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
            requests,
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

fn backend(change: &BackendChange) -> String {
    let servers = human::servers(change);
    let settings = change.changes.iter().map(|it| {
        let sign = if it.lowers { "**!** " } else { "" };
        format!("{sign}{}", said(&it.words()))
    });
    let servers = servers.iter().map(|words| said(words));
    let all: Vec<String> = servers.chain(settings).collect();
    all.join("<br>")
}

fn certificate(change: &CertificateChange, mark: String, place: String) -> Vec<String> {
    let names = cell(&change.names_in_words());
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
        Some(condition) => format!("{} if {}", cell(&route), cell(condition)),
        None => cell(&route),
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
            assert!(text.chars().count() < 65_536, "{count}");
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
}
