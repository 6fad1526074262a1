//! What is said about suppressions: ING905 to ING908.

use super::MutedBy;
use super::configured::Entry;
use super::directive::{Directive, Word};
use crate::finding::{Code, Finding, Fix};
use crate::source::Sources;

/// Says what is wrong with a comment, or with an entry of an annotation.
pub(super) fn about(
    directive: &Directive,
    sources: &Sources,
    ran: &impl Fn(Code) -> bool,
    findings: &mut Vec<Finding>,
) {
    let about = |code, message: String| {
        let finding = Finding::new(code, message);
        match &directive.object {
            Some(object) => finding.object(object),
            None => finding,
        }
    };
    if directive.words.is_empty() {
        let finding = about(
            Code::UNKNOWN_SUPPRESSION,
            format!("this {} names no rule", directive.by.name()),
        );
        findings.push(
            finding
                .at(directive.origin)
                .help(format!("write {}", form(directive.by, "ING402"))),
        );
    }
    for word in &directive.words {
        match &word.rule {
            Err(help) => {
                let finding = about(
                    Code::UNKNOWN_SUPPRESSION,
                    format!("there is no rule `{}`", word.text),
                );
                findings.push(finding.at(word.origin).help(help.clone()));
            }
            Ok(code) if word.mutable().is_none() => {
                let finding = about(
                    Code::SUPPRESSION_REFUSED,
                    format!(
                        "no {} can mute {code} ({})",
                        directive.by.name(),
                        code.name()
                    ),
                );
                findings.push(refused(finding.at(word.origin), *code));
            }
            Ok(_) => {}
        }
    }
    let mutable = || {
        directive
            .words
            .iter()
            .filter(|word| word.mutable().is_some())
    };
    let unused: Vec<&Word> = mutable()
        .filter(|word| !word.used && word.mutable().is_some_and(ran))
        .collect();
    if !unused.is_empty() {
        findings.push(mended(
            unused_words(directive, &unused, about),
            directive,
            &unused,
            sources,
        ));
    }
    if let Some(first) = mutable().next()
        && directive.reason.is_empty()
        && unused.len() < mutable().count()
    {
        let finding = about(
            Code::SUPPRESSION_EXPIRED,
            format!(
                "this {} does not say why it mutes {}",
                directive.by.name(),
                first.text
            ),
        );
        findings.push(finding.at(directive.origin).help(format!(
            "write the reason behind it: {}",
            form(directive.by, &first.text)
        )));
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

fn unused_words(
    directive: &Directive,
    unused: &[&Word],
    about: impl Fn(Code, String) -> Finding,
) -> Finding {
    let rules: Vec<String> = unused
        .iter()
        .map(|word| format!("`{}`", word.text))
        .collect();
    let rules = rules.join(", ");
    let whose = match (&directive.object, directive.by) {
        (Some(object), _) => format!("in {object}"),
        _ => "here".to_owned(),
    };
    let message = format!(
        "this {} mutes nothing: no finding of {rules} is {whose}",
        directive.by.name()
    );
    let at = match unused {
        [only] => only.origin,
        _ => directive.origin,
    };
    about(Code::UNUSED_SUPPRESSION, message).at(at)
}

/// With the edit that takes the words away.
fn mended(finding: Finding, directive: &Directive, unused: &[&Word], sources: &Sources) -> Finding {
    if unused.len() == directive.words.len() {
        let finding = finding.help(format!(
            "remove the {}",
            match directive.by {
                MutedBy::Comment => "comment",
                _ if directive.whole.is_some() => "annotation",
                _ => "entry of the annotation",
            }
        ));
        let title = format!("remove the {}", directive.by.name());
        return match directive.whole {
            Some(whole) => finding.fix(Fix::safe(title).remove(whole)),
            None => finding,
        };
    }
    let finding = finding.help("remove it from the list");
    let is_left = |word: &&Word| !unused.iter().any(|gone| gone.origin == word.origin);
    let left: Vec<&str> = directive
        .words
        .iter()
        .filter(is_left)
        .map(|word| word.text.as_str())
        .collect();
    let written = directive.list.filter(|list| {
        let words = sources.text(*list).split(',').map(str::trim);
        words.eq(directive.words.iter().map(|word| word.text.as_str()))
    });
    match written {
        Some(list) => {
            finding.fix(Fix::safe("remove what mutes nothing").replace(list, left.join(", ")))
        }
        None => finding,
    }
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
