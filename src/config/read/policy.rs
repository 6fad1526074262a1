//! The section `policy`: what an organisation decides for all manifests.

use super::Reader;
use super::rules::directive;
use crate::annotations::{Dialect, all, find};
use crate::config::Mistake;
use crate::config::keys::{self, table};
use crate::config::value::{Key, Value};
use crate::config::words::{is_namespace, nearest};
use crate::lint::{Demand, PolicyKind};
use crate::source::{Origin, Sourced};

impl Reader<'_> {
    pub(super) fn policy(&mut self, value: Value<'_, '_>) {
        self.section(value, "`policy`", table::POLICY, |reader, (key, value)| {
            match key.text.as_str() {
                "hosts" => reader.policy_hosts(value)?,
                "required" => reader.demands(value, true)?,
                "forbidden" => reader.demands(value, false)?,
                "snippets" => reader.policy_snippets(value)?,
                _ => return Ok(false),
            }
            Ok(true)
        });
    }

    fn policy_hosts(&mut self, value: Value<'_, '_>) -> Result<(), Mistake> {
        for (key, value) in value.entries("`policy.hosts`")? {
            if !is_host(&key.text) {
                let message = format!("`{}` covers no host", key.text);
                self.mistakes.push(
                    Mistake::new(message, key.origin)
                        .help("write a name in small letters, `*.` and a name, or `*`"),
                );
                continue;
            }
            let what = format!("`policy.hosts.{}`", key.text);
            match value.set(&what, &mut self.mistakes, namespaces) {
                Ok(list) => {
                    let list = super::bare(list);
                    let owners = Sourced::new(list, key.origin);
                    self.config.policy.hosts.insert(key.text, owners);
                }
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
        Ok(())
    }

    fn demands(&mut self, value: Value<'_, '_>, required: bool) -> Result<(), Mistake> {
        let (at, keys) = if required {
            ("policy.required", table::REQUIRED)
        } else {
            ("policy.forbidden", table::FORBIDDEN)
        };
        for (key, value) in value.entries(&format!("`{at}`"))? {
            if !is_annotation(&key.text) {
                let message = format!("`{}` is the key of no annotation", key.text);
                self.mistakes.push(
                    Mistake::new(message, key.origin)
                        .help("write it with its prefix, such as `haproxy.org/allow-list`"),
                );
                continue;
            }
            if let Some(mistake) = unknown(&key) {
                self.mistakes.push(mistake);
                continue;
            }
            let demand = self.demand(&key, value, at, keys);
            let policy = &mut self.config.policy;
            let demands = if required {
                &mut policy.required
            } else {
                &mut policy.forbidden
            };
            demands.insert(key.text, demand);
        }
        Ok(())
    }

    fn demand(&mut self, key: &Key, value: Value<'_, '_>, at: &str, keys: &[keys::Key]) -> Demand {
        let mut demand = Demand {
            origin: key.origin,
            value: None,
            kinds: match at {
                "policy.required" => vec![PolicyKind::Ingress],
                _ => PolicyKind::ALL.to_vec(),
            },
            namespaces: vec!["*".to_owned()],
        };
        let what = format!("`{at}.{}`", key.text);
        self.section(value, &what, keys, |reader, (key, value)| {
            match key.text.as_str() {
                "value" => demand.value = Some(value.string("`value`")?.to_owned()),
                "kinds" => {
                    let list = value.set("`kinds`", &mut reader.mistakes, kind)?;
                    demand.kinds = not_empty(value, "`kinds`", list)?;
                }
                "namespaces" => {
                    let list = value.set("`namespaces`", &mut reader.mistakes, namespaces)?;
                    demand.namespaces = not_empty(value, "`namespaces`", list)?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
        demand
    }

    fn policy_snippets(&mut self, value: Value<'_, '_>) -> Result<(), Mistake> {
        for (key, value) in value.entries("`policy.snippets`")? {
            if key.text != "*" && !is_namespace(&key.text) {
                let message = format!("`{}` is no namespace", key.text);
                self.mistakes.push(
                    Mistake::new(message, key.origin)
                        .help("write the name of one, or `*` for all of them"),
                );
                continue;
            }
            let what = format!("`policy.snippets.{}`", key.text);
            match value.set(&what, &mut self.mistakes, directive) {
                Ok(list) => {
                    let list = super::bare(list);
                    let snippets = &mut self.config.annotations.snippets_of;
                    snippets.insert(key.text, list);
                }
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
        Ok(())
    }
}

/// An empty list would switch the entry off, which nobody means who writes it.
fn not_empty<T>(
    value: Value<'_, '_>,
    what: &str,
    list: Vec<Sourced<T>>,
) -> Result<Vec<T>, Mistake> {
    if value.is_empty_list() {
        let message = format!("{what} is empty, so that the entry holds for nothing");
        return Err(Mistake::new(message, value.origin()).help("name one, or remove the key"));
    }
    Ok(super::bare(list))
}

fn is_host(text: &str) -> bool {
    let name = match text.strip_prefix('*') {
        Some("") => return true,
        Some(rest) => rest.strip_prefix('.'),
        None => Some(text),
    };
    name.is_some_and(|name| name.split('.').all(is_namespace))
}

fn is_annotation(text: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"*._/-".contains(&b);
    (1..=317).contains(&text.len()) && text.bytes().all(legal)
}

/// A key with the prefix of a controller that does not have it: it would be required of everybody, or forbidden to nobody.
fn unknown(key: &Key) -> Option<Mistake> {
    let text = key.text.as_str();
    if text.contains('*') {
        return None;
    }
    let of = |dialect: Dialect| {
        let mut prefixes = dialect.prefixes().iter();
        let name = prefixes.find_map(|prefix| text.strip_prefix(prefix))?;
        Some((dialect, name))
    };
    let named: Vec<_> = Dialect::ALL.into_iter().filter_map(of).collect();
    let is_known = |&(dialect, name): &(Dialect, &str)| {
        !dialect.is_complete()
            || dialect.elsewhere().contains(&name)
            || find(dialect, name).is_some()
    };
    let &(dialect, name) = named.first()?;
    if named.iter().any(is_known) {
        return None;
    }
    let specs = all().filter(|spec| spec.dialect == dialect && spec.is_prefixed());
    let help = match nearest(name, specs.map(|spec| spec.key)) {
        Some(near) => format!("did you mean `{}{near}`?", dialect.prefixes()[0]),
        None => format!("write a key of {}", dialect.name()),
    };
    let message = format!("{} has no key `{text}`", dialect.name());
    Some(Mistake::new(message, key.origin).help(help))
}

fn namespaces(text: &str, origin: Origin) -> Result<String, Mistake> {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'*';
    if (1..=63).contains(&text.len()) && text.bytes().all(legal) {
        return Ok(text.to_owned());
    }
    let message =
        format!("`{text}` is no namespace: up to 63 characters `a-z`, `0-9`, `-` and `*`");
    Err(Mistake::new(message, origin))
}

fn kind(text: &str, origin: Origin) -> Result<PolicyKind, Mistake> {
    let mut kinds = PolicyKind::ALL.into_iter();
    kinds.find(|kind| kind.name() == text).ok_or_else(|| {
        let names = PolicyKind::ALL.map(PolicyKind::name);
        Mistake::new(format!("a policy is not about `{text}`"), origin)
            .help(crate::config::words::choice(text, "kinds", &names))
    })
}
