//! Whose pages may ask: everybody's, those of listed origins, or those that match an expression.

use std::collections::BTreeSet;

use crate::annotations::grammar::{Grammar, Problem};
use crate::finding::Code;
use crate::ir::{OriginPattern, Origins, WebOrigin};

/// `*`, origins separated by commas, or a regular expression.
pub(super) struct OriginList;

/// The longest value.
const LONGEST: usize = 4_096;

impl Grammar for OriginList {
    type Value = Origins;
    const NAME: &'static str = "origins";
    const FORM: &'static str = "`*`, origins such as `https://example.com` separated by commas, or a regular expression that matches whole origins";
    const COMMAS: bool = true;
    const GOOD: &'static [&'static str] = &[
        "*",
        "null",
        "https://example.com",
        "https://a.example.com, http://localhost:3000",
        r"^https://[a-z]{1,9}\.example\.com$",
        r"https://.*\.example\.com",
    ];
    const BAD: &'static [&'static str] = &[
        "example.com",
        "https://example.com/",
        "https://example.com:443",
        "https://a.io, *",
        "https://a.io,",
        "https://*.example.com",
        "https://a.io, https://.+",
        "https://(",
        "a\nb",
        "a(*ACCEPT)b",
    ];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Origins, Problem> {
        if let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control()) {
            return Err(Problem::new("holds a control character")
                .code(Code::INJECTION_CHARACTERS)
                .help("write it on one line")
                .at(at..at + c.len_utf8()));
        }
        if text.len() > LONGEST {
            return Err(Problem::new(format!("is longer than {LONGEST} characters")));
        }
        if text.trim() == "*" {
            return Ok(Origins::Any);
        }
        let items: Vec<&str> = text.split(',').map(str::trim).collect();
        let read: Vec<_> = items.iter().map(|item| WebOrigin::new(item)).collect();
        let plain = |c: char| c.is_ascii_alphanumeric() || ".:/-_*[]@".contains(c);
        let mut start = 0;
        let places = text.split(',').map(|part| {
            let place = start;
            start += part.len() + 1;
            (place, part)
        });
        let wrong = places.zip(&read).find_map(|((start, part), read)| {
            let (item, why) = (part.trim(), read.as_ref().err()?);
            let looks_plain = item.chars().all(plain) && !item.contains(".*");
            looks_plain.then(|| mistaken(item, why).at_item(start, part))
        });
        if let Some(problem) = wrong {
            return Err(problem);
        }
        if let Ok(list) = read.iter().cloned().collect::<Result<BTreeSet<_>, _>>() {
            return Ok(Origins::Listed(list));
        }
        if items.len() > 1 && read.iter().any(Result::is_ok) {
            return Err(Problem::new("mixes origins with regular expressions").help(
                "list origins only, or write one expression in which `|` separates the alternatives",
            ));
        }
        let pattern = OriginPattern::new(text).map_err(|why| {
            Problem::new(format!(
                "is neither a list of origins nor a regular expression: {why}"
            ))
            .help("write origins such as `https://example.com`, separated by commas")
        })?;
        remarks.extend(loose(text));
        Ok(Origins::Matching(pattern))
    }
}

/// What looks like an origin and is none.
fn mistaken(item: &str, why: &str) -> Problem {
    if item.is_empty() {
        return Problem::new("has nothing between two commas, or after the last")
            .code(Code::WHITESPACE_LIST)
            .help("remove the comma");
    }
    let problem = |what: String| Problem::new(what);
    if item == "*" {
        return problem("holds `*` beside other origins".to_owned())
            .help("write `*` alone, or leave it out");
    }
    if let Some((scheme, host)) = item.split_once("://*.") {
        let host = host.replace('.', r"\.");
        return problem(format!(
            "holds `{item}`, but a `*` stands for no label: origins are compared whole, or matched by a regular expression"
        ))
        .help(format!(r"write `{scheme}://[a-z0-9-]+\.{host}`"));
    }
    let problem = problem(format!("holds `{item}`, which {why}"));
    if why.contains("scheme") && !item.contains("://") {
        return problem.help(format!("write `https://{item}`"));
    }
    problem.help("write it as browsers send it, such as `https://example.com`")
}

/// An expression that looks wider than it is meant: ours is anchored, and the controller's is not.
fn loose(text: &str) -> Option<Problem> {
    let inner = text.strip_prefix('^').and_then(|text| {
        let text = text.strip_suffix('$')?;
        (!text.ends_with('\\')).then_some(text)
    });
    let Some(inner) = inner.filter(|inner| !splits(inner)) else {
        return Some(
            Problem::new(
                "is a regular expression without anchors, which the controller finds anywhere in an origin; here it has to match all of it",
            )
            .code(Code::ORIGIN_REGEX_UNANCHORED)
            .help("write `^` before it and `$` after it, and brackets around alternatives")
            .perhaps(anchored(text)),
        );
    };
    any_character(inner).then(|| {
        Problem::new("holds a `.` that stands for every character, so that names which others can register match as well")
            .code(Code::ORIGIN_REGEX_UNANCHORED)
            .help(r"write `\.` for a dot")
            .perhaps(dots(text))
    })
}

/// The expression with anchors that hold for all of it.
fn anchored(text: &str) -> String {
    let inner = text.strip_prefix('^').unwrap_or(text);
    let end = inner.strip_suffix('$');
    let inner = end.filter(|end| !end.ends_with('\\')).unwrap_or(inner);
    if splits(inner) {
        format!("^({inner})$")
    } else {
        format!("^{inner}$")
    }
}

/// The expression in which a dot is one, where it stands for exactly one character.
fn dots(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut chars = text.chars().peekable();
    let mut class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            '[' => class = true,
            ']' => class = false,
            '.' if !class && !chars.peek().is_some_and(|next| "*+?{".contains(*next)) => {
                out.push('\\');
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

/// Whether a `|` stands outside of brackets, so that the anchors hold for one alternative only.
fn splits(text: &str) -> bool {
    let mut depth = 0_usize;
    special(text).any(|(c, _)| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == '|' && depth == 0
    })
}

/// Whether a `.` stands for exactly one character, which is almost always meant as a dot.
fn any_character(text: &str) -> bool {
    special(text).any(|(c, next)| c == '.' && !next.is_some_and(|next| "*+?{".contains(next)))
}

/// The characters outside of classes that no backslash takes the meaning of, each with the one that follows it.
fn special(text: &str) -> impl Iterator<Item = (char, Option<char>)> {
    let mut chars = text.chars().peekable();
    let mut class = false;
    std::iter::from_fn(move || {
        loop {
            match chars.next()? {
                '\\' => _ = chars.next(),
                '[' if !class => class = true,
                ']' if class => class = false,
                _ if class => {}
                c => return Some((c, chars.peek().copied())),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remark(text: &str) -> Option<Code> {
        let mut remarks = Vec::new();
        OriginList::parse(text, &mut remarks).expect("legal");
        remarks.pop().map(|remark| remark.code)
    }

    #[test]
    fn expressions_that_match_more_than_they_seem_to_are_told() {
        let loose = Some(Code::ORIGIN_REGEX_UNANCHORED);
        for (text, told) in [
            (r"^https://[a-z]+\.example\.com$", None),
            (r"^https://([a.]|b)\.example\.com$", None),
            (r"^https://.*\.example\.com$", None),
            (r"https://[a-z]+\.example\.com", loose),
            (r"^https://a\.io$|^https://b\.io$", loose),
            (r"^https?://example.com$", loose),
            (r"^https://example\.com\$", loose),
            ("https://example.com", None),
        ] {
            assert_eq!(remark(text), told, "{text}");
        }
    }

    #[test]
    fn a_slip_has_its_help() {
        for (text, help) in [
            ("example.com", "write `https://example.com`"),
            (
                "https://*.example.com",
                r"write `https://[a-z0-9-]+\.example\.com`",
            ),
            ("https://a.io,*", "write `*` alone, or leave it out"),
        ] {
            let problem = OriginList::parse(text, &mut Vec::new()).expect_err(text);
            assert_eq!(problem.help.as_deref(), Some(help), "{text}");
        }
    }
}
