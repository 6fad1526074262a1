//! Fixes judged from outside, in every folder of `testdata`: each mends what it is about, keeps all other bytes, is as safe as its rule
//! says, and what is fixed once stays as it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ingressc::finding::{Code, Finding, FixKind, Levels, Safety, Severity, Sink};
use ingressc::fix::{self, Outcome, Verdict};
use ingressc::source::Sources;
use ingressc::{Settings, compile, lint};
use rayon::prelude::*;

use crate::cases;
use crate::pipeline;

/// The folders of cases, those of checks, and those of rules.
fn folders() -> Vec<PathBuf> {
    let mut folders = cases::folders();
    for root in ["testdata/check", "testdata/lint"] {
        let entries = std::fs::read_dir(root).expect("a folder");
        let paths = entries.map(|entry| entry.expect("readable").path());
        folders.extend(paths.filter(|path| path.is_dir()));
    }
    folders.sort();
    folders
}

/// A folder, and how it is judged.
struct Case {
    name: String,
    collected: Vec<Finding>,
    settings: Settings,
}

impl Case {
    fn read(folder: &Path) -> (Self, Sources) {
        let (sources, collected, settings) = pipeline::read(folder);
        let name = cases::name(folder).to_owned();
        let case = Self {
            name,
            collected,
            settings,
        };
        (case, sources)
    }

    /// All findings, pedantic ones, too.
    fn found(&self, sources: &Sources) -> Vec<Finding> {
        let compiled = compile(sources, &self.settings);
        let mut sink = Sink::new(Levels::default());
        sink.extend(self.collected.clone());
        sink.extend(lint(sources, &self.settings, &compiled));
        sink.extend(compiled.findings);
        sink.into_findings()
    }

    fn verdict(&self, sources: &Sources) -> Verdict {
        let found = self.found(sources);
        Verdict::new(&found.clone(), found, sources)
    }

    fn fix(&self, sources: Sources) -> Outcome {
        let verdict = self.verdict(&sources);
        fix::fix(sources, verdict, Safety::Unsafe, &mut |it| self.verdict(it))
    }

    /// Makes the fix of one finding and no other.
    fn fix_one(&self, sources: Sources, finding: &Finding) -> Outcome {
        let found = self.found(&sources);
        let verdict = Verdict::new(&found, vec![finding.clone()], &sources);
        fix::fix(sources, verdict, Safety::Unsafe, &mut |it| {
            Verdict::new(&self.found(it), Vec::new(), it)
        })
    }

    fn complaints(&self, sources: &Sources) -> Vec<String> {
        let copy = || sources.with_texts(&BTreeMap::new());
        let before = self.found(sources);
        let mut complaints = Vec::new();
        for finding in before.iter().filter(|it| it.fix.is_some()) {
            let place = finding.origin().map(|origin| sources.show(origin));
            let about = format!("{}: {} {place:?}", self.name, finding.code);
            if !is_as_safe_as_declared(finding) {
                complaints.push(format!("{about}: the fix is not as safe as the rule says"));
            }
            let outcome = self.fix_one(copy(), finding);
            if outcome.fixed == 1 && !keeps_other_bytes(sources, &outcome, finding) {
                complaints.push(format!("{about}: bytes beside the edits differ"));
            }
            let after = self.found(&outcome.sources);
            let count = |all: &[Finding]| all.iter().filter(|it| it.code == finding.code).count();
            if outcome.fixed == 1 && count(&after) >= count(&before) {
                complaints.push(format!("{about}: the fix does not mend it"));
            }
        }
        let once = self.fix(copy());
        let after = self.found(&once.sources);
        let (fewer, more) = (by_code(&before), by_code(&after));
        for (&(code, object), &count) in &more {
            let had = |key| fewer.get(key).copied().unwrap_or_default();
            // What a mended error of the same object hid is told for the first time.
            let uncovered = fewer.iter().any(|(key, &had)| {
                let left = more.get(key).copied().unwrap_or_default();
                key.1 == object && key.0.severity() == Severity::Error && left < had
            });
            if count > had(&(code, object)) && !(object.is_some() && uncovered) {
                complaints.push(format!("{}: {code} is new", self.name));
            }
        }
        let texts = texts(&once.sources);
        let twice = self.fix(once.sources);
        if twice.fixed > 0 || self::texts(&twice.sources) != texts {
            complaints.push(format!("{}: the second time, more is fixed", self.name));
        }
        complaints
    }
}

fn is_as_safe_as_declared(finding: &Finding) -> bool {
    let declared = finding.code.rule().fix;
    let fix = finding.fix.as_ref();
    fix.is_none_or(|fix| match fix.safety {
        // A rule declares the least safe of its fixes.
        Safety::Safe => declared != FixKind::None,
        Safety::Unsafe => declared == FixKind::Unsafe,
    })
}

/// Whether the files are as before where the fix has no edit: what stands before its first one and behind its last one.
fn keeps_other_bytes(before: &Sources, after: &Outcome, finding: &Finding) -> bool {
    let fix = finding.fix.as_ref().expect("a fix");
    before.iter().all(|(id, file)| {
        let (old, new) = (&file.text, &after.sources.file(id).text);
        // A file that is read for two clusters is edited in both.
        let mut edits = fix
            .edits
            .iter()
            .map(|edit| edit.origin)
            .filter(|origin| before.file(origin.file).name == file.name)
            .peekable();
        if edits.peek().is_none() {
            return old == new;
        }
        let (mut start, mut end) = (old.len(), 0);
        for origin in edits {
            start = start.min(origin.start as usize);
            end = end.max(origin.end as usize);
        }
        new.starts_with(&old[..start]) && new.ends_with(&old[end..])
    })
}

/// How many findings there are of each rule and object.
fn by_code(findings: &[Finding]) -> BTreeMap<(Code, Option<&str>), usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        if finding.severity >= Severity::Warning {
            let key = (finding.code, finding.object.as_deref());
            *counts.entry(key).or_insert(0) += 1;
        }
    }
    counts
}

fn texts(sources: &Sources) -> Vec<String> {
    sources.iter().map(|(_, file)| file.text.clone()).collect()
}

#[test]
fn fixes_mend_what_they_are_about_and_nothing_else() {
    let judged: Vec<(usize, Vec<String>)> = folders()
        .par_iter()
        .map(|folder| {
            let (case, sources) = Case::read(folder);
            let found = case.found(&sources);
            let fixes = found.iter().filter(|it| it.fix.is_some()).count();
            (fixes, case.complaints(&sources))
        })
        .collect();
    let fixes: usize = judged.iter().map(|(fixes, _)| fixes).sum();
    assert!(fixes > 10, "the test meets only {fixes} fixes");
    let complaints: Vec<String> = judged.into_iter().flat_map(|(_, said)| said).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
