//! A bundle that lies on the disk, read back.
//!
//! In: its folder. Out: the files that its `bundle.json` names, and which of them are not as they were written. Nothing else in the
//! folder is read, and nothing is changed.

use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::emit::{Bundle, BundleFile, Described, INDEX, is_private};

/// No file of ours is longer: it is no bundle, or somebody wants the memory.
const MAX_BYTES: u64 = 1 << 30;

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

/// `None` when there is none, or something else of that name: a pipe would wait for ever.
#[expect(clippy::disallowed_methods, reason = "the output directory")]
fn file(path: &Path) -> io::Result<Option<BundleFile>> {
    let found = match std::fs::metadata(path) {
        Ok(found) if found.is_file() => found,
        Ok(_) => return Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    std::fs::File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("{} is too long for a file of a bundle", path.display());
        return Err(io::Error::new(ErrorKind::InvalidData, message));
    }
    Ok(Some(BundleFile {
        bytes,
        private: found.permissions().mode().trailing_zeros() >= 6,
    }))
}
