//! Which kind of object a document claims to be.
//!
//! In: `apiVersion` and `kind`. Out: one of the compiled kinds with its edition, a list, or why it is neither. The group
//! counts as much as the kind: Knative and others have an `Ingress` of their own.

use super::decode::{Edition, nearest};
use super::model::Kind;

/// What a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Identity {
    /// A kind that is compiled.
    Object {
        kind: Kind,
        edition: Edition,
        version: Version,
    },
    /// `items` to be read one by one; those without a type of their own inherit this one.
    List { inherited: Option<String> },
    /// The API server's error message.
    Status,
    /// It routes traffic, and is not compiled.
    Routing,
    /// It makes a Secret come into being in the cluster.
    Promise(Promise),
    /// A slip of the pen away from a kind that is compiled: that one, as `apiVersion` and `kind`.
    NearMiss(&'static str, Kind),
    /// Somebody else's.
    Other,
}

/// What there is to say about the version of a compiled kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// Served by clusters.
    Served,
    /// Served once, with the Kubernetes version that removed it.
    Removed(&'static str),
    /// Never existed.
    Unknown,
}

/// Where an object says the name of the Secret that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Promise {
    /// The field, from the object's root; the object's own name where the field is absent.
    Field(&'static [&'static str]),
    /// A list, and the field of its items.
    Items(&'static [&'static str], &'static str),
}

const NETWORKING: &str = "networking.k8s.io";
const DISCOVERY: &str = "discovery.k8s.io";

/// The `apiVersion` that clusters serve a kind under.
pub(super) fn served_version(kind: Kind) -> &'static str {
    match kind {
        Kind::Ingress | Kind::IngressClass => "networking.k8s.io/v1",
        Kind::EndpointSlice => "discovery.k8s.io/v1",
        _ => "v1",
    }
}

impl Identity {
    /// Reads `apiVersion` and `kind`. `has_items` tells whether the document has a field of that name.
    pub(super) fn of(api_version: &str, kind: &str, has_items: bool) -> Self {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        if let Some(known) = compiled(group, kind) {
            return object(known, group, version);
        }
        if let Some(item) = kind.strip_suffix("List")
            && (has_items || item.is_empty() || compiled(group, item).is_some())
        {
            let inherited = (!item.is_empty()).then(|| item.to_owned());
            return Self::List { inherited };
        }
        match (group, kind) {
            ("", "Status") => Self::Status,
            _ if routes(group, kind) => Self::Routing,
            _ => promise(group, kind)
                .map(Self::Promise)
                .or_else(|| near_miss(group, kind))
                .unwrap_or(Self::Other),
        }
    }
}

/// The compiled kind of this name, whatever its group.
pub(super) fn kind_named(name: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.name() == name)
}

fn compiled(group: &str, kind: &str) -> Option<Kind> {
    let kind = kind_named(kind)?;
    let fits = match kind {
        Kind::Ingress => matches!(group, NETWORKING | "extensions"),
        Kind::IngressClass => group == NETWORKING,
        Kind::EndpointSlice => group == DISCOVERY,
        _ => group.is_empty(),
    };
    fits.then_some(kind)
}

fn object(kind: Kind, group: &str, version: &str) -> Identity {
    let (edition, version) = match (kind, group, version) {
        (Kind::Ingress, "extensions", "v1beta1") => (Edition::V1Beta1, Version::Removed("1.22")),
        (Kind::Ingress, "extensions", _) => (Edition::V1, Version::Unknown),
        (_, _, "v1") => (Edition::V1, Version::Served),
        (Kind::Ingress | Kind::IngressClass, _, "v1beta1") => {
            (Edition::V1Beta1, Version::Removed("1.22"))
        }
        (Kind::EndpointSlice, _, "v1beta1") => (Edition::V1Beta1, Version::Removed("1.25")),
        _ => (Edition::V1, Version::Unknown),
    };
    Identity::Object {
        kind,
        edition,
        version,
    }
}

/// Kinds that send traffic somewhere, or shape how it goes.
fn routes(group: &str, kind: &str) -> bool {
    match group {
        "gateway.networking.k8s.io"
        | "gateway.networking.x-k8s.io"
        | "core.haproxy.org"
        | "ingress.v1.haproxy.org"
        | "ingress.v3.haproxy.org" => true,
        "traefik.io" | "traefik.containo.us" => {
            kind.starts_with("IngressRoute") || matches!(kind, "Middleware" | "TraefikService")
        }
        "projectcontour.io" => kind == "HTTPProxy",
        "route.openshift.io" => kind == "Route",
        "k8s.nginx.org" => matches!(
            kind,
            "VirtualServer" | "VirtualServerRoute" | "TransportServer"
        ),
        "networking.istio.io" => matches!(kind, "VirtualService" | "Gateway"),
        "getambassador.io" => matches!(kind, "Mapping" | "TCPMapping" | "Host"),
        "configuration.konghq.com" => matches!(kind, "TCPIngress" | "UDPIngress"),
        "networking.internal.knative.dev" | "voyager.appscode.com" => kind == "Ingress",
        "apisix.apache.org" => kind == "ApisixRoute",
        "gateway.solo.io" => matches!(kind, "VirtualService" | "Gateway" | "RouteTable"),
        _ => false,
    }
}

fn promise(group: &str, kind: &str) -> Option<Promise> {
    Some(match (group, kind) {
        ("bitnami.com", "SealedSecret") => {
            Promise::Field(&["spec", "template", "metadata", "name"])
        }
        ("external-secrets.io", "ExternalSecret") => Promise::Field(&["spec", "target", "name"]),
        ("cert-manager.io" | "certmanager.k8s.io", "Certificate") => {
            Promise::Field(&["spec", "secretName"])
        }
        (
            "secrets.hashicorp.com",
            "VaultStaticSecret" | "VaultPKISecret" | "VaultDynamicSecret",
        ) => Promise::Field(&["spec", "destination", "name"]),
        ("kubernetes-client.io", "ExternalSecret") | ("onepassword.com", "OnePasswordItem") => {
            Promise::Field(&[])
        }
        ("secrets-store.csi.x-k8s.io", "SecretProviderClass") => {
            Promise::Items(&["spec", "secretObjects"], "secretName")
        }
        ("isindir.github.com", "SopsSecret") => {
            Promise::Items(&["spec", "secretTemplates"], "name")
        }
        _ => return None,
    })
}

/// A known kind under the wrong built-in group, or a misspelt kind or group.
fn near_miss(group: &str, kind: &str) -> Option<Identity> {
    let built_in = matches!(
        group,
        "" | NETWORKING | "extensions" | DISCOVERY | "apps" | "core"
    );
    let misspelt = || nearest(group, [NETWORKING, DISCOVERY].into_iter()).is_some();
    if !built_in && !misspelt() {
        return None;
    }
    let meant = kind_named(kind).or_else(|| {
        // Pod is no misspelt Node: short names leave room for a change of case only.
        let close = |known: &&str| known.len() > 5 || known.eq_ignore_ascii_case(kind);
        let names = Kind::ALL.iter().map(|kind| kind.name()).filter(close);
        kind_named(nearest(kind, names)?)
    })?;
    Some(Identity::NearMiss(served_version(meant), meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(kind: Kind) -> Identity {
        Identity::Object {
            kind,
            edition: Edition::V1,
            version: Version::Served,
        }
    }

    fn removed(kind: Kind, by: &'static str) -> Identity {
        Identity::Object {
            kind,
            edition: Edition::V1Beta1,
            version: Version::Removed(by),
        }
    }

    #[test]
    fn group_and_kind_decide_together() {
        let unknown = Identity::Object {
            kind: Kind::Ingress,
            edition: Edition::V1,
            version: Version::Unknown,
        };
        let near = |kind| Identity::NearMiss(served_version(kind), kind);
        let list = |inherited: Option<&str>| Identity::List {
            inherited: inherited.map(str::to_owned),
        };
        let rows = [
            ("networking.k8s.io/v1", "Ingress", served(Kind::Ingress)),
            ("v1", "Service", served(Kind::Service)),
            (
                "discovery.k8s.io/v1",
                "EndpointSlice",
                served(Kind::EndpointSlice),
            ),
            (
                "extensions/v1beta1",
                "Ingress",
                removed(Kind::Ingress, "1.22"),
            ),
            (
                "networking.k8s.io/v1beta1",
                "Ingress",
                removed(Kind::Ingress, "1.22"),
            ),
            (
                "networking.k8s.io/v1beta1",
                "IngressClass",
                removed(Kind::IngressClass, "1.22"),
            ),
            (
                "discovery.k8s.io/v1beta1",
                "EndpointSlice",
                removed(Kind::EndpointSlice, "1.25"),
            ),
            ("networking.k8s.io/v2", "Ingress", unknown),
            (
                "networking.internal.knative.dev/v1alpha1",
                "Ingress",
                Identity::Routing,
            ),
            ("config.openshift.io/v1", "Ingress", Identity::Other),
            ("serving.knative.dev/v1", "Service", Identity::Other),
            (
                "gateway.networking.k8s.io/v1",
                "HTTPRoute",
                Identity::Routing,
            ),
            ("traefik.io/v1alpha1", "IngressRoute", Identity::Routing),
            ("ingress.v3.haproxy.org/v3", "Backend", Identity::Routing),
            ("v1", "List", list(None)),
            ("networking.k8s.io/v1", "IngressList", list(Some("Ingress"))),
            ("v1", "Status", Identity::Status),
            ("v1", "Ingress", near(Kind::Ingress)),
            ("networking.k8s.io/v1", "ingress", near(Kind::Ingress)),
            ("networking.k8s.io/v1", "Ingres", near(Kind::Ingress)),
            ("network.k8s.io/v1", "Ingress", near(Kind::Ingress)),
            ("v1", "service", near(Kind::Service)),
            ("v1", "Pod", Identity::Other),
            ("v1", "ServiceAccount", Identity::Other),
            ("networking.k8s.io/v1", "NetworkPolicy", Identity::Other),
            ("apps/v1", "Deployment", Identity::Other),
            ("v1", "AllowList", Identity::Other),
        ];
        for (api_version, kind, expected) in rows {
            let found = Identity::of(api_version, kind, false);
            assert_eq!(found, expected, "{api_version} {kind}");
        }
    }
}
