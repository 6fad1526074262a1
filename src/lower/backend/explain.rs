//! What is said about a reference that leads nowhere, and what to write instead.
//!
//! In: the reference and the problem. Out: a finding at the place where the reference stands.

use super::port::{Problem, port_help, ports};
use super::{Backends, SUGGESTIONS};
use crate::finding::{Code, Finding};
use crate::lower::rules::Field;
use crate::lower::suggest::nearest;
use crate::manifest::{Ingress, ObjectName, PortRef};
use crate::source::Sourced;

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
                let help = self.where_is(
                    &whose.namespace,
                    &name.value,
                    "an Ingress reaches only its own",
                );
                Some(
                    about(
                        Code::SERVICE_NOT_FOUND,
                        format!("Service {target}, to which Ingress {whose} leads, is not among the manifests"),
                        name.origin,
                        "service.name",
                    )
                    .help(help),
                )
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
            (Problem::NoPort(service), Some(port)) => Some(
                about(
                    Code::SERVICE_PORT_NOT_FOUND,
                    format!("Service {target} has no port `{}`", port.value),
                    port.origin,
                    "service.port",
                )
                .label(
                    service.meta.origin,
                    format!("its ports: {}", ports(service)),
                )
                .help(port_help(service, &port.value)),
            ),
        }
    }

    /// What to do about a missing Service.
    pub(super) fn where_is(&mut self, namespace: &str, name: &str, rule: &str) -> String {
        let services = &self.world.manifests.services;
        let elsewhere = self.world.elsewhere.get_or_init(|| {
            services
                .keys()
                .map(|service| (service.name.as_str(), service))
                .collect()
        });
        if let Some(other) = elsewhere.get(name) {
            return format!(
                "move one of the two: `{name}` is in namespace `{}`, and {rule}",
                other.namespace
            );
        }
        self.suggestions += 1;
        let first = ObjectName::new(namespace, "");
        let here = services
            .range(first..)
            .take_while(|(key, _)| key.namespace == namespace)
            .map(|(key, _)| key.name.as_str());
        match nearest(
            name,
            here.take(if self.suggestions > SUGGESTIONS {
                0
            } else {
                usize::MAX
            }),
        ) {
            Some(meant) => format!("write `{meant}`, which is there, or add the Service"),
            None => "add the Service to the input, or correct the name".to_owned(),
        }
    }
}
