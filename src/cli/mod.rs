//! The command line: what was typed in, streams and an exit code out.
//!
//! The commands ask the stages and print the answers. Together with `source` (in) and `write` (out) this is the only place that
//! touches the machine: environment, terminal, clock, `haproxy -c`.

mod annotations;
mod args;
mod baseline;
mod check;
mod compile;
mod completions;
mod diff;
mod exit;
mod expect;
mod explain;
mod fix;
mod init;
mod journey;
mod judge;
mod mute;
mod plan;
mod ports;
mod redact;
mod route;
mod rules;
mod schema;
mod select;
mod settings;
mod show;
mod streams;
mod verify;
mod worktree;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};
pub use exit::Exit;
use streams::Streams;

/// Runs the program with these arguments, the first being its own name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // A panic is a fault of ours: it has been printed by then, and must not look like a finding.
    let exit = std::panic::catch_unwind(move || run(&arguments)).unwrap_or(Exit::Fault);
    exit.into()
}

fn run(arguments: &[OsString]) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(answer) => return refuse(&answer),
    };
    let mut streams = Streams::new(&cli.run);
    let exit = match cli.command {
        Command::Check(typed) => check::run(&typed, &mut streams),
        Command::Compile(typed) => compile::run(&typed, &mut streams),
        Command::Route(typed) => route::run(&typed, &mut streams),
        Command::Test(typed) => expect::run(&typed, &mut streams),
        Command::Diff(typed) => diff::run(&typed, &mut streams),
        Command::Plan(typed) => plan::run(&typed, &mut streams),
        Command::Ports(typed) => ports::run(&typed, &mut streams),
        Command::Baseline(typed) => baseline::run(&typed, &mut streams),
        Command::Init(typed) => init::run(&typed, &mut streams),
        Command::Explain(typed) => explain::run(&typed, &mut streams),
        Command::Rules(typed) => rules::run(&typed, &mut streams),
        Command::Annotations(typed) => annotations::run(&typed, &mut streams),
        Command::Schema(typed) => schema::run(&typed, &mut streams),
        Command::Redact(typed) => redact::run(&typed, &mut streams),
        Command::Completions(typed) => completions::run(&typed, &mut streams),
    };
    let exit = exit.unwrap_or_else(|stop| {
        streams.error(&stop.message);
        stop.exit
    });
    streams.finish(exit)
}

/// `--help` and `--version` are answers; everything else that clap has to say is a wrong question.
fn refuse(answer: &clap::Error) -> Exit {
    let told = answer.print();
    match (told, answer.use_stderr()) {
        (Err(error), _) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::Fault,
        (_, false) => Exit::Clean,
        (_, true) => Exit::Usage,
    }
}

/// Why a command cannot go on.
#[derive(Debug)]
struct Stop {
    exit: Exit,
    /// Ready to print: from ours, or made visible.
    message: String,
}

impl Stop {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
        }
    }

    fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }
}
