//! What is left of a document, before it becomes text again.

use std::borrow::Cow;

/// A document without its comments, aliases and spellings. Texts are borrowed from it: what is large is not copied.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// A scalar whose spelling is its type: `true`, `80`, `null`.
    Bare(&'a str),
    /// A text, whatever it would be taken for without quotes.
    Text(Cow<'a, str>),
    /// A sequence.
    List(Vec<Value<'a>>),
    /// A mapping. Keys are scalars, each there once.
    Map(Vec<(Value<'a>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// A text of the document.
    pub(super) fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// The bytes of all texts.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Bare(text) => text.len(),
            Self::Text(text) => text.len(),
            Self::List(items) => items.iter().map(Self::bytes).sum(),
            Self::Map(entries) => {
                let pair = |(key, value): &(Self, Self)| key.bytes() + value.bytes();
                entries.iter().map(pair).sum()
            }
        }
    }

    /// A list or mapping without content.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
            Self::Bare(_) | Self::Text(_) => false,
        }
    }
}
