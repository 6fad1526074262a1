//! The keys as a JSON Schema (2020-12), for editors and for checks in other tools.

use super::{Form, Grammar, Key, table};
use crate::config::Ordered;
use crate::ir::{HaproxyVersion, Resolver};
use crate::lint;
use crate::source::{FileId, Node, Resolved, Tree};

/// The schema, as the text of a file.
pub(crate) fn schema() -> String {
    let mut shared = Vec::new();
    let top = [
        (
            "$schema",
            Ordered::text(&"https://json-schema.org/draft/2020-12/schema"),
        ),
        ("title", Ordered::text(&"ingressc.yaml")),
        (
            "description",
            Ordered::text(
                &"The configuration of ingressc: which manifests, for which HAProxy, and where its servers are.",
            ),
        ),
    ];
    let root = section(table::ROOT, "", &mut shared)
        .into_iter()
        .map(|entry| match entry {
            // An empty file says nothing, and is legal.
            ("type", _) => ("type", Ordered::texts(["object", "null"])),
            entry => entry,
        });
    let none = Ordered::map([("maxItems", Ordered::Value(0.into()))]);
    let beside = Ordered::map([("properties", Ordered::map([("inputs", none)]))]);
    let bottom = [
        ("dependentSchemas", Ordered::map([("clusters", beside)])),
        ("$defs", Ordered::map(shared)),
    ];
    let whole = top.into_iter().chain(root).chain(bottom);
    let mut json = serde_json::to_string_pretty(&Ordered::map(whole)).unwrap_or_default();
    json.push('\n');
    json
}

type Shared = Vec<(String, Ordered)>;

/// A mapping with these keys. `path` leads to it, with a dot at its end.
fn section(keys: &[Key], path: &str, shared: &mut Shared) -> Vec<(&'static str, Ordered)> {
    let properties: Vec<_> = keys
        .iter()
        .map(|key| (key.name, property(key, path, shared)))
        .collect();
    let mut entries = vec![
        ("type", Ordered::text(&"object")),
        ("properties", Ordered::map(properties)),
    ];
    let required = keys.iter().filter(|key| key.required).map(|key| key.name);
    let required: Vec<_> = required.collect();
    if !required.is_empty() {
        entries.push(("required", Ordered::texts(required)));
    }
    entries.push(("additionalProperties", Ordered::Value(false.into())));
    entries
}

fn property(key: &Key, path: &str, shared: &mut Shared) -> Ordered {
    let path = format!("{path}{}", key.name);
    let mut entries = vec![
        ("title".to_owned(), Ordered::text(&path)),
        ("description".to_owned(), Ordered::text(&key.about)),
    ];
    match form(&key.form, &path, shared) {
        Ordered::Map(form) => entries.extend(form),
        other => entries.push(("allOf".to_owned(), Ordered::List(vec![other]))),
    }
    if let Some(default) = key.default {
        entries.push(("default".to_owned(), value(default)));
    }
    let examples = Ordered::List(vec![value(key.example)]);
    entries.push(("examples".to_owned(), examples));
    Ordered::Map(entries)
}

fn form(form: &Form, path: &str, shared: &mut Shared) -> Ordered {
    match *form {
        Form::Text | Form::Path => typed("string", []),
        Form::Of(grammar) => text(grammar),
        Form::Resolver => {
            let names = Resolver::ALL.map(Resolver::name);
            Ordered::map([("enum", Ordered::texts(names))])
        }
        Form::Word(words) => Ordered::map([("enum", Ordered::texts(words()))]),
        Form::Number(from, to) => typed(
            "integer",
            [
                ("minimum", Ordered::Value(from.into())),
                ("maximum", Ordered::Value(to.into())),
            ],
        ),
        Form::Truth => typed("boolean", []),
        Form::One => {
            let one = vec![Ordered::Value(1.into()), Ordered::text(&"1")];
            Ordered::map([("enum", Ordered::List(one))])
        }
        Form::Haproxy => Ordered::map([("enum", Ordered::List(branches()))]),
        Form::List(of, least) => list(of, least, path, shared),
        Form::Set(of, least) => {
            let Ordered::Map(mut entries) = list(of, least, path, shared) else {
                return Ordered::Map(Vec::new());
            };
            entries.push(("uniqueItems".to_owned(), Ordered::Value(true.into())));
            Ordered::Map(entries)
        }
        Form::Section(keys) => Ordered::map(section(keys, &format!("{path}."), shared)),
        Form::Shared(name, keys) => {
            if !shared.iter().any(|(other, _)| other == name) {
                // The place comes first: what is below may refer to it.
                shared.push((name.to_owned(), Ordered::Map(Vec::new())));
                let section = Ordered::map(section(keys, &format!("{name}."), shared));
                if let Some(place) = shared.iter_mut().find(|(other, _)| other == name) {
                    place.1 = section;
                }
            }
            reference(name)
        }
        Form::Named(name, of) => {
            let below = format!("{path}.<name>");
            let of = match of {
                Form::Of(grammar) => entry(grammar),
                of => self::form(of, &below, shared),
            };
            typed(
                "object",
                [("propertyNames", entry(name)), ("additionalProperties", of)],
            )
        }
        Form::Either(one, other) => {
            let forms = [one, other].map(|of| self::form(of, path, shared));
            Ordered::map([("anyOf", Ordered::List(forms.into()))])
        }
        Form::Entries(keys, one_of) => {
            let needs = one_of.map(|name| Ordered::map([("required", Ordered::texts([name]))]));
            let mut entry = section(keys, &format!("{path}[]."), shared);
            entry.push(("anyOf", Ordered::List(needs.into())));
            typed("array", [("items", Ordered::map(entry))])
        }
        Form::Rules(beside, below) => rules(beside, below, shared),
    }
}

fn typed(name: &str, more: impl IntoIterator<Item = (&'static str, Ordered)>) -> Ordered {
    Ordered::map([("type", Ordered::text(&name))].into_iter().chain(more))
}

fn text(grammar: &Grammar) -> Ordered {
    typed("string", [("pattern", Ordered::text(&grammar.pattern))])
}

/// A text below a key, which says itself what it is.
fn entry(grammar: &Grammar) -> Ordered {
    let how = match grammar.how {
        "" => String::new(),
        how => format!(": {how}"),
    };
    typed(
        "string",
        [
            (
                "description",
                Ordered::text(&format!("{}{how}", grammar.one)),
            ),
            ("pattern", Ordered::text(&grammar.pattern)),
            ("examples", Ordered::texts([grammar.example])),
        ],
    )
}

fn list(of: &Form, least: u64, path: &str, shared: &mut Shared) -> Ordered {
    let items = match of {
        Form::Of(grammar) => entry(grammar),
        of => form(of, path, shared),
    };
    let items = ("items", items);
    let least = (least > 0).then(|| ("minItems", Ordered::Value(least.into())));
    typed("array", [items].into_iter().chain(least))
}

fn reference(name: &str) -> Ordered {
    Ordered::map([("$ref", Ordered::text(&format!("#/$defs/{name}")))])
}

/// YAML reads a branch without quotes as a number.
fn branches() -> Vec<Ordered> {
    let names: Vec<String> = HaproxyVersion::all().map(|v| v.to_string()).collect();
    let numbers = names.iter().filter_map(|name| name.parse::<f64>().ok());
    let numbers: Vec<_> = numbers.map(|n| Ordered::Value(n.into())).collect();
    names.iter().map(Ordered::text).chain(numbers).collect()
}

/// Rules by name, with what each is about, and by code.
fn rules(beside: &[Key], below: &[Key], shared: &mut Shared) -> Ordered {
    let rule = section(below, "rules.<rule>.", shared);
    shared.push(("rule".to_owned(), Ordered::map(rule)));
    let mut properties: Vec<_> = beside
        .iter()
        .map(|key| (key.name, property(key, "rules.", shared)))
        .collect();
    properties.extend(lint::codes().map(|code| {
        let about = format!("{code}: {}", code.rule().summary);
        let entries = [
            ("description", Ordered::text(&about)),
            ("$ref", Ordered::text(&"#/$defs/rule")),
        ];
        (code.name(), Ordered::map(entries))
    }));
    let codes: Vec<String> = lint::codes()
        .map(|code| code.to_string().trim_start_matches("ING").to_owned())
        .collect();
    let pattern = format!("^(ING|ing)({})$", codes.join("|"));
    typed(
        "object",
        [
            ("properties", Ordered::map(properties)),
            (
                "patternProperties",
                Ordered::map([(pattern, reference("rule"))]),
            ),
            ("additionalProperties", Ordered::Value(false.into())),
        ],
    )
}

/// YAML of the table. Of the words for truth only `true` and `false` are meant as such there.
pub(super) fn value(yaml: &str) -> Ordered {
    let tree = Tree::parse(FileId::new(0), 0, yaml).ok();
    let root = tree.as_ref().and_then(Tree::root);
    root.map_or(Ordered::Value(serde_json::Value::Null), of_node)
}

fn of_node(node: Node<'_, '_>) -> Ordered {
    if node.is_mapping() {
        let entries = node
            .entries()
            .map(|(key, value)| (key.text().unwrap_or_default(), of_node(value)));
        return Ordered::map(entries);
    }
    if node.is_sequence() {
        return Ordered::List(node.items().map(of_node).collect());
    }
    let text = node.text().unwrap_or_default();
    Ordered::Value(match node.resolved() {
        Some(Resolved::Bool(truth)) if matches!(text, "true" | "false") => truth.into(),
        Some(Resolved::Integer(number)) => number.into(),
        _ => text.into(),
    })
}
