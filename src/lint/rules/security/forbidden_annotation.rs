use crate::finding::{Code, Finding};
use crate::lint::Context;
use crate::lint::policy::{Kind, objects};
use crate::lint::rule::rule;

rule! {
    /// An object has an annotation that the configuration forbids: raw lines, say, or a switch that the operators of the proxy keep for
    /// themselves.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop, annotations: {haproxy.org/cors-enable: "true"}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   defaultBackend: {service: {name: web, port: {name: http}}}
    /// ```
    ///
    /// ```yaml bad ingressc.yaml
    /// version: 1
    /// policy:
    ///   forbidden:
    ///     haproxy.org/cors-enable: {namespaces: [shop]}
    ///     "haproxy.org/*-config-snippet": {}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   defaultBackend: {service: {name: web, port: {name: http}}}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// version: 1
    /// policy:
    ///   forbidden:
    ///     haproxy.org/cors-enable: {namespaces: [shop]}
    /// ```
    ///
    /// A key is forbidden in each of its spellings: with the other prefixes of its controller, by its deprecated names, and in the data of the
    /// controller's ConfigMap, where it has no prefix. With `value`, only such values are forbidden,
    /// however they are spelled: `off` is `false`, and of a list one such item will do. Without `kinds`, Ingresses, Services and
    /// the ConfigMap are meant.
    ///
    /// Remove the annotation.
    FORBIDDEN_ANNOTATION = 533 {
        name: "forbidden-annotation",
        summary: "an annotation that the configuration forbids",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Whole(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let forbidden = &context.settings.policy.forbidden;
    if forbidden.is_empty() {
        return;
    }
    for object in objects(context) {
        for entry in &object.entries {
            let told = forbidden.iter().find(|(key, demand)| {
                demand.is_about(&object)
                    && entry.is_of(key, object.kind)
                    && demand.hits(entry, object.kind)
            });
            let Some((_, demand)) = told else {
                continue;
            };
            let with = match &demand.value {
                Some(_) => format!(" with the value `{}`", entry.value.value),
                None => String::new(),
            };
            let called = object.called();
            let message = format!("`{}` of {called} is forbidden{with}", entry.key);
            let help = match (object.kind, &demand.value) {
                (_, Some(value)) => format!("write a value that is not like `{value}`"),
                (Kind::ConfigMap, _) => "remove the key".to_owned(),
                _ => "remove the annotation".to_owned(),
            };
            findings.push(
                Finding::new(Code::FORBIDDEN_ANNOTATION, message)
                    .at(entry.place)
                    .label(demand.origin, "forbidden here")
                    .object(called)
                    .field(object.field(entry.key))
                    .help(help),
            );
        }
    }
}
