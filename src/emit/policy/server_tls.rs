//! How servers are spoken to.

use std::collections::BTreeMap;

use crate::emit::pem_files;
use crate::emit::view::Policies;
use crate::ir::policy::Mode;
use crate::ir::{Field, Pem, PemFile, Policy, PolicySection};

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Policies<'_> {
    /// Where a key or an authority lies.
    pub(in crate::emit) fn path(&self, file: &PemFile) -> String {
        pem_files::path(file)
    }

    /// The name that servers which nobody authenticates are asked for in the handshake.
    pub(in crate::emit) fn sni(&self, policy: &Policy) -> &'static str {
        if policy.mode == Mode::Tcp {
            // Nothing on connections whose TLS is not answered here; then servers are asked for no name.
            "ssl_fc_sni"
        } else {
            SERVER_NAME
        }
    }

    /// Whether rules find out that name, from the host of a request.
    pub(in crate::emit) fn asks_for_host(&self, policy: &Policy) -> bool {
        let encryption = policy.server_tls.encryption.as_ref();
        let is_named = encryption.is_some_and(|encryption| encryption.verify.is_none());
        is_named && policy.mode.sees_requests()
    }

    /// The setting that means TLS to servers that are not authenticated.
    pub(in crate::emit) fn encrypted_by(&self, section: &PolicySection) -> Field {
        match pem_files::shown(section) {
            Some(_) => Field::ServerCertificate,
            None if section.policy.server_tls.verifies() => Field::ServerAuthority,
            None => Field::ServerTls,
        }
    }

    /// Keys that HAProxy has to know before it meets the servers that it shows them to: those of ours, each once, for versions
    /// before 3.0.
    pub(in crate::emit) fn early_keypairs(&self) -> BTreeMap<String, &PolicySection> {
        let mut files = BTreeMap::new();
        let before = !self.target.has(3, 0);
        for section in self.sections.values().filter(|_| before) {
            // An absolute path is found from everywhere.
            if let Some(file) = pem_files::shown(section)
                && let Pem::Inline(_) = &file.pem
            {
                files.entry(pem_files::path(file)).or_insert(section);
            }
        }
        files
    }
}

/// The sample of the name in the handshake with a server: the host that the request names when it gets there. Servers with several
/// names answer 421 to a request for another host than that of the handshake (RFC 9110, 15.5.20). Rules set it unless the host is an
/// address: without it no name is sent (RFC 6066, section 3).
pub(in crate::emit) const SERVER_NAME: &str = "var(txn.server_name)";
