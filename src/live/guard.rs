//! What must not outlive the program: processes by their handle, and folders.

use std::path::PathBuf;
use std::process::Child;
use std::sync::{Arc, Mutex, Once, PoisonError};

/// A process and the folder that it runs in.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) child: Child,
    folder: PathBuf,
}

type Shared = Arc<Mutex<Kept>>;

static ALL: Mutex<Vec<Shared>> = Mutex::new(Vec::new());

/// Ends the process when it is dropped, or when the program is ended by SIGINT, SIGTERM or SIGHUP.
#[derive(Debug)]
pub(super) struct Guard(Shared);

impl Guard {
    pub(super) fn new(child: Child, folder: PathBuf) -> Self {
        static ON_SIGNALS: Once = Once::new();
        // A program that has a handler of its own keeps it, and ends its processes by dropping.
        ON_SIGNALS.call_once(|| drop(ctrlc::set_handler(end_all_and_exit)));
        let kept = Arc::new(Mutex::new(Kept { child, folder }));
        lock(&ALL).push(kept.clone());
        Self(kept)
    }

    /// Whether the process has ended by itself.
    pub(super) fn has_ended(&self) -> bool {
        !matches!(lock(&self.0).child.try_wait(), Ok(None))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        lock(&ALL).retain(|other| !Arc::ptr_eq(other, &self.0));
        end(&self.0);
    }
}

fn end(kept: &Shared) {
    let mut kept = lock(kept);
    // A binary that is a script may have children of its own, which are in the group that it leads.
    #[cfg(unix)]
    if let Some(group) = i32::try_from(kept.child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        && matches!(kept.child.try_wait(), Ok(None))
    {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = kept.child.kill();
    let _ = kept.child.wait();
}

#[expect(
    clippy::exit,
    reason = "the program was told to end, and nobody else is there to end it"
)]
fn end_all_and_exit() {
    for kept in lock(&ALL).drain(..) {
        end(&kept);
        // It holds private keys.
        let _ = std::fs::remove_dir_all(&lock(&kept).folder);
    }
    // As a shell reports SIGINT.
    std::process::exit(130);
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
