//! What the families look things up in, and where they say what they found.

use std::num::NonZeroU16;

use ipnet::IpNet;

use super::spec::Dialect;
use crate::finding::{Code, Finding};
use crate::ir::HaproxyVersion;
use crate::manifest::{Ingress, Kind, Manifests, Meta, ObjectName, Service};
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
    /// How many HAProxy processes share the servers; 1 when not set.
    pub instances: Option<NonZeroU16>,
    /// Proxies in front of HAProxy whose word about the client's address counts.
    pub trusted_proxies: Vec<IpNet>,
    /// Directives that snippets may hold, such as `http-request set-header`.
    pub snippets: Vec<String>,
    /// The lowest HAProxy version that the output must load on.
    pub target: HaproxyVersion,
}

impl Settings {
    /// Whether keys of `dialect` count.
    pub fn has(&self, dialect: Dialect) -> bool {
        self.dialects.is_empty() || self.dialects.contains(&dialect)
    }
}

/// What a family may look at when it makes its part of a policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'m> {
    /// Secrets, ConfigMaps and other objects that keys name.
    pub(crate) manifests: &'m Manifests,
    /// What the user decided.
    pub(crate) settings: &'m Settings,
    /// The Ingress of the route; `None` for what only the ConfigMap decides.
    pub(crate) ingress: Option<&'m Ingress>,
    /// The Service of the route; `None` for what only the ConfigMap decides.
    pub(crate) service: Option<&'m Service>,
}

impl Context<'_> {
    /// The object whose key has its value at `origin`, and the key as it is written.
    pub(crate) fn holder(&self, origin: Origin) -> (String, String) {
        let annotations = |kind: &str, meta: &Meta| {
            let mut all = meta.annotations.iter();
            let found = all.find(|annotation| annotation.value.origin == origin)?;
            Some((format!("{kind} {}", meta.name), found.key.clone()))
        };
        let of_map = || {
            let map = self
                .manifests
                .config_maps
                .get(self.settings.config_map.as_ref()?)?;
            let found = map.data.iter().find(|(_, value)| value.origin == origin)?;
            Some((
                format!("{} {}", Kind::ConfigMap, map.meta.name),
                found.0.clone(),
            ))
        };
        self.ingress
            .and_then(|ingress| annotations("Ingress", &ingress.meta))
            .or_else(|| annotations("Service", &self.service?.meta))
            .or_else(of_map)
            .unwrap_or_default()
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
