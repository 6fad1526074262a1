//! What a walk may read: whoever wrote the folder must not choose files of the machine that reads it.
//!
//! In: a path that was met, not named. Out: why it is not read, if so: a link leads out, or what is there is no file.

use std::fs::FileType;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

use crate::finding::{Code, Finding};

/// The folder of git, beside which a work tree lies.
const GIT: &str = ".git";

/// The folders that a walk stays in, with all links resolved.
#[derive(Debug, Clone, Default)]
pub(super) struct Fence {
    /// The folder that is walked.
    folder: PathBuf,
    /// The repository around it; the folder itself where there is none.
    repository: PathBuf,
}

impl Fence {
    /// Around a folder that was named, wherever a link has led to it.
    #[expect(
        clippy::disallowed_methods,
        reason = "the fence of a walk is looked for"
    )]
    pub(super) fn around(folder: &Path) -> Self {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let mut above = folder.ancestors();
        let repository = above.find(|folder| folder.join(GIT).exists());
        Self {
            repository: repository.unwrap_or(&folder).to_owned(),
            folder,
        }
    }

    /// Why `path`, shown as `name`, is not read; `is_link` says whether it is a link itself. `None` also for what is not there, which
    /// whoever opens it will tell.
    #[expect(clippy::disallowed_methods, reason = "what a link leads to is asked")]
    pub(super) fn refusal(&self, name: &str, path: &Path, is_link: bool) -> Option<Finding> {
        let kind = std::fs::metadata(path).ok()?.file_type();
        let leads_out = is_link && !self.holds(&path.canonicalize().ok()?);
        if !leads_out && (kind.is_file() || kind.is_dir()) {
            return None;
        }
        let target = path.read_link().ok().filter(|_| is_link);
        let what = target.map_or_else(
            || format!("`{name}` is {}", noun(kind)),
            |target| {
                format!(
                    "`{name}` is a link to {} at `{}`",
                    noun(kind),
                    target.display()
                )
            },
        );
        let finding = if leads_out {
            Finding::new(
                Code::UNREAD_PATH,
                format!("{what}, outside of the folder and its repository, and was not read"),
            )
        } else {
            Finding::new(Code::UNREAD_PATH, format!("{what}, and was not read"))
        };
        Some(
            finding.help(
                "name it on the command line if it is meant, or leave it out with `--exclude`",
            ),
        )
    }

    /// Whether a resolved folder is the one that is walked, or one between it and the root of its repository.
    pub(super) fn is_around(&self, folder: &Path) -> bool {
        folder.starts_with(&self.repository)
    }

    /// Whether a resolved path is within. What git keeps for itself is not: it may hold a password of the remote.
    fn holds(&self, target: &Path) -> bool {
        [&self.folder, &self.repository].into_iter().any(|root| {
            let below = target.strip_prefix(root);
            below.is_ok_and(|below| below.components().all(|part| part.as_os_str() != GIT))
        })
    }
}

fn noun(kind: FileType) -> &'static str {
    if kind.is_file() {
        "a file"
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}
