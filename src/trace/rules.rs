//! What the rules of a route do with a request: each rule that it meets, in order, with the keys behind it; then the other settings.

use super::{Entry, Mark, Trace, View};
use crate::ir::{Field, Policy, Setting};
use crate::simulate::policy::{Course, HeaderChange, Seen};
use crate::simulate::{Request, Scheme};
use crate::source::Sources;
use crate::text::credentials;

/// Longer values are cut: a list of addresses or a certificate would push the rest out of sight.
const LONGEST: usize = 60;

/// The rules that a request meets, and after them the settings that no rule told.
pub(super) fn entries(
    trace: &mut Trace<'_>,
    view: &View<'_>,
    policy: Option<&Policy>,
    settings: &[Setting],
    course: Option<&Course>,
) {
    let mut told = vec![false; settings.len()];
    let mut steps = Vec::new();
    if let Some(course) = course {
        for step in &course.steps {
            steps.push((step.field, Entry::new("rules", &step.text)));
        }
        if let Some(reply) = &course.reply {
            let answers = format!("answers {}", reply.status);
            let entry = Entry::new("rules", &reply.why).verdict(Mark::Bad, answers);
            // The rules for responses come after it.
            let after = course.steps.iter().rev();
            let responses = after.take_while(|step| step.field == Field::CorsOrigin);
            let at = steps.len() - responses.count();
            steps.insert(at, (reply.field, entry));
        }
    }
    for (field, mut entry) in steps {
        for (setting, told) in settings.iter().zip(&mut told) {
            if !*told && family(setting.field) == family(field) {
                *told = true;
                entry
                    .details
                    .extend(setting_rows("rules", view.sources, setting));
            }
        }
        entry.details.extend(more(policy, field));
        trace.entries.push(entry);
    }
    if course.is_some_and(|course| course.opaque) {
        let text = "some rules cannot be told from here: chance, or raw lines, decide";
        trace.entries.push(Entry::new("rules", text));
    }
    let others = settings.iter().zip(&told).filter(|(_, told)| !**told);
    for (setting, _) in others {
        trace
            .entries
            .extend(setting_rows("policy", view.sources, setting));
    }
}

/// Settings that no request meets, such as those of TLS that is handed through.
pub(super) fn settings(trace: &mut Trace<'_>, sources: &Sources, settings: Option<&[Setting]>) {
    let settings = settings.unwrap_or_default().iter();
    trace
        .entries
        .extend(settings.flat_map(|setting| setting_rows("policy", sources, setting)));
}

/// The setting that stands for all that are about the same rule.
fn family(field: Field) -> Field {
    match field {
        Field::RateLimitPeriod
        | Field::RateLimitSize
        | Field::RateLimitStatus
        | Field::RateLimitExempt => Field::RateLimit,
        Field::AuthSecret | Field::AuthRealm => Field::AuthType,
        Field::HttpsRedirectPort | Field::HttpsRedirectCode => Field::HttpsRedirect,
        Field::HostRedirectCode => Field::HostRedirect,
        Field::CorsEnable
        | Field::CorsMethods
        | Field::CorsHeaders
        | Field::CorsMaxAge
        | Field::CorsCredentials
        | Field::CorsPreflight => Field::CorsOrigin,
        Field::CaptureLength => Field::Capture,
        other => other,
    }
}

/// What the policy says about a rule and no step does.
fn more(policy: Option<&Policy>, field: Field) -> Vec<Entry> {
    let Some(policy) = policy else {
        return Vec::new();
    };
    match (field, &policy.auth, &policy.rate_limit) {
        (Field::AuthType, Some(auth), _) => {
            let users = auth.users.users();
            let names: Vec<&str> = users
                .iter()
                .take(5)
                .map(|(name, _)| name.as_str())
                .collect();
            let more = match users.len() - names.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let text = format!("realm \"{}\", users {}{more}", auth.realm, names.join(", "));
            vec![Entry::new("rules", text)]
        }
        (Field::RateLimit, _, Some(limit)) => vec![Entry::new(
            "rules",
            format!(
                "counted by the client's address, or by 64 bits of it in IPv6; {} are remembered; requests before this one decide",
                limit.size
            ),
        )],
        (Field::BackendSnippet, ..) => {
            let lines = policy.snippet.lines.iter();
            lines
                .map(|line| Entry::new("rules", credentials::line(&line.to_string())))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// A row for the value that counts, and one for each that lost to it.
fn setting_rows(stage: &'static str, sources: &Sources, setting: &Setting) -> Vec<Entry> {
    let winner = Entry::of_key(stage, &setting.key, short(&setting.value.value))
        .at(sources, setting.value.origin);
    if setting.losers.is_empty() {
        return vec![winner];
    }
    let losers = setting.losers.iter().map(|loser| {
        Entry::of_key(stage, &setting.key, short(&loser.value))
            .at(sources, loser.origin)
            .verdict(Mark::Lost, "counts less")
    });
    let winner = winner.verdict(Mark::Chosen, "counts");
    std::iter::once(winner).chain(losers).collect()
}

/// The first line of a value, cut where it is long.
fn short(value: &str) -> String {
    let mut lines = value.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or("\"\"").trim();
    let cut: String = first.chars().take(LONGEST).collect();
    let more = lines.next().is_some() || cut.len() < first.len();
    let shown = credentials::setting(&cut);
    if more {
        format!("{shown} …")
    } else {
        shown.into_owned()
    }
}

/// What the server gets: the request as it is sent on, and the headers that are not the client's.
pub(super) fn sent(trace: &mut Trace<'_>, view: &View<'_>, request: &Request, mut seen: Seen) {
    let query = seen
        .query
        .as_ref()
        .map_or_else(String::new, |query| format!("?{query}"));
    let line = format!("{} {}{query}", request.method, seen.path);
    let mut entry = Entry::new("sends", line);
    let row = |name: &str, value: &str, how: &str| {
        let text = match value {
            "" => name.to_owned(),
            value => format!("{name}: {}", credentials::told(name, value)),
        };
        Entry::new("sends", text).cell(how)
    };
    let came = |name: &str, value: &str| {
        let mut headers = request.headers.iter();
        let is_host = name == "host" && request.host.as_deref() == Some(value);
        is_host
            || headers.any(|(known, was)| known.eq_ignore_ascii_case(name) && was.trim() == value)
    };
    let name = "x-forwarded-port";
    if let Some(port) = port(view, request)
        && !seen.headers.iter().any(|(known, _)| known == name)
    {
        seen.headers.push((name.to_owned(), port.to_string()));
    }
    for (name, value) in &seen.headers {
        if !came(name, value) {
            entry.details.push(row(name, value, "set"));
        }
    }
    for (name, _) in &request.headers {
        let name = name.to_ascii_lowercase();
        if !seen.headers.iter().any(|(known, _)| *known == name) {
            entry.details.push(row(&name, "", "deleted"));
        }
    }
    trace.entries.push(entry);
    trace.seen = Some(seen);
}

/// The port that servers are told of: that of the URL, or the only one.
fn port(view: &View<'_>, request: &Request) -> Option<u16> {
    let listeners = &view.routing.listeners;
    let binds = match request.scheme {
        Scheme::Http => &listeners.http,
        Scheme::Https => &listeners.https,
    };
    let is_asked = |port: &u16| binds.iter().any(|bind| bind.port() == *port);
    let asked = request.port.filter(is_asked);
    let first = asked.or_else(|| Some(binds.first()?.port()))?;
    let same = asked.is_some() || binds.iter().all(|bind| bind.port() == first);
    (same && view.routing.global.proxy_protocol.is_none()).then_some(first)
}

/// What becomes of the headers of the response.
pub(super) fn received(trace: &mut Trace<'_>, changes: &[HeaderChange]) {
    for change in changes {
        let entry = match &change.value {
            Some(value) => {
                let value = credentials::told(&change.name, value);
                Entry::new("response", format!("{}: {value}", change.name)).cell("set")
            }
            None => Entry::new("response", &change.name).cell("deleted"),
        };
        trace.entries.push(entry);
    }
    trace.response = changes.to_vec();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_to_their_first_line() {
        assert_eq!(short("10s"), "10s");
        assert_eq!(short(""), "\"\"");
        assert_eq!(short("\nA b\nC d\n"), "A b …");
        assert_eq!(short(&"x".repeat(61)), format!("{} …", "x".repeat(60)));
    }
}
