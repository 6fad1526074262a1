//! Lines of sections, of which HAProxy reads each once, when it starts.
//!
//! In: a section before and after. Out: a change for each line that differs, all of which want a reload.

use std::collections::BTreeMap;

use super::config::{Config, Line, Section};
use super::{Builder, ChangeKind};

/// Why a line wants a reload.
const READ_ONCE: &str = "HAProxy reads it when it starts, and no command changes it";

/// The lines that differ, but for those of servers in a backend. `told`: other defaults have been told already.
pub(super) fn compare(
    (from_config, from): (&Config, &Section),
    (to_config, to): (&Config, &Section),
    told: bool,
    out: &mut Builder,
) {
    if from.rest != to.rest && !told {
        let what = format!("{} → {}", header(from), header(to));
        let why = "a section takes its settings from another one when HAProxy starts";
        out.reload(ChangeKind::SettingChanged, to.title(), what, why);
    }
    let of_backend = to.keyword == "backend";
    let lines = |section| -> Vec<&Line> { lines_of(section, of_backend) };
    let (old, new) = (lines(from), lines(to));
    if old == new {
        return;
    }
    let pairs = pairs(&old, &new);
    if pairs.is_empty() {
        let why = "lines of a section hold in their order, which HAProxy reads when it starts";
        return out.reload(
            ChangeKind::SettingChanged,
            to.title(),
            "the order of its lines",
            why,
        );
    }
    for (old, new) in pairs {
        let origin = new
            .and_then(|line| to_config.origin(line))
            .or_else(|| old.and_then(|line| from_config.origin(line)));
        let (kind, what) = match (old.map(Line::told), new.map(Line::told)) {
            (Some(old), Some(new)) if old == new => (ChangeKind::SettingChanged, new),
            (Some(old), Some(new)) => (ChangeKind::SettingChanged, format!("{old} → {new}")),
            (None, Some(new)) => (ChangeKind::SettingAdded, new),
            (Some(old), None) => (ChangeKind::SettingRemoved, old),
            (None, None) => continue,
        };
        let keyword = old.or(new).map_or("", Line::keyword);
        out.reload_of_lines(kind, to.title(), what, (origin, Vec::new()), why(keyword));
    }
}

/// A line before and after.
pub(super) type Pair<'l> = (Option<&'l Line>, Option<&'l Line>);

/// The lines that differ, those that took the place of others beside them, in their order. Empty where only the order differs.
pub(super) fn pairs<'l>(old: &[&'l Line], new: &[&'l Line]) -> Vec<Pair<'l>> {
    let (gone, come) = difference(old, new);
    let mut pairs = Pairs::of(gone, come);
    pairs.sort();
    pairs.0
}

fn lines_of(section: &Section, of_backend: bool) -> Vec<&Line> {
    if of_backend {
        section.settings().collect()
    } else {
        section.lines.iter().collect()
    }
}

fn header(section: &Section) -> String {
    if section.rest.is_empty() {
        return "from no other section".to_owned();
    }
    join(&section.rest)
}

/// Why a line of this keyword wants a reload.
fn why(keyword: &str) -> &'static str {
    match keyword {
        "server-template" => {
            "DNS finds these servers, and their number is settled when HAProxy starts"
        }
        "bind" => "HAProxy opens its ports when it starts",
        "default-server" => "it is copied into the servers when HAProxy starts",
        "use_backend" | "default_backend" | "acl" => "rules are read when HAProxy starts",
        keyword if keyword.starts_with("http-") || keyword.starts_with("tcp-") => {
            "rules are read when HAProxy starts"
        }
        _ => READ_ONCE,
    }
}

/// The lines of `old` that `new` has not, and the other way round; a line that stands there twice counts twice.
fn difference<'l>(old: &[&'l Line], new: &[&'l Line]) -> (Vec<&'l Line>, Vec<&'l Line>) {
    let key = |line: &&'l Line| (&line.words, line.expands);
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for line in old {
        *counts.entry(key(line)).or_default() += 1;
    }
    let mut come = Vec::new();
    for line in new {
        match counts.get_mut(&key(line)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => come.push(*line),
        }
    }
    // The last ones of those that stand there more often than now.
    let mut gone = Vec::new();
    for line in old.iter().rev() {
        if let Some(count) = counts.get_mut(&key(line))
            && *count > 0
        {
            *count -= 1;
            gone.push(*line);
        }
    }
    gone.reverse();
    (gone, come)
}

/// Lines that took the place of others, by what they are about.
struct Pairs<'l>(Vec<Pair<'l>>);

impl<'l> Pairs<'l> {
    fn of(gone: Vec<&'l Line>, come: Vec<&'l Line>) -> Self {
        let mut groups: BTreeMap<&[String], (Vec<&'l Line>, Vec<&'l Line>)> = BTreeMap::new();
        for line in gone {
            groups.entry(subject(line)).or_default().0.push(line);
        }
        for line in come {
            groups.entry(subject(line)).or_default().1.push(line);
        }
        let mut pairs = Vec::new();
        for (gone, come) in groups.into_values() {
            if let ([old], [new]) = (&gone[..], &come[..]) {
                pairs.push((Some(*old), Some(*new)));
                continue;
            }
            pairs.extend(gone.into_iter().map(|line| (Some(line), None)));
            pairs.extend(come.into_iter().map(|line| (None, Some(line))));
        }
        Self(pairs)
    }

    /// In the order of the lines.
    fn sort(&mut self) {
        self.0
            .sort_by_key(|(old, new)| new.or(*old).map(|line| line.number));
    }
}

/// The words that say what a line is about: two, or one where a section says it once.
fn subject(line: &Line) -> &[String] {
    let one = matches!(
        line.keyword(),
        "balance"
            | "cookie"
            | "default_backend"
            | "hash-type"
            | "log-format"
            | "maxconn"
            | "mode"
            | "retries"
    );
    let words = line.words.len().min(if one { 1 } else { 2 });
    line.words.get(..words).unwrap_or_default()
}

/// A section that is new or gone.
pub(super) fn whole(kind: ChangeKind, section: &Section, out: &mut Builder) {
    let title = section.title();
    let unread = ["defaults", "userlist"].contains(&section.keyword.as_str());
    if kind == ChangeKind::SettingRemoved && unread {
        return out.file_only(kind, title, "", "nothing names it any more");
    }
    let why = match section.keyword.as_str() {
        "frontend" | "listen" => "HAProxy opens its ports when it starts",
        _ => "HAProxy reads sections when it starts",
    };
    out.reload(kind, title, "", why);
}

/// Words as somebody would write them.
pub(super) fn join(words: &[String]) -> String {
    let quoted = words.iter().map(|word| {
        let bare = !word.is_empty() && !word.contains([' ', '\'', '"', '#', '\\']);
        if bare {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}
