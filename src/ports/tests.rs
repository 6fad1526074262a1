//! Locks and allocation, without a manifest.

mod history;
mod repairing;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::finding::{Code, Finding, Level, Severity};
use crate::ir::{ListenerName, PortKey, Routing, Target, TcpAsked, TcpListener, Wanted};
use crate::source::{File, FileId, FileKind, Sourced, Sources};

fn port(number: u16) -> Port {
    Port::new(number).expect("not 0")
}

fn key(service: &str) -> PortKey {
    PortKey::parse(&format!("db/{service}:5432")).expect("legal")
}

fn at(number: usize) -> Origin {
    Origin::new(FileId::new(0), number * 10..number * 10 + 5)
}

fn listener(service: &str, wanted: Wanted, place: usize) -> TcpListener {
    let owner = format!("Service db/{service}");
    let mut listener = TcpListener::new(owner, wanted, Target::Closed, at(place));
    listener.key = Some(key(service));
    listener
}

fn fixed(number: u16) -> Wanted {
    Wanted::Port(Sourced::new(port(number), at(99)))
}

fn read(text: &str) -> (Sources, Lock, Vec<Finding>) {
    let mut sources = Sources::default();
    let file = sources.add(File::new("ports.lock", text).kind(FileKind::Lock));
    let (lock, findings) = Lock::read(&sources, file);
    (sources, lock, findings)
}

fn settings(pool: &str, lock: &str) -> Settings {
    Settings {
        pool: PortRange::parse(pool),
        lock: read(lock).1,
        ..Settings::default()
    }
}

/// What a lock holds, a line each.
fn shown(lock: &Lock) -> Vec<String> {
    let text = lock.to_text();
    let entries = text.lines().filter(|line| !line.starts_with('#'));
    entries.map(str::to_owned).collect()
}

fn run(
    settings: &Settings,
    listeners: Vec<TcpListener>,
) -> (Vec<Option<u16>>, Allocation, Vec<Finding>) {
    let mut routing = Routing {
        tcp: listeners,
        ..Routing::default()
    };
    let (allocation, findings) = allocate(&mut routing, settings, (Certainty::All, &[]));
    let ports = routing.tcp.iter();
    let ports = ports.map(|one| one.binds.first().map(|bind| bind.port()));
    (ports.collect(), allocation, findings)
}

fn codes(findings: &[Finding]) -> Vec<Code> {
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn a_lock_reads_back_and_comments_at_its_top_stay() {
    let text = "# ours\n\n#two\ndb/b:5432: 26001 released\r\n# lost\ndb/a:5432: 26000  \n";
    let (_, lock, findings) = read(text);
    assert_eq!(findings, []);
    assert_eq!(lock.head, ["# ours", "#two"]);
    assert_eq!(
        shown(&lock),
        ["db/a:5432: 26000", "db/b:5432: 26001 released"]
    );
    let written = lock.to_text();
    let (_, again, _) = read(&written);
    assert_eq!(again.to_text(), written);
    assert_eq!(Lock::default().to_text(), "");
}

#[test]
fn a_lock_is_in_the_order_of_numbers_with_former_ports_behind() {
    let (_, lock, findings) = read(
        "a/b:443: 3\na/b:80: 9 released\na/b:80: 20\na/b:80: 10 released\na-b/c.d:1: 65535 released\n",
    );
    assert_eq!(findings, []);
    let expected = [
        "a/b:80: 20",
        "a/b:80: 9 released",
        "a/b:80: 10 released",
        "a/b:443: 3",
        "a-b/c.d:1: 65535 released",
    ];
    assert_eq!(shown(&lock), expected);
}

#[test]
fn one_port_that_is_had_and_released_contradicts_itself() {
    for text in [
        "db/a:1: 5\ndb/a:1: 5 released\n",
        "db/a:1: 5 released\ndb/a:1: 5\n",
        "db/a:1: 5 released\ndb/a:1: 5 released\n",
    ] {
        let (_, lock, findings) = read(text);
        assert_eq!(codes(&findings), [Code::INVALID_PORT_LOCK], "{text}");
        assert!(lock.unusable && findings[0].labels.len() == 2);
    }
}

#[test]
fn a_port_that_a_service_leaves_is_kept_back() {
    let held = settings("26000-26002", "db/a:5432: 26000\n");
    let (ports, allocation, findings) = run(&held, vec![listener("a", fixed(30735), 1)]);
    assert_eq!((ports, findings), (vec![Some(30735)], vec![]));
    let left = ["db/a:5432: 30735", "db/a:5432: 26000 released"];
    assert_eq!(shown(&allocation.lock), left);
    assert_eq!(
        allocation.changes[0].became.to_string(),
        "moves from 26000 to 30735; 26000 is kept as released"
    );
    let held = settings("26000-26002", &(left.join("\n") + "\n"));
    let all = |names: &[&str]| {
        let mut all = vec![listener("a", fixed(30735), 1)];
        all.extend(names.iter().map(|name| listener(name, Wanted::Pool, 2)));
        all
    };
    let (ports, allocation, _) = run(&held, all(&["b", "c"]));
    assert_eq!(ports, [30735, 26001, 26002].map(Some));
    assert_eq!(shown(&allocation.lock)[1], "db/a:5432: 26000 released");
    let (ports, allocation, findings) = run(&held, all(&["b", "c", "d"]));
    assert_eq!(ports[3], Some(26000), "no other is left");
    assert_eq!((findings, allocation.lock.released.len()), (vec![], 0));
    assert_eq!(summary(&allocation.changes), "3 allocated, 1 dropped");
    let (ports, allocation, _) = run(&held, vec![listener("a", fixed(26000), 1)]);
    assert_eq!(ports, [Some(26000)], "it goes back");
    assert_eq!(
        shown(&allocation.lock),
        ["db/a:5432: 26000", "db/a:5432: 30735 released"]
    );
    assert_eq!(summary(&allocation.changes), "1 moved");
    let (_, allocation, _) = run(&held, Vec::new());
    assert_eq!(
        shown(&allocation.lock),
        ["db/a:5432: 26000 released", "db/a:5432: 30735 released"]
    );
}

#[test]
fn a_port_that_is_asked_for_by_number_is_not_kept_back() {
    let held = settings("26000-26009", "db/a:5432: 26000\n");
    let listeners = vec![
        listener("a", fixed(30735), 1),
        listener("b", fixed(26000), 2),
    ];
    let (_, allocation, findings) = run(&held, listeners);
    assert_eq!(findings, []);
    assert_eq!(
        shown(&allocation.lock),
        ["db/a:5432: 30735", "db/b:5432: 26000"]
    );
    assert_eq!(
        allocation.changes[0].became.to_string(),
        "moves from 26000 to 30735; another one gets 26000"
    );
}

#[test]
fn who_cannot_have_a_port_is_told_a_free_one() {
    let mut settings = settings(
        "26000-26003",
        "db/a:5432: 26000\ndb/b:5432: 26001 released\n",
    );
    settings.taken = vec![Taken {
        by: Taker::Metrics,
        bind: BindAddress::parse(":26000").expect("legal"),
        origin: None,
    }];
    let all = vec![
        listener("a", Wanted::Pool, 1),
        listener("c", fixed(26000), 2),
        listener("d", fixed(26000), 3),
    ];
    let (ports, _, findings) = run(&settings, all);
    assert_eq!(ports, [None; 3]);
    let helps: Vec<&str> = findings
        .iter()
        .filter_map(|finding| finding.help.as_deref())
        .collect();
    let expected = [
        "write `ingressc/expose-port.5432: \"26002\"` at the Service, as 26002 is free, or give the listener for metrics another port",
        "take another port, such as 26003, which is free, or give the listener for metrics another one",
        "take another port, or give the listener for metrics another one; no port of `tcp.pool` is free",
    ];
    assert_eq!(helps, expected);
}

#[test]
fn whatever_is_no_entry_is_told_at_its_place() {
    let long = "x".repeat(60_000);
    for (line, place, message) in [
        (
            "db/a:5432:26000",
            "db/a:5432:26000",
            "`db/a:5432:26000` is no entry of the lock of ports",
        ),
        ("db/a: 26000", "db/a", "`db/a` names no Service port"),
        ("db/A:1: 26000", "db/A:1", "`db/A:1` names no Service port"),
        ("db/a:0: 26000", "db/a:0", "`db/a:0` names no Service port"),
        ("db/a:1: 0", "0", "`0` is no port"),
        ("db/a:1: 026000", "026000", "`026000` is no port"),
        ("db/a:1: +26000", "+26000", "`+26000` is no port"),
        ("db/a:1: 65536", "65536", "`65536` is no port"),
        ("db/a:1: \"26000\"", "\"26000\"", "`\"26000\"` is no port"),
        (
            "db/a:1: 26000 # why",
            "26000 # why",
            "`26000 # why` is no port",
        ),
        (
            "db/a:1: 26000 gone",
            "26000 gone",
            "`26000 gone` is no port",
        ),
        (
            " db/a:1: 26000",
            " db/a:1",
            "` db/a:1` names no Service port",
        ),
        (
            "db/a\0:1: 2",
            "\0",
            "the lock of ports holds the control character U+0000, which may hide an entry",
        ),
        (
            "# why\rdb/a:1: 2",
            "\r",
            "the lock of ports holds the control character U+000D, which may hide an entry",
        ),
        (
            "db/a:1: 2\r\r",
            "\r",
            "the lock of ports holds the control character U+000D, which may hide an entry",
        ),
        (
            "#\u{b}db/a:1: 2",
            "\u{b}",
            "the lock of ports holds the control character U+000B, which may hide an entry",
        ),
        (
            "# \u{2028}db/a:1: 2",
            "\u{2028}",
            "the lock of ports holds the control character U+2028, which may hide an entry",
        ),
        (
            "\x0c",
            "\x0c",
            "the lock of ports holds the control character U+000C, which may hide an entry",
        ),
        (
            &long,
            &long,
            &format!("`{}...` is no entry of the lock of ports", &long[..60]),
        ),
    ] {
        let text = format!("db/z:1: 1\n{line}\n");
        let (sources, lock, findings) = read(&text);
        assert_eq!(codes(&findings), [Code::INVALID_PORT_LOCK], "{line}");
        assert_eq!(findings[0].message, message);
        assert_eq!(sources.text(findings[0].origin().expect("a place")), place);
        assert!(lock.unusable && lock.live.len() == 1);
    }
}

#[test]
fn a_flood_of_wrong_lines_is_told_in_part() {
    let (_, _, findings) = read(&"x\n".repeat(1000));
    assert_eq!(findings.len(), 20);
    assert_eq!(
        findings[19].notes.last().map(String::as_str),
        Some("980 more lines are no entries")
    );
}

#[test]
fn doubles_and_conflicts_are_told() {
    let (_, lock, findings) = read("db/a:1: 5\ndb/a:1: 6\ndb/b:1: 5\ndb/c:1: 5 released\n");
    assert_eq!(
        codes(&findings),
        [Code::INVALID_PORT_LOCK, Code::PORT_ALLOCATED_TWICE]
    );
    assert!(lock.unusable);
    assert_eq!(
        lock.live[&PortKey::parse("db/a:1").expect("legal")].port,
        port(5)
    );
    assert!(findings.iter().all(|finding| finding.labels.len() == 2));
    let marked = "<<<<<<< HEAD\ndb/a:1: 5\n=======\ndb/b:1: 5\n>>>>>>> x\n";
    let (_, lock, findings) = read(marked);
    assert_eq!(codes(&findings), [Code::INVALID_PORT_LOCK]);
    assert!(lock.unusable && findings[0].message.contains("merge conflict"));
}

#[test]
fn the_lowest_free_port_goes_to_the_first_by_name() {
    let settings = settings(
        "26000-26009",
        "db/b:5432: 26001\ndb/gone:5432: 26002 released\n",
    );
    let all = |names: &[&str]| -> Vec<TcpListener> {
        let names = names.iter().enumerate();
        names
            .map(|(at, name)| listener(name, Wanted::Pool, at))
            .collect()
    };
    let (ports, allocation, findings) = run(&settings, all(&["d", "c", "b", "a"]));
    assert_eq!(ports, [26004, 26003, 26001, 26000].map(Some));
    assert_eq!(findings, []);
    assert_eq!(summary(&allocation.changes), "3 allocated");
    let (ports, allocation, _) = run(&settings, all(&["gone"]));
    assert_eq!(ports, [Some(26002)], "it comes back");
    assert_eq!(summary(&allocation.changes), "1 back, 1 released");
    let (_, allocation, _) = run(&settings, Vec::new());
    assert_eq!(
        shown(&allocation.lock),
        ["db/b:5432: 26001 released", "db/gone:5432: 26002 released"]
    );
}

#[test]
fn nobody_gets_a_port_that_somebody_has_had_or_asks_for() {
    let mut settings = settings("26000-26007", "db/gone:5432: 26001 released\n");
    settings.taken = vec![Taken {
        by: Taker::Metrics,
        bind: BindAddress::parse("127.0.0.1:26000").expect("legal"),
        origin: None,
    }];
    let explicit = |text: &str| {
        let bind = BindAddress::parse(text).expect("legal");
        let wanted = Wanted::Binds(vec![Sourced::new(bind, at(50))]);
        TcpListener::new("ConfigMap a/b", wanted, Target::Closed, at(50))
    };
    let (ports, allocation, findings) = run(
        &settings,
        vec![
            listener("a", Wanted::Pool, 1),
            listener("b", fixed(26003), 2),
            explicit(":26002"),
            explicit("10.0.0.1:26004"),
        ],
    );
    assert_eq!(ports, [26005, 26003, 26002, 26004].map(Some));
    assert_eq!(findings, []);
    let states: Vec<State> = allocation.places.iter().map(|place| place.state).collect();
    assert_eq!(
        states,
        [State::New, State::Fixed, State::Explicit, State::Explicit]
    );
    assert_eq!(
        (allocation.lock.live.len(), allocation.lock.released.len()),
        (2, 1),
        "explicit ones are in no lock"
    );
}

#[test]
fn when_no_port_is_left_those_of_the_gone_are_handed_out_and_then_none() {
    let lock = "db/x:5432: 26001 released\ndb/y:5432: 26000 released\n";
    let all = || {
        ["a", "b", "c"]
            .map(|name| listener(name, Wanted::Pool, 0))
            .to_vec()
    };
    let (ports, allocation, findings) = run(&settings("26000-26001", lock), all());
    assert_eq!(ports, [Some(26000), Some(26001), None]);
    assert_eq!(codes(&findings), [Code::PORT_POOL_EXHAUSTED]);
    assert_eq!(
        shown(&allocation.lock),
        ["db/a:5432: 26000", "db/b:5432: 26001"]
    );
    assert_eq!(summary(&allocation.changes), "2 allocated, 2 dropped");
    let careful = Settings {
        known: Certainty::Doubtful,
        ..settings("26000-26001", lock)
    };
    let (ports, allocation, findings) = run(&careful, all());
    assert_eq!(ports, [None, None, None]);
    assert_eq!(codes(&findings), [Code::PORT_POOL_EXHAUSTED; 3]);
    assert_eq!(allocation.changes, []);
}

#[test]
fn under_errors_ports_are_only_added() {
    let lock = "db/a:5432: 26000\ndb/b:5432: 26001 released\n";
    let error = Finding::new(Code::SERVICE_NOT_FOUND, "x");
    let listeners = vec![
        listener("c", Wanted::Pool, 1),
        listener("d", fixed(26000), 2),
    ];
    let mut routing = Routing {
        tcp: listeners,
        ..Routing::default()
    };
    let mut settings = settings("26000-26009", lock);
    let (allocation, findings) = allocate(
        &mut routing,
        &settings,
        (Certainty::All, std::slice::from_ref(&error)),
    );
    assert_eq!(
        shown(&allocation.lock),
        [
            "db/a:5432: 26000",
            "db/b:5432: 26001 released",
            "db/c:5432: 26002"
        ]
    );
    assert_eq!(codes(&findings), [Code::PORT_CONFLICT]);
    // What the configuration makes no error of is none.
    settings
        .levels
        .set(error.code, Level::At(Severity::Warning));
    let (allocation, findings) = allocate(&mut routing, &settings, (Certainty::All, &[error]));
    assert_eq!(findings, []);
    assert_eq!(
        shown(&allocation.lock),
        [
            "db/b:5432: 26001 released",
            "db/c:5432: 26002",
            "db/d:5432: 26000"
        ]
    );
}

#[test]
fn unread_input_gives_nothing_new_at_any_level() {
    let lock = "db/a:5432: 26000\ndb/b:5432: 26001 released\ndb/c:5432: 26002\n";
    for level in [
        Level::At(Severity::Error),
        Level::At(Severity::Info),
        Level::Off,
    ] {
        let unread = Finding::new(Code::YAML_PARSE_ERROR, "x");
        let mut settings = settings("26000-26009", lock);
        settings.levels.set(unread.code, level);
        let mut routing = Routing {
            tcp: vec![
                listener("b", Wanted::Pool, 1),
                listener("c", Wanted::Pool, 2),
                listener("d", fixed(26000), 3),
                listener("e", Wanted::Pool, 4),
                listener("f", fixed(26003), 5),
            ],
            ..Routing::default()
        };
        let (allocation, findings) = allocate(&mut routing, &settings, (Certainty::All, &[unread]));
        assert_eq!(codes(&findings), [Code::PORT_WITHHELD, Code::PORT_CONFLICT]);
        assert_eq!(findings[0].labels.len(), 2, "of b and of e");
        let states: Vec<State> = allocation.places.iter().map(|it| it.state).collect();
        assert_eq!(
            states,
            [
                State::Missing,
                State::Allocated,
                State::Conflict,
                State::Missing,
                State::Fixed
            ]
        );
        let kept: Vec<String> = lock.lines().map(str::to_owned).collect();
        assert_eq!(shown(&allocation.lock)[..3], kept);
        assert_eq!(shown(&allocation.lock)[3..], ["db/f:5432: 26003"]);
    }
}

#[test]
fn ports_that_objects_name_are_for_nobody_else() {
    let asked = |number: u16| TcpAsked {
        port: Sourced::new(port(number), at(70)),
        by: "ConfigMap db/tcp".to_owned(),
    };
    let mut settings = settings("26000-26009", "db/a:5432: 26000\n");
    let answered = Wanted::Port(Sourced::new(port(26002), at(60)));
    let answered = TcpListener::new("ConfigMap db/tcp", answered, Target::Closed, at(60));
    let all = vec![
        listener("a", Wanted::Pool, 1),
        listener("b", Wanted::Pool, 2),
        listener("c", fixed(26001), 3),
        answered,
    ];
    for (known, wrong, c) in [
        (Certainty::All, vec![], Some(26001)),
        (Certainty::Doubtful, vec![Code::PORT_CONFLICT], None),
    ] {
        let mut routing = Routing {
            tcp: all.clone(),
            tcp_asked: vec![asked(26000), asked(26001), asked(26002)],
            ..Routing::default()
        };
        settings.known = known;
        let (_, findings) = allocate(&mut routing, &settings, (Certainty::All, &[]));
        assert_eq!(codes(&findings), wrong);
        let ports = routing.tcp.iter();
        let ports: Vec<_> = ports
            .map(|it| it.binds.first().map(|it| it.port()))
            .collect();
        assert_eq!(
            ports,
            [Some(26000), Some(26003), c, Some(26002)],
            "{known:?}"
        );
    }
}

#[test]
fn who_cannot_move_keeps_its_port_from_others() {
    let lock = "db/a:5432: 26000\ndb/c:5432: 26002\ndb/d:5432: 26004\n";
    let listeners = || {
        vec![
            listener("a", fixed(26004), 1),
            listener("c", fixed(26000), 2),
            listener("d", Wanted::Pool, 3),
            listener("e", fixed(26002), 4),
        ]
    };
    let (ports, allocation, findings) = run(&settings("26000-26009", lock), listeners());
    assert_eq!(ports, [None, None, Some(26004), None]);
    assert_eq!(codes(&findings), [Code::PORT_CONFLICT; 3]);
    assert_eq!(allocation.changes, [], "c waits for a, and e for c");
    let around = vec![
        listener("a", fixed(26002), 1),
        listener("c", fixed(26004), 2),
        listener("d", fixed(26000), 3),
    ];
    let (ports, _, findings) = run(&settings("26000-26009", lock), around);
    assert_eq!(ports, [26002, 26004, 26000].map(Some), "all at once");
    assert_eq!(findings, []);
}

#[test]
fn a_port_is_not_live_and_released_under_errors() {
    let settings = Settings {
        known: Certainty::Doubtful,
        ..settings("26000-26009", "db/x:5432: 26001 released\n")
    };
    let (ports, allocation, _) = run(&settings, vec![listener("a", fixed(26001), 1)]);
    assert_eq!(ports, [Some(26001)]);
    assert_eq!(shown(&allocation.lock), ["db/a:5432: 26001"]);
}

#[test]
fn who_has_a_port_in_the_lock_keeps_it() {
    let held = settings("26000-26009", "db/z:5432: 26735\n");
    let (ports, allocation, findings) = run(
        &held,
        vec![
            listener("a", fixed(26735), 1),
            listener("z", Wanted::Pool, 2),
        ],
    );
    assert_eq!(ports, [None, Some(26735)]);
    assert_eq!(codes(&findings), [Code::PORT_CONFLICT]);
    assert_eq!(shown(&allocation.lock), ["db/z:5432: 26735"]);
    let (ports, allocation, findings) = run(
        &held,
        vec![
            listener("a", fixed(26000), 1),
            listener("z", fixed(26001), 2),
        ],
    );
    assert_eq!((ports, findings), (vec![Some(26000), Some(26001)], vec![]));
    assert_eq!(summary(&allocation.changes), "1 allocated, 1 moved");
    let (ports, allocation, findings) = run(
        &held,
        vec![
            listener("a", fixed(26735), 1),
            listener("b", fixed(5432), 2),
            listener("z", fixed(5432), 3),
        ],
    );
    assert_eq!(ports, [None, Some(5432), None]);
    assert_eq!(codes(&findings), [Code::PORT_CONFLICT; 2]);
    assert_eq!(
        shown(&allocation.lock),
        ["db/b:5432: 5432", "db/z:5432: 26735"],
        "who cannot move keeps what it has"
    );
    let (ports, _, findings) = run(
        &held,
        vec![listener("a", fixed(5432), 1), listener("b", fixed(5432), 2)],
    );
    assert_eq!(ports, [Some(5432), None], "the first by name");
    assert_eq!(codes(&findings), [Code::PORT_CONFLICT]);
}

#[test]
fn listeners_of_the_host_keep_their_ports_where_they_are_bound() {
    let mut settings = settings("26000-26009", "db/a:5432: 80\n");
    settings.taken = vec![Taken {
        by: Taker::Http,
        bind: BindAddress::parse(":80").expect("legal"),
        origin: None,
    }];
    let (ports, ..) = run(&settings, vec![listener("a", Wanted::Pool, 1)]);
    assert_eq!(ports, [Some(80)], "nothing is served by HTTP");
    let mut routing = Routing {
        tcp: vec![listener("a", Wanted::Pool, 1)],
        ..Routing::default()
    };
    routing.listeners.http = vec![settings.taken[0].bind];
    let (allocation, findings) = allocate(&mut routing, &settings, (Certainty::All, &[]));
    assert_eq!(codes(&findings), [Code::PORT_CONFLICT]);
    assert!(routing.tcp[0].binds.is_empty());
    assert_eq!(allocation.changes, []);
}

#[test]
fn two_addresses_are_two_places() {
    let mut settings = settings("26000-26009", "");
    settings.addresses = vec![
        "10.0.0.5".parse().expect("an address"),
        "::1".parse().expect("one"),
    ];
    settings.taken = vec![Taken {
        by: Taker::Metrics,
        bind: BindAddress::parse("127.0.0.1:5432").expect("legal"),
        origin: None,
    }];
    let mut routing = Routing {
        tcp: vec![listener("a", fixed(5432), 1)],
        ..Routing::default()
    };
    let (_, findings) = allocate(&mut routing, &settings, (Certainty::All, &[]));
    assert_eq!(findings, []);
    let binds: Vec<String> = routing.tcp[0]
        .binds
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(binds, ["10.0.0.5:5432", "[::1]:5432"]);
    assert_eq!(routing.tcp[0].name, ListenerName::of_port(port(5432)));
}

#[test]
fn ports_outside_of_a_configured_pool_are_told() {
    let mut settings = settings("27000-27009", "db/a:5432: 26000\ndb/b:5432: 27001\n");
    let all = || {
        vec![
            listener("a", Wanted::Pool, 1),
            listener("b", Wanted::Pool, 2),
            listener("c", fixed(26735), 3),
        ]
    };
    let (ports, _, findings) = run(&settings, all());
    assert_eq!(
        (ports.len(), findings),
        (3, vec![]),
        "nobody said which ports are to be open"
    );
    settings.pool_origin = Some(at(90));
    let (ports, allocation, findings) = run(&settings, all());
    assert_eq!(ports, [26000, 27001, 26735].map(Some));
    assert_eq!(codes(&findings), [Code::PORT_OUTSIDE_POOL; 2]);
    assert!(findings.iter().all(|finding| finding.labels.len() == 2));
    let outside: Vec<bool> = allocation
        .places
        .iter()
        .map(|place| place.outside)
        .collect();
    assert_eq!(outside, [true, false, true]);
}

#[test]
fn an_unusable_lock_gives_nothing_new() {
    let settings = settings("26000-26009", "db/a:5432: 26000\nwhat\n");
    let (ports, ..) = run(
        &settings,
        vec![
            listener("a", Wanted::Pool, 1),
            listener("b", Wanted::Pool, 2),
        ],
    );
    assert_eq!(ports, [Some(26000), None]);
}

#[test]
fn a_change_is_told_as_it_was_asked_for() {
    let lock = "db/a:5432: 26000\n";
    let listeners = || vec![listener("b", Wanted::Pool, 1)];
    for (on_change, told, bound) in [
        (OnChange::Write, None, Some(26001)),
        (OnChange::Tell, Some(Severity::Info), Some(26001)),
        (OnChange::Refuse, Some(Severity::Error), None),
    ] {
        let settings = Settings {
            on_change,
            ..settings("26000-26009", lock)
        };
        let (ports, _, findings) = run(&settings, listeners());
        assert_eq!(findings.first().map(|finding| finding.severity), told);
        assert_eq!(ports, [bound]);
        assert!(findings.iter().all(|finding| finding.labels.len() == 2));
    }
}

#[test]
fn twenty_thousand_ports_are_given_in_a_moment() {
    let text = (0..20_000u16).fold(String::new(), |text, number| {
        text + &format!("db/s{number:05}:5432: {}\n", number + 1_000)
    });
    let settings = settings("1000-32000", &text);
    let names = (10_000..30_000).map(|number| format!("s{number:05}"));
    let listeners = names.map(|name| listener(&name, Wanted::Pool, 1)).collect();
    let (ports, allocation, findings) = run(&settings, listeners);
    assert_eq!(findings, []);
    assert_eq!(
        ports.iter().flatten().collect::<BTreeSet<_>>().len(),
        20_000
    );
    assert_eq!(
        summary(&allocation.changes),
        "10000 allocated, 10000 released"
    );
    assert_eq!(ports[19_999], Some(30_999));
}

#[test]
fn ports_of_outgoing_connections_are_told_once_a_pool_and_at_what_is_fixed() {
    let mut settings = settings("32000-32999", "");
    settings.pool_origin = Some(at(50));
    let binds = [32_700, 40_000, 60_999, 61_000].map(|number| {
        let bind = BindAddress::Any(port(number));
        Sourced::new(bind, at(usize::from(number)))
    });
    let mut own = listener("own", Wanted::Binds(binds.to_vec()), 1);
    own.key = None;
    let listeners = vec![
        listener("a", Wanted::Pool, 2),
        listener("in-pool", fixed(32_800), 3),
        listener("beyond", fixed(32_768 + 10_000), 4),
        own,
    ];
    let (_, _, mut findings) = run(&settings, listeners);
    findings.retain(|finding| finding.code == Code::EPHEMERAL_PORT);
    let places: Vec<_> = findings.iter().map(Finding::origin).collect();
    let expected = [at(50), at(99), at(40_000), at(60_999)];
    assert_eq!(places, expected.map(Some));
    let help = findings[0].help.as_deref().unwrap_or_default();
    assert!(
        help.contains("ip_local_reserved_ports=32768-32999`"),
        "{help}"
    );
}

#[test]
fn ports_outside_the_range_of_outgoing_connections_are_nobodys_trouble() {
    let mut settings = settings("32000-32767", "");
    settings.pool_origin = Some(at(50));
    let exposed = || vec![listener("a", Wanted::Pool, 1)];
    assert_eq!(codes(&run(&settings, exposed()).2), []);
    settings.pool = PortRange::parse("32000-32768");
    assert_eq!(codes(&run(&settings, exposed()).2), [Code::EPHEMERAL_PORT]);
    assert_eq!(codes(&run(&settings, Vec::new()).2), []);
}

#[test]
fn a_port_of_the_lock_from_the_time_of_another_pool_is_told_at_its_line() {
    let mut settings = settings("26000-26999", "db/a:5432: 40000\n");
    settings.pool_origin = Some(at(50));
    let (_, _, findings) = run(&settings, vec![listener("a", Wanted::Pool, 1)]);
    let line = settings.lock.live[&key("a")].origin;
    let told: Vec<_> = findings.iter().map(|it| (it.code, it.origin())).collect();
    let expected = [Code::PORT_OUTSIDE_POOL, Code::EPHEMERAL_PORT];
    assert_eq!(told, expected.map(|code| (code, line)));
}
