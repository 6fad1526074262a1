//! What an organisation decides for all manifests: who may have which host, and which annotations have to be there or must not be.

use std::collections::BTreeMap;

use crate::annotations::{Dialect, Spec, find};
use crate::manifest::{ConfigMap, Meta, ObjectName};
use crate::source::{Origin, Sourced};

use super::Context;

/// `policy` of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// The namespaces that may have the hosts which a pattern covers, with the place of the pattern.
    pub hosts: BTreeMap<String, Sourced<Vec<String>>>,
    /// Annotations that have to be there, by key.
    pub required: BTreeMap<String, Demand>,
    /// Annotations that must not be there, by key.
    pub forbidden: BTreeMap<String, Demand>,
}

/// What is asked about an annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Where the configuration says so.
    pub origin: Origin,
    /// What the value looks like; any where this is `None`.
    pub value: Option<String>,
    /// On which objects.
    pub kinds: Vec<Kind>,
    /// In which namespaces.
    pub namespaces: Vec<String>,
}

/// The objects that a policy is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Ingresses of a selected class.
    Ingress,
    /// Services.
    Service,
    /// The controller's ConfigMap, whose keys have no prefix.
    ConfigMap,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ingress, Self::Service, Self::ConfigMap];

    /// As it is written in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::Service => "Service",
            Self::ConfigMap => "ConfigMap",
        }
    }
}

impl Policy {
    /// Who may have a host, or rules without one, with the place of the pattern that decides.
    pub(super) fn owners(&self, host: Option<&str>) -> Option<&Sourced<Vec<String>>> {
        let entry = |pattern: &str| self.hosts.get(pattern);
        // As clients and HAProxy compare names, and the patterns are written.
        let host = host.map(|host| host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase());
        let host = host.as_deref();
        let exact = host.and_then(entry);
        // `*.a.b` is below `*.b`: what is left of a name after each dot, the longest first.
        let below = || {
            let name = host.unwrap_or_default();
            let rests = name.match_indices('.').map(|(at, _)| &name[at..]);
            rests
                .map(|rest| format!("*{rest}"))
                .find_map(|it| entry(&it))
        };
        exact.or_else(below).or_else(|| entry("*"))
    }
}

impl Demand {
    /// Whether it is about objects of this kind in this namespace.
    pub(super) fn is_about(&self, object: &Object<'_>) -> bool {
        let mut namespaces = self.namespaces.iter();
        self.kinds.contains(&object.kind)
            && namespaces.any(|pattern| matches(pattern, &object.name.namespace))
    }

    /// Whether an entry is all that is asked for. Of a list, every item has to be: one that is not would undo the others. An empty
    /// value says nothing.
    pub(super) fn is_met(&self, entry: &Entry<'_>, kind: Kind) -> bool {
        let value = entry.value.value.trim();
        let Some(pattern) = self.value.as_deref() else {
            return !value.is_empty();
        };
        if value.is_empty() || pattern.is_empty() {
            return value == pattern;
        }
        if entry.is_list(kind) {
            let is_complete = || {
                let like = |pattern| items(value).any(|item| entry.is_like(pattern, item, kind));
                items(pattern).all(like)
            };
            return items(value).all(|item| entry.is_like_any(pattern, item, kind))
                && (!entry.is_weaker_when_shorter(kind) || is_complete());
        }
        entry.is_like(pattern, value, kind)
    }

    /// Whether an entry is such as is meant. Of a list, one item will do.
    pub(super) fn hits(&self, entry: &Entry<'_>, kind: Kind) -> bool {
        let value = entry.value.value.as_str();
        self.value.as_deref().is_none_or(|pattern| {
            entry.is_like(pattern, value, kind)
                || entry.is_list(kind)
                    && items(value).any(|item| entry.is_like_any(pattern, item, kind))
        })
    }
}

/// What stands between the commas of a list.
fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

/// Whether a text is what a pattern describes, in which `*` stands for any characters. Takes as long as the text is times the
/// stars, which a person has written.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        let Some(at) = text.find(part) else {
            return false;
        };
        text = &text[at + part.len()..];
    }
    true
}

/// An object that a policy may be about.
pub(super) struct Object<'m> {
    pub(super) kind: Kind,
    pub(super) name: &'m ObjectName,
    /// The value of `metadata.name`.
    pub(super) origin: Origin,
    pub(super) entries: Vec<Entry<'m>>,
}

/// An annotation, or a key of the controller's ConfigMap.
pub(super) struct Entry<'m> {
    pub(super) key: &'m str,
    pub(super) place: Origin,
    pub(super) value: &'m Sourced<String>,
}

impl Object<'_> {
    /// `Ingress shop/web`.
    pub(super) fn called(&self) -> String {
        format!("{} {}", self.kind.name(), self.name)
    }

    /// The field of a key.
    pub(super) fn field(&self, key: &str) -> String {
        match self.kind {
            Kind::ConfigMap => format!("data[{key}]"),
            _ => format!("metadata.annotations[{key}]"),
        }
    }
}

impl Entry<'_> {
    /// Whether this is a key that a policy means by `pattern`: as it is written, or under the name by which it is documented.
    pub(super) fn is_of(&self, pattern: &str, kind: Kind) -> bool {
        let dialects = Dialect::ALL.into_iter().flat_map(|dialect| {
            let mut prefixes = dialect.prefixes().iter();
            let name = match kind {
                Kind::ConfigMap => (dialect == Dialect::HaproxyTech).then_some(self.key),
                _ => prefixes.find_map(|prefix| self.key.strip_prefix(prefix)),
            };
            let prefix = dialect.prefixes()[0];
            let own = name.map(|name| format!("{prefix}{name}"));
            let known = name.and_then(|name| find(dialect, name));
            let known = known
                .filter(|(spec, _)| !spec.is_open())
                .map(|(spec, _)| format!("{prefix}{}", spec.key));
            own.into_iter().chain(known)
        });
        matches(pattern, self.key) || dialects.into_iter().any(|key| matches(pattern, &key))
    }

    /// What the registry knows of the key.
    fn specs(&self, kind: Kind) -> impl Iterator<Item = &'static Spec> {
        Dialect::ALL.into_iter().filter_map(move |dialect| {
            let mut prefixes = dialect.prefixes().iter();
            let name = match kind {
                Kind::ConfigMap => (dialect == Dialect::HaproxyTech).then_some(self.key),
                _ => prefixes.find_map(|prefix| self.key.strip_prefix(prefix)),
            };
            find(dialect, name?).map(|(spec, _)| spec)
        })
    }

    fn is_list(&self, kind: Kind) -> bool {
        self.specs(kind).any(|spec| spec.grammar.commas)
    }

    /// Whether it is a list of those who are kept out.
    fn is_weaker_when_shorter(&self, kind: Kind) -> bool {
        let mut protects = self.specs(kind).filter_map(|spec| spec.protects);
        protects.any(|it| it.weaker.starts_with("a shorter list"))
    }

    /// Whether a text is written as a pattern says, or read as the same value: `off` is `false`, `60m` is `1h`.
    fn is_like(&self, pattern: &str, text: &str, kind: Kind) -> bool {
        matches(pattern, text) || self.specs(kind).any(|spec| spec.same(pattern, text))
    }

    /// The same for an item of a list, and patterns with commas between them.
    fn is_like_any(&self, patterns: &str, item: &str, kind: Kind) -> bool {
        items(patterns).any(|pattern| self.is_like(pattern, item, kind))
    }
}

/// All objects that a policy may be about.
pub(super) fn objects<'c>(context: &Context<'c>) -> impl Iterator<Item = Object<'c>> {
    let lower = context.lower;
    let clusters = context.manifests.iter().zip(context.ingresses);
    clusters.flat_map(move |(manifests, ingresses)| {
        let ingresses = ingresses
            .iter()
            .map(|ingress| annotated(Kind::Ingress, &ingress.meta));
        let services = manifests.services.values();
        let services = services.map(|service| annotated(Kind::Service, &service.meta));
        let map = lower.annotations.config_map.as_ref();
        let map = map.and_then(|name| manifests.config_maps.get(name));
        ingresses.chain(services).chain(map.map(of_config_map))
    })
}

fn annotated(kind: Kind, meta: &Meta) -> Object<'_> {
    let entries = meta.annotations.iter().map(|annotation| Entry {
        key: &annotation.key,
        place: annotation.key_origin,
        value: &annotation.value,
    });
    Object {
        kind,
        name: &meta.name,
        origin: meta.origin,
        entries: entries.collect(),
    }
}

fn of_config_map(map: &ConfigMap) -> Object<'_> {
    let entries = map.data.iter().map(|(key, value)| Entry {
        key,
        place: map.keys.get(key).copied().unwrap_or(value.origin),
        value,
    });
    Object {
        kind: Kind::ConfigMap,
        name: &map.meta.name,
        origin: map.meta.origin,
        entries: entries.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn stars_stand_for_any_characters() {
        for (pattern, text) in [
            ("a", "a"),
            ("*", ""),
            ("*", "anything/at.all"),
            ("a*", "a"),
            ("a*c", "abc"),
            ("*b*", "abc"),
            ("a*b*c", "a-b-b-c"),
            (
                "haproxy.org/*-snippet",
                "haproxy.org/backend-config-snippet",
            ),
            ("**", "a"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("a", "ab"),
            ("a*a", "a"),
            ("*b", "abc"),
            ("a*b*c", "a-c"),
            ("ab*bc", "abc"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn the_longest_pattern_decides_about_a_host() {
        let mut policy = Policy::default();
        let origin = Origin::new(FileId::new(0), 0..0);
        for pattern in ["*.b.c", "*.a.b.c", "x.b.c", "*"] {
            let owners = Sourced::new(vec![pattern.to_owned()], origin);
            policy.hosts.insert(pattern.to_owned(), owners);
        }
        for (host, expected) in [
            (Some("x.b.c"), "x.b.c"),
            (Some("y.b.c"), "*.b.c"),
            (Some("y.a.b.c"), "*.a.b.c"),
            (Some("*.a.b.c"), "*.a.b.c"),
            (Some("z.y.a.b.c"), "*.a.b.c"),
            (Some("b.c"), "*"),
            (Some("X.b.C"), "x.b.c"),
            (Some("x.b.c."), "x.b.c"),
            (Some("*.A.b.c."), "*.a.b.c"),
            (Some("xb.c"), "*"),
            (None, "*"),
        ] {
            let found = policy.owners(host).map(|owners| &*owners.value[0]);
            assert_eq!(found, Some(expected), "{host:?}");
        }
        policy.hosts.remove("*");
        assert_eq!(policy.owners(Some("b.c")), None);
        assert_eq!(policy.owners(None), None);
    }
}
