//! A DNS server of our own, over UDP and TCP on one loopback address: what `CoreDNS` would say of Services, as the test wishes.
//!
//! Records can be changed while it runs, and it can fail in the ways in which DNS fails. Dropping it ends its threads.

mod wire;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

pub(crate) use self::wire::Type;
use self::wire::{Code, Data, Question, Reply};

/// How long a thread sleeps before it looks whether it is still wanted.
const TICK: Duration = Duration::from_millis(20);

/// The server. It lives as long as its guard.
pub(crate) struct Dns {
    state: Arc<Mutex<State>>,
    threads: Vec<JoinHandle<()>>,
}

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// With what it knows.
    Answers,
    /// Not at all.
    Silent,
    /// That it knows nobody.
    NxDomain,
    /// That it cannot say.
    ServFail,
}

/// A question that reached it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) kind: Type,
    /// How many bytes an answer over UDP may have.
    pub(crate) payload: u16,
    pub(crate) tcp: bool,
    /// The answer had to be cut.
    pub(crate) cut: bool,
}

struct State {
    records: BTreeMap<String, Vec<Data>>,
    mood: Mood,
    asked: Vec<Asked>,
    over: bool,
}

impl Dns {
    /// Listens on `address`, over UDP and TCP. It knows nothing yet.
    pub(crate) fn start(address: SocketAddr) -> Self {
        let state = Arc::new(Mutex::new(State {
            records: BTreeMap::new(),
            mood: Mood::Answers,
            asked: Vec::new(),
            over: false,
        }));
        let udp = UdpSocket::bind(address).expect("a free address");
        udp.set_read_timeout(Some(TICK)).expect("not zero");
        let tcp = TcpListener::bind(address).expect("a free address");
        tcp.set_nonblocking(true).expect("a socket");
        let (one, other) = (Arc::clone(&state), Arc::clone(&state));
        let threads = vec![
            std::thread::spawn(move || serve_udp(&udp, &one)),
            std::thread::spawn(move || serve_tcp(&tcp, &other)),
        ];
        Self { state, threads }
    }

    /// Gives `name` these addresses, and no others.
    pub(crate) fn addresses(&self, name: &str, addresses: &[IpAddr]) {
        let data = addresses.iter().map(|address| match address {
            IpAddr::V4(address) => Data::A(*address),
            IpAddr::V6(address) => Data::Aaaa(*address),
        });
        self.set(name, data.collect());
    }

    /// Gives `name` the service records of these pods and no others. Each pod has a name of its own below `name`'s Service, made
    /// of its address, as `CoreDNS` does.
    pub(crate) fn services(&self, name: &str, pods: &[SocketAddr]) {
        // `_http._tcp.web.shop.svc.cluster.local` without its first two labels.
        let service = name.splitn(3, '.').nth(2).expect("_port._tcp.service");
        let target = |pod: &SocketAddr| {
            let label = pod.ip().to_string().replace(['.', ':'], "-");
            format!("{label}.{service}")
        };
        for pod in pods {
            self.addresses(&target(pod), &[pod.ip()]);
        }
        let share = u16::try_from(100 / pods.len().max(1)).expect("at most 100");
        let data = pods.iter().map(|pod| Data::Srv {
            weight: share.max(1),
            port: pod.port(),
            target: target(pod),
        });
        self.set(name, data.collect());
    }

    /// Forgets `name`, which does not exist any more.
    pub(crate) fn remove(&self, name: &str) {
        self.lock().records.remove(name);
    }

    /// Answers in this way from now on.
    pub(crate) fn mood(&self, mood: Mood) {
        self.lock().mood = mood;
    }

    /// All questions so far, in their order.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.lock().asked.clone()
    }

    fn set(&self, name: &str, data: Vec<Data>) {
        self.lock().records.insert(name.to_ascii_lowercase(), data);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread of it panics")
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        if let Ok(mut state) = self.state.lock() {
            state.over = true;
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl State {
    /// The answer to a message, if there is to be one.
    fn answer(&mut self, message: &[u8], tcp: bool) -> Option<Vec<u8>> {
        let question = Question::read(message)?;
        let limit = if tcp {
            usize::from(u16::MAX)
        } else {
            usize::from(question.payload)
        };
        let bytes = self
            .reply(&question)
            .map(|reply| reply.write(&question, limit));
        self.asked.push(Asked {
            name: question.name,
            kind: question.kind,
            payload: question.payload,
            tcp,
            cut: bytes.as_ref().is_some_and(|bytes| bytes[2] & 2 != 0),
        });
        bytes
    }

    fn reply(&self, question: &Question) -> Option<Reply> {
        let known = self.records.get(&question.name);
        let code = match (self.mood, known) {
            (Mood::Silent, _) => return None,
            (Mood::ServFail, _) => Code::ServFail,
            (Mood::Answers, Some(_)) => Code::NoError,
            (Mood::NxDomain, _) | (Mood::Answers, None) => Code::NxDomain,
        };
        let known = known.filter(|_| code == Code::NoError);
        let answers: Vec<Data> = known
            .into_iter()
            .flatten()
            .filter(|data| data.kind() == question.kind)
            .cloned()
            .collect();
        let mut additional = Vec::new();
        for data in &answers {
            let Data::Srv { target, .. } = data else {
                continue;
            };
            for address in self.records.get(target).into_iter().flatten() {
                additional.push((target.clone(), address.clone()));
            }
        }
        Some(Reply {
            code,
            answers,
            additional,
            // As `CoreDNS` gives the names of a cluster.
            ttl: 5,
        })
    }
}

fn serve_udp(socket: &UdpSocket, state: &Mutex<State>) {
    let mut buffer = [0; 4096];
    loop {
        let received = socket.recv_from(&mut buffer);
        let mut state = state.lock().expect("no thread of it panics");
        if state.over {
            return;
        }
        if let Ok((length, from)) = received
            && let Some(bytes) = state.answer(&buffer[..length], false)
        {
            let _ = socket.send_to(&bytes, from);
        }
    }
}

fn serve_tcp(listener: &TcpListener, state: &Arc<Mutex<State>>) {
    let mut connections = Vec::new();
    while !state.lock().expect("no thread of it panics").over {
        let Ok((stream, _)) = listener.accept() else {
            std::thread::sleep(TICK);
            continue;
        };
        let state = Arc::clone(state);
        connections.push(std::thread::spawn(move || {
            let _ = serve_connection(stream, &state);
        }));
    }
    for connection in connections {
        let _ = connection.join();
    }
}

/// Messages with their length before them (RFC 1035, section 4.2.2), one after the other.
fn serve_connection(mut stream: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(TICK))?;
    let (mut pending, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => pending.extend(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        let mut state = state.lock().expect("no thread of it panics");
        if state.over {
            return Ok(());
        }
        while let Some(message) = take_message(&mut pending) {
            if let Some(bytes) = state.answer(&message, true) {
                let length = u16::try_from(bytes.len()).expect("cut to fit");
                stream.write_all(&[&length.to_be_bytes(), &*bytes].concat())?;
            }
        }
    }
}

fn take_message(pending: &mut Vec<u8>) -> Option<Vec<u8>> {
    let &[high, low, ..] = &**pending else {
        return None;
    };
    let end = 2 + usize::from(u16::from_be_bytes([high, low]));
    if pending.len() < end {
        return None;
    }
    Some(pending.drain(..end).skip(2).collect())
}
