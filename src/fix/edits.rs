//! Which edits can be made together, and what becomes of the texts.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::finding::{Code, Edit, Fingerprint, Fix};
use crate::source::{Document, FileId, FileKind, Sources, Tree, documents};

/// Why a fix is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The file is no manifest.
    NoManifest,
    /// The file holds JSON's surrogates, which were rewritten: where the edit belongs in it is not known.
    Rewritten,
    /// The value is anchored, and aliases name it: it would change in other places, too.
    Shared,
    /// The edits cannot be made, or change nothing.
    Unusable,
    /// There would be another mistake: its rule, and the object or else the file.
    Worse(Code, String),
}

/// What goes of each file, and what comes.
pub(super) type Edits<'f> = BTreeMap<FileId, Vec<(Range<usize>, &'f str)>>;

/// A fix that can be made.
pub(super) struct Ready<'f> {
    pub(super) mark: &'f Fingerprint,
    pub(super) edits: Edits<'f>,
    /// The object in which the mended error hid what a later stage would have found.
    pub(super) hides: Option<String>,
}

/// The fixes of one round, none of which gets in another one's way.
pub(super) struct Desk<'f> {
    pub(super) sources: &'f Sources,
    pub(super) ready: Vec<Ready<'f>>,
    /// The first file of each name: one that is read for several clusters is one file on the disk.
    first: HashMap<(&'f str, bool), FileId>,
    /// The bytes that somebody edits, from start to end.
    taken: HashMap<FileId, BTreeMap<usize, usize>>,
    shared: Shared,
}

impl<'f> Desk<'f> {
    pub(super) fn new(sources: &'f Sources) -> Self {
        let mut first = HashMap::new();
        for (id, file) in sources.iter() {
            first.entry((&*file.name, file.is_stdin())).or_insert(id);
        }
        Self {
            sources,
            ready: Vec::new(),
            first,
            taken: HashMap::new(),
            shared: Shared::default(),
        }
    }

    /// Takes a fix, unless it has to wait for the next round.
    pub(super) fn take(
        &mut self,
        fix: &'f Fix,
        mark: &'f Fingerprint,
        hides: Option<String>,
    ) -> Result<(), Why> {
        let mut edits = Edits::new();
        for edit in &fix.edits {
            let (id, range) = self.place(edit)?;
            edits
                .entry(id)
                .or_default()
                .push((range, &*edit.replacement));
        }
        let mut changes = false;
        for (&id, edits) in &mut edits {
            let text = &self.sources.file(id).text;
            changes |= edits
                .iter()
                .any(|(range, new)| &text[range.clone()] != *new);
            edits.sort_by_key(|(range, _)| (range.start, range.end));
            if edits.windows(2).any(|pair| meet(&pair[0].0, &pair[1].0)) {
                return Err(Why::Unusable);
            }
        }
        if !changes {
            return Err(Why::Unusable);
        }
        let mut ranges = edits
            .iter()
            .flat_map(|(&id, edits)| edits.iter().map(move |(range, _)| (id, range)));
        if ranges.clone().any(|(id, range)| self.is_taken(id, range)) {
            return Ok(());
        }
        for (id, range) in ranges.by_ref() {
            let taken = self.taken.entry(id).or_default();
            taken.insert(range.start, range.end);
        }
        self.ready.push(Ready { mark, edits, hides });
        Ok(())
    }

    /// Where an edit is made.
    fn place(&mut self, edit: &Edit) -> Result<(FileId, Range<usize>), Why> {
        let file = self.sources.file(edit.origin.file);
        if file.kind != FileKind::Manifests {
            return Err(Why::NoManifest);
        }
        if file.bytes().is_none() {
            return Err(Why::Rewritten);
        }
        let id = self.first[&(&*file.name, file.is_stdin())];
        let range = edit.origin.start as usize..edit.origin.end as usize;
        if self.sources.file(id).text.get(range.clone()).is_none() {
            return Err(Why::Unusable);
        }
        if self.shared.has(self.sources, id, &range) {
            return Err(Why::Shared);
        }
        Ok((id, range))
    }

    fn is_taken(&self, id: FileId, range: &Range<usize>) -> bool {
        let Some(taken) = self.taken.get(&id) else {
            return false;
        };
        let mut before = taken.range(..=range.end).rev();
        // They do not overlap: whoever ends before this one has only such before him.
        before
            .next()
            .is_some_and(|(&start, &end)| meet(&(start..end), range))
            || before
                .next()
                .is_some_and(|(&start, &end)| meet(&(start..end), range))
    }
}

/// Whether two edits have bytes in common, or would put text in at one place.
fn meet(a: &Range<usize>, b: &Range<usize>) -> bool {
    let overlap = a.start < b.end && b.start < a.end;
    let touch = a.start <= b.end && b.start <= a.end;
    overlap || touch && (a.is_empty() || b.is_empty())
}

/// The places of values that aliases name, by file; a file is read when somebody asks.
#[derive(Default)]
struct Shared {
    documents: Option<HashMap<FileId, Vec<Document>>>,
    /// Where each starts, and where the last of those ends that start no later: they may lie in each other.
    places: HashMap<FileId, Vec<(usize, usize)>>,
}

impl Shared {
    fn has(&mut self, sources: &Sources, id: FileId, edit: &Range<usize>) -> bool {
        let text = &sources.file(id).text;
        if !(text.contains('&') && text.contains('*')) {
            return false;
        }
        let documents = self.documents.get_or_insert_with(|| {
            let mut by_file: HashMap<_, Vec<_>> = HashMap::new();
            for document in documents(sources).0 {
                by_file.entry(document.file).or_default().push(document);
            }
            by_file
        });
        let places = self.places.entry(id).or_insert_with(|| {
            let documents = documents.get(&id).into_iter().flatten();
            let trees = documents.filter_map(|it| Tree::parse(id, it.start, it.text(sources)).ok());
            let mut places: Vec<_> = trees
                .flat_map(|tree| tree.shared().collect::<Vec<_>>())
                .map(|origin| (origin.start as usize, origin.end as usize))
                .collect();
            places.sort_unstable();
            let mut last = 0;
            for (_, end) in &mut places {
                last = last.max(*end);
                *end = last;
            }
            places
        });
        // An edit that puts something in changes what it touches; any other one what it overlaps.
        let touches = usize::from(edit.is_empty());
        let before = places.partition_point(|&(start, _)| start < edit.end + touches);
        let last = before.checked_sub(1).map(|at| places[at].1);
        last.is_some_and(|end| end + touches > edit.start)
    }
}

/// The texts after these fixes, by file.
pub(super) fn texts<'r, 'f: 'r>(
    sources: &Sources,
    fixes: impl Iterator<Item = &'r Ready<'f>>,
) -> BTreeMap<FileId, String> {
    let mut all = Edits::new();
    for ready in fixes {
        for (&id, edits) in &ready.edits {
            all.entry(id).or_default().extend(edits.iter().cloned());
        }
    }
    let changed = all.into_iter().map(|(id, mut edits)| {
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let old = &sources.file(id).text;
        let mut new = String::with_capacity(old.len());
        let mut copied = 0;
        for (range, replacement) in edits {
            new.push_str(&old[copied..range.start]);
            new.push_str(replacement);
            copied = range.end;
        }
        new.push_str(&old[copied..]);
        (id, new)
    });
    changed.collect()
}
