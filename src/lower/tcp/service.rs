//! Services that annotations expose.

use crate::annotations::Ports;
use crate::ir::{Port, PortKey, TcpListener, Wanted};
use crate::lower::backend::Backends;
use crate::manifest::{Manifests, Protocol};

/// A listener for each exposed port of each Service.
pub(super) fn listeners<'m>(
    manifests: &'m Manifests,
    backends: &mut Backends<'_, 'm>,
) -> Vec<TcpListener> {
    let mut listeners = Vec::new();
    for (name, service) in &manifests.services {
        let exposure = backends.exposure(service);
        let Some(ports) = exposure.ports else {
            continue;
        };
        for port in &service.ports {
            let Some(number) = Port::new(port.port.value) else {
                continue;
            };
            if port.protocol != Protocol::Tcp {
                continue;
            }
            let Some(exposed) = backends.of_port(service, port, ports.origin) else {
                continue;
            };
            let wanted = match ports.value {
                Ports::Fixed(port) => Wanted::Port(crate::source::Sourced::new(port, ports.origin)),
                _ => Wanted::Pool,
            };
            let owner = format!("Service {name}");
            let mut listener = TcpListener::new(owner, wanted, exposed.target, ports.origin);
            listener.key = Some(PortKey {
                namespace: name.namespace.clone(),
                service: name.name.clone(),
                port: number,
            });
            listener.client = exposed.client;
            listener.tls = exposed.tls;
            listener.settings = exposed.settings;
            listeners.push(listener);
        }
    }
    listeners
}
