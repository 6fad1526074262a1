//! IngressClass.
//!
//! Source: `pkg/apis/networking/validation`, `ValidateIngressClass`.

use super::{Context, networking};
use crate::finding::Code;
use crate::manifest::grammar;
use crate::manifest::model::{IngressClass, Meta};
use crate::manifest::names;

const DEFAULT_CLASS: &str = "ingressclass.kubernetes.io/is-default-class";

pub(super) fn read(
    object: networking::IngressClass,
    meta: Meta,
    context: &Context<'_, '_, '_>,
) -> IngressClass {
    let spec = object.spec.unwrap_or_default();
    let place = context.root.child("spec");
    let controller_place = place.child("controller");
    let controller = spec.controller.unwrap_or_default();
    if controller.is_empty() {
        context.remarks.at(
            &controller_place,
            Code::INVALID_INGRESS_CLASS,
            "",
            "has no `spec.controller`",
            "add the controller's name, such as `haproxy.org/ingress-controller`",
        );
    } else {
        let code = Code::INVALID_INGRESS_CLASS;
        grammar::check(
            &controller_place,
            "controller",
            &controller,
            domain_path,
            code,
            context.remarks,
        );
    }
    if let Some(parameters) = spec.parameters {
        check_parameters(&parameters, context);
    }
    let is_default = meta
        .annotation(DEFAULT_CLASS)
        .filter(|annotation| annotation.value.value == "true")
        .map(|annotation| annotation.value.origin);
    IngressClass {
        meta,
        controller: controller_place.sourced(controller),
        is_default,
    }
}

fn check_parameters(
    parameters: &networking::IngressClassParametersReference,
    context: &Context<'_, '_, '_>,
) {
    let (code, remarks) = (Code::INVALID_INGRESS_CLASS, context.remarks);
    let spec = context.root.child("spec");
    let place = spec.child("parameters");
    let check = |field, text: &str, grammar| {
        if !text.is_empty() {
            grammar::check(&place.child(field), field, text, grammar, code, remarks);
        }
    };
    check(
        "apiGroup",
        parameters.api_group.as_deref().unwrap_or_default(),
        names::subdomain,
    );
    check("kind", &parameters.kind, names::path_segment);
    check("name", &parameters.name, names::path_segment);
    let namespace = parameters.namespace.as_deref().unwrap_or_default();
    check("namespace", namespace, names::label);
    let scope = parameters.scope.as_deref().unwrap_or("Cluster");
    let (field, predicate, help) = match (scope, namespace.is_empty()) {
        ("Cluster", true) | ("Namespace", false) => return,
        ("Cluster", false) => (
            "namespace",
            "have a namespace, but their scope is `Cluster`",
            "remove `namespace`, or write `scope: Namespace`",
        ),
        ("Namespace", true) => (
            "namespace",
            "have the scope `Namespace` and no namespace",
            "add `namespace`",
        ),
        _ => (
            "scope",
            "have an unknown scope",
            "write `Cluster` or `Namespace`",
        ),
    };
    remarks.at(&place.child(field), code, "the parameters", predicate, help);
}

/// `acme.io/thing`: a domain, and a path of the characters that URLs take.
fn domain_path(text: &str) -> Result<(), names::Wrong> {
    if text.len() > 250 {
        return Err("is longer than 250 characters");
    }
    let Some((domain, path)) = text.split_once('/').filter(|(_, path)| !path.is_empty()) else {
        return Err("is not a domain and a path, such as `haproxy.org/ingress-controller`");
    };
    names::subdomain(domain)?;
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte);
    if path.bytes().all(is_legal) {
        Ok(())
    } else {
        Err("has characters that a path may not have")
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::{check_rows, read_files};

    #[test]
    fn what_the_api_server_refuses() {
        check_rows(
            "networking.k8s.io/v1",
            "IngressClass",
            &[
                ("spec: {controller: haproxy.org/ingress-controller}", &[]),
                ("", &["ING118 spec.controller | kind: IngressClass"]),
                (
                    "spec: {controller: haproxy}",
                    &["ING118 spec.controller | haproxy"],
                ),
                (
                    "spec: {controller: haproxy.org/}",
                    &["ING118 spec.controller | haproxy.org/"],
                ),
                (
                    "spec: {controller: Haproxy.org/a}",
                    &["ING118 spec.controller | Haproxy.org/a"],
                ),
                (
                    "spec: {controller: 'a.io/b c'}",
                    &["ING118 spec.controller | 'a.io/b c'"],
                ),
                (
                    "spec: {controller: a.io/b, parameters: {kind: K, name: p}}",
                    &[],
                ),
                (
                    "spec: {controller: a.io/b, parameters: {kind: K}}",
                    &["ING120 spec.parameters.name | parameters"],
                ),
                (
                    "spec: {controller: a.io/b, parameters: {kind: K, name: p, namespace: x}}",
                    &["ING118 spec.parameters.namespace | x"],
                ),
                (
                    "spec: {controller: a.io/b, parameters: {kind: K, name: p, scope: Namespace}}",
                    &["ING118 spec.parameters.namespace | parameters"],
                ),
                (
                    "spec: {controller: a.io/b, parameters: {kind: K, name: p, scope: All}}",
                    &["ING118 spec.parameters.scope | All"],
                ),
            ],
        );
    }

    #[test]
    fn only_the_literal_true_makes_a_default_class() {
        for (value, expected) in [("'true'", true), ("'True'", false), ("'1'", false)] {
            let text = format!(
                "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{name: x, namespace: ns, annotations: \
                 {{ingressclass.kubernetes.io/is-default-class: {value}}}}}\nspec: {{controller: a.io/b}}\n"
            );
            let (_, manifests, findings) = read_files(&[("a.yaml", &text)]);
            let class = manifests.classes.values().next().expect("a class");
            assert_eq!(class.is_default.is_some(), expected, "{value}");
            assert_eq!(class.meta.name.to_string(), "x");
            assert_eq!(findings[0].code.name(), "cluster-scoped-namespace");
        }
    }
}
