//! Whether the process that answers is one that a plan can be told.

use super::super::super::args::Plan as Typed;
use super::super::super::streams::Streams;
use super::super::super::{Exit, Stop};
use super::super::side::Side;
use super::unanswered;
use crate::ir::HaproxyVersion;
use crate::runtime::{Client, Process};
use crate::text::visible;

/// The version to plan for: the one that runs, unless an older one is asked for.
pub(super) fn target(
    typed: &Typed,
    to: &Side,
    process: &Process,
    streams: &mut Streams,
) -> Result<HaproxyVersion, Stop> {
    let version = visible(&process.version);
    let (major, minor) = branch(process).ok_or_else(|| {
        Stop::new(
            Exit::Fault,
            format!("error: the process says that it is HAProxy {version}, which is no version\n  help: is it HAProxy's own socket?"),
        )
    })?;
    let known = HaproxyVersion::all().filter(|known| match minor.checked_add(1) {
        Some(next) => !known.has(major, next),
        None => true,
    });
    let runs = known.last().ok_or_else(|| {
        Stop::new(
            Exit::No,
            format!(
                "error: HAProxy {version} runs, and {} is the oldest that can be told\n  help: reload it with the new files",
                HaproxyVersion::OLDEST
            ),
        )
    })?;
    if runs.to_string() != format!("{major}.{minor}") {
        streams.note(&format!(
            "note: HAProxy {version} runs, which is not known here; it is told what {runs} is told"
        ));
    }
    if to.target > runs {
        return Err(Stop::usage(format!(
            "error: {} is written for HAProxy {}, and {} runs, which would not start with it\n  help: compile it with `--haproxy {runs}`",
            visible(&to.name),
            to.target,
            visible(&process.version),
        )));
    }
    match typed.haproxy {
        Some(asked) if asked > runs => Err(Stop::usage(format!(
            "error: `--haproxy {asked}` was given, and HAProxy {} runs\n  help: leave it out, the version is asked for",
            visible(&process.version)
        ))),
        asked => Ok(asked.unwrap_or(runs)),
    }
}

/// `3.2`.
fn branch(process: &Process) -> Option<(u8, u8)> {
    let (major, minor) = process.branch().split_once('.')?;
    let digits: String = minor.chars().take_while(char::is_ascii_digit).collect();
    Some((major.parse().ok()?, digits.parse().ok()?))
}

/// A socket of another level executes some commands and refuses others in the middle.
pub(super) fn privileged(client: &Client) -> Result<(), Stop> {
    let level = client.level().map_err(|error| unanswered(&error))?;
    if level == "admin" {
        return Ok(());
    }
    Err(Stop::new(
        Exit::No,
        format!(
            "error: {} has the level `{}`, which may not do everything\n  help: name the socket whose line says `level admin`",
            visible(&client.address().to_string()),
            visible(level.lines().next().unwrap_or_default())
        ),
    ))
}
