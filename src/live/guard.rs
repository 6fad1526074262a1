//! What must not outlive the program: processes by their handle, and folders.

use std::io;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// A folder, and the process that runs in it.
#[derive(Debug)]
struct Kept {
    child: Option<Child>,
    folder: PathBuf,
}

type Shared = Arc<Mutex<Kept>>;

/// Who starts something holds this, so that nothing is started when the program ends.
static ALL: Mutex<Vec<Shared>> = Mutex::new(Vec::new());

/// Ends the process when it is dropped; and removes the folder, too, when the program is ended by SIGINT, SIGTERM or SIGHUP.
#[derive(Debug)]
pub(super) struct Guard(Shared);

impl Guard {
    /// Guards a folder that is still empty.
    pub(super) fn new(folder: PathBuf) -> Self {
        static ON_SIGNALS: Once = Once::new();
        ON_SIGNALS.call_once(|| drop(watch_signals()));
        let kept = Kept {
            child: None,
            folder,
        };
        let kept = Arc::new(Mutex::new(kept));
        lock(&ALL).push(kept.clone());
        Self(kept)
    }

    /// Starts a process, as the leader of a group of its own.
    pub(super) fn spawn(&self, command: &mut Command) -> io::Result<()> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let _nobody_ends = lock(&ALL);
        lock(&self.0).child = Some(command.spawn()?);
        Ok(())
    }

    /// Whether the process has ended by itself.
    pub(super) fn has_ended(&self) -> bool {
        let mut kept = lock(&self.0);
        let child = kept.child.as_mut();
        child.is_none_or(|child| !matches!(child.try_wait(), Ok(None)))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut all = lock(&ALL);
        all.retain(|other| !Arc::ptr_eq(other, &self.0));
        end(&self.0);
    }
}

fn end(kept: &Shared) {
    let Some(mut child) = lock(kept).child.take() else {
        return;
    };
    // A binary that is a script may have children of its own, which are in the group that it leads.
    #[cfg(unix)]
    if matches!(child.try_wait(), Ok(None)) {
        let group = rustix::process::Pid::from_child(&child);
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Waits for the signals that end a program, in a thread of its own.
fn watch_signals() -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let wait = move || signals.forever().for_each(end_all_and_exit);
    std::thread::Builder::new().spawn(wait).map(drop)
}

#[expect(
    clippy::exit,
    reason = "the program was told to end, and nobody else is there to end it"
)]
fn end_all_and_exit(signal: i32) {
    // Held to the end: nothing is started any more.
    let all = lock(&ALL);
    for kept in all.iter() {
        end(kept);
        // It holds private keys.
        let _ = std::fs::remove_dir_all(&lock(kept).folder);
    }
    // As a shell reports a program that a signal ended.
    std::process::exit(128 + signal);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
