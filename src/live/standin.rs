//! What stands in for keys and certificates that are not ours to have.
//!
//! A stub has one certificate, of an authority that is part of this program; the client that asks has one of the same authority, and one
//! of another. So authorities of the manifests are replaced where they would have to sign one of these.

use std::collections::BTreeSet;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::ir::global::ClientAuthority;
use crate::ir::{Pem, Routing};

/// The authority of the certificates below.
pub(super) const AUTHORITY: &str = include_str!("tls/authority.pem");
/// A server's key and certificate: for `*.shop.svc` and `api.example.com`.
pub(super) const SERVER: &str = include_str!("tls/server.pem");
/// A client's key and certificate.
pub(super) const CLIENT: &str = include_str!("tls/client.pem");
/// A client's key and certificate, of another authority.
pub(super) const FOREIGN: &str = include_str!("tls/foreign.pem");

/// The first certificate of a file, in DER.
pub(super) fn leaf(pem: &str) -> Option<Vec<u8>> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    Some(der.to_vec())
}

/// The same of a certificate of the routing.
pub(super) fn leaf_of(pem: &Pem) -> Option<Vec<u8>> {
    match pem {
        Pem::Inline(text) => leaf(text),
        Pem::File(path) => Some(CertificateDer::from_pem_file(path).ok()?.to_vec()),
    }
}

/// Replaces what a stub or the client could not meet, unless servers are to be verified all the same. Returns what was replaced, in words.
pub(super) fn replace(routing: &mut Routing, verifies_servers: bool) -> Vec<String> {
    let mut notes = Vec::new();
    missing_files(routing, &mut notes);
    if let Some(authority) = &mut routing.global.client_tls.authority {
        client_authority(authority);
    }
    for listener in &mut routing.tcp {
        let clients = listener.tls.as_mut().and_then(|tls| tls.clients.as_mut());
        if let Some(authority) = clients {
            client_authority(authority);
        }
    }
    let mut unverified = 0;
    for section in routing.policies.values_mut() {
        let Some(encryption) = &mut section.policy.server_tls.encryption else {
            continue;
        };
        let other = encryption.verify.as_ref();
        if !verifies_servers && other.is_some_and(|verify| !is_ours(&verify.authority.pem)) {
            encryption.verify = None;
            unverified += 1;
        }
    }
    if unverified > 0 {
        notes.push(
            "servers that stand in have no certificate of the manifests' authorities, so it is not verified"
                .to_owned(),
        );
    }
    notes
}

/// Clients have to show a certificate, so one of ours will be accepted.
fn client_authority(authority: &mut ClientAuthority) {
    if !is_ours(&authority.file.pem) {
        authority.file.pem = Pem::Inline(AUTHORITY.to_owned());
    }
}

/// Whether our authority is one of these.
fn is_ours(authorities: &Pem) -> bool {
    let Pem::Inline(text) = authorities else {
        return false;
    };
    let ours = leaf(AUTHORITY);
    let mut known = CertificateDer::pem_slice_iter(text.as_bytes()).flatten();
    known.any(|der| Some(der.as_ref()) == ours.as_deref())
}

/// Files of the host that is to run the configuration need not be on this machine.
fn missing_files(routing: &mut Routing, notes: &mut Vec<String>) {
    let mut missing = BTreeSet::new();
    for certificate in routing.certificates.files.values_mut() {
        if let Pem::File(path) = &certificate.pem
            && leaf_of(&certificate.pem).is_none()
        {
            missing.insert(path.clone());
            certificate.pem = Pem::Inline(SERVER.to_owned());
        }
    }
    notes.extend(missing.into_iter().map(|path| {
        format!("the certificate `{path}` cannot be read here: another one stands in for it")
    }));
}
