//! Documents into objects: typed, defaulted, checked as the API server would, each value with its place.
//!
//! In: [`crate::source::Document`]s. Out: [`Manifests`] and findings. A document is decoded into its k8s-openapi type, which
//! knows every legal field; what the later stages need is then kept in the small types of [`model`], and the rest is dropped.

mod assemble;
mod decode;
mod document;
mod export;
mod grammar;
mod identity;
mod intern;
mod kind;
mod mend;
mod meta;
pub mod model;
mod names;
mod place;
mod remarks;
mod resource;
mod store;
mod syntax;
mod workload;

pub(crate) use kind::host_code;
pub(crate) use meta::INSTANCE;
pub use model::*;
pub(crate) use names::{is_data_key, is_label, is_subdomain};
pub use store::{Census, Manifests};

use rayon::prelude::*;

use crate::finding::Finding;
use crate::source::{Document, Sources};

/// The annotation of a Secret some of whose values `ingressc redact` took away: their keys, with commas between.
pub const REDACTED: &str = "ingressc/redacted";

/// How manifests are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The namespace of objects that name none, as `kubectl --namespace` gives it.
    pub namespace: String,
}

impl Default for Options {
    /// `default`, as kubectl has it without a context.
    fn default() -> Self {
        Self {
            namespace: "default".to_owned(),
        }
    }
}

/// So many documents are read in one go.
const SHARE: usize = 32;

/// Reads all documents. The result does not depend on their order: they are taken by file name and position.
pub fn read(
    sources: &Sources,
    documents: &[Document],
    options: &Options,
) -> (Manifests, Vec<Finding>) {
    let mut ordered: Vec<Document> = documents.to_vec();
    ordered.sort_by_key(|document| (sources.file(document.file).name.as_str(), document.start));
    let readings = ordered
        .par_chunks(SHARE)
        .flat_map_iter(|documents| document::read(sources, documents, options))
        .collect();
    assemble::assemble(sources, readings, options)
}

#[cfg(test)]
mod tests;
