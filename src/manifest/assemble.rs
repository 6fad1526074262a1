//! The objects of all documents into one store.
//!
//! In: readings, by file name and position. Out: [`Manifests`], and what can be judged only over the whole run: objects
//! described twice, namespaces named here and not there, kinds that are not compiled.

use std::collections::BTreeMap;
use std::collections::btree_map;

use super::Options;
use super::document::{Entry, Reading};
use super::kind::Object;
use super::model::ObjectName;
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
    let mut origins = BTreeMap::new();
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
            match origins.entry((kind, entry.object.meta().name.clone())) {
                btree_map::Entry::Vacant(free) => {
                    free.insert((entry.origin, entry.object.meta().origin));
                    manifests.insert(entry.object);
                }
                btree_map::Entry::Occupied(taken) => {
                    findings.push(duplicate(sources, *taken.get(), &entry));
                }
            }
        }
    }
    findings.extend(
        routing
            .into_iter()
            .map(|(kind, place)| unsupported(&kind, place)),
    );
    (manifests, findings)
}

impl Manifests {
    fn insert(&mut self, object: Object) {
        let name = object.meta().name.clone();
        match object {
            Object::Ingress(object) => drop(self.ingresses.insert(name, object)),
            Object::IngressClass(object) => drop(self.classes.insert(name, object)),
            Object::Service(object) => drop(self.services.insert(name, object)),
            Object::EndpointSlice(object) => drop(self.slices.insert(name, object)),
            Object::Endpoints(object) => drop(self.endpoints.insert(name, object)),
            Object::Secret(object) => drop(self.secrets.insert(name, object)),
            Object::ConfigMap(object) => drop(self.config_maps.insert(name, object)),
            Object::Node(object) => drop(self.nodes.insert(name, object)),
            Object::Namespace(object) => drop(self.namespaces.insert(name, object)),
        }
    }
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

fn duplicate(sources: &Sources, (first, first_name): (Origin, Origin), entry: &Entry) -> Finding {
    let meta = entry.object.meta();
    let object = entry.object.shown();
    let is_copy = same_text(sources.text(first), sources.text(entry.origin));
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
        .at(meta.origin)
        .label(first_name, "this one is kept here")
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
        format!("an object of the kind {kind} takes part in routing, but is not compiled")
    } else {
        format!("{count} objects of the kind {kind} take part in routing, but are not compiled")
    };
    Finding::new(Code::UNSUPPORTED_KIND, message)
        .field("kind")
        .at(origin)
        .help("describe the routes as Ingresses if HAProxy is to serve them")
}
