//! Certificates in the order that TLS wants, and blocks as PEM.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::pem::SectionKind;

use super::x509::Facts;

/// What is wrong with the order of certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disorder {
    /// The host's own is not the first.
    Leaf,
    /// Some issuer does not stand behind what it has signed.
    Chain,
    /// One of them has signed none of the others.
    Stranger,
}

impl Disorder {
    /// What the list does, and what to do about it.
    pub(super) fn told(self) -> (&'static str, &'static str) {
        let sort =
            "store the certificate first, then each one's issuer; here they are put in that order";
        match self {
            Self::Leaf => ("does not start with the certificate of the key", sort),
            Self::Chain => ("lists a chain that is out of order", sort),
            Self::Stranger => (
                "holds a certificate that has signed none of the others",
                "remove it, or replace it by the issuer that is missing",
            ),
        }
    }
}

/// Leaf first, then issuer after issuer; strangers last, as they stood. The second value says what was wrong.
pub(super) fn order(
    mut chain: Vec<(Facts, Vec<u8>)>,
    leaf: usize,
) -> (Vec<(Facts, Vec<u8>)>, Option<Disorder>) {
    let mut disorder = (leaf > 0).then_some(Disorder::Leaf);
    let mut ordered = vec![chain.remove(leaf)];
    while let Some((last, _)) = ordered.last() {
        let next = (last.issuer != last.subject)
            .then(|| {
                chain
                    .iter()
                    .position(|(facts, _)| facts.subject == last.issuer)
            })
            .flatten();
        let Some(next) = next else {
            break;
        };
        if next > 0 {
            disorder.get_or_insert(Disorder::Chain);
        }
        ordered.push(chain.remove(next));
    }
    if !chain.is_empty() {
        disorder.get_or_insert(Disorder::Stranger);
        ordered.append(&mut chain);
    }
    (ordered, disorder)
}

pub(super) fn label(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::RsaPrivateKey => "RSA PRIVATE KEY",
        SectionKind::EcPrivateKey => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    }
}

/// RFC 7468: 64 characters a line.
pub(super) fn encode(text: &mut String, label: &str, der: &[u8]) {
    let body = STANDARD.encode(der);
    text.extend(["-----BEGIN ", label, "-----\n"]);
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = more;
    }
    text.extend(["-----END ", label, "-----\n"]);
}
