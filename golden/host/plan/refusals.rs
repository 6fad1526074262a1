//! What goes wrong: another process, a command that is refused, a socket that is none.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::live::{HOST, Live, is_at_least};
use crate::client::{get, until};
use crate::haproxy;
use crate::net::Net;
use crate::pod::Pod;
use crate::site::web;

/// What a [`Proxy`] does with a command: answers it itself, or lets HAProxy answer.
type Answer = dyn Fn(&str, usize) -> Option<Vec<u8>> + Send;

/// A socket between the program and HAProxy's.
struct Proxy {
    path: PathBuf,
    over: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Proxy {
    /// `answer` gets each command, and how many came before that change something.
    fn start(folder: &Path, answer: Box<Answer>) -> Self {
        let path = folder.join("proxy.sock");
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).expect("a short path");
        let over = Arc::new(AtomicBool::new(false));
        let (its, real) = (Arc::clone(&over), folder.join("admin.sock"));
        let changes = AtomicUsize::new(0);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if its.load(Ordering::Relaxed) {
                    return;
                }
                let _ = pass(stream, &real, &changes, &*answer);
            }
        });
        Self {
            path,
            over,
            listener: Some(thread),
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        drop(UnixStream::connect(&self.path));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn pass(
    mut stream: UnixStream,
    real: &Path,
    changes: &AtomicUsize,
    answer: &Answer,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut sent = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let payload = sent.windows(3).any(|three| three == b"<<\n");
        if sent.ends_with(if payload { b"\n\n" } else { b"\n" }) {
            break;
        }
        match stream.read(&mut piece)? {
            0 => return Ok(()),
            length => sent.extend_from_slice(&piece[..length]),
        }
    }
    let text = String::from_utf8_lossy(&sent).into_owned();
    let before = if text.starts_with("show ") || text.starts_with("get ") {
        changes.load(Ordering::Relaxed)
    } else {
        changes.fetch_add(1, Ordering::Relaxed)
    };
    if let Some(answer) = answer(&text, before) {
        return stream.write_all(&answer);
    }
    let mut there = UnixStream::connect(real)?;
    there.write_all(&sent)?;
    let mut answer = Vec::new();
    there.read_to_end(&mut answer)?;
    stream.write_all(&answer)
}

struct Setting<'n> {
    live: Live<'n>,
    _pods: [Pod; 2],
}

/// One server of two, and manifests that want the other.
fn setting<'n>(binary: &'n Path, net: &'n Net) -> Setting<'n> {
    let pods = [10, 11].map(|number| Pod::start(&format!("web-{number}"), net.at(number, 8080)));
    let live = Live::start(binary, net, &web(HOST, "web", &[10]), "", &[]);
    live.manifests(&web(HOST, "web", &[11]));
    Setting { live, _pods: pods }
}

fn config(live: &Live<'_>) -> String {
    std::fs::read_to_string(live.site.path().join("out/haproxy.cfg")).expect("readable")
}

#[test]
fn a_refusal_in_the_middle_ends_it_and_a_reload_helps() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let Setting { live, _pods } = setting(binary, &net);
    let refuse = |_: &str, before: usize| (before == 2).then(|| b"Permission denied\n\n".to_vec());
    let proxy = Proxy::start(live.site.path(), Box::new(refuse));
    let done = live.plan(&["--to", "manifests", "--apply", "proxy.sock"]);
    assert_eq!(
        (done.code, done.outcome()),
        (Some(1), "refused"),
        "{}",
        done.said
    );
    let apply = &done.json["apply"];
    assert_eq!(apply["commands"]["sent"], 2, "{apply:#}");
    let command = apply["refused"]["command"].as_str().unwrap_or_default();
    assert!(command.starts_with("enable server "), "{apply:#}");
    for part in [
        "HAProxy refused a command",
        "HAProxy answered: Permission denied",
        "2 accepted commands, 2 commands not sent",
        "systemctl reload haproxy",
    ] {
        assert!(done.said.contains(part), "{part}: {}", done.said);
    }
    drop(proxy);
    live.same_process();

    // The process is no more that of the files, and nothing is done to it.
    let before = config(&live);
    assert!(before.contains(&net.fill("NET.11:8080")), "{before}");
    let again = live.apply(&[]);
    assert_eq!(
        (again.code, again.outcome()),
        (Some(1), "other_process"),
        "{}",
        again.said
    );

    live.edge.signal("USR2");
    until(
        "the new files hold",
        Duration::from_secs(20),
        || get(live.http(), HOST, "/").expect("an answer").pod,
        |pod| pod.as_deref() == Some("web-11"),
    );
    let done = live.apply(&[]);
    assert_eq!(
        (done.code, done.outcome()),
        (Some(0), "applied"),
        "{}",
        done.said
    );
}

#[test]
fn a_process_that_was_told_something_else_is_left_alone() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let Setting { live, _pods } = setting(binary, &net);
    let (before, server) = (config(&live), net.fill("shop_web_80/NET.10-8080"));
    for (command, back, differs) in [
        (
            "add map maps/path.map a/ b".to_owned(),
            "del map maps/path.map a/".to_owned(),
            "maps/path.map: the files have no entry `a/ b`",
        ),
        (
            format!("set server {server} weight 7"),
            format!("set server {server} weight 1"),
            "has the weight 7, the files say 1",
        ),
    ] {
        live.ask(&command);
        let done = live.apply(&[]);
        assert_eq!(
            (done.code, done.outcome()),
            (Some(1), "other_process"),
            "{}",
            done.said
        );
        assert!(done.said.contains(differs), "{}", done.said);
        assert_eq!(config(&live), before, "the files were touched");
        live.ask(&back);
    }
    // Taken out for an hour by an operator: that is no other process.
    live.ask(&format!("set server {server} state drain"));
    let done = live.apply(&[]);
    live.went_well(&done);
}

#[test]
fn what_is_no_runtime_api_is_an_error_within_bounds() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let Setting { live, _pods } = setting(binary, &net);
    let before = config(&live);
    let flood = vec![b'x'; 80 << 20];
    for (answer, why) in [
        (&b""[..], "the connection was closed without an answer"),
        (
            b"SSH-2.0-OpenSSH_9.2\r\n",
            "this is no answer of HAProxy's: SSH-2.0",
        ),
        (b"\xff\xfe\x00\n", "the answer is no text"),
        (&flood, "the answer is longer than"),
    ] {
        let answer = answer.to_vec();
        let proxy = Proxy::start(live.site.path(), Box::new(move |_, _| Some(answer.clone())));
        let begun = Instant::now();
        let done = live.plan(&["--to", "manifests", "--apply", "proxy.sock"]);
        drop(proxy);
        assert!(begun.elapsed() < Duration::from_secs(20));
        assert_eq!(done.code, Some(4), "{}", done.said);
        assert!(done.said.contains(why), "{why}: {}", done.said);
    }
    // One that is HAProxy's until commands come.
    let silent = |_: &str, before: usize| (before > 0).then(Vec::new);
    let proxy = Proxy::start(live.site.path(), Box::new(silent));
    assert_eq!(config(&live), before);
    let done = live.plan(&["--to", "manifests", "--apply", "proxy.sock"]);
    drop(proxy);
    assert_eq!(done.code, Some(4), "{}", done.said);
    assert!(
        done.said.contains("1 of 5 commands accepted before"),
        "{}",
        done.said
    );
}

#[test]
fn what_cannot_be_applied_is_said_before_anything_happens() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let Setting { live, _pods } = setting(binary, &net);
    let before = config(&live);
    for (arguments, code, why) in [
        (
            &["--apply", "nowhere.sock"][..],
            4,
            "cannot connect to nowhere.sock",
        ),
        (
            &["--apply", "admin.sock", "--format", "script"],
            2,
            "`--apply` sends them itself",
        ),
        (&["--drain", "3"], 2, "--apply"),
    ] {
        let done = live.plan(&[&["--to", "manifests"], arguments].concat());
        assert_eq!(done.code, Some(code), "{arguments:?}: {}", done.said);
        assert!(done.said.contains(why), "{why}: {}", done.said);
    }
    if !is_at_least(binary, 3, 4) {
        let done = live.apply(&["--haproxy", "3.4"]);
        assert_eq!(done.code, Some(2), "{}", done.said);
        assert!(
            done.said
                .contains("`--haproxy 3.4` was given, and HAProxy "),
            "{}",
            done.said
        );
    }
    assert_eq!(config(&live), before);
    live.ask(&net.fill("disable server shop_web_80/NET.10-8080"));
    let level =
        |text: &str, _: usize| (text == "show cli level\n").then(|| b"operator\n\n".to_vec());
    let proxy = Proxy::start(live.site.path(), Box::new(level));
    let done = live.plan(&["--to", "manifests", "--apply", "proxy.sock"]);
    drop(proxy);
    assert_eq!(done.code, Some(1), "{}", done.said);
    assert!(
        done.said.contains("has the level `operator`"),
        "{}",
        done.said
    );
    assert_eq!(config(&live), before);
}
