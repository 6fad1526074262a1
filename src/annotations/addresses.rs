//! Lists of addresses: items between commas, each an address, a network, or the name of a list in the ConfigMap of pattern files.
//!
//! In: the value of a key. Out: an [`AddressList`], or findings. One item that is no address spoils the list: an allow-list that
//! lacks an item keeps out somebody who may come in, a deny-list lets in somebody who may not.

use std::net::IpAddr;

use ipnet::IpNet;

use super::context::{Context, Said};
use super::grammar::{Grammar, Problem};
use crate::finding::{Code, Finding};
use crate::ir::policy::AddressList;
use crate::manifest::{ConfigMap, Kind};
use crate::source::Sourced;

/// What stands in the way of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Items {
    networks: Vec<IpNet>,
    /// Keys of the ConfigMap of pattern files.
    patterns: Vec<String>,
}

/// A list of those who are kept out, or who need not wait.
pub(super) struct Addresses;

/// A list of those who may come in. One that lets everybody in is worth a word.
pub(super) struct AllowedAddresses;

/// A list of proxies. It keeps nobody out, so items that cannot be read are left out.
pub(super) struct ProxyAddresses;

const GOOD: &[&str] = &[
    "10.0.0.0/8",
    "192.0.2.1",
    "192.0.2.1, 2001:db8::/32",
    "::ffff:192.0.2.1",
];
const BAD: &[&str] = &[
    "10.0.0.0/33",
    "10.0.0.5/8",
    "10.0.0",
    "010.0.0.1",
    "10.0.0.1,",
    ",",
    " ",
    "10.0.0.1 10.0.0.2",
    "10.0.0.1-10.0.0.9",
    "office.example.com",
    "fe80::1%eth0",
    "10.0.0.0/255.0.0.0",
    "10.0.0.1\n10.0.0.2",
    "10.0.0.0/8;203.0.113.0/24",
];

impl Items {
    /// Whether a part of it stands elsewhere.
    pub(super) fn has_patterns(&self) -> bool {
        !self.patterns.is_empty()
    }
}

impl Grammar for Addresses {
    type Value = Items;
    const NAME: &'static str = "address list";
    const FORM: &'static str = "IPv4 and IPv6 addresses, networks such as `10.0.0.0/8`, and `patterns/KEY` for the lines of a key of the ConfigMap `patternFiles`; commas between them";
    const COMMAS: bool = true;
    const GOOD: &'static [&'static str] = GOOD;
    const BAD: &'static [&'static str] = BAD;

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Items, Problem> {
        let (items, problem) = read(text, true);
        problem.map_or(Ok(items), Err)
    }
}

impl Grammar for AllowedAddresses {
    type Value = Items;
    const NAME: &'static str = Addresses::NAME;
    const FORM: &'static str = Addresses::FORM;
    const COMMAS: bool = true;
    const GOOD: &'static [&'static str] = GOOD;
    const BAD: &'static [&'static str] = BAD;

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Items, Problem> {
        let items = Addresses::parse(text, remarks)?;
        if let Some(open) = items
            .networks
            .iter()
            .find(|network| network.prefix_len() == 0)
        {
            let remark = Problem::new(format!("allows every {}: `{open}`", family(open)))
                .code(Code::SOURCE_RANGE_OPEN)
                .help("remove the key, or list who may come in");
            let mut start = 0;
            let mut parts = text.split(',').map(|part| {
                start += part.len() + 1;
                (start - part.len() - 1, part)
            });
            let is_it = |part: &str| network(part.trim()).is_ok_and(|network| network == *open);
            remarks.push(match parts.find(|(_, part)| is_it(part)) {
                Some((start, part)) => remark.at_item(start, part),
                None => remark,
            });
        }
        Ok(items)
    }
}

impl Grammar for ProxyAddresses {
    type Value = AddressList;
    const NAME: &'static str = "proxy list";
    const FORM: &'static str =
        "IPv4 and IPv6 addresses, and networks such as `10.0.0.0/8`; commas between them";
    const COMMAS: bool = true;
    const GOOD: &'static [&'static str] = GOOD;
    const BAD: &'static [&'static str] = &["10.0.0.0/33", "proxy.example.com", ",", "patterns/ips"];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<AddressList, Problem> {
        let (items, problem) = read(text, false);
        let Some(list) = AddressList::new(items.networks) else {
            return Err(problem.unwrap_or_else(empty));
        };
        remarks.extend(problem);
        if let Some(open) = list.everybody().next() {
            remarks.push(
                Problem::new(format!(
                    "takes the word of every {} about whom a connection stands for: `{open}`",
                    family(open)
                ))
                .code(Code::CLIENT_IP_UNTRUSTED)
                .help("list the addresses of your proxies"),
            );
        }
        Ok(list)
    }
}

impl ProxyAddresses {
    /// The same where one item that cannot be read spoils the list: whose proxies they are decides whom other lists see.
    pub(super) fn parse_all(
        text: &str,
        remarks: &mut Vec<Problem>,
    ) -> Result<AddressList, Problem> {
        match read(text, false) {
            (_, Some(problem)) => Err(problem),
            (_, None) => Self::parse(text, remarks),
        }
    }
}

/// What can be read, and what there is to say about the rest.
fn read(text: &str, patterns: bool) -> (Items, Option<Problem>) {
    let mut items = Items::default();
    let mut problem: Option<Problem> = None;
    let mut more = 0;
    if text.trim().is_empty() {
        return (items, Some(empty()));
    }
    let mut start = 0;
    for part in text.split(',') {
        let item = part.trim();
        let named = item.strip_prefix("patterns/").filter(|_| patterns);
        let wrong = match (named, network(item)) {
            (Some(key), _) if is_key(key) => {
                items.patterns.push(key.to_owned());
                None
            }
            (Some(_), _) => Some(wrong(format!(
                "has the item {}, which is no key of a ConfigMap",
                quote(item)
            ))),
            (None, Ok(network)) => {
                items.networks.push(network);
                None
            }
            (None, Err(problem)) => Some(problem),
        };
        if let Some(wrong) = wrong {
            if problem.is_some() {
                more += 1;
            }
            problem = problem.or(Some(wrong.at_item(start, part)));
        }
        start += part.len() + 1;
    }
    if let Some(problem) = &mut problem
        && more > 0
    {
        problem.message = format!("{}, and {more} more that cannot be read", problem.message);
    }
    (items, problem)
}

/// One address or network.
pub(super) fn network(item: &str) -> Result<IpNet, Problem> {
    if item.is_empty() {
        return Err(
            wrong("has an item without anything in it").help("remove the comma that is too many")
        );
    }
    if item.contains(|c: char| c.is_whitespace() || ";|".contains(c)) {
        return Err(
            wrong(format!("has the item {}, which is no address", quote(item)))
                .help("write commas between the items"),
        );
    }
    let Some(address) = item
        .split('/')
        .next()
        .and_then(|text| text.parse::<IpAddr>().ok())
    else {
        return Err(
            wrong(format!("has the item {}, which is no address", quote(item)))
                .help("write an address, or a network such as `10.0.0.0/8`"),
        );
    };
    if !item.contains('/') {
        return Ok(IpNet::from(address));
    }
    let network: IpNet = item.parse().map_err(|_| {
        let longest = if address.is_ipv4() { 32 } else { 128 };
        wrong(format!(
            "has the item {}, whose prefix length is none",
            quote(item)
        ))
        .help(format!(
            "write a number from 0 to {longest} behind the slash"
        ))
    })?;
    // Some take it for the network, others for the address: whoever is to be kept out must not depend on that.
    if network.addr() != network.network() {
        return Err(wrong(format!(
            "has the item {}, which is both an address and a network",
            quote(item)
        ))
        .help(format!(
            "write `{}` for the network, or `{address}` for the address",
            network.trunc()
        )));
    }
    Ok(network)
}

fn wrong(message: impl Into<String>) -> Problem {
    Problem::new(message).code(Code::SOURCE_RANGE_INVALID)
}

fn empty() -> Problem {
    wrong("holds no address").help("list addresses, or remove the key")
}

/// An item between backticks, cut where it is long; what does not print is escaped.
fn quote(item: &str) -> String {
    let mut cut = String::new();
    for (index, c) in item.chars().enumerate() {
        if index == 50 {
            cut.push('…');
            break;
        }
        if c.is_control() {
            cut.extend(c.escape_debug());
        } else {
            cut.push(c);
        }
    }
    format!("`{cut}`")
}

fn is_key(text: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (1..=253).contains(&text.len()) && text.bytes().all(legal)
}

fn family(network: &IpNet) -> &'static str {
    match network {
        IpNet::V4(_) => "IPv4 address",
        IpNet::V6(_) => "address",
    }
}

/// The list with what its patterns stand for. `None`, and closed, when some of that is missing or no address.
pub(super) fn resolve(
    items: &Sourced<Items>,
    context: &Context<'_>,
    said: &mut Said,
) -> Option<AddressList> {
    let mut networks = items.value.networks.clone();
    let mut whole = true;
    for key in &items.value.patterns {
        match pattern_file(key, items, context) {
            Ok(lines) => networks.extend(lines),
            Err(finding) => {
                said.close(*finding);
                whole = false;
            }
        }
    }
    AddressList::new(networks).filter(|_| whole)
}

/// The networks that a key of the ConfigMap of pattern files lists.
fn pattern_file(
    key: &str,
    items: &Sourced<Items>,
    context: &Context<'_>,
) -> Result<Vec<IpNet>, Box<Finding>> {
    let (object, name) = context.named(items.origin);
    let missing = |what: String, help: &str| {
        let message = format!("`{name}` of {object} names `patterns/{key}`, but {what}");
        let finding = Said::about(Code::NAMED_OBJECT_NOT_FOUND, items.origin, message);
        Box::new(finding.object(&object).help(help))
    };
    let Some(wanted) = &context.settings.pattern_files else {
        let what = "the configuration names no ConfigMap of pattern files".to_owned();
        return Err(missing(what, "name it as `patternFiles` in ingressc.yaml"));
    };
    let Some(map) = context.manifests.config_maps.get(wanted) else {
        let what = format!("ConfigMap {wanted} is not among the manifests");
        return Err(missing(what, "add the ConfigMap to the inputs"));
    };
    let Some(text) = map.data.get(key) else {
        let what = format!("{} {wanted} has no such key", Kind::ConfigMap);
        return Err(missing(what, "add the key, or correct its name"));
    };
    lines(map, key, text).map_err(|finding| Box::new(finding.label(items.origin, "named here")))
}

/// One network a line. Empty lines, and those that begin with `#`, mean nothing, as in HAProxy's files of patterns.
fn lines(map: &ConfigMap, key: &str, text: &Sourced<String>) -> Result<Vec<IpNet>, Box<Finding>> {
    let object = format!("{} {}", Kind::ConfigMap, map.meta.name);
    let about = |problem: Problem, line: Option<usize>| {
        let line = line.map_or_else(String::new, |line| format!("line {line} of "));
        let message = format!("{line}the list `{key}` of {object} {}", problem.message);
        let finding = Said::about(problem.code, text.origin, message);
        let finding = finding.object(&object).field(format!("data[{key}]"));
        Box::new(match problem.help {
            Some(help) => finding.help(help),
            None => finding,
        })
    };
    let mut networks = Vec::new();
    for (number, line) in (1..).zip(text.value.lines()) {
        let item = line.trim();
        if item.is_empty() || line.starts_with('#') {
            continue;
        }
        let help = "write one address or network a line, and nothing behind it";
        networks.push(network(item).map_err(|problem| {
            let several = item.contains(char::is_whitespace);
            let problem = if several { problem.help(help) } else { problem };
            about(problem, Some(number))
        })?);
    }
    if networks.is_empty() {
        return Err(about(empty(), None));
    }
    Ok(networks)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn addresses(text: &str) -> Result<Vec<String>, Problem> {
        let items = Addresses::parse(text, &mut Vec::new())?;
        let list = AddressList::new(items.networks);
        let texts = list.iter().flat_map(AddressList::texts).collect::<Vec<_>>();
        let patterns = items
            .patterns
            .into_iter()
            .map(|key| format!("patterns/{key}"));
        Ok(texts.into_iter().chain(patterns).collect())
    }

    #[test]
    fn items_are_addresses_networks_and_patterns() {
        assert_eq!(
            addresses(" 192.0.2.1 ,2001:db8::/32, patterns/office").as_deref(),
            Ok(&["192.0.2.1", "2001:db8::/32", "patterns/office"].map(str::to_owned)[..])
        );
        assert_eq!(
            addresses("::ffff:192.0.2.1").as_deref(),
            Ok(&["192.0.2.1".to_owned()][..])
        );
        for good in GOOD {
            assert!(addresses(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn one_bad_item_spoils_a_list() {
        for bad in BAD
            .iter()
            .chain(&["10.0.0.0/8, patterns/../x", "10.0.0.0/8, patterns/"])
        {
            let problem = addresses(bad).expect_err(bad);
            assert_eq!(problem.code, Code::SOURCE_RANGE_INVALID, "{bad}");
        }
        let problem = addresses("10.0.0.1, x, y, 10.0.0.5/8").expect_err("three bad items");
        assert_eq!(
            problem.message,
            "has the item `x`, which is no address, and 2 more that cannot be read"
        );
        assert_eq!(problem.range, Some(10..11));
        let problem = addresses(&"x".repeat(60_000)).expect_err("no address");
        assert!(problem.message.len() < 200);
    }

    proptest! {
        #[test]
        fn no_text_gets_through_but_addresses(
            text in r##"([0-9a-f:./, ]|10\.0\.0\.0/8|::1|patterns/|[-\n\t\x00'"#$%\[\]{}a-zä]){0,12}"##
        ) {
            let (items, problem) = read(&text, true);
            let list = AddressList::new(items.networks);
            for text in list.iter().flat_map(AddressList::texts) {
                prop_assert!(network(&text).is_ok(), "{text:?}");
                prop_assert!(text.bytes().all(|b| b.is_ascii_hexdigit() || b":./".contains(&b)), "{text:?}");
            }
            prop_assert!(items.patterns.iter().all(|key| is_key(key)));
            prop_assert!(problem.is_some() || list.is_some() || !items.patterns.is_empty());
        }
    }

    #[test]
    fn a_network_with_an_address_in_it_is_ambiguous() {
        let problem = network("10.0.0.5/8").expect_err("both");
        assert_eq!(
            problem.help.as_deref(),
            Some("write `10.0.0.0/8` for the network, or `10.0.0.5` for the address")
        );
    }

    #[test]
    fn other_separators_are_told_by_name() {
        for text in [
            "10.0.0.0/8;203.0.113.0/24",
            "10.0.0.1 10.0.0.2",
            "10.0.0.1|10.0.0.2",
        ] {
            let problem = addresses(text).expect_err("one item");
            assert_eq!(
                problem.help.as_deref(),
                Some("write commas between the items"),
                "{text}"
            );
        }
    }

    #[test]
    fn who_allows_everybody_is_told() {
        for (text, words) in [
            ("0.0.0.0/0", "every IPv4 address"),
            ("10.0.0.1, ::/0", "every address"),
        ] {
            let mut remarks = Vec::new();
            assert!(AllowedAddresses::parse(text, &mut remarks).is_ok());
            assert_eq!(remarks[0].code, Code::SOURCE_RANGE_OPEN);
            assert!(remarks[0].message.contains(words), "{}", remarks[0].message);
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_read_is_left_out() {
        let mut remarks = Vec::new();
        let list = ProxyAddresses::parse("10.0.0.1, x", &mut remarks).expect("one is left");
        assert_eq!(list.lines(), "10.0.0.1\n");
        assert_eq!(remarks[0].code, Code::SOURCE_RANGE_INVALID);
        for bad in ProxyAddresses::BAD {
            assert!(
                ProxyAddresses::parse(bad, &mut Vec::new()).is_err(),
                "{bad}"
            );
        }
    }
}
