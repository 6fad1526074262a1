//! One file a kind: what the API server would refuse, and what the compiler keeps.
//!
//! In: the decoded object, its metadata and its place. Out: the small type of the model, and findings. Typed lists and the
//! places of their items run side by side: the decoder keeps an item for every node, whatever it thought of it.

mod backend;
mod class;
mod data;
mod endpoints;
mod exposure;
mod host;
mod ingress;
mod node;
mod path;
mod port;
mod proxying;
mod service;
mod slice;

pub(crate) use host::host_code;
use serde::Deserialize;

use super::decode::{Edition, decode};
use super::meta;
use super::model::{self, Kind, Meta};
use super::place::Place;
use super::remarks::Remarks;

use k8s_openapi::api::{
    core::v1 as core, discovery::v1 as discovery, networking::v1 as networking,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// An object of a compiled kind.
pub(super) enum Object {
    Ingress(model::Ingress),
    IngressClass(model::IngressClass),
    Service(model::Service),
    EndpointSlice(model::EndpointSlice),
    Endpoints(model::Endpoints),
    Secret(model::Secret),
    ConfigMap(model::ConfigMap),
    Node(model::Node),
    Namespace(model::Namespace),
}

impl Object {
    /// Reads an object of `kind`. `None` when nothing can be made of it, which has its finding then.
    pub(super) fn read<'a>(
        kind: Kind,
        edition: Edition,
        root: &Place<'_, 'a>,
        default_namespace: &str,
        remarks: &Remarks<'a>,
    ) -> Option<Self> {
        let reader = Reader {
            edition,
            root,
            default_namespace,
            remarks,
        };
        Some(match kind {
            Kind::Ingress => Self::Ingress(reader.read(ingress::read)?),
            Kind::IngressClass => Self::IngressClass(reader.read(class::read)?),
            Kind::Service => Self::Service(reader.read(service::read)?),
            Kind::EndpointSlice => Self::EndpointSlice(reader.read(slice::read)?),
            Kind::Endpoints => Self::Endpoints(reader.read(endpoints::read)?),
            Kind::Secret => Self::Secret(reader.read(data::read_secret)?),
            Kind::ConfigMap => Self::ConfigMap(reader.read(data::read_config_map)?),
            Kind::Node => Self::Node(reader.read(node::read)?),
            Kind::Namespace => Self::Namespace(
                reader.read(|_: core::Namespace, meta, _| model::Namespace { meta })?,
            ),
        })
    }

    /// The kind.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Ingress(_) => Kind::Ingress,
            Self::IngressClass(_) => Kind::IngressClass,
            Self::Service(_) => Kind::Service,
            Self::EndpointSlice(_) => Kind::EndpointSlice,
            Self::Endpoints(_) => Kind::Endpoints,
            Self::Secret(_) => Kind::Secret,
            Self::ConfigMap(_) => Kind::ConfigMap,
            Self::Node(_) => Kind::Node,
            Self::Namespace(_) => Kind::Namespace,
        }
    }

    /// `Ingress shop/web`.
    pub(super) fn shown(&self) -> String {
        format!("{} {}", self.kind(), self.meta().name)
    }

    /// Its name and where that stands.
    pub(super) fn meta(&self) -> &Meta {
        match self {
            Self::Ingress(object) => &object.meta,
            Self::IngressClass(object) => &object.meta,
            Self::Service(object) => &object.meta,
            Self::EndpointSlice(object) => &object.meta,
            Self::Endpoints(object) => &object.meta,
            Self::Secret(object) => &object.meta,
            Self::ConfigMap(object) => &object.meta,
            Self::Node(object) => &object.meta,
            Self::Namespace(object) => &object.meta,
        }
    }
}

/// Collects without spare room. There are as many of these lists as there are manifests, and they stay.
fn exact<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.shrink_to_fit();
    items
}

/// What every kind's reader is given besides its object.
struct Context<'c, 'p, 'a> {
    root: &'c Place<'p, 'a>,
    edition: Edition,
    remarks: &'c Remarks<'a>,
}

struct Reader<'c, 'p, 'a> {
    edition: Edition,
    root: &'c Place<'p, 'a>,
    default_namespace: &'c str,
    remarks: &'c Remarks<'a>,
}

impl<'a> Reader<'_, '_, 'a> {
    fn read<T, M>(&self, project: impl FnOnce(T, Meta, &Context<'_, '_, 'a>) -> M) -> Option<M>
    where
        T: Deserialize<'a> + k8s_openapi::Metadata<Ty = ObjectMeta>,
    {
        let mut object: T = decode(self.root, self.edition, self.remarks)?;
        let metadata = std::mem::take(object.metadata_mut());
        let meta = meta::read(metadata, self.root, self.default_namespace, self.remarks)?;
        let context = Context {
            root: self.root,
            edition: self.edition,
            remarks: self.remarks,
        };
        Some(project(object, meta, &context))
    }
}
