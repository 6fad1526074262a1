//! Ingress.
//!
//! Source: `pkg/apis/networking/validation`, `ValidateIngressCreate`; which class it is of is decided further on.

use super::{Context, backend, exact, host, networking, path};
use crate::finding::{Code, Fix};
use crate::manifest::decode::Edition;
use crate::manifest::grammar;
use crate::manifest::mend;
use crate::manifest::model::{Ingress, IngressPath, IngressRule, IngressTls, Meta};
use crate::manifest::names;
use crate::manifest::place::{Node, Place};
use crate::manifest::remarks::Legacy;

/// What named the class before there was `spec.ingressClassName`.
const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

pub(super) fn read(
    object: networking::Ingress,
    meta: Meta,
    context: &Context<'_, '_, '_>,
) -> Ingress {
    let legacy = context.remarks.take_legacy();
    let context = &if legacy.is_empty() {
        Context { ..*context }
    } else {
        report_legacy(&legacy, context);
        // What v1beta1 left out is not reported a second time.
        Context {
            edition: Edition::V1Beta1,
            ..*context
        }
    };
    let remarks = context.remarks;
    let spec = object.spec.unwrap_or_default();
    let place = context.root.child("spec");

    let class_name = spec.ingress_class_name.map(|name| {
        let place = place.child("ingressClassName");
        grammar::check(
            &place,
            "class",
            &name,
            names::subdomain,
            Code::INVALID_METADATA,
            remarks,
        );
        place.sourced(name)
    });
    let class_fix = class_fix(context);
    let (old, new) = (place.child("backend"), place.child("defaultBackend"));
    let has_old = context.edition == Edition::V1Beta1 && old.is_set();
    let default_backend = match spec.default_backend {
        Some(default) => backend::read(default, &new, context),
        // The type has no such field; its parts are read from the place.
        None if has_old => backend::read(networking::IngressBackend::default(), &old, context),
        None => None,
    };
    let rules_place = place.child("rules");
    let written = spec.rules.unwrap_or_default();
    if written.is_empty() && !new.is_set() && !has_old {
        remarks.at(
            &rules_place,
            Code::NO_RULES_NO_DEFAULT,
            "",
            "has neither rules nor a default backend",
            "add `spec.rules` or `spec.defaultBackend`",
        );
    }
    let rules = written.into_iter().zip(rules_place.items());
    let rules = exact(rules.filter_map(|(rule, place)| read_rule(rule, &place, context)));
    let tls_place = place.child("tls");
    let tls = spec
        .tls
        .unwrap_or_default()
        .into_iter()
        .zip(tls_place.items());
    let tls = exact(tls.map(|(tls, place)| read_tls(tls, &place, context)));
    Ingress {
        meta,
        class_name,
        class_fix,
        default_backend,
        rules,
        tls,
    }
}

/// Takes the old annotation for the class away, and names the class in the field where that is not there.
fn class_fix(context: &Context<'_, '_, '_>) -> Option<Box<Fix>> {
    let (root, remarks) = (context.root, context.remarks);
    let (metadata, spec) = (root.child("metadata"), root.child("spec"));
    let annotations = metadata.child("annotations");
    let annotation = annotations.child(CLASS_ANNOTATION);
    let class = annotation.node().and_then(Node::text)?;
    let field = spec.child("ingressClassName");
    let fix = if field.is_set() {
        Fix::needs_a_look(format!("remove the annotation `{CLASS_ANNOTATION}`"))
    } else if names::subdomain(class).is_ok() && field.node().is_none() {
        let title = "name the class in `spec.ingressClassName`";
        let entry = [("ingressClassName", class)];
        mend::add(Fix::needs_a_look(title), &spec, "", &entry, remarks)?
    } else {
        return None;
    };
    let only = annotations.entries().count() == 1;
    let (mapping, gone) = if only {
        (&metadata, "annotations")
    } else {
        (&annotations, CLASS_ANNOTATION)
    };
    mend::remove(fix, mapping, |key| key == gone, remarks).map(Box::new)
}

/// `None` when the host is no text or perhaps misspelt: without its host the rule would take every request.
fn read_rule(
    rule: networking::IngressRule,
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> Option<IngressRule> {
    let host_place = place.child("host");
    let is_lost = !host_place.is_set() && context.remarks.is_strange(place);
    if is_lost || host_place.is_container() || context.remarks.is_spoilt(place) {
        return None;
    }
    let host = rule.host.filter(|host| !host.is_empty()).map(|host| {
        host::check_rule_host(&host_place, &host, context.remarks);
        host_place.sourced(host)
    });
    let paths = rule.http.map(|http| {
        let http_place = place.child("http");
        let list = http_place.child("paths");
        let paths = http.paths.into_iter().zip(list.items());
        exact(paths.filter_map(|(path, place)| read_path(path, &place, context)))
    });
    Some(IngressRule {
        origin: place.origin(),
        host,
        paths,
    })
}

/// `None` when the path is no text or perhaps misspelt: without it the entry would take every request of its host.
fn read_path(
    entry: networking::HTTPIngressPath,
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> Option<IngressPath> {
    let remarks = context.remarks;
    let path_place = place.child("path");
    let is_lost = !path_place.is_set() && remarks.is_strange(place);
    if is_lost || path_place.is_container() || remarks.is_spoilt(place) {
        return None;
    }
    let text = entry.path.unwrap_or_default();
    let path_type = path::read_type(place, &entry.path_type, context.edition, remarks);
    if let Some(path_type) = path_type {
        path::check(place, &text, path_type, remarks);
    }
    let backend = backend::read(entry.backend, &place.child("backend"), context);
    Some(IngressPath {
        origin: place.origin(),
        path: path_place.sourced(text),
        path_type,
        backend,
    })
}

fn read_tls(
    tls: networking::IngressTLS,
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
) -> IngressTls {
    let list = place.child("hosts");
    let hosts = tls
        .hosts
        .unwrap_or_default()
        .into_iter()
        .zip(list.items())
        .filter(|(_, place)| !place.is_container())
        .map(|(host, place)| {
            host::check_tls_host(&place, &host, context.remarks);
            place.sourced(host)
        })
        .collect();
    let secret_name = tls.secret_name.filter(|name| !name.is_empty()).map(|name| {
        let place = place.child("secretName");
        grammar::check(
            &place,
            "secret",
            &name,
            names::subdomain,
            Code::INVALID_TLS_ENTRY,
            context.remarks,
        );
        place.sourced(name)
    });
    IngressTls {
        origin: place.origin(),
        hosts,
        secret_name,
    }
}

/// All fields of v1beta1 in a v1 object are one mistake: the version was changed, the body was not.
fn report_legacy(legacy: &[Legacy], context: &Context<'_, '_, '_>) {
    /// As many places and spellings as help; the finding counts the rest.
    const SHOWN: usize = 3;
    let [first, rest @ ..] = legacy else {
        return;
    };
    let mut meant: Vec<&str> = Vec::new();
    for spelling in legacy.iter().filter_map(|legacy| legacy.meant.as_deref()) {
        if meant.len() < SHOWN && !meant.contains(&spelling) {
            meant.push(spelling);
        }
    }
    let finding = context
        .remarks
        .finding(
            context.root,
            first.key,
            Code::V1_WITH_V1BETA1_BODY,
            "",
            format_args!("says v1, but has {} fields of v1beta1", legacy.len()),
        )
        .field(&first.path)
        .help(format!(
            "write {}, and a `pathType` for every path",
            meant.join(", ")
        ));
    let finding = rest.iter().take(SHOWN).fold(finding, |finding, legacy| {
        finding.label(legacy.key, "v1beta1, too")
    });
    context.remarks.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::{check_rows, object, read_files, said};
    use crate::manifest::{IngressTarget, PathType, PortRef};

    const V1: &str = "networking.k8s.io/v1";

    /// A spec with one path, given in parts.
    fn path(entry: &str) -> String {
        format!("spec: {{rules: [{{http: {{paths: [{{{entry}}}]}}}}]}}")
    }

    #[test]
    fn what_the_api_server_refuses_in_a_spec() {
        check_rows(
            V1,
            "Ingress",
            &[
                ("", &["ING108 spec.rules | kind: Ingress"]),
                ("spec: {}", &["ING108 spec.rules | spec"]),
                ("spec: {rules: []}", &["ING108 spec.rules | []"]),
                ("spec: {rules: text}", &["ING102 spec.rules | text"]),
                ("spec: {rules: [{host: a.b}]}", &[]),
                ("spec: {rules: [{host: a.b, http: null}]}", &[]),
                (
                    "spec: {rules: [{host: a.b, http: {}}]}",
                    &["ING120 spec.rules[0].http.paths | http"],
                ),
                (
                    "spec: {rules: [{host: a.b, http: {paths: []}}]}",
                    &["ING120 spec.rules[0].http.paths | []"],
                ),
                (
                    "spec: {ingressClassName: '', rules: [{}]}",
                    &["ING115 spec.ingressClassName | ''"],
                ),
                (
                    "spec: {ingressClassName: A, rules: [{}]}",
                    &["ING115 spec.ingressClassName | A"],
                ),
                (
                    "spec: {rules: [{host: A.b}]}",
                    &["ING106 spec.rules[0].host | A.b"],
                ),
                (
                    "spec: {rules: [{host: 10.0.0.1}]}",
                    &["ING106 spec.rules[0].host | 10.0.0.1"],
                ),
                (
                    "spec: {rules: [{host: 'a-{{ .x }}'}]}",
                    &["ING005 spec.rules[0].host | 'a-{{ .x }}'"],
                ),
                (
                    "spec: {rules: [{host: '{{ .x }}' }]}",
                    &["ING005 spec.rules[0].host | '{{ .x }}'"],
                ),
                (
                    "spec: {rules: [{}], tls: [{hosts: [A.b, '*.a.b', 10.0.0.1]}]}",
                    &["ING119 spec.tls[0].hosts[0] | A.b"],
                ),
                (
                    "spec: {rules: [{}], tls: [{secretName: a_b}, {secretName: ''}]}",
                    &["ING119 spec.tls[0].secretName | a_b"],
                ),
            ],
        );
    }

    #[test]
    fn what_the_api_server_refuses_in_a_path() {
        let rows: [(&str, &[&str]); 11] = [
            ("path: /, pathType: Prefix, BACKEND", &[]),
            (
                "path: /, BACKEND",
                &["ING104 spec.rules[0].http.paths[0].pathType | path: /"],
            ),
            (
                "path: a, BACKEND",
                &["ING104 spec.rules[0].http.paths[0].pathType | path: a"],
            ),
            (
                "path: /, pathType: prefix, BACKEND",
                &["ING123 spec.rules[0].http.paths[0].pathType | prefix"],
            ),
            (
                "path: /, pathType: 5, BACKEND",
                &["ING102 spec.rules[0].http.paths[0].pathType | 5"],
            ),
            (
                "path: a, pathType: Exact, BACKEND",
                &["ING105 spec.rules[0].http.paths[0].path | a"],
            ),
            (
                "pathType: Prefix, BACKEND",
                &["ING105 spec.rules[0].http.paths[0].path | pathType: Prefix"],
            ),
            ("pathType: ImplementationSpecific, BACKEND", &[]),
            (
                "path: '/${P}', pathType: Prefix, BACKEND",
                &["ING005 spec.rules[0].http.paths[0].path | '/${P}'"],
            ),
            (
                "path: [/], pathType: Prefix, BACKEND",
                &["ING102 spec.rules[0].http.paths[0].path | [/]"],
            ),
            (
                "path: /, pathType: Prefix",
                &["ING107 spec.rules[0].http.paths[0].backend | path: /"],
            ),
        ];
        for (entry, expected) in rows {
            let entry = entry.replace(
                "BACKEND",
                "backend: {service: {name: a, port: {number: 80}}}",
            );
            assert_eq!(
                said(&object(V1, "Ingress", &path(&entry))),
                expected,
                "{entry}"
            );
        }
    }

    #[test]
    fn old_versions_are_read_as_they_were_meant() {
        let body = "spec:\n  backend: {serviceName: d, servicePort: http}\n  rules:\n  - http:\n      paths:\n      \
            - path: /\n        backend: {serviceName: a, servicePort: 80}\n";
        let rows: [(&str, &[&str]); 2] = [
            (
                "extensions/v1beta1",
                &["ING103 apiVersion | extensions/v1beta1"],
            ),
            (V1, &["ING124 spec.backend | backend"]),
        ];
        for (api_version, expected) in rows {
            let text = object(api_version, "Ingress", body);
            assert_eq!(said(&text), expected);
            let (_, manifests, _) = read_files(&[("a.yaml", &text)]);
            let ingress = manifests.ingresses.values().next().expect("an Ingress");
            assert!(ingress.default_backend.is_some());
            let paths = ingress.rules[0].paths.as_ref().expect("paths");
            assert_eq!(paths[0].path_type, Some(PathType::ImplementationSpecific));
            let Some(IngressTarget::Service { name, port }) =
                paths[0].backend.as_ref().map(|to| &to.target)
            else {
                panic!("{paths:?}");
            };
            assert_eq!(name.value, "a");
            assert_eq!(
                port.as_ref().map(|port| &port.value),
                Some(&PortRef::Number(80))
            );
        }
    }

    #[test]
    fn a_v1beta1_body_is_one_finding_with_the_v1_spelling() {
        let text = "spec: {backend: {serviceName: d, servicePort: http}, rules: [{http: {paths: [{path: /, backend: \
            {serviceName: a, servicePort: \"80\"}}]}}]}";
        let (_, _, findings) = read_files(&[("a.yaml", &object(V1, "Ingress", text))]);
        let found = findings
            .iter()
            .find(|finding| finding.code.name() == "v1-with-v1beta1-body");
        let found = found.expect("the finding");
        assert_eq!(
            found.help.as_deref(),
            Some(
                "write `defaultBackend` for `backend`, `service: {name: a, port: {number: 80}}`, \
                 and a `pathType` for every path"
            )
        );
        assert_eq!(found.labels.len(), 3);
    }

    #[test]
    fn a_misspelt_field_is_not_missing_besides() {
        let rows: [(&str, &[&str]); 3] = [
            (
                "path: /, pathTyp: Prefix, BACKEND",
                &["ING101 spec.rules[0].http.paths[0].pathTyp | pathTyp"],
            ),
            (
                "pth: /a, pathType: Prefix, BACKEND",
                &["ING101 spec.rules[0].http.paths[0].pth | pth"],
            ),
            (
                "path: /, pathType: Prefix, backend: {servce: {name: a, port: {number: 80}}}",
                &["ING101 spec.rules[0].http.paths[0].backend.servce | servce"],
            ),
        ];
        for (entry, expected) in rows {
            let entry = entry.replace(
                "BACKEND",
                "backend: {service: {name: a, port: {number: 80}}}",
            );
            assert_eq!(
                said(&object(V1, "Ingress", &path(&entry))),
                expected,
                "{entry}"
            );
        }
    }

    #[test]
    fn a_rule_that_lost_its_host_does_not_take_every_host() {
        for field in ["hots: a.b", "hostname: a.b", "hosts: [a.b]"] {
            let text = object(V1, "Ingress", &format!("spec: {{rules: [{{{field}}}]}}"));
            let (_, manifests, findings) = read_files(&[("a.yaml", &text)]);
            assert_eq!(findings.len(), 1, "{field}: {findings:?}");
            assert!(
                manifests
                    .ingresses
                    .values()
                    .all(|ingress| ingress.rules.is_empty()),
                "{field}"
            );
        }
    }

    #[test]
    fn a_rule_or_path_that_cannot_be_told_is_left_out() {
        let text = "spec: {rules: [{host: [a]}, text, {http: {paths: [{path: {a: b}, pathType: Prefix}]}}]}";
        let (_, manifests, _) = read_files(&[("a.yaml", &object(V1, "Ingress", text))]);
        let ingress = manifests.ingresses.values().next().expect("an Ingress");
        assert_eq!(ingress.rules.len(), 1);
        assert!(ingress.rules[0].paths.as_ref().is_some_and(Vec::is_empty));
    }
}
