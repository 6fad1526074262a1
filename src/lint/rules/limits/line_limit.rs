use crate::lint::rule::rule;

rule! {
    /// HAProxy reads at most 64 words on a line, and refuses the whole configuration when there is one more. Raw lines and
    /// conditions are lines of HAProxy's language, and nobody can break them into shorter ones without changing what they mean.
    ///
    /// ```yaml bad ingressc.yaml
    /// version: 1
    /// rules: {ING501: {allow: [http-request deny]}}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/backend-config-snippet: >-
    ///       http-request deny if { path -m beg
    ///       /v0 /v1 /v2 /v3 /v4 /v5 /v6 /v7 /v8 /v9 /v10 /v11 /v12 /v13 /v14 /v15 /v16 /v17 /v18 /v19
    ///       /v20 /v21 /v22 /v23 /v24 /v25 /v26 /v27 /v28 /v29 /v30 /v31 /v32 /v33 /v34 /v35 /v36 /v37 /v38 /v39
    ///       /v40 /v41 /v42 /v43 /v44 /v45 /v46 /v47 /v48 /v49 /v50 /v51 /v52 /v53 /v54 /v55 /v56 /v57 /v58 /v59
    ///       }
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// version: 1
    /// rules: {ING501: {allow: [http-request deny]}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/backend-config-snippet: 'http-request deny if { path -m reg ^/v[0-9]+ }'}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// The lines are left out, and where they keep somebody out, their routes are closed. Keys that take lists, such as
    /// `allow-list`, have no such limit: a list of more than eight addresses becomes a file of its own. For conditions
    /// (`route-acl`), the limit is 40 words, because others stand on the same line.
    LINE_LIMIT = 801 {
        name: "line-limit",
        summary: "more words than HAProxy reads on a line",
        severity: Error,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [
            "jcmoraisjr/haproxy-ingress#361",
            "jcmoraisjr/haproxy-ingress#586",
            "jcmoraisjr/haproxy-ingress#333",
            "haproxytech/kubernetes-ingress#45",
        ],
        check: Check::Stage,
    }
}
