//! Where the configuration is written: how paths are named in it, and how it gets there whole or not at all.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};

use crate::cli::Stop;
use crate::cli::journey::fault;
use crate::report::visible;

/// A file, or stdout.
pub(super) enum Target<'a> {
    Stdout,
    File {
        path: &'a Path,
        /// A file that is there is replaced.
        force: bool,
    },
}

impl<'a> Target<'a> {
    /// `-` is stdout. A file that is there is refused before anything is read, unless `force`.
    pub(super) fn new(typed: &'a str, force: bool) -> Result<Self, Stop> {
        if typed == "-" {
            return Ok(Self::Stdout);
        }
        let path = Path::new(typed);
        // A link to nowhere is somebody's, too.
        if !force && std::fs::symlink_metadata(path).is_ok() {
            return Err(in_the_way(path));
        }
        Ok(Self::File { path, force })
    }

    /// The paths, which are relative to the working directory, as seen from the file. None of them when one is stdin, which no
    /// configuration can name.
    pub(super) fn inputs(&self, paths: &[String]) -> Result<Vec<String>, Stop> {
        if paths.iter().any(|path| path == "-") {
            return Ok(Vec::new());
        }
        if paths.is_empty() {
            return self.seen(".").map(|path| vec![path]);
        }
        paths.iter().map(|path| self.seen(path)).collect()
    }

    /// The globs as seen from the file. One without `/` holds at any depth, which has to be written down: in a configuration it
    /// would be one of the file's folder.
    pub(super) fn exclude(&self, globs: &[String]) -> Result<Vec<String>, Stop> {
        globs
            .iter()
            .map(|glob| match glob.trim_end_matches('/') {
                name if name.contains('/') => self.seen(glob),
                name => Ok(format!("**/{name}")),
            })
            .collect()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "what has no way from the file is named from the root"
    )]
    fn seen(&self, path: &str) -> Result<String, Stop> {
        let folder = match self {
            Self::Stdout => Path::new(""),
            Self::File { path, force: _ } => path.parent().unwrap_or(Path::new("")),
        };
        let given = Path::new(path);
        let (folder, parts) = match (plain(folder), plain(given)) {
            _ if given.is_absolute() => return Ok(path.to_owned()),
            (Some(folder), _) if folder.is_empty() => return Ok(path.to_owned()),
            (Some(folder), Some(parts)) => (folder, parts),
            _ => {
                let here = std::env::current_dir();
                let here = here.map_err(|error| fault("the working directory", &error))?;
                return Ok(here.join(path).to_string_lossy().into_owned());
            }
        };
        let shared = folder
            .iter()
            .zip(&parts)
            .take_while(|(a, b)| a == b)
            .count();
        let mut seen: PathBuf = folder[shared..].iter().map(|_| "..").collect();
        seen.extend(&parts[shared..]);
        Ok(match seen.to_string_lossy().as_ref() {
            "" => ".".to_owned(),
            seen => seen.to_owned(),
        })
    }

    /// Writes beside, then puts in place.
    pub(super) fn write(&self, text: &str) -> Result<(), Stop> {
        let &Self::File { path, force } = self else {
            return Ok(());
        };
        put(path, text, force).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => in_the_way(path),
            _ => fault(
                &format!("writing {}", visible(&path.to_string_lossy())),
                &error,
            ),
        })
    }
}

fn put(path: &Path, text: &str, force: bool) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::Builder::new()
        .prefix(".ingressc-")
        .permissions(std::fs::Permissions::from_mode(0o644))
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let placed = if force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    placed.map(drop).map_err(|refused| refused.error)
}

/// The names in a path that goes down only.
fn plain(path: &Path) -> Option<Vec<OsString>> {
    path.components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| match part {
            Component::Normal(name) => Some(name.to_owned()),
            _ => None,
        })
        .collect()
}

fn in_the_way(path: &Path) -> Stop {
    Stop::usage(format!(
        "error: {} is there already\n  help: write to another file with --output, or over it with --force",
        visible(&path.to_string_lossy())
    ))
}
