//! What is said about the keys of one object, and which of them count.

use super::*;
use crate::annotations::context::Profile;
use crate::annotations::spec::Dialect;
use crate::annotations::testing::{map, meta, registry, said, settings};
use crate::finding::{Code, Severity};

/// The keys that count (with `!` those that are broken), and what is said.
fn read(on: On, text: &str, settings: &Settings) -> (Vec<String>, Vec<Finding>) {
    let meta = meta("web", text);
    let mut findings = Vec::new();
    let given = read_annotations(&registry(), on, &meta, settings, &[], &mut findings);
    (given.iter().map(shown).collect(), findings)
}

fn shown(given: &Given<'_>) -> String {
    let mark = if given.broken { "!" } else { "" };
    format!("{mark}{}={}", given.spec.key, given.value.value)
}

/// Asserts what becomes of one annotation of an Ingress.
#[track_caller]
fn one(line: &str, counts: &[&str], messages: &[&str]) -> Vec<Finding> {
    let (given, findings) = read(On::Ingress, line, &settings());
    assert_eq!(given, counts, "{line}");
    assert_eq!(said(&findings), messages, "{line}");
    findings
}

#[test]
fn a_legal_key_counts_under_each_prefix() {
    for prefix in ["haproxy.org", "ingress.kubernetes.io", "haproxy.com"] {
        one(
            &format!("{prefix}/timeout-server: 5s"),
            &["timeout-server=5s"],
            &[],
        );
    }
}

#[test]
fn keys_of_tools_and_of_kubernetes_are_of_no_concern() {
    for key in [
        "kubernetes.io/ingress.class",
        "cert-manager.io/cluster-issuer",
        "ingressc/endpoints",
        "example.com/allow-list",
        "external-dns.alpha.kubernetes.io/target",
        "description",
    ] {
        one(&format!("{key}: x"), &[], &[]);
    }
}

#[test]
fn an_unknown_key_is_told_with_the_nearest_one() {
    let found = one(
        "haproxy.org/timeout-sever: 5s",
        &[],
        &[
            "ING601 `haproxy.org/timeout-sever` of Ingress shop/web is no key of the dialect haproxytech",
        ],
    );
    assert_eq!(
        found[0].help.as_deref(),
        Some("write `haproxy.org/timeout-server`")
    );
    assert_eq!(
        found[0].field.as_deref(),
        Some("metadata.annotations[haproxy.org/timeout-sever]")
    );
    let found = one(
        "haproxy.org/Set_Host: x",
        &[],
        &["ING601 `haproxy.org/Set_Host` of Ingress shop/web is no key of the dialect haproxytech"],
    );
    assert_eq!(
        found[0].help.as_deref(),
        Some("write `haproxy.org/set-host`")
    );
    let (_, found) = read(On::Service, "haproxy.org/sethost: x", &settings());
    assert_eq!(
        found[0].help.as_deref(),
        Some("write `haproxy.org/set-host`, on the Ingress")
    );
}

#[test]
fn a_misspelt_protection_closes() {
    let found = one(
        "haproxy.org/whitelst: 10.0.0.0/8",
        &["!allow-list=10.0.0.0/8"],
        &[
            "ING504 `haproxy.org/whitelst` of Ingress shop/web is no key of the dialect haproxytech, so it protects nothing",
        ],
    );
    assert_eq!(
        found[0].help.as_deref(),
        Some("write `haproxy.org/allow-list`")
    );
    // What another controller calls it is as near.
    let other = "ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8";
    let (given, found) = read(On::Ingress, other, &settings());
    assert_eq!(given, ["!allow-list=10.0.0.0/8"]);
    assert_eq!(found[0].severity, Severity::Error);
    // With the key itself beside it, nothing is lost.
    let both = "haproxy.org/allow-list: 10.0.0.0/8\nhaproxy.org/whitelst: 10.0.0.0/8\n";
    let (given, found) = read(On::Ingress, both, &settings());
    assert_eq!((given.len(), found.len()), (1, 1));
    // An empty one was not meant to protect.
    let (given, found) = read(On::Ingress, "haproxy.org/whitelst: ", &settings());
    assert_eq!((given.len(), found.len()), (0, 1));
}

#[test]
fn an_empty_value_is_a_mistake_where_nothing_else_says_what_is_meant() {
    let read = |line: &str| {
        let meta = meta("web", line);
        let (registry, mut findings) = (Registry::known(), Vec::new());
        let given = read_annotations(
            registry,
            On::Service,
            &meta,
            &settings(),
            &[],
            &mut findings,
        );
        let shown: Vec<_> = given.iter().map(shown).collect();
        let codes: Vec<_> = findings
            .iter()
            .map(|it| (it.code.to_string(), it.severity))
            .collect();
        (shown, codes)
    };
    let error = |code: &str| vec![(code.to_owned(), Severity::Error)];
    for key in [
        "allow-list",
        "deny-list",
        "client-ca",
        "tls-secret",
        "accept-proxy",
        "expose",
    ] {
        let (shown, said) = read(&format!("ingressc/{key}: "));
        assert_eq!(shown, [format!("!{key}=")], "{key}");
        assert_eq!(said, error("ING603"), "{key}");
    }
    let (shown, said) = read("ingressc/alow-list: ");
    assert_eq!(
        (shown, said),
        (vec!["!allow-list=".to_owned()], error("ING504"))
    );
    // These keep nobody out: as if nothing were said.
    for key in ["timeout-tunnel", "backup", "maxconn"] {
        let (shown, said) = read(&format!("ingressc/{key}: "));
        assert_eq!((shown, said), (vec![format!("{key}=")], Vec::new()));
    }
}

#[test]
fn a_key_that_speaks_of_protection_closes_although_no_key_is_near() {
    for (key, meant) in [
        ("ip-whitelist", "allow-list"),
        ("ipwhitelist", "allow-list"),
        ("allow", "allow-list"),
        ("allow-list-ips", "allow-list"),
        ("auth", "auth-type"),
        ("auth-users", "auth-type"),
    ] {
        let (given, found) = read(On::Ingress, &format!("haproxy.org/{key}: x"), &settings());
        assert_eq!(given, [format!("!{meant}=x")], "{key}");
        assert_eq!(found[0].code, Code::SECURITY_KEY_TYPO, "{key}");
    }
    // What CORS allows, it allows pages; and words that only hold such a word are others.
    for key in [
        "cors-allow-everything",
        "author",
        "swallow",
        "disallowed-paths",
    ] {
        let (given, found) = read(On::Ingress, &format!("haproxy.org/{key}: x"), &settings());
        assert_eq!(given, [""; 0], "{key}");
        assert_eq!(found[0].code, Code::UNKNOWN_ANNOTATION, "{key}");
    }
}

#[test]
fn the_prefix_that_controllers_share_is_judged_mildly() {
    let found = one(
        "ingress.kubernetes.io/timeout-sever: 5s",
        &[],
        &[
            "ING601 `ingress.kubernetes.io/timeout-sever` of Ingress shop/web is no key of the dialect haproxytech",
        ],
    );
    assert_eq!(found[0].severity, Severity::Warning);
    let found = one(
        "ingress.kubernetes.io/oauth: oauth2_proxy",
        &[],
        &[
            "ING702 `oauth` of Ingress shop/web is not translated: key of another controller (`ingress.kubernetes.io/`)",
        ],
    );
    assert_eq!(found[0].severity, Severity::Warning);
}

#[test]
fn a_key_on_the_wrong_object_is_told_where_it_belongs() {
    let (given, found) = read(On::Service, "haproxy.org/set-host: a", &settings());
    assert_eq!(given, [""; 0]);
    assert_eq!(
        said(&found),
        ["ING602 `haproxy.org/set-host` of Service shop/web does nothing there"]
    );
    assert_eq!(found[0].help.as_deref(), Some("write it on the Ingress"));
    let (given, found) = read(
        On::Service,
        "haproxy.org/whitelist: 10.0.0.0/8",
        &settings(),
    );
    assert_eq!(given, ["!allow-list=10.0.0.0/8"]);
    // One finding says both that it stands on the wrong object and that the key has another name.
    assert_eq!(
        said(&found),
        ["ING602 `haproxy.org/whitelist` of Service shop/web does nothing there"]
    );
    assert_eq!(
        found[0].help.as_deref(),
        Some("write `haproxy.org/allow-list` on the Ingress or in the controller's ConfigMap")
    );
    assert_eq!(
        found[0].notes[0],
        "`haproxy.org/whitelist` is an old spelling"
    );
    assert_eq!(
        read(On::Service, "haproxy.org/set-host: ", &settings())
            .1
            .len(),
        0
    );
}

#[test]
fn an_old_spelling_under_a_wrong_prefix_is_one_finding() {
    let whole = "haproxy.ingress.kubernetes.io/whitelist: 10.0.0.0/8";
    let (given, found) = read(On::Ingress, whole, &settings());
    assert_eq!(given, ["!allow-list=10.0.0.0/8"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].code, Code::WRONG_PREFIX);
    assert!(found[0].notes[0].ends_with("/whitelist` is an old spelling"));
    let faithful = Settings {
        profile: Profile::HaproxyTech,
        ..settings()
    };
    let (given, found) = read(On::Ingress, "whitelist: 10.0.0.0/8", &faithful);
    assert_eq!(given, ["allow-list=10.0.0.0/8"]);
    assert_eq!(
        said(&found),
        ["ING606 `whitelist` of Ingress shop/web has no prefix"]
    );
    assert_eq!(found[0].notes, ["`whitelist` is an old spelling"]);
}

#[test]
fn an_illegal_value_is_told_at_its_place() {
    let found = one(
        "haproxy.org/timeout-server: 1m30s",
        &["!timeout-server=1m30s"],
        &[
            "ING610 the value of `haproxy.org/timeout-server` of Ingress shop/web has several units; HAProxy takes one",
        ],
    );
    assert_eq!(found[0].labels[0].origin.start, 28);
    one(
        "haproxy.org/timeout-server: 5",
        &["timeout-server=5"],
        &[
            "ING608 the value of `haproxy.org/timeout-server` of Ingress shop/web has no unit, and so means 5ms",
        ],
    );
    one("haproxy.org/timeout-server: ", &["timeout-server="], &[]);
}

#[test]
fn what_is_left_out_is_an_error_whatever_the_rule_is() {
    let line = "haproxy.org/standalone: True";
    let found = one(
        line,
        &["!standalone=True"],
        &[
            "ING614 the value of `haproxy.org/standalone` of Ingress shop/web means `false` to the controller: only `true` itself switches it on",
        ],
    );
    assert_eq!(found[0].severity, Severity::Error);
    let (given, found) = read(
        On::Ingress,
        "haproxy.org/ssl-redirect: enabled",
        &settings(),
    );
    assert_eq!(given, ["ssl-redirect=enabled"]);
    assert_eq!(found[0].severity, Severity::Warning);
}

#[test]
fn a_problem_points_into_the_value_where_it_is_written_as_it_is_read() {
    let place = |text: &str, problem: &str, written: usize| {
        let mut meta = meta("web", &format!("haproxy.org/allow-list: {text}"));
        meta.annotations[0].value.value = problem.to_owned();
        let origin = &mut meta.annotations[0].value.origin;
        origin.end = origin.start + u32::try_from(written).expect("short");
        let mut findings = Vec::new();
        read_annotations(
            &registry(),
            On::Ingress,
            &meta,
            &settings(),
            &[],
            &mut findings,
        );
        let at = findings[0].labels[0].origin;
        (at.start - 24, at.end - 24)
    };
    assert_eq!(place("ab\u{1}c", "ab\u{1}c", 4), (2, 3));
    // In quotes.
    assert_eq!(place("'ab\u{1}c'", "ab\u{1}c", 6), (3, 4));
    // Escaped, folded or of more bytes than letters: the whole of it.
    assert_eq!(place("\"ab\\x01c\"", "ab\u{1}c", 9), (0, 9));
    assert_eq!(place("é\u{1}", "é\u{1}", 3), (0, 3));
}

#[test]
fn a_key_without_prefix_counts_only_in_the_profile_of_its_controller() {
    let found = one(
        "timeout-server: 5s",
        &[],
        &["ING606 `timeout-server` of Ingress shop/web has no prefix, so it does nothing"],
    );
    assert_eq!(found[0].severity, Severity::Warning);
    let found = one(
        "allow-list: 10.0.0.0/8",
        &["!allow-list=10.0.0.0/8"],
        &["ING606 `allow-list` of Ingress shop/web has no prefix, so it does nothing"],
    );
    assert_eq!(
        found[0].severity,
        Severity::Error,
        "it would leave the route open"
    );
    let same = Settings {
        profile: Profile::HaproxyTech,
        ..settings()
    };
    let (given, found) = read(On::Ingress, "allow-list: 10.0.0.0/8", &same);
    assert_eq!(given, ["allow-list=10.0.0.0/8"]);
    assert_eq!(
        said(&found),
        ["ING606 `allow-list` of Ingress shop/web has no prefix"]
    );
}

#[test]
fn a_key_under_a_prefix_that_nobody_reads_is_told() {
    for prefix in [
        "haproxy.ingress.kubernetes.io",
        "haproxy.og",
        "haproxy-ingress.github.io",
    ] {
        let found = one(
            &format!("{prefix}/set-host: a"),
            &[],
            &[&format!(
                "ING606 `{prefix}/set-host` of Ingress shop/web does nothing: keys of the dialect haproxytech begin with `haproxy.org/`"
            )],
        );
        assert_eq!(
            found[0].help.as_deref(),
            Some("write `haproxy.org/set-host`")
        );
    }
    let (given, found) = read(
        On::Ingress,
        "haproxy.og/allow-list: 10.0.0.0/8",
        &settings(),
    );
    assert_eq!(given, ["!allow-list=10.0.0.0/8"]);
    assert_eq!(found[0].severity, Severity::Error);
}

#[test]
fn a_key_in_capitals_or_nearly_one_is_told_and_closes_if_it_protects() {
    for key in [
        "HAProxy.org/allow-list",
        "HAPROXY.ORG/Allow_List",
        "Allow-List",
        "haproxy.og/alow-list",
        "Haproxy.com/whitelist-source-range",
        "haproxy.org.allow-list",
        "HAPROXY.ORG-whitelst",
        "ingress.kubernetes.oi/ip-whitelist",
    ] {
        let (given, found) = read(On::Ingress, &format!("{key}: 10.0.0.0/8"), &settings());
        assert_eq!(given, ["!allow-list=10.0.0.0/8"], "{key}");
        assert_eq!(found[0].code, Code::WRONG_PREFIX, "{key}");
        assert_eq!(found[0].severity, Severity::Error, "{key}");
        assert_eq!(
            found[0].help.as_deref(),
            Some("write `haproxy.org/allow-list`"),
            "{key}"
        );
    }
    one(
        "HAProxy.org/nonsense: x",
        &[],
        &["ING601 `HAProxy.org/nonsense` of Ingress shop/web is no key of the dialect haproxytech"],
    );
    // Case is the only thing that is forgiven where others have prefixes, too.
    for key in [
        "haproxy.io/nonsense",
        "example.org/Allow-List",
        "haproxy.router.openshift.io/alow-list",
        "alow-list",
        "example.org.allow-list",
    ] {
        one(&format!("{key}: x"), &[], &[]);
    }
}

#[test]
fn keys_of_another_controller_are_one_finding_a_prefix() {
    let text = "nginx.ingress.kubernetes.io/auth-url: x\n\
                haproxy-ingress.github.io/ssl-redirect: x\n\
                nginx.ingress.kubernetes.io/rewrite-target: x\n";
    one(
        text,
        &[],
        &[
            "ING702 `ssl-redirect` of Ingress shop/web is not translated: key of the community's HAProxy controller (`haproxy-ingress.github.io/`)",
            "ING702 `auth-url` and `rewrite-target` of Ingress shop/web are not translated: keys of ingress-nginx (`nginx.ingress.kubernetes.io/`)",
        ],
    );
    let many: Vec<String> = (0..100).map(|at| format!("nginx.org/k{at}: x\n")).collect();
    let (_, found) = read(On::Ingress, &many.concat(), &settings());
    assert!(
        found[0].message.contains("`k5` and 94 more of"),
        "{}",
        found[0].message
    );
}

#[test]
fn a_key_that_is_not_translated_is_told_and_closes_if_it_protects() {
    one(
        "haproxy.org/cr-backend: x",
        &[],
        &[
            "ING702 `haproxy.org/cr-backend` of Ingress shop/web is not translated: nobody has that resource",
        ],
    );
    one(
        "haproxy.org/auth-type: x",
        &["!auth-type=x"],
        &[
            "ING702 `haproxy.org/auth-type` of Ingress shop/web is not translated: nobody can ask",
            "ING503 `haproxy.org/auth-type` of Ingress shop/web keeps clients out and is not translated, so its routes stay closed",
        ],
    );
    one("haproxy.org/cr-backend: ", &[], &[]);
}

#[test]
fn a_key_that_needs_a_newer_haproxy_is_left_out() {
    one(
        "haproxy.org/set-newer: x",
        &["!set-newer=x"],
        &[
            "ING707 `haproxy.org/set-newer` of Ingress shop/web needs HAProxy 3.0, and the output is to load on 2.6",
        ],
    );
    let newest = Settings {
        target: crate::ir::HaproxyVersion::NEWEST,
        ..settings()
    };
    let (given, found) = read(On::Ingress, "haproxy.org/set-newer: x", &newest);
    assert_eq!((given, found.len()), (vec!["set-newer=x".to_owned()], 0));
}

#[test]
fn old_spellings_are_told() {
    let found = one(
        "ingress.kubernetes.io/whitelist: 10.0.0.0/8",
        &["allow-list=10.0.0.0/8"],
        &["ING604 `ingress.kubernetes.io/whitelist` of Ingress shop/web is an old spelling"],
    );
    assert_eq!(
        found[0].help.as_deref(),
        Some("rename it to `ingress.kubernetes.io/allow-list`")
    );
}

#[test]
fn one_key_twice_is_told_whether_or_not_the_values_agree() {
    one(
        "haproxy.com/timeout-server: 5000ms\nhaproxy.org/timeout-server: 5s\n",
        &["timeout-server=5s", "timeout-server=5000ms"],
        &[
            "ING604 `haproxy.com/timeout-server` and `haproxy.org/timeout-server` of Ingress shop/web say the same",
        ],
    );
    one(
        "haproxy.com/timeout-server: 6s\nhaproxy.org/timeout-server: 5s\n",
        &["timeout-server=5s", "timeout-server=6s"],
        &[
            "ING607 `haproxy.com/timeout-server` and `haproxy.org/timeout-server` of Ingress shop/web are one setting with two values",
        ],
    );
    // The order of spellings is known, that of prefixes is chance: then neither list may be trusted.
    one(
        "haproxy.org/whitelist: 10.0.0.0/8\nhaproxy.org/allow-list: 10.1.0.0/16\n",
        &["allow-list=10.0.0.0/8", "allow-list=10.1.0.0/16"],
        &[
            "ING607 `haproxy.org/whitelist` and `haproxy.org/allow-list` of Ingress shop/web are one setting with two values",
        ],
    );
    one(
        "haproxy.com/allow-list: 10.0.0.0/8\nhaproxy.org/allow-list: 10.1.0.0/16\n",
        &["!allow-list=10.1.0.0/16", "!allow-list=10.0.0.0/8"],
        &[
            "ING607 `haproxy.com/allow-list` and `haproxy.org/allow-list` of Ingress shop/web are one setting with two values",
        ],
    );
}

#[test]
fn the_config_map_has_bare_keys_and_its_annotations_lie_over_them() {
    let read = |data: &str, annotations: &str| {
        let (map, mut findings) = (map(data, annotations), Vec::new());
        let given = read_config_map(&registry(), &map, &settings(), &[], &mut findings);
        let given: Vec<String> = given.iter().map(shown).collect();
        (given, said(&findings))
    };
    assert_eq!(
        read("timeout-server: 5s\nset-host: a\ntimeout-severs: 5s\nwhitelst: x\nfoo: x\n", ""),
        (
            vec!["timeout-server=5s".to_owned(), "!allow-list=x".to_owned()],
            vec![
                "ING612 `foo` of ConfigMap shop/config is no key of the dialect haproxytech".to_owned(),
                "ING612 `timeout-severs` of ConfigMap shop/config is no key of the dialect haproxytech".to_owned(),
                "ING602 `set-host` of ConfigMap shop/config does nothing there".to_owned(),
                "ING504 `whitelst` of ConfigMap shop/config is no key of the dialect haproxytech, so it protects nothing".to_owned(),
            ]
        )
    );
    let (given, findings) = read(
        "timeout-server: 5s\n",
        "kubectl.kubernetes.io/last-applied-configuration: x\nhaproxy.org/timeout-server: 6s\nallow-list: 10.0.0.0/8\n",
    );
    assert_eq!(
        given,
        [
            "timeout-server=6s",
            "allow-list=10.0.0.0/8",
            "timeout-server=5s"
        ]
    );
    assert_eq!(
        findings,
        ["ING606 `allow-list` of ConfigMap shop/config has no prefix"]
    );
}

#[test]
fn hostile_keys_and_values_are_read_in_no_time_and_shown_in_part() {
    let long = "a".repeat(60_000);
    let (_, found) = read(
        On::Ingress,
        &format!("haproxy.org/{long}: {long}"),
        &settings(),
    );
    assert!(found[0].message.len() < 200);
    assert!(
        found[0]
            .field
            .as_ref()
            .is_some_and(|field| field.len() < 200)
    );
    let (given, found) = read(
        On::Ingress,
        &format!("haproxy.org/timeout-server: {long}"),
        &settings(),
    );
    assert!(given[0].starts_with('!') && found[0].message.len() < 200);
    let (given, found) = read(
        On::Ingress,
        &format!("{long}/timeout-server: 5s"),
        &settings(),
    );
    assert_eq!((given.len(), found.len()), (0, 0));
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how long it takes is what is tested"
)]
fn one_key_written_very_often_takes_no_longer_than_as_many_keys() {
    let time = |count: usize, key: &str| {
        let line = |at| format!("{key}: 10.{}.{}.0/24\n", at / 256, at % 256);
        let meta = meta("web", &(0..count).map(line).collect::<String>());
        let start = std::time::Instant::now();
        let mut findings = Vec::new();
        read_annotations(
            &registry(),
            On::Ingress,
            &meta,
            &settings(),
            &[],
            &mut findings,
        );
        assert_eq!(findings.len(), count - usize::from(key.ends_with("list")));
        start.elapsed()
    };
    for key in ["haproxy.org/allow-list", "haproxy.org/whitelst"] {
        let (few, many) = (time(2_000, key), time(20_000, key));
        // Ten times as long; it is a hundred times that when each is compared with each.
        let limit = 30 * few + std::time::Duration::from_secs(1);
        assert!(many < limit, "{key}: {many:?} against {few:?}");
    }
}

#[test]
fn a_finding_about_a_key_of_the_config_map_points_at_the_key() {
    let text = "timeout-sever: 5s\nhaproxy.org/timeout-server: 5s\n";
    let (map, mut findings) = (map(text, ""), Vec::new());
    read_config_map(&registry(), &map, &settings(), &[], &mut findings);
    assert_eq!(
        said(&findings),
        [
            "ING612 `haproxy.org/timeout-server` of ConfigMap shop/config is no key of the dialect haproxytech",
            "ING612 `timeout-sever` of ConfigMap shop/config is no key of the dialect haproxytech",
        ]
    );
    for (finding, key) in findings
        .iter()
        .zip(["haproxy.org/timeout-server", "timeout-sever"])
    {
        let origin = finding.origin().expect("a place");
        assert_eq!(&text[origin.start as usize..origin.end as usize], key);
        // Keys of data have no prefix.
        assert_eq!(finding.help.as_deref(), Some("write `timeout-server`"));
    }
}

/// As [`read`], with all keys there are.
fn known(on: On, text: &str, settings: &Settings) -> (Vec<String>, Vec<String>) {
    let meta = meta("web", text);
    let mut findings = Vec::new();
    let given = annotations(on, &meta, settings, &[], &mut findings);
    let given = given.iter().map(shown).collect();
    (given, said(&findings))
}

#[test]
fn keys_of_tcp_ports_count_on_ingresses_of_tcp_ports_only() {
    let port = "haproxy-ingress.github.io/tcp-service-port: 5432\n";
    let secret = "haproxy-ingress.github.io/auth-tls-secret: ca\n";
    let both = format!("{port}ingress.kubernetes.io/auth-tls-secret: ca\n");
    for text in [format!("{port}{secret}"), both] {
        let (given, said) = known(On::Ingress, &text, &settings());
        assert_eq!(given, ["tcp-service-port=5432", "auth-tls-secret=ca"]);
        assert_eq!(said, [""; 0]);
    }
    // Of HTTP, that key is another controller's, as it was.
    let (given, said) = known(On::Ingress, secret, &settings());
    assert_eq!(given, [""; 0]);
    assert_eq!(
        said,
        [
            "ING702 `auth-tls-secret` of Ingress shop/web is not translated: key of the community's HAProxy controller (`haproxy-ingress.github.io/`)"
        ]
    );
    let (_, said) = known(On::Service, port, &settings());
    assert_eq!(
        said,
        [
            "ING602 `haproxy-ingress.github.io/tcp-service-port` of Service shop/web does nothing there"
        ]
    );
    let mut others = settings();
    others.dialects = vec![Dialect::HaproxyTech];
    let (given, said) = known(On::Ingress, port, &others);
    assert_eq!((given.len(), said.len()), (0, 1), "{said:?}");
}

#[test]
fn keys_about_requests_do_nothing_on_an_ingress_of_a_tcp_port_and_close_it_if_they_protect() {
    let port = "haproxy-ingress.github.io/tcp-service-port: 5432\n";
    for (line, counts, code) in [
        ("haproxy.org/timeout-server: 5s", None, "ING602"),
        (
            "haproxy.org/allow-list: 10.0.0.0/8",
            Some("!allow-list=10.0.0.0/8"),
            "ING602",
        ),
        (
            "haproxy.org/allow-lst: 10.0.0.0/8",
            Some("!allow-list=10.0.0.0/8"),
            "ING504",
        ),
        (
            "haproxy-ingress.github.io/denylist-source-range: x",
            Some("!deny-list=x"),
            "ING702",
        ),
        (
            "haproxy-ingress.github.io/auth-type: basic",
            Some("!auth-type=basic"),
            "ING702",
        ),
        (
            "haproxy-ingress.github.io/balance-algorithm: first",
            None,
            "ING702",
        ),
        (
            "ingress.kubernetes.io/whitelist: x",
            Some("!allow-list=x"),
            "ING602",
        ),
    ] {
        let (given, said) = known(On::Ingress, &format!("{port}{line}\n"), &settings());
        let mut expected = vec!["tcp-service-port=5432"];
        expected.extend(counts);
        assert_eq!(given, expected, "{line}");
        assert!(
            said.len() == 1 && said[0].starts_with(code),
            "{line}: {said:?}"
        );
    }
}
