//! The servers of another Service that stand in for those of an exposed port.
//!
//! In: what the annotation names. Out: the Service port, or a finding at the annotation, and the exposed port works without.

use std::collections::HashSet;

use super::Backends;
use super::port::{Problem, port_help, ports, service_port};
use crate::annotations::BackupService;
use crate::finding::{Code, Finding};
use crate::ir::{Port, ServerName, ServiceRef};
use crate::lower::endpoints::Located;
use crate::manifest::{ObjectName, PortRef, Protocol, Service, ServicePort, ServiceType};
use crate::source::{Origin, Sourced};

/// A Service port whose servers stand in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Backup<'m> {
    pub(super) service: &'m Service,
    pub(super) number: Port,
    /// `None` for an ExternalName Service that does not declare it.
    pub(super) port: Option<&'m ServicePort>,
    /// Where the annotation stands.
    pub(super) origin: Origin,
}

impl Backup<'_> {
    /// What it is called in comments.
    pub(super) fn name(&self) -> Sourced<ServiceRef> {
        let ObjectName { namespace, name } = &self.service.meta.name;
        let port_name = self.port.map_or("", |port| port.name.as_str());
        let name = ServiceRef {
            namespace: namespace.clone(),
            name: name.clone(),
            port: self.number.get(),
            port_name: ServiceRef::port_name(port_name),
        };
        Sourced::new(name, self.origin)
    }
}

impl<'m> Backends<'_, 'm> {
    /// The Service port that the backup of an exposed port means. `None`, and a finding, when there is none.
    pub(super) fn backup(
        &mut self,
        of: (&Service, &ServicePort),
        wanted: &Sourced<BackupService>,
    ) -> Option<Backup<'m>> {
        let (service, exposed) = of;
        let whose = &service.meta.name;
        let name = ObjectName::new(whose.namespace.as_str(), wanted.value.service.as_str());
        let Some(found) = self.world.manifests.services.get(&name) else {
            let absent = self.where_is(&name.namespace, &name.name, "a backup is of the same one");
            let message = format!(
                "Service {name}, which is to stand in for Service {whose}, is not among the manifests"
            );
            let finding = about(Code::SERVICE_NOT_FOUND, whose, wanted, message);
            self.findings.push(absent.tell(finding));
            return None;
        };
        match meant(found, wanted.value.port.as_ref(), exposed) {
            Ok((number, _)) if name == *whose && number.get() == exposed.port.value => {
                let message = format!("Service {whose} is named as its own backup");
                let finding = about(Code::INEFFECTIVE_ANNOTATION, whose, wanted, message);
                self.findings
                    .push(finding.help("name another Service, or remove the key"));
                None
            }
            Ok((number, port)) => Some(Backup {
                service: found,
                number,
                port,
                origin: wanted.origin,
            }),
            Err((message, help)) => {
                let label = format!("its ports: {}", ports(found));
                let finding = about(Code::SERVICE_PORT_NOT_FOUND, whose, wanted, message);
                self.findings
                    .push(finding.label(found.meta.origin, label).help(help));
                None
            }
        }
    }
}

/// The port of a backup Service: the one that is named, or the one that is like the exposed one. Otherwise what is wrong, and help.
fn meant<'m>(
    service: &'m Service,
    wanted: Option<&PortRef>,
    exposed: &ServicePort,
) -> Result<(Port, Option<&'m ServicePort>), (String, String)> {
    let name = &service.meta.name;
    let number = |port: &ServicePort| Port::new(port.port.value);
    let Some(wanted) = wanted else {
        let tcp = || {
            let ports = service.ports.iter();
            ports.filter(|port| port.protocol == Protocol::Tcp)
        };
        let called = tcp().find(|port| !port.name.is_empty() && port.name == exposed.name);
        let numbered = || tcp().find(|port| port.port.value == exposed.port.value);
        let only = || tcp().next().filter(|_| tcp().count() == 1);
        let found = called.or_else(numbered).or_else(only);
        return found
            .and_then(|port| Some((number(port)?, Some(port))))
            .ok_or_else(|| {
                (
                    format!(
                        "Service {name}, which is to stand in, has no port like the exposed one"
                    ),
                    "write the port after a colon".to_owned(),
                )
            });
    };
    let help = || port_help(service, wanted);
    match service_port(service, wanted) {
        Ok(port) => number(port).map(|number| (number, Some(port))),
        Err(Problem::NoPort(_)) => match wanted {
            // A CNAME has whatever ports its target has.
            PortRef::Number(number) if service.kind == ServiceType::ExternalName => {
                Port::new(*number).map(|number| (number, None))
            }
            _ => None,
        },
        Err(_) => None,
    }
    .ok_or_else(|| {
        (
            format!("Service {name}, which is to stand in, has no TCP port `{wanted}`"),
            help(),
        )
    })
}

fn about(
    code: Code,
    whose: &ObjectName,
    wanted: &Sourced<BackupService>,
    message: String,
) -> Finding {
    Finding::new(code, message)
        .at(wanted.origin)
        .object(format_args!("Service {whose}"))
        .field("metadata.annotations[ingressc/backup]")
}

/// Adds the servers of a backup behind those that they stand in for. One that is among them already stays what it is.
pub(super) fn add(servers: &mut Vec<Located>, backups: Vec<Located>) {
    let own = servers.iter().map(|located| located.server.name.clone());
    let own: HashSet<ServerName> = own.collect();
    let others = backups
        .into_iter()
        .filter(|located| !own.contains(&located.server.name));
    servers.extend(others.map(|mut located| {
        located.server.backup = true;
        located
    }));
}
