//! Comments: `# ingressc: ignore[ING402] reason`.
//!
//! One mutes what its line is part of; one that stands alone on its line also what begins on the line below it, or below the comments
//! that follow. What looks like a comment and stands in a string is none: the document's tree tells.

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memmem;

use super::directive::{Directive, Place, words};
use super::{Lookup, MutedBy, Spot};
use crate::finding::{Code, Finding};
use crate::source::{File, FileId, FileKind, Origin, Sources, Tree, documents_of};

/// What every suppression in a file has.
const NAME: &[u8] = b"ingressc";

/// Where the words of suppressions occur in a text, whatever they are there.
pub(super) struct Places {
    /// The bytes of `ingressc:` behind a `#`: of the `#`, and behind the colon.
    pub(super) comments: Vec<Range<usize>>,
    /// The bytes of `ingressc/ignore`.
    pub(super) annotations: Vec<usize>,
}

/// Looks for the words.
pub(super) fn places(text: &str) -> Places {
    let mut places = Places {
        comments: Vec::new(),
        annotations: Vec::new(),
    };
    for at in memmem::find_iter(text.as_bytes(), NAME) {
        let behind = &text[at + NAME.len()..];
        if behind.starts_with(':') {
            let before = text[..at].trim_end_matches([' ', '\t']);
            if let Some(before) = before.strip_suffix('#')
                && (before.is_empty() || before.ends_with([' ', '\t', '\n']))
            {
                places.comments.push(before.len()..at + NAME.len() + 1);
            }
        } else if ["/ignore", "\\/ignore"]
            .iter()
            .any(|key| behind.starts_with(key))
        {
            places.annotations.push(at);
        }
    }
    places
}

/// A document in which the words occur.
pub(super) struct Part<'s> {
    pub(super) file: FileId,
    /// `None` between documents, where only comments are.
    pub(super) tree: Option<Tree<'s>>,
    comments: Vec<Range<usize>>,
    /// Whether the annotation may be in it.
    pub(super) annotated: bool,
}

impl Places {
    /// The documents that they are in. Those that cannot be read are left out: nothing in them is known to be a comment.
    pub(super) fn parts<'s>(&self, sources: &'s Sources, id: FileId) -> Vec<Part<'s>> {
        let file = sources.file(id);
        let documents: Vec<Range<usize>> = match file.kind {
            FileKind::Manifests => documents_of(sources, id)
                .iter()
                .map(|document| document.start as usize..document.end as usize)
                .collect(),
            _ => std::iter::once(0..file.text.len()).collect(),
        };
        let mut parts = Vec::new();
        let mut comments = self.comments.iter().cloned().peekable();
        let mut annotations = self.annotations.iter().copied().peekable();
        let ends = documents.into_iter().map(Some).chain([None]);
        for document in ends {
            let start = document.as_ref().map_or(file.text.len(), |it| it.start);
            let end = document.as_ref().map_or(file.text.len(), |it| it.end);
            let mut take = |to: usize| {
                let mut taken = Vec::new();
                while let Some(comment) = comments.next_if(|comment| comment.start < to) {
                    taken.push(comment);
                }
                taken
            };
            let (outside, inside) = (take(start), take(end));
            while annotations.next_if(|at| *at < start).is_some() {}
            let mut annotated = false;
            while annotations.next_if(|at| *at < end).is_some() {
                annotated = true;
            }
            if !outside.is_empty() {
                parts.push(Part {
                    file: id,
                    tree: None,
                    comments: outside,
                    annotated: false,
                });
            }
            if (annotated || !inside.is_empty())
                && let Some(range) = document
                && let Ok(base) = u32::try_from(range.start)
                && let Ok(tree) = Tree::parse(id, base, &file.text[range])
            {
                parts.push(Part {
                    file: id,
                    tree: Some(tree),
                    comments: inside,
                    annotated,
                });
            }
        }
        parts
    }
}

/// The comments of a run, by file and rule.
#[derive(Debug, Default)]
pub(super) struct Comments {
    by_rule: BTreeMap<(FileId, Code), Lines>,
    /// What has been read: the directive, its line, and whether it stands there alone.
    read: Vec<(usize, usize, bool)>,
}

/// The comments about one rule in one file.
#[derive(Debug, Default)]
struct Lines {
    /// By the line that they stand on.
    own: Marks,
    /// By the line below.
    below: Marks,
}

impl Comments {
    /// Reads the comments of a document.
    pub(super) fn read(
        &mut self,
        sources: &Sources,
        part: &Part<'_>,
        lookup: Lookup<'_>,
        directives: &mut Vec<Directive>,
    ) {
        let file = sources.file(part.file);
        let scalars = part.tree.as_ref().map(Tree::scalars).unwrap_or_default();
        let mut known = (usize::MAX, false);
        for (index, comment) in part.comments.iter().enumerate() {
            if !is_comment(&file.text, &scalars, comment.start) {
                continue;
            }
            let next = part.comments.get(index + 1).map(|next| next.start);
            let (line, range) = line(file, comment.start);
            let end = next.map_or(range.end, |next| next.min(range.end));
            if let Some(directive) =
                directive(part.file, &file.text, (comment, end, &range), lookup)
            {
                // Asked once a line, which may be all of a file.
                if known.0 != line {
                    known = (line, file.text[range].trim_start().starts_with('#'));
                }
                self.read.push((directives.len(), line, known.1));
                directives.push(directive);
            }
        }
    }

    /// Puts what was read in order.
    pub(super) fn index(&mut self, sources: &Sources, directives: &[Directive]) {
        // From the last to the first: comments that stack share the line below all of them.
        let mut below: Option<(FileId, usize, usize)> = None;
        for &(index, line, alone) in self.read.iter().rev() {
            let directive = &directives[index];
            let id = directive.origin.file;
            let target = alone.then(|| line_below(sources.file(id), id, line, below));
            if let Some(target) = target {
                below = Some((id, line, target));
            }
            for (word, rule) in directive.words.iter().enumerate() {
                let Some(code) = rule.mutable() else {
                    continue;
                };
                let lines = self.by_rule.entry((id, code)).or_default();
                lines.own.add(line, (index, word));
                if let Some(target) = target {
                    lines.below.add(target, (index, word));
                }
            }
        }
        for lines in self.by_rule.values_mut() {
            lines.own.sort();
            lines.below.sort();
        }
    }

    /// The first comment that mutes a finding. Remembers all of them.
    pub(super) fn mute(&mut self, finding: &Finding, sources: &Sources) -> Option<Spot> {
        let origin = finding.origin()?;
        let lines = self.by_rule.get_mut(&(origin.file, finding.code))?;
        let file = sources.file(origin.file);
        let last = origin.end.saturating_sub(1).max(origin.start);
        let (from, to) = (line_of(file, origin.start), line_of(file, last));
        let above = lines.below.mark(from, from);
        above.or(lines.own.mark(from, to))
    }

    /// The words that muted something.
    pub(super) fn used(&self) -> impl Iterator<Item = Spot> {
        let lines = self.by_rule.values();
        lines.flat_map(|lines| lines.own.used().chain(lines.below.used()))
    }
}

/// Comments by line, and how often each was of use.
#[derive(Debug, Default)]
struct Marks {
    spots: Vec<(usize, Spot)>,
    /// How many uses begin at a spot, less those that ended before it: a use of many spots costs no more than a use of one.
    uses: Vec<i64>,
}

impl Marks {
    fn add(&mut self, line: usize, spot: Spot) {
        self.spots.push((line, spot));
    }

    fn sort(&mut self) {
        self.spots.sort_unstable();
        self.uses = vec![0; self.spots.len() + 1];
    }

    /// Uses the spots of lines `from..=to`; the first of them.
    fn mark(&mut self, from: usize, to: usize) -> Option<Spot> {
        let start = self.spots.partition_point(|(line, _)| *line < from);
        let end = self.spots.partition_point(|(line, _)| *line <= to);
        if start >= end {
            return None;
        }
        self.uses[start] += 1;
        self.uses[end] -= 1;
        Some(self.spots[start].1)
    }

    fn used(&self) -> impl Iterator<Item = Spot> {
        let mut uses = 0;
        let spots = self.spots.iter().zip(&self.uses);
        spots.filter_map(move |(&(_, spot), change)| {
            uses += change;
            (uses > 0).then_some(spot)
        })
    }
}

/// The number of a byte's line, from 0.
fn line_of(file: &File, at: u32) -> usize {
    file.line_starts().partition_point(|&start| start <= at) - 1
}

/// A byte's line, and its bytes without the line feed.
fn line(file: &File, at: usize) -> (usize, Range<usize>) {
    let number = line_of(file, u32::try_from(at).unwrap_or(u32::MAX));
    (number, bytes_of(file, number))
}

fn bytes_of(file: &File, line: usize) -> Range<usize> {
    let start = |line: usize| file.line_starts().get(line).map(|&start| start as usize);
    let end = start(line + 1).map_or(file.text.len(), |next| next - 1);
    let begin = start(line).unwrap_or(end).min(end);
    let text = file.text[begin..end].strip_suffix('\r');
    begin..text.map_or(end, |text| begin + text.len())
}

/// The first line below `line` that is no comment. `known` is a line further down of which that is known.
fn line_below(
    file: &File,
    id: FileId,
    line: usize,
    known: Option<(FileId, usize, usize)>,
) -> usize {
    let mut next = line + 1;
    while file.text[bytes_of(file, next)]
        .trim_start()
        .starts_with('#')
    {
        if let Some((_, _, target)) = known.filter(|known| (known.0, known.1) == (id, next)) {
            return target;
        }
        next += 1;
    }
    next
}

/// Whether a `#` begins a comment, or is part of one.
fn is_comment(text: &str, scalars: &[Origin], at: usize) -> bool {
    let next = scalars.partition_point(|scalar| scalar.start as usize <= at);
    let before = next.checked_sub(1).map(|last| scalars[last]);
    let Some(scalar) = before.filter(|scalar| at < scalar.end as usize) else {
        return true;
    };
    // Behind the `|` of a block scalar there may be one, before its text begins.
    let head = &text[scalar.start as usize..at];
    !head.contains('\n')
        && head
            .split([' ', '\t'])
            .find(|word| !word.is_empty() && !word.starts_with(['!', '&']))
            .is_some_and(|word| word.starts_with(['|', '>']))
}

/// Reads a comment that begins with `ingressc:`. `None` when it says something else.
fn directive(
    file: FileId,
    text: &str,
    (comment, end, line): (&Range<usize>, usize, &Range<usize>),
    lookup: Lookup<'_>,
) -> Option<Directive> {
    let body = text[comment.end..end].trim_end();
    let said = body.trim_start();
    let verb = said.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let verb = &said[..said.len() - verb.len()];
    let rest = said[verb.len()..].trim_start();
    let bracket = rest.starts_with('[').then(|| rest.find(']')).flatten();
    // Somebody may write a sentence about the tool.
    let slip =
        verb != "ignore" && (bracket.is_none() || strsim::damerau_levenshtein(verb, "ignore") > 2);
    if slip {
        return None;
    }
    let begin = comment.end + (body.len() - said.len());
    let stop = comment.end + body.len();
    let list = bracket.filter(|_| verb == "ignore").map(|bracket| {
        let open = stop - rest.len() + 1;
        open..open + bracket - 1
    });
    let reason = list.as_ref().map_or("", |list| &text[list.end + 1..stop]);
    Some(Directive {
        by: MutedBy::Comment,
        origin: Origin::new(file, begin..list.as_ref().map_or(stop, |list| list.end + 1)),
        words: list.as_ref().map_or_else(Vec::new, |list| {
            words(
                &text[list.clone()],
                Place::Written(file, list.start),
                lookup,
            )
        }),
        reason: reason
            .trim_start_matches([':', '-', '–', '—', ' ', '\t'])
            .to_owned(),
        object: None,
        whole: Some(Origin::new(file, whole(text, comment.start, end, line))),
        list: list.map(|list| Origin::new(file, list)),
    })
}

/// What goes with a comment: its line if it stands there alone, else the blanks before it, too.
fn whole(text: &str, start: usize, end: usize, line: &Range<usize>) -> Range<usize> {
    if end < line.end {
        return start..end;
    }
    let before = text[line.start..start].trim_end();
    if before.is_empty() {
        let feed = text[line.end..].find('\n');
        return line.start..feed.map_or(text.len(), |feed| line.end + feed + 1);
    }
    line.start + before.len()..line.end
}
