//! A value of the configuration, whether it stands in a file or after `--set`.

use std::collections::BTreeSet;

use super::Mistake;
use crate::source::{Node, Origin, Resolved, Sourced};

/// A key and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// A value. After `--set a.b=c` the value of `a` is a mapping with the one key `b`.
#[derive(Clone, Copy)]
pub(super) struct Value<'a, 't> {
    /// The keys between here and `node`.
    pub(super) path: &'a [Key],
    pub(super) node: Node<'a, 't>,
}

impl<'a, 't> Value<'a, 't> {
    /// The entries of a mapping. `what` completes "… is a mapping".
    pub(super) fn entries(self, what: &str) -> Result<Vec<(Key, Value<'a, 't>)>, Mistake> {
        if let [key, path @ ..] = self.path {
            return Ok(vec![(key.clone(), Value { path, ..self })]);
        }
        if !self.node.is_mapping() {
            return Err(self.not(&format!("{what} is a mapping")));
        }
        let entries = self.node.entries().map(|(key, node)| {
            let text = key.text().unwrap_or_default().to_owned();
            (
                Key {
                    text,
                    origin: key.origin(),
                },
                Value { path: &[], node },
            )
        });
        Ok(entries.collect())
    }

    /// The items of a list of strings, as `read` takes them. What is wrong with one of them does not keep the others from being
    /// read.
    pub(super) fn list<T>(
        self,
        what: &str,
        mistakes: &mut Vec<Mistake>,
        mut read: impl FnMut(&str, Origin) -> Result<T, Mistake>,
    ) -> Result<Vec<Sourced<T>>, Mistake> {
        if !self.is_list() {
            return Err(self.not(&format!("{what} is a list")));
        }
        let mut list = Vec::with_capacity(self.node.items().len());
        for node in self.node.items() {
            let item = Value { path: &[], node };
            let text = item.string(&format!("an entry of {what}"));
            match text.and_then(|text| read(text, node.origin())) {
                Ok(value) => list.push(Sourced::new(value, node.origin())),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        Ok(list)
    }

    /// The same, each item at most once.
    pub(super) fn set<T: Ord + Clone>(
        self,
        what: &str,
        mistakes: &mut Vec<Mistake>,
        mut read: impl FnMut(&str, Origin) -> Result<T, Mistake>,
    ) -> Result<Vec<Sourced<T>>, Mistake> {
        let mut seen = BTreeSet::new();
        self.list(what, mistakes, |text, origin| {
            let value = read(text, origin)?;
            if seen.insert(value.clone()) {
                return Ok(value);
            }
            let message = format!("`{text}` stands in this list a second time");
            Err(Mistake::new(message, origin).help("remove one of the two"))
        })
    }

    /// The items of a list of mappings.
    pub(super) fn mappings(self, what: &str) -> Result<Vec<Self>, Mistake> {
        if !self.is_list() {
            return Err(self.not(&format!("{what} is a list")));
        }
        let items = self.node.items().map(|node| Value { path: &[], node });
        Ok(items.collect())
    }

    /// A list without a single item.
    pub(super) fn is_empty_list(self) -> bool {
        self.is_list() && self.node.items().len() == 0
    }

    /// A string. Quotes may be left out as long as YAML still reads a string.
    pub(super) fn string(self, what: &str) -> Result<&'a str, Mistake> {
        match (self.path, self.node.text(), self.node.resolved()) {
            ([], Some(text), Some(Resolved::String)) => Ok(text),
            _ => Err(self.not(&format!("{what} is a string"))),
        }
    }

    /// A word in which a number is meant as it is written, such as a version.
    pub(super) fn word(self, what: &str) -> Result<&'a str, Mistake> {
        match (self.path, self.node.text()) {
            ([], Some(text)) if !self.node.is_null() => Ok(text),
            _ => Err(self.not(what)),
        }
    }

    /// A number in decimal digits within `range`; `wanted` says which.
    pub(super) fn integer(
        self,
        wanted: &str,
        range: std::ops::RangeInclusive<u16>,
    ) -> Result<u16, Mistake> {
        match (self.path, self.node.resolved()) {
            ([], Some(Resolved::Integer(number))) => u16::try_from(number)
                .ok()
                .filter(|number| range.contains(number))
                .ok_or_else(|| self.not(wanted)),
            _ => Err(self.not(wanted)),
        }
    }

    /// A truth value.
    pub(super) fn boolean(self, what: &str) -> Result<bool, Mistake> {
        match (self.path, self.node.resolved()) {
            ([], Some(Resolved::Bool(value))) => Ok(value),
            _ => Err(self.not(&format!("{what} is true or false"))),
        }
    }

    pub(super) fn is_list(self) -> bool {
        self.path.is_empty() && self.node.is_sequence()
    }

    pub(super) fn is_mapping(self) -> bool {
        !self.path.is_empty() || self.node.is_mapping()
    }

    /// The one of `words` that may be meant.
    pub(super) fn near<'w>(self, words: &[&'w str]) -> Option<&'w str> {
        super::words::nearest(self.node.text()?, words.iter().copied())
    }

    pub(super) fn origin(self) -> Origin {
        self.path
            .first()
            .map_or_else(|| self.node.origin(), |key| key.origin)
    }

    /// The mistake of being something else; `what` says what was wanted.
    pub(super) fn not(self, what: &str) -> Mistake {
        let found = match (self.path, self.node.text()) {
            ([], Some(_)) if self.node.is_null() => "nothing".to_owned(),
            ([], Some(text)) => format!("`{text}`"),
            ([], None) if self.node.is_sequence() => "a list".to_owned(),
            _ => "a mapping".to_owned(),
        };
        let mistake = Mistake::new(format!("{what}, not {found}"), self.origin());
        match self.node.resolved() {
            Some(Resolved::Bool(_) | Resolved::Integer(_) | Resolved::Float(_))
                if what.ends_with("string") =>
            {
                mistake.help("put it in quotes")
            }
            _ => mistake,
        }
    }
}
