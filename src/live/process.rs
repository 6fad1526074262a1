//! HAProxy as a process: started on a bundle in a private folder, awaited, and ended with its guard.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::error::LiveError;
use super::guard::Guard;
use crate::emit::{Bundle, CONFIG};

/// What it says on stderr.
const LOG: &str = "stderr.log";

/// How long HAProxy may take until it accepts connections.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running HAProxy. Dropping it ends the process.
#[derive(Debug)]
pub(super) struct Process {
    // Before the folder, which is removed when the process is gone.
    guard: Guard,
    folder: TempDir,
}

/// Writes the bundle's files to a folder of their own, which nobody else can read, and which is removed with the guard.
///
/// # Errors
/// What the disk says.
pub fn lay_out(bundle: &Bundle) -> io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    fill(&folder, bundle)?;
    Ok(folder)
}

#[expect(clippy::disallowed_methods, reason = "HAProxy reads files")]
fn fill(folder: &TempDir, bundle: &Bundle) -> io::Result<()> {
    for (name, file) in &bundle.files {
        let path = folder.path().join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, &file.bytes)?;
    }
    Ok(())
}

impl Process {
    /// Starts it and waits until it accepts connections on all of `listen`.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the place that runs haproxy, and waits for it"
    )]
    pub(super) fn start(
        binary: &Path,
        bundle: &Bundle,
        listen: &[SocketAddr],
        environment: &[(String, String)],
    ) -> Result<Self, LiveError> {
        let unwritable =
            |error: io::Error| LiveError::Fault(format!("a temporary folder: {error}"));
        let folder = tempfile::tempdir().map_err(unwritable)?;
        let process = Self {
            guard: Guard::new(folder.path().to_owned()),
            folder,
        };
        let folder = &process.folder;
        fill(folder, bundle).map_err(unwritable)?;
        let log = std::fs::File::create(folder.path().join(LOG)).map_err(unwritable)?;
        let mut command = Command::new(binary);
        command
            // `-n` overrides `maxconn`, whose file descriptors this machine may not grant.
            .args(["-db", "-n", "200", "-f"])
            .arg(folder.path().join(CONFIG))
            .current_dir(folder.path())
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        process
            .guard
            .spawn(&mut command)
            .map_err(|error| not_started(binary, &error))?;
        let deadline = Instant::now() + PATIENCE;
        for address in listen {
            while TcpStream::connect_timeout(address, Duration::from_secs(1)).is_err() {
                if process.guard.has_ended() {
                    let why = format!("haproxy does not start:\n{}", process.log());
                    return Err(LiveError::Fault(why));
                }
                if Instant::now() > deadline {
                    let why = format!(
                        "haproxy does not accept connections on {address}:\n{}",
                        process.log()
                    );
                    return Err(LiveError::Fault(why));
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        Ok(process)
    }

    /// What it said on stderr, paths relative to the bundle.
    #[expect(clippy::disallowed_methods, reason = "HAProxy writes a file")]
    pub(super) fn log(&self) -> String {
        let path = self.folder.path().join(LOG);
        let text = std::fs::read(path).unwrap_or_default();
        let folder = format!("{}/", self.folder.path().display());
        String::from_utf8_lossy(&text).replace(&folder, "")
    }
}

fn not_started(binary: &Path, error: &io::Error) -> LiveError {
    let name = binary.display();
    match error.kind() {
        io::ErrorKind::NotFound => LiveError::Usage(format!(
            "`{name}` is not installed\nhelp: install HAProxy, or name the binary: --live=PATH"
        )),
        io::ErrorKind::PermissionDenied => {
            LiveError::Usage(format!("`{name}` cannot be run: permission denied"))
        }
        _ => LiveError::Fault(format!("`{name}` does not start: {error}")),
    }
}
