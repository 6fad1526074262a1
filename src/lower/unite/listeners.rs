//! TCP listeners of several clusters into one each: a Service port that several expose has one port, and the servers of all of them.

use std::collections::BTreeMap;

use super::backends::Backends;
use super::{Member, Rank};
use crate::finding::{Code, Finding};
use crate::ir::{BindAddress, ListenerName, Port, PortKey, Routing, Target, TcpListener, Wanted};
use crate::source::{Origin, Sourced};

/// Unites those that stand for one Service port; what the first cluster says holds. Of those whose ports the manifests name, the
/// same ones that lead to the same Services are one; others are left to the allocation, which lets one of them have the port.
pub(super) fn unite(
    members: &[Member],
    listeners: Vec<(Rank, TcpListener)>,
    backends: &mut Backends<'_>,
    routing: &mut Routing,
) -> Vec<Finding> {
    let mut by_key: BTreeMap<PortKey, Vec<(Rank, TcpListener)>> = BTreeMap::new();
    let mut others: Vec<Vec<(Rank, TcpListener)>> = Vec::new();
    let mut places: BTreeMap<Vec<BindAddress>, Vec<usize>> = BTreeMap::new();
    for (rank, listener) in listeners {
        if let Some(key) = listener.key.clone() {
            by_key.entry(key).or_default().push((rank, listener));
            continue;
        }
        let there = places.entry(binds(&listener)).or_default();
        let same = |at: &&usize| {
            let (first, known) = &others[**at][0];
            *first != rank && is_same(known, &listener)
        };
        if let Some(&at) = there.iter().find(same) {
            others[at].push((rank, listener));
        } else {
            there.push(others.len());
            others.push(vec![(rank, listener)]);
        }
    }
    let mut findings = Vec::new();
    let mut named: BTreeMap<ListenerName, (Rank, Origin)> = BTreeMap::new();
    for same in by_key.into_values().chain(others) {
        findings.extend(disagreement(members, &same));
        let rank = same.first().map(|(rank, _)| *rank);
        let Some((rank, listener)) = rank.zip(one(same, backends)) else {
            continue;
        };
        if listener.name != ListenerName::unallocated()
            && let Some(first) = named.insert(listener.name.clone(), (rank, listener.origin))
        {
            findings.push(same_name(members, first, (rank, &listener)));
            named.insert(listener.name, first);
            continue;
        }
        routing.tcp.push(listener);
    }
    findings
}

/// Two clusters have a listener of one name, which differ: HAProxy has one section of a name.
fn same_name(
    members: &[Member],
    (ours, first): (Rank, Origin),
    (theirs, listener): (Rank, &TcpListener),
) -> Finding {
    let name = |rank: Rank| &members[usize::from(rank)].name;
    let (ours, theirs) = (name(ours), name(theirs));
    let owner = &listener.owner;
    Finding::new(
        Code::CLUSTER_CONFLICT,
        format!("a frontend of {owner} is another one in cluster {theirs} than in cluster {ours}, which counts"),
    )
    .object(owner)
    .label(listener.origin, format!("in cluster {theirs}"))
    .label(first, format!("in cluster {ours}"))
    .help("let it listen and lead to the same in both clusters, or give one of them another name")
}

/// One listener of those of several clusters.
fn one(same: Vec<(Rank, TcpListener)>, backends: &mut Backends<'_>) -> Option<TcpListener> {
    let ranks: Vec<Rank> = same.iter().map(|(rank, _)| *rank).collect();
    let fixed = same.iter().find_map(|(_, listener)| fixed(listener));
    // A cluster whose protection cannot be honoured would be reached through the listener of another one.
    let is_closed = same.iter().any(|(_, one)| one.default == Target::Closed);
    let (_, mut first) = same.into_iter().next()?;
    for target in first.targets_mut() {
        if let Target::Backend(name) = target {
            let united = backends.unite(name, ranks.clone());
            *target = united.map_or(Target::Closed, Target::Backend);
        }
    }
    if is_closed {
        first.default = Target::Closed;
    }
    if let (Wanted::Pool, Some(port)) = (&first.wanted, fixed) {
        first.wanted = Wanted::Port(port);
    }
    Some(first)
}

fn fixed(listener: &TcpListener) -> Option<Sourced<Port>> {
    match listener.wanted {
        Wanted::Port(port) => Some(port),
        Wanted::Pool | Wanted::Binds(_) => None,
    }
}

/// The places that manifests name, sorted; those of one port without an address as if on every address.
fn binds(listener: &TcpListener) -> Vec<BindAddress> {
    let mut binds: Vec<BindAddress> = match &listener.wanted {
        Wanted::Pool => Vec::new(),
        Wanted::Port(port) => vec![BindAddress::Any(port.value)],
        Wanted::Binds(binds) => binds.iter().map(|bind| bind.value).collect(),
    };
    binds.sort_unstable();
    binds
}

/// Whether two listeners in one place do the same with the same Services.
fn is_same(one: &TcpListener, other: &TcpListener) -> bool {
    let tests = |listener: &TcpListener| -> Vec<_> {
        let rules = listener.rules.iter();
        rules.map(|rule| rule.tests.clone()).collect()
    };
    let tls = |listener: &TcpListener| {
        let tls = listener.tls.as_ref();
        tls.map(|tls| {
            (
                tls.certificates.clone(),
                tls.clients.clone(),
                tls.alpn.clone(),
            )
        })
    };
    let lines = |listener: &TcpListener| -> Vec<_> {
        let lines = listener.lines.iter();
        lines.map(|line| line.value.clone()).collect()
    };
    one.targets().eq(other.targets())
        && tests(one) == tests(other)
        && tls(one) == tls(other)
        && lines(one) == lines(other)
        && one.name == other.name
}

/// Two clusters that fix different ports for one Service port.
fn disagreement(members: &[Member], same: &[(Rank, TcpListener)]) -> Option<Finding> {
    let mut asked = same
        .iter()
        .filter_map(|(rank, listener)| Some((*rank, listener, fixed(listener)?)));
    let (ours, _, first) = asked.next()?;
    let (theirs, listener, second) = asked.find(|(.., port)| port.value != first.value)?;
    let key = listener.key.as_ref()?;
    let name = |rank: Rank| &members[usize::from(rank)].name;
    let (ours, theirs) = (name(ours), name(theirs));
    Some(
        Finding::new(
            Code::CLUSTER_CONFLICT,
            format!(
                "`{key}` is to have port {} in cluster {theirs}, and {} in cluster {ours}, which counts",
                second.value, first.value
            ),
        )
        .object(&listener.owner)
        .label(second.origin, format!("in cluster {theirs}"))
        .label(first.origin, format!("in cluster {ours}"))
        .help("let the Services of both clusters name the same port"),
    )
}
