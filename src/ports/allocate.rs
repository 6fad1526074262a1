//! Ports for listeners.
//!
//! Who comes first keeps a port: whoever has it in the lock; then who asks for it by its number; then a Service that comes back, for
//! the one that was kept for it; then the others, by namespace, name and port, each for the lowest port of the pool that nobody has,
//! had or asks for. When there is none left, ports of Services that are gone are handed out, the lowest first.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::{Change, changes};
use super::ephemeral::ephemeral;
use super::{Certainty, Entry, Lock, OnChange, Settings, Taker, moves, say};
use crate::finding::Finding;
use crate::ir::{
    BindAddress, ListenerName, Port, PortKey, PortRange, Routing, ServiceRef, Target, TcpListener,
    Wanted,
};
use crate::source::{Origin, Sourced};

/// Who has which port, and what becomes of the lock.
#[derive(Debug, Clone, Default)]
pub struct Allocation {
    /// The lock as it has to be.
    pub lock: Lock,
    /// How it differs from the one that there is.
    pub changes: Vec<Change>,
    /// What became of each listener, in the order of [`Routing::tcp`].
    pub places: Vec<Place>,
    /// The Service that each of them leads to, whether it has a place or not.
    pub services: Vec<Option<ServiceRef>>,
}

/// What became of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// How it came to its port, or why it has none.
    pub state: State,
    /// The port that it has, or would have; `None` where the manifests name several, and where none is left.
    pub port: Option<Port>,
    /// The pool of the configuration does not have it.
    pub outside: bool,
}

/// How a listener came to its port, or why it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// The lock has it.
    Allocated,
    /// The Service names it.
    Fixed,
    /// It is a free one of the pool, or that of a Service that is gone.
    New,
    /// An object that lists ports names it; the lock does not have it.
    Explicit,
    /// Another one has it.
    Conflict,
    /// No port is left for it.
    #[default]
    Missing,
}

/// Gives each listener its place. `said`: what was found to be wrong. Under errors no port changes hands, and under unread input nobody
/// gets a new one; see [`Certainty`].
pub fn allocate(
    routing: &mut Routing,
    settings: &Settings,
    (known, said): (Certainty, &[Finding]),
) -> (Allocation, Vec<Finding>) {
    let after = |finding| Certainty::after(finding, settings.levels.severity(finding));
    let mut allocator = Allocator {
        settings,
        known: said
            .iter()
            .map(after)
            .fold(known.min(settings.known), Certainty::min),
        taken: BTreeMap::new(),
        asked: routing
            .tcp_asked
            .iter()
            .map(|asked| asked.port.value)
            .collect(),
        lock: settings.lock.clone(),
        bound: BTreeMap::new(),
        present: routing
            .tcp
            .iter()
            .filter_map(|one| one.key.clone())
            .collect(),
        places: vec![Place::default(); routing.tcp.len()],
        conflicts: Vec::new(),
        findings: Vec::new(),
    };
    allocator.reserve(routing);
    let claims = allocator.claims(&routing.tcp);
    let first_others = claims.partition_point(|claim| claim.rank == HELD);
    let (held, others) = claims.split_at(first_others);
    allocator.give_all(held, &mut routing.tcp);
    allocator.hold_asked(routing);
    allocator.hold_on(&routing.tcp, others);
    allocator.give_all(others, &mut routing.tcp);
    allocator.hand_out(&mut routing.tcp, &claims);
    allocator.tell_conflicts(&routing.tcp);
    allocator.release();
    allocator.finish(routing)
}

/// Who has a place.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    bind: BindAddress,
    /// As it is shown.
    pub(super) name: String,
    pub(super) origin: Option<Origin>,
}

/// The rank of claims to a port that the lock has.
const HELD: u8 = 0;

/// A claim, and whose it is.
struct Ranked {
    /// The stronger, the lower.
    rank: u8,
    index: usize,
    claim: Claim,
}

/// What a listener has a right to.
enum Claim {
    /// These places, of a port with which it has this state.
    This(Vec<Sourced<BindAddress>>, Option<Port>, State),
    /// A port of the pool that nobody has.
    Any,
}

struct Allocator<'s> {
    settings: &'s Settings,
    known: Certainty,
    /// Who listens where, by port.
    taken: BTreeMap<u16, Vec<Holder>>,
    /// Ports that objects name, which may have been left out.
    asked: BTreeSet<Port>,
    /// The lock as it becomes.
    lock: Lock,
    /// Which Service ports have which port.
    bound: BTreeMap<Port, PortKey>,
    /// The Service ports that are exposed.
    present: BTreeSet<PortKey>,
    places: Vec<Place>,
    /// Who has to do without a place, the place, and who has it.
    conflicts: Vec<(usize, Sourced<BindAddress>, Holder)>,
    findings: Vec<Finding>,
}

impl Allocator<'_> {
    /// What is not for TCP services: where this host listens for something else, and, where a Service may only seem to be gone, its port.
    fn reserve(&mut self, routing: &Routing) {
        let offers_tls = routing.certificates.offers_any() || !routing.passthrough.is_empty();
        for taken in &self.settings.taken {
            let in_use = match taken.by {
                Taker::Http => !routing.listeners.http.is_empty(),
                Taker::Https => !routing.listeners.https.is_empty() && offers_tls,
                Taker::Metrics | Taker::Peer(_) | Taker::Fragment => true,
            };
            if in_use {
                self.hold(taken.bind, taken.by.to_string(), taken.origin);
            }
        }
        if self.known == Certainty::All {
            return;
        }
        for (key, entry) in &self.settings.lock.live {
            if !self.present.contains(key) {
                for bind in self.settings.binds(entry.port) {
                    self.hold(bind, format!("`{key}`"), entry.origin);
                }
            }
        }
    }

    fn hold(&mut self, bind: BindAddress, name: String, origin: Option<Origin>) {
        let holder = Holder { bind, name, origin };
        self.taken.entry(bind.port()).or_default().push(holder);
    }

    /// What each listener has a right to, the strongest rights first.
    fn claims(&self, listeners: &[TcpListener]) -> Vec<Ranked> {
        let mut ranked: Vec<_> = listeners
            .iter()
            .enumerate()
            .filter_map(|(index, listener)| {
                let (rank, claim) = self.claim(listener)?;
                Some((rank, listener.key.is_none(), &listener.key, index, claim))
            })
            .collect();
        ranked.sort_by(|a, b| (a.0, a.1, a.2, a.3).cmp(&(b.0, b.1, b.2, b.3)));
        let claims = ranked.into_iter();
        claims
            .map(|(rank, _, _, index, claim)| Ranked { rank, index, claim })
            .collect()
    }

    /// With its rank.
    fn claim(&self, listener: &TcpListener) -> Option<(u8, Claim)> {
        let at = |port, origin| {
            let binds = self.settings.binds(port).into_iter();
            binds.map(|bind| Sourced::new(bind, origin)).collect()
        };
        let claim = match (&listener.wanted, &listener.key) {
            (Wanted::Binds(binds), _) => {
                let port = match &binds[..] {
                    [bind] => Port::new(bind.value.port()),
                    _ => None,
                };
                (1, Claim::This(binds.clone(), port, State::Explicit))
            }
            (Wanted::Port(port), key) => {
                let held = self.known(listener);
                let held = held.is_some_and(|it| it.port == port.value);
                let state = match key {
                    Some(_) => State::Fixed,
                    None => State::Explicit,
                };
                let binds = at(port.value, port.origin);
                (
                    if held { HELD } else { 1 },
                    Claim::This(binds, Some(port.value), state),
                )
            }
            (Wanted::Pool, Some(key)) if key.is_legal() => {
                let former = || self.settings.lock.former(key).next();
                let known = match self.known(listener) {
                    Some(entry) => Some((HELD, entry.port)),
                    // An object that is unread may name the port that was kept.
                    None if self.known == Certainty::Unread => None,
                    None => former().map(|(port, _)| (2, port)),
                };
                match known {
                    Some((rank, port)) => {
                        let binds = at(port, listener.origin);
                        (rank, Claim::This(binds, Some(port), State::Allocated))
                    }
                    None => (3, Claim::Any),
                }
            }
            // The lock could not hold it, so that it would move.
            (Wanted::Pool, _) => return None,
        };
        Some(claim)
    }

    fn give_all(&mut self, claims: &[Ranked], listeners: &mut [TcpListener]) {
        for ranked in claims {
            if let Claim::This(binds, port, state) = &ranked.claim {
                let listener = &mut listeners[ranked.index];
                self.give(ranked.index, listener, binds, *port, *state);
            }
        }
    }

    /// A Service that asks for another port than it has, and cannot have it, keeps the one that it has from others.
    fn hold_on(&mut self, listeners: &[TcpListener], claims: &[Ranked]) {
        let wishes = claims.iter().filter_map(|ranked| {
            let Claim::This(binds, Some(port), State::Fixed) = &ranked.claim else {
                return None;
            };
            let key = listeners[ranked.index].key.as_ref()?;
            let has = self.settings.lock.live.get(key);
            Some(moves::Wish {
                key,
                has: has.map(|entry| entry.port),
                wants: *port,
                is_taken: binds.iter().any(|bind| self.holder(bind.value).is_some()),
            })
        });
        for key in moves::stuck(wishes) {
            if let Some(entry) = self.settings.lock.live.get(key) {
                for bind in self.settings.binds(entry.port) {
                    self.hold(bind, format!("`{key}`"), entry.origin);
                }
            }
        }
    }

    /// Under errors, an object may be left out that names a port and has it.
    fn hold_asked(&mut self, routing: &Routing) {
        if self.known == Certainty::All {
            return;
        }
        let explicit = routing.tcp.iter().filter(|it| it.key.is_none());
        let answered: BTreeSet<u16> = explicit.flat_map(numbers).collect();
        for asked in &routing.tcp_asked {
            let port = asked.port.value;
            if !answered.contains(&port.get()) {
                let by = format!("`{}`", asked.by);
                self.hold(BindAddress::Any(port), by, Some(asked.port.origin));
            }
        }
    }

    fn holder(&self, bind: BindAddress) -> Option<&Holder> {
        let mut holders = self.taken.get(&bind.port())?.iter();
        holders.find(|holder| holder.bind.overlaps(bind))
    }

    /// Gives a listener what it has a right to, unless another one has it.
    fn give(
        &mut self,
        index: usize,
        listener: &mut TcpListener,
        binds: &[Sourced<BindAddress>],
        port: Option<Port>,
        state: State,
    ) {
        let other = binds
            .iter()
            .find_map(|bind| Some((*bind, self.holder(bind.value)?.clone())));
        self.places[index] = Place {
            state,
            port,
            outside: false,
        };
        if let Some((bind, holder)) = other {
            if state == State::Allocated && self.known(listener).is_none() {
                // It was kept for a Service that was gone; now that somebody asks for it by its number, it takes another one.
                self.places[index].state = State::Missing;
                return;
            }
            self.places[index].state = State::Conflict;
            // Two entries with one port: the lock has its own finding.
            if !(self.settings.lock.unusable && state == State::Allocated) {
                self.conflicts.push((index, bind, holder));
            }
            return;
        }
        self.bind(index, listener, binds, port);
    }

    /// The line of the port that it has.
    fn known(&self, listener: &TcpListener) -> Option<&Entry> {
        self.settings.lock.live.get(listener.key.as_ref()?)
    }

    fn bind(
        &mut self,
        index: usize,
        listener: &mut TcpListener,
        binds: &[Sourced<BindAddress>],
        port: Option<Port>,
    ) {
        let name = match &listener.key {
            Some(key) => format!("`{key}`"),
            None => format!("`{}`", listener.owner),
        };
        for bind in binds {
            self.hold(bind.value, name.clone(), Some(bind.origin));
        }
        listener.binds = binds.iter().map(|bind| bind.value).collect();
        if let Some(port) = port
            && listener.name == ListenerName::unallocated()
        {
            listener.name = ListenerName::of_port(port);
        }
        let (Some(port), Some(key)) = (port, &listener.key) else {
            return;
        };
        if self.places[index].state == State::Explicit || !key.is_legal() {
            return;
        }
        let line = self.known(listener).copied();
        let origin = line.and_then(|entry| entry.origin);
        self.lock.released.remove(&(key.clone(), port));
        self.lock.live.insert(key.clone(), Entry { port, origin });
        if let Some(left) = line.filter(|line| line.port != port) {
            // Its clients still come there, and must not meet another Service.
            let left = ((key.clone(), left.port), left.origin);
            self.lock.released.extend([left]);
        }
        self.bound.insert(port, key.clone());
        self.outside(index, listener, port, line.as_ref());
    }

    /// Says that the pool does not have a port.
    fn outside(&mut self, index: usize, listener: &TcpListener, port: Port, line: Option<&Entry>) {
        let Some((pool, said)) = self.settings.pool.zip(self.settings.pool_origin) else {
            return;
        };
        if pool.contains(port) {
            return;
        }
        self.places[index].outside = true;
        let (origin, fixed) = match (&listener.wanted, line.and_then(|line| line.origin)) {
            (Wanted::Port(port), _) => (port.origin, true),
            (_, Some(line)) => (line, false),
            (_, None) => (listener.origin, false),
        };
        let finding = say::outside(listener, port.get(), (pool, said), origin, fixed);
        self.findings.push(finding);
    }

    /// Ports of the pool for all that have none yet.
    fn hand_out(&mut self, listeners: &mut [TcpListener], claims: &[Ranked]) {
        let Some(pool) = self.settings.pool() else {
            return;
        };
        let waiting = claims.iter().filter(|ranked| {
            matches!(ranked.claim, Claim::Any) || self.places[ranked.index].state == State::Missing
        });
        let mut waiting: Vec<usize> = waiting.map(|ranked| ranked.index).collect();
        waiting.sort_by(|a, b| listeners[*a].key.cmp(&listeners[*b].key));
        if waiting.is_empty() || self.settings.lock.unusable {
            return;
        }
        if self.known == Certainty::Unread {
            let withheld: Vec<&TcpListener> =
                waiting.iter().map(|index| &listeners[*index]).collect();
            self.findings.extend(say::withheld(&withheld));
            return;
        }
        let never = self.never(listeners);
        let mut free = pool.ports().filter(|port| !never.contains(port));
        let mut kept_back = self.kept_back(pool, listeners).into_iter();
        for index in waiting {
            let listener = &mut listeners[index];
            let Some(port) = free.next().or_else(|| kept_back.next()) else {
                let finding = say::exhausted(listener, pool, self.settings, self.known);
                self.findings.push(finding);
                continue;
            };
            self.places[index] = Place {
                state: State::New,
                port: Some(port),
                outside: false,
            };
            let binds = self.settings.binds(port).into_iter();
            let origin = listener.origin;
            let binds: Vec<_> = binds.map(|bind| Sourced::new(bind, origin)).collect();
            self.bind(index, listener, &binds, Some(port));
        }
    }

    /// Says who cannot have a port, and which one is free, each time another one.
    fn tell_conflicts(&mut self, listeners: &[TcpListener]) {
        let never = match &self.conflicts[..] {
            [] => return,
            _ => self.never(listeners),
        };
        let pool = self.settings.pool();
        let free = pool.iter().flat_map(|pool| pool.ports());
        let mut free = free.filter(|port| !never.contains(port));
        for (index, bind, holder) in std::mem::take(&mut self.conflicts) {
            let said = say::taken(&listeners[index], bind, &holder, free.next());
            self.findings.push(said);
        }
    }

    /// Ports that are not handed out, on whichever address they are in use.
    fn never(&self, listeners: &[TcpListener]) -> BTreeSet<Port> {
        let mut never: BTreeSet<Port> = self.elsewhere(listeners).collect();
        let lock = &self.settings.lock;
        never.extend(lock.live.values().map(|entry| entry.port));
        never.extend(lock.released.keys().map(|(_, port)| *port));
        never
    }

    /// Ports that somebody has or asks for.
    fn elsewhere<'l>(&'l self, listeners: &'l [TcpListener]) -> impl Iterator<Item = Port> + 'l {
        let reserved = self.settings.taken.iter().map(|taken| taken.bind.port());
        let bound = self.taken.keys().copied();
        let asked = listeners.iter().flat_map(numbers);
        let ports = reserved.chain(bound).chain(asked).filter_map(Port::new);
        ports.chain(self.asked.iter().copied())
    }

    /// Ports that are kept for nobody who is there, which may be handed out when no other is left. Not those that are left in this
    /// very run.
    fn kept_back(&self, pool: PortRange, listeners: &[TcpListener]) -> BTreeSet<Port> {
        if self.known != Certainty::All || self.settings.on_change == OnChange::Refuse {
            return BTreeSet::new();
        }
        let in_use: BTreeSet<Port> = self.elsewhere(listeners).collect();
        let lock = &self.settings.lock;
        let live = lock.live.iter();
        let gone = live.filter(|(key, _)| !self.present.contains(*key));
        let gone = gone.map(|(_, entry)| entry.port);
        let released = lock.released.keys().map(|(_, port)| *port);
        let ports = gone.chain(released);
        ports
            .filter(|port| pool.contains(*port) && !in_use.contains(port))
            .collect()
    }

    /// Marks the entries of Services that are gone, and drops those whose port another one has now: of a Service that is gone, or of
    /// one that asks for another port, which it cannot have.
    fn release(&mut self) {
        let (present, bound) = (&self.present, &self.bound);
        let stays = |key: &PortKey, port: Port| {
            let holder = bound.get(&port);
            holder.is_none_or(|holder| holder == key)
        };
        let lock = &mut self.lock;
        lock.live.retain(|key, entry| stays(key, entry.port));
        lock.released.retain(|(key, port), _| stays(key, *port));
        if self.known != Certainty::All {
            return;
        }
        let (live, gone) = std::mem::take(&mut lock.live)
            .into_iter()
            .partition(|(key, _)| present.contains(key));
        lock.live = live;
        let gone: BTreeMap<PortKey, Entry> = gone;
        let gone = gone.into_iter();
        lock.released
            .extend(gone.map(|(key, entry)| ((key, entry.port), entry.origin)));
    }

    fn finish(mut self, routing: &mut Routing) -> (Allocation, Vec<Finding>) {
        let changes = changes(&self.settings.lock, &self.lock);
        let refuses = self.settings.on_change == OnChange::Refuse;
        if refuses {
            let places = self.places.iter().zip(&mut routing.tcp);
            for (_, listener) in places.filter(|(place, _)| place.state == State::New) {
                listener.binds.clear();
            }
        }
        self.findings.extend(ephemeral(&routing.tcp, self.settings));
        // What an unusable lock is to become is not known.
        let tells = self.settings.on_change != OnChange::Write && !self.settings.lock.unusable;
        if tells && !changes.is_empty() {
            let asked: BTreeMap<&PortKey, Origin> = routing
                .tcp
                .iter()
                .filter_map(|listener| Some((listener.key.as_ref()?, asked(listener))))
                .collect();
            let asked = |key: &PortKey| asked.get(key).copied();
            self.findings
                .push(say::stale(&changes, self.settings, &asked));
        }
        let service = |listener: &TcpListener| match &listener.default {
            Target::Backend(name) => Some(routing.backends.get(name)?.service.clone()),
            Target::Closed | Target::Next | Target::Misdirected(_) => None,
        };
        let allocation = Allocation {
            lock: self.lock,
            changes,
            places: self.places,
            services: routing.tcp.iter().map(service).collect(),
        };
        (allocation, self.findings)
    }
}

/// The ports that manifests name for a listener.
fn numbers(listener: &TcpListener) -> Vec<u16> {
    match &listener.wanted {
        Wanted::Pool => Vec::new(),
        Wanted::Port(port) => vec![port.value.get()],
        Wanted::Binds(binds) => binds.iter().map(|bind| bind.value.port()).collect(),
    }
}

/// What a person would edit.
fn asked(listener: &TcpListener) -> Origin {
    match &listener.wanted {
        Wanted::Port(port) => port.origin,
        Wanted::Pool | Wanted::Binds(_) => listener.origin,
    }
}
