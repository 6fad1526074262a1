//! What concerns HAProxy and its host: `target`, `listen` and `peers`.

use std::net::SocketAddr;

use super::Reader;
use crate::config::keys::table;
use crate::config::value::{Key, Value};
use crate::config::words::{self, addresses};
use crate::config::{Admin, Mistake};
use crate::ir::{HaproxyVersion, Layout, Peer, PeerName, SocketPath};

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
        self.section(
            value,
            "`listen`",
            table::LISTENERS,
            |reader, (key, value)| {
                let what = format!("`listen.{}`", key.text);
                let bare = |value| {
                    let addresses = addresses(value, &what)?.into_iter();
                    Ok(addresses.map(|address| address.value).collect())
                };
                match key.text.as_str() {
                    "http" => reader.config.http = Some(bare(value)?),
                    "https" => reader.config.https = Some(bare(value)?),
                    "metrics" => reader.config.metrics = Some(addresses(value, &what)?),
                    "admin" => reader.config.admin = admin(value, &what)?,
                    _ => return Ok(false),
                }
                Ok(true)
            },
        );
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

fn admin(value: Value<'_, '_>, what: &str) -> Result<Admin, Mistake> {
    let text = value.string(what)?;
    if text.is_empty() {
        return Ok(Admin::Off);
    }
    SocketPath::new(text).map(Admin::At).ok_or_else(|| {
        value
            .not(&format!(
                "{what} is a path of at most 100 letters, digits and `/._-+`"
            ))
            .help("write \"\" for no admin socket")
    })
}
