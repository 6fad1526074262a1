//! A plan as a comment on a pull request: the verdict, then a table for each of what it asks of HAProxy.

use std::fmt::Write as _;

use super::super::journey::count;
use super::human::Hosts;
use super::side::Side;
use crate::plan::{Change, ChangedLine, Plan, Verdict};
use crate::text::markdown::{cell, prose};

/// GitHub takes comments of up to 65,536 characters.
const LONGEST: usize = 60_000;

/// So many rows need no folding.
const UNFOLDED: usize = 8;

/// So many lines of a policy are told.
const LINES: usize = 12;

/// A heading with the verdict, and tables. Never longer than a comment may be.
pub(super) fn text(plan: &Plan, from: &Side, to: &Side) -> String {
    let version = plan.target;
    let of = |verdict| -> Vec<&Change> {
        let changes = plan.changes.iter();
        changes.filter(|change| change.verdict == verdict).collect()
    };
    let reload = of(Verdict::Reload);
    let all = count(plan.changes.len(), "change");
    let mut out = match plan.verdict() {
        _ if plan.changes.is_empty() => {
            return "### ingressc: nothing to do for HAProxy\n".to_owned();
        }
        Verdict::FileOnly => format!(
            "### ingressc: no reload\n\nWhat HAProxy {version} has in memory stays as it is.\n"
        ),
        Verdict::Runtime => format!(
            "### ingressc: no reload\n\nHAProxy {version} can be told all of it, in {}.\n",
            count(plan.steps().count(), "command")
        ),
        Verdict::Reload => format!(
            "### ingressc: HAProxy has to reload\n\nHAProxy {version} has to, for {} of {all}.\n",
            reload.len()
        ),
    };
    if !to.edited.is_empty() {
        out.push_str("\nThe new bundle is not as it was compiled.\n");
    }
    let hosts = Hosts::of(&[&from.bundle, &to.bundle]);
    let would = match plan.verdict() {
        Verdict::Reload => "Would need none",
        _ => "While HAProxy runs",
    };
    table(&mut out, &hosts, "Only by a reload", &reload);
    table(&mut out, &hosts, would, &of(Verdict::Runtime));
    table(&mut out, &hosts, "In files only", &of(Verdict::FileOnly));
    out
}

fn table(out: &mut String, hosts: &Hosts, name: &str, changes: &[&Change]) {
    if changes.is_empty() {
        return;
    }
    let folds = changes.len() > UNFOLDED;
    let _ = write!(out, "\n**{name}** ({})\n", changes.len());
    if folds {
        let _ = write!(out, "\n<details>\n<summary>{}</summary>\n", changes.len());
    }
    out.push_str("\n|  | Place | Change | Why | Where |\n|---|---|---|---|---|\n");
    let mut left = 0;
    for (index, change) in changes.iter().enumerate() {
        let row = row(change, hosts);
        if out.len() + row.len() > LONGEST {
            left = changes.len() - index;
            break;
        }
        out.push_str(&row);
    }
    if left > 0 {
        let _ = write!(out, "\nAnd {left} more, for which there is no room here.\n");
    }
    if folds {
        out.push_str("\n</details>\n");
    }
}

fn row(change: &Change, hosts: &Hosts) -> String {
    let mut what = cell(&hosts.readable(change));
    for line in change.lines.iter().take(LINES) {
        let _ = write!(what, "<br>{}", said(line));
    }
    if change.lines.len() > LINES {
        let _ = write!(what, "<br>and {} more lines", change.lines.len() - LINES);
    }
    let origins = change
        .origin
        .iter()
        .chain(change.lines.iter().filter_map(|line| line.origin.as_ref()));
    let origin = origins.map(String::as_str).next().unwrap_or_default();
    let why = change
        .reason
        .as_deref()
        .filter(|_| change.verdict == Verdict::Reload);
    let why = prose(why.unwrap_or_default()).replace('|', "\\|");
    let sign = change.kind.sign();
    let place = cell(&change.place);
    format!("| {sign} | {place} | {what} | {why} | {} |\n", cell(origin))
}

fn said(line: &ChangedLine) -> String {
    match (line.before.as_deref(), line.after.as_deref()) {
        (Some(old), Some(new)) if old != new => format!("~ {} → {}", cell(old), cell(new)),
        (Some(same), Some(_)) => format!("~ {}", cell(same)),
        (None, Some(new)) => format!("+ {}", cell(new)),
        (Some(old), None) => format!("- {}", cell(old)),
        (None, None) => String::new(),
    }
}
