//! What is said about suppressions: ING905 to ING908.

use super::MutedBy;
use super::configured::Entry;
use super::directive::{Directive, Word};
use crate::finding::{Code, Finding, Fix};

/// So many words that name no rule are compared with those that do, and so many rules are named in one sentence.
const TOLD: usize = 5;

/// What is said, and who asks.
pub(super) struct Say<'s> {
    /// Whether a rule was asked.
    pub(super) ran: &'s dyn Fn(Code) -> bool,
    pub(super) help: fn(&str) -> String,
    pub(super) findings: Vec<Finding>,
    /// How many words named no rule.
    pub(super) unknown: usize,
}

impl Say<'_> {
    /// Says what is wrong with a comment, or with an entry of an annotation.
    pub(super) fn about(&mut self, directive: &Directive) {
        if directive.words.is_empty() {
            let finding = finding(
                directive,
                Code::UNKNOWN_SUPPRESSION,
                format!("this {} names no rule", directive.by.name()),
            );
            self.findings.push(
                finding
                    .at(directive.origin)
                    .help(format!("write {}", form(directive.by, "ING402"))),
            );
        }
        for word in &directive.words {
            self.word(directive, word);
        }
        let (mut mutable, mut unused) = (0, 0);
        for word in &directive.words {
            mutable += usize::from(word.mutable().is_some());
            unused += usize::from(self.is_unused(word));
        }
        if unused > 0 {
            let said = self.unused(directive);
            self.findings.push(said);
        }
        if directive.reason.is_empty() && unused < mutable {
            self.without_reason(directive);
        }
    }

    fn is_unused(&self, word: &Word) -> bool {
        !word.used && word.mutable().is_some_and(self.ran)
    }

    /// A word that names no rule, or one that protects.
    fn word(&mut self, directive: &Directive, word: &Word) {
        let Some(code) = word.rule else {
            let message = format!("there is no rule `{}`", shortened(&word.text));
            let said = finding(directive, Code::UNKNOWN_SUPPRESSION, message).at(word.origin);
            self.unknown += 1;
            let text = if self.unknown > TOLD { "" } else { &word.text };
            return self.findings.push(said.help((self.help)(text)));
        };
        if word.mutable().is_none() {
            let message = format!(
                "no {} can mute {code} ({})",
                directive.by.name(),
                code.name()
            );
            let said = finding(directive, Code::SUPPRESSION_REFUSED, message);
            self.findings.push(refused(said.at(word.origin), code));
        } else if let Some((one, other)) = &word.refused {
            let message = format!(
                "no {} can mute {code} ({}) between the namespaces {one} and {other}",
                directive.by.name(),
                code.name()
            );
            let said = finding(directive, Code::SUPPRESSION_REFUSED, message).at(word.origin);
            self.findings.push(
                said.note("who writes in one namespace does not speak for the other")
                    .help(
                        "remove it, or mute the finding by an entry of `ignore` in ingressc.yaml",
                    ),
            );
        }
    }

    fn without_reason(&mut self, directive: &Directive) {
        let mutable = |word: &&Word| word.mutable().is_some();
        let rule = directive.words.iter().find(mutable);
        let rule = rule.map_or("", |word| &word.text);
        let message = format!(
            "this {} does not say why it mutes {rule}",
            directive.by.name()
        );
        let help = format!("write the reason behind it: {}", form(directive.by, rule));
        let said = finding(directive, Code::SUPPRESSION_EXPIRED, message);
        self.findings.push(said.at(directive.origin).help(help));
    }

    /// With the edit that takes the words away. Somebody has to look: what is muted may be found in another run, that sees more.
    fn unused(&self, directive: &Directive) -> Finding {
        let (unused, left): (Vec<&Word>, Vec<&Word>) = directive
            .words
            .iter()
            .partition(|word| self.is_unused(word));
        let said = unused_words(directive, &unused);
        if left.is_empty() {
            let what = match directive.by {
                MutedBy::Annotation if directive.whole.is_none() => "entry of the annotation",
                by => by.name(),
            };
            let said = said.help(format!("remove the {what}"));
            return match directive.whole {
                Some(whole) => {
                    said.fix(Fix::needs_a_look(format!("remove the {what}")).remove(whole))
                }
                None => said,
            };
        }
        let said = said.help("remove it from the list");
        let Some(list) = directive.list else {
            return said;
        };
        let left: Vec<&str> = left.iter().map(|word| word.text.as_str()).collect();
        said.fix(Fix::needs_a_look("remove what mutes nothing").replace(list, left.join(", ")))
    }
}

fn finding(directive: &Directive, code: Code, message: String) -> Finding {
    let finding = Finding::new(code, message);
    match &directive.object {
        Some(object) => finding.object(object),
        None => finding,
    }
}

/// The beginning of a word that may be of any length.
fn shortened(word: &str) -> String {
    match word.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &word[..at]),
        None => word.to_owned(),
    }
}

fn form(by: MutedBy, rule: &str) -> String {
    match by {
        MutedBy::Comment => format!("`# ingressc: ignore[{rule}] reason`"),
        _ => format!("`ingressc/ignore: \"{rule}: reason\"`"),
    }
}

fn refused(finding: Finding, code: Code) -> Finding {
    if code.is_unread() {
        return finding
            .note("what was not read was not checked either")
            .help("remove it, and mend what keeps the file from being read");
    }
    if SELF.contains(&code) {
        return finding
            .note("what is said about suppressions is no matter of theirs")
            .help("remove it");
    }
    finding
        .note("this rule protects: only the configuration mutes it, where a reviewer sees it")
        .help("remove it, or mute the rule by an entry of `ignore` in ingressc.yaml")
}

/// What is said about suppressions.
const SELF: [Code; 4] = [
    Code::UNUSED_SUPPRESSION,
    Code::SUPPRESSION_EXPIRED,
    Code::SUPPRESSION_REFUSED,
    Code::UNKNOWN_SUPPRESSION,
];

fn unused_words(directive: &Directive, unused: &[&Word]) -> Finding {
    let named = unused.iter().take(TOLD);
    let mut rules: Vec<String> = named.map(|word| format!("`{}`", word.text)).collect();
    if unused.len() > TOLD {
        rules.push(format!("{} more", unused.len() - TOLD));
    }
    let place = match &directive.object {
        Some(object) => format!("of {object}"),
        None => "here".to_owned(),
    };
    let message = format!(
        "this {} mutes nothing of {}: there is no such finding {place}",
        directive.by.name(),
        rules.join(" and ")
    );
    let at = match unused {
        [only] => only.origin,
        _ => directive.origin,
    };
    finding(directive, Code::UNUSED_SUPPRESSION, message).at(at)
}

/// Says what is wrong with an entry of the configuration.
pub(super) fn about_entry(
    entry: &Entry<'_>,
    now: Option<i64>,
    ran: &impl Fn(Code) -> bool,
) -> Option<Finding> {
    let ignore = entry.ignore;
    let rule = format!("{} ({})", ignore.rule, ignore.rule.name());
    if let Some(until) = ignore.until.as_ref().filter(|_| ignore.has_expired(now)) {
        return Some(
            Finding::new(
                Code::SUPPRESSION_EXPIRED,
                format!(
                    "this entry mutes {rule} no more: its last day was {}",
                    until.day
                ),
            )
            .at(until.origin)
            .help("mend what it muted and remove the entry, or set a later day"),
        );
    }
    if entry.used || !ran(ignore.rule) {
        return None;
    }
    let object = ignore
        .object
        .as_ref()
        .map(|object| format!(" about {object}"));
    let path = ignore
        .path
        .as_ref()
        .map(|path| format!(" in files like `{}`", path.glob()));
    Some(
        Finding::new(
            Code::UNUSED_SUPPRESSION,
            format!(
                "this entry mutes nothing: there is no finding of {rule}{}{}",
                object.unwrap_or_default(),
                path.unwrap_or_default()
            ),
        )
        .at(ignore.origin)
        .help("remove the entry"),
    )
}
