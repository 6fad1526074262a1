//! Whose connections begin with the PROXY protocol.

use super::addresses::ProxyAddresses;
use super::context::{Context, Said};
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::ir::Global;
use crate::ir::policy::AddressList;
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "proxy-protocol",
    title: "PROXY protocol",
    specs: &[&HAPROXYTECH_PROXY_PROTOCOL],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    proxies: Option<Sourced<AddressList>>,
}

annotation! {
    /// The proxies in front of HAProxy whose connections begin with the PROXY protocol, which says whom they stand for.
    ///
    /// A connection from one of them without it is closed, and one with it from anybody else is answered with 400. What the protocol
    /// says counts as the client's address everywhere. An item that cannot be read is left out.
    static HAPROXYTECH_PROXY_PROTOCOL: ProxyAddresses = {
        key: HaproxyTech / "proxy-protocol",
        on: [ConfigMap],
        scope: Global,
        field: ProxyProtocol,
        support: Support::Full,
        since: "0.1",
        example: "10.0.0.0/24, 2001:db8::5",
        apply: |draft, value| draft.proxy_protocol.proxies = Some(value),
    }
}

/// Puts them into what holds for everything.
pub(super) fn finish_global(
    draft: &super::Draft,
    _: &Context<'_>,
    global: &mut Global,
    _: &mut Said,
) {
    global.proxy_protocol = draft.proxy_protocol.proxies.clone().map(|list| list.value);
}
