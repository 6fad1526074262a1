use crate::lint::rule::rule;

rule! {
    /// The Service is there, but has no such port. An Ingress names the Service's `port` (or its name), not the `targetPort` on which the
    /// container listens.
    ///
    /// ```yaml
    /// # the Service
    /// ports: [{name: http, port: 80, targetPort: 8080}]
    /// # bad
    /// port: {number: 8080}
    /// # good
    /// port: {number: 80}
    /// ```
    ///
    /// `ingressc/backup: orders-replica:pg` names a port in the same way. Without one, it is the port that is called as the exposed one, has its
    /// number, or is the only one.
    SERVICE_PORT_NOT_FOUND = 202 {
        name: "service-port-not-found",
        summary: "the Service has no such port",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [
            "haproxytech/kubernetes-ingress#13",
            "kubernetes/ingress-nginx#839",
            "jcmoraisjr/haproxy-ingress#1084",
        ],
        check: Check::Stage,
    }
}
