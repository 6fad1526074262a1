//! The two sides of a plan: each a bundle in a folder, or manifests that become one.

use std::path::Path;

use super::super::args::Plan;
use super::super::compile::header;
use super::super::journey::{Journey, fault, settle};
use super::super::settings::{Settings, Typed};
use super::super::streams::Streams;
use super::super::{Exit, Stop};
use crate::emit::{self, Bundle, CONFIG, INDEX, Numbers};
use crate::ir::HaproxyVersion;
use crate::report;
use crate::text::visible;
use crate::write::{self, Loaded};

/// A side.
pub(super) struct Side {
    /// As it was typed.
    pub(super) name: String,
    /// Whether it is a bundle on the disk.
    pub(super) is_folder: bool,
    /// The lowest HAProxy that it loads on.
    pub(super) target: HaproxyVersion,
    pub(super) bundle: Bundle,
    /// Files that are not as they were written.
    pub(super) edited: Vec<String>,
}

/// Both sides; `None` when only settings or file names were asked for, and have been printed.
pub(super) fn both(typed: &Plan, streams: &mut Streams) -> Result<Option<(Side, Side)>, Stop> {
    let (Some(from), Some(to)) = (&typed.from, &typed.to) else {
        return Err(Stop::usage("error: `--from` and `--to` are both needed"));
    };
    if from == "-" && to == "-" {
        return Err(Stop::usage("error: standard input cannot be both sides"));
    }
    let loaded = [folder(from)?, folder(to)?];
    // Manifests become a bundle like the one that they are compared with, or for the version that runs.
    let targets: Vec<_> = loaded.iter().flatten().map(|side| side.target).collect();
    let target = targets.first().copied().or(typed.haproxy);
    let [from_folder, to_folder] = loaded;
    let mut side = |name: &str, found: Option<Side>, earlier: Option<&Bundle>| match found {
        Some(side) => Ok(Some(side)),
        None => manifests(name, typed, (target, earlier), streams),
    };
    let from = side(from, from_folder, None)?;
    // What `compile --previous` would write: servers that stay keep their ids.
    let earlier = from.as_ref().map(|side| &side.bundle);
    let to = side(to, to_folder, earlier)?;
    Ok(from.zip(to).map(|(from, mut to)| {
        to.stay_private(&from);
        (from, to)
    }))
}

impl Side {
    /// What nobody else could read before stays so: a folder that went through a checkout has lost its modes, and lines of the operator
    /// may hold what nobody recognizes.
    fn stay_private(&mut self, from: &Self) {
        let before = from.bundle.files.get(CONFIG);
        if let Some(file) = self.bundle.files.get_mut(CONFIG) {
            file.private |= before.is_some_and(|file| file.private);
        }
    }
}

/// `--show-settings` and `--show-files`.
pub(super) fn show(typed: &Plan, streams: &mut Streams) -> Result<Exit, Stop> {
    let paths: Vec<String> = typed.from.iter().chain(&typed.to).cloned().collect();
    settle(&flags(typed, &paths, typed.haproxy), streams)?;
    Ok(Exit::Clean)
}

fn flags<'a>(typed: &'a Plan, paths: &'a [String], haproxy: Option<HaproxyVersion>) -> Typed<'a> {
    Typed {
        paths,
        inputs: &typed.inputs,
        rules: None,
        config: &typed.config,
        annotations: &typed.annotations,
        now: None,
        haproxy,
        placeholders: false,
    }
}

/// A bundle; `None` where the path is something else.
#[expect(clippy::disallowed_methods, reason = "a path of the command line")]
fn folder(name: &str) -> Result<Option<Side>, Stop> {
    let dir = Path::new(name);
    if name == "-" || !dir.is_dir() {
        return Ok(None);
    }
    let loaded = write::load(dir);
    let loaded = loaded.map_err(|error| fault(&format!("reading {}", visible(name)), &error))?;
    let Some(Loaded {
        bundle,
        described,
        edited,
    }) = loaded
    else {
        if dir.join(INDEX).exists() {
            return Err(Stop::usage(format!(
                "error: the {INDEX} of {} is broken, or none of ingressc's\n  help: compile that bundle again, or compare the manifests",
                visible(name)
            )));
        }
        if dir.join(CONFIG).exists() {
            return Err(Stop::usage(format!(
                "error: {0} has a {CONFIG}, but no {INDEX} that says what belongs to it\n  help: compare folders that `ingressc compile` wrote, or the manifests",
                visible(name)
            )));
        }
        return Ok(None);
    };
    if !bundle.files.contains_key(CONFIG) {
        return Err(Stop::usage(format!(
            "error: {} has a {INDEX}, but no {CONFIG}",
            visible(name)
        )));
    }
    Ok(Some(Side {
        name: name.to_owned(),
        is_folder: true,
        target: described.target.unwrap_or_default(),
        bundle,
        edited,
    }))
}

/// What `compile` would write, with `--previous` where there is an earlier bundle; errors are in the way as there.
fn manifests(
    name: &str,
    typed: &Plan,
    (target, earlier): (Option<HaproxyVersion>, Option<&Bundle>),
    streams: &mut Streams,
) -> Result<Option<Side>, Stop> {
    let paths = [name.to_owned()];
    let Some(mut settings) = settle(&flags(typed, &paths, target), streams)? else {
        return Ok(None);
    };
    let mut journey = Journey::run(&mut settings, streams)?;
    if let Some(why) = journey.nothing(true) {
        return Err(Stop::new(
            Exit::Nothing,
            format!("{}: {why}", visible(name)),
        ));
    }
    let judged = &journey.judged;
    if judged.failing > 0 {
        streams.findings(&report::human(
            &judged.findings,
            &journey.sources,
            Streams::width(),
        ));
        streams.note(&judged.summary.to_string());
        let failing = match judged.failing {
            1 => "1 finding stands".to_owned(),
            failing => format!("{failing} findings stand"),
        };
        return Err(Stop::new(
            Exit::No,
            format!(
                "no plan: {failing} in the way of a bundle from {}",
                visible(name)
            ),
        ));
    }
    if let Some(why) = journey.forgotten() {
        return Err(Stop::new(Exit::Nothing, why));
    }
    let config = earlier.and_then(|bundle| bundle.files.get(CONFIG));
    if let Some(config) = config.and_then(|file| std::str::from_utf8(&file.bytes).ok()) {
        Numbers::read(config).keep(&mut journey.routing, &settings.stages.emit.include);
    }
    emitted(name, &journey, settings).map(Some)
}

fn emitted(name: &str, journey: &Journey, settings: Settings) -> Result<Side, Stop> {
    let settings = emit::Settings {
        header: header(journey),
        ..settings.stages.emit
    };
    Ok(Side {
        name: name.to_owned(),
        is_folder: false,
        target: settings.target,
        bundle: journey.emit(&settings)?,
        edited: Vec::new(),
    })
}
