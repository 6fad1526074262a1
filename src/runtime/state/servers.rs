//! The servers of a process, as `show servers state` tells them.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;

use super::super::client::{Client, SocketError};
use super::strange;
use crate::plan::Server;

/// A server of the process.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) server: Server,
    /// How somebody took it out of service.
    pub(super) state: Option<&'static str>,
}

pub(super) const MAINTENANCE: &str = "maintenance";

impl Running {
    pub(super) fn socket(&self) -> Option<SocketAddr> {
        let address = self.server.address.as_ref()?.parse().ok()?;
        Some(SocketAddr::new(address, self.server.port?))
    }
}

/// All servers of the process, by backend.
pub(super) fn running(
    client: &Client,
) -> Result<BTreeMap<String, BTreeMap<String, Running>>, SocketError> {
    const SHOW: &str = "show servers state";
    let answer = client.ask(SHOW)?;
    let mut lines = answer.lines();
    let columns = [
        "be_name",
        "srv_name",
        "srv_addr",
        "srv_admin_state",
        "srv_uweight",
        "srv_port",
    ];
    // The first line is the version of the format, the second names the columns behind a `#`.
    let header = lines.by_ref().find(|line| line.starts_with("# "));
    let header = header.ok_or_else(|| strange(SHOW, &answer))?;
    let header: Vec<&str> = header.split(' ').skip(1).collect();
    let at = columns.map(|name| header.iter().position(|column| *column == name));
    let mut servers: BTreeMap<String, BTreeMap<String, Running>> = BTreeMap::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split(' ').collect();
        let [backend, name, address, admin, weight, port] =
            at.map(|at| at.and_then(|at| words.get(at).copied()));
        let (Some(backend), Some(name), Some(admin)) = (
            backend,
            name,
            admin.and_then(|admin| admin.parse::<u32>().ok()),
        ) else {
            return Err(strange(SHOW, line));
        };
        let server = Server {
            address: address.map(plain),
            port: port.and_then(|port| port.parse().ok()),
            weight: weight.and_then(|weight| weight.parse().ok()),
        };
        let running = Running {
            server,
            // SRV_ADMF_FMAINT and SRV_ADMF_FDRAIN: somebody put it there.
            state: match (admin & 1 != 0, admin & 8 != 0) {
                (true, _) => Some(MAINTENANCE),
                (false, true) => Some("drain"),
                (false, false) => None,
            },
        };
        let servers = servers.entry(backend.to_owned()).or_default();
        servers.insert(name.to_owned(), running);
    }
    Ok(servers)
}

/// An address as the standard library writes it.
fn plain(address: &str) -> String {
    match address.parse::<std::net::IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// How a server of the process is unlike that of the files, in the words of a sentence.
pub(super) fn unlike(files: &Server, runs: &Server) -> Option<String> {
    fn other<T: PartialEq + fmt::Display>(files: Option<&T>, runs: Option<&T>) -> Option<String> {
        let files = files?;
        if runs == Some(files) {
            return None;
        }
        let runs = runs.map_or("none".to_owned(), T::to_string);
        Some(format!("{runs}, the files say {files}"))
    }
    let address =
        other(files.address.as_ref(), runs.address.as_ref()).map(|what| ("address", what));
    let port = || other(files.port.as_ref(), runs.port.as_ref()).map(|what| ("port", what));
    let weight = || other(files.weight.as_ref(), runs.weight.as_ref()).map(|what| ("weight", what));
    let (name, what) = address.or_else(port).or_else(weight)?;
    Some(format!("has the {name} {what}"))
}
