//! Where lines of the operator's listen: a port that they bind is not for anybody else.
//!
//! In: fragments. Out: the TCP addresses of their `bind` lines, as far as they are known here. HAProxy lets two sections of one process
//! bind one address, and connections go to either of them. A host name counts as every address. Not read are sockets of other kinds, and
//! what only the environment says. Manual: section 4.2, `bind`, and section 11, address formats.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};

use super::{Fragment, Include};
use crate::ir::words::words_with_variables;
use crate::ir::{BindAddress, Port, PortRange};
use crate::source::Sourced;

impl Include {
    /// Where the lines listen, each place once, in the order of the lines.
    pub fn binds(&self) -> Vec<Sourced<BindAddress>> {
        let fragments = self.frontend.iter().chain(&self.sections);
        let mut known = HashSet::new();
        let mut binds = Vec::new();
        for line in fragments.flat_map(Fragment::lines) {
            for bind in of_line(&line.value) {
                if known.insert(bind) {
                    binds.push(Sourced::new(bind, line.origin));
                }
            }
        }
        binds
    }
}

/// The places of one line; none where it is no `bind`.
fn of_line(line: &str) -> Vec<BindAddress> {
    // Almost every line is none.
    if !line.trim_start().starts_with("bind") {
        return Vec::new();
    }
    match words_with_variables(line).unwrap_or_default().as_slice() {
        [word, places, ..] if word == "bind" => places.split(',').flat_map(of_place).collect(),
        _ => Vec::new(),
    }
}

/// `:26000`, `10.0.0.1:1-10`, `[::1]:443`, `:::443`, `ipv4@*:80`.
fn of_place(place: &str) -> Vec<BindAddress> {
    let bare = match place.split_once('@') {
        Some(("ipv4" | "ipv6" | "tcp" | "tcp4" | "tcp6" | "mptcp" | "mptcp4" | "mptcp6", bare)) => {
            bare
        }
        Some(_) => return Vec::new(),
        None => place,
    };
    if bare.starts_with('/') {
        return Vec::new();
    }
    let Some((host, ports)) = bare.rsplit_once(':') else {
        return Vec::new();
    };
    let Some(ports) = PortRange::parse(ports) else {
        return Vec::new();
    };
    let host = host.strip_prefix('[').unwrap_or(host);
    let host = host.strip_suffix(']').unwrap_or(host);
    let ip: Option<IpAddr> = host.parse().ok();
    let ip = ip.filter(|ip| !ip.is_unspecified());
    let at = |port: Port| match ip {
        Some(ip) => BindAddress::One(SocketAddr::new(ip, port.get())),
        None => BindAddress::Any(port),
    };
    ports.ports().map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_haproxy_reads_them() {
        for (line, expected) in [
            ("    bind :26003", ":26003"),
            (
                "bind 10.0.0.1:1-3 name x",
                "10.0.0.1:1 10.0.0.1:2 10.0.0.1:3",
            ),
            (
                "bind 10.0.0.1:1,:2,[::1]:3 ssl crt /x",
                "10.0.0.1:1 :2 [::1]:3",
            ),
            ("bind \":26\"003 # :1", ":26003"),
            (
                "bind ipv4@*:80,tcp6@:::81,db.example:82,0.0.0.0:83",
                ":80 :81 :82 :83",
            ),
            ("bind /run/x.sock", ""),
            ("bind unix@/run/x:1", ""),
            ("bind udp@:53,quic4@:443,fd@5", ""),
            ("bind \":${PORT}\"", ""),
            ("bind", ""),
            ("bind :0", ""),
            ("bind :9-1", ""),
            ("binder :1", ""),
            ("server a 10.0.0.1:80", ""),
        ] {
            let read: Vec<String> = of_line(line).iter().map(ToString::to_string).collect();
            let expected: Vec<&str> = expected.split_whitespace().collect();
            let expected = expected
                .iter()
                .map(|place| BindAddress::parse(place).expect("legal").to_string());
            assert_eq!(read, expected.collect::<Vec<_>>(), "{line}");
        }
    }
}
