//! What is told of one thing that a request meets: a row for people, an object for programs.

use crate::source::{Origin, Sources};

/// A place in a manifest, or in another file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named on the command line.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl Place {
    /// Where `origin` starts.
    pub(crate) fn of(sources: &Sources, origin: Origin) -> Self {
        let at = sources.position(origin);
        Self {
            file: sources.file(origin.file).name.clone(),
            line: at.line,
            column: at.column,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, line, column } = self;
        write!(f, "{file}:{line}:{column}")
    }
}

/// How something came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is the one that decides.
    Chosen,
    /// Something else decides.
    Lost,
    /// It holds, or lets the request pass.
    Good,
    /// It refuses the request, or is broken.
    Bad,
    /// It wants a look.
    Note,
}

/// Something that a request meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What kind of thing: `host`, `path`, `rules`. Entries of one stage follow each other.
    pub stage: &'static str,
    /// The thing in words, cell by cell.
    pub cells: Vec<String>,
    /// The key of the annotation behind it.
    pub key: Option<String>,
    /// The value of that key.
    pub value: Option<String>,
    /// Where that is written.
    pub place: Option<Place>,
    /// How it came out, and why.
    pub verdict: Option<(Mark, String)>,
    /// What belongs to it.
    pub details: Vec<Entry>,
}

impl Entry {
    /// An entry of `stage` that says `text`.
    pub(crate) fn new(stage: &'static str, text: impl Into<String>) -> Self {
        Self {
            stage,
            cells: vec![text.into()],
            key: None,
            value: None,
            place: None,
            verdict: None,
            details: Vec::new(),
        }
    }

    /// Without words of its own: a key and its value.
    pub(crate) fn of_key(stage: &'static str, key: &str, value: impl Into<String>) -> Self {
        Self {
            cells: Vec::new(),
            key: Some(key.to_owned()),
            value: Some(value.into()),
            ..Self::new(stage, "")
        }
    }

    pub(crate) fn cell(mut self, text: impl Into<String>) -> Self {
        self.cells.push(text.into());
        self
    }

    pub(crate) fn at(mut self, sources: &Sources, origin: Origin) -> Self {
        self.place = Some(Place::of(sources, origin));
        self
    }

    pub(crate) fn maybe_at(self, sources: &Sources, origin: Option<&Origin>) -> Self {
        match origin {
            Some(origin) => self.at(sources, *origin),
            None => self,
        }
    }

    pub(crate) fn verdict(mut self, mark: Mark, text: impl Into<String>) -> Self {
        self.verdict = Some((mark, text.into()));
        self
    }

    pub(crate) fn detail(mut self, detail: Self) -> Self {
        self.details.push(detail);
        self
    }

    /// The words, without the layout.
    pub(crate) fn text(&self) -> String {
        let cells = self.cells.iter().map(String::as_str);
        cells
            .filter(|cell| !cell.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}
