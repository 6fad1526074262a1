//! Connections of exposed ports: how long they live, who may have them, and what becomes of them when servers go.

mod access;
mod backup;
mod check;
mod connections;
mod marked;
mod retold;
mod timeouts;
mod unheard;

use std::sync::Arc;

pub(super) use self::check::Database;

use super::context::{Context, Said};
use super::given::Given;
use super::policies::Choice;
use super::registry::Family;
use super::snippets;
use super::spec::{On, Scope};
use crate::finding::{Code, Severity};
use crate::ir::policy::{Access, Balancing, Checks, Mode};
use crate::ir::{ClientSide, Field, Policy, PolicyName, Setting, Termination};
use crate::source::Origin;
use crate::source::Sourced;

pub(crate) use backup::BackupService;
pub(crate) use retold::retell;
pub(crate) use unheard::unheard;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "tcp",
    title: "Connections of TCP services",
    specs: &[
        &access::INGRESSC_ALLOW_LIST,
        &backup::INGRESSC_BACKUP,
        &check::INGRESSC_CHECK,
        &check::INGRESSC_CHECK_PORT,
        &access::INGRESSC_DENY_LIST,
        &connections::INGRESSC_KEEPALIVE,
        &connections::INGRESSC_MAXCONN,
        &marked::INGRESSC_ON_MARKED_DOWN,
        &marked::INGRESSC_ON_MARKED_UP,
        &timeouts::INGRESSC_TIMEOUT_CLIENT,
        &timeouts::INGRESSC_TIMEOUT_CONNECT,
        &timeouts::INGRESSC_TIMEOUT_QUEUE,
        &timeouts::INGRESSC_TIMEOUT_TUNNEL,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    access: access::Draft,
    backup: Option<Sourced<BackupService>>,
    check: check::Draft,
    connections: connections::Draft,
    marked: marked::Draft,
    timeouts: timeouts::Draft,
}

/// What annotations say about the exposed ports of a Service.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The policy of the backends.
    pub(crate) policy: PolicyName,
    /// How clients are spoken to.
    pub(crate) client: ClientSide,
    /// The Service whose servers stand in.
    pub(crate) backup: Option<Sourced<BackupService>>,
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
    let algorithm = policy.balance.algorithm;
    Policy {
        mode: Mode::Tcp,
        access: Access {
            client_source: None,
            ..policy.access
        },
        balance: Balancing {
            abort_on_close: None,
            // That it does not hold is told where all ways to the Service are known, see `unheard`.
            algorithm: algorithm.filter(|algorithm| !algorithm.needs_requests()),
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

/// The keys whose values families look at: raw lines are written for rules of requests.
pub(super) fn readable<'m>(all: &[Given<'m>]) -> Vec<Given<'m>> {
    let is_raw = |given: &&Given<'_>| given.spec.field != Field::BackendSnippet;
    all.iter().filter(is_raw).copied().collect()
}

/// Closes the ports where a key of the Service protects and cannot hold for connections: lines that keep somebody out, and a key that
/// is misspelt or in the wrong place, which has its finding.
pub(super) fn guard(all: &[Given<'_>], said: &mut Said) {
    let mut own = all.iter().filter(|given| given.on == On::Service);
    said.closed |= own
        .clone()
        .any(|given| given.broken && given.spec.protects.is_some() && !counts(given));
    let Some(lines) = own.find(|given| snippets::keeps_out(given)) else {
        return;
    };
    let message = format!(
        "`{}` of {} {} keeps somebody out, and is for backends that read requests: the exposed ports of the Service are closed",
        lines.key, lines.kind, lines.object
    );
    let finding = Said::about(Code::INEFFECTIVE_ANNOTATION, lines.value.origin, message);
    said.close(
        finding
            .severity(Severity::Error)
            .object(format_args!("{} {}", lines.kind, lines.object))
            .field(format!("metadata.annotations[{}]", lines.key))
            .help("keep addresses out by `ingressc/allow-list` and `ingressc/deny-list`, and remove it"),
    );
}

/// How clients are spoken to.
pub(super) fn client(
    draft: &super::Draft,
    chosen: &[Choice<'_>],
    context: &Context<'_>,
    said: &mut Said,
) -> ClientSide {
    let own = &draft.tcp;
    let fields = [
        Field::ListenerTimeout,
        Field::ListenerMaxconn,
        Field::KeepAlive,
    ];
    let set = chosen.iter().filter(|choice| choice.is_set());
    let origins = set.filter_map(|choice| {
        let field = choice.winner.spec.field;
        let origin = choice.winner.value.origin;
        fields.contains(&field).then_some((field, origin))
    });
    ClientSide {
        timeout: timeouts::client(&own.timeouts, draft.limits.has_maxconn(), context, said),
        maxconn: connections::maxconn(&own.connections, context, said),
        keepalive: connections::keepalive(&own.connections),
        origins: origins.collect(),
        ..ClientSide::default()
    }
}

/// The Service whose servers stand in.
pub(super) fn backup(draft: &super::Draft) -> Option<Sourced<BackupService>> {
    draft.tcp.backup.clone()
}

/// The database that servers are asked as, and where that is said, if its clients agree on TLS within their own protocol.
pub(super) fn database(draft: &super::Draft) -> Option<(Origin, Database)> {
    draft.tcp.check.database()
}

/// Puts what is about servers into the policy.
pub(super) fn finish(
    draft: &super::Draft,
    context: &Context<'_>,
    policy: &mut Policy,
    said: &mut Said,
) {
    let own = &draft.tcp;
    access::finish(&own.access, context, policy, said);
    timeouts::finish(&own.timeouts, policy);
    policy.tcp.keepalive = connections::keepalive(&own.connections);
    // Asked after the family of checks, which knows whether there are any.
    check::finish(&own.check, context, policy, said);
    marked::finish(&own.marked, context, policy, said);
}
