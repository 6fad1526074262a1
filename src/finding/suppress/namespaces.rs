//! In which namespace something stands that a finding points at. Whoever writes in one namespace does not speak for another.

use std::collections::BTreeMap;

use super::annotations::text;
use crate::finding::Finding;
use crate::source::{FileId, FileKind, Node, Origin, Sources, Tree, documents_of};

/// Files that have been read, each once.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    files: BTreeMap<FileId, Vec<Place>>,
}

/// An object of a namespace.
#[derive(Debug)]
struct Place {
    origin: Origin,
    namespace: String,
}

impl Namespaces {
    /// Two namespaces in which the places of a finding stand. `namespace` is that of objects that name none.
    pub(super) fn of_two(
        &mut self,
        finding: &Finding,
        sources: &Sources,
        namespace: &str,
    ) -> Option<(String, String)> {
        let mut first: Option<String> = None;
        for label in &finding.labels {
            let Some(found) = self.of(label.origin, sources, namespace) else {
                continue;
            };
            match &first {
                None => first = Some(found.to_owned()),
                Some(one) if one != found => return Some((one.clone(), found.to_owned())),
                Some(_) => {}
            }
        }
        None
    }

    fn of(&mut self, origin: Origin, sources: &Sources, namespace: &str) -> Option<&str> {
        let places = self
            .files
            .entry(origin.file)
            .or_insert_with(|| read(sources, origin.file, namespace));
        let next = places.partition_point(|place| place.origin.start <= origin.start);
        let place = &places[next.checked_sub(1)?];
        (origin.end <= place.origin.end).then_some(&place.namespace)
    }
}

fn read(sources: &Sources, id: FileId, namespace: &str) -> Vec<Place> {
    let file = sources.file(id);
    let mut places = Vec::new();
    if file.kind != FileKind::Manifests {
        return places;
    }
    for document in documents_of(sources, id) {
        let range = document.start as usize..document.end as usize;
        if let Ok(tree) = Tree::parse(id, document.start, &file.text[range])
            && let Some(root) = tree.root()
        {
            collect(root, None, namespace, &mut places);
        }
    }
    places.sort_by_key(|place| place.origin);
    places
}

/// An object, or a list of objects, whose items may leave their kind to it.
fn collect(node: Node<'_, '_>, inherited: Option<&str>, namespace: &str, places: &mut Vec<Place>) {
    let Some(kind) = text(node, "kind").or(inherited) else {
        return;
    };
    if let Some(item) = kind.strip_suffix("List")
        && let Some(items) = node.get("items").filter(|items| items.is_sequence())
    {
        let item = Some(item).filter(|item| !item.is_empty());
        for node in items.items() {
            collect(node, item, namespace, places);
        }
        return;
    }
    // The others have no namespace, or, as a ConfigMap, are those of who runs the proxy and take no traffic.
    if !matches!(kind, "Ingress" | "Service" | "Secret" | "TCP" | "Backend") {
        return;
    }
    let own = node.get("metadata").and_then(|it| text(it, "namespace"));
    places.push(Place {
        origin: node.target_origin(),
        namespace: own.unwrap_or(namespace).to_owned(),
    });
}
