//! Single values of a file of expectations: what each may be, and what is said when it is not.

use std::net::IpAddr;

use crate::config::{Mistake, nearest};
use crate::expect::model::HeaderValue;
use crate::ir::HeaderName;
use crate::simulate::Request;
use crate::source::{Node, Resolved, Sourced};

/// The entries of a mapping whose keys are known.
pub(super) struct Fields<'a, 't>(Vec<(&'a str, Node<'a, 't>)>);

impl<'a, 't> Fields<'a, 't> {
    /// `what` completes "… is a mapping". Unknown keys are mistakes.
    pub(super) fn of(
        node: Node<'a, 't>,
        what: &str,
        known: &[&'static str],
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        if !node.is_mapping() {
            mistakes.push(mistake(node, &format!("{what} is a mapping")));
            return None;
        }
        let mut fields = Vec::new();
        for (key, value) in node.entries() {
            let name = key.text().unwrap_or_default();
            if known.contains(&name) {
                fields.push((name, value));
                continue;
            }
            let unknown = Mistake::new(format!("unknown key `{name}`"), key.origin());
            mistakes.push(match nearest(name, known.iter().copied()) {
                Some(near) => unknown.help(format!("did you mean `{near}`?")),
                None => unknown.help(format!("the keys here are {}", known.join(", "))),
            });
        }
        Some(Self(fields))
    }

    /// The value of a key; of the last one, should there be several.
    pub(super) fn get(&self, key: &str) -> Option<Node<'a, 't>> {
        let mut fields = self.0.iter().rev();
        fields.find(|(name, _)| *name == key).map(|(_, node)| *node)
    }

    /// The same, read.
    pub(super) fn take<T>(
        &self,
        key: &str,
        read: impl FnOnce(Node<'a, 't>) -> Result<T, Mistake>,
    ) -> Result<Option<T>, Mistake> {
        self.get(key).map(read).transpose()
    }
}

/// The mistake of being something else; `what` says what was wanted.
pub(super) fn mistake(node: Node<'_, '_>, what: &str) -> Mistake {
    let found = match node.text() {
        Some(_) if node.is_null() => "nothing".to_owned(),
        Some(text) => format!("`{text}`"),
        None if node.is_sequence() => "a list".to_owned(),
        None => "a mapping".to_owned(),
    };
    let mistake = Mistake::new(format!("{what}, not {found}"), node.origin());
    match node.resolved() {
        Some(Resolved::Bool(_) | Resolved::Integer(_) | Resolved::Float(_))
            if what.ends_with("string") =>
        {
            mistake.help("put it in quotes")
        }
        _ => mistake,
    }
}

/// A string that is not empty. Quotes may be left out as long as YAML still reads a string.
pub(super) fn text<'a>(node: Node<'a, '_>, what: &str) -> Result<&'a str, Mistake> {
    match (node.text(), node.resolved()) {
        (Some(""), Some(Resolved::String)) => {
            Err(Mistake::new(format!("{what} is empty"), node.origin()))
        }
        (Some(text), Some(Resolved::String)) => Ok(text),
        _ => Err(mistake(node, &format!("{what} is a string"))),
    }
}

/// A word that YAML may take for a number, as it is written.
pub(super) fn word<'a>(node: Node<'a, '_>, what: &str) -> Result<&'a str, Mistake> {
    match node.text() {
        Some(text) if !node.is_null() => Ok(text),
        _ => Err(mistake(node, what)),
    }
}

/// A number within bounds.
pub(super) fn number(node: Node<'_, '_>, what: &str, from: u32, to: u32) -> Result<u32, Mistake> {
    let number = match node.resolved() {
        Some(Resolved::Integer(number)) => u32::try_from(number).ok(),
        _ => None,
    };
    number
        .filter(|number| (from..=to).contains(number))
        .ok_or_else(|| {
            let mistake = mistake(node, &format!("{what} is a number from {from} to {to}"));
            let quoted = node.resolved() == Some(Resolved::String)
                && node.text().is_some_and(|text| text.parse::<u32>().is_ok());
            if quoted {
                mistake.help("remove the quotes")
            } else {
                mistake
            }
        })
}

/// `true`; what is not to be said is left out.
pub(super) fn yes(node: Node<'_, '_>, what: &str) -> Result<bool, Mistake> {
    match node.resolved() {
        Some(Resolved::Bool(value)) => Ok(value),
        _ => Err(mistake(node, &format!("{what} is true or false"))),
    }
}

pub(super) fn list<'a, 't>(
    node: Node<'a, 't>,
    what: &str,
) -> Result<impl Iterator<Item = Node<'a, 't>>, Mistake> {
    if node.is_sequence() {
        Ok(node.items())
    } else {
        Err(mistake(node, &format!("{what} is a list")))
    }
}

/// A name or an address, with or without a port.
pub(super) fn host(node: Node<'_, '_>) -> Result<String, Mistake> {
    let host = text(node, "`host`")?;
    match Request::parse(&format!("http://{host}/")) {
        Ok(request) if request.host.as_deref() == Some(host) && request.target == "/" => {
            Ok(host.to_owned())
        }
        _ => Err(mistake(node, "`host` is a name, with or without a port")),
    }
}

pub(super) fn address(node: Node<'_, '_>) -> Result<IpAddr, Mistake> {
    let text = node.text().unwrap_or_default();
    text.parse()
        .map_err(|_| mistake(node, "`from` is an address of IPv4 or IPv6"))
}

/// Headers to send.
pub(super) fn headers(node: Node<'_, '_>) -> Result<Vec<(String, String)>, Mistake> {
    let read = header_values(node, "`headers`")?;
    read.into_iter()
        .map(|HeaderValue { name, value }| match value {
            Some(value) => Ok((name.value, value)),
            None => Err(
                Mistake::new(format!("`{}` has no value", name.value), name.origin)
                    .help("leave out headers that are not sent"),
            ),
        })
        .collect()
}

/// Headers that are expected, or not to be there.
pub(super) fn header_values(node: Node<'_, '_>, what: &str) -> Result<Vec<HeaderValue>, Mistake> {
    values(node, what, |name| HeaderName::new(name).is_some())
}

/// Names and values; `legal` judges the names.
pub(super) fn values(
    node: Node<'_, '_>,
    what: &str,
    legal: impl Fn(&str) -> bool,
) -> Result<Vec<HeaderValue>, Mistake> {
    if !node.is_mapping() {
        return Err(mistake(node, &format!("{what} is a mapping")));
    }
    let mut read = Vec::new();
    for (key, value) in node.entries() {
        let name = key.text().unwrap_or_default();
        if !legal(name) {
            return Err(mistake(key, &format!("{what} is a mapping from names")));
        }
        let text = match value.text() {
            Some(_) if value.is_null() => None,
            Some(text) if !text.contains(char::is_control) => Some(text.to_owned()),
            _ => {
                return Err(mistake(
                    value,
                    &format!("the value of `{name}` is one line of text"),
                ));
            }
        };
        read.push(HeaderValue {
            name: Sourced::new(name.to_owned(), key.origin()),
            value: text,
        });
    }
    Ok(read)
}

/// `namespace/name`, or a file of the bundle.
pub(super) fn certificate(node: Node<'_, '_>) -> Result<Sourced<String>, Mistake> {
    let name = text(node, "`certificate`")?;
    Ok(Sourced::new(name.to_owned(), node.origin()))
}

/// `namespace/service:port`.
pub(super) fn backend(node: Node<'_, '_>) -> Result<Sourced<String>, Mistake> {
    let text = text(node, "`backend`")?;
    let parts = text
        .split_once('/')
        .and_then(|(namespace, rest)| Some((namespace, rest.rsplit_once(':')?)));
    match parts {
        Some((namespace, (name, port)))
            if !namespace.is_empty() && !name.is_empty() && !port.is_empty() =>
        {
            Ok(Sourced::new(text.to_owned(), node.origin()))
        }
        _ => Err(mistake(node, "a backend is NAMESPACE/SERVICE:PORT").help(
            "write the port by its number or its name, such as shop/web:80 or shop/web:http",
        )),
    }
}
