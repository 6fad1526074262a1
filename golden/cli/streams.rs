//! What goes to stdout and what to stderr, how loud, and in which colours.

use std::io::Read as _;
use std::process::Stdio;

use crate::run::{Folder, command};

#[test]
fn findings_of_check_are_the_product_and_the_tail_line_is_a_note() {
    let ran = Folder::new().run("check error.yaml");
    assert!(
        ran.out.contains("error[ING002] duplicate-key: "),
        "{}",
        ran.out
    );
    assert!(
        ran.err.starts_with("Found ") && ran.err.contains("1 error"),
        "{}",
        ran.err
    );
    assert!(!ran.out.contains("Found "), "{}", ran.out);
}

#[test]
fn findings_of_compile_go_to_stderr_and_the_configuration_to_stdout() {
    let folder = Folder::new();
    let ran = folder.run("compile warning.yaml -o -");
    assert!(ran.out.starts_with("# "), "{}", ran.out);
    assert!(!ran.out.contains("ING110"), "{}", ran.out);
    assert!(ran.err.contains("warning[ING110]"), "{}", ran.err);
    for line in [
        "  read     1 file, 3 objects (1 Ingress, 1 Service, 1 EndpointSlice)",
        "  route    ",
    ] {
        assert!(ran.err.contains(line), "{}", ran.err);
    }
    assert!(!folder.exists("-"));
    let ran = folder.run("compile error.yaml -o -");
    assert_eq!(ran.out, "", "a configuration in spite of errors");
}

#[test]
fn quiet_leaves_findings_and_silent_leaves_nothing() {
    let folder = Folder::new();
    let ran = folder.run("check error.yaml --quiet");
    assert!(ran.out.contains("ING002") && ran.err.is_empty(), "{ran:?}");
    let ran = folder.run("compile warning.yaml -o out -q");
    assert!(
        ran.out.is_empty() && ran.err.contains("ING110") && !ran.err.contains("wrote"),
        "{ran:?}"
    );
    for arguments in [
        "check error.yaml --silent",
        "check nowhere --silent",
        "compile clean.yaml -o - --silent",
    ] {
        let ran = folder.run(arguments);
        assert!(
            ran.out.is_empty() && ran.err.is_empty(),
            "{arguments}: {ran:?}"
        );
    }
}

#[test]
fn verbose_tells_decisions_and_then_timings() {
    let folder = Folder::new();
    let ran = folder.run("check clean.yaml");
    assert!(
        !ran.err.contains("classes  ") && !ran.err.contains(" ms"),
        "{}",
        ran.err
    );
    let ran = folder.run("check clean.yaml -v");
    assert!(
        ran.err.contains("  classes  ") && !ran.err.contains(" ms"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("  order    inventory, slices, nodePort, "),
        "{}",
        ran.err
    );
    let ran = folder.run("check clean.yaml -vv");
    assert!(ran.err.contains("  time     manifest"), "{}", ran.err);
}

#[test]
fn colour_follows_the_flag_then_the_environment() {
    let folder = Folder::new();
    let colored = |arguments: &[&str], environment: &[(&str, &str)]| {
        folder
            .run_with(
                &[&["check", "error.yaml"], arguments].concat(),
                environment,
                "",
            )
            .out
            .contains('\x1b')
    };
    assert!(!colored(&[], &[]), "a pipe is no terminal");
    assert!(colored(&[], &[("FORCE_COLOR", "1")]));
    assert!(!colored(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!colored(&["--color", "never"], &[("FORCE_COLOR", "1")]));
}

#[test]
fn stdin_has_the_name_that_it_is_given() {
    let folder = Folder::new();
    let check = |arguments: &[&str]| {
        folder.run_with(
            &[&["check", "-", "--format", "concise"], arguments].concat(),
            &[],
            "a: 1\na: 2\nspec: [\n",
        )
    };
    assert!(check(&[]).out.starts_with("<stdin>:"), "{:?}", check(&[]));
    assert!(
        check(&["--stdin-filename", "shop.yaml"])
            .out
            .starts_with("shop.yaml:")
    );
}

#[test]
fn a_reader_who_leaves_is_no_fault() {
    let folder = Folder::new();
    let mut child = command(&folder.path("."))
        .arg("rules")
        .args(["--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let mut said = String::new();
    child
        .stderr
        .take()
        .expect("piped")
        .read_to_string(&mut said)
        .expect("text");
    assert_eq!(child.wait().expect("ends").code(), Some(0));
    assert_eq!(said, "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_fault() {
    let folder = Folder::new();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    let output = command(&folder.path("."))
        .arg("rules")
        .stdout(full)
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: writing the output: "));
}
