//! Rules: what they are called, what their pages say, and those checks that no stage makes.
//!
//! In: what the stages made of the input. Out: findings. A stage reports what it trips over by itself; a check here asks what is
//! legal, and probably not meant. Both are rules, each in a file of its own below `rules`.

mod mentions;
mod policy;
mod routes;
mod rule;
mod rules;

pub use policy::{Demand, Kind as PolicyKind, Policy};
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

/// Asks all checks. What they say is in no order.
pub fn lint(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let selected = context.manifests.iter();
    let ingresses: Vec<&Ingress> = selected
        .flat_map(|manifests| lower::selected(manifests, context.lower))
        .collect();
    for lint in rules() {
        match lint.check {
            Check::Stage => {}
            Check::EachIngress(check) => {
                for ingress in &ingresses {
                    check(ingress, context, &mut findings);
                }
            }
            Check::Whole(check) => check(context, &mut findings),
        }
    }
    findings
}

#[cfg(test)]
mod tests;
