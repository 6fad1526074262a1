//! Who holds, who loses, and what is said about it.

use crate::ir::{PathRule, Target};
use crate::lower::testing::{World, annotation, codes, path};
use crate::lower::{Settings, lower};
use crate::manifest::ObjectName;
use crate::manifest::PathType::{self, Exact, ImplementationSpecific, Prefix};

/// Ingress `a/one` and `b/two` (or `a/two`) with one path each on one host; the codes and who answers first.
fn two(
    namespaces: [&str; 2],
    (kind_a, path_a, service_a): (PathType, &str, &str),
    (kind_b, path_b, service_b): (PathType, &str, &str),
) -> (Vec<String>, Vec<(String, usize)>) {
    let mut world = World::default();
    for (namespace, service) in [(namespaces[0], service_a), (namespaces[1], service_b)] {
        if service != "gone" {
            world.web(namespace, service, 80);
        }
    }
    world.rule(
        namespaces[0],
        "one",
        Some("a.io"),
        vec![path(kind_a, path_a, service_a, 80)],
    );
    world.rule(
        namespaces[1],
        "two",
        Some("a.io"),
        vec![path(kind_b, path_b, service_b, 80)],
    );
    let lowered = lower(&world.manifests, &Settings::default());
    let rules = lowered.routing.hosts[0].rules.iter();
    (
        codes(&lowered.findings),
        rules
            .map(|rule| (rule.claim.ingress.clone(), rule.losers.len()))
            .collect(),
    )
}

#[test]
fn the_first_by_name_holds_and_the_conflict_is_an_error() {
    let (codes, rules) = two(["b", "a"], (Prefix, "/x", "web"), (Prefix, "/x/", "web"));
    assert_eq!(codes, ["ING301"]);
    assert_eq!(rules, [("a/two".to_owned(), 1)]);
}

#[test]
fn the_same_target_twice_is_only_redundant() {
    let (codes, rules) = two(["a", "a"], (Exact, "/x", "web"), (Exact, "/x", "web"));
    assert_eq!(codes, ["ING320"]);
    assert_eq!(rules, [("a/one".to_owned(), 1)]);
}

#[test]
fn prefix_beats_implementation_specific_whatever_the_order() {
    let (codes, rules) = two(
        ["a", "b"],
        (ImplementationSpecific, "/x", "web"),
        (Prefix, "/x", "web"),
    );
    assert_eq!(codes, ["ING701", "ING302"]);
    assert_eq!(rules, [("b/two".to_owned(), 1)]);
}

#[test]
fn a_conflict_with_a_missing_service_is_still_one() {
    let (codes, _) = two(["a", "a"], (Prefix, "/x", "web"), (Prefix, "/x", "gone"));
    assert_eq!(codes, ["ING201", "ING301"]);
}

#[test]
fn two_catch_alls_conflict_and_the_first_holds() {
    let mut world = World::default();
    for (namespace, service) in [("a", "web"), ("b", "web")] {
        world.web(namespace, service, 80);
        world.default_backend(namespace, "all", service, 80);
    }
    let lowered = lower(&world.manifests, &Settings::default());
    assert_eq!(codes(&lowered.findings), ["ING309"]);
    assert_eq!(
        lowered.routing.default.map(|claim| claim.ingress),
        Some("a/all".to_owned())
    );
}

#[test]
fn a_rule_for_the_root_beats_a_default_backend_without_a_word() {
    let mut world = World::default();
    world.web("a", "web", 80);
    world.web("a", "other", 80);
    world.rule("a", "x", Some("a.io"), Vec::new());
    world.default_backend("a", "x", "other", 80);
    world.rule("b", "y", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
    world.web("b", "web", 80);
    let lowered = lower(&world.manifests, &Settings::default());
    assert_eq!(codes(&lowered.findings), ["ING325", "ING327"]);
    let rule = &lowered.routing.hosts[0].rules[0];
    assert_eq!((rule.claim.ingress.as_str(), rule.losers.len()), ("b/y", 1));
}

#[test]
fn a_claim_under_a_condition_is_an_alternative_and_no_conflict() {
    let mut world = World::default();
    for service in ["web", "beta", "gamma"] {
        world.web("a", service, 80);
    }
    for (service, condition) in [("beta", "method PUT"), ("gamma", "rand(100) lt 5")] {
        let name = ObjectName::new("a", service);
        let service = world.manifests.services.get_mut(&name).expect("added");
        service
            .meta
            .annotations
            .push(annotation("haproxy.org/route-acl", condition));
    }
    let paths = ["gamma", "web", "beta"].map(|service| path(Prefix, "/", service, 80));
    world.rule("a", "x", Some("a.io"), paths.to_vec());
    world.rule("a", "y", Some("b.io"), vec![path(Prefix, "/b", "beta", 80)]);
    let lowered = lower(&world.manifests, &Settings::default());
    assert!(lowered.findings.is_empty(), "{:?}", lowered.findings);
    let rule = |host: usize| &lowered.routing.hosts[host].rules[0];
    let shown = |rule: &PathRule| {
        let alternatives = rule.alternatives.iter();
        let conditions = alternatives.map(|it| it.condition.value.to_string());
        (conditions.collect::<Vec<_>>(), rule.claim.target.clone())
    };
    let (conditions, target) = shown(rule(0));
    assert_eq!(conditions, ["{ rand(100) -m int lt 5 }", "{ method PUT }"]);
    assert!(matches!(target, Target::Backend(_)), "{target:?}");
    // For the requests that do not meet it, the path is not there.
    assert_eq!(
        shown(rule(1)),
        (vec!["{ method PUT }".to_owned()], Target::Next)
    );
    assert_eq!(lowered.routing.backends.len(), 3);
}

#[test]
fn a_condition_that_is_not_understood_leaves_its_route_out() {
    let mut world = World::default();
    world.web("a", "web", 80);
    let name = ObjectName::new("a", "web");
    let service = world.manifests.services.get_mut(&name).expect("added");
    let key = annotation("haproxy.org/route-acl", "lua.is_beta");
    service.meta.annotations.push(key);
    world.rule("a", "x", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
    let lowered = lower(&world.manifests, &Settings::default());
    assert_eq!(codes(&lowered.findings), ["ING603"]);
    assert!(lowered.routing.hosts[0].rules.is_empty());
    assert!(lowered.routing.backends.is_empty());
}

#[test]
fn losers_say_why() {
    let mut world = World::default();
    world.web("a", "web", 80);
    world.web("a", "api", 80);
    world.rule(
        "a",
        "x",
        Some("a.io"),
        vec![path(Prefix, "/", "web", 80), path(Prefix, "/", "api", 80)],
    );
    let routing = lower(&world.manifests, &Settings::default()).routing;
    assert_eq!(
        routing.hosts[0].rules[0].losers[0].1,
        "written again further down"
    );
}

#[test]
fn claims_of_different_classes_name_both_until_somebody_chooses() {
    let mut world = World::default();
    for namespace in ["a", "b"] {
        world.web(namespace, "web", 80);
        world.rule(
            namespace,
            "x",
            Some("a.io"),
            vec![path(Prefix, "/", "web", 80)],
        );
    }
    let said = |world: &World, classes: Option<Vec<String>>| {
        let settings = Settings {
            classes,
            ..Settings::default()
        };
        let lowered = lower(&world.manifests, &settings);
        assert_eq!(codes(&lowered.findings), ["ING301"]);
        let finding = &lowered.findings[0];
        (
            finding.message.clone(),
            finding.help.clone().unwrap_or_default(),
        )
    };
    let (message, help) = said(&world, None);
    assert!(message.contains("`b/web:80`") && message.contains("`a/web:80`"));
    assert!(!message.contains("class") && help.starts_with("remove"));
    let nginx = world.ingress("b", "x").class_name.as_mut();
    nginx.expect("it is ours").value = "nginx".to_owned();
    let (message, help) = said(&world, None);
    assert!(message.contains("of class `nginx`, the other of class `haproxy`"));
    assert!(help.starts_with("choose by `classes` or `--class`"));
    // Both are wanted: they are in each other's way.
    let both = vec!["haproxy".to_owned(), "nginx".to_owned()];
    assert!(said(&world, Some(both)).1.starts_with("remove"));
}
