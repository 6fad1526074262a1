//! The resolver `hostPort`: ports that the pods of a Service bind on their nodes.
//!
//! In: a Service with a selector, the workloads among the manifests, and the nodes. Out: a server for each node that can have such
//! a pod. Of a DaemonSet that is each of them; where the replicas of a Deployment are, only the cluster knows, so all nodes that
//! could have one are taken, and the health checks find those that do. It is asked only when it is configured.

use std::collections::{HashMap, HashSet};

use super::nodes::{Bound, Member, NodePool, admits};
use super::{Answer, Ask, Found, affinity};
use crate::finding::Finding;
use crate::ir::{Port, Resolver};
use crate::manifest::{NodeBoundPort, Protocol, Service, TargetPort, Workload};

/// The workloads that bind ports on nodes, by namespace and each label of their pods.
pub(super) struct HostPorts<'m>(HashMap<(&'m str, &'m str, &'m str), Vec<&'m Workload>>);

impl<'m> HostPorts<'m> {
    /// Indexes the labels: a namespace may have many Services and many workloads.
    pub(super) fn new(workloads: &'m [Workload]) -> Self {
        let mut index: HashMap<_, Vec<_>> = HashMap::new();
        for workload in workloads {
            let namespace = workload.meta.name.namespace.as_str();
            for (key, value) in &workload.pod_labels {
                let label = (namespace, key.as_str(), value.as_str());
                index.entry(label).or_default().push(workload);
            }
        }
        Self(index)
    }

    /// The workloads whose pods the Service selects: all of its labels are theirs.
    fn selected(&self, service: &Service) -> Vec<&'m Workload> {
        let labels = service.selector.iter();
        let fewest = labels
            .map(|label| self.with(&service.meta.name.namespace, label))
            .min_by_key(|workloads| workloads.len());
        let has_all = |workload: &&Workload| {
            let labels = &workload.pod_labels;
            let has = |(key, value)| labels.get(key).is_some_and(|own| own == value);
            service.selector.iter().all(has)
        };
        let fewest = fewest.unwrap_or(&[]).iter().copied();
        fewest.filter(has_all).collect()
    }

    fn with<'s>(
        &'s self,
        namespace: &'s str,
        (key, value): (&'s str, &'s str),
    ) -> &'s [&'m Workload] {
        self.0
            .get(&(namespace, key, value))
            .map_or(&[], Vec::as_slice)
    }
}

pub(super) fn answer(ask: &Ask<'_, '_>, _findings: &mut Vec<Finding>) -> Answer {
    let (service, directory) = (ask.service, ask.directory);
    let Some(port) = ask.port else {
        return Answer::Lacking("the Service does not declare the port".to_owned());
    };
    if service.selector.is_empty() {
        return Answer::Lacking("the Service has no selector".to_owned());
    }
    let workloads = directory.host_ports().selected(service);
    let bound: Vec<(&Workload, Bound)> = workloads
        .iter()
        .flat_map(|&workload| workload.ports.iter().map(move |bound| (workload, bound)))
        .filter(|(_, bound)| is_target(bound, &port.target))
        .filter_map(|(workload, bound)| {
            let port = Port::new(bound.host_port.value)?;
            let ip = bound.host_ip;
            Some((workload, Bound { port, ip }))
        })
        .collect();
    if bound.is_empty() {
        return Answer::Lacking(match workloads.first() {
            None => {
                "none of the workloads that the Service selects has a port on its node".to_owned()
            }
            Some(workload) => format!(
                "{} has no port on its node that is the target port",
                shown(workload)
            ),
        });
    }
    let nodes = ask.nodes();
    if let Some(why) = nodes.lacking() {
        return Answer::Lacking(why);
    }
    let ports = reached(nodes, &bound);
    let servers = nodes.servers(ask, Resolver::HostPort, &ports);
    if servers.is_empty() {
        return Answer::Lacking(format!(
            "{} runs on none of the nodes that can be used, by its node name, selector, affinity, tolerations and `hostIP`",
            shown(bound[0].0)
        ));
    }
    Answer::Found(Found {
        servers,
        client_ip_affinity: affinity::honoured(service),
        ..Found::default()
    })
}

/// The nodes that can have one of the ports, each of which they have once. Thousands of pods may bind one port, on thousands of
/// nodes of which nobody knows what they are called.
fn reached<'p, 'm>(
    nodes: &'p NodePool<'m>,
    bound: &[(&Workload, Bound)],
) -> Vec<(&'p Member<'m>, Bound)> {
    let mut known = HashSet::new();
    let mut anywhere = HashSet::new();
    let mut ports = Vec::new();
    for &(workload, bound) in bound {
        let (named, is_found) = match &workload.node_name {
            Some(name) => {
                let named = nodes.called(name);
                (named, !named.is_empty())
            }
            None => (nodes.named(), false),
        };
        // Whether a member is the node that a pod names, only its name would tell.
        let unnamed = if !is_found && anywhere.insert(bound) {
            nodes.unnamed()
        } else {
            &[]
        };
        let admitted = |&&at: &&usize| {
            let node = nodes.members()[at].node;
            node.is_some_and(|node| admits(workload, node)) && known.insert((at, bound))
        };
        let members = named.iter().filter(admitted).chain(unnamed);
        ports.extend(members.map(|&at| (&nodes.members()[at], bound)));
    }
    ports
}

fn is_target(bound: &NodeBoundPort, target: &TargetPort) -> bool {
    bound.protocol == Protocol::Tcp
        && match target {
            TargetPort::Number(number) => bound.container_port == *number,
            TargetPort::Name(name) => bound.name == *name,
        }
}

fn shown(workload: &Workload) -> String {
    format!("{} {}", workload.kind, workload.meta.name)
}

#[cfg(test)]
mod tests {
    use super::super::nodes::{Bound, NodePool};
    use super::reached;
    use crate::ir::{Address, Nodes, Port, Resolver};
    use crate::lower::testing::{World, origin, path, port, servers, taint};
    use crate::lower::{EndpointSettings, Settings, lower};
    use crate::manifest::Labels;
    use crate::manifest::{
        Exposure, ObjectName, PathType::Prefix, Protocol, TargetPort, Toleration,
    };
    use crate::source::Sourced;

    /// A Service `a/web` whose port 80 leads to `http` of a DaemonSet, which is bound to 8080 of its nodes, and two nodes.
    fn world() -> World {
        let mut world = World::default();
        world.rule("a", "x", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
        let mut port = port("", 80);
        port.target = TargetPort::Name("http".to_owned());
        world.service("a", "web", vec![port]);
        world.workload("a", "web", ("http", 3000, 8080));
        world.node("n1", &[("InternalIP", "10.0.0.1")]);
        world.node("n2", &[("InternalIP", "10.0.0.2")]);
        world
    }

    fn settings() -> EndpointSettings {
        EndpointSettings {
            order: vec![Resolver::HostPort],
            ..EndpointSettings::default()
        }
    }

    fn target(world: &mut World, target: TargetPort) {
        let service = world
            .manifests
            .services
            .get_mut(&ObjectName::new("a", "web"));
        service.expect("made above").ports[0].target = target;
    }

    /// The servers, or else why there are none.
    fn answer(world: &World) -> Vec<String> {
        let (names, _) = servers(world, &settings());
        if !names.is_empty() {
            return names;
        }
        let settings = Settings {
            endpoints: settings(),
            ..Settings::default()
        };
        let findings = lower(&world.manifests, &settings).findings;
        findings
            .into_iter()
            .flat_map(|finding| finding.notes)
            .collect()
    }

    #[test]
    fn every_node_of_a_daemon_set_is_a_server() {
        assert_eq!(answer(&world()), ["10.0.0.1-8080", "10.0.0.2-8080"]);
    }

    #[test]
    fn the_target_port_is_a_container_port_by_name_or_number() {
        let mut world = world();
        target(&mut world, TargetPort::Number(3000));
        assert_eq!(answer(&world), ["10.0.0.1-8080", "10.0.0.2-8080"]);
        target(&mut world, TargetPort::Number(8080));
        assert_eq!(
            answer(&world),
            ["hostPort: DaemonSet a/web has no port on its node that is the target port"]
        );
        target(&mut world, TargetPort::Number(3000));
        world.manifests.workloads[0].ports[0].protocol = Protocol::Udp;
        assert!(answer(&world)[0].contains("has no port on its node"));
    }

    #[test]
    fn the_selector_selects_among_the_workloads_of_the_namespace() {
        let selects = |change: fn(&mut World)| {
            let mut world = world();
            change(&mut world);
            answer(&world)
        };
        let service = |world: &mut World, key: &str, value: &str| {
            let service = world.manifests.services.values_mut().next();
            let selector = &mut service.expect("made above").selector;
            let more = selector.iter().chain([(key, value)]);
            *selector = Labels::new(more.collect::<Vec<_>>());
        };
        let two = ["10.0.0.1-8080", "10.0.0.2-8080"];
        let mut both = world();
        service(&mut both, "tier", "front");
        assert_eq!(answer(&both), two);
        service(&mut both, "tier", "back");
        assert!(answer(&both)[0].starts_with("hostPort: none of the workloads"));
        let none = selects(|world| world.manifests.workloads[0].meta.name.namespace = "b".into());
        assert!(none[0].starts_with("hostPort: none of the workloads"));
        let none = selects(|world| {
            let services = world.manifests.services.values_mut();
            services.for_each(|service| service.selector = Labels::default());
        });
        assert_eq!(none[0], "hostPort: the Service has no selector");
    }

    #[test]
    fn only_nodes_that_can_have_a_pod_are_servers() {
        let mut world = world();
        let node = world.manifests.nodes.values_mut().next();
        node.expect("made above").taints = vec![taint("gpu", "NoSchedule")];
        assert_eq!(answer(&world), ["10.0.0.2-8080"]);
        world.manifests.workloads[0].tolerations = vec![Toleration {
            key: String::new(),
            exists: true,
            value: String::new(),
            effect: String::new(),
        }];
        assert_eq!(answer(&world), ["10.0.0.1-8080", "10.0.0.2-8080"]);
        world.manifests.workloads[0].node_name = Some("n1".to_owned());
        assert_eq!(answer(&world), ["10.0.0.1-8080"]);
        world.manifests.workloads[0].node_name = Some("n9".to_owned());
        assert!(
            answer(&world)[0].starts_with("hostPort: DaemonSet a/web runs on none of the nodes")
        );
    }

    #[test]
    fn a_port_of_one_address_is_there_alone() {
        let bound_to = |ip: &str| {
            let mut world = world();
            world.node(
                "n2",
                &[("InternalIP", "10.0.0.2"), ("InternalIP", "fd00::2")],
            );
            world.manifests.workloads[0].ports[0].host_ip = ip.parse().ok();
            answer(&world)
        };
        assert_eq!(bound_to(""), ["10.0.0.1-8080", "10.0.0.2-8080"]);
        assert_eq!(bound_to("10.0.0.2"), ["10.0.0.2-8080"]);
        assert_eq!(bound_to("fd00::2"), ["fd00::2-8080"]);
        assert!(bound_to("10.0.0.3")[0].ends_with("tolerations and `hostIP`"));
    }

    #[test]
    fn a_cordoned_node_keeps_the_pods_that_have_no_other() {
        let mut world = world();
        let nodes = world.manifests.nodes.values_mut();
        nodes.take(1).for_each(|node| node.unschedulable = true);
        assert_eq!(answer(&world), ["10.0.0.2-8080"]);
        world.manifests.workloads[0].node_name = Some("n1".to_owned());
        assert_eq!(answer(&world), ["10.0.0.1-8080"]);
    }

    #[test]
    fn a_cordoned_node_is_left_where_another_has_a_pod() {
        let mut world = world();
        let pods = ["n1", "n2"];
        world.workload("a", "web", ("http", 3000, 8080));
        for (workload, node) in world.manifests.workloads.iter_mut().zip(pods) {
            workload.node_name = Some(node.to_owned());
        }
        assert_eq!(answer(&world), ["10.0.0.1-8080", "10.0.0.2-8080"]);
        let nodes = world.manifests.nodes.values_mut();
        nodes.take(1).for_each(|node| node.unschedulable = true);
        assert_eq!(answer(&world), ["10.0.0.2-8080"]);
    }

    #[test]
    fn of_listed_nodes_those_that_nobody_knows_are_taken() {
        let world = world();
        let address = |text: &str| Address::Ip(text.parse().expect("an address"));
        let list = ["10.0.0.1", "10.9.0.9"].map(|text| Sourced::new(address(text), origin()));
        let settings = EndpointSettings {
            nodes: Nodes::List(list.into()),
            ..settings()
        };
        let mut pinned = self::world();
        pinned.manifests.workloads[0].node_name = Some("n2".to_owned());
        assert_eq!(
            servers(&world, &settings).0,
            ["10.0.0.1-8080", "10.9.0.9-8080"]
        );
        assert_eq!(servers(&pinned, &settings).0, ["10.9.0.9-8080"]);
    }

    #[test]
    fn however_many_pods_ask_a_node_has_a_port_once() {
        let count = |world: &World, nodes: &Nodes| {
            let pool = NodePool::new(&world.manifests, nodes);
            let workloads = world.manifests.workloads.iter();
            let bound = workloads.map(|workload| {
                let port = Port::new(workload.ports[0].host_port.value);
                let port = port.expect("not 0");
                (workload, Bound { port, ip: None })
            });
            reached(&pool, &bound.collect::<Vec<_>>()).len()
        };
        let mut world = World::default();
        for at in 0..300 {
            let pod = world.workload("a", "web", ("http", 3000, 8080 + at % 2));
            pod.node_name = Some(format!("n{}", at / 4));
        }
        let addresses = (0..200).map(|at| Address::Ip([10, 0, 1, at].into()));
        let list = addresses.map(|address| Sourced::new(address, origin()));
        let list = Nodes::List(list.collect());
        assert_eq!(count(&world, &list), 2 * 200, "nobody knows the nodes");
        for at in 0..75 {
            let ip = format!("10.0.1.{at}");
            world.node(&format!("n{at}"), &[("InternalIP", &ip)]);
        }
        assert_eq!(count(&world, &list), 2 * 75, "each pod is on its own");
        assert_eq!(count(&world, &Nodes::default()), 2 * 75);
    }

    #[test]
    fn session_affinity_is_honoured() {
        let mut world = world();
        let services = world.manifests.services.values_mut();
        services.for_each(|service| {
            service.exposure = Some(Box::new(Exposure {
                client_ip_affinity: Some(Sourced::new(600, origin())),
                ..Exposure::default()
            }));
        });
        let settings = Settings {
            endpoints: settings(),
            ..Settings::default()
        };
        let lowered = lower(&world.manifests, &settings);
        let backends = lowered.routing.backends.values();
        let remembered: Vec<_> = backends.map(|it| it.client_ip_affinity).collect();
        assert_eq!(remembered, [Some(600)]);
        assert_eq!(lowered.findings, []);
    }
}
