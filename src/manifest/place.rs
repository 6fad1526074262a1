//! A place in a document: the value there, if any, and the way to it from the object's root.
//!
//! In: a tree's cursor. Out: byte ranges and field paths for findings and origins for the model. Places live on the stack
//! and point to their parents, so that a path is spelt out only when somebody has something to say.

use std::fmt::Write;

use crate::source::{self, Origin, Sourced};

/// A cursor whose text lives as long as the tree.
pub(super) type Node<'a> = source::Node<'a, 'a>;

/// A field, map entry or list item, present or absent.
#[derive(Clone, Copy)]
pub(super) struct Place<'p, 'a> {
    parent: Option<&'p Place<'p, 'a>>,
    step: Step<'p>,
    key: Option<Node<'a>>,
    node: Option<Node<'a>>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Root,
    Key(&'p str),
    Item(usize),
}

impl<'p, 'a> Place<'p, 'a> {
    /// The object itself.
    pub(super) fn root(node: Node<'a>) -> Self {
        Self {
            parent: None,
            step: Step::Root,
            key: None,
            node: Some(node),
        }
    }

    /// The field `name`, whether it is there or not.
    pub(super) fn child<'c>(&'c self, name: &'c str) -> Place<'c, 'a> {
        let (key, node) = self.node.and_then(|node| node.entry(name)).unzip();
        Place {
            parent: Some(self),
            step: Step::Key(name),
            key,
            node,
        }
    }

    /// An entry found while walking this mapping.
    pub(super) fn entry<'c>(&'c self, key: Node<'a>, value: Node<'a>) -> Place<'c, 'a>
    where
        'a: 'c,
    {
        Place {
            parent: Some(self),
            step: Step::Key(key.text().unwrap_or_default()),
            key: Some(key),
            node: Some(value),
        }
    }

    /// All entries of this mapping, duplicates included.
    pub(super) fn entries<'c>(&'c self) -> impl Iterator<Item = Place<'c, 'a>>
    where
        'a: 'c,
    {
        let entries = self.node.into_iter().flat_map(Node::entries);
        entries.map(|(key, value)| self.entry(key, value))
    }

    /// The item `index` of this list.
    pub(super) fn item<'c>(&'c self, index: usize, node: Node<'a>) -> Place<'c, 'a> {
        Place {
            parent: Some(self),
            step: Step::Item(index),
            key: None,
            node: Some(node),
        }
    }

    /// The items of this list.
    pub(super) fn items<'c>(&'c self) -> impl Iterator<Item = Place<'c, 'a>> {
        let items = self.node.into_iter().flat_map(Node::items).enumerate();
        items.map(|(index, node)| self.item(index, node))
    }

    /// Where this stands below: `None` for the object itself.
    pub(super) fn parent(&self) -> Option<&Place<'p, 'a>> {
        self.parent
    }

    /// The field name or map key; `None` for items and for the object itself.
    pub(super) fn name(&self) -> Option<&'p str> {
        match self.step {
            Step::Key(name) => Some(name),
            Step::Item(_) | Step::Root => None,
        }
    }

    /// The value; `None` when absent. A null counts as a value here, see [`Place::is_set`].
    pub(super) fn node(&self) -> Option<Node<'a>> {
        self.node
    }

    /// The key, when this is a field or map entry that is there.
    pub(super) fn key(&self) -> Option<Node<'a>> {
        self.key
    }

    /// Present, and not null: what the API server takes for given.
    pub(super) fn is_set(&self) -> bool {
        self.node.is_some_and(|node| !node.is_null())
    }

    /// A mapping or list: where a scalar belongs, its text cannot stand in.
    pub(super) fn is_container(&self) -> bool {
        self.node
            .is_some_and(|node| node.is_mapping() || node.is_sequence())
    }

    /// The bytes of the value, or of what a person would edit to add it.
    pub(super) fn origin(&self) -> Origin {
        match (self.node, self.parent) {
            (Some(node), Some(_)) => node.origin(),
            (None, Some(parent)) => parent.anchor(),
            (_, None) => self.anchor(),
        }
    }

    /// `value`, as written here.
    pub(super) fn sourced<T>(&self, value: T) -> Sourced<T> {
        Sourced::new(value, self.origin())
    }

    /// A short stretch that stands for a value of many lines: its key, or its first entry.
    fn anchor(&self) -> Origin {
        if let Some(key) = self.key {
            return key.origin();
        }
        let Some(node) = self.node else {
            return self.origin();
        };
        let kind = matches!(self.step, Step::Root)
            .then(|| node.entry("kind"))
            .flatten();
        match kind.or_else(|| node.entries().next()) {
            Some((key, value)) if value.text().is_some() => Origin {
                end: value.origin().end.max(key.origin().end),
                ..key.origin()
            },
            Some((key, _)) => key.origin(),
            None => node.origin(),
        }
    }

    /// The API's notation: `spec.rules[0].http`, `metadata.annotations[haproxy.org/check]`.
    pub(super) fn path(&self) -> String {
        let mut path = self.parent.map_or_else(String::new, Self::path);
        match self.step {
            Step::Root | Step::Key("") => {}
            Step::Item(index) => _ = write!(path, "[{index}]"),
            Step::Key(name) if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                _ = write!(path, "[{name}]");
            }
            Step::Key(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Tree};

    #[test]
    fn paths_are_spelt_as_the_api_does() {
        let text = "metadata:\n  annotations: {a.b/c: x}\nspec:\n  rules: [{http: 1}]\n";
        let tree = Tree::parse(FileId::new(0), 0, text).expect("valid YAML");
        let root = Place::root(tree.root().expect("a value"));
        let metadata = root.child("metadata");
        let annotations = metadata.child("annotations");
        assert_eq!(
            annotations.child("a.b/c").path(),
            "metadata.annotations[a.b/c]"
        );
        let spec = root.child("spec");
        let rules = spec.child("rules");
        let rule = rules.items().next().expect("a rule");
        assert_eq!(rule.child("http").path(), "spec.rules[0].http");
    }

    #[test]
    fn an_absent_field_points_to_where_it_would_be_added() {
        let text = "kind: Ingress\nspec:\n  rules:\n  - host: a\n    http: {}\n";
        let tree = Tree::parse(FileId::new(0), 0, text).expect("valid YAML");
        let root = Place::root(tree.root().expect("a value"));
        let slice = |origin: Origin| &text[origin.start as usize..origin.end as usize];
        assert_eq!(slice(root.child("metadata").origin()), "kind: Ingress");
        let spec = root.child("spec");
        assert_eq!(slice(spec.child("tls").origin()), "spec");
        let rules = spec.child("rules");
        let rule = rules.items().next().expect("a rule");
        assert_eq!(slice(rule.child("nothing").origin()), "host: a");
        assert_eq!(
            slice(rule.child("nothing").child("below").origin()),
            "host: a"
        );
    }
}
