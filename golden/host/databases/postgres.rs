//! A PostgreSQL as a pod runs it, and sessions of `psql`.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::edge::kill;
use crate::layouts::id_in;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The programs of PostgreSQL. Debian keeps those of servers out of PATH, in a folder for each version.
pub(crate) struct Programs {
    initdb: PathBuf,
    postgres: PathBuf,
    psql: PathBuf,
}

impl Programs {
    /// Looks for them: beside `initdb` in PATH, then in Debian's folders, the newest version first.
    pub(crate) fn find() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter();
        let mut versions: Vec<(u32, PathBuf)> = versions
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let number = entry.file_name().to_str()?.parse().ok()?;
                Some((number, entry.path().join("bin")))
            })
            .collect();
        versions.sort();
        folders.extend(versions.into_iter().rev().map(|(_, folder)| folder));
        let find = |name: &str| {
            let mut found = folders.iter().map(|folder| folder.join(name));
            found.find(|program| program.is_file())
        };
        let initdb = find("initdb")?;
        Some(Self {
            postgres: initdb.with_file_name("postgres"),
            psql: find("psql")?,
            initdb,
        })
    }
}

/// A running server that trusts whoever reaches it, on loopback. Dropping it ends it and its sessions.
pub(crate) struct Postgres {
    child: Child,
    /// Its data, its socket and what it says; it goes when the server has ended.
    folder: TempDir,
}

impl Postgres {
    /// Starts one on `address` and waits until it accepts sessions.
    pub(crate) fn start(programs: &Programs, address: SocketAddr) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let user = Somebody::for_servers();
        if let Some(user) = &user {
            chown(folder.path(), Some(user.uid), Some(user.gid)).expect("root may");
        }
        let mut initdb = Command::new(&programs.initdb);
        initdb.arg("-D").arg(&data).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "--no-sync",
            "--no-locale",
            "-E",
            "UTF8",
        ]);
        let output = become_one(&mut initdb, user.as_ref(), folder.path()).output();
        let output = output.expect("it was found");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "initdb: {said}");

        let log = std::fs::File::create(folder.path().join("postgres.log")).expect("writable");
        let mut postgres = Command::new(&programs.postgres);
        postgres.arg("-D").arg(&data);
        postgres.arg("-k").arg(folder.path());
        for setting in [
            format!("listen_addresses={}", address.ip()),
            format!("port={}", address.port()),
            "fsync=off".to_owned(),
            "shared_buffers=1MB".to_owned(),
            "max_connections=20".to_owned(),
            "autovacuum=off".to_owned(),
            // What it says is for whoever reads a failed test.
            "logging_collector=off".to_owned(),
        ] {
            postgres.args(["-c", &setting]);
        }
        postgres
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file"))
            .stderr(log);
        let child = become_one(&mut postgres, user.as_ref(), folder.path()).spawn();
        let mut server = Self {
            child: child.expect("it stands beside initdb"),
            folder,
        };
        let deadline = Instant::now() + PATIENCE;
        let ready = |psql: &mut Command| psql.output().is_ok_and(|output| output.status.success());
        while !ready(command(programs, address).args(["-c", "select 1"])) {
            let exited = server.child.try_wait().ok().flatten();
            assert!(
                exited.is_none() && Instant::now() < deadline,
                "postgres does not accept on {address}:\n{}",
                server.said()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("postgres.log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // It ends its processes and leaves nothing in shared memory, which it would if it were killed.
        kill("QUIT", &self.child.id().to_string());
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.child.try_wait().is_ok_and(|status| status.is_none()) {
            if Instant::now() > deadline {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The user that a server runs as: PostgreSQL refuses to be root.
struct Somebody {
    uid: u32,
    gid: u32,
}

impl Somebody {
    /// The user of Debian's package, or else somebody without rights; `None` where we are not root ourselves.
    fn for_servers() -> Option<Self> {
        let me = std::fs::metadata("/proc/self").ok()?;
        if me.uid() != 0 {
            return None;
        }
        let name = ["postgres", "nobody"];
        let mut users = name.iter().filter_map(|name| id_in("/etc/passwd", name));
        let uid = users.next().expect("every system has nobody");
        // No group matters; the one with the same number is nobody's who has rights.
        Some(Self { uid, gid: uid })
    }
}

fn become_one<'c>(
    command: &'c mut Command,
    user: Option<&Somebody>,
    folder: &Path,
) -> &'c mut Command {
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    // Where the tests run may be closed to that user.
    command.current_dir(folder).env("TZ", "UTC")
}

/// `psql` with nothing of whoever runs the tests: one value a line, no TLS.
fn command(programs: &Programs, address: SocketAddr) -> Command {
    let mut command = Command::new(&programs.psql);
    command
        .args(["-X", "-q", "-A", "-t", "-U", "postgres", "-d", "postgres"])
        .args(["-v", "ON_ERROR_STOP=1"])
        .arg("-h")
        .arg(address.ip().to_string())
        .arg("-p")
        .arg(address.port().to_string());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command
        .env("PGSSLMODE", "disable")
        .env("PGGSSENCMODE", "disable")
        .env("PGCONNECT_TIMEOUT", "10");
    command
}

/// What one query on a connection of its own answers.
pub(crate) fn query(programs: &Programs, address: SocketAddr, sql: &str) -> Result<String, String> {
    let output = command(programs, address).args(["-c", sql]).output();
    let output = output.expect("it was found");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}

/// A session that is held open. Dropping it ends `psql`.
pub(crate) struct Session {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Session {
    /// Connects, through HAProxy or not.
    pub(crate) fn open(programs: &Programs, address: SocketAddr) -> Self {
        let mut child = command(programs, address)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it was found");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, lines) = channel();
        // A read with a deadline: pipes have none. The thread ends with the pipe, or when nobody listens any more.
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            input,
            lines,
        }
    }

    /// Sends a statement, whose answer is fetched later.
    pub(crate) fn send(&mut self, sql: &str) {
        let sent = writeln!(self.input, "{sql}").and_then(|()| self.input.flush());
        sent.expect("psql is there");
    }

    /// The next line of an answer. Panics when the session is cut or silent.
    pub(crate) fn answer(&self) -> String {
        let line = self.lines.recv_timeout(PATIENCE);
        line.expect("the session is open and answers")
    }

    /// A statement that answers one line.
    pub(crate) fn ask(&mut self, sql: &str) -> String {
        self.send(sql);
        self.answer()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
