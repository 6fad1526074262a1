//! How clients are spoken to over TLS: certificates, protocols, and whether clients have to show a certificate.

mod grammar;

use self::grammar::Protocols;
use super::context::{Context, Said};
use super::grammar::{Bool, LiteralTrue, ObjectRef, Reference, Text};
use super::registry::Family;
use super::secrets::{self, Wanted};
use super::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::Global;
use crate::ir::global::{Alpn, ClientAuthority, SecretName};
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "client-tls",
    title: "TLS to clients",
    specs: &[
        &HAPROXYTECH_CLEAN_CERTS,
        &HAPROXYTECH_CLIENT_CA,
        &HAPROXYTECH_CLIENT_CRT_OPTIONAL,
        &HAPROXYTECH_CLIENT_STRICT_SNI,
        &HAPROXYTECH_GENERATE_CERTIFICATES_SIGNER,
        &HAPROXYTECH_SSL_CERTIFICATE,
        &HAPROXYTECH_TLS_ALPN,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    certificate: Option<Sourced<Reference>>,
    alpn: Option<Sourced<Vec<Alpn>>>,
    strict_sni: Option<Sourced<bool>>,
    authority: Option<Sourced<Reference>>,
    optional: Option<Sourced<bool>>,
}

annotation! {
    /// Whether the controller deletes certificates that it does not know from its folders.
    ///
    /// There is nothing to decide here: a bundle is replaced as a whole, with the certificates that it had, and files that are no
    /// bundle's are left alone.
    static HAPROXYTECH_CLEAN_CERTS: Bool = {
        key: HaproxyTech / "clean-certs",
        on: [ConfigMap],
        scope: Global,
        default: "true",
        field: CleanCertificates,
        support: Support::Partial("both values mean the same: certificates of an older bundle go, and other files stay"),
        since: "0.1",
        example: "false",
        apply: |_, _| {},
    }
}

annotation! {
    /// Clients have to show a certificate of this authority, or TLS is refused.
    ///
    /// The value names a Secret, `namespace/name`. Its key `ca.crt` holds the authority; `tls.crt` counts where there is none, which is
    /// where the haproxytech controller looks. It holds for every host that is served over TLS, and for none that is served in clear:
    /// see `ssl-redirect`.
    ///
    /// When the Secret is missing, holds no authority or has a list of revoked certificates (`ca.crl`), which is not compiled, everything
    /// is closed. The haproxytech controller lets everybody in then.
    static HAPROXYTECH_CLIENT_CA: ObjectRef = {
        key: HaproxyTech / "client-ca",
        on: [ConfigMap],
        scope: Global,
        field: ClientAuthority,
        support: Support::Partial("a reference without a namespace means the namespace of the ConfigMap"),
        protects: "absent",
        since: "0.1",
        example: "haproxy/client-ca",
        apply: |draft, value| draft.client_tls.authority = Some(value),
    }
}

annotation! {
    /// Clients may come without a certificate; one that they show has to be of the authority all the same.
    static HAPROXYTECH_CLIENT_CRT_OPTIONAL: LiteralTrue = {
        key: HaproxyTech / "client-crt-optional",
        on: [ConfigMap],
        scope: Global,
        default: "false",
        field: ClientCertificateOptional,
        support: Support::Full,
        requires: ["client-ca"],
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.client_tls.optional = Some(value),
    }
}

annotation! {
    /// Names without a certificate of their own are refused in the handshake, even where there is a default certificate.
    ///
    /// Without a default certificate they are refused anyway.
    static HAPROXYTECH_CLIENT_STRICT_SNI: LiteralTrue = {
        key: HaproxyTech / "client-strict-sni",
        on: [ConfigMap],
        scope: Global,
        default: "false",
        field: StrictSni,
        support: Support::Full,
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.client_tls.strict_sni = Some(value),
    }
}

annotation! {
    /// A certificate for whatever name a client asks for, made and signed while HAProxy runs.
    static HAPROXYTECH_GENERATE_CERTIFICATES_SIGNER: Text = {
        key: HaproxyTech / "generate-certificates-signer",
        on: [ConfigMap],
        scope: Global,
        field: CertificateSigner,
        support: Support::Refused("the private key of an authority would lie on the edge, and sign any name that a stranger asks for; let cert-manager issue the certificates"),
        since: "0.1",
        example: "haproxy/signer",
        apply: |_, _| {},
    }
}

annotation! {
    /// The certificate for names that no other covers.
    ///
    /// The value names a Secret of type `kubernetes.io/tls`, `namespace/name` or `name` in the ConfigMap's namespace. `certificates.default` of
    /// the configuration counts before it.
    static HAPROXYTECH_SSL_CERTIFICATE: ObjectRef = {
        key: HaproxyTech / "ssl-certificate",
        on: [ConfigMap],
        scope: Global,
        field: DefaultCertificate,
        support: Support::Full,
        since: "0.1",
        example: "haproxy/default-tls",
        apply: |draft, value| draft.client_tls.certificate = Some(value),
    }
}

annotation! {
    /// The protocols that clients may choose from in the TLS handshake, the preferred one first.
    ///
    /// `http/1.1` alone switches HTTP/2 off.
    static HAPROXYTECH_TLS_ALPN: Protocols = {
        key: HaproxyTech / "tls-alpn",
        on: [ConfigMap],
        scope: Global,
        default: "h2,http/1.1",
        field: Alpn,
        support: Support::Full,
        since: "0.1",
        example: "http/1.1",
        apply: |draft, value| draft.client_tls.alpn = Some(value),
    }
}

/// Puts those of the ConfigMap into what holds for everything.
pub(super) fn finish_global(
    draft: &super::Draft,
    context: &Context<'_>,
    global: &mut Global,
    said: &mut Said,
) {
    let own = &draft.client_tls;
    let tls = &mut global.client_tls;
    tls.alpn = own
        .alpn
        .as_ref()
        .map_or_else(Vec::new, |alpn| alpn.value.clone());
    tls.strict_sni = own.strict_sni.as_ref().is_some_and(|strict| strict.value);
    tls.certificate = own
        .certificate
        .as_ref()
        .and_then(|secret| default_certificate(secret, context));
    let optional = own.optional.as_ref().is_some_and(|value| value.value);
    tls.authority = own.authority.as_ref().and_then(|secret| {
        let missing = Code::MTLS_CA_MISSING;
        let file = secrets::read(secret, Wanted::Authority, missing, context, said)?;
        Some(ClientAuthority { file, optional })
    });
    if let (true, Some(certificate)) = (tls.strict_sni, &own.certificate)
        && let Some(holder) = context.holder(certificate.origin)
    {
        let message = format!(
            "{} is shown to nobody beside `client-strict-sni`, which refuses the names that it is for",
            holder.setting()
        );
        said.say(
            holder
                .about(Code::INEFFECTIVE_ANNOTATION, certificate.origin, message)
                .help("remove one of the two"),
        );
    }
}

/// The Secret that the ConfigMap means: without a namespace, that of its own.
fn default_certificate(secret: &Sourced<Reference>, context: &Context<'_>) -> Option<SecretName> {
    let own = context.holder(secret.origin)?.namespace;
    let Reference { namespace, name } = &secret.value;
    Some(SecretName {
        namespace: namespace.as_deref().unwrap_or(own).to_owned(),
        name: name.clone(),
    })
}
