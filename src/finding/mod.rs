//! What every stage may say about the input. A finding is data: stages collect them, [`Sink`] applies levels, `report` shows them.

pub mod baseline;
mod code;
mod doubles;
mod fingerprint;
mod fix;
mod rule;
mod sink;
pub mod suppress;

pub use code::Code;
pub(crate) use fingerprint::without_numbers;
pub use fingerprint::{Fingerprint, fingerprints};
pub use fix::{Edit, Fix, Safety};
pub use rule::{FixKind, Rule};
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
    /// Edits that mend it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding about the input as a whole. Add the place with [`Finding::at`].
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: one_line(message.into()),
            object: None,
            field: None,
            labels: Vec::new(),
            help: None,
            notes: Vec::new(),
            fix: None,
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
            message: one_line(message.into()),
        });
        self
    }

    /// The object it is about, `Kind namespace/name`.
    #[must_use]
    pub fn object(mut self, object: impl std::fmt::Display) -> Self {
        self.object = Some(one_line(object.to_string()));
        self
    }

    /// The field in the API's notation.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(one_line(field.into()));
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(one_line(help.into()));
        self
    }

    /// Background.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(one_line(note.into()));
        self
    }

    /// Edits that mend it. The rule declares how safe they are.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Where it stands: the primary place.
    pub fn origin(&self) -> Option<Origin> {
        self.labels.first().map(|label| label.origin)
    }
}

/// Escapes line breaks and other control characters: what a finding quotes may be hostile, and must not look like another
/// finding.
fn one_line(text: String) -> String {
    if !text.contains(char::is_control) {
        return text;
    }
    let mut line = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_control() {
            line.extend(c.escape_debug());
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn whatever_a_finding_quotes_stays_on_one_line() {
        let origin = Origin::new(FileId::new(0), 0..1);
        let finding = Finding::new(Code::INVALID_HOST, "host `a\r\nb \"wéb\"`")
            .label(origin, "a\nb")
            .object("Ingress a\nb")
            .field("x[a\nb]")
            .help("write `a\u{1b}`")
            .note("a\tb");
        assert_eq!(finding.message, "host `a\\r\\nb \"wéb\"`");
        assert_eq!(finding.labels[0].message, "a\\nb");
        assert_eq!(finding.object.as_deref(), Some("Ingress a\\nb"));
        assert_eq!(finding.field.as_deref(), Some("x[a\\nb]"));
        assert_eq!(finding.help.as_deref(), Some("write `a\\u{1b}`"));
        assert_eq!(finding.notes, ["a\\tb"]);
    }
}
