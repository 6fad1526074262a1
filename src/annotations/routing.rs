//! Routes: conditions, classes, default backends, passthrough.

use super::balance;
use super::context::{Context, Said};
use super::dropped;
use super::given::Given;
use super::grammar::{Grammar, LiteralTrue, ObjectRef, Problem, Reference, Text};
use super::policies::Choice;
use super::registry::Family;
use super::snippets;
use super::spec::{On, Support, annotation};
use crate::finding::{Code, Finding, Severity};
use crate::ir::policy::{Access, Balancing, Checks, Mode, Redirects, ServerTls};
use crate::ir::{Condition, Field, Global, Policy};
use crate::source::{Origin, Sourced};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "routing",
    title: "Routing",
    specs: &[
        &HAPROXYTECH_DEFAULT_BACKEND_SERVICE,
        &HAPROXYTECH_INGRESS_CLASS,
        &HAPROXYTECH_ROUTE_ACL,
        &HAPROXYTECH_SSL_PASSTHROUGH,
        &HAPROXYTECH_STANDALONE_BACKEND,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    condition: Option<Sourced<Condition>>,
    standalone: Option<Sourced<bool>>,
    passthrough: Option<Sourced<bool>>,
    class: Option<Sourced<String>>,
    default_service: Option<Sourced<Reference>>,
}

/// When and how requests get to a route.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choices {
    /// Only requests that meet it do.
    pub(crate) condition: Option<Sourced<Condition>>,
    /// None does: the condition cannot be honoured, and without it everybody would get there.
    pub(crate) left_out: bool,
    /// TLS is handed through; the place that says so.
    pub(crate) passthrough: Option<Origin>,
}

/// An ACL expression of HAProxy's, as far as it can be checked and simulated.
struct AclExpression;

impl Grammar for AclExpression {
    type Value = Condition;
    const NAME: &'static str = "condition";
    const FORM: &'static str = "what stands between the braces of an HAProxy condition: a harmless fetch of the request, `-m` or an operator, and what it is compared with";
    const GOOD: &'static [&'static str] = &[
        "rand(100) lt 10",
        "hdr(x-beta) -m str on",
        "path_beg -i /beta /preview",
        "cook(canary) -m found",
        "src 10.0.0.0/8 2001:db8::/32",
        "method PUT } { hdr(x-beta) -m found",
        "path_reg ^/v[0-9]+/",
    ];
    const BAD: &'static [&'static str] = &[
        "hdr(x-beta)",
        "rand(100) lt",
        "nbsrv(other) lt 1",
        "hdr(a) -f /etc/passwd",
        "src example.com",
        "path_reg (",
        "path /a } use_backend b if { path /",
        "hdr(a) \"$HOME\"",
        "path /a\n    http-request deny",
    ];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Condition, Problem> {
        let condition = Condition::parse(text).map_err(|problem| {
            let text = problem.to_string();
            let problem = Problem::new(format!("is no condition that can be honoured: {text}"));
            if text.contains("than a line can") {
                let help = "compare with fewer values, or with what they have in common, such as `-m beg` of a shorter path";
                return problem.code(Code::LINE_LIMIT).help(help);
            }
            problem.help("compare the method, path, query, a header, a cookie, the client's address or `rand(100)` with fixed values")
        })?;
        for test in condition.any().iter().flatten() {
            dropped::remark(&test.sample, remarks);
        }
        Ok(condition)
    }
}

/// `namespace/name`.
struct FullRef;

impl Grammar for FullRef {
    type Value = Reference;
    const NAME: &'static str = "full reference";
    const FORM: &'static str = "`namespace/name`";
    const PATTERN: Option<&'static str> = Some("^[a-z0-9-]+/[a-z0-9.-]+$");
    const GOOD: &'static [&'static str] = &["shop/errors"];
    const BAD: &'static [&'static str] = &["errors", "/errors", "shop/", "a/b/c", "Shop/errors"];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Reference, Problem> {
        let reference = ObjectRef::parse(text, remarks)?;
        match reference.namespace {
            Some(_) => Ok(reference),
            None => Err(Problem::new("names no namespace").help("write `namespace/name`")),
        }
    }
}

annotation! {
    /// The Service that answers requests which no rule wants, by its first TCP port.
    ///
    /// What the ConfigMap and the Service say holds for it, as for any route. Beside an Ingress that is the default backend of
    /// everything it is an error.
    static HAPROXYTECH_DEFAULT_BACKEND_SERVICE: FullRef = {
        key: HaproxyTech / "default-backend-service",
        on: [ConfigMap],
        scope: Global,
        field: DefaultBackend,
        support: Support::Full,
        since: "0.1",
        example: "shop/errors",
        apply: |draft, value| draft.routing.default_service = Some(value),
    }
}

annotation! {
    /// Named the class of an Ingress, until the controller's version 3.2.
    ///
    /// `spec.ingressClassName` counts. A class that only this key names does not select the Ingress.
    static HAPROXYTECH_INGRESS_CLASS: Text = {
        key: HaproxyTech / "ingress.class",
        on: [Ingress],
        scope: Route,
        field: IngressClass,
        support: Support::Partial("since its version 3.2 the controller does not read it on Ingresses; `spec.ingressClassName` counts"),
        since: "0.1",
        example: "haproxy",
        apply: |draft, value| draft.routing.class = Some(value),
    }
}

annotation! {
    /// Sends only those requests to the Service that meet a condition, such as a share of them to a canary.
    ///
    /// The paths that lead to the Service become alternatives: they are asked before the rule that has the same path, in the
    /// order of the Ingresses. Requests that do not meet the condition go to that rule, or where there is none to the next
    /// shorter path. The longest path of the host still decides first, and everything else that holds for the Ingress holds for
    /// these routes too: the controller skips its lists, limits and passwords for them.
    ///
    /// The value is what stands between the braces of an HAProxy condition. Known are `path`, `pathq`, `query`, `url`,
    /// `method`, `hdr(name)`, `req.hdr(name)`, `req.fhdr(name)`, `cook(name)`, `urlp(name)`, `src`, `ssl_fc`, `rand(n)` and
    /// `var(txn.host)`; `-m str`, `beg`, `end`, `sub`, `dir`, `dom`, `reg`, `len` and `found`, forms such as `path_beg`, `-i`,
    /// and the operators `lt`, `le`, `gt`, `ge` and `eq` for numbers. Several tests are joined by `} {` (all of them) or
    /// `} || {` (one of them). A condition that is not understood leaves the route out. `src` goes by `src-ip-header` of the route.
    /// `X-Real-IP`, `Forwarded` and what clients send in `X-Forwarded-…` are gone by then: the client's address is `src`.
    static HAPROXYTECH_ROUTE_ACL: AclExpression = {
        key: HaproxyTech / "route-acl",
        on: [Service],
        scope: Backend,
        field: RouteCondition,
        support: Support::Partial("fetches and flags that read something else than the request, such as `nbsrv` and `-f`, are refused"),
        since: "0.1",
        example: "rand(100) lt 10",
        apply: |draft, value| draft.routing.condition = Some(value),
    }
}

annotation! {
    /// Hands TLS connections through to the servers, which have the certificate.
    ///
    /// The name in the handshake is all that is known, so a rule needs a host and means all its paths: one for `/` has to be
    /// there, and any other is an error. Address lists, limits and checks of servers work, `load-balance` where it goes by
    /// connections, and timeouts until the connection is a tunnel; everything that reads or changes requests does not, and where it protects the route is closed. Plain HTTP never
    /// reaches the servers: it is answered with a redirect where `ssl-redirect` wants one, else with 421.
    ///
    /// The most specific name decides, so one host below a wildcard can still be answered here. A handshake for a name that nobody
    /// claims, or for none, is answered as without any passthrough: with the default certificate, and refused where there is none.
    /// QUIC cannot be handed through.
    static HAPROXYTECH_SSL_PASSTHROUGH: LiteralTrue = {
        key: HaproxyTech / "ssl-passthrough",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "false",
        field: Passthrough,
        support: Support::Full,
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.routing.passthrough = Some(value),
    }
}

annotation! {
    /// Gives each Ingress a backend of its own for the Service, which it shares with no other Ingress.
    ///
    /// Connections, queues, limits and health checks are counted by Ingress then. Settings never leak between Ingresses here,
    /// with the key or without. `false` on a Service or an Ingress takes back what counts less.
    static HAPROXYTECH_STANDALONE_BACKEND: LiteralTrue = {
        key: HaproxyTech / "standalone-backend",
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        default: "false",
        field: Standalone,
        support: Support::Full,
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.routing.standalone = Some(value),
    }
}

/// Puts them into the policy.
pub(super) fn finish(
    draft: &super::Draft,
    context: &Context<'_>,
    policy: &mut Policy,
    said: &mut Said,
) {
    let draft = &draft.routing;
    if let Some(class) = &draft.class {
        said.say(class_is_history(class, context));
    }
    let wants = |switch: &Option<Sourced<bool>>| switch.is_some_and(|switch| switch.value);
    // What only the ConfigMap leads to has no name that TLS could be handed through by.
    if context.ingress.is_some() && wants(&draft.passthrough) {
        policy.mode = Mode::Passthrough;
    }
    if wants(&draft.standalone) {
        let ingress = context.ingress.map(|ingress| ingress.meta.name.to_string());
        policy.standalone = Some(ingress.unwrap_or_default());
    }
}

/// Puts those of the ConfigMap into what holds for everything.
pub(super) fn finish_global(
    draft: &super::Draft,
    _: &Context<'_>,
    global: &mut Global,
    _: &mut Said,
) {
    let service = draft.routing.default_service.clone();
    global.default_service = service.and_then(|reference| {
        let Reference { namespace, name } = reference.value;
        Some([namespace?, name])
    });
}

/// When and how requests get to the route.
pub(super) fn choices(
    draft: &super::Draft,
    chosen: &[Choice<'_>],
    all: &[Given<'_>],
    context: &Context<'_>,
    said: &mut Said,
) -> Choices {
    let draft = &draft.routing;
    let is_condition = |given: &&Given<'_>| given.spec.field == Field::RouteCondition;
    let mut choices = Choices {
        condition: draft.condition.clone(),
        left_out: all.iter().filter(is_condition).any(|given| given.broken),
        passthrough: None,
    };
    let passthrough = draft.passthrough.filter(|passthrough| passthrough.value);
    let Some(passthrough) = passthrough.filter(|_| context.ingress.is_some()) else {
        return choices;
    };
    choices.passthrough = Some(passthrough.origin);
    if let Some(condition) = choices.condition.take() {
        choices.left_out = true;
        said.say(conditional(&condition, context));
    }
    for choice in chosen.iter().filter(|choice| choice.is_set()) {
        unseen(choice, said);
    }
    for given in snippets::of_backend(all).filter(|given| !given.broken) {
        unread(given, said);
    }
    let set = |field| {
        let mut chosen = chosen.iter().filter(|choice| choice.is_set());
        chosen.find(|choice| choice.winner.spec.field == field)
    };
    let list = set(Field::DenyList).or(set(Field::AllowList));
    if let (Some(source), Some(list)) = (set(Field::ClientSource), list) {
        said.close(headless(source, list));
    }
    choices
}

/// What of a policy does not need to see requests.
const WITHOUT_REQUESTS: &[Field] = &[
    Field::Passthrough,
    Field::Standalone,
    Field::IngressClass,
    Field::RouteCondition,
    Field::AllowList,
    Field::DenyList,
    Field::ServerMaxconn,
    Field::ServerSlots,
    Field::ServerTimeout,
    Field::Check,
    Field::CheckInterval,
    Field::CheckTimeout,
    Field::ServerProxyProtocol,
    Field::HttpsRedirect,
    Field::HttpsRedirectPort,
    Field::HttpsRedirectCode,
];

/// Whether a setting means something for TLS that is handed through, or for the requests that come in another way.
pub(super) fn needs_no_requests(choice: &Choice<'_>) -> bool {
    let given = &choice.winner;
    let field = given.spec.field;
    let goes_by_connections = || !balance::needs_requests(&given.value.value);
    WITHOUT_REQUESTS.contains(&field) || field == Field::Balance && goes_by_connections()
}

/// A policy into what holds for TLS that is handed through, and for requests that come in another way.
pub(super) fn split(policy: Policy) -> (Policy, Policy) {
    let tls = Policy {
        mode: Mode::Passthrough,
        standalone: policy.standalone,
        access: Access {
            client_source: None,
            ..policy.access
        },
        balance: Balancing {
            abort_on_close: None,
            ..policy.balance
        },
        limits: policy.limits,
        timeouts: policy.timeouts,
        health: Checks {
            http: None,
            ..policy.health
        },
        server_tls: ServerTls {
            proxy: policy.server_tls.proxy,
            ..ServerTls::default()
        },
        ..Policy::default()
    };
    let others = Policy {
        redirect: Redirects {
            host: None,
            ..policy.redirect
        },
        ..Policy::default()
    };
    (tls, others)
}

/// A setting that needs requests, on a route where nobody here sees one. What the ConfigMap says for all routes is only told where
/// it protects.
fn unseen(choice: &Choice<'_>, said: &mut Said) {
    let given = &choice.winner;
    // Alone, this one keeps nobody out.
    let protects = given.spec.protects.is_some() && given.spec.field != Field::ClientSource;
    // The places of raw lines add up: each is asked for itself.
    if needs_no_requests(choice) || given.spec.field == Field::BackendSnippet {
        return;
    }
    if given.spec.field == Field::Capture {
        said.say(unlogged(given));
        return;
    }
    if given.on == On::ConfigMap && !protects {
        return;
    }
    let message = format!(
        "{} is about requests, and TLS is handed through to the servers unread",
        setting(given)
    );
    let finding = about(given, message);
    if protects {
        said.close(finding.help(match given.on {
            On::ConfigMap => "let the servers do it and hide the key by an empty value on the Ingress, or answer TLS here without `ssl-passthrough`",
            _ => "let the servers do it and remove the key, or answer TLS here without `ssl-passthrough`",
        }));
    } else {
        let finding = finding.severity(Severity::Warning);
        said.say(finding.help("remove it, or answer TLS here without `ssl-passthrough`"));
    }
}

/// Something is to be logged, such as the client's address, of what is no request.
fn unlogged(given: &Given<'_>) -> Finding {
    let message = format!(
        "{} is not logged of TLS that is handed through: the log line of a connection has no place for it",
        setting(given)
    );
    let finding = about(given, message);
    match given.on {
        On::ConfigMap => finding
            .severity(Severity::Info)
            .help("hide it with an empty value on the Ingress"),
        _ => finding
            .severity(Severity::Warning)
            .help("remove it, or answer TLS here without `ssl-passthrough`"),
    }
}

/// Raw lines of one place, where nobody reads requests: they are written for rules of requests, and HAProxy would take some of them
/// for TLS without being able to honour them, such as a condition about the path.
fn unread(given: &Given<'_>, said: &mut Said) {
    let message = format!(
        "{} is for backends that read requests, and TLS is handed through to the servers unread",
        setting(given)
    );
    let finding = about(given, message);
    if snippets::guards(&given.value.value) {
        said.close(
            finding
                .note("the lines keep somebody out, so the routes are closed")
                .help("let the servers do it, keep addresses out by `deny-list`, or answer TLS here without `ssl-passthrough`"),
        );
    } else if given.on != On::ConfigMap {
        let finding = finding.severity(Severity::Warning);
        said.say(finding.help("remove it, or answer TLS here without `ssl-passthrough`"));
    }
}

/// A list of clients who are named in a header, which nobody here sees: compared with the connection's address, it would let the
/// wrong ones in.
fn headless(source: &Choice<'_>, list: &Choice<'_>) -> Finding {
    let message = format!(
        "{} is about clients whom `{}` names by a header, and TLS is handed through unread",
        setting(&list.winner),
        source.winner.key
    );
    about(&list.winner, message)
        .label(source.winner.value.origin, "the header")
        .help("let the servers do it and remove the list, or hide the header's key with an empty value on the Ingress")
}

/// `` `haproxy.org/allow-list` of Ingress shop/web``.
fn setting(given: &Given<'_>) -> String {
    format!("`{}` of {} {}", given.key, given.kind, given.object)
}

fn about(given: &Given<'_>, message: String) -> Finding {
    let field = match given.on {
        On::ConfigMap => "data",
        _ => "metadata.annotations",
    };
    Said::about(
        Code::PASSTHROUGH_WITH_L7_ANNOTATION,
        given.value.origin,
        message,
    )
    .object(format_args!("{} {}", given.kind, given.object))
    .field(format!("{field}[{}]", given.key))
}

fn conditional(condition: &Sourced<Condition>, context: &Context<'_>) -> Finding {
    let (object, key) = context.named(condition.origin);
    Said::about(
        Code::PASSTHROUGH_WITH_L7_ANNOTATION,
        condition.origin,
        format!("`{key}` of {object} is about requests, and TLS is handed through unread, so the route is left out"),
    )
    .object(&object)
    .help("remove the condition, or answer TLS here without `ssl-passthrough`")
}

fn class_is_history(class: &Sourced<String>, context: &Context<'_>) -> Finding {
    let (object, key) = context.named(class.origin);
    Said::about(
        Code::INEFFECTIVE_ANNOTATION,
        class.origin,
        format!("`{key}` of {object} does nothing since version 3.2 of the controller"),
    )
    .object(&object)
    .field(format!("metadata.annotations[{key}]"))
    .help("remove it, and name the class in `spec.ingressClassName`")
}
