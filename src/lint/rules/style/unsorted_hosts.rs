use crate::finding::{Code, Finding, Fix};
use crate::lint::Context;
use crate::lint::rule::rule;
use crate::manifest::{Ingress, IngressTls};
use crate::source::{Origin, Sources};

rule! {
    /// The hosts of a TLS entry are not in the order of the alphabet. Their order means nothing. In a sorted list a reader finds a host, and
    /// two people who add one each do not meet at its end.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [www.example.com, shop.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    ///   - host: www.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop}
    /// spec:
    ///   ingressClassName: haproxy
    ///   tls: [{hosts: [shop.example.com, www.example.com], secretName: shop-tls}]
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    ///   - host: www.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// `--fix` sorts the list, unless comments stand between the hosts: it would not know where they belong.
    ///
    /// Sort the hosts.
    UNSORTED_HOSTS = 901 {
        name: "unsorted-hosts",
        summary: "hosts of a TLS entry that are not sorted",
        severity: Pedantic,
        fix: Safe,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::EachIngress(check),
    }
}

fn check(ingress: &Ingress, context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (number, entry) in ingress.tls.iter().enumerate() {
        let mut pairs = entry.hosts.windows(2);
        let Some([before, after]) = pairs.find(|pair| pair[0].value > pair[1].value) else {
            continue;
        };
        let name = &ingress.meta.name;
        let message = format!(
            "`{}` stands before `{}` among the hosts of Ingress {name}",
            before.value, after.value
        );
        let finding = Finding::new(Code::UNSORTED_HOSTS, message)
            .at(after.origin)
            .object(format_args!("Ingress {name}"))
            .field(format!("spec.tls[{number}].hosts"))
            .help("sort the hosts");
        findings.push(match sorted(entry, context.sources) {
            Some(fix) => finding.fix(fix),
            None => finding,
        });
    }
}

/// Puts the hosts into each other's places, as they are written. Commas, dashes and indentation stay where they are.
fn sorted(entry: &IngressTls, sources: &Sources) -> Option<Fix> {
    let (first, last) = (entry.hosts.first()?.origin, entry.hosts.last()?.origin);
    let line = sources.file(last.file).text.get(last.end as usize..)?;
    let rest = line.lines().next().unwrap_or_default();
    let whole = Origin {
        end: last.end,
        ..first
    };
    let text = sources.text(whole);
    let is_list = first.file == last.file && !text.is_empty();
    if !is_list || !is_plain(text) || rest.contains('#') {
        return None;
    }
    let mut by_name: Vec<_> = entry.hosts.iter().collect();
    by_name.sort_by(|a, b| a.value.cmp(&b.value));
    let fix = Fix::safe("sort the hosts");
    let moved = entry.hosts.iter().zip(by_name);
    Some(moved.fold(fix, |fix, (place, host)| {
        fix.replace(place.origin, sources.text(host.origin))
    }))
}

/// Whether nothing but hosts stands there: no comment, anchor, alias, tag or block. A star is that of a wildcard.
fn is_plain(text: &str) -> bool {
    let stars = text.matches('*').count();
    !text.contains(['#', '&', '!', '|', '>']) && stars == text.matches("*.").count()
}
