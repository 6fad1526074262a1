//! Secret and ConfigMap.
//!
//! Source: `pkg/apis/core/validation`, `ValidateSecret` and `ValidateConfigMap`. Values of Secrets are never quoted in a finding.

use std::collections::BTreeMap;

use super::{Context, core};
use crate::finding::Code;
use crate::manifest::REDACTED;
use crate::manifest::model::{ConfigMap, Meta, Secret};
use crate::manifest::names;
use crate::manifest::place::Place;
use crate::source::Sourced;

const CODE: Code = Code::INVALID_DATA;
/// What the API server requires of a Secret of type `kubernetes.io/tls`.
const TLS_KEYS: [&str; 2] = ["tls.crt", "tls.key"];
/// All values together.
const MAX_BYTES: usize = 1024 * 1024;

pub(super) fn read_secret(
    object: core::Secret,
    meta: Meta,
    context: &Context<'_, '_, '_>,
) -> Secret {
    let mut encoded = object.data.unwrap_or_default();
    let mut plain = object.string_data.unwrap_or_default();
    let mut data = collect(&context.root.child("data"), context, |key| {
        encoded.remove(key).map(|bytes| bytes.0)
    });
    data.extend(collect(&context.root.child("stringData"), context, |key| {
        plain.remove(key).map(String::into_bytes)
    }));
    let redacted: Vec<&str> = meta
        .annotation(REDACTED)
        .map(|keys| keys.value.value.split(',').collect())
        .unwrap_or_default();
    let kind = object.type_.filter(|kind| !kind.is_empty());
    let kind = kind.unwrap_or_else(|| "Opaque".to_owned());
    check_size(data.values().map(|value| value.value.len()).sum(), context);
    let spoilt = |place: Place<'_, '_>| {
        let mut entries = place.entries();
        entries.any(|entry| context.remarks.is_spoilt(&entry))
    };
    let mut refused =
        spoilt(context.root.child("data")) || spoilt(context.root.child("stringData"));
    if kind == "kubernetes.io/tls" {
        let (data_place, plain) = (context.root.child("data"), context.root.child("stringData"));
        let data_place = if !data_place.is_set() && plain.is_set() {
            plain
        } else {
            data_place
        };
        let is_absent = |key: &&&str| !data.contains_key(**key) && !redacted.contains(*key);
        let mut absent = TLS_KEYS.iter().filter(is_absent);
        let missing = match (absent.next(), absent.next()) {
            (None, _) => None,
            (Some(key), None) => Some((data_place.child(key), format!("no `{key}`"))),
            (Some(_), Some(_)) => Some((data_place, "neither `tls.crt` nor `tls.key`".to_owned())),
        };
        if let Some((place, lacks)) = missing {
            refused = true;
            context.remarks.at(
                &place,
                Code::SECRET_MISSING_KEYS,
                "",
                format_args!("is of the type `kubernetes.io/tls`, but has {lacks}"),
                "store the certificate as `tls.crt` and its private key as `tls.key`",
            );
        }
    }
    Secret {
        redacted: !redacted.is_empty(),
        meta,
        kind,
        data,
        refused,
    }
}

pub(super) fn read_config_map(
    object: core::ConfigMap,
    meta: Meta,
    context: &Context<'_, '_, '_>,
) -> ConfigMap {
    let mut text = object.data.unwrap_or_default();
    let binary = object.binary_data.unwrap_or_default();
    let place = context.root.child("binaryData");
    for entry in place.entries() {
        check_key(&entry, context);
        let key = entry.name().unwrap_or_default();
        if text.contains_key(key) {
            context.remarks.at_key(
                &entry,
                CODE,
                format_args!("key `{key}`"),
                "stands in `data` and in `binaryData`",
                "remove one of the two",
            );
        }
    }
    let data = collect(&context.root.child("data"), context, |key| text.remove(key));
    let bytes = data.values().map(|value| value.value.len()).sum::<usize>();
    check_size(
        bytes + binary.values().map(|value| value.0.len()).sum::<usize>(),
        context,
    );
    let place = context.root.child("data");
    let keys = place.entries().filter_map(|entry| {
        let name = entry.name()?.to_owned();
        Some((name, entry.key()?.origin()))
    });
    ConfigMap {
        meta,
        keys: keys.collect(),
        data,
    }
}

/// Joins decoded values with their places. The last of two equal keys is the one that was decoded.
fn collect<T>(
    place: &Place<'_, '_>,
    context: &Context<'_, '_, '_>,
    mut value_of: impl FnMut(&str) -> Option<T>,
) -> BTreeMap<String, Sourced<T>> {
    let mut collected = BTreeMap::new();
    let entries: Vec<Place<'_, '_>> = place.entries().collect();
    for entry in entries.into_iter().rev() {
        let key = entry.name().unwrap_or_default();
        if let Some(value) = value_of(key) {
            check_key(&entry, context);
            collected.insert(key.to_owned(), entry.sourced(value));
        }
    }
    collected
}

fn check_key(entry: &Place<'_, '_>, context: &Context<'_, '_, '_>) {
    let key = entry.name().unwrap_or_default();
    if let Err(wrong) = names::data_key(key) {
        let help = "use letters, digits, `-`, `_` and `.`";
        context
            .remarks
            .at_key(entry, CODE, format_args!("key `{key}`"), wrong, help);
    }
}

fn check_size(bytes: usize, context: &Context<'_, '_, '_>) {
    if bytes > MAX_BYTES {
        context.remarks.at(
            context.root,
            CODE,
            "",
            format_args!("holds {bytes} bytes; the API server takes {MAX_BYTES}"),
            "split it",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::tests::{check_rows, object, read_files};

    #[test]
    fn what_the_api_server_refuses_in_a_secret() {
        check_rows(
            "v1",
            "Secret",
            &[
                ("data: {a: YQ==}", &[]),
                ("data: {a: 'Y Q=='}", &["ING122 data.a | 'Y Q=='"]),
                ("data: {a: plain!}", &["ING122 data.a | plain!"]),
                ("data: {a/b: YQ==}", &["ING122 data[a/b] | a/b"]),
                ("data: {a: [b]}", &["ING102 data.a | [b]"]),
                ("stringData: {a: 1}", &["ING102 stringData.a | 1"]),
                (
                    "type: kubernetes.io/tls\ndata: {tls.crt: YQ==}",
                    &["ING209 data[tls.key] | data"],
                ),
                (
                    "type: kubernetes.io/tls\ndata: {ca.crt: YQ==}",
                    &["ING209 data | {ca.crt: YQ==}"],
                ),
                (
                    "type: kubernetes.io/tls\ndata: {tls.crt: YQ==}\nstringData: {tls.key: a}",
                    &[],
                ),
            ],
        );
    }

    #[test]
    fn values_of_secrets_are_never_quoted() {
        let values = [
            "12345678",
            "1.25e7",
            "true",
            "yes",
            "[hunter2]",
            "{hunter2: 1}",
            "hunter2!",
        ];
        for value in values {
            for field in ["data", "stringData"] {
                let text = object("v1", "Secret", &format!("{field}: {{a: {value}}}"));
                let (_, _, findings) = read_files(&[("a.yaml", &text)]);
                for finding in findings {
                    let words =
                        format!("{} {:?} {:?}", finding.message, finding.help, finding.notes);
                    let secret = value.trim_matches(['[', ']', '{', '}']);
                    assert!(!words.replace("`true`", "").contains(secret), "{words}");
                }
            }
        }
    }

    #[test]
    fn what_the_api_server_refuses_in_a_config_map() {
        check_rows(
            "v1",
            "ConfigMap",
            &[
                ("data: {a: b}\nbinaryData: {c: YQ==}", &[]),
                ("data: {a b: c}", &["ING122 data[a b] | a b"]),
                (
                    "data: {a: b}\nbinaryData: {a: YQ==}",
                    &["ING122 binaryData.a | a"],
                ),
                ("binaryData: {a: '!'}", &["ING122 binaryData.a | '!'"]),
                ("data: {a: on}", &["ING004 data.a | on"]),
                ("data: {a: true}", &["ING102 data.a | true"]),
            ],
        );
        let large = format!("data: {{a: {}}}", "b".repeat(MAX_BYTES + 1));
        check_rows(
            "v1",
            "ConfigMap",
            &[(&large, &["ING122 - | kind: ConfigMap"])],
        );
    }

    #[test]
    fn a_secret_that_the_api_server_refuses_is_marked() {
        let rows = [
            ("data: {a: YQ==}", false),
            ("data: {a: plain!}", true),
            ("stringData: {a: 1}", true),
            ("type: kubernetes.io/tls\ndata: {tls.crt: YQ==}", true),
            (
                "type: kubernetes.io/tls\ndata: {tls.crt: '', tls.key: ''}",
                false,
            ),
        ];
        for (text, expected) in rows {
            let (_, manifests, _) = read_files(&[("a.yaml", &object("v1", "Secret", text))]);
            let refused: Vec<bool> = manifests.secrets.values().map(|it| it.refused).collect();
            assert_eq!(refused, [expected], "{text}");
        }
    }

    #[test]
    fn what_was_redacted_is_not_missing() {
        let text = |keys: &str| {
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: x, annotations: {{ingressc/redacted: '{keys}'}}}}\n\
                 type: kubernetes.io/tls\ndata: {{tls.crt: YQ==}}\n"
            )
        };
        let (_, manifests, findings) = read_files(&[("a.yaml", &text("ca.key,tls.key"))]);
        assert_eq!(findings, []);
        let secret = manifests.secrets.values().next().expect("a Secret");
        assert!(secret.redacted && !secret.refused);
        let (_, manifests, findings) = read_files(&[("a.yaml", &text("ca.key"))]);
        assert_eq!(findings.len(), 1);
        assert!(manifests.secrets.values().all(|secret| secret.refused));
    }

    #[test]
    fn string_data_overlays_data_and_base64_may_break_lines() {
        let text = "data:\n  a: |\n    YW\n    Jj\n  b: YQ==\nstringData: {b: plain}\n";
        let (sources, manifests, findings) =
            read_files(&[("a.yaml", &object("v1", "Secret", text))]);
        assert_eq!(findings, []);
        let secret = manifests.secrets.values().next().expect("a Secret");
        assert_eq!(secret.data["a"].value, b"abc");
        assert_eq!(secret.data["b"].value, b"plain");
        assert_eq!(sources.text(secret.data["b"].origin), "plain");
        assert_eq!(secret.kind, "Opaque");
    }
}
