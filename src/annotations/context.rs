//! What the families look things up in, and where they say what they found.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use ipnet::IpNet;

use super::given::Given;
use super::spec::{Dialect, On};
use crate::certificate::Keyring;
use crate::finding::{Code, Finding};
use crate::ir::HaproxyVersion;
use crate::manifest::{Ingress, Manifests, ObjectName, Service};
use crate::source::Origin;

/// How corners behave that the Kubernetes documentation leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Profile {
    /// As the text of the API has it, and as nobody is surprised by.
    #[default]
    Spec,
    /// As the controller of HAProxy Technologies does.
    HaproxyTech,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 2] = [Self::Spec, Self::HaproxyTech];

    /// As it is written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spec => "spec",
            Self::HaproxyTech => "haproxytech",
        }
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == text)
    }
}

/// What the user decided about annotations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// How corners behave.
    pub profile: Profile,
    /// Whose keys count, the strongest first; empty for all.
    pub dialects: Vec<Dialect>,
    /// The controller's ConfigMap.
    pub config_map: Option<ObjectName>,
    /// The ConfigMap of error files.
    pub error_files: Option<ObjectName>,
    /// The ConfigMap of pattern files.
    pub pattern_files: Option<ObjectName>,
    /// Where the configuration names these ConfigMaps, by its key.
    pub places: BTreeMap<String, Origin>,
    /// How many HAProxy processes share the servers; 1 when not set.
    pub instances: Option<NonZeroU16>,
    /// Proxies in front of HAProxy whose word about the client's address counts.
    pub trusted_proxies: Vec<IpNet>,
    /// Directives that snippets may hold, such as `http-request set-header`.
    pub snippets: Vec<String>,
    /// Those that raw lines of a namespace's objects may begin with besides; `*` stands for every namespace.
    pub snippets_of: BTreeMap<String, Vec<String>>,
    /// The lowest HAProxy version that the output must load on.
    pub target: HaproxyVersion,
}

impl Settings {
    /// Whether keys of `dialect` count.
    pub fn has(&self, dialect: Dialect) -> bool {
        dialect == Dialect::Ingressc || self.dialects.is_empty() || self.dialects.contains(&dialect)
    }

    /// The directives that raw lines of objects in `namespace` may begin with.
    pub(crate) fn snippets_in(&self, namespace: &str) -> Vec<&str> {
        let own = ["*", namespace].into_iter();
        let own = own.filter_map(|of| self.snippets_of.get(of)).flatten();
        self.snippets
            .iter()
            .chain(own)
            .map(String::as_str)
            .collect()
    }
}

/// What a family may look at when it makes its part of a policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'m> {
    /// Secrets, ConfigMaps and other objects that keys name.
    pub(crate) manifests: &'m Manifests,
    /// Where keys and certificates of Secrets are read.
    pub(crate) keyring: Keyring<'m>,
    /// What the user decided.
    pub(crate) settings: &'m Settings,
    /// The Ingress of the route; `None` for what only the ConfigMap decides.
    pub(crate) ingress: Option<&'m Ingress>,
    /// The Service of the route; `None` for what only the ConfigMap decides.
    pub(crate) service: Option<&'m Service>,
    /// All keys that were given, those of the place that counts most first: for families in which places add up, or in which a
    /// value that cannot be used must not give way to one that counts less.
    pub(super) given: &'m [Given<'m>],
}

impl Context<'_> {
    /// As [`Self::holder`]; what has no other place is one of the whole installation.
    pub(super) fn holder_or_config(&self, origin: Origin, key: &'static str) -> Holder<'_> {
        self.holder(origin).unwrap_or_else(|| {
            let name = self.settings.config_map.as_ref();
            let name = name.map(ToString::to_string).unwrap_or_default();
            Holder {
                on: On::ConfigMap,
                object: format!("{} {name}", On::ConfigMap.name()),
                namespace: "",
                key,
                field: format!("data[{key}]"),
            }
        })
    }

    /// Whether the place that decides about `key` holds a value that cannot be used.
    pub(super) fn is_broken(&self, key: &str) -> bool {
        let of_key = || self.given.iter().filter(|given| given.spec.key == key);
        of_key()
            .next()
            .is_some_and(|first| of_key().any(|given| given.on == first.on && given.broken))
    }
}

/// The object that holds a value, and the key as it is written there.
#[derive(Debug, Clone)]
pub(crate) struct Holder<'m> {
    /// The kind of object.
    pub(crate) on: On,
    /// `Ingress shop/web`.
    pub(crate) object: String,
    /// Its namespace.
    pub(crate) namespace: &'m str,
    /// The key with its prefix.
    pub(crate) key: &'m str,
    /// `metadata.annotations[…]` or `data[…]`.
    pub(crate) field: String,
}

impl Holder<'_> {
    /// `` `haproxy.org/server-ca` of Ingress shop/web``, as messages begin.
    pub(crate) fn setting(&self) -> String {
        format!("`{}` of {}", self.key, self.object)
    }

    /// A finding about the value at `origin`.
    pub(crate) fn about(&self, code: Code, origin: Origin, message: impl Into<String>) -> Finding {
        Said::about(code, origin, message)
            .object(&self.object)
            .field(&self.field)
    }
}

impl<'m> Context<'m> {
    /// The object that holds the value at `origin`, and the key as it is written there.
    pub(crate) fn named(&self, origin: Origin) -> (String, String) {
        let holder = self.holder(origin);
        holder.map_or_else(Default::default, |holder| {
            (holder.object, holder.key.to_owned())
        })
    }

    /// Who holds the value at `origin`; `None` for places that are none of this route's.
    pub(crate) fn holder(&self, origin: Origin) -> Option<Holder<'m>> {
        let service = self.service.map(|service| (On::Service, &service.meta));
        let ingress = self.ingress.map(|ingress| (On::Ingress, &ingress.meta));
        for (on, meta) in service.into_iter().chain(ingress) {
            let mut own = meta.annotations.iter();
            if let Some(annotation) = own.find(|annotation| annotation.value.origin == origin) {
                return Some(Holder {
                    on,
                    object: format!("{} {}", on.name(), meta.name),
                    namespace: &meta.name.namespace,
                    key: &annotation.key,
                    field: format!("metadata.annotations[{}]", annotation.key),
                });
            }
        }
        let name = self.settings.config_map.as_ref()?;
        let map = self.manifests.config_maps.get(name)?;
        let (key, _) = map.data.iter().find(|(_, value)| value.origin == origin)?;
        Some(Holder {
            on: On::ConfigMap,
            object: format!("{} {}", On::ConfigMap.name(), map.meta.name),
            namespace: &map.meta.name.namespace,
            key,
            field: format!("data[{key}]"),
        })
    }
}

/// What families have to say.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Findings, in the order in which they were found.
    pub(crate) findings: Vec<Finding>,
    /// Whether a setting that protects cannot be honoured, so that nothing may answer the route.
    pub(crate) closed: bool,
}

impl Said {
    /// Says it.
    pub(crate) fn say(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Says it, and closes the route: what protects it cannot be honoured.
    pub(crate) fn close(&mut self, finding: Finding) {
        self.closed = true;
        self.findings.push(finding);
    }

    /// Begins a finding about a setting.
    pub(crate) fn about(code: Code, origin: Origin, message: impl Into<String>) -> Finding {
        Finding::new(code, message).at(origin)
    }
}
