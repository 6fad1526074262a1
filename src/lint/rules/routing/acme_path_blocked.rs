use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use crate::finding::{Code, Finding};
use crate::ir::{Claim, Field, HostPattern, Routing};
use crate::lint::Context;
use crate::lint::routes;
use crate::lint::rule::rule;
use crate::manifest::Ingress;
use crate::simulate::{self, Connection, Request, Scheme, Verdict};
use crate::source::Origin;

rule! {
    /// Certificates are issued to who answers plain requests for `/.well-known/acme-challenge/` (RFC 8555, HTTP-01). Here such a
    /// request gets another answer: a password is asked for, only some addresses are let in, or it is sent to https, where nobody
    /// answers before there is a certificate, or to a port other than 80 and 443, which issuers refuse. So none is issued, and the
    /// one that is there expires some day.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop, annotations: {cert-manager.io/cluster-issuer: letsencrypt,
    ///   acme.cert-manager.io/http01-edit-in-place: "true",
    ///   haproxy.org/allow-list: 192.0.2.0/24, haproxy.org/ssl-redirect: "true"}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop, annotations: {cert-manager.io/cluster-issuer: letsencrypt,
    ///   haproxy.org/allow-list: 192.0.2.0/24, haproxy.org/ssl-redirect: "true"}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// cert-manager makes an Ingress of its own for each challenge, which has none of the annotations of yours: those are in nobody's
    /// way. So it is told only where a setting holds for challenges: with `http01-edit-in-place`, which puts the path into your
    /// Ingress; where the controller's ConfigMap sets it for all Ingresses; and where a rule for the path itself has it.
    ///
    /// A redirect to https is no obstacle by itself: issuers follow it, and take any certificate there.
    ACME_PATH_BLOCKED = 319 {
        name: "acme-path-blocked",
        summary: "the challenges of ACME do not reach who answers them",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [
            "jcmoraisjr/haproxy-ingress#160",
            "jcmoraisjr/haproxy-ingress#950",
            "jcmoraisjr/haproxy-ingress#971",
            "voyagermesh/voyager#1097",
            "RFC 8555",
        ],
        check: Check::Whole(check),
    }
}

/// Where challenges are asked for.
const CHALLENGE: &str = "/.well-known/acme-challenge";

/// Let cert-manager add the path to the Ingress itself, and not to one of its own.
const IN_PLACE: &str = "acme.cert-manager.io/http01-edit-in-place";

/// After so many redirects, Let's Encrypt gives up.
const MAX_STEPS: usize = 10;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let routing = context.routing;
    let mut written = context
        .manifests
        .iter()
        .flat_map(|it| it.ingresses.values());
    let mut asked = own_paths(routing);
    if asked.is_empty() && !written.any(|it| wants(it).is_some()) {
        return;
    }
    let ingresses: BTreeMap<String, &Ingress> = context
        .ingresses()
        .map(|ingress| (ingress.meta.name.to_string(), ingress))
        .collect();
    let wanted = ingresses.values().copied().filter_map(wants).flatten();
    let wanted: BTreeMap<&str, Origin> = wanted.collect();
    for &host in wanted.keys() {
        let path = || format!("{CHALLENGE}/token");
        asked.entry(host.to_owned()).or_insert_with(path);
    }
    let mut told: BTreeSet<(Origin, Field)> = BTreeSet::new();
    for (host, path) in asked {
        let Some(block) = blocked(routing, &host, &path) else {
            continue;
        };
        let Some(reach) = reach(&block, ingresses.get(&block.claim.ingress).copied()) else {
            continue;
        };
        let setting = routes::setting(block.claim, block.field);
        let place = setting.map_or(block.claim.origin, |setting| setting.value.origin);
        if told.insert((place, block.field)) {
            let wanted = wanted.get(host.as_str()).copied();
            findings.push(finding(&block, &reach, &host, place, wanted));
        }
    }
}

/// The hosts that have a rule for challenges alone, and a path that it means.
fn own_paths(routing: &Routing) -> BTreeMap<String, String> {
    let mut paths = BTreeMap::new();
    for (host, rule) in routes::rules(routing) {
        let path = rule.path.text();
        if let Some(host) = host.filter(|_| path.starts_with(CHALLENGE)) {
            let below = if path == CHALLENGE { "/token" } else { "" };
            let path = || format!("{path}{below}");
            paths
                .entry(routes::example(&host.pattern))
                .or_insert_with(path);
        }
    }
    paths
}

/// The hosts that an Ingress has certificates issued for, and where it says so. Names with a star are not proved by requests.
fn wants(ingress: &Ingress) -> Option<impl Iterator<Item = (&str, Origin)>> {
    let asks = |key: &str, value: &str| match key {
        "cert-manager.io/issuer" | "cert-manager.io/cluster-issuer" => true,
        "kubernetes.io/tls-acme" => value == "true",
        key => key.starts_with("acme.cert-manager.io/http01-"),
    };
    let mut annotations = ingress.meta.annotations.iter();
    let annotation = annotations.find(|it| asks(&it.key, &it.value.value))?;
    let hosts = ingress.tls.iter().flat_map(|entry| &entry.hosts);
    let legal = |host: &&str| HostPattern::new(host).is_ok_and(|host| !host.is_wildcard());
    let hosts = hosts.map(|host| host.value.as_str()).filter(legal);
    Some(hosts.map(|host| (host, annotation.key_origin)))
}

/// What keeps a challenge from its answer.
struct Block<'r> {
    claim: &'r Claim,
    field: Field,
    /// The rule is one for challenges alone.
    is_own_path: bool,
    what: String,
}

/// Asks as an issuer does, who follows redirects.
fn blocked<'r>(routing: &'r Routing, host: &str, path: &str) -> Option<Block<'r>> {
    let mut request = Request {
        host: Some(host.to_owned()),
        target: path.to_owned(),
        // An address that nobody has, so that no list names it unless it names everybody.
        source: IpAddr::V4(Ipv4Addr::new(240, 0, 0, 1)),
        ..Request::default()
    };
    let mut last: Option<Block<'r>> = None;
    for _ in 0..MAX_STEPS {
        let verdict = simulate::ask(routing, &request);
        // Without any certificate nobody listens. Where nobody is to listen, somebody else answers https.
        let is_refused = match verdict.connection {
            Connection::HandshakeRefused => true,
            Connection::NotListening => !routing.listeners.https.is_empty(),
            _ => false,
        };
        if is_refused {
            let told = "sends them to https, where no certificate answers until one is issued";
            return last.map(|block| Block {
                what: told.to_owned(),
                ..block
            });
        }
        let (block, location) = step(&verdict)?;
        let Some(location) = location else {
            return Some(block);
        };
        let next = Request::parse(&location).ok()?;
        if let Some(port) = routes::port(&next).filter(|port| ![80, 443].contains(port)) {
            let what = format!("sends them to port {port}, and issuers follow to 80 and 443 only");
            let field = match routes::setting(block.claim, Field::HttpsRedirectPort) {
                Some(_) if block.field == Field::HttpsRedirect => Field::HttpsRedirectPort,
                _ => block.field,
            };
            return Some(Block {
                field,
                what,
                ..block
            });
        }
        let is_same_name = next.host.as_deref() == Some(host);
        last = (is_same_name && next.scheme == Scheme::Https).then_some(block);
        request = Request {
            source: request.source,
            ..next
        };
    }
    None
}

/// The answer that HAProxy gives by itself, and where it leads.
fn step<'r>(verdict: &Verdict<'r>) -> Option<(Block<'r>, Option<String>)> {
    let route = verdict.route()?;
    let reply = route.course.as_ref()?.reply.as_ref()?;
    let what = match reply.field {
        Field::HttpsRedirect | Field::HostRedirect => "",
        Field::AuthType => "asks for a password",
        Field::AllowList | Field::DenyList => "lets only some addresses in",
        _ => return None,
    };
    let rule = route.chosen?;
    let block = Block {
        claim: route.claim?,
        field: reply.field,
        is_own_path: rule.path.text().starts_with(CHALLENGE),
        what: what.to_owned(),
    };
    Some((block, reply.location.clone()))
}

/// Why the setting holds for challenges.
enum Reach {
    /// The path has a rule, and the setting is that rule's.
    Rule,
    /// cert-manager adds the path to the Ingress that has the setting.
    InPlace(Origin),
    /// Every Ingress has the setting, also the one that cert-manager makes.
    Everywhere,
}

/// An Ingress of cert-manager's own has no annotation of this one: then nothing is in the way.
fn reach(block: &Block<'_>, ingress: Option<&Ingress>) -> Option<Reach> {
    if block.is_own_path {
        return Some(Reach::Rule);
    }
    let ingress = ingress?;
    let annotations = &ingress.meta.annotations;
    let in_place = ingress.meta.annotation(IN_PLACE);
    if let Some(annotation) = in_place.filter(|it| it.value.value == "true") {
        return Some(Reach::InPlace(annotation.key_origin));
    }
    let setting = routes::setting(block.claim, block.field)?;
    let is_own = annotations
        .iter()
        .any(|it| it.value.origin == setting.value.origin);
    (!is_own).then_some(Reach::Everywhere)
}

fn finding(
    block: &Block<'_>,
    reach: &Reach,
    host: &str,
    place: Origin,
    wanted: Option<Origin>,
) -> Finding {
    let name = &block.claim.ingress;
    let key =
        routes::setting(block.claim, block.field).map_or("ssl-redirect", |it| it.key.as_str());
    let finding = Finding::new(
        Code::ACME_PATH_BLOCKED,
        format!(
            "`{key}` keeps challenges of ACME for `{host}` from their answer: it {}",
            block.what
        ),
    )
    .object(format_args!("Ingress {name}"))
    .at(place);
    let finding = match (reach, wanted) {
        (Reach::Rule, _) => finding.label(block.claim.origin, "the rule that answers challenges"),
        (Reach::InPlace(origin), _) => {
            finding.label(*origin, "challenges are answered by this Ingress")
        }
        (Reach::Everywhere, Some(origin)) => finding.label(origin, "a certificate is to be issued"),
        (Reach::Everywhere, None) => finding,
    };
    finding.help(match reach {
        Reach::Rule => "remove the key from the Ingress that answers challenges".to_owned(),
        Reach::InPlace(_) => {
            format!("remove `{IN_PLACE}`, so that challenges get an Ingress of their own")
        }
        Reach::Everywhere => {
            "write the key on the Ingresses that need it, and not for all of them".to_owned()
        }
    })
}
