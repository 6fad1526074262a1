//! The lock of ports: who gets which, what merges make of it, and when it is written.

use std::process::Command;

use crate::run::{Folder, Ran, WEB};

/// A Service that is exposed, and its server.
fn service(name: &str, expose: &str) -> String {
    format!(
        "\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: db
  annotations:
    ingressc/expose: \"{expose}\"
spec:
  ports:
  - {{name: pg, port: 5432}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: {name}-1, namespace: db, labels: {{kubernetes.io/service-name: {name}}}}}
addressType: IPv4
ports: [{{name: pg, port: 5432, protocol: TCP}}]
endpoints: [{{addresses: [10.0.0.1], conditions: {{ready: true}}}}]
"
    )
}

const COMPILE: &str = "compile deploy -o out";

trait Ports {
    fn expose(&self, name: &str, expose: &str);
    fn remove(&self, name: &str);
    fn lock(&self) -> String;
    fn entries(&self) -> Vec<String>;
    fn git(&self, arguments: &str) -> bool;
    fn commit(&self, time: u32);
    fn fine(&self, arguments: &str) -> Ran;
}

impl Ports for Folder {
    fn expose(&self, name: &str, expose: &str) {
        self.file(&format!("deploy/{name}.yaml"), &service(name, expose));
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(&format!("deploy/{name}.yaml"))).expect("removed");
    }

    fn lock(&self) -> String {
        std::fs::read_to_string(self.path("ports.lock")).expect("a lock")
    }

    /// The lines of the lock, without comments and namespace.
    fn entries(&self) -> Vec<String> {
        let lock = self.lock();
        let entries = lock.lines().filter(|line| !line.starts_with('#'));
        entries
            .map(|line| line.replace("db/", "").replace(":5432:", ""))
            .collect()
    }

    /// Whether git succeeds.
    fn git(&self, arguments: &str) -> bool {
        git(self, arguments, 0)
    }

    /// Commits everything, at this second.
    fn commit(&self, time: u32) {
        assert!(git(self, "add -A", 0));
        assert!(git(self, "commit -q -m x", time));
    }

    fn fine(&self, arguments: &str) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments}\n{}{}", ran.out, ran.err);
        ran
    }
}

fn git(folder: &Folder, arguments: &str, time: u32) -> bool {
    let date = format!("{} +0000", 1_700_000_000 + time);
    let ran = Command::new("git")
        .current_dir(folder.path(""))
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args([
            "-c",
            "init.defaultBranch=main",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments.split(' '))
        .env("GIT_COMMITTER_DATE", &date)
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    ran.status.success()
}

/// A folder with manifests and nothing else.
fn folder(services: &[&str]) -> Folder {
    let folder = Folder::new();
    for name in services {
        folder.expose(name, "true");
    }
    folder
}

#[test]
fn ports_are_added_kept_released_and_given_back() {
    let folder = folder(&["orders", "users"]);
    let ran = folder.fine(COMPILE);
    assert!(
        ran.err.contains("  ports    2 allocated: ports.lock\n"),
        "{}",
        ran.err
    );
    assert_eq!(folder.entries(), ["orders 26000", "users 26001"]);
    folder.expose("apps", "true");
    folder.fine(COMPILE);
    assert_eq!(
        folder.entries(),
        ["apps 26002", "orders 26000", "users 26001"]
    );
    folder.remove("orders");
    folder.expose("sales", "true");
    let ran = folder.fine(COMPILE);
    assert!(
        ran.err.contains("  ports    1 allocated, 1 released: "),
        "{}",
        ran.err
    );
    let expected = [
        "apps 26002",
        "orders 26000 released",
        "sales 26003",
        "users 26001",
    ];
    assert_eq!(folder.entries(), expected);
    folder.expose("orders", "true");
    let ran = folder.fine(COMPILE);
    assert!(ran.err.contains("  ports    1 back: "), "{}", ran.err);
    assert_eq!(folder.entries()[1], "orders 26000");
    // A Service by another name is another one.
    folder.remove("users");
    folder.expose("people", "true");
    folder.fine(COMPILE);
    assert_eq!(
        folder.entries(),
        [
            "apps 26002",
            "orders 26000",
            "people 26004",
            "sales 26003",
            "users 26001 released"
        ]
    );
    let cfg = std::fs::read_to_string(folder.path("out/haproxy.cfg")).expect("written");
    assert!(cfg.contains("frontend fe_tcp_26004 ") && !cfg.contains("fe_tcp_26001 "));
}

#[test]
fn a_lock_that_stays_as_it_is_is_not_touched_and_comments_stay() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = folder(&["orders"]);
    folder.file("ports.lock", "# Opened in the firewall: 26000-26099.\n");
    folder.fine(COMPILE);
    assert!(
        folder
            .lock()
            .contains("# Opened in the firewall: 26000-26099.\ndb/orders:5432: 26000\n")
    );
    assert!(folder.lock().starts_with("# Which port"));
    let inode = || {
        std::fs::metadata(folder.path("ports.lock"))
            .expect("there")
            .ino()
    };
    let first = inode();
    let ran = folder.fine(COMPILE);
    assert!(
        inode() == first && !ran.err.contains("  ports "),
        "{}",
        ran.err
    );
    // As a checkout with `core.autocrlf` has it.
    let text = folder.lock().replace('\n', "\r\n");
    folder.file("ports.lock", &text);
    let ran = folder.fine(COMPILE);
    assert!(!ran.err.contains("  ports "), "{}", ran.err);
    assert_eq!(folder.lock(), text);
}

#[test]
fn the_lock_lies_beside_the_configuration_or_where_that_says() {
    let folder = Folder::new();
    folder.file("app/deploy/a.yaml", &service("a", "true"));
    folder.fine("compile app/deploy -o out");
    assert!(folder.exists("ports.lock") && !folder.exists("app/ports.lock"));
    folder.file("app/ingressc.yaml", "version: 1\n");
    folder.fine("compile app/deploy -o out");
    assert!(folder.exists("app/ports.lock"));
    folder.file("app/ingressc.yaml", "tcp: {lock: state/edge.lock}\n");
    std::fs::create_dir(folder.path("app/state")).expect("created");
    folder.fine("compile app/deploy -o out");
    assert!(folder.exists("app/state/edge.lock"));
    folder.fine("compile app/deploy -o out --set tcp.lock=own.lock");
    assert!(folder.exists("own.lock"));
}

#[test]
fn nothing_exposed_leaves_no_lock() {
    let folder = Folder::new();
    folder.fine("compile clean.yaml -o out");
    assert!(!folder.exists("ports.lock"));
    let ran = folder.run("ports clean.yaml");
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""));
    assert_eq!(ran.err, "nothing to do: no Service is exposed\n");
}

#[test]
fn locked_and_check_write_nothing_and_say_what_would_change() {
    let folder = folder(&["orders", "users"]);
    folder.fine(COMPILE);
    let before = folder.lock();
    folder.fine("compile deploy -o out --locked");
    folder.fine("compile deploy -o out --check");
    folder.expose("apps", "true");
    folder.remove("users");
    let ran = folder.run("compile deploy -o out --locked");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    insta::assert_snapshot!(ran.err, @r#"
    error[ING333] port-lock-stale: the lock of ports `ports.lock` has to change: 1 allocated, 1 released
       ╭─[deploy/apps.yaml:7:22]
     7 │     ingressc/expose: "true"
       ·                      ───┬──
       ·                         ╰── `db/apps:5432` gets 26002
       ╰────
       ╭─[ports.lock:6:1]
     6 │ db/users:5432: 26001
       · ──────────┬─────────
       ·           ╰── `db/users:5432` is gone, 26001 is released
       ╰────
      help: run `ingressc ports update`, and commit the file

    Found 1 problem in 1 of 2 files: 1 error.
      read     2 files, 4 objects (2 Service, 2 EndpointSlice)
      route    0 hosts, 0 paths, 1 port, 1 backend, 1 server, 0 certificates
    nothing written: 1 finding stands in the way
      help: fix it, or write in spite of it with --keep-going
    "#);
    let ran = folder.run("check deploy --locked");
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    let ran = folder.fine("check deploy");
    assert!(
        ran.out.starts_with("info[ING333] port-lock-stale: "),
        "{}",
        ran.out
    );
    let ran = folder.run("compile deploy -o out --check");
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(ran.out.starts_with("changed  ports.lock\n"), "{}", ran.out);
    let ran = folder.fine("compile deploy -o -");
    assert!(ran.err.contains("not written to ports.lock"), "{}", ran.err);
    let ran = folder.run("compile deploy -o out --locked --keep-going");
    assert_eq!(ran.code, Some(1));
    let cfg = std::fs::read_to_string(folder.path("out/haproxy.cfg")).expect("written");
    assert!(
        cfg.contains("fe_tcp_26000 ") && !cfg.contains("fe_tcp_26002 "),
        "a port that is in no lock"
    );
    assert_eq!(folder.lock(), before);
    folder.fine("ports update deploy");
    folder.fine("compile deploy -o out --locked");
}

#[test]
fn a_refused_compile_leaves_the_lock_alone_and_errors_only_add() {
    let folder = folder(&["orders", "users"]);
    folder.fine(COMPILE);
    let before = folder.lock();
    folder.remove("orders");
    folder.expose("apps", "true");
    folder.file("deploy/orders.yaml", "spec: [\n");
    let ran = folder.run(COMPILE);
    assert_eq!((ran.code, folder.lock()), (Some(1), before.clone()));
    let ran = folder.run("ports update deploy");
    assert_eq!((ran.code, folder.lock()), (Some(1), before));
    let ran = folder.run("compile deploy -o out --keep-going");
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("ING342"), "{}", ran.err);
    assert_eq!(folder.entries(), ["orders 26000", "users 26001"]);
    // Whatever the configuration makes of the rule, what is unread is not known.
    for level in ["warning", "info"] {
        let rules = format!("version: 1\nrules: {{ING001: {{level: {level}}}}}\n");
        folder.file("ingressc.yaml", &rules);
        let ran = folder.run("compile deploy -o out --keep-going");
        assert!(ran.err.contains("ING342"), "{}", ran.err);
        assert_eq!(folder.entries(), ["orders 26000", "users 26001"]);
    }
    // An error of another kind says which object it is about.
    folder.file("deploy/orders.yaml", &service("orders", "nobody"));
    folder.run("compile deploy -o out --keep-going");
    assert_eq!(
        folder.entries(),
        ["apps 26002", "orders 26000", "users 26001"]
    );
}

#[test]
fn a_refused_entry_keeps_its_port_from_new_services() {
    let folder = folder(&["apps", "orders"]);
    folder.file("ingressc.yaml", "version: 1\ntcp: {configMap: [db/tcp]}\n");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tcp, namespace: db}\n\
               data: {\"26000\": db/gone:1, \" 26001\": db/apps:pg, \"26002\": db/apps:pg}\n";
    let resource = "apiVersion: ingress.v3.haproxy.org/v3\nkind: TCP\nmetadata: {name: t, namespace: db}\n\
                    spec:\n- frontend: {name: f, binds: {a: {port: 26003}, b: {port: \"26004\"}}}\n  \
                    service: {name: gone, port: 1}\n- frontend: {binds: {a: {port: 26005}}}\n";
    folder.file("deploy/tcp.yaml", &format!("{map}---\n{resource}"));
    folder.run("compile deploy -o out --keep-going");
    assert_eq!(folder.entries(), ["apps 26006", "orders 26007"]);
    // A port that a Service asks for by its number is not for it either, while the object that names it is in doubt.
    folder.expose("users", "26000");
    let ran = folder.run("compile deploy -o out --keep-going");
    assert!(ran.err.contains("ING322"), "{}", ran.err);
    assert_eq!(folder.entries(), ["apps 26006", "orders 26007"]);
    // Without the ConfigMap, nobody knows which ports it has.
    folder.file("deploy/tcp.yaml", "");
    folder.expose("pay", "true");
    folder.run("compile deploy -o out --keep-going");
    assert_eq!(
        folder.entries(),
        ["apps 26006", "orders 26007", "users 26000"]
    );
}

#[test]
fn a_lock_that_cannot_be_understood_is_never_overwritten() {
    for text in [
        "db/orders:5432 26000\n",
        "db/orders:5432: 26000\ndb/users:5432: 26000\n",
        "<<<<<<< HEAD\ndb/orders:5432: 26000\n=======\n>>>>>>> x\n",
    ] {
        let folder = folder(&["apps", "orders"]);
        folder.file("deploy/web.yaml", WEB);
        folder.file("ports.lock", text);
        for arguments in [
            COMPILE,
            "compile deploy -o out --keep-going",
            "ports update deploy",
        ] {
            let ran = folder.run(arguments);
            assert_eq!(
                (ran.code, folder.lock().as_str()),
                (Some(1), text),
                "{}",
                ran.err
            );
        }
        let ran = folder.run("ports prune");
        assert_eq!(
            (ran.code, folder.lock().as_str()),
            (Some(1), text),
            "{}",
            ran.err
        );
        if folder.exists("out/haproxy.cfg") {
            let cfg = std::fs::read_to_string(folder.path("out/haproxy.cfg")).expect("written");
            assert!(
                !cfg.contains("# Service db/apps"),
                "a port that nothing keeps: {cfg}"
            );
        }
    }
    let folder = folder(&["apps"]);
    std::fs::write(folder.path("ports.lock"), b"db/\xff:1: 2\n").expect("written");
    let ran = folder.run(COMPILE);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("ING334") && ran.err.contains("UTF-8"),
        "{}",
        ran.err
    );
}

#[test]
fn what_is_wrong_with_a_lock_is_shown_at_its_place() {
    let folder = folder(&["apps"]);
    folder.file(
        "ports.lock",
        "# x\ndb/apps:5432: 26000\ndb/orders:5432: 26000\ndb/b: 7\n",
    );
    let ran = folder.run("check deploy");
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.out, @r#"
    error[ING335] port-allocated-twice: the lock gives port 26000 to `db/apps:5432` and to
      `db/orders:5432`
       ╭─[ports.lock:3:1]
     2 │ db/apps:5432: 26000
       · ─────────┬─────────
       ·          ╰── and here
     3 │ db/orders:5432: 26000
       · ─────────────────────
       ╰────
      help: run `ingressc ports repair`: the older entry keeps the port, and the other one gets a free
            one
      note: until then the file is not written, and no Service gets a port that it does not have

    error[ING334] invalid-port-lock: `db/b` names no Service port
       ╭─[ports.lock:4:1]
     4 │ db/b: 7
       · ────
       ╰────
      help: write `namespace/service:port: 26000`, with `released` behind it if the port is only kept,
            or restore the line
      note: until then the file is not written, and no Service gets a port that it does not have
    "#);
}

#[test]
fn a_full_pool_hands_out_what_the_gone_had_and_then_says_so() {
    let folder = folder(&["a", "b"]);
    folder.file("ingressc.yaml", "tcp: {pool: 26000-26001}\n");
    folder.fine(COMPILE);
    folder.remove("a");
    folder.expose("c", "true");
    folder.fine(COMPILE);
    assert_eq!(folder.entries(), ["b 26001", "c 26000"]);
    folder.expose("d", "true");
    let before = folder.lock();
    let ran = folder.run(COMPILE);
    assert_eq!((ran.code, folder.lock()), (Some(1), before));
    insta::assert_snapshot!(ran.err, @r#"
    error[ING331] port-pool-exhausted: no port of the pool 26000-26001 is left for `db/d:5432`
       ╭─[deploy/d.yaml:7:22]
     7 │     ingressc/expose: "true"
       ·                      ──────
       ╰────
       ╭─[ingressc.yaml:1:13]
     1 │ tcp: {pool: 26000-26001}
       ·             ─────┬─────
       ·                  ╰── the pool
       ╰────
      help: widen `tcp.pool`

    Found 1 problem in 1 of 3 files: 1 error.
      read     3 files, 6 objects (3 Service, 3 EndpointSlice)
      route    0 hosts, 0 paths, 2 ports, 2 backends, 2 servers, 0 certificates
    nothing written: 1 finding stands in the way
      help: fix it, or write in spite of it with --keep-going
    "#);
}

#[test]
fn prune_forgets_those_that_are_gone() {
    let folder = folder(&["a", "b", "c"]);
    folder.fine(COMPILE);
    for name in ["a", "b"] {
        folder.remove(name);
    }
    folder.fine(COMPILE);
    for (key, why) in [
        ("db/c:5432", "is not released"),
        ("db/x:5432", "is not in"),
        ("c", "is no Service port"),
    ] {
        let ran = folder.run(&format!("ports prune {key}"));
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains(why), "{}", ran.err);
    }
    let ran = folder.fine("ports prune db/b:5432");
    assert_eq!(ran.out, "pruned   db/b:5432   26001\n");
    assert_eq!(folder.entries(), ["a 26000 released", "c 26002"]);
    let ran = folder.fine("ports prune");
    assert_eq!(ran.out, "pruned   db/a:5432   26000\n");
    let ran = folder.fine("ports prune");
    assert_eq!(
        (ran.out.as_str(), folder.entries()),
        ("", vec!["c 26002".to_owned()])
    );
}

#[test]
fn a_port_that_a_service_leaves_is_kept_back_and_the_move_is_told() {
    let folder = folder(&["orders"]);
    folder.fine(COMPILE);
    folder.expose("orders", "30735");
    let words = "`db/orders:5432` moves from 26000 to 30735; 26000 is kept as released";
    let ran = folder.fine("check deploy");
    assert!(
        ran.out.starts_with("warning[ING333]") && ran.out.contains(words),
        "{}",
        ran.out
    );
    let ran = folder.run("check deploy --locked");
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(ran.out.starts_with("error[ING333]"), "{}", ran.out);
    let ran = folder.fine("compile deploy -o -");
    assert!(ran.err.contains(words), "{}", ran.err);
    let ran = folder.run("ports deploy");
    let lines: Vec<Vec<&str>> = ran
        .out
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        lines[0],
        ["26000", "db/orders:5432", "to", "release", "ports.lock:5"]
    );
    let ran = folder.fine(COMPILE);
    assert!(
        ran.err.contains("  ports    1 moved: ports.lock\n")
            && ran.err.contains(&format!("  warning  {words}\n")),
        "{}",
        ran.err
    );
    folder.expose("apps", "true");
    folder.fine(COMPILE);
    let kept = ["apps 26001", "orders 30735", "orders 26000 released"];
    assert_eq!(folder.entries(), kept);
    folder.fine("check deploy --locked");
    let ran = folder.fine("ports deploy");
    assert!(ran.out.contains("released   ports.lock:7"), "{}", ran.out);
    let ran = folder.fine("ports prune db/orders:5432");
    assert_eq!(ran.out, "pruned   db/orders:5432   26000\n");
    assert_eq!(folder.entries(), ["apps 26001", "orders 30735"]);
}

#[test]
fn the_last_service_can_be_unexposed() {
    let folder = folder(&["orders"]);
    folder.fine(COMPILE);
    folder.expose("orders", "false");
    let ran = folder.run("check deploy --locked");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.out.contains("ingressc ports update"), "{}", ran.out);
    let ran = folder.run("ports prune db/orders:5432");
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("ingressc ports update"), "{}", ran.err);
    let ran = folder.fine("ports deploy");
    assert!(ran.out.contains("  to release  "), "{}", ran.out);
    let ran = folder.fine("ports update deploy");
    assert!(ran.err.contains("  ports    1 released: "), "{}", ran.err);
    assert_eq!(folder.entries(), ["orders 26000 released"]);
    let ran = folder.run("check deploy --locked");
    assert!(!ran.out.contains("ING333"), "{}", ran.out);
    folder.fine("ports prune db/orders:5432");
    assert_eq!(folder.entries(), Vec::<String>::new());
    // Nothing that is compiled is more likely a mistake than the end of the last Service.
    folder.file("ports.lock", "db/orders:5432: 26000\n");
    let ran = folder.run("ports update other.yaml");
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert_eq!(folder.entries(), ["orders 26000"]);
}

#[test]
fn under_errors_the_table_does_not_say_that_a_service_is_gone() {
    let folder = folder(&["orders", "users"]);
    folder.fine(COMPILE);
    folder.file("deploy/users.yaml", "spec: [\n");
    let ran = folder.run("ports deploy");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    insta::assert_snapshot!(ran.out, @r#"
    26000  db/orders:5432 (pg)  allocated  deploy/orders.yaml:7
    26001  db/users:5432        kept       ports.lock:6
    "#);
    assert!(
        ran.err.contains("2 ports in use, 0 released"),
        "{}",
        ran.err
    );
    let ran = folder.run("ports prune db/users:5432");
    assert!(ran.err.contains("have no errors"), "{}", ran.err);
}

#[test]
fn if_every_listener_loses_its_port_the_findings_tell_and_nothing_is_written() {
    let folder = folder(&["orders"]);
    folder.fine(COMPILE);
    let bundle = || std::fs::read_to_string(folder.path("out/haproxy.cfg")).expect("written");
    let (lock, before) = (folder.lock(), bundle());
    folder.file(
        "ingressc.yaml",
        "listen: {metrics: [\"127.0.0.1:26000\"]}\n",
    );
    let ran = folder.run("compile deploy -o out --keep-going");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(
        ran.err.contains("ING322") && ran.err.contains("nothing is left to listen on"),
        "{}",
        ran.err
    );
    assert_eq!((folder.lock(), bundle()), (lock, before));
}

#[test]
fn the_help_for_a_port_that_the_host_has_can_be_followed() {
    let folder = folder(&["orders", "users"]);
    folder.fine(COMPILE);
    folder.file(
        "ingressc.yaml",
        "listen: {metrics: [\"127.0.0.1:26000\"]}\n",
    );
    let ran = folder.run("check deploy");
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.out.contains("`ingressc/expose-port.5432: \"26002\"`"),
        "{}",
        ran.out
    );
    let fixed = service("orders", "true").replace(
        "    ingressc/expose: \"true\"\n",
        "    ingressc/expose: \"true\"\n    ingressc/expose-port.5432: \"26002\"\n",
    );
    folder.file("deploy/orders.yaml", &fixed);
    folder.fine(COMPILE);
    assert_eq!(
        folder.entries(),
        ["orders 26002", "orders 26000 released", "users 26001"]
    );
}

/// Two branches that each gave 26001 to a Service of their own: `newer` at second 20, `older` at second 10.
fn branches(attributes: &str) -> Folder {
    let folder = folder(&["m"]);
    folder.file(".gitattributes", attributes);
    folder.file(".gitignore", "out\n");
    assert!(folder.git("init -q"));
    folder.fine(COMPILE);
    folder.commit(1);
    assert!(folder.git("checkout -q -b branch"));
    folder.expose("older", "true");
    folder.fine(COMPILE);
    folder.commit(10);
    assert!(folder.git("checkout -q main"));
    folder.expose("newer", "true");
    folder.fine(COMPILE);
    folder.commit(20);
    folder
}

#[test]
fn branches_merged_by_union_are_repaired_by_blame() {
    let folder = branches("ports.lock merge=union\n");
    assert!(folder.git("merge -q branch"), "no conflict");
    let ran = folder.run(COMPILE);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("ING335") && ran.err.contains("ports repair"),
        "{}",
        ran.err
    );
    let ran = folder.fine("ports repair");
    assert_eq!(
        ran.out,
        "moved    db/newer:5432   26001 -> 26002   db/older:5432 is older\n"
    );
    assert_eq!(folder.entries(), ["m 26000", "newer 26002", "older 26001"]);
    folder.fine("compile deploy -o out --locked");
    let ran = folder.fine("ports repair");
    assert!(
        ran.out.is_empty() && ran.err.contains("nothing to repair"),
        "{}",
        ran.err
    );
}

#[test]
fn branches_that_conflict_are_repaired_while_they_do() {
    let folder = branches("");
    assert!(!folder.git("merge -q branch"), "a conflict");
    let ran = folder.run("check deploy");
    assert!(
        ran.out.contains("ING334") && ran.out.contains("merge conflict"),
        "{}",
        ran.out
    );
    let ran = folder.fine("ports repair");
    assert_eq!(
        ran.out,
        "moved    db/newer:5432   26001 -> 26002   db/older:5432 is older\n"
    );
    assert_eq!(folder.entries(), ["m 26000", "newer 26002", "older 26001"]);
    folder.fine("compile deploy -o out --locked");
}

#[test]
fn what_the_base_has_is_older_whatever_the_times_are() {
    let folder = branches("ports.lock merge=union\n");
    assert!(folder.git("merge -q branch"));
    let ran = folder.fine("ports repair --base main~1");
    assert_eq!(
        ran.out,
        "moved    db/older:5432   26001 -> 26002   db/newer:5432 has it in main~1\n"
    );
    // Of two that the base does not have, blame tells which is older.
    let folder = branches("ports.lock merge=union\n");
    assert!(folder.git("merge -q branch"));
    let ran = folder.fine("ports repair --base main~2");
    assert_eq!(
        ran.out,
        "moved    db/newer:5432   26001 -> 26002   db/older:5432 is older\n"
    );
    for revision in ["nowhere", "--output=x"] {
        let arguments = ["ports", "repair", &format!("--base={revision}")];
        let ran = folder.run_with(&arguments, &[], "");
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(ran.err.contains("git knows no revision"), "{}", ran.err);
    }
}

/// A ConfigMap that opens a port for `db/a`.
fn config_map(port: u16) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: tcp, namespace: db}}\ndata: {{\"{port}\": \"db/a:5432\"}}\n"
    )
}

#[test]
fn repair_avoids_what_the_manifests_name_and_agrees_with_them() {
    let folder = folder(&["a", "b"]);
    folder.expose("c", "26003");
    folder.file("deploy/tcp.yaml", &config_map(26001));
    folder.file(
        "ingressc.yaml",
        "tcp: {configMap: db/tcp}\nlisten: {metrics: [\":26002\"]}\n",
    );
    let twice = "db/a:5432: 26000\ndb/b:5432: 26000\ndb/c:5432: 26003\n";
    folder.file("ports.lock", twice);
    let ran = folder.fine("ports repair deploy");
    assert!(ran.out.contains("26000 -> 26004"), "{}", ran.out);
    folder.fine("check deploy --locked");
    // As a merge by union leaves a Service that one branch removed: live and released.
    for (text, told, entries) in [
        (
            "db/a:5432: 26000\ndb/a:5432: 26000 released\ndb/b:5432: 26004\ndb/c:5432: 26003\n",
            "dropped  db/a:5432   26000   the released entry: it has the port\n",
            ["a 26000", "b 26004", "c 26003"].as_slice(),
        ),
        (
            "db/a:5432: 26000\ndb/b:5432: 26004\ndb/c:5432: 26003\ndb/x:5432: 26005\ndb/x:5432: 26005 released\n",
            "released db/x:5432   26005   its Service is not exposed\n",
            &["a 26000", "b 26004", "c 26003", "x 26005 released"],
        ),
        (
            "db/a:5432: 26000\ndb/b:5432: 26004\ndb/c:5432: 26003\ndb/x:5432: 26004 released\n",
            "dropped  db/x:5432   26004   the released entry: db/b:5432 has the port\n",
            &["a 26000", "b 26004", "c 26003"],
        ),
    ] {
        folder.file("ports.lock", text);
        assert_eq!(folder.run("check deploy --locked").code, Some(1));
        assert_eq!(folder.fine("ports repair deploy").out, told);
        assert_eq!(folder.entries(), entries);
        folder.fine("check deploy --locked");
    }
    // Some manifests cannot be read, and then none.
    folder.file("deploy/broken.yaml", "spec: [\n");
    folder.file("ports.lock", twice);
    let ran = folder.fine("ports repair deploy");
    assert!(
        ran.out.contains("26000 -> 26004") && ran.err.contains("not all manifests"),
        "{}{}",
        ran.out,
        ran.err
    );
    folder.file("ports.lock", twice);
    let ran = folder.fine("ports repair other.yaml");
    assert!(
        ran.out.contains("26000 -> 26001") && ran.err.contains("no manifest could be read"),
        "{}{}",
        ran.out,
        ran.err
    );
    folder.file("ports.lock", "db/a:5432: 26000\ndb/b:5432: 26000\n");
    assert_eq!(folder.run("ports repair nowhere").code, Some(2));
}

#[test]
fn without_git_the_first_by_name_keeps_the_port_and_that_is_said() {
    let folder = folder(&["a", "b"]);
    folder.file("ports.lock", "db/b:5432: 26000\ndb/a:5432: 26000\n");
    for path in ["", "/nowhere"] {
        folder.file("ports.lock", "db/b:5432: 26000\ndb/a:5432: 26000\n");
        let environment: &[_] = if path.is_empty() {
            &[]
        } else {
            &[("PATH", path)]
        };
        let ran = folder.run_with(&["ports", "repair"], environment, "");
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let expected = "moved    db/b:5432   26000 -> 26001   db/a:5432 is the first by name; which is older is not known\n";
        assert_eq!(ran.out, expected);
        assert_eq!(folder.entries(), ["a 26000", "b 26001"]);
    }
    folder.file("ports.lock", "what\n");
    let ran = folder.run("ports repair");
    assert_eq!(
        (ran.code, folder.lock().as_str()),
        (Some(1), "what\n"),
        "{}",
        ran.err
    );
    std::fs::remove_file(folder.path("ports.lock")).expect("removed");
    assert_eq!(folder.run("ports repair").code, Some(3));
}

#[test]
fn the_table_tells_who_has_which_port() {
    let folder = folder(&["orders", "users", "gone"]);
    folder.file("ingressc.yaml", "tcp: {pool: 26000-26099}\n");
    folder.fine(COMPILE);
    folder.remove("gone");
    folder.expose("apps", "true");
    folder.expose("sales", "26735");
    folder.expose("zz", "26001");
    let ran = folder.run("ports deploy");
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.out, @r#"
    26000  db/gone:5432         to release           ports.lock:5
    26001  db/orders:5432 (pg)  allocated            deploy/orders.yaml:7
    26001  db/zz:5432 (pg)      conflict             deploy/zz.yaml:7
    26002  db/users:5432 (pg)   allocated            deploy/users.yaml:7
    26003  db/apps:5432 (pg)    new                  deploy/apps.yaml:7
    26735  db/sales:5432 (pg)   fixed, outside pool  deploy/sales.yaml:7
    "#);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80));
    assert!(
        ran.err.contains("ING322") && ran.err.contains("ING332"),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .ends_with("pool 26000-26099: 3 ports in use, 1 released, 96 free\n"),
        "{}",
        ran.err
    );
    folder.remove("zz");
    let ran = folder.fine("ports deploy --format json");
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(json["version"], 1);
    assert_eq!(json["ports"].as_array().map(Vec::len), Some(5));
    let first = &json["ports"][0];
    assert_eq!(
        (&first["port"], &first["state"]),
        (&26000.into(), &"to release".into())
    );
    assert_eq!(json["ports"][4]["outside_pool"], true);
    folder.fine(COMPILE);
    let ran = folder.fine("ports deploy --format json");
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(json["ports"][0]["state"], "released");
}

#[test]
fn clusters_that_fix_different_ports_are_told() {
    let folder = Folder::new();
    for (cluster, port) in [("ams", "26001"), ("fra", "26002")] {
        folder.file(&format!("{cluster}/a.yaml"), &service("a", port));
        folder.file(&format!("{cluster}/b.yaml"), &service("b", "true"));
    }
    folder.file(
        "ingressc.yaml",
        "clusters: {ams: {inputs: [ams]}, fra: {inputs: [fra]}}\n",
    );
    let ran = folder.run("compile -o out");
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.err.split("Found").next().unwrap_or_default(), @r#"
    error[ING329] cluster-conflict: `db/a:5432` is to have port 26002 in cluster fra, and 26001 in
      cluster ams, which counts
       ╭─[fra/a.yaml:7:22]
     7 │     ingressc/expose: "26002"
       ·                      ───┬───
       ·                         ╰── in cluster fra
       ╰────
       ╭─[ams/a.yaml:7:22]
     7 │     ingressc/expose: "26001"
       ·                      ───┬───
       ·                         ╰── in cluster ams
       ╰────
      help: let the Services of both clusters name the same port

    warning[ING225] duplicate-server: `10.0.0.1 port 5432` is a server of `db/a:pg` in cluster ams and
      in cluster fra, and only the first counts
        ╭─[fra/a.yaml:17:26]
     17 │ endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
        ·                          ────┬───
        ·                              ╰── in cluster fra
        ╰────
        ╭─[ams/a.yaml:17:26]
     17 │ endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
        ·                          ────┬───
        ·                              ╰── and in cluster ams
        ╰────
      help: give each cluster its own export and its own nodes; if their networks of pods overlap, reach
            one of them by nodePort or an inventory

    warning[ING225] duplicate-server: `10.0.0.1 port 5432` is a server of `db/b:pg` in cluster ams and
      in cluster fra, and only the first counts
        ╭─[fra/b.yaml:17:26]
     17 │ endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
        ·                          ────┬───
        ·                              ╰── in cluster fra
        ╰────
        ╭─[ams/b.yaml:17:26]
     17 │ endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
        ·                          ────┬───
        ·                              ╰── and in cluster ams
        ╰────
      help: give each cluster its own export and its own nodes; if their networks of pods overlap, reach
            one of them by nodePort or an inventory
    "#);
    folder.file("fra/a.yaml", &service("a", "true"));
    folder.fine("compile -o out");
    assert_eq!(folder.entries(), ["a 26001", "b 26000"]);
}

#[test]
fn ports_of_included_lines_are_taken() {
    let folder = folder(&["apps", "orders"]);
    folder.file(
        "ingressc.yaml",
        "version: 1\ninclude: {sections: [own.cfg]}\n",
    );
    folder.file(
        "own.cfg",
        "listen own from d_base\n    bind :26000,10.0.0.1:26001-26002 name x\n    bind \":26004\"\n",
    );
    folder.fine(COMPILE);
    assert_eq!(folder.entries(), ["apps 26003", "orders 26005"]);
    folder.expose("users", "26002");
    let ran = folder.run(COMPILE);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("ING322") && ran.err.contains("a `bind` of an included file"),
        "{}",
        ran.err
    );
}

#[test]
fn what_stands_in_the_place_of_the_lock_and_is_no_file_is_refused() {
    let refused = |folder: &Folder, why: &str| {
        let before = std::fs::symlink_metadata(folder.path("ports.lock")).expect("it is there");
        let ran = folder.run(COMPILE);
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        assert!(
            ran.err.contains("ING334") && ran.err.contains(why),
            "{}",
            ran.err
        );
        let ran = folder.run("compile deploy -o out --keep-going");
        assert!(ran.err.contains("ING334"), "{}", ran.err);
        let after = std::fs::symlink_metadata(folder.path("ports.lock")).expect("it is there");
        assert_eq!(after.file_type(), before.file_type());
    };
    let linked = folder(&["orders"]);
    let link = linked.path("ports.lock");
    std::os::unix::fs::symlink("kept/ports.lock", &link).expect("a link");
    refused(&linked, "is a link to a file");
    assert!(!linked.path("kept").exists());
    // One that leads to a file stays, and the file is the lock.
    linked.file("kept/ports.lock", "db/users:5432: 26000\n");
    linked.fine(COMPILE);
    assert_eq!(linked.entries(), ["orders 26001", "users 26000 released"]);
    assert!(link.is_symlink() && !linked.path("kept/ports.lock").is_symlink());

    let pipe = folder(&["orders"]);
    let made = Command::new("mkfifo").arg(pipe.path("ports.lock")).status();
    assert!(made.expect("mkfifo").success());
    refused(&pipe, "is no regular file");

    let occupied = folder(&["orders"]);
    std::fs::create_dir(occupied.path("ports.lock")).expect("a folder");
    refused(&occupied, "is no regular file");
}

#[test]
fn a_lock_may_lie_in_the_folder_of_the_bundle() {
    let folder = folder(&["orders"]);
    folder.file("ingressc.yaml", "version: 1\ntcp: {lock: out/ports.lock}\n");
    folder.fine(COMPILE);
    let lock = std::fs::read_to_string(folder.path("out/ports.lock")).expect("a lock");
    assert!(lock.ends_with("db/orders:5432: 26000\n"), "{lock}");
    folder.expose("apps", "true");
    folder.fine(COMPILE);
    folder.fine("compile deploy -o out --check");
    let lock = std::fs::read_to_string(folder.path("out/ports.lock")).expect("a lock");
    assert!(
        lock.ends_with("db/apps:5432: 26001\ndb/orders:5432: 26000\n"),
        "{lock}"
    );
}
