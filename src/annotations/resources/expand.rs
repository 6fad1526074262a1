//! References to resources into the keys that the resources stand for.

use std::collections::BTreeMap;

use super::super::context::{Context, Said};
use super::super::given::Given;
use super::super::grammar::{Grammar, ObjectRef};
use super::super::spec::{On, Scope, Spec};
use super::super::together;
use super::RouteTimeouts;
use super::translate::{Translation, translate};
use crate::finding::{Code, Finding, Severity};
use crate::manifest::{Manifests, ObjectName, ResourceKind};
use crate::source::Sourced;

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

/// The keys of a route, see [`backend`].
#[derive(Debug)]
pub(crate) struct OfRoute<'m> {
    /// Those that count.
    pub(crate) keys: Vec<Given<'m>>,
    /// Those that a Backend resource replaces.
    pub(crate) replaced: Vec<Given<'m>>,
    /// What the resource says besides.
    pub(crate) timeouts: RouteTimeouts,
}

/// The keys of a route: where one of them names a Backend resource, what the resource says in place of the keys about servers.
///
/// Each key that does nothing for it is told. One that was to protect closes the route, unless the resource says the same.
pub(crate) fn backend<'m>(
    all: Vec<Given<'m>>,
    expanded: &'m Expanded,
    context: &Context<'_>,
    said: &mut Said,
) -> OfRoute<'m> {
    let service = context.service.map(|service| &service.meta.name);
    let owner = service.or_else(|| context.ingress.map(|ingress| &ingress.meta.name));
    let namespace = owner.map_or("", |owner| owner.namespace.as_str());
    let wanted = (ResourceKind::Backend, "cr-backend");
    let Some(found) = follow(&all, wanted, namespace, expanded, said) else {
        return OfRoute {
            keys: all,
            replaced: Vec::new(),
            timeouts: RouteTimeouts::default(),
        };
    };
    let is_replaced =
        |given: &Given<'_>| given.spec.scope == Scope::Backend && !BESIDE.contains(&given.spec.key);
    let (replaced, mut keys): (Vec<_>, Vec<_>) = all.into_iter().partition(is_replaced);
    for given in &replaced {
        // What the ConfigMap presets holds for other routes.
        let is_preset = given.on == On::ConfigMap && found.key.on != On::ConfigMap;
        if !is_preset || given.spec.protects.is_some() {
            tell(given, &found, said);
        }
    }
    found.add(&mut keys, On::Service);
    OfRoute {
        keys,
        replaced,
        timeouts: found.translation.timeouts,
    }
}

/// The keys of the ConfigMap, with what its Defaults and Global resources say in place of its own. Each of those is told.
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
        if let Some(found) = follow(&all, (kind, key), namespace, expanded, said) {
            all.retain(|given| {
                let is_replaced = replaced.contains(&given.spec.key);
                if is_replaced {
                    tell(given, &found, said);
                }
                !is_replaced
            });
            found.add(&mut all, On::ConfigMap);
        }
    }
    all
}

/// That a key does nothing, because a resource is named.
fn tell(given: &Given<'_>, found: &Found<'_>, said: &mut Said) {
    let text = given.value.value.as_str();
    if text.is_empty() {
        return;
    }
    let Found {
        key,
        name: (kind, object),
        translation,
    } = found;
    let says = |(spec, value): &(&Spec, Sourced<String>)| {
        std::ptr::eq(*spec, given.spec) && spec.same(&value.value, text)
    };
    let is_said = !given.broken && translation.keys.iter().any(says);
    let message = format!(
        "`{}` of {} {} does nothing beside `{}` of {} {}",
        given.key, given.kind, given.object, key.key, key.kind, key.object
    );
    let field = match given.on {
        On::ConfigMap => "data",
        _ => "metadata.annotations",
    };
    let finding = Finding::new(Code::INEFFECTIVE_ANNOTATION, message)
        .at(given.place)
        .label(key.value.origin, "this takes its place")
        .object(format_args!("{} {}", given.kind, given.object))
        .field(format!("{field}[{}]", given.key));
    if given.spec.protects.is_none() || is_said || together::is_off(text) {
        let help = format!("remove it, or say it in {} {object}", kind.name());
        return said.say(finding.help(help));
    }
    said.close(
        finding
            .severity(Severity::Error)
            .help(format!("remove `{}`, or the key", key.key))
            .note(format!(
                "it was to protect, and {} {object} does not say the same, so its routes stay closed",
                kind.name()
            )),
    );
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

/// A resource that a key names.
struct Found<'m> {
    key: Given<'m>,
    name: &'m Name,
    translation: &'m Translation,
}

/// The resource that the strongest place of a key names. That it is missing is said, and closes what it is for.
fn follow<'m>(
    all: &[Given<'m>],
    (kind, key): (ResourceKind, &str),
    namespace: &str,
    expanded: &'m Expanded,
    said: &mut Said,
) -> Option<Found<'m>> {
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
                Code::NAMED_OBJECT_NOT_FOUND,
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
    Some(Found {
        key: *given,
        name: found,
        translation,
    })
}

impl<'m> Found<'m> {
    /// Adds what the resource says, as if it stood on `on`.
    fn add(&self, all: &mut Vec<Given<'m>>, on: On) {
        let (kind, object) = self.name;
        all.extend(self.translation.keys.iter().map(|(spec, value)| Given {
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
}
