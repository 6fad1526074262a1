//! The objects of all documents into one store.
//!
//! In: readings, by file name and position. Out: [`Manifests`], and what can be judged only over the whole run: objects
//! described twice, namespaces named here and not there, kinds that are not compiled.

use std::collections::BTreeMap;

use super::Options;
use super::document::{Entry, Reading};
use super::kind::Object;
use super::model::{self, Kind, Meta, ObjectName};
use super::store::Manifests;
use crate::finding::{Code, Finding, Severity};
use crate::source::{Origin, Sources};

/// Puts the objects together. Of two descriptions of one object the first is kept.
pub(super) fn assemble(
    sources: &Sources,
    readings: Vec<Reading>,
    options: &Options,
) -> (Manifests, Vec<Finding>) {
    let mixes = mixes_namespaces(&readings);
    let mut manifests = Manifests::default();
    let mut findings = Vec::new();
    let mut routing = BTreeMap::new();
    let mut found = Found::default();
    for mut reading in readings {
        findings.append(&mut reading.findings);
        manifests.census.others += reading.others;
        for (kind, origin) in reading.routing {
            routing.entry(kind).or_insert((origin, 0)).1 += 1;
        }
        for (name, kind) in reading.promises {
            manifests.promised_secrets.entry(name).or_insert(kind);
        }
        for entry in reading.entries {
            let kind = entry.object.kind();
            *manifests.census.kinds.entry(kind).or_insert(0) += 1;
            if mixes && !entry.has_namespace && !kind.is_cluster_scoped() {
                findings.push(missing_namespace(&entry, options));
            }
            found.push(entry);
        }
    }
    found.index(sources, &mut manifests, &mut findings);
    findings.extend(
        routing
            .into_iter()
            .map(|(kind, place)| unsupported(&kind, place)),
    );
    (manifests, findings)
}

/// The objects of each kind with their bytes, in the order in which they were read.
#[derive(Default)]
struct Found {
    ingresses: Vec<(Origin, model::Ingress)>,
    classes: Vec<(Origin, model::IngressClass)>,
    services: Vec<(Origin, model::Service)>,
    slices: Vec<(Origin, model::EndpointSlice)>,
    endpoints: Vec<(Origin, model::Endpoints)>,
    secrets: Vec<(Origin, model::Secret)>,
    config_maps: Vec<(Origin, model::ConfigMap)>,
    nodes: Vec<(Origin, model::Node)>,
    namespaces: Vec<(Origin, model::Namespace)>,
}

impl Found {
    fn push(&mut self, entry: Entry) {
        let origin = entry.origin;
        match entry.object {
            Object::Ingress(object) => self.ingresses.push((origin, object)),
            Object::IngressClass(object) => self.classes.push((origin, object)),
            Object::Service(object) => self.services.push((origin, object)),
            Object::EndpointSlice(object) => self.slices.push((origin, object)),
            Object::Endpoints(object) => self.endpoints.push((origin, object)),
            Object::Secret(object) => self.secrets.push((origin, object)),
            Object::ConfigMap(object) => self.config_maps.push((origin, object)),
            Object::Node(object) => self.nodes.push((origin, object)),
            Object::Namespace(object) => self.namespaces.push((origin, object)),
        }
    }

    fn index(self, sources: &Sources, manifests: &mut Manifests, findings: &mut Vec<Finding>) {
        manifests.ingresses = index(
            self.ingresses,
            |object| &object.meta,
            Kind::Ingress,
            sources,
            findings,
        );
        manifests.classes = index(
            self.classes,
            |object| &object.meta,
            Kind::IngressClass,
            sources,
            findings,
        );
        manifests.services = index(
            self.services,
            |object| &object.meta,
            Kind::Service,
            sources,
            findings,
        );
        manifests.slices = index(
            self.slices,
            |object| &object.meta,
            Kind::EndpointSlice,
            sources,
            findings,
        );
        manifests.endpoints = index(
            self.endpoints,
            |object| &object.meta,
            Kind::Endpoints,
            sources,
            findings,
        );
        manifests.secrets = index(
            self.secrets,
            |object| &object.meta,
            Kind::Secret,
            sources,
            findings,
        );
        manifests.config_maps = index(
            self.config_maps,
            |object| &object.meta,
            Kind::ConfigMap,
            sources,
            findings,
        );
        manifests.nodes = index(
            self.nodes,
            |object| &object.meta,
            Kind::Node,
            sources,
            findings,
        );
        manifests.namespaces = index(
            self.namespaces,
            |object| &object.meta,
            Kind::Namespace,
            sources,
            findings,
        );
    }
}

/// The objects of a kind by name. The map is built in one go from a sorted list, which fills its nodes to the brim: half the
/// memory of inserting one by one.
fn index<T>(
    mut found: Vec<(Origin, T)>,
    meta: impl Fn(&T) -> &Meta,
    kind: Kind,
    sources: &Sources,
    findings: &mut Vec<Finding>,
) -> BTreeMap<ObjectName, T> {
    // Stable: of equal names the one that was read first comes first.
    found.sort_by(|(_, a), (_, b)| meta(a).name.cmp(&meta(b).name));
    found.dedup_by(|(origin, again), (first, kept)| {
        let (again, kept) = (meta(again), meta(kept));
        let is_double = again.name == kept.name;
        if is_double {
            findings.push(duplicate(sources, kind, (*first, kept), (*origin, again)));
        }
        is_double
    });
    found
        .into_iter()
        .map(|(_, object)| (meta(&object).name.clone(), object))
        .collect()
}

/// Whether some namespaced objects name their namespace and some do not.
fn mixes_namespaces(readings: &[Reading]) -> bool {
    let has = |expected: bool| {
        readings
            .iter()
            .flat_map(|reading| &reading.entries)
            .filter(|entry| !entry.object.kind().is_cluster_scoped())
            .any(|entry| entry.has_namespace == expected)
    };
    has(true) && has(false)
}

fn missing_namespace(entry: &Entry, options: &Options) -> Finding {
    let (kind, meta) = (entry.object.kind(), entry.object.meta());
    let ObjectName { namespace, name } = &meta.name;
    Finding::new(
        Code::MISSING_NAMESPACE,
        format!("{kind} {name} names no namespace, though other objects do; it is read into `{namespace}`"),
    )
    .object(entry.object.shown())
    .field("metadata.namespace")
    .at(meta.origin)
    .help(format!(
        "add `metadata.namespace`, or say with `--namespace` which one is meant instead of `{}`",
        options.namespace
    ))
}

fn duplicate(
    sources: &Sources,
    kind: Kind,
    (first, kept): (Origin, &Meta),
    (origin, again): (Origin, &Meta),
) -> Finding {
    let object = format!("{kind} {}", again.name);
    let is_copy = same_text(sources.text(first), sources.text(origin));
    let (message, severity) = if is_copy {
        (
            format!("{object} is described twice in the same words"),
            Severity::Warning,
        )
    } else {
        (
            format!(
                "{object} is described twice, and differently: the cluster keeps what is applied last"
            ),
            Severity::Error,
        )
    };
    Finding::new(Code::DUPLICATE_OBJECT, message)
        .severity(severity)
        .object(object)
        .field("metadata.name")
        .at(again.origin)
        .label(kept.origin, "this one is kept here")
        .help("remove one of the two, or give it another name or namespace")
}

/// Equal but for indentation, blank lines and comments.
fn same_text(first: &str, second: &str) -> bool {
    let lines = |text| {
        str::lines(text)
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    lines(first).eq(lines(second))
}

fn unsupported(kind: &str, (origin, count): (Origin, usize)) -> Finding {
    let message = if count == 1 {
        format!("a {kind} routes traffic, but is not compiled")
    } else {
        format!("{count} objects of the kind {kind} route traffic, but are not compiled")
    };
    Finding::new(Code::UNSUPPORTED_KIND, message)
        .field("kind")
        .at(origin)
        .help("describe the routes as Ingresses if HAProxy is to serve them")
}
