//! Keys of the community's controller on an Ingress of a TCP port that are not read, and matter all the same.
//!
//! Of that controller, few keys are translated. Most others change nothing about who may connect, and are told together. Here are those
//! that keep somebody out there, and slips of the pen that were to be one of these, or one that is translated.

use crate::annotations::registry::Registry;
use crate::annotations::spec::{Dialect, On, Spec};

/// Keys that keep clients out in that controller, and that no key of ours has the name of, or a name for.
const GUARDS: &[&str] = &[
    "auth-signin",
    "auth-url",
    "limit-connections",
    "oauth",
    "waf",
];

/// Those that are known by a key of ours: of the same name, or as another name of it.
const KNOWN_GUARDS: &[&str] = &[
    "allowlist-source-range",
    "auth-secret",
    "auth-type",
    "blacklist-source-range",
    "denylist-source-range",
    "limit-rps",
    "whitelist-source-range",
];

/// What a key was to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meant {
    /// Spelt right: a key that keeps clients out, and is not translated.
    Guard,
    /// Nearly the name of such a key.
    NearGuard(&'static str),
    /// Nearly the name of a key that is translated.
    Near(&'static Spec),
}

/// What `name`, which has a prefix of that controller, was to be. `None` for keys that are read, and for those that are of no matter.
pub(super) fn meant(name: &str, registry: &Registry) -> Option<Meant> {
    let is_known = |dialect| registry.find(dialect, name).is_some();
    if Dialect::ALL.into_iter().any(is_known) || KNOWN_GUARDS.contains(&name) {
        return None;
    }
    if GUARDS.contains(&name) {
        return Some(Meant::Guard);
    }
    let near = registry.nearest(Dialect::HaproxyIngress, name, On::Ingress);
    let near = near.filter(|(spec, _)| spec.on.contains(&On::Ingress));
    if let Some((spec, _)) = near {
        return Some(Meant::Near(spec));
    }
    let all = GUARDS.iter().chain(KNOWN_GUARDS);
    let near = all.copied().find(|guard| is_near(name, guard));
    near.map(Meant::NearGuard)
}

/// Whether `name` is another name but for two letters, or one in a short name, or for capitals and underscores.
pub(in crate::annotations) fn is_near(name: &str, right: &str) -> bool {
    let limit = if right.len() < 4 { 1 } else { 2 };
    if name.len().abs_diff(right.len()) > limit {
        return false;
    }
    let name = name.to_ascii_lowercase().replace('_', "-");
    strsim::osa_distance(&name, right) <= limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_clients_out_is_told_from_what_does_not() {
        let shown = |name: &str| match meant(name, Registry::known()) {
            None => "-".to_owned(),
            Some(Meant::Guard) => "guard".to_owned(),
            Some(Meant::NearGuard(name)) => format!("~{name}"),
            Some(Meant::Near(spec)) => format!("~{}", spec.key),
        };
        for (name, expected) in [
            ("auth-tls-secrets", "~auth-tls-secret"),
            ("auth-tls-verify-clients", "~auth-tls-verify-client"),
            ("allowlist-source-rang", "~allowlist-source-range"),
            ("Denylist_Source_Range", "~denylist-source-range"),
            ("auth-urls", "~auth-url"),
            ("tcp-service-prt", "~tcp-service-port"),
            ("tcp-service-log-frmat", "~tcp-service-log-format"),
            ("auth-url", "guard"),
            ("oauth", "guard"),
            ("waf", "guard"),
            // These have their own way.
            ("auth-secret", "-"),
            ("auth-tls-secret", "-"),
            ("allowlist-source-range", "-"),
            // These keep nobody out.
            ("waf-mode", "-"),
            ("oauth-headers", "-"),
            ("auth-proxy", "-"),
            ("balance-algorithm", "-"),
            ("health-check-uri", "-"),
        ] {
            assert_eq!(shown(name), expected, "{name}");
        }
        assert_eq!(shown(&"x".repeat(60_000)), "-");
    }
}
