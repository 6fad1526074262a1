//! What certificates are called in expectations: by their Secret, or by their file in the bundle.

use std::collections::BTreeMap;

use crate::ir::{FileStem, Pem, Routing, Termination};

/// All certificates of a routing, and what each may be called. Two Secrets with the same content are one certificate.
pub fn shown_as(routing: &Routing) -> BTreeMap<&Pem, Vec<String>> {
    let mut shown: BTreeMap<&Pem, Vec<String>> = BTreeMap::new();
    for (pem, names) in all(routing) {
        shown.entry(pem).or_default().extend(names);
    }
    for names in shown.values_mut() {
        names.sort();
        names.dedup();
    }
    shown
}

/// The same of one certificate.
pub(super) fn called(routing: &Routing, wanted: &Pem) -> Vec<String> {
    let same = all(routing).filter(|(pem, _)| *pem == wanted);
    let mut names: Vec<String> = same.flat_map(|(_, names)| names).collect();
    names.sort();
    names.dedup();
    names
}

fn all(routing: &Routing) -> impl Iterator<Item = (&Pem, Vec<String>)> {
    let files = routing
        .certificates
        .files
        .iter()
        .map(|(stem, certificate)| {
            let names = vec![certificate.secret.clone(), stem.to_string()];
            (&certificate.pem, names)
        });
    let own = routing
        .tcp
        .iter()
        .filter_map(|listener| listener.tls.as_ref());
    let own = own.flat_map(Termination::shown).map(|file| {
        let secret = secret(&file.stem).into_iter();
        (&file.pem, secret.chain([file.stem.to_string()]).collect())
    });
    files.chain(own)
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
