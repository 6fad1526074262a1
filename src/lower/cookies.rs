//! Cookies that several Services of one host share, so that each makes the client forget the server that another has given it.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::finding::{Code, Finding};
use crate::ir::{Claim, Field, PathRule, Routing, ServiceRef, Setting, Target};
use crate::source::Origin;

/// A key that names a cookie, and what is wrong with it on the first host.
struct Shared<'r> {
    setting: &'r Setting,
    host: String,
    services: [&'r ServiceRef; 2],
    /// How many more hosts have the same trouble with it.
    others: usize,
}

/// Findings about cookies of one name for several Services of one host, one for each key that names such a cookie first.
pub(super) fn shared(routing: &Routing) -> Vec<Finding> {
    let mut found = BTreeMap::<Origin, Shared<'_>>::new();
    let named = routing
        .hosts
        .iter()
        .map(|host| (host.pattern.to_string(), &host.rules));
    let any = ("hosts without a name".to_owned(), &routing.any_host);
    for (host, rules) in named.chain([any]) {
        for (setting, services) in on_host(routing, rules) {
            let known = found.entry(setting.value.origin);
            known.and_modify(|it| it.others += 1).or_insert(Shared {
                setting,
                host: host.clone(),
                services,
                others: 0,
            });
        }
    }
    found.into_values().map(|it| finding(&it)).collect()
}

/// The cookies of a host that two Services have, with the key of the first of them.
fn on_host<'r>(
    routing: &'r Routing,
    rules: &'r [PathRule],
) -> Vec<(&'r Setting, [&'r ServiceRef; 2])> {
    let mut first = HashMap::<&str, (&Setting, &ServiceRef)>::new();
    let (mut shared, mut told) = (Vec::new(), HashSet::new());
    let claims = rules.iter().flat_map(|rule| {
        let alternatives = rule.alternatives.iter();
        alternatives.map(|it| &it.claim).chain([&rule.claim])
    });
    for (cookie, setting, service) in claims.filter_map(|claim| cookie(routing, claim)) {
        let (known, other) = *first.entry(cookie).or_insert((setting, service));
        if other != service && told.insert(cookie) {
            shared.push((known, [other, service]));
        }
    }
    shared
}

/// The cookie of a route, the key that names it, and the Service port.
fn cookie<'r>(
    routing: &'r Routing,
    claim: &'r Claim,
) -> Option<(&'r str, &'r Setting, &'r ServiceRef)> {
    let Target::Backend(name) = &claim.target else {
        return None;
    };
    let backend = routing.backends.get(name)?;
    let section = routing.policies.get(backend.policy.as_ref()?)?;
    let cookie = section.policy.affinity.cookie.as_ref()?.as_str();
    let mut settings = claim.settings.iter().flat_map(|settings| settings.iter());
    // Old keys that do nothing stand for the same field.
    let is_it = |it: &&Setting| it.field == Field::Cookie && it.value.value.trim() == cookie;
    Some((cookie, settings.find(is_it)?, &backend.service))
}

fn finding(shared: &Shared<'_>) -> Finding {
    let Shared {
        setting,
        host,
        services: [one, other],
        others,
    } = shared;
    let name = setting.value.value.trim();
    let more = match others {
        0 => String::new(),
        1 => " (and 1 more host)".to_owned(),
        _ => format!(" (and {others} more hosts)"),
    };
    let message = format!(
        "`{}` gives Services {one} and {other} of {host}{more} one cookie, `{name}`",
        setting.key
    );
    Finding::new(Code::INEFFECTIVE_ANNOTATION, message)
        .at(setting.value.origin)
        .help("give each Service a cookie with a name of its own, by the key on the Service")
        .note("a browser has one cookie of that name for the host: at each change from one Service to the other, the client loses its server")
}
