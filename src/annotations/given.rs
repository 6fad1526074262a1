//! The keys of one object: which of its annotations are ours, and which of those are legal.
//!
//! In: an object's annotations, or the data of the controller's ConfigMap. Out: keys with their registry entries, and findings about
//! unknown, misplaced, illegal and doubtful ones. Each object is read once, however many routes it is part of.

use super::context::Settings;
use super::registry;
use super::spec::{Dialect, On, Spec};
use crate::finding::{Code, Finding, Severity};
use crate::manifest::{ConfigMap, Kind, Meta};
use crate::source::{Origin, Sourced};

/// A key of an object that the registry knows and that may stand there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'m> {
    /// What is known about it.
    pub(super) spec: &'static Spec,
    /// The place of its spelling in the order of precedence; 0 is the strongest.
    pub(super) rank: usize,
    /// As written.
    pub(super) value: &'m Sourced<String>,
    /// Where it stands. A value outside of the grammar is not used.
    pub(super) on: On,
    /// Whether the value is outside of the grammar, which has its finding.
    pub(super) broken: bool,
}

/// Reads the annotations of an Ingress or a Service.
pub(super) fn annotations<'m>(
    on: On,
    meta: &'m Meta,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> Vec<Given<'m>> {
    let mut reader = Reader {
        on,
        object: format!("{} {}", on.name(), meta.name),
        field: "metadata.annotations",
        settings,
        findings,
    };
    let mut given = Vec::new();
    for annotation in &meta.annotations {
        given.extend(reader.read(&annotation.key, annotation.key_origin, &annotation.value));
    }
    given
}

/// Reads the data of the controller's ConfigMap, over which its annotations are laid.
pub(super) fn config_map<'m>(
    map: &'m ConfigMap,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> Vec<Given<'m>> {
    let object = format!("{} {}", Kind::ConfigMap, map.meta.name);
    let mut reader = Reader {
        on: On::ConfigMap,
        object,
        field: "data",
        settings,
        findings,
    };
    let mut given = Vec::new();
    for (key, value) in &map.data {
        given.extend(reader.read(key, value.origin, value));
    }
    given
}

struct Reader<'r> {
    on: On,
    object: String,
    field: &'static str,
    settings: &'r Settings,
    findings: &'r mut Vec<Finding>,
}

impl Reader<'_> {
    fn read<'m>(
        &mut self,
        key: &str,
        place: Origin,
        value: &'m Sourced<String>,
    ) -> Option<Given<'m>> {
        let (dialect, name) = self.dialect(key)?;
        let Some((spec, rank)) = registry::find(dialect, name) else {
            self.say(
                Finding::new(
                    Code::UNKNOWN_ANNOTATION,
                    format!(
                        "`{key}` of {} is no key of the dialect {}",
                        self.object,
                        dialect.name()
                    ),
                )
                .at(place),
                key,
            );
            return None;
        };
        if !spec.on.contains(&self.on) {
            self.say(
                Finding::new(
                    Code::MISPLACED_ANNOTATION,
                    format!("`{key}` does nothing on {}", self.object),
                )
                .at(place),
                key,
            );
            return None;
        }
        let broken = !value.value.is_empty() && !self.judge(spec, key, value);
        Some(Given {
            spec,
            rank,
            value,
            on: self.on,
            broken,
        })
    }

    /// Whose key it is, and the key without prefix.
    fn dialect<'k>(&self, key: &'k str) -> Option<(Dialect, &'k str)> {
        let prefixes = Dialect::ALL.into_iter().flat_map(|dialect| {
            dialect
                .prefixes()
                .iter()
                .map(move |prefix| (dialect, *prefix))
        });
        for (dialect, prefix) in prefixes {
            if let Some(name) = key.strip_prefix(prefix) {
                return self.settings.has(dialect).then_some((dialect, name));
            }
        }
        (self.on == On::ConfigMap).then_some((Dialect::HaproxyTech, key))
    }

    fn judge(&mut self, spec: &'static Spec, key: &str, value: &Sourced<String>) -> bool {
        let (legal, problems) = spec.judge(&value.value);
        // The last one is why the value is not used, whatever else its rule is for.
        let fatal = problems.len().checked_sub(1).filter(|_| !legal);
        for (index, problem) in problems.into_iter().enumerate() {
            let mut finding = Finding::new(
                problem.code,
                format!(
                    "the value of `{key}` of {} {}",
                    self.object, problem.message
                ),
            )
            .at(value.origin);
            if let Some(help) = problem.help {
                finding = finding.help(help);
            }
            if fatal == Some(index) {
                finding = finding.severity(Severity::Error);
            }
            self.say(finding, key);
        }
        legal
    }

    fn say(&mut self, finding: Finding, key: &str) {
        let field = format!("{}[{key}]", self.field);
        self.findings
            .push(finding.object(&self.object).field(field));
    }
}
