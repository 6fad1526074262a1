//! Which of the places that hold a key decides it, and what is said about the keys of a route together.

use super::*;
use crate::annotations::context::Settings;
use crate::annotations::given::{read_annotations, read_config_map};
use crate::annotations::registry::Registry;
use crate::annotations::testing::{map, meta, registry, said, settings};
use crate::manifest::{ConfigMap, Meta};

/// The objects of a route.
struct Objects {
    registry: Registry,
    settings: Settings,
    service: Meta,
    ingress: Meta,
    config: ConfigMap,
}

impl Objects {
    fn new(service: &str, ingress: &str, config: &str) -> Self {
        Self {
            registry: registry(),
            settings: settings(),
            service: meta("web", service),
            ingress: meta("shop", ingress),
            config: map(config, ""),
        }
    }

    /// The keys of the ConfigMap, and those of all objects, the strongest first.
    fn given(&self, findings: &mut Vec<Finding>) -> (Vec<Given<'_>>, Vec<Given<'_>>) {
        let (registry, settings) = (&self.registry, &self.settings);
        let config = read_config_map(registry, &self.config, settings, &[], findings);
        let mut all = read_annotations(
            registry,
            On::Service,
            &self.service,
            settings,
            &[],
            findings,
        );
        let ingress = read_annotations(
            registry,
            On::Ingress,
            &self.ingress,
            settings,
            &[],
            findings,
        );
        all.extend(ingress);
        all.extend(&config);
        (config, all)
    }

    /// Each key with the place and the value that decide it, those that lost, and `closed` if nothing may answer.
    fn decide(&self) -> Vec<String> {
        let (_, all) = self.given(&mut Vec::new());
        let chosen = choose(&all, counts_for_routes);
        let shown = |given: &Given<'_>| format!("{} {}", given.on.name(), given.value.value);
        let line = |choice: &Choice<'_>| {
            let losers: Vec<String> = choice.losers.iter().map(shown).collect();
            let closed = if choice.closes() { " closed" } else { "" };
            let winner = &choice.winner;
            format!(
                "{}: {} <{}>{closed}",
                winner.spec.key,
                shown(winner),
                losers.join(", ")
            )
        };
        chosen.iter().map(line).collect()
    }

    /// What is said about the keys together.
    fn together(&self) -> Vec<String> {
        let (config, all) = self.given(&mut Vec::new());
        let chosen = choose(&all, counts_for_routes);
        let mut findings = together::check(&chosen);
        let mut needing = together::Needing::default();
        needing.ask(&chosen, &config, &findings);
        findings.extend(needing.finish());
        said(&findings)
    }
}

#[track_caller]
fn decides(service: &str, ingress: &str, config: &str, expected: &[&str]) {
    let objects = Objects::new(service, ingress, config);
    assert_eq!(
        objects.decide(),
        expected,
        "{service:?} {ingress:?} {config:?}"
    );
}

#[test]
fn the_service_counts_before_the_ingress_and_the_ingress_before_the_config_map() {
    let own = "haproxy.org/timeout-server: 1s";
    let of_ingress = "haproxy.org/timeout-server: 2s";
    let config = "timeout-server: 3s";
    decides(
        own,
        of_ingress,
        config,
        &["timeout-server: Service 1s <Ingress 2s, ConfigMap 3s>"],
    );
    decides(
        "",
        of_ingress,
        config,
        &["timeout-server: Ingress 2s <ConfigMap 3s>"],
    );
    decides(
        own,
        "",
        config,
        &["timeout-server: Service 1s <ConfigMap 3s>"],
    );
    decides("", "", config, &["timeout-server: ConfigMap 3s <>"]);
    decides("", "", "", &[]);
}

#[test]
fn an_empty_value_hides_what_counts_less_and_is_not_put_anywhere() {
    let objects = Objects::new(
        "haproxy.org/timeout-server: ",
        "haproxy.org/timeout-server: 2s",
        "",
    );
    assert_eq!(objects.decide(), ["timeout-server: Service  <Ingress 2s>"]);
    let (_, all) = objects.given(&mut Vec::new());
    let chosen = choose(&all, counts_for_routes);
    assert!(!chosen[0].closes());
    assert_eq!(
        format!("{:?}", draft(&chosen)),
        format!("{:?}", Draft::default())
    );
}

#[test]
fn the_spelling_counts_before_the_place() {
    decides(
        "",
        "haproxy.org/whitelist: 10.0.0.0/8",
        "allow-list: 10.1.0.0/16",
        &["allow-list: ConfigMap 10.1.0.0/16 <Ingress 10.0.0.0/8> closed"],
    );
    decides(
        "haproxy.org/timeout-server: 1s",
        "haproxy.org/server-timeout: 2s",
        "",
        &["timeout-server: Ingress 2s <Service 1s>"],
    );
}

#[test]
fn a_protection_that_loses_to_a_spelling_is_told_and_closes_unless_both_say_the_same() {
    let objects = |old: &str, config: &str| {
        let ingress = format!("haproxy.org/whitelist: {old}");
        Objects::new("", &ingress, &format!("allow-list: {config}"))
    };
    let told = "ING607 `haproxy.org/whitelist` of Ingress shop/shop does not hold, as `allow-list` of ConfigMap shop/config counts before that old spelling";
    for (old, config, is_closed) in [
        ("10.0.0.0/8", "10.1.0.0/16", true),
        ("10.0.0.0/8", "0.0.0.0/0", true),
        ("a\u{1}b", "10.0.0.0/8", true),
        ("10.0.0.0/8", "10.0.0.0/8", false),
    ] {
        let objects = objects(old, config);
        let said = objects.together();
        assert_eq!(said, vec![told; usize::from(is_closed)], "{old} {config}");
        assert_eq!(objects.decide()[0].ends_with("closed"), is_closed, "{old}");
    }
    // The list of the ConfigMap holds all the same.
    let empty = objects("", "10.0.0.0/8");
    assert_eq!(
        empty.together(),
        [
            "ING607 `haproxy.org/whitelist` of Ingress shop/shop takes nothing away, as `allow-list` of ConfigMap shop/config counts before that old spelling"
        ]
    );
    assert!(!empty.decide()[0].ends_with("closed"));
    let hidden = objects("10.0.0.0/8", "");
    assert!(hidden.decide()[0].ends_with("closed"));
    // On one object the new spelling counts, which has its finding there.
    let one = "haproxy.org/whitelist: 10.0.0.0/8\nhaproxy.org/allow-list: 10.1.0.0/16";
    assert_eq!(Objects::new("", one, "").together(), [""; 0]);
}

#[test]
fn a_broken_value_is_left_out_and_closes_if_it_protects() {
    decides(
        "haproxy.org/timeout-server: 1m30s",
        "haproxy.org/timeout-server: 2s",
        "",
        &["timeout-server: Ingress 2s <Service 1m30s>"],
    );
    // What counts less may be wider than what was meant.
    decides(
        "",
        "haproxy.org/allow-list: a\u{1}b",
        "allow-list: 10.0.0.0/8",
        &["allow-list: ConfigMap 10.0.0.0/8 <Ingress a\u{1}b> closed"],
    );
    decides(
        "",
        "haproxy.org/allow-list: 10.0.0.0/8",
        "allow-list: a\u{1}b",
        &["allow-list: Ingress 10.0.0.0/8 <ConfigMap a\u{1}b>"],
    );
}

#[test]
fn a_protection_on_the_wrong_object_closes_the_routes_of_that_object() {
    decides(
        "haproxy.org/allow-list: 10.0.0.0/8",
        "",
        "",
        &["allow-list: Service 10.0.0.0/8 <> closed"],
    );
    decides(
        "",
        "haproxy.org/client-ca: a/b",
        "",
        &["client-ca: Ingress a/b <> closed"],
    );
    // Where it belongs it is no matter of single routes.
    decides("", "", "client-ca: a/b", &[]);
}

#[test]
fn an_empty_protection_is_worth_a_word() {
    let hides = Objects::new("", "haproxy.org/allow-list: ", "allow-list: 10.0.0.0/8");
    assert_eq!(
        hides.together(),
        [
            "ING605 `haproxy.org/allow-list` of Ingress shop/shop is empty, and so takes away what `allow-list` of ConfigMap shop/config says",
        ]
    );
    let alone = Objects::new("", "haproxy.org/allow-list: ", "");
    assert_eq!(
        alone.together(),
        ["ING605 `haproxy.org/allow-list` of Ingress shop/shop is empty, so it protects nothing",]
    );
    assert_eq!(
        Objects::new("", "haproxy.org/set-host: ", "").together(),
        [""; 0]
    );
}

#[test]
fn a_key_that_needs_another_one_is_told_when_that_is_off() {
    let code = "haproxy.org/ssl-redirect-code: 301\n";
    let idle = "ING605 `haproxy.org/ssl-redirect-code` of Ingress shop/shop does nothing without `ssl-redirect`";
    let with =
        |line: &str, config: &str| Objects::new("", &format!("{code}{line}\n"), config).together();
    assert_eq!(with("", ""), [idle]);
    assert_eq!(with("haproxy.org/ssl-redirect: false", ""), [idle]);
    assert_eq!(
        with("haproxy.org/ssl-redirect: ", "ssl-redirect: true"),
        [idle]
    );
    assert_eq!(with("haproxy.org/ssl-redirect: true", ""), [""; 0]);
    assert_eq!(with("", "ssl-redirect: true"), [""; 0]);
    // A preset for those routes that redirect.
    assert_eq!(
        Objects::new("", "", "ssl-redirect-code: 301").together(),
        [""; 0]
    );
}

#[test]
fn a_key_that_is_of_use_on_one_route_is_not_idle() {
    let code = Objects::new("", "haproxy.org/ssl-redirect-code: 301\n", "");
    let both = Objects::new(
        "",
        "haproxy.org/ssl-redirect-code: 301\nhaproxy.org/ssl-redirect: true\n",
        "",
    );
    for order in [[&code, &both], [&both, &code]] {
        let mut needing = together::Needing::default();
        for objects in order {
            let (config, all) = objects.given(&mut Vec::new());
            needing.ask(&choose(&all, counts_for_routes), &config, &[]);
        }
        assert_eq!(needing.finish().count(), 0);
    }
}

#[test]
fn keys_that_exclude_each_other_are_told_once() {
    let text = "haproxy.org/ssl-redirect-code: 301\nhaproxy.org/ssl-redirect: true\nhaproxy.org/set-host: a\n";
    assert_eq!(
        Objects::new("", text, "").together(),
        [
            "ING607 `haproxy.org/set-host` of Ingress shop/shop and `haproxy.org/ssl-redirect-code` of Ingress shop/shop exclude each other",
        ]
    );
    let off = text.replace("set-host: a", "set-host: ");
    assert_eq!(Objects::new("", &off, "").together(), [""; 0]);
}

#[test]
fn a_config_map_that_is_not_there_is_told() {
    let name = |name| Some(ObjectName::new("haproxy", name));
    let settings = Settings {
        config_map: name("config"),
        error_files: name("errors"),
        pattern_files: name("patterns"),
        ..settings()
    };
    let mut manifests = Manifests::default();
    manifests
        .config_maps
        .insert(ObjectName::new("haproxy", "errors"), map("", ""));
    let mut findings = Vec::new();
    let files = BTreeMap::new();
    let keyring = Keyring {
        manifests: &manifests,
        files: &files,
        now: None,
        judging: false,
    };
    Installation::new(&settings, &Expanded::default(), keyring, &mut findings);
    assert_eq!(
        said(&findings),
        [
            "ING615 ConfigMap haproxy/config, which `configMap` of the configuration names, is not among the manifests",
            "ING615 ConfigMap haproxy/patterns, which `patternFiles` of the configuration names, is not among the manifests",
        ]
    );
}
