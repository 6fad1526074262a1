//! What is not told although it was found: suppressions and the baseline, as a run knows them.

use std::collections::{BTreeSet, HashMap};

use super::Stop;
use super::select::unknown_help;
use super::settings::{Rules, plain, read_text};
use crate::finding::baseline::{Baseline, Entry};
use crate::finding::suppress::{Ignore, Muted, Reading, Suppressions};
use crate::finding::{Code, Finding, Fingerprint, Level, Sink};
use crate::lint;
use crate::report::visible;
use crate::source::{self, Sources};

/// Rules that judge by a date, and say nothing without one.
const BY_DATE: [Code; 2] = [Code::CERT_EXPIRED, Code::STALE_ENDPOINTS];

/// Rules that `check`, which needs no servers, does not ask.
const BY_COMPILE: [Code; 2] = [Code::ENDPOINTS_UNRESOLVED, Code::ORDER_UNKNOWN_SERVICE];

/// What mutes findings in a run.
#[derive(Debug, Default)]
pub(super) struct Mute {
    /// `--no-ignores`: nothing does.
    pub(super) off: bool,
    /// `ignore` of the configuration.
    pub(super) entries: Vec<Ignore>,
    /// The namespace of objects that name none.
    pub(super) namespace: String,
    /// The second for which expiry is judged.
    pub(super) now: Option<i64>,
    /// How much of the manifests is seen: in a part, what mutes something elsewhere mutes nothing.
    pub(super) scope: Scope,
    /// Whether it is told what mutes nothing.
    pub(super) tells_unused: bool,
    /// The file of the baseline.
    pub(super) baseline_file: Option<String>,
    /// What it says.
    pub(super) baseline: Baseline,
    /// Whether what is in the baseline is told all the same, as it is written anew.
    pub(super) shows_known: bool,
}

/// How much of the manifests a run sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// Files that were named, or a choice of classes or files: nobody knows what the others hold.
    #[default]
    Part,
    /// Folders that were typed. There may be others.
    Folders,
    /// What the configuration names, or the working folder.
    All,
}

/// What is left of findings, and where the others are.
pub(super) struct Left {
    pub(super) findings: Vec<Finding>,
    /// By comments, annotations and the configuration.
    pub(super) muted: Vec<Muted>,
    /// Those that are in the baseline.
    pub(super) known: Vec<(Fingerprint, Finding)>,
    /// What is in the baseline, and is found no more.
    pub(super) fixed: Vec<Fingerprint>,
}

impl Mute {
    /// Reads the baseline, if there is to be one.
    pub(super) fn load(&mut self) -> Result<(), Stop> {
        let Some(file) = self.baseline_file.as_ref().filter(|_| !self.off) else {
            return Ok(());
        };
        let text = read_text(file).map_err(|error| {
            let why = plain(&error);
            let help = match error.kind() {
                std::io::ErrorKind::NotFound => "\n  help: write it with `ingressc baseline write`",
                _ => "",
            };
            Stop::usage(format!(
                "error: the baseline {}: {why}{help}",
                visible(file)
            ))
        })?;
        self.baseline = Baseline::parse(&text).map_err(|why| {
            Stop::usage(format!(
                "error: the baseline {}: {}\n  help: write it anew with `ingressc baseline write`",
                visible(file),
                visible(&why)
            ))
        })?;
        Ok(())
    }

    /// Takes away what is muted or in the baseline, and adds what is to be said about suppressions. `unread` tells that some input
    /// was not read.
    pub(super) fn apply(
        &self,
        findings: Vec<Finding>,
        rules: &Rules,
        sources: &Sources,
        unread: bool,
    ) -> Left {
        if self.off {
            return Left {
                findings,
                muted: Vec::new(),
                known: Vec::new(),
                fixed: Vec::new(),
            };
        }
        let rules_by_word = by_word();
        let here = source::working_folder();
        let reading = Reading {
            lookup: &|word| find(&rules_by_word, word),
            help,
            now: self.now,
            whole: self.scope == Scope::All,
            here: &here,
        };
        let mut suppressions =
            Suppressions::collect(sources, &self.entries, &self.namespace, reading);
        let (mut findings, mut muted) = suppressions.mute(findings, sources);
        let certain = self.tells_unused && self.scope > Scope::Part && !unread;
        let ran = |code: Code| certain && self.ran(code, rules);
        if rules.lints {
            let judge = |said| {
                let mut sink = Sink::new(rules.levels.clone());
                sink.extend(said);
                let mut said = sink.into_findings();
                said.retain(|finding| rules.selection.takes(finding.code));
                said
            };
            let (said, by_entries) = suppressions.said(sources, ran, judge);
            muted.extend(by_entries);
            let mut sink = Sink::default();
            sink.extend(findings);
            sink.extend(said);
            findings = sink.into_findings();
        }
        let all = self.shows_known.then(|| findings.clone());
        let hidden = self.baseline.hide(findings, sources);
        let fixed = if certain {
            self.fixed(&hidden.unmatched, sources, ran)
        } else {
            Vec::new()
        };
        Left {
            fixed,
            findings: all.unwrap_or(hidden.left),
            muted,
            known: hidden.known,
        }
    }

    /// The entries of the baseline that are known to be fixed: their rule was asked, and their file was read, or is gone. While the
    /// baseline knows of files that were not read, the run sees a part: what is not found may have moved there.
    fn fixed(
        &self,
        unmatched: &[(&Fingerprint, &Entry)],
        sources: &Sources,
        ran: impl Fn(Code) -> bool,
    ) -> Vec<Fingerprint> {
        if unmatched.is_empty() {
            return Vec::new();
        }
        let read: BTreeSet<&str> = sources.iter().map(|(_, file)| &*file.name).collect();
        let unread: BTreeSet<&str> = self
            .baseline
            .files()
            .filter(|file| !read.contains(file))
            .collect();
        let unread: BTreeSet<&str> = unread.into_iter().filter(|file| !is_gone(file)).collect();
        if self.scope < Scope::All && !unread.is_empty() {
            return Vec::new();
        }
        let fixed = unmatched.iter().filter(|(_, entry)| {
            let file = entry.file.as_deref();
            lint::find(&entry.code).is_none_or(&ran)
                && file.is_none_or(|file| !unread.contains(file))
        });
        fixed.map(|&(fingerprint, _)| fingerprint.clone()).collect()
    }

    /// Whether a rule was asked, so that its silence means something.
    fn ran(&self, code: Code, rules: &Rules) -> bool {
        rules.selection.takes(code)
            && rules.levels.of(code) != Some(Level::Off)
            && (self.now.is_some() || !BY_DATE.contains(&code))
            && !BY_COMPILE.contains(&code)
    }
}

/// Whether a file is no more.
#[expect(
    clippy::disallowed_methods,
    reason = "whether a file is gone is a question to the disk"
)]
fn is_gone(name: &str) -> bool {
    !std::path::Path::new(name).exists()
}

/// The rules by what names them: manifests may name thousands.
fn by_word() -> HashMap<String, Code> {
    lint::codes()
        .flat_map(|code| [(code.to_string(), code), (code.name().to_owned(), code)])
        .collect()
}

/// The rule of a word in a suppression.
fn find(rules: &HashMap<String, Code>, word: &str) -> Option<Code> {
    let code = || rules.get(&word.to_ascii_uppercase());
    rules.get(word).or_else(code).copied()
}

/// What helps somebody whose word names no rule. Long ones are no slip of the pen.
fn help(word: &str) -> String {
    let known = if word.len() > 60 { "" } else { word };
    unknown_help(known)
}
