//! `compile --previous`: servers keep the ids that an earlier bundle gave them.

use std::path::Path;

use super::super::Stop;
use super::super::journey::{Journey, count, fault};
use super::super::streams::Streams;
use crate::emit::{Include, Numbers};
use crate::report::visible;
use crate::source::{absolute, working_folder};
use crate::write::{self, NoBundle};

/// The `haproxy.cfg` of the earlier bundle. That there is none is told: it may be the first run, or another folder was meant.
/// Quiet it is only on the first run into the folder that will be the previous one.
pub(super) fn earlier(
    dir: &Path,
    output: &Path,
    streams: &mut Streams,
) -> Result<Option<String>, Stop> {
    let shown = dir.to_string_lossy();
    let shown = visible(&shown);
    match write::previous(dir) {
        Ok(Some(config)) => Ok(Some(config)),
        Ok(None) if !is_same(dir, output) || !is_empty(dir) => Err(Stop::usage(format!(
            "error: `--previous {shown}`: there is no bundle in it\n  help: name the folder of an earlier bundle; for the first one leave --previous out, or give the folder of -o, still empty"
        ))),
        Ok(None) => {
            let none = "there is no bundle yet, so servers are numbered by their places";
            streams.note(&format!("  previous {shown}: {none}"));
            Ok(None)
        }
        Err(NoBundle::Unread(error)) => Err(fault(&format!("reading {shown}"), &error)),
        Err(why) => {
            let help = match why {
                NoBundle::NoFolder => "name the folder of an earlier bundle",
                _ => "restore the folder, or leave --previous out: servers are numbered anew then",
            };
            let why = why.to_string();
            Err(Stop::usage(format!(
                "error: `--previous {shown}`: {}\n  help: {help}",
                visible(&why)
            )))
        }
    }
}

/// Whether two names lead to one folder, as far as their text says.
fn is_same(one: &Path, other: &Path) -> bool {
    let here = working_folder();
    let whole = |path: &Path| absolute(&here, &path.to_string_lossy());
    whole(one) == whole(other)
}

/// Whether there is nothing in a folder, or no folder. Names with a dot do not count: a `.gitkeep`, or what a run left that was killed.
#[expect(
    clippy::disallowed_methods,
    reason = "whether a folder is empty is a question to the disk"
)]
fn is_empty(dir: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return true;
    };
    let mut names = entries.flatten().map(|entry| entry.file_name());
    names.all(|name| name.to_string_lossy().starts_with('.'))
}

/// Gives servers the ids that they had.
pub(super) fn keep_numbers(
    config: &str,
    journey: &mut Journey,
    include: &Include,
    streams: &mut Streams,
) {
    let kept = Numbers::read(config).keep(&mut journey.routing, include);
    let known = count(kept.known, "server");
    let keep = match kept.known {
        1 => "keeps its id",
        _ => "keep their ids",
    };
    let new = match kept.new {
        0 => String::new(),
        1 => ", 1 server is new".to_owned(),
        new => format!(", {new} servers are new"),
    };
    let gone = match kept.gone {
        0 => String::new(),
        1 => ", 1 server is gone".to_owned(),
        gone => format!(", {gone} servers are gone"),
    };
    streams.note(&format!("  previous {known} {keep}{new}{gone}"));
    streams.timing("previous");
}
