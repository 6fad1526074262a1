//! `ingressc diff`.

use super::args::Diff;
use super::streams::Streams;
use super::{Exit, Stop};

pub(super) fn run(_typed: &Diff, _streams: &mut Streams) -> Result<Exit, Stop> {
    Err(Stop::new(
        Exit::Fault,
        "error: this command is not there yet",
    ))
}
