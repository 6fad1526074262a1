//! What is said about a reference that leads nowhere, and what to write instead.
//!
//! In: the reference and the problem. Out: a finding at the place where the reference stands.

use super::port::{Problem, port_help, port_meant, ports};
use super::{Backends, SUGGESTIONS};
use crate::finding::{Code, Finding, Fix};
use crate::lower::rules::Field;
use crate::lower::suggest::{nearest, scalar};
use crate::manifest::{Ingress, ObjectName, PortRef};
use crate::source::{Origin, Sourced};

impl<'m> Backends<'_, 'm> {
    /// `None` when the mistake has its finding already.
    pub(super) fn explain(
        &mut self,
        ingress: &'m Ingress,
        name: &'m Sourced<String>,
        port: Option<&'m Sourced<PortRef>>,
        field: Field,
        problem: Problem<'m>,
    ) -> Option<Finding> {
        let whose = &ingress.meta.name;
        let target = format!("{}/{}", whose.namespace, name.value);
        let about = |code, message: String, at, leaf| {
            Finding::new(code, message)
                .object(format_args!("Ingress {whose}"))
                .field(format!("{field}.{leaf}"))
                .at(at)
        };
        match (problem, port) {
            // Both have their finding: the shape of the port, and a name that the API server refuses.
            (Problem::IllegalPort | Problem::IllegalName, _) | (_, None) => None,
            (Problem::NoService, _) => {
                let absent = self.where_is(
                    &whose.namespace,
                    &name.value,
                    "an Ingress reaches only its own",
                );
                let finding = about(
                    Code::SERVICE_NOT_FOUND,
                    format!(
                        "Service {target}, to which Ingress {whose} leads, is not among the manifests"
                    ),
                    name.origin,
                    "service.name",
                );
                let fix = absent.near.map(|near| {
                    let fix = Fix::needs_a_look(format!("lead to Service `{near}`"));
                    fix.replace(name.origin, scalar(near))
                });
                Some(Finding {
                    fix,
                    ..absent.tell(finding)
                })
            }
            (Problem::NotTcp(wrong), Some(port)) => Some(
                about(
                    Code::PORT_PROTOCOL_NOT_TCP,
                    format!(
                        "port `{}` of Service {target} is {}, not TCP",
                        port.value,
                        wrong.protocol.name()
                    ),
                    port.origin,
                    "service.port",
                )
                .label(wrong.origin, "the port")
                .help("lead to a TCP port, or declare one of this number"),
            ),
            (Problem::NoPort(service), Some(port)) => {
                let fix = port_meant(service, &port.value).map(|meant| {
                    let fix = Fix::needs_a_look(format!("lead to port `{meant}`"));
                    fix.replace(port.origin, meant)
                });
                let finding = about(
                    Code::SERVICE_PORT_NOT_FOUND,
                    format!("Service {target} has no port `{}`", port.value),
                    port.origin,
                    "service.port",
                )
                .label(
                    service.meta.origin,
                    format!("its ports: {}", ports(service)),
                )
                .help(port_help(service, &port.value));
                Some(Finding { fix, ..finding })
            }
        }
    }

    /// What to do about a missing Service.
    pub(super) fn where_is(&mut self, namespace: &str, name: &str, rule: &str) -> Absent<'m> {
        let services = &self.world.manifests.services;
        let elsewhere = self.world.elsewhere.get_or_init(|| {
            services
                .keys()
                .map(|service| (service.name.as_str(), service))
                .collect()
        });
        if let Some(other) = elsewhere.get(name) {
            let help = format!(
                "move one of the two: `{name}` is in namespace `{}`, and {rule}",
                other.namespace
            );
            return Absent {
                near: None,
                elsewhere: services.get(other).map(|service| service.meta.origin),
                help,
            };
        }
        self.suggestions += 1;
        let first = ObjectName::new(namespace, "");
        let here = services
            .range(first..)
            .take_while(|(key, _)| key.namespace == namespace)
            .map(|(key, _)| key.name.as_str());
        let near = nearest(
            name,
            here.take(if self.suggestions > SUGGESTIONS {
                0
            } else {
                usize::MAX
            }),
        );
        let help = match near {
            Some(meant) => format!("write `{meant}`, which is there, or add the Service"),
            None => "add the Service to the input, or correct the name".to_owned(),
        };
        Absent {
            near,
            elsewhere: None,
            help,
        }
    }
}

/// What there is in place of a Service that is not there.
pub(super) struct Absent<'m> {
    /// A name that was probably meant.
    near: Option<&'m str>,
    /// A Service of this name in another namespace.
    elsewhere: Option<Origin>,
    help: String,
}

impl Absent<'_> {
    /// Tells it.
    pub(super) fn tell(self, finding: Finding) -> Finding {
        let finding = match self.elsewhere {
            Some(origin) => finding.label(origin, "the Service of this name"),
            None => finding,
        };
        finding.help(self.help)
    }
}
