//! A Secret as far as it is public: what it is called, its type, its certificates, and which keys it had.
//!
//! In: the mapping. Out: another one, made from nothing. `check` takes it for a Secret that exists elsewhere; whoever compiles
//! it maps it to a file on HAProxy's host.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::object::{
    HIDDEN, NOISE, Node, Private, Walk, is_copy, item_kind, last_entries, place, scalar,
};
use super::value::Value;
use super::{Why, certificate};
use crate::manifest::{REDACTED, is_data_key};

/// The maps of a Secret with values, each in an encoding of its own. The last one is that of ConfigMaps; here it is a mistake.
const MAPS: [&str; 3] = ["data", "stringData", "binaryData"];

/// Under these keys other kinds hold Secrets that they make, or lists of them.
const SECRETS: [&str; 4] = ["secret", "secrets", "secretTemplate", "secretTemplates"];

/// This many slips of the pen away from `secret`, a kind with such maps is taken for one.
const SLIPS: usize = 2;

/// Whether a mapping has values that are secret: it says so, or it is in a list that does, or it says nearly so and has the maps
/// of one. A reference to a Secret has none.
pub(super) fn is_secret(node: Node<'_>, inherited: Option<&str>) -> bool {
    if !node.is_mapping() {
        return false;
    }
    let has = |names: &[&str]| has_key(node, names);
    // Which of two kinds counts is a matter of the reader.
    let own = node.entries().filter(|(key, _)| {
        key.text()
            .is_some_and(|key| key.eq_ignore_ascii_case("kind"))
    });
    let mut kinds = own
        .filter_map(|(_, value)| value.text())
        .chain(inherited)
        .map(str::to_ascii_lowercase);
    let is_own = kinds.any(|kind| match strsim::osa_distance(&kind, "secret") {
        0 => has(&["metadata"]) || has(&MAPS),
        slips => slips <= SLIPS && has(&MAPS),
    });
    // No other kind has this field; where there is no kind either, somebody wrote a piece of a Secret.
    is_own || has(&["stringData"]) && !has(&["spec"])
}

/// The kind of what stands under `key` of an object, or of its items, where that says none itself. Lists give their items one;
/// and kinds that make Secrets hold them without one. A template of something else has a `spec`, a reference no values.
pub(super) fn passed_down<'k>(
    kind: Option<&'k str>,
    key: &str,
    value: Node<'_>,
) -> Option<&'k str> {
    let holds_values = value.is_sequence() || has_key(value, &MAPS);
    if key == "items" {
        item_kind(kind)
    } else if is_one_of(key, &SECRETS) && holds_values
        || key == "template" && has_key(value, &MAPS) && !has_key(value, &["spec"])
    {
        Some("Secret")
    } else {
        None
    }
}

fn has_key(node: Node<'_>, names: &[&str]) -> bool {
    let mut keys = node.entries().filter_map(|(key, _)| key.text());
    keys.any(|key| is_one_of(key, names))
}

fn is_one_of(key: &str, names: &[&str]) -> bool {
    names.iter().any(|name| key.eq_ignore_ascii_case(name))
}

/// The places of all texts that are secret, in this mapping and below: of a Secret all that [`rebuild`] leaves out.
pub(super) fn gather(node: Node<'_>, inherited: Option<&str>, private: &mut Private) {
    if is_secret(node, inherited) {
        for (key, value) in node.entries() {
            match key.text().unwrap_or_default() {
                "apiVersion" | "kind" if value.text().is_some() => {}
                "type" if is_type(value) => {}
                "metadata" if value.is_mapping() => {
                    for (key, value) in value.entries() {
                        let is_name = matches!(key.text(), Some("name" | "namespace"));
                        if !(is_name && value.text().is_some()) {
                            gather_all(value, private);
                        }
                    }
                }
                map @ ("data" | "stringData") if value.is_mapping() => {
                    for (key, value) in value.entries() {
                        let name = key.text().unwrap_or_default();
                        if !is_data_key(name) {
                            private.insert(place(key));
                        }
                        if public(map, name, value).is_none_or(|(_, is_all)| !is_all) {
                            gather_all(value, private);
                        }
                    }
                }
                _ => gather_all(value, private),
            }
        }
        return;
    }
    let kind = node.get("kind").and_then(Node::text).or(inherited);
    for (key, value) in node.entries() {
        if is_copy(key.text()) {
            gather_all(value, private);
        }
        let name = key.text().unwrap_or_default();
        gather(value, passed_down(kind, name, value), private);
    }
    for item in node.items() {
        gather(item, inherited, private);
    }
}

fn gather_all(node: Node<'_>, private: &mut Private) {
    if node.text().is_some_and(|text| !text.is_empty()) {
        private.insert(place(node));
    }
    for (key, value) in node.entries() {
        gather_all(key, private);
        gather_all(value, private);
    }
    for item in node.items() {
        gather_all(item, private);
    }
}

/// Makes a Secret anew.
pub(super) fn rebuild<'a>(walk: &mut Walk<'_>, node: Node<'a>) -> Value<'a> {
    let mut made = Vec::new();
    let mut data = Certificates::new();
    let mut gone = BTreeSet::new();
    let mut metadata = Vec::new();
    for (key, value) in last_entries(node) {
        let name = key.text().unwrap_or_default();
        match name {
            "apiVersion" | "kind" if value.text().is_some() => {
                made.push((scalar(key), scalar(value)));
            }
            "type" if is_type(value) => made.push((scalar(key), scalar(value))),
            "metadata" if value.is_mapping() => metadata = read_metadata(walk, value, &mut gone),
            "data" | "stringData" if value.is_mapping() => {
                read_map(walk, name, value, &mut data, &mut gone);
            }
            _ => walk.remove_field(&[shown(name)], value, Why::Secret),
        }
    }
    gone.retain(|key| !data.contains_key(key.as_str()));
    if !gone.is_empty() {
        let keys = gone.into_iter().collect::<Vec<_>>().join(",");
        let mark = (Value::text(REDACTED), Value::Text(keys.into()));
        metadata.push((Value::text("annotations"), Value::Map(vec![mark])));
    }
    if !metadata.is_empty() {
        made.push((Value::text("metadata"), Value::Map(metadata)));
    }
    if !data.is_empty() {
        let pair = |(key, pem)| (Value::text(key), Value::Text(STANDARD.encode(pem).into()));
        made.push((
            Value::text("data"),
            Value::Map(data.into_iter().map(pair).collect()),
        ));
    }
    Value::Map(made)
}

/// PEM by key.
type Certificates<'a> = BTreeMap<&'a str, Vec<u8>>;

type Pairs<'a> = Vec<(Value<'a>, Value<'a>)>;

/// The name, and the keys that an earlier run took away.
fn read_metadata<'a>(
    walk: &mut Walk<'_>,
    node: Node<'a>,
    gone: &mut BTreeSet<String>,
) -> Pairs<'a> {
    let mut kept = Vec::new();
    for (key, value) in last_entries(node) {
        let name = key.text().unwrap_or_default();
        match name {
            "name" | "namespace" if value.text().is_some() => {
                kept.push((scalar(key), scalar(value)));
            }
            "annotations" if value.is_mapping() => {
                for (key, value) in last_entries(value) {
                    match key.text().unwrap_or_default() {
                        REDACTED => {
                            let keys = value.text().unwrap_or_default().split(',');
                            gone.extend(keys.filter(|key| is_data_key(key)).map(str::to_owned));
                        }
                        key => {
                            walk.remove_field(&["metadata", name, shown(key)], value, Why::Secret);
                        }
                    }
                }
            }
            _ if NOISE.contains(&name) => walk.remove_field(&["metadata", name], value, Why::Noise),
            _ => walk.remove_field(&["metadata", shown(name)], value, Why::Secret),
        }
    }
    kept
}

/// Keeps the certificates of a map, and names the keys of all else.
fn read_map<'a>(
    walk: &mut Walk<'_>,
    map: &str,
    node: Node<'a>,
    data: &mut Certificates<'a>,
    gone: &mut BTreeSet<String>,
) {
    for (key, value) in last_entries(node) {
        let name = key.text().unwrap_or_default();
        let certificates = public(map, name, value);
        if certificates.as_ref().is_none_or(|(_, is_all)| !is_all) {
            walk.remove_field(&[map, shown(name)], value, Why::Secret);
        }
        match certificates {
            Some((pem, _)) => {
                // What is plain overlays what is encoded.
                match data.entry(name) {
                    Entry::Occupied(mut held) if map == "stringData" => _ = held.insert(pem),
                    held => _ = held.or_insert(pem),
                }
            }
            None if is_data_key(name) => _ = gone.insert(name.to_owned()),
            None => {}
        }
    }
}

/// The certificates of a value, and whether they are all that is in it.
fn public(map: &str, key: &str, value: Node<'_>) -> Option<(Vec<u8>, bool)> {
    if !certificate::KEYS.contains(&key) {
        return None;
    }
    let text = value.text()?;
    let pem = match map {
        "stringData" => text.as_bytes().to_vec(),
        _ => STANDARD.decode(text.replace(['\r', '\n'], "")).ok()?,
    };
    let kept = certificate::public(&pem)?;
    let is_all = kept.trim_ascii() == pem.trim_ascii();
    Some((kept, is_all))
}

/// `kubernetes.io/tls`.
fn is_type(node: Node<'_>) -> bool {
    node.text().is_some_and(is_word)
}

/// A key as it is shown. One that no key can be may be a value in the wrong place.
fn shown(key: &str) -> &str {
    if is_word(key) { key } else { HIDDEN }
}

fn is_word(text: &str) -> bool {
    let is_legal = |c: char| c.is_ascii_alphanumeric() || "./-_".contains(c);
    (1..=317).contains(&text.len()) && text.chars().all(is_legal)
}
