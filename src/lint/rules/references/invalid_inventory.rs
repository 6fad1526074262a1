use crate::lint::rule::rule;

rule! {
    /// An entry of the inventory names no server: its address, its port or its weight is none, or a key is not known. The entry
    /// is left out, and the others count. A list of which nothing is left leaves its Service without servers, and its routes
    /// answer 503: no other resolver is asked, because whoever lists a Service here means these servers and no others.
    ///
    /// ```yaml bad ingressc.yaml
    /// inputs: [manifests.yaml]
    /// endpoints: {inventory: inventory.yaml}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml bad inventory.yaml
    /// shop/web:http:
    ///   - 10.0.0.1:8080
    ///   - 10.0.0.256:8080                                  # no address
    /// ```
    ///
    /// With the same configuration and manifests:
    ///
    /// ```yaml good ingressc.yaml
    /// inputs: [manifests.yaml]
    /// endpoints: {inventory: inventory.yaml}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop}
    /// spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec: {ingressClassName: haproxy, defaultBackend: {service: {name: web, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml good inventory.yaml
    /// shop/web:http:                                       # namespace/service:port, the port of the Service by name or number
    ///   - 10.0.0.1:8080                                    # without a port it is the number of the Service port
    ///   - "[fd00::1]:8080"
    ///   - web.example.net:8080                             # resolved while HAProxy runs
    ///   - {address: 10.0.0.2, port: 8080, backup: true, zone: fra1-a}
    /// ```
    ///
    /// - `weight`: 0 to 256, 0 for no requests. Give all servers of a list one, or none (ING231).
    /// - `backup`: `true` for a server that is asked only when the others are down.
    /// - `zone`: compared with `endpoints.zone`; servers of other zones become backups.
    /// - `check`: a path that is asked for with GET, a port, both as `{port: 8081, path: /healthz}`, or `false`. Without it a
    ///   connection is made to the port that takes the requests.
    ///
    /// Two slips that YAML makes easy: `10.0.0.1: 8080` with a blank is a mapping, and `[fd00::1]` without quotes a list. One
    /// port of a Service stands under one key only: by number or by name, not both.
    INVALID_INVENTORY = 221 {
        name: "invalid-inventory",
        summary: "an entry of the inventory that names no server",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
