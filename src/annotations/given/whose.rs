//! Whose a key is: by its prefix, and where that is nobody's, by what it was probably meant to be.

use crate::annotations::registry::Registry;
use crate::annotations::spec::{Dialect, On, Spec};

/// A controller whose keys are known by their prefix, and not translated.
#[derive(Debug)]
pub(super) struct Controller {
    /// What its keys begin with, without the slash.
    pub(super) prefix: &'static str,
    /// What it is called.
    pub(super) name: &'static str,
    /// Keys that it has in common with ours. `None`: nobody has counted, and each of its keys is its own.
    shared: Option<&'static [&'static str]>,
}

/// The name of the community's controller.
const COMMUNITYS: &str = "the community's HAProxy controller";

impl Controller {
    /// Whether it is the community's, under any of its prefixes.
    pub(super) fn is_communitys(&self) -> bool {
        self.name == COMMUNITYS
    }
}

/// What the community's controller calls as the one of HAProxy Technologies does.
const COMMUNITY: &[&str] = &[
    "auth-realm",
    "auth-secret",
    "auth-type",
    "cors-allow-credentials",
    "cors-allow-headers",
    "cors-allow-methods",
    "cors-allow-origin",
    "cors-enable",
    "cors-max-age",
    "proxy-protocol",
    "ssl-passthrough",
    "ssl-redirect",
    "ssl-redirect-code",
    "timeout-client",
    "timeout-client-fin",
    "timeout-connect",
    "timeout-http-request",
    "timeout-queue",
    "timeout-server",
    "timeout-server-fin",
    "timeout-tunnel",
    "tls-alpn",
];

/// The controllers whose keys route or protect. Tools that only watch, such as cert-manager, are none.
static CONTROLLERS: [Controller; 6] = [
    Controller {
        prefix: "nginx.ingress.kubernetes.io",
        name: "ingress-nginx",
        shared: None,
    },
    Controller {
        prefix: "traefik.ingress.kubernetes.io",
        name: "Traefik",
        shared: None,
    },
    Controller {
        prefix: "haproxy-ingress.github.io",
        name: COMMUNITYS,
        shared: Some(COMMUNITY),
    },
    Controller {
        prefix: "haproxy-ingress",
        name: COMMUNITYS,
        shared: Some(COMMUNITY),
    },
    Controller {
        prefix: "nginx.org",
        name: "the controller of F5 NGINX",
        shared: None,
    },
    Controller {
        prefix: "nginx.com",
        name: "the controller of F5 NGINX",
        shared: None,
    },
];

/// Whoever has read the keys of [`SHARED`] that no dialect has, nearly or by another name.
pub(super) static OTHERS: Controller = Controller {
    prefix: "ingress.kubernetes.io",
    name: "another controller",
    shared: None,
};

/// Other controllers' names for what a key of ours does.
const EQUIVALENT: &[(&str, &str)] = &[
    ("affinity", "cookie-persistence"),
    ("allowlist-source-range", "allow-list"),
    ("app-root", "request-redirect"),
    ("auth-tls-secret", "client-ca"),
    ("backend-protocol", "server-proto"),
    ("balance-algorithm", "load-balance"),
    ("blacklist-source-range", "deny-list"),
    ("config-backend", "backend-config-snippet"),
    ("configuration-snippet", "backend-config-snippet"),
    ("denylist-source-range", "deny-list"),
    ("force-ssl-redirect", "ssl-redirect"),
    ("limit-rps", "rate-limit-requests"),
    ("maxconn-server", "pod-maxconn"),
    ("permanent-redirect", "request-redirect"),
    ("proxy-connect-timeout", "timeout-connect"),
    ("proxy-read-timeout", "timeout-server"),
    ("redirect-to", "request-redirect"),
    ("rewrite-target", "path-rewrite"),
    ("secure-backends", "server-ssl"),
    ("session-cookie-name", "cookie-persistence"),
    ("temporal-redirect", "request-redirect"),
    ("timeout-keep-alive", "timeout-http-keep-alive"),
    ("upstream-vhost", "set-host"),
    ("whitelist-source-range", "allow-list"),
];

/// The prefix that several controllers have read in their time.
pub(in crate::annotations) const SHARED: &str = "ingress.kubernetes.io/";

/// Whose a key is.
#[derive(Debug)]
pub(super) enum Whose<'k> {
    /// It begins as the keys of a dialect do: with the prefix of this number.
    Ours(Dialect, usize, &'k str),
    /// It has no prefix.
    Bare(&'k str),
    /// A key of a dialect under a prefix that the dialect does not have.
    Stray(&'static Spec, usize),
    /// It belongs to a controller that is not translated.
    Foreign(&'static Controller),
    /// Of no concern.
    Nobodys,
}

/// Whose `key` of an object of the kind `on` is; `is_read` says whether a key of an incomplete dialect is read there. Most
/// keys are nobody's, and cost a few comparisons.
pub(super) fn whose<'k>(
    key: &'k str,
    on: On,
    registry: &Registry,
    is_read: impl Fn(Dialect, &str) -> bool,
) -> Whose<'k> {
    let Some((prefix, name)) = key.split_once('/') else {
        return joined(key, on, registry).unwrap_or(Whose::Bare(key));
    };
    for dialect in Dialect::ALL {
        let counts = || registry.find(dialect, name).is_some() && is_read(dialect, name);
        let mut own = dialect.prefixes().iter();
        let at = own.position(|own| own.strip_suffix('/') == Some(prefix));
        if let Some(at) = at.filter(|_| !dialect.is_complete() && counts()) {
            return Whose::Ours(dialect, at, name);
        }
    }
    for dialect in complete() {
        let is_it = |own: &str| own.strip_suffix('/') == Some(prefix);
        if let Some(at) = dialect.prefixes().iter().position(|own| is_it(own)) {
            return Whose::Ours(dialect, at, name);
        }
    }
    let known = || {
        let mut found = complete().filter_map(|dialect| registry.find(dialect, name));
        found.next()
    };
    let controller = CONTROLLERS.iter().find(|other| other.prefix == prefix);
    match controller {
        Some(controller) => match controller.shared {
            Some(shared) if !shared.contains(&name) => known()
                .map_or(Whose::Foreign(controller), |(spec, rank)| {
                    Whose::Stray(spec, rank)
                }),
            _ => Whose::Foreign(controller),
        },
        None => match known() {
            Some((spec, rank)) if resembles(prefix, spec.dialect) => Whose::Stray(spec, rank),
            _ => misspelt(prefix, name, on, registry).unwrap_or(Whose::Nobodys),
        },
    }
}

/// Dialects whose every key is known, so that one with their prefix that is not is a mistake.
fn complete() -> impl Iterator<Item = Dialect> {
    let all = Dialect::ALL.into_iter();
    all.filter(|dialect| dialect.is_complete())
}

/// A key under a prefix that is nearly one of a dialect's, `HAProxy.org` or `haproxy.og`, whose name is none of the dialect's, either.
fn misspelt<'k>(prefix: &str, name: &'k str, on: On, registry: &Registry) -> Option<Whose<'k>> {
    let dialect = complete().find(|dialect| is_near(prefix, *dialect))?;
    if let Some((spec, spelling)) = meant(name, dialect, on, registry) {
        let (_, rank) = registry.find(dialect, spelling)?;
        return Some(Whose::Stray(spec, rank));
    }
    // Other tools have prefixes that are as near; in another case, it is the dialect's own.
    let own = dialect.prefixes().iter();
    let mut same = own.map(|own| own.trim_end_matches('/'));
    let at = same.position(|own| own.eq_ignore_ascii_case(prefix))?;
    Some(Whose::Ours(dialect, at, name))
}

/// A key whose prefix ends in something else than a slash: `haproxy.org.allow-list`.
fn joined<'k>(key: &'k str, on: On, registry: &Registry) -> Option<Whose<'k>> {
    let mut found = complete().flat_map(|dialect| {
        let name = move |own: &&str| {
            let own = own.trim_end_matches('/');
            let (prefix, rest) = key.split_at_checked(own.len())?;
            let name = rest.strip_prefix(['.', '-', '_', ':'])?;
            prefix.eq_ignore_ascii_case(own).then_some((dialect, name))
        };
        dialect.prefixes().iter().filter_map(name)
    });
    let (dialect, name) = found.next()?;
    let (spec, spelling) = meant(name, dialect, on, registry)?;
    let (_, rank) = registry.find(dialect, spelling)?;
    Some(Whose::Stray(spec, rank))
}

/// The key that `name` was probably meant to be, with the spelling that is near: another controller's name for it, one that is a
/// few letters away, or one that protects in the way that the words of the name speak of.
pub(super) fn meant(
    name: &str,
    dialect: Dialect,
    on: On,
    registry: &Registry,
) -> Option<(&'static Spec, &'static str)> {
    equivalent(name, dialect, registry)
        .or_else(|| registry.nearest(dialect, name, on))
        .or_else(|| protection(name, dialect, registry))
}

/// What a person who writes one of these words wants. The first one that is found counts.
const PROTECTIONS: &[(&[&str], &str)] = &[
    (
        &["ratelimit", "rate limit", "limit rate"],
        "rate-limit-requests",
    ),
    (
        &["blacklist", "black list", "denylist", "deny", "block"],
        "deny-list",
    ),
    (
        &["whitelist", "white list", "allowlist", "allow"],
        "allow-list",
    ),
    (
        &["auth", "authentication", "basicauth", "htpasswd"],
        "auth-type",
    ),
];

/// The key that protects in the way that the words of `name` speak of: `ip-whitelist`, `auth-users`.
fn protection(
    name: &str,
    dialect: Dialect,
    registry: &Registry,
) -> Option<(&'static Spec, &'static str)> {
    // What CORS allows, it allows browsers; and a text without end has meant none of them.
    if name.len() > 64 {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    if words.contains(&"cors") {
        return None;
    }
    let text = format!(" {} ", words.join(" "));
    let says = |word: &&str| {
        let is_whole = text.contains(&format!(" {word} "));
        // `ipwhitelist`: long words are seldom part of others.
        is_whole || word.len() >= 8 && text.contains(*word)
    };
    let (_, key) = PROTECTIONS
        .iter()
        .find(|(words, _)| words.iter().any(says))?;
    registry.find(dialect, key).map(|(spec, _)| (spec, *key))
}

/// Whether a prefix was probably meant to be one of the dialect's: `haproxy.ingress.kubernetes.io`, `haproxy.og`.
fn resembles(prefix: &str, dialect: Dialect) -> bool {
    prefix.len() <= 64
        && (prefix.to_ascii_lowercase().contains("haproxy") || is_near(prefix, dialect))
}

/// Whether a prefix is one of the dialect's but for a letter or two, or for capitals.
fn is_near(prefix: &str, dialect: Dialect) -> bool {
    if prefix.len() > 64 {
        return false;
    }
    let prefix = prefix.to_ascii_lowercase();
    let mut own = dialect
        .prefixes()
        .iter()
        .map(|own| own.trim_end_matches('/'));
    own.any(|own| {
        let is_alike = own.len().abs_diff(prefix.len()) <= 2 && shares_letters(own, &prefix);
        is_alike && strsim::osa_distance(own, &prefix) <= 2
    })
}

/// Whether two changes can make one text of the other: each takes away one letter at most, and adds one. Asked before the distance is
/// measured, for each annotation that is another tool's.
fn shares_letters(one: &str, other: &str) -> bool {
    let mut counts = [0_i8; 256];
    for (text, step) in [(one, 1), (other, -1)] {
        // The first byte of a letter stands for it. Where two letters share one, the texts only seem more alike.
        for byte in text.bytes().filter(|byte| !(0x80..0xc0).contains(byte)) {
            let count = &mut counts[usize::from(byte)];
            *count = count.saturating_add(step);
        }
    }
    let differ: u32 = counts.iter().map(|it| u32::from(it.unsigned_abs())).sum();
    differ <= 2 * 2
}

/// The key of ours that does what another controller calls `name`.
pub(super) fn equivalent(
    name: &str,
    dialect: Dialect,
    registry: &Registry,
) -> Option<(&'static Spec, &'static str)> {
    let at = EQUIVALENT.binary_search_by_key(&name, |(other, _)| other);
    let (_, ours) = EQUIVALENT[at.ok()?];
    registry.find(dialect, ours).map(|(spec, _)| (spec, ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_names_are_sorted_so_that_they_are_found() {
        assert!(EQUIVALENT.is_sorted_by(|a, b| a.0 < b.0));
        assert!(COMMUNITY.is_sorted());
    }

    #[test]
    fn what_is_near_shares_its_letters() {
        let own = "haproxy.org";
        let letters = ["", "a", "o", ".", "ä", "ö", "€"];
        for at in 0..=own.len() {
            for (with, also) in letters.iter().flat_map(|one| letters.map(|two| (one, two))) {
                for gone in 0..=(own.len() - at).min(2) {
                    let text = format!("{}{with}{also}{}", &own[..at], &own[at + gone..]);
                    let near = strsim::osa_distance(own, &text) <= 2;
                    assert!(!near || shares_letters(own, &text), "{text}");
                }
            }
        }
        assert!(!shares_letters("haproxy.org", "kustomize.io"));
    }
}
