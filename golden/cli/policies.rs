//! What `route` tells about annotations: which value counts, and which ones lost to it.

use crate::run::{Folder, WEB};

#[test]
fn route_tells_whose_setting_counts_and_whose_does_not() {
    let folder = Folder::new();
    let annotated = WEB
        .replacen(
            "  namespace: shop\n",
            "  namespace: shop\n  annotations: {haproxy.org/timeout-server: 10s}\n",
            1,
        )
        .replace(
            "kind: Service\nmetadata:\n",
            "kind: Service\nmetadata:\n  annotations: {haproxy.org/timeout-server: 5m}\n",
        );
    folder.file("annotated.yaml", &annotated);
    let ran = folder.run("route shop.example.com -i annotated.yaml");
    assert!(
        ran.out.contains(
            "\npolicy    haproxy.org/timeout-server   5m    annotated.yaml:20:45   <- counts\
             \n          haproxy.org/timeout-server   10s   annotated.yaml:6:45        counts less\n"
        ),
        "{}",
        ran.out
    );
}

#[test]
fn a_header_that_is_none_is_a_mistake_of_the_command_line() {
    let folder = Folder::new();
    let ran = folder.run("route shop.example.com -i clean.yaml -H nonsense");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("`nonsense` is no header"), "{}", ran.err);
    let ran = folder.run("route shop.example.com -i clean.yaml -H x-a:1 --from 2001:db8::1");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}

#[test]
fn route_tells_which_error_file_stands_for_an_answer() {
    let folder = Folder::new();
    folder.file(
        "errors.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: errors, namespace: haproxy}\n\
         data: {\"404\": \"HTTP/1.1 410 Gone\\n\\n\"}\n",
    );
    let ran = folder.run(
        "route elsewhere.example.com -i clean.yaml errors.yaml --set errorFiles=haproxy/errors",
    );
    assert!(
        ran.out
            .contains("\nanswer    404: no rule and no default backend\n")
            && ran
                .out
                .contains("\npage      410: the error file for 404   errors.yaml:4:"),
        "{}",
        ran.out
    );
}

/// The objects of `WEB`, the Ingress with `annotations`.
fn annotated(annotations: &str) -> String {
    let metadata = format!("  namespace: shop\n  annotations: {annotations}\n");
    WEB.replacen("  namespace: shop\n", &metadata, 1)
}

#[test]
fn an_expected_backend_is_missed_where_a_rule_answers() {
    let folder = Folder::new();
    let expect = |annotations: &str, more: &str| {
        folder.file("annotated.yaml", &annotated(annotations));
        folder.run(&format!(
            "route http://shop.example.com/ -i annotated.yaml --expect shop/web:80 {more}"
        ))
    };
    let allowed = "{haproxy.org/allow-list: 192.0.2.0/24}";
    let ran = expect(allowed, "--from 203.0.113.9");
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(
        ran.err.contains("expected shop/web:80, answered 403: "),
        "{}",
        ran.err
    );
    let ran = expect(allowed, "--from 192.0.2.9");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let ran = expect("{haproxy.org/ssl-redirect: \"true\"}", "");
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(
        ran.err
            .contains("expected shop/web:80, answered 302 to https://shop.example.com/: "),
        "{}",
        ran.err
    );
}

#[test]
fn an_expectation_that_raw_lines_may_fail_is_noted() {
    let folder = Folder::new();
    let snippet = "{haproxy.org/backend-config-snippet: \"http-request deny if METH_POST\"}";
    folder.file("annotated.yaml", &annotated(snippet));
    folder.file(
        "raw.yaml",
        "rules: {ING501: {allow: [http-request deny]}}\n",
    );
    let ran = folder.run(
        "route http://shop.example.com/ -i annotated.yaml --expect shop/web:80 --config raw.yaml",
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(
        ran.err
            .contains("note: chance or raw lines may decide otherwise"),
        "{}",
        ran.err
    );
}

#[test]
fn route_tells_the_settings_of_what_is_handed_through() {
    let folder = Folder::new();
    let through = "{haproxy.org/ssl-passthrough: \"true\", haproxy.org/timeout-server: 10s}";
    folder.file("annotated.yaml", &annotated(through));
    let ran = folder.run("route https://shop.example.com/ -i annotated.yaml --expect shop/web:80");
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(
        ran.out
            .contains("haproxy.org/timeout-server    10s    annotated.yaml:6:"),
        "{}",
        ran.out
    );
}

#[test]
fn a_redirect_to_a_port_that_nobody_listens_on_is_told() {
    let folder = Folder::new();
    folder.file(
        "annotated.yaml",
        &annotated("{haproxy.org/ssl-redirect: \"true\", haproxy.org/ssl-redirect-port: \"8443\"}"),
    );
    folder.file(
        "through.yaml",
        "listen: {https: [\":443\", \"192.0.2.1:8443\"]}\n",
    );
    let told = |more: &str| {
        let ran = folder.run(&format!("check annotated.yaml --select ING703 {more}"));
        ran.err.contains("sends requests to port 8443")
            || ran.out.contains("sends requests to port 8443")
    };
    assert!(told(""));
    assert!(!told("--config through.yaml"));
    // Somebody else answers https.
    assert!(!told("--set listen.https=[]"));
}

#[test]
fn a_config_map_that_is_not_there_is_told_where_it_is_named_with_the_nearest_one() {
    let folder = Folder::new();
    folder.file(
        "config.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: haproxy-config, namespace: haproxy}\n",
    );
    let help = |name: &str| {
        folder.file("ingressc.yaml", &format!("version: 1\nconfigMap: {name}\n"));
        let ran = folder.run("check clean.yaml config.yaml --config ingressc.yaml");
        assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
        let said = ran.out + &ran.err;
        assert!(said.contains("[ingressc.yaml:2:12]"), "{said}");
        said.contains("write `haproxy/haproxy-config` if that is meant")
    };
    assert!(help("haproxy/haproxy-confg"));
    assert!(help("default/haproxy-config"));
    assert!(!help("haproxy/errors"));
}

#[test]
fn a_disagreement_says_who_says_nothing_and_counts_no_route_that_is_left_out() {
    let folder = Folder::new();
    let first = annotated("{haproxy.org/timeout-server: 10s}");
    let (ingress, others) = WEB.split_once("---\n").expect("three objects");
    let second = ingress.replace("name: web\n  namespace", "name: zwei\n  namespace");
    let second = second.replace("host: shop", "host: zwei");
    assert!(!others.is_empty() && second != ingress);
    folder.file("silent.yaml", &format!("{first}---\n{second}"));
    let ran = folder.run("check silent.yaml --format concise");
    let said = ran.out + &ran.err;
    assert!(
        said.contains("Ingress shop/web gives port 80 of Service shop/web a value of `timeout-server`, and Ingress shop/zwei gives none"),
        "{said}"
    );
    // TLS that is handed through has no paths, so that the route is left out.
    let left_out = second.replace("path: /", "path: /only").replace(
        "  namespace: shop\n",
        "  namespace: shop\n  annotations: {haproxy.org/ssl-passthrough: \"true\"}\n",
    );
    folder.file("left-out.yaml", &format!("{first}---\n{left_out}"));
    let ran = folder.run("check left-out.yaml --format concise");
    let said = ran.out + &ran.err;
    assert!(
        said.contains("ING411") && !said.contains("ING310"),
        "{said}"
    );
}
