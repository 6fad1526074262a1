use crate::finding::{Code, Finding};
use crate::lint::policy::{Kind, Object, objects};
use crate::lint::rule::rule;
use crate::lint::{Context, Demand};

rule! {
    /// An object lacks an annotation that the configuration requires of it, or has another value than is required: an allow-list of
    /// internal applications, the owner of an Ingress, a limit that everybody has to have.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   defaultBackend: {service: {name: web, port: {name: http}}}
    /// ```
    ///
    /// ```yaml bad ingressc.yaml
    /// version: 1
    /// policy:
    ///   required:
    ///     haproxy.org/allow-list: {value: "10.*", namespaces: [shop, "internal-*"]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop, annotations: {haproxy.org/allow-list: 10.0.0.0/8}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   defaultBackend: {service: {name: web, port: {name: http}}}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// version: 1
    /// policy:
    ///   required:
    ///     haproxy.org/allow-list: {value: "10.*", namespaces: [shop, "internal-*"]}
    /// ```
    ///
    /// Any spelling of a key will do: `ingress.kubernetes.io/allow-list` is the same annotation. So will any spelling of a value: `60m` is
    /// `1h`. Of a list, every item has to be like the value: `10.0.0.0/8, 203.0.113.0/24` is not like `10.*`, because one item more lets
    /// others in. An annotation that is empty is none. Keys that nobody translates can be required, too, such as `example.com/owner`. Without `kinds`, Ingresses are meant.
    ///
    /// Add the annotation.
    REQUIRED_ANNOTATION_MISSING = 532 {
        name: "required-annotation-missing",
        summary: "an object without an annotation that the configuration requires",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Whole(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let required = &context.settings.policy.required;
    if required.is_empty() {
        return;
    }
    for object in objects(context) {
        for (key, demand) in required {
            if demand.is_about(&object) {
                findings.extend(judge(&object, key, demand));
            }
        }
    }
}

fn judge(object: &Object<'_>, key: &str, demand: &Demand) -> Option<Finding> {
    let mut of_key = object
        .entries
        .iter()
        .filter(|it| it.is_of(key, object.kind));
    let about = |message: String| Finding::new(Code::REQUIRED_ANNOTATION_MISSING, message);
    let called = object.called();
    let what = match object.kind {
        Kind::ConfigMap => "key",
        Kind::Ingress | Kind::Service => "annotation",
    };
    let wanted = demand.value.as_deref().unwrap_or("*");
    let finding = match of_key.find(|entry| !demand.is_met(entry, object.kind)) {
        Some(entry) if entry.value.value.trim().is_empty() => {
            let message = format!("`{}` of {called} is empty, and is required", entry.key);
            let help = match &demand.value {
                Some(value) => format!("write a value like `{value}`"),
                None => "write a value".to_owned(),
            };
            let finding = about(message).at(entry.value.origin);
            finding.field(object.field(entry.key)).help(help)
        }
        Some(entry) => {
            let message = format!(
                "`{}` of {called} is `{}`, and has to be like `{wanted}`",
                entry.key, entry.value.value
            );
            let finding = about(message).at(entry.value.origin);
            finding
                .field(object.field(entry.key))
                .help(format!("write a value like `{wanted}`"))
        }
        None if object.entries.iter().any(|it| it.is_of(key, object.kind)) => return None,
        None => {
            let key = match object.kind {
                Kind::ConfigMap => key.split_once('/').map_or(key, |(_, name)| name),
                Kind::Ingress | Kind::Service => key,
            };
            let message = format!("{called} has no {what} `{key}`, which is required");
            let like = match &demand.value {
                Some(value) => format!(", with a value like `{value}`"),
                None => String::new(),
            };
            let finding = about(message).at(object.origin);
            finding
                .field(object.field(key))
                .help(format!("add the {what}{like}"))
        }
    };
    let finding = finding.object(called).label(demand.origin, "required here");
    Some(finding)
}
