use crate::lint::rule::rule;

rule! {
    /// The Service has no selector, so the cluster makes no addresses for it, and no EndpointSlice among the manifests has any. Somebody else has
    /// to provide them. `check` tells it, because such slices are written by hand and belong beside the Service; where servers are needed and
    /// nobody knows them, ING219 is reported in its place.
    ///
    /// Write an EndpointSlice with the label `kubernetes.io/service-name: NAME`, or give the Service a selector.
    SELECTORLESS_WITHOUT_SLICE = 206 {
        name: "selectorless-without-slice",
        summary: "a Service without selector and without slices",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["haproxytech/kubernetes-ingress#2", "jcmoraisjr/haproxy-ingress#489"],
        check: Check::Stage,
    }
}
