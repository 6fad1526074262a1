//! A HAProxy process on a folder of files, started as an operator would. Dropping it ends the process and its workers.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running HAProxy.
pub(crate) struct Edge {
    child: Child,
    log: PathBuf,
}

impl Edge {
    /// Starts it on `folder/haproxy.cfg` in that folder, with `arguments` besides, and waits until it accepts connections on all
    /// of `listen`. What it says goes to `log`.
    pub(crate) fn start(
        binary: &Path,
        folder: &Path,
        arguments: &[&str],
        listen: &[SocketAddr],
    ) -> Self {
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .arg("-f")
            .arg(folder.join("haproxy.cfg"));
        Self::run(command, folder, listen)
    }

    /// As [`Edge::start`], but the whole command is the caller's.
    pub(crate) fn run(mut command: Command, folder: &Path, listen: &[SocketAddr]) -> Self {
        let log = folder.join(format!("stderr-{}.log", std::process::id()));
        let said = File::options().create(true).append(true).open(&log);
        let said = said.expect("writable");
        if !command.get_args().any(|argument| argument == "-n") {
            // It overrides `maxconn`, whose file descriptors a test machine may not grant.
            command.args(["-n", "500"]);
        }
        let child = command
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(said.try_clone().expect("a file"))
            .stderr(said)
            // A group of its own, so that workers can be ended with their master.
            .process_group(0)
            .spawn()
            .expect("it ran before");
        let mut edge = Self { child, log };
        let deadline = Instant::now() + Duration::from_secs(20);
        for address in listen {
            while TcpStream::connect_timeout(address, Duration::from_secs(1)).is_err() {
                let exited = edge.child.try_wait().ok().flatten();
                assert!(
                    exited.is_none() && Instant::now() < deadline,
                    "haproxy does not accept on {address}:\n{}",
                    edge.said()
                );
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        edge
    }

    /// The number of the process; of the master, where there is one.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, such as `USR2`.
    pub(crate) fn signal(&self, signal: &str) {
        kill(signal, &self.pid().to_string());
    }

    /// Waits until it has ended by itself, as it does after a reload when its clients are gone.
    pub(crate) fn finish(mut self, patience: Duration) {
        let deadline = Instant::now() + patience;
        while self.alive() {
            assert!(Instant::now() < deadline, "the old process does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Whether it still runs.
    pub(crate) fn alive(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }

    /// What it said of itself, which is all but the requests and the connections.
    pub(crate) fn said(&self) -> String {
        let log = self.log();
        let lines = log
            .lines()
            .filter(|line| !line.contains(" HTTP/1.1\"") && !line.contains("] fe_tcp_"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// All that it wrote to stdout and stderr.
    pub(crate) fn log(&self) -> String {
        let mut text = String::new();
        if let Ok(mut file) = File::open(&self.log) {
            let _ = file.read_to_string(&mut text);
        }
        text
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        kill("KILL", &format!("-{}", self.child.id()));
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("haproxy said:\n{}", self.said());
        }
    }
}

/// The shell's `kill`: signals are not in the standard library.
pub(crate) fn kill(signal: &str, whom: &str) {
    let _ = Command::new("kill")
        .args(["-s", signal, "--", whom])
        .stderr(Stdio::null())
        .status();
}

/// Asks the Runtime API. The path must be short, because that of a socket has 108 bytes.
pub(crate) fn runtime(socket: &Path, command: &str) -> std::io::Result<String> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(format!("{command}\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
