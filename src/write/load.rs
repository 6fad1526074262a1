//! A bundle that lies on the disk, read back.
//!
//! In: its folder. Out: the files that its `bundle.json` names, and which of them are not as they were written. Nothing else in the
//! folder is read, and nothing is changed.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::plan::read;
use crate::emit::{Bundle, BundleFile, Described, INDEX, is_private};

/// A folder with a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The files that are there, `bundle.json` among them.
    pub bundle: Bundle,
    /// What `bundle.json` says.
    pub described: Described,
    /// Files with another content than was written, and files that are missing, sorted.
    pub edited: Vec<String>,
}

/// Reads the bundle in `dir`. `None` when there is no `bundle.json` in it that is ours.
///
/// # Errors
/// What the file system says.
pub fn load(dir: &Path) -> io::Result<Option<Loaded>> {
    let Some(index) = file(&dir.join(INDEX))? else {
        return Ok(None);
    };
    let Some(described) = Described::read(&index.bytes) else {
        return Ok(None);
    };
    let mut bundle = Bundle::default();
    let mut edited = Vec::new();
    for (path, digest) in &described.digests {
        match file(&dir.join(path))? {
            Some(file) => {
                if Described::digest(&file.bytes) != *digest {
                    edited.push(path.clone());
                }
                let private = file.private || is_private(path, &file.bytes);
                bundle
                    .files
                    .insert(path.clone(), BundleFile { private, ..file });
            }
            None => edited.push(path.clone()),
        }
    }
    bundle.files.insert(INDEX.to_owned(), index);
    Ok(Some(Loaded {
        bundle,
        described,
        edited,
    }))
}

/// `None` when there is none.
#[expect(clippy::disallowed_methods, reason = "the output directory")]
fn file(path: &Path) -> io::Result<Option<BundleFile>> {
    let Some(bytes) = read(path)? else {
        return Ok(None);
    };
    let mode = std::fs::metadata(path)?.permissions().mode();
    Ok(Some(BundleFile {
        bytes,
        private: mode.trailing_zeros() >= 6,
    }))
}
