//! What any tool of this kind has to do at the least: decode every document into its Kubernetes type.
//!
//! In: the text of files. Out: objects. Done as one would by hand: `serde_yaml` straight into the types of k8s-openapi, all
//! documents side by side. No place, no check, no reading of numbers as the API server does.

use k8s_openapi::api::core::v1::{Secret, Service};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::api::networking::v1::{Ingress, IngressClass};
use rayon::prelude::*;

/// One object. Boxed: the kinds differ much in size.
#[expect(
    dead_code,
    reason = "decoded and kept, as a compiler would; nobody reads them"
)]
pub(crate) enum Object {
    Ingress(Box<Ingress>),
    IngressClass(Box<IngressClass>),
    Service(Box<Service>),
    EndpointSlice(Box<EndpointSlice>),
    Secret(Box<Secret>),
}

/// Decodes what [`super::generate`] makes.
pub(crate) fn decode(files: &[String]) -> Result<Vec<Object>, serde_yaml::Error> {
    let documents: Vec<&str> = files
        .iter()
        .flat_map(|text| text.split("---\n").filter(|document| !document.is_empty()))
        .collect();
    documents
        .into_par_iter()
        .map(|document| {
            let kind = document
                .lines()
                .find_map(|line| line.strip_prefix("kind: "))
                .unwrap_or_default();
            Ok(match kind {
                "Ingress" => Object::Ingress(serde_yaml::from_str(document)?),
                "IngressClass" => Object::IngressClass(serde_yaml::from_str(document)?),
                "Service" => Object::Service(serde_yaml::from_str(document)?),
                "EndpointSlice" => Object::EndpointSlice(serde_yaml::from_str(document)?),
                "Secret" => Object::Secret(serde_yaml::from_str(document)?),
                other => unreachable!("the generator makes no {other}"),
            })
        })
        .collect()
}
