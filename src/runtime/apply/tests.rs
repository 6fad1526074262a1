use super::super::testing::Fake;
use super::super::{Address, Client};
use super::*;
use crate::ir::HaproxyVersion;
use crate::plan::{Change, ChangeKind, ReadBack, VERSION, Verdict};

const DRAIN: Drain = Drain {
    patience: Duration::from_millis(250),
    shut_down: false,
};

fn plan(version: &str, steps: &[Vec<Step>]) -> Plan {
    let change = |steps: &Vec<Step>| Change {
        kind: ChangeKind::SettingChanged,
        place: String::new(),
        what: String::new(),
        origin: None,
        lines: Vec::new(),
        verdict: Verdict::Runtime,
        reason: None,
        steps: steps.clone(),
    };
    Plan {
        target: HaproxyVersion::parse(version).expect("known"),
        changes: steps.iter().map(change).collect(),
    }
}

fn task(plan: &Plan, drain: Drain) -> Task<'_> {
    Task {
        plan,
        left_over: &[],
        unfinished: &[],
        drain,
    }
}

fn left(name: &str, address: &str) -> LeftOver {
    LeftOver::Server {
        name: name.to_owned(),
        address: address.parse().ok(),
    }
}

fn silent(line: &str) -> Step {
    Step::new(Command::new(line), Answer::Silence)
}

fn deleting(line: &str) -> Step {
    Step::new(Command::new(line), Answer::Says("Server deleted.")).waiting()
}

/// Applies against a fake that answers from a table of beginnings; what is not in it is answered by silence.
fn run(
    plan: &Plan,
    drain: Drain,
    table: &'static [(&'static str, &'static str)],
) -> (Applied, Vec<String>) {
    let fake = Fake::new(move |heard| {
        let answer = table.iter().find(|(line, _)| heard.starts_with(line));
        let (_, answer) = answer.unwrap_or(&("", ""));
        format!("{answer}\n\n").into_bytes()
    });
    let client = Client::new(Address::Path(fake.path()));
    let applied = apply(&client, task(plan, drain), &mut |_| ());
    (applied, fake.heard())
}

#[test]
fn steps_are_sent_in_order_and_the_version_is_put_in() {
    let plan = plan(
        "3.0",
        &[
            vec![
                Step::new(Command::new("prepare map m"), Answer::Version),
                Step::new(
                    Command::with_payload(
                        format!("add map {VERSION} m"),
                        vec!["a b".into(), "c d e".into()],
                    ),
                    Answer::Silence,
                ),
                silent("commit map @VERSION m"),
            ],
            vec![silent("set map m a b")],
        ],
    );
    let (applied, heard) = run(&plan, DRAIN, &[("prepare map", "New version created: 17")]);
    assert_eq!(applied.refusal, None);
    assert_eq!(
        heard,
        [
            "prepare map m",
            "add map @17 m <<\na b\nc d e",
            "commit map @17 m",
            "set map m a b"
        ]
    );
    assert_eq!(applied.done.len(), 4);
}

#[test]
fn a_refusal_ends_the_run_and_aborts_what_is_open() {
    let abort = |line: &str| Command::new(line);
    let plan = plan(
        "3.0",
        &[
            vec![silent("one")],
            vec![
                silent("two").aborted_by(abort("abort two")),
                silent("three").aborted_by(abort("abort three")),
                silent("four"),
            ],
            vec![silent("five")],
        ],
    );
    let (applied, heard) = run(&plan, DRAIN, &[("three", "No such thing.")]);
    assert_eq!(applied.done, ["one", "two"]);
    let refusal = applied.refusal.expect("refused");
    assert_eq!(refusal.command, "three");
    assert_eq!(refusal.why, "HAProxy answered: No such thing.");
    assert_eq!(heard, ["one", "two", "three", "abort three", "abort two"]);
}

#[test]
fn what_was_answered_is_read_back() {
    let check = |has: &[&str], lacks: &[&str]| ReadBack {
        command: "show map m".into(),
        has: has.iter().map(|&text| text.into()).collect(),
        lacks: lacks.iter().map(|&text| text.into()).collect(),
    };
    let table = &[("show map m", "0x1 host.example /a\n0x2 other b")];
    for (check, why) in [
        (
            check(&["host.example /a", "other b"], &["host.example /"]),
            None,
        ),
        (
            check(&["host.example /"], &[]),
            Some("`show map m` does not show `host.example /`"),
        ),
        (
            check(&[], &["other"]),
            Some("`show map m` still shows `other`"),
        ),
    ] {
        let plan = plan("3.0", &[vec![silent("add map m x").checked(check)]]);
        let (applied, _) = run(&plan, DRAIN, table);
        let said = applied.refusal.map(|refusal| refusal.why);
        match (said, why) {
            (None, None) => {}
            (Some(said), Some(why)) => assert!(said.ends_with(why), "{said}"),
            (said, why) => panic!("{said:?} instead of {why:?}"),
        }
    }
}

#[test]
fn a_server_with_connections_is_asked_for_again() {
    let plan = plan(
        "3.0",
        &[vec![deleting("del server b/s")], vec![silent("last")]],
    );
    let busy = &[("del server", "Server still has connections attached to it")];
    let (applied, heard) = run(&plan, DRAIN, busy);
    assert_eq!(applied.refusal, None);
    assert_eq!(applied.lingering.len(), 1);
    // What stands behind it is done all the same.
    assert_eq!(applied.done, ["last"]);
    assert!(heard.len() > 3, "{heard:?}");
    assert!(!heard.iter().any(|line| line.starts_with('s')), "{heard:?}");

    let shut_down = Drain {
        shut_down: true,
        ..DRAIN
    };
    let mut ended = false;
    let fake = Fake::new(move |heard| {
        ended |= heard.starts_with("shutdown");
        match (heard.starts_with("del"), ended) {
            (true, false) => b"Server still has connections attached to it\n\n".to_vec(),
            (true, true) => b"Server deleted.\n\n".to_vec(),
            (false, _) => b"\n".to_vec(),
        }
    });
    let client = Client::new(Address::Path(fake.path()));
    let applied = apply(&client, task(&plan, shut_down), &mut |_| ());
    assert_eq!((applied.refusal, applied.lingering), (None, Vec::new()));
    let ends = "shutdown sessions server b/s".to_owned();
    assert_eq!(fake.heard().iter().filter(|line| **line == ends).count(), 1);
}

#[test]
fn idle_connections_of_the_oldest_version_are_closed_before_it_is_asked_again() {
    let plan = plan("2.6", &[vec![deleting("del server b/s")]]);
    let mut quiet = false;
    let fake = Fake::new(move |heard| {
        quiet |= heard == "set server b/s state drain;disable server b/s";
        match (heard.starts_with("del"), quiet) {
            (true, false) => b"Server still has connections attached to it\n".to_vec(),
            (true, true) => b"Server deleted.\n".to_vec(),
            (false, _) => b"\n\n".to_vec(),
        }
    });
    let client = Client::new(Address::Path(fake.path()));
    let applied = apply(&client, task(&plan, DRAIN), &mut |_| ());
    assert_eq!(applied.done, ["del server b/s"]);
}

#[test]
fn another_refusal_is_none_that_passes() {
    let plan = plan("2.6", &[vec![deleting("del server b/s")]]);
    let (applied, heard) = run(&plan, DRAIN, &[("del server", "No such server.")]);
    assert!(applied.refusal.is_some());
    assert_eq!(heard.len(), 1);
}

#[test]
fn what_an_earlier_run_left_goes_first() {
    let plan = plan("3.0", &[vec![silent("add server b/s")]]);
    let fake = Fake::new(|heard| {
        let deleted = heard.starts_with("del");
        if deleted {
            b"Server deleted.\n\n".to_vec()
        } else {
            b"\n".to_vec()
        }
    });
    let client = Client::new(Address::Path(fake.path()));
    let mut told = Vec::new();
    let task = Task {
        left_over: &[left("b/old", "10.0.0.1:80")],
        ..task(&plan, DRAIN)
    };
    let applied = apply(&client, task, &mut |what| {
        if let Told::Sends(line) = what {
            told.push(line.to_owned());
        }
    });
    assert_eq!(applied.done, told);
    assert_eq!(told, ["del server b/old", "add server b/s"]);
    assert_eq!(applied.of, 2);
}

#[test]
fn what_comes_back_is_taken_into_service_again() {
    let adding = vec![
        silent("add server b/s 10.0.0.1:80 check weight 7"),
        silent("enable health b/s"),
        silent("enable server b/s"),
    ];
    let plan = plan("3.0", &[adding]);
    let run = |left: LeftOver, drain| {
        let fake = Fake::new(|heard| {
            let busy = heard.starts_with("del");
            if busy {
                b"Server still has connections attached to it\n\n".to_vec()
            } else {
                b"\n".to_vec()
            }
        });
        let client = Client::new(Address::Path(fake.path()));
        let task = Task {
            left_over: &[left],
            ..task(&plan, drain)
        };
        apply(&client, task, &mut |_| ())
    };
    let applied = run(left("b/s", "10.0.0.1:80"), DRAIN);
    assert_eq!(
        applied.done,
        [
            "set server b/s weight 7",
            "enable health b/s",
            "enable server b/s"
        ]
    );
    // At another address, it is another server, and the old one has to go first.
    let applied = run(left("b/s", "10.0.0.2:80"), DRAIN);
    assert!(applied.done.is_empty());
    assert!(applied.refusal.is_some(), "{applied:?}");
}

#[test]
fn what_an_earlier_run_did_not_come_to_is_done() {
    let plan = plan("3.4", &[]);
    let out = |name: &str, state| OutOfService {
        name: name.to_owned(),
        state,
        is_unfinished: true,
    };
    let fake = Fake::new(|heard| {
        if heard.starts_with("publish") {
            b"Backend published.\n\n".to_vec()
        } else {
            b"\n".to_vec()
        }
    });
    let client = Client::new(Address::Path(fake.path()));
    let task = Task {
        unfinished: &[out("b", "unpublished"), out("b/s", "maintenance")],
        ..task(&plan, DRAIN)
    };
    let applied = apply(&client, task, &mut |_| ());
    assert_eq!(
        applied.done,
        [
            "publish backend b",
            "enable health b/s",
            "set server b/s state ready"
        ]
    );
    assert_eq!(applied.of, 3);
}

#[test]
fn all_that_goes_is_waited_for_at_the_same_time() {
    let going = |n: usize| {
        vec![
            silent(&format!("disable server b/{n}")),
            deleting(&format!("del server b/{n}")),
        ]
    };
    let changes: Vec<Vec<Step>> = (0..20).map(going).collect();
    let plan = plan("3.0", &changes);
    let fake = Fake::new(|heard| {
        if heard.starts_with("del") {
            b"Server still has connections attached to it\n\n".to_vec()
        } else {
            b"\n".to_vec()
        }
    });
    let client = Client::new(Address::Path(fake.path()));
    let begun = now();
    let mut waits = Vec::new();
    let applied = apply(&client, task(&plan, DRAIN), &mut |told| {
        if let Told::Waits(going, patience) = told {
            waits.push((going, patience));
        }
    });
    assert!(begun.elapsed() < DRAIN.patience * 8);
    assert_eq!(applied.lingering.len(), 20);
    assert_eq!(waits, [(20, DRAIN.patience)]);
    let heard = fake.heard();
    assert!(
        heard[..20].iter().all(|line| line.starts_with("disable")),
        "{heard:?}"
    );
}

#[test]
fn a_socket_that_fails_tells_what_was_done() {
    let fake = Fake::new(|heard| match heard {
        "one" => b"\n".to_vec(),
        _ => Vec::new(),
    });
    let plan = plan(
        "3.0",
        &[vec![silent("one"), silent("two"), silent("three")]],
    );
    let client = Client::new(Address::Path(fake.path()));
    let applied = apply(&client, task(&plan, DRAIN), &mut |_| ());
    assert_eq!(applied.done, ["one"]);
    assert_eq!(
        applied.failure.map(|error| error.to_string()).as_deref(),
        Some("`two`: the connection was closed without an answer")
    );
}
