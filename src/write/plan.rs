//! What is in the output directory, and what has to be done to it.
//!
//! In: the directory and the bundle. Out: the files that differ, and which of them HAProxy may be reading. Changes nothing.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::emit::{Bundle, CONFIG, CRT_LIST, INDEX, Index};
use crate::source::read_regular;

/// No file of ours is longer: it is no bundle, or somebody wants the memory.
pub(super) const MAX_BYTES: u64 = 1 << 30;

/// What is in the directory.
pub(super) struct Found {
    /// The files that bundles here have had, whether or not they are still there.
    pub(super) owned: BTreeSet<String>,
    /// Folders `.next-N` of runs that did not end.
    pub(super) leftovers: BTreeSet<String>,
}

impl Found {
    #[expect(clippy::disallowed_methods, reason = "the output directory")]
    pub(super) fn read(dir: &Path) -> io::Result<Self> {
        let mut leftovers = BTreeSet::new();
        match std::fs::read_dir(dir) {
            Ok(entries) => {
                for entry in entries {
                    let name = entry?.file_name().to_string_lossy().into_owned();
                    let number = name.strip_prefix(".next-").map(str::parse::<u32>);
                    if matches!(number, Some(Ok(_))) {
                        leftovers.insert(name);
                    }
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let mut owned = BTreeSet::new();
        for folder in leftovers.iter().map(String::as_str).chain([""]) {
            if let Some(json) = read(&dir.join(folder).join(INDEX))?
                && let Some(paths) = Index::owned(&json)
            {
                owned.extend(paths);
                owned.insert(INDEX.to_owned());
            }
        }
        Ok(Self { owned, leftovers })
    }

    pub(super) fn unused(&self) -> String {
        let mut names = (1..=u32::MAX).map(|number| format!(".next-{number}"));
        names
            .find(|name| !self.leftovers.contains(name))
            .unwrap_or_default()
    }
}

/// What has to be done, `bundle.json` left aside but for `added` and `changed`.
pub(super) struct Plan<'a> {
    pub(super) added: BTreeSet<&'a str>,
    pub(super) changed: BTreeSet<&'a str>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(dir: &Path, bundle: &'a Bundle, found: &Found) -> io::Result<Self> {
        let (mut added, mut changed) = (BTreeSet::new(), BTreeSet::new());
        for (path, file) in &bundle.files {
            match read(&dir.join(path))? {
                None => _ = added.insert(path.as_str()),
                Some(_) if !found.owned.contains(path) => return Err(in_the_way(&dir.join(path))),
                Some(bytes) if bytes != file.bytes => _ = changed.insert(path.as_str()),
                Some(_) => {}
            }
        }
        Ok(Self { added, changed })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty()
    }

    /// The files that replace others while HAProxy may read them: all that changed, unless it is one alone.
    pub(super) fn staged(&self, bundle: &Bundle) -> BTreeSet<&'a str> {
        let side = |path: &&str| !matches!(*path, CONFIG | INDEX);
        let mut staged: BTreeSet<_> = self.changed.iter().copied().filter(side).collect();
        if staged.len() == 1 && !self.changed.contains(CONFIG) && !self.added.contains(CONFIG) {
            staged.clear();
        } else if staged.iter().any(|path| path.starts_with("certs/"))
            && bundle.files.contains_key(CRT_LIST)
        {
            // It names the certificates, so it has to name the staged ones. Other files name those that never change.
            staged.insert(CRT_LIST);
        }
        staged
    }
}

fn in_the_way(path: &Path) -> io::Error {
    let path = path.display();
    let message = format!(
        "{path} is in the way: no bundle.json beside it says that it was written by this program; remove it, or choose another directory"
    );
    io::Error::new(ErrorKind::AlreadyExists, message)
}

/// The content of a file; `None` when it is not there.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match read_regular(path, MAX_BYTES) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => {
            let message = format!("{}: {error}", path.display());
            Err(io::Error::new(error.kind(), message))
        }
    }
}
