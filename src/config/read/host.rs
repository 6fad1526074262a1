//! What concerns HAProxy and its host: `target`, `listen` and `peers`.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{Reader, bare};
use crate::config::keys::table;
use crate::config::value::{Key, Value};
use crate::config::words;
use crate::config::{Admin, HTTP, HTTPS, METRICS, Mistake};
use crate::ir::{BindAddress, HaproxyVersion, Layout, Peer, PeerName, SocketPath};
use crate::source::Origin;

impl Reader<'_> {
    pub(super) fn target(&mut self, value: Value<'_, '_>) {
        self.section(value, "`target`", table::TARGET, |reader, (key, value)| {
            match key.text.as_str() {
                "haproxy" => {
                    let wanted = "`target.haproxy` is a version from 2.6 to 3.4";
                    let version = HaproxyVersion::parse(value.word(wanted)?);
                    reader.config.haproxy = Some(version.ok_or_else(|| value.not(wanted))?);
                }
                "layout" => {
                    let wanted = "`target.layout` is portable, debian or container";
                    let layout = Layout::parse(value.word(wanted)?);
                    let names = Layout::ALL.map(Layout::name);
                    reader.config.layout =
                        Some(layout.ok_or_else(|| words::one_of(value, wanted, &names))?);
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
    }

    pub(super) fn listen(&mut self, value: Value<'_, '_>) {
        let what = "`listen`";
        self.section(value, what, table::LISTENERS, |reader, (key, value)| {
            let what = format!("`listen.{}`", key.text);
            if key.text == "admin" {
                reader.config.admin = admin(value, &what)?;
                return Ok(true);
            }
            let list = value.set(&what, &mut reader.mistakes, words::address)?;
            reader.seen.listen.insert(key.text.clone(), list.clone());
            match key.text.as_str() {
                "http" => reader.config.http = Some(list),
                "https" => reader.config.https = Some(list),
                "metrics" => reader.config.metrics = Some(list),
                _ => return Ok(false),
            }
            Ok(true)
        });
    }

    /// Each address once in all lists, and no peer's among them: HAProxy listens on it for each of them, and the kernel hands
    /// connections to either. What this text says is compared with all that is in force, said elsewhere or not at all.
    pub(super) fn listen_together(&mut self) {
        let mut taken: BTreeMap<u16, Vec<Taken>> = BTreeMap::new();
        for (list, address) in self.unsaid() {
            taken.entry(address.port()).or_default().push(Taken {
                list,
                address,
                origin: None,
            });
        }
        for (list, said) in &self.seen.listen {
            for said in said {
                let one = Taken {
                    list,
                    address: said.value,
                    origin: Some(said.origin),
                };
                let before = taken.entry(one.address.port()).or_default();
                if let Some(other) = before.iter().find(|other| one.meets(other)) {
                    let message = format!("{one} is taken by {other}");
                    let mistake = Mistake::new(message, said.origin);
                    self.mistakes
                        .push(mistake.help("give each its own address or port"));
                }
                before.push(one);
            }
        }
        for peer in &self.config.peers {
            let address = BindAddress::One(peer.address);
            let same_port = taken.get(&address.port()).into_iter().flatten();
            let said = self.seen.peers.get(&peer.name);
            for other in same_port.filter(|other| other.address.overlaps(address)) {
                if let Some(&origin) = said.or(other.origin.as_ref()) {
                    let name = &peer.name;
                    let message = format!("`{address}` of peer `{name}` is taken by {other}");
                    let mistake = Mistake::new(message, origin);
                    self.mistakes
                        .push(mistake.help("give the peers a port of their own, such as 10000"));
                }
            }
        }
    }

    /// The addresses that are in force without a word in this text.
    fn unsaid(&self) -> Vec<(&'static str, BindAddress)> {
        let config = &*self.config;
        [
            ("http", &config.http, HTTP),
            ("https", &config.https, HTTPS),
            ("metrics", &config.metrics, METRICS),
        ]
        .into_iter()
        .filter(|(list, ..)| !self.seen.listen.contains_key(*list))
        .flat_map(|(list, said, default)| {
            let addresses = said.clone().map_or_else(|| by_default(default), bare);
            addresses.into_iter().map(move |address| (list, address))
        })
        .collect()
    }

    pub(super) fn peers(&mut self, value: Value<'_, '_>) -> Result<(), Mistake> {
        for (key, value) in value.entries("`peers`")? {
            match self.peer(&key, value) {
                Ok(peer) => {
                    self.seen.peers.insert(peer.name.clone(), value.origin());
                    let peers = &mut self.config.peers;
                    match peers.binary_search_by(|other| other.name.cmp(&peer.name)) {
                        Ok(at) => peers[at] = peer,
                        Err(at) => peers.insert(at, peer),
                    }
                }
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
        Ok(())
    }

    /// A peer alone is no mistake: a reloaded HAProxy takes the stick tables over from the process before it that way.
    fn peer(&self, key: &Key, value: Value<'_, '_>) -> Result<Peer, Mistake> {
        let name = PeerName::new(&key.text).ok_or_else(|| {
            let wanted = "the name of a peer is up to 63 letters, digits and `.-_`";
            Mistake::new(format!("{wanted}, not `{}`", key.text), key.origin)
        })?;
        let wanted = "a peer is an IP address and a port";
        let address: SocketAddr = value
            .string(wanted)?
            .parse()
            .ok()
            .filter(|address: &SocketAddr| address.port() != 0 && !address.ip().is_unspecified())
            .ok_or_else(|| {
                value
                    .not(wanted)
                    .help("write where the other hosts reach it, such as \"10.0.0.1:10000\"")
            })?;
        let mut others = self.config.peers.iter().filter(|other| other.name != name);
        match others.find(|other| other.address == address) {
            None => Ok(Peer { name, address }),
            Some(other) => Err(Mistake::new(
                format!("peers `{}` and `{name}` have one address", other.name),
                value.origin(),
            )
            .help("give each host its own")),
        }
    }
}

/// An address on which a list of listeners listens.
struct Taken<'a> {
    /// The key below `listen`.
    list: &'a str,
    address: BindAddress,
    /// Where this text says so.
    origin: Option<Origin>,
}

impl Taken<'_> {
    /// Whether some connection would meet both. Within a list it is answered in one way, so only what is bound twice counts.
    fn meets(&self, other: &Self) -> bool {
        if self.list != other.list {
            return self.address.overlaps(other.address);
        }
        let others = sockets(other.address);
        let mut own = sockets(self.address).into_iter();
        own.any(|socket| others.contains(&socket))
    }
}

impl fmt::Display for Taken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of `listen.{}`", self.address, self.list)
    }
}

fn by_default(address: &str) -> Vec<BindAddress> {
    BindAddress::parse(address).into_iter().collect()
}

/// What is bound: every address is those of IPv4 and those of IPv6.
fn sockets(address: BindAddress) -> Vec<SocketAddr> {
    match address {
        BindAddress::Any(port) => {
            let both = [
                IpAddr::from(Ipv4Addr::UNSPECIFIED),
                Ipv6Addr::UNSPECIFIED.into(),
            ];
            both.map(|ip| SocketAddr::new(ip, port.get())).to_vec()
        }
        BindAddress::One(socket) => vec![socket],
    }
}

/// How long a relative path may be, so that it still fits behind the run directory of every layout.
const RELATIVE_SOCKET: usize = 80;

fn admin(value: Value<'_, '_>, what: &str) -> Result<Admin, Mistake> {
    let text = value.string(what)?;
    if text.is_empty() {
        return Ok(Admin::Off);
    }
    let fits = text.starts_with('/') || text.len() <= RELATIVE_SOCKET;
    let path = SocketPath::new(text).filter(|_| fits);
    path.map(Admin::At).ok_or_else(|| {
        value
            .not(&format!(
                "{what} is a path of at most 100 letters, digits and `/._-+`, or {RELATIVE_SOCKET} if it is relative"
            ))
            .help("write \"\" for no admin socket")
    })
}
