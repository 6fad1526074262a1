//! Servers that go while somebody still waits for their answer.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::live::{HOST, Live};
use crate::haproxy;
use crate::net::Net;
use crate::pod::Pod;
use crate::site::web;

/// A request that a server has taken, and does not answer.
struct Waiting<'n> {
    live: Live<'n>,
    client: TcpStream,
    server: TcpStream,
    _listener: TcpListener,
    _pod: Pod,
}

impl<'n> Waiting<'n> {
    fn start(binary: &'n std::path::Path, net: &'n Net) -> Self {
        let listener = TcpListener::bind(net.at(11, 8080)).expect("free");
        let live = Live::start(binary, net, &web(HOST, "web", &[11]), "", &[]);
        let mut client = TcpStream::connect(live.http()).expect("it listens");
        let request = format!("GET / HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
        client.write_all(request.as_bytes()).expect("it reads");
        // Checks connect as well, and say nothing.
        let deadline = Instant::now() + Duration::from_secs(10);
        let server = loop {
            assert!(Instant::now() < deadline, "no request comes");
            let (mut stream, _) = listener.accept().expect("somebody connects");
            let patience = stream.set_read_timeout(Some(Duration::from_secs(1)));
            patience.expect("a socket");
            if stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
                break stream;
            }
        };
        let pod = Pod::start("web-10", net.at(10, 8080));
        // The new server has to be there before the old one goes.
        live.applied(&web(HOST, "web", &[10, 11]));
        live.manifests(&web(HOST, "web", &[10]));
        Self {
            live,
            client,
            server,
            _listener: listener,
            _pod: pod,
        }
    }

    /// What the client gets when the server answers now.
    fn answer(&mut self) -> String {
        let said = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate";
        let _ = self.server.write_all(said);
        let patience = self.client.set_read_timeout(Some(Duration::from_secs(5)));
        patience.expect("a socket");
        let mut answer = [0; 4096];
        let length = self.client.read(&mut answer).unwrap_or(0);
        String::from_utf8_lossy(&answer[..length]).into_owned()
    }
}

#[test]
fn a_server_that_has_to_answer_yet_is_left_to_the_next_run() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let mut waiting = Waiting::start(binary, &net);
    let begun = Instant::now();
    let done = waiting.live.apply(&["--drain", "1"]);
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(
        (done.code, done.outcome()),
        (Some(1), "lingering"),
        "{}",
        done.said
    );
    assert!(
        done.said
            .contains("1 server keeps its connections after 1 second"),
        "{}",
        done.said
    );
    assert!(done.said.contains("apply the same again"), "{}", done.said);
    // Nobody was cut off.
    let answer = waiting.answer();
    assert!(answer.ends_with("late"), "{answer}");
    let again = waiting.live.apply(&[]);
    waiting.live.went_well(&again);
    assert_eq!(
        again.json["apply"]["commands"]["sent"], 1,
        "{:#}",
        again.json
    );
    waiting.live.equals_fresh(&[(HOST, "/", "web-10")]);
}

#[test]
fn a_server_is_waited_for() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let mut waiting = Waiting::start(binary, &net);
    let done = std::thread::scope(|scope| {
        let live = &waiting.live;
        let done = scope.spawn(|| live.apply(&["--drain", "20"]));
        std::thread::sleep(Duration::from_millis(1500));
        let _ = (&waiting.server).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate");
        done.join().expect("it does not panic")
    });
    waiting.live.went_well(&done);
    assert!(waiting.answer().contains("late"));
    waiting.live.equals_fresh(&[(HOST, "/", "web-10")]);
}

#[test]
fn sessions_are_shut_down_when_asked_for() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let mut waiting = Waiting::start(binary, &net);
    let done = waiting.live.apply(&["--drain", "0", "--shutdown-sessions"]);
    waiting.live.went_well(&done);
    let answer = waiting.answer();
    assert!(!answer.contains("late"), "{answer}");
    waiting.live.equals_fresh(&[(HOST, "/", "web-10")]);
}

#[test]
fn a_server_that_comes_back_is_taken_into_service_again() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let waiting = Waiting::start(binary, &net);
    let live = &waiting.live;
    let done = live.apply(&["--drain", "0"]);
    assert_eq!(done.outcome(), "lingering", "{}", done.said);
    live.manifests(&web(HOST, "web", &[10, 11]));
    let done = live.apply(&["--drain", "0"]);
    live.went_well(&done);
    let shown = live.ask("show servers state shop_web_80");
    let states: Vec<&str> = shown
        .lines()
        .skip(2)
        .filter_map(|line| line.split(' ').nth(6))
        .collect();
    assert_eq!(states, ["0", "0"], "{shown}");
}

#[test]
fn a_signal_ends_the_waiting_and_the_next_run_goes_on() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let mut waiting = Waiting::start(binary, &net);
    let arguments = "plan --from out --to manifests --apply admin.sock --drain 60 --format json --config ingressc.yaml";
    let child = Command::new(env!("CARGO_BIN_EXE_ingressc"))
        .args(arguments.split(' '))
        .current_dir(waiting.live.site.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it is built");
    std::thread::sleep(Duration::from_millis(1_500));
    let begun = Instant::now();
    let told = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(told.expect("kill is there").success());
    let output = child.wait_with_output().expect("it ends");
    assert!(begun.elapsed() < Duration::from_secs(10));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["apply"]["outcome"], "interrupted", "{said}");
    assert!(said.contains("waits    for the connections"), "{said}");
    assert!(
        said.contains("interrupted: 1 of 2 commands accepted"),
        "{said}"
    );
    assert!(waiting.answer().ends_with("late"));
    let again = waiting.live.apply(&[]);
    waiting.live.went_well(&again);
    waiting.live.equals_fresh(&[(HOST, "/", "web-10")]);
}
