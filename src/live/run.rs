//! A case asked of a live HAProxy as often as it says, and judged.

use std::collections::BTreeSet;

use super::site::Live;
use crate::expect::{Case, Difference, Found, FoundEnd, Limited, judge};

/// What HAProxy did, and where that is not what was expected.
#[derive(Debug)]
pub struct Judged {
    /// The first answer that was not right, or the last one.
    pub found: Found,
    /// Empty when all answers were right.
    pub differences: Vec<Difference>,
}

/// Asks for the case, `repeat` times or until its limit is met. `simulated` is what the simulator says, with which HAProxy has to agree;
/// `None` where it cannot tell.
///
/// # Errors
/// What is no answer: nothing came in time, or it was none of HTTP.
pub fn ask_case(live: &Live, case: &Case<'_>, simulated: Option<&Found>) -> Result<Judged, String> {
    let expected = &case.test.expected;
    let limited = expected.limited.as_ref().map(|limited| limited.value);
    let passing = limited.map_or(case.test.repeat, |limited| limited.after);
    let mut servers = BTreeSet::new();
    let mut last = None;
    for _ in 0..passing.max(1) {
        let found = live.ask(&case.ask)?;
        let mut differences = judge(expected, &found, case.host.as_deref());
        if differences.is_empty()
            && let Some(simulated) = simulated
        {
            differences.extend(disagreement(case, simulated, &found));
        }
        if !differences.is_empty() {
            return Ok(Judged { found, differences });
        }
        let server = found.seen.as_ref().and_then(|seen| seen.server.clone());
        servers.extend(server);
        last = Some(found);
    }
    let mut found = last.ok_or("nothing was asked")?;
    let mut differences = Vec::new();
    if let Some(limited) = limited {
        found = live.ask(&case.ask)?;
        differences.extend(not_limited(case, limited, &found));
    }
    if let Some(wanted) = &expected.servers
        && usize::try_from(wanted.value).ok() != Some(servers.len())
    {
        let names: Vec<String> = servers.into_iter().collect();
        differences.push(Difference {
            what: "servers".to_owned(),
            expected: wanted.value.to_string(),
            found: format!("{} ({})", names.len(), names.join(", ")),
            origin: wanted.origin,
        });
    }
    Ok(Judged { found, differences })
}

/// Where HAProxy and the simulator do not agree although both are what was expected, as far as that goes.
fn disagreement(case: &Case<'_>, simulated: &Found, found: &Found) -> Option<Difference> {
    let differ = |what: &str, expected: String, found: String| {
        Some(Difference {
            what: what.to_owned(),
            expected,
            found,
            origin: case.test.origin,
        })
    };
    if simulated.end != found.end {
        let (wanted, got) = (simulated.end.to_string(), found.end.to_string());
        return differ("answer, as simulated", wanted, got);
    }
    match (&simulated.certificate, &found.certificate) {
        (Some(wanted), Some(got)) if wanted != got => differ(
            "certificate, as simulated",
            wanted.join(", "),
            got.join(", "),
        ),
        _ => None,
    }
}

fn not_limited(case: &Case<'_>, limited: Limited, found: &Found) -> Option<Difference> {
    let Limited { after, status } = limited;
    let origin = case.test.expected.limited.as_ref()?.origin;
    (found.end != FoundEnd::Status(status)).then(|| Difference {
        what: "limit".to_owned(),
        expected: format!("{status} after {after}"),
        found: format!("{} after {after}", found.end),
        origin,
    })
}
