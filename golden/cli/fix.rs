//! `check --fix` and `--diff`: what becomes of the bytes, what is printed, and what is left alone.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::run::{Folder, Ran, WEB};

const ANNOTATED: &str = "  namespace: shop # a comment
  annotations:
    # why
    haproxy.org/timeout-server: 50s # goes
    haproxy.org/timeout-check: 6s
";

/// One Ingress with an annotation that says the default, and what it needs.
fn redundant() -> String {
    WEB.replacen("  namespace: shop\n", ANNOTATED, 1)
}

fn mended() -> String {
    redundant().replace("    haproxy.org/timeout-server: 50s # goes\n", "")
}

fn folder(text: &str) -> Folder {
    let folder = Folder::new();
    folder.file("deploy/a.yaml", text);
    folder
}

fn read(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path("deploy/a.yaml")).expect("there")
}

/// Fixes the file, twice, and returns what it holds then.
fn fixed(text: &str) -> String {
    let folder = folder(text);
    let first = folder.run("check deploy --pedantic --fix");
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert!(
        first.err.contains("Fixed 1 problem in 1 file\n"),
        "{}",
        first.err
    );
    let once = read(&folder);
    let second = folder.run("check deploy --pedantic --fix");
    assert!(second.err.contains("Nothing to fix\n"), "{}", second.err);
    assert_eq!(read(&folder), once);
    once
}

#[test]
fn the_line_goes_and_every_other_byte_stays() {
    assert_eq!(fixed(&redundant()), mended());
    let crlf = |text: String| text.replace('\n', "\r\n");
    assert_eq!(fixed(&crlf(redundant())), crlf(mended()));
    let marked = |text: String| format!("\u{feff}{text}");
    assert_eq!(fixed(&marked(redundant())), marked(mended()));
    let unended = |text: String| text.trim_end().to_owned();
    assert_eq!(fixed(&unended(redundant())), unended(mended()));
}

#[test]
fn flow_style_json_and_lists_are_mended_too() {
    let both = "{haproxy.org/timeout-server: 50s, haproxy.org/timeout-check: 6s}";
    let flow = |annotations: &str| {
        let with = format!("  namespace: shop\n  annotations: {annotations}\n");
        WEB.replacen("  namespace: shop\n", &with, 1)
    };
    assert_eq!(fixed(&flow(both)), flow("{haproxy.org/timeout-check: 6s}"));
    let items: String = redundant()
        .split("---\n")
        .fold(String::new(), |out, object| {
            let lines = object.lines().enumerate();
            let item: Vec<_> = lines
                .map(|(at, line)| format!("{} {line}", if at == 0 { "-" } else { " " }))
                .collect();
            out + &item.join("\n") + "\n"
        });
    let list = format!("apiVersion: v1\nkind: List\nitems:\n{items}");
    let expected = list.replace("      haproxy.org/timeout-server: 50s # goes\n", "");
    assert_eq!(fixed(&list), expected);
    let json = |entry: &str| {
        format!(
            "{{\n  \"apiVersion\": \"v1\", \"kind\": \"Service\",\n  \"metadata\": {{\"name\": \"web\", \"namespace\": \"shop\", \
             \"annotations\": {{\n    {entry}\"b\": \"c\"\n  }}}},\n  \
             \"spec\": {{\"ports\": [{{\"port\": 80}}], \"selector\": {{\"app\": \"web\"}}}}\n}}\n"
        )
    };
    let entry = "\"haproxy.org/timeout-server\": \"50s\",\n    ";
    let folder = folder(&json(entry));
    folder.run("check deploy --pedantic --fix");
    assert_eq!(read(&folder), json(""));
    // Rewritten while it was read: where the bytes are is not known any more.
    let emoji = json(entry).replace("\"c\"", "\"\\ud83d\\ude00\"");
    folder.file("deploy/a.yaml", &emoji);
    let ran = folder.run("check deploy --pedantic --fix");
    assert_eq!(read(&folder), emoji);
    let why = "  not fixed deploy/a.yaml:4:5: ING904 (remove the annotation): escapes of this file";
    assert!(ran.err.contains(why), "{}", ran.err);
}

#[test]
fn a_value_that_aliases_name_is_left_alone() {
    let text = redundant().replace("timeout-server: 50s # goes", "timeout-server: &t 50s");
    let text = text.replacen(
        "namespace: shop\n",
        "namespace: shop\n  labels: {t: *t}\n",
        2,
    );
    let text = text.replace("timeout-check: 6s", "timeout-check: *t");
    let folder = folder(&text);
    let ran = folder.run("check deploy --pedantic --fix --select ING904");
    assert_eq!(read(&folder).matches("&t 50s").count(), 1);
    assert!(ran.err.contains("the value is an anchor's"), "{}", ran.err);
}

#[test]
fn a_diff_is_printed_and_nothing_is_written() {
    let folder = folder(&redundant());
    let Ran { code, out, err } = folder.run("check deploy --pedantic --diff --fail-on pedantic");
    assert_eq!(read(&folder), redundant());
    assert_eq!(code, Some(1), "the findings are still there");
    assert_eq!(
        out,
        "--- deploy/a.yaml\n+++ deploy/a.yaml\n@@ -5,7 +5,6 @@\n   namespace: shop # a comment\n   annotations:\n     # why\n\
         -    haproxy.org/timeout-server: 50s # goes\n     haproxy.org/timeout-check: 6s\n spec:\n   ingressClassName: haproxy\n"
    );
    assert!(err.ends_with("Would fix 1 problem in 1 file\n"), "{err}");
    let ran = folder.run("check deploy --pedantic --fix=all --diff");
    assert_eq!((ran.code, ran.out), (Some(0), out));
}

#[test]
fn only_what_is_shown_is_fixed() {
    let folder = folder(&redundant());
    for flags in ["", "--pedantic --select ING1", "--pedantic --ignore ING904"] {
        let ran = folder.run(&format!("check deploy --fix {flags}"));
        assert_eq!((ran.code, read(&folder)), (Some(0), redundant()), "{flags}");
        assert!(ran.err.ends_with("Nothing to fix\n"), "{}", ran.err);
    }
}

#[test]
fn standard_input_goes_to_stdout_and_findings_to_stderr() {
    let folder = Folder::new();
    let arguments = ["check", "-", "--pedantic", "--fix"];
    let ran = folder.run_with(&arguments, &[], &redundant());
    assert_eq!((ran.code, ran.out), (Some(0), mended()));
    let unknown = redundant().replace("timeout-check", "timeout-chek");
    let ran = folder.run_with(&arguments, &[], &unknown);
    assert_eq!(ran.out, mended().replace("timeout-check", "timeout-chek"));
    assert!(ran.err.contains("[ING601]"), "{}", ran.err);
    let named = [
        "check",
        "-",
        "--pedantic",
        "--fix",
        "--stdin-filename",
        "clean.yaml",
    ];
    let ran = folder.run_with(&named, &[], &redundant());
    assert_eq!(ran.out, mended());
    let clean = std::fs::read_to_string(folder.path("clean.yaml")).expect("there");
    assert_eq!(clean, WEB, "a name is no file");
}

#[test]
fn the_mode_and_a_link_stay() {
    let folder = folder(&redundant());
    folder.file(".git/HEAD", "");
    let real = folder.path("real.yaml");
    std::fs::rename(folder.path("deploy/a.yaml"), &real).expect("moved");
    symlink("../real.yaml", folder.path("deploy/a.yaml")).expect("linked");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o600)).expect("set");
    folder.run("check deploy --pedantic --fix");
    assert_eq!(std::fs::read_to_string(&real).expect("there"), mended());
    let link = std::fs::symlink_metadata(folder.path("deploy/a.yaml")).expect("there");
    assert!(link.is_symlink());
    let mode = std::fs::metadata(&real)
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_file_of_two_clusters_is_mended_once() {
    let folder = folder(&redundant());
    let clusters = "version: 1\nclusters:\n  a: {inputs: [deploy]}\n  b: {inputs: [deploy]}\n";
    folder.file("ingressc.yaml", clusters);
    let ran = folder.run("check --pedantic --fix");
    assert_eq!(read(&folder), mended(), "{}{}", ran.out, ran.err);
    assert!(
        ran.err.contains("Fixed 1 problem in 1 file\n"),
        "{}",
        ran.err
    );
}

#[test]
fn a_link_that_leads_out_is_neither_read_nor_written_through() {
    let folder = Folder::new();
    folder.file("repo/.git/HEAD", "");
    folder.file("repo/deploy/web.yaml", WEB);
    folder.file("out.yaml", &redundant());
    symlink("../../out.yaml", folder.path("repo/deploy/a.yaml")).expect("linked");
    let out = || std::fs::read_to_string(folder.path("out.yaml")).expect("there");
    let ran = folder.run("check repo/deploy --pedantic --fix");
    assert_eq!((ran.code, out()), (Some(1), redundant()));
    assert!(ran.out.contains("[ING016]"), "{}", ran.out);
    for flags in ["--pedantic --fix", "--report sarif=repo/deploy/a.sarif"] {
        symlink("../../out.yaml", folder.path("repo/deploy/a.sarif")).ok();
        let ran = folder.run(&format!("check repo/deploy/a.yaml {flags}"));
        assert_eq!(out(), redundant(), "{flags}");
        assert_ne!(ran.code, Some(0), "{flags}");
    }
    folder.file("other.txt", "mine");
    std::fs::remove_file(folder.path("repo/deploy/a.sarif")).expect("there");
    symlink("../../other.txt", folder.path("repo/deploy/a.sarif")).expect("linked");
    let ran = folder.run("check repo/deploy/web.yaml --report sarif=repo/deploy/a.sarif");
    let other = std::fs::read_to_string(folder.path("other.txt")).expect("there");
    assert_eq!(other, "mine");
    assert!(
        ran.err.contains("a link leads out of the repository"),
        "{}",
        ran.err
    );
}

#[test]
fn a_file_that_cannot_be_written_leaves_all_as_they_are() {
    let folder = folder(&redundant());
    let other = redundant().replace("shop", "cart");
    folder.file("deploy/b.yaml", &other);
    let path = folder.path("deploy/b.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).expect("set");
    let ran = folder.run("check deploy --pedantic --fix");
    assert_eq!(ran.code, Some(4), "{}", ran.err);
    let why = "nothing was fixed: writing deploy/b.yaml: the file is read-only";
    assert!(ran.err.contains(why), "{}", ran.err);
    assert_eq!(read(&folder), redundant());
    assert_eq!(std::fs::read_to_string(&path).expect("there"), other);
}
