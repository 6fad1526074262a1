//! The real HAProxy: is it there, does it accept a bundle, and a running one that dies with its guard.

use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ingressc::emit::Bundle;
use tempfile::TempDir;

/// The binary: `HAPROXY`, or the one in PATH. `None` when there is none, unless the environment says that there must be.
pub(crate) fn binary() -> Option<&'static Path> {
    static BINARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || {
        let path = std::env::var_os("HAPROXY").map_or_else(|| "haproxy".into(), PathBuf::from);
        let found = Command::new(&path)
            .arg("-v")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if found.is_ok_and(|status| status.success()) {
            return Some(path);
        }
        assert!(
            !required(),
            "INGRESSC_REQUIRE_HAPROXY=1, and {} does not run",
            path.display()
        );
        eprintln!("notice: no HAProxy; what needs it is skipped (HAPROXY names the binary)");
        None
    };
    BINARY.get_or_init(find).as_deref()
}

/// Whether the environment says that nothing may be skipped.
pub(crate) fn required() -> bool {
    std::env::var("INGRESSC_REQUIRE_HAPROXY").is_ok_and(|value| value == "1")
}

/// The bundle's files in a folder of their own.
pub(crate) fn lay_out(bundle: &Bundle) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, file) in &bundle.files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(path, &file.bytes).expect("writable");
    }
    folder
}

/// Everything `haproxy -c -dW` has to say against the bundle; `-dW` makes warnings count.
pub(crate) fn check(binary: &Path, bundle: &Bundle) -> Result<(), String> {
    load(binary, &lay_out(bundle), &as_peer(bundle))
}

/// The same for a configuration without other files.
pub(crate) fn check_text(binary: &Path, config: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("haproxy.cfg"), config).expect("writable");
    load(binary, &folder, &[])
}

fn load(binary: &Path, folder: &TempDir, arguments: &[String]) -> Result<(), String> {
    let output = Command::new(binary)
        .args(["-c", "-dW", "-f"])
        .arg(folder.path().join("haproxy.cfg"))
        .args(arguments)
        .output()
        .expect("it ran before");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // 3.4 exits 0 on some alerts.
    if output.status.success() && !said.contains("[ALERT]") && !said.contains("[WARNING]") {
        Ok(())
    } else {
        Err(said)
    }
}

/// A variable of the environment that the operator's lines of a case name. Without it HAProxy 3.0 warns, and 3.4 refuses them.
const VARIABLE: (&str, &str) = ("ADMIN_PASSWORD", "swordfish");

/// The host is the first of the peers, where there are some: HAProxy leaves them out on a host that is none.
fn as_peer(bundle: &Bundle) -> Vec<String> {
    let config = &bundle.files["haproxy.cfg"].bytes;
    let config = std::str::from_utf8(config).expect("UTF-8");
    let first = config
        .lines()
        .find_map(|line| line.strip_prefix("    peer "));
    let name = first.and_then(|peer| peer.split(' ').next());
    name.map_or_else(Vec::new, |name| vec!["-L".to_owned(), name.to_owned()])
}

/// A running HAProxy. Dropping it kills the process.
pub(crate) struct Running {
    child: Child,
    folder: TempDir,
}

impl Running {
    /// Starts it and waits until it accepts connections on all of `listen`.
    pub(crate) fn start(
        binary: &Path,
        bundle: &Bundle,
        listen: &[SocketAddr],
    ) -> Result<Self, String> {
        let folder = lay_out(bundle);
        let log = std::fs::File::create(folder.path().join("stderr.log")).expect("writable");
        let child = Command::new(binary)
            .args(as_peer(bundle))
            // `-n` overrides `maxconn`, whose file descriptors a test machine may not grant.
            .args(["-db", "-n", "200", "-f"])
            .arg(folder.path().join("haproxy.cfg"))
            .current_dir(folder.path())
            .env(VARIABLE.0, VARIABLE.1)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("haproxy does not start: {error}"))?;
        let mut running = Self { child, folder };
        let deadline = Instant::now() + Duration::from_secs(20);
        for address in listen {
            while TcpStream::connect_timeout(address, Duration::from_secs(1)).is_err() {
                let exited = running.child.try_wait().ok().flatten();
                if exited.is_some() || Instant::now() > deadline {
                    return Err(format!(
                        "haproxy does not accept on {address}:\n{}",
                        running.log()
                    ));
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        Ok(running)
    }

    /// What it said on stderr.
    pub(crate) fn log(&self) -> String {
        let mut text = String::new();
        if let Ok(mut file) = std::fs::File::open(self.folder.path().join("stderr.log")) {
            let _ = file.read_to_string(&mut text);
        }
        text
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
