//! The resolver `hostPort`: ports that the pods of a Service bind on their nodes.
//!
//! In: a Service with a selector, the workloads among the manifests, and the nodes. Out: a server for each node that can have such
//! a pod. Of a DaemonSet that is each of them; where the replicas of a Deployment are, only the cluster knows, so all nodes that
//! could have one are taken, and the health checks find those that do. It is asked only when it is configured.

use std::collections::HashMap;

use super::nodes::{Member, admits};
use super::{Answer, Ask, Found, Located, affinity};
use crate::finding::Finding;
use crate::ir::{Endpoint, Port, Resolver};
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
            let has = |(key, value): &(String, String)| workload.pod_labels.get(key) == Some(value);
            service.selector.iter().all(has)
        };
        let fewest = fewest.unwrap_or(&[]).iter().copied();
        fewest.filter(has_all).collect()
    }

    fn with<'s>(
        &'s self,
        namespace: &'s str,
        (key, value): &'s (String, String),
    ) -> &'s [&'m Workload] {
        let label = (namespace, key.as_str(), value.as_str());
        self.0.get(&label).map_or(&[], Vec::as_slice)
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
    let bound: Vec<(&Workload, Port)> = workloads
        .iter()
        .flat_map(|&workload| workload.ports.iter().map(move |bound| (workload, bound)))
        .filter(|(_, bound)| is_target(bound, &port.target))
        .filter_map(|(workload, bound)| Some((workload, Port::new(bound.host_port.value)?)))
        .collect();
    if bound.is_empty() {
        return Answer::Lacking(if workloads.is_empty() {
            "no workload among the manifests that the Service selects has a port on its node"
                .to_owned()
        } else {
            format!(
                "{} binds other ports on its node than the target port",
                shown(workloads[0])
            )
        });
    }
    let nodes = directory.nodes();
    if let Some(why) = nodes.lacking() {
        return Answer::Lacking(why);
    }
    let zones = directory.settings.zone.is_some();
    let mut servers = Vec::new();
    for (workload, number) in &bound {
        let candidates: Vec<&Member<'_>> = match &workload.node_name {
            Some(name) => nodes.called(name),
            None => nodes.members().iter().collect(),
        };
        let hosts: Vec<_> = candidates
            .into_iter()
            .filter(|member| member.node.is_none_or(|node| admits(workload, node)))
            .collect();
        let reached = nodes.reach(service, &hosts);
        servers.extend(reached.into_iter().map(|(member, address)| {
            let endpoint = Endpoint {
                address: address.value.clone(),
                port: *number,
            };
            Located {
                server: ask.server(endpoint, Resolver::HostPort, address.origin),
                zone: member.zone().filter(|_| zones).map(Into::into),
            }
        }));
    }
    if servers.is_empty() {
        return Answer::Lacking(format!(
            "no usable node is one on which {} may run, by its node selector, affinity and tolerations",
            shown(bound[0].0)
        ));
    }
    Answer::Found(Found {
        servers,
        client_ip_affinity: affinity::honoured(service),
        ..Found::default()
    })
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
