//! How servers are spoken to.

use crate::emit::pem_files;
use crate::emit::view::Policies;
use crate::ir::{Field, PemFile, PolicySection};

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Policies<'_> {
    /// The path of certificates to compare with.
    pub(in crate::emit) fn authority(&self, file: &PemFile) -> String {
        pem_files::authority(file)
    }

    /// The path of a key and its certificates.
    pub(in crate::emit) fn keypair(&self, file: &PemFile) -> String {
        pem_files::keypair(file)
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
    pub(in crate::emit) fn early_keypairs(&self) -> Vec<(String, &PolicySection)> {
        if self.target.has(3, 0) {
            return Vec::new();
        }
        let mut files = std::collections::BTreeMap::new();
        for section in self.policies.values() {
            if let Some(file) = pem_files::shown(section) {
                let path = pem_files::keypair(file);
                // An absolute path is found from everywhere.
                if !path.starts_with('/') {
                    files.entry(path).or_insert(section);
                }
            }
        }
        files.into_iter().collect()
    }
}
