//! Custom annotations: keys that a ValidationRules object defines.

use super::{HAPROXYTECH_BACKEND, HAPROXYTECH_FRONTEND};
use crate::annotations::context::{Context, Said};
use crate::annotations::spec::Spec;
use crate::finding::Code;
use crate::manifest::{Meta, ResourceKind};

/// Says of each that it is not translated. Without the objects, nobody can tell them from annotations of other programs.
pub(super) fn tell(context: &Context<'_>, said: &mut Said) {
    let resources = &context.manifests.resources;
    let rules = resources
        .iter()
        .filter(|((kind, _), _)| *kind == ResourceKind::ValidationRules);
    let prefixes: Vec<&str> = rules
        .filter_map(|(_, resource)| resource.spec.value.get("prefix")?.value.as_text())
        .collect();
    if prefixes.is_empty() {
        return;
    }
    let manifests = context.manifests;
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
        let Some(spec) = custom(&annotation.key, prefixes) else {
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

/// The entry of a key that begins with `backend.PREFIX/` or `frontend.PREFIX/`.
fn custom(key: &str, prefixes: &[&str]) -> Option<&'static Spec> {
    let (prefix, _) = key.split_once('/')?;
    let specs = [&HAPROXYTECH_BACKEND, &HAPROXYTECH_FRONTEND];
    specs.into_iter().find(|spec| {
        prefix
            .strip_prefix(spec.key)
            .is_some_and(|prefix| prefixes.contains(&prefix))
    })
}
