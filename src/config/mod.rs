//! `ingressc.yaml`: what a repository says once, so that nobody types it again.
//!
//! In: the text of a file, and `--set KEY=VALUE`. Out: a [`Config`], or [`Mistake`]s with the place of each. Every key has a
//! default; an unknown one is a mistake, because a setting that is silently ignored is one that somebody relies on.

mod discover;
mod keys;
mod model;
mod ordered;
mod read;
mod requires;
mod value;
mod words;

pub use discover::{discover, discover_file};
pub(crate) use keys::schema;
pub use model::{Admin, Cluster, Config, Endpoints, Include, Tcp};
pub(crate) use model::{HTTP, HTTPS, METRICS};
pub(crate) use ordered::Ordered;
pub use read::{Base, read, set};
pub(crate) use words::{is_namespace, nearest};

use crate::source::{Origin, Sourced};

/// The file's name.
pub const FILE_NAME: &str = "ingressc.yaml";

/// Something in the configuration that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Lower case, without a full stop, and the key or value that a person would edit.
    pub message: Sourced<String>,
    /// What to do, in the imperative.
    pub help: Option<String>,
}

impl Mistake {
    pub(crate) fn new(message: impl Into<String>, origin: Origin) -> Self {
        Self {
            message: Sourced::new(message.into(), origin),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
