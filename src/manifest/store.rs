//! All objects of a run, by kind and name.

use std::collections::BTreeMap;

use super::model::{
    Annotation, ConfigMap, EndpointSlice, Endpoints, Ingress, IngressClass, Kind, Namespace, Node,
    ObjectName, Resource, ResourceKind, Secret, Service, Workload,
};
use crate::source::Origin;

/// All objects of a run. Iteration is by name, so the order of files never shows.
#[derive(Debug, Default)]
pub struct Manifests {
    /// Ingresses of every class.
    pub ingresses: BTreeMap<ObjectName, Ingress>,
    /// IngressClasses.
    pub classes: BTreeMap<ObjectName, IngressClass>,
    /// Services.
    pub services: BTreeMap<ObjectName, Service>,
    /// EndpointSlices by their own name.
    pub slices: BTreeMap<ObjectName, EndpointSlice>,
    /// Legacy Endpoints, by the Service's name, which is theirs.
    pub endpoints: BTreeMap<ObjectName, Endpoints>,
    /// Secrets.
    pub secrets: BTreeMap<ObjectName, Secret>,
    /// ConfigMaps.
    pub config_maps: BTreeMap<ObjectName, ConfigMap>,
    /// Nodes.
    pub nodes: BTreeMap<ObjectName, Node>,
    /// Namespaces.
    pub namespaces: BTreeMap<ObjectName, Namespace>,
    /// Workloads with ports on their nodes, sorted by namespace, kind and name.
    pub workloads: Vec<Workload>,
    /// Who announces a Secret without holding it (SealedSecret, ExternalSecret, Certificate of cert-manager, or an annotation that
    /// makes cert-manager write one): the Secret's name, and the kind that announces it.
    pub promised_secrets: BTreeMap<ObjectName, String>,
    /// Custom resources that keys of a controller may name.
    pub resources: BTreeMap<(ResourceKind, ObjectName), Resource>,
    /// What other descriptions of an Ingress, a Service or a ConfigMap say that is kept: their annotations, and the data of a
    /// ConfigMap as if it were some.
    pub contested: BTreeMap<(Kind, ObjectName), Vec<Annotation>>,
    /// Objects that another description says something else of, and where that stands.
    pub differing: BTreeMap<(Kind, ObjectName), Origin>,
    /// The same of resources.
    pub differing_resources: BTreeMap<(ResourceKind, ObjectName), Origin>,
    /// How many objects of which kind were read.
    pub census: Census,
}

impl Manifests {
    /// Who announces a Secret that is not here: `announced by an ExternalSecret`.
    pub(crate) fn announced(&self, secret: &ObjectName) -> Option<String> {
        let kind = self.promised_secrets.get(secret)?;
        let article = if kind.starts_with(['A', 'E', 'I', 'O', 'U']) {
            "an"
        } else {
            "a"
        };
        Some(format!("announced by {article} {kind}"))
    }
}

/// How many objects of which kind were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    /// Compiled kinds.
    pub kinds: BTreeMap<Kind, usize>,
    /// Documents of other kinds.
    pub others: usize,
}

impl Census {
    /// Counts those of another cluster, too.
    pub(crate) fn add(&mut self, other: &Self) {
        for (&kind, count) in &other.kinds {
            *self.kinds.entry(kind).or_insert(0) += count;
        }
        self.others += other.others;
    }

    /// All objects of compiled kinds.
    pub fn objects(&self) -> usize {
        self.kinds.values().sum()
    }
}

impl std::fmt::Display for Census {
    /// `12 Ingress, 14 Service, 1 ConfigMap`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = Kind::ALL
            .iter()
            .filter_map(|kind| Some(format!("{} {kind}", self.kinds.get(kind)?)))
            .collect();
        f.write_str(&parts.join(", "))
    }
}
