//! What the controller's ConfigMap decides for everything.

use super::Guards;
use super::context::{Context, Said};
use super::policies::{Installation, choose, draft};
use super::spec::Scope;
use super::{
    client_tls, connections, error_files, logging, process, proxy_protocol, resources, routing,
    snippets, timeouts, together,
};
use crate::finding::Finding;
use crate::ir::Global;
use crate::manifest::Kind;

/// Makes it. Whether the whole installation is closed, because a setting that protects every route cannot be honoured, is the
/// second value.
pub(crate) fn global(installation: &Installation<'_>) -> (Global, bool, Vec<Finding>) {
    let chosen = choose(&installation.config, |given| {
        given.spec.scope == Scope::Global
    });
    let mut said = Said {
        closed: installation.closed || chosen.iter().any(super::policies::Choice::closes),
        findings: together::check(&chosen),
    };
    let manifests = installation.manifests();
    let name = installation.settings.config_map.as_ref();
    let map = name.and_then(|name| manifests.config_maps.get(name));
    if let Some(map) = map
        && let Some(finding) = Guards::contested(
            Kind::ConfigMap,
            &map.meta.name,
            &map.as_annotations(),
            manifests,
        )
    {
        said.close(finding);
    }
    let draft = draft(&chosen);
    let context = Context {
        manifests: installation.manifests(),
        keyring: installation.keyring,
        settings: installation.settings,
        ingress: None,
        service: None,
        given: &installation.config,
    };
    let mut global = Global {
        origins: chosen
            .iter()
            // What is left out caused no line.
            .filter(|choice| !choice.winner.broken && !choice.winner.value.value.is_empty())
            .map(|choice| (choice.winner.spec.field, choice.winner.value.origin))
            .collect(),
        ..Global::default()
    };
    for finish in [
        resources::finish_global,
        routing::finish_global,
        process::finish_global,
        logging::finish_global,
        timeouts::finish_global,
        client_tls::finish_global,
        connections::finish_global,
        proxy_protocol::finish_global,
        error_files::finish_global,
        snippets::finish_global,
    ] {
        finish(&draft, &context, &mut global, &mut said);
    }
    let mut needing = together::Needing::default();
    needing.ask(&chosen, &installation.config, &said.findings);
    said.findings.extend(needing.finish());
    (global, said.closed, said.findings)
}

/// The controller's ConfigMap, as messages call it.
pub(super) fn object(context: &Context<'_>) -> String {
    let name = context.settings.config_map.as_ref();
    name.map_or_else(
        || Kind::ConfigMap.to_string(),
        |name| format!("{} {name}", Kind::ConfigMap),
    )
}
