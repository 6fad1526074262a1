//! All keys, by family.

use super::spec::{Dialect, Spec};

/// Keys that belong together, whatever their dialect.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// The name of its page: `rate-limit`.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Its keys, by dialect and name.
    pub specs: &'static [&'static Spec],
}

/// All families, in the order of the documentation.
pub static FAMILIES: &[Family] = &[
    super::routing::FAMILY,
    super::balance::FAMILY,
    super::health::FAMILY,
    super::limits::FAMILY,
    super::affinity::FAMILY,
    super::timeouts::FAMILY,
    super::access::FAMILY,
    super::rate_limit::FAMILY,
    super::auth::FAMILY,
    super::cors::FAMILY,
    super::headers::FAMILY,
    super::rewrite::FAMILY,
    super::redirect::FAMILY,
    super::server_tls::FAMILY,
    super::client_tls::FAMILY,
    super::connections::FAMILY,
    super::proxy_protocol::FAMILY,
    super::process::FAMILY,
    super::logging::FAMILY,
    super::capture::FAMILY,
    super::snippets::FAMILY,
    super::resources::FAMILY,
];

/// Every key of every dialect, by family.
pub fn all() -> impl Iterator<Item = &'static Spec> {
    FAMILIES.iter().flat_map(|family| family.specs).copied()
}

/// The key of a dialect with this name or alias, without prefix, and the place of the spelling in the order of precedence: 0 is the
/// strongest.
pub fn find(dialect: Dialect, key: &str) -> Option<(&'static Spec, usize)> {
    use std::collections::HashMap;
    use std::sync::LazyLock;
    static INDEX: LazyLock<HashMap<(Dialect, &str), (&Spec, usize)>> = LazyLock::new(|| {
        let mut index = HashMap::new();
        for spec in all() {
            for (rank, key) in spellings(spec).into_iter().enumerate() {
                index.insert((spec.dialect, key), (spec, rank));
            }
        }
        index
    });
    INDEX.get(&(dialect, key)).copied()
}

/// All spellings of a key, the strongest first.
pub(super) fn spellings(spec: &Spec) -> Vec<&'static str> {
    let before = spec
        .aliases
        .iter()
        .filter(|alias| alias.first)
        .map(|alias| alias.key);
    let after = spec
        .aliases
        .iter()
        .filter(|alias| !alias.first)
        .map(|alias| alias.key);
    before.chain([spec.key]).chain(after).collect()
}
