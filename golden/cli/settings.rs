//! What was typed and what is configured: who wins, where the file is found, what is said about mistakes.

use crate::run::Folder;

#[test]
fn a_mistake_in_the_configuration_shows_its_place() {
    let folder = Folder::new();
    folder.file(
        "ingressc.yaml",
        "version: 1\nlisten:\n  htpp: [\":80\"]\nrules:\n  ING402: {level: loud}\n",
    );
    let ran = folder.run("check clean.yaml");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ran.err, @r#"
    error: unknown key `htpp`
       ╭─[ingressc.yaml:3:3]
     3 │   htpp: [":80"]
       ·   ────
       ╰────
      help: did you mean `http`?

    error: a level is off, error, warning, info or pedantic, not `loud`
       ╭─[ingressc.yaml:5:19]
     5 │   ING402: {level: loud}
       ·                   ────
       ╰────
    "#);
}

#[test]
fn the_file_is_found_above_the_input_and_paths_in_it_are_relative_to_it() {
    let folder = Folder::new();
    folder.file(
        "app/ingressc.yaml",
        "inputs: [deploy]\nexclude: ['deploy/old*']\nnamespace: shop\n",
    );
    folder.file("app/deploy/web.yaml", crate::run::WEB);
    folder.file("app/deploy/old.yaml", "spec: [\n");
    let ran = folder.run("check app/deploy --show-settings");
    insta::assert_snapshot!(ran.out, @r#"
    # app/ingressc.yaml
    version: 1
    inputs: ["app/deploy"]
    exclude: ["app/deploy/old*"]
    # classes: every class of a known controller, and none
    profile: spec
    dialects: []
    trustedProxies: []
    namespace: "shop"
    target:
      haproxy: "2.6"
      layout: portable
    listen:
      http: [":80"]
      https: [":443"]
      metrics: ["127.0.0.1:8404"]
      admin: ""
    endpoints:
      order: ["inventory", "slices", "nodePort", "loadBalancer", "externalName", "dns"]
      nodes:
        from: input
        address: InternalIP
      nameservers: []
      podNetworks: []
    tcp:
      pool: "26000-26999"
      lock: "app/ports.lock"
    rules:
      fail-on: error
    "#);
    assert_eq!(
        folder.run("check app/deploy --show-files").out,
        "app/deploy/web.yaml\n"
    );
    assert_eq!(
        folder
            .run("check --config app/ingressc.yaml --show-files")
            .out,
        "app/deploy/web.yaml\n"
    );
    assert_eq!(
        folder.run("check app/deploy --no-config --show-files").out,
        "app/deploy/old.yaml\napp/deploy/web.yaml\n"
    );
}

#[test]
fn flags_win_over_set_and_set_wins_over_the_file() {
    let folder = Folder::new();
    folder.file("ingressc.yaml", "rules: {fail-on: info}\nnamespace: file\n");
    let shows = |arguments: &str, line: &str| {
        let out = folder
            .run(&format!("check clean.yaml --show-settings {arguments}"))
            .out;
        assert!(
            out.lines().any(|have| have.trim() == line),
            "{arguments}: {line}\n{out}"
        );
    };
    shows("", "fail-on: info");
    shows("--set rules.fail-on=warning", "fail-on: warning");
    shows(
        "--set rules.fail-on=warning --fail-on error",
        "fail-on: error",
    );
    shows("", "namespace: \"file\"");
    shows(
        "--set namespace=typed --namespace flag",
        "namespace: \"flag\"",
    );
    shows("--no-config", "namespace: \"default\"");
    shows("", "profile: spec");
    shows("--set profile=haproxytech", "profile: haproxytech");
    shows("--set profile=haproxytech --profile spec", "profile: spec");
    shows("--dialect haproxytech", "dialects: [\"haproxytech\"]");
}

#[test]
fn profiles_and_dialects_that_do_not_exist_are_a_mistake_of_the_command_line() {
    let folder = Folder::new();
    for (arguments, words) in [
        ("--profile nginx", "one of spec, haproxytech"),
        ("--dialect nginx", "one of haproxytech"),
        (
            "--dialect haproxytech,haproxytech",
            "`--dialect` names haproxytech twice",
        ),
    ] {
        let ran = folder.run(&format!("check clean.yaml {arguments}"));
        assert_eq!(ran.code, Some(2), "{arguments}");
        assert!(ran.err.contains(words), "{arguments}: {}", ran.err);
    }
}

#[test]
fn a_setting_is_judged_by_the_version_that_is_typed() {
    let folder = Folder::new();
    folder.file(
        "ingressc.yaml",
        "inputs: [clean.yaml, errors.yaml]\nerrorFiles: haproxy/errors\n",
    );
    folder.file(
        "errors.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: errors, namespace: haproxy}\n\
         data: {\"431\": \"HTTP/1.1 431 Too Large\\n\\n\"}\n",
    );
    let old = folder.run("compile -o old");
    assert_eq!(old.code, Some(1), "{}", old.err);
    assert!(old.err.contains("needs HAProxy 3.2"), "{}", old.err);
    let new = folder.run("compile -o new --haproxy 3.2");
    assert_eq!(new.code, Some(0), "{}", new.err);
    assert!(folder.path("new/errors/431.http").is_file());
}

/// Every key of the configuration that can stand beside the others.
const EVERY_KEY: &str = "\
version: 1
exclude: [old/*]
classes: [haproxy, '']
profile: haproxytech
dialects: [haproxytech]
configMap: haproxy/config
errorFiles: haproxy/errors
patternFiles: haproxy/patterns
instances: 2
trustedProxies: [10.0.0.0/8, '2001:db8::/32']
namespace: shop
target: {haproxy: 3.2, layout: debian}
listen: {http: [], https: ['[::1]:443'], metrics: ['127.0.0.1:9000', '[::1]:9000'], admin: /run/x.sock}
endpoints:
  order: [dns, inventory]
  services: {shop/web.eu: nodePort, shop/db: [inventory, slices]}
  inventory: backends.yaml
  nodes: [10.0.0.11, node-3.example.net]
  dns: {nameservers: [tcp@10.96.0.10], clusterDomain: k8s.example, slots: 20}
  nameservers: [192.0.2.53]
  podNetworks: [10.64.0.0/14]
  zone: fra1-a
clusters:
  fra: {inputs: [clean.yaml], weight: 0, endpoints: {zone: fra1-b, nodes: {from: input, address: Hostname}}}
  ams: {inputs: [clean.yaml], backup: true}
  '12': {inputs: [clean.yaml]}
peers: {edge1: '10.0.0.1:10000', 'on': '[fd00::1]:10000'}
include:
  global: [a.cfg]
  defaults: [b.cfg]
  frontend: [c.cfg]
  backends: {'shop/web:http': [d.cfg]}
  sections: [e.cfg]
certificates: {map: {a/b: /etc/b.pem}, default: a/b}
rules: {fail-on: info, ING301: {level: off}, ING302: {level: pedantic}}
";

#[test]
fn what_show_settings_prints_is_a_configuration() {
    let folder = Folder::new();
    folder.file("backends.yaml", "");
    for file in ["a", "b", "c", "d", "e"] {
        folder.file(&format!("{file}.cfg"), "");
    }
    let without_clusters: String = {
        let lines = EVERY_KEY.lines();
        let below = |line: &&str| !line.contains("clean.yaml") && *line != "clusters:";
        lines
            .filter(below)
            .fold(String::new(), |text, line| text + line + "\n")
    } + "inputs: [clean.yaml]\n";
    let schema = include_str!("../../docs/schema/config.json");
    let schema = serde_json::from_str(schema).expect("JSON");
    let schema = jsonschema::draft202012::new(&schema).expect("a JSON Schema");
    for text in ["", EVERY_KEY, &without_clusters] {
        folder.file("ingressc.yaml", text);
        let first = folder.run("check --show-settings");
        assert_eq!((first.code, first.err.as_str()), (Some(0), ""));
        let shown = first.out.replacen("# ingressc.yaml", "# again.yaml", 1);
        folder.file("again.yaml", &shown);
        let again = folder.run("check --config again.yaml --show-settings");
        assert_eq!((&shown, String::new()), (&again.out, again.err));
        let document = serde_yaml::from_str(&shown).expect("YAML");
        assert!(schema.is_valid(&document), "{shown}");
        // Nothing that was said is lost: each key is shown.
        for word in text
            .split([' ', '{', '\n'])
            .filter_map(|word| word.strip_suffix(':'))
        {
            let key = word.trim_matches('\'');
            let lines = &mut first.out.lines().map(|line| line.trim().replace('"', ""));
            assert!(
                lines.any(|line| line.starts_with(&format!("{key}:"))),
                "{key} in\n{}",
                first.out
            );
        }
    }
}

#[test]
fn paths_beside_clusters_are_judged_but_not_compiled() {
    let folder = Folder::new();
    folder.file("ingressc.yaml", "clusters: {fra: {inputs: [clean.yaml]}}\n");
    let ran = folder.run("compile clean.yaml -o -");
    assert_eq!(ran.code, Some(2));
    insta::assert_snapshot!(ran.err, @r"
    error: paths were typed, but the configuration has `clusters`, each with inputs of its own
      help: remove the paths to compile all clusters, or add --no-config
    ");
    assert_eq!(folder.run("check clean.yaml").code, Some(0));
    // An inventory of all clusters may name Services of those that are not looked at.
    folder.file("all.yaml", "elsewhere/web:80: [10.0.0.1]\n");
    let text = "{clusters: {fra: {inputs: [clean.yaml]}}, endpoints: {inventory: all.yaml}}\n";
    folder.file("ingressc.yaml", text);
    assert_eq!(folder.run("check clean.yaml").code, Some(0));
    assert_eq!(folder.run("check").code, Some(1));
    assert_eq!(
        folder.run("check clean.yaml --no-config --show-files").out,
        "clean.yaml\n"
    );
}

#[test]
fn a_mistake_about_servers_or_clusters_ends_the_run_at_its_place() {
    let folder = Folder::new();
    for (text, place, message) in [
        (
            "endpoints: {order: [nodeport]}\n",
            "1:21",
            "there is no resolver `nodeport`",
        ),
        (
            "endpoints:\n  dns: {slots: 0}\n",
            "2:16",
            "a number from 1 to 1000",
        ),
        ("endpoints:\n  inventory: gone.yaml\n", "2:14", "gone.yaml"),
        (
            "clusters:\n  fra: {backup: true}\n",
            "2:3",
            "cluster `fra` has no inputs",
        ),
        (
            "clusters:\n  fra: {inputs: [a], backup: true}\n",
            "1:1",
            "every cluster is a backup",
        ),
        (
            "peers: {edge1: 10000}\n",
            "1:16",
            "a peer is an IP address and a port",
        ),
        ("include: {global: [gone.cfg]}\n", "1:20", "gone.cfg"),
    ] {
        folder.file("ingressc.yaml", text);
        for command in [
            "check",
            "compile --output-dir out",
            "route http://a.example/",
        ] {
            let ran = folder.run(command);
            assert_eq!(
                (ran.code, ran.out.as_str()),
                (Some(2), ""),
                "{command}: {text}"
            );
            let place = format!("[ingressc.yaml:{place}]");
            assert!(ran.err.contains(&place), "{text}: {place} in {}", ran.err);
            assert!(
                ran.err.contains(message),
                "{text}: {message} in {}",
                ran.err
            );
        }
    }
}

#[test]
fn metrics_for_everybody_are_a_finding_in_the_configuration() {
    let folder = Folder::new();
    folder.file("ingressc.yaml", "listen: {metrics: [\":8404\"]}\n");
    let ran = folder.run("check clean.yaml");
    assert_eq!(ran.code, Some(0));
    insta::assert_snapshot!(ran.out, @r#"
    warning[ING518] stats-exposed: whoever can reach `:8404` sees the statistics and metrics
       ╭─[ingressc.yaml:1:20]
     1 │ listen: {metrics: [":8404"]}
       ·                    ───────
       ╰────
      help: listen on `127.0.0.1:8404`, or on an address that only the monitoring can reach
      note: they name every backend and server with its address, and ask for no password unless lines of
            `stats-config-snippet` do
    "#);
    assert_eq!(ran.err, "Found 1 problem in 1 of 2 files: 1 warning.\n");
    let ran = folder.run("check clean.yaml --set rules.stats-exposed.level=off");
    assert_eq!(ran.out, "");
    let ran = folder.run("compile clean.yaml --output-dir out --fail-on warning");
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("ING518"), "{}", ran.err);
}

#[test]
fn the_environment_names_the_configuration() {
    let folder = Folder::new();
    folder.file("ops.yaml", "namespace: ops\n");
    let environment = [("INGRESSC_CONFIG", "ops.yaml")];
    let run = |arguments: &[&str]| {
        folder
            .run_with(
                &[&["check", "--show-settings"], arguments].concat(),
                &environment,
                "",
            )
            .out
    };
    assert!(run(&[]).contains("namespace: \"ops\""));
    assert!(run(&["--no-config"]).contains("namespace: \"default\""));
}

#[test]
fn selectors_choose_findings_and_the_tail_line_counts_the_rest() {
    let folder = Folder::new();
    let ran = folder.run("check error.yaml --ignore duplicate-key");
    assert!(!ran.out.contains("ING002"), "{}", ran.out);
    assert!(
        ran.err.contains("Hidden: ") && ran.err.contains("by --select or --ignore"),
        "{}",
        ran.err
    );
    let ran = folder.run("check error.yaml --set rules.ING002.level=off");
    assert!(
        ran.err.contains("switched off in the configuration"),
        "{}",
        ran.err
    );
    let ran = folder.run("check warning.yaml --min-severity error");
    assert!(ran.err.contains("below --min-severity"), "{}", ran.err);
}

#[test]
fn a_path_that_does_not_exist_is_named() {
    let ran = Folder::new().run("check nowhere/x.yaml");
    assert!(
        ran.err.starts_with("error: ") && ran.err.contains("nowhere/x.yaml"),
        "{}",
        ran.err
    );
}
