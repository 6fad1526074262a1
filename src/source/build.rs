//! Builds a [`Tree`] from the scanner's events.
//!
//! In: events with their bytes. Out: the nodes, with aliases linked, merge keys resolved in the order in which kubectl
//! resolves them, and duplicate keys noted. Refused: what go-yaml refuses (collections as keys, merges of anything but
//! mappings) and what no manifest needs (depth, expansion).

use std::collections::HashMap;
use std::ops::Range;

use super::events::{Event, EventKind, Events, ScanError};
use super::origin::FileId;
use super::tree::{Id, MAX_DEPTH, MAX_NODES, Shape, Slot, Tree};

/// Reads one document that starts at byte `base` of `file`.
pub(super) fn document(file: FileId, base: u32, text: &str) -> Result<Tree<'_>, ScanError> {
    let mut events = Events::new(text);
    let builder = Builder::new(file, base, text.len(), &mut events);
    let Some(tree) = builder.document()? else {
        return Ok(Tree::empty(file, base, 0));
    };
    match events.next()? {
        Event {
            kind: EventKind::DocumentStart,
            start,
            end: _,
        } => Err(refused(CONTENT_AFTER_END, start)),
        _ => Ok(tree),
    }
}

/// Reads documents that follow each other in `text`, which starts at byte `base` of `file`, with one scanner: making one takes as
/// long as reading a small manifest. `ranges` are the bytes of the documents in the file. `None` when `text` is not just that.
pub(super) fn documents<'t>(
    file: FileId,
    base: u32,
    text: &'t str,
    ranges: &[Range<u32>],
) -> Option<Vec<Tree<'t>>> {
    let mut events = Events::new(text);
    let mut trees = Vec::with_capacity(ranges.len());
    for range in ranges {
        let builder = Builder::new(file, base, range.len(), &mut events);
        let tree = builder.document().ok()??;
        let place = tree.root()?.origin();
        // Between two others, a document that holds nothing is null; by itself it is none.
        if place.start < range.start || range.end < place.end || place.start == place.end {
            return None;
        }
        trees.push(tree);
    }
    let end = events.next().ok()?;
    matches!(end.kind, EventKind::StreamEnd).then_some(trees)
}

struct Builder<'e, 't> {
    tree: Tree<'t>,
    events: &'e mut Events<'t>,
    /// The links of containers that are still open.
    pending: Vec<Id>,
    frames: Vec<Frame>,
    anchors: HashMap<String, Id>,
    /// Size of a node with its aliases expanded; kept only once an anchor has been seen.
    weights: Vec<u64>,
    /// How many entries merge keys have copied.
    merged: usize,
}

struct Frame {
    id: Id,
    first: usize,
}

impl<'e, 't> Builder<'e, 't> {
    fn new(file: FileId, base: u32, length: usize, events: &'e mut Events<'t>) -> Self {
        Self {
            tree: Tree::empty(file, base, length),
            events,
            pending: Vec::new(),
            frames: Vec::new(),
            anchors: HashMap::new(),
            weights: Vec::new(),
            merged: 0,
        }
    }

    /// The next document; `None` at the end of the text.
    fn document(mut self) -> Result<Option<Tree<'t>>, ScanError> {
        loop {
            let Event { kind, start, end } = match self.events.next() {
                Ok(event) => event,
                Err(error) => return Err(self.unclosed(error)),
            };
            match kind {
                EventKind::Scalar {
                    text,
                    plain,
                    typed,
                    anchor,
                } => {
                    let id = self.push(Shape::Scalar { text, plain, typed }, start, end);
                    self.name(anchor, id);
                    self.place(id);
                }
                EventKind::Alias(anchor) => self.alias(&anchor, start, end)?,
                EventKind::SequenceStart { anchor } => {
                    self.open(Shape::Sequence(0, 0), anchor, start, end)?;
                }
                EventKind::MappingStart { anchor } => {
                    self.open(Shape::Mapping(0, 0), anchor, start, end)?;
                }
                EventKind::SequenceEnd | EventKind::MappingEnd => self.close(start, end)?,
                EventKind::DocumentStart | EventKind::Frame => {}
                EventKind::DocumentEnd => return Ok(Some(self.tree)),
                EventKind::StreamEnd => return Ok(None),
            }
        }
    }

    /// At the end of the text the scanner misses some token; what a person misses is the end of the bracket that is open.
    fn unclosed(&self, error: ScanError) -> ScanError {
        let at_end = self.events.text()[error.offset..].trim().is_empty();
        let innermost = self.frames.last().map(|frame| frame.id as usize);
        let opened = innermost.and_then(|id| (self.tree.slots[id].end as usize).checked_sub(1));
        match opened.filter(|&at| matches!(self.events.text().as_bytes()[at], b'[' | b'{')) {
            Some(at) if at_end => refused(UNCLOSED_BRACKET, at),
            _ => error,
        }
    }

    fn alias(&mut self, anchor: &str, start: usize, end: usize) -> Result<(), ScanError> {
        let Some(&target) = self.anchors.get(anchor) else {
            return Err(refused(UNKNOWN_ANCHOR, start));
        };
        if self.frames.iter().any(|frame| frame.id == target) {
            return Err(refused("this alias stands inside its own anchor", start));
        }
        let id = self.push(Shape::Alias(target), start, end);
        self.tree.aliases.push(id);
        if self.weigh(id) > MAX_NODES {
            return Err(beyond(
                "aliases expand to more values than any manifest holds",
                start,
            ));
        }
        self.place(id);
        Ok(())
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
    ) -> Result<(), ScanError> {
        let id = self.push(shape, start, end);
        self.name(anchor, id);
        self.place(id);
        self.frames.push(Frame {
            id,
            first: self.pending.len(),
        });
        if self.frames.len() > MAX_DEPTH {
            return Err(beyond(NESTED_TOO_DEEP, start));
        }
        Ok(())
    }

    fn close(&mut self, start: usize, end: usize) -> Result<(), ScanError> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        let from = offset(self.tree.links.len());
        self.tree.links.extend(self.pending.drain(frame.first..));
        // The scanner ends a block collection at the next token, often lines below; its last entry is its true end.
        let last = self
            .tree
            .links
            .last()
            .filter(|_| self.tree.links.len() > from as usize);
        let last = last.map(|&id| self.tree.slots[id as usize].end);
        let slot = frame.id as usize;
        if matches!(self.tree.slots[slot].shape, Shape::Mapping(..)) {
            self.check_keys(from as usize)?;
            self.note_duplicates(from as usize);
            self.merge(from as usize)?;
        }
        let to = offset(self.tree.links.len());
        let slot = &mut self.tree.slots[slot];
        slot.end = match last {
            Some(last) if start == end => last,
            _ => offset(end),
        };
        slot.shape = match slot.shape {
            Shape::Mapping(..) => Shape::Mapping(from, to),
            _ => Shape::Sequence(from, to),
        };
        Ok(())
    }

    /// go-yaml has no collections as keys; `{{ .Values.host }}` is one.
    fn check_keys(&self, from: usize) -> Result<(), ScanError> {
        let mut keys = self.tree.links[from..].iter().step_by(2);
        match keys.find(|&&id| self.tree.node(id).text().is_none()) {
            Some(&id) => Err(refused(
                COLLECTION_AS_KEY,
                self.tree.slots[id as usize].start as usize,
            )),
            None => Ok(()),
        }
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

    fn is_merge(&self, link: usize) -> bool {
        self.key(link) == Some("<<") && self.tree.node(self.tree.links[link]).is_plain()
    }

    /// Replaces `<<: *base` by the entries of `base`. As in go-yaml v2 the place decides: a base overrides what stands
    /// above it and is overridden by what stands below; of several bases the first wins.
    fn merge(&mut self, from: usize) -> Result<(), ScanError> {
        let links = from..self.tree.links.len();
        if !links.clone().step_by(2).any(|at| self.is_merge(at)) {
            return Ok(());
        }
        let mut merged = Merged::default();
        for at in links.step_by(2) {
            let (key, value) = (self.tree.links[at], self.tree.links[at + 1]);
            if !self.is_merge(at) {
                merged.put(self.tree.node(key).text(), (key, value), true);
                continue;
            }
            let base = self.tree.node(value);
            let bases = if base.is_sequence() {
                base.items().rev().collect()
            } else {
                vec![base]
            };
            for base in bases {
                if !base.is_mapping() {
                    let start = self.tree.slots[value as usize].start as usize;
                    return Err(refused("`<<` merges mappings only", start));
                }
                self.merged += base.entries().len();
                if self.merged as u64 > MAX_NODES {
                    let start = self.tree.slots[value as usize].start as usize;
                    return Err(beyond(
                        "merge keys expand to more values than any manifest holds",
                        start,
                    ));
                }
                for (key, value) in base.entries() {
                    merged.put(key.text(), (key.id, value.id), false);
                }
            }
        }
        let entries: Vec<Id> = merged
            .entries
            .into_iter()
            .flatten()
            .flat_map(|(key, value)| [key, value])
            .collect();
        self.tree.links.truncate(from);
        self.tree.links.extend(entries);
        Ok(())
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

/// The entries of a mapping with merge keys, while they are put together.
#[derive(Default)]
struct Merged<'a> {
    /// None where a later entry has taken over.
    entries: Vec<Option<(Id, Id)>>,
    /// Where the entry of a key stands, and whether the mapping itself wrote it.
    places: HashMap<Option<&'a str>, (usize, bool)>,
}

impl<'a> Merged<'a> {
    /// A key that the mapping wrote twice stays there twice, as everywhere.
    fn put(&mut self, name: Option<&'a str>, entry: (Id, Id), own: bool) {
        let place = (self.entries.len(), own);
        if let Some((old, was_own)) = self.places.insert(name, place)
            && !(own && was_own)
        {
            self.entries[old] = None;
        }
        self.entries.push(Some(entry));
    }
}

pub(super) const UNKNOWN_ANCHOR: &str = "this alias has no anchor before it";
pub(super) const COLLECTION_AS_KEY: &str = "a mapping or a list cannot be a key";
pub(super) const CONTENT_AFTER_END: &str = "content after the end of the document";
pub(super) const NESTED_TOO_DEEP: &str = "nested deeper than any manifest";
pub(super) const UNCLOSED_BRACKET: &str = "a bracket that is never closed";

fn refused(message: &str, offset: usize) -> ScanError {
    ScanError {
        message: message.to_owned(),
        offset,
        context: None,
        is_limit: false,
    }
}

fn beyond(message: &str, offset: usize) -> ScanError {
    ScanError {
        is_limit: true,
        ..refused(message, offset)
    }
}

/// Files over 4 GiB are refused long before a tree is built.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
