//! The operator's own lines: mistakes in them are those of the configuration, each at its line.

use crate::run::{Folder, Ran};

/// What `command` says with these lines in `include.PLACE`.
fn included(place: &str, lines: &str, command: &str) -> Ran {
    let folder = Folder::new();
    folder.file("own.cfg", lines);
    folder.file(
        "ingressc.yaml",
        &format!("include: {{{place}: [own.cfg]}}\n"),
    );
    folder.run(command)
}

#[test]
fn lines_in_the_wrong_place_are_mistakes_with_a_way_out() {
    for (place, lines, help) in [
        (
            "frontend",
            "http-request allow if { src 10.0.0.0/8 }\n",
            "write `http-request deny unless …` for what may pass",
        ),
        (
            "defaults",
            "http-request deny if { src 10.0.0.0/8 }\n",
            "put it into `include.frontend`",
        ),
        (
            "frontend",
            "use_backend own if { path_beg /own/ }\n",
            "route with an Ingress, or write a frontend of your own in `include.sections`",
        ),
        (
            "sections",
            "listen own\n",
            "write `listen own from d_http`, for TCP `from d_base`, or name defaults of your own",
        ),
    ] {
        for command in ["check clean.yaml", "compile clean.yaml -o out"] {
            let ran = included(place, &format!("# own\n{lines}"), command);
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{lines}");
            assert!(ran.err.contains("[own.cfg:2:1]"), "{}", ran.err);
            assert!(ran.err.contains(&format!("help: {help}")), "{}", ran.err);
        }
    }
}

#[test]
fn a_server_with_a_generated_name_is_a_mistake_at_its_line() {
    let folder = Folder::new();
    folder.file(
        "own.cfg",
        "# own\nserver 10.1.4.7-8080 10.9.9.9:8080 backup\n",
    );
    folder.file(
        "ingressc.yaml",
        "include: {backends: {'shop/web:80': [own.cfg]}}\n",
    );
    let ran = folder.run("compile clean.yaml -o out");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    insta::assert_snapshot!(ran.err, @r"
      read     1 file, 3 objects (1 Ingress, 1 Service, 1 EndpointSlice)
      route    1 host, 1 path, 1 backend, 1 server, 0 certificates
    error: the backend has another server called `10.1.4.7-8080`
       ╭─[own.cfg:2:1]
     2 │ server 10.1.4.7-8080 10.9.9.9:8080 backup
       · ─────────────────────────────────────────
       ╰────
      help: give it another name; generated ones are an address and a port
    ");
    assert!(!folder.exists("out"));
}

/// A folder where `./haproxy` says what a real one would of the line that holds `word`.
fn refusing(word: &str) -> Folder {
    let folder = Folder::new();
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = -v ] && {{ echo 'HAProxy version 9.9.9 2026/01/01'; exit 0; }}\n\
         line=$(grep -n '{word}' \"$3\" | head -n1 | cut -d: -f1)\n\
         echo \"[ALERT]    (1) : config : parsing [$3:$line] : unknown keyword '{word}'\" >&2\n\
         echo \"[ALERT]    (1) : config : Error(s) found in configuration file : $3\" >&2\nexit 1\n"
    );
    folder.file("haproxy", &script);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path("haproxy"), mode).expect("changed");
    folder.file("own.cfg", "# own\n  timeot client 5s\n");
    folder.file("ingressc.yaml", "include: {frontend: [own.cfg]}\n");
    folder
}

#[test]
fn what_only_haproxy_sees_is_a_mistake_at_the_line_of_the_operator() {
    let folder = refusing("timeot");
    for command in [
        "compile clean.yaml -o out --verify=./haproxy",
        "check clean.yaml --verify=./haproxy",
    ] {
        let ran = folder.run(command);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
        let mistake = ran.err.find("error: ").map(|at| &ran.err[at..]);
        insta::allow_duplicates! {
            insta::assert_snapshot!(mistake.unwrap_or_default(), @r"
            error: haproxy 9.9.9 refuses this: unknown keyword 'timeot'
               ╭─[own.cfg:2:3]
             2 │   timeot client 5s
               ·   ────────────────
               ╰────
            ");
        }
        assert!(!folder.exists("out"));
    }
}

#[test]
fn what_haproxy_refuses_of_ours_is_a_fault_with_places_that_can_be_opened() {
    let folder = refusing("server 10.1.4.7");
    let ran = folder.run("check clean.yaml --verify=./haproxy");
    assert_eq!(ran.code, Some(4), "{}", ran.err);
    assert!(!ran.err.contains("nothing written"), "{}", ran.err);
    assert!(
        ran.err.contains(", from clean.yaml:36:15] : unknown"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("/haproxy.cfg"), "{}", ran.err);
    let ran = folder.run("compile clean.yaml -o out --verify=./haproxy");
    assert_eq!(ran.code, Some(4), "{}", ran.err);
    assert!(ran.err.ends_with("\nnothing written\n"), "{}", ran.err);
    assert!(!folder.exists("out"));
}
