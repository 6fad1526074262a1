//! What there is to say about the servers of a Service: none, not ready, elsewhere, or where they must not be.
//!
//! In: a Service and what was found for it. Out: findings.

use super::address::leads_inside;
use super::gather::{Found, Place};
use super::{Purpose, Settings};
use crate::finding::{Code, Finding};
use crate::ir::{Address, ClusterName};
use crate::manifest::{Endpoints, Manifests, ObjectName, Service, ServicePort};

/// Slices that belong to no Service of the input.
pub(in crate::lower) fn orphans(manifests: &Manifests) -> Vec<Finding> {
    manifests
        .slices
        .values()
        .filter_map(|slice| {
            let name = &slice.meta.name;
            let (message, help) = match &slice.service {
                None => (
                    format!("EndpointSlice {name} names no Service"),
                    "set the label `kubernetes.io/service-name`".to_owned(),
                ),
                Some(service) => {
                    let key = ObjectName::new(&name.namespace, service);
                    if manifests.services.contains_key(&key) {
                        return None;
                    }
                    (
                        format!("EndpointSlice {name} belongs to Service {key}, which is not among the manifests"),
                        "add the Service, or correct the label `kubernetes.io/service-name`".to_owned(),
                    )
                }
            };
            Some(
                Finding::new(Code::ORPHAN_SLICE, message)
                    .object(format_args!("EndpointSlice {name}"))
                    .field("metadata.labels[kubernetes.io/service-name]")
                    .at(slice.meta.origin)
                    .help(help),
            )
        })
        .collect()
}

/// Findings about one Service.
pub(super) struct About<'f, 'm> {
    pub(super) service: &'m Service,
    /// The cluster, where there are several.
    pub(super) cluster: Option<&'f ClusterName>,
    /// What its servers are for.
    pub(super) purpose: Purpose<'f>,
    pub(super) findings: &'f mut Vec<Finding>,
}

impl About<'_, '_> {
    fn say(&mut self, finding: Finding) {
        let name = &self.service.meta.name;
        self.findings.push(match finding.object {
            Some(_) => finding,
            None => finding.object(format_args!("Service {name}")),
        });
    }

    pub(super) fn sources_differ(&mut self, legacy: &Endpoints) {
        let name = &self.service.meta.name;
        self.say(
            Finding::new(
                Code::ENDPOINTS_DIFFER_FROM_SLICES,
                format!("the Endpoints and the EndpointSlices of Service {name} list different servers; the slices are taken"),
            )
            .object(format_args!("Endpoints {name}"))
            .field("subsets")
            .at(legacy.meta.origin)
            .help("remove the Endpoints object"),
        );
    }

    /// One finding at most: the first reason why there is nobody to ask.
    pub(super) fn judge(&mut self, port: &ServicePort, found: &Found<'_>) {
        let name = &self.service.meta.name;
        let shown = match port.name.as_str() {
            "" => "an unnamed port".to_owned(),
            text => format!("a port `{text}`"),
        };
        if found
            .places
            .values()
            .any(|place| place.ready || place.draining)
        {
            if !found.places.values().any(|place| place.ready) {
                self.say(self.not_ready(
                    port,
                    found,
                    "those that are terminating but still serve are taken",
                ));
            }
            return;
        }
        let finding = if !found.places.is_empty() {
            self.not_ready(port, found, &nobody(self.cluster, self.purpose))
        } else if let Some(origin) = found.unresolved {
            Finding::new(
                Code::NAMED_TARGET_PORT_UNRESOLVED,
                format!(
                    "the target port of port {} of Service {name} is a name, and its slices give no number, so {}",
                    port.port.value,
                    nobody(self.cluster, self.purpose)
                ),
            )
            .label(origin, "without a number")
            .label(port.origin, "the Service port")
            .help("give the port of the EndpointSlice a number")
        } else if let Some(origin) = found.port_missing {
            Finding::new(
                Code::ENDPOINTSLICE_PORT_MISMATCH,
                format!(
                    "no EndpointSlice of Service {name} has {shown}, so {}",
                    nobody(self.cluster, self.purpose)
                ),
            )
            .label(origin, "the ports of a slice")
            .label(port.origin, "the Service port")
            .help(match port.name.as_str() {
                "" => "give the slice a port without a name, or the Service port the name that it has there".to_owned(),
                wanted => format!("give the slice a port `{wanted}`, or correct the name in the Service"),
            })
        } else {
            let finding = Finding::new(
                Code::NO_ENDPOINTS,
                format!(
                    "Service {name} has not a single address, so {}",
                    nobody(self.cluster, self.purpose)
                ),
            )
            .at(port.port.origin)
            .help(format!(
                "find out why it has no pods and export its EndpointSlices again, or remove {}",
                asking(self.purpose)
            ));
            match found.empty {
                Some((kind, origin)) => finding.label(origin, format!("this {kind} lists nobody")),
                None => finding,
            }
        };
        self.say(finding.field("spec.ports"));
    }

    fn not_ready(&self, port: &ServicePort, found: &Found<'_>, outcome: &str) -> Finding {
        let name = &self.service.meta.name;
        let finding = Finding::new(
            Code::ENDPOINTS_NOT_READY,
            match found.places.len() {
                1 => format!("the only address of Service {name} is not ready; {outcome}"),
                count => {
                    format!("none of the {count} addresses of Service {name} is ready; {outcome}")
                }
            },
        )
        .field("spec.ports")
        .at(port.port.origin)
        .help("find out why its pods are not ready, and renew the EndpointSlices in the input");
        match found.places.values().next() {
            Some(place) if found.places.len() == 1 => finding.label(place.origin, "this one"),
            Some(place) => finding.label(place.origin, "one of them"),
            None => finding,
        }
    }

    /// Whether requests may be sent there.
    pub(super) fn admits(
        &mut self,
        settings: &Settings,
        address: &Address,
        place: Place<'_>,
    ) -> bool {
        let Some(what) = leads_inside(address) else {
            return true;
        };
        let outcome = left_out(settings, self.purpose);
        let (kind, owner) = place.owner;
        self.say(
            Finding::new(
                Code::INTERNAL_TARGET,
                format!("{kind} {owner} leads to `{address}`, {what}{outcome}"),
            )
            .object(format_args!("{kind} {owner}"))
            .field("endpoints[].addresses[0]")
            .at(place.origin)
            .help("list the addresses of the pods")
            .note("the API server refuses such addresses, because they lead into HAProxy's own machine or its cloud's metadata"),
        );
        settings.internal_targets
    }
}

/// What becomes of a server that a manifest puts where nothing must lead; to end a message.
pub(super) fn left_out(settings: &Settings, purpose: Purpose<'_>) -> &'static str {
    match purpose {
        _ if settings.internal_targets => "",
        Purpose::Requests => ", and is left out: without another server its routes answer 503",
        Purpose::Connections => {
            ", and is left out: without another server connections to it are closed"
        }
        Purpose::Backup(_) => ", and is left out: without another server nobody stands in",
    }
}

/// What it means for those who ask that a Service has no servers: those of other clusters may answer them.
pub(super) fn nobody(cluster: Option<&ClusterName>, purpose: Purpose<'_>) -> String {
    match (cluster, purpose) {
        (None, Purpose::Requests) => "its routes answer 503".to_owned(),
        (None, Purpose::Connections) => "connections to it are closed".to_owned(),
        (None, Purpose::Backup(of)) => {
            format!("nobody stands in for Service {of}, whose ports work without")
        }
        (Some(cluster), Purpose::Requests) => {
            format!("its routes get no server of cluster {cluster}")
        }
        (Some(cluster), Purpose::Connections) => {
            format!("connections to it get no server of cluster {cluster}")
        }
        (Some(cluster), Purpose::Backup(of)) => {
            format!("nobody of cluster {cluster} stands in for Service {of}")
        }
    }
}

/// What asks for the servers, to follow "remove".
pub(super) fn asking(purpose: Purpose<'_>) -> &'static str {
    match purpose {
        Purpose::Requests => "the routes",
        Purpose::Connections => "what exposes it",
        Purpose::Backup(_) => "`ingressc/backup`",
    }
}
