use std::collections::BTreeSet;

use crate::finding::{Code, Finding};
use crate::ir::{Claim, Field, Host, HostPattern, PathRule, Piece, Routing};
use crate::lint::Context;
use crate::lint::routes;
use crate::lint::rule::rule;
use crate::simulate::{self, HostMatch, Request, Scheme};
use crate::source::Origin;

rule! {
    /// A redirect leads to where it comes from: to its own host, or to another host that sends requests back. Clients follow some
    /// twenty redirects, and then show an error; nobody ever sees the page. The check asks each route that redirects, and follows.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: old, namespace: shop, annotations: {haproxy.org/request-redirect: shop.example.com}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: www.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop, annotations: {haproxy.org/request-redirect: www.example.com}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: old, namespace: shop, annotations: {haproxy.org/request-redirect: shop.example.com}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: www.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// A rule without a host answers for every name that no rule has. With `request-redirect`, it sends requests to a host; if that
    /// one has no rule either, they come back to the same rule.
    ///
    /// Sending plain requests to https is not what `request-redirect` is for: it takes requests over TLS as well, and sends them to
    /// where they are. Use `haproxy.org/ssl-redirect`.
    ///
    /// A redirect to the very host of its own Ingress is left out of the configuration, and its requests are answered. The way out is
    /// an Ingress of its own for the hosts that are to be redirected.
    REDIRECT_LOOP = 312 {
        name: "redirect-loop",
        summary: "a redirect that leads back to itself",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Whole(check),
    }
}

/// After so many redirects, browsers give up.
const MAX_STEPS: usize = 20;

/// A redirect on the way: what is asked, and who answers with another address.
struct Step<'r> {
    url: (Scheme, String, String),
    claim: &'r Claim,
    field: Field,
    location: String,
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let routing = context.routing;
    let redirects = |rule: &PathRule| {
        routes::policy(routing, &rule.claim).is_some_and(|policy| policy.redirect.host.is_some())
    };
    let starts: Vec<_> = routes::rules(routing)
        .filter(|(_, rule)| redirects(rule))
        .collect();
    let redirecting: BTreeSet<Option<&HostPattern>> = starts
        .iter()
        .map(|(host, _)| host.map(|host| &host.pattern))
        .collect();
    // Each question walks over the rules of a host. Many that lead to one large host must not cost the product of both.
    let mut left = 64 * routes::rules(routing).count() + 4096;
    let mut told: BTreeSet<Origin> = BTreeSet::new();
    for (host, rule) in starts {
        if told.contains(&place(&rule.claim, Field::HostRedirect))
            || !may_return(routing, &redirecting, rule)
        {
            continue;
        }
        for scheme in [Scheme::Http, Scheme::Https] {
            if let Some(cycle) = walk(routing, start(host, rule, scheme), &rule.claim, &mut left) {
                told.extend(cycle.iter().map(|step| place(step.claim, step.field)));
                findings.extend(finding(&cycle));
                break;
            }
        }
    }
}

/// Whether the host that a redirect names has a redirect to another host, too. Without one, every way from there ends.
fn may_return(
    routing: &Routing,
    redirecting: &BTreeSet<Option<&HostPattern>>,
    rule: &PathRule,
) -> bool {
    let policy = routes::policy(routing, &rule.claim);
    let Some(redirect) = policy.and_then(|policy| policy.redirect.host.as_ref()) else {
        return false;
    };
    let [Piece::Text(text)] = redirect.to.pieces() else {
        return true;
    };
    let authority = text.split(['/', '?']).next().unwrap_or_default();
    let matched = match simulate::matching(&routing.hosts, authority) {
        HostMatch::Exact(host) | HostMatch::Wildcard(host) => Some(&host.pattern),
        HostMatch::Any => None,
    };
    redirecting.contains(&matched)
}

/// A request that meets the rule.
fn start(host: Option<&Host>, rule: &PathRule, scheme: Scheme) -> Request {
    let name = host.map_or_else(
        || "host.invalid".to_owned(),
        |host| routes::example(&host.pattern),
    );
    let path = match rule.path.text() {
        "" => "/".to_owned(),
        path => path.to_owned(),
    };
    Request {
        scheme,
        sni: Some(name.clone()),
        host: Some(name),
        target: path,
        ..Request::default()
    }
}

/// Follows redirects from a request that `claim` answers. The steps of the loop, if there is one.
fn walk<'r>(
    routing: &'r Routing,
    mut request: Request,
    claim: &Claim,
    left: &mut usize,
) -> Option<Vec<Step<'r>>> {
    let mut steps: Vec<Step<'r>> = Vec::new();
    while steps.len() < MAX_STEPS {
        let verdict = simulate::ask(routing, &request);
        let route = verdict.route()?;
        let cost = match route.matched {
            HostMatch::Exact(host) | HostMatch::Wildcard(host) => host.rules.len(),
            HostMatch::Any => routing.any_host.len(),
        };
        *left = left.checked_sub(cost)?;
        let (answering, course) = (route.claim?, route.course.as_ref()?);
        let is_mine = !steps.is_empty() || answering.origin == claim.origin;
        if !is_mine || route.by_chance || course.opaque {
            return None;
        }
        let reply = course.reply.as_ref()?;
        let location = reply.location.clone()?;
        let url = (request.scheme, route.host.clone(), request.target.clone());
        if let Some(first) = steps.iter().position(|step| step.url == url) {
            return Some(steps.split_off(first));
        }
        steps.push(Step {
            url,
            claim: answering,
            field: reply.field,
            location: location.clone(),
        });
        request = routes::follow(routing, &location)?;
    }
    // The address becomes longer with each of them.
    Some(steps)
}

/// Where a redirect is written.
fn place(claim: &Claim, field: Field) -> Origin {
    routes::setting(claim, field).map_or(claim.origin, |setting| setting.value.origin)
}

fn finding(cycle: &[Step<'_>]) -> Option<Finding> {
    let is_host = |step: &&Step<'_>| step.field == Field::HostRedirect;
    let first = cycle
        .iter()
        .position(|step| is_host(&step))
        .unwrap_or_default();
    let (before, behind) = cycle.split_at(first);
    let mut steps = behind.iter().chain(before);
    let step = steps.next()?;
    let (scheme, host, target) = &step.url;
    let own = place(step.claim, step.field);
    let name = &step.claim.ingress;
    let mut told = BTreeSet::from([own]);
    let mut finding = Finding::new(
        Code::REDIRECT_LOOP,
        format!(
            "`request-redirect` of Ingress {name} sends requests for `{}://{host}{target}` in a circle",
            scheme.name()
        ),
    )
    .object(format_args!("Ingress {name}"))
    .label(own, format!("sends them to `{}`", step.location));
    for step in steps {
        let place = place(step.claim, step.field);
        if told.insert(place) {
            finding = finding.label(place, format!("and from there to `{}`", step.location));
        }
    }
    let finding = finding
        .help("lead one of the hosts to a Service, or name another host")
        .note("clients give up after some twenty redirects, and show an error");
    Some(finding)
}
