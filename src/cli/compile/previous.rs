//! `compile --previous`: servers keep the ids that an earlier bundle gave them.

use std::path::Path;

use super::super::Stop;
use super::super::journey::{Journey, count, fault};
use super::super::streams::Streams;
use crate::emit::{Include, Numbers};
use crate::report::visible;
use crate::write::{self, NoBundle};

/// The `haproxy.cfg` of the earlier bundle. That there is none is told: it may be the first run, or another folder was meant.
pub(super) fn earlier(dir: &Path, streams: &mut Streams) -> Result<Option<String>, Stop> {
    let shown = dir.to_string_lossy();
    let shown = visible(&shown);
    match write::previous(dir) {
        Ok(Some(config)) => Ok(Some(config)),
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
    streams.note(&format!("  previous {known} {keep}{new}"));
    streams.timing("previous");
}
