use crate::lint::rule::rule;

rule! {
    /// The Service is of type ExternalName and does not declare the port that the Ingress asks for. Kubernetes does not check
    /// this, some controllers take the number as it is, others send nothing. Here it is taken as it is, and spoken to in
    /// HTTP/1.1 in clear.
    ///
    /// ```yaml bad also=ING506
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: api, namespace: shop}
    /// spec: {type: ExternalName, externalName: api.example.net}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: api, port: {number: 8080}}}}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// inputs: [manifests.yaml]
    /// rules: {ING506: {level: off}}                        # who may write this Service may choose where traffic goes
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: api, namespace: shop}
    /// spec: {type: ExternalName, externalName: api.example.net, ports: [{port: 8080, appProtocol: http}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: api, port: {number: 8080}}}}
    /// ```
    ///
    /// Declare the port in the Service, and say with `appProtocol` what the server speaks (`http`, `https`,
    /// `kubernetes.io/h2c`).
    EXTERNAL_NAME_WITHOUT_PORT = 216 {
        name: "external-name-without-port",
        summary: "an ExternalName Service does not declare the port",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#938", "haproxytech/kubernetes-ingress#120"],
        check: Check::Stage,
    }
}
