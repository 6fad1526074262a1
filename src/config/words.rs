//! Single values: what each may be, and what is said when it is not.

use super::value::{Key, Value};
use super::{Mistake, requires};
use crate::finding::{Code, Level, Severity};
use crate::ir::BindAddress;
use crate::lint;
use crate::manifest::ObjectName;
use crate::source::Origin;

pub(super) fn requirement(value: Value<'_, '_>) -> Result<(), Mistake> {
    let version = env!("CARGO_PKG_VERSION");
    let requirement = value.string("`requires`")?;
    match requires::met(requirement, version) {
        Some(true) => Ok(()),
        Some(false) => Err(Mistake::new(
            format!("this is ingressc {version}, `{requirement}` is required"),
            value.origin(),
        )
        .help("install a version that meets it")),
        None => Err(value.not("`requires` is a comparison such as \">=0.1\" or \">=0.1, <1\"")),
    }
}

pub(super) fn namespace(value: Value<'_, '_>) -> Result<String, Mistake> {
    let text = value.string("`namespace`")?;
    if is_namespace(text) {
        Ok(text.to_owned())
    } else {
        Err(value.not("a namespace is up to 63 characters `a-z`, `0-9` and `-`"))
    }
}

/// An RFC 1123 label.
pub(crate) fn is_namespace(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

pub(super) fn address(text: &str, origin: Origin) -> Result<BindAddress, Mistake> {
    BindAddress::parse(text).ok_or_else(|| {
        Mistake::new(format!("`{text}` is no address to listen on"), origin)
            .help("write `\":80\"`, `\"10.0.0.1:80\"` or `\"[::1]:80\"`")
    })
}

/// The mistake of being none of `words`; `wanted` lists them.
pub(super) fn one_of(value: Value<'_, '_>, wanted: &str, words: &[&str]) -> Mistake {
    let mistake = value.not(wanted);
    match value.near(words) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake,
    }
}

/// The help for a word that is none of `words`.
pub(super) fn choice(text: &str, kind: &str, words: &[&str]) -> String {
    match nearest(text, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the {kind} are {}", words.join(", ")),
    }
}

pub(super) fn object_name(text: &str) -> Option<ObjectName> {
    let (namespace, name) = text.split_once('/')?;
    (is_namespace(namespace) && !name.is_empty() && !name.contains('/'))
        .then(|| ObjectName::new(namespace, name))
}

pub(super) fn level(value: Value<'_, '_>) -> Result<Level, Mistake> {
    let wanted = "a level is off, error, warning, info or pedantic";
    match value.word(wanted)? {
        "off" => Ok(Level::Off),
        text => Severity::parse(text)
            .map(Level::At)
            .ok_or_else(|| value.not(wanted)),
    }
}

pub(super) fn unknown_key(key: &Key, known: &[&str]) -> Mistake {
    Mistake::new(format!("unknown key `{}`", key.text), key.origin).help(choice(
        &key.text,
        "keys here",
        known,
    ))
}

pub(super) fn unknown_rule(key: &Key) -> Mistake {
    no_rule(&key.text, key.origin, &["fail-on"])
}

/// The same, where nothing but a rule can be meant.
pub(super) fn unknown_rule_word(text: &str, origin: Origin) -> Mistake {
    no_rule(text, origin, &[])
}

fn no_rule(text: &str, origin: Origin, others: &[&'static str]) -> Mistake {
    let mistake = Mistake::new(format!("there is no rule `{text}`"), origin);
    let names = lint::codes().map(Code::name).chain(others.iter().copied());
    match nearest(text, names) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake.help("`ingressc rules` lists the rules"),
    }
}

/// The word that a person who typed `text` may have meant.
pub(crate) fn nearest<'k>(text: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known
        .map(|word| {
            (
                strsim::damerau_levenshtein(&text.to_ascii_lowercase(), word),
                word,
            )
        })
        .filter(|(distance, word)| *distance <= 1 + word.len() / 4)
        .min()
        .map(|(_, word)| word)
}
