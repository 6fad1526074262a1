//! What certificates are called in expectations: by their Secret, or by their file in the bundle.

use std::collections::BTreeMap;

use crate::ir::{FileStem, Pem, Routing};

/// All certificates of a routing, and what each may be called. Two Secrets with the same content are one certificate.
pub fn shown_as(routing: &Routing) -> BTreeMap<&Pem, Vec<String>> {
    let mut names: BTreeMap<&Pem, Vec<String>> = BTreeMap::new();
    for (stem, certificate) in &routing.certificates.files {
        let known = names.entry(&certificate.pem).or_default();
        known.extend([certificate.secret.clone(), stem.to_string()]);
    }
    let own = routing
        .tcp
        .iter()
        .filter_map(|listener| listener.tls.as_ref());
    for file in own.flat_map(|tls| tls.shown()) {
        let known = names.entry(&file.pem).or_default();
        known.extend(secret(&file.stem));
        known.push(file.stem.to_string());
    }
    for known in names.values_mut() {
        known.sort();
        known.dedup();
    }
    names
}

/// The Secret of a file that is called `PURPOSE_NAMESPACE_NAME-DIGEST`. Neither namespaces nor names hold a `_`.
fn secret(stem: &FileStem) -> Option<String> {
    let mut parts = stem.as_str().splitn(3, '_').skip(1);
    let (namespace, rest) = (parts.next()?, parts.next()?);
    let (name, _) = rest.rsplit_once('-')?;
    Some(format!("{namespace}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_stands_in_the_name_of_its_file() {
        let secret = |stem: &str| secret(&FileStem::new(stem).expect("legal"));
        assert_eq!(secret("tcp_db_a-b.c-0123abcd").as_deref(), Some("db/a-b.c"));
        assert_eq!(secret("fra.tcp_db_tls-0123abcd").as_deref(), Some("db/tls"));
        assert_eq!(secret("tcp__0123abcd"), None);
        assert_eq!(secret("shop"), None);
    }
}
