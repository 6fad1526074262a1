//! `metadata`: who an object is, its labels and annotations.
//!
//! In: the decoded metadata and its place. Out: [`Meta`], and findings for what the API server refuses in any kind.
//! Source: `apimachinery/pkg/api/validation/objectmeta.go`.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::grammar::{Grammar, check};
use super::mend;
use super::model::{Annotation, Kind, Meta, ObjectName};
use super::names;
use super::place::{Node, Place};
use super::remarks::Remarks;
use crate::finding::{Code, Finding, Fix};
use crate::source::Sourced;

/// Keys and values of all annotations together.
const ANNOTATION_BYTES: usize = 256 * 1024;

/// Reads the metadata of an object. `None` when it has no name, or when its annotations cannot be told: to go on without
/// them could drop the protection that they ask for.
pub(super) fn read(
    metadata: ObjectMeta,
    root: &Place<'_, '_>,
    default_namespace: &str,
    remarks: &Remarks<'_>,
) -> Option<Meta> {
    let place = root.child("metadata");
    let kind = remarks.about().kind;
    let name = metadata.name.unwrap_or_default();
    let name_place = place.child("name");
    if name.is_empty() {
        missing_name(metadata.generate_name.as_deref(), &place, remarks);
        return None;
    }
    check(
        &name_place,
        "name",
        &name,
        name_grammar(kind),
        Code::INVALID_METADATA,
        remarks,
    );
    let namespace = namespace(metadata.namespace, &place, default_namespace, remarks);
    let labels = metadata.labels.unwrap_or_default();
    if !labels.is_empty() {
        check_labels(&place.child("labels"), remarks);
    }
    let annotations = annotations(&place, remarks)?;
    note_exported(root, &place, kind, remarks);
    let mut labels = labels;
    let labels = match kind {
        Kind::Node | Kind::Namespace | Kind::EndpointSlice => labels,
        Kind::Ingress => labels.remove_entry(INSTANCE).into_iter().collect(),
        _ => std::collections::BTreeMap::new(),
    };
    Some(Meta {
        name: ObjectName::new(namespace, name),
        origin: name_place.origin(),
        annotations,
        labels,
    })
}

/// The label with the installation that an object belongs to.
pub(crate) const INSTANCE: &str = "app.kubernetes.io/instance";

/// Services and Namespaces become DNS labels, everything else is a subdomain. A leading digit in a Service's name is legal
/// since Kubernetes 1.36 (KEP-5311).
fn name_grammar(kind: Kind) -> Grammar {
    match kind {
        Kind::Service | Kind::Namespace => names::label,
        _ => names::subdomain,
    }
}

fn missing_name(generate_name: Option<&str>, place: &Place<'_, '_>, remarks: &Remarks<'_>) {
    if generate_name.is_some_and(|prefix| !prefix.is_empty()) {
        remarks.at(
            &place.child("generateName"),
            Code::INVALID_METADATA,
            "",
            "has `generateName` and no `name`: nothing can refer to it, and `kubectl apply` refuses it",
            "give it a `name`",
        );
        return;
    }
    remarks.at(
        &place.child("name"),
        Code::MISSING_REQUIRED_FIELD,
        "",
        "needs a `metadata.name`",
        "add `metadata.name`",
    );
}

fn namespace(
    written: Option<String>,
    metadata: &Place<'_, '_>,
    default_namespace: &str,
    remarks: &Remarks<'_>,
) -> String {
    let is_cluster_scoped = remarks.about().kind.is_cluster_scoped();
    let Some(namespace) = written.filter(|namespace| !namespace.is_empty()) else {
        return if is_cluster_scoped {
            String::new()
        } else {
            default_namespace.to_owned()
        };
    };
    let place = metadata.child("namespace");
    if is_cluster_scoped {
        remarks.at(
            &place,
            Code::CLUSTER_SCOPED_NAMESPACE,
            "",
            format_args!(
                "has the namespace `{namespace}`, but objects of this kind live outside namespaces"
            ),
            (
                "remove `metadata.namespace`",
                mend::remove(
                    Fix::safe("remove `metadata.namespace`"),
                    metadata,
                    |key| key == "namespace",
                    remarks,
                ),
            ),
        );
        return String::new();
    }
    check(
        &place,
        "namespace",
        &namespace,
        names::label,
        Code::INVALID_METADATA,
        remarks,
    );
    namespace
}

fn check_labels(labels: &Place<'_, '_>, remarks: &Remarks<'_>) {
    for label in labels.entries() {
        let key = label.name().unwrap_or_default();
        check_key(&label, "label key", key, remarks);
        let value = label.node().and_then(Node::text).unwrap_or_default();
        // `null` is an empty value.
        if label.is_set() && names::label_value(value).is_err() {
            check(
                &label,
                "label value",
                value,
                names::label_value,
                Code::INVALID_METADATA,
                remarks,
            );
        }
    }
}

fn check_key(entry: &Place<'_, '_>, subject: &str, key: &str, remarks: &Remarks<'_>) {
    if let Err(wrong) = names::qualified_name(key) {
        remarks.at_key(
            entry,
            Code::INVALID_METADATA,
            format_args!("{subject} `{key}`"),
            wrong,
            "write `prefix/name` or `name` in letters, digits, `-`, `_` and `.`",
        );
    }
}

/// All annotations in the order of the file. One that is not text keeps its source as its value, so that whoever knows the key
/// refuses it, and nobody takes it for absent.
fn annotations(metadata: &Place<'_, '_>, remarks: &Remarks<'_>) -> Option<Vec<Annotation>> {
    let place = metadata.child("annotations");
    let Some(node) = place.node().filter(|_| place.is_set()) else {
        let is_misspelt = remarks.is_spoilt(&place);
        return (!is_misspelt).then(Vec::new);
    };
    if !node.is_mapping() {
        return None;
    }
    let mut bytes = 0;
    let mut annotations = Vec::with_capacity(node.entries().len());
    for entry in place.entries() {
        let (Some(key), Some(value)) = (entry.key(), entry.node()) else {
            continue;
        };
        let Some(name) = key.text() else {
            continue;
        };
        check_key(&entry, "annotation key", name, remarks);
        let text = match value.text() {
            Some(_) if value.is_null() => "",
            Some(text) => text,
            None => remarks.written(value.origin()),
        };
        bytes += name.len() + text.len();
        annotations.push(Annotation {
            key: name.to_owned(),
            key_origin: key.origin(),
            value: Sourced::new(text.to_owned(), value.origin()),
        });
    }
    if bytes > ANNOTATION_BYTES {
        remarks.at(
            &place,
            Code::INVALID_METADATA,
            "",
            format_args!(
                "has {bytes} bytes of annotations; the API server takes {ANNOTATION_BYTES}"
            ),
            "shorten the annotations",
        );
    }
    Some(annotations)
}

/// Fields that people write, too, or tools before anything is applied. Beside others that only a cluster writes they are noise.
const COMPANIONS: [&str; 2] = ["creationTimestamp", "generation"];

/// In which `kubectl apply` keeps what it was given.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Fields that only a live cluster writes: harmless here, and refused or ignored by the next cluster.
fn note_exported(
    root: &Place<'_, '_>,
    metadata: &Place<'_, '_>,
    kind: Kind,
    remarks: &Remarks<'_>,
) {
    // These are read from dumps by nature.
    if matches!(
        kind,
        Kind::Node | Kind::Namespace | Kind::EndpointSlice | Kind::Endpoints
    ) {
        return;
    }
    let status = root.child("status");
    // `kubectl create --dry-run -o yaml` writes `status: {loadBalancer: {}}`. Where a Service's load balancer is, is read.
    let is_read = |field: Option<&str>| kind == Kind::Service && field == Some("loadBalancer");
    let mut fields = status.node().into_iter().flat_map(Node::entries);
    let has_status = fields.any(|(key, value)| !is_read(key.text()) && says_something(value));
    let mut found: Vec<&str> = has_status.then_some("status").into_iter().collect();
    let mut first = has_status.then(|| status.key()).flatten();
    for field in ["managedFields", "uid", "resourceVersion", "selfLink"] {
        let place = metadata.child(field);
        if place.is_set() {
            found.push(field);
            first = first.or(place.key());
        }
    }
    let Some(first) = first else {
        return;
    };
    found.extend(
        COMPANIONS
            .into_iter()
            .filter(|field| metadata.child(field).is_set()),
    );
    let applied = metadata.child("annotations").child(LAST_APPLIED).is_set();
    found.extend(applied.then_some(LAST_APPLIED));
    let fields: Vec<String> = found.iter().map(|field| format!("`{field}`")).collect();
    let finding = remarks.finding(
        metadata,
        first.origin(),
        Code::EXPORTED_NOISE,
        "",
        format_args!(
            "has fields that only a live cluster writes: {}",
            fields.join(", ")
        ),
    );
    let annotations = metadata.child("annotations");
    // A mapping without an entry would be left: it goes as a whole.
    let alone = applied && annotations.entries().count() == 1;
    let is_noise = |key: &str| found.contains(&key) || alone && key == "annotations";
    let fix = Fix::safe(format!("remove {}", fields.join(", ")));
    let mut fix = (!tells_of_an_export(root, kind)).then_some(fix);
    if alone || found.len() > usize::from(has_status) + usize::from(applied) {
        fix = fix.and_then(|fix| mend::remove(fix, metadata, is_noise, remarks));
    }
    if applied && !alone {
        let is_copy = |key: &str| key == LAST_APPLIED;
        fix = fix.and_then(|fix| mend::remove(fix, &annotations, is_copy, remarks));
    }
    if has_status {
        let goes = !status_is_read(&status, kind);
        fix = fix.filter(|_| goes);
        fix = fix.and_then(|fix| mend::remove(fix, root, |key| key == "status", remarks));
    }
    let finding = finding.help("remove them from files that are kept");
    remarks.push(Finding { fix, ..finding });
}

/// Where the same Service stands in the repository, too, these fields tell which of the two the cluster wrote.
fn tells_of_an_export(root: &Place<'_, '_>, kind: Kind) -> bool {
    kind == Kind::Service && {
        let spec = root.child("spec");
        let service_type = spec.child("type");
        service_type.node().and_then(Node::text) == Some("ExternalName")
    }
}

/// Whether something that counts would go with the rest of the status.
fn status_is_read(status: &Place<'_, '_>, kind: Kind) -> bool {
    let balancer = status.child("loadBalancer");
    kind == Kind::Service && balancer.node().is_some_and(says_something)
}

/// Whether some value stands at the node or below it.
fn says_something(node: Node<'_>) -> bool {
    if node.is_mapping() {
        node.entries().any(|(_, value)| says_something(value))
    } else if node.is_sequence() {
        node.items().any(says_something)
    } else {
        !node.is_null()
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::{read_files, said};

    fn config_map(metadata: &str, rest: &str) -> String {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{{metadata}}}\n{rest}")
    }

    #[test]
    fn what_the_api_server_refuses() {
        let rows: [(&str, &[&str]); 13] = [
            ("name: a.b", &[]),
            ("name: A", &["ING115 metadata.name | A"]),
            ("name: '{{ .x }}'", &["ING005 metadata.name | '{{ .x }}'"]),
            (
                "name: a, namespace: a.b",
                &["ING115 metadata.namespace | a.b"],
            ),
            (
                "name: a, labels: {'a b': c}",
                &["ING115 metadata.labels[a b] | 'a b'"],
            ),
            (
                "name: a, labels: {a: -b}",
                &["ING115 metadata.labels.a | -b"],
            ),
            ("name: a, labels: {a: }", &[]),
            (
                "name: a, labels: {a: 1.0}",
                &["ING003 metadata.labels.a | 1.0"],
            ),
            (
                "name: a, annotations: {a/b/c: d}",
                &["ING115 metadata.annotations[a/b/c] | a/b/c"],
            ),
            (
                "name: a, annotations: {a.b/c: true}",
                &["ING003 metadata.annotations[a.b/c] | true"],
            ),
            (
                "name: a, annotations: {a.b/c: off}",
                &["ING004 metadata.annotations[a.b/c] | off"],
            ),
            ("name: a, annotations: {a.b/c: 'off'}", &[]),
            (
                "name: a, ownerReferences: [{kind: A, name: b, apiVersion: v1}]",
                &["ING120 metadata.ownerReferences[0].uid | kind: A"],
            ),
        ];
        for (metadata, expected) in rows {
            assert_eq!(said(&config_map(metadata, "")), expected, "{metadata}");
        }
        let long = format!("name: a, annotations: {{b: {}}}", "c".repeat(256 * 1024));
        assert_eq!(said(&config_map(&long, "")).len(), 1);
    }

    #[test]
    fn names_of_services_and_namespaces_are_labels() {
        for kind in ["Service", "Namespace"] {
            let text = format!(
                "apiVersion: v1\nkind: {kind}\nmetadata: {{name: a.b}}\nspec: {{ports: [{{port: 80}}]}}\n"
            );
            let said = said(&text);
            assert!(
                said.contains(&"ING115 metadata.name | a.b".to_owned()),
                "{said:?}"
            );
        }
    }

    #[test]
    fn exported_fields_are_told_once() {
        let text = config_map("name: a, uid: x, resourceVersion: '1'", "");
        assert_eq!(said(&text), ["ING709 metadata | uid"]);
        let service = |status: &str| {
            said(&format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{ports: [{{port: 80}}]}}\nstatus: {status}\n"
            ))
        };
        assert_eq!(service("{loadBalancer: {}}"), [""; 0]);
        assert_eq!(
            service("{loadBalancer: {ingress: [{ip: 10.0.0.1}]}}"),
            [""; 0]
        );
        let lives = service(
            "{conditions: [{type: a, status: 'True', reason: b, message: c, lastTransitionTime: 2026-01-01T00:00:00Z}]}",
        );
        assert_eq!(lives, ["ING709 metadata | status"]);
    }

    #[test]
    fn an_annotation_that_is_no_text_is_kept_as_written() {
        let text = config_map("name: a, annotations: {x: [10.0.0.0/8], y: ~, z: 0x10}", "");
        let (_, manifests, findings) = read_files(&[("a.yaml", &text)]);
        assert_eq!(findings.len(), 2);
        let object = manifests.config_maps.values().next().expect("a ConfigMap");
        let values: Vec<_> = object
            .meta
            .annotations
            .iter()
            .map(|entry| entry.value.value.as_str())
            .collect();
        assert_eq!(values, ["[10.0.0.0/8]", "", "0x10"]);
    }

    #[test]
    fn an_object_whose_annotations_cannot_be_told_is_left_out() {
        for metadata in ["name: a, annotations: [x]", "name: a, annotation: {x: y}"] {
            let (_, manifests, findings) = read_files(&[("a.yaml", &config_map(metadata, ""))]);
            assert_eq!(findings.len(), 1, "{metadata}");
            assert!(manifests.config_maps.is_empty(), "{metadata}");
        }
    }
}
