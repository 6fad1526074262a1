//! Weights of servers, so that each cluster has its share whatever the number of its servers.
//!
//! In: the servers of a backend with their own weights, and the share that each cluster is to have. Out: weights from 1 to 256
//! (manual 5.2, "weight"). A server's ideal weight is the share of its cluster times its own weight, divided by the sum of the
//! weights of its cluster's servers. All are scaled so that the largest is near 256: by a whole number where that keeps the
//! shares exact, else to 256, and then rounded so that the sum of each cluster stays right, rather than each server. Nothing
//! above 0 becomes 0, so a share that is too small for its number of servers is exceeded. A server of weight 0 stays at 0.
//!
//! A `server-template` counts as one server: nobody knows how many DNS will name.

use super::{Member, Rank};
use crate::ir::{Server, Weight};

/// The share of a cluster that has none, where another one has.
const SHARE: u16 = 100;

/// The shares of the clusters, by rank. `None` when none of them has one: servers keep their weights then.
pub(super) fn shares(members: &[Member]) -> Option<Vec<u16>> {
    let weights = members.iter().map(|member| member.weight);
    weights.clone().any(|weight| weight.is_some()).then(|| {
        weights
            .map(|weight| weight.map_or(SHARE, Weight::get))
            .collect()
    })
}

/// Sets the weights of `servers`, which are sorted by rank, where they are of several clusters. Backups are asked when all others
/// are down: they share among themselves.
pub(super) fn share(servers: &mut [(Rank, Server)], shares: &[u16]) {
    for backup in [false, true] {
        let mut pool: Vec<&mut (Rank, Server)> = servers
            .iter_mut()
            .filter(|(_, server)| server.backup == backup)
            .collect();
        let mut clusters: Vec<&mut [&mut (Rank, Server)]> =
            pool.chunk_by_mut(|(a, _), (b, _)| a == b).collect();
        if clusters.len() < 2 {
            continue;
        }
        let asked = clusters.iter().map(|cluster| Cluster {
            share: cluster
                .first()
                .and_then(|(rank, _)| shares.get(usize::from(*rank)))
                .map_or(0, |&share| share.into()),
            weights: cluster
                .iter()
                .map(|(_, server)| server.weight.map_or(1, Weight::get).into())
                .collect(),
        });
        let asked: Vec<Cluster> = asked.collect();
        for (cluster, weights) in clusters.iter_mut().zip(apportion(&asked)) {
            for ((_, server), weight) in cluster.iter_mut().zip(weights) {
                server.weight = Weight::new(weight);
            }
        }
    }
}

/// A cluster's share, and the weights of its servers.
#[derive(Debug)]
struct Cluster {
    share: u128,
    weights: Vec<u128>,
}

impl Cluster {
    /// The sum of its weights; `None` when none of its servers is to be asked.
    fn sum(&self) -> Option<u128> {
        let sum: u128 = self.weights.iter().sum();
        (sum > 0 && self.share > 0).then_some(sum)
    }
}

/// The weights of all servers, by cluster.
fn apportion(clusters: &[Cluster]) -> Vec<Vec<u16>> {
    exact(clusters).unwrap_or_else(|| rounded(clusters))
}

/// Whole numbers in just the right proportion, if there are any up to 256.
fn exact(clusters: &[Cluster]) -> Option<Vec<Vec<u16>>> {
    let mut common: u128 = 1;
    for sum in clusters.iter().filter_map(Cluster::sum) {
        common = common.checked_mul(sum / divisor(common, sum))?;
    }
    let mut ideal: Vec<Vec<u128>> = Vec::with_capacity(clusters.len());
    for cluster in clusters {
        let factor = match cluster.sum() {
            Some(sum) => cluster.share.checked_mul(common / sum)?,
            None => 0,
        };
        let weights = cluster.weights.iter();
        let weights: Option<Vec<u128>> = weights.map(|weight| weight.checked_mul(factor)).collect();
        ideal.push(weights?);
    }
    let all = || ideal.iter().flatten().copied();
    let unit = all().fold(0, divisor);
    let largest = all().max().unwrap_or_default().checked_div(unit)?;
    let scale = u128::from(Weight::MAX) / largest;
    if scale == 0 {
        return None;
    }
    let weight = |ideal: &u128| u16::try_from(ideal / unit * scale).unwrap_or(Weight::MAX);
    let weights = |cluster: &Vec<u128>| cluster.iter().map(weight).collect();
    Some(ideal.iter().map(weights).collect())
}

/// The nearest whole numbers when the largest is 256.
fn rounded(clusters: &[Cluster]) -> Vec<Vec<u16>> {
    // The largest ideal weight, as a fraction.
    let heaviest = clusters
        .iter()
        .filter_map(|cluster| {
            let heaviest = cluster.weights.iter().max()?;
            Some((cluster.share * heaviest, cluster.sum()?))
        })
        .max_by(|(a, below_a), (b, below_b)| (a * below_b).cmp(&(b * below_a)));
    let Some((largest, below)) = heaviest else {
        let zeros = |cluster: &Cluster| vec![0; cluster.weights.len()];
        return clusters.iter().map(zeros).collect();
    };
    let weights = |cluster: &Cluster| -> Vec<u16> {
        let Some(sum) = cluster.sum() else {
            return vec![0; cluster.weights.len()];
        };
        // What all servers so far would have together, rounded: each gets what its predecessors left.
        let up_to = |weight: u128| {
            let (over, under) = (
                u128::from(Weight::MAX) * cluster.share * weight * below,
                sum * largest,
            );
            (2 * over + under) / (2 * under)
        };
        let mut so_far = 0;
        let each = cluster.weights.iter().map(|&weight| {
            let before = up_to(so_far);
            so_far += weight;
            match weight {
                0 => 0,
                _ => u16::try_from(up_to(so_far) - before)
                    .unwrap_or(Weight::MAX)
                    .clamp(1, Weight::MAX),
            }
        });
        each.collect()
    };
    clusters.iter().map(weights).collect()
}

/// The greatest common divisor; that of 0 and `b` is `b`.
fn divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(clusters: &[(u128, &[u128])]) -> Vec<Vec<u16>> {
        let clusters: Vec<Cluster> = clusters
            .iter()
            .map(|&(share, weights)| Cluster {
                share,
                weights: weights.to_vec(),
            })
            .collect();
        apportion(&clusters)
    }

    #[test]
    fn a_share_holds_whatever_the_number_of_servers() {
        // 90 to 10: three servers have 756 together, two have 84.
        assert_eq!(
            weights(&[(90, &[1, 1, 1]), (10, &[1, 1])]),
            [vec![252, 252, 252], vec![42, 42]]
        );
        assert_eq!(weights(&[(100, &[1]), (100, &[1])]), [[256], [256]]);
        assert_eq!(
            weights(&[(100, &[3, 1]), (100, &[1])]),
            [vec![192, 64], vec![256]]
        );
    }

    #[test]
    fn nothing_above_zero_becomes_zero_and_zero_stays() {
        assert_eq!(
            weights(&[(256, &[1]), (1, &[1, 1, 0])]),
            [vec![256], vec![1, 1, 0]]
        );
        assert_eq!(
            weights(&[(100, &[1]), (0, &[1, 1])]),
            [vec![256], vec![0, 0]]
        );
        assert_eq!(weights(&[(0, &[1]), (0, &[5])]), [[0], [0]]);
        assert_eq!(weights(&[(5, &[0]), (5, &[])]), [vec![0], vec![]]);
    }

    #[test]
    fn shares_are_right_within_one_percent() {
        let mut state: u64 = 20_260_601;
        let mut roll = |sides: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            u128::from((state >> 33) % sides)
        };
        let (mut tested, mut all_exact) = (0, 0);
        for _ in 0..20_000 {
            let clusters: Vec<Cluster> = (0..2 + roll(3))
                .map(|_| Cluster {
                    share: 20 + roll(237),
                    weights: (0..=roll(12)).map(|_| 1 + roll(3) * roll(5)).collect(),
                })
                .collect();
            let given = apportion(&clusters);
            let all: u32 = given
                .iter()
                .flatten()
                .map(|&weight| u32::from(weight))
                .sum();
            let shares: u128 = clusters.iter().map(|cluster| cluster.share).sum();
            let heaviest = given.iter().flatten().max().copied().unwrap_or_default();
            assert!(heaviest > 128 && heaviest <= 256, "{clusters:?} {given:?}");
            assert!(given.iter().flatten().all(|&weight| weight > 0));
            all_exact += usize::from(exact(&clusters).is_some());
            // Below 1 there is nothing but 1.
            if given.iter().flatten().any(|&weight| weight == 1) {
                continue;
            }
            tested += 1;
            for (cluster, given) in clusters.iter().zip(&given) {
                let sum: u32 = given.iter().map(|&weight| u32::from(weight)).sum();
                let (is, wanted) = (
                    f64::from(sum) / f64::from(all),
                    ratio(cluster.share, shares),
                );
                assert!(
                    (is - wanted).abs() < 0.01,
                    "{is} {wanted} {clusters:?} {given:?}"
                );
            }
        }
        assert!(tested > 10_000 && all_exact > 100, "{tested} {all_exact}");
    }

    fn ratio(a: u128, b: u128) -> f64 {
        let small = |number: u128| f64::from(u32::try_from(number).expect("small"));
        small(a) / small(b)
    }
}
