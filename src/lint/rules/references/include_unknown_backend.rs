use crate::lint::rule::rule;

rule! {
    /// `include.backends` of `ingressc.yaml` adds lines to the backend of a Service port that no route leads to. The lines are
    /// in no section then: a misspelt name would leave a backend without the access rule or the header that somebody wrote for
    /// it. Only `compile` tells: `check` and `route` often see but a part of the manifests.
    ///
    /// ```yaml bad compile ingressc.yaml
    /// inputs: [manifests.yaml, base]
    /// include: {backends: {"shop/web:htpp": [web.cfg]}}
    /// ```
    ///
    /// ```text bad web.cfg
    /// http-request set-header X-Shop yes
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// With the same Ingress, by the port's name or by its number:
    ///
    /// ```yaml good compile ingressc.yaml
    /// inputs: [manifests.yaml, base]
    /// include: {backends: {"shop/web:http": [web.cfg]}}
    /// ```
    ///
    /// ```text good web.cfg
    /// http-request set-header X-Shop yes
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// Both hold when both are there, first the lines by number. When the Service is gone, remove the entry.
    INCLUDE_UNKNOWN_BACKEND = 230 {
        name: "include-unknown-backend",
        summary: "lines are to be added to a backend that is not there",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
