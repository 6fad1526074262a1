//! How servers are spoken to: TLS, whom they have to be, HTTP/2, and the PROXY header.

mod grammar;

use self::grammar::{HttpVersion, ProxyVersion};
use super::context::{Context, Said};
use super::grammar::{Bool, ObjectRef, Reference};
use super::registry::Family;
use super::secrets::{self, Wanted};
use super::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::policy::{Encryption, ProxyHeader, ServerHttp, Verification};
use crate::ir::{Fqdn, Policy};
use crate::manifest::{Service, ServiceType};
use crate::source::{Origin, Sourced};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "server-tls",
    title: "TLS to servers",
    specs: &[
        &HAPROXYTECH_SEND_PROXY_PROTOCOL,
        &HAPROXYTECH_SERVER_CA,
        &HAPROXYTECH_SERVER_CRT,
        &HAPROXYTECH_SERVER_PROTO,
        &HAPROXYTECH_SERVER_SSL,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    enable: Option<Sourced<bool>>,
    authority: Option<Sourced<Reference>>,
    certificate: Option<Sourced<Reference>>,
    http: Option<Sourced<ServerHttp>>,
    proxy: Option<Sourced<ProxyHeader>>,
}

annotation! {
    /// Servers are told in a PROXY header, in front of each connection, which client it is for.
    ///
    /// `proxy` and `proxy-v1` are version 1, a line of text; `proxy-v2` is binary. `proxy-v2-ssl` also says whether the client came over
    /// TLS, `proxy-v2-ssl-cn` the common name of its certificate. Health checks send one, too. A server that does not expect it takes it
    /// for a broken request, and one that does expect it takes it from everybody who can reach it.
    static HAPROXYTECH_SEND_PROXY_PROTOCOL: ProxyVersion = {
        key: HaproxyTech / "send-proxy-protocol",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: ServerProxyProtocol,
        support: Support::Full,
        since: "0.1",
        example: "proxy-v2",
        apply: |draft, value| draft.server_tls.proxy = Some(value),
    }
}

annotation! {
    /// Servers are spoken to over TLS, and have to show a certificate of this authority that is for their own name.
    ///
    /// The value names a Secret, `namespace/name`. Its key `ca.crt` holds the authority; `tls.crt` counts where there is none, which is
    /// where the haproxytech controller looks. Several certificates may stand there: each of them is trusted.
    ///
    /// The name is that of the Service, `NAME.NAMESPACE.svc`, as clients in the cluster call it; of a Service of type ExternalName it
    /// is the external name. Servers are asked for it in the handshake (SNI), and so are health checks. The host of the request is not
    /// taken: clients choose it. The haproxytech controller compares no name at all, so that every certificate of the authority passes;
    /// certificates of servers may have to be issued again with the Service's name.
    ///
    /// When the Secret is missing, holds no authority or has a list of revoked certificates (`ca.crl`), which is not compiled, the routes
    /// are closed.
    static HAPROXYTECH_SERVER_CA: ObjectRef = {
        key: HaproxyTech / "server-ca",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: ServerAuthority,
        support: Support::Partial("the name in the certificate is compared, too; a reference without a namespace means the namespace of the object that holds it"),
        protects: "absent",
        since: "0.1",
        example: "shop/server-ca",
        apply: |draft, value| draft.server_tls.authority = Some(value),
    }
}

annotation! {
    /// Servers are spoken to over TLS, and are shown this certificate when they ask for one.
    ///
    /// The value names a Secret of type `kubernetes.io/tls`, `namespace/name`. Its key lies in the bundle, readable by its owner only,
    /// or on HAProxy's host where `certificates.map` says so. Whom the servers have to be is the matter of `server-ca`.
    ///
    /// When the Secret is missing or unusable, the routes are closed: in clear they must not be served.
    static HAPROXYTECH_SERVER_CRT: ObjectRef = {
        key: HaproxyTech / "server-crt",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: ServerCertificate,
        support: Support::Partial("a reference without a namespace means the namespace of the object that holds it"),
        protects: "absent",
        since: "0.1",
        example: "shop/haproxy-client",
        apply: |draft, value| draft.server_tls.certificate = Some(value),
    }
}

annotation! {
    /// The version of HTTP in which servers are spoken to: `h1` or `h2`.
    ///
    /// Counts before the `appProtocol` of the Service port. In clear, `h2` is sent without asking; over TLS it is the only protocol that
    /// is offered. Without the key, servers are offered both over TLS, and spoken to in HTTP/1.1 in clear.
    static HAPROXYTECH_SERVER_PROTO: HttpVersion = {
        key: HaproxyTech / "server-proto",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        field: ServerProtocol,
        support: Support::Full,
        since: "0.1",
        example: "h2",
        apply: |draft, value| draft.server_tls.http = Some(value),
    }
}

annotation! {
    /// Servers are spoken to over TLS. Who they are is not asked: that takes `server-ca`.
    ///
    /// `false` takes nothing away: a port whose `appProtocol` is `https`, and `server-ca` and `server-crt`, mean TLS all the same. The name in
    /// the handshake is the host of the request, as `set-host` or `request-set-header` leaves it. Health checks only connect, unless they send a request.
    static HAPROXYTECH_SERVER_SSL: Bool = {
        key: HaproxyTech / "server-ssl",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        default: "false",
        field: ServerTls,
        support: Support::Full,
        protects: "false",
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.server_tls.enable = Some(value),
    }
}

/// Puts them into the policy.
pub(super) fn finish(
    draft: &super::Draft,
    context: &Context<'_>,
    policy: &mut Policy,
    said: &mut Said,
) {
    let own = &draft.server_tls;
    policy.server_tls.http = own.http.as_ref().map(|http| http.value);
    policy.server_tls.proxy = own.proxy.as_ref().map(|proxy| proxy.value);
    let mut read = |reference: &Option<Sourced<Reference>>, wanted| {
        let reference = reference.as_ref()?;
        secrets::read(reference, wanted, Code::SECRET_NOT_FOUND, context, said)
    };
    let authority = read(&own.authority, Wanted::Authority);
    let certificate = read(&own.certificate, Wanted::Keypair);
    let enable = own.enable.as_ref().filter(|enable| enable.value);
    let by = [
        enable.map(|enable| enable.origin),
        own.certificate.as_ref().map(|secret| secret.origin),
        own.authority.as_ref().map(|secret| secret.origin),
    ];
    let Some(by) = by.into_iter().flatten().next() else {
        return;
    };
    let unread = own.certificate.is_some() && certificate.is_none();
    // A Service that is not known may name it.
    if own.authority.is_none() && !unread && context.service.is_some() {
        unverified(by, context, said);
    }
    if enable.is_none() {
        superfluous(own.enable.as_ref(), context, said);
    }
    let verify = authority.and_then(|authority| {
        let name = context.service.and_then(name);
        // The Service has its finding already.
        said.closed |= name.is_none();
        Some(Verification {
            authority,
            name: name?,
        })
    });
    policy.server_tls.encryption = Some(Encryption {
        verify,
        certificate,
    });
}

/// The name that the certificate of a server has to be for.
fn name(service: &Service) -> Option<Fqdn> {
    if service.kind == ServiceType::ExternalName {
        return Fqdn::new(&service.external_name.as_ref()?.value).ok();
    }
    let name = &service.meta.name;
    Fqdn::new(&format!("{}.{}.svc", name.name, name.namespace)).ok()
}

/// TLS without an authority keeps out those who listen, and nobody who answers in the server's place.
fn unverified(by: Origin, context: &Context<'_>, said: &mut Said) {
    let code = Code::BACKEND_TLS_NO_VERIFY;
    let what = "encrypts the way to servers that anybody could be";
    // A custom resource can say it, too.
    let finding = match context.holder(by) {
        Some(holder) => holder.about(code, by, format!("{} {what}", holder.setting())),
        None => Said::about(code, by, format!("`ssl` {what}")),
    };
    said.say(finding.help("name the authority of their certificates by `haproxy.org/server-ca`"));
}

/// `server-ssl: "false"` beside a key that means TLS.
fn superfluous(enable: Option<&Sourced<bool>>, context: &Context<'_>, said: &mut Said) {
    let Some(enable) = enable else {
        return;
    };
    let Some(holder) = context.holder(enable.origin) else {
        return;
    };
    let message = format!(
        "{} does nothing beside `server-ca` or `server-crt`, which mean TLS",
        holder.setting()
    );
    said.say(
        holder
            .about(Code::INEFFECTIVE_ANNOTATION, enable.origin, message)
            .help("remove it, or the other key"),
    );
}
