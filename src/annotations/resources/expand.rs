//! References to resources into the keys that the resources stand for.

use std::collections::BTreeMap;

use super::super::context::{Context, Said};
use super::super::given::Given;
use super::super::grammar::{Grammar, ObjectRef};
use super::super::spec::{On, Scope};
use super::RouteTimeouts;
use super::translate::{Translation, translate};
use crate::finding::{Code, Finding};
use crate::manifest::{Manifests, ObjectName, ResourceKind};

/// All resources that keys may name, translated.
#[derive(Debug, Default)]
pub(crate) struct Expanded(BTreeMap<Name, Translation>);

/// A resource's kind and name.
type Name = (ResourceKind, ObjectName);

/// Translates them, once for all routes.
pub(crate) fn expand_all(manifests: &Manifests) -> Expanded {
    let resources = manifests.resources.iter();
    Expanded(
        resources
            .map(|(name, resource)| (name.clone(), translate(resource)))
            .collect(),
    )
}

/// Keys of servers that count beside a Backend resource.
const BESIDE: [&str; 5] = [
    "backend-config-snippet",
    "cr-backend",
    "route-acl",
    "scale-server-slots",
    "standalone-backend",
];

/// The keys of a route: where one of them names a Backend resource, what the resource says in place of the keys about servers.
pub(crate) fn backend<'m>(
    all: Vec<Given<'m>>,
    expanded: &'m Expanded,
    context: &Context<'_>,
    said: &mut Said,
) -> (Vec<Given<'m>>, RouteTimeouts) {
    let namespace = context
        .service
        .map_or("", |service| service.meta.name.namespace.as_str());
    let wanted = (ResourceKind::Backend, "cr-backend");
    let Some((name, translation)) = follow(&all, wanted, namespace, expanded, said) else {
        return (all, RouteTimeouts::default());
    };
    let replaced =
        |given: &Given<'_>| given.spec.scope == Scope::Backend && !BESIDE.contains(&given.spec.key);
    let mut all: Vec<Given<'m>> = all.into_iter().filter(|given| !replaced(given)).collect();
    add(&mut all, name, translation, On::Service);
    (all, translation.timeouts)
}

/// The keys of the ConfigMap, with what its Defaults and Global resources say in place of its own.
pub(crate) fn global<'m>(
    mut all: Vec<Given<'m>>,
    expanded: &'m Expanded,
    namespace: &str,
    said: &mut Said,
) -> Vec<Given<'m>> {
    for (kind, key, replaced) in [
        (ResourceKind::Defaults, "cr-defaults", DEFAULTS),
        (ResourceKind::Global, "cr-global", GLOBAL),
    ] {
        if let Some((name, translation)) = follow(&all, (kind, key), namespace, expanded, said) {
            all.retain(|given| !replaced.contains(&given.spec.key));
            add(&mut all, name, translation, On::ConfigMap);
        }
    }
    all
}

/// The keys of the ConfigMap that a Defaults resource replaces.
const DEFAULTS: &[&str] = &[
    "dontlognull",
    "http-connection-mode",
    "http-keep-alive",
    "http-server-close",
    "log-format",
    "logasap",
    "timeout-client",
    "timeout-client-fin",
    "timeout-connect",
    "timeout-http-keep-alive",
    "timeout-http-request",
    "timeout-queue",
    "timeout-server",
    "timeout-server-fin",
    "timeout-tunnel",
];

/// The keys of the ConfigMap that a Global resource replaces.
const GLOBAL: &[&str] = &["hard-stop-after", "maxconn", "nbthread", "syslog-server"];

/// The resource that the strongest place of a key names. That it is missing is said, and closes what it is for.
fn follow<'m>(
    all: &[Given<'m>],
    (kind, key): (ResourceKind, &str),
    namespace: &str,
    expanded: &'m Expanded,
    said: &mut Said,
) -> Option<(&'m Name, &'m Translation)> {
    let places = all.iter().filter(|given| given.spec.key == key);
    let given = places.min_by_key(|given| (given.rank, given.on))?;
    let text = given.value.value.as_str();
    if given.broken || text.is_empty() {
        return None;
    }
    let reference = ObjectRef::parse(text, &mut Vec::new()).ok()?;
    let namespace = reference.namespace.unwrap_or_else(|| namespace.to_owned());
    let name = ObjectName::new(namespace, reference.name);
    let wanted = (kind, name);
    let Some((found, translation)) = expanded.0.get_key_value(&wanted) else {
        let (_, name) = wanted;
        said.close(
            Finding::new(
                Code::CONFIG_MAP_NOT_FOUND,
                format!(
                    "{} {name}, which `{key}` names, is not among the manifests",
                    kind.name()
                ),
            )
            .at(given.value.origin)
            .help("add its file to the inputs, or remove the key")
            .note("nobody knows whom it keeps out, so the routes that use it are closed; the controller would go on without it"),
        );
        return None;
    };
    said.closed |= translation.closes;
    for finding in &translation.findings {
        said.say(finding.clone());
    }
    Some((found, translation))
}

fn add<'m>(
    all: &mut Vec<Given<'m>>,
    (kind, object): &'m Name,
    translation: &'m Translation,
    on: On,
) {
    all.extend(translation.keys.iter().map(|(spec, value)| Given {
        spec,
        rank: 0,
        key: spec.key,
        place: value.origin,
        value,
        on,
        kind: kind.name(),
        object,
        broken: false,
    }));
}
