//! Keys and authorities that settings name: where they lie, and which there are.
//!
//! In: the routing. Out: paths for `haproxy.cfg`, and the files of ours. A name follows from the content (see [`PemFile`]), so that
//! sections which name the same Secret share a file.

use std::collections::BTreeMap;

use super::bundle::BundleFile;
use crate::ir::{Pem, PemFile, PolicySection, Routing};

/// The path of certificates to compare with.
pub(super) fn authority(file: &PemFile) -> String {
    match &file.pem {
        Pem::Inline(_) => format!("certs/ca/{}.pem", file.stem),
        Pem::File(path) => path.clone(),
    }
}

/// The path of a key and certificates that are shown to servers.
pub(super) fn keypair(file: &PemFile) -> String {
    match &file.pem {
        Pem::Inline(_) => format!("certs/servers/{}.pem", file.stem),
        Pem::File(path) => path.clone(),
    }
}

/// The key and certificates that a policy shows to servers.
pub(super) fn shown(section: &PolicySection) -> Option<&PemFile> {
    let encryption = section.policy.server_tls.encryption.as_ref()?;
    encryption.certificate.as_ref()
}

/// The files of ours that the sections of `routing` name.
pub(super) fn files(routing: &Routing, tls: bool) -> BTreeMap<String, BundleFile> {
    let mut files = BTreeMap::new();
    let sections = routing.policies.values();
    let encryptions = sections.filter_map(|section| section.policy.server_tls.encryption.as_ref());
    let mut authorities: Vec<&PemFile> = Vec::new();
    for encryption in encryptions {
        authorities.extend(encryption.verify.as_ref().map(|verify| &verify.authority));
        if let Some(file) = &encryption.certificate
            && let Pem::Inline(text) = &file.pem
        {
            let content = BundleFile::private(text.clone().into_bytes());
            files.insert(keypair(file), content);
        }
    }
    let clients = routing.global.client_tls.authority.as_ref();
    authorities.extend(clients.filter(|_| tls).map(|clients| &clients.file));
    for file in authorities {
        if let Pem::Inline(text) = &file.pem {
            let content = BundleFile::public(text.clone().into_bytes());
            files.insert(authority(file), content);
        }
    }
    files
}
