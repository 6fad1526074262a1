//! Connections of exposed ports: how long they live, who may have them, and what becomes of them when servers go.

use std::sync::Arc;

use super::context::{Context, Said};
use super::given::Given;
use super::policies::Choice;
use super::registry::Family;
use super::spec::Scope;
use crate::ir::policy::{Access, Balancing, Checks, Mode};
use crate::ir::{ClientSide, Field, Policy, PolicyName, Setting, Termination};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "tcp",
    title: "Connections of TCP services",
    specs: &[],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {}

/// What annotations say about the exposed ports of a Service.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The policy of the backends.
    pub(crate) policy: PolicyName,
    /// How clients are spoken to.
    pub(crate) client: ClientSide,
    /// TLS that is answered here.
    pub(crate) tls: Option<Termination>,
    /// Where the settings come from.
    pub(crate) settings: Option<Arc<[Setting]>>,
    /// A setting that protects cannot be honoured, so nobody may connect.
    pub(crate) closed: bool,
}

/// What of the settings of servers means something where nobody sees requests.
const OF_SERVERS: &[Field] = &[
    Field::Balance,
    Field::BackendResource,
    Field::Check,
    Field::CheckInterval,
    Field::CheckTimeout,
    Field::ServerMaxconn,
    Field::ServerSlots,
    Field::ServerTimeout,
    Field::ServerTls,
    Field::ServerCertificate,
    Field::ServerAuthority,
    Field::ServerProxyProtocol,
];

/// Whether a key of a Service, or of the ConfigMap, holds for exposed ports.
pub(super) fn counts(given: &Given<'_>) -> bool {
    match given.spec.scope {
        Scope::Port => true,
        Scope::Backend => OF_SERVERS.contains(&given.spec.field),
        Scope::Global | Scope::Route => false,
    }
}

/// What of a policy holds where nobody sees requests.
pub(super) fn of_connections(policy: Policy) -> Policy {
    Policy {
        mode: Mode::Tcp,
        access: Access {
            client_source: None,
            ..policy.access
        },
        balance: Balancing {
            abort_on_close: None,
            ..policy.balance
        },
        health: Checks {
            http: None,
            ..policy.health
        },
        limits: policy.limits,
        timeouts: policy.timeouts,
        server_tls: policy.server_tls,
        tcp: policy.tcp,
        ..Policy::default()
    }
}

/// How clients are spoken to.
pub(super) fn client(_: &super::Draft, _: &[Choice<'_>]) -> ClientSide {
    ClientSide::default()
}

/// Puts what is about servers into the policy.
pub(super) fn finish(_: &super::Draft, _: &Context<'_>, _: &mut Policy, _: &mut Said) {}
