use std::collections::BTreeSet;

use crate::finding::{Code, Finding};
use crate::ir::policy::Origins;
use crate::ir::{Against, Field, PolicySection};
use crate::lint::Context;
use crate::lint::backtracking::nested;
use crate::lint::claims::conditions;
use crate::lint::rule::rule;
use crate::source::Origin;

rule! {
    /// A regular expression repeats a group that is itself a repetition, as in `(a+)+` and `(.+\.)*`, or one whose branches match
    /// the same in several ways, as in `(a|aa)+`. A text can then be cut into rounds in
    /// countless ways, and when what follows does not fit, PCRE2 tries them, up to ten million steps: about a tenth of a
    /// second, in which the thread answers nobody else. The client chooses the text, so a few requests a second keep HAProxy
    /// busy. After the last step the answer is "no match", whatever the text is.
    ///
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations: {haproxy.org/path-rewrite: '^/((?:\w+/?)+)\.html$ /\1'}
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
    ///   annotations: {haproxy.org/path-rewrite: '^/((?:\w+/)*\w+)\.html$ /\1'}
    /// spec:
    ///   ingressClassName: haproxy
    ///   rules:
    ///   - host: shop.example.com
    ///     http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
    /// ```
    ///
    /// Give each round something that has to be there and that the repetition within cannot match, such as the slash of the
    /// good example; or take one of the two repetitions away; or make the inner one possessive (`\w++`), so that nothing is
    /// tried twice. Path rewrites, CORS origins and conditions are looked at. Nothing is said where the group is the end of the
    /// expression, because nothing can fail there.
    CATASTROPHIC_REGEX = 803 {
        name: "catastrophic-regex",
        summary: "a regular expression that takes exponential time",
        severity: Warning,
        fix: None,
        ignorable: true,
        since: "0.1",
        sources: [],
        check: Check::Whole(check),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let routing = context.routing;
    let mut told: BTreeSet<(Origin, &str)> = BTreeSet::new();
    for section in routing.policies.values() {
        for (field, pattern) in patterns(section) {
            let origin = section.origins.get(&field).copied();
            told.extend(origin.zip(nested(pattern)));
        }
    }
    for condition in conditions(routing) {
        for test in condition.value.any().iter().flatten() {
            if let Against::Regex { items, .. } = &test.against {
                let items = items.iter().filter_map(|item| nested(item));
                told.extend(items.map(|group| (condition.origin, group)));
            }
        }
    }
    findings.extend(
        told.into_iter()
            .map(|(origin, group)| finding(origin, group)),
    );
}

/// The regular expressions of a policy.
fn patterns(section: &PolicySection) -> impl Iterator<Item = (Field, &str)> {
    let policy = &section.policy;
    let rewrites = policy.rewrite.path.iter();
    let rewrites = rewrites.map(|rewrite| (Field::PathRewrite, rewrite.expression()));
    let origins = policy.cors.as_ref().and_then(|cors| match &cors.origins {
        Origins::Matching(pattern) => Some((Field::CorsOrigin, pattern.as_str())),
        Origins::Any | Origins::Listed(_) => None,
    });
    rewrites.chain(origins)
}

fn finding(origin: Origin, group: &str) -> Finding {
    Finding::new(
        Code::CATASTROPHIC_REGEX,
        format!("the regular expression repeats what repeats itself, in `{group}`: a request can keep a thread busy with it"),
    )
    .at(origin)
    .help("take one of the two repetitions away, or put something between the rounds that has to be there")
}
