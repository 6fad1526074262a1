//! What keeps clients out: the words of HAProxy's rules that do, and the settings of a route.
//!
//! Routes that meet on one host and path, or behind one connection, are compared by their [`Guards`]: where one of them is not to be
//! had without a setting that the other one lacks, neither may answer.

use std::collections::BTreeMap;

use super::registry;
use super::spec::{Dialect, Scope};
use crate::finding::{Code, Finding};
use crate::ir::{Claim, Field, Target};
use crate::manifest::{Annotation, Kind, Manifests, ObjectName};
use crate::source::{Origin, Sourced};

/// The settings of a route that keep clients out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Guards(BTreeMap<Field, Guard>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Guard {
    key: String,
    value: Sourced<String>,
    /// Where a Secret is that is named without one.
    namespace: String,
}

impl Guards {
    /// Those of a claim: what annotations decide about its route.
    pub(crate) fn of_claim(claim: &Claim) -> Self {
        let settings = claim.settings.iter().flat_map(|settings| settings.iter());
        let namespace = claim.ingress.split('/').next().unwrap_or_default();
        let is_closed = claim.target == Target::Closed;
        Self::of(
            settings.map(|setting| (setting.field, setting.key.clone(), &setting.value)),
            namespace,
            is_closed,
        )
    }

    /// Those that an object's annotations ask for, whatever comes of them.
    pub(crate) fn of_annotations(annotations: &[Annotation], namespace: &str) -> Self {
        let dialect = Dialect::HaproxyTech;
        let known = annotations.iter().filter_map(|annotation| {
            let (prefix, name) = annotation.key.split_once('/')?;
            let ours = dialect.prefixes().iter();
            let is_ours = ours
                .clone()
                .any(|known| known.trim_end_matches('/') == prefix);
            let (spec, _) = is_ours.then(|| registry::find(dialect, name)).flatten()?;
            Some((spec.field, spec.full_key(), &annotation.value))
        });
        Self::of(known, namespace, false)
    }

    fn of<'v>(
        settings: impl Iterator<Item = (Field, String, &'v Sourced<String>)>,
        namespace: &str,
        is_closed: bool,
    ) -> Self {
        let mut all = BTreeMap::new();
        for (field, key, value) in settings {
            let text = value.value.trim();
            let counts = match field {
                _ if text.is_empty() => false,
                Field::AllowList
                | Field::DenyList
                | Field::ClientSource
                | Field::RateLimit
                | Field::RateLimitPeriod
                | Field::RateLimitExempt
                | Field::AuthType
                | Field::AuthSecret
                | Field::ClientAuthority => true,
                Field::HttpsRedirect => {
                    !["false", "no", "off", "0"].contains(&text.to_ascii_lowercase().as_str())
                }
                Field::BackendSnippet | Field::FrontendSnippet => has_word(text),
                // What it says is not known here, only that it cannot be had.
                Field::BackendResource => is_closed,
                _ => false,
            };
            if !counts {
                continue;
            }
            let value = Guard {
                key,
                value: Sourced::new(text.to_owned(), value.origin),
                namespace: namespace.to_owned(),
            };
            all.insert(field, value);
        }
        // These do nothing by themselves.
        let has = |fields: &[Field], all: &BTreeMap<Field, Guard>| {
            fields.iter().any(|field| all.contains_key(field))
        };
        if !has(&[Field::RateLimit], &all) {
            all.remove(&Field::RateLimitPeriod);
            all.remove(&Field::RateLimitExempt);
        }
        if !has(&[Field::AllowList, Field::DenyList, Field::RateLimit], &all) {
            all.remove(&Field::ClientSource);
        }
        if !has(&[Field::AuthType], &all) {
            all.remove(&Field::AuthSecret);
        }
        Self(all)
    }

    /// That an object is described more than once, and another description than the one that is kept keeps clients out. Nobody knows
    /// which one is meant, so its routes are to be closed.
    pub(crate) fn contested(
        kind: Kind,
        name: &ObjectName,
        kept: &[Annotation],
        manifests: &Manifests,
    ) -> Option<Finding> {
        let others = manifests.contested.get(&(kind, name.clone()))?;
        let read = |annotations: &[Annotation]| Self::of_annotations(annotations, &name.namespace);
        read(others).missing(&read(kept), (kind, name), "routes")
    }

    /// The same for the exposed ports of a Service, and the keys that keep clients out of those.
    pub(crate) fn contested_ports(
        name: &ObjectName,
        kept: &[Annotation],
        manifests: &Manifests,
    ) -> Option<Finding> {
        let kind = Kind::Service;
        let others = manifests.contested.get(&(kind, name.clone()))?;
        let read = |annotations: &[Annotation]| Self::of_ports(annotations, &name.namespace);
        read(others).missing(&read(kept), (kind, name), "exposed ports")
    }

    /// Those that a Service's annotations ask for about its exposed ports.
    fn of_ports(annotations: &[Annotation], namespace: &str) -> Self {
        let guard = |annotation: &Annotation| {
            let text = annotation.value.value.trim();
            let mut dialects = Dialect::ALL.into_iter();
            let spec = dialects.find_map(|dialect| {
                let mut prefixes = dialect.prefixes().iter();
                let name = prefixes.find_map(|prefix| annotation.key.strip_prefix(prefix))?;
                registry::find(dialect, name).map(|(spec, _)| spec)
            })?;
            let counts = spec.scope == Scope::Port
                && spec.protects.is_some()
                && (!text.is_empty() || spec.needs_value());
            let guard = Guard {
                key: spec.full_key(),
                value: Sourced::new(text.to_owned(), annotation.value.origin),
                namespace: namespace.to_owned(),
            };
            counts.then_some((spec.field, guard))
        };
        Self(annotations.iter().filter_map(guard).collect())
    }

    /// That `kept` lacks one of these, so that `what` of the object is closed.
    fn missing(
        &self,
        kept: &Self,
        (kind, name): (Kind, &ObjectName),
        what: &str,
    ) -> Option<Finding> {
        let (key, origin) = self.lacking_in(kept)?;
        let message = format!(
            "{kind} {name} is described twice, and the description that is kept has not the `{key}` of the other: its {what} are closed"
        );
        Some(
            Finding::new(Code::DUPLICATE_OBJECT, message)
                .at(origin)
                .object(format_args!("{kind} {name}"))
                .help("remove one of the two"),
        )
    }

    /// Without what a connection cannot lack whose TLS is not read here: it is no plain HTTP.
    pub(crate) fn over_tls(mut self) -> Self {
        self.0.remove(&Field::HttpsRedirect);
        self
    }

    /// The same, with those of another object.
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first one that `other` lacks, or has with another value: its key, and where its value stands.
    pub(crate) fn lacking_in(&self, other: &Self) -> Option<(&str, Origin)> {
        let mut mine = self.0.iter();
        let found = mine.find(|(field, mine)| {
            let theirs = other.0.get(field);
            !theirs.is_some_and(|theirs| {
                // One of the ConfigMap means the same Secret for all.
                let same_place = mine.value.origin == theirs.value.origin
                    || mine.value.value.contains('/')
                    || mine.namespace == theirs.namespace;
                mine.value.value == theirs.value.value
                    && (**field != Field::AuthSecret || same_place)
            })
        });
        found.map(|(_, guard)| (guard.key.as_str(), guard.value.origin))
    }
}

/// Actions and directives after which not everybody gets what was asked for, in HAProxy's spelling. `redirect` is one of them: it is
/// how plain HTTP is sent to HTTPS. What `filter`, `lua`, `send-spoe-group` and `use-service` do is not known here, and firewalls for
/// applications are among it.
const WORDS: [&str; 12] = [
    "auth",
    "deny",
    "filter",
    "lua",
    "redirect",
    "reject",
    "return",
    "send-spoe-group",
    "silent-drop",
    "tarpit",
    "use-service",
    "wait-for-handshake",
];

/// Whether one of the words of `text` is such a word. Words are as long as HAProxy's keywords: `x-deny` is not `deny`.
pub(crate) fn has_word(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_count() {
        for text in ["deny", "lua.check", "http-request redirect scheme https"] {
            assert!(has_word(text), "{text}");
        }
        for text in ["", "x-deny", "set-header", "DENY", "redirected"] {
            assert!(!has_word(text), "{text}");
        }
    }
}
