//! The keys as a JSON Schema (2020-12), for editors and for checks in other tools.

use super::keys::{Form, Key, METHODS, ROOT};
use crate::config::Ordered;

/// The schema, as the text of a file.
pub(crate) fn schema() -> String {
    let top = [
        (
            "$schema",
            Ordered::text(&"https://json-schema.org/draft/2020-12/schema"),
        ),
        ("title", Ordered::text(&"routes.yaml")),
        (
            "description",
            Ordered::text(
                &"Expectations for `ingressc test`: requests, and what must become of them.",
            ),
        ),
    ];
    let whole = top.into_iter().chain(section(ROOT));
    let mut json = serde_json::to_string_pretty(&Ordered::map(whole)).unwrap_or_default();
    json.push('\n');
    json
}

fn section(keys: &[Key]) -> Vec<(&'static str, Ordered)> {
    let properties = keys.iter().map(|key| {
        let mut entries = vec![("description".to_owned(), Ordered::text(&key.about))];
        if let Ordered::Map(form) = form(&key.form) {
            entries.extend(form);
        }
        (key.name, Ordered::Map(entries))
    });
    vec![
        ("type", Ordered::text(&"object")),
        ("properties", Ordered::map(properties)),
        ("additionalProperties", Ordered::Value(false.into())),
    ]
}

fn form(form: &Form) -> Ordered {
    let number = |bound: u32| Ordered::Value(bound.into());
    match *form {
        Form::One => Ordered::map([(
            "enum",
            Ordered::List(vec![Ordered::Value(1.into()), Ordered::text(&"1")]),
        )]),
        Form::Text => text(),
        Form::TextOrNull => Ordered::map([("type", Ordered::texts(["string", "null"]))]),
        Form::Word(words) => {
            // YAML reads `1.0` without quotes as a number.
            let numbers = words.iter().filter_map(|word| word.parse::<f64>().ok());
            let numbers = numbers.map(|number| Ordered::Value(number.into()));
            let words = words.iter().map(Ordered::text);
            Ordered::map([("enum", Ordered::List(words.chain(numbers).collect()))])
        }
        Form::Number(from, to) => Ordered::map([
            ("type", Ordered::text(&"integer")),
            ("minimum", number(from)),
            ("maximum", number(to)),
        ]),
        Form::Truth => Ordered::map([("type", Ordered::text(&"boolean"))]),
        Form::Texts => Ordered::map([
            ("type", Ordered::text(&"array")),
            ("items", text()),
            ("minItems", number(1)),
        ]),
        Form::Map => map(&["string", "number", "boolean"]),
        Form::MapOrNull => map(&["string", "number", "boolean", "null"]),
        Form::Section(keys) => Ordered::map(section(keys)),
        Form::TextOr(keys) => {
            let forms = vec![text(), Ordered::map(section(keys))];
            Ordered::map([("anyOf", Ordered::List(forms))])
        }
        Form::Rows(keys) => {
            let mut row = section(keys);
            let asked = METHODS.iter().chain(&["tcp"]);
            let one_of = asked.map(|name| Ordered::map([("required", Ordered::texts([name]))]));
            row.push(("oneOf", Ordered::List(one_of.collect())));
            Ordered::map([
                ("type", Ordered::text(&"array")),
                ("items", Ordered::map(row)),
            ])
        }
    }
}

fn text() -> Ordered {
    Ordered::map([
        ("type", Ordered::text(&"string")),
        ("minLength", Ordered::Value(1.into())),
    ])
}

fn map(types: &[&str]) -> Ordered {
    let of = Ordered::map([("type", Ordered::texts(types))]);
    Ordered::map([
        ("type", Ordered::text(&"object")),
        ("additionalProperties", of),
    ])
}
