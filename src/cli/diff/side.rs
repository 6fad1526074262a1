//! One side of the comparison: where it is, and what is read there.
//!
//! Each side has the configuration that lies with it. A revision is read from where the command runs, as if it were checked out there,
//! so that files have the names that they have now.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use super::bundle;
use crate::cli::args::{ConfigFlags, Diff};
use crate::cli::journey::{Journey, caveats, settle};
use crate::cli::settings::{Settings, Typed, plain};
use crate::cli::streams::Streams;
use crate::cli::{Exit, Stop};
use crate::config;
use crate::diff::{self, View};
use crate::emit::Bundle;
use crate::ir::HaproxyVersion;
use crate::report::visible;
use crate::source::{self, GitError, Revision};

/// Where a side is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whence {
    /// Standard input.
    Stdin,
    /// A file, a folder or a glob.
    Path(String),
    /// `git:REV[:PATH]`.
    Git {
        revision: String,
        path: Option<String>,
    },
}

impl Whence {
    pub(super) fn read(text: &str) -> Result<Self, Stop> {
        if text == "-" {
            return Ok(Self::Stdin);
        }
        let Some(rest) = text.strip_prefix("git:") else {
            return Ok(Self::Path(text.to_owned()));
        };
        let (revision, path) = match rest.split_once(':') {
            Some((revision, path)) => (revision, Some(path)),
            None => (rest, None),
        };
        if path.is_some_and(|path| path.is_empty() || path.starts_with('/')) {
            return Err(Stop::usage(format!(
                "error: `{}` names no path in the repository\n  help: write git:REV or git:REV:PATH, such as git:origin/main:deploy",
                visible(text)
            )));
        }
        Ok(Self::Git {
            revision: revision.to_owned(),
            path: path.map(str::to_owned),
        })
    }
}

/// One side that has been read.
pub(super) struct Side {
    /// What stands before the names of its files where they have to be told apart.
    pub(super) mark: String,
    /// How many inputs could not be read.
    pub(super) unread: usize,
    content: Content,
}

/// What was read.
enum Content {
    Manifests(Box<(Journey, Settings)>),
    Bundle(Bundle),
}

impl Side {
    /// Reads a side. With `strict`, Services need servers, as they do to be run.
    pub(super) fn load(
        place: &Place,
        strict: bool,
        typed: &Diff,
        streams: &mut Streams,
    ) -> Result<Self, Stop> {
        let (whence, name) = (&place.whence, place.side);
        streams.decision(&format!("{name:<8} {}", visible(&whence.shown())));
        let _there = place.enter()?;
        let side = |content, unread| Self {
            mark: place.mark.clone(),
            unread,
            content,
        };
        if let Some(folder) = place.bundle() {
            let read = bundle::read(Path::new(folder)).map_err(|stop| of(whence, stop))?;
            return Ok(side(Content::Bundle(read), 0));
        }
        let settings = place.settings(typed, strict, streams);
        let Some(mut settings) = settings.map_err(|stop| of(whence, stop))? else {
            return Err(Stop::usage("error: nothing but the settings was asked for"));
        };
        if place.is_absent {
            let journey = Journey::empty(&mut settings);
            return Ok(side(Content::Manifests(Box::new((journey, settings))), 0));
        }
        let journey = Journey::run(&mut settings, streams).map_err(|stop| of(whence, stop))?;
        if let Some(why) = journey.nothing(false) {
            return Err(of(whence, Stop::new(Exit::Nothing, why)));
        }
        if journey.judged.failing > 0 {
            let shown = whence.shown();
            streams.note(&format!("in the {name}, {}:", visible(&shown)));
        }
        caveats(&journey, streams);
        let unread = journey.judged.unread_inputs;
        Ok(side(
            Content::Manifests(Box::new((journey, settings))),
            unread,
        ))
    }

    /// The files for HAProxy; `target` is the version that the other side is made for.
    pub(super) fn emit(&self, target: Option<HaproxyVersion>) -> Result<Cow<'_, Bundle>, Stop> {
        match &self.content {
            Content::Bundle(bundle) => Ok(Cow::Borrowed(bundle)),
            Content::Manifests(read) => {
                let (journey, settings) = &**read;
                let mut emit = settings.stages.emit.clone();
                emit.target = target.unwrap_or(emit.target);
                journey.emit(&emit).map(Cow::Owned)
            }
        }
    }

    /// The version that it is made for.
    pub(super) fn made_for(&self) -> HaproxyVersion {
        match &self.content {
            Content::Manifests(read) => read.1.stages.emit.target,
            Content::Bundle(_) => self.target().unwrap_or_default(),
        }
    }

    /// The version that a bundle is made for; `None` for manifests.
    pub(super) fn target(&self) -> Option<HaproxyVersion> {
        match &self.content {
            Content::Bundle(bundle) => HaproxyVersion::parse(&diff::target_of_bundle(bundle)?),
            Content::Manifests(_) => None,
        }
    }

    /// What is compared, where neither side is a bundle.
    pub(super) fn view(self) -> Result<View, Stop> {
        match self.content {
            Content::Manifests(read) => {
                let (journey, settings) = *read;
                let Journey {
                    sources, routing, ..
                } = journey;
                Ok(diff::view(routing, &sources, &settings.stages.emit))
            }
            Content::Bundle(bundle) => view_of(&bundle),
        }
    }
}

/// A bundle as what is compared.
pub(super) fn view_of(bundle: &Bundle) -> Result<View, Stop> {
    diff::view_of_bundle(bundle)
        .map_err(|why| Stop::usage(format!("error: the bundle cannot be compared: {why}")))
}

/// A stop that says of which side it speaks.
fn of(whence: &Whence, stop: Stop) -> Stop {
    match whence {
        Whence::Git { .. } => Stop::new(
            stop.exit,
            format!(
                "{}\n  note: in {}",
                stop.message.trim_end(),
                visible(&whence.shown())
            ),
        ),
        _ => stop,
    }
}

impl Whence {
    fn shown(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::Path(path) => path.clone(),
            Self::Git {
                revision,
                path: None,
            } => format!("git:{revision}"),
            Self::Git {
                revision,
                path: Some(path),
            } => format!("git:{revision}:{path}"),
        }
    }
}

/// Where a side is read, and what was laid out for that.
pub(super) struct Place {
    whence: Whence,
    /// What the side is called in notes.
    side: &'static str,
    paths: Vec<String>,
    /// Whether the revision has nothing where the other side has something, so that the side is empty.
    is_absent: bool,
    mark: String,
    /// The files of a revision, for as long as they are read.
    laid_out: Option<Revision>,
}

impl Place {
    /// Finds the side; lays out the files of a revision.
    pub(super) fn find(
        whence: &Whence,
        side: &'static str,
        streams: &mut Streams,
    ) -> Result<Self, Stop> {
        let here = |path: &str| Self {
            whence: whence.clone(),
            side,
            paths: vec![path.to_owned()],
            is_absent: false,
            mark: String::new(),
            laid_out: None,
        };
        let (revision, path) = match whence {
            Whence::Git { revision, path } => (revision, path),
            Whence::Stdin => return Ok(here("-")),
            Whence::Path(path) => return Ok(here(path)),
        };
        let laid_out = Revision::lay_out(revision).map_err(|error| git_error(&error))?;
        if !laid_out.submodules.is_empty() {
            let names: Vec<_> = laid_out.submodules.iter().map(|it| visible(it)).collect();
            streams.note(&format!(
                "note: {} does not hold the files of its submodules: {}",
                visible(&whence.shown()),
                names.join(", ")
            ));
        }
        let seen = |path: &String| source::from_prefix(path, &laid_out.prefix);
        Ok(Self {
            paths: path.iter().map(seen).collect(),
            side,
            is_absent: false,
            mark: format!("{revision}:"),
            whence: whence.clone(),
            laid_out: Some(laid_out),
        })
    }

    /// Finds out whether a revision lacks the very path that the other side has: a new folder, or one that was removed. Then the
    /// side is empty, and the sentence says so. Where the paths differ, one of them may be misspelt, and is refused later.
    pub(super) fn settle_absence(base: &mut Self, head: &mut Self) -> Result<Option<String>, Stop> {
        let ([old], [new]) = (&base.paths[..], &head.paths[..]) else {
            return Ok(None);
        };
        let same = |one: &str, other: &str| tidy(one).eq(tidy(other));
        if !same(old, new) {
            return Ok(None);
        }
        let (absent, news) = match (base.has_path()?, head.has_path()?) {
            (false, true) => (base, "new"),
            (true, false) => (head, "gone"),
            _ => return Ok(None),
        };
        if absent.laid_out.is_none() {
            return Ok(None);
        }
        absent.is_absent = true;
        Ok(Some(format!(
            "`{}` is not there: all of it is {news}",
            absent.whence.shown()
        )))
    }

    /// Whether there is something where the side is to be read.
    #[expect(
        clippy::disallowed_methods,
        reason = "whether a side is there is a question to the disk"
    )]
    fn has_path(&self) -> Result<bool, Stop> {
        let _there = self.enter()?;
        let is_there = |path: &String| {
            // What is no path at all has no absence.
            path == "-" || path.contains(['*', '?', '[']) || Path::new(path).exists()
        };
        Ok(self.paths.iter().all(is_there))
    }

    /// Goes where the side is read; the way back is taken when that is dropped.
    pub(super) fn enter(&self) -> Result<Option<Away>, Stop> {
        let folder = self.laid_out.as_ref();
        let folder = folder.map(|laid_out| laid_out.root().join(&laid_out.prefix));
        folder
            .map(|folder| Away::to(&folder, &self.whence, &self.paths))
            .transpose()
    }

    /// The folder, if it is that of a bundle. To be asked where the side is read.
    pub(super) fn bundle(&self) -> Option<&str> {
        match &self.paths[..] {
            [path] if bundle::is_one(Path::new(path)) => Some(path),
            _ => None,
        }
    }

    /// Whether it is a bundle.
    pub(super) fn is_bundle(&self) -> Result<bool, Stop> {
        let _there = self.enter()?;
        Ok(self.bundle().is_some())
    }

    fn settings(
        &self,
        typed: &Diff,
        strict: bool,
        streams: &mut Streams,
    ) -> Result<Option<Settings>, Stop> {
        let mut config = typed.config.clone();
        let mut paths = self.paths.clone();
        // A folder with a configuration of its own, which says what is read, is read as that says.
        if let [path] = &self.paths[..]
            && let Some(file) = own_config(path)
            && config.config.is_none()
            && !config.no_config
        {
            let probe = Settings::new(&of_side(typed, &paths, &config, false))?;
            if probe.names_inputs() {
                config.config = Some(file);
                paths.clear();
            }
        }
        settle(&of_side(typed, &paths, &config, strict), streams)
    }
}

/// A stay in the folder of a revision.
pub(super) struct Away {
    back: PathBuf,
}

impl Away {
    #[expect(
        clippy::disallowed_methods,
        reason = "a revision is read as if it were checked out"
    )]
    fn to(folder: &Path, whence: &Whence, paths: &[String]) -> Result<Self, Stop> {
        let fault =
            |error: std::io::Error| Stop::new(Exit::Fault, format!("error: {}", plain(&error)));
        let back = std::env::current_dir().map_err(fault)?;
        if !folder.is_dir() {
            if paths.is_empty() {
                return Err(Stop::usage(format!(
                    "error: {} has no folder where this runs\n  help: name one: git:REV:PATH",
                    visible(&whence.shown())
                )));
            }
            std::fs::create_dir_all(folder).map_err(fault)?;
        }
        std::env::set_current_dir(folder).map_err(fault)?;
        Ok(Self { back })
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        // It was there before. Without it nothing more is read.
        let _ = std::env::set_current_dir(&self.back);
    }
}

/// The parts of a path that say something.
fn tidy(path: &str) -> impl Iterator<Item = Component<'_>> {
    let parts = Path::new(path).components();
    parts.filter(|part| *part != Component::CurDir)
}

fn of_side<'t>(
    typed: &'t Diff,
    paths: &'t [String],
    config: &'t ConfigFlags,
    strict: bool,
) -> Typed<'t> {
    Typed {
        paths,
        inputs: &typed.inputs,
        rules: None,
        config,
        annotations: &typed.annotations,
        now: None,
        haproxy: None,
        placeholders: !strict,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "whether a folder has a configuration is a question to the disk"
)]
fn own_config(path: &str) -> Option<PathBuf> {
    let file = Path::new(path).join(config::FILE_NAME);
    let file = file
        .strip_prefix(".")
        .map(Path::to_path_buf)
        .unwrap_or(file);
    file.is_file().then_some(file)
}

fn git_error(error: &GitError) -> Stop {
    let exit = if error.is_fault {
        Exit::Fault
    } else {
        Exit::Usage
    };
    let help = error.help.as_ref();
    let help = help.map_or_else(String::new, |help| format!("\n  help: {help}"));
    Stop::new(exit, format!("error: {}{help}", visible(&error.message)))
}

/// The settings of the configuration around the working directory, where no side was named.
pub(super) fn show_settings(typed: &Diff, streams: &mut Streams) -> Result<Exit, Stop> {
    settle(&of_side(typed, &[], &typed.config, false), streams)?;
    Ok(Exit::Clean)
}

/// The settings or the files of both sides.
pub(super) fn show(
    base: &Whence,
    head: &Whence,
    typed: &Diff,
    streams: &mut Streams,
) -> Result<Exit, Stop> {
    for (whence, side) in [(base, "base"), (head, "head")] {
        streams.product(&format!("# {}\n", visible(&whence.shown())));
        let place = Place::find(whence, side, streams)?;
        let _there = place.enter()?;
        place.settings(typed, false, streams)?;
    }
    Ok(Exit::Clean)
}
