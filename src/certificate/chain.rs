//! Certificates in the order that TLS wants, and blocks as PEM.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::pem::SectionKind;

use super::x509::Facts;

/// Leaf first, then issuer after issuer; strangers last, as they stood. The second value says what was wrong.
pub(super) fn order(
    mut chain: Vec<(Facts, Vec<u8>)>,
    leaf: usize,
) -> (Vec<(Facts, Vec<u8>)>, Option<&'static str>) {
    let mut disorder = (leaf > 0).then_some("does not start with the certificate of the key");
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
            disorder.get_or_insert("lists a chain that is out of order");
        }
        ordered.push(chain.remove(next));
    }
    if !chain.is_empty() {
        disorder.get_or_insert("holds a certificate that does not belong to its chain");
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
