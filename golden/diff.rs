//! What `diff` tells, held against what the simulator answers: random pairs of manifest sets, compiled from YAML, and many requests
//! asked of both. What differs has to be told, and what is told has to differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;

use ingressc::diff::{self, Answer, Delta, RouteKey, View, What};
use ingressc::emit;
use ingressc::ir::{PathMatch, Routing};
use ingressc::simulate::policy::{Course, HeaderChange};
use ingressc::simulate::{self, HostMatch, Outcome, Request, Scheme};
use ingressc::source::{self, Sources};

use crate::cases;
use crate::pipeline;
use crate::random::Dice;

/// How many pairs.
const PAIRS: u64 = 60;

const HOSTS: [&str; 5] = [
    "a.example.com",
    "b.example.com",
    "*.example.com",
    "c.test",
    "",
];
const PATHS: [(&str, &str); 7] = [
    ("Prefix", "/"),
    ("Prefix", "/cart"),
    ("Exact", "/cart"),
    ("Prefix", "/cart/items"),
    ("Exact", "/"),
    ("Prefix", "/ca"),
    ("Exact", "/pay/"),
];
/// All of them show in what the simulator says.
const POLICIES: [&[&str]; 10] = [
    &[],
    &[],
    &["haproxy.org/allow-list: 10.0.0.0/8"],
    &["haproxy.org/allow-list: \"10.0.0.0/8, 192.0.2.0/24\""],
    &["haproxy.org/deny-list: 198.51.100.0/24"],
    &["haproxy.org/ssl-redirect: \"true\""],
    &["haproxy.org/request-set-header: \"x-team one\""],
    &["haproxy.org/response-set-header: \"Strict-Transport-Security max-age=600\""],
    &[
        "haproxy.org/auth-type: basic-auth",
        "haproxy.org/auth-secret: users",
    ],
    &["haproxy.org/path-rewrite: /x"],
];
const SERVICES: [&str; 3] = ["one", "two", "three"];

/// A path of an Ingress: who has it in this set is the key of the map.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    service: &'static str,
    policy: usize,
}

/// Host and path by their numbers.
type Set = BTreeMap<(usize, usize), Entry>;

fn entry(dice: &mut Dice) -> Entry {
    Entry {
        service: SERVICES[dice.roll(SERVICES.len())],
        policy: dice.roll(POLICIES.len()),
    }
}

/// A set, and one that came of it by a few changes.
fn pair(dice: &mut Dice) -> (Set, Set) {
    let mut base = Set::new();
    for _ in 0..2 + dice.roll(10) {
        let key = (dice.roll(HOSTS.len()), dice.roll(PATHS.len()));
        base.insert(key, entry(dice));
    }
    let mut head = base.clone();
    for _ in 0..dice.roll(5) {
        let known: Vec<_> = head.keys().copied().collect();
        match (dice.roll(4), known.is_empty()) {
            (0, _) | (_, true) => {
                let key = (dice.roll(HOSTS.len()), dice.roll(PATHS.len()));
                head.insert(key, entry(dice));
            }
            (1, _) => {
                head.remove(&known[dice.roll(known.len())]);
            }
            (2, _) => {
                let key = known[dice.roll(known.len())];
                let entry = entry(dice);
                head.entry(key).and_modify(|it| it.policy = entry.policy);
            }
            _ => {
                let key = known[dice.roll(known.len())];
                let entry = entry(dice);
                head.entry(key).and_modify(|it| it.service = entry.service);
            }
        }
    }
    (base, head)
}

/// What stands around the Ingresses.
fn surroundings() -> String {
    let mut text = "\
apiVersion: v1
kind: Secret
metadata: {name: users, namespace: shop}
stringData: {ann: $5$saltsalt$gOjOtoMpVhru2uyjeJSEc/JaLQWOXMNmlOnj6T4AtC.}
"
    .to_owned();
    for (number, name) in (1..).zip(SERVICES) {
        let _ = write!(
            text,
            "\
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: shop}}
spec: {{ports: [{{port: 80}}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: {name}-1, namespace: shop, labels: {{kubernetes.io/service-name: {name}}}}}
addressType: IPv4
ports: [{{port: 8080}}]
endpoints: [{{addresses: [10.0.0.{number}]}}]
"
        );
    }
    text
}

/// An Ingress for each entry, each a document.
fn documents(set: &Set) -> Vec<String> {
    let mut all: Vec<String> = surroundings().split("---\n").map(str::to_owned).collect();
    for ((host, path), Entry { service, policy }) in set {
        let host_line = match HOSTS[*host] {
            "" => "  - http:".to_owned(),
            host => format!("  - host: \"{host}\"\n    http:"),
        };
        let (kind, path_text) = PATHS[*path];
        let mut annotations = String::new();
        for line in POLICIES[*policy] {
            let _ = write!(annotations, "\n    {line}");
        }
        if annotations.is_empty() {
            annotations.push_str(" {}");
        }
        all.push(format!(
            "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: i-{host}-{path}
  namespace: shop
  annotations:{annotations}
spec:
  ingressClassName: haproxy
  rules:
{host_line}
      paths:
      - path: {path_text}
        pathType: {kind}
        backend: {{service: {{name: {service}, port: {{number: 80}}}}}}
"
        ));
    }
    all
}

struct Side {
    sources: Sources,
    routing: Routing,
}

fn compile(files: Vec<(String, String)>) -> Side {
    let files = files
        .into_iter()
        .map(|(name, text)| (name, text.into_bytes()));
    let (sources, found) = source::from_bytes(files.collect());
    let compiled = pipeline::compile_sources(sources, found, pipeline::defaults());
    let errors: Vec<_> = compiled
        .findings
        .iter()
        // Nobody has a certificate here, which redirects to https lack.
        .filter(|it| it.code.is_unread())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    Side {
        sources: compiled.sources,
        routing: compiled.routing,
    }
}

fn side(set: &Set) -> Side {
    compile(vec![("all.yaml".to_owned(), documents(set).join("---\n"))])
}

fn view(side: &Side) -> View {
    diff::view(
        side.routing.clone(),
        &side.sources,
        &pipeline::defaults().emit,
    )
}

fn compare(base: &Side, head: &Side) -> Delta {
    diff::compare(&view(base), &view(head))
}

/// Requests that meet every rule and every policy of the vocabulary.
fn requests() -> Vec<Request> {
    let hosts = [
        "a.example.com",
        "b.example.com",
        "other.example.com",
        "c.test",
        "d.test",
    ];
    let paths = [
        "/",
        "/cart",
        "/cart/",
        "/cart/x",
        "/cart/items",
        "/cart/items/1",
        "/carts",
        "/ca",
        "/ca/x",
        "/pay/",
        "/pay",
        "/other",
    ];
    let sources = ["10.1.2.3", "192.0.2.7", "198.51.100.9", "203.0.113.1"];
    let mut all = Vec::new();
    for host in hosts {
        for path in paths {
            for source in sources {
                // Hashes of passwords take their time.
                let logins: &[bool] = if path == "/cart/x" {
                    &[false, true]
                } else {
                    &[false]
                };
                for &login in logins {
                    // `ann:password`
                    let header = (
                        "Authorization".to_owned(),
                        "Basic YW5uOnBhc3N3b3Jk".to_owned(),
                    );
                    all.push(Request {
                        scheme: Scheme::Http,
                        host: Some(host.to_owned()),
                        target: path.to_owned(),
                        source: source.parse::<IpAddr>().expect("an address"),
                        headers: login.then_some(header).into_iter().collect(),
                        ..Request::default()
                    });
                }
            }
        }
    }
    all
}

/// Everything that a client or a server sees.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    who: String,
    reply: Option<(u16, Option<String>)>,
    path: String,
    headers: Vec<(String, String)>,
    response: Vec<HeaderChange>,
}

fn seen(routing: &Routing, request: &Request) -> (Seen, Option<RouteKey>) {
    let verdict = simulate::ask(routing, request);
    let route = verdict.route().expect("it is routed");
    let who = match route.outcome {
        Outcome::Backend(backend) | Outcome::NoServers(backend) => backend.service.to_string(),
        other => format!("{:?}", other.status()),
    };
    let course = route.course.clone().unwrap_or_else(|| Course {
        seen: simulate::policy::Seen {
            path: request.target.clone(),
            ..Default::default()
        },
        ..Course::default()
    });
    let team = |(name, _): &(String, String)| name == "x-team";
    let host = match route.matched {
        HostMatch::Exact(host) | HostMatch::Wildcard(host) => host.pattern.to_string(),
        HostMatch::Any => String::new(),
    };
    let key = route.chosen.map(|rule| RouteKey::Path {
        host,
        path: rule.path.text().to_owned(),
        kind: rule.path.kind(),
        condition: String::new(),
    });
    let seen = Seen {
        who,
        reply: course.reply.map(|reply| (reply.status, reply.location)),
        path: course.seen.path,
        headers: course.seen.headers.into_iter().filter(team).collect(),
        response: course.response,
    };
    (seen, key)
}

/// The routes that a delta names, and the hosts of which it says that requests change hands.
fn told(delta: &Delta) -> (BTreeSet<RouteKey>, BTreeSet<String>) {
    // A route in whose place another one comes is told even where its requests are answered as before.
    let differ = |change: &&diff::RouteChange| change.before != change.after || change.lowers;
    let routes = delta.routes.iter().filter(differ);
    let routes = routes.map(|change| change.key.clone());
    let behaviour = delta.behaviour.iter().flat_map(|it| it.routes.clone());
    let hosts = delta.requests.iter().map(|it| it.host.clone());
    (routes.chain(behaviour).collect(), hosts.collect())
}

#[test]
fn what_differs_is_told_and_what_is_told_differs() {
    let seed = Dice::seed();
    let requests = requests();
    let (mut with_changes, mut without) = (0, 0);
    for number in 0..PAIRS {
        let mut dice = Dice::new(seed.wrapping_add(number));
        let (base, head) = pair(&mut dice);
        let (old, new) = (side(&base), side(&head));
        let delta = compare(&old, &new);
        let (routes, hosts) = told(&delta);
        let shown = diff::human(&delta, &diff::Manner::default());
        let context = format!("seed {seed}, pair {number}\n{base:#?}\n{head:#?}\n{shown}");
        let mut witnessed: BTreeSet<RouteKey> = BTreeSet::new();
        for request in &requests {
            let ((was, by), (is, now_by)) =
                (seen(&old.routing, request), seen(&new.routing, request));
            if was == is {
                continue;
            }
            let keys: Vec<RouteKey> = [by, now_by].into_iter().flatten().collect();
            let host = request.host.clone().unwrap_or_default();
            // What has no entry of its own is told of a name that stands for its like.
            let wild = |key: &RouteKey| key.host().starts_with('*');
            let is_like = keys.is_empty() || keys.iter().any(wild);
            let is_told = keys.iter().any(|key| routes.contains(key))
                || hosts.contains(&host)
                || is_like && hosts.iter().any(|told| told.starts_with("any"));
            assert!(
                is_told,
                "nothing tells of {request:?}\n{was:?}\n{is:?}\n{context}"
            );
            witnessed.extend(keys);
        }
        for route in &routes {
            assert!(
                witnessed.contains(route),
                "nothing differs on {route:?}\n{context}"
            );
        }
        if delta.is_empty() {
            without += 1;
            assert!(routes.is_empty() && witnessed.is_empty(), "{context}");
        } else {
            with_changes += 1;
        }
    }
    assert!(
        with_changes >= 30 && without >= 3,
        "{with_changes}, {without}"
    );
}

/// What a delta says, told from the other side.
fn mirrored(delta: &Delta) -> BTreeSet<(RouteKey, What, String, String)> {
    let turn = |what| match what {
        What::Added => What::Removed,
        What::Removed => What::Added,
        What::Moved => What::Moved,
    };
    let routes = delta.routes.iter();
    routes
        .map(|it| {
            let (before, after) = (it.before.to_string(), it.after.to_string());
            (it.key.clone(), turn(it.what), after, before)
        })
        .collect()
}

#[test]
fn the_way_back_is_the_mirror() {
    for number in 0..PAIRS {
        let mut dice = Dice::new(Dice::seed().wrapping_add(1_000 + number));
        let (base, head) = pair(&mut dice);
        let (old, new) = (side(&base), side(&head));
        let (there, back) = (compare(&old, &new), compare(&new, &old));
        let plain: BTreeSet<_> = back
            .routes
            .iter()
            .map(|it| {
                let (before, after) = (it.before.to_string(), it.after.to_string());
                (it.key.clone(), it.what, before, after)
            })
            .collect();
        assert_eq!(mirrored(&there), plain, "pair {number}");
        let settings = |delta: &Delta, turned: bool| -> BTreeSet<_> {
            let all = delta.behaviour.iter().flat_map(|it| {
                let change = &it.change;
                let (old, new) = (change.before.clone(), change.after.clone());
                let (old, new) = if turned { (new, old) } else { (old, new) };
                let routes = it.routes.iter();
                routes.map(move |route| (route.clone(), change.id(), old.clone(), new.clone()))
            });
            all.collect()
        };
        assert_eq!(
            settings(&there, true),
            settings(&back, false),
            "pair {number}"
        );
    }
}

/// The same manifests in other files, in another order, with other indentation and comments.
fn reformatted(set: &Set, dice: &mut Dice) -> Side {
    let mut documents = documents(set);
    dice.shuffle(&mut documents);
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for document in documents {
        let mut indented = String::new();
        for line in document.lines() {
            let _ = writeln!(indented, "  {line}   # said once more");
        }
        let file = files.entry(format!("f{}.yaml", dice.roll(4))).or_default();
        let _ = write!(file, "---\n# a comment\n\n{indented}");
    }
    compile(files.into_iter().collect())
}

#[test]
fn moving_and_reformatting_prints_nothing() {
    for number in 0..20 {
        let mut dice = Dice::new(Dice::seed().wrapping_add(2_000 + number));
        let (base, _) = pair(&mut dice);
        let delta = compare(&side(&base), &reformatted(&base, &mut dice));
        assert_eq!(
            diff::human(&delta, &diff::Manner::default()),
            "No change for traffic.\n",
            "pair {number}"
        );
    }
}

#[test]
fn the_vocabulary_shows_in_what_is_asked() {
    // Each policy against none, on one route: a request has to tell them apart, or the property above proves nothing.
    let plain: Set = [(
        (0, 0),
        Entry {
            service: "one",
            policy: 0,
        },
    )]
    .into();
    for (policy, words) in POLICIES.iter().enumerate().skip(2) {
        let other: Set = [(
            (0, 0),
            Entry {
                service: "one",
                policy,
            },
        )]
        .into();
        let (old, new) = (side(&plain), side(&other));
        let differs =
            |request: &&Request| seen(&old.routing, request).0 != seen(&new.routing, request).0;
        assert!(
            requests().iter().any(|request| differs(&request)),
            "{words:?}"
        );
        let delta = compare(&old, &new);
        let keys: Vec<RouteKey> = told(&delta).0.into_iter().collect();
        let key = RouteKey::Path {
            host: HOSTS[0].to_owned(),
            path: String::new(),
            kind: PathMatch::Prefix,
            condition: String::new(),
        };
        assert_eq!(keys, [key], "{words:?}");
    }
}

/// The routes without their conditions, which a bundle says in other words.
fn routes_of(view: &View) -> BTreeSet<(RouteKey, bool, String)> {
    let plain = view.routes().map(|(key, answer)| {
        let mut key = key.clone();
        let mut is_conditional = false;
        if let RouteKey::Path { condition, .. } = &mut key {
            is_conditional = !condition.is_empty();
            condition.clear();
        }
        let answer = match (&key, answer) {
            // Rules are told in other words, too.
            (RouteKey::Tcp { .. }, Answer::Rules(_)) => "rules".to_owned(),
            (_, Answer::Service { backend, .. }) => backend.clone(),
            (_, other) => other.to_string(),
        };
        (key, is_conditional, answer)
    });
    plain.collect()
}

#[test]
fn a_bundle_has_the_routes_that_it_was_made_of() {
    cases::each(&cases::folders(), |case| {
        let compiled = pipeline::compile(case);
        let read = diff::view_of_bundle(&compiled.bundle).expect("a bundle of ours");
        let has_https = !compiled.routing.listeners.https.is_empty();
        let made = diff::view(compiled.routing, &compiled.sources, &compiled.settings.emit);
        let (read, made) = (routes_of(&read), routes_of(&made));
        let wrong: Vec<_> = read
            .symmetric_difference(&made)
            .filter(|(key, is_conditional, answer)| match key {
                // A rule with conditions only is written with what a shorter path says for all others.
                RouteKey::Path { .. } if !is_conditional => {
                    let has = |it: &&(RouteKey, bool, String)| it.0 == *key && it.1;
                    made.iter().find(has).is_none()
                        || made.contains(&(key.clone(), false, answer.clone()))
                }
                // Nobody listens for it, so that it is not written.
                RouteKey::Tls { .. } => has_https,
                _ => true,
            })
            .collect();
        let complaint = || format!("{}: {wrong:#?}", cases::name(case));
        (!wrong.is_empty()).then(complaint).into_iter().collect()
    });
}

#[test]
fn bundles_differ_as_what_they_were_made_of() {
    for number in 0..30 {
        let mut dice = Dice::new(Dice::seed().wrapping_add(3_000 + number));
        let (base, head) = pair(&mut dice);
        let (old, new) = (side(&base), side(&head));
        let bundle = |side: &Side| {
            let emit = pipeline::defaults().emit;
            let bundle = emit::emit(&side.routing, &side.sources, &emit).expect("emitted");
            diff::view_of_bundle(&bundle).expect("a bundle of ours")
        };
        let by_bundles = diff::compare(&bundle(&old), &bundle(&new));
        let by_models = compare(&old, &new);
        let told = |delta: &Delta| {
            let (routes, hosts) = told(delta);
            let lowered: BTreeSet<RouteKey> = delta
                .behaviour
                .iter()
                .filter(|it| it.change.lowers)
                .flat_map(|it| it.routes.clone())
                .collect();
            (routes, hosts, lowered)
        };
        assert_eq!(told(&by_bundles), told(&by_models), "pair {number}");
    }
}
