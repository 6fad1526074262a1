//! Small worlds for the tests of this stage: objects built by hand, each value at a place of its own.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::finding::Finding;
use crate::manifest::*;
use crate::source::{FileId, Origin, Sourced};

/// Manifests under construction. Ingresses are of the class `haproxy` unless made by [`World::ingress`].
#[derive(Default)]
pub(crate) struct World {
    pub(crate) manifests: Manifests,
}

/// A place that no other value has.
pub(crate) fn origin() -> Origin {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let start = NEXT.fetch_add(2, Ordering::Relaxed);
    Origin {
        file: FileId::new(0),
        start,
        end: start + 1,
    }
}

pub(crate) fn value(text: &str) -> Sourced<String> {
    Sourced::new(text.to_owned(), origin())
}

pub(crate) fn annotation(key: &str, text: &str) -> Annotation {
    Annotation {
        key: key.to_owned(),
        key_origin: origin(),
        value: value(text),
    }
}

fn meta(namespace: &str, name: &str) -> Meta {
    Meta {
        name: ObjectName::new(namespace, name),
        origin: origin(),
        annotations: Vec::new(),
        labels: std::collections::BTreeMap::new(),
    }
}

fn backend(service: &str, port: PortRef) -> IngressBackend {
    IngressBackend {
        origin: origin(),
        target: IngressTarget::Service {
            name: value(service),
            port: Some(Sourced::new(port, origin())),
        },
    }
}

/// A path that leads to a Service port by number.
pub(crate) fn path(kind: PathType, text: &str, service: &str, port: u16) -> IngressPath {
    path_to(kind, text, service, PortRef::Number(port))
}

/// A path that leads to a Service port.
pub(crate) fn path_to(kind: PathType, text: &str, service: &str, port: PortRef) -> IngressPath {
    IngressPath {
        origin: origin(),
        path: value(text),
        path_type: Some(kind),
        backend: Some(backend(service, port)),
    }
}

/// A TCP port of a Service, to the container port of the same number.
pub(crate) fn port(name: &str, number: u16) -> ServicePort {
    ServicePort {
        origin: origin(),
        name: name.to_owned(),
        port: Sourced::new(number, origin()),
        target: TargetPort::Number(number),
        protocol: Protocol::Tcp,
        app_protocol: None,
        node_port: None,
    }
}

/// Where an endpoint's pod runs.
pub(crate) fn at(node: Option<&str>, zone: Option<&str>) -> std::sync::Arc<Placement> {
    let text = |it: &str| it.to_owned();
    std::sync::Arc::new(Placement {
        node: node.map(text),
        zone: zone.map(text),
    })
}

/// A ready endpoint.
pub(crate) fn ready(address: &str) -> Endpoint {
    Endpoint {
        address: value(address),
        ready: true,
        serving: true,
        terminating: false,
        placement: None,
    }
}

/// A taint without a value.
pub(crate) fn taint(key: &str, effect: &str) -> Taint {
    Taint {
        key: key.to_owned(),
        value: String::new(),
        effect: effect.to_owned(),
    }
}

/// The servers of all backends, by name, and the codes of the findings.
pub(crate) fn servers(
    world: &World,
    endpoints: &super::EndpointSettings,
) -> (Vec<String>, Vec<String>) {
    let settings = super::Settings {
        endpoints: endpoints.clone(),
        ..super::Settings::default()
    };
    let lowered = super::lower(&world.manifests, &settings);
    let backends = lowered.routing.backends.values();
    let servers = backends.flat_map(|backend| &backend.servers);
    (
        servers.map(|server| server.name.to_string()).collect(),
        codes(&lowered.findings),
    )
}

/// The codes, in the order in which they were found.
pub(crate) fn codes(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| finding.code.to_string())
        .collect()
}

impl World {
    /// The Ingress of this name, without a class when it is new.
    pub(crate) fn ingress(&mut self, namespace: &str, name: &str) -> &mut Ingress {
        self.manifests
            .ingresses
            .entry(ObjectName::new(namespace, name))
            .or_insert_with(|| Ingress {
                meta: meta(namespace, name),
                class_name: None,
                class_fix: None,
                default_backend: None,
                rules: Vec::new(),
                tls: Vec::new(),
            })
    }

    /// The Ingress of this name, of the class `haproxy`.
    pub(crate) fn ours(&mut self, namespace: &str, name: &str) -> &mut Ingress {
        let ingress = self.ingress(namespace, name);
        ingress.class_name = Some(value("haproxy"));
        ingress
    }

    /// A further rule; without paths when there are none.
    pub(crate) fn rule(
        &mut self,
        namespace: &str,
        name: &str,
        host: Option<&str>,
        paths: Vec<IngressPath>,
    ) {
        self.ours(namespace, name).rules.push(IngressRule {
            origin: origin(),
            host: host.map(value),
            paths: (!paths.is_empty()).then_some(paths),
        });
    }

    pub(crate) fn default_backend(
        &mut self,
        namespace: &str,
        name: &str,
        service: &str,
        port: u16,
    ) {
        self.ours(namespace, name).default_backend = Some(backend(service, PortRef::Number(port)));
    }

    pub(crate) fn class(&mut self, name: &str, controller: &str, default: bool) {
        self.manifests.classes.insert(
            ObjectName::new("", name),
            IngressClass {
                meta: meta("", name),
                controller: value(controller),
                is_default: default.then(origin),
            },
        );
    }

    /// A Service with a selector and these ports, without slices.
    pub(crate) fn service(
        &mut self,
        namespace: &str,
        name: &str,
        ports: Vec<ServicePort>,
    ) -> &mut Service {
        self.manifests
            .services
            .entry(ObjectName::new(namespace, name))
            .insert_entry(Service {
                meta: meta(namespace, name),
                kind: ServiceType::ClusterIp,
                headless: false,
                external_name: None,
                ports,
                selector: Labels::new([("app", name)]),
                ip_families: Vec::new(),
                publish_not_ready: false,
                exported: false,
                exposure: None,
            })
            .into_mut()
    }

    /// A slice of a Service with one port; its own name counts up.
    pub(crate) fn slice(
        &mut self,
        namespace: &str,
        service: &str,
        port: (&str, Option<u16>),
        endpoints: Vec<Endpoint>,
    ) -> &mut EndpointSlice {
        let name = format!("{service}-{:04}", self.manifests.slices.len());
        self.manifests
            .slices
            .entry(ObjectName::new(namespace, &name))
            .insert_entry(EndpointSlice {
                meta: meta(namespace, &name),
                service: Some(service.to_owned()),
                address_type: AddressType::Ipv4,
                ports: vec![endpoint_port(port.0, port.1)],
                endpoints,
                changed: None,
            })
            .into_mut()
    }

    /// A Service with one unnamed port and one ready server.
    pub(crate) fn web(&mut self, namespace: &str, name: &str, number: u16) {
        self.service(namespace, name, vec![port("", number)]);
        self.slice(namespace, name, ("", Some(number)), vec![ready("10.1.0.4")]);
    }

    pub(crate) fn endpoints(
        &mut self,
        namespace: &str,
        name: &str,
        port: (&str, u16),
        endpoints: Vec<Endpoint>,
    ) {
        self.manifests.endpoints.insert(
            ObjectName::new(namespace, name),
            Endpoints {
                meta: meta(namespace, name),
                subsets: vec![EndpointSubset {
                    endpoints,
                    ports: vec![endpoint_port(port.0, Some(port.1))],
                }],
            },
        );
    }

    /// A Node that is ready, with these addresses by type.
    pub(crate) fn node(&mut self, name: &str, addresses: &[(&str, &str)]) -> &mut Node {
        let address = |(kind, text): &(&str, &str)| ((*kind).to_owned(), value(text));
        self.manifests
            .nodes
            .entry(ObjectName::new("", name))
            .insert_entry(Node {
                meta: meta("", name),
                addresses: addresses.iter().map(address).collect(),
                ready: true,
                unschedulable: false,
                taints: Vec::new(),
            })
            .into_mut()
    }

    /// A DaemonSet whose pods the Service of the same name selects, with a port `name` from the container to the node.
    pub(crate) fn workload(
        &mut self,
        namespace: &str,
        name: &str,
        (port, container_port, host_port): (&str, u16, u16),
    ) -> &mut Workload {
        self.manifests.workloads.push(Workload {
            meta: meta(namespace, name),
            kind: "DaemonSet",
            pod_labels: [("app", name), ("tier", "front")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            ports: vec![NodeBoundPort {
                name: port.to_owned(),
                container_port,
                host_port: Sourced::new(host_port, origin()),
                host_ip: None,
                protocol: Protocol::Tcp,
            }],
            node_name: None,
            node_selector: std::collections::BTreeMap::new(),
            node_terms: Vec::new(),
            tolerations: Vec::new(),
        });
        let last = self.manifests.workloads.len() - 1;
        &mut self.manifests.workloads[last]
    }

    /// A TLS entry of an Ingress.
    pub(crate) fn tls(
        &mut self,
        namespace: &str,
        name: &str,
        hosts: &[&str],
        secret: Option<&str>,
    ) {
        self.ours(namespace, name).tls.push(IngressTls {
            origin: origin(),
            hosts: hosts.iter().map(|host| value(host)).collect(),
            secret_name: secret.map(value),
        });
    }

    pub(crate) fn secret(&mut self, namespace: &str, name: &str, data: &[(&str, &str)]) {
        self.manifests.secrets.insert(
            ObjectName::new(namespace, name),
            Secret {
                meta: meta(namespace, name),
                kind: "kubernetes.io/tls".to_owned(),
                data: data
                    .iter()
                    .map(|(key, text)| {
                        (
                            (*key).to_owned(),
                            Sourced::new(text.as_bytes().to_vec(), origin()),
                        )
                    })
                    .collect(),
                refused: false,
                redacted: false,
            },
        );
    }
}

fn endpoint_port(name: &str, number: Option<u16>) -> EndpointPort {
    EndpointPort {
        origin: origin(),
        name: name.to_owned(),
        port: number,
        protocol: Protocol::Tcp,
        app_protocol: None,
    }
}
