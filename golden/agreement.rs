//! Random models: the simulator against the oracle, and against a live HAProxy.

use std::sync::atomic::{AtomicUsize, Ordering};

use ingressc::emit::Include;
use ingressc::expect::{Ask, Found, FoundEnd};
use ingressc::simulate::{Request, ask};

use crate::cases::each;
use crate::live;
use crate::oracle;
use crate::random::{self, Dice};

#[test]
fn the_simulator_agrees_with_the_text_of_the_api() {
    let seed = Dice::seed();
    let mut dice = Dice::new(seed);
    let (mut routed, mut total) = (0, 0);
    for model in 0..4_000 {
        let rules = random::rules(&mut dice);
        let routing = random::routing(&rules, None);
        for _ in 0..30 {
            let host = random::host(&mut dice, &rules);
            let path = random::path(&mut dice, &rules);
            let expected =
                oracle::decide(&rules, host.as_deref(), &path).map(|rule| format!("r{rule}"));
            let request = Request {
                host,
                target: path,
                ..Request::default()
            };
            let verdict = ask(&routing, &request);
            let answer = verdict
                .backend()
                .map(|backend| backend.service.name.clone());
            assert_eq!(
                answer, expected,
                "INGRESSC_SEED={seed}, model {model}: {request:?}\n{rules:#?}"
            );
            routed += usize::from(expected.is_some());
            total += 1;
        }
    }
    assert!(total >= 100_000, "{total} requests");
    // A vocabulary in which rules and requests miss each other would prove nothing.
    assert!(
        routed > total / 4 && routed < total,
        "{routed} of {total} requests met a rule"
    );
}

#[test]
fn haproxy_agrees_with_the_simulator_on_random_models() {
    let Some(binary) = live::binary() else {
        return;
    };
    let seed = Dice::seed();
    let (served, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let models: Vec<u64> = (0..50).map(|model| seed + model).collect();
    each(&models, |&seed| {
        let mut dice = Dice::new(seed);
        let rules = random::rules(&mut dice);
        let routing = random::routing(&rules, Some(&mut dice));
        let live = match live::start(binary, &routing, &random::sources(), &Include::default()) {
            Ok(live) => live,
            Err(error) => return vec![format!("INGRESSC_SEED={seed}: {error}")],
        };
        let complaints = (0..40).filter_map(|_| {
            let request = random::request(&mut dice, &rules);
            let ask = Ask::Request {
                request,
                version: "1.1".to_owned(),
            };
            let simulated = Found::simulated(&routing, &ask);
            let end = match simulated.end {
                FoundEnd::Backend { .. } => &served,
                _ => &refused,
            };
            end.fetch_add(1, Ordering::Relaxed);
            let complaint = match live.ask(&ask) {
                Ok(found)
                    if (&found.end, &found.certificate)
                        == (&simulated.end, &simulated.certificate) =>
                {
                    return None;
                }
                Ok(found) => format!("haproxy {found:?}, simulator {simulated:?}"),
                Err(error) => error,
            };
            Some(format!(
                "INGRESSC_SEED={seed}: {ask:?}: {complaint}\n{rules:?}"
            ))
        });
        complaints.collect()
    });
    // Two sides that refuse everything would agree, too.
    let (served, refused) = (served.into_inner(), refused.into_inner());
    assert!(
        served > 200 && refused > 200,
        "{served} requests were served, {refused} were not"
    );
}
