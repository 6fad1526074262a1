//! The files of a run: normalised text, display name, and the way from a byte to line and column.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::columns::{Columns, STEP, Width};
use super::normalise::{Normalised, Written};
use super::origin::{FileId, Origin};

/// One input. Its text is what the scanner reads: UTF-8, without a byte order mark, ending in a line feed.
#[derive(Debug)]
pub struct File {
    /// How the user named it, with `/` between folders; `<stdin>` or `--stdin-filename` for standard input.
    pub name: String,
    /// The normalised text that every [`Origin`] points into.
    pub text: String,
    /// What it is read as.
    pub kind: FileKind,
    /// Which of the configured clusters it belongs to; 0 where there is but one, and for files of no cluster.
    pub cluster: u16,
    /// Whether `text` is what the file says: not for a file that is no UTF-8, encrypted or too large.
    readable: bool,
    /// Whether it came from standard input, and `name` is what it is called.
    stdin: bool,
    written: Written,
    lines: OnceLock<Vec<u32>>,
    /// Only for long lines.
    columns: OnceLock<Columns>,
}

/// What a file is read as. All kinds can be pointed at by findings and by the provenance of the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum FileKind {
    /// Kubernetes objects.
    #[default]
    Manifests,
    /// A list of servers by Service port.
    Inventory,
    /// Lines of HAProxy's language, by the operator.
    Fragment,
    /// The tool's own configuration.
    Config,
    /// Which Service port has which port.
    Lock,
}

/// A place as editors count it. Ordered as in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1, in Unicode characters.
    pub column: u32,
}

impl File {
    /// An input called `name`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            kind: FileKind::Manifests,
            cluster: 0,
            readable: true,
            stdin: false,
            written: Written::default(),
            lines: OnceLock::new(),
            columns: OnceLock::new(),
        }
    }

    /// An input that has been read.
    pub(super) fn read(name: impl Into<String>, normalised: Normalised) -> Self {
        Self {
            written: normalised.written,
            ..Self::new(name, normalised.text)
        }
    }

    /// The same file, from standard input or not.
    pub(super) fn stdin(mut self, stdin: bool) -> Self {
        self.stdin = stdin;
        self
    }

    /// The same file with another text. It is read as that one was, and has its way back to bytes.
    #[must_use]
    pub fn with_text(&self, text: impl Into<String>) -> Self {
        Self {
            name: self.name.clone(),
            text: text.into(),
            kind: self.kind,
            cluster: self.cluster,
            readable: self.readable,
            stdin: self.stdin,
            written: self.written,
            lines: OnceLock::new(),
            columns: OnceLock::new(),
        }
    }

    /// What the file holds, byte for byte: its text, with the byte order mark and without the last line feed where the file was read
    /// so. `None` when there is no way back, since JSON's surrogates were rewritten or the file is no text.
    pub fn bytes(&self) -> Option<String> {
        self.written.bytes(&self.text).filter(|_| self.readable)
    }

    /// Whether it came from standard input: then `name` is what it is called, and nothing on the disk.
    pub fn is_stdin(&self) -> bool {
        self.stdin
    }

    /// The same file, read as something else than manifests.
    #[must_use]
    pub fn kind(mut self, kind: FileKind) -> Self {
        self.kind = kind;
        self
    }

    /// The same file, of another cluster than the first.
    #[must_use]
    pub fn cluster(mut self, cluster: u16) -> Self {
        self.cluster = cluster;
        self
    }

    /// An input that is not read on; `text` is only shown below its finding.
    pub(super) fn refused(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            readable: false,
            ..Self::new(name, text)
        }
    }

    /// Whether its text is what it says.
    pub(crate) fn is_readable(&self) -> bool {
        self.readable
    }

    /// The byte at which each line starts.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0)
                .chain(ends.map(|end| u32::try_from(end + 1).unwrap_or(u32::MAX)))
                .collect()
        })
    }

    /// Line and column of a byte.
    pub fn position(&self, at: u32) -> Position {
        let (line, before) = self.before(at);
        Position {
            line,
            column: before.chars.saturating_add(1),
        }
    }

    /// The column of a byte in UTF-16 code units, from 1.
    pub(crate) fn utf16_column(&self, at: u32) -> u32 {
        self.before(at).1.utf16.saturating_add(1)
    }

    /// The line of a byte, from 1, and what stands before it there.
    fn before(&self, at: u32) -> (u32, Width) {
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= at);
        let start = starts[line - 1] as usize;
        let at = (at as usize).min(self.text.len());
        let width = if at - start <= STEP {
            Width::of(&self.text.as_bytes()[start..at])
        } else {
            let columns = self.columns.get_or_init(|| Columns::new(&self.text));
            columns.between(&self.text, start, at)
        };
        (u32::try_from(line).unwrap_or(u32::MAX), width)
    }
}

/// All inputs of a run, in the order in which they are shown: by name.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<File>,
}

impl Sources {
    /// Adds an input.
    pub fn add(&mut self, file: File) -> FileId {
        self.files.push(file);
        FileId::new(self.files.len() - 1)
    }

    /// The same files, some of them with another text; their ids stay.
    #[must_use]
    pub fn with_texts(&self, texts: &BTreeMap<FileId, String>) -> Self {
        let files = self.iter().map(|(id, file)| {
            let text = texts.get(&id).unwrap_or(&file.text);
            file.with_text(text.clone())
        });
        Self {
            files: files.collect(),
        }
    }

    /// The files alone.
    pub fn into_files(self) -> Vec<File> {
        self.files
    }

    /// The file with this id.
    ///
    /// # Panics
    /// When the id belongs to another run.
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.index()]
    }

    /// All files with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &File)> {
        self.files
            .iter()
            .enumerate()
            .map(|(index, file)| (FileId::new(index), file))
    }

    /// How many files of this kind there are.
    pub fn count(&self, kind: FileKind) -> usize {
        self.files.iter().filter(|file| file.kind == kind).count()
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The text at `origin`.
    pub fn text(&self, origin: Origin) -> &str {
        self.file(origin.file)
            .text
            .get(origin.start as usize..origin.end as usize)
            .unwrap_or_default()
    }

    /// Where `origin` starts.
    pub fn position(&self, origin: Origin) -> Position {
        self.file(origin.file).position(origin.start)
    }

    /// `file:line:column` of where `origin` starts.
    pub fn show(&self, origin: Origin) -> String {
        let Position { line, column } = self.position(origin);
        format!("{}:{line}:{column}", self.file(origin.file).name)
    }
}
