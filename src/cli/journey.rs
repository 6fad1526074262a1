//! The way that every command which reads manifests goes: settle, collect, compile, judge, and for some emit.

use std::fmt::Write as _;

use super::judge::Judged;
use super::settings::{Settings, Typed, plain, refuse};
use super::streams::Streams;
use super::worktree;
use super::{Exit, Stop};
use crate::config::Mistake;
use crate::emit::{self, Bundle, EmitError};
use crate::finding::suppress::Muted;
use crate::finding::{Finding, Severity};
use crate::ir::ClusterName;
use crate::manifest::{Census, Kind, Manifests};
use crate::ports::{Allocation, Certainty};
use crate::report::{self, visible};
use crate::source::{self, CollectError, FileKind, Origin, Sourced, Sources};
use crate::{Compiled, ir, lower};

/// The settings of the command; `None` when nothing but them, or the names of the files, was asked for, and has been printed.
pub(super) fn settle(typed: &Typed<'_>, streams: &mut Streams) -> Result<Option<Settings>, Stop> {
    let mut settings = Settings::new(typed)?;
    if typed.config.show_settings {
        streams.product(&settings.show());
        return Ok(None);
    }
    if typed.inputs.show_files {
        let (sources, _) = collect(&mut settings, streams)?;
        streams.product(&files(&sources, &settings));
        return Ok(None);
    }
    Ok(Some(settings))
}

/// What the stages made of the inputs.
pub(super) struct Journey {
    pub(super) sources: Sources,
    pub(super) routing: ir::Routing,
    pub(super) selection: lower::Selection,
    pub(super) census: Census,
    /// The clusters that were read; none where there is but one, which has no name.
    pub(super) clusters: Vec<ClusterName>,
    /// What was said while the files were collected, which is said about no text in them.
    collected: Vec<Finding>,
    selections: Vec<lower::Selection>,
    manifests: Vec<Manifests>,
    pub(super) judged: Judged,
    /// Who has which port, and what becomes of the lock.
    pub(super) ports: Allocation,
}

/// The files of a run, before anything looks into them.
pub(super) fn collect(
    settings: &mut Settings,
    streams: &mut Streams,
) -> Result<(Sources, Vec<Finding>), Stop> {
    if let Some(file) = &settings.config_file {
        streams.decision(&format!("config   {}", visible(file)));
    }
    if settings.clusters_aside > 0 {
        let clusters = count(settings.clusters_aside, "configured cluster");
        streams.decision(&format!(
            "clusters left aside: {clusters}; the paths are read as one without a name"
        ));
    }
    let mut sources = std::mem::take(&mut settings.sources);
    let mut findings = Vec::new();
    for (cluster, inputs) in (0..).zip(&settings.inputs) {
        let said = source::collect_into(&mut sources, inputs, cluster)
            .map_err(|error| collect_error(&error, cluster_name(settings, cluster)))?;
        findings.extend(said);
    }
    streams.timing("collect");
    Ok((sources, findings))
}

/// Inputs that cannot be read, as the end of the run; those of a configured cluster with its name.
pub(super) fn collect_error(error: &CollectError, cluster: Option<&ClusterName>) -> Stop {
    let text = match cluster {
        None => error.to_string(),
        Some(name) => format!("cluster `{name}`: {error}"),
    };
    let said = visible(&text);
    match error {
        CollectError::NothingMatches(_) => {
            Stop::new(Exit::Nothing, nothing_in(cluster, &error.to_string()))
        }
        CollectError::Io { .. } => Stop::new(Exit::Fault, format!("error: {said}")),
        CollectError::NotFound(_) | CollectError::Usage(_) => Stop::usage(format!("error: {said}")),
    }
}

fn cluster_name(settings: &Settings, cluster: u16) -> Option<&ClusterName> {
    let cluster = settings.stages.clusters.get(usize::from(cluster));
    cluster.map(|cluster| &cluster.name)
}

/// The last words of a run that has nothing to do, in one of several clusters if it has a name.
fn nothing_in(cluster: Option<&ClusterName>, why: &str) -> String {
    let why = visible(why);
    match cluster {
        None => format!("nothing to do: {why}"),
        Some(name) => format!(
            "nothing to do in cluster `{name}`: {why}\n  help: if the cluster is gone for good, remove it from `clusters`; otherwise the edge would lose its routes"
        ),
    }
}

/// One name a line, behind that of its cluster where there are several.
fn files(sources: &Sources, settings: &Settings) -> String {
    let clusters: Vec<&str> = settings
        .stages
        .clusters
        .iter()
        .map(|cluster| cluster.name.as_str())
        .collect();
    let width = clusters.iter().map(|name| name.len()).max();
    let mut names = String::new();
    for (_, file) in sources.iter() {
        if file.kind != FileKind::Manifests {
            continue;
        }
        if let (Some(width), Some(cluster)) = (width, clusters.get(usize::from(file.cluster))) {
            let _ = write!(names, "{cluster:<width$}   ");
        }
        // A line that opens with `::` is a command to GitHub's runner; this is the same file.
        if width.is_none() && file.name.trim_start().starts_with("::") {
            names.push_str("./");
        }
        names.push_str(&visible(&file.name));
        names.push('\n');
    }
    names
}

impl Journey {
    /// Runs the stages and applies the rules.
    pub(super) fn run(settings: &mut Settings, streams: &mut Streams) -> Result<Self, Stop> {
        settings.rules.mute.load()?;
        let (sources, found) = collect(settings, streams)?;
        let known = found.iter().map(|finding| {
            let severity = settings.rules.levels.severity(finding);
            Certainty::after(finding, severity)
        });
        settings.stages.ports.known = known.min().unwrap_or_default();
        Self::compile(sources, found, settings, streams)
    }

    /// What the stages make of no manifests at all, where that is an answer.
    pub(super) fn empty(settings: &mut Settings) -> Self {
        let sources = std::mem::take(&mut settings.sources);
        Self::of(sources, Vec::new(), settings, &mut |_| {})
    }

    /// The same, with files that have been collected.
    pub(super) fn compile(
        sources: Sources,
        collected: Vec<Finding>,
        settings: &Settings,
        streams: &mut Streams,
    ) -> Result<Self, Stop> {
        if sources.count(FileKind::Manifests) == 0 && collected.is_empty() {
            return Err(Stop::new(Exit::Nothing, "nothing to do: no file matches"));
        }
        let journey = Self::of(sources, collected, settings, &mut |stage| {
            streams.timing(stage);
        });
        journey.decisions(settings, streams);
        Ok(journey)
    }

    /// The same journey, with other texts in its files.
    pub(super) fn again(self, sources: Sources, settings: &Settings) -> Self {
        Self::of(sources, self.collected, settings, &mut |_| {})
    }

    /// All that is found in these texts, which may stand in this journey's files.
    pub(super) fn found(&self, sources: &Sources, settings: &Settings) -> (Vec<Finding>, Judged) {
        let (compiled, found) = findings(sources, &self.collected, settings, &mut |_| {});
        let objects = compiled.census.objects();
        let judged = Judged::new(found.clone(), &settings.rules, sources, objects);
        (found, judged)
    }

    fn of(
        sources: Sources,
        collected: Vec<Finding>,
        settings: &Settings,
        after: &mut dyn FnMut(&'static str),
    ) -> Self {
        let (compiled, found) = findings(&sources, &collected, settings, after);
        let judged = Judged::new(found, &settings.rules, &sources, compiled.census.objects());
        after("judge");
        Self {
            sources,
            routing: compiled.routing,
            selection: compiled.selection,
            census: compiled.census,
            clusters: settings
                .stages
                .clusters
                .iter()
                .map(|cluster| cluster.name.clone())
                .collect(),
            collected,
            selections: compiled.selections,
            manifests: compiled.manifests,
            ports: compiled.ports,
            judged,
        }
    }

    /// Why there is nothing to do; `None` when there is something, or when it is not known because some input was not read.
    /// `routes` says whether the command is about routes, so that other objects alone are nothing.
    pub(super) fn nothing(&self, routes: bool) -> Option<String> {
        if self.judged.unread {
            return None;
        }
        let files = self.sources.count(FileKind::Manifests);
        let why = nothing(files, &self.census, &self.selection, routes)?;
        Some(nothing_in(None, &why))
    }

    /// The cluster, if there is one, of which nothing would be left: an edge that is written without its routes has forgotten it.
    /// Not asked whether some input was not read.
    pub(super) fn forgotten(&self) -> Option<String> {
        let mut files = vec![0; self.clusters.len()];
        for (_, file) in self.sources.iter() {
            if let Some(files) = files.get_mut(usize::from(file.cluster))
                && file.kind == FileKind::Manifests
            {
                *files += 1;
            }
        }
        let parts = files.into_iter().zip(&self.manifests).zip(&self.selections);
        self.clusters
            .iter()
            .zip(parts)
            .find_map(|(name, ((files, manifests), selection))| {
                let why = match files {
                    0 => "no file matches its `inputs`".to_owned(),
                    files => nothing(files, &manifests.census, selection, true)?,
                };
                Some(nothing_in(Some(name), &why))
            })
    }

    /// The objects, by cluster.
    pub(super) fn manifests(&self) -> impl Iterator<Item = &Manifests> {
        self.manifests.iter()
    }

    /// The files for HAProxy.
    pub(super) fn emit(&self, settings: &emit::Settings) -> Result<Bundle, Stop> {
        emit::emit(&self.routing, &self.sources, settings).map_err(|error| {
            if let Some(mistake) = own_server(&error, &self.sources) {
                return refuse(&[mistake], &self.sources);
            }
            if matches!(error, EmitError::NoListener) && self.judged.failing > 0 {
                let why = "error: nothing is left to listen on; the findings tell why\n  help: fix them; nothing was written";
                return Stop::new(Exit::No, why);
            }
            let exit = match error {
                EmitError::NoListener | EmitError::AddressTaken(_) => Exit::Usage,
                _ => Exit::Fault,
            };
            Stop::new(exit, format!("error: {}", visible(&error.to_string())))
        })
    }

    /// `ignored  ING402 at shop.yaml:7:5 by the comment at shop.yaml:6:5: www is served elsewhere`.
    fn muted(&self, muted: &Muted) -> String {
        let place = self.place(&muted.finding);
        let reason = match muted.reason.as_str() {
            "" => String::new(),
            reason => format!(": {}", visible(reason)),
        };
        format!(
            "ignored  {}{place} by the {} at {}{reason}",
            muted.finding.code,
            muted.by.name(),
            visible(&self.sources.show(muted.origin))
        )
    }

    /// ` at shop.yaml:7:5`, or ` of Ingress shop/web`.
    fn place(&self, finding: &Finding) -> String {
        match (finding.origin(), &finding.object) {
            (Some(origin), _) => format!(" at {}", visible(&self.sources.show(origin))),
            (None, Some(object)) => format!(" of {}", visible(object)),
            (None, None) => String::new(),
        }
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
            streams.decision(&format!("skipped  {}", skipped(&self.selection)));
        }
        streams.decision(&format!(
            "default  namespace {}",
            settings.stages.manifest.namespace
        ));
        let order = |endpoints: &lower::EndpointSettings| {
            let names: Vec<&str> = endpoints.order.iter().map(|by| by.name()).collect();
            names.join(", ")
        };
        if settings.stages.clusters.is_empty() {
            let order = order(&settings.stages.lower.endpoints);
            streams.decision(&format!("order    {order}"));
        }
        for muted in &self.judged.muted {
            streams.decision(&self.muted(muted));
        }
        for (_, finding) in &self.judged.known {
            let place = self.place(finding);
            streams.decision(&format!("baseline {}{place}", finding.code));
        }
        for cluster in &settings.stages.clusters {
            let order = order(&cluster.endpoints);
            streams.decision(&format!("order    {}: {order}", cluster.name));
        }
    }
}

/// What stages and checks make of the files, and all that was found, before the rules are applied.
fn findings(
    sources: &Sources,
    collected: &[Finding],
    settings: &Settings,
    after: &mut dyn FnMut(&'static str),
) -> (Compiled, Vec<Finding>) {
    let mut compiled = crate::compile_with(sources, &settings.stages, after);
    let mut found = collected.to_vec();
    if settings.rules.lints {
        found.extend(crate::lint(sources, &settings.stages, &compiled));
        after("lint");
    }
    if let Some(dir) = &settings.bundle {
        found.extend(worktree::check(dir, &compiled.routing));
    }
    found.append(&mut compiled.findings);
    (compiled, found)
}

/// A server of the operator's that has the name of another one.
fn own_server(error: &EmitError, sources: &Sources) -> Option<Mistake> {
    let EmitError::ServerTwice { name, origins, .. } = error else {
        return None;
    };
    let own = |origin: &&Origin| sources.file(origin.file).kind == FileKind::Fragment;
    let origin = *origins.iter().rev().flatten().find(own)?;
    Some(Mistake {
        message: Sourced::new(
            format!("the backend has another server called `{name}`"),
            origin,
        ),
        help: Some("give it another name; generated ones are an address and a port".to_owned()),
    })
}

/// Why nothing is to be done with what is in so many files; `None` when there is something.
fn nothing(
    files: usize,
    census: &Census,
    selection: &lower::Selection,
    routes: bool,
) -> Option<String> {
    let files = match files {
        0 => return Some("no file was read".to_owned()),
        1 => "the file".to_owned(),
        count => format!("the {count} files"),
    };
    let ingresses = census.kinds.get(&Kind::Ingress).copied().unwrap_or(0);
    if census.objects() == 0 {
        return Some(match census.others {
            0 => format!("no Kubernetes object in {files}"),
            1 => format!("the object in {files} is not of a kind that is compiled"),
            others => {
                format!("none of the {others} objects in {files} is of a kind that is compiled")
            }
        });
    }
    if selection.selected == 0 && selection.exposed == 0 && (routes || ingresses > 0) {
        return Some(match ingresses {
            0 => format!("no Ingress in {files}, and no Service that is exposed"),
            _ => format!(
                "no Ingress is of a selected class; found {}",
                skipped(selection)
            ),
        });
    }
    None
}

fn skipped(selection: &lower::Selection) -> String {
    let parts = selection
        .skipped
        .iter()
        .map(|(class, count)| match class.as_str() {
            "" => format!("{count} without a class"),
            class => format!("{count} of class {}", visible(class)),
        });
    parts.collect::<Vec<_>>().join(", ")
}

/// An answer from manifests with errors is an answer all the same, but the reader must know.
pub(super) fn caveats(journey: &Journey, streams: &mut Streams) {
    let unread: Vec<Finding> = journey
        .judged
        .findings
        .iter()
        .filter(|finding| finding.code.is_unread())
        .cloned()
        .collect();
    streams.findings(&report::human(&unread, &journey.sources, Streams::width()));
    let errors = journey
        .judged
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    if errors > unread.len() {
        let more = match errors - unread.len() {
            1 => "an error".to_owned(),
            count => format!("{count} errors"),
        };
        streams.note(&format!(
            "note: the manifests have {more}; see `ingressc check`\n"
        ));
    }
    if let Some(why) = journey.forgotten() {
        streams.note(&format!("note: {why}\n"));
    }
}

/// An error while writing, as the end of the run.
pub(super) fn fault(doing: &str, error: &std::io::Error) -> Stop {
    Stop::new(Exit::Fault, format!("error: {doing}: {}", plain(error)))
}

/// `1 file`, `2 files`.
pub(super) fn count(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
