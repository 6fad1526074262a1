//! Every key of the configuration: what the reader takes, the schema promises and the reference explains.
//!
//! In: nothing. Out: the [`table`], a JSON Schema made of it for editors ([`schema()`]), and the second half of
//! `docs/configuration.md`. The reader knows a key when it stands here; the tests prove that both judge its values alike.

mod grammar;
#[cfg(test)]
mod reference;
mod schema;
pub(super) mod table;
#[cfg(test)]
mod tests;

pub(crate) use schema::schema;

/// A key of a mapping.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) name: &'static str,
    /// What it is about, in Markdown: one sentence, or a few.
    pub(super) about: &'static str,
    pub(super) form: Form,
    /// What holds where it is not said, in YAML; `None` when nothing does, or `about` says it.
    pub(super) default: Option<&'static str>,
    /// A value of it, in YAML.
    pub(super) example: &'static str,
    /// Whether its mapping makes no sense without it.
    pub(super) required: bool,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// Any text.
    Text,
    /// A path or a glob.
    Path,
    /// Text with a grammar.
    Of(&'static Grammar),
    /// One of some words.
    Word(fn() -> Vec<&'static str>),
    /// The name of a resolver.
    Resolver,
    /// A number within bounds, these included.
    Number(u16, u16),
    /// `true` or `false`.
    Truth,
    /// The version of this form of configuration.
    One,
    /// A release branch of HAProxy, with or without quotes.
    Haproxy,
    /// A list of at least so many values.
    List(&'static Form, u64),
    /// The same, each value at most once.
    Set(&'static Form, u64),
    /// A mapping with these keys.
    Section(&'static [Key]),
    /// A mapping with these keys that stands in more than one place, and its name.
    Shared(&'static str, &'static [Key]),
    /// A mapping whose keys are names of the user's.
    Named(&'static Grammar, &'static Form),
    /// One or the other.
    Either(&'static Form, &'static Form),
    /// A list of mappings with these keys, each of which has one of the two that are named.
    Entries(&'static [Key], [&'static str; 2]),
    /// Levels by rule, and the keys that stand beside the rules.
    Rules(&'static [Key], &'static [Key]),
}

/// The form of a text.
#[derive(Debug)]
pub(super) struct Grammar {
    /// What one is, with its article.
    pub(super) one: &'static str,
    /// What several are.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the reference is made in tests")
    )]
    pub(super) many: &'static str,
    /// How it is written; may be empty.
    pub(super) how: &'static str,
    /// A regular expression (ECMA-262, as JSON Schema wants it) that every legal text matches.
    pub(super) pattern: &'static str,
    pub(super) example: &'static str,
}

impl Key {
    const fn new(name: &'static str, form: Form, about: &'static str) -> Self {
        Self {
            name,
            about,
            form,
            default: None,
            example: "",
            required: false,
        }
    }

    const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// The names of the keys.
pub(super) fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

/// Which part of a path is a name of the user's with nothing below it: everything from there to the end belongs to it.
pub(super) fn name_at<'k>(path: impl Iterator<Item = &'k str>) -> Option<usize> {
    let mut form = Form::Section(table::ROOT);
    for (at, part) in path.enumerate() {
        form = match form {
            Form::Section(keys) | Form::Shared(_, keys) => {
                keys.iter().find(|key| key.name == part)?.form
            }
            Form::Named(_, below @ Form::Section(_)) => *below,
            Form::Named(..) => return Some(at),
            _ => return None,
        };
    }
    None
}
