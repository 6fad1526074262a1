//! An object without what only its cluster has a use for.
//!
//! In: the nodes of a document. Out: values, and what was left out. Objects are looked for at every depth: lists hold some, and
//! so do templates of other kinds.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

use super::secret;
use super::value::Value;
use super::{Removal, Why};
use crate::source::{Node as TreeNode, Resolved};

/// A cursor whose text lives as long as the tree.
pub(super) type Node<'a> = TreeNode<'a, 'a>;

/// The places of texts that are secret. A text has one place, however many aliases repeat it.
pub(super) type Private = BTreeSet<(u32, u32)>;

/// What stands where an alias would have repeated a value of a Secret.
const REPLACEMENT: &str = "redacted";

/// What is shown of a key that is secret itself.
pub(super) const HIDDEN: &str = "…";

/// Metadata that the API server writes.
pub(super) const NOISE: [&str; 7] = [
    "creationTimestamp",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Annotations that hold the object itself, as it was once applied: with its secrets, if it had some.
const COPIES: [&str; 3] = [
    "banzaicloud.com/last-applied",
    "kubectl.kubernetes.io/last-applied-configuration",
    "objectset.rio.cattle.io/applied",
];

/// kapp keeps the object, and what it changed in it, in annotations that start so.
const KAPP_COPIES: &str = "kapp.k14s.io/original";

/// When the pods of a slice last changed.
const LAST_CHANGE: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// Whether an annotation holds a copy of its object.
pub(super) fn is_copy(key: Option<&str>) -> bool {
    key.is_some_and(|key| COPIES.contains(&key) || key.starts_with(KAPP_COPIES))
}

/// Turns nodes into values.
pub(super) struct Walk<'w> {
    private: &'w Private,
    /// The innermost object, as people call it.
    pub(super) object: String,
    /// The way from it to here.
    path: Vec<Step>,
    pub(super) objects: usize,
    pub(super) removals: Vec<Removal>,
}

enum Step {
    Field(String),
    Item(usize),
}

impl<'w> Walk<'w> {
    /// Nothing seen yet of a document with these secrets.
    pub(super) fn new(private: &'w Private) -> Self {
        Self {
            private,
            object: String::new(),
            path: Vec::new(),
            objects: 0,
            removals: Vec::new(),
        }
    }

    /// A node and all below it. `inherited` is the kind that a typed list gives its items.
    pub(super) fn value<'a>(&mut self, node: Node<'a>, inherited: Option<&str>) -> Value<'a> {
        if node.is_sequence() {
            return self.list(node, inherited);
        }
        if !node.is_mapping() {
            return self.scalar(node);
        }
        // Whatever the document is, it is what people would call an object.
        let is_root = self.object.is_empty() && node.get("kind").is_some();
        if !(is_root || is_object(node, inherited)) {
            return if secret::is_secret(node, inherited) {
                secret::rebuild(self, node)
            } else {
                self.mapping(node, inherited)
            };
        }
        let outer = std::mem::replace(&mut self.object, named(node, inherited));
        let path = std::mem::take(&mut self.path);
        self.objects += usize::from(!is_list(node));
        let value = if secret::is_secret(node, inherited) {
            secret::rebuild(self, node)
        } else {
            self.mapping(node, inherited)
        };
        self.object = outer;
        self.path = path;
        value
    }

    fn list<'a>(&mut self, node: Node<'a>, inherited: Option<&str>) -> Value<'a> {
        let mut items = Vec::with_capacity(node.items().len());
        for (at, item) in node.items().enumerate() {
            self.path.push(Step::Item(at));
            items.push(self.value(item, inherited));
            self.path.pop();
        }
        Value::List(items)
    }

    fn mapping<'a>(&mut self, node: Node<'a>, inherited: Option<&str>) -> Value<'a> {
        let own = node.get("kind").and_then(Node::text).or(inherited);
        let kind = own.filter(|_| is_object(node, inherited));
        self.entries(node, |walk, name, value| match (kind, name) {
            (Some(kind), "metadata") => walk.metadata(value, kind),
            (Some(kind), "status") => walk.status(value, kind),
            (_, "targetRef") => Some(walk.reference(value)),
            _ => Some(walk.value(value, secret::passed_down(own, name, value))),
        })
    }

    /// The pod of an endpoint, by its name.
    fn reference<'a>(&mut self, node: Node<'a>) -> Value<'a> {
        self.entries(node, |walk, name, value| match name {
            "uid" | "resourceVersion" => walk.remove(value, Why::Noise),
            _ => Some(walk.value(value, None)),
        })
    }

    /// The entries that `keep` has a value for. Of a key that stands twice, the last value counts.
    fn entries<'a>(
        &mut self,
        node: Node<'a>,
        mut keep: impl FnMut(&mut Self, &'a str, Node<'a>) -> Option<Value<'a>>,
    ) -> Value<'a> {
        if !node.is_mapping() {
            return self.value(node, None);
        }
        let mut kept = Vec::with_capacity(node.entries().len());
        for (key, value) in last_entries(node) {
            let name = key.text().unwrap_or_default();
            let is_private = self.is_private(key);
            let shown = if is_private { HIDDEN } else { name };
            self.path.push(Step::Field(shown.to_owned()));
            let value = if is_private || is_copy(Some(name)) {
                self.remove(value, Why::Secret)
            } else {
                keep(self, name, value)
            };
            self.path.pop();
            kept.extend(value.map(|value| (scalar(key), value)));
        }
        Value::Map(kept)
    }

    /// `metadata` without what the cluster wrote; nothing when that was all.
    fn metadata<'a>(&mut self, node: Node<'a>, kind: &str) -> Option<Value<'a>> {
        // A slice that does not say when its pods changed is as old as it is.
        let ages = kind == "EndpointSlice"
            && node
                .get("annotations")
                .is_none_or(|all| all.get(LAST_CHANGE).is_none());
        let kept = self.entries(node, |walk, name, value| match name {
            "creationTimestamp" if ages && !value.is_null() => Some(walk.value(value, None)),
            "annotations" => walk.annotations(value),
            // What an object is called is no secret, whatever shares its text.
            "name" | "namespace" if value.text().is_some() => Some(scalar(value)),
            _ if NOISE.contains(&name) => walk.remove(value, Why::Noise),
            _ => Some(walk.value(value, None)),
        });
        (!kept.is_empty()).then_some(kept)
    }

    fn annotations<'a>(&mut self, node: Node<'a>) -> Option<Value<'a>> {
        let kept = self.entries(node, |walk, _, value| Some(walk.value(value, None)));
        (!kept.is_empty()).then_some(kept)
    }

    /// What resolvers read: addresses of nodes and load balancers, and who is ready.
    fn status<'a>(&mut self, node: Node<'a>, kind: &str) -> Option<Value<'a>> {
        if !node.is_mapping() {
            return self.remove(node, Why::Noise);
        }
        let kept = self.entries(node, |walk, name, value| match (kind, name) {
            ("Node", "conditions") => walk.conditions(value),
            ("Node", "addresses") | ("Service", "loadBalancer") | ("Pod", "phase") => {
                Some(walk.value(value, None)).filter(|kept| !kept.is_empty())
            }
            _ => walk.remove(value, Why::Noise),
        });
        (!kept.is_empty()).then_some(kept)
    }

    /// The condition `Ready` of a Node, without the times at which it was looked at.
    fn conditions<'a>(&mut self, node: Node<'a>) -> Option<Value<'a>> {
        let mut kept = Vec::new();
        for (at, condition) in node.items().enumerate() {
            self.path.push(Step::Item(at));
            if condition.get("type").and_then(Node::text) == Some("Ready") {
                kept.push(self.entries(condition, |walk, name, value| match name {
                    "type" | "status" => Some(walk.value(value, None)),
                    _ => walk.remove(value, Why::Noise),
                }));
            } else {
                self.remove(condition, Why::Noise);
            }
            self.path.pop();
        }
        (!kept.is_empty()).then_some(Value::List(kept))
    }

    fn scalar<'a>(&mut self, node: Node<'a>) -> Value<'a> {
        if !self.is_private(node) {
            return scalar(node);
        }
        self.remove(node, Why::Secret);
        Value::text(REPLACEMENT)
    }

    fn is_private(&self, node: Node<'_>) -> bool {
        self.private.contains(&place(node))
    }

    /// Leaves a value out, and says so.
    pub(super) fn remove<'a>(&mut self, node: Node<'a>, why: Why) -> Option<Value<'a>> {
        let (start, end) = place(node);
        self.removals.push(Removal {
            object: self.object.clone(),
            field: self.field(),
            bytes: (end - start) as usize,
            why,
        });
        None
    }

    /// The same, of the field `name` of what stands here.
    pub(super) fn remove_field(&mut self, path: &[&str], node: Node<'_>, why: Why) {
        let here = self.path.len();
        let steps = path.iter().map(|name| Step::Field((*name).to_owned()));
        self.path.extend(steps);
        self.remove(node, why);
        self.path.truncate(here);
    }

    /// The API's notation.
    fn field(&self) -> String {
        let mut field = String::new();
        for step in &self.path {
            match step {
                Step::Item(at) => _ = write!(field, "[{at}]"),
                Step::Field(name) if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                    if !field.is_empty() {
                        field.push('.');
                    }
                    field.push_str(name);
                }
                Step::Field(name) => _ = write!(field, "[{name}]"),
            }
        }
        field
    }
}

/// A scalar as it stands, whoever else has it.
pub(super) fn scalar(node: Node<'_>) -> Value<'_> {
    let text = node.text().unwrap_or_default();
    match node.resolved() {
        Some(Resolved::String) => Value::text(text),
        _ => Value::Bare(text),
    }
}

/// The bytes of a text. Aliases of one text have one place.
pub(super) fn place(node: Node<'_>) -> (u32, u32) {
    let origin = node.target_origin();
    (origin.start, origin.end)
}

/// The entries that count: of keys that stand twice the last.
pub(super) fn last_entries(node: Node<'_>) -> impl Iterator<Item = (Node<'_>, Node<'_>)> {
    let mut entries: Vec<_> = node.entries().collect();
    let mut seen = HashSet::with_capacity(entries.len());
    entries.reverse();
    entries.retain(|(key, _)| seen.insert(key.text()));
    entries.into_iter().rev()
}

/// Whether a mapping is an object of Kubernetes: it has a kind, or its list gives it one, and metadata. References have no
/// metadata.
fn is_object(node: Node<'_>, inherited: Option<&str>) -> bool {
    let kind = node.get("kind").and_then(Node::text).or(inherited);
    kind.is_some() && node.get("metadata").is_some_and(Node::is_mapping) || is_list(node)
}

fn is_list(node: Node<'_>) -> bool {
    let kind = node.get("kind").and_then(Node::text);
    item_of(kind).is_some() && node.get("items").is_some()
}

/// The kind that a list gives its items: `Service` for a `ServiceList`.
pub(super) fn item_kind(list: Option<&str>) -> Option<&str> {
    item_of(list).filter(|kind| !kind.is_empty())
}

/// What stands before `List`, however that is spelt.
fn item_of(list: Option<&str>) -> Option<&str> {
    let (kind, end) = list?.split_at_checked(list?.len().checked_sub(4)?)?;
    end.eq_ignore_ascii_case("list").then_some(kind)
}

/// `Service shop/web`.
fn named(node: Node<'_>, inherited: Option<&str>) -> String {
    let kind = node.get("kind").and_then(Node::text).or(inherited);
    let kind = kind.unwrap_or_default();
    let own = |field| {
        let metadata = node.get("metadata")?;
        metadata.get(field)?.text().filter(|text| !text.is_empty())
    };
    match (own("namespace"), own("name")) {
        (_, None) => kind.to_owned(),
        (None, Some(name)) => format!("{kind} {name}"),
        (Some(namespace), Some(name)) => format!("{kind} {namespace}/{name}"),
    }
}
