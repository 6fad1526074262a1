//! What an entry says about the servers of its port, over what annotations of the Service say.

use std::collections::BTreeMap;

use crate::ir::policy::{Checks, ProxyHeader};
use crate::ir::{Field, Millis, Policy};
use crate::source::{Origin, Sourced};

/// What is said for one port. The default says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Servers {
    /// The PROXY header that servers are sent in front of each connection.
    pub(crate) proxy: Option<Sourced<ProxyHeader>>,
    /// The time between two checks; `Some(None)`: servers are not checked.
    pub(crate) check: Option<Sourced<Option<Millis>>>,
}

impl Servers {
    /// Whether nothing is said.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Lays it over a policy.
    pub(crate) fn apply(&self, policy: &mut Policy, origins: &mut BTreeMap<Field, Origin>) {
        if let Some(proxy) = self.proxy {
            policy.server_tls.proxy = Some(proxy.value);
            origins.insert(Field::ServerProxyProtocol, proxy.origin);
        }
        let Some(check) = self.check else {
            return;
        };
        let field = if check.value.is_none() {
            policy.health = Checks {
                off: true,
                ..Checks::default()
            };
            Field::Check
        } else {
            policy.health.off = false;
            policy.health.interval = check.value;
            Field::CheckInterval
        };
        origins.insert(field, check.origin);
    }
}
