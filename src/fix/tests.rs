use super::*;
use crate::finding::Fix;
use crate::source::{File, FileKind};

/// Reports each `old` that stands in a manifest, with the fix that `mend` makes for its place.
fn judge(sources: &Sources, old: &str, mend: &dyn Fn(Origin) -> Fix) -> Vec<Finding> {
    let mut found = Vec::new();
    for (id, file) in sources.iter() {
        for (at, _) in file.text.match_indices(old) {
            let origin = Origin::new(id, at..at + old.len());
            let finding = Finding::new(Code::INVALID_VALUE, "old").at(origin);
            found.push(finding.fix(mend(origin)));
        }
    }
    found
}

fn run(sources: Sources, most: Safety, rule: &dyn Fn(&Sources) -> Vec<Finding>) -> Outcome {
    let mut verdict = |sources: &Sources| {
        let found = rule(sources);
        Verdict::new(&found.clone(), found, sources)
    };
    let first = verdict(&sources);
    fix(sources, first, most, &mut verdict)
}

fn files(texts: &[&str]) -> Sources {
    let mut sources = Sources::default();
    for (number, text) in texts.iter().enumerate() {
        sources.add(File::new(format!("{number}.yaml"), *text));
    }
    sources
}

fn texts(outcome: &Outcome) -> Vec<&str> {
    let files = outcome.sources.iter();
    files.map(|(_, file)| file.text.as_str()).collect()
}

fn to_new(origin: Origin) -> Fix {
    Fix::safe("write `new`").replace(origin, "new")
}

#[test]
fn every_place_is_mended_and_counted() {
    let sources = files(&["a: old\nb: old\n", "c: 1\n", "d: [old, old]\n"]);
    let outcome = run(sources, Safety::Safe, &|it| judge(it, "old", &to_new));
    assert_eq!(
        texts(&outcome),
        ["a: new\nb: new\n", "c: 1\n", "d: [new, new]\n"]
    );
    assert_eq!((outcome.fixed, outcome.changed.len()), (4, 2));
    assert!(outcome.refused.is_empty());
}

#[test]
fn whoever_overlaps_waits_for_the_next_round() {
    // The second finding covers the first; when it is looked at again, its place has moved.
    let rule = |sources: &Sources| {
        let mut found = judge(sources, "old", &to_new);
        found.extend(judge(sources, "a: old", &|origin| {
            Fix::safe("x").replace(origin, "b: old")
        }));
        found.extend(judge(sources, "a: new", &|origin| {
            Fix::safe("x").replace(origin, "longer: new")
        }));
        found
    };
    let outcome = run(files(&["a: old\na: old\n"]), Safety::Safe, &rule);
    assert_eq!(texts(&outcome), ["longer: new\nlonger: new\n"]);
    assert_eq!(outcome.fixed, 4);
}

#[test]
fn a_fix_that_never_ends_is_stopped() {
    let rule = |sources: &Sources| {
        judge(sources, "x", &|origin| {
            Fix::safe("say more").replace(origin, "xy")
        })
    };
    let outcome = run(files(&["x\n"]), Safety::Safe, &rule);
    assert_eq!(outcome.fixed, ROUNDS);
}

#[test]
fn what_somebody_has_to_look_at_is_left_and_counted() {
    let rule = |sources: &Sources| {
        judge(sources, "old", &|origin| {
            Fix::needs_a_look("write `new`").replace(origin, "new")
        })
    };
    let outcome = run(files(&["a: old\n"]), Safety::Safe, &rule);
    assert_eq!((outcome.fixed, outcome.unsafe_left), (0, 1));
    assert_eq!(texts(&outcome), ["a: old\n"]);
    let outcome = run(files(&["a: old\n"]), Safety::Unsafe, &rule);
    assert_eq!((outcome.fixed, outcome.unsafe_left), (1, 0));
}

#[test]
fn only_the_fix_that_makes_it_worse_is_taken_back() {
    let text = (0..9).fold(String::new(), |text, number| {
        text + &format!("k{number}: old\n")
    });
    let rule = |sources: &Sources| {
        let mut found = judge(sources, "old", &to_new);
        found.extend(judge(sources, "k4: new", &|origin| {
            Fix::safe("x").remove(origin)
        }));
        for finding in &mut found {
            if finding.labels[0].origin.end - finding.labels[0].origin.start > 3 {
                finding.code = Code::WRONG_TYPE;
                finding.fix = None;
            }
        }
        found
    };
    let outcome = run(files(&[&text]), Safety::Safe, &rule);
    assert_eq!(outcome.fixed, 8);
    let kept: Vec<_> = texts(&outcome)[0]
        .lines()
        .filter(|it| it.contains("old"))
        .collect();
    assert_eq!(kept, ["k4: old"]);
    let why = outcome.refused.iter().map(|it| it.why.clone());
    let worse = Why::Worse(Code::WRONG_TYPE, "0.yaml".to_owned());
    assert_eq!(why.collect::<Vec<_>>(), [worse]);
}

/// A rule that looks for `old`, and looks for `bad`, with labels on both, only where there is no `old` any more.
fn two_stages(sources: &Sources, object: &'static str, label: &str) -> Vec<Finding> {
    let mut found = judge(sources, "old", &to_new);
    if found.is_empty() {
        found.extend(judge(sources, "bad", &to_new).into_iter().map(|mut it| {
            it.code = Code::WRONG_TYPE;
            it.fix = None;
            it.object(object)
        }));
        for finding in &mut found {
            let second = judge(sources, label, &to_new);
            finding.labels.extend(second[0].labels.clone());
        }
        return found;
    }
    found.into_iter().map(|it| it.object("A a/a")).collect()
}

#[test]
fn a_mistake_that_the_error_hid_is_none_of_the_fix() {
    let text = "x: old\ny: bad\nz: other\n";
    let fixed = |object, label| {
        let rule = |sources: &Sources| two_stages(sources, object, label);
        run(files(&[text]), Safety::Safe, &rule).fixed
    };
    assert_eq!(fixed("A a/a", "other"), 1);
    // Another object was not hidden by the error of this one.
    assert_eq!(fixed("B b/b", "other"), 0);
    // The new text is among what is blamed.
    assert_eq!(fixed("A a/a", "new"), 0);
    assert_eq!(fixed("A a/a", "x: "), 0);
}

#[test]
fn a_warning_hides_nothing() {
    let rule = |sources: &Sources| {
        let found = two_stages(sources, "A a/a", "other").into_iter();
        found.map(|it| it.severity(Severity::Warning)).collect()
    };
    let outcome = run(files(&["x: old\ny: bad\nz: other\n"]), Safety::Safe, &rule);
    assert_eq!(outcome.fixed, 0);
}

#[test]
fn values_that_aliases_name_are_left_alone() {
    let text = "a: &x old\nb: *x\nc: &y old\nd: &z {e: old}\nf: {<<: *z}\ng: old\n";
    let outcome = run(files(&[text]), Safety::Safe, &|it| {
        judge(it, "old", &to_new)
    });
    let expected = "a: &x old\nb: *x\nc: &y new\nd: &z {e: old}\nf: {<<: *z}\ng: new\n";
    assert_eq!(texts(&outcome), [expected]);
    let why: Vec<_> = outcome.refused.iter().map(|it| &it.why).collect();
    assert_eq!(why, [&Why::Shared, &Why::Shared]);
}

#[test]
fn other_files_and_edits_that_cannot_be_are_refused() {
    let mut sources = files(&["a: old\n"]);
    sources.add(File::new("ingressc.yaml", "b: old\n").kind(FileKind::Config));
    let outcome = run(sources, Safety::Safe, &|it| judge(it, "old", &to_new));
    assert_eq!(texts(&outcome), ["a: new\n", "b: old\n"]);
    assert_eq!(outcome.refused[0].why, Why::NoManifest);
    for mend in [
        &(|origin: Origin| Fix::safe("x").replace(origin, "old")) as &dyn Fn(Origin) -> Fix,
        &|origin| Fix::safe("x").replace(origin, "a").replace(origin, "b"),
        &|origin| Fix::safe("x").remove(Origin { end: 99, ..origin }),
        &|_| Fix::safe("x"),
    ] {
        let outcome = run(files(&["a: old\n"]), Safety::Safe, &|it| {
            judge(it, "old", mend)
        });
        assert_eq!(texts(&outcome), ["a: old\n"]);
        assert_eq!(outcome.refused[0].why, Why::Unusable);
    }
}

#[test]
fn a_file_of_several_clusters_is_one_file() {
    let mut sources = Sources::default();
    for cluster in 0..2 {
        sources.add(File::new("a.yaml", "a: old\n").cluster(cluster));
    }
    let outcome = run(sources, Safety::Safe, &|it| judge(it, "old", &to_new));
    assert_eq!(texts(&outcome), ["a: new\n", "a: new\n"]);
    assert_eq!((outcome.fixed, outcome.changed.len()), (1, 1));
}
