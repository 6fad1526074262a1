//! A Secret's `tls.crt` and `tls.key` into one PEM that HAProxy loads.
//!
//! In: the Secret. Out: a [`Keypair`], re-encoded by us as key, leaf, chain, and findings about the Secret.
//! Nothing of the text reaches the output: what is between the markers is decoded and encoded again.

use rustls_pki_types::pem::{PemObject as _, SectionKind};

use super::chain::{encode, label, order};
use super::x509::{Facts, Fit, fit};
use crate::finding::{Code, Finding, Severity};
use crate::ir::Pem;
use crate::manifest::Secret;
use crate::source::Sourced;

/// This long before its end a certificate is warned about: three weeks.
const SOON: i64 = 21 * 86_400;

/// A usable certificate.
#[derive(Debug, Clone)]
pub(super) struct Keypair {
    pub(super) pem: Pem,
    pub(super) leaf: Facts,
}

type Section = (SectionKind, Vec<u8>);

/// Reads a Secret. `None` when HAProxy could not use it; then a finding says why.
pub(super) fn read(secret: &Secret, now: Option<i64>) -> (Option<Keypair>, Vec<Finding>) {
    let mut findings = Vec::new();
    let keypair = usable(secret, now, &mut findings);
    (
        keypair.map_err(|finding| findings.push(*finding)).ok(),
        findings,
    )
}

/// The same of a Secret whose private key was redacted: the chain alone, its first certificate taken for the leaf. `None` without
/// a finding when the certificates were redacted, too.
pub(super) fn read_public(secret: &Secret, now: Option<i64>) -> (Option<Keypair>, Vec<Finding>) {
    let mut findings = Vec::new();
    if !secret.data.contains_key("tls.crt") {
        return (None, findings);
    }
    let keypair = public(secret, now, &mut findings);
    (
        keypair.map_err(|finding| findings.push(*finding)).ok(),
        findings,
    )
}

fn public(
    secret: &Secret,
    now: Option<i64>,
    findings: &mut Vec<Finding>,
) -> Result<Keypair, Box<Finding>> {
    check_type(secret)?;
    let certificate = value(secret, "tls.crt")?;
    let chain = chain(secret, certificate)?;
    let parts = Parts {
        certificate,
        chain,
        leaf: 0,
        key: String::new(),
    };
    parts.join(secret, now, findings)
}

fn usable(
    secret: &Secret,
    now: Option<i64>,
    findings: &mut Vec<Finding>,
) -> Result<Keypair, Box<Finding>> {
    let name = &secret.meta.name;
    check_type(secret)?;
    let (certificate, key) = (value(secret, "tls.crt")?, value(secret, "tls.key")?);
    let chain = chain(secret, certificate)?;
    let (kind, der) = private_key(secret, key)?;
    let leaf = [Fit::Yes, Fit::Unknown].into_iter().find_map(|wanted| {
        chain
            .iter()
            .position(|(facts, _)| fit(&der, kind, facts) == wanted)
    });
    let Some(leaf) = leaf else {
        let message =
            format!("the private key of Secret {name} does not belong to its certificate");
        return Err(
            about(secret, Code::KEY_MISMATCH, message, Some(("tls.key", key)))
                .label(certificate.origin, "the certificate")
                .help("store the key with which the certificate was requested")
                .into(),
        );
    };
    let mut text = String::new();
    encode(&mut text, label(kind), &der);
    let parts = Parts {
        certificate,
        chain,
        leaf,
        key: text,
    };
    parts.join(secret, now, findings)
}

/// The parts of a file that HAProxy is to load.
struct Parts<'s> {
    certificate: &'s Sourced<Vec<u8>>,
    chain: Vec<(Facts, Vec<u8>)>,
    /// Which of them belongs to the key.
    leaf: usize,
    /// The key as PEM; empty when it is not here.
    key: String,
}

impl Parts<'_> {
    fn join(
        self,
        secret: &Secret,
        now: Option<i64>,
        findings: &mut Vec<Finding>,
    ) -> Result<Keypair, Box<Finding>> {
        let Self {
            certificate,
            chain,
            leaf,
            key: mut text,
        } = self;
        let name = &secret.meta.name;
        let (ordered, disorder) = order(chain, leaf);
        findings.extend(disorder.map(|disorder| {
            let (what, help) = disorder.told();
            let message = format!("`tls.crt` of Secret {name} {what}");
            let place = Some(("tls.crt", certificate));
            about(secret, Code::CHAIN_ORDER, message, place).help(help)
        }));
        if let Some(weakness) = ordered
            .iter()
            .find_map(|(facts, _)| facts.weakness.as_ref())
        {
            return Err(weak(secret, certificate, weakness));
        }
        for (_, der) in &ordered {
            encode(&mut text, "CERTIFICATE", der);
        }
        let facts = ordered.into_iter().next().map(|(facts, _)| facts);
        let (Some(pem), Some(leaf)) = (Pem::inline(text), facts) else {
            let (what, help) = ("cannot be encoded", "renew the certificate");
            return Err(unusable(secret, "tls.crt", certificate, what, help));
        };
        findings.extend(now.and_then(|now| validity(secret, ("tls.crt", certificate), &leaf, now)));
        Ok(Keypair { pem, leaf })
    }
}

fn check_type(secret: &Secret) -> Result<(), Box<Finding>> {
    if matches!(secret.kind.as_str(), "kubernetes.io/tls" | "Opaque" | "") {
        return Ok(());
    }
    let (name, kind) = (&secret.meta.name, secret.kind.escape_debug());
    let message = format!("Secret {name} is of type `{kind}`, which holds no certificate");
    Err(about(secret, Code::SECRET_MISSING_KEYS, message, None)
        .help("make it a Secret of type `kubernetes.io/tls`")
        .into())
}

fn chain(
    secret: &Secret,
    certificate: &Sourced<Vec<u8>>,
) -> Result<Vec<(Facts, Vec<u8>)>, Box<Finding>> {
    let refuse = |what, help| unusable(secret, "tls.crt", certificate, what, help);
    let sections = sections(&certificate.value)
        .ok_or_else(|| refuse("is not legal PEM", "store the PEM text of the certificate"))?;
    let chain: Option<Vec<_>> = sections
        .into_iter()
        .filter(|(kind, _)| *kind == SectionKind::Certificate)
        .map(|(_, der)| Some((Facts::read(&der)?, der)))
        .collect();
    match chain {
        Some(chain) if !chain.is_empty() => Ok(chain),
        Some(_) => Err(refuse(
            "holds no certificate",
            "store the PEM text that starts with `-----BEGIN CERTIFICATE-----`",
        )),
        None => Err(refuse(
            "holds a block that is no X.509 certificate",
            "renew the certificate",
        )),
    }
}

fn private_key(secret: &Secret, key: &Sourced<Vec<u8>>) -> Result<Section, Box<Finding>> {
    let found = sections(&key.value)
        .into_iter()
        .flatten()
        .find(|(kind, _)| {
            matches!(
                kind,
                SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey
            )
        });
    found.ok_or_else(|| {
        let encrypted = memchr::memmem::find(&key.value, b"ENCRYPTED").is_some();
        let (what, help) = if encrypted {
            (
                "is encrypted, and HAProxy could not ask for the passphrase",
                "store the key without a passphrase",
            )
        } else {
            (
                "holds no private key",
                "store the PEM text of the private key",
            )
        };
        unusable(secret, "tls.key", key, what, help)
    })
}

pub(super) fn unusable(
    secret: &Secret,
    key: &'static str,
    value: &Sourced<Vec<u8>>,
    what: &str,
    help: &str,
) -> Box<Finding> {
    let message = format!("`{key}` of Secret {} {what}", secret.meta.name);
    about(
        secret,
        Code::CERTIFICATE_UNUSABLE,
        message,
        Some((key, value)),
    )
    .help(help)
    .into()
}

/// One certificate that does not load keeps HAProxy from starting at all, so it is left out.
fn weak(secret: &Secret, certificate: &Sourced<Vec<u8>>, weakness: &str) -> Box<Finding> {
    let message = format!(
        "a certificate of Secret {} has {weakness}",
        secret.meta.name
    );
    about(secret, Code::WEAK_KEY, message, Some(("tls.crt", certificate)))
        .help("renew it with an RSA key of 2048 bits or an EC key, and a SHA-256 signature")
        .note("HAProxy refuses to start with it at OpenSSL's security level 2, the default of most distributions")
        .into()
}

fn value<'s>(secret: &'s Secret, key: &'static str) -> Result<&'s Sourced<Vec<u8>>, Box<Finding>> {
    let name = &secret.meta.name;
    let (message, place) = match secret.data.get(key) {
        Some(value) if !value.value.trim_ascii().is_empty() => return Ok(value),
        Some(value) => (
            format!("`{key}` of Secret {name} is empty"),
            Some((key, value)),
        ),
        None => return Err(without(secret, key)),
    };
    Err(about(secret, Code::SECRET_MISSING_KEYS, message, place)
        .help("store the certificate as `tls.crt` and its private key as `tls.key`")
        .into())
}

/// What people call the keys when they make a Secret by hand, the commonest name first.
const HAND_MADE: [(&str, [&str; 7]); 2] = [
    (
        "tls.crt",
        [
            "cert",
            "crt",
            "certificate",
            "tls.cert",
            "tls.pem",
            "cert.pem",
            "fullchain.pem",
        ],
    ),
    (
        "tls.key",
        [
            "key",
            "private",
            "privatekey",
            "private.key",
            "key.pem",
            "privkey.pem",
            "server.key",
        ],
    ),
];

/// A key is not there, perhaps because it is called in another way.
fn without(secret: &Secret, key: &str) -> Box<Finding> {
    let renames: Vec<(&str, &str)> = HAND_MADE
        .iter()
        .filter(|(wanted, _)| !secret.data.contains_key(*wanted))
        .filter_map(|(wanted, names)| {
            let mut names = names.iter();
            let found = names.find(|name| secret.data.contains_key(**name))?;
            Some((*found, *wanted))
        })
        .collect();
    let message = format!("Secret {} has no key `{key}`", secret.meta.name);
    let help = match &renames[..] {
        [] => "store the certificate as `tls.crt` and its private key as `tls.key`".to_owned(),
        renames => {
            let renames = renames
                .iter()
                .map(|(found, wanted)| format!("`{found}` to `{wanted}`"));
            format!("rename {}", renames.collect::<Vec<_>>().join(" and "))
        }
    };
    // Not at the value that is called in another way: what is shown of the file would be the key itself.
    about(secret, Code::SECRET_MISSING_KEYS, message, None)
        .help(help)
        .into()
}

pub(super) fn about(
    secret: &Secret,
    code: Code,
    message: String,
    place: Option<(&str, &Sourced<Vec<u8>>)>,
) -> Finding {
    let finding = Finding::new(code, message).object(format_args!("Secret {}", secret.meta.name));
    match place {
        Some((key, value)) => finding.field(format!("data[{key}]")).at(value.origin),
        None => finding.field("data").at(secret.meta.origin),
    }
}

pub(super) fn sections(bytes: &[u8]) -> Option<Vec<Section>> {
    Section::pem_slice_iter(bytes)
        .collect::<Result<_, _>>()
        .ok()
}

pub(super) fn validity(
    secret: &Secret,
    certificate: (&'static str, &Sourced<Vec<u8>>),
    leaf: &Facts,
    now: i64,
) -> Option<Finding> {
    let name = &secret.meta.name;
    let renew = "renew the certificate";
    let (what, severity, help) = if leaf.not_after < now {
        let days = (now - leaf.not_after) / 86_400;
        (format!("expired {days} days ago"), Severity::Error, renew)
    } else if leaf.not_before > now {
        let days = (leaf.not_before - now) / 86_400;
        let what = format!("is not valid yet, and will be in {days} days");
        let help = "have it issued for an earlier day, or correct the day of `--now`";
        (what, Severity::Error, help)
    } else if leaf.not_after - now < SOON {
        let days = (leaf.not_after - now) / 86_400;
        (format!("expires in {days} days"), Severity::Warning, renew)
    } else {
        return None;
    };
    let message = format!("the certificate of Secret {name} {what}");
    let finding = about(secret, Code::CERT_EXPIRED, message, Some(certificate));
    Some(finding.severity(severity).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::testing::{World, codes};
    use crate::manifest::ObjectName;

    const EC: (&str, &str) = (
        include_str!("fixtures/ec.crt"),
        include_str!("fixtures/ec.key"),
    );
    const CHAINED: (&str, &str) = (
        include_str!("fixtures/leaf.crt"),
        include_str!("fixtures/leaf.key"),
    );
    const ISSUER: &str = include_str!("fixtures/ec.crt");

    fn ask(data: &[(&str, &str)], now: Option<i64>) -> (Option<Keypair>, Vec<Finding>) {
        let mut world = World::default();
        world.secret("a", "tls", data);
        read(&world.manifests.secrets[&ObjectName::new("a", "tls")], now)
    }

    fn pair(certificate: &str, key: &str) -> (Option<Keypair>, Vec<String>) {
        let (keypair, findings) = ask(&[("tls.crt", certificate), ("tls.key", key)], None);
        (keypair, codes(&findings))
    }

    #[test]
    fn a_good_pair_is_encoded_key_first_and_says_nothing() {
        let (keypair, codes) = pair(&format!("noise\n{}", EC.0), EC.1);
        assert!(codes.is_empty());
        let Some(Keypair {
            pem: Pem::Inline(text),
            ..
        }) = keypair
        else {
            panic!("usable");
        };
        assert_eq!(text, format!("{}{}", EC.1, EC.0));
    }

    #[test]
    fn bad_secrets_are_told_apart() {
        let table: &[(&[(&str, &str)], &str)] = &[
            (&[("tls.crt", EC.0)], "ING209"),
            (&[("tls.crt", ""), ("tls.key", EC.1)], "ING209"),
            (&[("tls.crt", "hello"), ("tls.key", EC.1)], "ING401"),
            (&[("tls.crt", EC.1), ("tls.key", EC.1)], "ING401"),
            (
                &[
                    (
                        "tls.crt",
                        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                    ),
                    ("tls.key", EC.1),
                ],
                "ING401",
            ),
            (
                &[
                    ("tls.crt", "-----BEGIN CERTIFICATE-----\n!\n"),
                    ("tls.key", EC.1),
                ],
                "ING401",
            ),
            (&[("tls.crt", EC.0), ("tls.key", EC.0)], "ING401"),
            (
                &[
                    ("tls.crt", EC.0),
                    ("tls.key", include_str!("fixtures/rsa.key")),
                ],
                "ING406",
            ),
            (&[("tls.crt", EC.0), ("tls.key", CHAINED.1)], "ING406"),
        ];
        for (at, (data, code)) in table.iter().enumerate() {
            let (keypair, findings) = ask(data, None);
            assert!(keypair.is_none(), "{at}");
            assert_eq!(codes(&findings), [*code], "{at}");
        }
    }

    #[test]
    fn a_chain_is_put_in_order() {
        let right = pair(&format!("{}{ISSUER}", CHAINED.0), CHAINED.1);
        let wrong = pair(&format!("{ISSUER}{}", CHAINED.0), CHAINED.1);
        assert!(right.1.is_empty());
        assert_eq!(wrong.1, ["ING407"]);
        assert!(right.0.map(|pair| pair.pem) == wrong.0.map(|pair| pair.pem));
        assert_eq!(pair(&format!("{}{}", EC.0, CHAINED.0), EC.1).1, ["ING407"]);
    }

    #[test]
    fn expiry_is_judged_by_the_day_that_was_given() {
        let (_, findings) = ask(&[("tls.crt", EC.0), ("tls.key", EC.1)], None);
        assert!(findings.is_empty());
        let leaf = pair(EC.0, EC.1).0.expect("usable").leaf;
        for (now, expected) in [
            (leaf.not_after + 1, Some(Severity::Error)),
            (leaf.not_after - SOON + 1, Some(Severity::Warning)),
            (leaf.not_after - SOON, None),
            (leaf.not_before - 1, Some(Severity::Error)),
        ] {
            let (keypair, findings) = ask(&[("tls.crt", EC.0), ("tls.key", EC.1)], Some(now));
            assert!(keypair.is_some());
            assert_eq!(
                findings.first().map(|finding| finding.severity),
                expected,
                "{now}"
            );
        }
    }

    #[test]
    fn a_weak_key_is_left_out_because_haproxy_would_not_start_with_it() {
        let weak = pair(
            include_str!("fixtures/weak.crt"),
            include_str!("fixtures/weak.key"),
        );
        assert_eq!(
            (weak.0.is_some(), weak.1),
            (false, vec!["ING409".to_owned()])
        );
    }
}
