//! Suppressions: what somebody has looked at, and does not want to be told again.
//!
//! In: the files, the entries of the configuration, and findings. Out: the findings that are left, who muted the others, and what is
//! to be said about the suppressions themselves. A comment mutes what is on its lines, an annotation what is about its object, and
//! neither what is about objects of another namespace, too; the configuration may mute more, because a reviewer sees it. Nothing mutes what says that input was not read.

mod annotations;
mod comments;
mod configured;
mod directive;
mod namespaces;
mod say;

use std::collections::BTreeMap;

pub use configured::{Ignore, Until};

use self::annotations::Annotations;
use self::comments::Comments;
use self::directive::Directive;
use self::namespaces::Namespaces;
use super::{Code, Finding};
use crate::source::{FileKind, Origin, Sources};

/// The rule of a name or a code.
pub type Lookup<'l> = &'l dyn Fn(&str) -> Option<Code>;

/// How suppressions are read.
#[derive(Clone, Copy)]
pub struct Reading<'l> {
    /// What words mean.
    pub lookup: Lookup<'l>,
    /// What helps somebody whose word means nothing.
    pub help: fn(&str) -> String,
    /// The second for which `until` is judged; without it nothing expires.
    pub now: Option<i64>,
    /// Whether all files are read that entries of the configuration may be about.
    pub whole: bool,
    /// The folder to which names of files are relative.
    pub here: &'l str,
}

/// A finding that is not shown, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Muted {
    /// What was found.
    pub finding: Finding,
    /// What mutes it.
    pub by: MutedBy,
    /// Where that stands.
    pub origin: Origin,
    /// Why; may be empty.
    pub reason: String,
}

/// What mutes a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MutedBy {
    /// A comment on its lines, or above them.
    Comment,
    /// The annotation `ingressc/ignore` of its object.
    Annotation,
    /// An entry of `ignore` in the configuration.
    Configuration,
}

impl MutedBy {
    /// `comment`, `annotation`, `configuration`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Annotation => "annotation",
            Self::Configuration => "configuration",
        }
    }
}

/// A word of a list of rules: the directive, and which of its words.
type Spot = (usize, usize);

/// All suppressions of a run, and which of them were of use.
#[derive(Debug)]
pub struct Suppressions<'c> {
    directives: Vec<Directive>,
    comments: Comments,
    annotations: Annotations,
    configured: Vec<configured::Entry<'c>>,
    /// The entries of the configuration, by the rule that they mute.
    by_rule: BTreeMap<Code, Vec<usize>>,
    /// What a comment or an annotation would have muted, and is about another namespace, too: both of them.
    refused: BTreeMap<Spot, (String, String)>,
    namespaces: Namespaces,
    /// That of objects that name none.
    namespace: String,
    now: Option<i64>,
    whole: bool,
    help: fn(&str) -> String,
}

impl<'c> Suppressions<'c> {
    /// Looks for suppressions. A document is read only if the words occur in it. `namespace` is that of objects that name none.
    pub fn collect(
        sources: &Sources,
        configured: &'c [Ignore],
        namespace: &str,
        reading: Reading<'_>,
    ) -> Self {
        let mut directives = Vec::new();
        let mut comments = Comments::default();
        let mut annotations = Annotations::default();
        for (id, file) in sources.iter() {
            if !matches!(file.kind, FileKind::Manifests | FileKind::Inventory) {
                continue;
            }
            let found = comments::places(&file.text);
            if found.comments.is_empty() && found.annotations.is_empty() {
                continue;
            }
            for part in found.parts(sources, id) {
                comments.read(sources, &part, reading.lookup, &mut directives);
                annotations.read(sources, &part, (namespace, reading.lookup), &mut directives);
            }
        }
        let mut by_rule: BTreeMap<Code, Vec<usize>> = BTreeMap::new();
        for (index, ignore) in configured.iter().enumerate() {
            by_rule.entry(ignore.rule).or_default().push(index);
        }
        comments.index(sources, &directives);
        annotations.index(&directives);
        Self {
            directives,
            comments,
            annotations,
            configured: configured
                .iter()
                .map(|ignore| configured::Entry::new(ignore, reading.here))
                .collect(),
            by_rule,
            refused: BTreeMap::new(),
            namespaces: Namespaces::default(),
            namespace: namespace.to_owned(),
            now: reading.now,
            whole: reading.whole,
            help: reading.help,
        }
    }

    /// Takes those findings away that are muted.
    pub fn mute(
        &mut self,
        findings: Vec<Finding>,
        sources: &Sources,
    ) -> (Vec<Finding>, Vec<Muted>) {
        split(findings, |finding| self.by(finding, sources))
    }

    /// Takes those findings away that the configuration mutes.
    fn mute_by_entries(
        &mut self,
        findings: Vec<Finding>,
        sources: &Sources,
    ) -> (Vec<Finding>, Vec<Muted>) {
        split(findings, |finding| self.by_configuration(finding, sources))
    }

    /// Who mutes it. All that would are of use, so that nobody is told to remove one and finds the finding back.
    fn by(&mut self, finding: &Finding, sources: &Sources) -> Option<Who> {
        if finding.code.is_unread() {
            return None;
        }
        let mut spots = [None, None];
        if finding.code.rule().ignorable {
            spots = [
                (MutedBy::Comment, self.comments.mute(finding, sources)),
                (MutedBy::Annotation, self.annotations.mute(finding, sources)),
            ]
            .map(|(by, spot)| spot.map(|spot| (by, spot)));
        }
        if spots.iter().any(Option::is_some)
            && let Some(both) = self.namespaces.of_two(finding, sources, &self.namespace)
        {
            for (_, spot) in spots.into_iter().flatten() {
                self.refused.entry(spot).or_insert_with(|| both.clone());
            }
            spots = [None, None];
        }
        let configured = self.by_configuration(finding, sources);
        let inline = spots.into_iter().flatten().next();
        inline
            .map(|(by, (index, _))| {
                let directive = &self.directives[index];
                (by, directive.origin, directive.reason.clone())
            })
            .or(configured)
    }

    fn by_configuration(&mut self, finding: &Finding, sources: &Sources) -> Option<Who> {
        let mut first = None;
        for &index in self.by_rule.get(&finding.code)? {
            let entry = &mut self.configured[index];
            if !entry.ignore.has_expired(self.now) && entry.mutes(finding, sources) {
                entry.used = true;
                first = first.or(Some(entry.ignore));
            }
        }
        let ignore = first?;
        Some((MutedBy::Configuration, ignore.origin, ignore.reason.clone()))
    }

    /// What is to be said about the suppressions once all findings have been asked for, and who mutes some of that: the configuration
    /// may. `ran` tells whether a rule was asked at all: what mutes another one is not known to be of no use. `judge` applies levels.
    pub fn said(
        &mut self,
        sources: &Sources,
        ran: impl Fn(Code) -> bool,
        judge: impl Fn(Vec<Finding>) -> Vec<Finding>,
    ) -> (Vec<Finding>, Vec<Muted>) {
        for (index, word) in self.comments.used().chain(self.annotations.used()) {
            self.directives[index].words[word].used = true;
        }
        for (&(index, word), both) in &self.refused {
            self.directives[index].words[word].refused = Some(both.clone());
        }
        let mut say = say::Say {
            ran: &ran,
            help: self.help,
            findings: Vec::new(),
            unknown: 0,
        };
        for directive in &self.directives {
            say.about(directive);
        }
        let inline = say.findings;
        let (mut said, muted) = self.mute_by_entries(judge(inline), sources);
        let entries = self.configured.iter();
        let entries = entries.filter_map(|entry| {
            let ran = |code| (self.whole || entry.names_one_of(sources)) && ran(code);
            say::about_entry(entry, self.now, &ran)
        });
        said.extend(judge(entries.collect()));
        (said, muted)
    }
}

/// What mutes a finding, where it stands, and why.
type Who = (MutedBy, Origin, String);

fn split(
    findings: Vec<Finding>,
    mut by: impl FnMut(&Finding) -> Option<Who>,
) -> (Vec<Finding>, Vec<Muted>) {
    let (mut kept, mut muted) = (Vec::with_capacity(findings.len()), Vec::new());
    for finding in findings {
        match by(&finding) {
            None => kept.push(finding),
            Some((by, origin, reason)) => muted.push(Muted {
                finding,
                by,
                origin,
                reason,
            }),
        }
    }
    (kept, muted)
}

#[cfg(test)]
mod tests;
