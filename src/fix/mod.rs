//! Makes the edits that findings bring.
//!
//! In: the files, what is reported of them, and somebody who judges files anew. Out: the files with the edits made, and which fixes
//! were not. Nothing is written here. A fix that leads to another mistake is taken back, one whose value has several users is not
//! made, and what overlaps waits for the next round. A mistake that was there, and that the mended error hid, is none of the fix.

mod batch;
mod edits;
mod older;

use std::collections::{BTreeMap, BTreeSet};

use batch::Mended;
use edits::Desk;
pub use edits::Why;
use older::Written;

use crate::finding::{Code, Finding, Fingerprint, Safety, Severity, fingerprints};
use crate::source::{FileId, Origin, Sources};

/// A fix may uncover the next one, such as a value behind a key; nobody writes such things ten deep.
const ROUNDS: usize = 10;

/// What is thought of files.
#[derive(Debug, Default)]
pub struct Verdict {
    /// What is reported, and may be fixed.
    pub shown: Vec<Finding>,
    /// Each mistake that was found, reported or not.
    mistakes: BTreeMap<Mistake, Found>,
}

/// How often a mistake was found, and all its places.
#[derive(Debug, Default)]
struct Found {
    count: usize,
    places: Vec<Origin>,
}

/// A mistake, recognised in files whose lines have moved: its rule, its object or else its file, and its field without the numbers
/// of items.
type Mistake = (Code, String, String);

impl Verdict {
    /// `all` that was found in these files, and what of it is reported.
    pub fn new(all: &[Finding], shown: Vec<Finding>, sources: &Sources) -> Self {
        let mut mistakes: BTreeMap<Mistake, Found> = BTreeMap::new();
        for finding in all {
            if finding.severity >= Severity::Warning {
                let found = mistakes.entry(mistake(finding, sources)).or_default();
                found.count += 1;
                let places = finding.labels.iter().map(|label| label.origin);
                found.places.extend(places);
            }
        }
        Self { shown, mistakes }
    }

    /// A mistake that these files have, and those of `before` had not, hidden or not.
    fn worse_than(&self, before: &Self, written: &Written<'_>) -> Option<&Mistake> {
        let count = |mistake| before.mistakes.get(mistake).map_or(0, |found| found.count);
        let mut more = self.mistakes.iter().filter(|(mistake, found)| {
            found.count > count(mistake) && !written.is_older(&mistake.1, &found.places)
        });
        more.next().map(|(mistake, _)| mistake)
    }
}

fn mistake(finding: &Finding, sources: &Sources) -> Mistake {
    let file = finding.origin().map(|origin| sources.file(origin.file));
    let whose = match (&finding.object, file) {
        // The same name in another cluster is another object; where there is one cluster, nobody wants to read its number.
        (Some(object), file) => match file.map_or(0, |file| file.cluster) {
            0 => object.clone(),
            cluster => format!("{object} of cluster {}", cluster + 1),
        },
        (None, file) => file.map_or_else(String::new, |file| file.name.clone()),
    };
    let field = finding.field.as_deref().unwrap_or_default();
    (finding.code, whose, crate::finding::without_numbers(field))
}

/// What became of the fixes.
#[derive(Debug)]
pub struct Outcome {
    /// The files as they are now.
    pub sources: Sources,
    /// The files that changed; of one that is read for several clusters, the first.
    pub changed: BTreeSet<FileId>,
    /// How many fixes were made.
    pub fixed: usize,
    /// Those that were not, although they were asked for.
    pub refused: Vec<Refused>,
    /// How many findings are left whose fix somebody has to look at, and was not asked for.
    pub unsafe_left: usize,
}

/// A fix that was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The rule.
    pub code: Code,
    /// What it would have done.
    pub title: String,
    /// Where its finding stands, in the files as they are now.
    pub origin: Option<Origin>,
    /// Why not.
    pub why: Why,
}

/// Makes the fixes of what is shown, those that are at least as safe as `most`, until none is left. `judge` is asked about the files
/// after each round.
pub fn fix(
    sources: Sources,
    verdict: Verdict,
    most: Safety,
    judge: &mut dyn FnMut(&Sources) -> Verdict,
) -> Outcome {
    let mut run = Run {
        most,
        judge,
        refused: BTreeMap::new(),
    };
    let mut outcome = Outcome {
        sources,
        changed: BTreeSet::new(),
        fixed: 0,
        refused: Vec::new(),
        unsafe_left: 0,
    };
    let mut verdict = verdict;
    for _ in 0..ROUNDS {
        let Some(mended) = run.round(&outcome.sources, &verdict) else {
            break;
        };
        outcome.fixed += mended.fixed;
        outcome.changed.extend(mended.texts.keys());
        outcome.sources = mended.sources;
        verdict = mended.verdict;
    }
    run.tell(&verdict, &mut outcome);
    outcome
}

/// The rounds of one run.
struct Run<'j> {
    most: Safety,
    judge: &'j mut dyn FnMut(&Sources) -> Verdict,
    refused: BTreeMap<Fingerprint, Why>,
}

impl Run<'_> {
    /// Makes as many fixes as do not get in each other's way. `None` when there is nothing to be done any more.
    fn round(&mut self, sources: &Sources, verdict: &Verdict) -> Option<Mended> {
        let marks = fingerprints(&verdict.shown, sources);
        let mut desk = Desk::new(sources);
        for (finding, mark) in verdict.shown.iter().zip(&marks) {
            let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safety <= self.most) else {
                continue;
            };
            if self.refused.contains_key(mark) {
                continue;
            }
            // Only an error stops a stage, and what is no object's own hides nothing of one.
            let stops = finding.severity == Severity::Error && finding.object.is_some();
            let hides = stops.then(|| mistake(finding, sources).1);
            if let Err(why) = desk.take(fix, mark, hides) {
                self.refused.insert(mark.clone(), why);
            }
        }
        batch::make(&desk, verdict, self.judge, &mut self.refused)
    }

    /// What is left undone, and why.
    fn tell(self, verdict: &Verdict, outcome: &mut Outcome) {
        let marks = fingerprints(&verdict.shown, &outcome.sources);
        for (finding, mark) in verdict.shown.iter().zip(&marks) {
            let Some(fix) = &finding.fix else {
                continue;
            };
            if fix.safety > self.most {
                outcome.unsafe_left += 1;
            } else if let Some(why) = self.refused.get(mark) {
                outcome.refused.push(Refused {
                    code: finding.code,
                    title: fix.title.clone(),
                    origin: finding.origin(),
                    why: why.clone(),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests;
