//! The keys as Markdown: the tables of docs/test.md.

use std::fmt::Write as _;

use super::keys::{DEFAULTS, Form, Key, LIMITED, METHODS, REDIRECT, ROOT, ROW};
use crate::fresh::fresh;

const PAGE: &str = "docs/test.md";
const BEGIN: &str = "<!-- made of src/expect/keys.rs -->\n";
const END: &str = "<!-- until here -->\n";

fn tables() -> String {
    let mut out = String::new();
    for (title, keys) in [
        ("At the top", ROOT),
        ("Below `defaults`", DEFAULTS),
        ("In a test", ROW),
        ("Below `redirect`", REDIRECT),
        ("Below `limited`", LIMITED),
    ] {
        let _ = write!(
            out,
            "\n### {title}\n\n| Key | Value | Meaning |\n|---|---|---|\n"
        );
        for key in keys {
            row(&mut out, key);
        }
    }
    out.push('\n');
    out
}

fn row(out: &mut String, key: &Key) {
    // One line for all methods.
    let name = match METHODS.iter().position(|method| *method == key.name) {
        Some(0) => METHODS.map(|method| format!("`{method}`")).join(", "),
        Some(_) => return,
        None => format!("`{}`", key.name),
    };
    let example = match key.form {
        Form::One | Form::Word(_) | Form::Truth => String::new(),
        _ => format!(", such as `{}`", key.example.replace('|', "\\|")),
    };
    let _ = writeln!(
        out,
        "| {name} | {}{example} | {} |",
        form(&key.form),
        key.about
    );
}

fn form(form: &Form) -> String {
    match form {
        Form::One => "`1`".to_owned(),
        Form::Text => "text".to_owned(),
        Form::TextOrNull => "text or `null`".to_owned(),
        Form::Word(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            words.join(" or ")
        }
        Form::Number(from, to) => format!("{from} to {to}"),
        Form::Truth => "`true`".to_owned(),
        Form::Texts => "list of text".to_owned(),
        Form::Map | Form::MapOrNull => "mapping".to_owned(),
        Form::Section(_) => "mapping with the keys below".to_owned(),
        Form::TextOr(_) => "text, or a mapping with the keys below".to_owned(),
        Form::Rows(_) => "list of tests".to_owned(),
    }
}

#[test]
fn the_page_has_all_keys() {
    fresh(PAGE, "expect::reference", |have| {
        let (before, rest) = have
            .split_once(BEGIN)
            .expect("the page has a place for them");
        let (_, after) = rest.split_once(END).expect("and its end");
        format!("{before}{BEGIN}{}{END}{after}", tables())
    });
}

#[test]
fn the_schema_in_docs_is_fresh() {
    fresh("docs/schema/expectations.json", "expect::reference", |_| {
        super::schema()
    });
}
