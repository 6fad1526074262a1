//! The Service that the controller's ConfigMap makes the default backend of everything.
//!
//! In: the key and the routing without it. Out: the default, unless an Ingress is one already: then both claim it, and the Ingress
//! holds, because it is the nearer wish.

use super::backend::Backends;
use crate::finding::{Code, Finding, Severity};
use crate::ir::{Claim, Routing, Target};
use crate::manifest::{Manifests, ObjectName};
use crate::source::Origin;

/// What the key says.
pub(super) struct Ask<'a> {
    /// Namespace and name.
    pub(super) service: &'a [String; 2],
    /// Its place.
    pub(super) origin: Option<Origin>,
    /// The ConfigMap.
    pub(super) config_map: Option<&'a ObjectName>,
}

/// Adds it.
pub(super) fn add<'m>(
    ask: &Ask<'_>,
    manifests: &'m Manifests,
    backends: &mut Backends<'_, 'm>,
    routing: &mut Routing,
    findings: &mut Vec<Finding>,
) {
    let (Some(origin), Some(config_map)) = (ask.origin, ask.config_map) else {
        return;
    };
    let [namespace, name] = ask.service;
    let about = |code, message: String| {
        Finding::new(code, message)
            .object(format_args!("ConfigMap {config_map}"))
            .field("data[default-backend-service]")
    };
    if let Some(claim) = &routing.default {
        findings.push(
            about(
                Code::DEFAULT_BACKEND_CONFLICT,
                format!(
                    "the default backend of Ingress {} and `default-backend-service` of ConfigMap {config_map} both claim all requests without a rule of their own",
                    claim.ingress
                ),
            )
            .label(origin, "this one")
            .label(claim.origin, "and this one, which holds")
            .help("keep one of the two default backends"),
        );
        return;
    }
    let service = manifests.services.get(&ObjectName::new(namespace, name));
    let resolved = service.and_then(|service| backends.of_config(service, origin));
    let problem = match &resolved {
        None if service.is_none() => Some(about(
            Code::SERVICE_NOT_FOUND,
            format!("Service {namespace}/{name}, the default backend, is not among the manifests"),
        )
        .help("add the Service to the inputs, or remove the key")),
        None => Some(about(
            Code::SERVICE_PORT_NOT_FOUND,
            format!("Service {namespace}/{name}, the default backend, has no TCP port"),
        )
        .help("add a port to the Service, or name another one")),
        Some(resolved) if resolved.left_out || resolved.condition.is_some() => Some(about(
            Code::INEFFECTIVE_ANNOTATION,
            format!("Service {namespace}/{name}, the default backend, has a condition, and what answers everything else cannot depend on one"),
        )
        .severity(Severity::Error)
        .help("remove `route-acl` from the Service")),
        Some(_) => None,
    };
    let usable = problem.is_none();
    findings.extend(problem.map(|finding| finding.at(origin)));
    let (target, settings) = match resolved {
        Some(resolved) if usable => (resolved.target, resolved.settings),
        _ => (Target::Closed, None),
    };
    routing.default = Some(Claim {
        ingress: config_map.to_string(),
        wording: "default-backend-service".to_owned(),
        target,
        origin,
        settings,
    });
}
