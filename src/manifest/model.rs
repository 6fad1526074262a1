//! What the compiler needs of each kind, after the API server's defaults have been applied.
//!
//! Values are as written: an illegal one has its finding already, and the checked constructors of `ir` will refuse it.

mod nodes;
mod resources;
mod services;

use std::collections::BTreeMap;
use std::fmt;

pub use nodes::{Node, NodeBoundPort, NodeTerm, Requirement, Taint, Toleration, Workload};
pub use resources::{Resource, ResourceKind, ResourceValue};
pub use services::{
    AddressType, Endpoint, EndpointPort, EndpointSlice, EndpointSubset, Endpoints, Exposure,
    IpFamily, Placement, Protocol, Service, ServicePort, ServiceType, TargetPort,
};

use crate::finding::Fix;
use crate::source::{Origin, Sourced};

/// Namespace and name. Cluster-scoped objects have an empty namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// The namespace, or `""`.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl ObjectName {
    /// `namespace/name`.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{}/{}", self.namespace, self.name)
        }
    }
}

/// The kinds that are compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `networking.k8s.io` Ingress.
    Ingress,
    /// `networking.k8s.io` IngressClass.
    IngressClass,
    /// `v1` Service.
    Service,
    /// `discovery.k8s.io` EndpointSlice.
    EndpointSlice,
    /// `v1` Endpoints.
    Endpoints,
    /// `v1` Secret.
    Secret,
    /// `v1` ConfigMap.
    ConfigMap,
    /// `v1` Node.
    Node,
    /// `v1` Namespace.
    Namespace,
}

impl Kind {
    /// Every kind, in the order of the summary line.
    pub const ALL: [Self; 9] = [
        Self::Ingress,
        Self::IngressClass,
        Self::Service,
        Self::EndpointSlice,
        Self::Endpoints,
        Self::Secret,
        Self::ConfigMap,
        Self::Node,
        Self::Namespace,
    ];

    /// The kind as manifests spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::IngressClass => "IngressClass",
            Self::Service => "Service",
            Self::EndpointSlice => "EndpointSlice",
            Self::Endpoints => "Endpoints",
            Self::Secret => "Secret",
            Self::ConfigMap => "ConfigMap",
            Self::Node => "Node",
            Self::Namespace => "Namespace",
        }
    }

    /// Whether objects of this kind live outside namespaces.
    pub fn is_cluster_scoped(self) -> bool {
        matches!(self, Self::IngressClass | Self::Node | Self::Namespace)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `metadata`, as far as anybody here reads it.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Who it is.
    pub name: ObjectName,
    /// The value of `metadata.name`: where findings about the object as a whole point.
    pub origin: Origin,
    /// In the order of the file.
    pub annotations: Vec<Annotation>,
    /// Labels of Nodes and Namespaces, by which they are selected, and of an Ingress the one of its installation. Empty for the
    /// other kinds: nobody reads theirs.
    pub labels: BTreeMap<String, String>,
}

impl Meta {
    /// The annotation with this key; the last one, should there be several.
    pub fn annotation(&self, key: &str) -> Option<&Annotation> {
        self.annotations.iter().rev().find(|entry| entry.key == key)
    }
}

/// Labels in one piece of text: there are as many of these as Services, and few are ever looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels(Box<str>);

impl Labels {
    /// Puts them together. A key or value with a NUL, which the API server refuses, matches nothing.
    pub fn new<'a>(labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut text = String::new();
        for (key, value) in labels {
            text.extend([key, "\0", value, "\0"]);
        }
        Self(text.into())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys and values, in the order in which they were put together.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut parts = self.0.split_terminator('\0');
        std::iter::from_fn(move || parts.next().zip(parts.next()))
    }
}

/// One annotation.
#[derive(Debug, Clone)]
pub struct Annotation {
    /// `prefix/name`.
    pub key: String,
    /// Where the key stands.
    pub key_origin: Origin,
    /// The value.
    pub value: Sourced<String>,
}

/// An Ingress. <https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/>
#[derive(Debug, Clone)]
pub struct Ingress {
    /// Its name and annotations.
    pub meta: Meta,
    /// `spec.ingressClassName`.
    pub class_name: Option<Sourced<String>>,
    /// Edits that put the field in the place of the old annotation for the class, or take away the annotation beside the field.
    pub class_fix: Option<Box<Fix>>,
    /// `spec.defaultBackend`.
    pub default_backend: Option<IngressBackend>,
    /// `spec.rules`.
    pub rules: Vec<IngressRule>,
    /// `spec.tls`.
    pub tls: Vec<IngressTls>,
}

/// `spec.rules[]`.
#[derive(Debug, Clone)]
pub struct IngressRule {
    /// The whole rule.
    pub origin: Origin,
    /// `host`; `None` stands for every host that no other rule names.
    pub host: Option<Sourced<String>>,
    /// `http.paths`; `None` when `http` is absent or null.
    pub paths: Option<Vec<IngressPath>>,
}

/// `spec.rules[].http.paths[]`.
#[derive(Debug, Clone)]
pub struct IngressPath {
    /// The whole path entry.
    pub origin: Origin,
    /// `path`; empty when absent (then its place is the entry's).
    pub path: Sourced<String>,
    /// `pathType`; `None` when absent or unknown, which has its finding already.
    pub path_type: Option<PathType>,
    /// `backend`; `None` when it names neither a Service nor a resource, which has its finding already.
    pub backend: Option<IngressBackend>,
}

/// `pathType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathType {
    /// The whole path, byte for byte.
    Exact,
    /// By elements between slashes.
    Prefix,
    /// The controller's choice; here that of the profile.
    ImplementationSpecific,
}

impl PathType {
    /// As manifests spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "Exact",
            Self::Prefix => "Prefix",
            Self::ImplementationSpecific => "ImplementationSpecific",
        }
    }
}

/// `IngressBackend`.
#[derive(Debug, Clone)]
pub struct IngressBackend {
    /// The whole backend.
    pub origin: Origin,
    /// What it points to.
    pub target: IngressTarget,
}

/// What an `IngressBackend` points to.
#[derive(Debug, Clone)]
pub enum IngressTarget {
    /// `service`, in the namespace of the Ingress.
    Service {
        /// `service.name`.
        name: Sourced<String>,
        /// `service.port`; `None` when its shape is illegal, which has its finding already.
        port: Option<Sourced<PortRef>>,
    },
    /// `resource`: `kind/name`.
    Resource(Sourced<String>),
}

/// How an Ingress names a Service port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortRef {
    /// By number: a Service port, not a target port.
    Number(u16),
    /// By name.
    Name(String),
}

impl fmt::Display for PortRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// `spec.tls[]`.
#[derive(Debug, Clone)]
pub struct IngressTls {
    /// The whole entry.
    pub origin: Origin,
    /// `hosts`.
    pub hosts: Vec<Sourced<String>>,
    /// `secretName`; `None` when absent or empty.
    pub secret_name: Option<Sourced<String>>,
}

/// An IngressClass.
#[derive(Debug, Clone)]
pub struct IngressClass {
    /// Its name and annotations.
    pub meta: Meta,
    /// `spec.controller`, such as `haproxy.org/ingress-controller`.
    pub controller: Sourced<String>,
    /// `ingressclass.kubernetes.io/is-default-class: "true"`: the place of the value.
    pub is_default: Option<Origin>,
}

/// A Secret. Its values are redacted wherever it is printed.
#[derive(Clone)]
pub struct Secret {
    /// Its name.
    pub meta: Meta,
    /// `type`; `Opaque` when absent.
    pub kind: String,
    /// `data` decoded, overlaid by `stringData`. The place is the value's.
    pub data: BTreeMap<String, Sourced<Vec<u8>>>,
    /// The API server refuses it, and a finding says why: a value is not base64, or a key is not there that its type needs.
    pub refused: bool,
    /// Values were taken away by `ingressc redact`: the Secret exists elsewhere, and what is left of it is public.
    pub redacted: bool,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret")
            .field("name", &self.meta.name)
            .field("kind", &self.kind)
            .field("keys", &self.data.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// A ConfigMap.
#[derive(Debug, Clone)]
pub struct ConfigMap {
    /// Its name.
    pub meta: Meta,
    /// `data`. The place is the value's.
    pub data: BTreeMap<String, Sourced<String>>,
    /// Where each key of `data` stands.
    pub keys: BTreeMap<String, Origin>,
}

impl ConfigMap {
    /// The annotations, and the data of the controller's ConfigMap, as if its keys were annotations, too.
    pub fn as_annotations(&self) -> Vec<Annotation> {
        let data = self.data.iter().map(|(key, value)| Annotation {
            key: format!("haproxy.org/{key}"),
            key_origin: value.origin,
            value: value.clone(),
        });
        let annotations = self.meta.annotations.iter().cloned();
        annotations.chain(data).collect()
    }
}

/// A Namespace.
#[derive(Debug, Clone)]
pub struct Namespace {
    /// Its name and labels.
    pub meta: Meta,
}
