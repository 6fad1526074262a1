//! What concerns HAProxy and its host: `target`, `listen` and `peers`.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::Reader;
use crate::config::keys::table;
use crate::config::value::{Key, Value};
use crate::config::words;
use crate::config::{Admin, HTTP, HTTPS, METRICS, Mistake};
use crate::ir::{BindAddress, HaproxyVersion, Layout, Peer, PeerName, SocketPath};
use crate::source::Sourced;

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
            let bare = list.iter().map(|address| address.value).collect();
            match key.text.as_str() {
                "http" => reader.config.http = Some(bare),
                "https" => reader.config.https = Some(bare),
                "metrics" => reader.config.metrics = Some(list),
                _ => return Ok(false),
            }
            Ok(true)
        });
    }

    /// Each address once in all lists: HAProxy listens on it for each of them, and the kernel hands connections to either.
    pub(super) fn listen_together(&mut self) {
        let bare = |list: &[Sourced<BindAddress>]| list.iter().map(|one| one.value).collect();
        let config = &*self.config;
        let in_force: [(_, Vec<BindAddress>); 3] = [
            (
                "http",
                config.http.clone().unwrap_or_else(|| by_default(HTTP)),
            ),
            (
                "https",
                config.https.clone().unwrap_or_else(|| by_default(HTTPS)),
            ),
            (
                "metrics",
                config
                    .metrics
                    .as_deref()
                    .map_or_else(|| by_default(METRICS), bare),
            ),
        ];
        let mut taken: BTreeMap<SocketAddr, &str> = BTreeMap::new();
        for (name, list) in &in_force {
            if !self.seen.listen.contains_key(*name) {
                let bound = list.iter().flat_map(|address| sockets(*address));
                taken.extend(bound.map(|socket| (socket, *name)));
            }
        }
        for (name, list) in &self.seen.listen {
            for address in list {
                let sockets = sockets(address.value);
                let before = sockets.iter().find_map(|socket| taken.get(socket));
                if let Some(before) = before {
                    let message = format!(
                        "`{}` of `listen.{name}` is taken by `listen.{before}`",
                        address.value
                    );
                    let mistake = Mistake::new(message, address.origin);
                    self.mistakes
                        .push(mistake.help("give each its own address or port"));
                }
                taken.extend(sockets.into_iter().map(|socket| (socket, name.as_str())));
            }
        }
    }

    pub(super) fn peers(&mut self, value: Value<'_, '_>) -> Result<(), Mistake> {
        for (key, value) in value.entries("`peers`")? {
            match self.peer(&key, value) {
                Ok(peer) => {
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
