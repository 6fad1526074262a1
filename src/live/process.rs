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
use crate::write;

/// What it says on stderr.
const LOG: &str = "stderr.log";

/// How long HAProxy may take until it accepts connections, and how much longer for each line of its configuration.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_millis(1));

/// A running HAProxy. Dropping it ends the process.
#[derive(Debug)]
pub(super) struct Process {
    // Before the folder, which is removed when the process is gone.
    guard: Guard,
    folder: TempDir,
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
        let folder = write::private_folder().map_err(unwritable)?;
        let process = Self {
            guard: Guard::new(folder.path().to_owned()),
            folder,
        };
        let folder = &process.folder;
        write::fill(folder.path(), bundle).map_err(unwritable)?;
        let log = std::fs::File::create(folder.path().join(LOG)).map_err(unwritable)?;
        // A path is seen from where it was typed, and not from the folder that HAProxy runs in.
        let program = match binary.components().count() {
            1 => binary.to_owned(),
            _ => std::path::absolute(binary).map_err(unwritable)?,
        };
        let mut command = Command::new(program);
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
        let config = bundle.files.get(CONFIG).map(|file| &file.bytes[..]);
        let lines = config.unwrap_or_default().split(|byte| *byte == b'\n');
        let lines = u32::try_from(lines.count()).unwrap_or(u32::MAX);
        let patience = PATIENCE.0 + PATIENCE.1.saturating_mul(lines);
        let deadline = Instant::now() + patience;
        for address in listen {
            while TcpStream::connect_timeout(address, Duration::from_secs(1)).is_err() {
                if process.guard.has_ended() {
                    return Err(process.silent_or(
                        binary,
                        "ended at once",
                        "haproxy does not start:",
                    ));
                }
                if Instant::now() > deadline {
                    let waited = format!("does not listen within {} s", patience.as_secs());
                    let why = format!("haproxy {waited} on {address}:");
                    return Err(process.silent_or(binary, &waited, &why));
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        Ok(process)
    }

    /// What HAProxy said of its end; who says nothing may be something else.
    fn silent_or(&self, binary: &Path, did: &str, why: &str) -> LiveError {
        let log = self.log();
        if log.trim().is_empty() {
            let name = binary.display();
            return LiveError::Usage(format!(
                "`{name}` {did}, and says nothing: it is no HAProxy\nhelp: name the binary: --live=PATH"
            ));
        }
        LiveError::Fault(format!("{why}\n{log}"))
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
