//! Documents into objects: typed, defaulted, checked as the API server would, each value with its place.
//!
//! In: [`crate::source::Document`]s. Out: [`Manifests`] and findings. A document is decoded into its k8s-openapi type, which
//! knows every legal field; what the later stages need is then kept in the small types of [`model`], and the rest is dropped.

pub mod model;
mod store;

pub use crate::standin::manifest::{Options, read};
pub use model::*;
pub use store::{Census, Manifests};
