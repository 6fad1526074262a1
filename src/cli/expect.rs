//! `ingressc test`.

use super::args::Test;
use super::streams::Streams;
use super::{Exit, Stop};

pub(super) fn run(_typed: &Test, _streams: &mut Streams) -> Result<Exit, Stop> {
    Err(Stop::new(
        Exit::Fault,
        "error: this command is not there yet",
    ))
}
