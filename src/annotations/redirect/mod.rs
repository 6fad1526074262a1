//! What is answered with another address.

mod grammar;

use super::context::{Context, Profile, Said};
use super::grammar::{Bool, Integer};
use super::registry::Family;
use super::spec::{Support, annotation};
use crate::finding::Code;
use crate::ir::policy::{HostRedirect, HttpsRedirect, RedirectCode};
use crate::ir::{HostPattern, Policy, Port};
use crate::source::Sourced;
use grammar::{Elsewhere, Status, Target};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "redirect",
    title: "Redirects",
    specs: &[
        &HAPROXYTECH_REQUEST_REDIRECT,
        &HAPROXYTECH_REQUEST_REDIRECT_CODE,
        &HAPROXYTECH_SSL_REDIRECT,
        &HAPROXYTECH_SSL_REDIRECT_CODE,
        &HAPROXYTECH_SSL_REDIRECT_PORT,
    ],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    https: Option<Sourced<bool>>,
    https_port: Option<Sourced<u32>>,
    https_code: Option<Sourced<RedirectCode>>,
    host: Option<Sourced<Target>>,
    host_code: Option<Sourced<RedirectCode>>,
}

annotation! {
    /// Requests are sent to another host.
    ///
    /// Path and query stay; a path in the value comes before them. Without a scheme, the request's is kept; under the profile
    /// `haproxytech` it is http, as that controller has it. `%[…]` is evaluated. Plain requests that `ssl-redirect` sends to https are
    /// sent there first. A redirect to a host of the Ingress itself never ends (ING312): it is
    /// refused, and requests are answered.
    static HAPROXYTECH_REQUEST_REDIRECT: Elsewhere = {
        key: HaproxyTech / "request-redirect",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: HostRedirect,
        support: Support::Full,
        since: "0.1",
        example: "https://www.example.com",
        apply: |draft, value| draft.redirect.host = Some(value),
    }
}

annotation! {
    /// The status of `request-redirect`.
    static HAPROXYTECH_REQUEST_REDIRECT_CODE: Status = {
        key: HaproxyTech / "request-redirect-code",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "302",
        field: HostRedirectCode,
        support: Support::Full,
        requires: ["request-redirect"],
        since: "0.1",
        example: "301",
        apply: |draft, value| draft.redirect.host_code = Some(value),
    }
}

annotation! {
    /// Plain requests are sent to https.
    ///
    /// On the same host, with the same path and query; before a password is asked for. A request without a usable `Host` has nowhere
    /// to go and gets 400. Under the profile `haproxytech` an Ingress with a host in `spec.tls` redirects unless this says `false`;
    /// otherwise nothing redirects by itself.
    static HAPROXYTECH_SSL_REDIRECT: Bool = {
        key: HaproxyTech / "ssl-redirect",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: HttpsRedirect,
        support: Support::Full,
        protects: "`false`, or absent",
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.redirect.https = Some(value),
    }
}

annotation! {
    /// The status of `ssl-redirect`.
    static HAPROXYTECH_SSL_REDIRECT_CODE: Status = {
        key: HaproxyTech / "ssl-redirect-code",
        on: [Ingress, ConfigMap],
        scope: Route,
        default: "302",
        field: HttpsRedirectCode,
        support: Support::Full,
        since: "0.1",
        example: "301",
        apply: |draft, value| draft.redirect.https_code = Some(value),
    }
}

annotation! {
    /// The port that `ssl-redirect` names.
    ///
    /// Without it none is named, which means 443. Under the profile `haproxytech` it is 8443, as that controller has it.
    static HAPROXYTECH_SSL_REDIRECT_PORT: Integer<1, 65_535> = {
        key: HaproxyTech / "ssl-redirect-port",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: HttpsRedirectPort,
        support: Support::Full,
        since: "0.1",
        example: "443",
        apply: |draft, value| draft.redirect.https_port = Some(value),
    }
}

/// Whether routes redirect although no annotation says so.
pub(super) fn needs_no_annotation(settings: &super::Settings) -> bool {
    settings.profile == Profile::HaproxyTech
}

/// Puts them into the policy.
pub(super) fn finish(
    draft: &super::Draft,
    context: &Context<'_>,
    policy: &mut Policy,
    said: &mut Said,
) {
    let draft = &draft.redirect;
    policy.redirect.https = https(draft, context, said);
    policy.redirect.host = draft
        .host
        .as_ref()
        .and_then(|target| elsewhere(draft, target, context, said));
}

fn https(draft: &Draft, context: &Context<'_>, said: &mut Said) -> Option<HttpsRedirect> {
    let faithful = context.settings.profile == Profile::HaproxyTech;
    let mut secured = context.ingress.into_iter().flat_map(|it| &it.tls);
    let secured = secured.find_map(|entry| entry.hosts.first());
    let wanted = match (draft.https, secured) {
        (Some(said), _) => said.value,
        (None, Some(host)) if !faithful => {
            not_by_itself(host, context, said);
            false
        }
        (None, secured) => secured.is_some(),
    };
    if !wanted {
        useless(draft, context, said);
        return None;
    }
    let port = draft.https_port.and_then(|it| u16::try_from(it.value).ok());
    let port = match port {
        None if faithful => Some(8443),
        // What https means anyway need not be said; that controller says it.
        Some(443) if !faithful => None,
        port => port,
    };
    Some(HttpsRedirect {
        port: port.and_then(Port::new),
        code: code(draft.https_code),
    })
}

fn code(given: Option<Sourced<RedirectCode>>) -> RedirectCode {
    given.map_or(RedirectCode::FOUND, |code| code.value)
}

/// An Ingress with TLS whose plain requests are answered.
fn not_by_itself(host: &Sourced<String>, context: &Context<'_>, said: &mut Said) {
    let Some(ingress) = context.ingress else {
        return;
    };
    let name = &ingress.meta.name;
    said.say(
        Said::about(
            Code::DIALECT_DEFAULT_DIFFERS,
            host.origin,
            format!("Ingress {name} has TLS and answers plain requests too: nothing is sent to https by itself"),
        )
        .object(format_args!("Ingress {name}"))
        .field("spec.tls")
        .help("say `haproxy.org/ssl-redirect`: `\"true\"` or `\"false\"`")
        .note("the controller of HAProxy Technologies sends them to https, port 8443; `profile: haproxytech` does so, too"),
    );
}

/// Port and code of a redirect that does not happen. What the ConfigMap says holds for others too.
fn useless(draft: &Draft, context: &Context<'_>, said: &mut Said) {
    let Some(ingress) = context.ingress else {
        return;
    };
    let places = [
        ("ssl-redirect-port", draft.https_port.map(|it| it.origin)),
        ("ssl-redirect-code", draft.https_code.map(|it| it.origin)),
    ];
    for (key, origin) in places {
        let own = |origin: &_| {
            let mut annotations = ingress.meta.annotations.iter();
            annotations.any(|annotation| annotation.value.origin == *origin)
        };
        if let Some(origin) = origin.filter(own) {
            let name = &ingress.meta.name;
            said.say(
                Said::about(
                    Code::INEFFECTIVE_ANNOTATION,
                    origin,
                    format!("`{key}` of Ingress {name} does nothing: no request is sent to https"),
                )
                .object(format_args!("Ingress {name}"))
                .help("say `haproxy.org/ssl-redirect: \"true\"`"),
            );
        }
    }
}

fn elsewhere(
    draft: &Draft,
    target: &Sourced<Target>,
    context: &Context<'_>,
    said: &mut Said,
) -> Option<HostRedirect> {
    let faithful = context.settings.profile == Profile::HaproxyTech;
    let Target { tls, to } = &target.value;
    if let Some(host) = loops(&target.value, context) {
        let name = context.ingress.map(|it| it.meta.name.to_string());
        let name = name.unwrap_or_default();
        said.say(
            Said::about(
                Code::REDIRECT_LOOP,
                target.origin,
                format!("`request-redirect` of Ingress {name} sends requests for `{}` to where they came from", host.value),
            )
            .object(format_args!("Ingress {name}"))
            .label(host.origin, "the rule that they come back to")
            .help("give the hosts that are to be redirected an Ingress of their own"),
        );
        return None;
    }
    Some(HostRedirect {
        tls: tls.or(faithful.then_some(false)),
        to: to.clone(),
        code: code(draft.host_code),
    })
}

/// The host of the Ingress to which a redirect of its own leads back. Another port than the usual ones may be somebody else's.
/// A host below a wildcard, and a longer path, may have another rule: a check that asks the routes tells of those.
fn loops<'m>(target: &Target, context: &Context<'m>) -> Option<&'m Sourced<String>> {
    let (name, port) = target.authority()?;
    if target.has_path() || port.is_some_and(|port| port != 80 && port != 443) {
        return None;
    }
    let hosts = context
        .ingress?
        .rules
        .iter()
        .filter_map(|rule| rule.host.as_ref());
    let name = name.trim_end_matches('.');
    let mut hosts = hosts.filter(|host| {
        let pattern = HostPattern::new(&host.value);
        pattern.is_ok_and(|pattern| !pattern.is_wildcard() && pattern.matches(name))
    });
    hosts.next()
}
