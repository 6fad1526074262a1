//! `ingressc plan`: verdicts for people and programs, and commands for a socket.

use serde_json::Value;

use crate::run::{Folder, Ran, WEB};

/// The usual manifests and the bundle that they come to in `live`.
fn live() -> Folder {
    let folder = Folder::new();
    let ran = folder.run("compile clean.yaml -o live -q");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    folder
}

/// The usual manifests, with other words in place of some.
fn web(words: &[(&str, &str)]) -> String {
    words.iter().fold(WEB.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replace(old, new)
    })
}

/// Scaled to two servers, and with a route more.
fn scaled() -> String {
    let route = "      - path: /\n";
    let more = "      - path: /cart\n        pathType: Exact\n        backend: {service: {name: web, port: {number: 80}}}\n      - path: /\n";
    web(&[
        (
            "- addresses: [10.1.4.7]",
            "- addresses: [10.1.4.8]\n- addresses: [10.1.4.9]",
        ),
        (route, more),
    ])
}

fn plan(folder: &Folder, to: &str, flags: &str) -> Ran {
    folder.file("next.yaml", to);
    folder.run(&format!(
        "plan --from live --to next.yaml --color never {flags}"
    ))
}

#[test]
fn what_haproxy_can_be_told_is_told_by_place() {
    let folder = live();
    let ran = plan(&folder, &scaled(), "--fail-on reload");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
runtime: HAProxy 2.6 can be told all of it, in 9 commands

Can be told to HAProxy while it runs
  backend shop_web_80
    + 10.1.4.8-8080 10.1.4.8:8080
    + 10.1.4.9-8080 10.1.4.9:8080
    - 10.1.4.7-8080
  maps/path.map
    + shop.example.com/cart (exact) shop_web_80
"
    );
    assert_eq!(
        ran.err,
        "  plan     runtime: 4 changes while HAProxy runs; 9 commands\n"
    );
}

#[test]
fn a_script_is_commands_and_nothing_else() {
    let folder = live();
    let ran = plan(&folder, &scaled(), "--format script --haproxy 3.2");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let options = "check downinter 2s fall 2 fastinter 2s inter 10s observe layer4 rise 1";
    assert_eq!(
        ran.out,
        format!(
            "\
prompt
add server shop_web_80/10.1.4.8-8080 10.1.4.8:8080 {options}
enable health shop_web_80/10.1.4.8-8080
enable server shop_web_80/10.1.4.8-8080
add server shop_web_80/10.1.4.9-8080 10.1.4.9:8080 {options}
enable health shop_web_80/10.1.4.9-8080
enable server shop_web_80/10.1.4.9-8080
add map maps/path.map <<
h951623a2/cart/? shop_web_80

disable server shop_web_80/10.1.4.7-8080
wait 30s srv-removable shop_web_80/10.1.4.7-8080
del server shop_web_80/10.1.4.7-8080
quit
"
        )
    );
    let old = plan(&folder, &scaled(), "--format script");
    assert!(!old.out.contains("wait "), "{}", old.out);
    assert!(old.err.contains("send `del server` again"), "{}", old.err);
}

#[test]
fn a_reload_has_reasons_and_an_exit_code_where_one_is_wanted() {
    let folder = live();
    let annotated = web(&[(
        "  name: web\n  namespace: shop\nspec:\n  ingressClassName",
        "  name: web\n  namespace: shop\n  annotations: {haproxy.org/timeout-server: 90s}\nspec:\n  ingressClassName",
    )]);
    let ran = plan(&folder, &annotated, "");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let backend = ran.out.lines().filter(|line| line.contains("shop_web_80"));
    assert!(backend.count() >= 1, "{}", ran.out);
    assert!(
        ran.out.starts_with("reload: HAProxy 2.6 has to, for "),
        "{}",
        ran.out
    );
    assert!(ran.err.starts_with("  plan     reload: "), "{}", ran.err);
    let fails = plan(&folder, &annotated, "--fail-on reload");
    assert_eq!((fails.code, fails.out), (Some(1), ran.out));
    let script = plan(&folder, &annotated, "--format script");
    assert_eq!((script.code, script.out.as_str()), (Some(1), ""));
    assert!(
        script.err.contains("no commands: HAProxy has to reload"),
        "{}",
        script.err
    );
}

#[test]
fn the_same_bundle_asks_for_nothing() {
    let folder = live();
    for to in ["live", "clean.yaml"] {
        let ran = folder.run(&format!("plan --from live --to {to} --color never"));
        assert_eq!(
            (ran.code, ran.out.as_str(), ran.err.as_str()),
            (
                Some(0),
                "nothing to do: nothing differs\n",
                "  plan     nothing to do\n"
            )
        );
    }
}

#[test]
fn json_has_all_that_is_documented() {
    let folder = live();
    let ran = plan(&folder, &scaled(), "--format json --haproxy 3.0");
    let value: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(value["version"], 1);
    assert_eq!(value["verdict"], "runtime");
    assert_eq!(value["haproxy"], "3.0");
    assert_eq!(value["from"]["kind"], "bundle");
    assert_eq!(value["to"]["kind"], "manifests");
    assert_eq!(value["counts"]["runtime"], 4);
    assert_eq!(value["counts"]["commands"], 9);
    let page = include_str!("../../docs/plan.md");
    let mut names = Vec::new();
    keys(&value, &mut names);
    for name in names {
        assert!(
            page.contains(&format!("`{name}`")),
            "docs/plan.md says nothing about {name}"
        );
    }
    for change in value["changes"].as_array().expect("a list") {
        let kind = change["kind"].as_str().expect("a name");
        assert!(
            page.contains(&format!("`{kind}`")),
            "docs/plan.md says nothing about {kind}"
        );
    }
}

fn keys(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                names.push(name.clone());
                keys(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, names)),
        _ => {}
    }
}

#[test]
fn keys_stand_in_no_json() {
    let folder = live();
    let made = rcgen::generate_simple_self_signed(["shop.example.com".to_owned()]).expect("a name");
    let block = |text: String| text.trim().replace('\n', "\n    ");
    let secret = |pair: &rcgen::CertifiedKey<rcgen::KeyPair>| {
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: tls, namespace: shop}}\ntype: kubernetes.io/tls\nstringData:\n  tls.crt: |\n    {}\n  tls.key: |\n    {}\n",
            block(pair.cert.pem()),
            block(pair.signing_key.serialize_pem())
        )
    };
    let tls = web(&[(
        "  rules:\n",
        "  tls: [{hosts: [shop.example.com], secretName: tls}]\n  rules:\n",
    )]);
    folder.file("tls.yaml", &(tls.clone() + &secret(&made)));
    assert_eq!(folder.run("compile tls.yaml -o live -q").code, Some(0));
    let renewed =
        rcgen::generate_simple_self_signed(["shop.example.com".to_owned()]).expect("a name");
    let next = tls + &secret(&renewed);
    let json = plan(&folder, &next, "--format json");
    assert!(
        json.out.contains("\"certificate_changed\""),
        "{}{}",
        json.out,
        json.err
    );
    let human = plan(&folder, &next, "");
    assert!(
        human
            .out
            .contains("  ~ certs/shop_tls.pem (valid until 4096-01-01, new key)\n"),
        "{}",
        human.out
    );
    let script = plan(&folder, &next, "--format script");
    let key = renewed.signing_key.serialize_pem();
    let key = key.lines().nth(1).expect("base64");
    assert!(script.out.contains(key), "{}", script.err);
    for other in [json, human] {
        assert!(!other.out.contains(key) && !other.err.contains(key));
        assert!(!other.out.contains("PRIVATE KEY"), "{}", other.out);
    }
}

#[test]
fn a_bundle_that_was_edited_is_taken_as_it_is_and_said_to_be() {
    let folder = live();
    let cfg = std::fs::read_to_string(folder.path("live/haproxy.cfg")).expect("written");
    folder.file("live/haproxy.cfg", &cfg.replace("retries 3", "retries 4"));
    std::fs::remove_file(folder.path("live/maps/host.map")).expect("it was there");
    let ran = folder.run("plan --from live --to clean.yaml --color never");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.err.starts_with(
            "note: --from is not as it was compiled, see haproxy.cfg, maps/host.map\n"
        ),
        "{}",
        ran.err
    );
    assert!(
        ran.out.contains("  defaults d_base\n    ~ retries 4 → retries 3\n      HAProxy reads it when it starts, and no command changes it\n"),
        "{}",
        ran.out
    );
    folder.file("live/haproxy.cfg", "global\n\x1b[2J 'open\n");
    let hostile = folder.run("plan --from live --to clean.yaml --color never");
    assert!(
        hostile.out.contains("line 2 cannot be read"),
        "{}",
        hostile.out
    );
    assert!(!hostile.out.contains('\x1b'), "{:?}", hostile.out);
}

#[test]
fn mistakes_are_told_and_nothing_is_planned() {
    let folder = live();
    folder.file("bare/haproxy.cfg", "global\n");
    folder.file("broken/bundle.json", "{\"version\":1,\"files\":{}}");
    folder.file("cut/haproxy.cfg", "global\n");
    folder.file("cut/bundle.json", "{\"version\":1,\"fil");
    for (arguments, code, words) in [
        (
            "plan --from live --to error.yaml",
            1,
            "no plan: 1 finding stands in the way",
        ),
        ("plan --from live --to missing.yaml", 2, "missing.yaml"),
        ("plan --from live --to other.yaml", 3, "other.yaml"),
        (
            "plan --from bare --to clean.yaml",
            2,
            "has a haproxy.cfg, but no bundle.json",
        ),
        (
            "plan --from cut --to clean.yaml",
            2,
            "the bundle.json of cut is broken",
        ),
        (
            "plan --from broken --to clean.yaml",
            2,
            "has a bundle.json, but no haproxy.cfg",
        ),
        (
            "plan --from - --to -",
            2,
            "standard input cannot be both sides",
        ),
        ("plan --from live", 2, "--to"),
        (
            "plan --from live --to clean.yaml --haproxy 9.9",
            2,
            "a version from 2.6 to 3.4",
        ),
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, Some(code), "{arguments}: {}", ran.err);
        assert!(ran.err.contains(words), "{arguments}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments}");
    }
}

#[test]
fn manifests_come_from_standard_input_too() {
    let folder = live();
    let arguments = ["plan", "--from", "live", "--to", "-", "--format", "json"];
    let ran = folder.run_with(&arguments, &[], &scaled());
    let value: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(value["verdict"], "runtime", "{}", ran.err);
    assert_eq!(value["to"]["path"], "-");
}

#[test]
fn colours_are_beside_the_words_and_never_instead() {
    let folder = live();
    folder.file("next.yaml", &scaled());
    let bare = folder.run("plan --from live --to next.yaml --color never");
    let coloured = folder.run("plan --from live --to next.yaml --color always");
    assert!(coloured.out.contains("\x1b["), "{}", coloured.out);
    let mut text = String::new();
    for part in coloured.out.split("\x1b[") {
        match part.split_once('m') {
            Some((code, rest)) if code.bytes().all(|b| b.is_ascii_digit() || b == b';') => {
                text.push_str(rest);
            }
            _ => text.push_str(part),
        }
    }
    assert_eq!(text, bare.out);
    assert!(
        bare.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        bare.out
    );
}

/// Passwords of every sort: of a login, of the page of statistics, in a header, and in raw lines.
fn with_secrets(word: &str) -> String {
    let annotations = format!(
        "  annotations:\n    haproxy.org/timeout-server: 9{}s\n    haproxy.org/auth-type: basic-auth\n    haproxy.org/auth-secret: users\n    haproxy.org/request-set-header: 'Authorization \"Bearer {word}\"'\n    haproxy.org/backend-config-snippet: 'http-request deny unless {{ req.hdr(x-a) {word} }}'\n",
        word.len()
    );
    let web = web(&[(
        "  name: web\n  namespace: shop\nspec:\n  ingressClassName",
        &format!("  name: web\n  namespace: shop\n{annotations}spec:\n  ingressClassName"),
    )]);
    format!(
        "{web}---\napiVersion: v1\nkind: Secret\nmetadata: {{name: users, namespace: shop}}\nstringData: {{bob: \"$5$abc${}\"}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: config, namespace: haproxy}}\ndata: {{stats-config-snippet: 'stats auth admin:{word}'}}\n",
        "Zk1PZ2kbLLH4wNnvbPhEGOKSGuTkzDZfVwGzVYVzq1".replace("kbLL", &word[..4]) + "Z"
    )
}

const ALLOWS: &str = "configMap: haproxy/config\nlisten: {metrics: [\"127.0.0.1:8404\"]}\nrules:\n  ING501:\n    allow: [stats auth, http-request deny]\n";

#[test]
fn secrets_are_told_by_nobody_and_a_policy_is_one_change() {
    let folder = Folder::new();
    folder.file("ingressc.yaml", ALLOWS);
    let (old, new) = ("hunter2SECRET", "swordfishSECRET");
    folder.file("clean.yaml", &with_secrets(old));
    let compiled = folder.run("compile clean.yaml -o live -q");
    assert_eq!(compiled.code, Some(0), "{}", compiled.err);
    let next = with_secrets(new);
    let human = plan(&folder, &next, "");
    assert_eq!(
        human.out,
        "\
reload: HAProxy 2.6 has to, for 3 of 3 changes

Only a reload brings about
  backend shop_web_80
    ~ policy
      ~ timeout server 913s → timeout server 915s  (next.yaml:7:33)
      ~ user bob <hidden>  (next.yaml:9:30)
      ~ http-request set-header Authorization <hidden>  (next.yaml:10:37)
      a backend takes its policy when HAProxy starts
    ~ http-request deny <hidden>  (next.yaml:11:41)
      rules are read when HAProxy starts
  frontend fe_metrics
    ~ stats auth <hidden>  (next.yaml:52:30)
      HAProxy reads it when it starts, and no command changes it
",
        "{}",
        human.err
    );
    folder.file("next.yaml", &next);
    let told = [
        human,
        plan(&folder, &next, "--format json"),
        plan(&folder, &next, "--format markdown"),
        folder.run("diff live next.yaml"),
        folder.run("diff live next.yaml --format json"),
        folder.run("diff live next.yaml --format markdown"),
    ];
    for ran in told {
        assert!(!ran.out.is_empty(), "{}", ran.err);
        assert!(!ran.out.contains("SECRET"), "{}", ran.out);
        assert!(!ran.out.contains("$5$"), "{}", ran.out);
    }
}

#[test]
fn servers_that_stay_keep_their_ids_as_with_previous() {
    let folder = Folder::new();
    let endpoints = |list: &[&str]| {
        let lines: Vec<String> = list
            .iter()
            .map(|address| format!("- addresses: [{address}]"))
            .collect();
        web(&[
            ("- addresses: [10.1.4.7]", &lines.join("\n")),
            (
                "  name: web\n  namespace: shop\nspec:\n  ingressClassName",
                "  name: web\n  namespace: shop\n  annotations: {haproxy.org/load-balance: source}\nspec:\n  ingressClassName",
            ),
        ])
    };
    folder.file(
        "clean.yaml",
        &endpoints(&["10.1.4.7", "10.1.4.8", "10.1.4.9"]),
    );
    assert_eq!(folder.run("compile clean.yaml -o live -q").code, Some(0));
    folder.file("next.yaml", &endpoints(&["10.1.4.8", "10.1.4.9"]));
    let planned = folder.run("plan --from live --to next.yaml --format json");
    let compiled = folder.run("compile next.yaml -o next --previous live -q");
    assert_eq!(compiled.code, Some(0), "{}", compiled.err);
    let of_bundle = folder.run("plan --from live --to next --format json");
    let changes = |ran: &Ran| {
        let value: Value = serde_json::from_str(&ran.out).expect("JSON");
        value["changes"].clone()
    };
    assert_eq!(changes(&planned), changes(&of_bundle));
    assert!(
        !planned.out.contains("decides what it gets"),
        "{}",
        planned.out
    );
}

#[test]
fn a_comment_on_a_pull_request_has_the_reasons_and_an_end() {
    let folder = live();
    let ran = plan(&folder, &scaled(), "--format markdown");
    assert_eq!(
        ran.out,
        "\
### ingressc: no reload

HAProxy 2.6 can be told all of it, in 9 commands.

**While HAProxy runs** (4)

|  | Place | Change | Why | Where |
|---|---|---|---|---|
| + | `backend shop_web_80` | `10.1.4.8-8080 10.1.4.8:8080` |  |  |
| + | `backend shop_web_80` | `10.1.4.9-8080 10.1.4.9:8080` |  |  |
| + | `maps/path.map` | `shop.example.com/cart (exact) shop_web_80` |  |  |
| - | `backend shop_web_80` | `10.1.4.7-8080` |  |  |
"
    );
    let route = |n: usize| {
        format!(
            "      - path: /a|b{n:05}\n        pathType: Exact\n        backend: {{service: {{name: web, port: {{number: 80}}}}}}\n"
        )
    };
    let many: String = (0..3_000).map(route).collect();
    let next = web(&[("      - path: /\n", &format!("{many}      - path: /\n"))]);
    let ran = plan(&folder, &next, "--format markdown");
    assert!(ran.out.len() < 65_536, "{}", ran.out.len());
    assert!(ran.out.contains("more, for which there is no room here"));
    assert!(ran.out.contains("/a\\|b00001"), "a bar ends no cell");
    assert!(ran.out.ends_with("</details>\n"));
    let none = folder.run("plan --from live --to live --format markdown");
    assert_eq!(none.out, "### ingressc: nothing to do for HAProxy\n");
}

#[test]
fn no_json_holds_what_a_runner_obeys() {
    let folder = live();
    folder.file("##[error]x.yaml", &scaled());
    for asked in [
        "plan --from live --to ##[error]x.yaml --format json",
        "route shop.example.com/##[error] clean.yaml --format json",
        "route shop.example.com/ clean.yaml --header x:##[error] --format json",
    ] {
        let ran = folder.run(asked);
        assert!(!ran.out.contains("##["), "{asked}: {}", ran.out);
    }
    let ran = folder.run("plan --from live --to ##[error]x.yaml --format json");
    assert!(
        ran.out.contains("##\\u005berror]x.yaml"),
        "{}{}",
        ran.out,
        ran.err
    );
}
