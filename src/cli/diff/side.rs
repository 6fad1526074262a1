//! One side of the comparison: where it is, and what is read there.
//!
//! Each side has the configuration that lies with it. A revision is read from where the command runs, as if it were checked out there,
//! so that files have the names that they have now.

use std::path::{Path, PathBuf};

use crate::cli::args::Diff;
use crate::cli::journey::{Journey, caveats, settle};
use crate::cli::settings::{Settings, Typed, plain};
use crate::cli::streams::Streams;
use crate::cli::{Exit, Stop};
use crate::config;
use crate::diff::{self, View};
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

/// One side, as far as it is compared.
pub(super) struct Side {
    pub(super) view: View,
    /// What stands before the names of its files where they have to be told apart.
    pub(super) mark: String,
    /// Whether some input could not be read.
    pub(super) unread: bool,
}

impl Side {
    /// Reads a side; `name` is what it is called in notes.
    pub(super) fn load(
        whence: &Whence,
        name: &str,
        typed: &Diff,
        streams: &mut Streams,
    ) -> Result<Self, Stop> {
        streams.decision(&format!("{name:<8} {}", visible(&whence.shown())));
        let place = Place::enter(whence, streams)?;
        let settings = place.settings(typed, streams)?;
        let Some(mut settings) = settings else {
            return Err(Stop::usage("error: nothing but the settings was asked for"));
        };
        let journey = Journey::run(&mut settings, streams).map_err(|stop| of(whence, stop))?;
        if let Some(why) = journey.nothing(false) {
            return Err(of(whence, Stop::new(Exit::Nothing, why)));
        }
        caveats(&journey, streams);
        let unread = journey.judged.unread;
        if journey.judged.failing > 0 && !unread {
            streams.note(&format!(
                "note: that is the {name}, {}",
                visible(&whence.shown())
            ));
        }
        let Journey {
            sources, routing, ..
        } = journey;
        Ok(Self {
            view: diff::view(routing, &sources, &settings.stages.emit),
            mark: place.mark.clone(),
            unread,
        })
    }
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

/// The folder in which a side is read. The working directory is put back when it is left.
struct Place {
    paths: Vec<String>,
    mark: String,
    back: Option<PathBuf>,
    /// The files of a revision, for as long as they are read.
    _laid_out: Option<Revision>,
}

impl Place {
    fn enter(whence: &Whence, streams: &mut Streams) -> Result<Self, Stop> {
        let (revision, path) = match whence {
            Whence::Git { revision, path } => (revision, path),
            Whence::Stdin => return Ok(Self::here("-")),
            Whence::Path(path) => return Ok(Self::here(path)),
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
        let folder = laid_out.root().join(&laid_out.prefix);
        let paths = path
            .iter()
            .map(|path| source::from_prefix(path, &laid_out.prefix));
        let paths: Vec<String> = paths.collect();
        let back = enter(&folder, whence, &paths)?;
        Ok(Self {
            paths,
            mark: format!("{revision}:"),
            back: Some(back),
            _laid_out: Some(laid_out),
        })
    }

    fn here(path: &str) -> Self {
        Self {
            paths: vec![path.to_owned()],
            mark: String::new(),
            back: None,
            _laid_out: None,
        }
    }

    fn settings(&self, typed: &Diff, streams: &mut Streams) -> Result<Option<Settings>, Stop> {
        let mut config = typed.config.clone();
        let mut paths = self.paths.clone();
        // A folder with a configuration of its own, which says what is read, is read as that says.
        if let [path] = &self.paths[..]
            && let Some(file) = own_config(path)
            && config.config.is_none()
            && !config.no_config
        {
            let probe = Settings::new(&of_side(typed, &paths, &config))?;
            if probe.names_inputs() {
                config.config = Some(file);
                paths.clear();
            }
        }
        settle(&of_side(typed, &paths, &config), streams)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(back) = &self.back {
            // The folder was there before. Nothing is read after a failure.
            let _ = std::env::set_current_dir(back);
        }
    }
}

fn of_side<'t>(
    typed: &'t Diff,
    paths: &'t [String],
    config: &'t crate::cli::args::ConfigFlags,
) -> Typed<'t> {
    Typed {
        paths,
        inputs: &typed.inputs,
        rules: None,
        config,
        annotations: &typed.annotations,
        now: None,
        haproxy: None,
        placeholders: true,
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

/// Goes to the folder of a revision where the command runs; returns where it was.
#[expect(
    clippy::disallowed_methods,
    reason = "a revision is read as if it were checked out"
)]
fn enter(folder: &Path, whence: &Whence, paths: &[String]) -> Result<PathBuf, Stop> {
    let fault = |error: std::io::Error| Stop::new(Exit::Fault, format!("error: {}", plain(&error)));
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
    Ok(back)
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
    settle(&of_side(typed, &[], &typed.config), streams)?;
    Ok(Exit::Clean)
}

/// The settings or the files of both sides.
pub(super) fn show(
    base: &Whence,
    head: &Whence,
    typed: &Diff,
    streams: &mut Streams,
) -> Result<Exit, Stop> {
    for whence in [base, head] {
        streams.product(&format!("# {}\n", visible(&whence.shown())));
        let place = Place::enter(whence, streams)?;
        place.settings(typed, streams)?;
    }
    Ok(Exit::Clean)
}
