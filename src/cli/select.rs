//! `--select` and `--ignore`: words into sets of rules.

use std::collections::BTreeSet;

use super::Stop;
use crate::config;
use crate::finding::Code;
use crate::lint;

/// Which rules are reported.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection {
    /// `None`: all.
    selected: Option<BTreeSet<Code>>,
    ignored: BTreeSet<Code>,
}

impl Selection {
    /// Reads the words of both flags.
    pub(super) fn new(select: &[String], ignore: &[String]) -> Result<Self, Stop> {
        let mut ignored = BTreeSet::new();
        for word in ignore {
            let rules = rules(word)?;
            if let [only] = rules[..]
                && only.is_unread()
            {
                return Err(Stop::usage(format!(
                    "error: {only} cannot be ignored: what was not read was not checked\n  help: exclude the file, or mend what keeps it from being read"
                )));
            }
            ignored.extend(rules);
        }
        let mut selected = None;
        for word in select {
            selected
                .get_or_insert_with(BTreeSet::new)
                .extend(rules(word)?);
        }
        Ok(Self { selected, ignored })
    }

    /// Whether findings of this rule are reported.
    pub(super) fn takes(&self, code: Code) -> bool {
        let selected = self
            .selected
            .as_ref()
            .is_none_or(|codes| codes.contains(&code));
        code.is_unread() || (selected && !self.ignored.contains(&code))
    }
}

/// The rules that a word names: a code, the beginning of codes (`ING4`), or a name.
pub(super) fn rules(word: &str) -> Result<Vec<Code>, Stop> {
    if let Some(code) = lint::find(word) {
        return Ok(vec![code]);
    }
    let prefix = word.to_ascii_uppercase();
    if prefix.starts_with("ING") {
        let codes = lint::codes();
        let rules: Vec<_> = codes
            .filter(|code| code.to_string().starts_with(&prefix))
            .collect();
        if !rules.is_empty() {
            return Ok(rules);
        }
    }
    Err(unknown(word))
}

/// The answer to a word that names no rule.
pub(super) fn unknown(word: &str) -> Stop {
    Stop::usage(format!(
        "error: there is no rule `{}`\n  help: {}",
        crate::report::visible(word),
        unknown_help(word)
    ))
}

/// The rule that may be meant by a word that names none.
pub(super) fn unknown_help(word: &str) -> String {
    let names = lint::codes().map(Code::name);
    config::nearest(word, names).map_or_else(
        || "`ingressc rules` lists the rules".to_owned(),
        |near| format!("did you mean `{near}`?"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(select: &[&str], ignore: &[&str]) -> Selection {
        let owned = |words: &[&str]| {
            words
                .iter()
                .map(|&word| word.to_owned())
                .collect::<Vec<_>>()
        };
        Selection::new(&owned(select), &owned(ignore)).expect("legal")
    }

    #[test]
    fn rules_are_named_by_code_prefix_or_name() {
        for word in ["ING301", "ing301", "duplicate-route"] {
            assert_eq!(
                rules(word).expect("a rule"),
                [Code::DUPLICATE_ROUTE],
                "{word}"
            );
        }
        assert!(
            rules("ING3")
                .expect("rules")
                .iter()
                .all(|code| code.to_string().starts_with("ING3"))
        );
        assert_eq!(rules("ing").expect("rules").len(), lint::codes().count());
        for word in ["", "I", "ING999", "ING98", "duplicate"] {
            assert_eq!(
                rules(word).expect_err("no rule").exit,
                super::super::Exit::Usage,
                "{word}"
            );
        }
    }

    #[test]
    fn ignore_wins_over_select() {
        let selection = selection(&["ING3"], &["ING301"]);
        assert!(selection.takes(Code::UNREACHABLE_PATH));
        assert!(!selection.takes(Code::DUPLICATE_ROUTE));
        assert!(!selection.takes(Code::CERT_EXPIRED));
    }

    #[test]
    fn what_was_not_read_is_always_told() {
        assert!(selection(&["ING3"], &["ING0"]).takes(Code::YAML_PARSE_ERROR));
        assert!(!selection(&[], &["ING0"]).takes(Code::DUPLICATE_KEY));
        assert!(Selection::new(&[], &["ING001".to_owned()]).is_err());
    }
}
