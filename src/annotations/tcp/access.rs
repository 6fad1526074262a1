//! Who may connect.

use crate::annotations::access::allowed;
use crate::annotations::addresses::{Addresses, AllowedAddresses, Items, resolve};
use crate::annotations::context::{Context, Said};
use crate::annotations::spec::{Support, annotation};
use crate::ir::Policy;
use crate::source::Sourced;

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    allow: Option<Sourced<Items>>,
    deny: Option<Sourced<Items>>,
}

annotation! {
    /// Who may connect to the exposed ports: connections from all other addresses are closed.
    ///
    /// Items are those of `haproxy.org/allow-list`, `patterns/KEY` among them. One that cannot be read closes the ports, and so does
    /// a missing list. Where connections begin with a PROXY header, the address is the one that it names.
    ///
    /// It holds for exposed ports only: HTTP routes to the Service have the lists of their Ingress, and exposed ports have none of the
    /// ConfigMap's.
    pub(super) static INGRESSC_ALLOW_LIST: AllowedAddresses = {
        key: Ingressc / "allow-list",
        on: [Service],
        scope: Port,
        field: AllowList,
        support: Support::Full,
        protects: "a longer list, or none",
        since: "0.2",
        example: "10.0.0.0/8, 2001:db8::/32",
        apply: |draft, value| draft.tcp.access.allow = Some(value),
    }
}

annotation! {
    /// Who may not connect to the exposed ports: connections from these addresses are closed.
    ///
    /// Counts before `ingressc/allow-list`: who is on both is kept out. Items are those of `haproxy.org/allow-list`, and one that
    /// cannot be read closes the ports.
    pub(super) static INGRESSC_DENY_LIST: Addresses = {
        key: Ingressc / "deny-list",
        on: [Service],
        scope: Port,
        field: DenyList,
        support: Support::Full,
        protects: "a shorter list, or none",
        since: "0.2",
        example: "192.0.2.0/24",
        apply: |draft, value| draft.tcp.access.deny = Some(value),
    }
}

/// Puts them into the policy.
pub(super) fn finish(draft: &Draft, context: &Context<'_>, policy: &mut Policy, said: &mut Said) {
    if let Some(items) = &draft.deny {
        policy.access.deny = resolve(items, context, said);
    }
    if let Some(items) = &draft.allow {
        policy.access.allow = allowed(items, context, said);
    }
}
