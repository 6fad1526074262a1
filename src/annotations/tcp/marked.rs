//! What becomes of connections when servers go, and when they come back.

use crate::annotations::context::{Context, Said};
use crate::annotations::grammar::{Grammar, Problem};
use crate::annotations::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::Policy;
use crate::source::Sourced;

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    down: Option<Sourced<()>>,
    up: Option<Sourced<()>>,
}

annotation! {
    /// Closes the connections to a server that a check finds to be down.
    ///
    /// Without it they stay until one end closes them. A primary that has become a replica answers on, so clients would go on to write
    /// to it: with `ingressc/check` that tells a primary from a replica, this makes them connect again, to the new one.
    ///
    /// It does not hold for connections that a reload left with the process before, which checks nobody any more: they end with their
    /// clients, or with that process. "The primary" in docs/tcp.md says how to end it.
    pub(super) static INGRESSC_ON_MARKED_DOWN: ShutdownSessions = {
        key: Ingressc / "on-marked-down",
        on: [Service],
        scope: Port,
        field: MarkedDown,
        support: Support::Full,
        since: "0.2",
        example: "shutdown-sessions",
        apply: |draft, value| draft.tcp.marked.down = Some(value),
    }
}

annotation! {
    /// Closes the connections to backup servers as soon as a server that is none is up again.
    ///
    /// Backup servers are those of `ingressc/backup`, and those that the inventory marks as such. Without it, clients stay with them
    /// until one end closes the connection. It does not hold for connections that a reload left with the process before, which checks
    /// nobody any more.
    pub(super) static INGRESSC_ON_MARKED_UP: ShutdownBackupSessions = {
        key: Ingressc / "on-marked-up",
        on: [Service],
        scope: Port,
        field: MarkedUp,
        support: Support::Full,
        since: "0.2",
        example: "shutdown-backup-sessions",
        apply: |draft, value| draft.tcp.marked.up = Some(value),
    }
}

/// What can be done when a server goes down.
pub(super) struct ShutdownSessions;

impl Grammar for ShutdownSessions {
    type Value = ();
    const NAME: &'static str = "action on a server that is down";
    const FORM: &'static str = "`shutdown-sessions`";
    const PATTERN: Option<&'static str> = Some("^shutdown-sessions$");
    const GOOD: &'static [&'static str] = &["shutdown-sessions"];
    const BAD: &'static [&'static str] = &["true", "shutdown-backup-sessions", "Shutdown-Sessions"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<(), Problem> {
        word(text, "shutdown-sessions")
    }
}

/// What can be done when a server comes up.
pub(super) struct ShutdownBackupSessions;

impl Grammar for ShutdownBackupSessions {
    type Value = ();
    const NAME: &'static str = "action on a server that is up";
    const FORM: &'static str = "`shutdown-backup-sessions`";
    const PATTERN: Option<&'static str> = Some("^shutdown-backup-sessions$");
    const GOOD: &'static [&'static str] = &["shutdown-backup-sessions"];
    const BAD: &'static [&'static str] =
        &["true", "shutdown-sessions", "shutdown-backup-sessions "];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<(), Problem> {
        word(text, "shutdown-backup-sessions")
    }
}

/// The one word that HAProxy has.
fn word(text: &str, only: &str) -> Result<(), Problem> {
    let wrong = || Problem::new("is no action that HAProxy has there");
    (text == only)
        .then_some(())
        .ok_or_else(|| wrong().help(format!("write `{only}`, or remove the key")))
}

/// Puts them into the policy.
pub(super) fn finish(draft: &Draft, context: &Context<'_>, policy: &mut Policy, said: &mut Said) {
    let off = policy.health.off;
    for (action, switch) in [
        (draft.down, &mut policy.tcp.shutdown_on_down),
        (draft.up, &mut policy.tcp.shutdown_backups_on_up),
    ] {
        let Some(action) = action else { continue };
        if !off {
            *switch = true;
        } else if let Some(holder) = context.holder(action.origin) {
            let message = format!(
                "{} does nothing, because `check` is `false`: nobody finds servers to be up or down",
                holder.setting()
            );
            let finding = holder.about(Code::INEFFECTIVE_ANNOTATION, action.origin, message);
            said.say(finding.help(format!("remove `{}`, or `check`", holder.key)));
        }
    }
}
