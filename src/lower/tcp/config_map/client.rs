//! What an entry says about clients, beside what annotations of its Service say. What protects more counts.

use ipnet::IpNet;

use super::tls::Unusable;
use crate::annotations::Entry;
use crate::finding::{Code, Finding};
use crate::ir::policy::AddressList;
use crate::ir::{AcceptProxy, Field, TcpListener, Termination};

/// Whose connections begin with a PROXY header: those of the proxies that the Service names, or else of `trusted`, or else everybody's.
pub(super) fn proxies(
    entry: &Entry<'_>,
    trusted: &[IpNet],
    listener: &mut TcpListener,
    findings: &mut Vec<Finding>,
) {
    let Some(origin) = entry.accept_proxy else {
        return;
    };
    let client = &mut listener.client;
    if matches!(client.proxy, AcceptProxy::From(_)) {
        return;
    }
    client.origins.insert(Field::AcceptProxy, origin);
    if let Some(trusted) = AddressList::new(trusted.iter().copied()) {
        client.proxy = AcceptProxy::From(trusted);
        return;
    }
    client.proxy = AcceptProxy::Always;
    let mut settings = listener
        .settings
        .iter()
        .flat_map(|settings| settings.iter());
    let list = settings.find(|setting| matches!(setting.field, Field::AllowList | Field::DenyList));
    if let Some(list) = list {
        let place = entry.place;
        let message = format!(
            "{place} takes everybody's word about whom a connection stands for, and `{}` of Service {} decides by that who may connect",
            list.key, entry.service.value
        );
        findings.push(
            place
                .finding(Code::CLIENT_IP_UNTRUSTED, message)
                .at(origin)
                .label(list.value.origin, "the list")
                .help("list your proxies in `trustedProxies` of ingressc.yaml"),
        );
    }
}

/// TLS of the entry over that of the Service: the certificate is the entry's, and clients have to show what either of them asks for.
pub(super) fn tls(
    entry: &Entry<'_>,
    own: Option<Termination>,
    service: Option<Termination>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Termination>, Unusable> {
    let (mut own, service) = match (own, service) {
        (Some(own), Some(service)) => (own, service),
        (own, service) => return Ok(own.or(service)),
    };
    let (place, name) = (entry.place, &entry.service.value);
    let differs = |code, what: &str, help: &str| {
        let message = format!("Service {name} and {place} name different {what}");
        Finding::new(code, message)
            .object(format_args!("Service {name}"))
            .label(service.origin, "the Service names these")
            .label(own.origin, "the port names these")
            .help(help)
    };
    let are_torn = own.clients.is_some() && service.clients.is_some();
    if are_torn && own.clients != service.clients {
        findings.push(
            differs(
                Code::CONFLICTING_ANNOTATIONS,
                "authorities for the certificates of clients",
                "say the same at both places, or at one of them",
            )
            .note("the port is bound, and closes all connections"),
        );
        return Err(Unusable);
    }
    if own.certificates != service.certificates {
        findings.push(differs(
            Code::INEFFECTIVE_ANNOTATION,
            "certificates, and those of the port count",
            "remove one of the two",
        ));
    }
    own.clients = own.clients.or(service.clients);
    Ok(Some(own))
}
