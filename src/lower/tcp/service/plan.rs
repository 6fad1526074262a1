//! Which Service ports the keys of a Service mean, and where each is to be.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::explain::Explain;
use crate::annotations::{Exposure, Fixed, Ports, Wish};
use crate::finding::Finding;
use crate::ir::{Port, Setting};
use crate::manifest::{Protocol, Service, ServicePort};
use crate::source::{Origin, Sourced};

/// An exposed port.
#[derive(Debug, Clone)]
pub(super) struct Exposed<'m> {
    /// The port.
    pub(super) port: &'m ServicePort,
    /// Where it is to be; `None`: on any port of the pool.
    pub(super) fixed: Option<Sourced<Port>>,
    /// Where that is asked for.
    pub(super) origin: Origin,
    /// By which key.
    pub(super) setting: Setting,
}

/// Exposed ports, by their place among the ports of the Service.
pub(super) type Plan<'m> = BTreeMap<usize, Exposed<'m>>;

/// The exposed ports of a Service.
pub(super) fn plan<'m>(
    service: &'m Service,
    exposure: &Exposure<'m>,
    findings: &mut Vec<Finding>,
) -> Vec<Exposed<'m>> {
    let asks = !exposure.allocated.is_empty() || exposure.switch.is_some();
    let has_own = !exposure.fixed.is_empty() || exposure.expose.is_some();
    if !asks && !has_own {
        return Vec::new();
    }
    let mut planner = Planner::new(service, findings);
    let own = has_own.then(|| planner.own(exposure));
    let exposed = match own {
        Some(own) if asks => {
            planner.is_told = true;
            let allocator = planner.of_allocator(exposure);
            planner.explain.both(exposure, &own, &allocator);
            own
        }
        Some(own) => own,
        None => planner.of_allocator(exposure),
    };
    // A number that two ports have is a mistake that is told where the Service is read.
    let mut seen = HashSet::new();
    let exposed = exposed.into_values();
    exposed
        .filter(|exposed| seen.insert(exposed.port.port.value))
        .collect()
}

/// Finds the ports that keys mean.
struct Planner<'f, 'm> {
    service: &'m Service,
    /// Where in the Service its ports are, by name and by number; the TCP one where both TCP and UDP have it.
    known: HashMap<String, usize>,
    /// Whether it is told which ports all keys for all ports leave out.
    is_told: bool,
    explain: Explain<'f, 'm>,
}

impl<'f, 'm> Planner<'f, 'm> {
    fn new(service: &'m Service, findings: &'f mut Vec<Finding>) -> Self {
        let mut known = HashMap::new();
        for (at, port) in service.ports.iter().enumerate() {
            let names = [port.name.clone(), port.port.value.to_string()];
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                let other = known.entry(name).or_insert(at);
                let is_tcp = |at: usize| service.ports[at].protocol == Protocol::Tcp;
                if is_tcp(at) && !is_tcp(*other) {
                    *other = at;
                }
            }
        }
        Self {
            service,
            known,
            is_told: false,
            explain: Explain::new(service, findings),
        }
    }

    /// What the keys of ingressc ask for.
    fn own(&mut self, exposure: &Exposure<'m>) -> Plan<'m> {
        let mut plan = match &exposure.expose {
            Some(expose) => self.expose(expose, exposure),
            None => Plan::new(),
        };
        let fixed = self.fixed(&exposure.fixed);
        let off = exposure.expose.as_ref();
        if let Some(off) = off.filter(|expose| expose.says == Ports::None) {
            self.explain.switched_off(off, &exposure.fixed);
            return Plan::new();
        }
        for (at, wish) in fixed {
            if let Some(before) = plan.get(&at).and_then(|exposed| exposed.fixed) {
                self.explain.two_places(&wish, before);
            }
            self.place(&mut plan, at, &wish);
        }
        plan
    }

    /// What the keys of an allocator ask for.
    fn of_allocator(&mut self, exposure: &Exposure<'m>) -> Plan<'m> {
        let fixed = self.fixed(&exposure.allocated);
        let mut plan = match &exposure.switch {
            Some(switch) if switch.says => self.all(switch),
            Some(_) => return Plan::new(),
            None => {
                self.explain.without_switch(&exposure.allocated);
                return Plan::new();
            }
        };
        for (at, wish) in fixed {
            self.place(&mut plan, at, &wish);
        }
        plan
    }

    fn expose(&mut self, expose: &Wish<'m, Ports>, exposure: &Exposure<'m>) -> Plan<'m> {
        match &expose.says {
            Ports::None => Plan::new(),
            Ports::All => self.all(expose),
            Ports::Number(number) => self.number(expose, *number, &exposure.fixed),
            Ports::Some(items) => self.listed(expose, items),
        }
    }

    /// All ports that speak TCP.
    fn all<T>(&mut self, wish: &Wish<'m, T>) -> Plan<'m> {
        let ports = self.service.ports.iter().enumerate();
        let (tcp, others): (Vec<_>, Vec<_>) =
            ports.partition(|(_, port)| port.protocol == Protocol::Tcp);
        let others: Vec<&ServicePort> = others.into_iter().map(|(_, port)| port).collect();
        match (&tcp[..], &others[..]) {
            _ if self.is_told => {}
            ([], []) => self.explain.no_ports(wish),
            ([], _) => self
                .explain
                .not_tcp(wish.with(()), wish.value.origin, &others),
            (_, []) => {}
            _ => self.explain.left_out(wish.with(()), &others),
        }
        let entry = |(at, port)| (at, pooled(port, wish.value.origin, wish.setting()));
        tcp.into_iter().map(entry).collect()
    }

    /// The port of this number; a number that the Service does not have is one of the host's.
    fn number(
        &mut self,
        wish: &Wish<'m, Ports>,
        number: Port,
        fixed: &[Wish<'m, Fixed<'m>>],
    ) -> Plan<'m> {
        let text = number.to_string();
        if self.known.contains_key(&text) {
            return self.listed(wish, &[(text, 0..wish.value.value.len())]);
        }
        let ports = self.service.ports.iter().enumerate();
        let tcp: Vec<_> = ports
            .filter(|(_, port)| port.protocol == Protocol::Tcp)
            .collect();
        match (&tcp[..], &self.service.ports[..]) {
            ([(at, port)], _) => {
                let place = Some(Sourced::new(number, wish.value.origin));
                let exposed = Exposed {
                    fixed: place,
                    ..pooled(port, wish.value.origin, wish.setting())
                };
                Plan::from([(*at, exposed)])
            }
            ([], [only]) => {
                let origin = wish.value.origin;
                self.explain.not_tcp(wish.with(()), origin, &[only]);
                Plan::new()
            }
            _ => {
                self.explain.whose_number(wish, &text, fixed);
                Plan::new()
            }
        }
    }

    /// The ports of these names and numbers.
    fn listed(
        &mut self,
        wish: &Wish<'m, Ports>,
        items: &[(String, std::ops::Range<usize>)],
    ) -> Plan<'m> {
        let mut plan = Plan::new();
        let mut unknown = Vec::new();
        let mut numbers = HashSet::new();
        for (item, range) in items {
            let origin = wish.part(range.clone());
            let Some(&at) = self.known.get(item) else {
                unknown.push((item.as_str(), origin));
                continue;
            };
            let port = &self.service.ports[at];
            if port.protocol != Protocol::Tcp {
                self.explain.not_tcp(wish.with(()), origin, &[port]);
                continue;
            }
            if let Some(before) = plan.get(&at).map(|exposed: &Exposed<'_>| exposed.origin) {
                self.explain.listed_twice(wish, item, origin, before);
                continue;
            }
            plan.insert(at, pooled(port, origin, wish.setting()));
            numbers.extend(item.parse::<u16>());
        }
        // A number may be that of a TCP port and of a UDP port: 53 of a Service for DNS.
        let others = self.service.ports.iter();
        let others = others
            .filter(|port| port.protocol != Protocol::Tcp && numbers.contains(&port.port.value));
        let others: Vec<&ServicePort> = others.collect();
        if !others.is_empty() {
            self.explain.left_out(wish.with(()), &others);
        }
        self.explain.unknown(wish.with(()), &unknown);
        plan
    }

    /// The ports that have a port of the host; of two keys for one of them, the first counts.
    fn fixed(&mut self, wishes: &[Wish<'m, Fixed<'m>>]) -> BTreeMap<usize, Wish<'m, Fixed<'m>>> {
        let mut fixed: BTreeMap<usize, Wish<'m, Fixed<'m>>> = BTreeMap::new();
        for wish in wishes {
            let Some(&at) = self.known.get(wish.says.name) else {
                self.explain
                    .unknown(wish.with(()), &[(wish.says.name, wish.place)]);
                continue;
            };
            let port = &self.service.ports[at];
            if port.protocol != Protocol::Tcp {
                self.explain.not_tcp(wish.with(()), wish.place, &[port]);
                continue;
            }
            match fixed.get(&at) {
                Some(before) => self.explain.fixed_twice(wish, before),
                None => {
                    fixed.insert(at, *wish);
                }
            }
        }
        fixed
    }

    /// Gives a port its place. One whose value cannot be used is not exposed at all: its clients would find it somewhere else.
    fn place(&self, plan: &mut Plan<'m>, at: usize, wish: &Wish<'m, Fixed<'m>>) {
        let Some(port) = wish.says.port else {
            plan.remove(&at);
            return;
        };
        let origin = wish.value.origin;
        let exposed = Exposed {
            fixed: Some(Sourced::new(port, origin)),
            ..pooled(&self.service.ports[at], origin, wish.setting())
        };
        plan.insert(at, exposed);
    }
}

fn pooled(port: &ServicePort, origin: Origin, setting: Setting) -> Exposed<'_> {
    Exposed {
        port,
        fixed: None,
        origin,
        setting,
    }
}
