//! A small registry for the tests of what holds for every key, and manifests to go with it.

use super::context::Settings;
use super::grammar::{Bool, LiteralTrue, Text, Time};
use super::registry::Registry;
use super::spec::{Alias, Support, annotation};
use crate::finding::Finding;
use crate::manifest::{Annotation, ConfigMap, Meta, ObjectName};
use crate::source::{FileId, Origin, Sourced};

annotation! {
    /// Protects, and has an old spelling.
    static ALLOW: Text = {
        key: HaproxyTech / "allow-list",
        aliases: [Alias { key: "whitelist", first: false }],
        on: [Ingress, ConfigMap],
        scope: Route,
        field: AllowList,
        support: Support::Full,
        protects: "a longer list",
        since: "0.1",
        example: "10.0.0.0/8",
        apply: |_, _| {},
    }
}
annotation! {
    /// May stand everywhere, and has an old spelling that counts first.
    static SERVER: Time = {
        key: HaproxyTech / "timeout-server",
        aliases: [Alias { key: "server-timeout", first: true }],
        on: [Service, Ingress, ConfigMap],
        scope: Backend,
        default: "50s",
        field: ServerTimeout,
        support: Support::Full,
        since: "0.1",
        example: "5s",
        apply: |_, _| {},
    }
}
annotation! {
    /// For everything.
    static CLIENT_CA: Text = {
        key: HaproxyTech / "client-ca",
        on: [ConfigMap],
        scope: Global,
        field: ClientAuthority,
        support: Support::Full,
        protects: "absent",
        since: "0.1",
        example: "a/b",
        apply: |_, _| {},
    }
}
annotation! {
    /// Switches something on.
    static REDIRECT: Bool = {
        key: HaproxyTech / "ssl-redirect",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: HttpsRedirect,
        support: Support::Full,
        since: "0.1",
        example: "true",
        apply: |_, _| {},
    }
}
annotation! {
    /// Does nothing alone.
    static REDIRECT_CODE: Text = {
        key: HaproxyTech / "ssl-redirect-code",
        on: [Ingress, ConfigMap],
        scope: Route,
        field: HttpsRedirectCode,
        support: Support::Full,
        requires: ["ssl-redirect"],
        excludes: ["set-host"],
        since: "0.1",
        example: "301",
        apply: |_, _| {},
    }
}
annotation! {
    /// Excludes, and is excluded.
    static SET_HOST: Text = {
        key: HaproxyTech / "set-host",
        on: [Ingress],
        scope: Route,
        field: RequestHost,
        support: Support::Full,
        excludes: ["ssl-redirect-code"],
        since: "0.1",
        example: "a",
        apply: |_, _| {},
    }
}
annotation! {
    /// Refused.
    static CR_BACKEND: Text = {
        key: HaproxyTech / "cr-backend",
        on: [Ingress],
        scope: Backend,
        field: BackendResource,
        support: Support::Refused("nobody has that resource"),
        since: "0.1",
        example: "a",
        apply: |_, _| {},
    }
}
annotation! {
    /// Refused, and protects.
    static AUTH: Text = {
        key: HaproxyTech / "auth-type",
        on: [Ingress],
        scope: Route,
        field: AuthType,
        support: Support::Refused("nobody can ask"),
        protects: "absent",
        since: "0.1",
        example: "a",
        apply: |_, _| {},
    }
}
annotation! {
    /// Needs a newer HAProxy.
    static NEWER: Text = {
        key: HaproxyTech / "set-newer",
        on: [Ingress],
        scope: Route,
        field: ForwardedFor,
        support: Support::Full,
        needs: (3, 0),
        since: "0.1",
        example: "a",
        apply: |_, _| {},
    }
}

annotation! {
    /// Compared with the word itself.
    static STANDALONE: LiteralTrue = {
        key: HaproxyTech / "standalone",
        on: [Ingress],
        scope: Route,
        field: Standalone,
        support: Support::Full,
        since: "0.1",
        example: "true",
        apply: |_, _| {},
    }
}

/// The keys above.
pub(super) fn registry() -> Registry {
    Registry::of([
        &ALLOW,
        &SERVER,
        &CLIENT_CA,
        &REDIRECT,
        &REDIRECT_CODE,
        &SET_HOST,
        &CR_BACKEND,
        &AUTH,
        &NEWER,
        &STANDALONE,
    ])
}

/// An object with these annotations, a line each: `key: value`. The place of a value is where it stands in the text.
pub(super) fn meta(name: &str, text: &str) -> Meta {
    let annotation = |(key, value, start): (&str, &str, usize)| {
        // Each object is a file of its own.
        let file = FileId::new(name.len());
        let at = |start: usize, length: usize| Origin::new(file, start..start + length);
        Annotation {
            key: key.to_owned(),
            key_origin: at(start, key.len()),
            value: Sourced::new(value.to_owned(), at(start + key.len() + 2, value.len())),
        }
    };
    Meta {
        name: ObjectName::new("shop", name),
        origin: Origin::new(FileId::new(0), 0..1),
        annotations: lines(text).map(annotation).collect(),
        labels: std::collections::BTreeMap::new(),
    }
}

/// A ConfigMap with this data, written in the same way, and annotations.
pub(super) fn map(data: &str, annotations: &str) -> ConfigMap {
    let entry = |(key, value, start): (&str, &str, usize)| {
        let start = start + key.len() + 2;
        let origin = Origin::new(FileId::new(1), start..start + value.len());
        (key.to_owned(), Sourced::new(value.to_owned(), origin))
    };
    let key = |(key, _, start): (&str, &str, usize)| {
        let origin = Origin::new(FileId::new(1), start..start + key.len());
        (key.to_owned(), origin)
    };
    ConfigMap {
        meta: meta("config", annotations),
        keys: lines(data).map(key).collect(),
        data: lines(data).map(entry).collect(),
    }
}

/// Keys, values, and where the line begins.
fn lines(text: &str) -> impl Iterator<Item = (&str, &str, usize)> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        let (key, value) = line.trim_end().split_once(':')?;
        Some((key, value.strip_prefix(' ').unwrap_or(value), at))
    })
}

/// Code and message, one line each.
pub(super) fn said(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| format!("{} {}", finding.code, finding.message);
    findings.iter().map(line).collect()
}

/// What holds where nobody has configured anything.
pub(super) fn settings() -> Settings {
    Settings::default()
}
