//! The steps of a plan, sent one by one; each answer is judged, and read back where the plan says how.
//!
//! In: a client and the changes. Out: what was done, and where it ended. Nothing is sent after a refusal but the commands that end
//! an open transaction.

mod answers;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use self::answers::{lasts, refused, unseen, version};
use super::client::{Client, SocketError, now, shortened};
use super::signal::told_to_end;
use super::state::{LeftOver, OutOfService};
use crate::plan::{Answer, Command, Plan, Step};

/// How often a server that still has connections is asked for again.
const PAUSE: Duration = Duration::from_millis(100);

/// How long sessions that were shut down may take to end.
const SHUT_DOWN: Duration = Duration::from_secs(5);

/// How long servers that go may keep their connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drain {
    /// From the moment on when all of them get no requests any more.
    pub patience: Duration,
    /// Whether what is left then is shut down.
    pub shut_down: bool,
}

/// What was sent, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// How many commands there are.
    pub of: usize,
    /// The commands that were answered as they should be, in their order, without payloads.
    pub done: Vec<String>,
    /// What is still to be done because connections last.
    pub lingering: Vec<Lingering>,
    /// Where HAProxy ended it early.
    pub refusal: Option<Refusal>,
    /// Where the socket did.
    pub failure: Option<SocketError>,
    /// Whether somebody ended the program in between.
    pub is_interrupted: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// What changes.
    pub plan: &'a Plan,
    /// What an earlier run had to leave. Where the plan adds it, it is taken into service again; else it is deleted.
    pub left_over: &'a [LeftOver],
    /// What an earlier run did not come to take into service.
    pub unfinished: &'a [OutOfService],
    /// How long connections may last.
    pub drain: Drain,
}

/// What happens, for who watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told<'a> {
    /// This command is sent.
    Sends(&'a str),
    /// Connections are waited for, for no longer than this; what is to be deleted then.
    Waits(usize, Duration),
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

/// Sends the steps of all changes, and does what an earlier run has not come to. `tell` gets what happens before it does.
pub fn apply(client: &Client, task: Task<'_>, tell: &mut dyn FnMut(Told<'_>)) -> Applied {
    let left_over: BTreeMap<&str, &LeftOver> = task
        .left_over
        .iter()
        .map(|left| (left.name(), left))
        .collect();
    let mut run = Run {
        client,
        drain: task.drain,
        keeps_idle: !task.plan.target.has(3, 0),
        tell,
        applied: Applied::default(),
        version: None,
        deadline: None,
        waiting: 0,
        left_over,
    };
    match run.task(task) {
        Ok(None) => {}
        Ok(refusal) => run.applied.refusal = refusal,
        Err(Ended::Interrupted) => run.applied.is_interrupted = true,
        Err(Ended::Failed(error)) => run.applied.failure = Some(error),
    }
    run.applied
}

/// Why there is nothing more to send.
enum Ended {
    Failed(SocketError),
    Interrupted,
}

impl From<SocketError> for Ended {
    fn from(error: SocketError) -> Self {
        Self::Failed(error)
    }
}

fn deletion(left: &LeftOver) -> Step {
    let (kind, answer) = match left {
        LeftOver::Server { .. } => ("server", "Server deleted."),
        LeftOver::Backend(_) => ("backend", "Backend deleted."),
    };
    let delete = Command::new(format!("del {kind} {}", left.name()));
    Step::new(delete, Answer::Says(answer)).waiting()
}

fn silent(line: String) -> Step {
    Step::new(Command::new(line), Answer::Silence)
}

/// Takes into service what was added before.
fn finishing(left: &OutOfService) -> Vec<Step> {
    let name = &left.name;
    if !name.contains('/') {
        let publish = Command::new(format!("publish backend {name}"));
        return vec![Step::new(publish, Answer::Says("Backend published."))];
    }
    vec![
        // It may have no checks.
        Step::new(
            Command::new(format!("enable health {name}")),
            Answer::Says(""),
        ),
        silent(format!("set server {name} state ready")),
    ]
}

/// What adds something that is there: the name, and for a server the rest of the line.
fn adds(step: &Step) -> Option<(&str, &str)> {
    let line = step.command.line.strip_prefix("add ")?;
    let server = line.strip_prefix("server ");
    let name = server.or_else(|| line.strip_prefix("backend "))?;
    Some(name.split_once(' ').unwrap_or((name, "")))
}

struct Run<'a> {
    client: &'a Client,
    drain: Drain,
    /// Whether a server that is in maintenance may keep idle connections, as those of 2.6 do.
    keeps_idle: bool,
    tell: &'a mut dyn FnMut(Told<'_>),
    applied: Applied,
    /// What HAProxy called the version of the map that is being prepared.
    version: Option<String>,
    /// When connections are waited for no longer; set by the first that is.
    deadline: Option<Instant>,
    /// How many deletions are ahead.
    waiting: usize,
    /// What is there already, by name.
    left_over: BTreeMap<&'a str, &'a LeftOver>,
}

impl<'a> Run<'a> {
    fn task(&mut self, task: Task<'a>) -> Result<Option<Refusal>, Ended> {
        let parts = task.plan.parts();
        let wanted: BTreeSet<&str> = parts
            .iter()
            .flatten()
            .filter_map(|step| Some(adds(step)?.0))
            .collect();
        let surplus = task
            .left_over
            .iter()
            .filter(|left| !wanted.contains(left.name()));
        let deletions: Vec<Step> = surplus.map(deletion).collect();
        let finishing: Vec<Step> = task.unfinished.iter().flat_map(finishing).collect();
        let planned = parts.iter().flatten().filter(|step| step.waits).count();
        self.waiting = deletions.len() + planned;
        self.applied.of =
            deletions.len() + finishing.len() + parts.iter().map(Vec::len).sum::<usize>();
        // Those that still have connections are waited for together with those that go now.
        let mut later = Vec::new();
        for step in &deletions {
            heed()?;
            (self.tell)(Told::Sends(&step.command.line));
            let answer = self.send(&step.command)?;
            match refused(&answer, &step.answer) {
                None => {
                    self.waiting -= 1;
                    self.applied.done.push(step.command.line.clone());
                }
                Some(_) if lasts(&answer) => later.push(step),
                Some(why) => {
                    let command = step.command.line.clone();
                    return Ok(Some(Refusal { command, why }));
                }
            }
        }
        let finishing = std::iter::once(finishing.iter().collect());
        let later = later.into_iter().map(|step| vec![step]);
        for steps in finishing.chain(parts).chain(later) {
            let refusal = self.part(&steps)?;
            if refusal.is_some() {
                return Ok(refusal);
            }
        }
        Ok(None)
    }

    /// Does the steps of one part, up to the first refusal, and then ends what it has begun.
    fn part(&mut self, steps: &[&Step]) -> Result<Option<Refusal>, Ended> {
        self.version = None;
        let mut aborts: Vec<&Command> = Vec::new();
        for step in steps {
            let done = heed().and_then(|()| {
                aborts.extend(&step.abort);
                match adds(step).and_then(|(name, rest)| Some((*self.left_over.get(name)?, rest))) {
                    Some((left, rest)) => self.again(step, left, rest),
                    None => self.step(step),
                }
            });
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

    /// Adds what is still there from before. The steps that follow take it into service.
    fn again(
        &mut self,
        step: &Step,
        left: &LeftOver,
        rest: &str,
    ) -> Result<Option<Refusal>, Ended> {
        let LeftOver::Server { name, address } = left else {
            self.applied.done.push(step.command.line.clone());
            return Ok(None);
        };
        let mut words = rest.split(' ');
        let wanted = words.next().and_then(|word| word.parse().ok());
        if wanted.is_none() || wanted != *address {
            // Another one of the same name: it has to go first.
            let lingering = self.applied.lingering.len();
            let refusal = self.step(&deletion(left))?;
            if refusal.is_some() {
                return Ok(refusal);
            }
            if let Some(it) = self.applied.lingering.drain(lingering..).next() {
                let command = step.command.line.clone();
                let why = format!("HAProxy answered: {}", it.answer);
                return Ok(Some(Refusal { command, why }));
            }
            self.applied.of += 1;
            return self.step(step);
        }
        let weight = words.by_ref().skip_while(|word| *word != "weight").nth(1);
        let weight = weight.unwrap_or("1");
        self.step(&silent(format!("set server {name} weight {weight}")))
    }

    /// Does one step; `Some` where it was refused.
    fn step(&mut self, step: &Step) -> Result<Option<Refusal>, Ended> {
        (self.tell)(Told::Sends(&step.command.line));
        let mut answer = self.send(&step.command)?;
        if step.waits && refused(&answer, &step.answer).is_some() {
            match self.insist(step, answer)? {
                Ok(last) => answer = last,
                Err(last) => {
                    self.applied.lingering.push(Lingering {
                        command: step.command.line.clone(),
                        answer: shortened(&last),
                    });
                    self.waiting = self.waiting.saturating_sub(1);
                    return Ok(None);
                }
            }
        }
        self.waiting -= usize::from(step.waits && self.waiting > 0);
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
    fn insist(&mut self, step: &Step, mut answer: String) -> Result<Result<String, String>, Ended> {
        let patience = self.drain.patience;
        if self.deadline.is_none() && lasts(&answer) && !patience.is_zero() {
            (self.tell)(Told::Waits(self.waiting, patience));
        }
        let mut deadline = *self.deadline.get_or_insert_with(|| now() + patience);
        let mut shut_down = self.drain.shut_down;
        let server = step.command.line.strip_prefix("del server ");
        while refused(&answer, &step.answer).is_some() {
            if !lasts(&answer) {
                return Ok(Ok(answer));
            }
            heed()?;
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

fn heed() -> Result<(), Ended> {
    if told_to_end() {
        return Err(Ended::Interrupted);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
