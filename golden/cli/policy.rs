//! `policy` of the configuration, where more than one rule is about it: raw lines by namespace, and the settings in force.

use crate::run::{Folder, WEB};

const POLICY: &str = "\
version: 1
policy:
  hosts: {\"*.example.com\": [shop, \"team-*\"], \"*\": []}
  required: {a.b/owner: {value: \"x*\", kinds: [Service], namespaces: [other]}}
  forbidden: {\"haproxy.org/*-file\": {}}
  snippets: {shop: [http-request set-header], \"*\": [acl]}
";

/// The manifests in a namespace, with a raw line on the Service.
fn snippet(namespace: &str, line: &str) -> String {
    let annotation =
        format!("metadata:\n  annotations: {{haproxy.org/backend-config-snippet: {line}}}\n");
    WEB.replace(
        "kind: Service\nmetadata:\n",
        &format!("kind: Service\n{annotation}"),
    )
    .replace("namespace: shop", &format!("namespace: {namespace}"))
}

#[test]
fn raw_lines_are_allowed_by_namespace() {
    let folder = Folder::new();
    folder.file("ingressc.yaml", POLICY);
    for (namespace, line, allowed) in [
        ("shop", "http-request set-header X-A b", true),
        ("shop", "acl is_a path /a", true),
        ("team-a", "acl is_a path /a", true),
        ("team-a", "http-request set-header X-A b", false),
        ("shop", "http-request del-header X-A", false),
    ] {
        folder.file("deploy/a.yaml", &snippet(namespace, line));
        let ran = folder.run("check deploy --format concise");
        assert_eq!(
            !ran.out.contains("[ING501]"),
            allowed,
            "{line}: {}",
            ran.out
        );
        assert_eq!(ran.code, Some(i32::from(!allowed)), "{}", ran.out);
    }
    let ran = folder.run("check deploy");
    let words: Vec<&str> = ran.out.split_whitespace().collect();
    let text = words.join(" ");
    for part in [
        "allow it with `policy: {snippets: {shop: [http-request del-header]}}` in ingressc.yaml",
        "namespace `shop` may use `acl`, `http-request set-header`",
    ] {
        assert!(text.contains(part), "{part}: {}", ran.out);
    }
}

#[test]
fn the_policy_in_force_is_shown_as_it_is_read() {
    let folder = Folder::new();
    folder.file("ingressc.yaml", POLICY);
    let shown = folder.run("check --show-settings");
    let policy = "\
policy:
  hosts:
    \"*\": []
    \"*.example.com\": [\"shop\", \"team-*\"]
";
    assert!(shown.out.contains(policy), "{}", shown.out);
    folder.file("again.yaml", &shown.out);
    let again = folder.run("check --config again.yaml --show-settings");
    let without_name = |text: &str| text.lines().skip(1).collect::<Vec<_>>().join("\n");
    assert_eq!(without_name(&again.out), without_name(&shown.out));
}

#[test]
fn nothing_in_a_manifest_mutes_the_policy() {
    let folder = Folder::new();
    folder.file("ingressc.yaml", POLICY);
    let muted = WEB
        .replace("shop.example.com", "shop.example.org")
        .replace(
            "  - host:",
            "  # ingressc: ignore[ING531] reason\n  - host:",
        )
        .replacen(
            "  namespace: shop\n",
            "  namespace: shop\n  annotations: {ingressc/ignore: \"ING531\"}\n",
            1,
        );
    folder.file("deploy/a.yaml", &muted);
    let ran = folder.run("check deploy --format concise");
    assert!(ran.out.contains("error[ING531]"), "{}", ran.out);
    assert_eq!(ran.code, Some(1));
    let level = "rules.ING531.level=off";
    let ran = folder.run_with(
        &["check", "deploy", "--set", level, "--format", "concise"],
        &[],
        "",
    );
    assert!(!ran.out.contains("[ING531]"), "{}", ran.out);
}
