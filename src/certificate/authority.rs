//! An authority: the certificates that the other side's has to descend from.
//!
//! In: a Secret. Out: its certificates as PEM, without any key that may lie beside them, and findings about the Secret. `ca.crt` is
//! where Kubernetes and cert-manager keep them; the haproxytech controller reads `tls.crt`, which counts where there is no other.

use rustls_pki_types::pem::SectionKind;

use super::chain::encode;
use super::pem::{about, sections, unusable, validity};
use super::x509::Facts;
use super::{Keyring, Loaded, elsewhere};
use crate::finding::{Code, Finding};
use crate::ir::Pem;
use crate::manifest::{ObjectName, Secret};

/// Where an authority may stand in a Secret, the first that is there counts.
const KEYS: [&str; 2] = ["ca.crt", "tls.crt"];

/// Where a Secret has the list of those certificates that its authority has taken back (RFC 5280, section 5).
const REVOKED: &str = "ca.crl";

/// Reads the authority of a Secret, or finds the file that stands for it.
///
/// With a list of revoked certificates beside it, it is no authority that can be used: HAProxy would let in whom it has taken back.
pub(crate) fn authority(keyring: &Keyring<'_>, name: &ObjectName) -> (Loaded, Vec<Finding>) {
    let secret = keyring.manifests.secrets.get(name);
    if let Some(finding) = secret.and_then(revoking) {
        return (Loaded::Unusable, vec![finding]);
    }
    if let Some(mapped) = keyring.mapped(name) {
        return mapped;
    }
    let Some(secret) = secret else {
        return (Loaded::Missing, Vec::new());
    };
    let public = KEYS.iter().any(|key| secret.data.contains_key(*key));
    if secret.redacted && !public {
        let loaded = if keyring.judging {
            elsewhere(secret)
        } else {
            Loaded::Missing
        };
        return (loaded, Vec::new());
    }
    let mut findings = Vec::new();
    let loaded = match read(secret, keyring.now, &mut findings) {
        Ok(pem) => Loaded::Usable {
            pem,
            leaf: None,
            origin: Some(secret.meta.origin),
        },
        Err(finding) => {
            findings.push(*finding);
            Loaded::Unusable
        }
    };
    (loaded, findings)
}

/// What to do about a Secret that holds no authority that can be used.
pub(crate) fn remedy(keyring: &Keyring<'_>, name: &ObjectName) -> String {
    let secret = keyring.manifests.secrets.get(name);
    if secret.is_some_and(|secret| secret.data.contains_key(REVOKED)) {
        return format!(
            "name a Secret without `{REVOKED}`, of an authority that has revoked nothing"
        );
    }
    format!("store the authority as `ca.crt` of Secret {name}")
}

/// That a Secret has a list of revoked certificates, be it empty: one day it is not.
fn revoking(secret: &Secret) -> Option<Finding> {
    let list = secret.data.get(REVOKED)?;
    let name = &secret.meta.name;
    let message = format!(
        "Secret {name} has a list of revoked certificates, `{REVOKED}`, which is not compiled: whom the list keeps out would come in"
    );
    let code = Code::CERTIFICATE_UNUSABLE;
    let finding = about(secret, code, message, Some((REVOKED, list)));
    Some(finding.help(format!(
        "take `{REVOKED}` out of the Secret, and renew the authority if it has revoked something"
    )))
}

fn read(
    secret: &Secret,
    now: Option<i64>,
    findings: &mut Vec<Finding>,
) -> Result<Pem, Box<Finding>> {
    let name = &secret.meta.name;
    let filled = |key: &&str| {
        let value = secret.data.get(*key);
        value.is_some_and(|value| !value.value.trim_ascii().is_empty())
    };
    let Some(key) = KEYS.iter().copied().find(filled) else {
        let message = format!("Secret {name} has neither a `ca.crt` nor a `tls.crt`");
        return Err(about(secret, Code::SECRET_MISSING_KEYS, message, None)
            .help("store the certificate of the authority as `ca.crt`")
            .into());
    };
    let value = &secret.data[key];
    let refuse = |what, help| unusable(secret, key, value, what, help);
    let sections = sections(&value.value)
        .ok_or_else(|| refuse("is not legal PEM", "store the PEM text of the authority"))?;
    let mut text = String::new();
    for (kind, der) in sections {
        if kind != SectionKind::Certificate {
            continue;
        }
        let facts = Facts::read(&der).ok_or_else(|| {
            refuse(
                "holds a block that is no X.509 certificate",
                "store the PEM text of the authority",
            )
        })?;
        findings.extend(now.and_then(|now| validity(secret, (key, value), &facts, now)));
        encode(&mut text, "CERTIFICATE", &der);
    }
    if text.is_empty() {
        return Err(refuse(
            "holds no certificate",
            "store the PEM text that starts with `-----BEGIN CERTIFICATE-----`",
        ));
    }
    Pem::inline(text).ok_or_else(|| refuse("cannot be encoded", "renew the authority"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::lower::testing::{World, codes};

    const ONE: &str = include_str!("fixtures/ec.crt");
    const OTHER: &str = include_str!("fixtures/rsa.crt");
    const KEY: &str = include_str!("fixtures/ec.key");

    fn ask(data: &[(&str, &str)]) -> (Option<String>, Vec<String>) {
        let mut world = World::default();
        world.secret("a", "ca", data);
        let keyring = Keyring {
            manifests: &world.manifests,
            files: &BTreeMap::new(),
            now: None,
            judging: false,
        };
        let (loaded, findings) = authority(&keyring, &ObjectName::new("a", "ca"));
        let text = match loaded {
            Loaded::Usable {
                pem: Pem::Inline(text),
                ..
            } => Some(text),
            _ => None,
        };
        (text, codes(&findings))
    }

    #[test]
    fn ca_crt_counts_before_tls_crt_and_no_key_leaves_the_secret() {
        let (text, codes) = ask(&[("ca.crt", ONE), ("tls.crt", OTHER), ("tls.key", KEY)]);
        assert_eq!((text.as_deref(), codes.len()), (Some(ONE), 0));
        let both = format!("{KEY}{ONE}{OTHER}");
        let (text, codes) = ask(&[("tls.crt", &both)]);
        assert_eq!((text, codes.len()), (Some(format!("{ONE}{OTHER}")), 0));
    }

    #[test]
    fn what_is_no_authority_is_told_apart() {
        let table: &[(&[(&str, &str)], &str)] = &[
            (&[("tls.key", KEY)], "ING209"),
            (&[("ca.crt", ONE), ("ca.crl", "")], "ING401"),
            (&[("ca.crt", " ")], "ING209"),
            (&[("ca.crt", "hello")], "ING401"),
            (&[("ca.crt", KEY)], "ING401"),
            (
                &[(
                    "ca.crt",
                    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                )],
                "ING401",
            ),
        ];
        for (data, code) in table {
            assert_eq!(ask(data), (None, vec![(*code).to_owned()]), "{data:?}");
        }
    }
}
