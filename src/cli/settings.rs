//! What was typed and what is configured, into what it means. Flags win over `--set`, `--set` over the file.

mod show;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::Stop;
use super::args::{AnnotationFlags, ConfigFlags, InputFlags, RuleFlags};
use super::mute::{Mute, Scope};
use super::select::Selection;
use super::streams::Streams;
use crate::annotations::Dialect;
use crate::config::{self, Base, Config, Mistake};
use crate::finding::{Code, Label, Level, Levels, Severity};
use crate::ir::HaproxyVersion;
use crate::report;
use crate::source::{File, FileKind, Inputs, MAX_FILE_BYTES, Sources, read_regular};

/// All that a command needs to know before it reads a manifest.
#[derive(Debug)]
pub(super) struct Settings {
    /// The files that were read to learn all this: the configuration, and what it names besides manifests.
    pub(super) sources: Sources,
    /// Which manifests, of each cluster.
    pub(super) inputs: Vec<Inputs>,
    /// What the stages need to know.
    pub(super) stages: crate::Settings,
    /// What is made of findings.
    pub(super) rules: Rules,
    /// What was configured.
    config: Config,
    /// The configuration file that was found.
    pub(super) config_file: Option<String>,
    /// How many configured clusters are not heard, because the command was given paths of its own.
    pub(super) clusters_aside: usize,
    /// The folder to which the command is going to write private keys.
    pub(super) bundle: Option<PathBuf>,
}

/// What is made of findings.
#[derive(Debug)]
pub(super) struct Rules {
    /// Whether the checks are asked that no stage makes.
    pub(super) lints: bool,
    pub(super) levels: Levels,
    /// Rules whose level is `off`, to count what they hide.
    pub(super) off: Vec<Code>,
    pub(super) selection: Selection,
    pub(super) pedantic: bool,
    pub(super) fail_on: Severity,
    pub(super) min_severity: Severity,
    pub(super) exit_zero: bool,
    /// What is not told although it was found.
    pub(super) mute: Mute,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            lints: false,
            levels: Levels::default(),
            off: Vec::new(),
            selection: Selection::default(),
            pedantic: false,
            fail_on: Severity::Error,
            min_severity: Severity::Pedantic,
            exit_zero: false,
            mute: Mute::default(),
        }
    }
}

/// The parts of a command line that every command which reads manifests has.
pub(super) struct Typed<'a> {
    pub(super) paths: &'a [String],
    pub(super) inputs: &'a InputFlags,
    pub(super) rules: Option<&'a RuleFlags>,
    pub(super) config: &'a ConfigFlags,
    pub(super) annotations: &'a AnnotationFlags,
    pub(super) now: Option<i64>,
    pub(super) haproxy: Option<HaproxyVersion>,
    /// The command judges manifests and runs nothing: Services that no resolver knows are no finding.
    pub(super) placeholders: bool,
}

impl Settings {
    /// Finds and reads the configuration, and lays the flags over it.
    pub(super) fn new(typed: &Typed<'_>) -> Result<Self, Stop> {
        let mut sources = Sources::default();
        let (mut config, config_file) = configured(typed, &mut sources)?;
        let base = config_file.as_deref().map(Base::of).unwrap_or_default();
        let aside = set_clusters_aside(typed, &mut config)?;
        let mut rules = rules(typed.rules, &config)?;
        let mut stages = crate::Settings::new(&config, typed.placeholders);
        if let Some(name) = &typed.inputs.namespace {
            if !config::is_namespace(name) {
                return Err(Stop::usage(format!(
                    "error: `{}` is no namespace: up to 63 characters `a-z`, `0-9` and `-`",
                    report::visible(name)
                )));
            }
            stages.manifest.namespace.clone_from(name);
        }
        if !typed.inputs.class.is_empty() {
            stages.lower.classes = Some(typed.inputs.class.clone());
        }
        stages.lower.endpoints.inventory_shared = !aside.is_empty();
        stages.lower.now = typed.now;
        stages.emit.target = typed.haproxy.unwrap_or(stages.emit.target);
        let annotations = &mut stages.lower.annotations;
        annotations.target = stages.emit.target;
        annotations.profile = typed.annotations.profile.unwrap_or(annotations.profile);
        if !typed.annotations.dialect.is_empty() {
            annotations.dialects = dialects(&typed.annotations.dialect)?;
        }
        let paths = match (typed.paths, &config.inputs[..]) {
            ([], _) if !typed.inputs.file_list.is_empty() => Vec::new(),
            ([], []) => vec![".".to_owned()],
            ([], inputs) => inputs.to_vec(),
            (paths, _) => paths.to_vec(),
        };
        rules.mute = mute(typed, &config, &stages);
        stages.ports.levels = rules.levels.clone();
        let mistakes = stages.read_files(&config, &base, &mut sources);
        if !mistakes.is_empty() {
            return Err(refuse(&mistakes, &sources));
        }
        let mut exclude = config.exclude.clone();
        exclude.extend_from_slice(&typed.inputs.exclude);
        let inputs = |paths| Inputs {
            paths,
            file_lists: typed.inputs.file_list.clone(),
            stdin_name: typed.inputs.stdin_filename.clone(),
            exclude: exclude.clone(),
            force_exclude: typed.inputs.force_exclude,
            gitignore: typed.inputs.gitignore,
            others: inventories(&aside)
                .into_iter()
                .chain(rules.mute.baseline_file.clone())
                .collect(),
        };
        let inputs = match &config.clusters[..] {
            [] => vec![inputs(paths)],
            clusters => clusters
                .iter()
                .map(|cluster| inputs(cluster.inputs.clone()))
                .collect(),
        };
        Ok(Self {
            sources,
            inputs,
            stages,
            rules,
            config,
            config_file,
            clusters_aside: aside.len(),
            bundle: None,
        })
    }
}

impl Settings {
    /// Whether the configuration says which manifests are meant.
    pub(super) fn names_inputs(&self) -> bool {
        let clusters = self.clusters_aside > 0 || !self.config.clusters.is_empty();
        clusters || !self.config.inputs.is_empty()
    }
}

/// Paths that are typed belong to no cluster. To judge them they are one without a name; but what is run on an edge is all of
/// it, or the routes of the other clusters would be gone.
fn set_clusters_aside(
    typed: &Typed<'_>,
    config: &mut Config,
) -> Result<Vec<config::Cluster>, Stop> {
    if typed.paths.is_empty() && typed.inputs.file_list.is_empty() || config.clusters.is_empty() {
        return Ok(Vec::new());
    }
    if !typed.placeholders {
        return Err(Stop::usage(
            "error: paths were typed, but the configuration has `clusters`, each with inputs of its own\n  \
             help: remove the paths to compile all clusters, or add --no-config",
        ));
    }
    Ok(std::mem::take(&mut config.clusters))
}

/// The strongest first. One that stands there twice would have two places.
fn dialects(typed: &[Dialect]) -> Result<Vec<Dialect>, Stop> {
    for (index, dialect) in typed.iter().enumerate() {
        if typed[..index].contains(dialect) {
            return Err(Stop::usage(format!(
                "error: `--dialect` names {} twice",
                dialect.name()
            )));
        }
    }
    Ok(typed.to_vec())
}

/// What is not read, and is no manifest for that.
fn inventories(aside: &[config::Cluster]) -> Vec<String> {
    aside
        .iter()
        .filter_map(|cluster| Some(cluster.endpoints.inventory.as_ref()?.value.clone()))
        .collect()
}

fn rules(flags: Option<&RuleFlags>, config: &Config) -> Result<Rules, Stop> {
    let mut rules = Rules {
        fail_on: config.fail_on.unwrap_or(Severity::Error),
        ..Rules::default()
    };
    for (&code, &level) in &config.levels {
        rules.levels.set(code, level);
        if level == Level::Off {
            rules.off.push(code);
        }
    }
    if let Some(flags) = flags {
        rules.lints = true;
        rules.selection = Selection::new(&flags.select, &flags.ignore)?;
        rules.pedantic = flags.pedantic;
        rules.fail_on = flags.fail_on.unwrap_or(rules.fail_on);
        rules.min_severity = flags.min_severity.unwrap_or(Severity::Pedantic);
        rules.exit_zero = flags.exit_zero;
    }
    Ok(rules)
}

/// What mutes findings. A baseline counts where findings are judged.
fn mute(typed: &Typed<'_>, config: &Config, stages: &crate::Settings) -> Mute {
    let configured = !config.inputs.is_empty() || !config.clusters.is_empty();
    let flags = typed.rules;
    let baseline = flags.and_then(|flags| flags.baseline.clone().or(config.baseline.clone()));
    Mute {
        off: flags.is_some_and(|flags| flags.no_ignores),
        entries: config.ignores.clone(),
        namespace: stages.manifest.namespace.clone(),
        now: typed.now,
        scope: scope(typed, configured),
        baseline_file: baseline,
        ..Mute::default()
    }
}

/// How much of the manifests is seen. `configured` tells that the configuration names inputs, of which typed paths are a part.
#[expect(
    clippy::disallowed_methods,
    reason = "whether a path is a folder is a question to the disk"
)]
fn scope(typed: &Typed<'_>, configured: bool) -> Scope {
    let inputs = typed.inputs;
    let chosen = [&inputs.file_list, &inputs.class, &inputs.exclude];
    if chosen.iter().any(|flags| !flags.is_empty()) {
        return Scope::Part;
    }
    match typed.paths {
        [] => Scope::All,
        paths if !configured && paths.iter().all(|path| Path::new(path).is_dir()) => Scope::Folders,
        _ => Scope::Part,
    }
}

/// The configuration file, if any, under what was typed after `--set`.
fn configured(typed: &Typed<'_>, sources: &mut Sources) -> Result<(Config, Option<String>), Stop> {
    let mut config = Config::default();
    let mut mistakes = Vec::new();
    let file = config_file(typed)?;
    if let Some(name) = &file {
        let text = read(name)?;
        let id = sources.add(File::new(name.clone(), text).kind(FileKind::Config));
        mistakes.extend(config::read(&mut config, sources, id, &Base::of(name)));
    }
    for text in &typed.config.set {
        let id = sources.add(File::new("--set", format!("{text}\n")).kind(FileKind::Config));
        mistakes.extend(config::set(&mut config, sources, id));
    }
    if mistakes.is_empty() {
        return Ok((config, file));
    }
    Err(refuse(&mistakes, sources))
}

/// What every cluster inherits, each of them stumbles over: a mistake is told once.
pub(super) fn refuse(mistakes: &[Mistake], sources: &Sources) -> Stop {
    let mut told: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    for mistake in mistakes {
        let text = show(mistake, sources);
        if known.insert(text.clone()) {
            told.push(text);
        }
    }
    Stop::usage(told.join("\n"))
}

fn show(mistake: &Mistake, sources: &Sources) -> String {
    let label = Label {
        origin: mistake.message.origin,
        message: String::new(),
    };
    report::mistake(
        &mistake.message.value,
        &[label],
        mistake.help.as_deref(),
        sources,
        Streams::width(),
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "the search starts in the working directory"
)]
fn config_file(typed: &Typed<'_>) -> Result<Option<String>, Stop> {
    if typed.config.no_config {
        return Ok(None);
    }
    if let Some(file) = &typed.config.config {
        return Ok(Some(slashes(file)));
    }
    let here = std::env::current_dir().map_err(|error| {
        Stop::new(
            super::Exit::Fault,
            format!("error: the working directory: {error}"),
        )
    })?;
    let found = config::discover(&start(typed.paths), &here);
    Ok(found.map(|path| slashes(&path)))
}

/// From where the configuration is searched upward: the first input, up to its first wildcard.
fn start(paths: &[String]) -> PathBuf {
    match paths.first().map(String::as_str) {
        None | Some("-") => PathBuf::from("."),
        Some(path) => Path::new(path)
            .components()
            .take_while(|part| {
                !part
                    .as_os_str()
                    .to_string_lossy()
                    .contains(['*', '?', '[', '{'])
            })
            .collect(),
    }
}

pub(super) fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

fn read(name: &str) -> Result<String, Stop> {
    read_text(name).map_err(|error| {
        Stop::usage(format!(
            "error: the configuration {}: {}",
            report::visible(name),
            plain(&error)
        ))
    })
}

/// The text of a regular file, as long as a manifest may be.
pub(super) fn read_text(name: &str) -> std::io::Result<String> {
    let bytes = read_regular(Path::new(name), MAX_FILE_BYTES)?;
    String::from_utf8(bytes).map_err(|_| std::io::ErrorKind::InvalidData.into())
}

/// An I/O error in words of ours where it is a common one.
pub(super) fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::IsADirectory => "this is a folder".to_owned(),
        std::io::ErrorKind::InvalidData => "this is not UTF-8".to_owned(),
        _ => report::visible(&error.to_string()).into_owned(),
    }
}
