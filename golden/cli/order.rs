//! The same objects give the same bundle, however they are spread over files; and a bundle that a run is killed in the middle of
//! writing is one that HAProxy loads.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::run::{Folder, WEB, command};

/// A folder's files with their contents, by name.
type Files = BTreeMap<String, Vec<u8>>;

fn files(folder: &Folder, dir: &str) -> Files {
    let mut found = Files::new();
    let mut open = vec![dir.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(folder.path(&at)).expect("a folder") {
            let name = format!("{at}/{}", entry.expect("readable").file_name().display());
            if folder.path(&name).is_dir() {
                open.push(name);
            } else {
                let bytes = std::fs::read(folder.path(&name)).expect("readable");
                found.insert(name[dir.len() + 1..].to_owned(), bytes);
            }
        }
    }
    found
}

/// The manifests of a case with certificates, and two Ingresses that claim one path.
fn documents() -> Vec<String> {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/compile/tls-wildcard");
    let mut text = String::new();
    for name in ["ingress.yaml", "services.yaml", "secrets.yaml"] {
        text += &std::fs::read_to_string(case.join(name)).expect("the case is there");
        text += "\n---\n";
    }
    text += WEB;
    text += "---\n";
    text += &WEB
        .split("---\n")
        .next()
        .expect("the Ingress")
        .replacen("name: web", "name: again", 1)
        .replace("service: {name: web", "service: {name: elsewhere");
    text.split("\n---\n")
        .map(|document| format!("{}\n", document.trim()))
        .collect()
}

#[test]
fn a_bundle_does_not_depend_on_how_objects_are_spread_over_files() {
    let documents = documents();
    let stream = |order: &[usize]| {
        let texts: Vec<&str> = order.iter().map(|&at| documents[at].as_str()).collect();
        texts.join("---\n")
    };
    let folder = Folder::new();
    let count = documents.len();
    let forward: Vec<usize> = (0..count).collect();
    let backward: Vec<usize> = (0..count).rev().collect();
    let shuffled: Vec<usize> = (0..count).map(|at| (at * 5 + 3) % count).collect();
    folder.file("one/all.yaml", &stream(&forward));
    folder.file("back/all.yaml", &stream(&backward));
    for (at, document) in documents.iter().enumerate() {
        folder.file(&format!("many/{at:02}.yaml"), document);
        folder.file(&format!("turned/{:02}.yaml", count - at), document);
    }
    let common = "--keep-going --now 2026-06-01 --silent";
    let compile = |input: &str, out: &str, stdin: &str| {
        let arguments = format!("compile {input} -o {out} {common}");
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let ran = folder.run_with(&arguments, &[], stdin);
        // The two Ingresses that claim one path are an error, and --keep-going writes all the same.
        assert_eq!(ran.code, Some(1), "{arguments:?}: {ran:?}");
        files(&folder, out)
    };
    let whole = compile("one", "out-one", "");
    assert!(
        whole.keys().any(|name| name.starts_with("certs/")),
        "{:?}",
        whole.keys()
    );
    let without_index = |files: &Files| {
        let mut files = files.clone();
        files.remove("bundle.json").expect("a bundle has it");
        files
    };
    let reversed: Vec<String> = (0..count)
        .rev()
        .map(|at| format!("many/{at:02}.yaml"))
        .collect();
    let reversed = reversed.join(" ");
    for (input, stdin) in [
        ("back", String::new()),
        ("many", String::new()),
        ("turned", String::new()),
        (reversed.as_str(), String::new()),
        ("-", stream(&forward)),
        ("-", stream(&shuffled)),
    ] {
        let other = compile(input, "out-other", &stdin);
        assert!(
            without_index(&other) == without_index(&whole),
            "{input}: haproxy.cfg, a map or a certificate differs"
        );
    }
    // With the same names, bundle.json is the same, too.
    let many = compile("many", "out-many", "");
    assert!(many == compile(&reversed, "out-reversed", ""));
    let named = compile(
        "- --stdin-filename one/all.yaml",
        "out-stdin",
        &stream(&forward),
    );
    assert!(named == whole);
}

#[test]
fn a_run_that_is_killed_leaves_a_bundle_that_haproxy_loads() {
    let binary = std::env::var_os("HAPROXY").unwrap_or_else(|| "haproxy".into());
    let loads = |cfg: &Path| {
        let mut haproxy = Command::new(&binary);
        let said = haproxy.args(["-c", "-f"]).arg(cfg).output();
        said.map(|said| {
            (
                said.status.success(),
                String::from_utf8_lossy(&said.stderr).into_owned(),
            )
        })
    };
    let folder = Folder::new();
    let documents = documents().join("---\n");
    folder.file("a/all.yaml", &documents);
    // Another address, another host and another key: the map, the crt-list, the certificates and the configuration differ.
    let other = documents
        .replace("10.1.4.7", "10.1.4.8")
        .replace("shop.example.com", "other.example.com")
        .replace("own-tls", "new-tls");
    folder.file("b/all.yaml", &other);
    let common = [
        "-o",
        "out",
        "--keep-going",
        "--now",
        "2026-06-01",
        "--silent",
    ];
    let run = |input: &str| {
        let mut command = command(&folder.path("."));
        command.args(["compile", input]).args(common);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().expect("the binary runs")
    };
    let start = Instant::now();
    run("a").wait().expect("ends");
    let whole = start.elapsed();
    let cfg = folder.path("out/haproxy.cfg");
    let Ok((true, _)) = loads(&cfg) else {
        let required = std::env::var("INGRESSC_REQUIRE_HAPROXY").is_ok_and(|value| value == "1");
        assert!(!required, "haproxy does not run, or refuses a whole bundle");
        return;
    };
    let (mut killed, mut pace) = (0, whole);
    for attempt in 0..20_u32 {
        let mut child = run(if attempt % 2 == 0 { "b" } else { "a" });
        // From the first third of a run to beyond its end.
        std::thread::sleep(pace / 3 + pace * attempt / 24);
        child.kill().expect("it is ours");
        let status = child.wait().expect("ends");
        if status.code().is_none() {
            killed += 1;
        } else if killed == 0 {
            // The first run was slower than the others are, as on a machine that has just become idle.
            pace = pace * 2 / 3;
        }
        let (fine, said) = loads(&cfg).expect("it ran before");
        assert!(fine, "attempt {attempt}: {said}");
    }
    assert!(
        killed > 0,
        "every run was over before it was killed, in {whole:?}"
    );
    // The next run cleans up behind them.
    assert_eq!(run("a").wait().expect("ends").code(), Some(1));
    let left = files(&folder, "out");
    assert!(
        !left.keys().any(|name| name.starts_with(".next")),
        "{:?}",
        left.keys()
    );
    assert!(whole < Duration::from_secs(20), "{whole:?}");
}
