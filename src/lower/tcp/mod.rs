//! Ports that hand connections to Services as they come, from all that can ask for one.
//!
//! In: the manifests. Out: a listener for each port that is asked for, without its place: ports of the pool are allocated when all
//! clusters are known (see [`crate::ports`]). A wish that cannot be honoured is a finding, and no port.

mod certificates;
mod service;

pub(crate) use certificates::unanswered;

use super::backend::Backends;
use crate::annotations::Installation;
use crate::finding::Finding;
use crate::ir::TcpListener;
use crate::manifest::ObjectName;
use crate::source::Sourced;

/// What the configuration says about TCP services.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The ConfigMaps that list TCP services.
    pub config_maps: Vec<Sourced<ObjectName>>,
}

/// Every listener that is asked for, those of Services first, in the order of their keys.
pub(super) fn listeners<'m>(
    installation: &Installation<'m>,
    _settings: &super::Settings,
    backends: &mut Backends<'_, 'm>,
    findings: &mut Vec<Finding>,
) -> Vec<TcpListener> {
    let manifests = installation.manifests();
    let mut listeners = service::listeners(manifests, backends, findings);
    listeners.sort_by(|a, b| (a.key.is_none(), &a.key).cmp(&(b.key.is_none(), &b.key)));
    listeners
}
