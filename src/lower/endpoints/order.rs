//! In which order the resolvers are asked for a Service: its own, or that of the configuration.
//!
//! In: a Service. Out: resolvers, or the finding that its annotation names none. The configuration wins over the annotation: whoever
//! runs HAProxy knows the way to the cluster, and whoever writes the Service only knows the Service.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::about::nobody;
use super::{Ask, Settings};
use crate::finding::{Code, Finding};
use crate::ir::Resolver;
use crate::lower::suggest::nearest;
use crate::manifest::{Annotation, Manifests, ObjectName};

/// The annotation of a Service with an order of its own: a resolver, or several with commas between them.
pub(super) const ANNOTATION: &str = "ingressc/endpoints";

/// The Service's order. `Err` when its annotation cannot be read: to ask in the usual order then could lead to the very servers
/// that the annotation was written to keep away from.
pub(super) fn of<'a>(ask: &Ask<'a, '_>) -> Result<Cow<'a, [Resolver]>, Box<Finding>> {
    let settings = ask.directory.settings;
    let meta = &ask.service.meta;
    if let Some(order) = settings.services.get(&meta.name) {
        return Ok(Cow::Borrowed(&order.value));
    }
    match meta.annotation(ANNOTATION) {
        Some(annotation) => read(ask, annotation).map(Cow::Owned),
        None => Ok(Cow::Borrowed(&settings.order)),
    }
}

fn read(ask: &Ask<'_, '_>, annotation: &Annotation) -> Result<Vec<Resolver>, Box<Finding>> {
    let written = &annotation.value;
    let words = written.value.split(',').map(str::trim);
    words
        .map(|word| Resolver::parse(word).ok_or_else(|| Box::new(unknown(ask, annotation, word))))
        .collect()
}

fn unknown(ask: &Ask<'_, '_>, annotation: &Annotation, word: &str) -> Finding {
    let name = &ask.service.meta.name;
    let written = annotation.value.value.trim();
    let what = match word {
        "" if written.starts_with(',') => "begins with a comma".to_owned(),
        "" if !written.is_empty() => "has a comma with nothing after it".to_owned(),
        "" => "names no resolver".to_owned(),
        word => format!("names the resolver `{word}`, which does not exist"),
    };
    let help = match meant(word) {
        _ if word.is_empty() && !written.is_empty() => "remove the comma".to_owned(),
        Some(near) => format!("write `{near}`"),
        None => format!(
            "write one of {}",
            Resolver::ALL.map(Resolver::name).join(", ")
        ),
    };
    Finding::new(
        Code::INVALID_ENDPOINTS_ANNOTATION,
        format!(
            "the annotation `{ANNOTATION}` of Service {name} {what}, so {}",
            nobody(ask.directory.settings.cluster.as_ref(), ask.purpose)
        ),
    )
    .object(format_args!("Service {name}"))
    .field(format!("metadata.annotations[{ANNOTATION}]"))
    .at(annotation.value.origin)
    .help(help)
}

/// Names are compared with a wrong one only so many times a run: a list for other inputs must not cost the square.
const SUGGESTIONS: usize = 100;

/// The Services of the configuration with an order of their own that no cluster has: the one that was meant is asked for in the usual
/// order. What is said for all clusters is for each that has the Service.
pub(crate) fn without_service<'s, 'm>(
    clusters: impl IntoIterator<Item = (&'s Settings, &'m Manifests)>,
) -> Vec<Finding> {
    let mut missing = BTreeMap::new();
    for (settings, manifests) in clusters {
        // Where placeholders will do, perhaps not all manifests are there.
        for (name, order) in settings.services.iter().filter(|_| !settings.placeholders) {
            let origin = order.origin;
            let (_, readers) = missing
                .entry((name, origin.file.index(), origin.start))
                .or_insert_with(|| (origin, Some(Vec::new())));
            if manifests.services.contains_key(name) {
                *readers = None;
            } else if let Some(readers) = readers {
                readers.push(manifests);
            }
        }
    }
    let missing = missing
        .into_iter()
        .filter_map(|((name, ..), (origin, readers))| Some((name, origin, readers?)));
    missing
        .enumerate()
        .map(|(count, (name, origin, readers))| {
            let readers = if count < SUGGESTIONS { &readers[..] } else { &[] };
            let first = ObjectName::new(&name.namespace, "");
            let names = readers.iter().flat_map(|manifests| {
                let here = manifests.services.range(&first..);
                here.map(|(key, _)| key)
                    .take_while(|key| key.namespace == name.namespace)
                    .map(|key| key.name.as_str())
            });
            let help = match nearest(&name.name, names) {
                Some(meant) => format!("write `{}/{meant}`", name.namespace),
                None => "correct the name, add the Service to the input, or remove the entry".to_owned(),
            };
            Finding::new(
                Code::ORDER_UNKNOWN_SERVICE,
                format!("`endpoints.services` has an order for Service {name}, which is not among the manifests"),
            )
            .object(format_args!("Service {name}"))
            .at(origin)
            .help(help)
        })
        .collect()
}

/// Names are written as the API writes its fields; most slips are about capitals.
fn meant(word: &str) -> Option<&'static str> {
    let names = Resolver::ALL.map(Resolver::name);
    let same = |name: &&str| name.eq_ignore_ascii_case(word);
    names
        .into_iter()
        .find(same)
        .or_else(|| nearest(word, names))
}

#[cfg(test)]
mod tests {
    use crate::finding::Finding;
    use crate::ir::Resolver;
    use crate::lower::testing::{World, annotation, codes, origin, path, ready};
    use crate::lower::{Settings, lower};
    use crate::manifest::{Manifests, ObjectName, PathType::Prefix};
    use crate::source::{FileId, Origin, Sourced};

    /// What becomes of a Service with a server in a slice and this annotation.
    fn annotated(text: &str, settings: &Settings) -> (usize, Vec<Finding>) {
        let mut world = World::default();
        world.web("a", "web", 80);
        world.rule("a", "x", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
        let services = &mut world.manifests.services;
        let service = services.get_mut(&ObjectName::new("a", "web"));
        let annotations = &mut service.expect("made above").meta.annotations;
        annotations.push(annotation(super::ANNOTATION, text));
        let lowered = lower(&world.manifests, settings);
        let servers = lowered.routing.backends.values();
        (
            servers.map(|backend| backend.servers.len()).sum(),
            lowered.findings,
        )
    }

    #[test]
    fn an_annotation_decides_for_its_service_alone() {
        let mut settings = Settings::default();
        assert_eq!(annotated("slices", &settings).0, 1);
        assert_eq!(annotated("inventory, slices", &settings).0, 1);
        let (servers, findings) = annotated("inventory", &settings);
        assert_eq!((servers, codes(&findings)), (0, vec!["ING219".to_owned()]));
        settings.endpoints.order = vec![Resolver::Inventory];
        assert_eq!(annotated("slices", &settings).0, 1);
    }

    #[test]
    fn the_configuration_wins_over_the_annotation() {
        let mut settings = Settings::default();
        let services = &mut settings.endpoints.services;
        let order = Sourced::new(vec![Resolver::Slices], origin());
        services.insert(ObjectName::new("a", "web"), order);
        for text in ["inventory", "nonsense"] {
            let (servers, findings) = annotated(text, &settings);
            assert_eq!((servers, findings.len()), (1, 0), "{text}");
        }
    }

    #[test]
    fn an_order_for_a_service_that_no_cluster_has_is_told_once() {
        let with = |name: &str| {
            let mut world = World::default();
            world.web("a", name, 80);
            world.manifests
        };
        let says = |placeholders: bool, keys: &[(&str, usize)]| {
            let mut settings = Settings::default().endpoints;
            settings.placeholders = placeholders;
            for &(name, start) in keys {
                let at = Origin::new(FileId::new(0), start..start + 1);
                let order = Sourced::new(vec![Resolver::Slices], at);
                settings.services.insert(ObjectName::new("a", name), order);
            }
            settings
        };
        let told = |clusters: &[(&super::Settings, &Manifests)]| -> Vec<String> {
            let findings = super::without_service(clusters.iter().copied());
            assert_eq!(codes(&findings), vec!["ING233"; findings.len()]);
            findings
                .into_iter()
                .filter_map(|finding| finding.help)
                .collect()
        };
        let (web, api) = (with("web"), with("api"));
        let slip = says(false, &[("wbe", 1), ("web", 2)]);
        assert_eq!(told(&[(&slip, &web)]), ["write `a/web`"]);
        assert_eq!(told(&[(&slip, &api), (&slip, &web)]), ["write `a/web`"]);
        assert_eq!(told(&[(&slip, &api)]).len(), 2);
        // One for each cluster of its own.
        let own = [says(false, &[("web", 3)]), says(false, &[("web", 4)])];
        assert_eq!(told(&[(&own[0], &web), (&own[1], &api)]).len(), 1);
        assert!(told(&[(&says(true, &[("wbe", 1)]), &web)]).is_empty());
    }

    #[test]
    fn a_name_that_no_resolver_has_closes_the_service_with_the_nearest_one_as_help() {
        for (text, help) in [
            ("nodeport", "write `nodePort`"),
            ("slices,ExternalIPs", "write `externalIPs`"),
            ("slice", "write `slices`"),
            ("placeholder", "write one of inventory, slices, nodePort"),
            ("", "write one of inventory"),
            ("slices,", "remove the comma"),
            ("slices,,dns", "remove the comma"),
            (", slices", "remove the comma"),
            (" ", "write one of inventory"),
        ] {
            let (servers, findings) = annotated(text, &Settings::default());
            assert_eq!((servers, codes(&findings)), (0, vec!["ING228".to_owned()]));
            let said = findings[0].help.as_deref().unwrap_or_default();
            assert!(said.starts_with(help), "{text}: {said}");
        }
    }

    #[test]
    fn a_wrong_annotation_is_told_even_where_servers_do_not_matter() {
        let mut settings = Settings::default();
        settings.endpoints.placeholders = true;
        let (servers, findings) = annotated("nodeport", &settings);
        assert_eq!((servers, codes(&findings)), (1, vec!["ING228".to_owned()]));
    }

    #[test]
    fn the_first_resolver_that_answers_is_the_only_one() {
        let mut world = World::default();
        world.web("a", "web", 80);
        world.slice("a", "web", ("", Some(80)), vec![ready("10.1.0.9")]);
        world.rule("a", "x", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
        let mut settings = Settings::default();
        settings.endpoints.order = vec![Resolver::Slices, Resolver::Placeholder];
        let routing = lower(&world.manifests, &settings).routing;
        let mut servers = routing
            .backends
            .values()
            .flat_map(|backend| &backend.servers);
        assert!(servers.all(|server| server.resolver == Resolver::Slices));
    }
}
