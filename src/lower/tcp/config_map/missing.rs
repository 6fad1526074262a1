//! What is said about an entry that leads nowhere, and about a ConfigMap that is not there.

use crate::annotations::Entry;
use crate::finding::{Code, Finding};
use crate::lower::suggest::nearest;
use crate::manifest::{Manifests, ObjectName, PortRef, Service};

/// Names are compared with a wrong one only so many times: a mistake in every entry must not cost the square.
const SUGGESTIONS: usize = 100;

/// Services that are not there.
pub(super) struct Missing<'m> {
    manifests: &'m Manifests,
    told: usize,
}

impl<'m> Missing<'m> {
    /// None told yet.
    pub(super) fn new(manifests: &'m Manifests) -> Self {
        Self { manifests, told: 0 }
    }

    /// That the Service of an entry is not there.
    pub(super) fn service(&mut self, entry: &Entry<'_>) -> Finding {
        self.told += 1;
        let (place, name) = (entry.place, &entry.service.value);
        let meant = (self.told <= SUGGESTIONS).then(|| self.meant(name));
        let help = match meant.flatten() {
            Some(meant) => format!(
                "write `{meant}:{}`, which is there, or add the Service",
                entry.service_port.value
            ),
            None => "add the Service to the input, or correct the name".to_owned(),
        };
        let message = format!("Service {name}, to which {place} leads, is not among the manifests");
        place
            .finding(Code::SERVICE_NOT_FOUND, message)
            .at(entry.service.origin)
            .help(help)
    }

    /// The Service of nearly that name, or of that name in another namespace.
    fn meant(&self, name: &ObjectName) -> Option<String> {
        let services = &self.manifests.services;
        let ObjectName {
            namespace,
            name: wrong,
        } = name;
        let here = services
            .range(ObjectName::new(namespace, "")..)
            .map(|(key, _)| key)
            .take_while(|key| key.namespace == *namespace)
            .map(|key| key.name.as_str());
        if let Some(near) = nearest(wrong, here) {
            return Some(format!("{namespace}/{near}"));
        }
        let elsewhere = services.keys().find(|key| key.name == *wrong);
        elsewhere.map(ToString::to_string)
    }
}

/// What to write in place of a port that the Service does not have.
pub(super) fn port_help(entry: &Entry<'_>, service: &Service) -> String {
    let (name, wanted) = (&entry.service.value, entry.service_port.value.to_string());
    if let Some(port) = crate::lower::backend::port_of_target(service, &wanted) {
        let number = port.port.value;
        return format!(
            "write `{name}:{number}`: the Service port is {number}; {wanted} is its `targetPort`"
        );
    }
    if let PortRef::Name(wrong) = &entry.service_port.value
        && let Some(near) = nearest(wrong, service.ports.iter().map(|port| port.name.as_str()))
    {
        return format!("write `{name}:{near}`");
    }
    match service.ports.as_slice() {
        [only] => format!("write `{name}:{}`, its only port", only.port.value),
        [] => "declare the port in the Service".to_owned(),
        _ => "lead to one of its ports, or declare this one".to_owned(),
    }
}

/// That ConfigMaps which the configuration names are in no cluster: nothing listens on their ports.
pub(crate) fn without_config_map(
    settings: &super::super::Settings,
    clusters: &[Manifests],
) -> Vec<Finding> {
    let is_there = |name: &ObjectName| {
        let mut clusters = clusters.iter();
        clusters.any(|manifests| manifests.config_maps.contains_key(name))
    };
    let absent = settings
        .config_maps
        .iter()
        .filter(|name| !is_there(&name.value));
    absent
        .map(|name| {
            let own = &name.value;
            let message = format!(
                "ConfigMap {own}, which `tcp.configMap` of the configuration names, is not among the manifests"
            );
            let mut maps = clusters.iter();
            let near = maps.find_map(|manifests| {
                let maps = &manifests.config_maps;
                let here = maps.keys().filter(|key| key.namespace == own.namespace);
                let near = nearest(&own.name, here.map(|key| key.name.as_str()));
                let near = near.map(|near| format!("{}/{near}", own.namespace));
                let elsewhere = || maps.keys().find(|key| key.name == own.name);
                near.or_else(|| elsewhere().map(ToString::to_string))
            });
            let help = match near {
                Some(near) => format!("write `{near}` if that is meant, or add {own} to the inputs"),
                None => "add it to the inputs, or correct the name".to_owned(),
            };
            Finding::new(Code::NAMED_OBJECT_NOT_FOUND, message)
                .at(name.origin)
                .note("nothing listens on its ports")
                .help(help)
        })
        .collect()
}
