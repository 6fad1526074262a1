//! Access: the address that counts as the client's, and lists of addresses.

use std::fmt::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};
use sha2::{Digest, Sha256};

use crate::ir::{HeaderName, hex};

/// Who may ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Access {
    /// Who says what the client's address is; `None`: the connection.
    pub client_source: Option<ClientSource>,
    /// Who may not. Counts before [`Access::allow`].
    pub deny: Option<AddressList>,
    /// Who may; everybody when `None`.
    pub allow: Option<AddressList>,
}

/// A header that names the client.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientSource {
    /// The header. The last address in it counts: the one that the nearest proxy wrote.
    pub header: ClientHeader,
    /// The proxies whose word counts; `None`: everybody's, so that clients choose their address.
    pub trusted: Option<AddressList>,
}

/// The name of a header that HAProxy lets pass: lower-case letters, digits and `-`. It deletes headers with other characters in
/// their names (`option http-restrict-req-hdr-names`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientHeader(String);

impl ClientHeader {
    /// Checks `text`, in which case makes no difference.
    pub fn new(text: &str) -> Option<Self> {
        let name = HeaderName::new(text)?.as_str().to_ascii_lowercase();
        let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        name.bytes().all(legal).then_some(Self(name))
    }

    /// In lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The variable that keeps its address from the frontend, which deletes what clients claim, to the rules of the route.
    /// No two headers share one: a name holds no `_`.
    pub fn variable(&self) -> String {
        format!("txn.from_{}", self.0.replace('-', "_"))
    }
}

impl fmt::Display for ClientHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Networks, sorted, each once. Not empty: HAProxy would take an empty list as one that nobody is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressList(Vec<IpNet>);

impl AddressList {
    /// How many are written into a rule; longer lists are files.
    const INLINE: usize = 8;

    /// The list of `networks`, the addresses of which must be their first ones. `None` when there are none.
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Option<Self> {
        let mut list: Vec<IpNet> = networks
            .into_iter()
            .map(|network| canonical(network.trunc()))
            .collect();
        list.sort_unstable();
        list.dedup();
        (!list.is_empty()).then_some(Self(list))
    }

    /// The networks.
    pub fn networks(&self) -> &[IpNet] {
        &self.0
    }

    /// Whether `address` is on the list, as HAProxy compares: IPv4 addresses also as `::ffff:192.0.2.1`, and IPv6 addresses that
    /// hold an IPv4 address also as that.
    pub fn contains(&self, address: IpAddr) -> bool {
        let other = match address {
            IpAddr::V4(v4) => Some(IpAddr::V6(v4.to_ipv6_mapped())),
            IpAddr::V6(v6) => within(v6).map(IpAddr::V4),
        };
        let has = |address: IpAddr| self.0.iter().any(|network| network.contains(&address));
        has(address) || other.is_some_and(has)
    }

    /// The networks that hold every address of their family.
    pub fn everybody(&self) -> impl Iterator<Item = &IpNet> {
        self.0.iter().filter(|network| network.prefix_len() == 0)
    }

    /// The file that it stands in, seen from `haproxy.cfg`; `None` when it is short enough for a rule.
    pub fn file(&self) -> Option<String> {
        (self.0.len() > Self::INLINE).then(|| {
            // Long enough that nobody finds another list of the same name: it would take this one's place.
            let digest = Sha256::digest(self.lines());
            format!("acl/{}.lst", hex(&digest[..8]))
        })
    }

    /// The content of the file: one network a line.
    pub fn lines(&self) -> String {
        let mut text = String::new();
        for network in &self.0 {
            let _ = writeln!(text, "{}", Short(network));
        }
        text
    }

    /// The networks as they are written.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|network| Short(network).to_string())
    }
}

/// Networks of mapped addresses as what they are: `::ffff:192.0.2.0/120` is `192.0.2.0/24`.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else {
        return network;
    };
    let mapped = v6.addr().to_ipv4_mapped();
    let short = mapped.and_then(|v4| Ipv4Net::new(v4, v6.prefix_len().checked_sub(96)?).ok());
    short.map_or(IpNet::V6(v6), IpNet::V4)
}

/// The IPv4 address that an IPv6 address holds, where HAProxy looks for one: mapped, compatible (RFC 4291, 2.5.5) or 6to4
/// (RFC 3056).
fn within(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [0x2002, high, low, ..] = address.segments() else {
        return address.to_ipv4();
    };
    let [first, second] = high.to_be_bytes();
    let [third, fourth] = low.to_be_bytes();
    Some(Ipv4Addr::new(first, second, third, fourth))
}

/// One address without its prefix length.
struct Short<'n>(&'n IpNet);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() {
            write!(f, "{}", self.0.addr())
        } else {
            write!(f, "{}", self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(networks: &[&str]) -> AddressList {
        let read = |text: &&str| text.parse::<IpNet>().expect("a network");
        AddressList::new(networks.iter().map(read)).expect("not empty")
    }

    #[test]
    fn a_list_is_canonical() {
        let one = list(&["10.0.0.0/8", "2001:db8::/32", "::ffff:10.0.0.0/104"]);
        assert_eq!(one, list(&["2001:db8::/32", "10.0.0.0/8", "10.0.0.0/8"]));
        assert_eq!(one.lines(), "10.0.0.0/8\n2001:db8::/32\n");
        assert_eq!(
            list(&["192.0.2.1/32", "::1/128"]).lines(),
            "192.0.2.1\n::1\n"
        );
        assert_eq!(AddressList::new([]), None);
    }

    #[test]
    fn addresses_are_compared_as_haproxy_compares_them() {
        let four = list(&["10.0.0.0/8"]);
        let six = list(&["::/1"]);
        for (address, in_four, in_six) in [
            ("10.1.2.3", true, true),
            ("9.9.9.9", false, true),
            ("::ffff:10.1.2.3", true, true),
            ("2002:a01:203::1", true, true),
            ("::10.1.2.3", true, true),
            ("2001:db8::1", false, true),
            ("f000::1", false, false),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(
                (four.contains(address), six.contains(address)),
                (in_four, in_six),
                "{address}"
            );
        }
    }

    #[test]
    fn long_lists_are_files() {
        let texts: Vec<String> = (0..9).map(|n| format!("192.0.2.{n}/32")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert_eq!(list(&texts[..8]).file(), None);
        let file = list(&texts).file().expect("a file");
        let digest = file
            .strip_prefix("acl/")
            .and_then(|name| name.strip_suffix(".lst"));
        assert_eq!(digest.map(str::len), Some(16), "{file}");
        assert_ne!(
            Some(file),
            list(&[&texts[..8], &["192.0.2.99/32"]].concat()).file()
        );
    }

    #[test]
    fn headers_that_haproxy_deletes_name_nobody() {
        let header = ClientHeader::new("X-Real-IP").expect("legal");
        assert_eq!(header.as_str(), "x-real-ip");
        assert_eq!(header.variable(), "txn.from_x_real_ip");
        for bad in ["", "X_Real_IP", "X Real", "X-A)", "X-Ä", "a\nb"] {
            assert_eq!(ClientHeader::new(bad), None, "{bad:?}");
        }
    }
}
