//! `ingressc schema`: what editors need to know.

use super::args::{Schema, SchemaOf};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::{annotations, config, expect, report};

#[expect(clippy::unnecessary_wraps, reason = "every command has this shape")]
pub(super) fn run(typed: &Schema, streams: &mut Streams) -> Result<Exit, Stop> {
    match typed.of {
        SchemaOf::Config => streams.product(&config::schema()),
        SchemaOf::Annotations => streams.product(&annotations::schema()),
        SchemaOf::Expectations => streams.product(&expect::schema()),
        SchemaOf::Report => streams.product(&report::schema()),
    }
    Ok(Exit::Clean)
}
