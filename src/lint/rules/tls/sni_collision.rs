use crate::lint::rule::rule;

rule! {
    /// Two Secrets are bound to the same host. A TLS client asks for a name and gets one certificate, so one of the two is never used. Here it is the
    /// first by namespace and name; elsewhere it may depend on file order.
    ///
    /// Bind the host to one Secret. In several namespaces, copy the Secret or use a wildcard certificate as `certificates.default`.
    ///
    /// With several clusters (`clusters:` in `ingressc.yaml`), each cluster's issuer may have made a certificate of its own for one host. All are
    /// good, so this is only told as an info: the one of the first cluster by name that is no backup is served, for every cluster's routes.
    SNI_COLLISION = 408 {
        name: "sni-collision",
        summary: "two Secrets claim one name",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [
            "haproxytech/kubernetes-ingress#846",
            "kubernetes/ingress-nginx#4926",
            "kubernetes/ingress-nginx#8083",
            "kubernetes/ingress-nginx#8063",
            "projectcontour/contour#3460",
        ],
        check: Check::Stage,
    }
}
