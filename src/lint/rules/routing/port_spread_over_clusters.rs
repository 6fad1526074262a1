use crate::lint::rule::rule;

rule! {
    /// Several clusters stand behind one edge (`clusters:` in `ingressc.yaml`), and more than one of them exposes a Service port of
    /// the same namespace, name and number. It has one port on the host, and connections go to the servers of all these clusters in
    /// turns.
    ///
    /// That is what a service is meant for that has no memory, or whose clusters replicate. Two databases that only have the same
    /// name are two primaries: half of the writes go to each, and no client can tell which one it has met.
    ///
    /// ```yaml bad ingressc.yaml
    /// clusters:
    ///   ams: {inputs: [ams]}
    ///   fra: {inputs: [fra]}
    /// ```
    ///
    /// ```text bad ports.lock
    /// shop/web:80: 26000
    /// ```
    ///
    /// ```yaml bad ams/web.yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.1.0.1]}]
    /// ```
    ///
    /// ```yaml bad fra/web.yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.2.0.1]}]
    /// ```
    ///
    /// Here `fra` gets connections only while no server of `ams` is up:
    ///
    /// ```yaml good ingressc.yaml
    /// clusters:
    ///   ams: {inputs: [ams]}
    ///   fra: {inputs: [fra], backup: true}
    /// ```
    ///
    /// ```text good ports.lock
    /// shop/web:80: 26000
    /// ```
    ///
    /// ```yaml good ams/web.yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.1.0.1]}]
    /// ```
    ///
    /// ```yaml good fra/web.yaml
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: web, namespace: shop, annotations: {ingressc/expose: "true"}}
    /// spec:
    ///   selector: {app: web}
    ///   ports: [{name: http, port: 80, targetPort: 8080}]
    /// ---
    /// apiVersion: discovery.k8s.io/v1
    /// kind: EndpointSlice
    /// metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    /// addressType: IPv4
    /// ports: [{name: http, port: 8080}]
    /// endpoints: [{addresses: [10.2.0.1]}]
    /// ```
    ///
    /// Give the Services different names or namespaces where they are different databases; each then has a port of its own. Expose
    /// only one of them, or make one cluster the backup, where one of them is to be written to. If the connections are meant to be
    /// spread, set the rule to `off`.
    ///
    /// Nothing is said where the servers of both clusters are the same machines of an inventory, where a cluster has the weight 0,
    /// and where the servers of one cluster only stand in.
    PORT_SPREAD_OVER_CLUSTERS = 341 {
        name: "port-spread-over-clusters",
        summary: "connections to one port go to servers of several clusters",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Stage,
    }
}
