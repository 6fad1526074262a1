//! The objects of all documents into one store.
//!
//! In: readings, by file name and position. Out: [`Manifests`], and what can be judged only over the whole run: objects
//! described twice, namespaces named here and not there, kinds that are not compiled.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use super::Options;
use super::document::{Entry, Reading};
use super::export;
use super::kind::Object;
use super::model::{
    self, Annotation, ConfigMap, Kind, Meta, ObjectName, Resource, ResourceKind, Workload,
};
use super::place::Node;
use super::store::Manifests;
use crate::finding::{Code, Finding, Severity};
use crate::source::{Origin, Sources, Tree};

/// Puts the objects together. Of two descriptions of one object the first is kept.
pub(super) fn assemble(
    sources: &Sources,
    readings: Vec<Reading>,
    options: &Options,
) -> (Manifests, Vec<Finding>) {
    let mix = Mix::of(&readings);
    let mut nameless = Vec::new();
    let mut manifests = Manifests::default();
    let mut findings = Vec::new();
    let mut routing = BTreeMap::new();
    let mut found = Found::default();
    for mut reading in readings {
        findings.append(&mut reading.findings);
        manifests.census.others += reading.others;
        manifests.workloads.append(&mut reading.workloads);
        for resource in reading.resources {
            let key = (resource.kind, resource.meta.name.clone());
            match manifests.resources.entry(key) {
                Slot::Vacant(slot) => {
                    slot.insert(resource);
                }
                Slot::Occupied(first) if resource.kind == ResourceKind::Tcp => {
                    let (finding, is_copy) = described_twice(sources, first.get(), &resource);
                    findings.push(finding);
                    if !is_copy {
                        let key = first.key().clone();
                        let differing = &mut manifests.differing_resources;
                        differing.entry(key).or_insert(resource.meta.origin);
                    }
                }
                Slot::Occupied(_) => {}
            }
        }
        for (kind, origin) in reading.routing {
            routing.entry(kind).or_insert((origin, 0)).1 += 1;
        }
        for (name, kind) in reading.promises {
            manifests.promised_secrets.entry(name).or_insert(kind);
        }
        for entry in reading.entries {
            let kind = entry.object.kind();
            *manifests.census.kinds.entry(kind).or_insert(0) += 1;
            if !entry.has_namespace && !kind.is_cluster_scoped() {
                match mix {
                    Mix::None => {}
                    Mix::Forgotten => findings.push(missing_namespace(&entry, options)),
                    Mix::Custom(_) => nameless.push(entry.object.meta().origin),
                }
            }
            found.push(entry);
        }
    }
    found.index(sources, &mut manifests, &mut findings);
    promise_of_annotations(&mut manifests);
    sort_workloads(&mut manifests.workloads);
    if let (Mix::Custom(named), Some(first)) = (mix, nameless.first()) {
        findings.push(missing_namespaces(*first, nameless.len(), named, options));
    }
    findings.extend(
        routing
            .into_iter()
            .map(|(kind, place)| unsupported(&kind, place)),
    );
    (manifests, findings)
}

/// What cert-manager makes of an Ingress with one of its annotations: the Secrets of its TLS entries.
fn promise_of_annotations(manifests: &mut Manifests) {
    let issuers = ["cert-manager.io/issuer", "cert-manager.io/cluster-issuer"];
    for ingress in manifests.ingresses.values() {
        let meta = &ingress.meta;
        let mut said = issuers.iter().filter_map(|key| meta.annotation(key));
        if said.all(|issuer| issuer.value.value.is_empty()) {
            continue;
        }
        let names = ingress.tls.iter().filter_map(|it| it.secret_name.as_ref());
        for name in names.filter(|name| !name.value.is_empty()) {
            let name = ObjectName::new(&meta.name.namespace, &name.value);
            let promised = manifests.promised_secrets.entry(name);
            promised.or_insert_with(|| "cert-manager annotation".to_owned());
        }
    }
}

/// By namespace, kind and name. Of two descriptions the first is kept, as everywhere; nothing is said about it.
fn sort_workloads(workloads: &mut Vec<Workload>) {
    type Key<'w> = (&'w str, &'static str, &'w str);
    fn key(workload: &Workload) -> Key<'_> {
        let ObjectName { namespace, name } = &workload.meta.name;
        (namespace, workload.kind, name)
    }
    workloads.sort_by(|a, b| key(a).cmp(&key(b)));
    workloads.dedup_by(|again, first| key(again) == key(first));
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
    config_maps: Vec<(Origin, ConfigMap)>,
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
        let services = export::take_in(self.services, findings);
        let mut doubles = Doubles {
            sources,
            findings,
            contested: BTreeMap::new(),
            differing: BTreeMap::new(),
        };
        manifests.ingresses = doubles.drop_told(
            Kind::Ingress,
            self.ingresses,
            |it| &it.meta,
            |it| it.meta.annotations.clone(),
        );
        manifests.classes = doubles.drop(Kind::IngressClass, self.classes, |it| &it.meta);
        manifests.services = doubles.drop_told(
            Kind::Service,
            services,
            |it| &it.meta,
            |it| it.meta.annotations.clone(),
        );
        manifests.slices = doubles.drop(Kind::EndpointSlice, self.slices, |it| &it.meta);
        manifests.endpoints = doubles.drop(Kind::Endpoints, self.endpoints, |it| &it.meta);
        manifests.secrets = doubles.drop(Kind::Secret, self.secrets, |it| &it.meta);
        manifests.config_maps = doubles.drop_told(
            Kind::ConfigMap,
            self.config_maps,
            |it| &it.meta,
            ConfigMap::as_annotations,
        );
        manifests.nodes = doubles.drop(Kind::Node, self.nodes, |it| &it.meta);
        manifests.namespaces = doubles.drop(Kind::Namespace, self.namespaces, |it| &it.meta);
        manifests.contested = doubles.contested;
        manifests.differing = doubles.differing;
    }
}

/// Sees to it that every name stands for one object.
struct Doubles<'a> {
    sources: &'a Sources,
    findings: &'a mut Vec<Finding>,
    /// See [`Manifests::contested`].
    contested: BTreeMap<(Kind, ObjectName), Vec<Annotation>>,
    /// See [`Manifests::differing`].
    differing: BTreeMap<(Kind, ObjectName), Origin>,
}

impl Doubles<'_> {
    /// The objects of a kind by name, without those whose name is taken. The map is built in one go from a sorted list, which
    /// fills its nodes to the brim: half the memory of inserting one by one.
    fn drop<T>(
        &mut self,
        kind: Kind,
        found: Vec<(Origin, T)>,
        meta: impl Fn(&T) -> &Meta,
    ) -> BTreeMap<ObjectName, T> {
        self.drop_told(kind, found, meta, |_| Vec::new())
    }

    /// The same, and what those that are dropped have said is kept.
    fn drop_told<T>(
        &mut self,
        kind: Kind,
        mut found: Vec<(Origin, T)>,
        meta: impl Fn(&T) -> &Meta,
        told: impl Fn(&T) -> Vec<Annotation>,
    ) -> BTreeMap<ObjectName, T> {
        // Stable: of equal names the one that was read first comes first.
        found.sort_by(|(_, a), (_, b)| meta(a).name.cmp(&meta(b).name));
        found.dedup_by(|(origin, again), (first, kept)| {
            let said = || told(again);
            let (again, kept) = (meta(again), meta(kept));
            let is_double = again.name == kept.name;
            if is_double {
                let said = said();
                if !said.is_empty() {
                    let known = self.contested.entry((kind, again.name.clone()));
                    known.or_default().extend(said);
                }
                let is_copy = same_object(self.sources, *first, *origin);
                if !is_copy {
                    let key = (kind, again.name.clone());
                    self.differing.entry(key).or_insert(again.origin);
                }
                let object = format!("{kind} {}", again.name);
                self.findings.push(twice(object, is_copy, (kept, again)));
            }
            is_double
        });
        let named = |(_, object)| (meta(&object).name.clone(), object);
        found.into_iter().map(named).collect()
    }
}

/// Whether objects name their namespace.
#[derive(Clone, Copy)]
enum Mix {
    /// All do, or none does.
    None,
    /// Most do: each of the others was probably forgotten.
    Forgotten,
    /// Most leave it to `kubectl --namespace`, so many name it all the same: one finding tells that, and one only.
    Custom(usize),
}

impl Mix {
    fn of(readings: &[Reading]) -> Self {
        let entries = readings.iter().flat_map(|reading| &reading.entries);
        let (named, nameless): (Vec<_>, Vec<_>) = entries
            .filter(|entry| !entry.object.kind().is_cluster_scoped())
            .partition(|entry| entry.has_namespace);
        match (named.len(), nameless.len()) {
            (0, _) | (_, 0) => Self::None,
            (named, nameless) if nameless <= named => Self::Forgotten,
            (named, _) => Self::Custom(named),
        }
    }
}

/// One finding for all of them, at the first.
fn missing_namespaces(first: Origin, count: usize, named: usize, options: &Options) -> Finding {
    let others = match named {
        1 => "another one names its own".to_owned(),
        others => format!("{others} others name theirs"),
    };
    Finding::new(
        Code::MISSING_NAMESPACE,
        format!(
            "{count} objects name no namespace and are read into `{}`, though {others}",
            options.namespace
        ),
    )
    .field("metadata.namespace")
    .label(first, "the first of them")
    .help("say with `--namespace` which one is meant, or add `metadata.namespace`")
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

/// That a resource is described twice, of which the first description is kept, too; and whether both say the same.
fn described_twice(sources: &Sources, first: &Resource, again: &Resource) -> (Finding, bool) {
    let is_copy = same_object(sources, first.spec.origin, again.spec.origin);
    let object = format!("{} {}", again.kind.name(), again.meta.name);
    let finding = twice(object, is_copy, (&first.meta, &again.meta));
    if is_copy {
        return (finding, is_copy);
    }
    (
        finding.note("nobody may connect to the ports of the one that is kept"),
        is_copy,
    )
}

fn twice(object: String, is_copy: bool, (kept, again): (&Meta, &Meta)) -> Finding {
    let (message, severity) = if is_copy {
        (
            format!("{object} is described twice with the same content"),
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

/// Equal as text, or the same fields with the same values in whatever order. An object inside a list may be no document by
/// itself, and counts as different then.
fn same_object(sources: &Sources, first: Origin, second: Origin) -> bool {
    let parse = |origin: Origin| Tree::parse(origin.file, origin.start, sources.text(origin)).ok();
    if same_text(sources.text(first), sources.text(second)) {
        return true;
    }
    let (Some(first), Some(second)) = (parse(first), parse(second)) else {
        return false;
    };
    let roots = first.root().zip(second.root());
    roots.is_some_and(|(first, second)| same_value(first, second))
}

fn same_value(first: Node<'_>, second: Node<'_>) -> bool {
    if first.is_mapping() && second.is_mapping() {
        let (ours, theirs) = (fields(first), fields(second));
        ours.len() == theirs.len()
            && ours.iter().all(|(key, value)| {
                theirs
                    .get(key)
                    .is_some_and(|other| same_value(*value, *other))
            })
    } else if first.is_sequence() && second.is_sequence() {
        let (mut ours, mut theirs) = (first.items(), second.items());
        loop {
            match (ours.next(), theirs.next()) {
                (Some(first), Some(second)) if same_value(first, second) => {}
                (None, None) => return true,
                _ => return false,
            }
        }
    } else {
        first.text().is_some()
            && first.text() == second.text()
            && first.resolved() == second.resolved()
    }
}

fn fields(mapping: Node<'_>) -> BTreeMap<Option<&str>, Node<'_>> {
    let entries = mapping.entries();
    entries.map(|(key, value)| (key.text(), value)).collect()
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

#[cfg(test)]
mod tests {
    use crate::finding::{Code, Severity};
    use crate::manifest::tests::read_files;

    const WEB: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports: [{port: 80, name: http}]\n  type: ClusterIP\n";

    #[test]
    fn the_order_of_keys_makes_no_difference() {
        let rows = [
            (WEB.replace("port: 80, name: http", "name: http, port: 80"), Severity::Warning),
            (
                "kind: Service\nmetadata:\n  name: web\nspec:\n  type: ClusterIP\n  ports:\n  - name: http\n    port: 80\napiVersion: v1\n".to_owned(),
                Severity::Warning,
            ),
            (WEB.replace("port: 80", "port: 81"), Severity::Error),
            (WEB.replace("name: http", "name: http, protocol: TCP"), Severity::Error),
            (WEB.replace("ports: [", "ports: [{port: 79, name: a}, "), Severity::Error),
            (WEB.replace("  type: ClusterIP\n", ""), Severity::Error),
        ];
        for (other, expected) in rows {
            let (_, _, findings) = read_files(&[("a.yaml", WEB), ("b.yaml", &other)]);
            let found = findings
                .iter()
                .find(|finding| finding.code == Code::DUPLICATE_OBJECT);
            assert_eq!(
                found.map(|finding| finding.severity),
                Some(expected),
                "{other}"
            );
        }
    }

    #[test]
    fn where_most_objects_name_no_namespace_one_finding_tells_it() {
        let named = WEB.replace("name: web}", "name: web, namespace: shop}");
        let services = ["api", "web", "www"];
        let bare = services.map(|name| WEB.replace("web", name));
        let files: Vec<(&str, &str)> = ["b.yaml", "c.yaml", "d.yaml"]
            .into_iter()
            .zip(bare.iter().map(String::as_str))
            .chain([("a.yaml", named.as_str())])
            .collect();
        let (sources, _, findings) = read_files(&files);
        let messages: Vec<&str> = findings
            .iter()
            .map(|finding| finding.message.as_str())
            .collect();
        assert_eq!(
            messages,
            [
                "3 objects name no namespace and are read into `default`, though another one names its own"
            ]
        );
        assert_eq!(
            findings[0]
                .labels
                .first()
                .map(|label| sources.text(label.origin)),
            Some("api")
        );
        let two = [files[0], files[3]];
        assert!(
            read_files(&two).2[0]
                .message
                .starts_with("Service api names no namespace")
        );
    }
}
