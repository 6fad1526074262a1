//! Certificates of all clusters.
//!
//! In: those of each cluster. Out: each file once, each name with one certificate. Where several clusters have a certificate for a
//! name, that of the first is served: their issuers may well have made one each, and both are good.

use std::collections::{BTreeMap, BTreeSet};

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
        let stems: BTreeSet<FileStem> = by_stem.keys().cloned().collect();
        let mut united = Certificates::default();
        for (stem, mut variants) in by_stem {
            variants.retain(|&at| files.get(at).is_some_and(Option::is_some));
            let several = variants.len() > 1;
            for at in variants {
                let Some(file) = files.get_mut(at).and_then(Option::take) else {
                    continue;
                };
                let stem = if several {
                    within(&stem, self.cluster(file.rank), &stems)
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
fn within(stem: &FileStem, cluster: &ClusterName, taken: &BTreeSet<FileStem>) -> FileStem {
    stem.within(cluster)
        .filter(|stem| !taken.contains(stem))
        .unwrap_or_else(|| {
            let digits = format!(
                "secret_{}",
                hex(&Sha256::digest(format!("{cluster}/{stem}")))
            );
            FileStem::new(&digits).expect("letters, digits and an underscore")
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Pem;
    use crate::lower::testing::{codes, origin};

    /// The certificates of a cluster: file, content and names. The first is the default where `default` says so.
    fn part(files: &[(&str, &str, &[&str])], default: bool) -> Certificates {
        let stem = |text: &str| FileStem::new(text).expect("legal");
        let name = |text: &&str| Sourced::new(HostPattern::new(text).expect("legal"), origin());
        let certificate = |&(file, content, names): &(&str, &str, &[&str])| {
            let certificate = Certificate {
                secret: file.replace('_', "/"),
                pem: Pem::inline(format!("{content}\n")).expect("legal"),
                names: names.iter().map(name).collect(),
                origin: origin(),
            };
            (stem(file), certificate)
        };
        Certificates {
            default: files.first().filter(|_| default).map(|file| stem(file.0)),
            files: files.iter().map(certificate).collect(),
        }
    }

    /// The clusters `ams`, `fra` and `par` united: `file: names`, the default behind, and codes.
    fn united(parts: Vec<Certificates>) -> (Vec<String>, Vec<String>) {
        let member = |name| Member {
            name: ClusterName::new(name).expect("legal"),
            weight: None,
            backup: false,
        };
        let (united, findings) = unite(&["ams", "fra", "par"].map(member), parts);
        let mut shown: Vec<String> = united
            .files
            .iter()
            .map(|(stem, file)| {
                let names: Vec<_> = file
                    .names
                    .iter()
                    .map(|name| name.value.to_string())
                    .collect();
                format!("{stem}: {}", names.join(" "))
            })
            .collect();
        shown.extend(united.default.map(|stem| format!("default {stem}")));
        (shown, codes(&findings))
    }

    #[test]
    fn one_file_in_all_clusters_is_one_file_with_all_names() {
        let parts = vec![
            part(&[("shop_tls", "a", &["a.io"])], false),
            part(&[("shop_tls", "a", &["a.io", "b.io"])], false),
        ];
        let (shown, codes) = united(parts);
        assert_eq!(
            (shown.as_slice(), codes.len()),
            (&["shop_tls: a.io b.io".to_owned()][..], 0)
        );
    }

    #[test]
    fn different_files_of_one_name_carry_their_cluster_and_the_first_has_the_name() {
        let parts = vec![
            part(&[("shop_tls", "a", &["a.io"])], false),
            part(&[("shop_tls", "b", &["a.io", "b.io"])], false),
            part(&[("shop_tls", "a", &["c.io"])], false),
        ];
        let (shown, codes) = united(parts);
        assert_eq!(shown, ["ams.shop_tls: a.io c.io", "fra.shop_tls: b.io"]);
        assert_eq!(codes, ["ING408"]);
    }

    #[test]
    fn what_is_offered_for_no_name_is_left_out() {
        let parts = vec![
            part(&[("shop_tls", "a", &["a.io"])], false),
            part(&[("shop_tls", "b", &["a.io"])], false),
        ];
        let (shown, codes) = united(parts);
        assert_eq!(
            (shown, codes),
            (vec!["shop_tls: a.io".to_owned()], vec!["ING408".to_owned()])
        );
    }

    #[test]
    fn one_certificate_under_two_names_is_no_collision() {
        let parts = vec![
            part(&[("shop_tls", "a", &["a.io"])], false),
            part(&[("shop_cert", "a", &["a.io"])], false),
        ];
        let (shown, codes) = united(parts);
        assert_eq!((shown, codes.len()), (vec!["shop_tls: a.io".to_owned()], 0));
    }

    #[test]
    fn the_default_is_that_of_the_first_and_its_file_stays() {
        let parts = vec![
            part(&[("shop_tls", "a", &[])], true),
            part(&[("shop_tls", "b", &["a.io"])], true),
        ];
        let (shown, codes) = united(parts);
        assert_eq!(
            shown,
            [
                "ams.shop_tls: ",
                "fra.shop_tls: a.io",
                "default ams.shop_tls"
            ]
        );
        assert_eq!(codes, ["ING408"]);
    }

    #[test]
    fn names_that_are_too_long_or_taken_become_digests() {
        let long = "x".repeat(199);
        let parts = vec![
            part(&[(&long, "a", &["a.io"])], false),
            part(&[(&long, "b", &["b.io"])], false),
        ];
        let (shown, _) = united(parts);
        assert_eq!(shown.len(), 2);
        assert!(
            shown.iter().all(|file| file.starts_with("secret_")),
            "{shown:?}"
        );
        let parts = vec![
            part(&[("ams.aa", "c", &["c.io"]), ("aa", "a", &["a.io"])], false),
            part(&[("aa", "b", &["b.io"])], false),
        ];
        let (shown, _) = united(parts);
        assert_eq!(shown.len(), 3);
        assert!(shown.contains(&"ams.aa: c.io".to_owned()), "{shown:?}");
    }
}
