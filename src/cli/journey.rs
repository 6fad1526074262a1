//! The way that every command which reads manifests goes: collect, compile, judge.

use super::judge::Judged;
use super::settings::{Settings, plain};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::finding::Finding;
use crate::manifest::{Census, Kind, Manifests};
use crate::report::visible;
use crate::source::{self, CollectError, FileKind, Sources};
use crate::{ir, lower};

/// What the stages made of the inputs.
pub(super) struct Journey {
    pub(super) sources: Sources,
    pub(super) routing: ir::Routing,
    pub(super) selection: lower::Selection,
    pub(super) census: Census,
    /// Kept, because freeing them takes as long as a stage.
    _manifests: Vec<Manifests>,
    pub(super) judged: Judged,
}

/// The files of a run, before anything looks into them.
pub(super) fn collect(
    settings: &mut Settings,
    streams: &mut Streams,
) -> Result<(Sources, Vec<Finding>), Stop> {
    if let Some(file) = &settings.config_file {
        streams.decision(&format!("config   {}", visible(file)));
    }
    let mut sources = std::mem::take(&mut settings.sources);
    let mut findings = Vec::new();
    for (cluster, inputs) in (0..).zip(&settings.inputs) {
        let said = source::collect_into(&mut sources, inputs, cluster)
            .map_err(|error| collect_error(&error))?;
        findings.extend(said);
    }
    streams.timing("collect");
    Ok((sources, findings))
}

/// Inputs that cannot be read, as the end of the run.
pub(super) fn collect_error(error: &CollectError) -> Stop {
    let text = error.to_string();
    let said = visible(&text);
    match error {
        CollectError::NothingMatches(_) => {
            Stop::new(Exit::Nothing, format!("nothing to do: {said}"))
        }
        CollectError::Io { .. } => Stop::new(Exit::Fault, format!("error: {said}")),
        CollectError::NotFound(_) | CollectError::Usage(_) => Stop::usage(format!("error: {said}")),
    }
}

/// One name a line.
pub(super) fn show_files(sources: &Sources) -> String {
    sources
        .iter()
        .filter(|(_, file)| file.kind == FileKind::Manifests)
        .fold(String::new(), |mut names, (_, file)| {
            names.push_str(&visible(&file.name));
            names.push('\n');
            names
        })
}

impl Journey {
    /// Runs the stages and applies the rules.
    pub(super) fn run(settings: &mut Settings, streams: &mut Streams) -> Result<Self, Stop> {
        let (sources, mut found) = collect(settings, streams)?;
        let files = sources.count(FileKind::Manifests);
        if files == 0 && found.is_empty() {
            return Err(Stop::new(Exit::Nothing, "nothing to do: no file matches"));
        }
        let compiled = crate::compile_with(&sources, &settings.stages, &mut |stage| {
            streams.timing(stage);
        });
        found.extend(compiled.findings);
        let judged = Judged::new(found, &settings.rules, files, compiled.census.objects());
        streams.timing("judge");
        let journey = Self {
            sources,
            routing: compiled.routing,
            selection: compiled.selection,
            census: compiled.census,
            _manifests: compiled.manifests,
            judged,
        };
        journey.decisions(settings, streams);
        Ok(journey)
    }

    /// Why there is nothing to do; `None` when there is something, or when it is not known because some input was not read.
    /// `routes` says whether the command is about routes, so that other objects alone are nothing.
    pub(super) fn nothing(&self, routes: bool) -> Option<String> {
        if self.judged.unread {
            return None;
        }
        let files = match self.sources.count(FileKind::Manifests) {
            0 => return Some("nothing to do: no file was read".to_owned()),
            1 => "the file".to_owned(),
            count => format!("the {count} files"),
        };
        let ingresses = self.census.kinds.get(&Kind::Ingress).copied().unwrap_or(0);
        if self.census.objects() == 0 {
            return Some(match self.census.others {
                0 => format!("nothing to do: no Kubernetes object in {files}"),
                1 => format!(
                    "nothing to do: the object in {files} is not of a kind that is compiled"
                ),
                others => format!(
                    "nothing to do: none of the {others} objects in {files} is of a kind that is compiled"
                ),
            });
        }
        if self.selection.selected == 0 && (routes || ingresses > 0) {
            return Some(match ingresses {
                0 => format!("nothing to do: no Ingress in {files}"),
                _ => format!(
                    "nothing to do: no Ingress is of a selected class; found {}",
                    self.skipped()
                ),
            });
        }
        None
    }

    fn skipped(&self) -> String {
        let parts = self
            .selection
            .skipped
            .iter()
            .map(|(class, count)| match class.as_str() {
                "" => format!("{count} without a class"),
                class => format!("{count} of class {}", visible(class)),
            });
        parts.collect::<Vec<_>>().join(", ")
    }

    fn decisions(&self, settings: &Settings, streams: &mut Streams) {
        let classes = match &settings.stages.lower.classes {
            None => "of a known controller, or none".to_owned(),
            Some(names) => names
                .iter()
                .map(|name| format!("`{}`", visible(name)))
                .collect::<Vec<_>>()
                .join(", "),
        };
        streams.decision(&format!(
            "classes  {classes}; Ingresses taken: {}",
            self.selection.selected
        ));
        if !self.selection.skipped.is_empty() {
            streams.decision(&format!("skipped  {}", self.skipped()));
        }
        streams.decision(&format!(
            "default  namespace {}",
            settings.stages.manifest.namespace
        ));
    }
}

/// An error while writing, as the end of the run.
pub(super) fn fault(doing: &str, error: &std::io::Error) -> Stop {
    Stop::new(Exit::Fault, format!("error: {doing}: {}", plain(error)))
}
