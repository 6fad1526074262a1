//! The keys as Markdown: the second half of `docs/configuration.md`.

use std::fmt::Write as _;

use super::{Form, Key, table};
use crate::ir::HaproxyVersion;

/// One heading a key, in the order of the table.
pub(super) fn reference() -> String {
    let mut out = String::new();
    section(&mut out, table::ROOT, "", 2);
    out
}

fn section(out: &mut String, keys: &[Key], path: &str, depth: usize) {
    for key in keys {
        let path = format!("{path}{}", key.name);
        let _ = writeln!(
            out,
            "{} `{path}`\n\n{}\n",
            "#".repeat(depth),
            wrapped(key.about)
        );
        let _ = writeln!(out, "- Value: {}", form(&key.form, &path));
        if let Some(default) = key.default {
            let _ = writeln!(out, "- Default: `{default}`");
        }
        let _ = writeln!(out, "- Example: `{}: {}`\n", key.name, key.example);
        below(out, &key.form, &path, depth + 1);
    }
}

/// Lines of at most 130 characters.
fn wrapped(text: &str) -> String {
    let wrap = |line: &str| {
        let mut width = 0;
        line.split(' ').fold(String::new(), |mut text, word| {
            let broken = width + word.len() >= 130;
            if width > 0 {
                text.push(if broken { '\n' } else { ' ' });
            }
            width = if broken { 0 } else { width } + word.len() + 1;
            text + word
        })
    };
    text.lines().map(wrap).collect::<Vec<_>>().join("\n")
}

fn below(out: &mut String, form: &Form, path: &str, depth: usize) {
    match *form {
        Form::Section(keys) => section(out, keys, &format!("{path}."), depth),
        // Explained where they stand first.
        Form::Shared(name, keys) if name == path => section(out, keys, &format!("{path}."), depth),
        Form::Named(_, of) => below(out, of, &format!("{path}.<name>"), depth),
        Form::Either(one, other) => {
            below(out, one, path, depth);
            below(out, other, path, depth);
        }
        Form::Entries(keys, _) => section(out, keys, &format!("{path}[]."), depth),
        Form::Rules(beside, rule) => {
            section(out, beside, &format!("{path}."), depth);
            section(out, rule, &format!("{path}.<rule>."), depth);
        }
        _ => {}
    }
}

/// What a value looks like.
fn form(of: &Form, path: &str) -> String {
    match *of {
        Form::Text => "a string".to_owned(),
        Form::Path => "a path".to_owned(),
        Form::Of(grammar) if grammar.how.is_empty() => grammar.one.to_owned(),
        Form::Of(grammar) => format!("{} ({})", grammar.one, grammar.how),
        Form::Word(words) => {
            let words: Vec<String> = words().iter().map(|word| format!("`{word}`")).collect();
            match &words[..] {
                [first @ .., last] if !first.is_empty() => {
                    format!("{} or {last}", first.join(", "))
                }
                words => words.concat(),
            }
        }
        Form::Resolver => "a resolver".to_owned(),
        Form::Number(from, to) => format!("a number from {from} to {to}"),
        Form::Truth => "`true` or `false`".to_owned(),
        Form::One => "`1`".to_owned(),
        Form::Haproxy => format!(
            "a release branch from {} to {}, with or without quotes",
            HaproxyVersion::OLDEST,
            HaproxyVersion::NEWEST
        ),
        Form::List(of, least) => list(of, least, ""),
        Form::Set(of, least) => list(of, least, ", each once"),
        Form::Shared(name, _) if name != path => format!("a mapping with the keys of `{name}`"),
        Form::Section(_) | Form::Shared(..) => "a mapping with the keys below".to_owned(),
        Form::Named(name, of) => {
            format!(
                "a mapping from {} ({}) to {}",
                name.many,
                name.how,
                form(of, path)
            )
        }
        Form::Either(one, other) => format!("{}, or {}", form(one, path), form(other, path)),
        Form::Entries(_, [one, other]) => {
            format!("a list of mappings with the keys below, each with `{one}`, `{other}` or both")
        }
        Form::Rules(..) => "a mapping from rules to mappings with the keys below".to_owned(),
    }
}

fn list(of: &Form, least: u64, unique: &str) -> String {
    let least = if least > 0 { ", not empty" } else { "" };
    let (many, how) = match of {
        Form::Of(grammar) => (grammar.many, grammar.how),
        Form::Resolver => ("resolvers", ""),
        Form::Path => ("paths", ""),
        _ => ("strings", ""),
    };
    let how = if how.is_empty() {
        String::new()
    } else {
        format!(" ({how})")
    };
    format!("a list of {many}{how}{unique}{least}")
}
