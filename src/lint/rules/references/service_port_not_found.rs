use crate::lint::rule::rule;

rule! {
    /// The Service is there, but has no such port. An Ingress names the Service's `port` (or its name), not the `targetPort` on
    /// which the container listens. Which port was meant is not guessed: the route answers 503, as it does with controllers in
    /// a cluster.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {number: 8080}}}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {number: 80}}}}
    /// ```
    ///
    /// Write the Service's port, or declare this one in the Service. Where it is clear which port was meant (the number is its
    /// `targetPort`, the name is a slip away, or there is no other), `--fix=all` writes it.
    ///
    /// `ingressc/backup: orders-replica:pg` names a port in the same way. Without one, it is the port that is called as the
    /// exposed one, has its number, or is the only one.
    SERVICE_PORT_NOT_FOUND = 202 {
        name: "service-port-not-found",
        summary: "the Service has no such port",
        severity: Error,
        fix: Unsafe,
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
