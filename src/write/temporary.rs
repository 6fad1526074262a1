//! Bundles in temporary folders, for a HAProxy that is asked about them.
//!
//! In: a bundle. Out: its files in a folder that nobody else can enter, whatever the umask says: bundles hold private keys and hashes, and
//! a program that is killed leaves its folder behind.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::TempDir;

use super::{make_dir, write_new};
use crate::emit::Bundle;

/// A new, empty folder for this user alone. It is removed when the value is dropped.
///
/// # Errors
/// What the file system says.
pub fn private_folder() -> io::Result<TempDir> {
    tempfile::Builder::new()
        .prefix("ingressc-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
}

/// Writes the files of a bundle to a folder that is empty, without waiting for the disk. Private files are readable for this user
/// alone.
///
/// # Errors
/// What the file system says.
pub fn fill(folder: &Path, bundle: &Bundle) -> io::Result<()> {
    for (name, file) in &bundle.files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            make_dir(parent, 0o700)?;
        }
        write_new(&path, &path, file, false)?;
    }
    Ok(())
}

/// [`fill`] of a [`private_folder`].
///
/// # Errors
/// What the file system says.
pub fn lay_out(bundle: &Bundle) -> io::Result<TempDir> {
    let folder = private_folder()?;
    fill(folder.path(), bundle)?;
    Ok(folder)
}
