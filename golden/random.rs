//! Random models and requests. A small vocabulary, so that rules and requests meet often; a seed, so that a failure comes again.

use std::collections::{BTreeMap, BTreeSet};

use ingressc::ir::{
    Address, Backend, BackendName, BindAddress, Claim, Endpoint, HealthCheck, Host, HostId,
    HostPattern, PathMatch, PathPattern, PathRule, Port, Resolver, Routing, Server, ServerProtocol,
    ServiceRef, Target,
};
use ingressc::simulate::Request;
use ingressc::source::{File, FileId, Origin, Sources};

use crate::oracle::{Kind, Rule};

/// `SplitMix64` (Steele, Lea, Flood 2014).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The seed of this run: `INGRESSC_SEED`, or the same every time.
    pub(crate) fn seed() -> u64 {
        let given = std::env::var("INGRESSC_SEED").ok();
        given.map_or(20_260_601, |seed| {
            seed.parse().expect("INGRESSC_SEED is a number")
        })
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `sides - 1`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(sides).expect("small")).expect("small")
    }

    /// Puts the items in another order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.roll(last + 1));
        }
    }

    fn pick<'v>(&mut self, values: &[&'v str]) -> &'v str {
        values[self.roll(values.len())]
    }
}

const LABELS: &[&str] = &["a", "b", "foo", "xn--a"];
const ELEMENTS: &[&str] = &["a", "b", "ab", "foo", "A", "a.b", "%2F", "..", "$x", "a;v"];

/// Rules no two of which are for the same host, path and type.
pub(crate) fn rules(dice: &mut Dice) -> Vec<Rule> {
    let mut seen = BTreeSet::new();
    let mut rules = Vec::new();
    for _ in 0..dice.roll(30) {
        let kind = [Kind::Exact, Kind::Prefix, Kind::Prefix, Kind::Begins][dice.roll(4)];
        let rule = Rule {
            host: rule_host(dice),
            kind,
            path: rule_path(dice),
        };
        let same = match kind {
            Kind::Exact => rule.path.clone(),
            Kind::Prefix | Kind::Begins => rule.path.trim_end_matches('/').to_owned(),
        };
        if seen.insert((rule.host.clone(), kind, same)) {
            rules.push(rule);
        }
    }
    rules
}

fn rule_host(dice: &mut Dice) -> Option<String> {
    let name = name(dice);
    match dice.roll(4) {
        0 => None,
        1 => Some(format!("*.{name}")),
        _ => Some(name),
    }
}

fn name(dice: &mut Dice) -> String {
    let labels: Vec<&str> = (0..=dice.roll(3)).map(|_| dice.pick(LABELS)).collect();
    labels.join(".")
}

fn rule_path(dice: &mut Dice) -> String {
    let mut path = String::new();
    for _ in 0..dice.roll(4) {
        path.extend(["/", dice.pick(ELEMENTS)]);
    }
    if path.is_empty() || dice.roll(4) == 0 {
        path + "/"
    } else {
        path
    }
}

/// A Host header, odd ones among them.
pub(crate) fn host(dice: &mut Dice, rules: &[Rule]) -> Option<String> {
    let mut host = match dice.roll(8) {
        0 => name(dice),
        1 => [
            "[::1]", "10.0.0.1", "", ".", ".foo", "*.a", "a..b", "-", "a_b.foo",
        ][dice.roll(9)]
        .to_owned(),
        2 if dice.roll(3) == 0 => return None,
        _ if rules.is_empty() => name(dice),
        _ => match &rules[dice.roll(rules.len())].host {
            None => name(dice),
            Some(host) => match host.strip_prefix('*') {
                Some(rest) if dice.roll(8) == 0 => rest.to_owned(),
                Some(rest) => format!("{}{rest}", dice.pick(&["a", "b", "zzz", "y.x", "*"])),
                None => host.clone(),
            },
        },
    };
    if dice.roll(5) == 0 {
        host = host.to_uppercase();
    }
    let dots = dice.roll(6) == 0;
    // From 3.0 on, HAProxy refuses what follows an IPv6 literal and is no port; 2.6 takes it.
    if dots && !host.ends_with(']') {
        host.push_str(dice.pick(&[".", "..", "..."]));
    }
    if dice.roll(5) == 0 {
        host.push_str(dice.pick(&[":80", ":8080", ":", ":x"]));
    }
    Some(host)
}

/// The path of a request, with slashes where nobody expects them.
pub(crate) fn path(dice: &mut Dice, rules: &[Rule]) -> String {
    let mut path = if rules.is_empty() || dice.roll(3) == 0 {
        rule_path(dice)
    } else {
        rules[dice.roll(rules.len())].path.clone()
    };
    match dice.roll(8) {
        0 => path.push('/'),
        1 => path.push_str("//"),
        2 => path.push_str(dice.pick(&["x", "a", "%", "?"])),
        3 => path = format!("/{path}"),
        4 | 5 => path = format!("{path}/{}", dice.pick(ELEMENTS)),
        6 => path = path.trim_end_matches('/').to_owned(),
        _ => {}
    }
    let path = path.replace('?', "%3F");
    if path.is_empty() {
        "/".to_owned()
    } else {
        path
    }
}

/// A request, now and then with a query, another method, or a target that is no path.
pub(crate) fn request(dice: &mut Dice, rules: &[Rule]) -> Request {
    let mut target = path(dice, rules);
    let host = host(dice, rules);
    let mut method = dice
        .pick(&["GET", "GET", "GET", "POST", "HEAD", "DELETE"])
        .to_owned();
    match dice.roll(24) {
        0..=3 => target.push_str(dice.pick(&["?", "?a=/b", "?//"])),
        4 => [method, target] = ["OPTIONS", "*"].map(str::to_owned),
        5 => target = format!("http://{}{target}", host.as_deref().unwrap_or("a")),
        6 => target = format!("http://{}", host.as_deref().unwrap_or("a")),
        7 => target = format!("http://other.example{target}"),
        8 => target.push_str(dice.pick(&["#x", "é"])),
        9 => [method, target] = ["CONNECT", "a:443"].map(str::to_owned),
        _ => {}
    }
    Request {
        method,
        host,
        target,
        ..Request::default()
    }
}

/// The model of `rules`: rule `n` is answered by `rules/rN:80`. With dice, some are closed, some have no servers and there may be
/// a default; without, every backend has one server.
pub(crate) fn routing(rules: &[Rule], mut dice: Option<&mut Dice>) -> Routing {
    let mut routing = Routing::default();
    routing.listeners.http = vec![BindAddress::parse(":80").expect("legal")];
    let mut hosts: BTreeMap<HostPattern, Vec<PathRule>> = BTreeMap::new();
    for (index, rule) in rules.iter().enumerate() {
        let mut roll = |sides| dice.as_mut().map_or(1, |dice| dice.roll(sides));
        let target = if roll(12) == 0 {
            Target::Closed
        } else {
            let servers = if roll(8) == 0 { 0 } else { 1 + roll(2) };
            add_backend(&mut routing, index, servers)
        };
        let kind = match rule.kind {
            Kind::Exact => PathMatch::Exact,
            Kind::Prefix => PathMatch::Prefix,
            Kind::Begins => PathMatch::Begins,
        };
        let path_rule = PathRule {
            alternatives: Vec::new(),
            path: PathPattern::new(kind, &rule.path).expect("legal"),
            claim: claim(index, target),
            losers: Vec::new(),
        };
        match &rule.host {
            None => routing.any_host.push(path_rule),
            Some(host) => {
                let host = HostPattern::new(host).expect("legal");
                hosts.entry(host).or_default().push(path_rule);
            }
        }
    }
    routing.any_host.sort_by(|a, b| a.path.cmp(&b.path));
    for (index, (pattern, mut rules)) in hosts.into_iter().enumerate() {
        rules.sort_by(|a, b| a.path.cmp(&b.path));
        let id = HostId::new(&format!("{index:08x}")).expect("legal");
        routing.hosts.push(Host { pattern, id, rules });
    }
    if dice.is_some_and(|dice| dice.roll(2) == 0) {
        let target = add_backend(&mut routing, rules.len(), 2);
        routing.default = Some(claim(rules.len(), target));
    }
    routing
}

fn claim(index: usize, target: Target) -> Claim {
    Claim {
        ingress: format!("rules/i{index}"),
        wording: format!("rule {index}"),
        target,
        origin: origin(),
        settings: None,
    }
}

fn add_backend(routing: &mut Routing, index: usize, servers: usize) -> Target {
    let name = BackendName::new("rules", &format!("r{index}"), 80).expect("legal");
    let server = |last: usize| {
        let last = u8::try_from(last + 1).expect("few servers");
        let endpoint = Endpoint {
            address: Address::Ip([10, 0, 0, last].into()),
            port: Port::new(8080).expect("not 0"),
        };
        Server::new(endpoint, Resolver::Slices, origin())
    };
    let backend = Backend {
        name: name.clone(),
        service: ServiceRef {
            namespace: "rules".to_owned(),
            name: format!("r{index}"),
            port: 80,
            port_name: String::new(),
        },
        protocol: ServerProtocol::Http1,
        health: HealthCheck::Connect,
        client_ip_affinity: None,
        policy: None,
        servers: (0..servers).map(server).collect(),
        backup: None,
        origin: origin(),
    };
    routing.backends.insert(name.clone(), backend);
    Target::Backend(name)
}

fn origin() -> Origin {
    Origin {
        file: FileId::new(0),
        start: 0,
        end: 1,
    }
}

/// The file that every origin of a random model points into.
pub(crate) fn sources() -> Sources {
    let mut sources = Sources::default();
    sources.add(File::new("random.yaml", "random\n"));
    sources
}
