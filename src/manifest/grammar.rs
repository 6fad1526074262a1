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
            help_for(subject, text, wrong, grammar),
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

/// The part of an example that was to be replaced before use: `<your domain>` or `__HOST__`.
pub(super) fn placeholder(text: &str) -> Option<&str> {
    [("<", ">"), ("__", "__")]
        .into_iter()
        .find_map(|(open, close)| {
            let start = text.find(open)?;
            let inner = &text[start + open.len()..];
            let length = inner.find(close).filter(|&length| length > 0)?;
            text.get(start..start + open.len() + length + close.len())
        })
}

fn help_for(subject: &str, text: &str, wrong: &str, grammar: Grammar) -> String {
    if let Some(placeholder) = placeholder(text) {
        return format!("put a name in the place of `{placeholder}`");
    }
    let lower = text.to_lowercase();
    if lower != text && grammar(&lower).is_ok() {
        return format!("write `{lower}`");
    }
    let dashed = lower.replace('_', "-");
    if dashed != text && grammar(&dashed).is_ok() {
        return format!("write `{dashed}`");
    }
    let bare = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    if bare != text && grammar(bare).is_ok() && !bare.is_empty() {
        return format!("write `{bare}`");
    }
    let last = text.rsplit('/').next().unwrap_or_default();
    if subject == "secret" && grammar(last).is_ok() {
        return format!("write `{last}`: it is looked for in the namespace of the Ingress");
    }
    if subject == "controller" {
        return "write its name with the domain, such as `haproxy.org/ingress-controller`"
            .to_owned();
    }
    if wrong.contains("longer") {
        "shorten it".to_owned()
    } else {
        "use letters, digits and `-`, with a letter or digit at both ends".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_examples_are_found() {
        let rows = [
            ("registry.<your domain>", Some("<your domain>")),
            ("__INGRESS_HOST__", Some("__INGRESS_HOST__")),
            ("a.__HOST__.io", Some("__HOST__")),
            ("a_b", None),
            ("a__b", None),
            ("____", None),
            ("a<b", None),
            ("<>", None),
        ];
        for (text, expected) in rows {
            assert_eq!(placeholder(text), expected, "{text}");
        }
    }
}
