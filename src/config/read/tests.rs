//! Every key, every mistake, from both doors.

use super::*;
use crate::finding::Level;
use crate::ir::BindAddress;
use crate::manifest::ObjectName;
use crate::source::File;

fn parse(text: &str) -> Result<Config, Vec<String>> {
    let mut sources = Sources::default();
    let file = sources.add(File::new("ops/ingressc.yaml", text));
    let mut config = Config::default();
    let mistakes = read(&mut config, &sources, file, &Base::of("ops/ingressc.yaml"));
    finish(config, &mistakes, &sources)
}

fn overlay(text: &str) -> Result<Config, Vec<String>> {
    let mut sources = Sources::default();
    let file = sources.add(File::new("--set", text));
    let mut config = Config::default();
    let mistakes = set(&mut config, &sources, file);
    finish(config, &mistakes, &sources)
}

fn finish(config: Config, mistakes: &[Mistake], sources: &Sources) -> Result<Config, Vec<String>> {
    if mistakes.is_empty() {
        return Ok(config);
    }
    let lines = mistakes.iter().map(|mistake| {
        let position = sources.position(mistake.message.origin);
        let help = mistake
            .help
            .as_ref()
            .map_or_else(String::new, |help| format!(" ({help})"));
        format!(
            "{}:{} {}{help}",
            position.line, position.column, mistake.message.value
        )
    });
    Err(lines.collect())
}

#[test]
fn every_key_is_read() {
    let config = parse(
            "version: 1\nrequires: '>=0.1'\ninputs: [deploy/**/*.yaml, ./x.yaml, /abs]\nexclude: ['**/charts/**', old/*]\n\
             classes: [haproxy, '']\nprofile: spec\nnamespace: shop\ntarget: {haproxy: 3.2}\n\
             listen:\n  http: [':8080', '10.0.0.1:80', '[::1]:80']\n  https: []\n\
             certificates:\n  map: {shop/shop.tls: /etc/ssl/shop.pem}\n  default: shop/wild\n\
             rules:\n  fail-on: warning\n  ING402: {level: error}\n  no-endpoints: {level: off}\n",
        )
        .expect("legal");
    assert_eq!(
        config.inputs,
        ["ops/deploy/**/*.yaml", "ops/x.yaml", "/abs"]
    );
    assert_eq!(config.exclude, ["**/charts/**", "ops/old/*"]);
    assert_eq!(
        config.classes,
        Some(vec!["haproxy".to_owned(), String::new()])
    );
    assert_eq!(config.namespace.as_deref(), Some("shop"));
    assert_eq!(config.haproxy, HaproxyVersion::parse("3.2"));
    assert_eq!(config.http.map(|list| list.len()), Some(3));
    assert_eq!(config.https, Some(vec![]));
    assert_eq!(
        config.certificate_files[&ObjectName::new("shop", "shop.tls")],
        "/etc/ssl/shop.pem"
    );
    assert_eq!(
        config.default_certificate,
        Some(ObjectName::new("shop", "wild"))
    );
    assert_eq!(config.fail_on, Some(Severity::Warning));
    assert_eq!(
        config.levels[&Code::TLS_HOST_NOT_IN_RULES],
        Level::At(Severity::Error)
    );
    assert_eq!(config.levels[&Code::NO_ENDPOINTS], Level::Off);
}

#[test]
fn nothing_is_needed() {
    for empty in ["", "# only a comment\n", "---\n", "null\n"] {
        assert_eq!(parse(empty), Ok(Config::default()), "{empty:?}");
    }
}

#[test]
fn each_mistake_has_its_place() {
    for (text, expected) in [
        (
            "versoin: 1\n",
            "1:1 unknown key `versoin` (did you mean `version`?)",
        ),
        (
            "qqq: 1\n",
            "1:1 unknown key `qqq` (the keys here are version, requires, inputs, exclude, classes, profile, namespace, target, listen, certificates, rules)",
        ),
        ("version: 2\n", "1:10 the version is 1, not `2`"),
        ("inputs: deploy\n", "1:9 `inputs` is a list, not `deploy`"),
        (
            "inputs: [1]\n",
            "1:10 an entry of `inputs` is a string, not `1` (put it in quotes)",
        ),
        (
            "namespace: 12\n",
            "1:12 `namespace` is a string, not `12` (put it in quotes)",
        ),
        (
            "namespace: A_b\n",
            "1:12 a namespace is up to 63 characters `a-z`, `0-9` and `-`, not `A_b`",
        ),
        ("target: '2.6'\n", "1:9 `target` is a mapping, not `2.6`"),
        (
            "target:\n  haproxy: 2.4\n",
            "2:12 `target.haproxy` is a version from 2.6 to 3.4, not `2.4`",
        ),
        (
            "listen: {http: [\"80\"]}\n",
            "1:17 `80` is no address to listen on (write `\":80\"`, `\"10.0.0.1:80\"` or `\"[::1]:80\"`)",
        ),
        (
            "profile: nginx\n",
            "1:10 the only profile is `spec`, not `nginx`",
        ),
        (
            "certificates: {map: {shop: /x}}\n",
            "1:22 a Secret is written namespace/name, not `shop`",
        ),
        (
            "certificates: {map: {a/b: x y}}\n",
            "1:27 the certificate's file is an absolute path of letters, digits and `/._-+@:`, not `x y`",
        ),
        (
            "rules: {ING999: {level: off}}\n",
            "1:9 there is no rule `ING999` (`ingressc rules` lists the rules)",
        ),
        (
            "rules: {duplicate-rout: {level: off}}\n",
            "1:9 there is no rule `duplicate-rout` (did you mean `duplicate-route`?)",
        ),
        (
            "rules: {ING301: {level: loud}}\n",
            "1:25 a level is off, error, warning, info or pedantic, not `loud`",
        ),
        (
            "rules: {ING301: {levle: off}}\n",
            "1:18 unknown key `levle` (did you mean `level`?)",
        ),
        (
            "requires: '>=99'\n",
            "1:11 this is ingressc 0.1.0, `>=99` is required (install a version that meets it)",
        ),
        (
            "requires: new\n",
            "1:11 `requires` is a comparison such as \">=0.1\" or \">=0.1, <1\", not `new`",
        ),
        (
            "version: 1\nversion: 1\n",
            "2:1 `version` stands here a second time (remove one of the two)",
        ),
        ("- a\n", "1:1 the configuration is a mapping, not a list"),
    ] {
        assert_eq!(parse(text), Err(vec![expected.to_owned()]), "{text}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mistakes = parse("a1: 1\nversion: 2\nrules: {x: {level: off}}\n").expect_err("three");
    assert_eq!(mistakes.len(), 3);
}

#[test]
fn set_reaches_any_key() {
    let levels = |text| overlay(text).expect("legal").levels;
    assert_eq!(
        levels("rules.ING402.level=off")[&Code::TLS_HOST_NOT_IN_RULES],
        Level::Off
    );
    assert_eq!(
        levels("rules={ING402: {level: off}}")[&Code::TLS_HOST_NOT_IN_RULES],
        Level::Off
    );
    let config = overlay("listen.http=[\":8080\"]").expect("legal");
    assert_eq!(
        config.http,
        Some(vec![BindAddress::parse(":8080").expect("legal")])
    );
    let config = overlay("certificates.map.shop/shop.example.com=/etc/x.pem").expect("legal");
    assert_eq!(
        config.certificate_files[&ObjectName::new("shop", "shop.example.com")],
        "/etc/x.pem"
    );
    let config = overlay("inputs=[a.yaml]").expect("legal");
    assert_eq!(config.inputs, ["a.yaml"]);
}

#[test]
fn mistakes_after_set_point_into_what_was_typed() {
    for (text, expected) in [
        (
            "rules.fail-on",
            "1:1 there is no `=` in it (write KEY=VALUE, such as `rules.fail-on=warning`)",
        ),
        (
            "rules.fail-on=never",
            "1:15 `fail-on` is error, warning, info or pedantic, not `never`",
        ),
        (
            "rules.fail-no=error",
            "1:7 there is no rule `fail-no` (did you mean `fail-on`?)",
        ),
        (
            "namespace.x=shop",
            "1:11 `namespace` is a string, not a mapping",
        ),
        ("namespace=", "1:10 there is no value after `=`"),
    ] {
        assert_eq!(overlay(text), Err(vec![expected.to_owned()]), "{text}");
    }
}
