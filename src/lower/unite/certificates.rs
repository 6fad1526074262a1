//! Certificates of all clusters.
//!
//! In: those of each cluster. Out: each file once, each name with one certificate. Where several clusters have a certificate for a
//! name, that of the first is served: their issuers may well have made one each, and both are good.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{Member, Rank};
use crate::finding::{Code, Finding, Severity};
use crate::ir::{Certificate, Certificates, ClusterName, FileStem, HostPattern};
use crate::lower::host_id::hex;
use crate::source::{Origin, Sourced};

/// Unites those of the clusters, which come in the order of their rank.
pub(super) fn unite(members: &[Member], parts: Vec<Certificates>) -> (Certificates, Vec<Finding>) {
    let mut files: Vec<File> = Vec::new();
    let mut by_stem: BTreeMap<FileStem, Vec<usize>> = BTreeMap::new();
    let mut wishes: Vec<Wish> = Vec::new();
    let mut defaults: Vec<(Rank, usize)> = Vec::new();
    for (rank, part) in (0..).zip(parts) {
        for (stem, mut certificate) in part.files {
            let names = std::mem::take(&mut certificate.names);
            let origin = certificate.origin;
            let known = by_stem.entry(stem.clone()).or_default();
            let same = known
                .iter()
                .find(|&&at| files[at].certificate.pem == certificate.pem);
            let at = same.copied().unwrap_or(files.len());
            if at == files.len() {
                known.push(at);
                files.push(File { rank, certificate });
            }
            if part.default.as_ref() == Some(&stem) {
                defaults.push((rank, at));
            }
            wishes.extend(names.into_iter().map(|name| Wish {
                rank,
                file: at,
                secret: origin,
                name,
            }));
        }
    }
    let mut uniting = Uniting {
        members,
        files,
        findings: Vec::new(),
    };
    let default = uniting.default(&defaults);
    uniting.names(wishes);
    (uniting.name_files(by_stem, default), uniting.findings)
}

/// A file that some cluster has, and its names so far.
struct File {
    /// The first cluster that has it.
    rank: Rank,
    certificate: Certificate,
}

/// A name that a cluster offers a file for.
struct Wish {
    rank: Rank,
    file: usize,
    /// The Secret.
    secret: Origin,
    name: Sourced<HostPattern>,
}

struct Uniting<'m> {
    members: &'m [Member],
    files: Vec<File>,
    findings: Vec<Finding>,
}

impl Uniting<'_> {
    fn cluster(&self, rank: Rank) -> &ClusterName {
        &self.members[usize::from(rank)].name
    }

    /// Gives each name to the first cluster that wants it.
    fn names(&mut self, mut wishes: Vec<Wish>) {
        wishes.sort_by(|a, b| (&a.name.value, a.rank).cmp(&(&b.name.value, b.rank)));
        let mut wishes = wishes.into_iter().peekable();
        while let Some(holds) = wishes.next() {
            while let Some(other) = wishes.next_if(|other| other.name.value == holds.name.value) {
                let pem = |wish: &Wish| &self.files[wish.file].certificate.pem;
                if pem(&other) != pem(&holds) {
                    let finding = self.differ(&holds, &other);
                    self.findings.push(finding);
                }
            }
            self.files[holds.file].certificate.names.push(holds.name);
        }
    }

    fn differ(&self, holds: &Wish, other: &Wish) -> Finding {
        let (name, winner) = (&holds.name.value, self.cluster(holds.rank));
        let loser = self.cluster(other.rank);
        Finding::new(
            Code::SNI_COLLISION,
            format!(
                "clusters {winner} and {loser} have different certificates for `{name}`: that of {winner} is served"
            ),
        )
        // Each cluster's issuer makes its own, and all are valid.
        .severity(Severity::Info)
        .object(format_args!(
            "Secret {}",
            self.files[other.file].certificate.secret
        ))
        .label(other.name.origin, format!("in cluster {loser}"))
        .label(holds.name.origin, format!("in cluster {winner}, which is served"))
        .label(other.secret, format!("the certificate of {loser}"))
        .help("share one Secret between the clusters if clients are to see the same certificate whoever is first")
    }

    /// The default certificate of the first cluster that has one.
    fn default(&mut self, defaults: &[(Rank, usize)]) -> Option<usize> {
        let &(rank, holds) = defaults.first()?;
        let other = defaults.iter().find(|&&(_, file)| file != holds);
        if let Some(&(loser, file)) = other {
            let (first, loser) = (self.cluster(rank), self.cluster(loser));
            let (one, other) = (
                &self.files[holds].certificate,
                &self.files[file].certificate,
            );
            let finding = Finding::new(
                Code::SNI_COLLISION,
                format!("clusters {first} and {loser} have different default certificates: that of {first} is served"),
            )
            .severity(Severity::Info)
            .object(format_args!("Secret {}", other.secret))
            .field("data")
            .label(other.origin, format!("in cluster {loser}"))
            .label(one.origin, format!("in cluster {first}, which is served"))
            .help("share one Secret between the clusters");
            self.findings.push(finding);
        }
        Some(holds)
    }

    /// Names the files that are offered. Where clusters have different ones under one name, each name begins with its cluster.
    fn name_files(
        &mut self,
        by_stem: BTreeMap<FileStem, Vec<usize>>,
        default: Option<usize>,
    ) -> Certificates {
        // A key that nobody is offered has no business on the edge.
        let offered = |(at, file): (usize, File)| {
            (!file.certificate.names.is_empty() || default == Some(at)).then_some(file)
        };
        let mut files: Vec<Option<File>> = self.files.drain(..).enumerate().map(offered).collect();
        let mut united = Certificates::default();
        for (stem, mut variants) in by_stem {
            variants.retain(|&at| files.get(at).is_some_and(Option::is_some));
            let several = variants.len() > 1;
            for at in variants {
                let Some(file) = files.get_mut(at).and_then(Option::take) else {
                    continue;
                };
                let stem = if several {
                    within(&stem, self.cluster(file.rank), &united)
                } else {
                    stem.clone()
                };
                if default == Some(at) {
                    united.default = Some(stem.clone());
                }
                united.files.insert(stem, file.certificate);
            }
        }
        united
    }
}

/// `fra.shop_tls`; a digest where that would be too long, or is the name of another file.
fn within(stem: &FileStem, cluster: &ClusterName, taken: &Certificates) -> FileStem {
    stem.within(cluster)
        .filter(|stem| !taken.files.contains_key(stem))
        .unwrap_or_else(|| {
            let digits = format!(
                "secret_{}",
                hex(&Sha256::digest(format!("{cluster}/{stem}")))
            );
            FileStem::new(&digits).expect("letters, digits and an underscore")
        })
}
