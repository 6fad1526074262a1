//! Whether private keys are about to be written where git would take them into a commit.
//!
//! In: the folder of the bundle, and what goes into it. Out: a finding. Git itself is asked, since only it knows all the files that say
//! what it ignores; without it nothing is said.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::finding::{Code, Finding};
use crate::ir::{Pem, PemFile, Routing, Termination};
use crate::report::visible;

/// Looks where the first private key goes: the others go into the same folder.
pub(super) fn check(dir: &Path, routing: &Routing) -> Option<Finding> {
    let stem = a_key(routing)?;
    let file = std::path::absolute(dir.join(format!("certs/{stem}.pem"))).ok()?;
    // The folder may not be there yet.
    let above = file.ancestors().skip(1);
    let takes = above
        .into_iter()
        .find_map(|folder| is_taken(folder, &file))?;
    let certs = format!("{}/certs/", dir.to_string_lossy().trim_end_matches('/'));
    let certs = visible(&certs);
    takes.then(|| {
        let message = format!("private keys go to `{certs}` in a work tree of git, which does not ignore them");
        Finding::new(Code::SECRET_IN_OUTPUT, message)
            .help(format!("add `{certs}` to .gitignore, or name a folder outside of the work tree after -o"))
            .note("whoever can read the repository could speak for the hosts, also after the files are removed")
    })
}

/// The name of a file that holds a private key, if there is one.
fn a_key(routing: &Routing) -> Option<&str> {
    let written = |pem: &Pem| matches!(pem, Pem::Inline(_));
    let mut https = routing.certificates.files.iter();
    if let Some((stem, _)) = https.find(|(_, file)| written(&file.pem)) {
        return Some(stem.as_str());
    }
    let terminated = routing.tcp.iter().filter_map(|port| port.tls.as_ref());
    let mut shown = terminated.flat_map(Termination::shown);
    shown
        .find(|file: &&PemFile| written(&file.pem))
        .map(|file| file.stem.as_str())
}

/// Whether `git add` would take the file; `None` when `folder` is not there, or in no work tree.
#[expect(
    clippy::disallowed_methods,
    reason = "git is asked about a folder that was named at the command line"
)]
fn is_taken(folder: &Path, file: &Path) -> Option<bool> {
    let status = Command::new("git")
        .arg("-C")
        .arg(folder)
        // What a repository configures is not run for a question.
        .args([
            "-c",
            "core.fsmonitor=false",
            "check-ignore",
            "--quiet",
            "--",
        ])
        .arg(file)
        // Hooks set these for the repository that they run in.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match status.ok()?.code()? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}
