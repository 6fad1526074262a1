//! Ports that hand connections to Services as they come, from all that can ask for one.
//!
//! In: the manifests. Out: a listener for each port that is asked for, without its place: ports of the pool are allocated when all
//! clusters are known (see [`crate::ports`]). A wish that cannot be honoured is a finding, and no port.

mod asked;
mod certificates;
mod config_map;
mod ingress;
mod reload;
mod resource;
mod service;

pub(crate) use certificates::unanswered;
pub(crate) use config_map::{without_config_map, without_default};
pub(crate) use reload::cut_by_reloads;

use super::backend::Backends;
use crate::annotations::{Installation, MapFormat, unnamed_tcp_services};
use crate::finding::Finding;
use crate::ir::{TcpAsked, TcpListener};
use crate::manifest::{Ingress, ObjectName};
use crate::source::Sourced;

/// What the configuration says about TCP services.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The ConfigMaps that list TCP services.
    pub config_maps: Vec<Sourced<ObjectName>>,
    /// Whose they are; `None`: what they say decides.
    pub config_map_format: Option<MapFormat>,
}

/// Ingresses that ask for TCP ports, and what they may fall back on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking<'i, 'm> {
    /// The Ingresses, by name.
    pub(super) ingresses: &'i [&'m Ingress],
    /// The Secret that answers TLS where an entry names none.
    pub(super) default: Option<&'i ObjectName>,
}

/// Every listener that is asked for, those of Services first, in the order of their keys; what has no key stays in its order. And the
/// ports that objects name.
pub(super) fn listeners<'m>(
    installation: &Installation<'m>,
    settings: &super::Settings,
    ports: &Asking<'_, 'm>,
    backends: &mut Backends<'_, 'm>,
    findings: &mut Vec<Finding>,
) -> (Vec<TcpListener>, Vec<TcpAsked>) {
    let manifests = installation.manifests();
    let named = &settings.tcp.config_maps;
    findings.extend(unnamed_tcp_services(
        manifests,
        &settings.annotations,
        named,
    ));
    let mut listeners = service::listeners(manifests, backends, findings);
    listeners.extend(config_map::listeners(
        installation,
        &settings.tcp,
        backends,
        findings,
    ));
    let keyring = installation.keyring();
    listeners.extend(ingress::listeners(ports, &keyring, backends, findings));
    let resources = resource::selected(manifests, settings, findings);
    listeners.extend(resource::listeners(
        installation,
        &resources,
        backends,
        findings,
    ));
    listeners.sort_by(|a, b| (a.key.is_none(), &a.key).cmp(&(b.key.is_none(), &b.key)));
    let maps = named
        .iter()
        .filter_map(|name| manifests.config_maps.get(&name.value));
    let mut asked: Vec<TcpAsked> = maps.flat_map(asked::of_config_map).collect();
    asked.extend(ports.ingresses.iter().copied().flat_map(asked::of_ingress));
    asked.extend(resources.iter().copied().flat_map(resource::asked));
    (listeners, asked)
}
