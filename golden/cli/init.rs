//! `ingressc init`: what it writes can be used as it is, and what it tells is what the other commands do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::run::{Folder, WEB};

/// Services of all sorts, of which one has slices.
fn shop(folder: &Folder) {
    let service = |name: &str, spec: &str| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{selector: {{app: web}}, {spec}}}\n"
        )
    };
    let path = |name: &str| {
        format!(
            "\n      - {{path: /{name}, pathType: Prefix, backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}"
        )
    };
    let names = ["pinned", "balanced", "cluster"];
    let paths: String = names.into_iter().map(path).collect();
    let text = WEB.replacen("\n---", &format!("{paths}\n---"), 1);
    let text = text.replacen(
        "  ingressClassName: haproxy\n",
        "  ingressClassName: haproxy\n  tls: [{hosts: [shop.example.com], secretName: shop-tls}]\n",
        1,
    );
    let text = text.replacen(
        "  name: web\n",
        "  name: web\n  annotations: {nginx.ingress.kubernetes.io/rewrite-target: /}\n",
        1,
    );
    folder.file(
        "deploy/shop.yaml",
        &[
            text,
            service(
                "pinned",
                "type: NodePort, ports: [{port: 80, nodePort: 30080}]",
            ),
            service(
                "balanced",
                "type: LoadBalancer, ports: [{port: 80, nodePort: 30081}]",
            ),
            service("cluster", "clusterIP: 10.96.1.1, ports: [{port: 80}]"),
        ]
        .concat(),
    );
}

#[test]
fn what_is_missing_is_told_with_the_ways_out() {
    let folder = Folder::new();
    shop(&folder);
    let ran = folder.run("init deploy");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    assert_eq!(
        ran.err,
        "\
note: the manifests have an error; see `ingressc check`

  read     1 file, 6 objects (1 Ingress, 4 Service, 1 EndpointSlice)
  classes  1 of class haproxy
  ignored  nginx.ingress.kubernetes.io/ annotations of 1 Ingress: of a controller that is not translated
  servers  1 Service port by slices, 3 by none
  unknown  shop/balanced:80, shop/cluster:80, shop/pinned:80
  missing  Secrets: shop/shop-tls
  wrote    ingressc.yaml

Before `ingressc compile`:
  - say where the servers of those Service ports are; each of these knows so many:
    nodePort         2  `kubectl get nodes -o yaml`, or `endpoints.nodes`
    loadBalancer     1  a pinned address, or exported Services with status
    slices           3  `kubectl get endpointslices -A -o yaml`, routes to pods
    clusterIP        1  a place in `endpoints.order`, routes to Services
    inventory        3  a file that lists them, in `endpoints.inventory`
  - add the missing Secrets, or map them to files in `certificates.map`
"
    );
    let written = std::fs::read_to_string(folder.path("ingressc.yaml")).expect("written");
    insta::with_settings!({snapshot_path => "init", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("ingressc.yaml", written);
    });
    // It is found, and says what it was told.
    let ran = folder.run("check --show-files");
    assert_eq!(ran.out, "deploy/shop.yaml\n", "{}", ran.err);
    assert!(folder.run("compile -o out").err.contains("ING219"));
    // The first of the ways out.
    let ran = folder.run(
        "compile -o out --set endpoints.nodes=[10.0.0.11] --set endpoints.services.shop/cluster=clusterIP \
         --set certificates.map.shop/shop-tls=/etc/ssl/shop.pem",
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.err
            .contains("  servers  1 slices, 2 nodePort, 1 clusterIP\n"),
        "{}",
        ran.err
    );
}

#[test]
fn nothing_is_overwritten_unless_it_is_asked_for() {
    let folder = Folder::new();
    folder.file("ingressc.yaml", "# mine\n");
    let text = || std::fs::read_to_string(folder.path("ingressc.yaml")).expect("there");
    let ran = folder.run("init clean.yaml");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("is there already"), "{}", ran.err);
    assert_eq!(text(), "# mine\n");
    let ran = folder.run("init clean.yaml --force");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(text().contains("\ninputs: [\"clean.yaml\"]\n"));
    // Nothing is left of how it was written.
    let names: Vec<_> = std::fs::read_dir(folder.path("."))
        .expect("a folder")
        .map(|entry| {
            let name = entry.expect("an entry").file_name();
            name.to_string_lossy().into_owned()
        })
        .filter(|name| name.starts_with(".ingressc"))
        .collect();
    assert_eq!(names, [""; 0]);
}

#[test]
fn stdout_has_the_file_and_nothing_else() {
    let folder = Folder::new();
    let ran = folder.run("init clean.yaml -o - --quiet");
    assert!(
        ran.out.starts_with("# ") && ran.err.is_empty(),
        "{}",
        ran.err
    );
    folder.run("init clean.yaml -o made.yaml");
    let written = std::fs::read_to_string(folder.path("made.yaml")).expect("written");
    assert_eq!(ran.out, written);
    assert!(!folder.exists("-"));
}

#[test]
fn inputs_are_named_as_seen_from_the_file() {
    for (target, input, named) in [
        ("ingressc.yaml", "deploy", "deploy"),
        ("ingressc.yaml", "./deploy/", "./deploy/"),
        ("edge/ingressc.yaml", "deploy", "../deploy"),
        ("edge/fra/ingressc.yaml", "edge/web.yaml", "../web.yaml"),
        ("deploy/ingressc.yaml", "deploy", "."),
        ("deploy/ingressc.yaml", "deploy/web*.yaml", "web*.yaml"),
    ] {
        let folder = Folder::new();
        folder.file("deploy/web.yaml", WEB);
        folder.file("edge/web.yaml", WEB);
        folder.file("edge/fra/none.txt", "");
        let ran = folder.run(&format!("init {input} -o {target}"));
        assert_eq!(ran.code, Some(0), "{target} {input}: {}", ran.err);
        let written = std::fs::read_to_string(folder.path(target)).expect("written");
        let inputs = format!("\ninputs: [\"{named}\"]\n");
        assert!(written.contains(&inputs), "{target} {input}:\n{written}");
        let shown = folder.run(&format!("check --config {target} --show-files"));
        assert_eq!(
            shown.out.lines().count(),
            1,
            "{target} {input}: {}",
            shown.err
        );
        assert!(shown.out.contains("web.yaml"));
    }
}

#[test]
fn classes_that_nobody_knows_are_listed() {
    let folder = Folder::new();
    let edge = WEB.replace("haproxy", "edge");
    folder.file("edge.yaml", &edge);
    let ran = folder.run("init edge.yaml");
    assert!(
        ran.err.contains("  classes  1 of class edge\n"),
        "{}",
        ran.err
    );
    assert_eq!(folder.run("compile -o out").code, Some(0));
    // From stdin, too, which can be read once.
    let ran = folder.run_with(&["init", "-", "-o", "-"], &[], &edge);
    assert!(ran.out.contains("\nclasses: [\"edge\"]\n"), "{}", ran.out);
    let foreign = "---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: edge}\nspec: {controller: example.com/x}\n";
    folder.file("edge.yaml", &(edge + foreign));
    assert_eq!(folder.run("init edge.yaml -o -").code, Some(3));
}

#[test]
fn the_controllers_config_map_is_found_and_named() {
    let folder = Folder::new();
    let map = |name: &str, data: &str| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: haproxy}}\ndata: {data}\n"
        )
    };
    let settings = map("config", "{timeout-server: 10s, allow-list: 10.0.0.0/8}");
    let app = map("app", "{check: x, LEVEL: info}");
    let mine = map("mine", "{check: x, maxconn: '1', LEVEL: info, a: b, c: d}");
    folder.file("web.yaml", &[WEB, &settings, &app, &mine].concat());
    let ran = folder.run("check web.yaml --format concise");
    assert!(
        ran.out.contains(": warning[ING616] unnamed-config-map: ConfigMap haproxy/config looks like a controller's"),
        "{}",
        ran.out
    );
    assert_eq!(ran.out.matches("ING616").count(), 1, "{}", ran.out);
    let ran = folder.run("init web.yaml");
    assert!(
        ran.err.contains("  settings ConfigMap haproxy/config\n"),
        "{}",
        ran.err
    );
    let written = std::fs::read_to_string(folder.path("ingressc.yaml")).expect("written");
    assert!(written.contains("\nconfigMap: haproxy/config\n"));
    let ran = folder.run("check --format concise");
    assert!(!ran.out.contains("ING616"), "{}", ran.out);
    // Of two nobody can tell which is meant.
    let other = settings.replace("name: config", "name: other");
    folder.file("web.yaml", &[WEB, &settings, &other].concat());
    let ran = folder.run("init web.yaml -o -");
    assert!(
        ran.out
            .contains("haproxy/config, haproxy/other.\n#configMap: haproxy/config\n"),
        "{}",
        ran.out
    );
}

/// Who knows which Service port, by the table of routes.
fn routes(folder: &Folder, config: &str) -> BTreeMap<String, usize> {
    let table = folder.run(&format!("route --all --config {config}")).out;
    let backends: BTreeSet<(String, String)> = table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let cells: Vec<&str> = line.split("   ").map(str::trim).collect();
            let cells: Vec<&str> = cells.into_iter().filter(|cell| !cell.is_empty()).collect();
            let [_, _, _, backend, _, resolver, _, _, _] = cells[..] else {
                return None;
            };
            backend
                .contains('/')
                .then(|| (backend.to_owned(), resolver.to_owned()))
        })
        .collect();
    let mut count = BTreeMap::new();
    for (_, resolver) in backends {
        let resolver = match resolver.as_str() {
            // Answered by slices that list nobody.
            "-" => "slices",
            "placeholder" => "none",
            resolver => resolver,
        };
        *count.entry(resolver.to_owned()).or_default() += 1;
    }
    count
}

#[test]
fn what_it_tells_of_every_case_is_what_its_configuration_does() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/compile");
    let mut asked = 0;
    for case in std::fs::read_dir(&cases).expect("the cases") {
        let case = case.expect("an entry").path();
        if case.join("ingressc.yaml").exists() {
            continue;
        }
        let folder = Folder::new();
        let ran = folder.run(&format!("init {} -o made.yaml", case.display()));
        // Some cases hold nothing but what is refused.
        if ran.code == Some(3) {
            continue;
        }
        let line = ran
            .err
            .lines()
            .find_map(|line| line.strip_prefix("  servers  "))
            .expect("a line about servers");
        let told: BTreeMap<String, usize> = line
            .split(", ")
            .filter_map(|part| {
                let (count, resolver) = part.split_once(" by ")?;
                let count = count.split(' ').next()?.parse().ok()?;
                Some((resolver.to_owned(), count))
            })
            .collect();
        assert_eq!(
            told,
            routes(&folder, "made.yaml"),
            "{}: {line}",
            case.display()
        );
        asked += 1;
    }
    assert!(asked > 50, "{asked} cases");
}

#[test]
fn what_is_left_out_stays_left_out() {
    for target in ["ingressc.yaml", "edge/ingressc.yaml"] {
        let folder = Folder::new();
        folder.file("deploy/web.yaml", WEB);
        folder.file("deploy/old/web.yaml", WEB);
        folder.file("deploy/sub/web.tmp.yaml", WEB);
        folder.file("edge/none.txt", "");
        let arguments =
            format!("init deploy -o {target} --exclude deploy/old --exclude *.tmp.yaml");
        let ran = folder.run(&arguments);
        assert!(ran.err.contains("  read     1 file,"), "{}", ran.err);
        let shown = folder.run(&format!("check --config {target} --show-files"));
        assert_eq!(shown.out.lines().count(), 1, "{target}: {}", shown.out);
    }
}

/// A database that is exposed, one behind a ConfigMap of another controller, and one behind an Ingress of HAProxy Ingress.
const DATABASES: &str = "\
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: db, annotations: {ingressc/expose: \"true\"}}
spec: {selector: {app: orders}, ports: [{name: pg, port: 5432}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: tcp-services, namespace: edge}
data: {\"6432\": \"db/orders:5432:ssl\"}
";

#[test]
fn a_repository_of_tcp_services_needs_no_ingress() {
    let folder = Folder::new();
    folder.file("deploy/db.yaml", DATABASES);
    let ran = folder.run("init deploy");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for words in [
        "  settings ConfigMap of TCP services edge/tcp-services\n",
        "  exposed  2 TCP ports\n",
        "  servers  1 Service port by none\n",
    ] {
        assert!(ran.err.contains(words), "{words}{}", ran.err);
    }
    assert!(!ran.err.contains("classes"), "{}", ran.err);
    let written = std::fs::read_to_string(folder.path("ingressc.yaml")).expect("written");
    let lines = "\n  configMap: edge/tcp-services\n  configMapFormat: haproxytech\n";
    assert!(written.contains(lines), "{written}");
    assert!(written.contains("# Exposed: 2."), "{written}");
    assert!(!written.contains("Taken:"), "{written}");
    assert!(!written.contains("No IngressClass"), "{written}");
    // Nothing else has to be said about the ConfigMap.
    let ran = folder.run("check");
    assert!(
        !format!("{}{}", ran.out, ran.err).contains("ING616"),
        "{}",
        ran.out
    );
}

#[test]
fn a_config_map_of_tcp_services_alone_is_something_to_do() {
    let folder = Folder::new();
    let text = DATABASES.replace("annotations: {ingressc/expose: \"true\"}", "labels: {}");
    folder.file("deploy/db.yaml", &text.replace(":ssl", ""));
    let ran = folder.run("init deploy");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let written = std::fs::read_to_string(folder.path("ingressc.yaml")).expect("written");
    // Every controller reads it alike.
    let lines = "\n  configMap: edge/tcp-services\n#  configMapFormat: nginx\n";
    assert!(written.contains(lines), "{written}");
}

#[test]
fn keys_of_tcp_ports_are_taken_and_the_others_of_their_controller_are_not() {
    let folder = Folder::new();
    let with = |keys: &str| {
        let text = WEB.replacen(
            "  name: web\n",
            &format!("  name: web\n  annotations: {{{keys}}}\n"),
            1,
        );
        folder.file("deploy/web.yaml", &text);
        folder.run("init deploy -o -").err
    };
    let taken = "  taken    haproxy-ingress.github.io/tcp-service-port annotations of 1 Ingress\n";
    let ignored = "  ignored  haproxy-ingress.github.io/ annotations of 1 Ingress: of a controller that is not translated\n";
    let said = with(
        "haproxy-ingress.github.io/tcp-service-port: \"5432\", haproxy-ingress.github.io/tcp-service-proxy-protocol: \"true\"",
    );
    assert!(said.contains(taken) && !said.contains("ignored"), "{said}");
    let said = with("haproxy-ingress.github.io/rewrite-target: /");
    assert!(said.contains(ignored) && !said.contains("taken"), "{said}");
}

#[test]
fn routes_that_are_closed_for_want_of_users_are_told_as_such() {
    let folder = Folder::new();
    let annotations =
        "  annotations: {haproxy.org/auth-type: basic-auth, haproxy.org/auth-secret: users}\n";
    let text = WEB.replacen("  name: web\n", &format!("  name: web\n{annotations}"), 1);
    folder.file("deploy/shop.yaml", &text);
    let ran = folder.run("init deploy");
    assert_eq!(ran.code, Some(0));
    let servers = "  servers  not looked for, as all routes are closed (see `ingressc check`)\n";
    assert!(ran.err.contains(servers), "{}", ran.err);
}
