use crate::lint::rule::rule;

rule! {
    /// Some input was not read: a file that is no YAML, holds a merge conflict, or is still encrypted; or a ConfigMap that
    /// `tcp.configMap` names is not there. It may name any port of the hosts, in a ConfigMap of TCP services or a TCP resource, and
    /// clients may be connected to it. A new Service that got this port would get their connections, and the lock would keep it so.
    /// So while input is unread, whatever level its own finding has, exposed Services that the lock does not know get no port. Those
    /// that it knows keep theirs, and a port that a Service names itself is bound.
    ///
    /// ```yaml bad ingressc.yaml
    /// rules: {ING005: {level: warning}}
    /// ```
    ///
    /// ```text bad ports.lock
    /// shop/cart:80: 26000
    /// ```
    ///
    /// ```text bad also=ING005 templates/config.yaml
    /// {{ if .Values.tcp }}
    /// kind: ConfigMap
    /// {{ end }}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: cart}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// exclude: ["templates/**"]
    /// ```
    ///
    /// ```text good ports.lock
    /// shop/cart:80: 26000
    /// shop/web:80: 26001
    /// ```
    ///
    /// ```text good templates/config.yaml
    /// {{ if .Values.tcp }}
    /// kind: ConfigMap
    /// {{ end }}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: cart}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ```
    ///
    /// A file that cannot be mended is left out with `exclude`, which says that nothing in it is on these hosts.
    PORT_WITHHELD = 342 {
        name: "port-withheld",
        summary: "an exposed Service gets no new port while some input is unread",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
