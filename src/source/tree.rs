//! One YAML document as a tree whose every key and value knows its bytes.
//!
//! In: the text of one document and where it starts in its file. Out: a [`Tree`], read through the cheap cursor [`Node`].
//! Aliases and merge keys are already resolved, as kubectl does before anybody sees the object; duplicate keys are kept
//! beside the tree, because the last one wins in a cluster and the first one is what the reader of the file believes.

use std::borrow::Cow;

use super::build;
use super::documents::Document;
use super::events::ScanError;
use super::file::Sources;
use super::origin::{FileId, Origin};
use super::scalar::{Resolved, resolve};

/// Deeper nesting than this is refused. Kubernetes objects stay below twenty.
pub const MAX_DEPTH: usize = 100;
/// More nodes than this after expanding aliases is refused ("billion laughs").
pub const MAX_NODES: u64 = 4_000_000;

/// The place of a node in [`Tree::slots`].
pub(super) type Id = u32;

/// A document's nodes. Build it with [`Tree::parse`].
#[derive(Debug)]
pub struct Tree<'t> {
    pub(super) file: FileId,
    pub(super) base: u32,
    pub(super) slots: Vec<Slot<'t>>,
    pub(super) links: Vec<Id>,
    pub(super) root: Option<Id>,
    pub(super) duplicates: Vec<(Id, Id)>,
    pub(super) aliases: Vec<Id>,
}

#[derive(Debug)]
pub(super) struct Slot<'t> {
    pub(super) shape: Shape<'t>,
    pub(super) start: u32,
    pub(super) end: u32,
}

#[derive(Debug)]
pub(super) enum Shape<'t> {
    Scalar {
        text: Cow<'t, str>,
        plain: bool,
        typed: bool,
    },
    /// A range of `links`: the items.
    Sequence(u32, u32),
    /// A range of `links`: key, value, key, value.
    Mapping(u32, u32),
    Alias(Id),
}

/// A place in a [`Tree`]: as cheap to copy as a reference. Aliases are looked through; [`Node::origin`] still tells where
/// the alias itself stands.
#[derive(Clone, Copy)]
pub struct Node<'a, 't> {
    tree: &'a Tree<'t>,
    pub(super) id: Id,
}

impl<'t> Tree<'t> {
    /// Reads one document that starts at byte `base` of `file`. Limits: [`MAX_DEPTH`], [`MAX_NODES`].
    pub fn parse(file: FileId, base: u32, text: &'t str) -> Result<Self, ScanError> {
        build::document(file, base, text)
    }

    /// Reads documents of one file, each of them followed by the next. `None` when one of them cannot be read, or when something
    /// stands between two; then each is to be read by itself.
    pub fn parse_run(sources: &'t Sources, documents: &[Document]) -> Option<Vec<Self>> {
        let (first, last) = (documents.first()?, documents.last()?);
        let text = &sources.file(first.file).text;
        let ranges: Vec<_> = documents.iter().map(|it| it.start..it.end).collect();
        let whole = text.get(first.start as usize..last.end as usize)?;
        build::documents(first.file, first.start, whole, &ranges)
    }

    /// A document that holds nothing yet, and is so many bytes long.
    pub(super) fn empty(file: FileId, base: u32, length: usize) -> Self {
        // A manifest line holds about two nodes in 30 bytes: one allocation instead of a dozen.
        let nodes = length / 12;
        Self {
            file,
            base,
            slots: Vec::with_capacity(nodes),
            links: Vec::with_capacity(nodes),
            root: None,
            duplicates: Vec::new(),
            aliases: Vec::new(),
        }
    }

    /// The document's value, or `None` when it holds nothing but comments.
    pub fn root(&self) -> Option<Node<'_, 't>> {
        self.root.map(|id| self.node(id))
    }

    /// Keys that stand twice in one mapping: the earlier and the later one.
    pub fn duplicates(&self) -> impl Iterator<Item = (Node<'_, 't>, Node<'_, 't>)> {
        self.duplicates
            .iter()
            .map(|&(first, again)| (self.node(first), self.node(again)))
    }

    /// Where an alias (`*name`) stands.
    pub fn aliases(&self) -> impl Iterator<Item = Origin> {
        self.aliases.iter().map(|&id| self.node(id).origin())
    }

    /// The anchored values that aliases name, once for each alias: what is edited there changes in several places.
    pub fn shared(&self) -> impl Iterator<Item = Origin> {
        let aliases = self.aliases.iter();
        aliases.map(|&id| self.node(id).target_origin())
    }

    /// Where keys and values that are no collections stand, in the order of the file: whatever lies between them is syntax, or a
    /// comment.
    pub fn scalars(&self) -> Vec<Origin> {
        let ids = 0..Id::try_from(self.slots.len()).unwrap_or(Id::MAX);
        let nodes = ids.map(|id| self.node(id));
        let mut scalars: Vec<Origin> = nodes
            .filter(|node| {
                matches!(
                    self.slots[node.id as usize].shape,
                    Shape::Scalar { .. } | Shape::Alias(_)
                )
            })
            .map(Node::origin)
            .collect();
        scalars.sort_unstable();
        scalars
    }

    pub(super) fn node(&self, id: Id) -> Node<'_, 't> {
        Node { tree: self, id }
    }
}

impl<'a, 't> Node<'a, 't> {
    /// The bytes of this key or value. A block mapping or sequence ends where its last entry ends.
    pub fn origin(self) -> Origin {
        let slot = &self.tree.slots[self.id as usize];
        Origin {
            file: self.tree.file,
            start: self.tree.base + slot.start,
            end: self.tree.base + slot.end,
        }
    }

    /// The text of a scalar, whatever its type.
    pub fn text(self) -> Option<&'a str> {
        match self.shape() {
            Shape::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// A scalar without quotes: its type is guessed from its spelling.
    pub fn is_plain(self) -> bool {
        matches!(self.shape(), Shape::Scalar { plain: true, .. })
    }

    /// What kubectl takes a scalar for.
    pub fn resolved(self) -> Option<Resolved> {
        match self.shape() {
            Shape::Scalar {
                text, typed: true, ..
            } => Some(resolve(text)),
            Shape::Scalar { .. } => Some(Resolved::String),
            _ => None,
        }
    }

    /// Whether this is `null`, `~` or nothing at all.
    pub fn is_null(self) -> bool {
        self.resolved() == Some(Resolved::Null)
    }

    /// Whether this is written as `*name`: an edit at [`Node::origin`] would not change the value that is read here.
    pub fn is_alias(self) -> bool {
        matches!(self.tree.slots[self.id as usize].shape, Shape::Alias(_))
    }

    /// Where the value itself stands: [`Node::origin`], or the anchored node for an alias.
    pub fn target_origin(self) -> Origin {
        let mut node = self;
        while let Shape::Alias(target) = self.tree.slots[node.id as usize].shape {
            node.id = target;
        }
        node.origin()
    }

    /// Whether this is a mapping.
    pub fn is_mapping(self) -> bool {
        matches!(self.shape(), Shape::Mapping(..))
    }

    /// Whether this is a sequence.
    pub fn is_sequence(self) -> bool {
        matches!(self.shape(), Shape::Sequence(..))
    }

    /// The items of a sequence; none for anything else.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'a, 't>> + DoubleEndedIterator {
        let links = match *self.shape() {
            Shape::Sequence(from, to) => &self.tree.links[from as usize..to as usize],
            _ => &[],
        };
        links.iter().map(move |&id| self.tree.node(id))
    }

    /// The entries of a mapping in the order of the file, merge keys resolved, duplicates included; none for anything else.
    pub fn entries(self) -> impl ExactSizeIterator<Item = (Node<'a, 't>, Node<'a, 't>)> {
        let links = match *self.shape() {
            Shape::Mapping(from, to) => &self.tree.links[from as usize..to as usize],
            _ => &[],
        };
        links
            .chunks_exact(2)
            .map(move |pair| (self.tree.node(pair[0]), self.tree.node(pair[1])))
    }

    /// The entry of a key; the last one, should there be several.
    pub fn entry(self, key: &str) -> Option<(Node<'a, 't>, Node<'a, 't>)> {
        self.entries()
            .filter(|(name, _)| name.text() == Some(key))
            .last()
    }

    /// The value of a key.
    pub fn get(self, key: &str) -> Option<Node<'a, 't>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The item at `index` of a sequence.
    pub fn item(self, index: usize) -> Option<Node<'a, 't>> {
        self.items().nth(index)
    }

    fn shape(self) -> &'a Shape<'t> {
        let mut id = self.id;
        loop {
            match &self.tree.slots[id as usize].shape {
                Shape::Alias(target) => id = *target,
                shape => return shape,
            }
        }
    }
}

impl std::fmt::Debug for Node<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.shape() {
            Shape::Scalar { text, .. } => write!(f, "{text:?}"),
            Shape::Sequence(..) => f.debug_list().entries(self.items()).finish(),
            Shape::Mapping(..) => f.debug_map().entries(self.entries()).finish(),
            Shape::Alias(_) => unreachable!("`shape` looks through aliases"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn show(text: &str) -> String {
        let tree = Tree::parse(FileId::new(0), 0, text).expect("valid YAML");
        format!("{:?}", tree.root().expect("a value"))
    }

    #[test]
    fn every_key_and_value_knows_its_bytes() {
        let text = "a:\n  - b: \"c d\"\n    e: f\n# end\ng: h\n";
        let tree = Tree::parse(FileId::new(0), 0, text).expect("valid YAML");
        let root = tree.root().expect("a value");
        let slice = |node: Node<'_, '_>| {
            let origin = node.origin();
            &text[origin.start as usize..origin.end as usize]
        };
        let item = root.get("a").and_then(|a| a.item(0)).expect("an item");
        assert_eq!(slice(item), "b: \"c d\"\n    e: f");
        assert_eq!(slice(item.get("b").expect("b")), "\"c d\"");
        assert_eq!(slice(root.entry("g").expect("g").0), "g");
    }

    #[test]
    fn aliases_and_merge_keys_are_resolved() {
        assert_eq!(
            show("a: &x {p: 1}\nb: *x\n"),
            r#"{"a": {"p": "1"}, "b": {"p": "1"}}"#
        );
        assert_eq!(
            show("base: &b {p: 1, q: 2}\nuse:\n  <<: *b\n  q: 3\n"),
            r#"{"base": {"p": "1", "q": "2"}, "use": {"p": "1", "q": "3"}}"#
        );
        // serde_yaml reads the last alias as 3: it numbers anchors by how many names there are.
        assert_eq!(
            show("a: &x 1\nb: &x 2\nc: &y 3\nd: *x\n"),
            r#"{"a": "1", "b": "2", "c": "3", "d": "2"}"#
        );
    }

    #[test]
    fn merge_keys_override_what_stands_above_them() {
        // go-yaml v2 sets keys in the order of the file; YAML's own text would let the mapping win.
        for (text, expected) in [
            ("{q: 3, <<: {q: 2}}\n", r#"{"q": "2"}"#),
            ("{<<: {q: 2}, q: 3}\n", r#"{"q": "3"}"#),
            (
                "{<<: [{q: 1, r: 1}, {q: 2, s: 2}]}\n",
                r#"{"s": "2", "q": "1", "r": "1"}"#,
            ),
            ("{\"<<\": {q: 2}}\n", r#"{"<<": {"q": "2"}}"#),
            (
                "{a: 1, a: 2, <<: {b: 3}}\n",
                r#"{"a": "1", "a": "2", "b": "3"}"#,
            ),
        ] {
            assert_eq!(show(text), expected, "for {text}");
        }
        assert!(Tree::parse(FileId::new(0), 0, "{<<: 1}\n").is_err());
        assert!(Tree::parse(FileId::new(0), 0, "{<<: [1]}\n").is_err());
    }

    #[test]
    fn spans_of_scalars_are_what_a_person_would_edit() {
        let text = "a:\nb: |-\n  x\n  y\n\nc: !!str \"d\" # e\nf: [g, {h: 'i j'}]\nk: &l m\nn: *l\no: p\n  q\n";
        let tree = Tree::parse(FileId::new(0), 100, text).expect("valid YAML");
        let root = tree.root().expect("a value");
        let slice = |node: Node<'_, '_>| {
            let origin = node.origin();
            &text[origin.start as usize - 100..origin.end as usize - 100]
        };
        let values: Vec<_> = root.entries().map(|(_, value)| slice(value)).collect();
        assert_eq!(
            values,
            [
                "",
                "|-\n  x\n  y",
                "!!str \"d\"",
                "[g, {h: 'i j'}]",
                "&l m",
                "*l",
                "p\n  q"
            ]
        );
        assert!(root.get("a").is_some_and(Node::is_null));
        let alias = root.get("n").expect("n");
        assert!(alias.is_alias() && !root.get("k").expect("k").is_alias());
        assert_eq!(alias.text(), Some("m"));
        assert_eq!(alias.target_origin(), root.get("k").expect("k").origin());
    }

    #[test]
    fn tags_and_quotes_decide_what_a_scalar_is() {
        for (text, expected) in [
            ("80", Resolved::Integer(80)),
            ("\"80\"", Resolved::String),
            ("!!str 80", Resolved::String),
            ("! 80", Resolved::String),
            ("!!int \"80\"", Resolved::Integer(80)),
            ("!own 80", Resolved::String),
            ("|\n  80\n", Resolved::String),
        ] {
            let tree = Tree::parse(FileId::new(0), 0, text).expect("valid YAML");
            let resolved = tree.root().and_then(Node::resolved);
            assert_eq!(resolved, Some(expected), "for `{text}`");
        }
    }

    #[test]
    fn collections_are_no_keys() {
        for text in [
            "{a: 1}: 2\n",
            "[a]: 2\n",
            "{{ .Values.host }}\n",
            "? {a: 1}\n",
        ] {
            assert!(Tree::parse(FileId::new(0), 0, text).is_err(), "for {text}");
        }
    }

    #[test]
    fn duplicate_keys_are_kept_beside_the_tree_and_the_last_one_wins() {
        let tree = Tree::parse(FileId::new(0), 0, "a: 1\nb: 2\na: 3\n").expect("valid YAML");
        let root = tree.root().expect("a value");
        assert_eq!(root.get("a").and_then(Node::text), Some("3"));
        let starts: Vec<_> = tree
            .duplicates()
            .map(|(first, again)| (first.origin().start, again.origin().start))
            .collect();
        assert_eq!(starts, [(0, 10)]);
    }

    #[test]
    fn bombs_and_abysses_are_refused() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            writeln!(bomb, "a{level}: &a{level} [{aliases}]").expect("a string");
        }
        let refused = Tree::parse(FileId::new(0), 0, &bomb).expect_err("a bomb");
        assert!(refused.message.contains("aliases expand"), "{refused:?}");
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(Tree::parse(FileId::new(0), 0, &deep).is_err());
        assert!(Tree::parse(FileId::new(0), 0, "a: &x [*x]\n").is_err());
    }

    #[test]
    fn content_after_the_end_marker_is_refused() {
        assert!(Tree::parse(FileId::new(0), 0, "a: 1\n...\nb: 2\n").is_err());
    }
}
