//! One document into its objects: a single one, or those of a list.
//!
//! In: a document's bytes. Out: a [`Reading`]: objects, what other kinds there were, and findings. The tree and the decoded
//! types live no longer than this.

use super::Options;
use super::decode::Edition;
use super::identity::{Identity, Promise, Version, kind_named, served_version};
use super::kind::Object;
use super::mend;
use super::model::{Kind, ObjectName, Resource, ResourceKind, Workload};
use super::place::{Node, Place};
use super::remarks::{About, Remarks};
use super::{resource, syntax, workload};
use crate::finding::{Code, Finding, Fix};
use crate::source::{Document, Origin, Sources, Tree, template_help, template_marker, unreadable};

/// What a document holds.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) entries: Vec<Entry>,
    /// `kind` and group of objects that route and are not compiled.
    pub(super) routing: Vec<(String, Origin)>,
    /// Secrets that will exist, and the kind that says so.
    pub(super) promises: Vec<(ObjectName, String)>,
    /// Objects of other kinds that bind ports on their nodes.
    pub(super) workloads: Vec<Workload>,
    /// Custom resources that keys of a controller may name.
    pub(super) resources: Vec<Resource>,
    /// How many objects of other kinds.
    pub(super) others: usize,
    pub(super) findings: Vec<Finding>,
    /// Some object is of a compiled kind: the document's YAML is worth judging.
    concerns_us: bool,
}

/// An object, and what only the whole run can judge.
pub(super) struct Entry {
    pub(super) object: Object,
    /// The bytes of the whole object.
    pub(super) origin: Origin,
    /// It names its namespace itself.
    pub(super) has_namespace: bool,
}

/// Reads some documents, sorted by file and place: those that follow each other with one scanner, as far as they can be read.
pub(super) fn read(sources: &Sources, documents: &[Document], options: &Options) -> Vec<Reading> {
    let follows = |first: &Document, next: &Document| {
        let between = (first.end as usize)..(next.start as usize);
        first.file == next.file
            && (sources.file(first.file).text)
                .get(between)
                .is_some_and(|line| line.starts_with("---") && !line.trim_end().contains('\n'))
    };
    let mut readings = Vec::with_capacity(documents.len());
    for run in documents.chunk_by(follows) {
        match Tree::parse_run(sources, run) {
            Some(trees) => {
                let read = run.iter().zip(trees);
                readings.extend(read.map(|(document, tree)| {
                    read_tree(document.text(sources), document.start, &tree, options)
                }));
            }
            None => readings.extend(run.iter().map(|it| read_alone(sources, it, options))),
        }
    }
    readings
}

fn read_alone(sources: &Sources, document: &Document, options: &Options) -> Reading {
    let text = document.text(sources);
    match Tree::parse(document.file, document.start, text) {
        Ok(tree) => read_tree(text, document.start, &tree, options),
        Err(error) => Reading {
            findings: vec![unreadable(document.file, document, text, &error)],
            ..Reading::default()
        },
    }
}

fn read_tree(text: &str, base: u32, tree: &Tree<'_>, options: &Options) -> Reading {
    let Some(root) = tree.root() else {
        return Reading::default();
    };
    let mut walk = Walk {
        reading: Reading::default(),
        options,
        text,
        base,
    };
    walk.value(root, None);
    let mut reading = walk.reading;
    if reading.concerns_us {
        let entries = &reading.entries;
        let object_at = |place: Origin| {
            let next = entries.partition_point(|entry| entry.origin.start <= place.start);
            let entry = entries.get(next.checked_sub(1)?)?;
            (place.end <= entry.origin.end).then(|| entry.object.shown())
        };
        let mut findings: Vec<Finding> = syntax::duplicate_keys(tree, object_at).collect();
        findings.extend(syntax::alias(tree));
        reading.findings.append(&mut findings);
    }
    reading
}

/// The type that items of a typed list have when they name none.
#[derive(Clone, Copy)]
struct Inherited<'i> {
    api_version: &'i str,
    kind: &'i str,
}

struct Walk<'a> {
    reading: Reading,
    options: &'a Options,
    text: &'a str,
    base: u32,
}

impl<'a> Walk<'a> {
    /// An object, or a list of objects.
    fn value(&mut self, node: Node<'a>, inherited: Option<Inherited<'_>>) {
        let root = Place::root(node);
        if !node.is_mapping() {
            // A null item of a list is nothing.
            if !node.is_null() {
                self.not_an_object(&root);
            }
            return;
        }
        let (version_place, kind_place) = (root.child("apiVersion"), root.child("kind"));
        for place in [&version_place, &kind_place] {
            if self.is_template(place) {
                return;
            }
        }
        let api_version = text_of(&version_place).or(inherited.map(|list| list.api_version));
        let kind = text_of(&kind_place).or(inherited.map(|list| list.kind));
        match (api_version, kind) {
            (Some(api_version), Some(kind)) => {
                let has_items = node.get("items").is_some();
                let identity = Identity::of(api_version, kind, has_items);
                self.identified(identity, &root, api_version, kind);
            }
            (None, Some(kind)) if kind_named(kind).is_some() || kind == "List" => {
                let known = kind_named(kind);
                let version = known.map_or("v1", served_version);
                self.missing_type(
                    &version_place,
                    kind,
                    &format!("add `apiVersion: {version}`"),
                );
                self.identified(Identity::of(version, kind, true), &root, version, kind);
            }
            (Some(api_version), None) => {
                self.missing_type(&kind_place, api_version, "add `kind`");
            }
            _ => self.not_an_object(&root),
        }
    }

    fn identified(
        &mut self,
        identity: Identity,
        root: &Place<'_, 'a>,
        api_version: &str,
        kind: &str,
    ) {
        match identity {
            Identity::Object {
                kind,
                edition,
                version,
            } => {
                let is_old = version != Version::Served;
                let edition = if is_old && is_in_v1(root, kind) {
                    Edition::V1
                } else {
                    edition
                };
                self.object(root, kind, edition, |remarks| {
                    report_version(root, kind, version, api_version, remarks);
                });
            }
            Identity::NearMiss(version, meant) => {
                self.object(root, meant, Edition::V1, |remarks| {
                    let place = root.child(if kind == meant.name() {
                        "apiVersion"
                    } else {
                        "kind"
                    });
                    remarks.at(
                        &place,
                        Code::WRONG_TYPE,
                        "",
                        format_args!(
                            "is of the kind `{kind}` in `{api_version}`, which does not exist"
                        ),
                        format!("write `apiVersion: {version}` and `kind: {meant}`"),
                    );
                });
            }
            Identity::List { inherited } => {
                let inherited = inherited.as_deref();
                self.list(root, inherited.map(|kind| Inherited { api_version, kind }));
            }
            Identity::Status => self.status(root),
            Identity::Routing if resource::kind(api_version, kind).is_some() => {
                self.resource(root, api_version, kind);
                self.reading.others += 1;
            }
            Identity::Routing => {
                let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
                let place = root.child("kind");
                self.reading
                    .routing
                    .push((format!("{kind} of {group}"), place.origin()));
                self.reading.others += 1;
            }
            Identity::Promise(promise) => {
                self.promise(promise, root, kind);
                self.reading.others += 1;
            }
            Identity::Other => {
                if let Some(kind) = workload::kind(api_version, kind) {
                    let read = |node| workload::read(node, kind, &self.options.namespace);
                    self.reading.workloads.extend(root.node().and_then(read));
                }
                self.reading.others += 1;
            }
        }
    }

    /// A custom resource that is kept as it is written.
    fn resource(&mut self, root: &Place<'_, 'a>, api_version: &str, kind: &str) {
        let Some((node, known)) = root.node().zip(resource::kind(api_version, kind)) else {
            return;
        };
        let read = resource::read(node, known, api_version, &self.options.namespace);
        // The others count where a key names them, and there is said that they are missing.
        if known == ResourceKind::Tcp {
            self.reading.concerns_us = true;
            if read.is_none() {
                let place = root.child("metadata");
                self.reading.findings.push(
                    Finding::new(
                        Code::MISSING_REQUIRED_FIELD,
                        format!("an object of the kind {kind} needs a `metadata.name`"),
                    )
                    .field("metadata.name")
                    .at(place.origin())
                    .help("add `metadata.name`"),
                );
            }
        }
        self.reading.resources.extend(read);
    }

    fn object(
        &mut self,
        root: &Place<'_, 'a>,
        kind: Kind,
        edition: Edition,
        introduce: impl FnOnce(&Remarks<'a>),
    ) {
        let Some(node) = root.node() else {
            return;
        };
        self.reading.concerns_us = true;
        let metadata = root.child("metadata");
        let namespace = text_of(&metadata.child("namespace"));
        let about = About {
            kind,
            namespace: match namespace {
                _ if kind.is_cluster_scoped() => "",
                Some(namespace) => namespace,
                None => &self.options.namespace,
            },
            name: text_of(&metadata.child("name")).unwrap_or_default(),
        };
        let remarks = Remarks::new(about, self.text, self.base);
        introduce(&remarks);
        let object = Object::read(kind, edition, root, &self.options.namespace, &remarks);
        self.reading.findings.append(&mut remarks.into_findings());
        // Nearly every document holds one object, and the readings of all stay until the last is done.
        if self.reading.entries.is_empty() {
            self.reading.entries.reserve_exact(1);
        }
        self.reading.entries.extend(object.map(|object| Entry {
            object,
            origin: node.origin(),
            has_namespace: namespace.is_some(),
        }));
    }

    /// The items of a list. A null has none; anything else that is no list would lose objects without a word.
    fn list(&mut self, root: &Place<'_, 'a>, inherited: Option<Inherited<'_>>) {
        let items = root.child("items");
        let Some(node) = items.node() else {
            self.missing_type(&items, "List", "add `items`");
            return;
        };
        if items.is_set() && !node.is_sequence() {
            let message = "the `items` of a list are not a list, and nothing is read from them";
            let finding = Finding::new(Code::WRONG_TYPE, message).field("items");
            let finding = finding.at(items.origin());
            self.reading
                .findings
                .push(finding.help("write each item behind a `-`"));
        }
        for item in node.items() {
            self.value(item, inherited);
        }
    }

    fn status(&mut self, root: &Place<'_, 'a>) {
        let place = root.child("message");
        let said = text_of(&place).map_or_else(String::new, |said| format!(": {said}"));
        self.reading.findings.push(
            Finding::new(
                Code::API_ERROR_AS_INPUT,
                format!("this is the API server's error message, not a manifest{said}"),
            )
            .at(root.child("kind").origin())
            .help("repeat the command that wrote this, and see that it succeeds"),
        );
    }

    fn promise(&mut self, promise: Promise, root: &Place<'_, 'a>, kind: &str) {
        let Some(node) = root.node() else {
            return;
        };
        let own = |field| {
            node.get("metadata")
                .and_then(|metadata| metadata.get(field)?.text())
        };
        let namespace = own("namespace").filter(|namespace| !namespace.is_empty());
        let namespace = namespace.unwrap_or(&self.options.namespace);
        let follow = |path: &[&str]| path.iter().try_fold(node, |node, field| node.get(field));
        let names: Vec<&str> = match promise {
            Promise::Field([]) => own("name").into_iter().collect(),
            Promise::Field(path) => {
                let named = follow(path).and_then(Node::text).or_else(|| own("name"));
                named.into_iter().collect()
            }
            Promise::Items(path, field) => follow(path)
                .into_iter()
                .flat_map(Node::items)
                .filter_map(|item| item.get(field)?.text())
                .collect(),
        };
        let promised = names
            .into_iter()
            .map(|name| (ObjectName::new(namespace, name), kind.to_owned()));
        self.reading.promises.extend(promised);
    }

    fn missing_type(&mut self, place: &Place<'_, 'a>, named: &str, help: &str) {
        let field = place.path();
        self.reading.findings.push(
            Finding::new(
                Code::MISSING_REQUIRED_FIELD,
                format!("a document says `{named}`, but has no `{field}`"),
            )
            .field(field)
            .at(place.origin())
            .help(help),
        );
    }

    fn not_an_object(&mut self, root: &Place<'_, 'a>) {
        // Route expectations, which live beside the manifests that they are about.
        let has = |key| root.node().is_some_and(|node| node.get(key).is_some());
        if has("version") && has("tests") {
            return;
        }
        self.reading.findings.push(
            Finding::new(
                Code::NOT_A_KUBERNETES_OBJECT,
                "this document has neither `apiVersion` nor `kind`, and is not read",
            )
            .at(root.origin())
            .help("exclude the file, or add what is missing if it is meant to be a manifest"),
        );
    }

    /// Whether the type is a template marker, which is reported then.
    fn is_template(&mut self, place: &Place<'_, 'a>) -> bool {
        let Some(node) = place.node() else {
            return false;
        };
        let origin = node.origin();
        let from = (origin.start - self.base) as usize;
        let to = (origin.end - self.base) as usize;
        let written = self.text.get(from..to).unwrap_or_default();
        let Some((marker, help)) = template_marker(written).zip(template_help(written)) else {
            return false;
        };
        self.reading.findings.push(
            Finding::new(
                Code::UNRENDERED_TEMPLATE,
                format!(
                    "`{}` is the template marker `{}`",
                    place.path(),
                    &written[marker]
                ),
            )
            .field(place.path())
            .at(origin)
            .help(help),
        );
        true
    }
}

fn report_version(
    root: &Place<'_, '_>,
    kind: Kind,
    version: Version,
    written: &str,
    remarks: &Remarks<'_>,
) {
    let served = served_version(kind);
    let place = root.child("apiVersion");
    let predicate = match version {
        Version::Served => return,
        Version::Removed(by) => format!("uses `{written}`, which Kubernetes {by} removed"),
        Version::Unknown => format!("uses `{written}`, which never existed"),
    };
    let advice = if is_in_v1(root, kind) {
        let fix = Fix::needs_a_look(format!("write `apiVersion: {served}`"));
        let node = place.node();
        let fix = node.and_then(|node| mend::respell(fix, node, served, remarks));
        (format!("write `apiVersion: {served}`"), fix)
    } else {
        let help = format!("write `apiVersion: {served}`, and the fields of that version");
        (help, None)
    };
    remarks.at(&place, Code::REMOVED_API_VERSION, "", predicate, advice);
}

/// Whether the fields of an object are those that v1 has, whatever version it names.
fn is_in_v1(root: &Place<'_, '_>, kind: Kind) -> bool {
    let Some(node) = root.node() else {
        return false;
    };
    match kind {
        Kind::Ingress => {
            let spec = node.get("spec");
            let rules = spec.and_then(|spec| spec.get("rules")).into_iter();
            let paths = rules
                .flat_map(Node::items)
                .filter_map(|rule| rule.get("http")?.get("paths"));
            let backends = paths
                .flat_map(Node::items)
                .filter_map(|path| path.get("backend"));
            let default = spec.and_then(|spec| spec.get("defaultBackend"));
            let mut backends = backends.chain(default).peekable();
            let is_old = |backend: Node<'_>| {
                ["serviceName", "servicePort"]
                    .iter()
                    .any(|field| backend.get(field).is_some())
            };
            spec.is_some_and(|spec| spec.get("backend").is_none())
                && backends.peek().is_some()
                && !backends.any(is_old)
        }
        Kind::EndpointSlice => {
            let endpoints = node.get("endpoints").into_iter().flat_map(Node::items);
            endpoints
                .map(|endpoint| endpoint.get("topology"))
                .all(|old| old.is_none())
        }
        _ => true,
    }
}

/// The text of a scalar that is neither absent, null nor empty.
fn text_of<'a>(place: &Place<'_, 'a>) -> Option<&'a str> {
    let node = place.node().filter(|_| place.is_set())?;
    node.text().filter(|text| !text.is_empty())
}
