//! Clients of Redis that count on, each for itself, and compare every answer with what it has to be.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::redis::Client;

/// No client sends more than this, whatever happens.
const MOST: usize = 2_000;

/// Between two messages of a client.
const PAUSE: Duration = Duration::from_millis(30);

/// Clients at work. Dropping it stops them.
pub(crate) struct Load {
    shared: Arc<Shared>,
    clients: Vec<JoinHandle<Count>>,
}

#[derive(Default)]
struct Shared {
    over: AtomicBool,
    sent: AtomicUsize,
}

/// What became of one client.
struct Count {
    name: String,
    sent: usize,
    failed: Option<String>,
}

/// What became of all.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How many messages were sent.
    pub(crate) sent: usize,
    /// The key that each client counts in, and how many messages it sent.
    pub(crate) by_client: Vec<(String, usize)>,
    /// Clients that ended with an error or a wrong answer.
    pub(crate) failed: Vec<String>,
}

impl Load {
    /// Starts `kept` clients with one connection each, and `fresh` ones that open one for each message.
    pub(crate) fn start(address: SocketAddr, kept: usize, fresh: usize) -> Self {
        let shared = Arc::new(Shared::default());
        let clients = (0..kept + fresh)
            .map(|number| {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || run(address, number, number < kept, &shared))
            })
            .collect();
        Self { shared, clients }
    }

    /// Waits until so many more messages were answered, and fifteen seconds at most.
    pub(crate) fn wait_for(&self, more: usize) {
        let until = self.shared.sent.load(Ordering::Relaxed) + more;
        let deadline = Instant::now() + Duration::from_secs(15);
        while self.shared.sent.load(Ordering::Relaxed) < until && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends it, and says what happened.
    pub(crate) fn stop(mut self) -> Tally {
        self.shared.over.store(true, Ordering::Relaxed);
        let mut tally = Tally::default();
        for client in self.clients.drain(..) {
            let count = client.join().expect("clients do not panic");
            tally.sent += count.sent;
            tally.by_client.push((count.name, count.sent));
            tally.failed.extend(count.failed);
        }
        tally
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        for client in self.clients.drain(..) {
            let _ = client.join();
        }
    }
}

fn run(address: SocketAddr, number: usize, keep: bool, shared: &Shared) -> Count {
    let name = format!("client-{number}");
    let mut count = Count {
        name,
        sent: 0,
        failed: None,
    };
    let mut kept: Option<Client> = None;
    while !shared.over.load(Ordering::Relaxed) && count.sent < MOST {
        let client = kept.take().map_or_else(|| Client::connect(address), Ok);
        let message = client.and_then(|client| exchange(client, &count));
        match message {
            Ok(client) => kept = keep.then_some(client),
            Err(error) => {
                count.failed = Some(format!(
                    "{} after {} messages: {error}",
                    count.name, count.sent
                ));
                return count;
            }
        }
        count.sent += 1;
        shared.sent.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(PAUSE);
    }
    count
}

/// One message: text that has to come back as it is, and a number that has to be the next.
fn exchange(mut client: Client, count: &Count) -> io::Result<Client> {
    let text = format!("{} {} ", count.name, count.sent).repeat(50);
    let echo = client.ask(&["ECHO", &text])?;
    let number = client.ask(&["INCR", &count.name])?;
    if echo == text && number == (count.sent + 1).to_string() {
        Ok(client)
    } else {
        Err(io::Error::other(format!(
            "a wrong answer: {number}, {echo}"
        )))
    }
}
