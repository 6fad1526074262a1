//! What git knows about the lock.
//!
//! A program of its own is asked, because the repository may be of any kind that it knows: worktrees, partial clones, other hashes.
//! Nothing here fails where git is missing or knows nothing: who asks then has no answer.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// When each line of a file was committed, by its number (from 1), in seconds since 1970. Lines that are not committed count as the
/// newest. While a merge is in progress, lines of both sides have their times. `None` where git cannot tell.
pub(super) fn blame(file: &Path) -> Option<BTreeMap<u32, i64>> {
    let (folder, name) = place(file)?;
    let out = git(folder, &["blame", "--line-porcelain", "--", name])?;
    let (mut times, mut line, mut committed) = (BTreeMap::new(), None, false);
    // A header `<hash> <line there> <line here>` for each line, its times, and the line itself behind a tab.
    for text in out.lines() {
        if text.starts_with('\t') {
            line = None;
            continue;
        }
        let mut words = text.split(' ');
        let first = words.next().unwrap_or_default();
        if line.is_none() {
            committed = first.bytes().any(|b| b != b'0');
            line = words.nth(1).and_then(|number| number.parse().ok());
        } else if let ("committer-time", Some(number)) = (first, line) {
            let time = words.next().and_then(|time| time.parse().ok());
            let time = if committed { time? } else { i64::MAX };
            times.insert(number, time);
        }
    }
    Some(times)
}

/// Whether git knows a revision.
pub(super) fn knows(file: &Path, revision: &str) -> bool {
    let commit = format!("{revision}^{{commit}}");
    // What begins so would be taken for an option.
    !revision.starts_with('-')
        && place(file).is_some_and(|(folder, _)| {
            git(folder, &["rev-parse", "--quiet", "--verify", &commit]).is_some()
        })
}

/// A file as it is in a revision; `None` where it is not there.
pub(super) fn show(file: &Path, revision: &str) -> Option<String> {
    let (folder, name) = place(file)?;
    git(folder, &["show", &format!("{revision}:./{name}")])
}

fn place(file: &Path) -> Option<(&Path, &str)> {
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
    Some((
        folder.unwrap_or(Path::new(".")),
        file.file_name()?.to_str()?,
    ))
}

/// What git prints; `None` unless it succeeds.
#[expect(
    clippy::disallowed_methods,
    reason = "git is asked at the command line"
)]
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).ok())
        .flatten()
}
