//! Which certificate each name is answered with.

use super::Reader;
use crate::diff::policy::digest;
use crate::diff::view::{CertificateView, View};
use crate::ir::{Certificate, Pem};

impl Reader<'_> {
    pub(super) fn certificates(&self, view: &mut View) {
        let certificates = &self.routing.certificates;
        for file in certificates.files.values() {
            let shown = self.certificate(file);
            for name in &file.names {
                view.certificates
                    .insert(name.value.to_string(), shown.clone());
            }
        }
        let default = certificates.default.as_ref();
        if let Some(file) = default.and_then(|stem| certificates.files.get(stem)) {
            view.certificates
                .insert(String::new(), self.certificate(file));
        }
    }

    fn certificate(&self, file: &Certificate) -> CertificateView {
        let parts = match &file.pem {
            Pem::Inline(text) => parts(text),
            Pem::File(path) => [path.clone(), String::new(), String::new()],
        };
        let [leaf, key, chain] = parts.map(|part| digest(&part));
        CertificateView {
            secret: match &file.pem {
                Pem::Inline(_) => file.secret.clone(),
                Pem::File(path) => format!("{} ({path})", file.secret),
            },
            leaf,
            key,
            chain,
            place: Some(self.place(file.origin)),
        }
    }
}

/// The first certificate, the key, and the other certificates.
pub(in crate::diff) fn parts(pem: &str) -> [String; 3] {
    let mut parts = [const { String::new() }; 3];
    let mut into = 0;
    for line in pem.lines() {
        if line.starts_with("-----BEGIN ") {
            into = match line {
                _ if line.contains("PRIVATE KEY") => 1,
                _ if parts[0].is_empty() => 0,
                _ => 2,
            };
        }
        parts[into].push_str(line);
        parts[into].push('\n');
    }
    parts
}
