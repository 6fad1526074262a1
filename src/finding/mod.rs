//! What every stage may say about the input. A finding is data: stages collect them, [`Sink`] applies levels, `report` shows them.

mod code;
mod sink;

pub use code::{CODES, Code, CodeInfo};
pub use sink::{Level, Levels, Sink};

use crate::source::Origin;

/// How bad it is. Ordered: `Pedantic < Info < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Shown with `--pedantic` only.
    Pedantic,
    /// Worth knowing; changes nothing.
    Info,
    /// Works, but probably not as meant.
    Warning,
    /// The API server or HAProxy would refuse it, or traffic would go astray.
    Error,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Info, Self::Pedantic];

    /// Reads what [`Severity::name`] gives.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.name() == text)
    }

    /// `error`, `warning`, `info`, `pedantic`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pedantic => "pedantic",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The key or value that a person would edit.
    pub origin: Origin,
    /// Lower case, without a full stop; may be empty for the primary place.
    pub message: String,
}

/// One thing to say about the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub code: Code,
    /// The rule's severity, until the [`Sink`] applies the configured one.
    pub severity: Severity,
    /// Lower case, without a full stop; names the object.
    pub message: String,
    /// The object it is about, `Kind namespace/name`.
    pub object: Option<String>,
    /// The field, in the API's notation: `spec.rules[0].http.paths[2].path`.
    pub field: Option<String>,
    /// The primary place first, then the related ones. Empty when the input as a whole is meant.
    pub labels: Vec<Label>,
    /// What to do, in the imperative.
    pub help: Option<String>,
    /// Background, one line each.
    pub notes: Vec<String>,
}

impl Finding {
    /// A finding about the input as a whole. Add the place with [`Finding::at`].
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            object: None,
            field: None,
            labels: Vec::new(),
            help: None,
            notes: Vec::new(),
        }
    }

    /// Another severity than the rule's own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// A place without words: the first one called is the primary place.
    #[must_use]
    pub fn at(self, origin: Origin) -> Self {
        self.label(origin, "")
    }

    /// A place with words.
    #[must_use]
    pub fn label(mut self, origin: Origin, message: impl Into<String>) -> Self {
        self.labels.push(Label {
            origin,
            message: message.into(),
        });
        self
    }

    /// The object it is about, `Kind namespace/name`.
    #[must_use]
    pub fn object(mut self, object: impl std::fmt::Display) -> Self {
        self.object = Some(object.to_string());
        self
    }

    /// The field in the API's notation.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Background.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Where it stands: the primary place.
    pub fn origin(&self) -> Option<Origin> {
        self.labels.first().map(|label| label.origin)
    }
}
