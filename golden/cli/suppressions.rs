//! Comments, the annotation and `ignore` of the configuration, asked of the binary: what they change, and what they do not.

use crate::run::{Folder, WEB, command};

/// An Ingress with an error, `ING002`, and a comment behind it.
fn with_comment(comment: &str) -> String {
    WEB.replace(
        "        pathType: Prefix\n",
        &format!("        pathType: Exact\n        pathType: Prefix{comment}\n"),
    )
}

#[test]
fn a_muted_error_is_counted_listed_and_stops_no_compile() {
    let folder = Folder::new();
    let comment = "  # ingressc: ignore[duplicate-key] the template writes both";
    folder.file("web.yaml", &with_comment(comment));
    let ran = folder.run("check web.yaml -v");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    let told = "at web.yaml:14:9 by the comment at web.yaml:14:39: the template writes both\n";
    assert!(ran.err.contains(told), "{}", ran.err);
    assert!(ran.err.ends_with("Hidden: 1 ignored.\n"), "{}", ran.err);
    assert_eq!(folder.run("check web.yaml --no-ignores").code, Some(1));
    let json = folder.run("check web.yaml --format json").out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["summary"]["hidden"]["ignored"], 1);

    assert_eq!(folder.run("compile web.yaml -o a").code, Some(0));
    assert_eq!(
        folder.run("compile web.yaml -o b --no-ignores").code,
        Some(1)
    );
    assert!(folder.exists("a/haproxy.cfg") && !folder.exists("b"));
}

#[test]
fn what_is_muted_is_written_as_if_it_were_not() {
    let folder = Folder::new();
    let open = WEB.replace(
        "  namespace: shop\nspec:\n  ingressClassName",
        "  namespace: shop\n  annotations: {haproxy.org/auth-type: basc}\nspec:\n  ingressClassName",
    );
    folder.file("app/web.yaml", &open);
    let refused = folder.run("compile app/web.yaml -o -");
    assert!(
        refused.err.contains("ING503") && refused.out.is_empty(),
        "{}",
        refused.err
    );
    let without = folder.run("compile app/web.yaml -o - --keep-going").out;
    folder.file(
        "app/ingressc.yaml",
        "ignore:\n- {rule: ING503, object: Ingress shop/web, reason: the proxy in front asks}\n",
    );
    let ran = folder.run("compile app/web.yaml -o -");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let rules = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rules(&ran.out), rules(&without));
    assert!(
        ran.out.contains("http-request deny") || ran.out.contains("http-request return"),
        "{}",
        ran.out
    );
}

#[test]
fn comments_and_annotations_mute_nothing_that_was_not_read() {
    let folder = Folder::new();
    folder.file(
        "bad.yaml",
        "# ingressc: ignore[ING001] generated\nspec: [  # ingressc: ignore[yaml-parse-error] generated\n",
    );
    let ran = folder.run("check bad.yaml --format concise");
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("[ING001]"), "{}", ran.out);
    folder.file(
        "ingressc.yaml",
        "ignore: [{rule: ING001, path: bad.yaml, reason: x}]\n",
    );
    assert_eq!(folder.run("check bad.yaml").code, Some(2));
}

#[test]
fn what_mutes_nothing_is_told_of_rules_that_ran() {
    let folder = Folder::new();
    folder.file(
        "app/web.yaml",
        &WEB.replace(
            "metadata:\n",
            "metadata:  # ingressc: ignore[ING402, cert-expired] why\n",
        ),
    );
    let told = |arguments: &str| {
        let out = folder.run(&format!("{arguments} --format concise")).out;
        out.matches("[ING905]").count()
    };
    // One for each of the three objects.
    assert_eq!(told("check app"), 3);
    assert_eq!(told("check app --select ING3,ING9"), 0);
    assert_eq!(told("check app --ignore ING402"), 0);
    assert_eq!(told("check app --set rules.ING402.level=off"), 0);
    assert_eq!(told("check app --no-ignores"), 0);
    assert_eq!(told("compile app -o -"), 0);
    // A run that sees a part cannot know.
    assert_eq!(told("check app/web.yaml"), 0);
    assert_eq!(told("check app/*.yaml"), 0);
    assert_eq!(told("check app --class haproxy"), 0);
    assert_eq!(told("check app --exclude old"), 0);
    folder.file("list", "app/web.yaml\n");
    assert_eq!(told("check --file-list list"), 0);
    folder.file("ingressc.yaml", "inputs: [app/web.yaml]\n");
    assert_eq!(told("check"), 3);
    assert_eq!(told("check app/web.yaml"), 0);
    // Expiry is judged with a date only.
    let with_date = folder.run("check --now 2026-01-01 --format concise").out;
    assert!(
        with_date.contains("`ING402` and `cert-expired`"),
        "{with_date}"
    );
}

#[test]
fn the_configuration_mutes_by_object_and_path_until_a_day() {
    let folder = Folder::new();
    folder.file("app/old/web.yaml", &with_comment(""));
    folder.file(
        "app/new.yaml",
        &with_comment("")
            .replace(": web", ": new")
            .replace("shop.ex", "new.ex"),
    );
    let run = |entry: &str, more: &str| {
        let reason = "reason: the template writes both";
        folder.file(
            "app/ingressc.yaml",
            &format!("inputs: [.]\nignore:\n- {{rule: duplicate-key, {entry}, {reason}}}\n"),
        );
        let ran = folder.run(&format!(
            "check --config app/ingressc.yaml --format concise{more}"
        ));
        let codes = |code: &str| ran.out.matches(code).count();
        (
            codes("duplicate-key:"),
            codes("[ING905]"),
            codes("[ING906]"),
        )
    };
    assert_eq!(run("object: Ingress shop/web", ""), (1, 0, 0));
    assert_eq!(run("path: old/**", ""), (1, 0, 0));
    assert_eq!(run("path: old", ""), (1, 0, 0));
    assert_eq!(run("path: '**/*.yaml'", ""), (0, 0, 0));
    assert_eq!(run("path: old, object: Ingress shop/new", ""), (2, 1, 0));
    assert_eq!(run("object: Ingress shop/gone", ""), (2, 1, 0));
    let until = "object: Ingress shop/web, until: 2026-05-31";
    assert_eq!(run(until, ""), (1, 0, 0));
    assert_eq!(run(until, " --now 2026-05-31T23:59:59Z"), (1, 0, 0));
    assert_eq!(run(until, " --now 2026-06-01"), (2, 0, 1));
}

#[test]
fn either_of_two_that_claim_the_same_may_mute_it() {
    let folder = Folder::new();
    let slice = WEB.find("---\n").expect("three objects");
    let other = WEB[..slice].replace("name: web\n  namespace", "name: NAME\n  namespace");
    let other = other.replace("{name: web, port", "{name: old, port");
    let mute = |text: &str| {
        let annotated = "metadata:\n  annotations: {ingressc/ignore: \"ING301: both are meant\"}\n";
        text.replacen("metadata:\n", annotated, 1)
    };
    let hidden = "1 ignored";
    for name in ["a", "zebra"] {
        let other = other.replace("NAME", name);
        for (web, other) in [(WEB, &*mute(&other)), (&*mute(WEB), &*other)] {
            for (first, second) in [("a", "b"), ("b", "a")] {
                folder.file(&format!("two/{first}.yaml"), web);
                folder.file(&format!("two/{second}.yaml"), other);
                let ran = folder.run("check two --format concise");
                let told = ["[ING301]", "[ING905]"].map(|code| ran.out.contains(code));
                assert_eq!(told, [false, false], "{name} {first}: {}", ran.out);
                assert!(ran.err.contains(hidden), "{}", ran.err);
            }
        }
    }
    // Who writes in another namespace does not speak for this one.
    let apart = other.replace("namespace: shop", "namespace: other");
    folder.file("two/a.yaml", WEB);
    folder.file("two/b.yaml", &mute(&apart.replace("NAME", "a")));
    let ran = folder.run("check two --format concise");
    assert!(ran.out.contains("[ING301]"), "{}", ran.out);
}

#[test]
fn a_run_that_sees_one_of_two_takes_nothing_away() {
    let folder = Folder::new();
    folder.file("deploy/a.yaml", WEB);
    let slice = WEB.find("---\n").expect("three objects");
    let other = WEB[..slice].replace("name: web\n  namespace", "name: zebra\n  namespace");
    let other = other.replace("{name: web, port", "{name: old, port");
    let muted = other.replace(
        "metadata:\n",
        "metadata:\n  annotations: {ingressc/ignore: \"ING301: both are meant\"}\n",
    );
    folder.file("deploy/b.yaml", &muted);
    let both = folder.run("check deploy --format concise");
    assert!(!both.out.contains("ING905"), "{}", both.out);
    assert!(both.err.contains("1 ignored"), "{}", both.err);
    for fix in ["--fix", "--fix=all"] {
        folder.run(&format!("check deploy/b.yaml {fix}"));
        let after = std::fs::read_to_string(folder.path("deploy/b.yaml")).expect("is there");
        assert_eq!(after, muted);
    }
    // An entry about what was not read is not known to be of no use.
    let entries = |path: &str| {
        let entry = format!("{{rule: ING308, path: {path}, reason: meant}}");
        folder.file("ingressc.yaml", &format!("ignore: [{entry}]\n"));
        let out = folder.run("check deploy --format concise").out;
        out.matches("[ING905]").count()
    };
    assert_eq!((entries("other/**"), entries("deploy/a.yaml")), (0, 1));
}

#[test]
fn paths_of_the_configuration_hold_wherever_the_run_starts() {
    let folder = Folder::new();
    folder.file("top/deploy/old/web.yaml", &with_comment(""));
    let entry = "{rule: duplicate-key, path: deploy/old, reason: the template writes both}";
    let root = folder.path("top").display().to_string();
    let told = |configured: &str, arguments: &str| {
        folder.file("top/ingressc.yaml", configured);
        let ran = command(&folder.path("top/deploy"))
            .args(arguments.split(' '))
            .output();
        String::from_utf8(ran.expect("runs").stdout).expect("UTF-8")
    };
    let ignored = format!("ignore: [{entry}]\n");
    for paths in [".", "../deploy", "old/web.yaml", &format!("{root}/deploy")] {
        let arguments = format!("check {paths} --format concise");
        assert!(told("", &arguments).contains("duplicate-key"));
        assert_eq!(told(&ignored, &arguments), "", "{paths}");
        let more = format!("{arguments} --force-exclude");
        for exclude in ["deploy/old", "'*/old/**'", "old", "web.yaml"] {
            let out = told(&format!("exclude: [{exclude}]\n"), &more);
            assert!(!out.contains("duplicate-key"), "{paths} {exclude}: {out}");
        }
        let elsewhere = told("exclude: [old/web.yaml]\n", &more);
        assert!(elsewhere.contains("duplicate-key"), "{paths}");
    }
}

#[test]
fn what_was_not_read_is_told_at_every_level() {
    let folder = Folder::new();
    let ran = folder.run("check unread.yaml --set rules.ING001.level=off");
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("ING001 cannot be switched off"),
        "{}",
        ran.err
    );
    let ran = folder.run("check unread.yaml --ignore ING001");
    assert_eq!(ran.code, Some(2));
    assert!(!ran.err.contains("level"), "{}", ran.err);
}
