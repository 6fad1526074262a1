//! Names that the cluster's DNS gives to Services (<https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/>).
//!
//! In: a name, and the Services of the input. Out: whether that DNS is to be asked, and which Service's clusterIP it would answer.

use super::{Ask, order};
use crate::ir::{Address, Resolver};
use crate::manifest::{ObjectName, ServiceType};

impl Ask<'_, '_> {
    /// The domain of the cluster's DNS, or that of nearly every cluster.
    pub(super) fn cluster_domain(&self) -> &str {
        let dns = self.directory.settings.dns.as_ref();
        dns.map_or("cluster.local", |dns| dns.domain.as_str())
    }

    /// Whether the cluster's DNS is to be asked for the name.
    pub(super) fn is_of_cluster(&self, address: &Address) -> bool {
        let dns = &self.directory.settings.dns;
        match address {
            Address::Ip(_) => false,
            Address::Name(name) => {
                dns.is_some() && within(name.as_str(), self.cluster_domain()).is_some()
            }
            Address::Service(_) => dns.is_some(),
        }
    }

    /// The Service of the input whose clusterIP is what the name means: not one of its pods, and not a headless Service, which means
    /// its pods. `None` where the Service that is asked for may be reached by a clusterIP: its order says so.
    pub(super) fn silent_cluster_ip(&self, name: &str) -> Option<ObjectName> {
        let labels = within(name, self.cluster_domain()).unwrap_or(name);
        let (service, namespace) = labels.strip_suffix(".svc")?.split_once('.')?;
        let name = ObjectName::new(namespace, service);
        let meant = self.directory.manifests.services.get(&name)?;
        if meant.headless || meant.kind == ServiceType::ExternalName {
            return None;
        }
        let wanted = order::of(self).is_ok_and(|order| order.contains(&Resolver::ClusterIp));
        (!wanted).then_some(name)
    }
}

/// What of a name stands before the domain.
pub(super) fn within<'n>(name: &'n str, domain: &str) -> Option<&'n str> {
    name.strip_suffix(domain)?.strip_suffix('.')
}
