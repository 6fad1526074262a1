//! Edits that mend what a finding is about.

use crate::source::Origin;

/// Edits that belong together: all of them are made, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative: "quote the value".
    pub title: String,
    /// Whether somebody has to look at it.
    pub safety: Safety,
    /// The edits. They do not overlap.
    pub edits: Vec<Edit>,
}

/// Whether the outcome is certain to be what was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// The meaning is certain, or does not change: `--fix` applies it.
    Safe,
    /// Somebody has to look: `--fix=all` applies it.
    Unsafe,
}

impl Safety {
    /// `safe`, `unsafe`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// Bytes of a file, and what takes their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go, of the file's normalised text; none where something is put in.
    pub origin: Origin,
    /// What stands there afterwards, as it is written in the file: quoted and indented where that is needed.
    pub replacement: String,
}

impl Fix {
    /// A fix that `--fix` applies. Add its edits with [`Fix::replace`].
    pub fn safe(title: impl Into<String>) -> Self {
        Self::new(title, Safety::Safe)
    }

    /// A fix that `--fix=all` applies. Add its edits with [`Fix::replace`].
    pub fn needs_a_look(title: impl Into<String>) -> Self {
        Self::new(title, Safety::Unsafe)
    }

    fn new(title: impl Into<String>, safety: Safety) -> Self {
        Self {
            title: super::one_line(title.into()),
            safety,
            edits: Vec::new(),
        }
    }

    /// Puts `text` in the place of `origin`.
    #[must_use]
    pub fn replace(mut self, origin: Origin, text: impl Into<String>) -> Self {
        self.edits.push(Edit {
            origin,
            replacement: text.into(),
        });
        self
    }

    /// Takes `origin` away.
    #[must_use]
    pub fn remove(self, origin: Origin) -> Self {
        self.replace(origin, "")
    }
}
