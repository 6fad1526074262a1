use crate::finding::{Code, Finding};
use crate::lint::Context;
use crate::lint::rule::rule;
use crate::manifest::{Ingress, PathType};

rule! {
    /// A `Prefix` is compared by the elements between slashes, and not as text: `/cart` means `/cart`, `/cart/` and `/cart/items`,
    /// and not `/cartoons`. A path whose last element ends in `-`, `_`, `.` or `=` looks as if more of that element were to follow.
    /// But no request for `/img-logo.png` meets the Prefix `/img-`: it goes to the next shorter path, or is answered with 404.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http:
    ///       paths:
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /img-, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http:
    ///       paths:
    ///       - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
    ///       - {path: /img, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    /// ```
    ///
    /// Put what belongs together below one element, and end the path there: `/img/logo.png` meets the Prefix `/img`. An element of
    /// signs alone, such as `/-` or `/_`, is taken for a whole one.
    PREFIX_NOT_SUBSTRING = 304 {
        name: "prefix-not-substring",
        summary: "a Prefix that ends within an element of the path",
        severity: Info,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#45"],
        check: Check::EachIngress(check),
    }
}

fn check(ingress: &Ingress, _: &Context<'_>, findings: &mut Vec<Finding>) {
    let name = &ingress.meta.name;
    for (index, rule) in ingress.rules.iter().enumerate() {
        for (at, written) in rule.paths.iter().flatten().enumerate() {
            let path = &written.path;
            if written.path_type != Some(PathType::Prefix) || !is_cut(&path.value) {
                continue;
            }
            let text = &path.value;
            findings.push(
                Finding::new(
                    Code::PREFIX_NOT_SUBSTRING,
                    format!(
                        "`Prefix {text}` of Ingress {name} means `{text}` and `{text}/…`, and not `{text}1`"
                    ),
                )
                .object(format_args!("Ingress {name}"))
                .field(format!("spec.rules[{index}].http.paths[{at}].path"))
                .at(path.origin)
                .help("end the path behind a whole element, at a `/`")
                .note("a Prefix is compared by the elements between slashes, and not as text"),
            );
        }
    }
}

/// Whether the last element looks as if more were to follow: `/img-`, `/v.`, and not `/-` or `/img-/`.
fn is_cut(path: &str) -> bool {
    let (_, element) = path.rsplit_once('/').unwrap_or_default();
    element.ends_with(['-', '_', '.', '=']) && element.contains(|c: char| c.is_ascii_alphanumeric())
}
