//! `IngressBackend`: a Service and its port, or a resource. The fields of v1beta1 are read as well.
//!
//! Source: `pkg/apis/networking/validation`, `validateIngressBackend`; conversion as in `pkg/apis/networking/v1beta1`.

use super::{Context, networking, port};
use crate::finding::Code;
use crate::manifest::grammar;
use crate::manifest::model::{IngressBackend, IngressTarget, PortRef};
use crate::manifest::names;
use crate::manifest::place::{Node, Place};
use crate::source::{Resolved, Sourced};

/// Reads a backend. `None` when it is not one, which has its finding then.
pub(super) fn read(
    backend: networking::IngressBackend,
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> Option<IngressBackend> {
    let is_old = ["serviceName", "servicePort"]
        .iter()
        .any(|field| place.child(field).is_set());
    let complain = |predicate: &str, help: &str| {
        let remarks = context.remarks;
        remarks.at(place, Code::BACKEND_SHAPE, "a backend", predicate, help);
    };
    let target = match (backend.service, backend.resource) {
        (Some(_), Some(_)) => {
            complain("has both `service` and `resource`", "remove one of the two");
            return None;
        }
        (None, Some(_)) if is_old => {
            complain("has both a service and `resource`", "remove one of the two");
            return None;
        }
        (None, Some(resource)) => read_resource(&resource, &place.child("resource"), context),
        (Some(service), None) => read_service(service, &place.child("service"), context)?,
        (None, None) if is_old => read_old(place, context)?,
        // A misspelt `service` has been told.
        (None, None) if context.remarks.is_strange(place) => return None,
        (None, None) => {
            complain(
                "has neither `service` nor `resource`",
                "add `service` with a `name` and a `port`",
            );
            return None;
        }
    };
    Some(IngressBackend {
        origin: place.origin(),
        target,
    })
}

fn read_service(
    service: networking::IngressServiceBackend,
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> Option<IngressTarget> {
    let name = service_name(&place.child("name"), service.name, context)?;
    let port_place = place.child("port");
    let port = service.port.unwrap_or_default();
    // Zero counts as unset.
    let number = port.number.filter(|&number| number != 0);
    let text = port.name.filter(|name| !name.is_empty());
    let port = match (text, number) {
        (Some(name), None) => port_by_name(
            name,
            &port_place.child("name"),
            "`port: {number: ",
            "}`",
            context,
        ),
        (None, Some(number)) => {
            let place = port_place.child("number");
            port::number(&place, number, Code::BACKEND_SHAPE, context.remarks)
                .map(|number| place.sourced(PortRef::Number(number)))
        }
        (text, _) => {
            let (predicate, help) = if text.is_some() {
                ("has both a name and a number", "remove one of the two")
            } else {
                ("has neither name nor number", "add `number` or `name`")
            };
            context.remarks.at(
                &port_place,
                Code::BACKEND_SHAPE,
                "a service port",
                predicate,
                help,
            );
            None
        }
    };
    Some(IngressTarget::Service { name, port })
}

/// `serviceName` and `servicePort`: the port is a number or a name by its YAML type.
fn read_old(place: &Place<'_, '_>, context: &Context<'_, '_, '_>) -> Option<IngressTarget> {
    let name_place = place.child("serviceName");
    let node = name_place.node().filter(|_| name_place.is_set());
    if node.is_some_and(|node| node.resolved() != Some(Resolved::String)) {
        let (code, predicate) = (Code::WRONG_TYPE, "is not text");
        let help = "write the name of a Service, in quotes if need be";
        context.remarks.spoil(&name_place, code, predicate, help);
    }
    let name = node.and_then(Node::text).unwrap_or_default();
    let name = service_name(&name_place, name.to_owned(), context)?;
    let port_place = place.child("servicePort");
    let resolved = port_place.node().and_then(Node::resolved);
    let port = match resolved {
        Some(Resolved::Integer(number)) => {
            let number = i32::try_from(number).unwrap_or(-1);
            port::number(&port_place, number, Code::BACKEND_SHAPE, context.remarks)
                .map(|number| port_place.sourced(PortRef::Number(number)))
        }
        Some(Resolved::String) => {
            let text = port_place.node().and_then(Node::text).unwrap_or_default();
            port_by_name(text.to_owned(), &port_place, "`servicePort: ", "`", context)
        }
        _ => {
            context.remarks.at(
                &port_place,
                Code::BACKEND_SHAPE,
                "a service port",
                "is neither a name nor a number",
                "write the number or the name of a port of the Service",
            );
            None
        }
    };
    Some(IngressTarget::Service { name, port })
}

fn service_name(
    place: &Place<'_, '_>,
    name: String,
    context: &Context<'_, '_, '_>,
) -> Option<Sourced<String>> {
    if name.is_empty() {
        context.remarks.at(
            place,
            Code::BACKEND_SHAPE,
            "a backend",
            "has no Service name",
            "add the `name` of a Service of the same namespace",
        );
        return None;
    }
    grammar::check(
        place,
        "service",
        &name,
        names::label,
        Code::BACKEND_SHAPE,
        context.remarks,
    );
    Some(place.sourced(name))
}

/// A port by name. A number in quotes is a name that no port can have; the number is what was meant.
fn port_by_name(
    name: String,
    place: &Place<'_, '_>,
    open: &str,
    close: &str,
    context: &Context<'_, '_, '_>,
) -> Option<Sourced<PortRef>> {
    if let Ok(number) = name.parse::<u16>() {
        context.remarks.at(
            place,
            Code::BACKEND_SHAPE,
            format_args!("port name `{name}`"),
            "is a number, which no port is named",
            format!("write {open}{number}{close}"),
        );
        return Some(place.sourced(PortRef::Number(number)));
    }
    grammar::check(
        place,
        "port name",
        &name,
        names::port_name,
        Code::BACKEND_SHAPE,
        context.remarks,
    )
    .then(|| place.sourced(PortRef::Name(name)))
}

fn read_resource(
    resource: &super::core::TypedLocalObjectReference,
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> IngressTarget {
    let fields = [("kind", &resource.kind), ("name", &resource.name)];
    for (field, value) in fields {
        // An empty one is missing, which the decoder says.
        if !value.is_empty() {
            let place = place.child(field);
            grammar::check(
                &place,
                field,
                value,
                names::path_segment,
                Code::BACKEND_SHAPE,
                context.remarks,
            );
        }
    }
    if let Some(group) = resource
        .api_group
        .as_deref()
        .filter(|group| !group.is_empty())
    {
        let place = place.child("apiGroup");
        grammar::check(
            &place,
            "API group",
            group,
            names::subdomain,
            Code::BACKEND_SHAPE,
            context.remarks,
        );
    }
    IngressTarget::Resource(place.sourced(format!("{}/{}", resource.kind, resource.name)))
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::{check_rows, object, said};

    const V1: &str = "networking.k8s.io/v1";

    #[test]
    fn what_the_api_server_refuses_in_a_backend() {
        let rows = [
            ("{service: {name: a, port: {name: http}}}", None),
            ("{resource: {kind: K, name: p}}", None),
            ("{}", Some("ING107  | {}")),
            ("text", Some("ING102  | text")),
            (
                "{service: {name: a, port: {number: 1}}, resource: {kind: K, name: p}}",
                Some("ING107  | {"),
            ),
            (
                "{service: {port: {number: 80}}}",
                Some("ING107 .service.name | service"),
            ),
            (
                "{service: {name: A, port: {number: 80}}}",
                Some("ING107 .service.name | A"),
            ),
            (
                "{service: {name: a}}",
                Some("ING107 .service.port | service"),
            ),
            (
                "{service: {name: a, port: {}}}",
                Some("ING107 .service.port | {}"),
            ),
            (
                "{service: {name: a, port: {number: 0}}}",
                Some("ING107 .service.port | {number: 0}"),
            ),
            (
                "{service: {name: a, port: {number: 70000}}}",
                Some("ING107 .service.port.number | 70000"),
            ),
            (
                "{service: {name: a, port: {number: -1}}}",
                Some("ING107 .service.port.number | -1"),
            ),
            (
                "{service: {name: a, port: {number: \"80\"}}}",
                Some("ING102 .service.port.number | \"80\""),
            ),
            (
                "{service: {name: a, port: {name: b, number: 80}}}",
                Some("ING107 .service.port | {name: b"),
            ),
            (
                "{service: {name: a, port: {name: \"80\"}}}",
                Some("ING107 .service.port.name | \"80\""),
            ),
            (
                "{service: {name: a, port: {name: a--b}}}",
                Some("ING107 .service.port.name | a--b"),
            ),
            (
                "{resource: {name: p}}",
                Some("ING120 .resource.kind | resource"),
            ),
            (
                "{resource: {kind: a/b, name: p}}",
                Some("ING107 .resource.kind | a/b"),
            ),
            (
                "{resource: {kind: K, name: p, apiGroup: A}}",
                Some("ING107 .resource.apiGroup | A"),
            ),
            (
                "{serviceName: a, resource: {kind: K, name: p}}",
                Some("ING107  | {"),
            ),
        ];
        for (backend, expected) in rows {
            let found = said(&object(
                V1,
                "Ingress",
                &format!("spec: {{defaultBackend: {backend}}}"),
            ));
            let found = found
                .first()
                .map(|line| line.replace("spec.defaultBackend", ""));
            match (expected, found) {
                (None, None) => {}
                (Some(expected), Some(found)) => {
                    assert!(found.starts_with(expected), "{backend}: {found}");
                }
                (expected, found) => panic!("{backend}: {found:?} instead of {expected:?}"),
            }
        }
    }

    #[test]
    fn a_port_in_quotes_is_a_name_in_v1beta1() {
        check_rows(
            "networking.k8s.io/v1beta1",
            "Ingress",
            &[
                (
                    "spec: {backend: {serviceName: a, servicePort: \"80\"}}",
                    &[
                        "ING103 apiVersion | networking.k8s.io/v1beta1",
                        "ING107 spec.backend.servicePort | \"80\"",
                    ],
                ),
                (
                    "spec: {backend: {serviceName: [a], servicePort: yes}}",
                    &[
                        "ING102 spec.backend.serviceName | [a]",
                        "ING103 apiVersion | networking.k8s.io/v1beta1",
                    ],
                ),
                (
                    "spec: {backend: {serviceName: a, servicePort: yes}}",
                    &[
                        "ING103 apiVersion | networking.k8s.io/v1beta1",
                        "ING107 spec.backend.servicePort | yes",
                    ],
                ),
                (
                    "spec: {defaultBackend: {service: {name: a}}, rules: [{http: {paths: [{backend: {serviceName: a}}]}}]}",
                    &[
                        "ING101 spec.defaultBackend | defaultBackend",
                        "ING101 spec.defaultBackend.service | service",
                        "ING103 apiVersion | networking.k8s.io/v1beta1",
                        "ING107 spec.defaultBackend.service.port | service",
                        "ING107 spec.rules[0].http.paths[0].backend.servicePort | backend",
                    ],
                ),
                // All of it is v1 but for the version.
                (
                    "spec: {defaultBackend: {service: {name: a}}}",
                    &[
                        "ING103 apiVersion | networking.k8s.io/v1beta1",
                        "ING107 spec.defaultBackend.service.port | service",
                    ],
                ),
            ],
        );
    }
}
