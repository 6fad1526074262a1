//! A server as it runs in a pod: says who it is, keeps connections alive, and can die and come back.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// The header in which a pod says its name.
pub(crate) const HEADER: &str = "x-pod";

/// A running server. Dropping it refuses connections, and cuts those that it has.
pub(crate) struct Pod {
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

struct Shared {
    name: String,
    address: SocketAddr,
    over: AtomicBool,
    answered: AtomicUsize,
    status: AtomicU16,
    /// To cut them when the pod dies.
    connections: Mutex<Vec<TcpStream>>,
}

impl Pod {
    /// Listens on `address`, and answers every request with its name and status 200.
    pub(crate) fn start(name: &str, address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).expect("nobody else has this address");
        let shared = Arc::new(Shared {
            name: name.to_owned(),
            address,
            over: AtomicBool::new(false),
            answered: AtomicUsize::new(0),
            status: AtomicU16::new(200),
            connections: Mutex::default(),
        });
        let its = Arc::clone(&shared);
        Self {
            shared,
            listener: Some(std::thread::spawn(move || accept(&listener, &its))),
        }
    }

    /// Answers with this status from now on.
    pub(crate) fn answer_with(&self, status: u16) {
        self.shared.status.store(status, Ordering::Relaxed);
    }

    /// How many requests it answered.
    pub(crate) fn answered(&self) -> usize {
        self.shared.answered.load(Ordering::Relaxed)
    }
}

impl Drop for Pod {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // A connection of our own wakes the listener.
        drop(TcpStream::connect_timeout(
            &self.shared.address,
            Duration::from_secs(1),
        ));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        if let Ok(connections) = self.shared.connections.lock() {
            for stream in &*connections {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming().flatten() {
        if shared.over.load(Ordering::Relaxed) {
            return;
        }
        let (Ok(mut connections), Ok(copy)) = (shared.connections.lock(), stream.try_clone())
        else {
            return;
        };
        // Health checks come and go; what is gone need not be remembered.
        connections.retain(|known| known.peer_addr().is_ok());
        connections.push(copy);
        let shared = Arc::clone(shared);
        std::thread::spawn(move || {
            let _ = serve(&stream, &shared);
            // The copy would keep the connection open.
            let _ = stream.shutdown(Shutdown::Both);
        });
    }
}

/// Answers requests without bodies until the other side has had enough.
fn serve(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line == "\r\n" {
            let answer = format!(
                "HTTP/1.1 {} Whatever\r\n{HEADER}: {}\r\ncontent-length: 0\r\n\r\n",
                shared.status.load(Ordering::Relaxed),
                shared.name
            );
            // Before it is sent, so that whoever has the answer finds it counted.
            shared.answered.fetch_add(1, Ordering::Relaxed);
            let mut stream = stream;
            stream.write_all(answer.as_bytes())?;
        }
    }
}
