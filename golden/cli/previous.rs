//! `compile --previous`: servers keep the ids of an earlier bundle.

use crate::run::{Folder, WEB};

/// `WEB` with pods at these addresses of `10.1.4.0/24`.
fn pods(last: &[u8]) -> String {
    let at = WEB.rfind("endpoints:\n").expect("a slice");
    let pods = last.iter().map(|n| format!("- addresses: [10.1.4.{n}]\n"));
    format!("{}endpoints:\n{}", &WEB[..at], pods.collect::<String>())
}

/// The servers of a bundle, without what is alike in all.
fn servers(folder: &Folder, bundle: &str) -> Vec<String> {
    let config = folder.path(&format!("{bundle}/haproxy.cfg"));
    let config = std::fs::read_to_string(config).expect("a bundle");
    let lines = config.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("    server ")?.split_once("-8080 ")?;
        Some(format!("{name}{}", &rest[name.len() + ":8080".len()..]))
    });
    lines.collect()
}

#[test]
fn servers_keep_their_ids() {
    let folder = Folder::new();
    let compile = |last: &[u8], arguments: &str| {
        folder.file("web.yaml", &pods(last));
        let ran = folder.run(&format!("compile web.yaml {arguments}"));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let told = ran.err.lines().find(|line| line.starts_with("  previous "));
        told.unwrap_or_default().to_owned()
    };
    assert_eq!(
        compile(&[7, 8, 9], "-o out --previous out"),
        "  previous out: there is no bundle yet, so servers are numbered by their places"
    );
    assert_eq!(
        servers(&folder, "out"),
        ["10.1.4.7", "10.1.4.8", "10.1.4.9"]
    );
    assert_eq!(
        compile(&[8, 9], "-o out --previous out"),
        "  previous 2 servers keep their ids, 1 server is gone"
    );
    assert_eq!(servers(&folder, "out"), ["10.1.4.8 id 2", "10.1.4.9 id 3"]);
    compile(&[8, 9], "-o out --previous out --check");
    // Elsewhere, too; and the folder that was read stays as it is.
    assert_eq!(
        compile(&[6, 8, 10], "-o next --previous out"),
        "  previous 1 server keeps its id, 2 servers are new, 1 server is gone"
    );
    assert_eq!(
        servers(&folder, "next"),
        ["10.1.4.10", "10.1.4.8", "10.1.4.6"]
    );
    assert_eq!(servers(&folder, "out"), ["10.1.4.8 id 2", "10.1.4.9 id 3"]);
    // Without it, ids are forgotten.
    assert_eq!(compile(&[8, 9], "-o out"), "");
    assert_eq!(servers(&folder, "out"), ["10.1.4.8", "10.1.4.9"]);
}

#[test]
fn a_previous_bundle_that_is_lost_or_mistyped_is_refused() {
    let folder = Folder::new();
    let refused = |arguments: &str| {
        let ran = folder.run(&format!("compile clean.yaml {arguments}"));
        assert_eq!(ran.code, Some(2), "{ran:?}");
        let said = "there is no bundle in it\n  help: name the folder of an earlier bundle";
        assert!(ran.err.contains(said), "{ran:?}");
        assert!(!folder.exists("out/haproxy.cfg"));
    };
    refused("-o out --previous uot");
    folder.file("out/notes.txt", "mine");
    refused("-o out --previous out");
    std::fs::remove_file(folder.path("out/notes.txt")).expect("removed");
    // The first run into the folder that is to be the previous one.
    let ran = folder.run("compile clean.yaml -o out --previous ./out/");
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn a_bundle_that_holds_no_files_is_refused_before_it_is_read() {
    let folder = Folder::new();
    folder.file("out/.keep", "");
    std::os::unix::fs::symlink("/dev/zero", folder.path("out/haproxy.cfg")).expect("a link");
    for arguments in ["-o new --previous out", "-o out", "-o out --check"] {
        let ran = folder.run(&format!("compile clean.yaml {arguments}"));
        assert!(ran.err.contains("this is no regular file"), "{ran:?}");
        assert!(matches!(ran.code, Some(1 | 2 | 4)), "{ran:?}");
    }
}

#[test]
fn ids_of_the_operator_s_servers_are_nobody_else_s() {
    let folder = Folder::new();
    folder.file(
        "own.cfg",
        "server own 10.9.9.9:80 id 2\nserver other 10.9.9.8:80\n",
    );
    folder.file("ingressc.yaml", "version: 1\ninputs: [web.yaml]\n");
    let compile = |last: &[u8], more: &str| {
        folder.file("web.yaml", &pods(last));
        let ran = folder.run(&format!("compile -o out --previous out {more}"));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        servers(&folder, "out")
    };
    compile(&[7, 8, 9], "");
    let own = "--set include.backends.shop/web:80=[own.cfg]";
    // 10.1.4.8 had 2, and gets another one; `other` takes the lowest that is left.
    assert_eq!(
        compile(&[7, 8, 9], own),
        ["10.1.4.7 id 1", "10.1.4.9 id 3", "10.1.4.8 id 5"]
    );
    assert_eq!(compile(&[8, 9], own), ["10.1.4.9 id 3", "10.1.4.8 id 5"]);
}

#[test]
fn what_is_no_bundle_of_ours_is_refused() {
    let folder = Folder::new();
    let made = folder.run("compile clean.yaml -o out");
    assert_eq!(made.code, Some(0), "{}", made.err);
    let config = std::fs::read_to_string(folder.path("out/haproxy.cfg")).expect("written");
    let index = std::fs::read_to_string(folder.path("out/bundle.json")).expect("written");
    let help = "restore the folder, or leave --previous out: servers are numbered anew then";
    let refused = |why: &str, help: &str| {
        let ran = folder.run("compile clean.yaml -o new --previous out");
        let said = format!("error: `--previous out`: {why}\n  help: {help}\n");
        assert_eq!((ran.code, ran.err.as_str()), (Some(2), said.as_str()));
        assert!(!folder.exists("new"));
    };
    let edited = "its haproxy.cfg is not the one that its bundle.json describes";
    folder.file("out/haproxy.cfg", &format!("<<<<<<< ours\n{config}"));
    refused(edited, help);
    let foreign = "no bundle.json in it says that its haproxy.cfg was written by ingressc";
    for json in [
        "",
        "{}",
        "<<<<<<< ours",
        "{\"version\":2,\"files\":{}}",
        "[1]",
    ] {
        folder.file("out/bundle.json", json);
        refused(foreign, help);
    }
    std::fs::remove_file(folder.path("out/bundle.json")).expect("removed");
    refused(foreign, help);
    folder.file("out/bundle.json", &index);
    std::fs::remove_file(folder.path("out/haproxy.cfg")).expect("removed");
    refused(
        "its haproxy.cfg is not there, which its bundle.json names",
        help,
    );
    std::fs::remove_dir_all(folder.path("out")).expect("removed");
    folder.file("out", "no folder");
    refused("it is no folder", "name the folder of an earlier bundle");
}

#[test]
fn a_bundle_whose_run_was_killed_still_tells_the_ids() {
    let folder = Folder::new();
    folder.file("web.yaml", &pods(&[7, 8]));
    assert_eq!(folder.run("compile web.yaml -o out").code, Some(0));
    // Between two steps, haproxy.cfg names files of the next bundle, and bundle.json is that of the last.
    let config = std::fs::read_to_string(folder.path("out/haproxy.cfg")).expect("written");
    let between = config.replace("maps/", ".next-1/maps/");
    assert_ne!(between, config);
    folder.file("out/haproxy.cfg", &between);
    folder.file("out/.next-1/bundle.json", "{\"version\":1,\"files\":{}}");
    folder.file("web.yaml", &pods(&[8]));
    let ran = folder.run("compile web.yaml -o out --previous out");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(servers(&folder, "out"), ["10.1.4.8 id 2"]);
}
