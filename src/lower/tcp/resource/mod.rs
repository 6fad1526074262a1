//! The TCP resource of the HAProxy Technologies controller: frontends in TCP mode, each with the Service behind it.
//!
//! In: objects of the kind `TCP` of the groups `ingress.v1.haproxy.org` and `ingress.v3.haproxy.org`, whose `spec` is a list of items.
//! Out: listeners, and findings. An item whose Service is missing is left out, as that controller does it. Where a part of an item
//! cannot be said that decides who gets a connection, its ports are bound and nobody is served.
//!
//! Of two items with one frontend name, the older resource's counts, or else the first by namespace, name and index.

mod binds;
mod condition;
mod cursor;
mod fields;
mod item;
mod rules;
mod services;
#[cfg(test)]
mod tests;
mod tls;
mod united;

use std::collections::HashSet;
use std::collections::btree_map::{BTreeMap, Entry};

use self::cursor::{Cursor, Remarks};
use super::asked;
use crate::annotations::Installation;
use crate::certificate::Keyring;
use crate::finding::{Code, Finding};
use crate::ir::{TcpAsked, TcpListener};
use crate::lower::Settings;
use crate::lower::backend::Backends;
use crate::lower::class;
use crate::manifest::{Manifests, Resource, ResourceKind, ResourceValue};
use crate::source::Origin;

/// What an item is read in.
struct World<'w, 's, 'm> {
    manifests: &'m Manifests,
    keyring: Keyring<'m>,
    backends: &'w mut Backends<'s, 'm>,
    /// Of the resource.
    namespace: &'m str,
    /// Whether the resource is of version 1, whose binds are a list.
    is_v1: bool,
}

/// The TCP resources of a selected class, the oldest first.
pub(super) fn selected<'m>(
    manifests: &'m Manifests,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> Vec<&'m Resource> {
    let resources = manifests.resources.values();
    let resources = resources.filter(|resource| resource.kind == ResourceKind::Tcp);
    let mut ours: Vec<&'m Resource> =
        class::select_resources(resources, manifests, settings, findings);
    ours.sort_by_key(|resource| {
        (
            resource.created.is_none(),
            resource.created,
            &resource.meta.name,
        )
    });
    ours
}

/// The ports that a resource names, as far as they can be found: a spec that is no list may be its only item.
pub(super) fn asked(resource: &Resource) -> Vec<TcpAsked> {
    let by = format!("{} {}", resource.kind.name(), resource.meta.name);
    let spec = Cursor::root(&resource.spec);
    let items: Vec<Cursor<'_>> = spec.items().chain([spec.clone()]).collect();
    let binds = items
        .iter()
        .filter_map(|item| item.field("frontend")?.field("binds"));
    let ports = binds.flat_map(|binds| {
        let all = binds.items().chain(binds.entries().map(|(_, bind)| bind));
        all.filter_map(|bind| bind.field("port"))
            .collect::<Vec<_>>()
    });
    ports
        .filter_map(|port| match port.value {
            ResourceValue::Text(text) | ResourceValue::Number(text) => {
                asked::asked(text, port.origin, &by)
            }
            _ => None,
        })
        .collect()
}

/// The listeners of TCP resources.
pub(super) fn listeners<'m>(
    installation: &Installation<'m>,
    resources: &[&'m Resource],
    backends: &mut Backends<'_, 'm>,
    findings: &mut Vec<Finding>,
) -> Vec<TcpListener> {
    let manifests = installation.manifests();
    let mut listeners = Vec::new();
    let mut known = BTreeMap::new();
    let mut said = HashSet::new();
    for &resource in resources {
        let mut world = World {
            manifests,
            keyring: installation.keyring(),
            backends: &mut *backends,
            namespace: &resource.meta.name.namespace,
            is_v1: resource.is_v1,
        };
        let (mut found, remarks) = of_resource(resource, &mut world, &mut known);
        // Nobody knows which description is meant; it is told where they are read.
        let key = (resource.kind, resource.meta.name.clone());
        if manifests.differing_resources.contains_key(&key) {
            found.iter_mut().for_each(TcpListener::close);
        }
        listeners.extend(found);
        // What is wrong with a Secret is said once, however many name it.
        findings.extend(remarks.into_iter().filter(|finding| {
            said.insert((finding.code, finding.origin(), finding.message.clone()))
        }));
    }
    listeners
}

/// Frontends by namespace and name, and where they stand.
type Known<'m> = BTreeMap<(&'m str, &'m str), Origin>;

fn of_resource<'m>(
    resource: &'m Resource,
    world: &mut World<'_, '_, 'm>,
    known: &mut Known<'m>,
) -> (Vec<TcpListener>, Vec<Finding>) {
    let object = format!("{} {}", resource.kind.name(), resource.meta.name);
    let mut findings = Vec::new();
    let mut listeners = Vec::new();
    let spec = Cursor::root(&resource.spec);
    let mut remarks = Remarks::new(object.clone());
    if item::is_list(&spec, &mut remarks) {
        for item in spec.items() {
            let mut remarks = Remarks::new(object.clone());
            listeners.extend(of_item(&item, world, known, &mut remarks));
            findings.append(&mut remarks.findings);
        }
    }
    findings.append(&mut remarks.findings);
    (listeners, findings)
}

fn of_item<'m>(
    item: &Cursor<'m>,
    world: &mut World<'_, '_, 'm>,
    known: &mut Known<'m>,
    remarks: &mut Remarks,
) -> Vec<TcpListener> {
    if !remarks.map(item) {
        return Vec::new();
    }
    let Some(named) = item::name(item, world.namespace, remarks) else {
        return Vec::new();
    };
    match known.entry((world.namespace, named.name)) {
        Entry::Vacant(place) => {
            place.insert(named.at.origin);
        }
        Entry::Occupied(first) => {
            let what = format!(
                "is `{}`, as another frontend of the namespace is called",
                named.name
            );
            let finding = remarks
                .about(Code::INVALID_TCP_SERVICE, &named.at, &what)
                .label(*first.get(), "this one counts")
                .help("give the frontend another name")
                .note("the older resource counts, or else the first by namespace, name and index; the item is left out");
            remarks.findings.push(finding);
            return Vec::new();
        }
    }
    item::read(item, &named, world, remarks)
}
