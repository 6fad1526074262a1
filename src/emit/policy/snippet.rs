//! Raw lines of annotations.

use askama::filters::Safe;

use crate::emit::escape::raw;
use crate::emit::view::Services;
use crate::ir::{Backend, PolicySection, RawLine};

impl Services<'_> {
    /// The policy whose raw lines belong into a backend. They cannot stand in its defaults, where HAProxy takes fewer directives.
    pub(in crate::emit) fn snippet(&self, backend: &Backend) -> Option<&PolicySection> {
        let section = self.policies.get(backend.policy.as_ref()?)?;
        (!section.policy.snippet.lines.is_empty()).then_some(section)
    }

    /// A line as it is.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    pub(in crate::emit) fn raw<'l>(&self, line: &'l RawLine) -> Safe<&'l RawLine> {
        raw(line)
    }
}
