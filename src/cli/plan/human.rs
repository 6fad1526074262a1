//! A plan for people: the verdict, then what differs, by what it asks of HAProxy and by place.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::journey::count;
use super::side::Side;
use crate::emit::Bundle;
use crate::plan::{Change, ChangeKind, Plan, Verdict};
use crate::text::style::{bad, bold, changed, dim, good};
use crate::text::{visible, wrap};

/// So many changes of a place are told.
const SHOWN: usize = 12;

/// What stands between before and after.
const BECOMES: &str = " → ";

/// Prose is wrapped to `width` columns; what stands in a file is not.
pub(super) fn text(plan: &Plan, from: &Side, to: &Side, width: usize) -> String {
    headline(plan)
        + &body(
            plan,
            (from, to),
            "Can be told to HAProxy while it runs",
            width,
        )
}

/// The same after it was tried. `title`: what came of it. `is_told`: whether HAProxy knows all of it now.
pub(super) fn applied(
    title: &str,
    plan: &Plan,
    sides: (&Side, &Side),
    is_told: bool,
    width: usize,
) -> String {
    let told = if is_told {
        "Was told to HAProxy while it runs"
    } else {
        "Can be told to HAProxy while it runs"
    };
    format!("{title}\n{}", body(plan, sides, told, width))
}

/// `told`: the title of what needs no reload.
fn body(plan: &Plan, (from, to): (&Side, &Side), told: &str, width: usize) -> String {
    let mut out = String::new();
    let hosts = Hosts::of(&[&from.bundle, &to.bundle]);
    for (verdict, title) in [
        (Verdict::Reload, "Only a reload brings about"),
        (Verdict::Runtime, told),
        (Verdict::FileOnly, "Matters in files only"),
    ] {
        let changes = plan
            .changes
            .iter()
            .filter(|change| change.verdict == verdict);
        let changes: Vec<&Change> = changes.collect();
        if changes.is_empty() {
            continue;
        }
        let title = match (verdict, plan.verdict()) {
            (Verdict::Runtime, Verdict::Reload) => "Would need none",
            _ => title,
        };
        let _ = writeln!(out, "\n{}", bold(title));
        let mut places: Vec<(&str, Vec<&Change>)> = Vec::new();
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for change in changes {
            let at = *known.entry(&change.place).or_insert(places.len());
            match places.get_mut(at) {
                Some((_, changes)) => changes.push(change),
                None => places.push((&change.place, vec![change])),
            }
        }
        for (at, (place, changes)) in places.iter().enumerate() {
            let whole = is_whole(changes);
            of_place(&mut out, place, changes, &hosts, width);
            // A reason that the next place shares is told there.
            let next = places
                .get(at + 1)
                .filter(|(_, next)| whole && is_whole(next));
            let reason =
                |changes: &[&Change]| changes.last().and_then(|change| change.reason.clone());
            if whole && next.map(|(_, next)| reason(next)) != Some(reason(changes)) {
                because(&mut out, reason(changes).as_deref(), width);
            }
        }
    }
    out
}

/// Whether it is the place itself that came, went or changed.
fn is_whole(changes: &[&Change]) -> bool {
    use ChangeKind as K;
    let whole = |change: &&Change| {
        let known = [
            K::BackendAdded,
            K::BackendRemoved,
            K::CertificateAdded,
            K::CertificateChanged,
        ];
        change.what.is_empty() || known.contains(&change.kind)
    };
    matches!(changes, [change] if whole(change))
}

fn headline(plan: &Plan) -> String {
    let version = plan.target;
    let needing = |verdict| {
        let changes = plan.changes.iter();
        changes.filter(|change| change.verdict == verdict).count()
    };
    let (all, name) = (plan.changes.len(), plan.verdict().name());
    match plan.verdict() {
        _ if all == 0 => format!("{}: nothing differs\n", bold(good("nothing to do"))),
        Verdict::FileOnly => format!(
            "{}: what HAProxy {version} has in memory stays as it is\n",
            bold(good(name))
        ),
        Verdict::Runtime => format!(
            "{}: HAProxy {version} can be told all of it, in {}\n",
            bold(good(name)),
            count(plan.steps().count(), "command")
        ),
        Verdict::Reload => format!(
            "{}: HAProxy {version} has to, for {} of {}\n",
            bold(bad(name)),
            needing(Verdict::Reload),
            count(all, "change")
        ),
    }
}

fn of_place(out: &mut String, place: &str, changes: &[&Change], hosts: &Hosts, width: usize) {
    if let ([change], true) = (changes, is_whole(changes)) {
        let what = match change.what.as_str() {
            "" => String::new(),
            what => format!(" ({})", visible(what)),
        };
        let _ = writeln!(out, "  {} {}{what}", sign(change.kind), visible(place));
        return;
    }
    let _ = writeln!(out, "  {}", visible(place));
    let shown = changes.get(..SHOWN).unwrap_or(changes);
    for (at, change) in shown.iter().enumerate() {
        of_change(out, change, hosts, width);
        // One reason that several share is told once, after them.
        let next = shown.get(at + 1).and_then(|next| next.reason.as_ref());
        if next != change.reason.as_ref() {
            because(out, change.reason.as_deref(), width);
        }
    }
    more(out, "    ", changes.len() - shown.len(), "changes");
}

fn of_change(out: &mut String, change: &Change, hosts: &Hosts, width: usize) {
    let what = hosts.readable(change);
    let (before, after) = match what.split_once(BECOMES) {
        Some((before, after)) => (before, Some(after)),
        None => (what.as_str(), None),
    };
    let sign = sign(change.kind);
    of_line(
        out,
        "    ",
        &sign,
        (before, after),
        change.origin.as_deref(),
        width,
    );
    let shown = change.lines.get(..SHOWN).unwrap_or(&change.lines);
    for line in shown {
        let origin = line.origin.as_deref();
        let (sign, before, after) = match (line.before.as_deref(), line.after.as_deref()) {
            (Some(old), Some(new)) if old != new => (changed("~"), old, Some(new)),
            (Some(same), Some(_)) => (changed("~"), same, None),
            (None, Some(new)) => (good("+"), new, None),
            (Some(old), None) => (bad("-"), old, None),
            (None, None) => continue,
        };
        of_line(
            out,
            "      ",
            &sign.to_string(),
            (before, after),
            origin,
            width,
        );
    }
    more(out, "      ", change.lines.len() - shown.len(), "lines");
}

/// A line that came, went or changed, with where the manifests say so.
fn of_line(
    out: &mut String,
    indent: &str,
    sign: &str,
    (before, after): (&str, Option<&str>),
    origin: Option<&str>,
    width: usize,
) {
    let length = |text: &str| text.chars().count();
    let before_after = length(before) + after.map_or(0, |after| length(after) + 3);
    let mut used = indent.len() + 2 + before_after;
    let _ = match after {
        Some(after) if used > width => {
            used = indent.len() + 2 + length(after);
            let (before, after, arrow) = (visible(before), visible(after), changed("→"));
            write!(out, "{indent}{sign} {before}\n{indent}{arrow} {after}")
        }
        Some(after) => write!(
            out,
            "{indent}{sign} {}{BECOMES}{}",
            visible(before),
            visible(after)
        ),
        None => write!(out, "{indent}{sign} {}", visible(before)),
    };
    if let Some(origin) = origin {
        let gap = if used + 4 + length(origin) > width {
            format!("\n{indent}    ")
        } else {
            "  ".to_owned()
        };
        let _ = write!(out, "{gap}{}", dim(format!("({})", visible(origin))));
    }
    out.push('\n');
}

/// How many were left out.
fn more(out: &mut String, indent: &str, left: usize, what: &str) {
    if left > 0 {
        let text = format!("… and {left} more {what}; --format json has all");
        let _ = writeln!(out, "{indent}{}", dim(text));
    }
}

fn because(out: &mut String, reason: Option<&str>, width: usize) {
    if let Some(reason) = reason {
        let mut text = String::new();
        wrap(&mut text, "      ", reason, width);
        for line in text.lines() {
            let _ = writeln!(out, "      {}", dim(line.trim_start()));
        }
    }
}

fn sign(kind: ChangeKind) -> String {
    match kind.sign() {
        '+' => good("+").to_string(),
        '-' => bad("-").to_string(),
        _ => changed("~").to_string(),
    }
}

/// The hosts that the ids in the path map stand for.
pub(super) struct Hosts(BTreeMap<String, String>);

impl Hosts {
    pub(super) fn of(bundles: &[&Bundle]) -> Self {
        let mut hosts = BTreeMap::from([("h0".to_owned(), "*".to_owned())]);
        for (path, before) in [("maps/host.map", ""), ("maps/wild.map", "*.")] {
            for file in bundles.iter().filter_map(|bundle| bundle.files.get(path)) {
                let text = String::from_utf8_lossy(&file.bytes);
                for (name, id) in text.lines().filter_map(|line| line.split_once(' ')) {
                    hosts.insert(id.to_owned(), format!("{before}{name}"));
                }
            }
        }
        Self(hosts)
    }

    /// What differs, and a path with its host instead of the id: `shop.example.com/cart (exact) shop_cart_80`.
    pub(super) fn readable(&self, change: &Change) -> String {
        let plain = || change.what.clone();
        if change.place != "maps/path.map" {
            return plain();
        }
        let Some((key, rest)) = change.what.split_once(' ') else {
            return plain();
        };
        let Some((id, path)) = key.split_once('/') else {
            return plain();
        };
        let Some(host) = self.0.get(id) else {
            return plain();
        };
        match path.strip_suffix("/?") {
            Some(path) => format!("{host}/{path} (exact) {rest}"),
            None => format!("{host}/{path} {rest}"),
        }
    }
}
