//! The requests that a test stands for: one, or one a host.

use std::fmt::Write as _;

use super::model::{Ask, Each, HOST, Test};
use crate::ir::{HostPattern, Routing};
use crate::simulate::{Request, Scheme};

/// One request or connection of a test.
#[derive(Debug, Clone)]
pub struct Case<'t> {
    /// The test.
    pub test: &'t Test,
    /// What is asked.
    pub ask: Ask,
    /// The host that it is asked for, where the test is repeated for each.
    pub host: Option<String>,
}

/// All that a test asks for. Empty when it is for each of something that is not there.
pub fn cases<'t>(test: &'t Test, routing: &Routing) -> Vec<Case<'t>> {
    let (Some(Each::Host), Ask::Request { request, version }) = (test.each, &test.ask) else {
        return vec![Case {
            test,
            ask: test.ask.clone(),
            host: None,
        }];
    };
    let hosts = routing.hosts.iter().map(|host| example(&host.pattern));
    let ask = |host: String| Case {
        test,
        ask: Ask::Request {
            request: filled(request, &host),
            version: version.clone(),
        },
        host: Some(host),
    };
    hosts.map(ask).collect()
}

/// The request for this host. The reader has put [`HOST`] wherever the host belongs.
fn filled(request: &Request, host: &str) -> Request {
    let fill = |text: &str| text.replace(HOST, host);
    let headers = request.headers.iter();
    Request {
        host: request.host.as_deref().map(fill),
        sni: request.sni.as_deref().map(fill),
        target: fill(&request.target),
        headers: headers
            .map(|(name, value)| (name.clone(), fill(value)))
            .collect(),
        ..request.clone()
    }
}

/// A name that the pattern covers.
fn example(pattern: &HostPattern) -> String {
    if pattern.is_wildcard() {
        format!("any.{}", pattern.name())
    } else {
        pattern.name().to_owned()
    }
}

impl Case<'_> {
    /// What is asked, on one line: `GET https://shop.example.com/cart from 10.0.0.9`, `TCP 5432 with TLS for db.example.com`.
    pub fn title(&self) -> String {
        match &self.ask {
            Ask::Request { request, .. } => title(request),
            Ask::Connection { connection, .. } => {
                let mut title = format!("TCP {}", connection.port);
                if connection.tls {
                    title.push_str(" with TLS");
                }
                if let Some(sni) = &connection.sni {
                    title.extend([" for ", sni]);
                }
                if connection.proxied {
                    let _ = write!(title, " from {}", connection.source);
                }
                title
            }
        }
    }
}

fn title(request: &Request) -> String {
    let mut title = format!("{} {}://", request.method, request.scheme.name());
    title.push_str(request.host.as_deref().unwrap_or("(no host)"));
    if !request.target.starts_with('/') {
        title.push(' ');
    }
    title.push_str(&request.target);
    let default = Request::default();
    if request.source != default.source {
        let _ = write!(title, " from {}", request.source);
    }
    let host = request.host.as_deref();
    let named = host.and_then(|host| Request::parse(&format!("https://{host}/")).ok());
    let usual = named.and_then(|named| named.sni);
    if request.scheme == Scheme::Https && request.sni != usual {
        let sni = request.sni.as_deref().unwrap_or("nothing");
        let _ = write!(title, " with SNI {sni}");
    }
    title
}
