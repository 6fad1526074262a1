//! The list `ignore`: findings that are not told, and why.

use globset::{Glob, GlobBuilder};

use super::Reader;
use crate::config::Mistake;
use crate::config::keys::table;
use crate::config::value::Value;
use crate::config::words::unknown_rule_word;
use crate::date::Date;
use crate::finding::Code;
use crate::finding::suppress::{Ignore, Until};
use crate::lint;

impl Reader<'_> {
    pub(super) fn ignore(&mut self, value: Value<'_, '_>) -> Result<(), Mistake> {
        let mut ignores = Vec::new();
        for entry in value.mappings("`ignore`")? {
            ignores.extend(self.entry(entry)?);
        }
        self.config.ignores = ignores;
        Ok(())
    }

    /// An entry; `None` when it has no rule that could be read, which has been said.
    fn entry(&mut self, value: Value<'_, '_>) -> Result<Option<Ignore>, Mistake> {
        let (mut rule, mut object, mut path, mut reason, mut until) =
            (None, None, None, None, None);
        let (mut named, told) = (false, self.mistakes.len());
        self.section(
            value,
            "an entry of `ignore`",
            table::IGNORE,
            |reader, (key, value)| {
                named |= matches!(key.text.as_str(), "object" | "path");
                match key.text.as_str() {
                    "rule" => rule = Some(code(value)?),
                    "object" => object = Some(object_of(value)?),
                    "path" => {
                        let text = value.string("`path`")?;
                        path = Some(glob(&reader.base.join(text), value)?);
                    }
                    "reason" => reason = Some(why(value)?),
                    "until" => until = Some(day(value)?),
                    _ => return Ok(false),
                }
                Ok(true)
            },
        );
        if self.mistakes.len() > told {
            return Ok(None);
        }
        let missing = |what: &str, help: &str| {
            Mistake::new(
                format!("an entry of `ignore` without {what}"),
                value.origin(),
            )
            .help(help)
        };
        let rule = rule.ok_or_else(|| missing("`rule`", "add the code or the name of a rule"))?;
        let reason = reason.ok_or_else(|| missing("`reason`", "say why: add `reason: ...`"))?;
        if !named {
            return Err(missing(
                "`object` and `path`",
                "name one of them; to switch a rule off, set its level below `rules`",
            ));
        }
        Ok(Some(Ignore {
            rule,
            object,
            path,
            reason,
            until,
            origin: value.origin(),
        }))
    }
}

fn code(value: Value<'_, '_>) -> Result<Code, Mistake> {
    let word = value.string("`rule`")?;
    let code = lint::find(word).ok_or_else(|| unknown_rule_word(word, value.origin()))?;
    if code.is_unread() {
        let message =
            format!("findings of {code} cannot be ignored: what was not read was not checked");
        return Err(Mistake::new(message, value.origin())
            .help("exclude the file, or mend what keeps it from being read"));
    }
    Ok(code)
}

/// `Kind namespace/name`, or `Kind name`, as findings show it.
fn object_of(value: Value<'_, '_>) -> Result<String, Mistake> {
    let text = value.string("`object`")?;
    let fits = text.split_once(' ').is_some_and(|(kind, name)| {
        let parts: Vec<&str> = name.split('/').collect();
        kind.starts_with(|c: char| c.is_ascii_uppercase())
            && parts.len() <= 2
            && parts.iter().all(|part| !part.is_empty())
            && !name.contains(char::is_whitespace)
    });
    if fits {
        return Ok(text.to_owned());
    }
    Err(value
        .not("an object is its kind, namespace and name")
        .help("write it as findings show it, such as `Ingress shop/web`"))
}

fn glob(text: &str, value: Value<'_, '_>) -> Result<Glob, Mistake> {
    let pattern = text.strip_prefix("./").unwrap_or(text);
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| {
            Mistake::new(
                format!("`path` is a glob, and this is none: {}", error.kind()),
                value.origin(),
            )
        })
}

fn why(value: Value<'_, '_>) -> Result<String, Mistake> {
    let text = value.string("`reason`")?.trim();
    if text.is_empty() {
        return Err(value.not("`reason` says why"));
    }
    Ok(text.to_owned())
}

fn day(value: Value<'_, '_>) -> Result<Until, Mistake> {
    let wanted = "`until` is a day such as 2026-12-31";
    let text = value.word(wanted)?;
    let end = Date::end_of_day(text).ok_or_else(|| value.not(wanted))?;
    Ok(Until {
        day: text.to_owned(),
        end,
        origin: value.origin(),
    })
}
