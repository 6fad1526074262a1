//! Every case's requests, asked of the simulator and of HAProxy; and that a case compiles to the same bytes however its files
//! are ordered and whatever their line ends.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ingressc::expect::{self, Expectations, Found};
use ingressc::live::{Live, ask_case};
use ingressc::source::{self, FileKind, Sources};
use tempfile::TempDir;

use crate::pipeline::{self, Compiled};
use crate::random::Dice;
use crate::{haproxy, live};

/// Folders whose folders are cases, below `testdata`. `CASE=text` in the environment picks cases by a part of their name.
const ROOTS: [&str; 5] = [
    "compile",
    "annotations/haproxytech",
    "annotations/haproxy-ingress",
    "annotations/ingressc",
    "tcp",
];

/// The folders of all cases, sorted.
pub(crate) fn folders() -> Vec<PathBuf> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut folders: Vec<PathBuf> = Vec::new();
    for root in ROOTS {
        // One that has no case yet is not there.
        let Ok(entries) = std::fs::read_dir(testdata.join(root)) else {
            continue;
        };
        let paths = entries.map(|entry| entry.expect("readable").path());
        folders.extend(paths.filter(|path| path.is_dir()));
    }
    if let Ok(part) = std::env::var("CASE") {
        folders.retain(|folder| name(folder).contains(&part));
    }
    folders.sort();
    assert!(!folders.is_empty(), "no case");
    folders
}

/// The path of a case below `testdata`: `compile/tls`; a folder elsewhere goes by its own name.
pub(crate) fn name(case: &Path) -> &str {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let below = case.strip_prefix(&testdata).ok();
    let name = below.or_else(|| case.file_name().map(Path::new));
    name.and_then(Path::to_str).expect("a case's name is text")
}

/// The folders of snapshots that cases can have, below `golden`.
pub(crate) fn snapshot_folders() -> Vec<String> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut names = Vec::new();
    for root in ROOTS {
        for entry in std::fs::read_dir(golden.join(root)).into_iter().flatten() {
            let file = entry.expect("readable").file_name();
            names.push(format!("{root}/{}", file.to_string_lossy()));
        }
    }
    names
}

/// Runs `judge` on every item, on two threads, and fails with all complaints together.
pub(crate) fn each<T: Sync>(items: &[T], judge: impl Fn(&T) -> Vec<String> + Sync) {
    let (next, complaints) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = judge(item);
                    complaints.lock().expect("checked below").extend(found);
                }
            });
        }
    });
    let complaints = complaints.into_inner().expect("no judge panicked");
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

#[test]
fn the_simulator_and_haproxy_do_what_routes_yaml_says() {
    each(&folders(), |case| {
        let compiled = pipeline::compile(case);
        let complaints = match expectations(case) {
            Ok(expectations) => ask_all(&compiled, &expectations),
            Err(error) => vec![format!("routes.yaml: {error}")],
        };
        complaints
            .iter()
            .map(|complaint| format!("{}: {complaint}", name(case)))
            .collect()
    });
}

/// Asks for all tests of a case, as `ingressc test --live` does.
fn ask_all(compiled: &Compiled, expectations: &Expectations) -> Vec<String> {
    let routing = &compiled.routing;
    let live = live::binary().map(|path| {
        live::start(
            path,
            routing,
            &compiled.sources,
            &compiled.settings.emit.include,
        )
    });
    let live = match live.transpose() {
        Ok(live) => live,
        Err(error) => return vec![error],
    };
    let mut complaints = Vec::new();
    for case in expectations
        .tests
        .iter()
        .flat_map(|test| expect::cases(test, routing))
    {
        let mut told = |by: &str, found: String| {
            complaints.push(format!("{by}: {}: {found}", case.title()));
        };
        let simulated = (!case.test.only_live).then(|| Found::simulated(routing, &case.ask));
        if let Some(simulated) = &simulated {
            if let Some(why) = simulated.unsure {
                told("simulator", format!("{why}: say `only: live`"));
            }
            let host = case.host.as_deref();
            for difference in expect::judge(&case.test.expected, simulated, host) {
                told("simulator", format!("{difference:?}"));
            }
        }
        let asked = live
            .as_ref()
            .map(|live| ask_case(live, &case, simulated.as_ref()));
        match asked {
            None => {}
            Some(Err(error)) => told("haproxy", error),
            Some(Ok(judged)) => {
                for difference in judged.differences {
                    told("haproxy", format!("{difference:?}"));
                }
            }
        }
    }
    let log = live.as_ref().map(Live::log).unwrap_or_default();
    if !complaints.is_empty() && !log.is_empty() {
        complaints.push(format!("haproxy said: {log}"));
    }
    complaints
}

/// What a case expects.
fn expectations(case: &Path) -> Result<Expectations, String> {
    let mut sources = Sources::default();
    let path = case.join(expect::FILE_NAME).display().to_string();
    let file = source::read_file(&mut sources, &path, FileKind::Config, 0);
    let file = file.map_err(|error| error.to_string())?;
    expect::read(&sources, file).map_err(|mistakes| {
        let shown = mistakes.iter().map(|mistake| {
            let place = sources.show(mistake.message.origin);
            format!("{place}: {}", mistake.message.value)
        });
        shown.collect::<Vec<_>>().join("\n")
    })
}

#[test]
fn haproxy_accepts_every_bundle_without_a_warning() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    each(&folders(), |case| {
        let compiled = pipeline::compile(case);
        let bundle = pipeline::bundle_to_run(
            &compiled.routing,
            &compiled.sources,
            &compiled.settings.emit,
        );
        let result = haproxy::check(binary, &bundle);
        result
            .err()
            .map(|said| format!("{}: {said}", name(case)))
            .into_iter()
            .collect()
    });
}

#[test]
fn neither_the_order_of_files_nor_their_line_ends_reach_the_bundle() {
    let seed = Dice::seed();
    each(&folders(), |case| {
        let compiled = pipeline::compile(case);
        let mut dice = Dice::new(seed);
        let mut complaints = Vec::new();
        for _ in 0..3 {
            let (sources, _, settings) = pipeline::read(case);
            // The configuration comes first, because places in it are known by number already.
            let (mut shuffled, mut files) = (Sources::default(), Vec::new());
            for file in sources.into_files() {
                match file.kind {
                    FileKind::Manifests => files.push(file),
                    _ => drop(shuffled.add(file)),
                }
            }
            dice.shuffle(&mut files);
            for file in files {
                shuffled.add(file);
            }
            let again = pipeline::compile_sources(shuffled, Vec::new(), settings);
            let what = format!("files in another order (INGRESSC_SEED={seed})");
            complaints.extend(compare(&compiled, &again, &what));
        }
        let windows = windows(case);
        let again = pipeline::compile(windows.path());
        complaints.extend(compare(&compiled, &again, "CRLF line ends"));
        complaints
            .iter()
            .map(|complaint| format!("{}: {complaint}", name(case)))
            .collect()
    });
}

#[test]
fn every_bundle_takes_the_place_of_another_and_of_itself() {
    let first = tempfile::tempdir().expect("a temporary folder");
    for case in folders() {
        let bundle = pipeline::compile(&case).bundle;
        for again in [false, true] {
            let written = ingressc::write::write(first.path(), &bundle)
                .unwrap_or_else(|error| panic!("{}: {error}", name(&case)));
            let changes = [written.added, written.changed, written.removed].concat();
            assert!(!again || changes.is_empty(), "{}: {changes:?}", name(&case));
        }
        let left = ingressc::write::compare(first.path(), &bundle).expect("readable");
        assert!(left.is_empty(), "{}: {left:?}", name(&case));
        let there: BTreeSet<String> = files(first.path(), first.path()).into_iter().collect();
        let own: BTreeSet<String> = bundle.files.keys().cloned().collect();
        assert_eq!(there, own, "{}", name(&case));
    }
}

/// The files below `folder`, as seen from `root`.
fn files(root: &Path, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(files(root, &path));
        } else {
            let below = path.strip_prefix(root).expect("below");
            found.push(below.to_string_lossy().into_owned());
        }
    }
    found
}

/// A case as an editor on Windows saves it.
fn windows(case: &Path) -> TempDir {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("writable");
        for entry in std::fs::read_dir(from).expect("a folder") {
            let path = entry.expect("readable").path();
            let target = to.join(path.file_name().expect("not the root"));
            if path.is_dir() {
                copy(&path, &target);
            } else {
                let text = std::fs::read_to_string(&path).expect("readable");
                let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
                std::fs::write(target, text).expect("writable");
            }
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(case, folder.path());
    folder
}

/// The files of the bundle that differ.
fn compare(one: &Compiled, other: &Compiled, what: &str) -> Vec<String> {
    let names: BTreeSet<&String> = one
        .bundle
        .files
        .keys()
        .chain(other.bundle.files.keys())
        .collect();
    let bytes = |compiled: &Compiled, name: &str| {
        compiled
            .bundle
            .files
            .get(name)
            .map(|file| file.bytes.clone())
    };
    names
        .into_iter()
        .filter(|name| bytes(one, name) != bytes(other, name))
        .map(|name| format!("{name} differs with {what}"))
        .collect()
}
