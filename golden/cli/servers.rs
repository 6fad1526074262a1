//! What the commands tell about servers: who found them, in which cluster, and what stands in for those that nobody knows.

use crate::run::{Folder, WEB};

/// The Service of `WEB` with a pinned node port, and no slices.
fn pinned() -> String {
    let slice = WEB.rfind("---\n").expect("three objects");
    WEB[..slice]
        .replace("spec:\n  selector:", "spec:\n  type: NodePort\n  selector:")
        .replace("{port: 80,", "{port: 80, nodePort: 30080,")
}

#[test]
fn route_tells_which_resolver_found_the_servers() {
    let folder = Folder::new();
    folder.file("pinned.yaml", &pinned());
    let servers = |arguments: &str| {
        let arguments = format!("route shop.example.com -i pinned.yaml {arguments}");
        let out = folder.run(&arguments).out;
        let mut lines = out.lines();
        let line = lines.find(|line| line.starts_with("servers "));
        format!("{}\n", line.expect("a line"))
    };
    assert_eq!(
        servers(""),
        "servers   placeholder: no resolver knows shop/web:80\n"
    );
    assert_eq!(
        servers("--set endpoints.nodes=[10.0.0.11,10.0.0.12]"),
        "servers   10.0.0.11:30080 · 10.0.0.12:30080   nodePort\n"
    );
    assert_eq!(
        folder
            .run("route --all -i pinned.yaml --set endpoints.nodes=[10.0.0.11]")
            .out,
        "\
HOST               PATH   TYPE     BACKEND       SERVERS   RESOLVER   TLS   POLICY   FROM
shop.example.com   /      Prefix   shop/web:80   1         nodePort   -     -        pinned.yaml:12:15
(default)          -      -        404           -         -          -     -        -
"
    );
}

#[test]
fn compile_counts_the_servers_of_each_resolver_unless_all_are_from_slices() {
    let folder = Folder::new();
    folder.file("pinned.yaml", &pinned());
    let ran = folder.run("compile pinned.yaml -o out --set endpoints.nodes=[10.0.0.11,10.0.0.12]");
    assert!(ran.err.contains("\n  servers  2 nodePort\n"), "{}", ran.err);
    let ran = folder.run("compile clean.yaml -o out");
    assert!(!ran.err.contains("  servers  "), "{}", ran.err);
}

#[test]
fn check_asks_haproxy_with_placeholders() {
    let folder = Folder::new();
    // Stands for haproxy: its version, then its verdict on the configuration, which it leaves behind.
    let script = "#!/bin/sh\n[ \"$1\" = -v ] && { echo 'HAProxy version 9.9.9 2026/01/01'; exit 0; }\n\
                  for last; do :; done\ncp \"$last\" seen.cfg\n";
    folder.file("haproxy", script);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path("haproxy"), mode).expect("changed");
    let ran = folder.run("check symbolic.yaml --verify=./haproxy");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    assert!(
        ran.err.ends_with(
            "  verify   haproxy 9.9.9 -c: valid, no warnings; with placeholders for 1 Service\n"
        ),
        "{}",
        ran.err
    );
    let cfg = std::fs::read_to_string(folder.path("seen.cfg")).expect("copied");
    assert!(cfg.contains("192.0.2.1"), "{cfg}");

    let tls = WEB.replace(
        "  ingressClassName: haproxy\n",
        "  ingressClassName: haproxy\n  tls: [{hosts: [shop.example.com], secretName: tls}]\n",
    );
    folder.file("tls.yaml", &tls);
    let ran = folder.run(
        "check tls.yaml --verify=./haproxy --set certificates.map.shop/tls=/nowhere/to/be/found.pem",
    );
    assert!(
        ran.err
            .ends_with("valid, no warnings; with placeholders for 1 certificate\n"),
        "{}",
        ran.err
    );
}

/// Two clusters with the same Service, and an inventory beside the manifests of one.
fn clusters() -> Folder {
    let folder = Folder::new();
    folder.file("fra/web.yaml", WEB);
    folder.file("fra/backends.yaml", "shop/web:80: [10.9.0.1:8080]\n");
    folder.file("amsterdam/web.yaml", &WEB.replace("10.1.4.7", "10.2.4.7"));
    folder.file(
        "ingressc.yaml",
        "clusters:\n  \
         fra: {inputs: [fra], weight: 90, endpoints: {inventory: fra/backends.yaml}}\n  \
         amsterdam: {inputs: [amsterdam], backup: true}\n",
    );
    folder
}

#[test]
fn what_clusters_lack_is_told_once_and_with_their_name() {
    let folder = clusters();
    let clusters = "clusters: {fra: {inputs: [fra]}, ams: {inputs: [amsterdam]}}\n";
    let inherited = format!("endpoints: {{inventory: nope.yaml}}\n{clusters}");
    folder.file("ingressc.yaml", &inherited);
    let ran = folder.run("check");
    assert_eq!(ran.code, Some(2));
    assert_eq!(
        ran.err.matches("[ingressc.yaml:1:").count(),
        1,
        "{}",
        ran.err
    );

    folder.file("ingressc.yaml", &clusters.replace("amsterdam", "nodir"));
    let ran = folder.run("check");
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            Some(2),
            "error: cluster `ams`: there is no file or folder `nodir`\n"
        )
    );
}

#[test]
fn files_are_shown_with_their_cluster_and_an_inventory_is_no_manifest() {
    let folder = clusters();
    assert_eq!(
        folder.run("check --show-files").out,
        "amsterdam   amsterdam/web.yaml\nfra         fra/web.yaml\n"
    );
    assert_eq!(folder.run("check").code, Some(0));
}

#[test]
fn clusters_are_told_apart() {
    let folder = clusters();
    let ran = folder.run("compile -o out");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for line in [
        "  read     2 files, 6 objects (2 Ingress, 2 Service, 2 EndpointSlice), in 2 clusters\n",
        "  servers  1 amsterdam/slices, 1 fra/inventory\n",
    ] {
        assert!(ran.err.contains(line), "{line}\n{}", ran.err);
    }
    let out = folder.run("route shop.example.com").out;
    let lines: Vec<&str> = out
        .lines()
        .skip_while(|line| !line.starts_with("servers"))
        .take_while(|line| !line.starts_with("config"))
        .collect();
    assert_eq!(
        lines,
        [
            "servers   10.9.0.1:8080   fra/inventory",
            "          10.2.4.7:8080   amsterdam/slices, backup",
        ]
    );
    let shared = "route shop.example.com --set clusters.amsterdam.backup=false --set clusters.amsterdam.weight=10";
    let out = folder.run(shared).out;
    assert!(
        out.contains("servers   10.2.4.7:8080   amsterdam/slices, weight 28\n")
            && out.contains("          10.9.0.1:8080   fra/inventory, weight 252\n"),
        "{out}"
    );
    let table = folder.run("route --all").out;
    assert!(
        table.contains("   2         amsterdam/slices, fra/inventory   "),
        "{table}"
    );
}

#[test]
fn typed_paths_are_judged_without_clusters_and_never_compiled() {
    let folder = clusters();
    let ran = folder.run("compile fra -o out");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert_eq!(
        ran.err,
        "\
error: paths were typed, but the configuration has `clusters`, each with inputs of its own
  help: remove the paths to compile all clusters, or add --no-config
"
    );
    assert!(!folder.exists("out"));
    let ran = folder.run("check fra -v");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.err.contains("  clusters left aside: 2 configured clusters; the paths are read as one without a name\n"),
        "{}",
        ran.err
    );
    assert!(!folder.run("check").err.contains("left aside"));
    let out = folder.run("route shop.example.com -i fra").out;
    assert!(out.contains("servers   10.1.4.7:8080   slices\n"), "{out}");
    assert_eq!(folder.run("check fra --show-files").out, "fra/web.yaml\n");
}

#[test]
fn a_cluster_that_would_be_forgotten_is_refused() {
    let skipped = WEB.replace("ingressClassName: haproxy", "ingressClassName: other")
        + "---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: other}\nspec: {controller: example.com/other}\n";
    let service = &WEB[WEB.find("---\n").expect("three objects")..];
    let why = "nothing to do in cluster `amsterdam`: ";
    for (text, fault) in [
        (Some(""), "no Kubernetes object in the file\n"),
        (
            Some(service),
            "no Ingress in the file, and no Service that is exposed\n",
        ),
        (
            Some(&skipped),
            "no Ingress is of a selected class; found 1 of class other\n",
        ),
        (None, "no file matches its `inputs`\n"),
    ] {
        let folder = clusters();
        match text {
            Some(text) => folder.file("amsterdam/web.yaml", text),
            None => {
                std::fs::remove_file(folder.path("amsterdam/web.yaml")).expect("written above");
            }
        }
        for command in [
            "compile -o out",
            "compile -o out --keep-going",
            "compile -o -",
            "check",
        ] {
            let ran = folder.run(command);
            assert_eq!(ran.code, Some(3), "{command}\n{}", ran.err);
            assert!(
                ran.err
                    .contains(&format!("{why}{fault}  help: if the cluster is gone")),
                "{command}\n{}",
                ran.err
            );
            assert!(!folder.exists("out"), "{command}");
        }
        // A question about a route has an answer all the same.
        let ran = folder.run("route shop.example.com");
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(ran.err.contains(why), "{}", ran.err);
    }
}

#[test]
fn a_cluster_whose_pattern_matches_nothing_is_named() {
    let folder = clusters();
    let ran = folder.run("compile -o out --set clusters.amsterdam.inputs=[no-*.yaml]");
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(
        ran.err
            .contains("nothing to do in cluster `amsterdam`: no file matches `no-*.yaml`\n"),
        "{}",
        ran.err
    );
    assert!(!folder.exists("out"));
}

#[test]
fn a_cluster_that_was_not_read_is_not_forgotten_with_keep_going() {
    let folder = clusters();
    folder.file("amsterdam/web.yaml", "kind: [\n");
    assert_eq!(folder.run("check").code, Some(1));
    let ran = folder.run("compile -o out");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.err.contains("--keep-going"), "{}", ran.err);
    let ran = folder.run("compile -o out --keep-going");
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(!folder.exists("out"));
}

/// The YAML examples of the documentation, without their indentation.
fn examples(text: &str) -> Vec<String> {
    let mut examples = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        match &mut open {
            None if line.trim_start() == "```yaml" => open = Some((indent, String::new())),
            None => {}
            Some(_) if line.trim_start() == "```" => {
                examples.extend(open.take().map(|(_, text)| text));
            }
            Some((cut, text)) => {
                text.push_str(line.get(*cut..).unwrap_or_default());
                text.push('\n');
            }
        }
    }
    examples
}

#[test]
fn the_examples_of_the_documentation_are_taken() {
    let text = include_str!("../../docs/endpoints.md");
    let folder = Folder::new();
    let named = WEB.replace("{port: 80", "{name: http, port: 80");
    folder.file(
        "web.yaml",
        &named.replace("- {port: 8080", "- {name: http, port: 8080"),
    );
    let (mut configurations, mut inventories, mut annotations) = (0, 0, 0);
    for example in examples(text) {
        let begins = |key: &str| example.lines().any(|line| line.starts_with(key));
        if begins("endpoints:") || begins("clusters:") {
            folder.file("example.yaml", &example);
            folder.file("backends.yaml", "shop/web:http: [10.0.0.1:8080]\n");
            let ran = folder.run("check --config example.yaml --show-settings");
            assert_eq!(ran.code, Some(0), "{example}{}", ran.err);
            configurations += 1;
        } else if begins("shop/web:http:") {
            folder.file("backends.yaml", &example);
            let ran = folder.run("compile web.yaml -o - --set endpoints.inventory=backends.yaml");
            assert_eq!(ran.code, Some(0), "{example}{}", ran.err);
            assert!(ran.err.contains("  servers  4 inventory\n"), "{}", ran.err);
            inventories += 1;
        } else {
            let annotated = named.replace(
                "---\napiVersion: v1\nkind: Service\nmetadata:\n",
                &format!("---\napiVersion: v1\nkind: Service\n{example}"),
            );
            assert_ne!(annotated, named, "{example}");
            folder.file("annotated.yaml", &annotated);
            let ran = folder.run("check annotated.yaml");
            assert_eq!(ran.code, Some(0), "{example}{}", ran.out);
            annotations += 1;
        }
    }
    assert_eq!((configurations, inventories, annotations), (6, 1, 1));
}
