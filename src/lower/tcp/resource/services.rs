//! The Services of an item: the one that gets connections by default, and those that rules name.

use std::collections::BTreeMap;

use super::World;
use super::cursor::{Cursor, Remarks, cut};
use super::fields::{Of, check};
use crate::finding::{Code, Finding};
use crate::lower::backend::{Exposed, ports};
use crate::lower::suggest::nearest;
use crate::manifest::{ObjectName, Protocol, ResourceValue, Service, ServicePort};

/// A Service port that connections may go to.
pub(super) struct Served<'r> {
    pub(super) exposed: Exposed,
    /// Where the item names it.
    pub(super) at: Cursor<'r>,
    /// What rules call it, as the controller names its backends: the way of version 3.2, then that before.
    names: [String; 2],
}

/// Finds the Service port of a `{name, port}`. `None`: there is none, which is said.
pub(super) fn read<'r>(
    at: &Cursor<'r>,
    world: &mut World<'_, '_, '_>,
    remarks: &mut Remarks,
) -> Option<Served<'r>> {
    if !remarks.map(at) {
        return None;
    }
    check(Of::Service, at, remarks);
    let (Some(name), Some(port)) = (at.field("name"), at.field("port")) else {
        for needed in ["name", "port"] {
            if at.field(needed).is_none() {
                remarks.missing(needed, at);
            }
        }
        return None;
    };
    let text = remarks.text(&name)?;
    let wanted = ObjectName::new(world.namespace, text);
    let Some(service) = world.manifests.services.get(&wanted) else {
        let finding = no_service(&wanted, &name, world, remarks);
        remarks.findings.push(finding);
        return None;
    };
    let found = find(service, &port, remarks)?;
    let exposed = world.backends.of_port(service, found, port.origin)?;
    let ObjectName { namespace, name } = &service.meta.name;
    let port = match found.name.as_str() {
        "" => found.port.value.to_string(),
        name => name.to_owned(),
    };
    Some(Served {
        exposed,
        at: at.clone(),
        names: [
            format!("{namespace}_svc_{name}_{port}"),
            format!("{namespace}_{name}_{port}"),
        ],
    })
}

/// The port by its number, or by its name.
fn find<'m>(
    service: &'m Service,
    at: &Cursor<'_>,
    remarks: &mut Remarks,
) -> Option<&'m ServicePort> {
    let Some(text) = at.value.as_text() else {
        remarks.number(at, &(1..=65_535));
        return None;
    };
    let is_number = matches!(at.value, ResourceValue::Number(_));
    let meant = |port: &&ServicePort| {
        let number = port.port.value.to_string();
        let own = if is_number { &number } else { &port.name };
        own == text
    };
    let mut same = service.ports.iter().filter(meant);
    let first = same.next();
    let Some(first) = first else {
        let what = format!(
            "is `{}`, which Service {} does not have",
            cut(text),
            service.meta.name
        );
        let finding = remarks.about(Code::SERVICE_PORT_NOT_FOUND, at, &what);
        let finding = finding.label(
            service.meta.origin,
            format!("its ports: {}", ports(service)),
        );
        let help = match service.ports.as_slice() {
            [only] => format!("write `port: {}`, its only port", only.port.value),
            _ => "write the number of one of its ports".to_owned(),
        };
        remarks.findings.push(finding.help(help));
        return None;
    };
    let tcp = |port: &&ServicePort| port.protocol == Protocol::Tcp;
    let found = std::iter::once(first).chain(same).find(tcp);
    if found.is_none() {
        let what = format!(
            "is a {} port, which HAProxy cannot balance",
            first.protocol.name()
        );
        let finding = remarks.about(Code::UDP_PORT, at, &what);
        let finding = finding.label(first.origin, "the port");
        remarks
            .findings
            .push(finding.help("lead to a TCP port, or remove the item"));
    }
    found
}

fn no_service(
    wanted: &ObjectName,
    at: &Cursor<'_>,
    world: &World<'_, '_, '_>,
    remarks: &Remarks,
) -> Finding {
    let what = format!(
        "is Service {}, which is not among the manifests",
        cut(&wanted.to_string())
    );
    let first = ObjectName::new(world.namespace, "");
    let here = world.manifests.services.range(first..);
    let here = here.take_while(|(name, _)| name.namespace == world.namespace);
    let help = match nearest(&wanted.name, here.map(|(name, _)| name.name.as_str())) {
        Some(meant) => format!("write `{meant}`, which is there, or add the Service"),
        None => "add the Service to the input, or correct the name".to_owned(),
    };
    remarks
        .about(Code::SERVICE_NOT_FOUND, at, &what)
        .help(help)
        .note("a TCP resource leads to Services of its own namespace only")
}

/// The backends that rules may name.
pub(super) fn by_name<'s, 'r>(
    served: impl Iterator<Item = &'s Served<'r>>,
) -> BTreeMap<&'s str, &'s Served<'r>>
where
    'r: 's,
{
    let names = served.flat_map(|served| {
        let names = served.names.iter();
        names.map(move |name| (name.as_str(), served))
    });
    names.collect()
}

impl Served<'_> {
    /// The name that the controller's present version gives.
    pub(super) fn name(&self) -> &str {
        &self.names[0]
    }
}
