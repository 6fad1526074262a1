//! Keys and authorities that settings name: where they lie, and which there are.
//!
//! In: the routing. Out: paths for `haproxy.cfg`, and the files of ours. A name follows from the content (see [`PemFile`]), so that
//! sections which name the same Secret share a file.

use std::collections::BTreeMap;

use super::bundle::BundleFile;
use super::crt_list;
use crate::ir::{Pem, PemFile, PolicySection, Routing, Termination};

/// Where it lies, as `haproxy.cfg` names it.
pub(super) fn path(file: &PemFile) -> String {
    match &file.pem {
        Pem::Inline(_) => crt_list::path(&file.stem),
        Pem::File(path) => path.clone(),
    }
}

/// The key and certificates that a policy shows to servers.
pub(super) fn shown(section: &PolicySection) -> Option<&PemFile> {
    let encryption = section.policy.server_tls.encryption.as_ref()?;
    encryption.certificate.as_ref()
}

/// The certificates that a policy compares those of servers with.
fn compared(section: &PolicySection) -> Option<&PemFile> {
    let encryption = section.policy.server_tls.encryption.as_ref()?;
    Some(&encryption.verify.as_ref()?.authority)
}

/// The files of ours that the sections of `routing` name; the authority of the clients of HTTPS only where that is answered.
pub(super) fn files(routing: &Routing, https: bool) -> BTreeMap<String, BundleFile> {
    let sections = routing.policies.values();
    let named = sections.flat_map(|section| shown(section).into_iter().chain(compared(section)));
    let clients = routing.global.client_tls.authority.as_ref();
    let clients = clients.filter(|_| https).map(|clients| &clients.file);
    let listeners = routing.tcp.iter().filter(|one| one.is_bound());
    let answered = listeners.filter_map(|listener| listener.tls.as_ref());
    let answered = answered.flat_map(Termination::files);
    let ours = named
        .chain(clients)
        .chain(answered)
        .filter_map(|file| match &file.pem {
            Pem::Inline(text) => Some((path(file), BundleFile::private(text.clone().into_bytes()))),
            Pem::File(_) => None,
        });
    ours.collect()
}
