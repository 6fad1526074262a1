use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::emit::{CONFIG, Settings, emit, example};
use crate::ir::policy::Algorithm;
use crate::ir::{
    Address, Endpoint, Policy, PolicyName, Port, Resolver, ServerName, ServerProtocol,
};

/// The lines of servers in `backend` of a configuration, without their indents.
fn lines(config: &str, backend: &str) -> Vec<String> {
    let begins = format!("backend {backend} from ");
    let section = config.lines().skip_while(|line| !line.starts_with(&begins));
    let own = section.take_while(|line| !line.is_empty());
    let servers = own.filter(|line| line.starts_with("    server"));
    servers.map(|line| line.trim().to_owned()).collect()
}

fn config(routing: &Routing) -> String {
    let bundle = emit(routing, &example::sources(), &Settings::default()).expect("emitted");
    String::from_utf8(bundle.files[CONFIG].bytes.clone()).expect("text")
}

/// The shop, whose Service `web` has these servers.
fn shop(addresses: &[&str]) -> Routing {
    let mut routing = example::shop();
    let web = example::backend("web", ServerProtocol::Http1, addresses);
    routing.backends.insert(web.name.clone(), web);
    routing
}

/// [`shop`] behind an earlier configuration.
fn after(before: &str, mut routing: Routing) -> (String, Kept) {
    let kept = Numbers::read(before).keep(&mut routing, &Include::default());
    (config(&routing), kept)
}

#[test]
fn servers_keep_their_numbers_and_new_ones_fill_the_gaps() {
    let first = config(&shop(&["10.0.0.7", "10.0.0.8", "10.0.0.9"]));
    let of_web = |config: &str| lines(config, "shop_web_80");
    let (second, kept) = after(&first, shop(&["10.0.0.8", "10.0.0.9"]));
    assert_eq!(
        of_web(&second),
        [
            "server 10.0.0.8-8080 10.0.0.8:8080 id 2",
            "server 10.0.0.9-8080 10.0.0.9:8080 id 3",
        ]
    );
    assert_eq!(kept.new, 0);
    let (third, kept) = after(
        &second,
        shop(&["10.0.0.5", "10.0.0.6", "10.0.0.8", "10.0.0.9"]),
    );
    // Each stands where its number is, so no line has to say it.
    assert_eq!(
        of_web(&third),
        [
            "server 10.0.0.5-8080 10.0.0.5:8080",
            "server 10.0.0.8-8080 10.0.0.8:8080",
            "server 10.0.0.9-8080 10.0.0.9:8080",
            "server 10.0.0.6-8080 10.0.0.6:8080",
        ]
    );
    assert_eq!(kept.new, 2);
    assert_eq!(after(&third, shop(&["10.0.0.7"])).1.new, 1);
}

#[test]
fn nothing_changes_for_backends_that_were_not_there() {
    let routing = shop(&["10.0.0.7", "10.0.0.8"]);
    let fresh = config(&routing);
    for before in [
        "",
        "backend other from d_http\n    server a 10.0.0.8:8080\n",
    ] {
        assert_eq!(after(before, routing.clone()).0, fresh);
    }
    assert_eq!(after(&fresh, routing).0, fresh);
}

#[test]
fn a_backend_is_known_by_its_service_port() {
    let mut policy = Policy::default();
    policy.balance.algorithm = Some(Algorithm::Source);
    let policy = PolicyName::of(&policy);
    let plain = BackendName::new("shop", "web", 80).expect("legal");
    let numbers = |before: &BackendName| {
        format!("backend {before} from d_http\n    server x 1:1\n    server y 1:2\n")
    };
    let cluster = crate::ir::ClusterName::new("ams").expect("legal");
    let of_cluster = plain.of_clusters([&cluster].into());
    let other = BackendName::new("shop", "web", 8).expect("legal");
    for (before, now, known) in [
        (&plain, &plain.with_policy(&policy), true),
        (&plain.with_policy(&policy), &plain, true),
        (&of_cluster, &plain, true),
        (&plain, &of_cluster.with_policy(&policy), true),
        (&other, &plain, false),
    ] {
        let text = numbers(before);
        let read = Numbers::read(&text);
        assert_eq!(read.of(now).is_some(), known, "{before} {now}");
    }
    // The likest of several.
    let (one, two) = (numbers(&plain), numbers(&of_cluster.with_policy(&policy)));
    let text = two + &one;
    let read = Numbers::read(&text);
    let found = |name: &BackendName| read.of(name).expect("known").name.to_owned();
    assert_eq!(found(&plain), plain.as_str());
    assert_eq!(found(&of_cluster), of_cluster.with_policy(&policy).as_str());
    assert_eq!(found(&plain.with_policy(&policy)), plain.as_str());
}

/// A server, or a template with `slots`.
fn server(name: u8, slots: Option<u16>) -> Server {
    let endpoint = Endpoint {
        address: Address::Ip([10, 0, 0, name].into()),
        port: Port::MIN,
    };
    let mut server = Server::new(endpoint, Resolver::Slices, example::origin(1));
    if let Some(slots) = slots.and_then(Port::new) {
        let cluster = crate::ir::ClusterName::new(&format!("c{name}")).expect("legal");
        server.slots = Some(slots);
        server.name = ServerName::template().within(&cluster);
    }
    server
}

/// As they would be emitted, behind the operator's lines.
fn text(own: &[Entry], servers: &[Server]) -> String {
    let mut text = String::from("backend shop_web_80 from d_http\n");
    let mut line = |keyword: String, Entry { id, .. }: Entry| {
        let id = id.map_or_else(String::new, |id| format!(" id {id}"));
        let _ = writeln!(text, "    {keyword} 10.0.0.1:80{id}");
    };
    for (at, &entry) in own.iter().enumerate() {
        line(format!("server own{at}"), entry);
    }
    for server in servers {
        let keyword = match server.slots {
            None => format!("server {}", server.name),
            Some(slots) => format!("server-template {}- {slots}", server.name),
        };
        line(keyword, entry(server));
    }
    text
}

/// The numbers of all servers as HAProxy gives them, one by one; of a template, those of its slots.
fn by_haproxy(own: &[Entry], servers: &[Server]) -> BTreeMap<String, Vec<u32>> {
    let names = (0..own.len()).map(|at| format!("own{at}"));
    let names = names.chain(servers.iter().map(|server| server.name.to_string()));
    let entries: Vec<Entry> = own
        .iter()
        .copied()
        .chain(servers.iter().map(entry))
        .collect();
    let mut used: BTreeSet<u32> = entries.iter().filter_map(|entry| entry.id).collect();
    let (mut numbers, mut next) = (BTreeMap::new(), 1);
    for (name, entry) in names.zip(entries) {
        let mut its: Vec<u32> = entry.id.into_iter().collect();
        while its.len() < entry.count as usize {
            next = (next..u32::MAX)
                .find(|id| !used.contains(id))
                .expect("some are free");
            used.insert(next);
            its.push(next);
        }
        numbers.insert(name, its);
    }
    numbers
}

proptest! {
    #[test]
    fn whatever_is_scaled_the_others_keep_their_numbers(
        rounds in prop::collection::vec(
            (prop::collection::btree_set(1_u8..12, 0..8), prop::option::of(1_u16..4), prop::option::of(1_u32..9)),
            1..8,
        ),
    ) {
        let mut config = String::new();
        let mut before = BTreeMap::new();
        for (pods, slots, said) in rounds {
            let own: Vec<Entry> = said.map(|id| Entry { id: (id < 6).then_some(id), count: 1 }).into_iter().collect();
            let mut servers: Vec<Server> = pods.iter().map(|pod| server(*pod, None)).collect();
            servers.extend(slots.map(|slots| server(20, Some(slots))));
            let fresh = servers.clone();
            let known = Numbers::read(&config);
            let name = BackendName::new("shop", "web", 80).expect("legal");
            let none = BTreeMap::new();
            let kept = number(&mut servers, &own, known.of(&name).map_or(&none, |found| &found.servers));
            let now = by_haproxy(&own, &servers);

            let mut all: Vec<u32> = now.values().flatten().copied().collect();
            all.sort_unstable();
            let count = all.len();
            all.dedup();
            prop_assert_eq!(all.len(), count, "twins in {:?}", now);
            let mut known = 0;
            for pod in &fresh {
                let name = pod.name.to_string();
                let taken = said.is_some_and(|id| before.get(&name) == Some(&vec![id]));
                if pod.slots.is_none() && !taken && let Some(had) = before.get(&name) {
                    prop_assert_eq!(had, &now[&name], "{}", name);
                    known += 1;
                }
            }
            prop_assert!(kept.known >= known && kept.known + kept.new == pods.len());
            let firsts: Vec<u32> = servers.iter().map(|server| now[server.name.as_str()][0]).collect();
            prop_assert!(firsts.is_sorted() || before.is_empty(), "{:?}", firsts);
            // New ones fill gaps: no number is larger than all that there ever were.
            if before.is_empty() && own.is_empty() {
                prop_assert!(servers.iter().all(|server| server.id.is_none()));
            }

            config = text(&own, &servers);
            let mut again = fresh;
            let known = Numbers::read(&config);
            number(&mut again, &own, known.of(&name).map_or(&none, |found| &found.servers));
            prop_assert_eq!(&text(&own, &again), &config);
            before = now;
        }
    }

    #[test]
    fn any_file_is_read(text in "(backend shop_web_80|    server|    server-template|[a-z0-9 \"'\n-]{0,9}|id 9999999999| 1-4294967295|\n){0,40}") {
        let read = Numbers::read(&text);
        let mut servers = vec![server(1, None), server(2, None)];
        for backends in read.backends.values().flatten() {
            number(&mut servers, &[], &backends.servers);
            prop_assert_eq!(servers.len(), 2);
        }
    }
}
