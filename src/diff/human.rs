//! The difference as lines for people.

use std::fmt::Write as _;

use super::delta::{
    BackendChange, Behaviour, CertificateChange, Change, Delta, RequestChange, RouteChange, What,
};
use super::unread::Unread;
use super::view::{Answer, Place, RouteKey};
use crate::text::columns::{align, width_of};
use crate::text::style::{bad, bold, changed, dim, good};
use crate::text::visible;

/// So many routes of one change are named; the others are counted.
const NAMED: usize = 3;

/// What the texts want to know besides the difference.
#[derive(Debug, Clone, Default)]
pub struct Manner {
    /// What stands before the names of the base's files, such as `origin/main:`; empty where they differ anyway.
    pub base: String,
    /// Whether nothing is folded.
    pub all: bool,
    /// How wide the terminal is; `None` where no line is to be broken.
    pub width: Option<usize>,
    /// What is said behind the counts, such as whether a reload is needed.
    pub tail: Option<String>,
    /// What the comment has to say about a side, such as that the base has nothing; a terminal is told by a note.
    pub remark: Option<String>,
    /// What could not be read.
    pub unread: Unread,
}

/// Sections with a line a change, and the counts below. Without a change, only the sentence that says so.
pub fn human(delta: &Delta, manner: &Manner) -> String {
    let mut text = String::new();
    let lines = Lines { manner };
    section(&mut text, "Routes", &lines.routes(&delta.routes));
    section(
        &mut text,
        "Other requests that change hands",
        &requests(delta),
    );
    section(
        &mut text,
        "Behaviour of unchanged routes",
        &lines.behaviour(&delta.behaviour),
    );
    section(&mut text, "Servers", &lines.backends(&delta.backends));
    section(
        &mut text,
        "Certificates",
        &lines.certificates(&delta.certificates),
    );
    let settings: Vec<String> = delta.settings.iter().map(|it| lines.setting(it)).collect();
    section(&mut text, "Settings for everything", &settings);
    text.push_str(&delta.summary_of(manner.unread));
    if let Some(gaps) = manner.unread.sentence() {
        let _ = write!(text, "\n{}", bad(gaps));
    }
    if let Some(tail) = &manner.tail {
        let _ = write!(text, "\n{tail}");
    }
    text.push('\n');
    text
}

fn section(text: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "{}", bold(heading));
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
}

struct Lines<'m> {
    manner: &'m Manner,
}

impl Lines<'_> {
    /// The place in the head, or else the one in the base, which is told apart.
    fn place(&self, head: Option<&Place>, base: Option<&Place>) -> String {
        let shown = match (head, base) {
            (Some(place), _) => place.to_string(),
            (None, Some(place)) => format!("{}{place}", self.manner.base),
            (None, None) => return String::new(),
        };
        dim(visible(&shown)).to_string()
    }

    fn routes(&self, routes: &[RouteChange]) -> Vec<String> {
        let rows: Vec<Vec<String>> = routes
            .iter()
            .map(|change| {
                let key = &change.key;
                vec![
                    mark(change.what, change.lowers),
                    visible(key.host()).into_owned(),
                    visible(&key.path()).into_owned(),
                    visible(&sentence(change)).into_owned(),
                    self.place(change.place.as_ref(), change.base_place.as_ref()),
                ]
            })
            .collect();
        let aligned = self.placed(&rows);
        let mut lines = Vec::new();
        for (line, change) in aligned.into_iter().zip(routes) {
            lines.push(line);
            if let Some(condition) = change.key.condition() {
                lines.push(format!("    if {}", visible(condition)));
            }
            lines.extend(change.changes.iter().map(|it| self.detail(it)));
        }
        lines
    }

    /// A change below the line that it belongs to.
    fn detail(&self, change: &Change) -> String {
        let place = self.place(change.place.as_ref(), change.base_place.as_ref());
        let mark = if change.lowers {
            bad("!").to_string()
        } else {
            " ".to_owned()
        };
        self.beside(&format!("  {mark} {}", visible(&change.words())), &place)
    }

    fn behaviour(&self, behaviour: &[Behaviour]) -> Vec<String> {
        let mut lines = Vec::new();
        // Routes with several changes are named once.
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut before: Option<&[RouteKey]> = None;
        let mut more = Vec::new();
        for Behaviour { change, routes } in behaviour {
            let again = before == Some(routes);
            before = Some(routes);
            let first = routes.first().map(name).unwrap_or_default();
            let (host, path) = if again { Default::default() } else { first };
            rows.push(vec![
                mark(What::Moved, change.lowers),
                visible(&host).into_owned(),
                visible(&path).into_owned(),
                visible(&change.words()).into_owned(),
                self.place(change.place.as_ref(), change.base_place.as_ref()),
            ]);
            more.push(if again {
                Vec::new()
            } else {
                self.others(routes)
            });
        }
        for (line, more) in self.placed(&rows).into_iter().zip(more) {
            lines.push(line);
            lines.extend(more);
        }
        lines
    }

    /// The routes behind the first one.
    fn others(&self, routes: &[RouteKey]) -> Vec<String> {
        let rest = routes.get(1..).unwrap_or_default();
        let named = if self.manner.all {
            rest.len()
        } else {
            NAMED.min(rest.len())
        };
        let mut lines: Vec<String> = rest[..named]
            .iter()
            .map(|key| {
                let (host, path) = name(key);
                visible(&format!("  {host} {path}")).into_owned()
            })
            .collect();
        if rest.len() > named {
            lines.push(format!("  and {} more", rest.len() - named));
        }
        lines
    }

    fn backends(&self, backends: &[BackendChange]) -> Vec<String> {
        let mut lines = Vec::new();
        for change in backends {
            let place = self.place(change.place.as_ref(), None);
            let parts = servers(change);
            let parts: Vec<_> = parts.iter().map(|it| visible(it)).collect();
            let lowers = change.changes.iter().any(|it| it.lowers);
            let backend = visible(&change.backend);
            let name = format!("{} {backend}", mark(What::Moved, lowers));
            let mut line = format!("{name}   {}", parts.join(", "));
            if self
                .manner
                .width
                .is_some_and(|width| width_of(&line) + 2 > width)
            {
                line = format!("{name}\n      {}", parts.join(",\n      "));
            }
            lines.push(self.beside(line.trim_end(), &place));
            for change in &change.changes {
                let mark = if change.lowers {
                    bad("!").to_string()
                } else {
                    " ".to_owned()
                };
                lines.push(format!("  {mark} {}", visible(&change.words())));
            }
        }
        lines
    }

    fn certificates(&self, certificates: &[CertificateChange]) -> Vec<String> {
        let row = |change: &CertificateChange| {
            let what = match (&change.before, &change.after) {
                (None, _) => What::Added,
                (_, None) => What::Removed,
                _ => What::Moved,
            };
            vec![
                mark(what, change.lowers),
                visible(&change.names_in_words()).into_owned(),
                visible(&change.words()).into_owned(),
                self.place(change.place.as_ref(), change.base_place.as_ref()),
            ]
        };
        self.placed(&certificates.iter().map(row).collect::<Vec<_>>())
    }

    fn setting(&self, change: &Change) -> String {
        let place = self.place(change.place.as_ref(), change.base_place.as_ref());
        let words = visible(&change.words()).into_owned();
        let line = format!("{} {words}", mark(What::Moved, change.lowers));
        self.beside(&line, &place)
    }
}

/// Requests that change hands, and what they lose.
fn requests(delta: &Delta) -> Vec<String> {
    let row = |change: &RequestChange| {
        let RequestChange {
            host, path, lost, ..
        } = change;
        vec![
            mark(What::Moved, !lost.is_empty()),
            visible(&format!("{host}{path}")).into_owned(),
            visible(&handed(change)).into_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = delta.requests.iter().map(row).collect();
    let mut lines = Vec::new();
    for (line, change) in columns(&rows).into_iter().zip(&delta.requests) {
        lines.push(line);
        let lost = change.lost.iter();
        lines.extend(lost.map(|it| format!("  {} {}", bad("!"), visible(it))));
    }
    if delta.more_requests > 0 {
        lines.push(more_requests(delta));
    }
    lines
}

/// How many requests are left out, and how many of them lose a guard.
pub(super) fn more_requests(delta: &Delta) -> String {
    match delta.more_lost {
        0 => format!("and {} more", delta.more_requests),
        lost => format!(
            "and {} more, {lost} of them protected less (!)",
            delta.more_requests
        ),
    }
}

/// Aligns rows, the mark one blank before the rest.
fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let bare: Vec<Vec<String>> = rows.iter().map(|row| row[1..].to_vec()).collect();
    let lines = align(&bare);
    let marks = rows.iter().map(|row| &row[0]);
    marks
        .zip(lines)
        .map(|(mark, line)| format!("{mark} {line}"))
        .collect()
}

impl Lines<'_> {
    /// The same, with the place as the last cell: on a line of its own where there is no room beside the others.
    fn placed(&self, rows: &[Vec<String>]) -> Vec<String> {
        let lines = columns(rows);
        let fits = |width: usize| lines.iter().all(|line| width_of(line) + 2 <= width);
        if self.manner.width.is_none_or(fits) {
            return lines;
        }
        let bare: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row[..row.len() - 1].to_vec())
            .collect();
        let lines = columns(&bare).into_iter().zip(rows);
        lines
            .map(|(line, row)| (self.broken(line, row), row))
            .map(|(line, row)| match row.last().map(String::as_str) {
                None | Some("") => line,
                Some(place) => format!("{line}\n      {place}"),
            })
            .collect()
    }

    /// A line without its place, with the sentence below the names where it has no room beside them.
    fn broken(&self, line: String, row: &[String]) -> String {
        let is_wide = self
            .manner
            .width
            .is_some_and(|width| width_of(&line) + 2 > width);
        match row {
            [mark, names @ .., words, _] if is_wide => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let names = names.join("   ");
                format!("{mark} {}\n      {words}", names.trim_end())
            }
            _ => line,
        }
    }

    /// A line with its place behind it, or below it.
    fn beside(&self, line: &str, place: &str) -> String {
        let whole = format!("{line}   {place}");
        match self.manner.width {
            Some(width)
                if !place.is_empty() && (line.contains('\n') || width_of(&whole) + 2 > width) =>
            {
                format!("{line}\n      {place}")
            }
            _ => whole.trim_end().to_owned(),
        }
    }
}

fn mark(what: What, lowers: bool) -> String {
    if lowers {
        return bad("!").to_string();
    }
    match what {
        What::Added => good("+").to_string(),
        What::Removed => bad("-").to_string(),
        What::Moved => changed("~").to_string(),
    }
}

fn name(key: &RouteKey) -> (String, String) {
    let path = match key.condition() {
        Some(condition) => format!("{} if {condition}", key.path()),
        None => key.path(),
    };
    (key.host().to_owned(), path)
}

/// What becomes of a route, without its name.
pub(super) fn sentence(change: &RouteChange) -> String {
    let RouteChange { before, after, .. } = change;
    let same = change.changes.is_empty();
    let told = |answer: &Answer| !matches!(answer, Answer::Nothing | Answer::NotFound);
    match change.what {
        What::Added if before.is(after) && same => format!("{after}, as before"),
        What::Added if before.is(after) => format!("{after}, with other settings"),
        What::Removed if before.is(after) && same => format!("was {before}, and still is"),
        What::Removed if before.is(after) => {
            format!("was {before}, and still is, with other settings")
        }
        What::Added if told(before) => format!("{after}, was {before}"),
        What::Added => after.to_string(),
        What::Removed if *after == Answer::Nothing => format!("was {before}"),
        What::Removed => format!("was {before}, now {after}"),
        What::Moved => {
            let (old, new) = (before.to_string(), after.to_string());
            if old == new {
                // A port that has a name went by it, and is another one now.
                format!("{} -> {}", identity(before), identity(after))
            } else {
                format!("{old} -> {new}")
            }
        }
    }
}

/// What becomes of a request.
pub(super) fn handed(change: &RequestChange) -> String {
    let RequestChange { before, after, .. } = change;
    if before.is(after) {
        format!("{after}, protected less")
    } else {
        format!("{before} -> {after}")
    }
}

fn identity(answer: &Answer) -> String {
    match answer {
        Answer::Service { backend, .. } => backend.clone(),
        other => other.to_string(),
    }
}

/// What becomes of the servers of a backend: how many there are, which come and go, and what is said about those that stay.
pub(super) fn servers(change: &BackendChange) -> Vec<String> {
    let BackendChange {
        added,
        removed,
        changed,
        servers_before,
        servers_after,
        ..
    } = change;
    let count = |count: usize| match count {
        0 => "no servers (503)".to_owned(),
        1 => "1 server".to_owned(),
        count => format!("{count} servers"),
    };
    let mut parts = Vec::new();
    if servers_before != servers_after {
        parts.push(format!(
            "{} -> {}",
            count(*servers_before),
            count(*servers_after)
        ));
    }
    let some = |list: &[String], sign: &str| {
        let shown: Vec<String> = list
            .iter()
            .take(4)
            .map(|it| format!("{sign}{it}"))
            .collect();
        match list.len() {
            0 => None,
            len if len > 4 => Some(format!("{} and {} more", shown.join(" "), len - 4)),
            _ => Some(shown.join(" ")),
        }
    };
    parts.extend(some(added, "+"));
    parts.extend(some(removed, "-"));
    let said = |text: &str| {
        if text.is_empty() {
            "usual".to_owned()
        } else {
            text.to_owned()
        }
    };
    let words: Vec<String> = changed
        .iter()
        .take(4)
        .map(|(server, was, now)| format!("{server} {} -> {}", said(was), said(now)))
        .collect();
    parts.extend(words);
    if changed.len() > 4 {
        parts.push(format!("and {} more", changed.len() - 4));
    }
    parts
}

impl CertificateChange {
    /// The names, as many as fit.
    pub(super) fn names_in_words(&self) -> String {
        match &self.names[..] {
            [one, two, three, rest @ ..] if rest.len() > 1 => {
                format!("{one}, {two}, {three} and {} more", rest.len())
            }
            names => names.join(", "),
        }
    }

    /// What becomes of them.
    pub(super) fn words(&self) -> String {
        match (&self.before, &self.after, self.renewal) {
            (_, Some(after), Some(renewal)) => format!("{after} {}", renewal.words()),
            (None, Some(after), _) => after.clone(),
            (Some(before), None, _) => format!("was {before}, now none of its own"),
            (Some(before), Some(after), None) => format!("{before} -> {after}"),
            (None, None, _) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_but_a_path_is_wider_than_the_terminal() {
        let place = Place {
            file: "head/all.yaml".to_owned(),
            line: 8,
        };
        let servers = |count| (0..count).map(|n| format!("10.1.4.{n}:8080")).collect();
        let delta = Delta {
            routes: vec![RouteChange {
                key: RouteKey::Path {
                    host: "shop.example.com".to_owned(),
                    path: "/beta".to_owned(),
                    kind: crate::ir::PathMatch::Prefix,
                    condition: String::new(),
                },
                what: What::Moved,
                before: Answer::NotFound,
                after: Answer::Closed,
                changes: Vec::new(),
                lowers: false,
                place: Some(place.clone()),
                base_place: None,
            }],
            backends: vec![BackendChange {
                backend: "shop/shop:http".to_owned(),
                changes: Vec::new(),
                added: servers(2),
                removed: servers(1),
                changed: Vec::new(),
                servers_before: 2,
                servers_after: 3,
                place: Some(place),
            }],
            ..Delta::default()
        };
        let text = |width| {
            let manner = Manner {
                width: Some(width),
                ..Manner::default()
            };
            anstream::adapter::strip_str(&human(&delta, &manner)).to_string()
        };
        insta::assert_snapshot!(text(46));
        assert!(text(46).lines().all(|line| width_of(line) <= 46));
        assert!(text(200).lines().count() < text(46).lines().count());
    }
}
