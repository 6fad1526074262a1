use std::collections::BTreeSet;

use crate::annotations::{Dialect, On, Scope, Spec, Support, find};
use crate::finding::{Code, Finding, Fix};
use crate::ir::Field;
use crate::lint::Context;
use crate::lint::rule::rule;
use crate::manifest::{Annotation, Manifests, Meta};
use crate::source::{Sources, entry};

rule! {
    /// An annotation says what holds without it: its value is the default, and neither the controller's ConfigMap nor another object says
    /// otherwise. Whoever reads the manifest takes it for a decision.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/timeout-server: 50s
    /// spec:
    ///   ingressClassName: haproxy
    ///   defaultBackend: {service: {name: web, port: {name: http}}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/timeout-server: 90s
    /// spec:
    ///   ingressClassName: haproxy
    ///   defaultBackend: {service: {name: web, port: {name: http}}}
    /// ```
    ///
    /// Annotations that protect are never told of: to write them down is no mistake, whatever the default is.
    ///
    /// Remove the annotation, or ignore the finding where the value is to stay when the default changes.
    REDUNDANT_ANNOTATION = 904 {
        name: "redundant-annotation",
        summary: "an annotation that says what holds without it",
        severity: Pedantic,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Whole(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.lower.annotations.has(Dialect::HaproxyTech) {
        return;
    }
    for (manifests, ingresses) in context.manifests.iter().zip(context.ingresses) {
        let otherwise = Otherwise::of(manifests);
        let ingresses = ingresses.iter().map(|ingress| (On::Ingress, &ingress.meta));
        let services = manifests.services.values();
        let services = services.map(|service| (On::Service, &service.meta));
        for (on, meta) in ingresses.chain(services) {
            for annotation in &meta.annotations {
                if otherwise.leaves(annotation, on, meta) {
                    findings.push(tell(annotation, on, meta, context.sources));
                }
            }
        }
    }
}

/// The key of an annotation in its documented spelling.
fn spec(annotation: &Annotation) -> Option<&'static Spec> {
    let mut prefixes = Dialect::HaproxyTech.prefixes().iter();
    let name = prefixes.find_map(|prefix| annotation.key.strip_prefix(prefix))?;
    let (spec, _) = find(Dialect::HaproxyTech, name)?;
    (spec.key == name).then_some(spec)
}

/// Settings for which somebody writes something else than the default.
struct Otherwise {
    in_config_maps: BTreeSet<Field>,
    on_objects: BTreeSet<Field>,
}

impl Otherwise {
    fn of(manifests: &Manifests) -> Self {
        let keys = manifests.config_maps.values().flat_map(|it| it.data.keys());
        let in_config_maps = keys
            .filter_map(|key| find(Dialect::HaproxyTech, key))
            .map(|(spec, _)| spec.field)
            .collect();
        let services = manifests.services.values().map(|it| &it.meta);
        let metas = manifests.ingresses.values().map(|it| &it.meta);
        let on_objects = metas
            .chain(services)
            .flat_map(|meta| &meta.annotations)
            .filter_map(|annotation| {
                let (_, name) = annotation.key.split_once('/')?;
                let (spec, _) = find(Dialect::HaproxyTech, name)?;
                (!spec.is_default(&annotation.value.value)).then_some(spec.field)
            })
            .collect();
        Self {
            in_config_maps,
            on_objects,
        }
    }

    /// Whether everything stays as it is when this annotation goes.
    fn leaves(&self, annotation: &Annotation, on: On, meta: &Meta) -> bool {
        let Some(spec) = spec(annotation) else {
            return false;
        };
        // What TLS towards servers is without the key, the port and other keys say, too.
        let plain =
            spec.protects.is_none() && spec.support == Support::Full && spec.key != "server-ssl";
        let others = || {
            let mut others = meta
                .annotations
                .iter()
                .filter(|it| it.key != annotation.key);
            others.any(|other| {
                let name = other.key.split_once('/').map_or("", |(_, name)| name);
                find(Dialect::HaproxyTech, name).is_some_and(|(it, _)| it.field == spec.field)
            })
        };
        plain
            && spec.on.contains(&on)
            && matches!(spec.scope, Scope::Route | Scope::Backend)
            && spec.is_default(&annotation.value.value)
            && !self.in_config_maps.contains(&spec.field)
            && !(spec.scope == Scope::Backend && self.on_objects.contains(&spec.field))
            && !others()
    }
}

fn tell(annotation: &Annotation, on: On, meta: &Meta, sources: &Sources) -> Finding {
    let (key, value) = (&annotation.key, &annotation.value);
    let message = format!("`{key}` says `{}`, which holds without it", value.value);
    let finding = Finding::new(Code::REDUNDANT_ANNOTATION, message)
        .at(annotation.key_origin)
        .object(format_args!("{} {}", on.name(), meta.name))
        .field(format!("metadata.annotations[{key}]"))
        .help("remove the annotation");
    match entry(sources, annotation.key_origin, value.origin) {
        Some(whole) => finding.fix(Fix::safe("remove the annotation").remove(whole)),
        None => finding,
    }
}
