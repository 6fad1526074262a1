//! ConfigMaps that look like the controller's, while the configuration names none.
//!
//! A controller is told by its command line which ConfigMap is its own. Who brings the manifests and not that name loses every setting
//! of the installation, lists that keep clients out among them.

use super::context::Settings;
use super::registry::find;
use super::spec::{Dialect, On, Spec};
use crate::finding::{Code, Finding};
use crate::manifest::{ConfigMap, Manifests};

/// An application may well have a key `check` or `maxconn` of its own.
const FEWEST: usize = 2;

/// So many keys are named.
const SHOWN: usize = 4;

/// The ConfigMaps of which two or more keys, and not fewer than half of all, are keys of the controller's ConfigMap.
pub(crate) fn candidates<'m>(
    manifests: &'m Manifests,
    settings: &Settings,
) -> impl Iterator<Item = &'m ConfigMap> {
    let others = [&settings.error_files, &settings.pattern_files].map(Clone::clone);
    let counts = settings.has(Dialect::HaproxyTech);
    manifests.config_maps.values().filter(move |map| {
        let known = keys(map).count();
        counts
            && known >= FEWEST
            && known * 2 >= map.data.len()
            && others.iter().flatten().all(|other| *other != map.meta.name)
    })
}

/// Says so of each, where the configuration names none.
pub(super) fn check(manifests: &Manifests, settings: &Settings, findings: &mut Vec<Finding>) {
    if settings.config_map.is_none() {
        findings.extend(candidates(manifests, settings).map(unnamed));
    }
}

fn keys(map: &ConfigMap) -> impl Iterator<Item = (&str, &'static Spec)> {
    map.data.iter().filter_map(|(key, value)| {
        let (spec, _) = find(Dialect::HaproxyTech, key)?;
        let counts = spec.on.contains(&On::ConfigMap) && !value.value.is_empty();
        counts.then_some((key.as_str(), spec))
    })
}

fn unnamed(map: &ConfigMap) -> Finding {
    let name = &map.meta.name;
    let mut all: Vec<_> = keys(map).collect();
    // What would protect comes first.
    all.sort_by_key(|(_, spec)| spec.protects.is_none());
    let mut names: Vec<String> = all
        .iter()
        .take(SHOWN)
        .map(|(key, _)| format!("`{key}`"))
        .collect();
    if all.len() > SHOWN {
        names.push(format!("{} more", all.len() - SHOWN));
    }
    let message = format!(
        "ConfigMap {name} looks like a controller's, but nothing names it, so its keys do not count: {}",
        names.join(", ")
    );
    let finding = Finding::new(Code::UNNAMED_CONFIG_MAP, message)
        .at(map.meta.origin)
        .object(format_args!("ConfigMap {name}"))
        .help(format!("write `configMap: {name}` in ingressc.yaml"));
    match all.first() {
        Some((key, spec)) if spec.protects.is_some() => {
            finding.note(format!("`{key}` protects, and does not hold"))
        }
        _ => finding,
    }
}
