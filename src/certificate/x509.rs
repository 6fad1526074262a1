//! What a certificate says, and whether a private key belongs to it.
//!
//! In: DER. Out: [`Facts`], and a comparison of public keys. No signature is checked: the certificate is the user's own.

use rustls_pki_types::pem::SectionKind;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::ir::HostPattern;

/// What is read from a certificate.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// DNS names of the subject alternative names, in lower case.
    pub(crate) names: Vec<String>,
    /// Unix seconds.
    pub(crate) not_before: i64,
    /// Unix seconds.
    pub(crate) not_after: i64,
    /// Raw names, to put a chain in order.
    pub(crate) subject: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    /// The object identifier of the key's algorithm.
    algorithm: String,
    /// The key's bits: a point, or an RSA modulus and exponent in DER.
    public: Vec<u8>,
    /// Why TLS libraries may refuse it.
    pub(crate) weakness: Option<String>,
}

const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";
const ED25519: &str = "1.3.101.112";

impl Facts {
    /// Reads a certificate; `None` when it is none.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let names = match certificate.subject_alternative_name() {
            Ok(Some(extension)) => extension
                .value
                .general_names
                .iter()
                .filter_map(|name| match name {
                    GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let key = certificate.public_key();
        let mut facts = Self {
            names,
            not_before: certificate.validity().not_before.timestamp(),
            not_after: certificate.validity().not_after.timestamp(),
            subject: certificate.subject().as_raw().to_vec(),
            issuer: certificate.issuer().as_raw().to_vec(),
            algorithm: key.algorithm.algorithm.to_id_string(),
            public: key.subject_public_key.data.to_vec(),
            weakness: None,
        };
        facts.weakness = facts.weakness(&certificate.signature_algorithm.algorithm.to_id_string());
        Some(facts)
    }

    /// Whether both belong to one private key.
    pub(crate) fn has_key_of(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.public == other.public
    }

    /// OpenSSL's security level 2 (the default of most distributions) refuses these.
    fn weakness(&self, signature: &str) -> Option<String> {
        if self.algorithm == RSA {
            let bits = rsa_modulus(&self.public).map_or(0, |modulus| bits(&modulus));
            if bits < 2048 {
                return Some(format!("an RSA key of {bits} bits"));
            }
        }
        // An uncompressed point is a byte and two coordinates; below 224 bits a curve gives less than 112 bits of security.
        if self.algorithm == EC && self.public.len() < 1 + 2 * 28 && self.public.first() == Some(&4)
        {
            let bits = (self.public.len() - 1) * 4;
            return Some(format!("an EC key of {bits} bits"));
        }
        // A certificate that signed itself is trusted for what it is, not for its signature.
        let self_signed = self.subject == self.issuer;
        match signature {
            "1.2.840.113549.1.1.4" if !self_signed => Some("an MD5 signature".to_owned()),
            "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" if !self_signed => {
                Some("a SHA-1 signature".to_owned())
            }
            _ => None,
        }
    }

    /// Whether clients accept it for `host`: the same name, or a star for its first label (RFC 6125, 6.4.3).
    pub(crate) fn covers(&self, host: &HostPattern) -> bool {
        let text = host.to_string();
        self.names.iter().any(|name| {
            *name == text || HostPattern::new(name).is_ok_and(|pattern| pattern.covers(host))
        })
    }
}

/// Whether a private key and a certificate belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Yes,
    No,
    /// The key's encoding does not hold its public part, and it is not derived here.
    Unknown,
}

/// Compares `key` with the public key of `facts`.
pub(crate) fn fit(key: &[u8], kind: SectionKind, facts: &Facts) -> Fit {
    let Some(public) = public_part(key, kind) else {
        return Fit::No;
    };
    let (algorithm, expected) = match &public {
        Public::Rsa(modulus) => (RSA, Some(modulus)),
        Public::Ec(point) => (EC, point.as_ref()),
        Public::Ed25519(key) => (ED25519, key.as_ref()),
        Public::Other => return Fit::Unknown,
    };
    if facts.algorithm != algorithm {
        return Fit::No;
    }
    let Some(expected) = expected else {
        return Fit::Unknown;
    };
    let actual = match algorithm {
        RSA => rsa_modulus(&facts.public).unwrap_or_default(),
        _ => facts.public.clone(),
    };
    if *expected == actual {
        Fit::Yes
    } else {
        Fit::No
    }
}

enum Public {
    Rsa(Vec<u8>),
    Ec(Option<Vec<u8>>),
    Ed25519(Option<Vec<u8>>),
    Other,
}

/// The public part that a private key carries with it; `None` when the key cannot be read.
/// PKCS #1: RFC 8017, A.1.2. SEC 1: RFC 5915. PKCS #8: RFC 5958.
fn public_part(key: &[u8], kind: SectionKind) -> Option<Public> {
    match kind {
        SectionKind::RsaPrivateKey => Some(Public::Rsa(pkcs1_modulus(key)?)),
        SectionKind::EcPrivateKey => sec1(key),
        SectionKind::PrivateKey => {
            let mut fields = Der(Der(key).expect(0x30)?);
            fields.expect(0x02)?;
            let mut algorithm = Der(fields.expect(0x30)?);
            let identifier = algorithm.expect(0x06)?;
            let inner = fields.expect(0x04)?;
            Some(match identifier {
                [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01] => {
                    Public::Rsa(pkcs1_modulus(inner)?)
                }
                [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01] => sec1(inner)?,
                [0x2b, 0x65, 0x70] => Public::Ed25519(fields.optional(0x81).and_then(bit_string)),
                _ => Public::Other,
            })
        }
        _ => None,
    }
}

fn pkcs1_modulus(key: &[u8]) -> Option<Vec<u8>> {
    let mut fields = Der(Der(key).expect(0x30)?);
    fields.expect(0x02)?;
    Some(unsigned(fields.expect(0x02)?))
}

fn rsa_modulus(public: &[u8]) -> Option<Vec<u8>> {
    Some(unsigned(Der(Der(public).expect(0x30)?).expect(0x02)?))
}

/// The point is optional.
fn sec1(key: &[u8]) -> Option<Public> {
    let mut fields = Der(Der(key).expect(0x30)?);
    fields.expect(0x02)?;
    fields.expect(0x04)?;
    let point = fields
        .optional(0xa1)
        .and_then(|wrapped| Der(wrapped).expect(0x03))
        .and_then(bit_string);
    Some(Public::Ec(point))
}

/// The bytes behind the count of unused bits.
fn bit_string(content: &[u8]) -> Option<Vec<u8>> {
    content.strip_prefix(&[0]).map(<[u8]>::to_vec)
}

fn unsigned(integer: &[u8]) -> Vec<u8> {
    let zeros = integer.iter().take_while(|&&byte| byte == 0).count();
    integer[zeros..].to_vec()
}

fn bits(unsigned: &[u8]) -> usize {
    unsigned.first().map_or(0, |first| {
        unsigned.len() * 8 - first.leading_zeros() as usize
    })
}

/// Tag, length, content: as much DER as a key needs.
struct Der<'d>(&'d [u8]);

impl<'d> Der<'d> {
    /// The content of the next element, which must have this tag.
    fn expect(&mut self, tag: u8) -> Option<&'d [u8]> {
        let (found, content) = self.next()?;
        (found == tag).then_some(content)
    }

    /// The content of the first element with this tag among the rest.
    fn optional(&mut self, tag: u8) -> Option<&'d [u8]> {
        loop {
            match self.next()? {
                (found, content) if found == tag => return Some(content),
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Option<(u8, &'d [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            if digits.len() > 4 {
                return None;
            }
            let length = digits
                .iter()
                .fold(0, |sum, &digit| sum << 8 | usize::from(digit));
            (length, rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(pem: &str) -> (SectionKind, Vec<u8>) {
        PemObject::from_pem_slice(pem.as_bytes()).expect("a fixture")
    }

    use rustls_pki_types::pem::PemObject;

    #[test]
    fn a_key_fits_its_own_certificate_and_no_other() {
        let pairs = [
            (
                include_str!("fixtures/rsa.key"),
                include_str!("fixtures/rsa.crt"),
                Fit::Yes,
            ),
            (
                include_str!("fixtures/rsa1.key"),
                include_str!("fixtures/rsa.crt"),
                Fit::Yes,
            ),
            (
                include_str!("fixtures/ec.key"),
                include_str!("fixtures/ec.crt"),
                Fit::Yes,
            ),
            (
                include_str!("fixtures/sec1.key"),
                include_str!("fixtures/ec.crt"),
                Fit::Yes,
            ),
            (
                include_str!("fixtures/ed.key"),
                include_str!("fixtures/ed.crt"),
                Fit::Unknown,
            ),
        ];
        for (at, (key, certificate, expected)) in pairs.iter().enumerate() {
            let (kind, key) = der(key);
            let facts = Facts::read(&der(certificate).1).expect("a fixture");
            assert_eq!(fit(&key, kind, &facts), *expected, "{at}");
            let other = Facts::read(&der(include_str!("fixtures/other.crt")).1).expect("a fixture");
            assert_eq!(fit(&key, kind, &other), Fit::No, "{at}");
        }
    }

    #[test]
    fn truncated_keys_are_refused_and_do_not_panic() {
        for pem in [
            include_str!("fixtures/rsa.key"),
            include_str!("fixtures/ec.key"),
        ] {
            let (kind, key) = der(pem);
            for end in 0..key.len() {
                assert!(public_part(&key[..end], kind).is_none(), "{end}");
            }
        }
    }

    #[test]
    fn weak_keys_are_named() {
        let weakness = |pem| Facts::read(&der(pem).1).expect("a fixture").weakness;
        assert_eq!(
            weakness(include_str!("fixtures/weak.crt")).as_deref(),
            Some("an RSA key of 1024 bits")
        );
        assert_eq!(weakness(include_str!("fixtures/rsa.crt")), None);
    }

    #[test]
    fn a_star_covers_one_label() {
        let facts = Facts::read(&der(include_str!("fixtures/ec.crt")).1).expect("a fixture");
        let covers = |host| facts.covers(&HostPattern::new(host).expect("legal"));
        assert!(covers("a.io") && covers("b.a.io") && covers("*.a.io"));
        assert!(!covers("c.b.a.io") && !covers("b.io"));
    }
}
