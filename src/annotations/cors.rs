//! Which pages of other sites may ask.

mod grammar;
mod origins;

use self::grammar::{Headers, MaxAge, Methods};
use self::origins::OriginList;
use super::context::{Context, Said};
use super::grammar::{Bool, LiteralTrue};
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::{Allowed, Cors, HeaderName, Method, Origins, Policy};
use crate::source::{Origin, Sourced};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "cors",
    title: "CORS",
    specs: &[
        &HAPROXYTECH_CORS_ALLOW_CREDENTIALS,
        &HAPROXYTECH_CORS_ALLOW_HEADERS,
        &HAPROXYTECH_CORS_ALLOW_METHODS,
        &HAPROXYTECH_CORS_ALLOW_ORIGIN,
        &HAPROXYTECH_CORS_ENABLE,
        &HAPROXYTECH_CORS_MAX_AGE,
        &HAPROXYTECH_CORS_RESPOND_TO_OPTIONS,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    enable: bool,
    origins: Option<Sourced<Origins>>,
    methods: Option<Allowed<Method>>,
    headers: Option<Allowed<HeaderName>>,
    max_age: Option<u32>,
    credentials: Option<Sourced<bool>>,
    preflight: bool,
}

annotation! {
    /// Whether the user's cookies and passwords go along.
    ///
    /// Only with origins that are named: with `*` the header is left out, since browsers refuse the two together. While they go
    /// along, browsers take `*` in the lists of methods and headers for a name, so these have to be named as well.
    static HAPROXYTECH_CORS_ALLOW_CREDENTIALS: LiteralTrue = {
        key: HaproxyTech / "cors-allow-credentials",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "false",
        field: CorsCredentials,
        support: Support::Full,
        requires: ["cors-enable"],
        since: "0.2",
        example: "true",
        apply: |draft, value| draft.cors.credentials = Some(value),
    }
}

annotation! {
    /// The request headers that pages may set, or `*`.
    ///
    /// Each name is checked. If one is illegal, the header is left out, and pages may set none.
    static HAPROXYTECH_CORS_ALLOW_HEADERS: Headers = {
        key: HaproxyTech / "cors-allow-headers",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "*",
        field: CorsHeaders,
        support: Support::Full,
        requires: ["cors-enable"],
        since: "0.2",
        example: "Authorization, Content-Type",
        apply: |draft, value| draft.cors.headers = Some(value.value),
    }
}

annotation! {
    /// The methods that pages may use, or `*`.
    ///
    /// If one of them is unknown, the header is left out, and pages may use GET, HEAD and POST.
    static HAPROXYTECH_CORS_ALLOW_METHODS: Methods = {
        key: HaproxyTech / "cors-allow-methods",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "*",
        field: CorsMethods,
        support: Support::Full,
        requires: ["cors-enable"],
        since: "0.2",
        example: "GET, POST, DELETE",
        apply: |draft, value| draft.cors.methods = Some(value.value),
    }
}

annotation! {
    /// Whose pages may ask: `*`, origins separated by commas, or a regular expression.
    ///
    /// Origins are compared as a whole: `https://example.com` is not `https://example.com.evil.org`, and the dot is a dot. The
    /// controller takes every text for a regular expression, which matches anywhere in the origin. A text that is no list of origins
    /// is one here too, but it has to match all of the origin. Sites that may not ask get none of the headers, neither ours nor the
    /// application's. Answers that depend on the origin say so (`Vary: Origin`), so that caches do not mix them up. A value that
    /// cannot be used switches CORS off, so that no other site may ask.
    static HAPROXYTECH_CORS_ALLOW_ORIGIN: OriginList = {
        key: HaproxyTech / "cors-allow-origin",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "*",
        field: CorsOrigin,
        support: Support::Full,
        requires: ["cors-enable"],
        since: "0.2",
        example: "https://shop.example.com, https://admin.example.com",
        apply: |draft, value| draft.cors.origins = Some(value),
    }
}

annotation! {
    /// Tells browsers which pages of other sites may ask (CORS).
    ///
    /// The headers are set on every answer, those of HAProxy's own among them, and replace the application's. The other `cors-`
    /// keys do nothing without it.
    static HAPROXYTECH_CORS_ENABLE: Bool = {
        key: HaproxyTech / "cors-enable",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "false",
        field: CorsEnable,
        support: Support::Full,
        since: "0.2",
        example: "true",
        apply: |draft, value| draft.cors.enable = value.value,
    }
}

annotation! {
    /// For how long a browser may remember what it was told.
    ///
    /// The header counts in seconds, the annotation in milliseconds where it has no unit: `600` is no second at all. `0s` and `-1`
    /// mean that nothing is remembered.
    static HAPROXYTECH_CORS_MAX_AGE: MaxAge = {
        key: HaproxyTech / "cors-max-age",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "5s",
        field: CorsMaxAge,
        support: Support::Full,
        requires: ["cors-enable"],
        since: "0.2",
        example: "10m",
        apply: |draft, value| draft.cors.max_age = Some(value.value),
    }
}

annotation! {
    /// Answers every OPTIONS request with 204, so that servers need not know CORS.
    ///
    /// Browsers send no passwords with the request by which they ask for permission, so it is answered before passwords are asked for
    /// and before the redirect to https; lists of addresses and rate limits come first.
    static HAPROXYTECH_CORS_RESPOND_TO_OPTIONS: LiteralTrue = {
        key: HaproxyTech / "cors-respond-to-options",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "false",
        field: CorsPreflight,
        support: Support::Full,
        requires: ["cors-enable"],
        since: "0.2",
        example: "true",
        apply: |draft, value| draft.cors.preflight = value.value,
    }
}

/// Seconds, where nothing is said.
const MAX_AGE: u32 = 5;

/// Puts them into the policy.
pub(super) fn finish(
    draft: &super::Draft,
    context: &Context<'_>,
    policy: &mut Policy,
    said: &mut Said,
) {
    let draft = &draft.cors;
    // What counts less must not take the place of a value that cannot be used: it could let in more.
    if !draft.enable || context.is_broken("cors-enable") || context.is_broken("cors-allow-origin") {
        return;
    }
    let usable = |key| !context.is_broken(key);
    let methods = || draft.methods.clone().unwrap_or(Allowed::Any);
    let headers = || draft.headers.clone().unwrap_or(Allowed::Any);
    let mut cors = Cors {
        origins: (draft.origins.as_ref()).map_or(Origins::Any, |origins| origins.value.clone()),
        methods: usable("cors-allow-methods").then(methods),
        headers: usable("cors-allow-headers").then(headers),
        max_age: usable("cors-max-age").then(|| draft.max_age.unwrap_or(MAX_AGE)),
        credentials: false,
        preflight: draft.preflight && usable("cors-respond-to-options"),
    };
    if let Some(credentials) = &draft.credentials
        && credentials.value
        && usable("cors-allow-credentials")
    {
        let named = draft.origins.as_ref().map(|origins| origins.origin);
        cors.credentials = judge_credentials(credentials, named, &cors, context, said);
    }
    policy.cors = Some(cors);
}

/// Whether cookies may go along.
fn judge_credentials(
    credentials: &Sourced<bool>,
    named: Option<Origin>,
    cors: &Cors,
    context: &Context<'_>,
    said: &mut Said,
) -> bool {
    let origin = credentials.origin;
    let holder = context.holder_or_config(origin, "cors-allow-credentials");
    let say = |code, message| holder.about(code, origin, message);
    let object = &holder.object;
    if cors.origins == Origins::Any {
        let message = format!(
            "{} stands beside `cors-allow-origin: \"*\"`: browsers refuse the two together, and with every origin echoed every site could act as the user",
            holder.setting()
        );
        let finding = say(Code::CORS_WILDCARD_CREDENTIALS, message);
        let finding = match named {
            Some(named) => finding.label(named, "every origin"),
            None => finding,
        };
        said.say(finding.help("name the origins in `haproxy.org/cors-allow-origin`"));
        return false;
    }
    let mut stars = Vec::new();
    if cors.methods == Some(Allowed::Any) {
        stars.push("`cors-allow-methods`");
    }
    if cors.headers == Some(Allowed::Any) {
        stars.push("`cors-allow-headers`");
    }
    if !stars.is_empty() {
        let message = format!(
            "`*` in {} of {object} allows nothing: beside `cors-allow-credentials` browsers take it for a name",
            stars.join(" and "),
        );
        let finding = say(Code::INEFFECTIVE_ANNOTATION, message);
        said.say(finding.help("list the methods and headers that pages use"));
    }
    true
}
