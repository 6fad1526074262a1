//! Ports whose connections are spread over clusters: right for what has no memory, and two primaries for a database.
//!
//! In: the listeners of one Service port, and the servers of each cluster. Out: a finding where more than one cluster serves it.

use std::collections::HashSet;

use super::backends::{Backends, asked, is_one_machine};
use super::{Member, Rank};
use crate::finding::{Code, Finding};
use crate::ir::{Server, Target, TcpListener};

/// Says it at the listener of the second cluster.
pub(super) fn spread(
    members: &[Member],
    same: &[(Rank, TcpListener)],
    backends: &Backends<'_>,
) -> Option<Finding> {
    let member = |rank: &Rank| &members[usize::from(*rank)];
    let has_first = same.iter().any(|(rank, _)| !member(rank).backup);
    let candidates = same.iter().filter(|(rank, _)| {
        let Member { weight, backup, .. } = member(rank);
        !(has_first && *backup) && weight.is_none_or(|weight| weight.get() > 0)
    });
    let mut all: Vec<(&(Rank, TcpListener), Vec<&Server>)> = candidates
        .map(|one| (one, servers(one, backends)))
        .collect();
    let is_here = |server: &&Server| !server.elsewhere;
    if all.iter().any(|(_, servers)| servers.iter().any(is_here)) {
        for (_, servers) in &mut all {
            servers.retain(is_here);
        }
    }
    let mut seen = HashSet::new();
    let mut serving = all.iter().filter(|(_, servers)| {
        let new = servers
            .iter()
            .filter(|server| seen.insert(asked(server)) || !is_one_machine(server));
        new.count() > 0
    });
    let ((ours, first), (theirs, other)) = (serving.next()?.0, serving.next()?.0);
    let (ours, theirs) = (&member(ours).name, &member(theirs).name);
    let what = other
        .key
        .as_ref()
        .map_or_else(|| other.owner.clone(), |key| format!("`{key}`"));
    Some(
        Finding::new(
            Code::PORT_SPREAD_OVER_CLUSTERS,
            format!("connections to {what} are spread over the clusters {ours} and {theirs}"),
        )
        .object(&other.owner)
        .label(other.origin, format!("in cluster {theirs}"))
        .label(first.origin, format!("in cluster {ours}"))
        .note("if each has a database of its own, clients meet now the one and now the other")
        .help("give the Services different names or namespaces, or make one cluster the backup"),
    )
}

/// Those of a cluster that get connections while they are up.
fn servers<'b>(
    (rank, listener): &(Rank, TcpListener),
    backends: &'b Backends<'_>,
) -> Vec<&'b Server> {
    let names = listener.targets().filter_map(|target| match target {
        Target::Backend(name) => Some(name),
        _ => None,
    });
    let servers = names.flat_map(|name| backends.servers_of(*rank, name));
    // In other zones they are backups until all clusters are known.
    let takes_part = |server: &&Server| !server.backup || server.elsewhere;
    servers.filter(takes_part).collect()
}
