//! Where a value came from: a file and the bytes in it. Cheap to copy, resolved to line and column only when shown.

use std::ops::Range;

/// A file of the run, by its number in [`super::Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// The `index`-th file of the run.
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// Its place in [`super::Sources`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Bytes `start..end` of a file's normalised text. Ordered by file, then start: the order in which findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Origin {
    /// The bytes `range` of `file`. Offsets beyond 4 GiB, which no input reaches, stick at the end.
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            file,
            start: offset(range.start),
            end: offset(range.end),
        }
    }
}

/// A value that remembers where it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The bytes that say so.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// `value`, as written at `origin`.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// The same place, another reading of it.
    pub fn map<U>(self, read: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced {
            value: read(self.value),
            origin: self.origin,
        }
    }
}

impl Sourced<String> {
    /// The bytes of the file that say `range` of the value. `None` when the value is not written as it is read, as in a block scalar.
    pub fn part(&self, range: Range<usize>) -> Option<Origin> {
        let (text, origin) = (&self.value, self.origin);
        let written = usize::try_from(origin.end - origin.start).ok()?;
        if !text.is_ascii() || text.contains('\n') || range.end > text.len() || range.is_empty() {
            return None;
        }
        // Plain, or with two quotes around it. Escapes and line breaks are longer in the file than in the value.
        let quote = match written.checked_sub(text.len())? {
            0 => 0,
            2 => 1,
            _ => return None,
        };
        let offset = |at: usize| u32::try_from(at + quote).ok();
        Some(Origin {
            start: origin.start + offset(range.start)?,
            end: origin.start + offset(range.end)?,
            ..origin
        })
    }
}
