//! All keys, by family.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::spec::{Dialect, On, Spec};

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
    super::exposure::FAMILY,
    super::tcp::FAMILY,
    super::tcp_tls::FAMILY,
    super::tcp_ingress::FAMILY,
];

/// Every key of every dialect, by family.
pub fn all() -> impl Iterator<Item = &'static Spec> {
    FAMILIES.iter().flat_map(|family| family.specs).copied()
}

/// The key of a dialect with this name or alias, without prefix, and the place of the spelling in the order of precedence: 0 is the
/// strongest.
pub fn find(dialect: Dialect, key: &str) -> Option<(&'static Spec, usize)> {
    Registry::known().find(dialect, key)
}

/// Keys that can be looked up by each of their spellings.
#[derive(Debug)]
pub(super) struct Registry {
    specs: Vec<&'static Spec>,
    /// Those behind a prefix of their dialect that end as the user likes.
    open: Vec<&'static Spec>,
    index: HashMap<(Dialect, &'static str), (&'static Spec, usize)>,
}

impl Registry {
    /// Of these keys.
    pub(super) fn of(specs: impl IntoIterator<Item = &'static Spec>) -> Self {
        let specs: Vec<_> = specs.into_iter().collect();
        let mut index = HashMap::new();
        for spec in specs.iter().filter(|spec| spec.is_prefixed()) {
            for (rank, key) in spellings(spec).into_iter().enumerate() {
                index.insert((spec.dialect, key), (*spec, rank));
            }
        }
        let is_open = |spec: &&Spec| spec.is_open() && spec.written.is_some() && spec.is_prefixed();
        let open = specs.iter().copied().filter(is_open).collect();
        Self { specs, open, index }
    }

    /// Of all keys.
    pub(super) fn known() -> &'static Self {
        static KNOWN: LazyLock<Registry> = LazyLock::new(|| Registry::of(all()));
        &KNOWN
    }

    /// See [`find`].
    pub(super) fn find(&self, dialect: Dialect, key: &str) -> Option<(&'static Spec, usize)> {
        let exact = self.index.get(&(dialect, key)).copied();
        exact.or_else(|| {
            let mut open = self.open.iter().filter(|spec| spec.dialect == dialect);
            let begins = |spec: &&&'static Spec| key.starts_with(spec.key);
            open.find(begins).map(|spec| (*spec, 0))
        })
    }

    /// The key that `wrong` was probably meant to be, with the spelling that is near: one or two letters away, fewer in short names.
    /// Of equally near ones, one that may stand on `on` comes first.
    pub(super) fn nearest(
        &self,
        dialect: Dialect,
        wrong: &str,
        on: On,
    ) -> Option<(&'static Spec, &'static str)> {
        // Whoever writes 60 KB has meant none of them, and would wait for the answer.
        if wrong.len() > 64 {
            return None;
        }
        let limit = if wrong.len() < 4 { 1 } else { 2 };
        let wrong = wrong.to_ascii_lowercase().replace('_', "-");
        // Of `expse-port.pg`, what follows the dot is the user's.
        let head = wrong.split('.').next().unwrap_or_default();
        let of = self.specs.iter().filter(|spec| {
            spec.dialect == dialect && self.index.contains_key(&(dialect, spec.key))
        });
        let of = of.filter(|spec| !spec.is_open() || spec.written.is_some());
        of.flat_map(|spec| spellings(spec).into_iter().map(move |key| (*spec, key)))
            .map(|(spec, key)| match key.strip_suffix('.') {
                Some(open) => (spec, key, open, head),
                None => (spec, key, key, &*wrong),
            })
            .filter(|(.., right, wrong)| right.len().abs_diff(wrong.len()) <= limit)
            .map(|(spec, key, right, wrong)| {
                let distance = strsim::osa_distance(wrong, right);
                (distance, !spec.on.contains(&on), key, spec)
            })
            .filter(|(distance, ..)| *distance <= limit)
            .min_by_key(|(distance, elsewhere, key, _)| (*distance, *elsewhere, *key))
            .map(|(_, _, key, spec)| (spec, key))
    }
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
