//! Rules: what they are called, what their pages say, and those checks that no stage makes.
//!
//! In: what the stages made of the input. Out: findings. A stage reports what it trips over by itself; a check here asks what is
//! legal, and probably not meant. Both are rules, each in a file of its own below `rules`.

mod backtracking;
mod claims;
mod mentions;
mod policy;
mod routes;
mod rule;
mod rules;

pub use policy::{Demand, Kind as PolicyKind, Policy};
use rayon::prelude::*;
use rule::Check;
pub use rule::Lint;

use crate::finding::{Code, Finding};
use crate::ir::Routing;
use crate::lower;
use crate::manifest::{Ingress, Manifests};
use crate::source::Sources;

/// All that a check may look at.
pub struct Context<'c> {
    /// The files.
    pub sources: &'c Sources,
    /// The objects, by cluster.
    pub manifests: &'c [Manifests],
    /// The Ingresses that are ours, by cluster and by name.
    pub ingresses: &'c [Vec<&'c Ingress>],
    /// What HAProxy is to do.
    pub routing: &'c Routing,
    /// How the manifests were read: classes, annotations, target.
    pub lower: &'c lower::Settings,
    /// What the configuration says to checks.
    pub settings: &'c Settings,
}

/// What the configuration says to checks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What an organisation decides for all manifests.
    pub policy: Policy,
    /// How many HAProxy hosts are `peers` of each other.
    pub peers: usize,
}

/// All rules, by number.
pub fn rules() -> impl Iterator<Item = &'static Lint> {
    rules::GROUPS.iter().copied().flatten().copied()
}

/// All codes, by number.
pub fn codes() -> impl Iterator<Item = Code> {
    rules().map(|lint| lint.code)
}

/// Finds a rule by `ING301`, `ing301` or `duplicate-route`.
pub fn find(text: &str) -> Option<Code> {
    codes().find(|code| code.name() == text || code.to_string().eq_ignore_ascii_case(text))
}

impl<'c> Context<'c> {
    /// The Ingresses that are ours, of all clusters.
    fn ingresses(&self) -> impl Iterator<Item = &'c Ingress> {
        self.ingresses.iter().flatten().copied()
    }
}

/// As many Ingresses are asked in one go; the others beside them.
const SHARE: usize = 500;

/// Asks all checks, side by side: none knows of another. What they say is in no order that means anything, but always the same.
pub fn lint(context: &Context<'_>) -> Vec<Finding> {
    let ingresses: Vec<&Ingress> = context.ingresses().collect();
    let rules: Vec<&Lint> = rules().collect();
    let said = rules.into_par_iter().map(|lint| match lint.check {
        Check::Stage => Vec::new(),
        Check::EachIngress(check) => {
            let said = ingresses.par_chunks(SHARE).map(|ingresses| {
                let mut findings = Vec::new();
                for ingress in ingresses {
                    check(ingress, context, &mut findings);
                }
                findings
            });
            said.collect::<Vec<_>>().into_iter().flatten().collect()
        }
        Check::Whole(check) => {
            let mut findings = Vec::new();
            check(context, &mut findings);
            findings
        }
    });
    said.collect::<Vec<_>>().into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
