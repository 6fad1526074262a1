//! Whether HAProxy has to reload for what changes.

use std::collections::BTreeMap;

use super::side::Side;
use crate::cli::journey::count;
use crate::ir::HaproxyVersion;
use crate::plan::{self, ChangeKind, Sending, Verdict};

/// `A reload is needed: 1 new backend.`; `None` where nothing is to be done, or where it cannot be told.
pub(super) fn sentence(base: &Side, head: &Side, target: Option<HaproxyVersion>) -> Option<String> {
    let (from, to) = (base.emit(target).ok()?, head.emit(target).ok()?);
    let target = target.unwrap_or_else(|| head.made_for());
    let plan = plan::compare(&from, &to, target, Sending::Answered);
    match plan.verdict() {
        Verdict::FileOnly => None,
        Verdict::Runtime => {
            Some("No reload is needed: `ingressc plan` has the commands.".to_owned())
        }
        Verdict::Reload => {
            let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
            for change in &plan.changes {
                if change.verdict == Verdict::Reload {
                    let what = match change.lines[..] {
                        [] => reason(change.kind),
                        _ => "policy",
                    };
                    *reasons.entry(what).or_default() += 1;
                }
            }
            let reasons = reasons
                .into_iter()
                .map(|(what, number)| match (what, number) {
                    ("changed line", 1) => "1 line of haproxy.cfg".to_owned(),
                    ("changed line", number) => format!("{number} lines of haproxy.cfg"),
                    ("policy", 1) => "1 policy".to_owned(),
                    ("policy", number) => format!("{number} policies"),
                    _ => count(number, what),
                });
            let reasons: Vec<String> = reasons.collect();
            Some(format!("A reload is needed: {}.", reasons.join(", ")))
        }
    }
}

fn reason(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::BackendAdded => "new backend",
        ChangeKind::BackendRemoved => "removed backend",
        ChangeKind::ServerAdded | ChangeKind::ServerRemoved | ChangeKind::ServerChanged => "server",
        ChangeKind::CertificateAdded
        | ChangeKind::CertificateChanged
        | ChangeKind::CertificateRemoved
        | ChangeKind::Authority
        | ChangeKind::CrtListAdded
        | ChangeKind::CrtListRemoved => "certificate",
        ChangeKind::SettingAdded | ChangeKind::SettingChanged | ChangeKind::SettingRemoved => {
            "changed line"
        }
        _ => "file",
    }
}
