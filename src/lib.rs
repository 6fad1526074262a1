//! An offline compiler from Kubernetes manifests to HAProxy configurations, as a library.
//!
//! ```text
//!  files ── source ──▶ Documents ── manifest ──▶ Manifests ── lower ──▶ Routing ── emit ──▶ Bundle ── write ──▶ files
//!                                                                          └─ simulate
//! ```
//!
//! Every stage is a pure function from a value to a value and findings; only [`source`] (in), [`write`] (out) and [`cli`]
//! touch the machine. [`compile`] is the way from left to right; what a stage has to say about the input is a
//! [`finding::Finding`], never an error and never a print.

pub mod cli;
pub mod config;
pub mod emit;
pub mod finding;
pub mod ir;
pub mod lower;
pub mod manifest;
pub mod report;
pub mod simulate;
pub mod source;
pub mod write;

use finding::Finding;
use source::Sources;

/// What the stages need to know besides the manifests.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The namespace of objects that name none, and other questions of reading.
    pub manifest: manifest::Options,
    /// Which Ingresses, where to listen, which certificates.
    pub lower: lower::Settings,
}

/// What became of the manifests.
#[derive(Debug)]
pub struct Compiled {
    /// All that HAProxy is to do; the input of [`emit::emit`] and [`simulate::ask`].
    pub routing: ir::Routing,
    /// How many Ingresses were taken, and how many of which class were not.
    pub selection: lower::Selection,
    /// The objects that were read. A program that ends soon does well not to free them: that takes as long as a stage.
    pub manifests: manifest::Manifests,
    /// What all stages had to say, in the order of the stages. A [`finding::Sink`] sorts it and applies levels.
    pub findings: Vec<Finding>,
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
    let (documents, mut findings) = source::documents(sources);
    after("documents");

    let (manifests, said) = manifest::read(sources, &documents, &settings.manifest);
    findings.extend(said);
    after("manifest");

    let lowered = lower::lower(&manifests, &settings.lower);
    findings.extend(lowered.findings);
    after("lower");

    Compiled {
        routing: lowered.routing,
        selection: lowered.selection,
        manifests,
        findings,
    }
}
