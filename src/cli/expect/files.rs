//! The files with expectations, and the manifests that each is about.

use std::path::{Path, PathBuf};

use crate::cli::args::{ConfigFlags, Test};
use crate::cli::journey::{collect_error, fault, settle};
use crate::cli::settings::{Settings, Typed, refuse, slashes};
use crate::cli::streams::Streams;
use crate::cli::{Exit, Stop};
use crate::config::{self, Base};
use crate::expect::{self, Expectations};
use crate::report::visible;
use crate::source::{self, CollectError, FileId, FileKind, Sources, absolute, working_folder};

/// Files that are about the same manifests, which are compiled once.
pub(super) struct Group {
    inputs: Inputs,
    pub(super) files: Vec<TestFile>,
}

/// A file with expectations.
pub(super) struct TestFile {
    pub(super) name: String,
    pub(super) expectations: Expectations,
    /// The file itself, for its places.
    pub(super) sources: Sources,
}

/// Which manifests, as seen from the working directory.
#[derive(Debug)]
struct Inputs {
    /// What the command line or the file names.
    paths: Vec<String>,
    /// The folder of the file, where neither names any.
    folder: Option<String>,
    config: Option<PathBuf>,
}

/// Reads the files that are named, or the one that is found. All mistakes in them are told at once.
pub(super) fn groups(typed: &Test) -> Result<Vec<Group>, Stop> {
    let mut groups: Vec<Group> = Vec::new();
    let mut mistakes: Vec<String> = Vec::new();
    for name in names(typed)? {
        let mut sources = Sources::default();
        let id = source::read_file(&mut sources, &name, FileKind::Config, 0)
            .map_err(|error| unreadable(&error, &name, typed))?;
        if is_manifest(&sources.file(id).text) {
            return Err(manifest(&name));
        }
        let file = match expect::read(&sources, id) {
            Err(found) => {
                mistakes.push(refuse(&found, &sources).message);
                continue;
            }
            Ok(expectations) => TestFile {
                name,
                expectations,
                sources,
            },
        };
        let inputs = Inputs::of(typed, &file);
        match groups
            .iter_mut()
            .find(|group| group.inputs.is_same(&inputs))
        {
            Some(group) => group.files.push(file),
            None => groups.push(Group {
                inputs,
                files: vec![file],
            }),
        }
    }
    if mistakes.is_empty() {
        Ok(groups)
    } else {
        Err(Stop::usage(mistakes.join("\n")))
    }
}

/// Why a file of expectations cannot be read, with help for what is easily mistyped.
fn unreadable(error: &CollectError, name: &str, typed: &Test) -> Stop {
    let mut stop = collect_error(error, None);
    let shown = visible(name);
    let is_folder_of_programs = name.starts_with('/') || name.contains("haproxy");
    if typed.live.is_some() && is_folder_of_programs {
        let help = format!("\n  help: to name the HAProxy, write `--live={shown}`, with `=`");
        stop.message.push_str(&help);
    }
    stop
}

/// Manifests say at their top what they are.
fn is_manifest(text: &str) -> bool {
    let says = |key: &str| text.lines().any(|line| line.starts_with(key));
    says("apiVersion:") && says("kind:") && !says("tests:")
}

fn manifest(name: &str) -> Stop {
    let shown = visible(name);
    Stop::usage(format!(
        "error: `{shown}` is a manifest, and no file of expectations\n  help: write `ingressc test -i {shown}`, and the requests into a {}",
        expect::FILE_NAME
    ))
}

fn without_file(folder: &str) -> Stop {
    let (shown, file) = (visible(folder), expect::FILE_NAME);
    Stop::usage(format!(
        "error: there is no {file} in `{shown}`\n  help: name a file of expectations; for a folder with manifests write `ingressc test -i {shown}`"
    ))
}

/// A path without what adds nothing to it: `./`, doubled slashes, a slash at its end. `..` stays, as a link may stand before it.
fn plain_path(path: &str) -> String {
    let root = if path.starts_with('/') { "/" } else { "" };
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let plain = format!("{root}{}", parts.collect::<Vec<_>>().join("/"));
    match &*plain {
        "" if path.is_empty() => plain,
        "" => ".".to_owned(),
        _ => plain,
    }
}

/// Paths as they are compared: from the root, each once, whatever their order. `-` is no path.
fn compared(paths: &[String], here: &str) -> Vec<String> {
    let whole = |path: &String| match path.as_str() {
        "-" => "-".to_owned(),
        path => absolute(here, path),
    };
    let mut paths: Vec<String> = paths.iter().map(whole).collect();
    paths.sort();
    paths.dedup();
    paths
}

/// A folder stands for its `routes.yaml`.
#[expect(
    clippy::disallowed_methods,
    reason = "whether a path is a folder is a question to the disk"
)]
fn names(typed: &Test) -> Result<Vec<String>, Stop> {
    let here = working_folder();
    let mut names: Vec<String> = Vec::new();
    for file in &typed.files {
        let path = Path::new(file);
        let name = if path.is_dir() {
            let inside = path.join(expect::FILE_NAME);
            if !inside.exists() {
                return Err(without_file(file));
            }
            slashes(&inside)
        } else {
            slashes(path)
        };
        let name = plain_path(&name);
        let is_known = |known: &String| absolute(&here, known) == absolute(&here, &name);
        if !names.iter().any(is_known) {
            names.push(name);
        }
    }
    if !names.is_empty() {
        return Ok(names);
    }
    let here = std::env::current_dir().map_err(|error| fault("the working directory", &error))?;
    match config::discover_file(expect::FILE_NAME, Path::new("."), &here) {
        Some(path) => Ok(vec![slashes(&path)]),
        None => Err(Stop::new(
            Exit::Nothing,
            format!(
                "nothing to do: there is no {}, here or above\n  help: write one; `ingressc test --help` shows how it looks",
                expect::FILE_NAME
            ),
        )),
    }
}

impl Inputs {
    /// Whether they are the same, however they are written.
    fn is_same(&self, other: &Self) -> bool {
        let here = working_folder();
        let folder = |it: &Self| it.folder.as_ref().map(|folder| absolute(&here, folder));
        let config = |it: &Self| {
            let config = it.config.as_deref();
            config.map(|path| absolute(&here, &slashes(path)))
        };
        compared(&self.paths, &here) == compared(&other.paths, &here)
            && folder(self) == folder(other)
            && config(self) == config(other)
    }

    fn of(typed: &Test, file: &TestFile) -> Self {
        let base = Base::of(&file.name);
        let own = file.expectations.inputs.iter().flatten();
        let own: Vec<String> = own.map(|path| base.join(&path.value)).collect();
        let paths = if typed.paths.is_empty() {
            own
        } else {
            typed.paths.clone()
        };
        let unsaid = paths.is_empty() && typed.inputs.file_list.is_empty();
        let config = file.expectations.config.as_ref();
        let config = config.map(|path| PathBuf::from(base.join(&path.value)));
        Self {
            folder: unsaid.then(|| match file.name.rsplit_once('/') {
                Some(("", _)) => "/".to_owned(),
                Some((folder, _)) => folder.to_owned(),
                None => ".".to_owned(),
            }),
            paths,
            config: typed.config.config.clone().or(config),
        }
    }
}

impl Group {
    /// The settings with which the manifests are compiled; `None` when nothing but them was asked for.
    pub(super) fn settle(
        &self,
        typed: &Test,
        streams: &mut Streams,
    ) -> Result<Option<Settings>, Stop> {
        let mut config = ConfigFlags {
            config: self.inputs.config.clone(),
            set: typed.config.set.clone(),
            no_config: typed.config.no_config,
            show_settings: typed.config.show_settings,
        };
        if let (Some(folder), None, false) = (&self.inputs.folder, &config.config, config.no_config)
        {
            config.config = Self::found_above(folder)?;
            config.no_config = config.config.is_none();
        }
        let settings = |paths: &[String], streams: &mut Streams| {
            let typed = Typed {
                paths,
                inputs: &typed.inputs,
                rules: None,
                config: &config,
                annotations: &typed.annotations,
                now: None,
                haproxy: None,
                placeholders: true,
            };
            settle(&typed, streams)
        };
        let mut settled = match &self.inputs.folder {
            None => settings(&self.inputs.paths, streams)?,
            Some(folder) => {
                let names_inputs = Settings::new(&Typed {
                    paths: &[],
                    inputs: &typed.inputs,
                    rules: None,
                    config: &config,
                    annotations: &typed.annotations,
                    now: None,
                    haproxy: None,
                    placeholders: true,
                })?
                .names_inputs();
                let folder = [folder.clone()];
                settings(if names_inputs { &[] } else { &folder }, streams)?
            }
        };
        // Expectations are no manifests, whatever their file is called.
        let names = self.files.iter().map(|file| file.name.clone());
        let names: Vec<String> = names.collect();
        for inputs in settled.iter_mut().flat_map(|settings| &mut settings.inputs) {
            inputs.others.extend_from_slice(&names);
        }
        Ok(settled)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the search starts in the working directory"
    )]
    fn found_above(folder: &str) -> Result<Option<PathBuf>, Stop> {
        let here =
            std::env::current_dir().map_err(|error| fault("the working directory", &error))?;
        Ok(config::discover(Path::new(folder), &here))
    }
}

impl TestFile {
    /// The id of the file in its sources.
    pub(super) fn id() -> FileId {
        FileId::new(0)
    }
}
