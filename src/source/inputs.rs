//! What the user asks to be read, and why it could not be.

use std::fmt;
use std::io;

/// What to read, as the user typed it.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Files, folders, globs (`deploy/**/*.yaml`), and `-` for standard input.
    pub paths: Vec<String>,
    /// Files that name one path a line; `-` for standard input. Blank lines and lines that begin with `#` are skipped.
    pub file_lists: Vec<String>,
    /// What standard input is called in findings; `<stdin>` when not given.
    pub stdin_name: Option<String>,
    /// Globs of files and folders to leave out of walks: `*.tmp.yaml` and `charts` at any depth, `deploy/old/**` from the
    /// working directory on.
    pub exclude: Vec<String>,
    /// Files that are known to be something else, such as inventories: left out of walks, too.
    pub others: Vec<String>,
    /// `exclude` also applies to files that are named one by one, as pre-commit does.
    pub force_exclude: bool,
    /// `.gitignore` counts in walks, as `.ingresscignore` always does.
    pub gitignore: bool,
}

/// Why the inputs could not be read. The first three are the user's, the last one is the machine's.
#[derive(Debug)]
pub enum CollectError {
    /// There is no such file or folder.
    NotFound(String),
    /// No file matches this glob.
    NothingMatches(String),
    /// What was asked for cannot be meant, such as a glob that is none, or standard input for two purposes.
    Usage(String),
    /// The machine refused.
    Io {
        /// What was being read.
        name: String,
        /// What it said.
        source: io::Error,
    },
}

impl CollectError {
    pub(super) fn io(name: impl Into<String>, source: io::Error) -> Self {
        let name = name.into();
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound(name),
            _ => Self::Io { name, source },
        }
    }

    /// Whether the user asked wrongly, as opposed to a failure of the machine.
    pub fn is_usage(&self) -> bool {
        !matches!(self, Self::Io { .. })
    }
}

impl fmt::Display for CollectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(name) => write!(f, "there is no file or folder `{name}`"),
            Self::NothingMatches(glob) => write!(f, "no file matches `{glob}`"),
            Self::Usage(message) => f.write_str(message),
            Self::Io { name, source } => write!(f, "cannot read `{name}`: {source}"),
        }
    }
}

impl std::error::Error for CollectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<CollectError> for io::Error {
    fn from(error: CollectError) -> Self {
        let kind = match &error {
            CollectError::NotFound(_) | CollectError::NothingMatches(_) => io::ErrorKind::NotFound,
            CollectError::Usage(_) => io::ErrorKind::InvalidInput,
            CollectError::Io { source, .. } => source.kind(),
        };
        Self::new(kind, error)
    }
}
