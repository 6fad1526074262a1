//! A bundle that is on the disk already, read back.
//!
//! In: its folder. Out: its `haproxy.cfg`, if it is one that this program wrote there. Changes nothing.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::plan::{Found, read};
use crate::emit::{CONFIG, INDEX, Index};

/// Why a folder is not taken for a bundle.
#[derive(Debug)]
pub enum NoBundle {
    /// What the file system says.
    Unread(io::Error),
    /// There is a file where a folder belongs.
    NoFolder,
    /// There is a `haproxy.cfg`, and no `bundle.json` that says that it was written by this program.
    Foreign,
    /// There is a `bundle.json`, and no `haproxy.cfg`.
    Missing,
    /// `haproxy.cfg` is not the file that `bundle.json` describes.
    Edited,
}

impl fmt::Display for NoBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread(error) => write!(f, "it cannot be read: {error}"),
            Self::NoFolder => f.write_str("it is no folder"),
            Self::Foreign => write!(
                f,
                "no {INDEX} in it says that its {CONFIG} was written by ingressc"
            ),
            Self::Missing => write!(f, "its {CONFIG} is not there, which its {INDEX} names"),
            Self::Edited => write!(f, "its {CONFIG} is not the one that its {INDEX} describes"),
        }
    }
}

impl std::error::Error for NoBundle {}

impl From<io::Error> for NoBundle {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotADirectory => Self::NoFolder,
            _ => Self::Unread(error),
        }
    }
}

/// The `haproxy.cfg` of the bundle in `dir`; `None` when there is no bundle: no folder, or nothing of a bundle in it.
///
/// # Errors
/// There is something else; see [`NoBundle`].
pub fn previous(dir: &Path) -> Result<Option<String>, NoBundle> {
    let found = Found::read(dir)?;
    let config = read(&dir.join(CONFIG))?;
    let index = read(&dir.join(INDEX))?;
    let config = match (config, &index) {
        (Some(config), _) => config,
        // A very first run that was killed.
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(NoBundle::Missing),
    };
    if !found.owned.contains(CONFIG) {
        return Err(NoBundle::Foreign);
    }
    // A run that was killed leaves a `haproxy.cfg` that HAProxy may have, and that no `bundle.json` describes.
    let is_whole = found.leftovers.is_empty();
    if is_whole && !index.is_some_and(|json| Index::describes(&json, CONFIG, &config)) {
        return Err(NoBundle::Edited);
    }
    String::from_utf8(config)
        .map(Some)
        .map_err(|_| NoBundle::Edited)
}
