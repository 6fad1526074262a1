//! `redact`: what is written, where, and what is told about it.

use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::run::{Folder, WEB, command};

const EXPORT: &str = "\
# a comment
apiVersion: v1
kind: Secret
metadata: {name: web, namespace: shop, uid: 1b4e}
data: {password: aHVudGVyMg==}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, uid: 2c5f}
spec: {ports: [{port: 80}]}
";

const REDACTED: &str = "\
apiVersion: v1
kind: Secret
metadata:
  name: web
  namespace: shop
  annotations:
    ingressc/redacted: password
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  ports:
  - port: 80
";

const CERTIFICATE: &str = include_str!("../../src/certificate/fixtures/ec.crt");
const KEY: &str = include_str!("../../src/certificate/fixtures/ec.key");

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file("dump/export.yaml", EXPORT);
    folder
}

fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path(name)).expect("there")
}

#[test]
fn the_export_goes_to_stdout_and_the_list_to_stderr() {
    let ran = folder().run("redact dump");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), REDACTED));
    assert_eq!(
        ran.err,
        "  removed  Secret shop/web: data.password 12 bytes\n  noise    Secret: metadata.uid; 4 bytes\n  \
         noise    Service: metadata.uid; 4 bytes\n  wrote    2 objects from 1 file\n"
    );
    let ran = folder().run("redact dump -q");
    assert_eq!((ran.out.as_str(), ran.err.as_str()), (REDACTED, ""));
    let ran = folder().run("redact dump -v");
    let line = "  noise    Service shop/web: metadata.uid 4 bytes\n";
    assert!(ran.err.contains(line), "{}", ran.err);
}

#[test]
fn what_is_piped_in_is_redacted() {
    for arguments in [&["redact"][..], &["redact", "-"], &["redact", "-o", "-"]] {
        let ran = folder().run_with(arguments, &[], EXPORT);
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), REDACTED));
    }
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = folder();
    let ran = folder.run("redact dump -o out.yaml");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    assert_eq!(read(&folder, "out.yaml"), REDACTED);
    let ran = folder.run("redact dump unread.yaml -o out.yaml");
    assert_eq!(ran.code, Some(1));
    assert_eq!(read(&folder, "out.yaml"), REDACTED);
    // Its own input, and a device.
    assert_eq!(folder.run("redact out.yaml -o out.yaml").code, Some(0));
    assert_eq!(read(&folder, "out.yaml"), REDACTED);
    assert_eq!(folder.run("redact dump -o /dev/null").code, Some(0));
    let null = std::fs::metadata("/dev/null").expect("there");
    assert!(!null.is_file());
}

#[test]
fn in_place_only_what_holds_something_is_written() {
    let folder = folder();
    let json = r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","uid":"1"},"spec":{"ports":[{"port":80}]}}"#;
    folder.file("dump/service.json", json);
    let clean = "# stays\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n";
    folder.file("dump/clean.yaml", clean);
    folder.file("kept.yaml", EXPORT);
    std::os::unix::fs::symlink("../kept.yaml", folder.path("dump/link.yaml")).expect("linked");
    let only_me = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(folder.path("dump/export.yaml"), only_me).expect("set");

    let ran = folder.run("redact dump --in-place");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    let tail = "  wrote    3 files; 1 file had nothing to take out\n";
    assert!(ran.err.ends_with(tail), "{}", ran.err);
    assert_eq!(read(&folder, "dump/export.yaml"), REDACTED);
    let mode = std::fs::metadata(folder.path("dump/export.yaml"))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(read(&folder, "dump/clean.yaml"), clean);
    assert!(read(&folder, "dump/service.json").starts_with("{\n    \"apiVersion\": \"v1\","));
    assert!(folder.path("dump/link.yaml").is_symlink());
    assert_eq!(read(&folder, "kept.yaml"), REDACTED);
    let left = std::fs::read_dir(folder.path("dump"))
        .expect("there")
        .count();
    assert_eq!(left, 4);
    let again = folder.run("redact dump --in-place").err;
    assert_eq!(
        again,
        "  wrote    0 files; 4 files had nothing to take out\n"
    );
}

#[test]
fn a_document_that_cannot_be_read_stops_everything_and_shows_nothing() {
    let folder = folder();
    folder.file(
        "dump/broken.yaml",
        "apiVersion: v1\nkind: Secret\ndata: {a: hunter2, b: [}\n",
    );
    folder.file(
        "dump/alias.yaml",
        "kind: Secret\nstringData: {a: *hunter2}\n",
    );
    folder.file(
        "dump/template.yaml",
        "kind: Secret\nstringData: {a: {{hunter2}}}\n",
    );
    folder.file("dump/loose.yaml", "password: hunter2\n");
    let ran = folder.run("redact dump --in-place");
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    assert!(ran.err.contains("dump/broken.yaml:3:"), "{}", ran.err);
    assert!(
        ran.err.contains("dump/loose.yaml:1:1: error[ING013]"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    assert!(ran.err.ends_with("so nothing was written\n"), "{}", ran.err);
    assert_eq!(read(&folder, "dump/export.yaml"), EXPORT);
    assert_eq!(folder.run("redact dump").out, "");
}

#[test]
fn a_pipe_that_is_closed_is_no_failure() {
    let folder = folder();
    let mut child = command(&folder.path("."))
        .args(["redact", "dump"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_redacted_export_can_be_checked_and_asked_and_compiled_with_the_key_on_the_host() {
    let folder = Folder::new();
    let tls = WEB.replace(
        "  rules:\n",
        "  tls: [{hosts: [a.io], secretName: tls}]\n  rules:\n",
    );
    let (certificate, key) = (STANDARD.encode(CERTIFICATE), STANDARD.encode(KEY));
    let secret = format!(
        "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: tls, namespace: shop}}\ntype: kubernetes.io/tls\n\
         data: {{tls.crt: {certificate}, tls.key: {key}}}\n"
    );
    folder.file(
        "all.yaml",
        &format!("{}{secret}", tls.replace("shop.example.com", "a.io")),
    );
    assert_eq!(folder.run("redact all.yaml --in-place").code, Some(0));
    let all = read(&folder, "all.yaml");
    assert!(
        all.contains("ingressc/redacted: tls.key\n") && !all.contains(&key),
        "{all}"
    );

    let ran = folder.run("check all.yaml");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    let ran = folder.run("check all.yaml --now 2099-01-01");
    assert!(ran.out.contains("ING405"), "{}", ran.out);
    let ran = folder.run("route https://a.io/ -i all.yaml --expect shop/web:80");
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    let ran = folder.run("compile all.yaml -o out");
    assert_eq!(ran.code, Some(1));
    let told = "Secret shop/tls, which Ingress shop/web names for TLS, was redacted: its private key is not here";
    assert!(ran.err.contains("ING208"), "{}", ran.err);
    assert!(
        ran.err
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains(told),
        "{}",
        ran.err
    );
    let map = "certificates.map.shop/tls=/etc/ssl/shop.pem";
    let ran = folder.run(&format!("compile all.yaml -o out --set {map}"));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}
