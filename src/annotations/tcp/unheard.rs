//! Keys of Services that do nothing for connections of exposed ports, or nothing at all because no port is exposed.
//!
//! In: the Services that routes lead to, and those that have exposed ports. Out: findings. A key that some HTTP route honours is no
//! mistake.

use std::collections::HashSet;

use super::counts;
use crate::annotations::balance;
use crate::annotations::context::Said;
use crate::annotations::exposure;
use crate::annotations::given::{self, Given};
use crate::annotations::policies::Installation;
use crate::annotations::registry;
use crate::annotations::resources;
use crate::annotations::snippets;
use crate::annotations::spec::{Dialect, Scope};
use crate::finding::{Code, Finding, Severity};
use crate::ir::Field;
use crate::manifest::{ObjectName, Service};

/// What there is to say. `routed`: the Services whose keys routes have read; `exposed`: those that have a TCP listener.
pub(crate) fn unheard(
    installation: &Installation<'_>,
    routed: &HashSet<&ObjectName>,
    exposed: &HashSet<&ObjectName>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let prefixes = prefixes();
    for (name, service) in &installation.manifests().services {
        let is_exposed = exposed.contains(name);
        if !is_exposed && !begins(service, &prefixes) {
            continue;
        }
        let (settings, custom) = (installation.settings, &installation.custom);
        // What there is to say about the keys themselves was said when they were read.
        let given = given::of_service(service, settings, custom, &mut Vec::new());
        if is_exposed {
            let resources::OfRoute { keys, timeouts, .. } =
                with_resource(given, service, installation);
            let is_tunnel = |key: &Given<'_>| key.spec.field == Field::PortTunnelTimeout;
            let ways = Ways {
                are_routed: routed.contains(name),
                limit_silence: timeouts.tunnel.is_some() || keys.iter().any(is_tunnel),
            };
            findings.extend(keys.iter().filter_map(|key| of_requests(key, ways)));
        } else if !given.iter().any(|given| exposure::is_key(given.spec)) {
            findings.extend(given.iter().filter_map(of_no_port));
        }
    }
    findings
}

/// What keys about exposed ports begin with: most Services have none, and are not read again.
fn prefixes() -> Vec<&'static str> {
    let has_some = |dialect: &Dialect| {
        registry::all().any(|spec| spec.dialect == *dialect && spec.scope == Scope::Port)
    };
    let dialects = Dialect::ALL.into_iter().filter(has_some);
    dialects.flat_map(Dialect::prefixes).copied().collect()
}

/// Whether some key of a Service begins with one of these.
fn begins(service: &Service, prefixes: &[&str]) -> bool {
    let mut annotations = service.meta.annotations.iter();
    annotations.any(|annotation| {
        let mut prefixes = prefixes.iter();
        prefixes.any(|prefix| annotation.key.starts_with(prefix))
    })
}

/// The keys with what a Backend resource says in place of those that it replaces.
fn with_resource<'m>(
    given: Vec<Given<'m>>,
    service: &'m Service,
    installation: &Installation<'m>,
) -> resources::OfRoute<'m> {
    let context = installation.context(service);
    let said = &mut Said::default();
    resources::backend(given, installation.resources, &context, said)
}

/// A key about a port, on a Service that exposes none.
fn of_no_port(given: &Given<'_>) -> Option<Finding> {
    if given.spec.scope != Scope::Port || !is_set(given) {
        return None;
    }
    let message = format!(
        "{} does nothing, because no port of the Service is exposed",
        setting(given)
    );
    Some(about(given, message).help("add `ingressc/expose: \"true\"`, or remove it"))
}

/// The ways to an exposed Service.
#[derive(Debug, Clone, Copy)]
struct Ways {
    /// Whether HTTP routes are among them.
    are_routed: bool,
    /// Whether somebody has said how long connections may be silent.
    limit_silence: bool,
}

/// A key that cannot hold where nobody sees requests.
fn of_requests(given: &Given<'_>, ways: Ways) -> Option<Finding> {
    if !is_set(given) {
        return None;
    }
    let field = given.spec.field;
    if field == Field::Balance && balance::needs_requests(&given.value.value) {
        let message = format!(
            "{} goes by requests, and connections of exposed ports have none: they go to servers in turns",
            setting(given)
        );
        let severity = if ways.are_routed {
            Severity::Warning
        } else {
            Severity::Error
        };
        let help = "write `leastconn`, `source`, `first`, `random` or `roundrobin`";
        return Some(about(given, message).severity(severity).help(help));
    }
    if ways.are_routed {
        return None;
    }
    if field == Field::ServerTimeout {
        let message = format!(
            "{} does not count once a server has accepted the connection",
            setting(given)
        );
        let finding =
            about(given, message).note("from then on HAProxy counts `timeout tunnel` alone");
        let help = "set `ingressc/timeout-tunnel` to the time for which connections may be idle";
        return (!ways.limit_silence).then(|| finding.help(help));
    }
    // Ports have backends of their own anyway; lines that keep somebody out have their finding.
    let is_said = field == Field::Standalone || snippets::keeps_out(given);
    if counts(given) || is_said || !matches!(given.spec.scope, Scope::Backend | Scope::Route) {
        return None;
    }
    let message = format!(
        "{} is about requests, and connections of exposed ports have none",
        setting(given)
    );
    let finding = about(given, message);
    Some(match field {
        Field::CheckHttp => finding.help("write `ingressc/check: http PATH`"),
        _ => finding.help("remove it"),
    })
}

/// Whether it says something that can be read. What cannot has its finding.
fn is_set(given: &Given<'_>) -> bool {
    !given.broken && !given.value.value.is_empty()
}

/// `` `haproxy.org/check-http` of Service db/orders``.
fn setting(given: &Given<'_>) -> String {
    format!("`{}` of {} {}", given.key, given.kind, given.object)
}

fn about(given: &Given<'_>, message: String) -> Finding {
    let finding = Finding::new(Code::INEFFECTIVE_ANNOTATION, message)
        .at(given.value.origin)
        .object(format_args!("{} {}", given.kind, given.object));
    match given.kind {
        "Service" => finding.field(format!("metadata.annotations[{}]", given.key)),
        _ => finding,
    }
}
