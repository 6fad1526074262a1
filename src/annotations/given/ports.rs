//! What is written on a Service in place of a key that holds for requests, or for all of HAProxy, and not for exposed ports.

use super::whose::equivalent;
use crate::annotations::guarding::has_word;
use crate::annotations::registry::Registry;
use crate::annotations::spec::{Dialect, On, Spec};
use crate::ir::Field;

/// Keys of HAProxy Technologies' controller that may not stand on a Service, and what the dialect `ingressc` has for exposed ports.
const COUNTERPARTS: &[(&str, &str)] = &[
    ("allow-list", "allow-list"),
    ("client-ca", "client-ca"),
    ("deny-list", "deny-list"),
    ("maxconn", "maxconn"),
    ("proxy-protocol", "accept-proxy"),
    ("ssl-certificate", "tls-secret"),
    ("timeout-client", "timeout-client"),
    ("timeout-connect", "timeout-connect"),
    ("timeout-queue", "timeout-queue"),
    ("timeout-tunnel", "timeout-tunnel"),
];

/// What to do about a key on a Service with exposed ports, where it may not stand: to be told as help. `None` where nothing better is
/// known than where the key may stand.
pub(super) fn remedy(spec: &Spec, registry: &Registry) -> Option<String> {
    if spec.dialect != Dialect::HaproxyTech || spec.on.contains(&On::Service) {
        return None;
    }
    let mut known = COUNTERPARTS.iter();
    let name = known.find(|(key, _)| *key == spec.key);
    let own = name.and_then(|(_, name)| registry.find(Dialect::Ingressc, name));
    match own {
        Some((own, _)) => Some(format!("write `{}` in its place", own.full_key())),
        None if spec.field == Field::HttpsRedirect => {
            Some("remove it, and take TLS alone by `ingressc/tls-secret`".to_owned())
        }
        None if spec.protects.is_some() => Some(
            "remove it, and keep addresses out by `ingressc/allow-list` and `ingressc/deny-list`"
                .to_owned(),
        ),
        None => None,
    }
}

/// The key of ours that keeps clients out in the way that another controller's key `name` does, or as nearly as there is one.
pub(super) fn foreign_guard(name: &str, text: &str, registry: &Registry) -> Option<&'static Spec> {
    let dialect = Dialect::HaproxyTech;
    let known = |key| registry.find(dialect, key).map(|(spec, _)| spec);
    let same = match name {
        "limit-connections" => known("rate-limit-requests"),
        // Raw lines that keep somebody out are of no key that could stand for them.
        "config-backend" | "config-backend-early" | "config-backend-late" if has_word(text) => {
            known("auth-type")
        }
        _ => equivalent(name, dialect, registry)
            .map(|(spec, _)| spec)
            .or_else(|| known(name)),
    };
    same.filter(|spec| spec.protects.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_to_be_written_can_be_written_there() {
        let registry = Registry::known();
        for (key, own) in COUNTERPARTS {
            let (spec, _) = registry.find(Dialect::HaproxyTech, key).expect(key);
            let (own, _) = registry.find(Dialect::Ingressc, own).expect(own);
            assert!(own.on.contains(&On::Service), "{key}");
            let help = remedy(spec, registry);
            assert_eq!(
                help,
                Some(format!("write `{}` in its place", own.full_key()))
            );
        }
    }

    #[test]
    fn keys_that_may_stand_on_services_have_no_other() {
        let registry = Registry::known();
        let (spec, _) = registry.find(Dialect::HaproxyTech, "check").expect("check");
        assert_eq!(remedy(spec, registry), None);
    }
}
