//! From an Ingress's reference to a Service port, and from there to a backend section.
//!
//! In: references, one at a time. Out: a [`Target`] for each, at the end the backends that were reached, and findings.
//! A reference means a Service port by number or by name and nothing else; what more lenient controllers would find is
//! said in the help.

mod app_protocol;
mod backup;
mod explain;
mod port;
mod slots;
mod unusual;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use self::app_protocol::protocol;
use self::backup::Backup;
use self::port::Problem;
pub(super) use self::port::{Problem as Unfound, port_of_target, ports, service_port};
use self::unusual::{resource_backend, undeclared};
use super::endpoints::{self, Ask, Directory, Located, Purpose};
use super::rules::Field;
use crate::annotations::{Answer, Exposure, Guards, OfPort, OfTcpIngress, Policies, Servers};
use crate::finding::Finding;
use crate::ir::policy::Mode;
use crate::ir::{
    Backend, BackendName, Check, ClientSide, Condition, HealthCheck, PolicyName, PolicySection,
    Port, ServerProtocol, ServiceRef, Setting, Target, Termination,
};
use crate::manifest::{
    Ingress, IngressBackend, IngressTarget, Manifests, Meta, ObjectName, PortRef, Protocol,
    Service, ServicePort, ServiceType, is_label,
};
use crate::source::{Origin, Sourced};

/// Names are compared with a wrong one only so many times a run: a mistake in every Ingress must not cost the square.
const SUGGESTIONS: usize = 100;

type Reference<'m> = (&'m str, &'m str, Option<&'m PortRef>);

/// The backends that some rule reaches, made on the way.
///
/// An Ingress leads to Services of its own namespace only, so each namespace can have one of these.
pub(super) struct Backends<'s, 'm> {
    world: &'s World<'m>,
    resolved: HashMap<Reference<'m>, Option<Found<'m>>>,
    policies: Policies<'s, 'm>,
    said: HashSet<(&'m ObjectName, Reference<'m>)>,
    /// The Ingresses that lead to a Service port, and what annotations make of that; by the name before any policy.
    users: BTreeMap<BackendName, Vec<(&'m Ingress, Option<PolicyName>)>>,
    /// What has been made, without its servers.
    made: HashSet<BackendName>,
    pending: Vec<Pending<'m>>,
    suggestions: usize,
    findings: Vec<Finding>,
}

/// What all namespaces look things up in.
pub(super) struct World<'m> {
    manifests: &'m Manifests,
    directory: Directory<'m>,
    /// Namespaces that have a Service of this name; made when the first one is missing.
    elsewhere: OnceLock<HashMap<&'m str, &'m ObjectName>>,
}

impl<'m> World<'m> {
    /// Indexes what servers are found in.
    pub(super) fn new(
        manifests: &'m Manifests,
        settings: &'m endpoints::Settings,
        now: Option<i64>,
    ) -> Self {
        Self {
            manifests,
            directory: Directory::new(manifests, settings, now),
            elsewhere: OnceLock::new(),
        }
    }

    /// See [`Directory::finish`].
    pub(super) fn finish(&self, backends: &[Backend]) -> Vec<Finding> {
        self.directory.finish(backends)
    }
}

/// A backend that was reached, and what its servers are found by.
struct Pending<'m> {
    backend: Backend,
    service: &'m Service,
    number: Port,
    port: Option<&'m ServicePort>,
    /// Whose servers stand in.
    backup: Option<Backup<'m>>,
}

impl<'s, 'm> Backends<'s, 'm> {
    /// None reached yet.
    pub(super) fn new(world: &'s World<'m>, policies: Policies<'s, 'm>) -> Self {
        Self {
            world,
            resolved: HashMap::new(),
            policies,
            said: HashSet::new(),
            users: BTreeMap::new(),
            made: HashSet::new(),
            pending: Vec::new(),
            suggestions: 0,
            findings: Vec::new(),
        }
    }

    /// The Services whose annotations were read.
    pub(super) fn services(&self) -> Vec<&'m ObjectName> {
        self.policies.read().collect()
    }

    /// The Services that have TCP listeners.
    pub(super) fn exposed(&self) -> Vec<&'m ObjectName> {
        self.policies.exposed().collect()
    }

    /// What was reached, with its servers, and what there is to say about it.
    pub(super) fn finish(
        mut self,
    ) -> (
        Vec<Backend>,
        BTreeMap<PolicyName, PolicySection>,
        Vec<Finding>,
    ) {
        let found: Vec<_> = self
            .pending
            .par_iter()
            .map(|pending| {
                let mut findings = Vec::new();
                let ask = Ask {
                    service: pending.service,
                    number: pending.number,
                    port: pending.port,
                    directory: &self.world.directory,
                    purpose: match pending.backend.protocol {
                        ServerProtocol::Tcp => Purpose::Connections,
                        _ => Purpose::Requests,
                    },
                    trial: false,
                };
                let mut found = endpoints::resolve(&ask, &mut findings);
                let policy = pending.backend.policy.as_ref();
                let section = policy.and_then(|name| self.policies.section(name));
                if let Some(backup) = pending.backup {
                    let ask = Ask {
                        service: backup.service,
                        number: backup.number,
                        port: backup.port,
                        purpose: Purpose::Backup(&pending.service.meta.name),
                        ..ask
                    };
                    let others = endpoints::resolve(&ask, &mut findings);
                    backup::add(&mut found.servers, others.servers);
                }
                if section.is_some_and(|section| section.policy.mode == Mode::Tcp) {
                    only_connect(&mut found);
                }
                if let Some(section) = section {
                    findings.extend(slots::fill(section, &mut found.servers));
                }
                // Into a list of its own: these stay, and must not take the room of what only the resolvers knew.
                let mut servers = Vec::with_capacity(found.servers.len());
                servers.extend(found.servers.into_iter().map(|located| located.server));
                ((servers, found.health, found.client_ip_affinity), findings)
            })
            .collect();
        self.compare();
        let mut made = Vec::with_capacity(self.pending.len());
        for (pending, (found, findings)) in self.pending.into_iter().zip(found) {
            self.findings.extend(findings);
            let (servers, health, client_ip_affinity) = found;
            made.push(Backend {
                health,
                client_ip_affinity,
                servers,
                ..pending.backend
            });
        }
        let (policies, said) = self.policies.finish();
        self.findings.extend(said);
        (made, policies, self.findings)
    }

    /// Who answers for `backend`, and what annotations decide about it. Closed when nobody can; that is said once an Ingress.
    pub(super) fn resolve(
        &mut self,
        ingress: &'m Ingress,
        backend: &'m IngressBackend,
        field: Field,
    ) -> Resolved {
        match self.found(ingress, backend, field) {
            Some(found) => self.under_policy(Some(ingress), &found),
            None => Resolved::closed(),
        }
    }

    /// The same of an Ingress of a TCP port: what annotations of the Service say holds, and those of the Ingress are the port's.
    pub(super) fn of_tcp_ingress(
        &mut self,
        ingress: &'m Ingress,
        backend: &'m IngressBackend,
        field: Field,
    ) -> Exposed {
        let Some(found) = self.found(ingress, backend, field) else {
            return Exposed::closed();
        };
        let mut answer = self.policies.of_port(found.service);
        answer.closed |= self.policies.closes_tcp_ingresses(found.service);
        self.lead_to(&found, answer)
    }

    /// The Service port that is meant. `None` when there is none; that is said once an Ingress.
    fn found(
        &mut self,
        ingress: &'m Ingress,
        backend: &'m IngressBackend,
        field: Field,
    ) -> Option<Found<'m>> {
        let (name, port) = match &backend.target {
            IngressTarget::Resource(resource) => {
                self.findings
                    .push(resource_backend(ingress, resource, field));
                return None;
            }
            IngressTarget::Service { name, port } => (name, port.as_ref()),
        };
        let namespace = ingress.meta.name.namespace.as_str();
        let reference = (namespace, name.value.as_str(), port.map(|port| &port.value));
        let known = self.resolved.get(&reference).cloned().flatten();
        let found = match known {
            Some(found) => Some(found),
            // Missing for another Ingress, too, perhaps: each has to hear it.
            None => match self.look_up(namespace, name, port) {
                Ok(found) => Some(found),
                Err(problem) => {
                    if self.said.insert((&ingress.meta.name, reference)) {
                        let finding = self.explain(ingress, name, port, field, problem);
                        self.findings.extend(finding);
                    }
                    None
                }
            },
        };
        self.resolved.insert(reference, found.clone());
        found
    }

    /// What annotations of the Ingress and of the Service ask for to keep clients out, whatever comes of it.
    pub(super) fn guards(&self, ingress: &Ingress, backend: Option<&IngressBackend>) -> Guards {
        let ObjectName { namespace, .. } = &ingress.meta.name;
        let of = |meta: &Meta| Guards::of_annotations(&meta.annotations, namespace);
        let service = match backend.map(|backend| &backend.target) {
            Some(IngressTarget::Service { name, .. }) => {
                let name = ObjectName::new(namespace.as_str(), name.value.as_str());
                self.world.manifests.services.get(&name)
            }
            _ => None,
        };
        let own = of(&ingress.meta);
        match service {
            Some(service) => own.with(of(&service.meta)),
            None => own,
        }
    }

    /// Reads the keys of an Ingress of which no route was: each of them is closed or left out. What they say is used for none.
    pub(super) fn judge(&mut self, ingress: &'m Ingress) {
        if self.policies.has_read(ingress) {
            return;
        }
        let paths = ingress
            .rules
            .iter()
            .flat_map(|rule| rule.paths.iter().flatten());
        let backends = paths.filter_map(|path| path.backend.as_ref());
        for backend in backends.chain(&ingress.default_backend) {
            let IngressTarget::Service { name, .. } = &backend.target else {
                continue;
            };
            let key = ObjectName::new(ingress.meta.name.namespace.as_str(), name.value.as_str());
            if let Some(service) = self.world.manifests.services.get(&key) {
                self.policies.answer(Some(ingress), service);
            }
        }
        if !self.policies.has_read(ingress) {
            self.policies.judge(ingress);
        }
    }

    /// The backend of a Service port under the policy that annotations give the route.
    fn under_policy(&mut self, ingress: Option<&'m Ingress>, found: &Found<'m>) -> Resolved {
        let Answer {
            policy,
            settings,
            closed,
            choices,
            misdirected,
        } = self.policies.answer(ingress, found.service);
        let through = choices.passthrough.is_some();
        if closed {
            return Resolved {
                target: Target::Closed,
                settings,
                passthrough: through.then_some(Target::Closed),
                condition: choices.condition,
                left_out: choices.left_out,
                user: None,
            };
        }
        let name = match &policy {
            Some(policy) => found.name.with_policy(policy),
            None => found.name.clone(),
        };
        if !choices.left_out && self.made.insert(name.clone()) {
            self.make(name.clone(), policy.clone(), found, through);
        }
        let (target, passthrough) = if through {
            (
                Target::Misdirected(misdirected),
                Some(Target::Backend(name)),
            )
        } else {
            (Target::Backend(name), None)
        };
        Resolved {
            target,
            settings,
            passthrough,
            condition: choices.condition,
            left_out: choices.left_out,
            user: Some((found.name.clone(), policy)),
        }
    }

    /// The first TCP port of a Service that a setting of the ConfigMap names; `None` when there is none.
    pub(super) fn of_config(&mut self, service: &'m Service, origin: Origin) -> Option<Resolved> {
        let mut ports = service.ports.iter();
        let port = ports.find(|port| port.protocol == Protocol::Tcp)?;
        let found = Found::new(service, port, origin)?;
        Some(self.under_policy(None, &found))
    }

    /// The backend of a Service port whose connections are handed to the servers as they come. `origin`: what leads there.
    pub(super) fn of_port(
        &mut self,
        service: &'m Service,
        port: &'m ServicePort,
        origin: Origin,
    ) -> Option<Exposed> {
        self.of_port_with(service, port, origin, &Servers::default())
    }

    /// The same where `servers` is said for one port, which counts before annotations.
    pub(super) fn of_port_with(
        &mut self,
        service: &'m Service,
        port: &'m ServicePort,
        origin: Origin,
        servers: &Servers,
    ) -> Option<Exposed> {
        let found = Found::new(service, port, origin)?;
        let answer = self.policies.of_port_with(found.service, servers);
        Some(self.lead_to(&found, answer))
    }

    /// The backend of a Service port under the policy that annotations of the Service give it.
    fn lead_to(&mut self, found: &Found<'m>, answer: OfPort) -> Exposed {
        let target = if answer.closed {
            Target::Closed
        } else {
            let name = found.name.with_policy(&answer.policy);
            if self.made.insert(name.clone()) {
                self.make(name.clone(), Some(answer.policy), found, true);
                let wanted = answer.backup.as_ref();
                let backup = wanted
                    .zip(found.port)
                    .and_then(|(wanted, port)| self.backup((found.service, port), wanted));
                if let Some(pending) = self.pending.last_mut() {
                    pending.backend.backup = backup.map(|backup| backup.name());
                    pending.backup = backup;
                }
            }
            Target::Backend(name)
        };
        Exposed {
            target,
            client: answer.client,
            tls: answer.tls,
            settings: answer.settings,
        }
    }

    /// What annotations of an Ingress say about its TCP port.
    pub(super) fn tcp_port(&mut self, ingress: &'m Ingress) -> OfTcpIngress {
        self.policies.of_tcp_ingress(ingress)
    }

    /// What annotations of a Service say about its exposure.
    pub(super) fn exposure(&mut self, service: &'m Service) -> Exposure<'m> {
        self.policies.exposure(service)
    }

    /// Counts a route, which is not left out: what its Ingress says about the servers is compared with what others say.
    pub(super) fn count(&mut self, ingress: &'m Ingress, resolved: &Resolved) {
        let Some((name, policy)) = &resolved.user else {
            return;
        };
        let user = (ingress, policy.clone());
        let Some(users) = self.users.get_mut(name) else {
            self.users.insert(name.clone(), vec![user]);
            return;
        };
        // The paths of an Ingress come one after the other, and have one policy.
        let last = users.last().map(|(ingress, _)| &ingress.meta.name);
        if last != Some(&ingress.meta.name) {
            users.push(user);
        }
    }

    /// Says where Ingresses disagree about the servers of a Service port.
    fn compare(&mut self) {
        for pending in &self.pending {
            // Of the backends of a Service port, the first asks for all.
            let Some(users) = self.users.remove(&pending.backend.name.without_policy()) else {
                continue;
            };
            let policies: HashSet<_> = users.iter().map(|(_, policy)| policy).collect();
            if policies.len() < 2 {
                continue;
            }
            let mut ingresses: Vec<_> = users.iter().map(|(ingress, _)| *ingress).collect();
            ingresses.dedup_by_key(|ingress| &ingress.meta.name);
            let service = &pending.backend.service;
            let port = match service.port_name.as_str() {
                "" => service.port.to_string(),
                name => format!("`{name}`"),
            };
            self.findings.extend(
                self.policies
                    .disagreements(pending.service, &port, &ingresses),
            );
        }
    }

    fn look_up(
        &mut self,
        namespace: &'m str,
        name: &'m Sourced<String>,
        port: Option<&'m Sourced<PortRef>>,
    ) -> Result<Found<'m>, Problem<'m>> {
        let port = port.ok_or(Problem::IllegalPort)?;
        let key = ObjectName::new(namespace, &name.value);
        let Some(service) = self.world.manifests.services.get(&key) else {
            // A name that no Service can have was reported as such.
            return Err(if is_label(&name.value) {
                Problem::NoService
            } else {
                Problem::IllegalName
            });
        };
        let (number, found) = match service_port(service, &port.value) {
            Ok(found) => (found.port.value, Some(found)),
            Err(problem @ Problem::NoPort(_)) => match port.value {
                // A CNAME has whatever ports its target has.
                PortRef::Number(number) if service.kind == ServiceType::ExternalName => {
                    self.findings.push(undeclared(service, number, port.origin));
                    (number, None)
                }
                _ => return Err(problem),
            },
            Err(problem) => return Err(problem),
        };
        let number = Port::new(number).ok_or(Problem::IllegalPort)?;
        let name =
            BackendName::new(namespace, &name.value, number.get()).ok_or(Problem::IllegalName)?;
        Ok(Found {
            name,
            service,
            number,
            port: found,
            reference: port.origin,
        })
    }

    fn make(
        &mut self,
        name: BackendName,
        policy: Option<PolicyName>,
        found: &Found<'m>,
        through: bool,
    ) {
        let Found {
            service,
            number,
            port,
            reference,
            ..
        } = *found;
        let protocol = match port {
            _ if through => ServerProtocol::Tcp,
            Some(port) => protocol(service, port, &mut self.findings),
            None => ServerProtocol::Http1,
        };
        let backend = Backend {
            name,
            service: ServiceRef {
                namespace: service.meta.name.namespace.clone(),
                name: service.meta.name.name.clone(),
                port: number.get(),
                port_name: port.map_or(String::new(), |port| ServiceRef::port_name(&port.name)),
            },
            policy,
            protocol,
            health: HealthCheck::default(),
            client_ip_affinity: None,
            servers: Vec::new(),
            backup: None,
            origin: port.map_or(reference, |port| port.port.origin),
        };
        self.pending.push(Pending {
            backend,
            service,
            number,
            port,
            backup: None,
        });
    }
}

/// What readiness probes ask over HTTP says nothing about the connections of a TCP service: servers are up while they accept some, unless
/// an annotation asks for more.
fn only_connect(found: &mut endpoints::Found) {
    found.health = HealthCheck::Connect;
    for Located { server, .. } in &mut found.servers {
        if matches!(server.check, Check::At(_)) {
            server.check = Check::Here;
        }
    }
}

/// A Service port that a reference leads to.
#[derive(Debug, Clone)]
struct Found<'m> {
    /// The backend's name, before any policy.
    name: BackendName,
    service: &'m Service,
    number: Port,
    port: Option<&'m ServicePort>,
    /// Where the reference stands.
    reference: Origin,
}

impl<'m> Found<'m> {
    /// A port of a Service. `None` for a number or name that no port or Service can have, which has its finding.
    fn new(service: &'m Service, port: &'m ServicePort, reference: Origin) -> Option<Self> {
        let number = Port::new(port.port.value)?;
        let ObjectName { namespace, name } = &service.meta.name;
        Some(Self {
            name: BackendName::new(namespace, name, number.get())?,
            service,
            number,
            port: Some(port),
            reference,
        })
    }
}

/// What a TCP listener leads to.
#[derive(Debug, Clone)]
pub(super) struct Exposed {
    /// Who gets the connections.
    pub(super) target: Target,
    /// What annotations say about clients.
    pub(super) client: ClientSide,
    /// TLS that annotations want to be answered here.
    pub(super) tls: Option<Termination>,
    /// What annotations decide about the port.
    pub(super) settings: Option<Arc<[Setting]>>,
}

impl Exposed {
    /// Nobody gets the connections, whatever annotations say.
    fn closed() -> Self {
        Self {
            target: Target::Closed,
            client: ClientSide::default(),
            tls: None,
            settings: None,
        }
    }
}

/// What a reference comes to.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    /// Who answers.
    pub(super) target: Target,
    /// What annotations decide about the route.
    pub(super) settings: Option<Arc<[Setting]>>,
    /// Who gets connections whose TLS is handed through; the target answers what comes in another way.
    pub(super) passthrough: Option<Target>,
    /// Which requests get there; `None` for all of them.
    pub(super) condition: Option<Sourced<Condition>>,
    /// The route is not to be: a condition of it cannot be honoured.
    pub(super) left_out: bool,
    /// The Service port, and the policy of its servers for this Ingress: to compare with what other Ingresses say.
    user: Option<(BackendName, Option<PolicyName>)>,
}

impl Resolved {
    /// Nobody answers, whatever annotations say.
    pub(super) fn closed() -> Self {
        Self {
            target: Target::Closed,
            settings: None,
            passthrough: None,
            condition: None,
            left_out: false,
            user: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::testing::{World, codes, path_to, port, ready, value};
    use crate::lower::{Settings, lower};
    use crate::manifest::{PathType::Prefix, Protocol, TargetPort};

    /// A Service `web` with `ports`, referred to by `wanted`: codes, first help, backends.
    fn ask(ports: Vec<ServicePort>, wanted: PortRef) -> (Vec<String>, String, Vec<String>) {
        let mut world = World::default();
        let named: Vec<_> = ports
            .iter()
            .map(|port| (port.name.clone(), port.port.value))
            .collect();
        world.service("a", "web", ports);
        for (name, number) in named {
            world.slice("a", "web", (&name, Some(number)), vec![ready("10.1.0.4")]);
        }
        world.rule(
            "a",
            "x",
            Some("a.io"),
            vec![path_to(Prefix, "/", "web", wanted)],
        );
        let lowered = lower(&world.manifests, &Settings::default());
        let help = lowered
            .findings
            .first()
            .and_then(|finding| finding.help.clone());
        let reached = lowered
            .routing
            .backends
            .keys()
            .map(ToString::to_string)
            .collect();
        (codes(&lowered.findings), help.unwrap_or_default(), reached)
    }

    fn name(text: &str) -> PortRef {
        PortRef::Name(text.to_owned())
    }

    #[test]
    fn number_and_name_lead_to_one_backend() {
        for wanted in [PortRef::Number(80), name("http")] {
            let (codes, _, backends) = ask(vec![port("http", 80)], wanted);
            assert!(codes.is_empty());
            assert_eq!(backends, ["a_web_80"]);
        }
    }

    #[test]
    fn a_target_port_is_not_a_service_port_and_the_help_says_so() {
        let mut behind = port("http", 80);
        behind.target = TargetPort::Number(8080);
        let (codes, help, backends) = ask(vec![behind], PortRef::Number(8080));
        assert_eq!((codes, backends.len()), (vec!["ING202".to_owned()], 0));
        assert!(
            help.contains("Service port is 80; 8080 is its `targetPort`"),
            "{help}"
        );
    }

    #[test]
    fn a_port_with_an_illegal_name_goes_by_its_number() {
        let (_, _, backends) = ask(vec![port("a\n    server evil", 80)], PortRef::Number(80));
        assert_eq!(backends, ["a_web_80"]);
        assert_eq!(ServiceRef::port_name("http-2"), "http-2");
        for illegal in ["a\nb", "a b", "Http", "a\u{1}", &"a".repeat(64)] {
            assert_eq!(ServiceRef::port_name(illegal), "", "{illegal:?}");
        }
    }

    #[test]
    fn a_slip_in_a_port_name_is_recognised() {
        let (codes, help, _) = ask(vec![port("http", 80), port("admin", 81)], name("htpt"));
        assert_eq!(codes, ["ING202"]);
        assert_eq!(help, "write `name: http`");
        assert!(
            ask(vec![port("http", 80)], name("80"))
                .1
                .contains("number: 80")
        );
    }

    #[test]
    fn of_tcp_and_udp_with_one_number_tcp_is_taken() {
        let mut udp = port("quic", 443);
        udp.protocol = Protocol::Udp;
        let (codes, _, backends) = ask(vec![udp.clone(), port("https", 443)], PortRef::Number(443));
        assert!(codes.is_empty());
        assert_eq!(backends, ["a_web_443"]);
        assert_eq!(ask(vec![udp], PortRef::Number(443)).0, ["ING214"]);
    }

    #[test]
    fn a_missing_service_is_said_once_an_ingress_with_the_nearest_name() {
        let mut world = World::default();
        world.web("a", "web", 80);
        world.web("b", "api", 80);
        let paths = ["/1", "/2"].map(|text| path_to(Prefix, text, "wbe", PortRef::Number(80)));
        world.rule("a", "x", Some("a.io"), paths.to_vec());
        world.rule(
            "a",
            "y",
            Some("b.io"),
            vec![path_to(Prefix, "/", "api", PortRef::Number(80))],
        );
        let lowered = lower(&world.manifests, &Settings::default());
        assert_eq!(codes(&lowered.findings), ["ING201", "ING201"]);
        let help = |at: usize| lowered.findings[at].help.clone().unwrap_or_default();
        assert!(help(0).contains("`web`"));
        assert!(help(1).contains("namespace `b`"));
        assert!(
            lowered
                .routing
                .hosts
                .iter()
                .flat_map(|host| &host.rules)
                .all(|rule| rule.claim.target == Target::Closed)
        );
    }

    #[test]
    fn a_name_that_no_service_can_have_is_closed_and_was_reported_where_it_was_read() {
        for name in [
            "Web",
            "web_1",
            "a.b",
            "web\n  server x",
            "{{ .Values.service }}",
        ] {
            let mut world = World::default();
            let wish = path_to(Prefix, "/", name, PortRef::Number(80));
            world.rule("a", "x", Some("a.io"), vec![wish]);
            let lowered = lower(&world.manifests, &Settings::default());
            assert_eq!(codes(&lowered.findings), [""; 0], "{name}");
            let mut rules = lowered.routing.hosts.iter().flat_map(|host| &host.rules);
            assert!(
                rules.all(|rule| rule.claim.target == Target::Closed),
                "{name}"
            );
        }
    }

    #[test]
    fn a_resource_backend_is_closed() {
        let mut world = World::default();
        let mut bucket = path_to(Prefix, "/", "web", PortRef::Number(80));
        bucket.backend.as_mut().expect("there").target = IngressTarget::Resource(value("Bucket/x"));
        world.rule("a", "x", Some("a.io"), vec![bucket]);
        assert_eq!(
            codes(&lower(&world.manifests, &Settings::default()).findings),
            ["ING114"]
        );
    }
}
