//! ConfigMaps that are described more than once: nobody knows which words of a port are meant.

use std::collections::BTreeMap;

use crate::annotations::Entry;
use crate::finding::{Code, Finding};
use crate::manifest::{Annotation, ConfigMap, Kind, Manifests};

/// The descriptions of a ConfigMap that are not kept, by key of the data.
pub(super) struct Contested<'m> {
    map: &'m ConfigMap,
    others: BTreeMap<&'m str, &'m Annotation>,
}

impl<'m> Contested<'m> {
    /// Those that say something else than the one that is kept.
    pub(super) fn new(map: &'m ConfigMap, manifests: &'m Manifests) -> Self {
        let name = (Kind::ConfigMap, map.meta.name.clone());
        let others = manifests.contested.get(&name).into_iter().flatten();
        // Their data is kept as annotations of the controller.
        let data = others.filter_map(|other| {
            let (_, key) = other.key.split_once('/')?;
            let kept = map.data.get(key)?;
            (kept.value != other.value.value).then_some((key, other))
        });
        Self {
            map,
            others: data.collect(),
        }
    }

    /// That another description says something else about a port, so that nobody may connect.
    pub(super) fn finding(&self, entry: &Entry<'_>) -> Option<Finding> {
        let port = entry.port.value.to_string();
        let other = self.others.get(port.as_str())?;
        let name = &self.map.meta.name;
        let message = format!(
            "ConfigMap {name} is described twice, and the other description says something else about port {port}: it closes all connections"
        );
        Some(
            Finding::new(Code::DUPLICATE_OBJECT, message)
                .at(other.value.origin)
                .object(format_args!("ConfigMap {name}"))
                .field(format!("data[{port}]"))
                .help("remove one of the two"),
        )
    }
}
