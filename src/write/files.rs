//! New files and folders, which belong to whom those belong that they replace.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt as _, OpenOptionsExt, fchown};
use std::path::Path;

use crate::emit::BundleFile;

/// A new file at `path`, which will be put in the place of `target`; one that survives a power cut once this returns, if it is to be
/// synced. An error names `target`.
pub(super) fn write_new(
    path: &Path,
    target: &Path,
    file: &BundleFile,
    sync: bool,
) -> io::Result<()> {
    let written = || {
        let mut out = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(if file.private { 0o600 } else { 0o644 })
            .open(path)?;
        keep_owner(&out, target)?;
        out.write_all(&file.bytes)?;
        if sync { out.sync_all() } else { Ok(()) }
    };
    written().map_err(|error| named(target, &error))
}

/// The same error, with the path that it is about.
pub(super) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// What root makes belongs to whom the file belonged that is replaced, or else the folder above it: whoever reads the folder goes on
/// reading it.
#[expect(clippy::disallowed_methods, reason = "the output directory")]
fn keep_owner(file: &std::fs::File, target: &Path) -> io::Result<()> {
    let mine = file.metadata()?;
    if mine.uid() != 0 {
        return Ok(());
    }
    let known = target.ancestors().find_map(|path| {
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        std::fs::metadata(path).ok()
    });
    match known {
        Some(known) if (known.uid(), known.gid()) != (mine.uid(), mine.gid()) => {
            fchown(file, Some(known.uid()), Some(known.gid()))
        }
        _ => Ok(()),
    }
}

/// A folder, unless it is there.
#[expect(clippy::disallowed_methods, reason = "the output directory")]
pub(super) fn make_dir(path: &Path, mode: u32) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(path)
        .map_err(|error| named(path, &error))?;
    match path.parent() {
        Some(parent) => keep_owner(&open_dir(path)?, parent),
        None => Ok(()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the output directory")]
pub(super) fn open_dir(path: &Path) -> io::Result<std::fs::File> {
    std::fs::File::open(path)
}

/// Puts `next/` before each of `paths` in a file that names them. They are found as whole words, or as arguments of a
/// converter; so `/etc/certs/a.pem` is not taken for `certs/a.pem`.
pub(super) fn redirect(bytes: &[u8], paths: &BTreeSet<&str>, next: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 256);
    for piece in bytes.split_inclusive(|b| matches!(b, b' ' | b'(' | b')' | b'\n')) {
        // Both files end in a line feed, so every piece ends in one of these.
        let word = std::str::from_utf8(&piece[..piece.len() - 1]);
        if word.is_ok_and(|word| paths.contains(word)) {
            out.extend([next.as_bytes(), b"/"].concat());
        }
        out.extend_from_slice(piece);
    }
    out
}
