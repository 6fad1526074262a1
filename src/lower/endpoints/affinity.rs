//! `sessionAffinity: ClientIP` of a Service: where HAProxy can honour it, and where nobody can.
//!
//! kube-proxy remembers clients by the address that it sees
//! (<https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity>). Behind HAProxy that is HAProxy's own.

use super::Ask;
use crate::finding::{Code, Finding};
use crate::ir::Resolver;
use crate::manifest::Service;

/// For how many seconds HAProxy is to remember a client: for resolvers whose servers are pods.
pub(super) fn honoured(service: &Service) -> Option<u32> {
    let affinity = service.exposure().client_ip_affinity.as_ref();
    affinity.map(|seconds| seconds.value)
}

/// What there is to say when kube-proxy stands between HAProxy and the pods.
pub(super) fn lost(ask: &Ask<'_, '_>, resolver: Resolver, findings: &mut Vec<Finding>) {
    let Some(affinity) = &ask.service.exposure().client_ip_affinity else {
        return;
    };
    let name = &ask.service.meta.name;
    findings.push(
        Finding::new(
            Code::SESSION_AFFINITY_LOST,
            format!("`sessionAffinity: ClientIP` of Service {name} sees no client but HAProxy, because it is resolved by {resolver}"),
        )
        .object(format_args!("Service {name}"))
        .field("spec.sessionAffinity")
        .at(affinity.origin)
        .label(ask.origin(), "the port")
        .help("remove it, or resolve the Service by slices: HAProxy then remembers the clients itself")
        .note("kube-proxy sends everything that comes from one address to one pod, so few pods get all requests"),
    );
}
