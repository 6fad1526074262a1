//! An offline compiler from Kubernetes manifests to HAProxy configurations, as a library.
//!
//! ```text
//!  files ── source ──▶ Documents ── manifest ──▶ Manifests ── lower ──▶ Routing ── emit ──▶ Bundle ── write ──▶ files
//!                                                                          └─ simulate
//! ```
//!
//! Every stage is a pure function from a value to a value and findings; only [`source`] (in), [`mod@write`] (out) and [`cli`]
//! touch the machine. [`compile`] is the way from left to right; what a stage has to say about the input is a
//! [`finding::Finding`], never an error and never a print.

pub mod annotations;
mod certificate;
pub mod cli;
pub mod config;
mod date;
pub mod diff;
pub mod emit;
pub mod expect;
pub mod finding;
pub mod fix;
#[cfg(test)]
mod fresh;
pub mod graph;
pub mod ir;
pub mod lint;
pub mod live;
pub mod lower;
pub mod manifest;
pub mod plan;
pub mod ports;
pub mod redact;
pub mod report;
pub mod runtime;
mod settings;
mod shared;
pub mod simulate;
pub mod source;
pub mod text;
pub mod trace;
pub mod write;

use std::borrow::Cow;

use finding::Finding;
pub use settings::{Cluster, Settings};
use source::{FileKind, Sources};

/// What became of the manifests.
#[derive(Debug)]
pub struct Compiled {
    /// All that HAProxy is to do; the input of [`emit::emit`] and [`simulate::ask`].
    pub routing: ir::Routing,
    /// How many Ingresses were taken, and how many of which class were not.
    pub selection: lower::Selection,
    /// The same, by cluster.
    pub selections: Vec<lower::Selection>,
    /// How many objects of which kind were read.
    pub census: manifest::Census,
    /// The objects that were read, by cluster. A program that ends soon does well not to free them: that takes as long as a stage.
    pub manifests: Vec<manifest::Manifests>,
    /// Who has which port, and what becomes of the lock.
    pub ports: ports::Allocation,
    /// What all stages had to say, in the order of the stages. A [`finding::Sink`] sorts it and applies levels.
    pub findings: Vec<Finding>,
}

/// Asks the checks that no stage makes about what the stages made of the manifests.
pub fn lint(sources: &Sources, settings: &Settings, compiled: &Compiled) -> Vec<Finding> {
    let ingresses: Vec<_> = compiled
        .manifests
        .iter()
        .map(|manifests| lower::selected(manifests, &settings.lower))
        .collect();
    lint::lint(&lint::Context {
        sources,
        manifests: &compiled.manifests,
        ingresses: &ingresses,
        routing: &compiled.routing,
        lower: &settings.lower,
        settings: &settings.lint,
    })
}

/// Runs the stages from text to routing.
pub fn compile(sources: &Sources, settings: &Settings) -> Compiled {
    compile_with(sources, settings, &mut |_| {})
}

/// As [`compile`]; calls `after` with the name of each stage that is done, so that a caller with a clock can time it.
pub fn compile_with(
    sources: &Sources,
    settings: &Settings,
    after: &mut dyn FnMut(&'static str),
) -> Compiled {
    let mut findings = settings.findings.clone();
    let (documents, said) = source::documents(sources);
    findings.extend(said);
    after("documents");
    let mut compiled = Compiled {
        routing: ir::Routing::default(),
        selection: lower::Selection::default(),
        selections: Vec::new(),
        census: manifest::Census::default(),
        manifests: Vec::new(),
        ports: ports::Allocation::default(),
        findings,
    };
    if settings.clusters.is_empty() {
        compiled.routing =
            compiled.part(sources, &documents, settings, (0, &settings.lower), after);
        compiled
            .findings
            .extend(settings.unmatched(&compiled.routing));
        let said = lower::without_certificate(&compiled.routing, &compiled.manifests);
        compiled.findings.extend(said);
        let said = lower::without_listener(&compiled.routing);
        compiled.findings.extend(said);
        lower::shorten(&mut compiled.routing);
        compiled.orders([&settings.lower.endpoints]);
        let known = compiled.config_maps(&settings.lower.tcp);
        compiled.allocate(&settings.ports, known);
        return compiled;
    }
    let mut parts = Vec::new();
    for (index, cluster) in (0..).zip(&settings.clusters) {
        let own = lower::Settings {
            endpoints: cluster.endpoints.clone(),
            ..settings.lower.clone()
        };
        parts.push(lower::Part {
            name: cluster.name.clone(),
            weight: cluster.weight,
            backup: cluster.backup,
            routing: compiled.part(sources, &documents, settings, (index, &own), after),
        });
    }
    let (routing, said) = lower::unite(parts);
    compiled.routing = routing;
    let missing = lower::without_certificate(&compiled.routing, &compiled.manifests);
    compiled.findings.extend(missing);
    let unbound = lower::without_listener(&compiled.routing);
    compiled.findings.extend(unbound);
    lower::shorten(&mut compiled.routing);
    compiled.findings.extend(said);
    compiled
        .findings
        .extend(settings.unmatched(&compiled.routing));
    compiled.orders(settings.clusters.iter().map(|cluster| &cluster.endpoints));
    let known = compiled.config_maps(&settings.lower.tcp);
    shared::settle(sources, &mut compiled.findings);
    compiled.allocate(&settings.ports, known);
    after("unite");
    compiled
}

impl Compiled {
    /// Gives each listener its port. Comes last: what was said before tells whether all Services are known.
    fn allocate(&mut self, settings: &ports::Settings, known: ports::Certainty) {
        lower::only_declared(&mut self.routing);
        let (allocation, said) =
            ports::allocate(&mut self.routing, settings, (known, &self.findings));
        self.ports = allocation;
        self.findings.extend(said);
        let unanswered = lower::unanswered(&mut self.routing);
        self.findings.extend(unanswered);
        self.findings.extend(lower::cut_by_reloads(&self.routing));
        lower::drop_unbound(&mut self.routing);
    }

    /// Looks for the Services that the configuration gives orders of their own, in each cluster's manifests.
    fn orders<'s>(&mut self, clusters: impl IntoIterator<Item = &'s lower::EndpointSettings>) {
        let said = lower::without_service(clusters.into_iter().zip(&self.manifests));
        self.findings.extend(said);
    }

    /// Looks for the ConfigMaps of TCP services that the configuration names, and at the certificates that their ports share. Without
    /// one of them it is not known which ports it has.
    fn config_maps(&mut self, settings: &lower::TcpSettings) -> ports::Certainty {
        let said = lower::without_config_map(settings, &self.manifests);
        let known = if said.is_empty() {
            ports::Certainty::All
        } else {
            ports::Certainty::Unread
        };
        self.findings.extend(said);
        let said = lower::without_default(&self.routing);
        self.findings.extend(said);
        known
    }

    /// The routing of one cluster, by its number among the sources.
    fn part(
        &mut self,
        sources: &Sources,
        documents: &[source::Document],
        settings: &Settings,
        (cluster, own): (u16, &lower::Settings),
        after: &mut dyn FnMut(&'static str),
    ) -> ir::Routing {
        let its = |document: &&source::Document| sources.file(document.file).cluster == cluster;
        let documents = if settings.clusters.is_empty() {
            Cow::Borrowed(documents)
        } else {
            documents.iter().filter(its).copied().collect()
        };
        let (manifests, said) = manifest::read(sources, &documents, &settings.manifest);
        self.findings.extend(said);
        after("manifest");

        let mut own = own.clone();
        let inventory = sources
            .iter()
            .find(|(_, file)| file.kind == FileKind::Inventory && file.cluster == cluster);
        if let Some((file, _)) = inventory {
            let (inventory, said) = lower::Inventory::read(sources, file);
            own.endpoints.inventory = Some(inventory);
            self.findings.extend(said);
        }
        let lowered = lower::lower(&manifests, &own);
        self.findings.extend(lowered.findings);
        self.selection.add(lowered.selection.clone());
        self.selections.push(lowered.selection);
        self.census.add(&manifests.census);
        self.manifests.push(manifests);
        after("lower");
        lowered.routing
    }
}
