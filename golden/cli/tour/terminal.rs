//! A terminal of so many columns, and a line typed into its shell.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use tempfile::TempDir;

/// Longer than any command of the tour takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// The example, copied to where commands may write, and a shell that finds the binary.
pub(super) struct Terminal {
    home: TempDir,
    programs: TempDir,
    columns: u16,
    color: bool,
}

impl Terminal {
    /// `haproxy` is the binary that the shell finds by that name.
    pub(super) fn new(columns: u16, color: bool, haproxy: Option<&Path>) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let home = tempfile::tempdir().expect("a temporary folder");
        copy(&root.join("docs/example"), home.path());
        // No configuration outside of the folder is found.
        std::fs::create_dir(home.path().join(".git")).expect("created");
        let programs = tempfile::tempdir().expect("a temporary folder");
        let link = |path: &Path, name: &str| {
            std::os::unix::fs::symlink(path, programs.path().join(name)).expect("a link");
        };
        link(Path::new(env!("CARGO_BIN_EXE_ingressc")), "ingressc");
        if let Some(haproxy) = haproxy {
            link(haproxy, "haproxy");
        }
        Self {
            home,
            programs,
            columns,
            color,
        }
    }

    /// What the terminal shows of a line typed into the shell: stdout and stderr as they come, colours included.
    pub(super) fn run(&self, line: &str) -> String {
        let (screen, keyboard) = open(self.columns);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", line])
            .current_dir(self.home.path())
            .env_clear()
            .env("PATH", self.path())
            .env("TERM", "xterm")
            .env("LC_ALL", "C")
            .envs((!self.color).then_some(("NO_COLOR", "1")))
            .stdin(Stdio::null())
            .stdout(keyboard.try_clone().expect("duplicated"))
            .stderr(keyboard);
        let mut child = shell.spawn().expect("a shell");
        // It holds the other side open, and nothing would end.
        drop(shell);
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            let mut screen = File::from(screen);
            let mut bytes = Vec::new();
            // Linux says that nobody writes any more with an error.
            let _ = screen.read_to_end(&mut bytes);
            let _ = send.send(bytes);
        });
        let Ok(bytes) = receive.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("this does not end: {line}");
        };
        child.wait().expect("the shell ends");
        let text = String::from_utf8(bytes).expect("text");
        text.replace("\r\n", "\n")
    }

    fn path(&self) -> std::ffi::OsString {
        let outer = std::env::var_os("PATH").unwrap_or_default();
        let own = std::iter::once(self.programs.path().to_owned());
        std::env::join_paths(own.chain(std::env::split_paths(&outer))).expect("a path")
    }
}

/// Both sides of a terminal: what is shown is read from the first, and programs write to the second.
fn open(columns: u16) -> (OwnedFd, OwnedFd) {
    let outer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&outer).expect("granted");
    unlockpt(&outer).expect("unlocked");
    let name = ptsname(&outer, Vec::new()).expect("a name");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let inner = rustix::fs::open(name, flags, Mode::empty()).expect("opened");
    let size = Winsize {
        ws_row: 50,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&inner, size).expect("sized");
    (outer, inner)
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            std::fs::create_dir(&target).expect("created");
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}
