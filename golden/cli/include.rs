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
