//! Findings about references that no Service port answers: resources, and ports of an external name.

use crate::finding::{Code, Finding};
use crate::lower::rules::Field;
use crate::manifest::{Ingress, Service};
use crate::source::{Origin, Sourced};

pub(super) fn resource_backend(
    ingress: &Ingress,
    resource: &Sourced<String>,
    field: Field,
) -> Finding {
    let name = &ingress.meta.name;
    Finding::new(
        Code::RESOURCE_BACKEND_UNSUPPORTED,
        format!(
            "Ingress {name} leads to the resource `{}`, which HAProxy cannot serve",
            resource.value
        ),
    )
    .object(format_args!("Ingress {name}"))
    .field(format!("{field}.resource"))
    .at(resource.origin)
    .help("lead to a Service; until then the route answers 503")
}

pub(super) fn undeclared(service: &Service, number: u16, origin: Origin) -> Finding {
    let name = &service.meta.name;
    Finding::new(
        Code::EXTERNAL_NAME_WITHOUT_PORT,
        format!(
            "ExternalName Service {name} does not declare port {number}; it is taken as written"
        ),
    )
    .object(format_args!("Service {name}"))
    .field("spec.ports")
    .label(origin, "the reference")
    .label(service.meta.origin, "the Service")
    .help(format!("declare port {number} in the Service"))
}
