//! The section `endpoints`, of all clusters or of one: where the servers of a Service are.

use std::num::NonZeroU16;

use super::{Reader, bare};
use crate::config::keys::table;
use crate::config::value::{Key, Value};
use crate::config::words::{self, object_name};
use crate::config::{Endpoints, Mistake};
use crate::ir::{Address, ClusterDns, Fqdn, Nameserver, NodeAddressType, Nodes, Resolver};
use crate::manifest::ObjectName;
use crate::source::{Origin, Sourced};

impl Reader<'_> {
    /// Reads `value` into `own`. `at` is the key that leads here.
    pub(super) fn endpoints(&mut self, value: Value<'_, '_>, at: &str, own: &mut Endpoints) {
        let what = format!("`{at}`");
        self.section(value, &what, table::ENDPOINTS, |reader, (key, value)| {
            let what = format!("`{at}.{}`", key.text);
            match key.text.as_str() {
                "order" => own.order = Some(resolvers(value, &what, &mut reader.mistakes)?),
                "services" => {
                    for (service, value) in value.entries(&what)? {
                        match own_order(&mut reader.mistakes, &service, value) {
                            Ok((name, order)) => {
                                let order = Sourced::new(order, service.origin);
                                own.services.insert(name, order);
                            }
                            Err(mistake) => reader.mistakes.push(mistake),
                        }
                    }
                }
                "inventory" => {
                    let path = value.string(&what)?;
                    if path.is_empty() {
                        return Err(value.not(&format!("{what} is the path of a file")));
                    }
                    let path = reader.base.join(path);
                    own.inventory = Some(Sourced::new(path, value.origin()));
                }
                "nodes" => own.nodes = Some(reader.nodes(value, &what)?),
                "dns" => own.dns = reader.dns(key, value, own.dns.take()),
                "nameservers" => {
                    let servers = value.set(&what, &mut reader.mistakes, nameserver)?;
                    own.nameservers = Some(bare(servers));
                }
                "podNetworks" => {
                    let networks = value.list(&what, &mut reader.mistakes, network)?;
                    own.pod_networks = Some(bare(networks));
                }
                "zone" => own.zone = Some(zone(value, &what)?),
                _ => return Ok(false),
            }
            Ok(true)
        });
    }

    /// `{from: input, address: TYPE}`, or a list of addresses.
    fn nodes(&mut self, value: Value<'_, '_>, what: &str) -> Result<Nodes, Mistake> {
        if value.is_list() {
            return node_list(value, what, &mut self.mistakes).map(Nodes::List);
        }
        if !value.is_mapping() {
            return Err(value
                .not(&format!("{what} is a list of addresses, or a mapping"))
                .help("write `[10.0.0.11, node-3.example.net]` or `{from: input, address: InternalIP}`"));
        }
        let mut kind = NodeAddressType::default();
        self.section(value, what, table::NODES, |_, (key, value)| {
            match key.text.as_str() {
                "from" => match value.string("`from`")? {
                    "input" => {}
                    _ => {
                        return Err(value.not("nodes come `from: input`, the manifests").help(
                            "write a list of addresses if there are no Node objects among them",
                        ));
                    }
                },
                "address" => {
                    let names = NodeAddressType::ALL.map(NodeAddressType::name);
                    let wanted = "an address of a Node is InternalIP, ExternalIP or Hostname";
                    let text = value.string(wanted)?;
                    kind = NodeAddressType::parse(text)
                        .ok_or_else(|| words::one_of(value, wanted, &names))?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
        Ok(Nodes::Input(kind))
    }

    /// What is not said here stays as in `before`, which `--set` has from the file.
    fn dns(
        &mut self,
        key: &Key,
        value: Value<'_, '_>,
        before: Option<ClusterDns>,
    ) -> Option<ClusterDns> {
        let mistakes = self.mistakes.len();
        let mut dns = before.or_else(|| {
            Some(ClusterDns {
                nameservers: Vec::new(),
                domain: Fqdn::new(table::CLUSTER_DOMAIN).ok()?,
                slots: NonZeroU16::new(table::SLOTS)?,
            })
        })?;
        self.section(value, "`dns`", table::DNS, |reader, (key, value)| {
            match key.text.as_str() {
                "nameservers" => {
                    let what = "`dns.nameservers`";
                    let servers = value.set(what, &mut reader.mistakes, nameserver)?;
                    dns.nameservers = bare(servers);
                }
                "clusterDomain" => {
                    let text = value.string("`dns.clusterDomain`")?;
                    dns.domain = Fqdn::new(text).map_err(|_| {
                        value.not("`dns.clusterDomain` is a domain such as `cluster.local`")
                    })?;
                }
                "slots" => {
                    let wanted = "`dns.slots` is a number from 1 to 1000";
                    let number = value.integer(wanted, 1..=table::MAX_SLOTS)?;
                    dns.slots = NonZeroU16::new(number).ok_or_else(|| value.not(wanted))?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
        if dns.nameservers.is_empty() && self.mistakes.len() == mistakes {
            let mistake = Mistake::new("`dns` names no DNS server to ask", key.origin);
            self.mistakes.push(mistake.help(
                "add `nameservers: [\"10.96.0.10:53\"]`, the address of the cluster's DNS Service",
            ));
        }
        Some(dns)
    }
}

fn own_order(
    mistakes: &mut Vec<Mistake>,
    service: &Key,
    value: Value<'_, '_>,
) -> Result<(ObjectName, Vec<Resolver>), Mistake> {
    let name = object_name(&service.text).ok_or_else(|| {
        let message = format!(
            "a Service is written namespace/name, not `{}`",
            service.text
        );
        Mistake::new(message, service.origin)
    })?;
    if value.is_list() {
        let order = resolvers(value, "the order of a Service", mistakes)?;
        return Ok((name, order));
    }
    let text = value.word("the order of a Service is a resolver, or a list of them")?;
    Ok((name, vec![resolver(text, value.origin())?]))
}

/// A list of resolvers: not empty, each once.
fn resolvers(
    value: Value<'_, '_>,
    what: &str,
    mistakes: &mut Vec<Mistake>,
) -> Result<Vec<Resolver>, Mistake> {
    if value.is_empty_list() {
        let message = format!("{what} names no resolver, so no Service would have servers");
        return Err(Mistake::new(message, value.origin())
            .help(format!("name at least one of {}", names().join(", "))));
    }
    Ok(bare(value.set(what, mistakes, resolver)?))
}

fn resolver(text: &str, origin: Origin) -> Result<Resolver, Mistake> {
    Resolver::parse(text).ok_or_else(|| {
        let mistake = Mistake::new(format!("there is no resolver `{text}`"), origin);
        mistake.help(words::choice(text, "resolvers", &names()))
    })
}

fn names() -> [&'static str; 9] {
    Resolver::ALL.map(Resolver::name)
}

fn node_list(
    value: Value<'_, '_>,
    what: &str,
    mistakes: &mut Vec<Mistake>,
) -> Result<Vec<Sourced<Address>>, Mistake> {
    if value.is_empty_list() {
        return Err(
            Mistake::new(format!("{what} names no node"), value.origin())
                .help("list their addresses, or write `{from: input}` to read Node objects"),
        );
    }
    value.set(what, mistakes, |text, origin| {
        node(text).ok_or_else(|| {
            Mistake::new(format!("`{text}` is no address of a node"), origin)
                .help("write an IP address or a DNS name, without a port")
        })
    })
}

/// What looks like an IPv4 address and is none would be asked of DNS in vain: a name's last label is not all digits.
fn node(text: &str) -> Option<Address> {
    if let Ok(ip) = text.parse() {
        return Some(Address::Ip(ip));
    }
    let name = Fqdn::new(text).ok()?;
    let last = name.as_str().rsplit('.').next()?;
    (!last.bytes().all(|b| b.is_ascii_digit())).then_some(Address::Name(name))
}

fn nameserver(text: &str, origin: Origin) -> Result<Nameserver, Mistake> {
    Nameserver::parse(text).ok_or_else(|| {
        Mistake::new(format!("`{text}` is no address of a DNS server"), origin)
            .help("write an IP address such as `10.96.0.10`, `10.96.0.10:53` or `tcp@10.96.0.10`")
    })
}

pub(super) fn network(text: &str, origin: Origin) -> Result<ipnet::IpNet, Mistake> {
    let mistake = || Mistake::new(format!("`{text}` is no network"), origin);
    let network: ipnet::IpNet = text.parse().map_err(|_| {
        mistake().help("write an address and a prefix length, such as `10.64.0.0/14`")
    })?;
    if network.addr() == network.network() {
        Ok(network)
    } else {
        Err(mistake().help(format!("write `{}`", network.trunc())))
    }
}

/// The value of the label `topology.kubernetes.io/zone`.
fn zone(value: Value<'_, '_>, what: &str) -> Result<String, Mistake> {
    let text = value.string(what)?;
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    let legal = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if bytes.len() <= 63 && bytes.iter().all(legal) && edge(bytes.first()) && edge(bytes.last()) {
        return Ok(text.to_owned());
    }
    Err(value.not("a zone is up to 63 letters, digits and `-_.`"))
}
