//! `ingressc route`: which way a request or a connection takes, and why.

mod tcp;

use super::args::Route;
use super::journey::{Journey, caveats, settle};
use super::settings::Typed;
use super::streams::Streams;
use super::{Exit, Stop};
use crate::ir::{HeaderName, ServiceRef};
use crate::report::visible;
use crate::simulate::{self, ClientCertificate, Outcome, Request, TcpConnection, Verdict};

pub(super) fn run(typed: &Route, streams: &mut Streams) -> Result<Exit, Stop> {
    let settings = settle(
        &Typed {
            paths: &typed.paths,
            inputs: &typed.inputs,
            rules: None,
            config: &typed.config,
            annotations: &typed.annotations,
            now: None,
            haproxy: None,
            placeholders: true,
        },
        streams,
    )?;
    let Some(mut settings) = settings else {
        return Ok(Exit::Clean);
    };
    let asked = typed
        .url
        .as_deref()
        .map(|url| Asked::read(url, typed))
        .transpose()?;
    let expected = typed.expect.as_deref().map(Expected::parse).transpose()?;
    let journey = Journey::run(&mut settings, streams)?;
    if let Some(why) = journey.nothing(true) {
        return Err(Stop::new(Exit::Nothing, why));
    }
    caveats(&journey, streams);
    let unread = if journey.judged.unread {
        Exit::No
    } else {
        Exit::Clean
    };
    let request = match asked {
        None => {
            streams.product(&simulate::trace::table(&journey.routing, &journey.sources));
            return Ok(unread);
        }
        Some(Asked::Connection(connection)) => {
            let answer = tcp::answer(
                &connection,
                &journey,
                &settings.stages.emit,
                expected.as_ref(),
                streams,
            );
            return Ok(unread.worst(answer));
        }
        Some(Asked::Request(request)) => request,
    };
    let verdict = simulate::ask(&journey.routing, &request);
    streams.product(&simulate::trace::explain(
        &journey.routing,
        &journey.sources,
        &request,
        &verdict,
    ));
    let Some(expected) = expected else {
        return Ok(unread);
    };
    if unsure(&verdict) {
        streams.note("note: chance or raw lines may decide otherwise than what was expected\n");
    }
    match missed(&expected, &verdict) {
        None => Ok(unread),
        Some(found) => {
            streams.error(&format!("expected {}, {found}", visible(&expected.text)));
            Ok(Exit::No)
        }
    }
}

/// What the route of which is asked for.
enum Asked {
    /// A request to a host.
    Request(Request),
    /// A connection to a port of a TCP service.
    Connection(TcpConnection),
}

impl Asked {
    fn read(url: &str, typed: &Route) -> Result<Self, Stop> {
        if let Some(place) = tcp::place(url) {
            return tcp::connection(url, place, typed).map(Self::Connection);
        }
        if typed.tls || typed.sni.is_some() {
            return Err(Stop::usage(
                "error: `--tls` and `--sni` are about `tcp://HOST:PORT`\n  help: write https:// for a request by TLS",
            ));
        }
        request(url, typed).map(Self::Request)
    }
}

/// What became of the request instead of what was expected; `None` when it reaches the expected backend.
fn missed(expected: &Expected, verdict: &Verdict<'_>) -> Option<String> {
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

/// Whether a live HAProxy may do something else than `verdict` says.
fn unsure(verdict: &Verdict<'_>) -> bool {
    verdict.route().is_some_and(|route| {
        let opaque = route.course.as_ref().is_some_and(|course| course.opaque);
        route.by_chance || opaque
    })
}

fn request(url: &str, typed: &Route) -> Result<Request, Stop> {
    let method = &typed.method;
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if method.is_empty() || !method.bytes().all(legal) {
        return Err(Stop::usage(format!(
            "error: `{}` is no request method",
            visible(method)
        )));
    }
    match Request::parse(url) {
        Ok(request) => Ok(Request {
            method: method.clone(),
            source: typed.from,
            headers: headers(&typed.headers)?,
            // Who asks for a route wants to know where it leads those who may come.
            certificate: ClientCertificate::Trusted,
            ..request
        }),
        Err(error) => Err(Stop::usage(format!(
            "error: `{}` is no URL: {}",
            visible(url),
            visible(&error.to_string())
        ))),
    }
}

/// Reads `Name: value`, as `curl -H` does.
fn headers(typed: &[String]) -> Result<Vec<(String, String)>, Stop> {
    let read = |text: &String| {
        let (name, value) = text.split_once(':')?;
        let value = value.trim();
        let legal = HeaderName::new(name).is_some() && !value.contains(char::is_control);
        legal.then(|| (name.to_owned(), value.to_owned()))
    };
    let each = typed.iter().map(|text| {
        read(text).ok_or_else(|| {
            Stop::usage(format!(
                "error: `{}` is no header\n  help: write `Name: value`",
                visible(text)
            ))
        })
    });
    each.collect()
}

/// The Service port that somebody expects to be reached.
struct Expected {
    text: String,
    namespace: String,
    name: String,
    port: String,
}

impl Expected {
    fn parse(text: &str) -> Result<Self, Stop> {
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
    fn is(&self, service: &ServiceRef) -> bool {
        self.namespace == service.namespace
            && self.name == service.name
            && (self.port == service.port.to_string() || (self.port == service.port_name))
    }
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
