//! TLS of an entry: what is in its Secrets.

use crate::annotations::{Entry, Tls};
use crate::certificate::{Keyring, Loaded, authority, file, remedy};
use crate::finding::{Code, Finding};
use crate::ir::global::ClientAuthority;
use crate::ir::{PemFile, Routing, TcpCertificates, TcpListener, Termination, Wanted};
use crate::manifest::ObjectName;
use crate::source::Sourced;

/// TLS is asked for and cannot be had, which has its finding: nobody may connect, least of all in clear.
pub(super) struct Unusable;

/// What the port answers TLS with; `None`: it does not.
pub(super) fn termination(
    entry: &Entry<'_>,
    keyring: &Keyring<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Termination>, Unusable> {
    let (certificates, clients, origin) = match &entry.tls {
        None => return Ok(None),
        Some(Tls::Shared(origin)) => (TcpCertificates::Shared, None, *origin),
        Some(Tls::Own { secret, authority }) => {
            let own = keypair(entry, secret, keyring, findings);
            let clients = authority.as_ref();
            let clients = clients.map(|name| clients_of(entry, name, keyring, findings));
            let certificates = TcpCertificates::Own {
                default: Some(own?),
                named: Vec::new(),
            };
            (certificates, clients.transpose()?, secret.origin)
        }
    };
    Ok(Some(Termination {
        certificates,
        clients,
        alpn: Vec::new(),
        origin,
    }))
}

/// Ports that answer TLS with the certificates of HTTPS, none of which is for clients that ask for no name.
pub(crate) fn without_default(routing: &Routing) -> Vec<Finding> {
    let certificates = &routing.certificates;
    if certificates.default.is_some() || !certificates.offers_any() {
        return Vec::new();
    }
    let told = |listener: &TcpListener| {
        let Wanted::Port(port) = &listener.wanted else {
            return None;
        };
        let tls = listener.tls.as_ref()?;
        if tls.certificates != TcpCertificates::Shared {
            return None;
        }
        let message = format!(
            "port {} of {} refuses clients that send no name in the handshake, as many of databases do: the haproxytech controller shows them any of its certificates",
            port.value, listener.owner
        );
        Some(
            Finding::new(Code::DIALECT_DEFAULT_DIFFERS, message)
                .at(tls.origin)
                .object(&listener.owner)
                .help(
                    "name the certificate for them by `certificates.default` of the configuration",
                ),
        )
    };
    routing.tcp.iter().filter_map(told).collect()
}

fn keypair(
    entry: &Entry<'_>,
    name: &Sourced<ObjectName>,
    keyring: &Keyring<'_>,
    findings: &mut Vec<Finding>,
) -> Result<PemFile, Unusable> {
    let (loaded, said) = keyring.keypair(&name.value);
    findings.extend(said);
    match loaded {
        Loaded::Usable { pem, .. } => Ok(file("tcp", &name.value, pem)),
        // The Secret has its finding.
        Loaded::Unusable => Err(Unusable),
        Loaded::Missing => {
            let (why, help) = keyring.absent(&name.value);
            findings.push(refused(entry, name, Code::SECRET_NOT_FOUND, &why).help(help));
            Err(Unusable)
        }
    }
}

fn clients_of(
    entry: &Entry<'_>,
    name: &Sourced<ObjectName>,
    keyring: &Keyring<'_>,
    findings: &mut Vec<Finding>,
) -> Result<ClientAuthority, Unusable> {
    let (loaded, said) = authority(keyring, &name.value);
    findings.extend(said);
    let (why, help) = match loaded {
        Loaded::Usable { pem, .. } => {
            let file = file("ca", &name.value, pem);
            return Ok(ClientAuthority {
                file,
                optional: false,
            });
        }
        Loaded::Unusable => ("cannot be used".to_owned(), remedy(keyring, &name.value)),
        Loaded::Missing => keyring.absent(&name.value),
    };
    findings.push(refused(entry, name, Code::MTLS_CA_MISSING, &why).help(help));
    Err(Unusable)
}

fn refused(entry: &Entry<'_>, name: &Sourced<ObjectName>, code: Code, why: &str) -> Finding {
    let place = entry.place;
    let message = format!("Secret {}, which {place} names, {why}", name.value);
    place
        .finding(code, message)
        .at(name.origin)
        .note("the port is bound, and closes all connections")
}
