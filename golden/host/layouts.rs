//! The layouts on this machine: who HAProxy runs as, where it is locked in, and what it tells its operator.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::client::{get, until};
use crate::edge::{Edge, runtime};
use crate::haproxy;
use crate::net::Net;
use crate::pod::Pod;
use crate::site::{HTTP, Site, web};

const HOST: &str = "shop.example.com";

/// The empty folder that Debian's package makes for it.
const CHROOT: &str = "/var/lib/haproxy";

/// Somebody without rights: `nobody`, wherever there is one.
const NOBODY: u32 = 65534;

/// A site with one Service on `NET.10:8080`, in this layout, with its admin socket in `folder`.
fn site(net: &Net, layout: &str, folder: &Path) -> Site {
    let config = format!(
        "version: 1
target: {{layout: {layout}}}
listen: {{http: ['NET.1:8000'], https: [], metrics: ['NET.1:8404'], admin: {}}}
",
        folder.join("admin.sock").display()
    );
    let web = web(HOST, "web", &[10]);
    Site::new(net, &[("ingressc.yaml", &config), ("web.yaml", &web)])
}

/// A folder that everybody may use.
pub(crate) fn open_folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    open(folder.path());
    folder
}

fn open(folder: &Path) {
    let everybody = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(folder, everybody).expect("it is ours");
    for entry in std::fs::read_dir(folder).expect("it is readable") {
        let path = entry.expect("it is readable").path();
        if path.is_dir() {
            open(&path);
        }
    }
}

/// The user and the group of Debian's package; `None`, with a notice, where its layout cannot be started.
pub(crate) fn debian() -> Option<(u32, u32)> {
    let user = id_in("/etc/passwd", "haproxy").zip(id_in("/etc/group", "haproxy"));
    let ids = user.filter(|_| is_root() && Path::new(CHROOT).is_dir());
    if ids.is_none() {
        eprintln!("notice: not root, or no user haproxy; the layout debian is not started");
    }
    ids
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

/// The number of a user or group, from `/etc/passwd` or `/etc/group`.
pub(crate) fn id_in(file: &str, name: &str) -> Option<u32> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    line.split(':').nth(2)?.parse().ok()
}

/// `Uid:` or `Gid:` of a process: the effective one.
fn effective(pid: u32, what: &str) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// What every layout with an admin socket and metrics does.
fn judge(net: &Net, edge: &Edge, socket: &Path) {
    let answer = get(net.at(1, HTTP), HOST, "/").expect("an answer");
    assert_eq!(answer.pod.as_deref(), Some("web"), "{answer:?}");

    let info = runtime(socket, "show info").expect("it answers");
    assert!(info.contains(&format!("Pid: {}\n", edge.pid())), "{info}");

    let metrics = net.at(1, 8404);
    let asked = |path: &str| get(metrics, "localhost", path).expect("an answer");
    let numbers = asked("/metrics");
    assert_eq!(numbers.status, 200);
    assert!(
        numbers
            .body
            .contains("haproxy_backend_status{proxy=\"shop_web_80\""),
        "{}",
        numbers.body
    );
    let page = asked("/stats");
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.body.contains("shop_web_80"), "{}", page.body);
    assert_eq!(asked("/healthz").status, 200);
    assert_eq!(asked("/").status, 404);
}

#[test]
fn on_debian_it_gives_up_its_rights() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let Some(ids) = debian() else {
        return;
    };
    let net = Net::take();
    let _pod = Pod::start("web", net.at(10, 8080));
    let folder = open_folder();
    let site = site(&net, "debian", folder.path());
    let bundle = site.bundle();
    let listen = [net.at(1, HTTP), net.at(1, 8404)];
    let edge = Edge::start(binary, bundle.path(), &["-db"], &listen);
    let socket = folder.path().join("admin.sock");
    judge(&net, &edge, &socket);

    let pid = edge.pid();
    let effective = effective(pid, "Uid:").zip(effective(pid, "Gid:"));
    assert_eq!(effective, Some(ids));
    let root = std::fs::read_link(format!("/proc/{pid}/root")).expect("we are root");
    assert_eq!(root, Path::new(CHROOT));
    let mode = std::fs::metadata(&socket).expect("it is there").mode() & 0o777;
    assert_eq!(
        mode & 0o007,
        0,
        "others may not use the admin socket: {mode:o}"
    );
    assert_eq!(alarms(&edge), Vec::<String>::new());
}

#[test]
fn in_a_container_it_needs_no_rights() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _pod = Pod::start("web", net.at(10, 8080));
    let folder = open_folder();
    let site = site(&net, "container", folder.path());
    let bundle = site.bundle();
    open(bundle.path());
    let mut command = Command::new(binary);
    command.args(["-db", "-f", "haproxy.cfg"]);
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let edge = Edge::run(command, bundle.path(), &[net.at(1, HTTP), net.at(1, 8404)]);
    judge(&net, &edge, &folder.path().join("admin.sock"));
    assert_ne!(effective(edge.pid(), "Uid:"), Some(0));
    assert_eq!(alarms(&edge), Vec::<String>::new());
    // Containers are read on stdout.
    until(
        "the request is logged",
        Duration::from_secs(5),
        || edge.log(),
        |log| log.contains("shop_web_80/") && log.contains("GET / HTTP/1.1"),
    );
    assert!(
        !edge.log().contains("/metrics"),
        "who scrapes is not logged"
    );
}

/// What HAProxy warned of. That a test machine has no `/dev/log` is no fault of the configuration.
fn alarms(edge: &Edge) -> Vec<String> {
    let said = edge.said();
    let bad = |line: &&str| line.starts_with("[WARNING]") || line.starts_with("[ALERT]");
    let lines = said.lines().filter(bad);
    lines
        .filter(|line| !line.contains("in logger"))
        .map(str::to_owned)
        .collect()
}
