//! The exit codes: one table.

use crate::run::{Folder, WEB};

const TABLE: &[(i32, &str)] = &[
    // 0: nothing at or above the threshold
    (0, "check clean.yaml"),
    (0, "check warning.yaml"),
    (0, "check service.yaml"),
    (0, "check error.yaml --exit-zero"),
    (0, "check error.yaml --ignore ING002"),
    (0, "check error.yaml --select ING4"),
    (0, "check clean.yaml --format sarif"),
    (
        0,
        "check clean.yaml --report sarif=out.sarif --report junit=-",
    ),
    (0, "compile clean.yaml -o reported --report markdown=-"),
    (0, "schema report"),
    (0, "check error.yaml --set rules.ING002.level=warning"),
    (0, "compile clean.yaml -o out"),
    (0, "compile clean.yaml -o out --check"),
    (0, "compile clean.yaml -o -"),
    (0, "route http://shop.example.com/ -i clean.yaml"),
    (
        0,
        "route http://shop.example.com/ -i clean.yaml --expect shop/web:80",
    ),
    (0, "route --all -i clean.yaml"),
    (0, "check service.yaml --verify=never-asked"),
    (0, "check symbolic.yaml"),
    (0, "check symbolic.yaml --config mapped.yaml"),
    (0, "route http://shop.example.com/ -i symbolic.yaml"),
    (
        0,
        "route http://shop.example.com/ -i symbolic.yaml --expect shop/web:80",
    ),
    (0, "check clean.yaml --config clusters.yaml"),
    (0, "route --all -i clean.yaml --config clusters.yaml"),
    (0, "compile -o two --config clusters.yaml"),
    (
        0,
        "compile clean.yaml -o one --config clusters.yaml --no-config",
    ),
    (0, "ports exposed.yaml"),
    (0, "ports exposed.yaml --format json"),
    (0, "check exposed.yaml"),
    (0, "ports update exposed.yaml"),
    (0, "ports prune"),
    (0, "ports repair"),
    (0, "check exposed.yaml --locked"),
    (0, "init clean.yaml -o made.yaml"),
    (0, "init clean.yaml -o made.yaml --force"),
    (0, "init symbolic.yaml -o -"),
    (0, "explain ING301"),
    (0, "explain duplicate-route"),
    (0, "explain haproxy.org/timeout-server"),
    (0, "annotations"),
    (0, "annotations --dialect haproxytech --format json"),
    (0, "check clean.yaml --profile haproxytech"),
    (0, "schema annotations"),
    (0, "rules"),
    (0, "completions bash"),
    (0, "redact clean.yaml"),
    (0, "redact other.yaml -o redacted.yaml"),
    (0, "redact warning.yaml --in-place"),
    (0, "check --show-settings"),
    (0, "--version"),
    (0, "--help"),
    (0, "check --help"),
    // 1: the answer is no
    (1, "check error.yaml"),
    (1, "check error.yaml --format json"),
    (1, "check error.yaml --format concise --min-severity error"),
    (1, "check error.yaml --silent"),
    (1, "check error.yaml --report github=out.txt"),
    (1, "check unread.yaml"),
    (1, "check unread.yaml --select ING4"),
    (1, "check warning.yaml --fail-on warning"),
    (
        1,
        "check warning.yaml --fail-on warning --min-severity error",
    ),
    (1, "check warning.yaml --config strict.yaml"),
    (
        1,
        "check warning.yaml --set rules.class-missing.level=error",
    ),
    (1, "compile error.yaml -o never"),
    (1, "compile error.yaml -o kept --keep-going"),
    (1, "compile clean.yaml -o stale --check"),
    (1, "compile symbolic.yaml -o never"),
    (1, "check exposed.yaml --locked --set tcp.lock=absent.lock"),
    (1, "ports exposed.yaml --set tcp.lock=bad.yaml"),
    (1, "ports update exposed.yaml unread.yaml"),
    (1, "ports prune --set tcp.lock=bad.yaml"),
    (1, "ports repair --set tcp.lock=bad.yaml"),
    (1, "init clean.yaml unread.yaml -o -"),
    (
        1,
        "route http://shop.example.com/ -i clean.yaml --expect shop/other:80",
    ),
    (
        1,
        "route http://shop.example.com/ -i clean.yaml -i unread.yaml",
    ),
    (1, "redact unread.yaml"),
    (1, "redact clean.yaml bad.yaml"),
    // The place of the lock is below a file.
    (
        1,
        "ports update exposed.yaml --set tcp.lock=clean.yaml/a.lock",
    ),
    // 2: asked wrongly
    (2, ""),
    (2, "frobnicate"),
    (2, "check --frobnicate"),
    (2, "check no-such-file.yaml"),
    (2, "check clean.yaml no-such-file.yaml"),
    (2, "check clean.yaml --select ING999"),
    (2, "check clean.yaml --ignore ING001"),
    (2, "check clean.yaml --fail-on never"),
    (2, "check clean.yaml --format xml"),
    (2, "check clean.yaml --report sarif"),
    (2, "check clean.yaml --report sarif="),
    (2, "check clean.yaml --report xml=out.xml"),
    (2, "check clean.yaml --report sarif=a --report junit=a"),
    (2, "check clean.yaml --report sarif=- --report junit=-"),
    (2, "check clean.yaml --report json=clean.yaml"),
    (2, "check clean.yaml --report json=./empty/../clean.yaml"),
    (2, "check clean.yaml --diff --report json=-"),
    (2, "check - --fix --report json=-"),
    (2, "compile clean.yaml -o - --report json=-"),
    (2, "compile clean.yaml -o out --check --report json=-"),
    (2, "check clean.yaml --config bad.yaml"),
    (2, "check clean.yaml --config newer.yaml"),
    (2, "check clean.yaml --config no-such-file.yaml"),
    (2, "check clean.yaml --set versoin=1"),
    (2, "check clean.yaml --namespace Shop_1"),
    (2, "check clean.yaml --now yesterday"),
    (2, "compile clean.yaml"),
    (2, "compile clean.yaml -o out --haproxy 2.4"),
    (2, "compile clean.yaml -o out --check --keep-going"),
    (2, "compile clean.yaml -o - --check"),
    (2, "compile clean.yaml -o other.yaml"),
    (2, "compile clean.yaml -o other.yaml --check"),
    (2, "compile clean.yaml -o out --verify=no-such-haproxy"),
    (2, "compile clean.yaml -o out --set listen.http=[]"),
    (2, "route -i clean.yaml"),
    (2, "route http://a/ --all -i clean.yaml"),
    (2, "route http://a/ -i clean.yaml --expect web"),
    (2, "route http://a/ -i clean.yaml --method GE(T"),
    (2, "check clean.yaml --verify=no-such-haproxy"),
    (2, "compile clean.yaml -o out --config clusters.yaml"),
    (2, "ports --format xml"),
    (2, "ports prune db"),
    (2, "ports prune db/orders:5432"),
    (2, "ports repair --base nowhere"),
    (2, "ports no-such-file.yaml"),
    (2, "init clean.yaml -o made.yaml"),
    (2, "init no-such-file.yaml -o -"),
    (2, "explain ING999"),
    (2, "explain haproxy.org/timeout-sever"),
    (2, "annotations --dialect nginx"),
    (2, "rules ING999"),
    (2, "completions tcsh"),
    (2, "redact --in-place"),
    (2, "redact - --in-place"),
    (2, "redact clean.yaml --in-place -o out.yaml"),
    (2, "redact no-such-file.yaml"),
    // 3: nothing to do
    (3, "check empty"),
    (3, "check no-*.yaml"),
    (3, "check other.yaml"),
    (3, "check clean.yaml --class nginx"),
    (3, "check error.yaml --class nginx"),
    (3, "compile service.yaml -o out"),
    (3, "compile clean.yaml -o out --class nginx"),
    (3, "route --all -i service.yaml"),
    (3, "ports clean.yaml --set tcp.lock=absent.lock"),
    (3, "ports update other.yaml"),
    (3, "ports repair --set tcp.lock=absent.lock"),
    (3, "redact"),
    (3, "redact empty"),
    (3, "redact no-*.yaml"),
    (3, "init service.yaml -o -"),
    (3, "init other.yaml -o -"),
    // 4: we failed
    (4, "redact clean.yaml -o no-such-folder/out.yaml"),
    (
        4,
        "check clean.yaml --report sarif=no-such-folder/out.sarif",
    ),
    (4, "check error.yaml --report sarif=empty"),
    (4, "compile clean.yaml -o clean.yaml/out"),
    (4, "compile clean.yaml -o refused --verify=/bin/false"),
    (4, "check clean.yaml --verify=/bin/false"),
    (4, "init clean.yaml -o clean.yaml/ingressc.yaml"),
];

const EXPOSED: &str = "\
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: db, annotations: {ingressc/expose: \"true\"}}
spec:
  ports: [{name: pg, port: 5432}]
";

#[test]
fn the_exit_codes_are_those_of_the_contract() {
    let folder = Folder::new();
    folder.file("exposed.yaml", EXPOSED);
    folder.file("bad.yaml", "versoin: 1\n");
    folder.file("newer.yaml", "requires: '>=99'\n");
    folder.file("strict.yaml", "rules: {fail-on: warning}\n");
    folder.file("false-haproxy", "");
    folder.file(
        "mapped.yaml",
        "certificates: {map: {shop/tls: /nowhere/tls.pem}}\n",
    );
    folder.file(
        "clusters.yaml",
        "clusters: {ams: {inputs: [clean.yaml]}, fra: {inputs: [clean.yaml]}}\n",
    );
    folder.file("empty/readme.txt", "no manifest\n");
    for (code, arguments) in TABLE {
        let ran = folder.run(arguments);
        assert_eq!(
            ran.code,
            Some(*code),
            "ingressc {arguments}\n{}{}",
            ran.out,
            ran.err
        );
    }
}

#[test]
fn errors_and_refused_output_leave_no_folder_behind() {
    let folder = Folder::new();
    folder.run("compile error.yaml -o errors");
    folder.run("compile clean.yaml -o class --class nginx");
    folder.run("compile clean.yaml -o stale --check");
    folder.run("compile clean.yaml -o refused --verify=/bin/false");
    for dir in ["errors", "class", "stale", "refused"] {
        assert!(!folder.exists(dir), "{dir} was written");
    }
    folder.run("compile error.yaml -o kept --keep-going");
    let cfg = std::fs::read_to_string(folder.path("kept/haproxy.cfg")).expect("written");
    assert!(cfg.contains("INCOMPLETE"), "{cfg}");
}

#[test]
fn check_lists_how_the_folder_differs() {
    let folder = Folder::new();
    assert!(
        folder
            .run("compile clean.yaml -o out")
            .err
            .contains("  wrote    out/haproxy.cfg")
    );
    assert!(
        folder
            .run("compile clean.yaml -o out")
            .err
            .contains("  wrote    nothing: out/ is up to date")
    );
    let ran = folder.run("compile clean.yaml -o out --check");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    std::fs::write(folder.path("out/haproxy.cfg"), "edited by hand\n").expect("written");
    let ran = folder.run("compile clean.yaml -o out --check");
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(1), "changed  haproxy.cfg\n")
    );
}

#[test]
fn a_bundle_among_the_manifests_is_not_read() {
    let folder = Folder::new();
    folder.file("app/web.yaml", WEB);
    let compile = "compile app -o app/build/haproxy --pedantic";
    let first = folder.run(compile);
    assert_eq!((first.code, first.out.as_str()), (Some(0), ""));
    let second = folder.run(compile);
    assert_eq!((second.code, second.out.as_str()), (Some(0), ""));
    assert!(second.err.contains("  read     1 file, "), "{}", second.err);
    assert!(second.err.contains("is up to date"), "{}", second.err);
}

#[test]
fn what_is_no_folder_is_named() {
    let folder = Folder::new();
    for check in ["", " --check"] {
        let ran = folder.run(&format!("compile clean.yaml -o other.yaml{check}"));
        let first = ran.err.lines().next();
        assert_eq!(first, Some("error: other.yaml is no folder"), "{}", ran.err);
    }
    let ran = folder.run("compile clean.yaml -o - --check");
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("standard output is none"), "{}", ran.err);
}

#[test]
fn an_unread_file_is_never_taken_for_nothing_to_do() {
    let folder = Folder::new();
    let ran = folder.run("check unread.yaml other.yaml --class nginx");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
}
