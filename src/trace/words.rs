//! What a policy does, a word each: for tables and pictures, in which there is no room for values.

use crate::ir::policy::{Headers, Rewrites};
use crate::ir::{Backend, Policy, Routing, Target};

/// The policy of what answers.
pub(crate) fn policy_of<'r>(routing: &'r Routing, target: &Target) -> Option<&'r Policy> {
    let name = match target {
        Target::Backend(name) => routing.backends.get(name)?.policy.as_ref(),
        Target::Misdirected(policy) => policy.as_ref(),
        Target::Closed | Target::Next => None,
    };
    Some(&routing.policies.get(name?)?.policy)
}

/// What keeps requests out, or some of them.
pub(crate) fn guards(policy: &Policy) -> Vec<&'static str> {
    let words = [
        (policy.access.deny.is_some(), "deny-list"),
        (policy.access.allow.is_some(), "allow-list"),
        (policy.rate_limit.is_some(), "rate-limit"),
        (policy.auth.is_some(), "basic-auth"),
    ];
    chosen(&words)
}

/// What a policy does, in the order in which requests meet it.
pub(crate) fn all(policy: &Policy, backend: Option<&Backend>) -> Vec<&'static str> {
    let affinity = policy.affinity.cookie.is_some();
    let words = [
        (policy.access.client_source.is_some(), "client-header"),
        (policy.access.deny.is_some(), "deny-list"),
        (policy.access.allow.is_some(), "allow-list"),
        (policy.rate_limit.is_some(), "rate-limit"),
        (policy.cors.is_some(), "cors"),
        (policy.redirect.https.is_some(), "https-redirect"),
        (policy.auth.is_some(), "basic-auth"),
        (policy.redirect.host.is_some(), "redirect"),
        (policy.headers != Headers::default(), "headers"),
        (policy.rewrite != Rewrites::default(), "rewrite"),
        (affinity, "cookie"),
        (!policy.snippet.lines.is_empty(), "raw-lines"),
        (policy.server_tls.encryption.is_some(), "server-tls"),
    ];
    let mut words = chosen(&words);
    if backend.is_some_and(|backend| backend.client_ip_affinity.is_some()) {
        words.push("sticky");
    }
    words
}

fn chosen(words: &[(bool, &'static str)]) -> Vec<&'static str> {
    let words = words.iter().filter(|(holds, _)| *holds);
    words.map(|(_, word)| *word).collect()
}
