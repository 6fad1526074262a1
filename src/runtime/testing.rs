//! A socket that answers what a test says.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Answers one command a connection, until it is dropped.
pub(super) struct Fake {
    folder: tempfile::TempDir,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    /// `answer` gets what was sent, and returns all that is to be answered.
    pub(super) fn new(mut answer: impl FnMut(&str) -> Vec<u8> + Send + 'static) -> Self {
        Self::with(move |stream, heard| {
            let _ = stream.write_all(&answer(heard));
        })
    }

    /// `serve` gets the connection, and what was sent on it first.
    pub(super) fn with(mut serve: impl FnMut(&mut UnixStream, &str) + Send + 'static) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let listener = UnixListener::bind(folder.path().join("s")).expect("a short path");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let its = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let text = command(&mut stream);
                if text.is_empty() {
                    // The test is over.
                    return;
                }
                its.lock().expect("whole").push(text.clone());
                serve(&mut stream, &text);
            }
        });
        Self { folder, heard }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("s")
    }

    /// What was sent, in its order.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("whole").clone()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        stop(&self.path());
    }
}

fn stop(path: &Path) {
    if let Ok(mut stream) = UnixStream::connect(path) {
        let _ = stream.write_all(b"\n");
    }
}

/// One command, with its payload if it has one; without the line end.
fn command(stream: &mut UnixStream) -> String {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let payload = bytes.windows(3).any(|three| three == b"<<\n");
        let end: &[u8] = if payload { b"\n\n" } else { b"\n" };
        if bytes.ends_with(end) {
            break;
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(length) => bytes.extend_from_slice(&piece[..length]),
        }
    }
    String::from_utf8_lossy(&bytes).trim().to_owned()
}
