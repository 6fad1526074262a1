//! The resolver `slices`: EndpointSlices, or else legacy Endpoints, among the manifests.

use std::collections::HashMap;

use super::about::About;
use super::gather::{choose, gather, of_endpoints, of_slice};
use super::{Answer, Ask, Found, Located, affinity};
use crate::finding::Finding;
use crate::ir::Resolver;
use crate::manifest::{EndpointSlice, Manifests};

/// The slices of each Service, in order of name.
pub(super) type SliceIndex<'m> = HashMap<(&'m str, &'m str), Vec<&'m EndpointSlice>>;

/// Reads the label by which slices name their Service.
pub(super) fn by_service(manifests: &Manifests) -> SliceIndex<'_> {
    let mut index: SliceIndex<'_> = HashMap::new();
    for slice in manifests.slices.values() {
        if let Some(service) = &slice.service {
            let key = (slice.meta.name.namespace.as_str(), service.as_str());
            index.entry(key).or_default().push(slice);
        }
    }
    index
}

/// Slices that list nobody are an answer too: the Service has no pods.
pub(super) fn answer(ask: &Ask<'_, '_>, findings: &mut Vec<Finding>) -> Answer {
    let (service, directory) = (ask.service, ask.directory);
    let name = &service.meta.name;
    let Some(port) = ask.port else {
        return Answer::Lacking("the Service does not declare the port".to_owned());
    };
    let mut about = About {
        service,
        cluster: directory.settings.cluster.as_ref(),
        purpose: ask.purpose,
        findings,
    };
    let slices = directory
        .slices
        .get(&(name.namespace.as_str(), name.name.as_str()))
        .map_or(&[][..], Vec::as_slice);
    let legacy = directory.manifests.endpoints.get(name);
    let from_slices = gather(service, port, slices.iter().map(|slice| of_slice(slice)));
    let from_legacy = gather(service, port, legacy.into_iter().flat_map(of_endpoints));
    let found = match (slices.is_empty(), legacy) {
        (true, None) => {
            let lacking =
                "none of it among the manifests (`kubectl get endpointslices -A -o yaml`)";
            return Answer::Lacking(lacking.to_owned());
        }
        (true, Some(_)) => from_legacy,
        (false, None) => from_slices,
        (false, Some(legacy)) => {
            if from_slices.ready() != from_legacy.ready() {
                about.sources_differ(legacy);
            }
            from_slices
        }
    };
    about.judge(port, &found);
    let zones = directory.settings.zone.is_some();
    let locate = |(endpoint, place): (crate::ir::Endpoint, super::gather::Place<'_>)| {
        let admitted = about.admits(directory.settings, &endpoint.address, place);
        admitted.then(|| Located {
            server: ask.server(endpoint, Resolver::Slices, place.origin),
            zone: place.zone.filter(|_| zones).map(Into::into),
        })
    };
    Answer::Found(Found {
        servers: choose(service, &found)
            .into_iter()
            .filter_map(locate)
            .collect(),
        client_ip_affinity: affinity::honoured(service),
        ..Found::default()
    })
}

#[cfg(test)]
mod tests {
    use crate::ir::Backend;
    use crate::lower::testing;
    use crate::lower::testing::{World, origin, path, port, ready};
    use crate::lower::{Settings, lower};
    use crate::manifest::{Exposure, PathType::Prefix};
    use crate::source::Sourced;

    /// A Service `a/web` with session affinity and a server in each of these zones.
    fn backend(zones: &[&str], settings: &Settings) -> Backend {
        let mut world = World::default();
        let service = world.service("a", "web", vec![port("http", 80)]);
        service.exposure = Some(Box::new(Exposure {
            client_ip_affinity: Some(Sourced::new(600, origin())),
            ..Exposure::default()
        }));
        let endpoints = zones.iter().zip(1..).map(|(zone, number)| {
            let mut endpoint = ready(&format!("10.1.0.{number}"));
            endpoint.placement = Some(testing::at(None, Some(zone)));
            endpoint
        });
        world.slice("a", "web", ("http", Some(80)), endpoints.collect());
        world.rule("a", "x", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
        let mut backends = lower(&world.manifests, settings).routing.backends;
        backends.pop_first().expect("a backend is reached").1
    }

    #[test]
    fn session_affinity_is_kept_because_the_pods_are_asked_themselves() {
        let backend = backend(&["a"], &Settings::default());
        assert_eq!(backend.client_ip_affinity, Some(600));
    }

    #[test]
    fn servers_of_other_zones_stand_in_unless_all_are_elsewhere() {
        let mut settings = Settings::default();
        let backups = |zones: &[&str], settings: &Settings| -> Vec<bool> {
            let servers = backend(zones, settings).servers;
            servers.iter().map(|server| server.backup).collect()
        };
        assert_eq!(backups(&["a", "b"], &settings), [false, false]);
        settings.endpoints.zone = Some("a".to_owned());
        assert_eq!(backups(&["a", "b"], &settings), [false, true]);
        assert_eq!(backups(&["b", "c"], &settings), [false, false]);
    }
}
