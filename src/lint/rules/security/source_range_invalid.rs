use crate::lint::rule::rule;

rule! {
    /// An item of an address list is no address. Items are IPv4 and IPv6 addresses and networks in CIDR notation, with commas
    /// between them; names, ranges and netmasks are none. Where the dialect has lists in a ConfigMap, `patterns/KEY` stands for
    /// the lines of one.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/allow-list: 192.0.2.1 192.0.2.2
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     haproxy.org/allow-list: 192.0.2.1, 192.0.2.2, 10.0.0.0/8, 2001:db8::/32
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// A part of a list is another list: an allow-list without one of its items keeps out somebody who may come in, and a
    /// deny-list lets in somebody who may not. Some controllers drop the whole rule, and so let everybody in. With
    /// `--keep-going`, the routes that the list is for answer 503, and no others. Of a list of proxies, which keeps nobody out,
    /// only the item is left out.
    ///
    /// `10.0.0.5/8` is read as the network 10.0.0.0/8 by some programs, and as a mistake by others. The message names both ways
    /// to write what was meant.
    SOURCE_RANGE_INVALID = 508 {
        name: "source-range-invalid",
        summary: "an address list with an item that is no address",
        severity: Error,
        fix: None,
        ignorable: false,
        since: "0.1",
        sources: ["jcmoraisjr/haproxy-ingress#86", "jcmoraisjr/haproxy-ingress#163"],
        check: Check::Stage,
    }
}
