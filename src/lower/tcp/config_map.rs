//! Ports that ConfigMaps of other controllers list.
//!
//! In: the ConfigMaps that the configuration names. Out: a listener for each entry whose Service port is there. Those of the operator
//! may lead to every namespace.

mod client;
mod contested;
mod missing;
mod tls;

use self::contested::Contested;
use self::missing::Missing;
pub(crate) use self::missing::without_config_map;
pub(crate) use self::tls::without_default;
use crate::annotations::{Entry, Installation, tcp_services};
use crate::finding::{Code, Finding};
use crate::ir::{Field, Target, TcpListener, Wanted};
use crate::lower::backend::{Backends, Unfound, service_port};
use crate::manifest::{Service, ServicePort};

/// A listener for each entry, in the order of the configuration and of the ports.
pub(super) fn listeners<'m>(
    installation: &Installation<'m>,
    settings: &super::Settings,
    backends: &mut Backends<'_, 'm>,
    findings: &mut Vec<Finding>,
) -> Vec<TcpListener> {
    let manifests = installation.manifests();
    let mut missing = Missing::new(manifests);
    let mut listeners = Vec::new();
    for name in &settings.config_maps {
        let Some(map) = manifests.config_maps.get(&name.value) else {
            continue;
        };
        let format = settings.config_map_format;
        let read = tcp_services(map, format, installation.settings(), findings);
        let contested = Contested::new(map, manifests);
        for entry in &read.entries {
            let target = match target(entry, installation, &mut missing) {
                Ok(target) => target,
                Err(finding) => {
                    findings.push(*finding);
                    continue;
                }
            };
            let Some(mut listener) = listener(entry, target, backends) else {
                continue;
            };
            let of_service = listener.tls.take();
            let tls = tls::termination(entry, &installation.keyring(), findings)
                .and_then(|own| client::tls(entry, own, of_service, findings));
            match tls {
                Ok(tls) => listener.tls = tls,
                Err(tls::Unusable) => listener.default = Target::Closed,
            }
            let trusted = &installation.settings().trusted_proxies;
            client::proxies(entry, trusted, &mut listener, findings);
            if let Some(finding) = contested.finding(entry) {
                findings.push(finding);
                listener.default = Target::Closed;
            }
            if let Some(format) = &read.log_format {
                listener.client.log_format = Some(format.value.clone());
                let origins = &mut listener.client.origins;
                origins.insert(Field::TcpLogFormat, format.origin);
            }
            let own = read.settings.iter().cloned();
            let all = listener.settings.iter().flat_map(|known| known.iter());
            let all: Vec<_> = all.cloned().chain(own).collect();
            listener.settings = (!all.is_empty()).then(|| all.into());
            listeners.push(listener);
        }
    }
    listeners
}

/// The Service port that an entry leads to.
fn target<'m>(
    entry: &Entry<'m>,
    installation: &Installation<'m>,
    missing: &mut Missing<'m>,
) -> Result<(&'m Service, &'m ServicePort), Box<Finding>> {
    let (place, port) = (entry.place, &entry.service_port);
    let name = &entry.service.value;
    let Some(service) = installation.manifests().services.get(name) else {
        return Err(missing.service(entry).into());
    };
    let refuse = |code, message: String| place.finding(code, message).at(port.origin);
    service_port(service, &port.value)
        .map(|port| (service, port))
        .map_err(|unfound| match unfound {
            Unfound::NotTcp(wrong) => refuse(
                Code::UDP_PORT,
                format!(
                    "{place} leads to port `{}` of Service {name}, which is {}, and HAProxy hands through TCP only",
                    port.value,
                    wrong.protocol.name()
                ),
            )
            .label(wrong.port.origin, "the port")
            .help("lead to a TCP port, or expose this one by a Service of type LoadBalancer or NodePort"),
            _ => refuse(
                Code::SERVICE_PORT_NOT_FOUND,
                format!(
                    "Service {name}, to which {place} leads, has no port `{}`",
                    port.value
                ),
            )
            .label(
                service.meta.origin,
                format!("its ports: {}", crate::lower::backend::ports(service)),
            )
            .help(missing::port_help(entry, service)),
        })
        .map_err(Box::new)
}

fn listener<'m>(
    entry: &Entry<'m>,
    (service, port): (&'m Service, &'m ServicePort),
    backends: &mut Backends<'_, 'm>,
) -> Option<TcpListener> {
    let own = entry.port;
    let exposed = backends.of_port_with(service, port, own.origin, &entry.servers)?;
    let owner = format!("ConfigMap {}", entry.place.map);
    let mut listener = TcpListener::new(owner, Wanted::Port(own), exposed.target, own.origin);
    listener.client = exposed.client;
    listener.tls = exposed.tls;
    listener.settings = exposed.settings;
    Some(listener)
}

#[cfg(test)]
mod tests;
