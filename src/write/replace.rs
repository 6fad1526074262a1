//! Single files that are no part of a bundle.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

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
///
/// # Errors
/// What the file system says; and a refusal for a file that nobody may write, and for one outside of the repository to which a link
/// within it leads.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    Replacement::prepare(path, text)?.put()
}

/// A text that lies beside the file in whose place it will be put.
pub struct Replacement {
    path: PathBuf,
    how: How,
}

enum How {
    /// A pipe or a device takes what it gets, and stays what it is.
    Stream(String),
    File(NamedTempFile),
}

impl Replacement {
    /// Does all of [`replace`] that can fail for want of space or of rights, and changes nothing that anybody sees.
    #[expect(clippy::disallowed_methods, reason = "files that are named one by one")]
    pub fn prepare(path: &Path, text: &str) -> io::Result<Self> {
        stay_within(path)?;
        let path: PathBuf = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let known = std::fs::metadata(&path).ok();
        if known.as_ref().is_some_and(|known| !known.is_file()) {
            let how = How::Stream(text.to_owned());
            return Ok(Self { path, how });
        }
        if known.as_ref().is_some_and(|it| it.permissions().readonly()) {
            return Err(refused("the file is read-only"));
        }
        let mut file = tempfile::Builder::new()
            .prefix(".ingressc-")
            // As any new file: the umask takes its part.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder(&path))?;
        file.write_all(text.as_bytes())?;
        if let Some(known) = known {
            file.as_file().set_permissions(known.permissions())?;
        }
        file.as_file().sync_all()?;
        let how = How::File(file);
        Ok(Self { path, how })
    }

    /// Puts it in its place.
    #[expect(clippy::disallowed_methods, reason = "files that are named one by one")]
    pub fn put(self) -> io::Result<()> {
        match self.how {
            How::Stream(text) => std::fs::OpenOptions::new()
                .write(true)
                .open(&self.path)?
                .write_all(text.as_bytes()),
            How::File(file) => {
                file.persist(&self.path).map_err(|refused| refused.error)?;
                std::fs::File::open(folder(&self.path))?.sync_all()
            }
        }
    }
}

fn folder(path: &Path) -> &Path {
    let parent = path.parent();
    let named = parent.filter(|folder| !folder.as_os_str().is_empty());
    named.unwrap_or(Path::new("."))
}

fn refused(why: &str) -> io::Error {
    io::Error::other(why)
}

/// Whoever sends a change chooses the links in it: one that leads out of the repository, or else of the working directory, must not
/// choose what is written. A link that lies in neither is the machine's own.
#[expect(clippy::disallowed_methods, reason = "where a link leads is asked")]
fn stay_within(path: &Path) -> io::Result<()> {
    let here = std::env::current_dir()?;
    let path = std::path::absolute(path)?;
    let mut above: Vec<&Path> = path.ancestors().skip(1).collect();
    above.reverse();
    let mut root = None;
    for folder in above.into_iter().filter(|it| it.join(".git").exists()) {
        let real = folder.canonicalize()?;
        // From the outside in: a link may lead into another repository, which is not within.
        if root.as_ref().is_none_or(|outer| real.starts_with(outer)) {
            root = Some(real);
        }
    }
    if root.is_none() && path.starts_with(&here) {
        root = Some(here.canonicalize()?);
    }
    let Some(root) = root else {
        return Ok(());
    };
    let real = path
        .canonicalize()
        .or_else(|_| folder(&path).canonicalize());
    match real {
        Ok(real) if !real.starts_with(root) => Err(refused(
            "a link leads out of the repository or the working directory",
        )),
        _ => Ok(()),
    }
}
