//! Single files that are no part of a bundle.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// As [`replace`]; makes the folders on the way to a file that is new.
#[expect(clippy::disallowed_methods, reason = "files that are named one by one")]
pub fn keep(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    replace(path, text)
}

/// Puts a text in the place of a file, or where none is: whoever looks sees the old one or the new one, whole, also after a power
/// cut. A link keeps pointing to it, and the mode stays.
#[expect(clippy::disallowed_methods, reason = "files that are named one by one")]
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path: PathBuf = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let known = std::fs::metadata(&path).ok();
    // A pipe or a device takes what it gets, and stays what it is.
    if known.as_ref().is_some_and(|known| !known.is_file()) {
        return std::fs::OpenOptions::new()
            .write(true)
            .open(&path)?
            .write_all(text.as_bytes());
    }
    let mut file = tempfile::Builder::new()
        .prefix(".ingressc-")
        // As any new file: the umask takes its part.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Some(known) = known {
        file.as_file().set_permissions(known.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|refused| refused.error)?;
    std::fs::File::open(folder)?.sync_all()
}
