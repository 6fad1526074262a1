//! `--expect`: the Service port that a request is to reach.

use crate::cli::Stop;
use crate::ir::ServiceRef;
use crate::report::visible;
use crate::simulate::{Outcome, Verdict};

/// The Service port that somebody expects to be reached.
pub(super) struct Expected {
    pub(super) text: String,
    namespace: String,
    name: String,
    port: String,
}

impl Expected {
    pub(super) fn parse(text: &str) -> Result<Self, Stop> {
        let parts = text
            .split_once('/')
            .and_then(|(namespace, rest)| Some((namespace, rest.split_once(':')?)));
        match parts {
            Some((namespace, (name, port)))
                if !namespace.is_empty() && !name.is_empty() && !port.is_empty() =>
            {
                Ok(Self {
                    text: text.to_owned(),
                    namespace: namespace.to_owned(),
                    name: name.to_owned(),
                    port: port.to_owned(),
                })
            }
            _ => Err(Stop::usage(format!(
                "error: `{}` is no Service port\n  help: write NAMESPACE/SERVICE:PORT, such as shop/web:80 or shop/web:http",
                visible(text)
            ))),
        }
    }

    /// The port may be written as its number or its name.
    pub(super) fn is(&self, service: &ServiceRef) -> bool {
        self.namespace == service.namespace
            && self.name == service.name
            && (self.port == service.port.to_string() || (self.port == service.port_name))
    }
}

/// What became of the request instead of what was expected; `None` when it reaches the expected backend.
pub(super) fn missed(expected: &Expected, verdict: &Verdict<'_>) -> Option<String> {
    // A rule that answers keeps the request from the backend of its route.
    if let Some(reply) = verdict.reply() {
        let status = verdict.status().unwrap_or(reply.status);
        let to = reply.location.as_ref();
        let to = to.map_or_else(String::new, |to| format!(" to {}", visible(to)));
        return Some(format!("answered {status}{to}: {}", visible(&reply.why)));
    }
    // Addresses come from the cluster, so that a backend without servers is still the right one.
    let reached = match verdict.route().map(|route| route.outcome) {
        Some(Outcome::Backend(backend) | Outcome::NoServers(backend)) => Some(&backend.service),
        Some(Outcome::Closed | Outcome::Misdirected | Outcome::NotFound) => None,
        None => verdict.backend().map(|backend| &backend.service),
    };
    if reached.is_some_and(|service| expected.is(service)) {
        return None;
    }
    let found = reached.map_or_else(|| "no backend".to_owned(), ToString::to_string);
    Some(format!("reached {found}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_names_the_port_by_number_or_name() {
        let service = ServiceRef {
            namespace: "shop".to_owned(),
            name: "web".to_owned(),
            port: 80,
            port_name: "http".to_owned(),
        };
        let is = |text: &str| {
            Expected::parse(text)
                .map(|expected| expected.is(&service))
                .ok()
        };
        assert_eq!(is("shop/web:80"), Some(true));
        assert_eq!(is("shop/web:http"), Some(true));
        assert_eq!(is("shop/web:8080"), Some(false));
        assert_eq!(is("other/web:80"), Some(false));
        for illegal in ["web:80", "shop/web", "shop/web:", "/web:80", "shop/:80", ""] {
            assert_eq!(is(illegal), None, "{illegal}");
        }
    }
}
