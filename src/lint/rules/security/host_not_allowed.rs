use std::collections::BTreeSet;

use crate::annotations::Profile;
use crate::finding::{Code, Finding};
use crate::ir::TcpCriterion;
use crate::lint::policy::matches;
use crate::lint::rule::rule;
use crate::lint::{Context, Policy};
use crate::manifest::Ingress;
use crate::source::{Origin, Sourced};

rule! {
    /// An Ingress has a host that the configuration gives to other namespaces. Whoever may write Ingresses in one namespace could take
    /// over the requests of another: Kubernetes does not ask whose a host is, and HAProxy routes to whoever claims it.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: pay.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml bad ingressc.yaml
    /// version: 1
    /// policy:
    ///   hosts:
    ///     pay.example.com: [payment]
    ///     "*.shop.example.com": [shop, "shop-*"]
    ///     "*": []
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: eu.shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// version: 1
    /// policy:
    ///   hosts:
    ///     "*.shop.example.com": [shop, "shop-*"]
    ///     "*": []
    /// ```
    ///
    /// Hosts of rules and those of `tls` are asked about, and the names that a TCP resource asks for in handshakes. `*.shop.example.com` covers all names below it. Of several patterns the longest
    /// decides, so that a part of a domain can be given away. A host that none covers is everybody's, unless `"*": []` stands there; that also
    /// decides about rules without a host and about `defaultBackend`, which answer for every host.
    ///
    /// Take a host of the namespace, or let the configuration name the namespace.
    HOST_NOT_ALLOWED = 531 {
        name: "host-not-allowed",
        summary: "a host that belongs to another namespace",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: ["kubernetes/ingress-nginx#1008", "kubernetes/ingress-nginx#2730"],
        check: Check::Whole(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.settings.policy.hosts.is_empty() {
        return;
    }
    for ingress in context.ingresses() {
        of_ingress(ingress, context, findings);
    }
    of_tcp_resources(context, findings);
}

/// Names that rules of TCP resources ask for in the handshake. Those of an Ingress are its hosts.
fn of_tcp_resources(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = &context.settings.policy;
    // A rule stands in each listener of its item.
    let mut said = BTreeSet::new();
    for listener in &context.routing.tcp {
        let Some((namespace, _)) = listener
            .owner
            .strip_prefix("TCP ")
            .and_then(|name| name.split_once('/'))
        else {
            continue;
        };
        for rule in &listener.rules {
            let asked = rule.tests.iter().filter(|test| !test.negated);
            let names = asked.filter_map(|test| match &test.what {
                TcpCriterion::Name(name) => Some(name.to_string()),
                TcpCriterion::Source(_) | TcpCriterion::Handshake => None,
            });
            for name in names {
                let asked = (Some(&*name), rule.origin, None);
                let found = judge(policy, (&listener.owner, namespace), asked);
                if found.is_some() && said.insert((rule.origin, name)) {
                    findings.extend(found);
                }
            }
        }
    }
}

fn of_ingress(ingress: &Ingress, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = &context.settings.policy;
    let object = format!("Ingress {}", ingress.meta.name);
    let owner = (&*object, &*ingress.meta.name.namespace);
    let mut ask = |host: Option<&str>, origin: Origin, field: String| {
        findings.extend(judge(policy, owner, (host, origin, Some(field))));
    };
    // Beside rules, a default backend answers for their hosts only, unless that is left to the controller.
    let everywhere = ingress.rules.is_empty() || context.lower.annotations.profile != Profile::Spec;
    if let Some(backend) = ingress.default_backend.as_ref().filter(|_| everywhere) {
        ask(None, backend.origin, "spec.defaultBackend".to_owned());
    }
    for (number, rule) in ingress.rules.iter().enumerate() {
        let host = rule.host.as_ref().filter(|host| !host.value.is_empty());
        let field = format!("spec.rules[{number}]");
        match host {
            Some(Sourced { value, origin }) => ask(Some(value), *origin, field + ".host"),
            None => ask(None, rule.origin, field),
        }
    }
    for (number, entry) in ingress.tls.iter().enumerate() {
        for (at, host) in entry.hosts.iter().enumerate() {
            let field = format!("spec.tls[{number}].hosts[{at}]");
            ask(Some(&host.value), host.origin, field);
        }
    }
}

fn judge(
    policy: &Policy,
    (object, own): (&str, &str),
    (host, origin, field): (Option<&str>, Origin, Option<String>),
) -> Option<Finding> {
    let owners = policy.owners(host)?;
    if owners.value.iter().any(|owner| matches(owner, own)) {
        return None;
    }
    let subject = match host {
        Some(host) => format!("host `{host}`"),
        None => "every host".to_owned(),
    };
    let whose = match &owners.value[..] {
        [] => "no namespace".to_owned(),
        [one] => format!("namespace `{one}`"),
        several => {
            let names: Vec<_> = several.iter().map(|it| format!("`{it}`")).collect();
            format!("namespaces {}", names.join(", "))
        }
    };
    let message = format!("{object} takes {subject}, which is for {whose}");
    let help = match host {
        Some(_) => format!("take another host, or add `{own}` to the namespaces that may have it"),
        None => format!("name a host, or add `{own}` to the namespaces below `\"*\"`"),
    };
    let finding = Finding::new(Code::HOST_NOT_ALLOWED, message)
        .at(origin)
        .label(owners.origin, "decided here")
        .object(object)
        .help(help);
    Some(match field {
        Some(field) => finding.field(field),
        None => finding,
    })
}
