//! Text into a [`Config`]: one function a section, one arm a key.

use std::collections::BTreeMap;

mod annotations;
mod certificates;
mod clusters;
mod endpoints;
mod host;
mod ignore;
mod include;
mod policy;
mod rules;
mod set;
mod tcp;

pub use self::set::set;
use super::keys::{self, table};
use super::value::{Key, Value};
use super::words::{self, namespace, unknown_key};
use super::{Config, Mistake};
use crate::ir::{BindAddress, PeerName};
use crate::source::{FileId, Origin, Sourced, Sources, Tree};

/// What paths in the configuration are relative to: the folder of the file, as seen from where the tool runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// The folder of `file`, a path with `/` between folders. Nothing for `--set`, whose paths are those of the command line.
    pub fn of(file: &str) -> Self {
        Self(
            file.rfind('/')
                .map_or_else(String::new, |at| file[..=at].to_owned()),
        )
    }

    /// `path` as seen from where the tool runs. A glob that starts with `**` holds everywhere and stays as it is.
    pub(crate) fn join(&self, path: &str) -> String {
        if path.starts_with('/') || path.starts_with("**") {
            return path.to_owned();
        }
        format!("{}{}", self.0, path.strip_prefix("./").unwrap_or(path))
    }
}

/// Reads a whole file into `config`. Goes on after a mistake, so that all of them can be shown at once.
pub fn read(config: &mut Config, sources: &Sources, file: FileId, base: &Base) -> Vec<Mistake> {
    let text = &sources.file(file).text;
    let tree = match Tree::parse(file, 0, text) {
        Ok(tree) => tree,
        Err(error) => {
            let at = u32::try_from(error.offset).unwrap_or(u32::MAX);
            return vec![Mistake::new(
                error.message,
                Origin {
                    file,
                    start: at,
                    end: at,
                },
            )];
        }
    };
    let mut reader = Reader::new(config, base);
    for (_, again) in tree.duplicates() {
        let message = format!(
            "`{}` stands here a second time",
            again.text().unwrap_or_default()
        );
        reader
            .mistakes
            .push(Mistake::new(message, again.origin()).help("remove one of the two"));
    }
    if let Some(node) = tree.root().filter(|node| !node.is_null()) {
        reader.root(Value { path: &[], node });
    }
    reader.mistakes
}

struct Reader<'c> {
    config: &'c mut Config,
    base: &'c Base,
    mistakes: Vec<Mistake>,
    seen: Seen,
}

/// Keys of this text that are judged together with others.
#[derive(Default)]
struct Seen {
    inputs: Option<Origin>,
    clusters: Option<Origin>,
    /// By the key below `listen`.
    listen: BTreeMap<String, Vec<Sourced<BindAddress>>>,
    /// Where the address of each stands.
    peers: BTreeMap<PeerName, Origin>,
}

type Entry<'k, 'a, 't> = (&'k Key, Value<'a, 't>);

impl<'c> Reader<'c> {
    fn new(config: &'c mut Config, base: &'c Base) -> Self {
        Self {
            config,
            base,
            mistakes: Vec::new(),
            seen: Seen::default(),
        }
    }
}

impl Reader<'_> {
    /// The whole of a text.
    fn root(&mut self, value: Value<'_, '_>) {
        let what = "the configuration";
        self.section(value, what, table::ROOT, |reader, (key, value)| {
            match key.text.as_str() {
                "version" => match value.word("the version is 1")? {
                    "1" => {}
                    _ => return Err(value.not("the version is 1")),
                },
                "requires" => words::requirement(value)?,
                "inputs" => {
                    reader.seen.inputs = Some(key.origin);
                    reader.config.inputs = reader.paths(value, "`inputs`")?;
                }
                "exclude" => {
                    let base = reader.base;
                    // A glob without `/` holds at any depth.
                    let seen = |glob: &str| {
                        if glob.contains('/') {
                            base.join(glob)
                        } else {
                            glob.to_owned()
                        }
                    };
                    let globs =
                        value.list("`exclude`", &mut reader.mistakes, |glob, _| Ok(seen(glob)))?;
                    reader.config.exclude = bare(globs);
                }
                "classes" => {
                    let own = |name: &str, _| Ok(name.to_owned());
                    let names = value.list("`classes`", &mut reader.mistakes, own)?;
                    reader.config.classes = Some(bare(names));
                }
                "profile" | "dialects" | "configMap" | "errorFiles" | "patternFiles"
                | "instances" | "trustedProxies" => reader.annotations(&key.text, value)?,
                "namespace" => reader.config.namespace = Some(namespace(value)?),
                "target" => reader.target(value),
                "listen" => reader.listen(value),
                "endpoints" => {
                    let mut endpoints = std::mem::take(&mut reader.config.endpoints);
                    reader.endpoints(value, "endpoints", &mut endpoints);
                    reader.config.endpoints = endpoints;
                }
                "clusters" => {
                    reader.seen.clusters = Some(key.origin);
                    reader.clusters(value)?;
                }
                "peers" => reader.peers(value)?,
                "tcp" => reader.tcp(value),
                "include" => reader.include(value),
                "certificates" => reader.certificates(value),
                "policy" => reader.policy(value),
                "rules" => reader.rules(value)?,
                "ignore" => reader.ignore(value)?,
                "baseline" => {
                    let path = value.string("`baseline`")?;
                    if path.is_empty() {
                        return Err(value.not("`baseline` is the path of a file"));
                    }
                    reader.config.baseline = Some(reader.base.join(path));
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
        self.listen_together();
        self.clusters_together();
    }

    /// Goes through the entries of a mapping. What the table does not have, nobody is asked to `take`, so that no key is read
    /// that the schema would refuse.
    fn section<'a, 't>(
        &mut self,
        value: Value<'a, 't>,
        what: &str,
        known: &[keys::Key],
        mut take: impl FnMut(&mut Self, Entry<'_, 'a, 't>) -> Result<bool, Mistake>,
    ) {
        let entries = match value.entries(what) {
            Ok(entries) => entries,
            Err(mistake) => return self.mistakes.push(mistake),
        };
        for (key, value) in entries {
            let listed = known.iter().any(|one| one.name == key.text);
            match listed.then(|| take(self, (&key, value))) {
                Some(Ok(true)) => {}
                None | Some(Ok(false)) => {
                    self.mistakes.push(unknown_key(&key, &keys::names(known)));
                }
                Some(Err(mistake)) => self.mistakes.push(mistake),
            }
        }
    }

    fn paths(&mut self, value: Value<'_, '_>, what: &str) -> Result<Vec<String>, Mistake> {
        Ok(bare(self.files(value, what)?))
    }

    fn files(&mut self, value: Value<'_, '_>, what: &str) -> Result<Vec<Sourced<String>>, Mistake> {
        let base = self.base;
        value.list(what, &mut self.mistakes, |path, _| Ok(base.join(path)))
    }
}

/// The values without their places.
fn bare<T>(list: Vec<Sourced<T>>) -> Vec<T> {
    list.into_iter().map(|one| one.value).collect()
}

#[cfg(test)]
mod tests;
