//! The section `rules`: the level of each, and when the program ends with an error.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Reader;
use crate::config::Mistake;
use crate::config::keys::table;
use crate::config::value::{Key, Value};
use crate::config::words::{level, unknown_rule};
use crate::finding::{Code, Level, Severity};
use crate::ir::raw_line::SECTIONS;
use crate::lint;
use crate::source::Origin;

impl Reader<'_> {
    pub(super) fn rules(&mut self, value: Value<'_, '_>) -> Result<(), Mistake> {
        let mut seen = BTreeMap::new();
        for (key, value) in value.entries("`rules`")? {
            let read = match key.text.as_str() {
                "fail-on" => self.fail_on(value),
                _ => self.rule(&key, value),
            };
            self.mistakes.extend(read.err());
            self.mistakes.extend(second(&mut seen, key));
        }
        Ok(())
    }

    fn fail_on(&mut self, value: Value<'_, '_>) -> Result<(), Mistake> {
        let wanted = "`fail-on` is error, warning, info or pedantic";
        let severity = Severity::parse(value.word(wanted)?).ok_or_else(|| value.not(wanted))?;
        self.config.fail_on = Some(severity);
        Ok(())
    }

    fn rule(&mut self, key: &Key, value: Value<'_, '_>) -> Result<(), Mistake> {
        let code = lint::find(&key.text).ok_or_else(|| unknown_rule(key))?;
        let what = "a rule's settings";
        self.section(value, what, table::A_RULE, |reader, (key, value)| {
            match key.text.as_str() {
                "level" => _ = reader.config.levels.insert(code, level_of(code, value)?),
                "allow" if code == Code::CONFIG_SNIPPET => {
                    let list = value.set("`allow`", &mut reader.mistakes, directive)?;
                    reader.config.annotations.snippets =
                        list.into_iter().map(|directive| directive.value).collect();
                }
                "allow" => {
                    let message = "`allow` is a setting of ING501 only";
                    return Err(Mistake::new(message, key.origin)
                        .help("write it below ING501, which is about raw lines"));
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
        Ok(())
    }
}

/// The first words of lines that are allowed.
pub(super) fn directive(text: &str, origin: Origin) -> Result<String, Mistake> {
    let plain = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    let words: Vec<&str> = text.split(' ').collect();
    if !words.iter().all(|word| plain(word)) {
        return Err(
            Mistake::new(format!("`{text}` is no directive"), origin).help(
                "write its first words, separated by single blanks, such as `http-request set-header`",
            ),
        );
    }
    if SECTIONS.contains(&words[0]) {
        let message = format!("`{text}` opens a section, which no annotation may");
        return Err(
            Mistake::new(message, origin).help("put sections into a file of `include.sections`")
        );
    }
    Ok(text.to_owned())
}

/// A rule has a code and a name, and may be meant by both. That one of them stands twice has been told.
fn second(seen: &mut BTreeMap<Code, String>, key: Key) -> Option<Mistake> {
    let rule = lint::find(&key.text)?;
    let first = match seen.entry(rule) {
        Entry::Vacant(free) => {
            free.insert(key.text);
            return None;
        }
        Entry::Occupied(first) => first,
    };
    let first = Some(first.get()).filter(|first| **first != key.text)?;
    let message = format!(
        "`{}` stands here a second time, after `{first}`, the same rule",
        key.text
    );
    Some(Mistake::new(message, key.origin).help("remove one of the two"))
}

/// What was not read was not checked: that is told whatever is configured.
fn level_of(code: Code, value: Value<'_, '_>) -> Result<Level, Mistake> {
    let level = level(value)?;
    if level == Level::Off && code.is_unread() {
        let message = format!("{code} cannot be switched off: what was not read was not checked");
        return Err(Mistake::new(message, value.origin())
            .help("exclude the file, or mend what keeps it from being read"));
    }
    Ok(level)
}
