//! Keys of Services to which no route leads.
//!
//! They set nothing, but whoever is about to add the route, or has misspelt the Service's name in it, wants to know of a misspelt key
//! now. Only keys in a prefix of the dialect are looked at: those of other controllers may well be of use elsewhere.

use std::collections::HashSet;

use super::given;
use super::policies::Installation;
use super::spec::{Dialect, On};
use crate::finding::Finding;
use crate::manifest::{Annotation, Meta, ObjectName};

/// What there is to say about the keys of all Services but those that were `read` with their routes.
pub(crate) fn unrouted(
    installation: &Installation<'_>,
    read: &HashSet<&ObjectName>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, service) in &installation.manifests().services {
        let own: Vec<Annotation> = service
            .meta
            .annotations
            .iter()
            .filter(|annotation| is_own(&annotation.key))
            .cloned()
            .collect();
        if own.is_empty() || read.contains(name) {
            continue;
        }
        let meta = Meta {
            annotations: own,
            ..service.meta.clone()
        };
        let (settings, custom) = (installation.settings, &installation.custom);
        given::annotations(On::Service, &meta, settings, custom, &mut findings);
    }
    findings
}

/// Whether a key is in a prefix that no other controller has, or nearly in that of ingressc, and is to expose the Service: nothing else
/// may mention that one, so a slip would never be told.
fn is_own(key: &str) -> bool {
    if let Some((prefix, name)) = key.split_once(['/', '.'])
        && name.starts_with("expose")
        && prefix.len() <= 16
    {
        return strsim::osa_distance(&prefix.to_ascii_lowercase(), "ingressc") <= 2;
    }
    let complete = Dialect::ALL.into_iter().filter(|it| it.is_complete());
    let mut prefixes = complete.flat_map(Dialect::prefixes);
    prefixes.any(|prefix| *prefix != given::SHARED && key.starts_with(prefix))
}
