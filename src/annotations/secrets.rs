//! Keys and authorities in the Secrets that settings name, and what there is to say when they are not there.

use super::context::{Context, Holder, Said};
use super::grammar::Reference;
use super::spec::{Dialect, On};
use crate::certificate::{Loaded, authority, file, remedy};
use crate::finding::Code;
use crate::ir::PemFile;
use crate::manifest::ObjectName;
use crate::source::Sourced;

/// What of a Secret is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A private key and its certificates, to show them.
    Keypair,
    /// The same, to answer TLS on the port of a TCP service.
    Served,
    /// Certificates of an authority, to compare with.
    Authority,
}

impl Wanted {
    /// What the names of the files begin with.
    fn purpose(self) -> &'static str {
        match self {
            Self::Keypair => "client",
            Self::Served => "tcp",
            Self::Authority => "ca",
        }
    }
}

/// Reads the Secret that a setting names. Where that gives nothing, everything that it protects is closed, and `missing` is the code
/// for a Secret that is not there.
pub(super) fn read(
    reference: &Sourced<Reference>,
    wanted: Wanted,
    missing: Code,
    context: &Context<'_>,
    said: &mut Said,
) -> Option<PemFile> {
    let Some(holder) = context.holder(reference.origin) else {
        said.closed = true;
        return None;
    };
    let name = target(reference, &holder, wanted, said);
    let (loaded, findings) = match wanted {
        Wanted::Keypair | Wanted::Served => context.keyring.keypair(&name),
        Wanted::Authority => authority(&context.keyring, &name),
    };
    said.findings.extend(findings);
    match loaded {
        Loaded::Usable { pem, .. } => Some(file(wanted.purpose(), &name, pem)),
        // The Secret has its finding; the setting has none of its own, unless its code says more.
        Loaded::Unusable if missing == Code::SECRET_NOT_FOUND => {
            said.closed = true;
            None
        }
        loaded => {
            let (why, help) = match loaded {
                Loaded::Unusable => ("cannot be used".to_owned(), remedy(&context.keyring, &name)),
                _ => context.keyring.absent(&name),
            };
            let message = format!("Secret {name}, which {} names, {why}", holder.setting());
            said.close(
                holder
                    .about(missing, reference.origin, message)
                    .help(help)
                    .note(closed(&holder)),
            );
            None
        }
    }
}

/// Which Secret is meant, and what is odd about that.
fn target(
    reference: &Sourced<Reference>,
    holder: &Holder<'_>,
    wanted: Wanted,
    said: &mut Said,
) -> ObjectName {
    let Reference { namespace, name } = &reference.value;
    let own = holder.namespace;
    let target = ObjectName::new(namespace.as_deref().unwrap_or(own), name);
    let about = |code, message: String| holder.about(code, reference.origin, message);
    if namespace.is_none() && !is_ours(holder) {
        let message = format!(
            "{} names no namespace: here it means Secret {target}, and the haproxytech controller does nothing at all",
            holder.setting()
        );
        said.say(about(Code::DIALECT_DEFAULT_DIFFERS, message).help(format!("write `{target}`")));
    }
    // Who writes the ConfigMap runs the controller. An authority is public; a key lets everybody behind this route be whom it names.
    if target.namespace != own && holder.on != On::ConfigMap && wanted != Wanted::Authority {
        let message = format!(
            "{} uses the private key of Secret {target}, which is another namespace's",
            holder.setting()
        );
        said.say(
            about(Code::FOREIGN_SECRET, message)
                .help(format!("keep a Secret of its own in namespace {own}")),
        );
    }
    target
}

/// What becomes of the routes.
fn closed(holder: &Holder<'_>) -> &'static str {
    if is_ours(holder) {
        "nobody may connect to the exposed ports"
    } else if holder.on == On::ConfigMap {
        "all routes that it would protect are closed: they answer 503"
    } else {
        "the routes that it would protect are closed: they answer 503"
    }
}

/// Whether the key is one of ingressc itself, which no other controller reads in another way.
fn is_ours(holder: &Holder<'_>) -> bool {
    let mut prefixes = Dialect::Ingressc.prefixes().iter();
    prefixes.any(|prefix| holder.key.starts_with(prefix))
}
