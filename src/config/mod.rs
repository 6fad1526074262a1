//! `ingressc.yaml`: what a repository says once, so that nobody types it again.
//!
//! In: the text of a file, and `--set KEY=VALUE`. Out: a [`Config`], or [`Mistake`]s with the place of each. Every key has a
//! default; an unknown one is a mistake, because a setting that is silently ignored is one that somebody relies on.

mod discover;
mod read;
mod requires;
mod value;
mod words;

use std::collections::BTreeMap;

pub use discover::discover;
pub use read::{Base, read, set};
pub(crate) use words::{is_namespace, nearest};

use crate::finding::{Code, Level, Severity};
use crate::ir::{BindAddress, HaproxyVersion};
use crate::manifest::ObjectName;
use crate::source::{Origin, Sourced};

/// The file's name.
pub const FILE_NAME: &str = "ingressc.yaml";

/// What was configured. `None` and empty mean that nothing was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// `inputs`: paths and globs, relative to where the tool runs.
    pub inputs: Vec<String>,
    /// `exclude`: globs.
    pub exclude: Vec<String>,
    /// `namespace` of objects that name none.
    pub namespace: Option<String>,
    /// `classes`; an empty name takes Ingresses without a class.
    pub classes: Option<Vec<String>>,
    /// `target.haproxy`: the lowest version that must accept the output.
    pub haproxy: Option<HaproxyVersion>,
    /// `listen.http`.
    pub http: Option<Vec<BindAddress>>,
    /// `listen.https`.
    pub https: Option<Vec<BindAddress>>,
    /// `certificates.map`: Secrets that are files on HAProxy's host.
    pub certificate_files: BTreeMap<ObjectName, String>,
    /// `certificates.default`: the Secret for names that no certificate covers.
    pub default_certificate: Option<ObjectName>,
    /// `rules.fail-on`.
    pub fail_on: Option<Severity>,
    /// `rules.CODE.level`.
    pub levels: BTreeMap<Code, Level>,
}

/// Something in the configuration that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Lower case, without a full stop, and the key or value that a person would edit.
    pub message: Sourced<String>,
    /// What to do, in the imperative.
    pub help: Option<String>,
}

impl Mistake {
    fn new(message: impl Into<String>, origin: Origin) -> Self {
        Self {
            message: Sourced::new(message.into(), origin),
            help: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
