//! `ingressc check`: every finding, and nothing else.

use super::args::Check;
use super::journey::{Journey, collect, show_files};
use super::settings::{Settings, Typed};
use super::streams::Streams;
use super::{Exit, Stop};

pub(super) fn run(typed: &Check, streams: &mut Streams) -> Result<Exit, Stop> {
    let mut settings = Settings::new(&Typed {
        paths: &typed.paths.paths,
        inputs: &typed.inputs,
        rules: Some(&typed.rules),
        config: &typed.config,
        now: typed.target.now.map(|date| date.unix),
        haproxy: None,
        placeholders: true,
    })?;
    if typed.config.show_settings {
        streams.product(&settings.show());
        return Ok(Exit::Clean);
    }
    if typed.inputs.show_files {
        let (sources, _) = collect(&mut settings, streams)?;
        streams.product(&show_files(&sources));
        return Ok(Exit::Clean);
    }
    let journey = Journey::run(&mut settings, streams)?;
    streams.product(&journey.judged.show(&typed.output, &journey.sources));
    streams.note(&journey.judged.summary.to_string());
    let exit = journey.judged.exit(&settings.rules);
    match journey.nothing(false) {
        None => Ok(exit),
        Some(why) => {
            streams.error(&why);
            Ok(exit.worst(Exit::Nothing))
        }
    }
}
