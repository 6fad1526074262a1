//! The colours, as the sixteen that every terminal lets its user choose. Callers strip them where no colour is wanted.

use std::fmt;

use crate::finding::Severity;

/// Text in a style.
pub(super) struct Styled<T>(&'static str, T);

impl<T: fmt::Display> fmt::Display for Styled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\x1b[{}m{}\x1b[0m", self.0, self.1)
    }
}

pub(super) fn bold<T>(text: T) -> Styled<T> {
    Styled("1", text)
}

pub(super) fn hint<T>(text: T) -> Styled<T> {
    Styled("36", text)
}

pub(super) fn severity<T>(severity: Severity, text: T) -> Styled<T> {
    let code = match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Info => "1;36",
        Severity::Pedantic => "1;35",
    };
    Styled(code, text)
}
