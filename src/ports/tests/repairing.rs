//! The lock after a merge: who keeps a port, and who moves.

use super::*;

fn repaired(text: &str, ages: &[(&str, i64)]) -> Repaired {
    let taken = [port(26001)].into();
    let known = Known {
        taken,
        ..Known::default()
    };
    with(text, ages, &known)
}

fn with(text: &str, ages: &[(&str, i64)], known: &Known) -> Repaired {
    let mut sources = Sources::default();
    let file = sources.add(File::new("ports.lock", text).kind(FileKind::Lock));
    let pool = PortRange::parse("26000-26009").expect("a pool");
    let age = |_: u32, key: &PortKey, _: Port| {
        let known = ages.iter().find(|(name, _)| *name == key.service);
        known.map_or(Age::Unknown, |(_, age)| Age::At(*age))
    };
    repair(&sources, file, pool, known, &age).expect("repairable")
}

fn moved(repaired: &Repaired) -> Vec<(&str, u16, u16, Because)> {
    let moved = repaired.moved.iter();
    moved
        .map(|one| {
            (
                one.key.service.as_str(),
                one.from.get(),
                one.to.get(),
                one.because,
            )
        })
        .collect()
}

#[test]
fn the_older_one_keeps_the_port() {
    let text = "db/a:5432: 26000\ndb/b:5432: 26000\ndb/c:5432: 26002 released\n";
    let by_age = repaired(text, &[("a", 9), ("b", 5)]);
    assert_eq!(moved(&by_age), [("a", 26000, 26003, Because::Older)]);
    assert_eq!(
        shown(&by_age.lock),
        [
            "db/a:5432: 26003",
            "db/b:5432: 26000",
            "db/c:5432: 26002 released"
        ]
    );
    let unknown = repaired(text, &[]);
    assert_eq!(moved(&unknown), [("b", 26000, 26003, Because::First)]);
}

#[test]
fn both_sides_of_a_conflict_are_taken_and_what_was_before_is_not() {
    let text = "# mine\n<<<<<<< HEAD\ndb/a:5432: 26000\n||||||| base\ndb/x:5432: 26005\n=======\n\
                db/b:5432: 26000\ndb/y:5432: 26006 released\n>>>>>>> branch\ndb/y:5432: 26006\n";
    let repaired = repaired(text, &[("a", 1), ("b", 2)]);
    assert_eq!(moved(&repaired), [("b", 26000, 26002, Because::Older)]);
    assert_eq!(
        shown(&repaired.lock),
        ["db/a:5432: 26000", "db/b:5432: 26002", "db/y:5432: 26006"]
    );
    assert_eq!(repaired.lock.head, ["# mine"]);
    assert!(repaired.conflict);
    let holder = key("y");
    let dropped = Dropped {
        key: key("y"),
        port: port(26006),
        holder,
    };
    assert_eq!(repaired.dropped, [dropped], "never in silence");
}

#[test]
fn a_released_port_that_somebody_has_is_dropped_and_told() {
    let repaired = repaired("db/a:5432: 26000 released\ndb/b:5432: 26000\n", &[]);
    assert_eq!(shown(&repaired.lock), ["db/b:5432: 26000"]);
    let dropped = Dropped {
        key: key("a"),
        port: port(26000),
        holder: key("b"),
    };
    assert_eq!(repaired.dropped, [dropped]);
}

#[test]
fn what_the_manifests_name_is_not_handed_out_and_what_they_fix_is_taken() {
    let text = "db/a:5432: 26000\ndb/b:5432: 26000\ndb/c:5432: 26000\n";
    let mut known = Known {
        taken: [port(26001), port(26002)].into(),
        fixed: [(key("x"), port(26003)), (key("c"), port(30735))].into(),
        exposed: None,
    };
    let repaired = with(text, &[], &known);
    let expected = [
        ("b", 26000, 26004, Because::First),
        ("c", 26000, 30735, Because::First),
    ];
    assert_eq!(moved(&repaired), expected);
    known.taken.insert(port(30735));
    assert_eq!(moved(&with(text, &[], &known))[1].2, 26005, "it is taken");
    known.exposed = Some([key("c")].into());
    let repaired = with(text, &[("c", 9), ("a", 1), ("b", 2)], &known);
    let expected = [
        ("a", 26000, 26004, Because::Exposed),
        ("b", 26000, 26005, Because::Exposed),
    ];
    assert_eq!(moved(&repaired), expected);
}

#[test]
fn the_manifests_tell_whether_a_port_is_released() {
    let text = "db/a:5432: 26000\ndb/a:5432: 26000 released\ndb/b:5432: 26002\ndb/b:5432: 26002 released\n";
    let known = Known {
        exposed: Some([key("a")].into()),
        ..Known::default()
    };
    assert_eq!(
        shown(&with(text, &[], &known).lock),
        ["db/a:5432: 26000", "db/b:5432: 26002 released"]
    );
    assert_eq!(
        shown(&with(text, &[], &Known::default()).lock),
        ["db/a:5432: 26000", "db/b:5432: 26002"]
    );
}

#[test]
fn of_two_entries_for_one_service_port_the_older_one_stays() {
    let text = "db/a:5432: 26000\ndb/a:5432: 26002\n";
    let repaired = repaired(text, &[]);
    assert_eq!(
        shown(&repaired.lock),
        ["db/a:5432: 26000", "db/a:5432: 26002 released"]
    );
    assert_eq!(repaired.released, [(key("a"), port(26002))]);
    let known = Known {
        fixed: [(key("a"), port(26002))].into(),
        ..Known::default()
    };
    assert_eq!(
        shown(&with(text, &[], &known).lock),
        ["db/a:5432: 26002", "db/a:5432: 26000 released"],
        "the annotation counts"
    );
    let text = "db/a:5432: 26000\ndb/a:5432: 26002\ndb/b:5432: 26002\n";
    let repaired = with(text, &[], &Known::default());
    assert_eq!(
        shown(&repaired.lock),
        ["db/a:5432: 26000", "db/b:5432: 26002"],
        "what another one has is not kept back"
    );
    assert_eq!(repaired.dropped.len(), 1);
}

#[test]
fn what_is_no_entry_or_has_no_room_is_refused() {
    let mut sources = Sources::default();
    let file = sources.add(File::new("a", "db/a:5432: 26000\nx\n"));
    let pool = PortRange::parse("26000").expect("a pool");
    let known = Known::default();
    let refused = repair(&sources, file, pool, &known, &|_, _, _| Age::Unknown);
    assert!(matches!(refused, Err(Unrepairable::Wrong(wrong)) if wrong.len() == 1));
    let file = sources.add(File::new("b", "db/a:5432: 26000\ndb/b:5432: 26000\n"));
    let refused = repair(&sources, file, pool, &known, &|_, _, _| Age::Unknown);
    assert!(matches!(refused, Err(Unrepairable::Exhausted)));
}
