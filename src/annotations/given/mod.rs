//! The keys of one object: which of its annotations are ours, and which of those are legal.
//!
//! In: an object's annotations, or the data of the controller's ConfigMap. Out: keys with their registry entries, and findings about
//! unknown, misplaced, illegal and doubtful ones. Each object is read once, however many routes it is part of.
//!
//! A key that was meant to protect, and does not, comes out as a broken one, so that its routes are closed.

mod community;
mod mend;
mod ports;
mod read;
#[cfg(test)]
mod tests;
mod twins;
mod whose;

pub(super) use self::community::is_near;
use self::read::Reader;
pub(super) use self::read::short;
pub(super) use self::whose::SHARED;
use super::context::Settings;
use super::exposure;
use super::registry::Registry;
use super::snippets::{self, is_custom};
use super::spec::{On, Spec};
use super::tcp_ingress;
use crate::finding::{Code, Finding};
use crate::ir::Field;
use crate::manifest::{Annotation, ConfigMap, Meta, ObjectName, Service};
use crate::source::{Origin, Sourced};

/// A key of an object that the registry knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'m> {
    /// What is known about it.
    pub(super) spec: &'static Spec,
    /// The place of its spelling in the order of precedence; 0 is the strongest.
    pub(super) rank: usize,
    /// The key as written, with its prefix.
    pub(super) key: &'m str,
    /// Where the key stands.
    pub(super) place: Origin,
    /// As written.
    pub(super) value: &'m Sourced<String>,
    /// On what kind of object.
    pub(super) on: On,
    /// What the object is called: `Ingress`, or the kind of a custom resource that says the same.
    pub(super) kind: &'static str,
    /// On which object.
    pub(super) object: &'m ObjectName,
    /// Whether the value cannot be used, which has its finding: it is outside of the grammar, or does not count where it stands.
    pub(super) broken: bool,
}

impl Given<'_> {
    /// Whether requests that are to stay outside come in when nobody honours it: it protects, is the condition of a route, or
    /// holds lines that deny.
    pub(super) fn keeps_out(&self) -> bool {
        self.spec.protects.is_some() || self.is_condition() || snippets::keeps_out(self)
    }

    /// Whether it says which requests a route is for. What has no usable one is left out.
    pub(super) fn is_condition(&self) -> bool {
        self.spec.field == Field::RouteCondition
    }
}

/// Reads the annotations of a Service. Those that allocate ports have no prefix of a dialect, and are known by the Service's ports.
pub(super) fn of_service<'m>(
    service: &'m Service,
    settings: &Settings,
    custom: &[&str],
    findings: &mut Vec<Finding>,
) -> Vec<Given<'m>> {
    read_service(service, false, settings, custom, findings)
}

/// What there is to say about keys that are not read where ports of the Service are exposed, by whatever means: what [`of_service`]
/// says about them is right for requests only.
pub(super) fn of_exposed(service: &Service, settings: &Settings, custom: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    read_service(service, true, settings, custom, &mut findings);
    let of_keys = [
        Code::MISPLACED_ANNOTATION,
        Code::SECURITY_KEY_TYPO,
        Code::UNKNOWN_ANNOTATION,
        Code::WRONG_PREFIX,
    ];
    findings.retain(|finding| of_keys.contains(&finding.code));
    findings
}

fn read_service<'m>(
    service: &'m Service,
    is_exposed: bool,
    settings: &Settings,
    custom: &[&str],
    findings: &mut Vec<Finding>,
) -> Vec<Given<'m>> {
    let meta = &service.meta;
    let mut reader = Reader::new(
        Registry::known(),
        On::Service,
        &meta.name,
        settings,
        findings,
    );
    reader.is_exposed = is_exposed;
    let others = meta.annotations.iter();
    for annotation in others.filter(|annotation| !is_custom(&annotation.key, custom)) {
        match exposure::allocator(annotation, service) {
            Some(spec) => reader.read_as(annotation, spec),
            None => reader.read(annotation),
        }
    }
    reader.finish()
}

/// The keys of the community's controller among a Service's annotations that keep clients out of TCP ports, and are not translated.
/// Where an Ingress leads such a port there, it has to be closed.
pub(super) fn untranslated_guards(
    service: &Service,
    annotations: &[Annotation],
    settings: &Settings,
) -> Vec<Finding> {
    let (registry, name) = (Registry::known(), &service.meta.name);
    let mut none = Vec::new();
    let reader = Reader::new(registry, On::Service, name, settings, &mut none);
    let findings = annotations.iter();
    findings
        .filter_map(|annotation| reader.guard_of_ports(annotation))
        .collect()
}

/// Reads the annotations of an Ingress or a Service. `custom`: the prefixes of `ValidationRules` objects, whose keys are theirs.
pub(super) fn annotations<'m>(
    on: On,
    meta: &'m Meta,
    settings: &Settings,
    custom: &[&str],
    findings: &mut Vec<Finding>,
) -> Vec<Given<'m>> {
    read_annotations(Registry::known(), on, meta, settings, custom, findings)
}

/// Reads the data of the controller's ConfigMap, over which its annotations are laid.
pub(super) fn config_map<'m>(
    map: &'m ConfigMap,
    settings: &Settings,
    custom: &[&str],
    findings: &mut Vec<Finding>,
) -> Vec<Given<'m>> {
    read_config_map(Registry::known(), map, settings, custom, findings)
}

/// Reads those `keys` of a ConfigMap of TCP services that are no ports. The configuration names the ConfigMap, so that its keys
/// count whatever dialects do.
pub(super) fn tcp_config_map<'m>(
    map: &'m ConfigMap,
    keys: &[&'m str],
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> Vec<Given<'m>> {
    let settings = Settings {
        dialects: Vec::new(),
        ..settings.clone()
    };
    let (registry, name) = (Registry::known(), &map.meta.name);
    let mut reader = Reader::new(registry, On::TcpConfigMap, name, &settings, findings);
    for key in keys {
        let Some(value) = map.data.get(*key) else {
            continue;
        };
        let place = map.keys.get(*key).copied().unwrap_or(value.origin);
        reader.read_data(key, place, value);
    }
    reader.finish()
}

pub(super) fn read_annotations<'m>(
    registry: &Registry,
    on: On,
    meta: &'m Meta,
    settings: &Settings,
    custom: &[&str],
    findings: &mut Vec<Finding>,
) -> Vec<Given<'m>> {
    let mut reader = Reader::new(registry, on, &meta.name, settings, findings);
    reader.of_port = on == On::Ingress && tcp_ingress::is_meant(&meta.annotations, settings);
    let others = meta.annotations.iter();
    for annotation in others.filter(|annotation| !is_custom(&annotation.key, custom)) {
        reader.read(annotation);
    }
    reader.finish()
}

pub(super) fn read_config_map<'m>(
    registry: &Registry,
    map: &'m ConfigMap,
    settings: &Settings,
    custom: &[&str],
    findings: &mut Vec<Finding>,
) -> Vec<Given<'m>> {
    let meta = &map.meta;
    let mut given = read_annotations(registry, On::ConfigMap, meta, settings, custom, findings);
    let mut reader = Reader::new(registry, On::ConfigMap, &meta.name, settings, findings);
    for (key, value) in &map.data {
        let place = map.keys.get(key).copied().unwrap_or(value.origin);
        reader.read_data(key, place, value);
    }
    // Where both have a key, the first one counts.
    given.extend(reader.finish());
    given
}
