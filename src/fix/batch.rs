//! Makes the fixes of a round together; where the outcome is worse, finds out which of them it was.

use std::collections::BTreeMap;

use super::edits::{Desk, Ready, Why, texts};
use super::older::Written;
use super::{Mistake, Verdict};
use crate::finding::Fingerprint;
use crate::source::{FileId, Sources};

/// How often files are judged in one round. A fix that leads to a mistake is a fault of its rule, and rare.
const TRIALS: usize = 60;

/// What a round has brought.
pub(super) struct Mended {
    pub(super) sources: Sources,
    pub(super) verdict: Verdict,
    /// The texts that changed.
    pub(super) texts: BTreeMap<FileId, String>,
    pub(super) fixed: usize,
}

/// Makes what lies on the desk. A part that makes things worse is halved until it is known which fix does; that one is not made.
/// `None` when none was.
pub(super) fn make(
    desk: &Desk<'_>,
    before: &Verdict,
    judge: &mut dyn FnMut(&Sources) -> Verdict,
    refused: &mut BTreeMap<Fingerprint, Why>,
) -> Option<Mended> {
    let mut made: Vec<&Ready<'_>> = Vec::new();
    let mut best = None;
    let mut parts: Vec<&[Ready<'_>]> = vec![&desk.ready];
    let mut trials = 0;
    while let Some(part) = parts.pop() {
        if part.is_empty() {
            continue;
        }
        trials += 1;
        let texts = texts(desk.sources, made.iter().copied().chain(part));
        let sources = desk.sources.with_texts(&everywhere(desk.sources, &texts));
        let verdict = judge(&sources);
        let written = Written::new(&sources, made.iter().copied().chain(part));
        let worse = verdict.worse_than(before, &written).cloned();
        match worse {
            None => {
                made.extend(part);
                best = Some(Mended {
                    sources,
                    verdict,
                    texts,
                    fixed: made.len(),
                });
            }
            Some(mistake) if part.len() == 1 || trials >= TRIALS => {
                let (code, whose, _): Mistake = mistake;
                for ready in part {
                    refused.insert(ready.mark.clone(), Why::Worse(code, whose.clone()));
                }
            }
            Some(_) => {
                let (first, second) = part.split_at(part.len() / 2);
                parts.extend([second, first]);
            }
        }
    }
    best
}

/// A file that is read for several clusters has its new text in each of them.
fn everywhere(sources: &Sources, texts: &BTreeMap<FileId, String>) -> BTreeMap<FileId, String> {
    let by_name: BTreeMap<(&str, bool), &String> = texts
        .iter()
        .map(|(&id, text)| (sources.file(id), text))
        .map(|(file, text)| ((&*file.name, file.is_stdin()), text))
        .collect();
    let same = sources.iter().filter_map(|(id, file)| {
        let text = by_name.get(&(&*file.name, file.is_stdin()))?;
        Some((id, (*text).clone()))
    });
    same.collect()
}
