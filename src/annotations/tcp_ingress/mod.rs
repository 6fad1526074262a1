//! TCP ports that Ingresses ask for, as the community's controller has them: an Ingress with `tcp-service-port` has no requests.
//!
//! In: the annotations of such an Ingress. Out: its port, how clients are spoken to, and whose certificates they have to show. Its rules
//! are the lowering's.

mod grammar;

use std::sync::Arc;

use self::grammar::{OfConnections, PortNumber, Verify};
use super::context::{Context, Said, Settings};
use super::grammar::{Bool, ObjectRef, Reference};
use super::registry::Family;
use super::snippets::{self, Lines};
use super::spec::{Dialect, Support, annotation};
use crate::certificate::{Loaded, authority, file, remedy};
use crate::finding::{Code, Finding};
use crate::ir::global::ClientAuthority;
use crate::ir::{Field, LogFormat, Port, RawLine, Setting};
use crate::manifest::{Annotation, Ingress, ObjectName};
use crate::source::{Origin, Sourced};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "tcp-ingress",
    title: "TCP services of Ingresses",
    specs: &[
        &HAPROXY_INGRESS_AUTH_TLS_SECRET,
        &HAPROXY_INGRESS_AUTH_TLS_STRICT,
        &HAPROXY_INGRESS_AUTH_TLS_VERIFY_CLIENT,
        &HAPROXY_INGRESS_CONFIG_TCP_SERVICE,
        &HAPROXY_INGRESS_TCP_SERVICE_LOG_FORMAT,
        &HAPROXY_INGRESS_TCP_SERVICE_PORT,
        &HAPROXY_INGRESS_TCP_SERVICE_PROXY_PROTOCOL,
    ],
};

/// The key that makes an Ingress one of a TCP port.
const PORT: &str = "tcp-service-port";

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    port: Option<Sourced<Port>>,
    proxy: Option<Sourced<bool>>,
    log_format: Option<Sourced<Option<LogFormat>>>,
    authority: Option<Sourced<Reference>>,
    verify: Option<Sourced<Verify>>,
    strict: Option<Sourced<bool>>,
}

annotation! {
    /// Clients of the TCP port have to show a certificate of this authority, or TLS is refused.
    ///
    /// The value names a Secret, `name` or `namespace/name`, with the authority in `ca.crt`. It holds on Ingresses with
    /// `tcp-service-port` and a TLS entry; where connections come in clear, nobody may connect, because nobody could be asked.
    ///
    /// A list of revoked certificates (`ca.crl`) is not translated: nobody may connect then.
    static HAPROXY_INGRESS_AUTH_TLS_SECRET: ObjectRef = {
        key: HaproxyIngress / "auth-tls-secret",
        on: [Ingress],
        scope: Port,
        field: TcpClientAuthority,
        support: Support::Partial("on Ingresses of TCP ports only; no files, and no list of revoked certificates"),
        protects: "absent",
        since: "0.1",
        example: "clients-ca",
        apply: |draft, value| draft.tcp_ingress.authority = Some(value),
    }
}

annotation! {
    /// Whether nobody may connect where the authority cannot be had.
    ///
    /// Nobody may, whatever it says. That controller asks nobody for a certificate where it is `false` and the Secret is missing.
    static HAPROXY_INGRESS_AUTH_TLS_STRICT: Bool = {
        key: HaproxyIngress / "auth-tls-strict",
        on: [Ingress],
        scope: Port,
        default: "true",
        field: TcpClientAuthorityStrict,
        support: Support::Partial("on Ingresses of TCP ports only, and always as `true`"),
        requires: ["auth-tls-secret"],
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.tcp_ingress.strict = Some(value),
    }
}

annotation! {
    /// Whether clients of the TCP port have to show a certificate.
    ///
    /// `optional`: they may do without, and one that they show has to be good. `optional_no_ca`, with which any certificate does, and
    /// none as well, lets everybody in; here nobody is asked then, as with `off`.
    ///
    /// Without `auth-tls-secret` there is no authority to compare with: nobody may connect. That controller lets everybody in.
    static HAPROXY_INGRESS_AUTH_TLS_VERIFY_CLIENT: Verify = {
        key: HaproxyIngress / "auth-tls-verify-client",
        on: [Ingress],
        scope: Port,
        default: "on",
        field: TcpClientCertificateOptional,
        support: Support::Partial("on Ingresses of TCP ports only; `optional_no_ca` means `off`"),
        requires: ["auth-tls-secret"],
        protects: "`optional` or `off`",
        since: "0.1",
        example: "optional",
        apply: |draft, value| draft.tcp_ingress.verify = Some(value),
    }
}

annotation! {
    /// Lines of HAProxy's language for the frontend of the TCP port.
    ///
    /// They stand before the rules that choose a backend. Each directive has to be allowed by the configuration:
    /// `rules: {ING501: {allow: [tcp-request connection]}}`. If one is not, none of the value's lines is used; if they keep somebody
    /// out, nobody may connect. `tcp-request content accept`, `use_backend`, `bind` and `mode` would undo what stands around them, and
    /// cannot be allowed.
    static HAPROXY_INGRESS_CONFIG_TCP_SERVICE: Lines = {
        key: HaproxyIngress / "config-tcp-service",
        on: [Ingress],
        scope: Port,
        field: TcpSnippet,
        support: Support::Partial("only directives that the configuration allows, and nothing that reads the environment, Lua or files"),
        requires: ["tcp-service-port"],
        since: "0.1",
        example: "option tcp-smart-accept",
        apply: |_, _| {},
    }
}

annotation! {
    /// The form of the lines about connections of the TCP port.
    ///
    /// `default` is HAProxy's own form for TCP (`option tcplog`). Variables about requests, such as `%HM`, are refused, as HAProxy 2.6
    /// does not start with them in TCP mode.
    static HAPROXY_INGRESS_TCP_SERVICE_LOG_FORMAT: OfConnections = {
        key: HaproxyIngress / "tcp-service-log-format",
        on: [Ingress],
        scope: Port,
        default: "default",
        field: TcpLogFormat,
        support: Support::Full,
        requires: ["tcp-service-port"],
        since: "0.1",
        example: "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts",
        apply: |draft, value| draft.tcp_ingress.log_format = Some(value),
    }
}

annotation! {
    /// The port on which HAProxy takes connections for the Services of the Ingress, which are TCP services then.
    ///
    /// Rules with a host take the connections of clients that ask for this name in the TLS handshake; rules without one and
    /// `spec.defaultBackend` take all others. With TLS entries, TLS is answered by HAProxy; without, it is handed to the servers. A path
    /// other than `/` is an error. Several Ingresses may share a port.
    ///
    /// A value that is no port is an error, and the Ingress is not routed at all. That controller takes it for one of HTTP then.
    static HAPROXY_INGRESS_TCP_SERVICE_PORT: PortNumber = {
        key: HaproxyIngress / "tcp-service-port",
        on: [Ingress],
        scope: Port,
        field: IngressPort,
        support: Support::Full,
        since: "0.1",
        example: "5432",
        apply: |draft, value| draft.tcp_ingress.port = Some(value),
    }
}

annotation! {
    /// Whether each connection to the TCP port begins with a PROXY header, from which the client's address is taken.
    ///
    /// Connections without one are closed. Whoever can connect can claim any address: only proxies should be able to.
    static HAPROXY_INGRESS_TCP_SERVICE_PROXY_PROTOCOL: Bool = {
        key: HaproxyIngress / "tcp-service-proxy-protocol",
        on: [Ingress],
        scope: Port,
        default: "false",
        field: AcceptProxy,
        support: Support::Full,
        requires: ["tcp-service-port"],
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.tcp_ingress.proxy = Some(value),
    }
}

/// What annotations say about the TCP port of an Ingress.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    /// The port; `None` where it cannot be used, which has its finding.
    pub(crate) port: Option<Sourced<Port>>,
    /// Whether connections begin with a PROXY header.
    pub(crate) proxy: Option<Sourced<bool>>,
    /// What is logged of a connection; without a format as HAProxy has it.
    pub(crate) log_format: Option<Sourced<Option<LogFormat>>>,
    /// Whose certificates clients have to show.
    pub(crate) clients: Option<Sourced<ClientAuthority>>,
    /// Raw lines for the frontend.
    pub(crate) lines: Option<Sourced<Vec<RawLine>>>,
    /// Whether the lines keep somebody out.
    pub(crate) lines_guard: bool,
    /// Where the settings come from.
    pub(crate) settings: Arc<[Setting]>,
    /// A setting that protects cannot be honoured, so nobody may connect.
    pub(crate) closed: bool,
}

/// Whether an Ingress asks for a TCP port, and so has no requests to route.
pub(crate) fn is_tcp(ingress: &Ingress, settings: &Settings) -> bool {
    is_meant(&ingress.meta.annotations, settings)
}

/// The same, of its annotations. Whatever the value says: who writes the key does not mean HTTP.
pub(super) fn is_meant(annotations: &[Annotation], settings: &Settings) -> bool {
    let dialect = Dialect::HaproxyIngress;
    let is_it = |key: &str| {
        let name = |prefix: &&str| key.strip_prefix(prefix);
        dialect.prefixes().iter().find_map(name) == Some(PORT)
    };
    settings.has(dialect) && annotations.iter().any(|one| is_it(&one.key))
}

/// Whether a name is of a key that is about TCP ports wherever it stands.
pub(crate) fn is_own(name: &str) -> bool {
    name.starts_with("tcp-service-") || name == "config-tcp-service"
}

/// What the keys of an Ingress come to.
pub(super) fn answer(
    draft: &super::Draft,
    settings: Vec<Setting>,
    context: &Context<'_>,
    said: &mut Said,
) -> Answer {
    let own = &draft.tcp_ingress;
    unset_port(own, context, said);
    let clients = clients(own, context, said);
    let of_lines = |given: &&super::given::Given<'_>| given.spec.field == Field::TcpSnippet;
    let given = context.given.iter().find(of_lines);
    let lines = given.map(|given| {
        let lines = snippets::of_port(context, given, said);
        Sourced::new(lines, given.value.origin)
    });
    Answer {
        port: own.port,
        proxy: own.proxy,
        log_format: own.log_format.clone(),
        clients,
        lines: lines.filter(|lines| !lines.value.is_empty()),
        lines_guard: given.is_some_and(snippets::keeps_out),
        settings: settings.into(),
        closed: said.closed,
    }
}

/// An empty value says nothing, and the Ingress is nevertheless none of HTTP.
fn unset_port(own: &Draft, context: &Context<'_>, said: &mut Said) {
    let is_it = |given: &&super::given::Given<'_>| given.spec.field == Field::IngressPort;
    let given = context.given.iter().find(is_it);
    let empty = given.filter(|given| own.port.is_none() && given.value.value.is_empty());
    if let Some(given) = empty
        && let Some(holder) = context.holder(given.value.origin)
    {
        let message = format!("the value of {} is empty", holder.setting());
        let finding = holder.about(Code::INVALID_VALUE, given.value.origin, message);
        said.say(finding.help("write a number between 1 and 65535, or remove the key"));
    }
}

/// Whose certificates clients have to show.
fn clients(
    own: &Draft,
    context: &Context<'_>,
    said: &mut Said,
) -> Option<Sourced<ClientAuthority>> {
    let verify = own.verify.as_ref();
    let optional = match verify.map(|verify| verify.value) {
        Some(Verify::Off) => return None,
        Some(Verify::Unverified) => {
            unverified(own, context, said);
            return None;
        }
        Some(Verify::Optional) => true,
        Some(Verify::Required) | None => false,
    };
    let Some(secret) = &own.authority else {
        // A value that cannot be used has its finding, and has closed the port.
        if let Some(verify) = verify.filter(|_| !said.closed) {
            without_authority(verify.origin, context, said);
        }
        return None;
    };
    let file = read(secret, own, context, said)?;
    let authority = ClientAuthority { file, optional };
    Some(Sourced::new(authority, secret.origin))
}

fn unverified(own: &Draft, context: &Context<'_>, said: &mut Said) {
    let origin = own.verify.as_ref().map(|verify| verify.origin);
    if let Some((origin, holder)) = origin.and_then(|at| Some((at, context.holder(at)?))) {
        let message = format!(
            "{} lets in whoever shows any certificate, or none: here nobody is asked for one",
            holder.setting()
        );
        let finding = holder.about(Code::DIALECT_DEFAULT_DIFFERS, origin, message);
        said.say(finding.help("write `off`, or `on` if clients are to be known"));
    }
}

fn without_authority(origin: Origin, context: &Context<'_>, said: &mut Said) {
    let Some(holder) = context.holder(origin) else {
        said.closed = true;
        return;
    };
    let message = format!(
        "{} asks for certificates, and no `auth-tls-secret` says whose, so nobody may connect",
        holder.setting()
    );
    let finding = holder.about(Code::MTLS_CA_MISSING, origin, message);
    said.close(
        finding
            .help("add `auth-tls-secret`, or write `off`")
            .note("haproxy-ingress lets everybody in"),
    );
}

/// The authority of a Secret. Where there is none, nobody may connect.
fn read(
    secret: &Sourced<Reference>,
    own: &Draft,
    context: &Context<'_>,
    said: &mut Said,
) -> Option<crate::ir::PemFile> {
    let Some(holder) = context.holder(secret.origin) else {
        said.closed = true;
        return None;
    };
    let Reference { namespace, name } = &secret.value;
    let namespace = namespace.as_deref().unwrap_or(holder.namespace);
    let about = |code, message: String| holder.about(code, secret.origin, message);
    if namespace != holder.namespace {
        let message = format!(
            "{} names a Secret of the namespace `{namespace}`, and nothing there permits it",
            holder.setting()
        );
        said.say(about(Code::CROSS_NAMESPACE_SECRET, message).help(
            "copy the Secret into the namespace of the Ingress, unless the authority is meant to be shared",
        ));
    }
    let name = ObjectName::new(namespace, name);
    let (loaded, findings) = authority(&context.keyring, &name);
    said.findings.extend(findings);
    let (why, help) = match loaded {
        Loaded::Usable { pem, .. } => return Some(file("ca", &name, pem)),
        Loaded::Unusable => ("cannot be used".to_owned(), remedy(&context.keyring, &name)),
        Loaded::Missing => context.keyring.absent(&name),
    };
    let message = format!("Secret {name}, which {} names, {why}", holder.setting());
    let finding: Finding = about(Code::MTLS_CA_MISSING, message).help(help);
    let is_strict = own.strict.as_ref().is_none_or(|strict| strict.value);
    said.close(finding.note(if is_strict {
        "nobody may connect"
    } else {
        "nobody may connect, whatever `auth-tls-strict` says; haproxy-ingress lets everybody in"
    }));
    None
}
