//! Clients that ask on and on while something happens to HAProxy, and count what they got.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::client::{Answer, Client};

/// No client sends more than this, whatever happens.
const MOST: usize = 20_000;

/// Clients at work. Dropping it stops them.
pub(crate) struct Load {
    shared: Arc<Shared>,
    clients: Vec<JoinHandle<Tally>>,
}

#[derive(Default)]
struct Shared {
    over: AtomicBool,
    asked: AtomicUsize,
}

/// What the clients got.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// How many requests were sent.
    pub(crate) asked: usize,
    /// Who answered, and how often.
    pub(crate) pods: BTreeMap<String, usize>,
    /// Requests that no pod answered: what came instead, and how often.
    pub(crate) failed: BTreeMap<String, usize>,
    /// How long the slowest answer took.
    pub(crate) slowest: Duration,
    /// From the first failure to the last.
    pub(crate) failing: Option<(Instant, Instant)>,
}

impl Load {
    /// Starts `kept` clients that keep their connection as long as HAProxy lets them, and `fresh` ones that open one for each
    /// request. Each asks `host` for `/` every few milliseconds.
    pub(crate) fn start(
        address: SocketAddr,
        host: &'static str,
        kept: usize,
        fresh: usize,
    ) -> Self {
        let shared = Arc::new(Shared::default());
        let clients = (0..kept + fresh)
            .map(|number| {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || run(address, host, number < kept, &shared))
            })
            .collect();
        Self { shared, clients }
    }

    /// Waits until so many more requests were sent, and ten seconds at most.
    pub(crate) fn wait_for(&self, more: usize) {
        let until = self.shared.asked.load(Ordering::Relaxed) + more;
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.shared.asked.load(Ordering::Relaxed) < until && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends it, and says what happened.
    pub(crate) fn stop(mut self) -> Tally {
        self.shared.over.store(true, Ordering::Relaxed);
        let mut sum = Tally::default();
        for client in self.clients.drain(..) {
            sum.add(client.join().expect("clients do not panic"));
        }
        sum
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

impl Tally {
    /// How many requests no pod answered.
    pub(crate) fn lost(&self) -> usize {
        self.failed.values().sum()
    }

    fn add(&mut self, other: Self) {
        self.asked += other.asked;
        for (into, from) in [
            (&mut self.pods, other.pods),
            (&mut self.failed, other.failed),
        ] {
            for (name, count) in from {
                *into.entry(name).or_default() += count;
            }
        }
        self.slowest = self.slowest.max(other.slowest);
        self.failing = match (self.failing, other.failing) {
            (Some((from, to)), Some((other_from, other_to))) => {
                Some((from.min(other_from), to.max(other_to)))
            }
            (one, other) => one.or(other),
        };
    }

    fn count(&mut self, answer: &std::io::Result<Answer>, kept: bool) {
        self.asked += 1;
        let failure = match answer {
            Ok(Answer { pod: Some(pod), .. }) => {
                *self.pods.entry(pod.clone()).or_default() += 1;
                return;
            }
            Ok(answer) => format!("status {}", answer.status),
            Err(error) => format!("{error} (kept connection: {kept})"),
        };
        *self.failed.entry(failure).or_default() += 1;
        let now = Instant::now();
        self.failing = Some((self.failing.map_or(now, |(from, _)| from), now));
    }
}

fn run(address: SocketAddr, host: &str, keep: bool, shared: &Shared) -> Tally {
    let mut tally = Tally::default();
    let mut connection: Option<Client> = None;
    while !shared.over.load(Ordering::Relaxed) && tally.asked < MOST {
        let begun = Instant::now();
        let kept = connection.take();
        let was_kept = kept.is_some();
        let client = match kept {
            Some(client) => Ok(client),
            None => Client::connect(address, Duration::from_secs(20)),
        };
        let answer = client.and_then(|mut client| {
            let answer = client.ask(host, "/")?;
            if keep && !answer.closes {
                connection = Some(client);
            }
            Ok(answer)
        });
        tally.count(&answer, was_kept);
        tally.slowest = tally.slowest.max(begun.elapsed());
        shared.asked.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(5));
    }
    tally
}
