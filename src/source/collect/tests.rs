//! Inputs, read from real folders.

use std::fs;

use super::*;

/// A folder with files in it.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    root
}

fn inputs(root: &tempfile::TempDir, paths: &[&str]) -> Inputs {
    Inputs {
        paths: paths
            .iter()
            .map(|path| root.path().join(path).display().to_string())
            .collect(),
        ..Inputs::default()
    }
}

#[test]
fn an_index_of_ours_is_no_manifest_unless_it_is_named() {
    let root = folder(&[
        ("web.yaml", "kind: Service\n"),
        (
            "build/haproxy/bundle.json",
            "{\"version\": 1, \"generator\": \"ingressc 0.1.0\", \"files\": {}}\n",
        ),
        ("other/bundle.json", "{\"generator\": \"webpack\"}\n"),
        (
            "list/bundle.json",
            "[{\"generator\": \"ingressc 0.1.0\"}]\n",
        ),
        ("also.json", "{\"generator\": \"ingressc 0.1.0\"}\n"),
    ]);
    let (names, _) = read(&root, &inputs(&root, &[""]));
    assert_eq!(
        names,
        [
            "also.json",
            "list/bundle.json",
            "other/bundle.json",
            "web.yaml"
        ]
    );
    let (names, _) = read(&root, &inputs(&root, &["build/haproxy/bundle.json"]));
    assert_eq!(names, ["build/haproxy/bundle.json"]);
}

/// Names without the folder's own, and the codes of the findings.
fn read(root: &tempfile::TempDir, inputs: &Inputs) -> (Vec<String>, Vec<String>) {
    let (sources, findings) =
        collect_with(inputs, &BTreeSet::new(), &mut io::empty()).expect("readable");
    let own = walk::shown(root.path()) + "/";
    let names = sources
        .iter()
        .map(|(_, file)| file.name.replace(&own, ""))
        .collect();
    let codes = findings
        .iter()
        .map(|finding| finding.code.to_string())
        .collect();
    (names, codes)
}

#[test]
fn folders_are_walked_in_order_without_what_is_no_manifest() {
    let root = folder(&[
        ("b.yml", "b: 1"),
        ("a/x.yaml", "x: 1"),
        ("a.yaml", "a: 1"),
        ("c.json", "{}"),
        ("d.txt", ""),
        (".hidden/e.yaml", ""),
        ("ingressc.yaml", ""),
        ("values.yaml", "host: a\nsub:\n  kind: b\n"),
        ("values-api.yaml", "apiVersion: v1\nkind: Service\n"),
    ]);
    let (names, codes) = read(&root, &inputs(&root, &[""]));
    assert_eq!(
        names,
        ["a.yaml", "a/x.yaml", "b.yml", "c.json", "values-api.yaml"]
    );
    assert_eq!(codes, [""; 0]);
}

#[test]
fn folders_of_patches_and_charts_are_not_entered_unless_they_are_named() {
    let root = folder(&[
        ("base/kustomization.yaml", ""),
        ("base/patch.yaml", ""),
        ("chart/Chart.yaml", ""),
        ("chart/templates/x.yaml", ""),
        ("plain/y.yaml", ""),
    ]);
    let (names, codes) = read(&root, &inputs(&root, &[""]));
    assert_eq!(names, ["plain/y.yaml"]);
    assert_eq!(codes, ["ING127", "ING127"]);
    let (names, codes) = read(&root, &inputs(&root, &["base"]));
    assert_eq!((names, codes), (vec!["base/patch.yaml".into()], vec![]));
}

#[test]
fn globs_match_as_they_are_written() {
    let root = folder(&[
        ("a/x.yaml", ""),
        ("a/b/y.yaml", ""),
        ("a/b/z.yml", ""),
        ("c.yaml", ""),
    ]);
    for (glob, expected) in [
        ("a/**/*.yaml", &["a/b/y.yaml", "a/x.yaml"][..]),
        ("a/*.yaml", &["a/x.yaml"]),
        ("*.yaml", &["c.yaml"]),
        ("a/b/{y,z}.*", &["a/b/y.yaml", "a/b/z.yml"]),
    ] {
        let (names, _) = read(&root, &inputs(&root, &[glob]));
        assert_eq!(names, expected, "for {glob}");
    }
    let error = collect_with(
        &inputs(&root, &["*.json"]),
        &BTreeSet::new(),
        &mut io::empty(),
    );
    assert!(matches!(error, Err(CollectError::NothingMatches(_))));
    let error = collect_with(
        &inputs(&root, &["a[.yaml"]),
        &BTreeSet::new(),
        &mut io::empty(),
    );
    assert!(matches!(error, Err(CollectError::Usage(_))));
}

#[test]
fn a_path_that_is_not_there_is_the_users_mistake() {
    let root = folder(&[]);
    let error = collect_with(
        &inputs(&root, &["x.yaml"]),
        &BTreeSet::new(),
        &mut io::empty(),
    );
    let error = error.expect_err("not there");
    assert!(error.is_usage() && matches!(error, CollectError::NotFound(_)));
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::NotFound);
}

#[test]
fn files_that_were_read_as_something_else_are_no_manifests() {
    let root = folder(&[
        ("a.yaml", ""),
        ("sub/backends.yaml", ""),
        ("backends.yaml", ""),
        ("routes.yaml", "version: 1\ntests: []\n"),
        ("sub/routes.yaml", "kind: IngressRoute\n"),
    ]);
    let own = root.path().join("sub/../sub/backends.yaml");
    let mut sources = Sources::default();
    let file = File::new(own.display().to_string(), "").kind(FileKind::Inventory);
    sources.add(file);
    collect_into(&mut sources, &inputs(&root, &[""]), 0).expect("readable");
    let manifests = sources
        .iter()
        .filter(|(_, file)| file.kind == FileKind::Manifests);
    let prefix = walk::shown(root.path()) + "/";
    let names: Vec<_> = manifests
        .map(|(_, file)| file.name.replace(&prefix, ""))
        .collect();
    assert_eq!(names, ["a.yaml", "backends.yaml", "sub/routes.yaml"]);
}

#[test]
fn exclusions_hold_in_walks_and_for_named_files_only_by_force() {
    let root = folder(&[("a.yaml", ""), ("old/b.yaml", ""), ("c.tmp.yaml", "")]);
    let mut inputs = inputs(&root, &[""]);
    inputs.exclude = vec!["old".into(), "*.tmp.yaml".into()];
    assert_eq!(read(&root, &inputs).0, ["a.yaml"]);
    let named = root.path().join("old/b.yaml").display().to_string();
    inputs.paths.push(named);
    assert_eq!(read(&root, &inputs).0, ["a.yaml", "old/b.yaml"]);
    inputs.force_exclude = true;
    assert_eq!(read(&root, &inputs).0, ["a.yaml"]);
}

#[test]
fn ignore_files_count_when_they_are_asked_for() {
    let root = folder(&[
        (".gitignore", "a.yaml\n"),
        (".ingresscignore", "b.yaml\n"),
        ("a.yaml", ""),
        ("b.yaml", ""),
        ("c.yaml", ""),
    ]);
    let mut inputs = inputs(&root, &[""]);
    assert_eq!(read(&root, &inputs).0, ["a.yaml", "c.yaml"]);
    inputs.gitignore = true;
    assert_eq!(read(&root, &inputs).0, ["c.yaml"]);
}

#[test]
fn a_file_with_two_names_is_read_once() {
    let root = folder(&[("a/x.yaml", ""), ("b/y.yaml", "")]);
    let twice = inputs(&root, &["a/x.yaml", "a", "b/../a/x.yaml", "./a/x.yaml"]);
    assert_eq!(read(&root, &twice).0.len(), 1);
}

#[cfg(unix)]
#[test]
fn symlinks_are_followed_and_loops_end() {
    let root = folder(&[(".git/HEAD", ""), ("a/x.yaml", ""), ("c/y.yaml", "")]);
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(root.path().join(target), root.path().join(name))
            .expect("a link");
    };
    link("a", "a/loop");
    link("c/y.yaml", "a/z.yaml");
    assert_eq!(
        read(&root, &inputs(&root, &["a"])).0,
        ["a/x.yaml", "a/z.yaml"]
    );
}

#[test]
fn lists_and_standard_input_are_read_once() {
    let root = folder(&[("a.yaml", ""), ("list", "")]);
    let list = format!("# files\n\n{}/a.yaml\n", root.path().display());
    let mut inputs = Inputs {
        file_lists: vec!["-".into()],
        ..Inputs::default()
    };
    let (sources, _) =
        collect_with(&inputs, &BTreeSet::new(), &mut list.as_bytes()).expect("readable");
    assert_eq!(sources.len(), 1);
    inputs.paths.push("-".into());
    assert!(matches!(
        collect_with(&inputs, &BTreeSet::new(), &mut io::empty()),
        Err(CollectError::Usage(_))
    ));
    inputs.file_lists.clear();
    let (sources, _) =
        collect_with(&inputs, &BTreeSet::new(), &mut "a: 1".as_bytes()).expect("readable");
    let (_, file) = sources.iter().next().expect("a file");
    assert_eq!((&*file.name, &*file.text), ("<stdin>", "a: 1\n"));
}

#[test]
fn what_is_no_text_is_a_finding_with_a_place() {
    let root = folder(&[("a.yaml", "a: 1\n")]);
    fs::write(root.path().join("b.yaml"), b"a: \xFF").expect("a file");
    let large = fs::File::create(root.path().join("c.yaml")).expect("a file");
    large.set_len(MAX_FILE_BYTES + 1).expect("a length");
    let (sources, findings) =
        collect_with(&inputs(&root, &[""]), &BTreeSet::new(), &mut io::empty()).expect("readable");
    let said: Vec<_> = findings
        .iter()
        .map(|finding| {
            (
                finding.code,
                sources.show(finding.origin().expect("a place")),
            )
        })
        .map(|(code, place)| (code, place.rsplit('/').next().map(str::to_owned)))
        .collect();
    assert_eq!(
        said,
        [
            (Code::NOT_UTF8, Some("b.yaml:1:4".to_owned())),
            (Code::INPUT_TOO_LARGE, Some("c.yaml:1:1".to_owned())),
        ]
    );
    let (documents, _) = super::super::documents(&sources);
    assert_eq!(documents.len(), 1);
}

#[cfg(unix)]
#[test]
fn a_walk_does_not_read_what_links_choose_outside() {
    use std::os::unix::fs::symlink;
    let root = folder(&[
        ("repo/.git/config.yaml", "password: x"),
        ("repo/shared/s.yaml", ""),
        ("repo/d/own.yaml", ""),
        ("repo/d/z/ignored.yaml", ""),
        ("out/o.yaml", "secret: x"),
    ]);
    let link = |target: &str, name: &str| {
        symlink(target, root.path().join("repo/d").join(name)).expect("a link");
    };
    link("../shared/s.yaml", "shared.yaml");
    link("../../out/o.yaml", "file.yaml");
    link("../../out", "folder");
    link("../.git/config.yaml", "git.yaml");
    link("../.git", "git");
    link("/dev/null", "device.yaml");
    link("/dev/zero", "z/.ingresscignore");
    let sockets = root.path().join("repo/d/socket.yaml");
    std::os::unix::net::UnixListener::bind(sockets).expect("a socket");
    let read_it = |paths: &[&str]| {
        let (sources, findings) =
            collect_with(&inputs(&root, paths), &BTreeSet::new(), &mut io::empty())
                .expect("readable");
        let own = walk::shown(root.path()) + "/repo/d/";
        let (read, unread): (Vec<_>, Vec<_>) =
            sources.iter().partition(|(_, file)| file.is_readable());
        let names = |files: Vec<(_, &File)>| {
            let names = files.iter().map(|(_, file)| file.name.replace(&own, ""));
            names.collect::<Vec<_>>()
        };
        assert!(findings.iter().all(|it| it.code == Code::UNREAD_PATH));
        let said: Vec<_> = findings
            .iter()
            .map(|it| it.message.replace(&own, ""))
            .collect();
        (names(read), names(unread), said)
    };
    for walked in ["repo/d", "repo/d/{*,*/*}"] {
        let (read, unread, said) = read_it(&[walked]);
        assert_eq!(read, ["own.yaml", "shared.yaml"]);
        assert_eq!(
            unread,
            ["device.yaml", "file.yaml", "git.yaml", "socket.yaml"]
        );
        for message in [
            "`file.yaml` is a link to a file at `../../out/o.yaml`, outside of the folder and its repository, and was not read",
            "`folder` is a link to a folder at `../../out`, outside of the folder and its repository, and was not read",
            "`git` is a link to a folder at `../.git`, outside of the folder and its repository, and was not read",
            "`socket.yaml` is a socket, and was not read",
            "`z/.ingresscignore` is a link to a device at `/dev/zero`, outside of the folder and its repository, and was not read",
        ] {
            assert!(said.iter().any(|it| it == message), "{message}: {said:?}");
        }
    }
    // What is named is read, and then a link to it lacks nothing.
    let (read, unread, _) = read_it(&["repo/d/file.yaml", "repo/d/folder"]);
    assert_eq!((read.len(), unread.len()), (1, 0));
    let (read, unread, _) = read_it(&["out", "repo/d"]);
    assert_eq!(read.len(), 3);
    assert_eq!(unread, ["device.yaml", "git.yaml", "socket.yaml"]);
    symlink("/dev/zero", root.path().join("repo/.ingresscignore")).expect("a link");
    let error = collect_with(
        &inputs(&root, &["repo/d"]),
        &BTreeSet::new(),
        &mut io::empty(),
    );
    assert!(matches!(error, Err(CollectError::Usage(_))));
}
