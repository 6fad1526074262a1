use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Code, Finding, Fix};
use crate::ir::policy::PathRewrite;
use crate::ir::{Claim, Field, PathMatch, PathRule, Piece, Setting};
use crate::lint::Context;
use crate::lint::routes;
use crate::lint::rule::rule;
use crate::source::{Origin, Sourced};

rule! {
    /// `path-rewrite` replaces the whole path, and the new one has nothing of the old: so every path below a `Prefix` arrives at the
    /// servers as one and the same. The start page works, and `/cart/items`, pictures and styles all show the start page again.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop, annotations: {haproxy.org/path-rewrite: /}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata: {name: shop, namespace: shop, annotations: {haproxy.org/path-rewrite: '^/cart/?(.*) /\1'}}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}]}
    /// ```
    ///
    /// An expression before the new path says what is kept: `\1` is what its first group found. In ingress-nginx the same is
    /// `rewrite-target: /$1`, and the same is forgotten there.
    ///
    /// Nothing is said of an `Exact` path, nor where the new path is a file, such as `/maintenance.html`, which every request is
    /// meant to get. The fix keeps what follows the path; look at what your servers expect.
    REWRITE_LOSES_PATH = 313 {
        name: "rewrite-loses-path",
        summary: "a rewrite that makes every path below a Prefix the same",
        severity: Warning,
        fix: Unsafe,
        ignorable: true,
        since: "0.1",
        sources: [
            "kubernetes/website#46546",
            "kubernetes/ingress-nginx#3920",
            "kubernetes/ingress-nginx#3761",
        ],
        check: Check::Whole(check),
    }
}

/// A rewrite, and the paths whose rest it loses.
struct Loss<'r> {
    setting: &'r Setting,
    claim: &'r Claim,
    replacement: String,
    prefixes: BTreeSet<&'r str>,
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let routing = context.routing;
    let mut policies = routing.policies.values();
    if !policies.any(|section| !section.policy.rewrite.path.is_empty()) {
        return;
    }
    let mut losses: BTreeMap<Origin, Loss<'_>> = BTreeMap::new();
    for (_, rule) in routes::rules(routing) {
        let alternatives = rule.alternatives.iter().map(|it| &it.claim);
        for claim in alternatives.chain([&rule.claim]) {
            let Some(setting) = routes::setting(claim, Field::PathRewrite) else {
                continue;
            };
            let policy = routes::policy(routing, claim);
            let rewrites = policy.map_or(&[][..], |policy| &policy.rewrite.path);
            let Some(replacement) = lost(rule, rewrites) else {
                continue;
            };
            let loss = losses.entry(setting.value.origin).or_insert(Loss {
                setting,
                claim,
                replacement,
                prefixes: BTreeSet::new(),
            });
            loss.prefixes.insert(rule.path.text());
        }
    }
    findings.extend(losses.into_values().map(finding));
}

/// What all paths below a rule become, if that is one path. A name with a dot is a file, which every path is meant to get.
fn lost(rule: &PathRule, rewrites: &[PathRewrite]) -> Option<String> {
    let first = rewrites.first()?;
    let [Piece::Text(text)] = first.replacement().pieces() else {
        return None;
    };
    let path = text.split('?').next().unwrap_or_default();
    let is_file = path.rsplit('/').next().is_some_and(|it| it.contains('.'));
    if rule.path.kind() == PathMatch::Exact || text.contains('\\') || is_file {
        return None;
    }
    let regex = first.regex()?;
    let found = |rest: &str| {
        let path = format!("{}{rest}", rule.path.text());
        regex.is_match(path.as_bytes()).unwrap_or_default()
    };
    (found("/a") && found("/b/c.d")).then(|| text.clone())
}

fn finding(loss: Loss<'_>) -> Finding {
    let Loss {
        setting,
        claim,
        replacement,
        prefixes,
    } = loss;
    let first = prefixes.first().copied().unwrap_or_default();
    let shown = if first.is_empty() { "/" } else { first };
    let more = match prefixes.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more of its paths"),
    };
    let name = &claim.ingress;
    let base = replacement.trim_end_matches('/');
    let kept = match first {
        "" => format!("(.*) {base}\\1"),
        prefix => format!("^{}/?(.*) {base}/\\1", escape(prefix)),
    };
    let finding = Finding::new(
        Code::REWRITE_LOSES_PATH,
        format!("`path-rewrite` of Ingress {name} turns every path below `{shown}`{more} into `{replacement}`"),
    )
    .object(format_args!("Ingress {name}"))
    .field(format!("metadata.annotations[{}]", setting.key))
    .at(setting.value.origin)
    .label(claim.origin, "what follows this path is lost");
    let finding = if base.is_empty() && first.is_empty() {
        finding.help("remove the key, which leaves paths as they are")
    } else {
        finding.help(format!("write `{kept}`, which keeps what follows"))
    };
    let is_plain =
        base.len() + first.len() > 0 && prefixes.len() == 1 && is_one_line(&setting.value);
    if !is_plain || kept.contains('\'') {
        return finding;
    }
    let fix = Fix::needs_a_look("keep what follows the path");
    finding.fix(fix.replace(setting.value.origin, format!("'{kept}'")))
}

/// Whether the scalar is plain, or quoted without an escape: then its bytes are the value, between quotes or not.
fn is_one_line(value: &Sourced<String>) -> bool {
    let bytes = value.origin.end.saturating_sub(value.origin.start) as usize;
    let quotes = bytes.checked_sub(value.value.len());
    quotes.is_some_and(|quotes| quotes == 0 || quotes == 2) && !value.value.contains('\n')
}

/// Text that stands for itself in an expression.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if ".+*?()[]{}|^$\\".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
