//! Text into a [`Config`]: one function a section, one arm a key.

use super::value::{Key, Value};
use super::words::{self, addresses, level, namespace, object_name, unknown_key, unknown_rule};
use super::{Config, Mistake};
use crate::finding::{Code, Severity};
use crate::ir::{HaproxyVersion, Pem};
use crate::source::{FileId, Origin, Sources, Tree};

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
    fn join(&self, path: &str) -> String {
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
    let mut reader = Reader {
        config,
        base,
        mistakes: Vec::new(),
    };
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

/// Reads `key.key=value`, the text of `file`. The value is YAML.
pub fn set(config: &mut Config, sources: &Sources, file: FileId) -> Vec<Mistake> {
    let text = &sources.file(file).text;
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let Some((keys, value)) = text.split_once('=') else {
        let whole = Origin {
            file,
            start: 0,
            end: offset(text.trim_end().len()),
        };
        return vec![
            Mistake::new("there is no `=` in it", whole)
                .help("write KEY=VALUE, such as `rules.fail-on=warning`"),
        ];
    };
    let mut path = Vec::new();
    let mut start = 0;
    for key in keys.split('.') {
        let origin = Origin {
            file,
            start: offset(start),
            end: offset(start + key.len()),
        };
        path.push(Key {
            text: key.to_owned(),
            origin,
        });
        start += key.len() + 1;
    }
    join_paths(&mut path);
    let base = Base::default();
    let mut reader = Reader {
        config,
        base: &base,
        mistakes: Vec::new(),
    };
    match Tree::parse(file, offset(keys.len() + 1), value) {
        Err(error) => {
            let at = offset(keys.len() + 1 + error.offset);
            reader.mistakes.push(Mistake::new(
                error.message,
                Origin {
                    file,
                    start: at,
                    end: at,
                },
            ));
        }
        Ok(tree) => {
            if let Some(node) = tree.root() {
                reader.root(Value { path: &path, node });
            } else {
                let sign = Origin {
                    file,
                    start: offset(keys.len()),
                    end: offset(keys.len() + 1),
                };
                reader
                    .mistakes
                    .push(Mistake::new("there is no value after `=`", sign));
            }
        }
    }
    reader.mistakes
}

/// The keys of `certificates.map` are Secrets, whose names may hold dots.
fn join_paths(path: &mut Vec<Key>) {
    if path.len() > 3 && path[0].text == "certificates" && path[1].text == "map" {
        let rest = path.split_off(3);
        for key in rest {
            path[2].text = format!("{}.{}", path[2].text, key.text);
            path[2].origin.end = key.origin.end;
        }
    }
}

struct Reader<'c> {
    config: &'c mut Config,
    base: &'c Base,
    mistakes: Vec<Mistake>,
}

type Entry<'k, 'a, 't> = (&'k Key, Value<'a, 't>);

impl Reader<'_> {
    fn root(&mut self, value: Value<'_, '_>) {
        const KEYS: &[&str] = &[
            "version",
            "requires",
            "inputs",
            "exclude",
            "classes",
            "profile",
            "namespace",
            "target",
            "listen",
            "certificates",
            "rules",
        ];
        self.section(value, "the configuration", KEYS, |reader, (key, value)| {
            match key.text.as_str() {
                "version" => match value.word("the version is 1")? {
                    "1" => {}
                    _ => return Err(value.not("the version is 1")),
                },
                "requires" => words::requirement(value)?,
                "inputs" => reader.config.inputs = reader.paths(value, "`inputs`")?,
                "exclude" => reader.config.exclude = reader.paths(value, "`exclude`")?,
                "classes" => {
                    let names = value.strings("`classes`")?;
                    reader.config.classes = Some(names.into_iter().map(|(name, _)| name).collect());
                }
                "profile" => match value.string("`profile`")? {
                    "spec" => {}
                    _ => return Err(value.not("the only profile is `spec`")),
                },
                "namespace" => reader.config.namespace = Some(namespace(value)?),
                "target" => reader.target(value),
                "listen" => reader.listen(value),
                "certificates" => reader.certificates(value),
                "rules" => reader.rules(value),
                _ => return Ok(false),
            }
            Ok(true)
        });
    }

    fn target(&mut self, value: Value<'_, '_>) {
        self.section(value, "`target`", &["haproxy"], |reader, (key, value)| {
            let wanted = "`target.haproxy` is a version from 2.6 to 3.4";
            match key.text.as_str() {
                "haproxy" => match HaproxyVersion::parse(value.word(wanted)?) {
                    Some(version) => reader.config.haproxy = Some(version),
                    None => return Err(value.not(wanted)),
                },
                _ => return Ok(false),
            }
            Ok(true)
        });
    }

    fn listen(&mut self, value: Value<'_, '_>) {
        self.section(
            value,
            "`listen`",
            &["http", "https"],
            |reader, (key, value)| {
                match key.text.as_str() {
                    "http" => reader.config.http = Some(addresses(value, "`listen.http`")?),
                    "https" => reader.config.https = Some(addresses(value, "`listen.https`")?),
                    _ => return Ok(false),
                }
                Ok(true)
            },
        );
    }

    fn certificates(&mut self, value: Value<'_, '_>) {
        self.section(
            value,
            "`certificates`",
            &["map", "default"],
            |reader, (key, value)| {
                match key.text.as_str() {
                    "map" => {
                        for (secret, path) in value.entries("`certificates.map`")? {
                            reader.certificate_file(&secret, path)?;
                        }
                    }
                    "default" => {
                        let text = value.string("`certificates.default`")?;
                        let secret = object_name(text)
                            .ok_or_else(|| value.not("a Secret is written namespace/name"))?;
                        reader.config.default_certificate = Some(secret);
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            },
        );
    }

    fn certificate_file(&mut self, secret: &Key, path: Value<'_, '_>) -> Result<(), Mistake> {
        let name = object_name(&secret.text).ok_or_else(|| {
            Mistake::new(
                format!("a Secret is written namespace/name, not `{}`", secret.text),
                secret.origin,
            )
        })?;
        let file = path.string("the certificate's file")?;
        // A crt-list has no quoting, and the file lies on HAProxy's host rather than here.
        if Pem::file(file).is_none() {
            return Err(path.not(
                "the certificate's file is an absolute path of letters, digits and `/._-+@:`",
            ));
        }
        self.config.certificate_files.insert(name, file.to_owned());
        Ok(())
    }

    fn rules(&mut self, value: Value<'_, '_>) {
        self.section(value, "`rules`", &["fail-on"], |reader, (key, value)| {
            if key.text == "fail-on" {
                let wanted = "`fail-on` is error, warning, info or pedantic";
                let severity =
                    Severity::parse(value.word(wanted)?).ok_or_else(|| value.not(wanted))?;
                reader.config.fail_on = Some(severity);
                return Ok(true);
            }
            let Some(code) = Code::find(&key.text) else {
                return Err(unknown_rule(key));
            };
            reader.section(
                value,
                "a rule's settings",
                &["level"],
                |reader, (key, value)| {
                    if key.text != "level" {
                        return Ok(false);
                    }
                    let level = level(value)?;
                    reader.config.levels.insert(code, level);
                    Ok(true)
                },
            );
            Ok(true)
        });
    }

    /// Goes through the entries of a mapping. `take` answers whether it knows the key; `known` are the keys to suggest.
    fn section<'a, 't>(
        &mut self,
        value: Value<'a, 't>,
        what: &str,
        known: &[&str],
        mut take: impl FnMut(&mut Self, Entry<'_, 'a, 't>) -> Result<bool, Mistake>,
    ) {
        let entries = match value.entries(what) {
            Ok(entries) => entries,
            Err(mistake) => return self.mistakes.push(mistake),
        };
        for (key, value) in entries {
            match take(self, (&key, value)) {
                Ok(true) => {}
                Ok(false) => self.mistakes.push(unknown_key(&key, known)),
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
    }

    fn paths(&self, value: Value<'_, '_>, what: &str) -> Result<Vec<String>, Mistake> {
        let paths = value.strings(what)?;
        Ok(paths
            .into_iter()
            .map(|(path, _)| self.base.join(&path))
            .collect())
    }
}

#[cfg(test)]
mod tests;
