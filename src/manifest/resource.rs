//! Custom resources of the HAProxy Technologies controller that its keys name: Backend, Defaults, Global, Frontend, and the rules of
//! custom annotations.
//!
//! In: the tree of such an object. Out: a [`Resource`] whose `spec` is kept as it is written, every value with its place. What the
//! fields mean is for whoever follows the key; an object that no key names changes nothing.

use std::collections::BTreeMap;

use super::model::{Meta, ObjectName, Resource, ResourceKind, ResourceValue};
use super::place::Node;
use crate::source::{Resolved, Sourced};

/// The kind, if it is one of these in a version that the controller reads.
pub(super) fn kind(api_version: &str, kind: &str) -> Option<ResourceKind> {
    let known = ResourceKind::ALL
        .into_iter()
        .find(|known| known.name() == kind)?;
    let versions: &[&str] = match known {
        ResourceKind::Backend | ResourceKind::Defaults | ResourceKind::Global => {
            &["ingress.v1.haproxy.org/v1", "ingress.v3.haproxy.org/v3"]
        }
        ResourceKind::Frontend | ResourceKind::ValidationRules => &["ingress.v3.haproxy.org/v3"],
    };
    versions.contains(&api_version).then_some(known)
}

/// Reads an object of `kind`. `None` when it has no name or no `spec`.
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
    let spec = root.get("spec")?;
    Some(Resource {
        kind,
        is_v1: api_version.starts_with("ingress.v1."),
        meta: Meta {
            name: ObjectName::new(
                namespace.unwrap_or(default_namespace),
                name.text().filter(|name| !name.is_empty())?,
            ),
            origin: name.origin(),
            annotations: Vec::new(),
            labels: BTreeMap::new(),
        },
        spec: Sourced::new(value(spec), spec.origin()),
    })
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
        assert_eq!(kind("ingress.v3.haproxy.org/v3", "TCP"), None);
    }
}
