//! Random histories of an installation, compared with a model of who has which port.

use proptest::prelude::*;

use super::*;

/// A step in the life of an installation: which Services there are, which of them fix which port, and what is pruned.
#[derive(Debug, Clone)]
enum Step {
    Add(u8),
    Remove(u8),
    Fix(u8, u16),
    Unfix(u8),
    /// A ConfigMap lists the port, or does not any more.
    List(u16),
    Prune,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..12u8).prop_map(Step::Add),
        3 => (0..12u8).prop_map(Step::Remove),
        1 => (0..12u8, 26000..26012u16).prop_map(|(service, port)| Step::Fix(service, port)),
        1 => (0..12u8).prop_map(Step::Unfix),
        1 => (26000..26012u16).prop_map(Step::List),
        1 => Just(Step::Prune),
    ]
}

proptest! {
    /// The model: who has which port while it is exposed. A Service that does not fix another port keeps the one that it has, and
    /// no port is had by two. A port that somebody had goes to another one that takes any only when no other is left.
    #[test]
    fn no_live_allocation_moves_and_no_port_is_given_twice(
        steps in prop::collection::vec((step(), any::<bool>()), 1..60),
        pool in prop_oneof![Just("26000-26004"), Just("26000-26009"), Just("26000-26030")],
    ) {
        let mut services: BTreeMap<u8, Option<u16>> = BTreeMap::new();
        let mut text = String::new();
        let mut had: BTreeMap<u8, u16> = BTreeMap::new();
        let mut kept_back: BTreeSet<Port> = BTreeSet::new();
        let mut listed: BTreeSet<u16> = BTreeSet::new();
        for (step, is_known) in steps {
            match step {
                Step::List(port) => {
                    if !listed.remove(&port) {
                        listed.insert(port);
                    }
                }
                Step::Add(service) => _ = services.entry(service).or_insert(None),
                Step::Remove(service) => _ = services.remove(&service),
                Step::Fix(service, port) => _ = services.insert(service, Some(port)),
                Step::Unfix(service) => {
                    if let Some(fixed) = services.get_mut(&service) {
                        *fixed = None;
                    }
                }
                Step::Prune => {
                    let (_, mut lock, _) = read(&text);
                    lock.released.clear();
                    kept_back.clear();
                    text = lock.to_text();
                }
            }
            had.retain(|service, _| services.contains_key(service));
            let listeners = services.iter().map(|(service, wanted)| {
                let wanted = wanted.map_or(Wanted::Pool, fixed);
                listener(&format!("s{service:02}"), wanted, usize::from(*service))
            });
            let explicit = listed.iter().map(|number| {
                TcpListener::new("ConfigMap db/tcp", fixed(*number), Target::Closed, at(60))
            });
            let listeners = listeners.chain(explicit).collect();
            let settings = Settings {
                known: if is_known { Certainty::All } else { Certainty::Doubtful },
                ..settings(pool, &text)
            };
            let (ports, allocation, findings) = run(&settings, listeners);
            for (key, entry) in &settings.lock.live {
                let is_present = allocation.lock.live.get(key);
                let listener = services.iter().find(|(it, _)| key.service == format!("s{it:02}"));
                if let Some((service, wanted)) = listener {
                    let has = is_present.map(|it| it.port.get());
                    let wants = wanted.unwrap_or(entry.port.get());
                    prop_assert!(has == Some(entry.port.get()) || has == Some(wants), "s{service:02} lost its port");
                } else if !is_known {
                    prop_assert_eq!(is_present, Some(entry), "{} was there, perhaps", key);
                }
            }
            let given = allocation.lock.live.values().map(|it| it.port);
            let numbers: BTreeSet<Port> = given.clone().collect();
            prop_assert_eq!(numbers.len(), given.count(), "a port stands twice");
            let mut taken = BTreeSet::new();
            for port in ports[services.len()..].iter().flatten() {
                prop_assert!(taken.insert(*port), "{port} twice");
            }
            for ((service, wanted), port) in services.iter().zip(ports) {
                prop_assert!(port.is_none_or(|port| taken.insert(port)), "{port:?} twice");
                if let (Some(wanted), Some(port)) = (wanted, port) {
                    prop_assert_eq!(*wanted, port);
                }
                if let (None, Some(had)) = (wanted, had.get(service)) {
                    prop_assert_eq!(Some(*had), port, "s{:02} moved", service);
                }
                match port {
                    Some(port) => _ = had.insert(*service, port),
                    // It asks for a port that it cannot have; its own is kept for it, and is not bound.
                    None => _ = had.remove(service),
                }
                prop_assert!(port.is_some() || !findings.is_empty(), "nobody says why");
            }
            let news = allocation.places.iter().filter(|place| place.state == State::New);
            let news: BTreeSet<Port> = news.filter_map(|place| place.port).collect();
            kept_back.extend(settings.lock.live.values().map(|entry| entry.port));
            let in_use: BTreeSet<Port> = services.values().flatten().chain(&listed).copied().map(port)
                .chain(allocation.lock.live.values().map(|entry| entry.port)).collect();
            let whole = PortRange::parse(pool).expect("a pool");
            let mut fresh = whole.ports().filter(|one| !kept_back.contains(one) && !in_use.contains(one));
            if let Some(fresh) = fresh.next() {
                prop_assert!(news.is_disjoint(&kept_back), "{fresh} is free, and {news:?} were handed out");
            }
            kept_back.extend(allocation.lock.live.values().map(|entry| entry.port));
            text = allocation.lock.to_text();
            let (_, lock, wrong) = read(&text);
            prop_assert_eq!(wrong, vec![]);
            prop_assert_eq!(shown(&lock), shown(&allocation.lock));
        }
    }
}
