//! Values against their grammars.
//!
//! In: a text, its place and its grammar. Out: a finding for a text that does not follow it, with the spelling that was
//! probably meant. A template marker in it is said to be one, and nothing else.

use super::names;
use super::place::Place;
use super::remarks::Remarks;
use crate::finding::Code;

/// Refuses a text with what is wrong about it.
pub(super) type Grammar = fn(&str) -> Result<(), names::Wrong>;

/// Checks a value against a grammar, and tells whether it follows it.
pub(super) fn check(
    place: &Place<'_, '_>,
    subject: &str,
    text: &str,
    grammar: Grammar,
    code: Code,
    remarks: &Remarks<'_>,
) -> bool {
    let Err(wrong) = grammar(text) else {
        return true;
    };
    if !template(place, subject, text, remarks) {
        remarks.at(
            place,
            code,
            format_args!("{subject} `{text}`"),
            wrong,
            help_for(text, wrong, grammar),
        );
    }
    false
}

/// Whether the text holds a template marker, which is reported then.
pub(super) fn template(
    place: &Place<'_, '_>,
    subject: &str,
    text: &str,
    remarks: &Remarks<'_>,
) -> bool {
    let Some(marker) = crate::source::template_marker(text) else {
        return false;
    };
    remarks.at(
        place,
        Code::UNRENDERED_TEMPLATE,
        subject,
        format_args!("holds the template marker `{}`", &text[marker]),
        crate::source::template_help(text).unwrap_or_default(),
    );
    remarks.mark(place);
    true
}

fn help_for(text: &str, wrong: &str, grammar: Grammar) -> String {
    let lower = text.to_lowercase();
    if lower != text && grammar(&lower).is_ok() {
        return format!("write `{lower}`");
    }
    let dashed = lower.replace('_', "-");
    if dashed != text && grammar(&dashed).is_ok() {
        return format!("write `{dashed}`");
    }
    if wrong.contains("longer") {
        "shorten it".to_owned()
    } else {
        "use letters, digits and `-` as the API demands".to_owned()
    }
}
