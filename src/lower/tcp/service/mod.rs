//! Services that annotations expose.
//!
//! In: Services, and what their keys ask for. Out: a listener for each exposed port. Keys of ingressc count before those of allocators;
//! where the two disagree, that is a finding.

mod explain;
mod plan;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::plan::{Exposed, plan};
use crate::finding::Finding;
use crate::ir::{Port, PortKey, Setting, TcpListener, Wanted};
use crate::lower::backend::Backends;
use crate::manifest::{Manifests, Service};

/// A listener for each exposed port of each Service.
pub(super) fn listeners<'m>(
    manifests: &'m Manifests,
    backends: &mut Backends<'_, 'm>,
    findings: &mut Vec<Finding>,
) -> Vec<TcpListener> {
    let mut listeners = Vec::new();
    for service in manifests.services.values() {
        let exposure = backends.exposure(service);
        let exposed = plan(service, &exposure, findings);
        listeners.extend(
            exposed
                .iter()
                .filter_map(|exposed| listener(service, exposed, backends)),
        );
    }
    listeners
}

/// The listener of an exposed port. `None` for a port whose number is illegal, which has its finding.
fn listener<'m>(
    service: &'m Service,
    exposed: &Exposed<'m>,
    backends: &mut Backends<'_, 'm>,
) -> Option<TcpListener> {
    let name = &service.meta.name;
    let number = Port::new(exposed.port.port.value)?;
    let found = backends.of_port(service, exposed.port, exposed.origin)?;
    let wanted = exposed.fixed.map_or(Wanted::Pool, Wanted::Port);
    let owner = format!("Service {name}");
    let mut listener = TcpListener::new(owner, wanted, found.target, exposed.origin);
    listener.key = Some(PortKey {
        namespace: name.namespace.clone(),
        service: name.name.clone(),
        port: number,
    });
    listener.client = found.client;
    listener.tls = found.tls;
    let of_servers = found.settings.iter().flat_map(|settings| settings.iter());
    let settings = [&exposed.setting].into_iter().chain(of_servers);
    let settings: Arc<[Setting]> = settings.cloned().collect();
    listener.settings = Some(settings);
    Some(listener)
}
