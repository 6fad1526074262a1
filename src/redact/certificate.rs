//! What of a Secret's value is public: X.509 certificates, which every client gets to see.
//!
//! In: the value. Out: its certificates as PEM, written anew, so that nothing between or behind them comes along.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::pem::{PemObject as _, SectionKind};
use x509_parser::parse_x509_certificate;

/// The keys whose values may hold certificates.
pub(super) const KEYS: [&str; 2] = ["ca.crt", "tls.crt"];

/// The certificates in `pem`; `None` when there is none. A block that only says that it is one is none.
pub(super) fn public(pem: &[u8]) -> Option<Vec<u8>> {
    let mut kept = String::new();
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(pem) {
        let (kind, der) = section.ok()?;
        let is_whole = parse_x509_certificate(&der).is_ok_and(|(rest, _)| rest.is_empty());
        if kind == SectionKind::Certificate && is_whole {
            encode(&mut kept, &der);
        }
    }
    (!kept.is_empty()).then(|| kept.into_bytes())
}

/// RFC 7468: 64 characters a line.
fn encode(text: &mut String, der: &[u8]) {
    let body = STANDARD.encode(der);
    text.push_str("-----BEGIN CERTIFICATE-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = more;
    }
    text.push_str("-----END CERTIFICATE-----\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &str = include_str!("../certificate/fixtures/ec.crt");
    const KEY: &str = include_str!("../certificate/fixtures/ec.key");

    #[test]
    fn certificates_stay_and_nothing_else_does() {
        let alone = public(CERTIFICATE.as_bytes()).expect("a certificate");
        let text = String::from_utf8(alone.clone()).expect("ASCII");
        assert_eq!(text.trim(), CERTIFICATE.trim());
        assert_eq!(public(&alone), Some(alone.clone()));
        let mixed = format!("friendlyName: hunter2\n{KEY}{CERTIFICATE}hunter2\n{KEY}");
        assert_eq!(public(mixed.as_bytes()), Some(alone));
        assert_eq!(public(KEY.as_bytes()), None);
        assert_eq!(public(b"hunter2"), None);
        let disguised = KEY.replace("PRIVATE KEY", "CERTIFICATE").replace("EC ", "");
        assert!(disguised.contains("BEGIN CERTIFICATE"), "{disguised}");
        assert_eq!(public(disguised.as_bytes()), None);
    }
}
