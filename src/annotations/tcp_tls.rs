//! TLS and the PROXY protocol on exposed ports: with what TLS is answered, whose certificates clients have to show, and whose word about
//! the client's address counts.

use super::addresses::ProxyAddresses;
use super::context::{Context, Said};
use super::grammar::{Bool, Grammar, ObjectRef, Problem, Reference};
use super::registry::Family;
use super::secrets::{self, Wanted};
use super::spec::{Support, annotation};
use super::tcp::{self, Database};
use crate::finding::{Code, Severity};
use crate::ir::global::ClientAuthority;
use crate::ir::policy::AddressList;
use crate::ir::{
    AcceptProxy, ClientSide, Field, Policy, ProtocolName, TcpCertificates, Termination,
};
use crate::source::{Origin, Sourced};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "tcp-tls",
    title: "TLS and PROXY protocol of TCP services",
    specs: &[
        &INGRESSC_ACCEPT_PROXY,
        &INGRESSC_ALPN,
        &INGRESSC_CLIENT_CA,
        &INGRESSC_CLIENT_CA_OPTIONAL,
        &INGRESSC_TLS_SECRET,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    certificate: Option<Sourced<Reference>>,
    authority: Option<Sourced<Reference>>,
    optional: Option<Sourced<bool>>,
    proxies: Option<Sourced<Proxies>>,
    alpn: Option<Sourced<Vec<ProtocolName>>>,
}

/// Whose connections begin with a PROXY header.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Proxies {
    /// Nobody's.
    Nobody,
    /// Those of `trustedProxies`; without any, everybody's.
    Trusted,
    /// Those of these.
    These(AddressList),
}

impl Grammar for Proxies {
    type Value = Self;
    const NAME: &'static str = "proxies";
    const FORM: &'static str = "`true`, `false`, or the addresses and networks of proxies such as `10.0.0.0/8`; commas between them";
    const COMMAS: bool = true;
    const GOOD: &'static [&'static str] =
        &["true", "false", "10.0.0.7", "10.0.0.0/24, 2001:db8::/64"];
    const BAD: &'static [&'static str] = &[
        "yes please",
        "10.0.0.0/33",
        "proxy.example.com",
        ",",
        "192.0.2.1, 192.0.2.300",
    ];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Self, Problem> {
        match text {
            "true" => Ok(Self::Trusted),
            "false" => Ok(Self::Nobody),
            _ => ProxyAddresses::parse_all(text, remarks).map(Self::These),
        }
    }
}

/// Protocols that clients may ask for.
struct Protocols;

impl Grammar for Protocols {
    type Value = Vec<ProtocolName>;
    const NAME: &'static str = "protocols";
    const FORM: &'static str =
        "names of protocols as they are registered, such as `postgresql`; commas between them";
    const PATTERN: Option<&'static str> =
        Some("^ *[A-Za-z0-9./_+:-]+ *(, *[A-Za-z0-9./_+:-]+ *)*$");
    const COMMAS: bool = true;
    const GOOD: &'static [&'static str] = &["postgresql", "h2, http/1.1"];
    const BAD: &'static [&'static str] = &["a b", ",", "h2,", "%[env(A)]"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Self::Value, Problem> {
        let mut start = 0;
        let mut names = Vec::new();
        for part in text.split(',') {
            let Some(name) = ProtocolName::new(part.trim()) else {
                let problem = Problem::new("has an item that is no name of a protocol");
                let help = "write names as they are registered, such as `postgresql`, with commas between them";
                return Err(problem.at_item(start, part).help(help));
            };
            if !names.contains(&name) {
                names.push(name);
            }
            start += part.len() + 1;
        }
        Ok(names)
    }
}

annotation! {
    /// The protocols that clients may ask for in the handshake (ALPN), the preferred one first.
    ///
    /// Clients of PostgreSQL 17 that begin with the handshake (`sslnegotiation=direct`) insist on `postgresql`. A client that asks for none of
    /// them goes on without. Servers are told none of it.
    static INGRESSC_ALPN: Protocols = {
        key: Ingressc / "alpn",
        on: [Service],
        scope: Port,
        field: TcpAlpn,
        support: Support::Full,
        requires: ["tls-secret"],
        since: "0.1",
        example: "postgresql",
        apply: |draft, value| draft.tcp_tls.alpn = Some(value),
    }
}

annotation! {
    /// Connections begin with a PROXY header, which says whom they stand for.
    ///
    /// A list of proxies: theirs begin with it, and one of theirs without it is closed; others come as they are. `true` means the proxies of
    /// `trustedProxies` in ingressc.yaml. Where there are none, it means everybody: a connection without the header is closed, and who can
    /// connect can claim any address, so that nothing but a firewall gives lists of addresses a meaning.
    ///
    /// The header comes first, then TLS. The address in it counts for lists, for logs and for `balance: source`. With an item that cannot
    /// be read nobody may connect: clients behind that proxy would come with its address, which no list knows.
    static INGRESSC_ACCEPT_PROXY: Proxies = {
        key: Ingressc / "accept-proxy",
        on: [Service],
        scope: Port,
        default: "false",
        field: AcceptProxy,
        support: Support::Full,
        protects: "a longer list",
        since: "0.1",
        example: "10.0.0.0/24",
        apply: |draft, value| draft.tcp_tls.proxies = Some(value),
    }
}

annotation! {
    /// Clients of the exposed ports have to show a certificate of this authority, or the handshake fails.
    ///
    /// The value names a Secret, `name` or `namespace/name`. Its key `ca.crt` holds the authority; `tls.crt` counts where there is none.
    /// Several certificates may stand there: each of them is trusted. It takes `tls-secret`: who does not answer TLS cannot ask.
    ///
    /// When the Secret is missing, holds no authority or has a list of revoked certificates (`ca.crl`), which is not compiled, or TLS is
    /// not answered here, nobody may connect.
    static INGRESSC_CLIENT_CA: ObjectRef = {
        key: Ingressc / "client-ca",
        on: [Service],
        scope: Port,
        field: TcpClientAuthority,
        support: Support::Full,
        protects: "absent",
        since: "0.1",
        example: "client-ca",
        apply: |draft, value| draft.tcp_tls.authority = Some(value),
    }
}

annotation! {
    /// Clients of the exposed ports may come without a certificate; one that they show has to be of the authority all the same.
    static INGRESSC_CLIENT_CA_OPTIONAL: Bool = {
        key: Ingressc / "client-ca-optional",
        on: [Service],
        scope: Port,
        default: "false",
        field: TcpClientCertificateOptional,
        support: Support::Full,
        requires: ["client-ca"],
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.tcp_tls.optional = Some(value),
    }
}

annotation! {
    /// TLS is answered on the exposed ports with this certificate, whatever name clients ask for; servers get what is in it.
    ///
    /// The value names a Secret of type `kubernetes.io/tls`, `name` or `namespace/name`. It holds for all exposed ports of the Service: a
    /// port without TLS takes a Service of its own. Clients have to begin with the handshake at once. PostgreSQL before 17 and `MySQL` ask
    /// for TLS in the middle of their own protocol, which nobody but their servers can answer: leave the key out there. Clients of PostgreSQL
    /// 17 with `sslnegotiation=direct` need `ingressc/alpn` besides.
    ///
    /// Servers are spoken to in clear, unless `haproxy.org/server-ssl`, `server-ca` or `server-crt` say otherwise.
    ///
    /// When the Secret is missing or unusable, nobody may connect: the port is not opened in clear.
    static INGRESSC_TLS_SECRET: ObjectRef = {
        key: Ingressc / "tls-secret",
        on: [Service],
        scope: Port,
        field: TcpCertificate,
        support: Support::Full,
        protects: "absent",
        since: "0.1",
        example: "orders-tls",
        apply: |draft, value| draft.tcp_tls.certificate = Some(value),
    }
}

/// TLS that is answered on the exposed ports. Where that cannot be done, nobody may connect.
pub(super) fn termination(
    draft: &super::Draft,
    context: &Context<'_>,
    said: &mut Said,
) -> Option<Termination> {
    let own = &draft.tcp_tls;
    let mut read = |reference: &Sourced<Reference>, wanted, missing| {
        secrets::read(reference, wanted, missing, context, said)
    };
    let certificate = own
        .certificate
        .as_ref()
        .map(|secret| read(secret, Wanted::Served, Code::SECRET_NOT_FOUND));
    let authority = own
        .authority
        .as_ref()
        .and_then(|secret| read(secret, Wanted::Authority, Code::MTLS_CA_MISSING));
    if let Some(secret) = &own.certificate {
        agreed_within(secret.origin, draft, context, said);
    }
    if let (Some(authority), None) = (&own.authority, &own.certificate)
        // One that cannot be read has its finding.
        && !context.is_broken("tls-secret")
    {
        unasked(authority, context, said);
    }
    let optional = own.optional.as_ref().is_some_and(|it| it.value);
    Some(Termination {
        certificates: TcpCertificates::Own {
            default: Some(certificate??),
            named: Vec::new(),
        },
        clients: authority.map(|file| ClientAuthority { file, optional }),
        alpn: own
            .alpn
            .as_ref()
            .map_or_else(Vec::new, |alpn| alpn.value.clone()),
        origin: own.certificate.as_ref()?.origin,
    })
}

/// What clients of `PostgreSQL` ask for that begin with the handshake.
const POSTGRESQL: &str = "postgresql";

/// TLS is answered before the first byte, and the servers are databases whose clients agree on it later.
fn agreed_within(
    certificate: Origin,
    draft: &super::Draft,
    context: &Context<'_>,
    said: &mut Said,
) {
    let Some((check, database)) = tcp::database(draft) else {
        return;
    };
    let mut alpn = draft.tcp_tls.alpn.iter().flat_map(|alpn| &alpn.value);
    if database == Database::PostgreSql && alpn.any(|it| it.as_str() == POSTGRESQL) {
        return;
    }
    let Some(holder) = context.holder(certificate) else {
        return;
    };
    let (severity, servers, who, note) = match database {
        Database::MySql => (
            Severity::Error,
            "the servers are those of MySQL",
            "clients of MySQL, which agree on it with the server after its greeting, do not get in",
            "for clients behind a tunnel of TLS, such as stunnel, write `ingressc/check: tcp`",
        ),
        Database::PostgreSql => (
            Severity::Warning,
            "the servers are those of PostgreSQL",
            "most clients of PostgreSQL, which ask for it within their protocol, do not get in",
            "clients from version 17 on do with `sslnegotiation=direct`, and `ingressc/alpn: postgresql` here",
        ),
    };
    let message = format!(
        "{} answers TLS from the first byte on: {who}",
        holder.setting()
    );
    said.say(
        holder
            .about(Code::CONFLICTING_ANNOTATIONS, certificate, message)
            .severity(severity)
            .label(check, servers)
            .note(note)
            .help("remove `ingressc/tls-secret`, and give the certificate to the servers"),
    );
}

/// Clients are to show certificates, and nobody here asks them.
fn unasked(authority: &Sourced<Reference>, context: &Context<'_>, said: &mut Said) {
    said.closed = true;
    let Some(holder) = context.holder(authority.origin) else {
        return;
    };
    let message = format!(
        "{} wants certificates of clients, and TLS is not answered here, so nobody asks for them",
        holder.setting()
    );
    said.say(
        holder
            .about(Code::INEFFECTIVE_ANNOTATION, authority.origin, message)
            .severity(Severity::Error)
            .note("nobody may connect to the exposed ports")
            .help("name a certificate by `ingressc/tls-secret`"),
    );
}

/// Whose connections begin with a PROXY header.
pub(super) fn accept_proxy(
    draft: &super::Draft,
    context: &Context<'_>,
    policy: &Policy,
    client: &mut ClientSide,
    said: &mut Said,
) {
    let Some(proxies) = &draft.tcp_tls.proxies else {
        return;
    };
    client.origins.insert(Field::AcceptProxy, proxies.origin);
    client.proxy = match &proxies.value {
        Proxies::Nobody => AcceptProxy::Never,
        Proxies::These(list) => AcceptProxy::From(list.clone()),
        Proxies::Trusted => {
            let trusted = context.settings.trusted_proxies.iter().copied();
            let trusted = AddressList::new(trusted);
            if trusted.is_none() && (policy.access.allow.is_some() || policy.access.deny.is_some())
            {
                believed(proxies, context, said);
            }
            trusted.map_or(AcceptProxy::Always, AcceptProxy::From)
        }
    };
}

/// Everybody chooses the address that a list looks up.
fn believed(proxies: &Sourced<Proxies>, context: &Context<'_>, said: &mut Said) {
    let Some(holder) = context.holder(proxies.origin) else {
        return;
    };
    let message = format!(
        "{} takes everybody's word about whom a connection stands for, and a list decides by that who may connect",
        holder.setting()
    );
    said.say(
        holder
            .about(Code::CLIENT_IP_UNTRUSTED, proxies.origin, message)
            .help("write the addresses of your proxies, or list them in `trustedProxies` of ingressc.yaml"),
    );
}
