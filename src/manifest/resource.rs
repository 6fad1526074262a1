//! Custom resources of the HAProxy Technologies controller: Backend, Defaults, Global and Frontend, which its keys name, the rules of
//! custom annotations, and TCP, which counts by itself.
//!
//! In: the tree of such an object. Out: a [`Resource`] whose `spec` is kept as it is written, every value with its place. What the
//! fields mean is for whoever follows the key; an object that no key names changes nothing, unless it is a TCP.

use std::collections::BTreeMap;

use k8s_openapi::jiff::Timestamp;

use super::model::{Annotation, Meta, ObjectName, Resource, ResourceKind, ResourceValue};
use super::place::Node;
use crate::source::{Resolved, Sourced};

/// The kind, if it is one of these in a version that the controller reads.
pub(super) fn kind(api_version: &str, kind: &str) -> Option<ResourceKind> {
    let known = ResourceKind::ALL
        .into_iter()
        .find(|known| known.name() == kind)?;
    let versions: &[&str] = match known {
        ResourceKind::Backend
        | ResourceKind::Defaults
        | ResourceKind::Global
        | ResourceKind::Tcp => &["ingress.v1.haproxy.org/v1", "ingress.v3.haproxy.org/v3"],
        ResourceKind::Frontend | ResourceKind::ValidationRules => &["ingress.v3.haproxy.org/v3"],
    };
    versions.contains(&api_version).then_some(known)
}

/// Reads an object of `kind`. `None` when it has no name, or no `spec` where nothing else would say so.
pub(super) fn read(
    root: Node<'_>,
    kind: ResourceKind,
    api_version: &str,
    default_namespace: &str,
) -> Option<Resource> {
    let metadata = root.get("metadata")?;
    let name = metadata.get("name")?;
    let namespace = metadata.get("namespace").and_then(Node::text);
    let namespace = namespace.filter(|namespace| !namespace.is_empty());
    let spec = match root.get("spec") {
        Some(spec) => Sourced::new(value(spec), spec.origin()),
        None if kind == ResourceKind::Tcp => Sourced::new(ResourceValue::Null, name.origin()),
        None => return None,
    };
    let created = metadata.get("creationTimestamp").and_then(Node::text);
    let created = created.and_then(|text| text.parse::<Timestamp>().ok());
    let annotations = match kind {
        ResourceKind::Tcp => metadata.get("annotations").map(annotations),
        _ => None,
    };
    Some(Resource {
        kind,
        created: created.map(Timestamp::as_second),
        is_v1: api_version.starts_with("ingress.v1."),
        meta: Meta {
            name: ObjectName::new(
                namespace.unwrap_or(default_namespace),
                name.text().filter(|name| !name.is_empty())?,
            ),
            origin: name.origin(),
            annotations: annotations.unwrap_or_default(),
            labels: BTreeMap::new(),
        },
        spec,
    })
}

/// Those that are text, as written.
fn annotations(node: Node<'_>) -> Vec<Annotation> {
    let text = |(key, value): (Node<'_>, Node<'_>)| {
        Some(Annotation {
            key: key.text()?.to_owned(),
            key_origin: key.origin(),
            value: Sourced::new(value.text()?.to_owned(), value.origin()),
        })
    };
    node.entries().filter_map(text).collect()
}

/// The value of a node. The scanner limits how deep trees are.
fn value(node: Node<'_>) -> ResourceValue {
    if node.is_mapping() {
        let entries = node.entries().map(|(key, child)| {
            let name = key.text().unwrap_or_default().to_owned();
            let own = Sourced::new(value(child), child.origin());
            (Sourced::new(name, key.origin()), own)
        });
        return ResourceValue::Map(entries.collect());
    }
    if node.is_sequence() {
        let items = node
            .items()
            .map(|item| Sourced::new(value(item), item.origin()));
        return ResourceValue::List(items.collect());
    }
    let text = || node.text().unwrap_or_default().to_owned();
    match node.resolved() {
        Some(Resolved::Bool(value)) => ResourceValue::Bool(value),
        Some(Resolved::Integer(_) | Resolved::Float(_)) => ResourceValue::Number(text()),
        _ if node.is_null() => ResourceValue::Null,
        _ => ResourceValue::Text(text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::tests::read_files;

    #[test]
    fn a_resource_is_kept_as_it_is_written_and_every_value_has_its_place() {
        let text = "apiVersion: ingress.v3.haproxy.org/v3\nkind: Backend\nmetadata: {name: web, namespace: shop}\n\
                    spec:\n  server_timeout: 5000\n  abortonclose: enabled\n  acl_list:\n  - {acl_name: a, index: 0}\n  cookie: {name: x, nocache: true, type: ~}\n";
        let (sources, manifests, findings) = read_files(&[("a.yaml", text)]);
        assert!(findings.is_empty(), "{findings:?}");
        let key = (ResourceKind::Backend, ObjectName::new("shop", "web"));
        let resource = &manifests.resources[&key];
        let timeout = resource.spec.value.get("server_timeout").expect("there");
        assert_eq!(timeout.value, ResourceValue::Number("5000".to_owned()));
        assert_eq!(sources.text(timeout.origin), "5000");
        let cookie = resource.spec.value.get("cookie").expect("there");
        assert_eq!(
            cookie.value.get("nocache").map(|it| &it.value),
            Some(&ResourceValue::Bool(true))
        );
        assert_eq!(
            cookie.value.get("type").map(|it| &it.value),
            Some(&ResourceValue::Null)
        );
    }

    #[test]
    fn kinds_are_those_of_the_controller() {
        assert_eq!(
            kind("ingress.v1.haproxy.org/v1", "Backend"),
            Some(ResourceKind::Backend)
        );
        assert_eq!(kind("ingress.v1.haproxy.org/v1", "Frontend"), None);
        assert_eq!(kind("core.haproxy.org/v1alpha2", "Backend"), None);
        assert_eq!(
            kind("ingress.v3.haproxy.org/v3", "TCP"),
            Some(ResourceKind::Tcp)
        );
        assert_eq!(kind("ingress.v3.haproxy.org/v3", "UDP"), None);
    }
}
