use crate::finding::{Code, Finding};
use crate::lint::Context;
use crate::lint::rule::rule;
use crate::source::Origin;

rule! {
    /// There is a default certificate, so a client that asks for a name that no certificate covers is answered with that one.
    /// Scanners that try addresses learn the names in it, and a person who misspelt a name sees a warning about a certificate in
    /// place of an error. Without a default certificate, HAProxy refuses such handshakes (`strict-sni`).
    ///
    /// If names without a certificate of their own are to be served, all is well. Else let each Ingress name its certificate, and
    /// name no default one.
    ///
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy-config, namespace: haproxy}
    /// data:
    ///   ssl-certificate: shop/shop-tls
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml bad ingressc.yaml
    /// configMap: haproxy/haproxy-config
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: haproxy-config, namespace: haproxy}
    /// data:
    ///   maxconn: "2000"
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good ingressc.yaml
    /// configMap: haproxy/haproxy-config
    /// ```
    NO_STRICT_SNI = 520 {
        name: "no-strict-sni",
        summary: "unknown names are answered with the default certificate",
        severity: Pedantic,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["haproxytech/kubernetes-ingress#676"],
        check: Check::Whole(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (certificates, global) = (&context.routing.certificates, &context.routing.global);
    let default = certificates.default.as_ref();
    let Some(file) = default.and_then(|stem| certificates.files.get(stem)) else {
        return;
    };
    if certificates.refuses_unknown(global) {
        return;
    }
    let secret = &file.secret;
    findings.push(
        Finding::new(
            Code::NO_STRICT_SNI,
            format!(
                "names that no certificate covers are answered with the one of Secret {secret}"
            ),
        )
        .object(format_args!("Secret {secret}"))
        .at(wanted(context).unwrap_or(file.origin))
        .help("name no default certificate, if only names are to be served that have one"),
    );
}

/// Where the ConfigMap names the certificate.
fn wanted(context: &Context<'_>) -> Option<Origin> {
    let name = context.lower.annotations.config_map.as_ref()?;
    let mut maps = context.manifests.iter();
    let map = maps.find_map(|manifests| manifests.config_maps.get(name))?;
    let value = map.data.get("ssl-certificate")?;
    (!value.value.is_empty()).then_some(value.origin)
}
