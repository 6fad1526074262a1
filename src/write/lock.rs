//! One run at a time in a directory.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::files::open_dir;
use super::{Written, write_stepwise};
use crate::emit::Bundle;

/// Keeps other runs out of a directory until it is dropped, or the process ends.
#[derive(Debug)]
pub struct Lock {
    dir: PathBuf,
    _file: File,
}

impl Lock {
    /// Waits until nobody else writes there. `waits` is told when somebody does.
    ///
    /// # Errors
    /// What the file system says.
    pub fn take(dir: &Path, waits: impl FnOnce()) -> io::Result<Self> {
        let file = open_dir(dir)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waits();
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(Self {
            dir: dir.to_owned(),
            _file: file,
        })
    }

    /// [`super::write()`] into the directory that is locked.
    ///
    /// # Errors
    /// As there.
    pub fn write(&self, bundle: &Bundle) -> io::Result<Written> {
        write_stepwise(&self.dir, bundle, &mut |_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_waits_and_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Lock::take(folder.path(), || unreachable!("nobody is there"));
        let (said, told) = std::sync::mpsc::channel();
        let path = folder.path().to_owned();
        let second =
            std::thread::spawn(move || Lock::take(&path, || said.send(()).expect("heard")));
        told.recv().expect("it says so");
        assert!(!second.is_finished());
        drop(first);
        assert!(second.join().expect("it ends").is_ok());
    }
}
