//! Names that reach HAProxy's sections, server lines and file names.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::policy::PolicyName;

/// The name of a backend section: `namespace_service_port`. None of the parts can hold an underscore, so two targets never
/// share a name, and none of our own sections (`fe_http`, `not_found`, `closed`) can be hit. With several clusters, those whose
/// servers it has may follow, each after a dot, which no port and no cluster can hold: `shop_web_80.ams.fra`. Where a Service port
/// has routes of several policies, the policy's name stands before that, after an underscore: `shop_web_80_3f9a1c22`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BackendName(String);

impl BackendName {
    /// Checks the parts: lower-case letters, digits, `-` and `.`, at most 253 of them, as in any name of an object. A line of a
    /// map file, where the name stands, cannot be longer than HAProxy's buffer.
    pub fn new(namespace: &str, service: &str, port: u16) -> Option<Self> {
        let clean = |part: &str| {
            (1..=253).contains(&part.len())
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
        };
        (clean(namespace) && clean(service)).then(|| Self(format!("{namespace}_{service}_{port}")))
    }

    /// The same target under a policy.
    #[must_use]
    pub fn with_policy(&self, policy: &PolicyName) -> Self {
        Self(format!("{}_{policy}", self.0))
    }

    /// The same target, whatever its policy.
    #[must_use]
    pub fn without_policy(&self) -> Self {
        // Of namespace, Service and port, none holds an underscore.
        let Some((at, _)) = self.0.match_indices('_').nth(2) else {
            return self.clone();
        };
        let rest = &self.0[at + 1 + PolicyName::LENGTH..];
        Self(format!("{}{rest}", &self.0[..at]))
    }

    /// `namespace_service_port` at the beginning of what may be the name of a backend section: what it is for, whatever its policy
    /// and its clusters.
    pub fn target(name: &str) -> Option<&str> {
        let port = name.match_indices('_').nth(1)?.0 + 1;
        let digits = name[port..].bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then(|| &name[..port + digits])
    }

    /// The same target with the servers of these clusters only. They are told apart by their set, so it is sorted.
    #[must_use]
    pub fn of_clusters(&self, clusters: BTreeSet<&ClusterName>) -> Self {
        let mut name = self.0.clone();
        for cluster in clusters {
            name.push('.');
            name.push_str(cluster.as_str());
        }
        Self(name)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BackendName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a server within its backend: `address-port`, and `cluster_address-port` where there are several clusters. It does
/// not change when a Deployment rolls, which a pod's name would, so diffs stay small and the Runtime API finds it again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerName(String);

impl ServerName {
    /// Built from checked parts only.
    pub fn new(endpoint: &super::Endpoint) -> Self {
        match &endpoint.address {
            super::Address::Service(_) => Self::template(),
            address => Self(format!("{address}-{}", endpoint.port)),
        }
    }

    /// What the names of a template's servers begin with; a number follows. A backend has one template a cluster.
    pub fn template() -> Self {
        Self("dns".to_owned())
    }

    /// The same server as one of `cluster`. No part holds an underscore, so no two clusters share a name.
    #[must_use]
    pub fn within(&self, cluster: &ClusterName) -> Self {
        Self(format!("{cluster}_{}", self.0))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a cluster: a DNS label, `a-z`, `0-9` and `-`, at most 63 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterName(Arc<str>);

impl ClusterName {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let edge = text.starts_with('-') || text.ends_with('-');
        ((1..=63).contains(&text.len()) && !edge && text.bytes().all(legal))
            .then(|| Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClusterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a `resolvers` section: `r_system`, `r_names`, `r_dns`, or one of a cluster, `r_dns_fra`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResolversName(Arc<str>);

impl ResolversName {
    /// The DNS servers of the host that HAProxy runs on.
    pub fn system() -> Self {
        Self("r_system".into())
    }

    /// The DNS servers that are configured for names outside of the clusters.
    pub fn names(cluster: Option<&ClusterName>) -> Self {
        Self::of("r_names", cluster)
    }

    /// The DNS of a cluster.
    pub fn dns(cluster: Option<&ClusterName>) -> Self {
        Self::of("r_dns", cluster)
    }

    /// Whether it is the DNS of a cluster, whose answers change with its pods.
    pub fn is_dns(&self) -> bool {
        &*self.0 == "r_dns" || self.0.starts_with("r_dns_")
    }

    fn of(kind: &str, cluster: Option<&ClusterName>) -> Self {
        Self(match cluster {
            Some(cluster) => format!("{kind}_{cluster}").into(),
            None => kind.into(),
        })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResolversName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a file of ours, without folder and extension: `[A-Za-z0-9._-]`, not starting with a dot. A crt-list has no
/// quoting, so this is all that may stand in one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileStem(String);

impl FileStem {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        (!text.is_empty() && text.len() <= 200 && !text.starts_with('.') && text.bytes().all(legal))
            .then(|| Self(text.to_owned()))
    }

    /// The same file as one of `cluster`: `fra.shop_tls`. `None` when that is too long.
    #[must_use]
    pub fn within(&self, cluster: &ClusterName) -> Option<Self> {
        Self::new(&format!("{cluster}.{self}"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileStem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backend_name_is_injective_and_clean() {
        let name = |ns, service| BackendName::new(ns, service, 80);
        assert_ne!(name("a-b", "c"), name("a", "b-c"));
        assert_eq!(name("a b", "c"), None);
        assert_eq!(name("a", "c\n"), None);
        assert_eq!(name("", "c"), None);
        assert_eq!(name("a", &"c".repeat(254)), None);
    }

    #[test]
    fn backends_of_other_sets_of_clusters_have_other_names() {
        let cluster = |text| ClusterName::new(text).expect("legal");
        let (ams, fra, both) = (cluster("ams"), cluster("fra"), cluster("ams-fra"));
        let web = BackendName::new("shop", "web", 80).expect("legal");
        let name = |clusters: &[&ClusterName]| {
            let set = clusters.iter().copied().collect();
            web.of_clusters(set).to_string()
        };
        assert_eq!(name(&[&fra, &ams]), "shop_web_80.ams.fra");
        assert_eq!(name(&[&both]), "shop_web_80.ams-fra");
        assert_eq!(name(&[]), "shop_web_80");
        let dotted = BackendName::new("shop", "web.ams", 80).expect("legal");
        assert_ne!(dotted.to_string(), name(&[&ams]));
    }

    #[test]
    fn a_file_stem_cannot_leave_its_folder() {
        assert_eq!(FileStem::new("../x"), None);
        assert_eq!(FileStem::new(".hidden"), None);
        assert_eq!(FileStem::new("a b"), None);
        assert!(FileStem::new("shop_shop-tls").is_some());
    }
}
