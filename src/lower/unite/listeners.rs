//! TCP listeners of several clusters into one each: a Service port that several expose has one port, and the servers of all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::backends::Backends;
use super::spread::spread;
use super::{Member, Rank};
use crate::finding::{Code, Finding};
use crate::ir::{
    BindAddress, ClientSide, Field, ListenerName, Port, PortKey, Routing, Setting, Target,
    TcpListener, Wanted,
};
use crate::source::{Origin, Sourced};

/// Unites those that stand for one Service port; where clusters do not say the same of it, nobody may connect. Of those whose ports the
/// manifests name, those in the same places are one if they do the same. If not, the first cluster's counts where they lead to other
/// Services, and nobody may connect where they protect the same ones in other ways. Others are left to the allocation.
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
    for there in places.values().filter(|there| there.len() > 1) {
        findings.extend(contested(members, there, &mut others));
    }
    others.retain(|same| !same.is_empty());
    let mut named: BTreeMap<ListenerName, (Rank, Origin)> = BTreeMap::new();
    for same in by_key.into_values().chain(others) {
        findings.extend(disagreement(members, &same));
        let odd = odd_one(&same).map(|odd| different(members, &same[0], odd));
        let is_contested = odd.is_some();
        if !is_contested {
            findings.extend(spread(members, &same, backends));
        }
        findings.extend(odd);
        let rank = same.first().map(|(rank, _)| *rank);
        let Some((rank, mut listener)) = rank.zip(one(same, backends)) else {
            continue;
        };
        if is_contested {
            listener.close();
        }
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

/// Judges listeners of several clusters in one place that differ, by their groups; leaves the first one.
fn contested(
    members: &[Member],
    there: &[usize],
    groups: &mut [Vec<(Rank, TcpListener)>],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some((&first, others)) = there.split_first() else {
        return findings;
    };
    for &other in others {
        let ([(ours, counts), ..], [(theirs, differs), ..]) =
            (&groups[first][..], &groups[other][..])
        else {
            continue;
        };
        // Two objects of one cluster: the allocation lets one of them have the port.
        if ours == theirs {
            continue;
        }
        let protects = !does_the_same(counts, differs);
        let closes = protects && counts.targets().eq(differs.targets());
        let (ours, theirs) = ((*ours, counts), (*theirs, differs));
        findings.push(another(members, ours, theirs, closes));
        if closes {
            groups[first].iter_mut().for_each(|(_, it)| it.close());
        }
        groups[other].clear();
    }
    findings
}

/// What two clusters say of one place.
fn another(
    members: &[Member],
    (ours, first): (Rank, &TcpListener),
    (theirs, other): (Rank, &TcpListener),
    closes: bool,
) -> Finding {
    let name = |rank: Rank| &members[usize::from(rank)].name;
    let (ours, theirs) = (name(ours), name(theirs));
    let place = match binds(other).first() {
        Some(BindAddress::Any(port)) => format!("port {port}"),
        Some(address) => format!("`{address}`"),
        None => "a port".to_owned(),
    };
    let whose = &other.owner;
    let what = differences(first, other).join(" and ");
    let what = if what.is_empty() { "the name" } else { &what };
    let outcome = if closes {
        "; nobody may connect"
    } else {
        ", which counts"
    };
    let message = format!(
        "{place} of {whose} is another one in cluster {theirs} than in cluster {ours}{outcome}"
    );
    Finding::new(Code::CLUSTER_CONFLICT, message)
        .object(whose)
        .label(other.origin, format!("in cluster {theirs}"))
        .label(first.origin, format!("in cluster {ours}"))
        .note(format!("what differs: {what}"))
        .help("let it do the same in both clusters, or give one of them another port")
}

/// The first of the listeners of one Service port that does something else than the first of all: its servers would be reached past what
/// its manifests say, or not at all.
fn odd_one(same: &[(Rank, TcpListener)]) -> Option<&(Rank, TcpListener)> {
    let (first, others) = same.split_first()?;
    // One that is closed for a reason of its own has its finding, and closes all.
    let is_closed = |listener: &TcpListener| listener.default == Target::Closed;
    others.iter().find(|(_, other)| {
        let are_open = !is_closed(&first.1) && !is_closed(other);
        are_open && !does_the_same(&first.1, other)
    })
}

fn different(
    members: &[Member],
    (ours, first): &(Rank, TcpListener),
    (theirs, other): &(Rank, TcpListener),
) -> Finding {
    let name = |rank: &Rank| &members[usize::from(*rank)].name;
    let (ours, theirs) = (name(ours), name(theirs));
    let port = first
        .key
        .as_ref()
        .map_or_else(|| "a port".to_owned(), |key| format!("`{key}`"));
    let keys = differing(first, other);
    let message = format!(
        "the settings of {port} are others in cluster {theirs} than in cluster {ours}: nobody may connect"
    );
    let finding = Finding::new(Code::CLUSTER_CONFLICT, message).object(&other.owner);
    let finding = if keys.is_empty() {
        finding
            .label(other.origin, format!("in cluster {theirs}"))
            .label(first.origin, format!("in cluster {ours}"))
    } else {
        keys.iter()
            .take(SHOWN)
            .fold(finding, |finding, (key, in_theirs, in_ours)| {
                let place = |finding: Finding, at: Option<Origin>, otherwise, cluster| match at {
                    Some(at) => finding.label(at, format!("`{key}` in cluster {cluster}")),
                    None => {
                        finding.label(otherwise, format!("without `{key}` in cluster {cluster}"))
                    }
                };
                let finding = place(finding, *in_theirs, other.origin, theirs);
                place(finding, *in_ours, first.origin, ours)
            })
    };
    finding.help(
        "give the Services of both clusters the same annotations, and the same Secrets for TLS",
    )
}

/// So many keys are shown.
const SHOWN: usize = 4;

/// The keys that one of two listeners has and the other one has not, or with another value, and where both stand. None of them may
/// be the reason: the same words can name Secrets that hold different certificates.
fn differing<'l>(
    first: &'l TcpListener,
    other: &'l TcpListener,
) -> Vec<(&'l str, Option<Origin>, Option<Origin>)> {
    // Where the port is says nothing about its connections.
    let counts = |setting: &&Setting| !matches!(setting.field, Field::Exposure | Field::FixedPort);
    let settings = |listener: &'l TcpListener| -> BTreeMap<&'l str, &'l Sourced<String>> {
        let all = listener.settings.iter().flat_map(|all| all.iter());
        all.filter(counts)
            .map(|setting| (setting.key.as_str(), &setting.value))
            .collect()
    };
    let (ours, theirs) = (settings(first), settings(other));
    let keys: BTreeSet<&str> = ours.keys().chain(theirs.keys()).copied().collect();
    keys.into_iter()
        .map(|key| (key, theirs.get(key), ours.get(key)))
        .filter(|(_, theirs, ours)| theirs.map(|it| &it.value) != ours.map(|it| &it.value))
        .map(|(key, theirs, ours)| (key, theirs.map(|it| it.origin), ours.map(|it| it.origin)))
        .collect()
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

/// Whether two listeners in one place are one.
fn is_same(one: &TcpListener, other: &TcpListener) -> bool {
    one.name == other.name && does_the_same(one, other)
}

/// Whether two listeners do the same with the same Services, under the same policies.
fn does_the_same(one: &TcpListener, other: &TcpListener) -> bool {
    differences(one, other).is_empty()
}

/// What two listeners do not do in the same way.
fn differences(one: &TcpListener, other: &TcpListener) -> Vec<&'static str> {
    let client = |listener: &TcpListener| ClientSide {
        origins: BTreeMap::new(),
        ..listener.client.clone()
    };
    let (tls, other_tls) = (one.tls.as_ref(), other.tls.as_ref());
    let tls_side = if tls.is_some() == other_tls.is_some() {
        [
            (
                "the certificates",
                tls.map(|tls| &tls.certificates) == other_tls.map(|tls| &tls.certificates),
            ),
            (
                "the certificates that clients have to show",
                tls.map(|tls| &tls.clients) == other_tls.map(|tls| &tls.clients),
            ),
            (
                "the protocols that are offered in TLS",
                tls.map(|tls| &tls.alpn) == other_tls.map(|tls| &tls.alpn),
            ),
        ]
    } else {
        [("whether it answers TLS", false), ("", true), ("", true)]
    };
    let tests = |listener: &TcpListener| -> Vec<_> {
        let rules = listener.rules.iter();
        rules.map(|rule| rule.tests.clone()).collect()
    };
    let lines = |listener: &TcpListener| -> Vec<_> {
        let lines = listener.lines.iter();
        lines.map(|line| line.value.clone()).collect()
    };
    let same = [
        ("the Services", one.targets().eq(other.targets())),
        ("the rules", tests(one) == tests(other)),
        ("the raw lines", lines(one) == lines(other)),
        ("how clients are spoken to", client(one) == client(other)),
    ];
    let all = same.into_iter().chain(tls_side);
    all.filter(|(_, is_same)| !is_same)
        .map(|(what, _)| what)
        .collect()
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
