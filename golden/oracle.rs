//! A second opinion on routing, written from the text of the Kubernetes API and from nothing of ours: hosts label by label, paths
//! element by element, one rule after the other.
//!
//! <https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types>, `IngressRule.host` in the API reference.

/// A rule as an Ingress writes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rule {
    /// `foo.com`, `*.foo.com`, or none.
    pub(crate) host: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Exact,
    Prefix,
    /// Compared as text; what some controllers make of `ImplementationSpecific`.
    Begins,
}

/// The index of the rule that answers, or `None` for the default backend.
pub(crate) fn decide(rules: &[Rule], host: Option<&str>, path: &str) -> Option<usize> {
    let host = without_port(host.unwrap_or("")).to_lowercase();
    let host = host.trim_end_matches('.');
    // "exact match … precedes wildcard", and a request is matched against the host before the paths.
    let deciding = [Specific::Exact, Specific::Wildcard, Specific::None]
        .into_iter()
        .find(|level| {
            rules
                .iter()
                .any(|rule| specificity(rule, host) == Some(*level))
        })?;
    let mut best: Option<usize> = None;
    for (index, rule) in rules.iter().enumerate() {
        if specificity(rule, host) == Some(deciding)
            && path_matches(rule, path)
            && best.is_none_or(|best| outranks(rule, &rules[best]))
        {
            best = Some(index);
        }
    }
    best
}

#[derive(Clone, Copy, PartialEq)]
enum Specific {
    Exact,
    Wildcard,
    None,
}

fn without_port(host: &str) -> &str {
    match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        _ => host,
    }
}

/// How specifically a rule names the host; `None` when it names another.
fn specificity(rule: &Rule, host: &str) -> Option<Specific> {
    let Some(named) = &rule.host else {
        return Some(Specific::None);
    };
    let named: Vec<&str> = named.split('.').collect();
    let asked: Vec<&str> = host.split('.').collect();
    if named[0] != "*" {
        return (named == asked).then_some(Specific::Exact);
    }
    // "the wildcard character '*' must appear by itself as the first DNS label and matches only a single label"
    let one_label = asked.len() == named.len() && !asked[0].is_empty() && asked[1..] == named[1..];
    one_label.then_some(Specific::Wildcard)
}

/// "Matching is done on a path element by element basis. A path element refers to the list of labels in the path split by the
/// '/' separator." A trailing slash is ignored.
fn elements(path: &str) -> Vec<&str> {
    let mut elements: Vec<&str> = path.split('/').skip(1).collect();
    while elements.last() == Some(&"") {
        elements.pop();
    }
    elements
}

fn path_matches(rule: &Rule, path: &str) -> bool {
    match rule.kind {
        Kind::Exact => rule.path == path,
        Kind::Prefix => {
            let (wanted, given) = (elements(&rule.path), elements(path));
            given.len() >= wanted.len() && (0..wanted.len()).all(|at| given[at] == wanted[at])
        }
        Kind::Begins => {
            let wanted = rule.path.trim_end_matches('/').as_bytes();
            path.len() >= wanted.len()
                && (0..wanted.len()).all(|at| path.as_bytes()[at] == wanted[at])
        }
    }
}

/// "precedence will be given first to the longest matching path … then exact path type over prefix path type"; where Exact and a
/// Prefix with a trailing slash meet, Exact (KEP-1453).
fn outranks(rule: &Rule, other: &Rule) -> bool {
    let rank = |rule: &Rule| {
        let length = match rule.kind {
            Kind::Exact => usize::MAX,
            Kind::Prefix | Kind::Begins => rule.path.trim_end_matches('/').len(),
        };
        let kind = match rule.kind {
            Kind::Exact => 2,
            Kind::Prefix => 1,
            Kind::Begins => 0,
        };
        (length, kind)
    };
    rank(rule) > rank(other)
}
