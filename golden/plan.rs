//! Plans for random pairs of bundles, and for pairs of cases: nothing that differs is left out, and commands lead from one to the
//! other without a moment that is neither.

use std::collections::{BTreeMap, BTreeSet};

use ingressc::emit::{self, Bundle, CONFIG, INDEX};
use ingressc::ir::{HaproxyVersion, HostId};
use ingressc::plan::{self, Command, Plan, Sending, Verdict};

use crate::cases::{each, folders, name};
use crate::oracle::Rule;
use crate::pipeline;
use crate::random::{self, Dice};

/// So many pairs, each asked so many requests before each command.
const PAIRS: u64 = 300;
const REQUESTS: usize = 40;

fn versions() -> impl Iterator<Item = HaproxyVersion> {
    ["2.6", "3.0", "3.2", "3.4"]
        .into_iter()
        .filter_map(HaproxyVersion::parse)
}

/// What a running HAProxy has read of the maps: entries by file.
type Memory = BTreeMap<String, BTreeMap<String, String>>;

fn memory(bundle: &Bundle) -> Memory {
    let maps = bundle
        .files
        .iter()
        .filter(|(path, _)| path.starts_with("maps/"));
    maps.map(|(path, file)| {
        let text = String::from_utf8(file.bytes.clone()).expect("ASCII");
        let entries = text.lines().map(|line| {
            let (key, value) = line.split_once(' ').expect("an entry");
            (key.to_owned(), value.to_owned())
        });
        (path.clone(), entries.collect())
    })
    .collect()
}

/// Each entry of a command by itself, as HAProxy takes them: a request may come between two.
fn entries(command: &Command) -> Vec<Command> {
    if command.payload.is_empty() {
        return vec![command.clone()];
    }
    let lines = command.payload.iter();
    lines
        .map(|line| Command {
            payload: vec![line.clone()],
            ..command.clone()
        })
        .collect()
}

/// What HAProxy does with a command about a map; `Err` where it would refuse.
fn obey(command: &Command, memory: &mut Memory) -> Result<(), String> {
    let words: Vec<&str> = command.line.split(' ').collect();
    let refused = || format!("refused: {command:?}");
    match words[..] {
        ["add", "map", path] => {
            let map = memory.get_mut(path).ok_or_else(refused)?;
            for line in &command.payload {
                let (key, value) = line.split_once(' ').ok_or_else(refused)?;
                let old = map.insert(key.to_owned(), value.to_owned());
                old.map_or(Ok(()), |_| Err(refused()))?;
            }
            Ok(())
        }
        ["set", "map", path, key, value] => {
            let map = memory.get_mut(path).ok_or_else(refused)?;
            let key = key.replace("\\;", ";").replace("\\\\", "\\");
            let known = map.get_mut(&key).ok_or_else(refused)?;
            value.clone_into(known);
            Ok(())
        }
        ["del", "map", path, key] => {
            let map = memory.get_mut(path).ok_or_else(refused)?;
            let key = key.replace("\\;", ";").replace("\\\\", "\\");
            map.remove(&key).map(|_| ()).ok_or_else(refused)
        }
        _ => Ok(()),
    }
}

/// The section that a request goes to, as `haproxy.cfg` looks it up.
fn answer(memory: &Memory, host: &str, path: &str) -> Option<String> {
    let look = |file: &str, key: &str| memory.get(file).and_then(|map| map.get(key)).cloned();
    let parent = host.split_once('.').map(|(_, parent)| parent);
    let id = look("maps/host.map", host)
        .or_else(|| look("maps/wild.map", parent?))
        .unwrap_or_else(|| "h0".to_owned());
    let asked = format!("{id}{path}/?");
    let map = memory.get("maps/path.map")?;
    (1..=asked.len())
        .rev()
        .find_map(|end| map.get(asked.get(..end)?))
        .cloned()
}

/// The bundle of some rules, with ids that are the hosts' own, as the compiler has them.
fn bundle(rules: &[Rule]) -> Bundle {
    let mut routing = random::routing(rules, None);
    for host in &mut routing.hosts {
        let name = host.pattern.to_string();
        let digest = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        host.id = HostId::new(&format!("{digest:08x}")).expect("legal");
    }
    emit::emit(&routing, &random::sources(), &emit::Settings::default())
        .expect("the model is emitted")
}

/// Two sets of rules that share most of theirs.
fn pair(dice: &mut Dice) -> (Vec<Rule>, Vec<Rule>) {
    let all = random::rules(dice);
    let mut of = |all: &[Rule]| -> Vec<Rule> {
        let kept = all.iter().filter(|_| dice.roll(4) > 0);
        kept.cloned().collect()
    };
    let before = of(&all);
    let mut after = of(&all);
    if dice.roll(3) == 0 {
        // Other Services answer.
        dice.shuffle(&mut after);
    }
    (before, after)
}

#[test]
fn each_request_is_answered_as_before_or_as_after() {
    let seed = Dice::seed();
    let pairs: Vec<u64> = (0..PAIRS).map(|pair| seed + pair).collect();
    let commands = std::sync::atomic::AtomicUsize::new(0);
    each(&pairs, |&seed| {
        let mut dice = Dice::new(seed);
        let (before, after) = pair(&mut dice);
        let (from, to) = (bundle(&before), bundle(&after));
        let requests: Vec<(String, String)> = (0..REQUESTS)
            .map(|turn| {
                let rules = if turn % 2 == 0 { &before } else { &after };
                let host = random::host(&mut dice, rules).unwrap_or_default();
                (host.to_lowercase(), random::path(&mut dice, rules))
            })
            .collect();
        let mut complaints = Vec::new();
        let version = HaproxyVersion::OLDEST;
        let plan = plan::compare(&from, &to, version, Sending::Piped);
        let ends = (memory(&from), memory(&to));
        // A map that comes or goes does so with the line that reads it, and by a reload.
        if !ends.0.keys().eq(ends.1.keys()) {
            return complaints;
        }
        let mut now = ends.0.clone();
        for step in plan.steps() {
            for command in entries(&step.command) {
                if let Err(why) = obey(&command, &mut now) {
                    complaints.push(format!("INGRESSC_SEED={seed}: {why}"));
                }
                for (host, path) in &requests {
                    let found = answer(&now, host, path);
                    let known = [answer(&ends.0, host, path), answer(&ends.1, host, path)];
                    if !known.contains(&found) {
                        complaints.push(format!(
                            "INGRESSC_SEED={seed}: {host} {path} after {command:?}: {found:?} of {known:?}"
                        ));
                    }
                }
                commands.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
        if now != ends.1 {
            complaints.push(format!(
                "INGRESSC_SEED={seed}: {now:#?} instead of {:#?}",
                ends.1
            ));
        }
        complaints.truncate(3);
        complaints
    });
    let commands = commands.into_inner();
    assert!(commands > 1_000, "{commands}");
}

/// What differs between two bundles and no change names.
fn left_out(from: &Bundle, to: &Bundle, plan: &Plan) -> Vec<String> {
    let places: BTreeSet<&str> = plan
        .changes
        .iter()
        .map(|change| change.place.as_str())
        .collect();
    let paths: BTreeSet<&String> = from.files.keys().chain(to.files.keys()).collect();
    let differ = |path: &&&String| from.files.get(**path) != to.files.get(**path);
    let covered = |path: &str| match path {
        INDEX => true,
        // Its sections are the places.
        CONFIG => places
            .iter()
            .any(|place| *place == CONFIG || !paths.contains(&(*place).to_owned())),
        path => places.contains(path),
    };
    let paths_left = paths.iter().filter(differ).filter(|path| !covered(path));
    paths_left.map(|path| (*path).clone()).collect()
}

fn judge(from: &Bundle, to: &Bundle, what: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for version in versions() {
        for sending in [Sending::Piped, Sending::Answered] {
            let plan = plan::compare(from, to, version, sending);
            for path in left_out(from, to, &plan) {
                complaints.push(format!("{what}, {version}: nothing is said about {path}"));
            }
            for change in &plan.changes {
                let is_explained = change.verdict == Verdict::Runtime || change.reason.is_some();
                if !is_explained {
                    complaints.push(format!("{what}, {version}: no reason: {change:?}"));
                }
            }
            for step in plan.steps() {
                let wire = step.command.wire(Some("7"));
                // HAProxy 3.4 cuts what is longer, and says nothing.
                if wire.len() >= 16_384 || wire.trim_end().contains("\n\n") {
                    complaints.push(format!("{what}, {version}: too long, or two: {wire:?}"));
                }
            }
        }
        let same = plan::compare(to, to, version, Sending::Answered);
        if !same.changes.is_empty() {
            complaints.push(format!("{what}, {version}: to itself: {same:#?}"));
        }
    }
    complaints
}

#[test]
fn nothing_that_differs_between_random_bundles_is_left_out() {
    let seed = Dice::seed();
    let pairs: Vec<u64> = (0..PAIRS).map(|pair| seed + pair).collect();
    each(&pairs, |&seed| {
        let mut dice = Dice::new(seed);
        let (before, after) = pair(&mut dice);
        judge(
            &bundle(&before),
            &bundle(&after),
            &format!("INGRESSC_SEED={seed}"),
        )
    });
}

/// Each case beside the next two: bundles that have little in common.
#[test]
fn nothing_that_differs_between_cases_is_left_out() {
    let cases = folders();
    let bundles: BTreeMap<usize, Bundle> = cases
        .iter()
        .enumerate()
        .map(|(at, case)| (at, pipeline::compile(case).bundle))
        .collect();
    let pairs: Vec<(usize, usize)> = (0..cases.len())
        .flat_map(|at| [(at, (at + 1) % cases.len()), (at, (at + 2) % cases.len())])
        .collect();
    each(&pairs, |&(from, to)| {
        let what = format!("{} to {}", name(&cases[from]), name(&cases[to]));
        judge(&bundles[&from], &bundles[&to], &what)
    });
}

/// The text of a configuration without what HAProxy does not read, and with other blanks.
fn reformatted(config: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(config.to_vec()).expect("text");
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let lines = lines.filter(|line| !line.trim().is_empty());
    let lines: Vec<String> = lines
        .map(|line| format!("\t{}  # x", line.trim()))
        .collect();
    (lines.join("\n\n") + "\n").into_bytes()
}

#[test]
fn what_haproxy_does_not_read_matters_in_files_only() {
    each(&folders(), |case| {
        let from = pipeline::compile(case).bundle;
        let mut to = from.clone();
        if let Some(file) = to.files.get_mut(CONFIG) {
            file.bytes = reformatted(&file.bytes);
        }
        let plan = plan::compare(&from, &to, HaproxyVersion::OLDEST, Sending::Answered);
        let kinds: Vec<_> = plan
            .changes
            .iter()
            .map(|change| change.kind.name())
            .collect();
        if plan.verdict() == Verdict::FileOnly && kinds == ["text_changed"] {
            return Vec::new();
        }
        vec![format!("{}: {:#?}", name(case), plan.changes)]
    });
}
