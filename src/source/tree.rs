//! One YAML document as a tree whose every key and value knows its bytes.
//!
//! In: the text of one document and where it starts in its file. Out: a [`Tree`], read through the cheap cursor [`Node`].
//! Aliases and merge keys are already resolved, as kubectl does before anybody sees the object; duplicate keys are kept
//! beside the tree, because the last one wins in a cluster and the first one is what the reader of the file believes.

use std::borrow::Cow;
use std::collections::HashMap;

use super::events::{Event, EventKind, Events, ScanError};
use super::origin::{FileId, Origin};
use super::scalar::{Resolved, resolve};

/// Deeper nesting than this is refused. Kubernetes objects stay below twenty.
pub const MAX_DEPTH: usize = 100;
/// More nodes than this after expanding aliases is refused ("billion laughs").
pub const MAX_NODES: u64 = 4_000_000;

type Id = u32;

/// A document's nodes. Build it with [`Tree::parse`].
#[derive(Debug)]
pub struct Tree<'t> {
    file: FileId,
    base: u32,
    slots: Vec<Slot<'t>>,
    links: Vec<Id>,
    root: Option<Id>,
    duplicates: Vec<(Id, Id)>,
    aliases: Vec<Id>,
}

#[derive(Debug)]
struct Slot<'t> {
    shape: Shape<'t>,
    start: u32,
    end: u32,
}

#[derive(Debug)]
enum Shape<'t> {
    Scalar {
        text: Cow<'t, str>,
        plain: bool,
        tag: Option<Box<str>>,
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
    id: Id,
}

impl<'t> Tree<'t> {
    /// Reads one document that starts at byte `base` of `file`. Limits: [`MAX_DEPTH`], [`MAX_NODES`].
    pub fn parse(file: FileId, base: u32, text: &'t str) -> Result<Self, ScanError> {
        Builder::new(file, base, text).run()
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

    fn node(&self, id: Id) -> Node<'_, 't> {
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
            Shape::Scalar { text, plain, tag } => Some(match tag.as_deref() {
                Some("tag:yaml.org,2002:str" | "!") => Resolved::String,
                _ if *plain => resolve(text),
                _ => Resolved::String,
            }),
            _ => None,
        }
    }

    /// Whether this is `null`, `~` or nothing at all.
    pub fn is_null(self) -> bool {
        self.resolved() == Some(Resolved::Null)
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

struct Builder<'t> {
    tree: Tree<'t>,
    events: Events<'t>,
    /// The links of containers that are still open.
    pending: Vec<Id>,
    frames: Vec<Frame>,
    anchors: HashMap<String, Id>,
    /// Size of a node with its aliases expanded; kept only once an anchor has been seen.
    weights: Vec<u64>,
}

struct Frame {
    id: Id,
    first: usize,
}

impl<'t> Builder<'t> {
    fn new(file: FileId, base: u32, text: &'t str) -> Self {
        // A manifest line holds about two nodes in 30 bytes: one allocation instead of a dozen.
        let nodes = text.len() / 12;
        Self {
            tree: Tree {
                file,
                base,
                slots: Vec::with_capacity(nodes),
                links: Vec::with_capacity(nodes),
                root: None,
                duplicates: Vec::new(),
                aliases: Vec::new(),
            },
            events: Events::new(text),
            pending: Vec::new(),
            frames: Vec::new(),
            anchors: HashMap::new(),
            weights: Vec::new(),
        }
    }

    fn run(mut self) -> Result<Tree<'t>, ScanError> {
        let mut documents = 0;
        loop {
            let Event { kind, start, end } = self.events.next()?;
            let fail = |message: &str| {
                Err(ScanError {
                    message: message.to_owned(),
                    offset: start,
                })
            };
            match kind {
                EventKind::Scalar {
                    text,
                    plain,
                    anchor,
                    tag,
                } => {
                    let tag = tag.map(String::into_boxed_str);
                    let id = self.push(Shape::Scalar { text, plain, tag }, start, end);
                    self.name(anchor, id);
                    self.place(id);
                }
                EventKind::Alias(anchor) => {
                    let Some(&target) = self.anchors.get(&anchor) else {
                        return fail("this alias has no anchor before it");
                    };
                    if self.frames.iter().any(|frame| frame.id == target) {
                        return fail("this alias stands inside its own anchor");
                    }
                    let id = self.push(Shape::Alias(target), start, end);
                    self.tree.aliases.push(id);
                    if self.weigh(id) > MAX_NODES {
                        return fail("aliases expand to more values than any manifest holds");
                    }
                    self.place(id);
                }
                EventKind::SequenceStart { anchor } => {
                    if self.open(Shape::Sequence(0, 0), anchor, start, end) > MAX_DEPTH {
                        return fail("nested deeper than any manifest");
                    }
                }
                EventKind::MappingStart { anchor } => {
                    if self.open(Shape::Mapping(0, 0), anchor, start, end) > MAX_DEPTH {
                        return fail("nested deeper than any manifest");
                    }
                }
                EventKind::SequenceEnd | EventKind::MappingEnd => self.close(start, end),
                EventKind::DocumentStart if documents > 0 => {
                    return fail(
                        "content after the end of the document; start the next one with `---`",
                    );
                }
                EventKind::DocumentStart => documents += 1,
                EventKind::Frame => {}
                EventKind::StreamEnd => return Ok(self.tree),
            }
        }
    }

    fn push(&mut self, shape: Shape<'t>, start: usize, end: usize) -> Id {
        let id = offset(self.tree.slots.len());
        self.tree.slots.push(Slot {
            shape,
            start: offset(start),
            end: offset(end),
        });
        id
    }

    fn name(&mut self, anchor: Option<String>, id: Id) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, id);
        }
    }

    fn place(&mut self, id: Id) {
        if self.frames.is_empty() {
            self.tree.root = Some(id);
        } else {
            self.pending.push(id);
        }
    }

    fn open(
        &mut self,
        shape: Shape<'t>,
        anchor: Option<String>,
        start: usize,
        end: usize,
    ) -> usize {
        let id = self.push(shape, start, end);
        self.name(anchor, id);
        self.place(id);
        self.frames.push(Frame {
            id,
            first: self.pending.len(),
        });
        self.frames.len()
    }

    fn close(&mut self, start: usize, end: usize) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let from = offset(self.tree.links.len());
        self.tree.links.extend(self.pending.drain(frame.first..));
        let slot = frame.id as usize;
        if matches!(self.tree.slots[slot].shape, Shape::Mapping(..)) {
            self.note_duplicates(from as usize);
            self.merge(from as usize);
        }
        let to = offset(self.tree.links.len());
        // The scanner ends a block collection at the next token, often lines below; its last entry is its true end.
        let last = self.tree.links[from as usize..]
            .iter()
            .map(|&id| self.tree.slots[id as usize].end)
            .max();
        let slot = &mut self.tree.slots[slot];
        slot.end = match last {
            Some(last) if start == end => last,
            _ => offset(end),
        };
        slot.shape = match slot.shape {
            Shape::Mapping(..) => Shape::Mapping(from, to),
            _ => Shape::Sequence(from, to),
        };
    }

    fn key(&self, link: usize) -> Option<&str> {
        self.tree.node(self.tree.links[link]).text()
    }

    /// Records keys that stand twice. Small mappings, which is all but every one, are compared pair by pair.
    fn note_duplicates(&mut self, from: usize) {
        let links = from..self.tree.links.len();
        let mut found = Vec::new();
        if links.len() <= 40 {
            for later in links.clone().step_by(2).skip(1) {
                let key = self.key(later);
                let earlier = links.clone().step_by(2).take_while(|&at| at < later);
                if key.is_some()
                    && let Some(first) = earlier.into_iter().find(|&at| self.key(at) == key)
                {
                    found.push((self.tree.links[first], self.tree.links[later]));
                }
            }
        } else {
            let mut seen = HashMap::with_capacity(links.len() / 2);
            for at in links.step_by(2) {
                if let Some(key) = self.key(at)
                    && let Some(first) = seen.insert(key, at)
                {
                    found.push((self.tree.links[first], self.tree.links[at]));
                }
            }
        }
        self.tree.duplicates.extend(found);
    }

    /// Replaces `<<: *base` by the entries of `base` that the mapping does not set itself.
    fn merge(&mut self, from: usize) {
        let is_merge = |builder: &Self, at: usize| {
            builder.key(at) == Some("<<") && builder.tree.node(builder.tree.links[at]).is_plain()
        };
        if !(from..self.tree.links.len())
            .step_by(2)
            .any(|at| is_merge(self, at))
        {
            return;
        }
        let mut own = Vec::new();
        let mut bases = Vec::new();
        for at in (from..self.tree.links.len()).step_by(2) {
            if is_merge(self, at) {
                let base = self.tree.node(self.tree.links[at + 1]);
                if base.is_sequence() {
                    bases.extend(base.items().map(|item| item.id));
                } else {
                    bases.push(base.id);
                }
            } else {
                own.extend([self.tree.links[at], self.tree.links[at + 1]]);
            }
        }
        for base in bases {
            let inherited: Vec<_> = self
                .tree
                .node(base)
                .entries()
                .map(|(key, value)| (key.id, value.id))
                .collect();
            for (key, value) in inherited {
                let name = self.tree.node(key).text();
                if !own
                    .iter()
                    .step_by(2)
                    .any(|&id| self.tree.node(id).text() == name)
                {
                    own.extend([key, value]);
                }
            }
        }
        self.tree.links.truncate(from);
        self.tree.links.extend(own);
    }

    /// The number of values below `id`, aliases expanded. Memoised, so a chain of aliases costs what it is long.
    fn weigh(&mut self, id: Id) -> u64 {
        let slot = id as usize;
        if self.weights.len() <= slot {
            self.weights.resize(self.tree.slots.len(), 0);
        }
        if self.weights[slot] > 0 {
            return self.weights[slot];
        }
        let children: Vec<Id> = match self.tree.slots[slot].shape {
            Shape::Scalar { .. } => Vec::new(),
            Shape::Alias(target) => vec![target],
            Shape::Sequence(from, to) | Shape::Mapping(from, to) => {
                self.tree.links[from as usize..to as usize].to_vec()
            }
        };
        let below: u64 = children
            .into_iter()
            .map(|child| self.weigh(child))
            .fold(1, u64::saturating_add);
        self.weights[slot] = below;
        below
    }
}

/// Files over 4 GiB are refused long before a tree is built.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
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
            r#"{"base": {"p": "1", "q": "2"}, "use": {"q": "3", "p": "1"}}"#
        );
        // serde_yaml reads the last alias as 3: it numbers anchors by how many names there are.
        assert_eq!(
            show("a: &x 1\nb: &x 2\nc: &y 3\nd: *x\n"),
            r#"{"a": "1", "b": "2", "c": "3", "d": "2"}"#
        );
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
            bomb += &format!("a{level}: &a{level} [{aliases}]\n");
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
