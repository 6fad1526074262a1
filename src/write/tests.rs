//! Runs that end early, foreign files, and what is left alone.

#![expect(clippy::disallowed_methods, reason = "tests of the disk")]

use std::os::unix::fs::MetadataExt;
use std::process::Command;

use super::*;
use crate::emit::example::{shop, shop_with_tls, sources};
use crate::emit::tests::refusal;
use crate::emit::{Settings, emit};
use crate::ir::{FileStem, Pem, Routing};

fn bundle(routing: &Routing, header: &str) -> Bundle {
    let settings = Settings {
        header: vec![header.to_owned()],
        ..Settings::default()
    };
    emit(routing, &sources(), &settings).expect("emitted")
}

fn old() -> Bundle {
    bundle(&shop_with_tls(false), "old")
}

/// Differs from the old one in every kind of file: `haproxy.cfg`, a map, a certificate, the list of certificates; it has a
/// certificate more and a map less.
fn new() -> Bundle {
    let mut routing = shop_with_tls(true);
    routing.hosts.remove(0);
    let stem = FileStem::new("shop_tls").expect("legal");
    let mut other = routing.certificates.files[&stem].clone();
    other.names.clear();
    let renewed = routing.certificates.files.get_mut(&stem).expect("there");
    if let Pem::Inline(text) = &mut renewed.pem {
        let chain = text[text.find("-----BEGIN CERT").expect("a leaf")..].to_owned();
        text.push_str(&chain);
    }
    routing
        .certificates
        .files
        .insert(FileStem::new("more").expect("legal"), other);
    bundle(&routing, "new")
}

fn read_text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What HAProxy gets to see of a directory: `haproxy.cfg` and all files that it names, wherever they lie.
fn seen(dir: &Path) -> Vec<(String, String)> {
    let plain = |text: &str| {
        (1..=9).fold(text.to_owned(), |t, n| {
            t.replace(&format!(".next-{n}/"), "")
        })
    };
    let mut queue = vec![CONFIG.to_owned()];
    let mut files = Vec::new();
    while let Some(path) = queue.pop() {
        let text = read_text(&dir.join(&path));
        for word in text
            .split([' ', '(', ')', '\n'])
            .filter(|word| !word.starts_with('#'))
        {
            let ours = [".map", ".pem", CRT_LIST]
                .iter()
                .any(|end| word.ends_with(end));
            if ours && !queue.iter().any(|known| known == word) {
                queue.push(word.to_owned());
            }
        }
        files.push((plain(&path), plain(&text)));
    }
    files.sort();
    files.dedup();
    files
}

fn seen_of(bundle: &Bundle) -> Vec<(String, String)> {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), bundle).expect("written");
    seen(dir.path())
}

fn is_clean(dir: &Path, bundle: &Bundle) {
    assert_eq!(compare(dir, bundle).expect("read"), []);
    let names = std::fs::read_dir(dir)
        .expect("read")
        .map(|entry| entry.expect("read").file_name());
    let names: Vec<_> = names
        .filter(|name| name.to_string_lossy().contains("next"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
}

const DIR: &str = "INGRESSC_TEST_WRITE_DIR";
const STEP: &str = "INGRESSC_TEST_WRITE_STEP";
const WHAT: &str = "INGRESSC_TEST_WRITE_WHAT";

/// The process that is killed by [`a_kill_at_any_step_leaves_the_old_bundle_or_the_new_one`].
#[test]
#[ignore = "is started by another test, as a process of its own"]
fn victim() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let last: usize = std::env::var(STEP).expect("set").parse().expect("a number");
    let bundle = if std::env::var(WHAT).as_deref() == Ok("new") {
        new()
    } else {
        old()
    };
    let mut steps = 0;
    write_stepwise(Path::new(&dir), &bundle, &mut |_| {
        if steps == last {
            std::process::abort();
        }
        steps += 1;
    })
    .expect("written");
}

/// Writes in another process, which dies before the step with this number. Whether it lived.
fn survives(dir: &Path, what: &str, step: usize) -> bool {
    let test = std::env::current_exe().expect("this program");
    let arguments = ["--ignored", "--exact", "write::tests::victim"];
    let mut victim = Command::new(test);
    victim
        .args(arguments)
        .env(DIR, dir)
        .env(STEP, step.to_string())
        .env(WHAT, what);
    victim.output().expect("started").status.success()
}

#[test]
fn a_kill_at_any_step_leaves_the_old_bundle_or_the_new_one() {
    let (old, new) = (old(), new());
    let (as_old, as_new) = (seen_of(&old), seen_of(&new));
    assert_ne!(as_old, as_new);
    let (mut step, mut switched) = (0, 0);
    loop {
        let root = tempfile::tempdir().expect("a folder");
        let dir = root.path();
        write(dir, &old).expect("written");
        if survives(dir, "new", step) {
            break;
        }
        let now = seen(dir);
        assert!(now == as_old || now == as_new, "step {step}: {now:#?}");
        assert_eq!(refusal(&dir.join(CONFIG)), None, "step {step}");
        if now == as_new {
            switched += 1;
        } else {
            assert_eq!(switched, 0, "step {step}: back to the old bundle");
        }
        // The run that was to set it right is killed too, on the way forward or back.
        let what = if step % 2 == 0 { "new" } else { "old" };
        survives(dir, what, step * 7 % 40);
        let now = seen(dir);
        assert!(
            now == as_old || now == as_new,
            "step {step}, again: {now:#?}"
        );
        let last = if step % 3 == 0 { &old } else { &new };
        write(dir, last).expect("written");
        is_clean(dir, last);
        step += 1;
    }
    assert!(switched > 5 && step > switched + 5, "{switched} of {step}");
}

#[test]
fn what_is_unchanged_keeps_its_inode_and_the_rest_is_told() {
    let root = tempfile::tempdir().expect("a folder");
    let dir = root.path().join("not/there");
    let first = write(&dir, &old()).expect("written");
    assert_eq!(first.added.len(), old().files.len());
    let inode = |path: &str| std::fs::metadata(dir.join(path)).expect("there").ino();
    let before: Vec<_> = old().files.keys().map(|path| inode(path)).collect();

    let again = write(&dir, &old()).expect("written");
    assert_eq!(
        again,
        Written {
            unchanged: old().files.len(),
            ..Written::default()
        }
    );
    assert_eq!(
        old()
            .files
            .keys()
            .map(|path| inode(path))
            .collect::<Vec<_>>(),
        before
    );

    let host = inode("maps/host.map");
    let change = write(&dir, &new()).expect("written");
    assert_eq!(change.added, ["certs/more.pem"]);
    assert_eq!(
        change.changed,
        [
            INDEX,
            "certs/shop_tls.pem",
            CRT_LIST,
            CONFIG,
            "maps/path.map"
        ]
    );
    assert_eq!(change.removed, ["maps/wild.map"]);
    assert_eq!(inode("maps/host.map"), host);
    is_clean(&dir, &new());
}

#[test]
fn an_unchanged_config_keeps_its_inode_when_two_files_beside_it_change() {
    let root = tempfile::tempdir().expect("a folder");
    let mut bundle = old();
    write(root.path(), &bundle).expect("written");
    let inode = || {
        std::fs::metadata(root.path().join(CONFIG))
            .expect("there")
            .ino()
    };
    let before = inode();
    for path in ["maps/host.map", "maps/path.map"] {
        bundle
            .files
            .get_mut(path)
            .expect("there")
            .bytes
            .extend(b"x shop_web_80\n");
    }
    write(root.path(), &bundle).expect("written");
    assert_eq!(inode(), before);
    is_clean(root.path(), &bundle);
}

#[test]
fn files_of_every_folder_are_replaced_and_removed() {
    let root = tempfile::tempdir().expect("a folder");
    let paths = [
        "acl/0011223344556677.lst",
        "certs/tcp_db-00112233.pem",
        "crt-lists/fe_tcp_26000.txt",
        "errors/503.http",
        "maps/fe_tcp_26000-sni.map",
    ];
    let with = |content: &str| {
        let mut bundle = bundle(&shop(), content.trim_end());
        for path in paths {
            let file = BundleFile::public(content.as_bytes().to_vec());
            bundle.files.insert(path.to_owned(), file);
        }
        let index = Index::claim(bundle.files.keys().cloned());
        bundle
            .files
            .insert(INDEX.to_owned(), BundleFile::public(index));
        bundle
    };
    write(root.path(), &with("1\n")).expect("written");
    let change = write(root.path(), &with("2\n")).expect("written");
    for path in paths {
        assert!(change.changed.iter().any(|it| it == path), "{path}");
        assert_eq!(read_text(&root.path().join(path)), "2\n");
    }
    is_clean(root.path(), &with("2\n"));
    let change = write(root.path(), &bundle(&shop(), "3")).expect("written");
    assert_eq!(change.removed, paths);
    for path in paths {
        let folder = path.split('/').next().filter(|it| *it != "maps");
        let stays = folder.is_some_and(|folder| root.path().join(folder).exists());
        assert!(!stays, "{path}");
    }
}

#[test]
fn keys_are_private_even_after_a_checkout() {
    let root = tempfile::tempdir().expect("a folder");
    let mode = |path: &str| {
        let meta = std::fs::metadata(root.path().join(path)).expect("there");
        meta.permissions().mode() & 0o777
    };
    write(root.path(), &old()).expect("written");
    assert_eq!(
        (mode("certs"), mode("certs/shop_tls.pem"), mode(CONFIG)),
        (0o700, 0o600, 0o644)
    );
    for path in ["certs", "certs/shop_tls.pem"] {
        let open = PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(root.path().join(path), open).expect("set");
    }
    write(root.path(), &old()).expect("written");
    assert_eq!((mode("certs"), mode("certs/shop_tls.pem")), (0o700, 0o600));
}

#[test]
fn a_bundle_with_passwords_needs_no_certificates_to_be_private() {
    let root = tempfile::tempdir().expect("a folder");
    let mut bundle = bundle(&shop(), "passwords");
    bundle.files.get_mut(CONFIG).expect("there").private = true;
    for _ in 0..2 {
        write(root.path(), &bundle).expect("written");
        let config = root.path().join(CONFIG);
        let meta = std::fs::metadata(&config).expect("there");
        assert_eq!(meta.permissions().mode() & 0o777, 0o600);
        assert!(!root.path().join("certs").exists());
        let open = PermissionsExt::from_mode(0o644);
        std::fs::set_permissions(config, open).expect("set");
    }
}

#[test]
fn a_bundle_that_lost_its_modes_is_private_by_what_is_in_it() {
    let root = tempfile::tempdir().expect("a folder");
    let mut with_users = old();
    let config = with_users.files.get_mut(CONFIG).expect("there");
    let users = b"userlist u\n    user bob password $5$x\n";
    config.bytes.extend_from_slice(users);
    for (bundle, private) in [(old(), false), (with_users, true)] {
        write(root.path(), &bundle).expect("written");
        for path in ["certs/shop_tls.pem", CONFIG] {
            let open = PermissionsExt::from_mode(0o644);
            std::fs::set_permissions(root.path().join(path), open).expect("set");
        }
        let loaded = load(root.path()).expect("read").expect("a bundle").bundle;
        assert!(loaded.files["certs/shop_tls.pem"].private);
        assert_eq!(loaded.files[CONFIG].private, private);
        assert!(!loaded.files["maps/host.map"].private);
    }
}

#[test]
fn foreign_files_are_neither_replaced_nor_removed() {
    let root = tempfile::tempdir().expect("a folder");
    let config = root.path().join(CONFIG);
    std::fs::write(&config, "by hand").expect("written");
    let error = write(root.path(), &old()).expect_err("in the way");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(read_text(&config), "by hand");
    assert_eq!(std::fs::read_dir(root.path()).expect("read").count(), 1);

    std::fs::remove_file(&config).expect("removed");
    write(root.path(), &old()).expect("written");
    let foreign = ["README.md", "maps/mine.map", "certs/mine.pem"];
    for path in foreign {
        std::fs::write(root.path().join(path), "mine").expect("written");
    }
    write(root.path(), &bundle(&shop(), "no certificates")).expect("written");
    for path in foreign {
        assert_eq!(read_text(&root.path().join(path)), "mine");
    }
    assert!(!root.path().join("certs/shop_tls.pem").exists());
}

#[test]
fn a_comparison_names_what_differs() {
    let root = tempfile::tempdir().expect("a folder");
    assert_eq!(
        compare(&root.path().join("absent"), &old())
            .expect("read")
            .len(),
        old().files.len()
    );
    write(root.path(), &old()).expect("written");
    std::fs::remove_file(root.path().join("maps/host.map")).expect("removed");
    let found = compare(root.path(), &new()).expect("read");
    let kind = |path: &str| found.iter().find(|d| d.path == path).map(|d| d.kind);
    assert_eq!(kind("maps/host.map"), Some(DifferenceKind::Missing));
    assert_eq!(kind(CONFIG), Some(DifferenceKind::Changed));
    assert_eq!(kind("maps/wild.map"), Some(DifferenceKind::Stale));
}

#[test]
fn only_whole_words_are_redirected() {
    let paths = BTreeSet::from(["certs/a.pem", "maps/a.map"]);
    let text = b"certs/a.pem x\n/etc/certs/a.pem certs/a.pem.old\nmap_str(maps/a.map)\n";
    let expected =
        ".next-1/certs/a.pem x\n/etc/certs/a.pem certs/a.pem.old\nmap_str(.next-1/maps/a.map)\n";
    assert_eq!(
        String::from_utf8_lossy(&redirect(text, &paths, ".next-1")),
        expected
    );
}

#[test]
fn a_write_that_fails_is_taken_back_and_names_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    write(dir, &old()).expect("written");
    let before = read_text(&dir.join(CONFIG));
    // Nothing can be put into the place of a folder with something in it.
    let mut bundle = new();
    let blocked = bundle.files.keys().find(|path| path.contains("more"));
    let blocked = blocked.expect("a new certificate").clone();
    bundle.files.insert(
        blocked.replace("more", "moru"),
        bundle.files[&blocked].clone(),
    );
    let path = dir.join(&blocked);
    let mut is_blocked = false;
    let error = write_stepwise(dir, &bundle, &mut |step| {
        if step == "certs" && !is_blocked {
            is_blocked = true;
            std::fs::create_dir_all(path.join("full")).expect("writable");
        }
    })
    .expect_err("it is in the way");
    assert!(
        error.to_string().starts_with(&path.display().to_string()),
        "{error}"
    );
    assert_eq!(read_text(&dir.join(CONFIG)), before);
    std::fs::remove_dir_all(&path).expect("it is there");
    is_clean(dir, &old());
    write(dir, &bundle).expect("written");
    is_clean(dir, &bundle);
}

#[test]
fn what_root_writes_belongs_to_whom_it_belonged() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    write(dir, &old()).expect("written");
    let owner = std::fs::metadata(dir).expect("it is there");
    if owner.uid() != 0 {
        // Nobody else may give files away.
        return;
    }
    for path in [".", CONFIG, "maps", "maps/path.map"] {
        std::os::unix::fs::chown(dir.join(path), Some(1234), Some(1235)).expect("root may");
    }
    write(dir, &new()).expect("written");
    for path in [CONFIG, "maps/path.map"] {
        let found = std::fs::metadata(dir.join(path)).expect("it is there");
        assert_eq!((found.uid(), found.gid()), (1234, 1235), "{path}");
    }
}
