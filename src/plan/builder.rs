//! The changes, and the order in which they are to be brought about.

use super::{Change, ChangeKind, ChangedLine, Plan, Step, Verdict};
use crate::ir::HaproxyVersion;

/// When a change is brought about: what routes lead to first, then routes, then what no route leads to any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// What sends no commands.
    Nothing,
    CertificatesIn,
    NamesIn,
    ServersIn,
    BackendsIn,
    Lists,
    /// Paths of hosts that nothing leads to yet.
    NewHostsPathsIn,
    HostsIn,
    WildcardsIn,
    /// Paths of hosts that stay.
    PathsIn,
    PathsOut,
    WildcardsOut,
    HostsOut,
    /// Paths of hosts that nothing leads to any more.
    OldHostsPathsOut,
    ServersOut,
    /// What takes the place of a server that had to go first.
    ServersAfter,
    BackendsOut,
    NamesOut,
    CertificatesOut,
}

/// Collects changes.
#[derive(Debug, Default)]
pub(super) struct Builder(Vec<(Phase, Change)>);

impl Builder {
    pub(super) fn push(&mut self, phase: Phase, change: Change) {
        self.0.push((phase, change));
    }

    /// A change that only a reload reads.
    pub(super) fn reload(
        &mut self,
        kind: ChangeKind,
        place: impl Into<String>,
        what: impl Into<String>,
        reason: impl Into<String>,
    ) {
        self.silent(kind, place, what, Verdict::Reload, reason);
    }

    /// A change of lines of `haproxy.cfg`, likewise.
    pub(super) fn reload_of_lines(
        &mut self,
        kind: ChangeKind,
        place: impl Into<String>,
        what: impl Into<String>,
        (origin, lines): (Option<String>, Vec<ChangedLine>),
        reason: impl Into<String>,
    ) {
        self.reload(kind, place, what, reason);
        if let Some((_, change)) = self.0.last_mut() {
            change.origin = origin;
            change.lines = lines;
        }
    }

    /// A change that nothing in memory knows.
    pub(super) fn file_only(
        &mut self,
        kind: ChangeKind,
        place: impl Into<String>,
        what: impl Into<String>,
        reason: impl Into<String>,
    ) {
        self.silent(kind, place, what, Verdict::FileOnly, reason);
    }

    /// A file that reads the same.
    pub(super) fn text(&mut self, place: impl Into<String>, what: impl Into<String>) {
        let reason = "HAProxy reads the same from it";
        self.file_only(ChangeKind::Text, place, what, reason);
    }

    fn silent(
        &mut self,
        kind: ChangeKind,
        place: impl Into<String>,
        what: impl Into<String>,
        verdict: Verdict,
        reason: impl Into<String>,
    ) {
        let change = Change {
            kind,
            place: place.into(),
            what: what.into(),
            origin: None,
            lines: Vec::new(),
            verdict,
            reason: Some(reason.into()),
            steps: Vec::new(),
        };
        self.push(Phase::Nothing, change);
    }

    /// Leaves to a reload what takes a command of more than `room` bytes.
    pub(super) fn bounded(&mut self, room: usize) {
        let limit = room + room / 4;
        for (_, change) in &mut self.0 {
            let too_long = |step: &Step| step.command.wire(None).len() > limit;
            if change.steps.iter().any(too_long) {
                change.verdict = Verdict::Reload;
                change.reason = Some(format!(
                    "a command about it would be longer than HAProxy takes, of whose `tune.bufsize` {room} bytes are left for one"
                ));
                change.steps.clear();
            }
        }
    }

    /// How many changes there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The plan. Within a phase, changes stay in the order in which they were found.
    pub(super) fn finish(mut self, target: HaproxyVersion) -> Plan {
        self.0.sort_by_key(|(phase, _)| *phase);
        let changes = self.0.into_iter().map(|(_, change)| change).collect();
        Plan { target, changes }
    }
}
