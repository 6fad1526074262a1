//! The colours, as the sixteen that every terminal lets its user choose. Callers strip them where no colour is wanted.

use std::fmt;

use crate::finding::Severity;

/// Text in a style.
pub(crate) struct Styled<T>(&'static str, T);

impl<T: fmt::Display> fmt::Display for Styled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\x1b[{}m{}\x1b[0m", self.0, self.1)
    }
}

pub(crate) fn bold<T>(text: T) -> Styled<T> {
    Styled("1", text)
}

pub(crate) fn hint<T>(text: T) -> Styled<T> {
    Styled("36", text)
}

/// What stands beside the matter: places, reasons.
pub(crate) fn dim<T>(text: T) -> Styled<T> {
    Styled("2", text)
}

/// What holds, passes, or is new.
pub(crate) fn good<T>(text: T) -> Styled<T> {
    Styled("32", text)
}

/// What fails, is refused, or is gone.
pub(crate) fn bad<T>(text: T) -> Styled<T> {
    Styled("31", text)
}

/// What changes, or wants a look.
pub(crate) fn changed<T>(text: T) -> Styled<T> {
    Styled("33", text)
}

pub(crate) fn severity<T>(severity: Severity, text: T) -> Styled<T> {
    let code = match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Info => "1;36",
        Severity::Pedantic => "1;35",
    };
    Styled(code, text)
}
