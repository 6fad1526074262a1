//! `ingressc completions`: what the shell needs to know.

use clap::CommandFactory as _;

use super::args::{Cli, Completions};
use super::streams::Streams;
use super::{Exit, Stop};

#[expect(clippy::unnecessary_wraps, reason = "every command has this shape")]
pub(super) fn run(typed: &Completions, streams: &mut Streams) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(typed.shell, &mut Cli::command(), "ingressc", &mut script);
    streams.bytes(&script);
    Ok(Exit::Clean)
}
