use crate::lint::rule::rule;

rule! {
    /// The port of a Service of type ExternalName is 443, or is called `https`, and nothing says that its server speaks TLS.
    /// Manifests say that with `appProtocol`; without it HAProxy sends HTTP in clear. The server answers 400 or hangs up, or,
    /// worse, takes the request, which has then crossed the open network in clear text.
    ///
    /// ```yaml bad also=ING506
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: api, namespace: shop}
    /// spec: {type: ExternalName, externalName: api.example.net, ports: [{name: https, port: 443}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: api, port: {name: https}}}}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// inputs: [manifests.yaml]
    /// rules: {ING415: {level: off}, ING506: {level: off}}  # who may write this Service may choose where traffic goes
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: api, namespace: shop}
    /// spec: {type: ExternalName, externalName: api.example.net, ports: [{name: https, port: 443, appProtocol: https}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: api, port: {name: https}}}}
    /// ```
    ///
    /// If the server does speak HTTP in clear on that port, write `appProtocol: http`.
    EXTERNAL_NAME_IN_CLEAR = 229 {
        name: "external-name-in-clear",
        summary: "an ExternalName Service on port 443 that is spoken to in clear",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["kubernetes/kubernetes#101216", "nginx/kubernetes-ingress#159"],
        check: Check::Stage,
    }
}
