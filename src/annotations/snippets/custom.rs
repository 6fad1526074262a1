//! Custom annotations: keys that a `ValidationRules` object defines, which may be among the manifests or not.

use super::{HAPROXYTECH_BACKEND, HAPROXYTECH_FRONTEND};
use crate::annotations::context::{Context, Said};
use crate::annotations::registry::find;
use crate::annotations::spec::{Dialect, Spec};
use crate::finding::Code;
use crate::manifest::{Manifests, Meta, ResourceKind};

/// Domains whose keys are those of Kubernetes and its tools.
const OTHERS: [&str; 2] = ["k8s.io", "kubernetes.io"];

/// The prefixes that `ValidationRules` objects define.
pub(in crate::annotations) fn prefixes(manifests: &Manifests) -> Vec<&str> {
    let resources = &manifests.resources;
    let rules = resources
        .iter()
        .filter(|((kind, _), _)| *kind == ResourceKind::ValidationRules);
    rules
        .filter_map(|(_, resource)| resource.spec.value.get("prefix")?.value.as_text())
        .collect()
}

/// Whether a key begins with `backend.PREFIX/` or `frontend.PREFIX/`, one of these prefixes.
pub(in crate::annotations) fn is_custom(key: &str, prefixes: &[&str]) -> bool {
    custom(key, |prefix, _| prefixes.contains(&prefix)).is_some()
}

/// Says of each that it is not translated. Without the objects, every domain may be one of theirs.
pub(super) fn tell(context: &Context<'_>, said: &mut Said) {
    let manifests = context.manifests;
    if !context.settings.has(Dialect::HaproxyTech) {
        return;
    }
    let prefixes = prefixes(manifests);
    let ingresses = manifests.ingresses.values().map(|it| ("Ingress", &it.meta));
    let services = manifests.services.values().map(|it| ("Service", &it.meta));
    let config = context.settings.config_map.as_ref();
    let config = config.and_then(|name| manifests.config_maps.get(name));
    let config = config.map(|it| ("ConfigMap", &it.meta));
    for (kind, meta) in ingresses.chain(services).chain(config) {
        of_object(kind, meta, &prefixes, said);
    }
}

fn of_object(kind: &str, meta: &Meta, prefixes: &[&str], said: &mut Said) {
    for annotation in &meta.annotations {
        let is_one = |prefix: &str, name: &str| match prefixes {
            [] => may_be_one(prefix, name),
            _ => prefixes.contains(&prefix),
        };
        let Some(spec) = custom(&annotation.key, is_one) else {
            continue;
        };
        let reason = spec.support.reason().unwrap_or_default();
        let message = format!(
            "`{}` of {kind} {} is not translated: {reason}",
            annotation.key, meta.name
        );
        let finding = Said::about(
            Code::UNSUPPORTED_DIALECT_KEY,
            annotation.key_origin,
            message,
        );
        said.say(
            finding
                .object(format_args!("{kind} {}", meta.name))
                .field(format!("metadata.annotations[{}]", annotation.key))
                .help("write the directive with a key of the controller, or into a file that `include` names"),
        );
    }
}

/// Whether a key can be a custom one as far as anybody knows without the rules.
fn may_be_one(prefix: &str, name: &str) -> bool {
    let is_of = |domain: &&str| {
        let rest = prefix.strip_suffix(*domain);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    // A key of the controller in a wrong prefix has a finding of its own.
    let is_told = prefix.contains("haproxy") && find(Dialect::HaproxyTech, name).is_some();
    prefix.contains('.') && !OTHERS.iter().any(is_of) && !is_told
}

/// The entry of a key that begins with `backend.PREFIX/` or `frontend.PREFIX/`.
fn custom(key: &str, is_one: impl Fn(&str, &str) -> bool) -> Option<&'static Spec> {
    let (prefix, name) = key.split_once('/')?;
    let specs = [&HAPROXYTECH_BACKEND, &HAPROXYTECH_FRONTEND];
    specs.into_iter().find(|spec| {
        let prefix = prefix.strip_prefix(spec.key);
        prefix.is_some_and(|prefix| is_one(prefix, name))
    })
}
