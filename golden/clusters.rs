//! Several clusters united: every request is answered by the servers that each cluster would have answered it with, were it asked
//! for that very rule.
//!
//! The rules are random, and each cluster has some of them. Which rule decides is said by the oracle, which knows nothing of
//! clusters; who answers it is read from what each cluster does alone.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ingressc::ir::{Address, ClusterName, PathRule, Routing, Target, Weight};
use ingressc::lower::{Part, unite};
use ingressc::simulate::{Outcome, Request, ask};

use crate::oracle::{self, Rule};
use crate::random::{self, Dice};

const NAMES: [&str; 3] = ["ams", "fra", "par"];

/// Who is to answer.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Servers(BTreeSet<String>),
    /// 503.
    Nobody,
    /// 404.
    NotFound,
}

#[test]
fn united_clusters_answer_with_the_servers_of_all_that_have_the_rule() {
    let seed = Dice::seed();
    let mut dice = Dice::new(seed);
    let (mut shared, mut closed) = (0, 0);
    for model in 0..1_500 {
        let rules = random::rules(&mut dice);
        let mut alias: Vec<usize> = (0..rules.len()).collect();
        for service in &mut alias {
            if dice.roll(3) == 0 {
                *service = dice.roll(rules.len());
            }
        }
        let alone: Vec<Routing> = NAMES
            .iter()
            .map(|_| cluster(&rules, &alias, &mut dice))
            .collect();
        let parts = parts(&alone, &mut dice);
        let (routing, _) = unite(parts);
        let known: Vec<usize> = (0..rules.len())
            .filter(|&rule| alone.iter().any(|one| claim(one, rule).is_some()))
            .collect();
        let asked: Vec<Rule> = known.iter().map(|&rule| rules[rule].clone()).collect();
        for _ in 0..20 {
            let host = random::host(&mut dice, &rules);
            let target = random::path(&mut dice, &rules);
            let decides = oracle::decide(&asked, host.as_deref(), &target);
            let expected = expected(&alone, decides.map(|rule| known[rule]));
            let request = Request {
                host,
                target,
                ..Request::default()
            };
            let given = given(&routing, &request);
            assert_eq!(
                given, expected,
                "INGRESSC_SEED={seed}, model {model}: {request:?}\n{rules:#?}"
            );
            if let Answer::Servers(servers) = &given {
                let clusters: BTreeSet<_> = servers.iter().map(|name| &name[..3]).collect();
                shared += usize::from(clusters.len() > 1);
            }
            closed += usize::from(given == Answer::Nobody);
        }
    }
    assert!(
        shared > 1_000 && closed > 1_000,
        "{shared} shared, {closed} closed"
    );
}

/// Some of the rules; rule `n` leads to the Service `alias[n]`, and now and then to another, or to none.
fn cluster(rules: &[Rule], alias: &[usize], dice: &mut Dice) -> Routing {
    let mut routing = random::routing(rules, Some(dice));
    let mut services: Vec<Target> = routing
        .backends
        .keys()
        .cloned()
        .map(Target::Backend)
        .collect();
    services.push(Target::Closed);
    let mut keep = |rule: &mut PathRule| {
        let Target::Backend(_) = rule.claim.target else {
            return dice.roll(3) > 0;
        };
        let own = alias[number(rule)];
        let service = services.iter().find(|target| {
            matches!(target, Target::Backend(name) if name.as_str() == format!("rules_r{own}_80"))
        });
        if let Some(service) = service {
            rule.claim.target = service.clone();
        }
        if dice.roll(20) == 0 {
            rule.claim.target = services[dice.roll(services.len())].clone();
        }
        dice.roll(3) > 0
    };
    for host in &mut routing.hosts {
        host.rules.retain_mut(&mut keep);
    }
    routing.hosts.retain(|host| !host.rules.is_empty());
    routing.any_host.retain_mut(&mut keep);
    let all = routing.hosts.iter().flat_map(|host| &host.rules);
    let claims = all.chain(&routing.any_host).map(|rule| &rule.claim);
    let reached: BTreeSet<Target> = claims
        .chain(&routing.default)
        .map(|claim| claim.target.clone())
        .collect();
    routing
        .backends
        .retain(|name, _| reached.contains(&Target::Backend(name.clone())));
    routing
}

/// The number of the rule that `random` made this from.
fn number(rule: &PathRule) -> usize {
    let digits = rule.claim.ingress.strip_prefix("rules/i");
    digits
        .and_then(|digits| digits.parse().ok())
        .expect("made by random")
}

fn parts(alone: &[Routing], dice: &mut Dice) -> Vec<Part> {
    let mut parts: Vec<Part> = NAMES
        .iter()
        .zip(alone)
        .zip(1..)
        .map(|((name, routing), network)| Part {
            name: ClusterName::new(name).expect("legal"),
            weight: (dice.roll(3) == 0).then(|| Weight::new(7)).flatten(),
            backup: dice.roll(4) == 0,
            routing: within(network, routing.clone()),
        })
        .collect();
    dice.shuffle(&mut parts);
    parts
}

/// The same with servers in a network of their own. What their names say stays, and is what is compared.
fn within(network: u8, mut routing: Routing) -> Routing {
    let backends = routing.backends.values_mut();
    for server in backends.flat_map(|backend| &mut backend.servers) {
        if let Address::Ip(IpAddr::V4(ip)) = server.endpoint.address {
            let [_, _, _, last] = ip.octets();
            server.endpoint.address = Address::Ip([10, network, 0, last].into());
        }
    }
    routing
}

fn claim(routing: &Routing, rule: usize) -> Option<&Target> {
    let all = routing.hosts.iter().flat_map(|host| &host.rules);
    let mut all = all.chain(&routing.any_host);
    all.find(|candidate| number(candidate) == rule)
        .map(|rule| &rule.claim.target)
}

/// The servers of all clusters that have the rule, or else a default, if they want the same.
fn expected(alone: &[Routing], rule: Option<usize>) -> Answer {
    let target = |routing| match rule {
        Some(rule) => claim(routing, rule),
        None => routing.default.as_ref().map(|claim| &claim.target),
    };
    let wanted: BTreeMap<&str, (&Target, &Routing)> = NAMES
        .into_iter()
        .zip(alone)
        .filter_map(|(name, routing)| Some((name, (target(routing)?, routing))))
        .collect();
    let targets: BTreeSet<&Target> = wanted.values().map(|(target, _)| *target).collect();
    match targets.first() {
        None => return Answer::NotFound,
        Some(Target::Closed | Target::Next | Target::Misdirected(_)) => return Answer::Nobody,
        Some(_) if targets.len() > 1 || targets.contains(&Target::Closed) => return Answer::Nobody,
        Some(Target::Backend(_)) => {}
    }
    let mut servers = BTreeSet::new();
    for (name, (target, routing)) in wanted {
        let Target::Backend(backend) = target else {
            continue;
        };
        let own = &routing.backends[backend].servers;
        servers.extend(own.iter().map(|server| format!("{name}_{}", server.name)));
    }
    if servers.is_empty() {
        Answer::Nobody
    } else {
        Answer::Servers(servers)
    }
}

fn given(routing: &Routing, request: &Request) -> Answer {
    let verdict = ask(routing, request);
    let outcome = verdict.route().expect("paths are legal").outcome;
    match outcome {
        Outcome::Backend(backend) => {
            let servers = backend.servers.iter();
            Answer::Servers(servers.map(|server| server.name.to_string()).collect())
        }
        Outcome::NoServers(_) | Outcome::Closed | Outcome::Misdirected => Answer::Nobody,
        Outcome::NotFound => Answer::NotFound,
    }
}
