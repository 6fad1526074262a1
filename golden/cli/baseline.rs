//! `ingressc baseline` and `--baseline`, asked of the binary: what is known again, and what is new.

use crate::run::{Folder, Ran, WEB};

/// Two Ingresses whose findings are warnings: neither names a class.
fn two() -> [String; 2] {
    let slice = WEB.find("---\n").expect("three objects");
    let (ingress, rest) = WEB.split_at(slice);
    let ingress = ingress.replace("  ingressClassName: haproxy\n", "");
    let other = ingress
        .replace("name: web\n  namespace", "name: cart\n  namespace")
        .replace("shop.example", "cart.example");
    [ingress, format!("{other}{rest}")]
}

fn folder() -> Folder {
    let folder = Folder::new();
    let [web, cart] = two();
    folder.file("deploy/all.yaml", &format!("{web}---\n{cart}"));
    let ran = folder.run("baseline write deploy");
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            Some(0),
            "  baseline 2 findings: .ingressc-baseline.json\n           nothing hides yet: add \
             `baseline: .ingressc-baseline.json` to ingressc.yaml, or run `ingressc check --baseline \
             .ingressc-baseline.json`\n"
        )
    );
    folder
}

fn check(folder: &Folder, more: &str) -> Ran {
    folder.run(&format!(
        "check deploy --format concise --baseline .ingressc-baseline.json {more}"
    ))
}

/// Nothing is reported, and everything that was is in the baseline.
fn all_known(folder: &Folder) {
    let ran = check(folder, "--fail-on warning");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    assert!(
        ran.err.ends_with("Hidden: 2 in the baseline.\n"),
        "{}",
        ran.err
    );
}

#[test]
fn the_file_is_sorted_and_has_a_finding_a_line() {
    let folder = folder();
    let text = std::fs::read_to_string(folder.path(".ingressc-baseline.json")).expect("written");
    let known = |name: &str| {
        let at = text
            .find(&format!("\"object\":\"Ingress shop/{name}\""))
            .expect("is in it");
        text[..at].matches('\n').count()
    };
    assert_eq!((known("cart"), known("web")), (3, 4), "{text}");
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["version"], 1);
    let before = text.clone();
    folder.run("baseline write deploy");
    let again = std::fs::read_to_string(folder.path(".ingressc-baseline.json")).expect("written");
    assert_eq!(again, before);
}

#[test]
fn findings_are_known_again_wherever_they_move() {
    let folder = folder();
    let [web, cart] = two();
    all_known(&folder);
    folder.file(
        "deploy/all.yaml",
        &format!("# One line more.\n\n{web}---\n{cart}"),
    );
    all_known(&folder);
    folder.file(
        "deploy/all.yaml",
        &format!(
            "{}---\n{web}",
            cart.trim_end_matches('\n').to_owned() + "\n"
        ),
    );
    all_known(&folder);
    folder.file("deploy/all.yaml", &cart);
    folder.file("deploy/web.yaml", &web);
    all_known(&folder);
    // As an item of a list, and deeper.
    let indented = web
        .lines()
        .fold(String::new(), |text, line| text + "    " + line + "\n");
    folder.file(
        "deploy/web.yaml",
        &format!("apiVersion: v1\nkind: List\nitems:\n  -\n{indented}"),
    );
    all_known(&folder);
}

#[test]
fn what_is_new_is_told_and_what_got_worse_is_not() {
    let folder = folder();
    let [web, _] = two();
    let new = web
        .replace("name: web\n  namespace", "name: new\n  namespace")
        .replace("shop.example", "new.example");
    folder.file("deploy/new.yaml", &new);
    let ran = check(&folder, "");
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(ran.out.contains("Ingress shop/new"), "{}", ran.out);
    let ran = check(&folder, "--set rules.class-missing.level=error");
    assert_eq!(
        (ran.code, ran.out.lines().count()),
        (Some(1), 1),
        "{}",
        ran.out
    );
    assert_eq!(check(&folder, "--no-ignores").out.lines().count(), 3);
    // In compile, too.
    let compiled = folder
        .run("compile deploy -o - --baseline .ingressc-baseline.json --quiet --format concise");
    assert_eq!(compiled.err.lines().count(), 1, "{}", compiled.err);
}

#[test]
fn what_is_fixed_is_told_and_pruned() {
    let folder = folder();
    let [web, cart] = two();
    let mended = web.replace("spec:\n", "spec:\n  ingressClassName: haproxy\n");
    folder.file("deploy/all.yaml", &format!("{mended}---\n{cart}"));
    let ran = check(&folder, "");
    let tail = "1 entry of the baseline is fixed: `ingressc baseline prune`.\n";
    assert!(ran.err.ends_with(tail), "{}", ran.err);
    // Of a rule that was not asked, and of files that were not read, nobody knows.
    assert!(!check(&folder, "--ignore ING1").err.contains("fixed"));
    let other = folder.run("check clean.yaml --baseline .ingressc-baseline.json");
    assert!(!other.err.contains("fixed"), "{}", other.err);
    assert_eq!(
        folder.run("baseline prune clean.yaml").err,
        "  baseline nothing is fixed: .ingressc-baseline.json\n           \
         only folders, or the configured inputs, show what is fixed\n"
    );

    let ran = folder.run("baseline prune deploy");
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            Some(0),
            "  baseline 1 fixed, 1 finding left: .ingressc-baseline.json\n"
        )
    );
    let ran = check(&folder, "");
    assert!(
        ran.err.ends_with("Hidden: 1 in the baseline.\n"),
        "{}",
        ran.err
    );
    // A mistake that comes back is a new one.
    folder.file("deploy/all.yaml", &format!("{web}---\n{cart}"));
    assert_eq!(check(&folder, "").out.lines().count(), 1);
}

#[test]
fn input_that_is_not_read_is_in_no_baseline() {
    let folder = folder();
    let before = std::fs::read_to_string(folder.path(".ingressc-baseline.json")).expect("written");
    folder.file("deploy/bad.yaml", "spec: [\n");
    for action in ["write", "prune"] {
        let ran = folder.run(&format!("baseline {action} deploy"));
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        assert!(
            ran.err.contains("ING001") && ran.err.contains("nothing written"),
            "{}",
            ran.err
        );
    }
    let after = std::fs::read_to_string(folder.path(".ingressc-baseline.json")).expect("written");
    assert_eq!(after, before);
    let ran = check(&folder, "");
    assert!(
        ran.out.contains("[ING001]") && !ran.err.contains("fixed"),
        "{}",
        ran.err
    );
}

#[test]
fn the_configuration_names_the_file_and_a_merge_may_double_entries() {
    let folder = folder();
    let text = std::fs::read_to_string(folder.path(".ingressc-baseline.json")).expect("written");
    let line = text.lines().nth(3).expect("an entry");
    let doubled = text.replace(
        line,
        &format!("{}\n{line}", line.trim_end_matches(',').to_owned() + ","),
    );
    // It lies among the manifests, and is none. `-v` lists what it hides.
    folder.file("deploy/known.json", &doubled);
    folder.file(
        "ingressc.yaml",
        "inputs: [deploy]\nbaseline: deploy/known.json\n",
    );
    let ran = folder.run("check");
    let listed = folder.run("check -v").err;
    let known = listed
        .matches("  baseline ING110 at deploy/all.yaml:")
        .count();
    assert_eq!(known, 2, "{listed}");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    assert!(
        ran.err.ends_with("Hidden: 2 in the baseline.\n"),
        "{}",
        ran.err
    );
}

#[test]
fn a_report_does_not_take_the_place_of_the_baseline() {
    let folder = folder();
    let file = folder.path(".ingressc-baseline.json");
    let before = std::fs::read(&file).expect("written");
    for name in [
        ".ingressc-baseline.json",
        "./deploy/../.ingressc-baseline.json",
    ] {
        let ran = check(&folder, &format!("--report json={name}"));
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(
            ran.err.contains("is an input, and would be lost"),
            "{}",
            ran.err
        );
        assert_eq!(std::fs::read(&file).expect("there"), before);
    }
}

#[test]
fn a_file_that_is_no_baseline_is_refused() {
    let folder = folder();
    for (text, why) in [
        ("{", "EOF"),
        (
            "[]",
            "expected a baseline: an object with `version` and `findings`",
        ),
        (
            "{\"version\": 1, \"findings\": [1]}",
            "expected a finding: an object with `code`",
        ),
        ("{\"version\": 2, \"findings\": []}", "it has version 2"),
        (
            "{\"version\": 1, \"findings\": [{\"code\": \"ING1\", \"message\": \"\", \"fingerprint\": \"x\"}]}",
            "`x` is no fingerprint",
        ),
    ] {
        folder.file("known.json", text);
        let ran = folder.run("check deploy --baseline known.json");
        assert_eq!(ran.code, Some(2), "{text}: {}", ran.err);
        assert!(ran.err.contains(why), "{text}: {}", ran.err);
    }
    let ran = folder.run("check deploy --baseline nowhere.json");
    assert_eq!(ran.code, Some(2));
    assert_eq!(
        ran.err,
        "error: the baseline nowhere.json: no such file\n  help: write it with `ingressc baseline write`\n"
    );
}

#[test]
fn rules_that_protect_are_in_no_baseline() {
    let folder = Folder::new();
    let open = WEB.replace(
        "  namespace: shop\nspec:\n  ingressClassName",
        "  namespace: shop\n  annotations: {haproxy.org/auth-type: basc}\nspec:\n  ingressClassName",
    );
    folder.file("deploy/web.yaml", &open);
    let ran = folder.run("baseline write deploy");
    assert!(
        ran.err
            .contains("1 finding of rules that no baseline hides stays: ING503\n"),
        "{}",
        ran.err
    );
    let file = folder.path(".ingressc-baseline.json");
    let text = std::fs::read_to_string(&file).expect("written");
    assert!(!text.contains("ING503"), "{text}");
    // Somebody may write it there.
    let json = folder.run("check deploy --format json").out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let findings = json["findings"].as_array().expect("a list");
    let finding = findings.iter().find(|it| it["code"] == "ING503");
    let fingerprint = &finding.expect("is told")["fingerprint"];
    let entry =
        format!("{{\"code\": \"ING402\", \"message\": \"\", \"fingerprint\": {fingerprint}}}");
    folder.file(
        ".ingressc-baseline.json",
        &format!("{{\"version\": 1, \"findings\": [{entry}]}}"),
    );
    let ran = check(&folder, "");
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("[ING503]"), "{}", ran.out);
}

#[test]
fn what_has_moved_is_followed_and_a_part_proves_nothing() {
    let folder = Folder::new();
    let [web, cart] = two();
    folder.file("deploy/web.yaml", &web);
    folder.file("deploy/cart.yaml", &cart);
    folder.run("baseline write deploy");
    std::fs::rename(folder.path("deploy/web.yaml"), folder.path("deploy/x.yaml")).expect("moved");
    let text = || std::fs::read_to_string(folder.path(".ingressc-baseline.json")).expect("written");
    let before = text();
    for part in ["deploy/cart.yaml", "deploy/*t.yaml"] {
        let ran = folder.run(&format!("check {part} --baseline .ingressc-baseline.json"));
        assert!(!ran.err.contains("prune"), "{}", ran.err);
        folder.run(&format!("baseline prune {part}"));
        assert_eq!(text(), before);
    }
    let ran = folder.run("baseline prune deploy");
    assert!(ran.err.contains("nothing is fixed"), "{}", ran.err);
    assert!(text().contains("deploy/x.yaml") && !text().contains("web.yaml"));
    // Another folder of which the baseline knows is not read.
    folder.file("other/none.yaml", "");
    std::fs::remove_file(folder.path("deploy/cart.yaml")).expect("removed");
    folder.file("other/cart.yaml", &cart);
    folder.run("baseline prune other");
    assert_eq!(text().matches("fingerprint").count(), 2);
    assert!(text().contains("other/cart.yaml"), "{}", text());
}

#[test]
fn writing_a_part_keeps_what_is_known_of_the_rest() {
    let folder = Folder::new();
    let web = WEB.replace("  ingressClassName: haproxy\n", "");
    let [_, cart] = two();
    let cart = cart.replace("namespace: shop", "namespace: cart");
    folder.file("all/web/web.yaml", &web);
    folder.file("all/cart/cart.yaml", &cart);
    folder.run("baseline write all/web");
    let ran = folder.run("baseline write all/cart");
    assert_eq!(
        ran.err,
        "  baseline 2 findings, 1 new, 0 fixed: .ingressc-baseline.json\n           \
         1 finding of before stays: this run cannot tell whether it is fixed\n"
    );
    folder.file("all/web/web.yaml", WEB);
    let ran = folder.run("baseline write all");
    assert_eq!(
        ran.err,
        "  baseline 1 finding, 0 new, 1 fixed: .ingressc-baseline.json\n"
    );
}
