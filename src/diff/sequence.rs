//! Lines whose order counts: of raw lines, of files of the operator, and of what no reader knows.
//!
//! Whether a line is the same goes by its words, so that blanks and comments are no difference. A line that stands elsewhere among the
//! others is told once.

use std::collections::{BTreeMap, HashMap};

use super::policy::digest;
use super::view::Place;
use crate::ir::secret;
use crate::ir::words::words_with_variables;

/// What a line does to requests, as far as its first words say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// No rule reads it: a timeout, a log format.
    Light,
    /// A rule may read it.
    Usual,
    /// It ends requests, or it decides about those that do.
    Decides,
    /// It refuses what it is met by.
    Refuses,
}

/// A line.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// As it may be told.
    pub(super) shown: String,
    pub(super) weight: Weight,
    pub(super) place: Option<Place>,
    /// Its words, or a digest of them where not all may be told.
    same: String,
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.same == other.same
    }
}

impl Eq for Line {}

impl Line {
    /// Reads a line; `None` where it says nothing.
    pub(super) fn new(text: &str, place: Option<Place>) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            return None;
        }
        let read = words_with_variables(text);
        let words = read.unwrap_or_else(|_| text.split(' ').map(str::to_owned).collect());
        if words.is_empty() {
            return None;
        }
        let shown = secret::told_line(text, false);
        let same = words.join("\0");
        Some(Self {
            weight: weight(&words),
            same: if shown == text { same } else { digest(&same) },
            shown,
            place,
        })
    }
}

impl Line {
    /// Whether it turns requests away.
    pub(super) fn refuses(&self) -> bool {
        self.weight == Weight::Refuses
    }
}

/// Directives of ours that open a door, or say who somebody is, where they stand in no rule.
const OUR_DOORS: [&str; 3] = ["bind", "user", "stats"];

impl Line {
    /// Reads a line of ours. What it is there for, others tell; only a refusal or a door has weight by itself.
    pub(super) fn ours(text: &str, place: Option<Place>) -> Option<Self> {
        let mut line = Self::new(text, place)?;
        let mut words = text.split_ascii_whitespace();
        let is_door = words.next().is_some_and(|first| OUR_DOORS.contains(&first))
            || words.any(|word| word == "set-src" || word == "expect-proxy");
        if line.weight != Weight::Refuses && !(is_door && line.weight == Weight::Decides) {
            line.weight = Weight::Light;
        }
        Some(line)
    }
}

/// How a line of one sequence stands in another.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'l> {
    /// It is not there any more.
    Gone(&'l Line),
    /// It is new.
    Come(&'l Line),
    /// It stands elsewhere among the others: where it was, and where it is, from 1.
    Moved(&'l Line, usize, &'l Line, usize),
    /// What it says may not be told, and is something else.
    Changed(&'l Line, &'l Line),
}

/// What becomes of the lines, in their order. As few as possible are moved.
pub(super) fn steps<'l>(before: &'l [Line], after: &'l [Line]) -> Vec<Step<'l>> {
    // A line that stands twice is two lines: the first and the second of its kind.
    let number = |lines: &'l [Line]| {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut keys = Vec::new();
        for line in lines {
            let count = seen.entry(&line.same).or_default();
            *count += 1;
            keys.push((line.same.as_str(), *count));
        }
        keys
    };
    let (old, new) = (number(before), number(after));
    let at: HashMap<_, usize> = new.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    let both: Vec<(usize, usize)> = old
        .iter()
        .enumerate()
        .filter_map(|(was, key)| Some((was, *at.get(key)?)))
        .collect();
    let stay = rising(&both);
    let mut found = Vec::new();
    let mut known = vec![false; after.len()];
    for (was, is) in &both {
        known[*is] = true;
        if stay.binary_search(&(*was, *is)).is_err() {
            found.push(Step::Moved(&before[*was], was + 1, &after[*is], is + 1));
        }
    }
    let mut hidden: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for (line, _) in after.iter().zip(&known).filter(|(_, known)| !**known) {
        hidden.entry(&line.shown).or_default().push(line);
    }
    for (line, key) in before.iter().zip(&old) {
        if at.contains_key(key) {
            continue;
        }
        let twin = hidden.get_mut(line.shown.as_str()).and_then(|lines| {
            let twin = lines.iter().position(|twin| twin.same != line.same)?;
            Some(lines.remove(twin))
        });
        found.push(match twin {
            Some(twin) => Step::Changed(line, twin),
            None => Step::Gone(line),
        });
    }
    found.extend(hidden.into_values().flatten().map(Step::Come));
    found
}

/// The longest part of the pairs that rises on both sides, which begin sorted by the first.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The pair at which the lowest row of each length ends, and the one before each pair in its row.
    let mut ends: Vec<usize> = Vec::new();
    let mut back: Vec<Option<usize>> = Vec::new();
    for (at, (_, second)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *second);
        back.push(length.checked_sub(1).map(|before| ends[before]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut row = Vec::new();
    let mut next = ends.last().copied();
    while let Some(at) = next {
        row.push(pairs[at]);
        next = back[at];
    }
    row.reverse();
    row
}

/// Whether a step may let through what was kept out. Where lines decide, whoever reads the difference has to judge: only a refusal that
/// comes lets nobody through.
pub(super) fn lowers(step: &Step<'_>, guarded: bool) -> bool {
    let judged = |weight: Weight| weight >= Weight::Decides || guarded && weight == Weight::Usual;
    match step {
        Step::Come(line) => line.weight != Weight::Refuses && judged(line.weight),
        Step::Gone(line) | Step::Moved(line, ..) | Step::Changed(line, _) => judged(line.weight),
    }
}

/// Whether a line among them decides who gets through.
pub(super) fn is_guarded(lines: &[Line]) -> bool {
    lines.iter().any(|line| line.weight >= Weight::Decides)
}

/// Directives that no rule reads.
const LIGHT: [&str; 13] = [
    "timeout",
    "log",
    "log-format",
    "log-tag",
    "balance",
    "hash-type",
    "retries",
    "maxconn",
    "fullconn",
    "compression",
    "nbthread",
    "description",
    "errorfile",
];

/// Directives that open a door, or say who somebody is.
const DOORS: [&str; 14] = [
    "acl",
    "bind",
    "use_backend",
    "default_backend",
    "use-server",
    "server",
    "server-template",
    "default-server",
    "user",
    "group",
    "stats",
    "filter",
    "ssl-default-bind-options",
    "ssl-default-bind-ciphers",
];

/// Words that decide about TLS and addresses, wherever they stand.
const DECIDING: [&str; 9] = [
    "accept-proxy",
    "ssl-min-ver",
    "ssl-max-ver",
    "verify",
    "ca-file",
    "crl-file",
    "strict-sni",
    "ssl",
    "quic-initial",
];

fn weight(words: &[String]) -> Weight {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let call = |at: usize| word(at).split('(').next().unwrap_or_default();
    let action = match word(0) {
        "http-request" | "http-response" | "http-after-response" => call(1),
        "tcp-request" | "tcp-response" if word(1) != "inspect-delay" => call(2),
        _ => "",
    };
    match action {
        "" => {}
        "deny" | "reject" | "tarpit" | "silent-drop" | "auth" => return Weight::Refuses,
        "return" => {
            let status = words.iter().position(|word| word == "status");
            let status = status.map_or("", |at| word(at + 1));
            return if status.starts_with(['4', '5']) {
                Weight::Refuses
            } else {
                Weight::Decides
            };
        }
        "set-header" | "add-header" | "del-header" | "replace-header" | "replace-value" => {
            let name = word(2).to_ascii_lowercase();
            let cares = super::policy::is_protective(&name)
                || ["x-forwarded", "x-real-ip", "forwarded", "access-control-"]
                    .iter()
                    .any(|start| name.starts_with(start))
                || secret::is_secret_header(&name);
            return if cares {
                Weight::Decides
            } else if word(0) == "http-request" {
                Weight::Usual
            } else {
                Weight::Light
            };
        }
        "capture" | "set-log-level" | "set-nice" | "set-tos" | "set-mark" => {
            return Weight::Light;
        }
        action => {
            let deciding = [
                "allow",
                "accept",
                "redirect",
                "set-src",
                "expect-proxy",
                "expect-netscaler-cip",
                "use-service",
                "set-dst",
                "wait-for-body",
            ];
            let tracks = action.starts_with("track-sc") || action.starts_with("lua.");
            return if tracks || deciding.contains(&action) {
                Weight::Decides
            } else {
                Weight::Usual
            };
        }
    }
    let first = if word(0) == "no" { word(1) } else { word(0) };
    let options = [
        "httplog",
        "tcplog",
        "dontlognull",
        "dontlog-normal",
        "logasap",
    ];
    if LIGHT.contains(&first) || first == "option" && options.contains(&word(1)) {
        Weight::Light
    } else if DOORS.contains(&first)
        || first == "redirect"
        || words.iter().any(|word| DECIDING.contains(&word.as_str()))
    {
        Weight::Decides
    } else {
        Weight::Usual
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[&str]) -> Vec<Line> {
        text.iter()
            .filter_map(|line| Line::new(line, None))
            .collect()
    }

    fn told(before: &[&str], after: &[&str]) -> Vec<String> {
        let (before, after) = (lines(before), lines(after));
        let guarded = is_guarded(&before) || is_guarded(&after);
        let steps = steps(&before, &after);
        let told = steps.iter().map(|step| {
            let mark = if lowers(step, guarded) { "! " } else { "" };
            match step {
                Step::Gone(line) => format!("{mark}- {}", line.shown),
                Step::Come(line) => format!("{mark}+ {}", line.shown),
                Step::Moved(line, was, _, is) => format!("{mark}{} {was} {is}", line.shown),
                Step::Changed(line, _) => format!("{mark}~ {}", line.shown),
            }
        });
        told.collect()
    }

    #[test]
    fn a_line_that_moves_is_told_once() {
        let (deny, allow) = ("http-request deny if { path /a }", "http-request allow");
        assert_eq!(told(&[deny, allow], &[allow, deny]).len(), 1);
        assert!(told(&[deny, allow], &[allow, deny])[0].starts_with('!'));
        assert_eq!(
            told(&["a", "b", "c", "d"], &["d", "a", "b", "c"]),
            ["d 4 1"]
        );
        assert_eq!(told(&["a", "a", "b"], &["a", "b"]), ["- a"]);
    }

    #[test]
    fn blanks_and_comments_are_no_difference() {
        assert_eq!(
            told(
                &["option  forwardfor # why", "# more"],
                &["", "option forwardfor"]
            ),
            [""; 0]
        );
    }

    #[test]
    fn what_may_not_be_told_is_told_as_changed() {
        let found = told(
            &["user ann insecure-password a"],
            &["user ann insecure-password b"],
        );
        assert_eq!(found, ["! ~ user ann <hidden>"]);
    }

    #[test]
    fn lines_beside_a_guard_are_marked() {
        let guard = "http-request deny unless { var(txn.in) -m found }";
        let feeds = "http-request set-var(txn.in) int(1)";
        assert_eq!(told(&[guard], &[feeds, guard]), [format!("! + {feeds}")]);
        assert_eq!(told(&[], &[feeds]), [format!("+ {feeds}")]);
        assert_eq!(told(&[], &[guard]), [format!("+ {guard}")]);
        assert_eq!(told(&[guard], &[]), [format!("! - {guard}")]);
        assert_eq!(
            told(&[guard], &[guard, "timeout server 5s"]),
            ["+ timeout server 5s"]
        );
    }
}
