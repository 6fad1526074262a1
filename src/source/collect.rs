//! Reads the inputs: files, folders, globs, standard input, lists of files.
//!
//! In: [`Inputs`], as the user typed them. Out: [`Sources`], ordered by name, each file once. A path that does not exist is a
//! [`CollectError`]; a file whose content is no use is a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use globset::GlobSet;
use rayon::prelude::*;

use super::file::{File, FileKind, Sources};
use super::inputs::{CollectError, Inputs};
use super::normalise::{Refused, normalise};
use super::origin::{FileId, Origin};
use super::read::{
    Content, MAX_FILE_BYTES, is_our_index, names_a_kind, open_and_read, read_at_most,
};
use super::walk::{self, Walk};
use crate::finding::{Code, Finding};

/// Reads all inputs, in parallel. Findings: ING009, ING010, ING012 for files that are no use, ING127 for folders that
/// hold templates or patches.
pub fn collect(inputs: &Inputs) -> Result<(Sources, Vec<Finding>), CollectError> {
    collect_with(inputs, &BTreeSet::new(), &mut io::stdin().lock())
}

/// Reads the inputs of a cluster, behind the files that are there already. Those that are no manifests are not read again as
/// such: an inventory may lie in the folder that is walked.
pub fn collect_into(
    sources: &mut Sources,
    inputs: &Inputs,
    cluster: u16,
) -> Result<Vec<Finding>, CollectError> {
    let (collected, mut findings) = collect_with(
        inputs,
        &other_files(sources, inputs),
        &mut io::stdin().lock(),
    )?;
    let first = sources.len();
    for file in collected.into_files() {
        sources.add(file.cluster(cluster));
    }
    for label in findings.iter_mut().flat_map(|finding| &mut finding.labels) {
        label.origin.file = FileId::new(first + label.origin.file.index());
    }
    Ok(findings)
}

/// Reads one file that is not manifests. One that cannot be used as text is an error, because it was named by its name.
pub fn read_file(
    sources: &mut Sources,
    path: &str,
    kind: FileKind,
    cluster: u16,
) -> Result<FileId, CollectError> {
    let content =
        open_and_read(Path::new(path)).map_err(|source| CollectError::io(path, source))?;
    let text = match content {
        Content::Bytes(bytes) => normalise(path, bytes).ok(),
        Content::TooLarge => None,
    };
    let text = text.ok_or_else(|| {
        CollectError::Usage(format!(
            "`{path}` is no text in UTF-8 of at most {MAX_FILE_BYTES} bytes"
        ))
    })?;
    Ok(sources.add(File::new(path, text).kind(kind).cluster(cluster)))
}

fn collect_with(
    inputs: &Inputs,
    others: &BTreeSet<PathBuf>,
    stdin: &mut dyn Read,
) -> Result<(Sources, Vec<Finding>), CollectError> {
    let paths = all_paths(inputs, stdin)?;
    let mut walk = Walk::new(walk::patterns(&inputs.exclude)?, inputs.gitignore);
    let mut files = BTreeMap::new();
    let mut from_stdin = None;
    for path in &paths {
        if path == "-" {
            let name = inputs.stdin_name.as_deref().unwrap_or("<stdin>");
            from_stdin = Some(name.to_owned());
            continue;
        }
        find(path, &mut walk, inputs.force_exclude, &mut files)?;
    }
    if paths.len() > 1 || walk.saw_symlink {
        drop_doubles(&mut files);
    }
    files.retain(|_, found| !(found.walked && is_one_of(others, &found.path)));
    let read: Vec<_> = files
        .into_par_iter()
        .filter_map(|(name, found)| match open_and_read(&found.path) {
            Ok(Content::Bytes(bytes)) if found.walked && is_no_manifest(&name, &bytes) => None,
            Ok(content) => Some(Ok((name, content))),
            Err(source) => Some(Err(CollectError::io(name, source))),
        })
        .collect();
    // Of several failures the first by name is told, whichever thread met it first.
    let mut contents = read.into_iter().collect::<Result<Vec<_>, _>>()?;
    if let Some(name) = from_stdin {
        let content =
            read_at_most(stdin).map_err(|source| CollectError::io(name.clone(), source))?;
        contents.push((name, content));
        contents.sort_by(|a, b| a.0.cmp(&b.0));
    }
    let mut findings = walk.findings;
    let sources = take_in(contents, &mut findings);
    Ok((sources, findings))
}

/// What lies beside manifests and is known for something else, though it has their ending.
fn is_no_manifest(name: &str, bytes: &[u8]) -> bool {
    walk::may_be_settings(name) && !names_a_kind(bytes)
        || walk::may_be_index(name) && is_our_index(bytes)
}

/// Where the files lie that are something else than manifests.
fn other_files(sources: &Sources, inputs: &Inputs) -> BTreeSet<PathBuf> {
    let read = sources
        .iter()
        .filter(|(_, file)| file.kind != FileKind::Manifests)
        .map(|(_, file)| &file.name);
    read.chain(&inputs.others)
        .filter_map(|name| Path::new(name).canonicalize().ok())
        .collect()
}

/// Asks the disk only about files that have the name of one.
fn is_one_of(others: &BTreeSet<PathBuf>, path: &Path) -> bool {
    let mut namesakes = others
        .iter()
        .filter(|other| other.file_name() == path.file_name());
    namesakes.next().is_some() && path.canonicalize().is_ok_and(|path| others.contains(&path))
}

/// The paths that were typed, and those of the lists.
fn all_paths(inputs: &Inputs, stdin: &mut dyn Read) -> Result<Vec<String>, CollectError> {
    let readers = inputs.paths.iter().any(|path| path == "-");
    let lists = inputs.file_lists.iter().filter(|list| *list == "-").count();
    if usize::from(readers) + lists > 1 {
        return Err(CollectError::Usage(
            "standard input can be read once: as manifests or as a list of files".to_owned(),
        ));
    }
    let mut paths = inputs.paths.clone();
    for list in &inputs.file_lists {
        let content = if list == "-" {
            read_at_most(stdin)
        } else {
            open_and_read(Path::new(list))
        };
        let text = match content.map_err(|source| CollectError::io(list.clone(), source))? {
            Content::Bytes(bytes) => String::from_utf8(bytes).ok(),
            Content::TooLarge => None,
        };
        let text = text.ok_or_else(|| {
            CollectError::Usage(format!(
                "`{list}` is no list of files: one path a line, in UTF-8"
            ))
        })?;
        let lines = text.lines().map(str::trim);
        paths.extend(
            lines
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .map(str::to_owned),
        );
    }
    Ok(paths)
}

/// A file to read, by its name in findings.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Met in a folder or by a glob, as opposed to named.
    pub(super) walked: bool,
}

#[expect(
    clippy::disallowed_methods,
    reason = "whether a path is a folder is asked here and nowhere else"
)]
fn find(
    typed: &str,
    walk: &mut Walk,
    force_exclude: bool,
    files: &mut BTreeMap<String, Found>,
) -> Result<(), CollectError> {
    let path = Path::new(typed);
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => walk.folder(path, files),
        Ok(_) => {
            let name = walk::shown(path);
            if !(force_exclude && is_excluded(&walk.exclude, &name)) {
                let path = path.to_owned();
                files.insert(
                    name,
                    Found {
                        path,
                        walked: false,
                    },
                );
            }
            Ok(())
        }
        Err(_) if walk::is_glob(typed) => walk.glob(typed, files),
        Err(source) => Err(CollectError::io(typed, source)),
    }
}

fn is_excluded(exclude: &GlobSet, name: &str) -> bool {
    Path::new(name)
        .ancestors()
        .any(|part| !part.as_os_str().is_empty() && exclude.is_match(part))
}

/// One file under two names (`a.yaml` and `../x/a.yaml`, a symlink and its target) is read once, under the name that
/// sorts first; a named one goes before one that a walk met.
fn drop_doubles(files: &mut BTreeMap<String, Found>) {
    let mut seen: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut doubles = Vec::new();
    for (name, found) in files.iter() {
        let Ok(real) = found.path.canonicalize() else {
            continue;
        };
        match seen.entry(real) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(name.clone());
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                if files[entry.get()].walked && !found.walked {
                    doubles.push(entry.insert(name.clone()));
                } else {
                    doubles.push(name.clone());
                }
            }
        }
    }
    for name in doubles {
        files.remove(&name);
    }
}

fn take_in(contents: Vec<(String, Content)>, findings: &mut Vec<Finding>) -> Sources {
    let texts: Vec<(String, Result<String, Box<Refused>>)> = contents
        .into_par_iter()
        .map(|(name, content)| {
            let text = match content {
                Content::Bytes(bytes) => normalise(&name, bytes),
                Content::TooLarge => Err(Box::new(too_large(&name))),
            };
            (name, text)
        })
        .collect();
    let mut sources = Sources::default();
    for (name, text) in texts {
        match text {
            Ok(text) => {
                sources.add(File::new(name, text));
            }
            Err(refused) => {
                let Refused { text, at, finding } = *refused;
                let id = sources.add(File::refused(name, text));
                findings.push(finding.at(Origin::new(id, at)));
            }
        }
    }
    sources
}

fn too_large(name: &str) -> Refused {
    Refused {
        text: String::new(),
        at: 0..0,
        finding: Finding::new(
            Code::INPUT_TOO_LARGE,
            format!("`{name}` is larger than {} MiB", MAX_FILE_BYTES >> 20),
        )
        .help("split the file, or exclude it"),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests need files to read")]
mod tests {
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
        let root = folder(&[("a/x.yaml", ""), ("c/y.yaml", "")]);
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
            collect_with(&inputs(&root, &[""]), &BTreeSet::new(), &mut io::empty())
                .expect("readable");
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
}
