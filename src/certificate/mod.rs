//! Certificates, keys and authorities in Secrets: read, judged, and encoded again.
//!
//! In: the name of a Secret, and the manifests. Out: what HAProxy can be given for it, and findings about the Secret. Whoever asks
//! says what it was wanted for, should it not be there.

mod authority;
mod chain;
mod pem;
mod x509;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

pub(crate) use self::authority::{authority, remedy};
use self::pem::Keypair;
pub(crate) use self::x509::Facts;
use crate::finding::{Code, Finding};
use crate::ir::{FileStem, Pem, PemFile, hex};
use crate::manifest::{Manifests, ObjectName, Secret};
use crate::source::Origin;

/// Where Secrets are looked up, and how they are judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyring<'m> {
    /// The Secrets.
    pub(crate) manifests: &'m Manifests,
    /// Those that lie as a PEM file on HAProxy's host: absolute paths.
    pub(crate) files: &'m BTreeMap<ObjectName, String>,
    /// The day for which certificates are judged, in Unix seconds.
    pub(crate) now: Option<i64>,
    /// Nothing will run, so that a redacted Secret is taken for whole.
    pub(crate) judging: bool,
}

/// What is known of a Secret that somebody refers to.
#[derive(Debug)]
pub(crate) enum Loaded {
    /// Its PEM; what it says, unless it is a file on the host that nobody reads here; and the Secret's place.
    Usable {
        /// What HAProxy is given.
        pem: Pem,
        /// The certificate of the key.
        leaf: Option<Box<Facts>>,
        /// The Secret.
        origin: Option<Origin>,
    },
    /// It has its findings.
    Unusable,
    /// Neither in the input, or not with its key, nor mapped.
    Missing,
}

/// What stands for the file of a redacted Secret while nothing is run.
const ELSEWHERE: &str = "/elsewhere.pem";

impl Keyring<'_> {
    /// A private key and its certificates.
    pub(crate) fn keypair(&self, name: &ObjectName) -> (Loaded, Vec<Finding>) {
        if let Some(mapped) = self.mapped(name) {
            return mapped;
        }
        let Some(secret) = self.manifests.secrets.get(name) else {
            return (Loaded::Missing, Vec::new());
        };
        if secret.refused {
            return (Loaded::Unusable, Vec::new());
        }
        let usable = |keypair: Keypair| Loaded::Usable {
            pem: keypair.pem,
            leaf: Some(Box::new(keypair.leaf)),
            origin: Some(secret.meta.origin),
        };
        if !secret.redacted {
            let (keypair, findings) = pem::read(secret, self.now);
            return (keypair.map_or(Loaded::Unusable, usable), findings);
        }
        let (keypair, findings) = pem::read_public(secret, self.now);
        let loaded = match keypair {
            None if secret.data.contains_key("tls.crt") => Loaded::Unusable,
            // Who only judges takes it for whole. Who runs it needs a file with the key.
            _ if !self.judging => Loaded::Missing,
            Some(keypair) => usable(keypair),
            None => elsewhere(secret),
        };
        (loaded, findings)
    }

    /// The file on HAProxy's host that stands for a Secret, where there is one.
    fn mapped(&self, name: &ObjectName) -> Option<(Loaded, Vec<Finding>)> {
        let path = self.files.get(name)?;
        let origin = self
            .manifests
            .secrets
            .get(name)
            .map(|secret| secret.meta.origin);
        Some(match Pem::file(path) {
            Some(pem) => (
                Loaded::Usable {
                    pem,
                    leaf: None,
                    origin,
                },
                Vec::new(),
            ),
            None => (
                Loaded::Unusable,
                vec![
                    Finding::new(
                        Code::CERTIFICATE_UNUSABLE,
                        format!(
                            "Secret {name} is mapped to `{}`, which HAProxy cannot be given",
                            path.escape_debug()
                        ),
                    )
                    .object(format_args!("Secret {name}"))
                    .help(
                        "write an absolute path of letters, digits and `/._-+@:` in `certificates.map`",
                    ),
                ],
            ),
        })
    }

    /// Whether a Secret is where it belongs, which is in the cluster only, and nothing will run that needs it.
    pub(crate) fn is_awaited(&self, name: &ObjectName) -> bool {
        let is_here = self.manifests.secrets.contains_key(name);
        self.judging && !is_here && self.manifests.promised_secrets.contains_key(name)
    }

    /// Why a Secret cannot be used that is not there, and what to do.
    pub(crate) fn absent(&self, name: &ObjectName) -> (String, String) {
        let map = format!("map `{name}` in `certificates.map` to a PEM file on HAProxy's host");
        if let Some(announced) = self
            .manifests
            .announced(name)
            .filter(|_| self.is_awaited(name))
        {
            let why = format!("is {announced}, so its certificate is not checked");
            return (why, format!("for `ingressc compile`, {map}"));
        }
        if self.manifests.secrets.contains_key(name) {
            return ("was redacted: its private key is not here".to_owned(), map);
        }
        match self.manifests.announced(name) {
            Some(announced) => (format!("is {announced}, but its content is not here"), map),
            None => (
                "is not among the manifests".to_owned(),
                format!("add the Secret to the input, or {map}"),
            ),
        }
    }
}

/// A redacted Secret of which nothing is left, while nothing is run.
fn elsewhere(secret: &Secret) -> Loaded {
    Pem::file(ELSEWHERE).map_or(Loaded::Missing, |pem| Loaded::Usable {
        pem,
        leaf: None,
        origin: Some(secret.meta.origin),
    })
}

/// `namespace_name`; shortened by a digest when it would be too long for a file.
pub(crate) fn stem(name: &ObjectName) -> FileStem {
    FileStem::new(&format!("{}_{}", name.namespace, name.name)).unwrap_or_else(|| {
        let digits = format!("secret_{}", hex(&Sha256::digest(name.to_string())));
        FileStem::new(&digits).expect("letters, digits and an underscore")
    })
}

/// A file that a setting names, with what it is for in front and a digest of the content behind: two clusters may have different
/// Secrets of one name. No name of an object holds an underscore, so it is never the file of [`stem`].
pub(crate) fn file(purpose: &str, name: &ObjectName, pem: Pem) -> PemFile {
    let text = match &pem {
        Pem::Inline(text) | Pem::File(text) => text,
    };
    let digest = hex(&Sha256::digest(text));
    let ObjectName { namespace, name } = name;
    let stem = FileStem::new(&format!("{purpose}_{namespace}_{name}-{}", &digest[..8]))
        .or_else(|| FileStem::new(&format!("{purpose}__{digest}")))
        .expect("a short word, underscores and digits");
    PemFile { stem, pem }
}
