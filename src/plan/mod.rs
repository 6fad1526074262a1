//! What a running HAProxy has to be told: two bundles in, a verdict with its reasons and commands of the Runtime API out.
//!
//! A [`Plan`] is a value: nothing here reads a file or speaks to a socket. Its steps are in the order in which they are to be
//! sent: what routes lead to comes first, then routes, then what no route leads to any more.

mod algorithm;
mod backends;
mod builder;
mod certificates;
mod command;
mod compare;
mod config;
mod crt_list;
mod entries;
mod escape;
mod kind;
mod memory;
mod policies;
mod script;
mod server;
mod servers;
mod settings;
mod steps;
mod usage;

pub use command::{Answer, Command, ReadBack, Step, VERSION};
pub use compare::compare;
pub use kind::ChangeKind;
pub use memory::{Memory, Server};

use builder::{Builder, Phase};

use crate::ir::HaproxyVersion;

/// Who sends the commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// A program that reads each answer, so that a later command can be about it.
    Answered,
    /// A pipe: all commands are known before the first one is sent. No file is replaced at once then, since that takes the
    /// number of a version which an answer tells.
    Piped,
}

/// How a running HAProxy gets from one bundle to the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The version that runs.
    pub target: HaproxyVersion,
    /// What differs, in the order in which it is to be brought about. Empty: nothing to do.
    pub changes: Vec<Change>,
}

impl Plan {
    /// The verdict over all changes: the gravest one; [`Verdict::FileOnly`] where there is none.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.changes.iter().map(|change| change.verdict);
        verdicts.max().unwrap_or(Verdict::FileOnly)
    }

    /// All steps, in the order in which they are to be sent. To be sent only where the verdict is [`Verdict::Runtime`]: with a
    /// reload, the new process reads everything from the files.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.parts().into_iter().flatten()
    }

    /// The same, by what belongs together: a refusal aborts the transactions of its part. Whatever goes gets no requests before
    /// the first of it is waited for, so that all connections end at the same time.
    pub fn parts(&self) -> Vec<Vec<&Step>> {
        let halves = |change: &'_ Change| {
            let waits = change.steps.iter().position(|step| step.waits);
            waits.unwrap_or(change.steps.len())
        };
        let going = |change: &&Change| halves(change) < change.steps.len();
        let mut parts: Vec<Vec<&Step>> = Vec::new();
        let mut is_first = true;
        for change in &self.changes {
            if !going(&change) {
                parts.push(change.steps.iter().collect());
                continue;
            }
            if std::mem::take(&mut is_first) {
                for change in self.changes.iter().filter(going) {
                    parts.push(change.steps[..halves(change)].iter().collect());
                }
            }
            let waiting = &change.steps[halves(change)..];
            parts.extend(waiting.iter().map(|step| vec![step]));
        }
        parts.retain(|steps| !steps.is_empty());
        parts
    }
}

/// What a change asks of a running HAProxy. Ordered by gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing that HAProxy holds in memory differs.
    FileOnly,
    /// Commands of the Runtime API bring it about.
    Runtime,
    /// Only a new process reads it.
    Reload,
}

impl Verdict {
    /// As it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::FileOnly => "file_only",
            Self::Runtime => "runtime",
            Self::Reload => "reload",
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What sort of thing differs, and how.
    pub kind: ChangeKind,
    /// Where: the path of a file in the bundle, or a section of `haproxy.cfg` (`backend shop_web_80`).
    pub place: String,
    /// What differs there, in a few words without a key's content: a server's name, an entry of a map, a line.
    pub what: String,
    /// Where the manifests say so: `shop/web.yaml:24:5`, as `bundle.json` knows it. Of lines of `haproxy.cfg` alone.
    pub origin: Option<String>,
    /// The lines that differ, where it is about several: those of a policy.
    pub lines: Vec<ChangedLine>,
    /// What it asks of HAProxy.
    pub verdict: Verdict,
    /// Why, where the verdict does not follow from the kind. Always there with [`Verdict::Reload`].
    pub reason: Option<String>,
    /// The commands, in order. Empty unless the verdict is [`Verdict::Runtime`]; then, too, where another change's commands
    /// bring it about, as with a map that is replaced at once.
    pub steps: Vec<Step>,
}

/// A line that differs, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedLine {
    /// As it was; `None` where it is new.
    pub before: Option<String>,
    /// As it is; `None` where it is gone. The same as before where what differs is not told.
    pub after: Option<String>,
    /// As in [`Change::origin`].
    pub origin: Option<String>,
}

#[cfg(test)]
mod tests;
