//! A plan as JSON. Its table is in docs/plan.md.

use serde_json::{Value, json};

use super::side::Side;
use crate::plan::{Answer, Change, ChangedLine, Command, Plan, Step, Verdict};
use crate::text;

/// The whole document, with a line end. `apply`: what came of `--apply`; `null` without it.
pub(super) fn document(plan: &Plan, from: &Side, to: &Side, apply: Option<&Value>) -> String {
    let of = |verdict| {
        let changes = plan.changes.iter();
        changes.filter(|change| change.verdict == verdict).count()
    };
    let value = json!({
        "version": 1,
        "verdict": plan.verdict().name(),
        "haproxy": plan.target.to_string(),
        "from": side(from),
        "to": side(to),
        "counts": {
            "file_only": of(Verdict::FileOnly),
            "runtime": of(Verdict::Runtime),
            "reload": of(Verdict::Reload),
            "commands": plan.steps().count(),
        },
        "changes": plan.changes.iter().map(change).collect::<Vec<_>>(),
        "apply": apply,
    });
    text::json(&value)
}

fn side(side: &Side) -> Value {
    json!({
        "path": side.name,
        "kind": if side.is_folder { "bundle" } else { "manifests" },
        "target": side.target.to_string(),
        "edited": side.edited,
    })
}

fn change(change: &Change) -> Value {
    json!({
        "kind": change.kind.name(),
        "place": change.place,
        "what": change.what,
        "origin": change.origin,
        "lines": change.lines.iter().map(line).collect::<Vec<_>>(),
        "verdict": change.verdict.name(),
        "reason": change.reason,
        "commands": change.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn line(line: &ChangedLine) -> Value {
    json!({
        "before": line.before,
        "after": line.after,
        "origin": line.origin,
    })
}

/// Keys are left out: JSON ends up in logs.
fn step(step: &Step) -> Value {
    let Command {
        line,
        payload,
        private,
    } = &step.command;
    let answer = match step.answer {
        Answer::Silence => "",
        Answer::Says(words) => words,
        Answer::Version => "New version created: ",
    };
    json!({
        "line": line,
        "payload": (!private).then_some(payload),
        "answer": answer,
    })
}
