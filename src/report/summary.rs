//! What was found and what was hidden, in numbers: silence must never be mistaken for clean.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use serde::Serialize;

use crate::finding::{Code, Finding, Severity};
use crate::source::{FileId, FileKind, Sources};
use crate::text::style;

/// The numbers of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Manifest files read, and those of the configuration in which something was found.
    pub files: usize,
    /// Objects of compiled kinds.
    pub objects: usize,
    /// Files with a shown finding.
    pub files_with_findings: usize,
    /// Shown findings by severity.
    pub errors: usize,
    /// See `errors`.
    pub warnings: usize,
    /// See `errors`.
    pub infos: usize,
    /// See `errors`.
    pub pedantic: usize,
    /// Findings that are not shown, and why.
    pub hidden: Hidden,
    /// Findings of the baseline that are no more.
    pub baseline_fixed: usize,
}

/// Findings that are not shown, by the first reason that hid them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// By `--select` or `--ignore`.
    pub deselected: usize,
    /// By the configuration's `level: off`.
    pub off: usize,
    /// By a comment, an annotation or the configuration's `ignore`.
    pub ignored: usize,
    /// By the baseline.
    pub baseline: usize,
    /// Shown with `--pedantic`.
    pub pedantic: usize,
    /// By `--min-severity`.
    pub below: usize,
}

impl Summary {
    /// Counts what is shown.
    pub fn of(findings: &[Finding], sources: &Sources, objects: usize) -> Self {
        let count = |severity| {
            findings
                .iter()
                .filter(|finding| finding.severity == severity)
                .count()
        };
        let places = findings.iter().filter_map(Finding::origin);
        let with: BTreeSet<FileId> = places.map(|origin| origin.file).collect();
        // An inventory or the configuration is worth a word when it has a problem, and never more files than were read.
        let is_read = |id, kind| kind == FileKind::Manifests || with.contains(&id);
        let read = sources.iter().filter(|(id, file)| is_read(*id, file.kind));
        Self {
            files: read.count(),
            objects,
            files_with_findings: with.len(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            pedantic: count(Severity::Pedantic),
            hidden: Hidden::default(),
            baseline_fixed: 0,
        }
    }

    fn shown(&self) -> usize {
        self.errors + self.warnings + self.infos + self.pedantic
    }
}

impl fmt::Display for Summary {
    /// `Found 3 problems in 2 of 17 files: 1 error, 2 warnings. Hidden: 1 pedantic.`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = plural(self.files, "file");
        if self.shown() == 0 {
            write!(
                f,
                "Found no problems in {files} with {}.",
                plural(self.objects, "object")
            )?;
        } else {
            let parts = [
                (self.errors, "error", true),
                (self.warnings, "warning", true),
                (self.infos, "info", false),
                (self.pedantic, "pedantic", false),
            ];
            let problems = plural(self.shown(), "problem");
            let parts = list(parts.into_iter());
            match (self.files, self.files_with_findings) {
                (0, _) => write!(f, "Found {problems}, and no file to read: {parts}.")?,
                (_, with) => write!(f, "Found {problems} in {with} of {files}: {parts}.")?,
            }
        }
        let hidden = [
            (self.hidden.deselected, "by --select or --ignore", false),
            (self.hidden.off, "switched off in the configuration", false),
            (self.hidden.ignored, "ignored", false),
            (self.hidden.baseline, "in the baseline", false),
            (self.hidden.below, "below --min-severity", false),
            (self.hidden.pedantic, "pedantic", false),
        ];
        if hidden.iter().any(|(count, ..)| *count > 0) {
            write!(f, " Hidden: {}.", list(hidden.into_iter()))?;
        }
        match self.baseline_fixed {
            0 => Ok(()),
            1 => write!(
                f,
                " 1 entry of the baseline is fixed: `ingressc baseline prune`."
            ),
            fixed => write!(
                f,
                " {fixed} entries of the baseline are fixed: `ingressc baseline prune`."
            ),
        }
    }
}

fn list(parts: impl Iterator<Item = (usize, &'static str, bool)>) -> String {
    let parts: Vec<String> = parts
        .filter(|(count, ..)| *count > 0)
        .map(|(count, what, counted)| {
            if counted {
                plural(count, what)
            } else {
                format!("{count} {what}")
            }
        })
        .collect();
    parts.join(", ")
}

fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A table of how often each rule spoke, the most frequent first.
pub fn statistics(findings: &[Finding]) -> String {
    let mut counts: BTreeMap<(Code, Severity), usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry((finding.code, finding.severity)).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|&((code, severity), count)| (std::cmp::Reverse(count), code, severity));
    let mut out = String::new();
    for ((code, severity), count) in rows {
        let padded = format!("{:<8}", severity.name());
        let _ = writeln!(
            out,
            "{count:>6}  {}  {code}  {}",
            style::severity(severity, padded),
            code.name()
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{File, Origin};

    #[test]
    fn the_tail_line_counts_what_was_found_and_what_was_hidden() {
        let mut summary = Summary {
            files: 17,
            objects: 41,
            ..Summary::default()
        };
        assert_eq!(
            summary.to_string(),
            "Found no problems in 17 files with 41 objects."
        );
        summary.hidden = Hidden {
            deselected: 2,
            pedantic: 1,
            ..Hidden::default()
        };
        assert_eq!(
            summary.to_string(),
            "Found no problems in 17 files with 41 objects. Hidden: 2 by --select or --ignore, 1 pedantic."
        );
        summary.hidden = Hidden {
            ignored: 1,
            baseline: 12,
            ..Hidden::default()
        };
        summary.baseline_fixed = 3;
        assert_eq!(
            summary.to_string(),
            "Found no problems in 17 files with 41 objects. Hidden: 1 ignored, 12 in the baseline. \
             3 entries of the baseline are fixed: `ingressc baseline prune`."
        );
        summary = Summary {
            files: 17,
            objects: 41,
            files_with_findings: 2,
            errors: 1,
            warnings: 2,
            ..Summary::default()
        };
        assert_eq!(
            summary.to_string(),
            "Found 3 problems in 2 of 17 files: 1 error, 2 warnings."
        );
        summary.files = 0;
        assert_eq!(
            summary.to_string(),
            "Found 3 problems, and no file to read: 1 error, 2 warnings."
        );
    }

    #[test]
    fn no_more_files_have_findings_than_were_read() {
        let mut sources = Sources::default();
        let inventory = File::new("backends.yaml", "a: []\n").kind(FileKind::Inventory);
        let files = [
            sources.add(File::new("ingressc.yaml", "a: b\n").kind(FileKind::Config)),
            sources.add(inventory),
            sources.add(File::new("web.yaml", "a: b\n")),
        ];
        let found = |ids: &[FileId]| {
            let at = |id| Finding::new(Code::NO_ENDPOINTS, "x").at(Origin::new(id, 0..1));
            let findings: Vec<Finding> = ids.iter().copied().map(at).collect();
            let summary = Summary::of(&findings, &sources, 1);
            (summary.files_with_findings, summary.files)
        };
        assert_eq!(found(&[]), (0, 1));
        assert_eq!(found(&files[2..]), (1, 1));
        assert_eq!(found(&files[1..]), (2, 2));
        assert_eq!(found(&files[..2]), (2, 3));
    }

    #[test]
    fn statistics_put_the_most_frequent_rule_first() {
        let finding = |code| Finding::new(code, "x");
        let table = statistics(&[
            finding(Code::NO_ENDPOINTS),
            finding(Code::DUPLICATE_ROUTE),
            finding(Code::NO_ENDPOINTS),
        ]);
        insta::assert_snapshot!(anstream::adapter::strip_str(&table).to_string(), @r"
        2  warning   ING204  no-endpoints
        1  error     ING301  duplicate-route
        ");
    }
}
