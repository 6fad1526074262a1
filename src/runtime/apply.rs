//! The steps of a plan, sent one by one; each answer is judged, and read back where the plan says how.
//!
//! In: a client and the changes. Out: what was done, and where it ended. Nothing is sent after a refusal but the commands that end
//! an open transaction.

use std::time::Duration;

use super::client::{Client, SocketError, now, shortened};
use super::state::LeftOver;
use crate::plan::{Answer, Command, Plan, ReadBack, Step};

/// How often a server that still has connections is asked for again.
const PAUSE: Duration = Duration::from_millis(100);

/// How long sessions that were shut down may take to end.
const SHUT_DOWN: Duration = Duration::from_secs(5);

/// How long servers that go may keep their connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drain {
    /// For each server.
    pub patience: Duration,
    /// Whether what is left then is shut down.
    pub shut_down: bool,
}

/// What was sent, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// The commands that were answered as they should be, in their order, without payloads.
    pub done: Vec<String>,
    /// What is still to be done because connections last.
    pub lingering: Vec<Lingering>,
    /// Where it ended early.
    pub refusal: Option<Refusal>,
}

/// Something that goes when its connections do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lingering {
    /// The command that was refused all the time.
    pub command: String,
    /// The last answer.
    pub answer: String,
}

/// A command that HAProxy did not execute, or of which nothing is to be seen afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The line of the command, without its payload.
    pub command: String,
    /// In words, ready for a sentence; holds foreign text.
    pub why: String,
}

/// Deletes the servers that an earlier run had to leave, and sends the steps of all changes. `tell` gets the line of each command
/// before it is sent.
///
/// # Errors
/// Where the socket fails, with what was done before.
pub fn apply(
    client: &Client,
    plan: &Plan,
    left_over: &[LeftOver],
    drain: Drain,
    tell: &mut dyn FnMut(&str),
) -> Result<Applied, (Applied, SocketError)> {
    let mut run = Run {
        client,
        drain,
        keeps_idle: !plan.target.has(3, 0),
        tell,
        applied: Applied::default(),
        version: None,
    };
    let deletions: Vec<Step> = left_over.iter().map(deletion).collect();
    let changes = plan.changes.iter().map(|change| &change.steps);
    for steps in std::iter::once(&deletions).chain(changes) {
        match run.change(steps) {
            Ok(None) => {}
            Ok(refusal) => {
                run.applied.refusal = refusal;
                break;
            }
            Err(error) => return Err((run.applied, error)),
        }
    }
    Ok(run.applied)
}

fn deletion(server: &LeftOver) -> Step {
    let delete = Command::new(format!("del server {}", server.name));
    Step::new(delete, Answer::Says("Server deleted.")).waiting()
}

struct Run<'a> {
    client: &'a Client,
    drain: Drain,
    /// Whether a server that is in maintenance may keep idle connections, as those of 2.6 do.
    keeps_idle: bool,
    tell: &'a mut dyn FnMut(&str),
    applied: Applied,
    /// What HAProxy called the version of the map that is being prepared.
    version: Option<String>,
}

impl Run<'_> {
    /// Does the steps of one change, up to the first refusal, and then ends what it has begun.
    fn change(&mut self, steps: &[Step]) -> Result<Option<Refusal>, SocketError> {
        self.version = None;
        let mut aborts: Vec<&Command> = Vec::new();
        for step in steps {
            aborts.extend(&step.abort);
            let done = self.step(step);
            if matches!(done, Ok(None)) {
                continue;
            }
            for abort in aborts.iter().rev() {
                // There may be no transaction any more, which is just as well.
                let _ = self.send(abort);
            }
            return done;
        }
        Ok(None)
    }

    /// Does one step; `Some` where it was refused.
    fn step(&mut self, step: &Step) -> Result<Option<Refusal>, SocketError> {
        (self.tell)(&step.command.line);
        let mut answer = self.send(&step.command)?;
        if step.waits && refused(&answer, &step.answer).is_some() {
            match self.insist(step, answer)? {
                Ok(last) => answer = last,
                Err(last) => {
                    self.applied.lingering.push(Lingering {
                        command: step.command.line.clone(),
                        answer: shortened(&last),
                    });
                    return Ok(None);
                }
            }
        }
        let refusal = |why| {
            Some(Refusal {
                command: step.command.line.clone(),
                why,
            })
        };
        if let Some(why) = refused(&answer, &step.answer) {
            return Ok(refusal(why));
        }
        if step.answer == Answer::Version {
            self.version = version(&answer).map(str::to_owned);
        }
        if let Some(check) = &step.check {
            let answer = self.client.ask(&check.command)?;
            if let Some(why) = unseen(&answer, check) {
                return Ok(refusal(why));
            }
        }
        self.applied.done.push(step.command.line.clone());
        Ok(None)
    }

    /// Asks again for what is refused because connections last. The answer that agreed, or is about something else; `Err` with the
    /// last refusal when time is up.
    fn insist(
        &mut self,
        step: &Step,
        mut answer: String,
    ) -> Result<Result<String, String>, SocketError> {
        let mut deadline = now() + self.drain.patience;
        let mut shut_down = self.drain.shut_down;
        let server = step.command.line.strip_prefix("del server ");
        while refused(&answer, &step.answer).is_some() {
            if !lasts(&answer) {
                return Ok(Ok(answer));
            }
            if now() >= deadline {
                match server.filter(|_| shut_down) {
                    Some(server) => {
                        shut_down = false;
                        self.client
                            .ask(&format!("shutdown sessions server {server}"))?;
                        deadline = now() + SHUT_DOWN;
                    }
                    None => return Ok(Err(answer)),
                }
            }
            if let Some(server) = server.filter(|_| self.keeps_idle) {
                // The connection of a last request goes back among the idle ones of a server that is in maintenance, and stays
                // there. Idle connections are closed only when maintenance begins.
                self.client.ask(&format!(
                    "set server {server} state drain;disable server {server}"
                ))?;
            }
            std::thread::sleep(PAUSE);
            answer = self.send(&step.command)?;
        }
        Ok(Ok(answer))
    }

    fn send(&self, command: &Command) -> Result<String, SocketError> {
        let wire = command.wire(self.version.as_deref());
        self.client.send(&command.line, &wire)
    }
}

/// Whether a refusal is about connections that end some day.
fn lasts(answer: &str) -> bool {
    ["still has", "still have", "expired", "in use"]
        .iter()
        .any(|words| answer.contains(words))
}

/// Why an answer is not the one that is expected, in words.
fn refused(answer: &str, expected: &Answer) -> Option<String> {
    let said = || shortened(answer);
    match expected {
        Answer::Silence if answer.is_empty() => None,
        Answer::Silence => Some(format!("HAProxy answered: {}", said())),
        Answer::Says(words) if answer.contains(words) => None,
        Answer::Says(words) => Some(format!(
            "HAProxy answered: {}; expected was: {words}",
            said()
        )),
        Answer::Version if version(answer).is_some() => None,
        Answer::Version => Some(format!("HAProxy answered: {}", said())),
    }
}

/// The number in `New version created: 3`.
fn version(answer: &str) -> Option<&str> {
    let number = answer.strip_prefix("New version created: ")?.trim();
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some(number)
}

/// What an answer lacks, or has too much, in words.
fn unseen(answer: &str, check: &ReadBack) -> Option<String> {
    let command = &check.command;
    if let Some(text) = check.has.iter().find(|text| !stands(answer, text)) {
        return Some(format!(
            "it was answered as it should be, but `{command}` does not show `{text}`"
        ));
    }
    let text = check.lacks.iter().find(|text| stands(answer, text))?;
    Some(format!(
        "it was answered as it should be, but `{command}` still shows `{text}`"
    ))
}

/// Whether `text` stands in a line, between blanks or at its ends.
fn stands(answer: &str, text: &str) -> bool {
    let bounded = |line: &str, at: usize| {
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        blank(line[..at].chars().next_back()) && blank(line[at + text.len()..].chars().next())
    };
    answer
        .lines()
        .any(|line| line.match_indices(text).any(|(at, _)| bounded(line, at)))
}

#[cfg(test)]
mod tests;
