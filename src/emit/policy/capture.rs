//! The places in the log that policies share.

use std::collections::BTreeMap;

use crate::ir::policy::Capture;
use crate::ir::{Field, PolicyName, PolicySection};
use crate::source::Origin;

/// A `declare capture` line of the frontend. Only a frontend can declare them, and a policy names them by number.
pub(in crate::emit) struct Slot {
    /// How many bytes of a request it keeps.
    pub(in crate::emit) length: u16,
    /// The first setting that needs it as long as it is.
    pub(in crate::emit) origin: Option<Origin>,
}

/// As many as any policy needs, each as long as any policy needs it.
pub(in crate::emit) fn slots(policies: &BTreeMap<PolicyName, PolicySection>) -> Vec<Slot> {
    let captures = || policies.values().map(|section| &section.policy.capture);
    let slot = |(index, length)| {
        let needs = |capture: &Capture| capture.samples.len() > index && capture.length == length;
        let mut sections = policies.values();
        let first = sections.find(|section| needs(&section.policy.capture));
        Slot {
            length,
            origin: first.and_then(|section| section.origins.get(&Field::Capture).copied()),
        }
    };
    Capture::slots(captures())
        .into_iter()
        .enumerate()
        .map(slot)
        .collect()
}
