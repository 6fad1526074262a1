//! How servers are spoken to.

use std::collections::BTreeMap;

use crate::emit::pem_files;
use crate::emit::view::Policies;
use crate::ir::{Field, Pem, PemFile, PolicySection};

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Policies<'_> {
    /// Where a key or an authority lies.
    pub(in crate::emit) fn path(&self, file: &PemFile) -> String {
        pem_files::path(file)
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
