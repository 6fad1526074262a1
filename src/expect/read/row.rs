//! One test: what is asked, what is expected, and whether it could fail.

use super::value::{self, Fields, mistake, number, text, yes};
use super::{Defaults, keys};
use crate::config::Mistake;
use crate::expect::keys::{LIMITED, METHODS, REDIRECT, ROW};
use crate::expect::model::{Ask, Each, End, Expected, HOST, HeaderValue, Limited, Test};
use crate::ir::Port;
use crate::simulate::{ClientCertificate, Request, TcpConnection};
use crate::source::{Node, Origin, Sourced};

/// Reads a test. What is wrong with one part does not keep the others from being judged.
pub(super) fn row(
    node: Node<'_, '_>,
    defaults: &Defaults,
    mistakes: &mut Vec<Mistake>,
) -> Option<Test> {
    let before = mistakes.len();
    let fields = Fields::of(node, "a test", &keys::names(ROW), mistakes)?;
    let mut reader = Row {
        fields,
        origin: node.origin(),
        before,
        mistakes,
    };
    let each = reader.take("for-each", |value| match value.text() {
        Some("host") => Ok(Each::Host),
        _ => Err(mistake(value, "`for-each` is `host`")),
    });
    if each.is_none() {
        reader.no_placeholder(node);
    }
    let ask = reader.ask(defaults, each);
    let expected = reader.expected();
    let only_live = reader.take("only", |value| match value.text() {
        Some("live") => Ok(()),
        _ => Err(mistake(value, "`only` is `live`")),
    });
    let test = Test {
        name: reader.take("name", |value| text(value, "`name`").map(str::to_owned)),
        origin: node.origin(),
        ask: ask?,
        each,
        repeat: reader
            .take("repeat", |value| number(value, "`repeat`", 1, 1000))
            .unwrap_or(1),
        only_live: only_live.is_some(),
        expected,
    };
    reader.together(&test);
    (reader.mistakes.len() == reader.before).then_some(test)
}

struct Row<'m, 'a, 't> {
    fields: Fields<'a, 't>,
    origin: Origin,
    mistakes: &'m mut Vec<Mistake>,
    /// How many mistakes others had made before.
    before: usize,
}

impl<'a, 't> Row<'_, 'a, 't> {
    fn take<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(Node<'a, 't>) -> Result<T, Mistake>,
    ) -> Option<T> {
        match self.fields.take(key, read) {
            Ok(value) => value,
            Err(mistake) => {
                self.mistakes.push(mistake);
                None
            }
        }
    }

    fn says(&self, key: &str) -> bool {
        self.fields.get(key).is_some()
    }

    /// A mistake at the value of `key`.
    fn wrong(&mut self, key: &str, message: impl Into<String>, help: &str) {
        let node = self.fields.get(key);
        let origin = node.map_or(self.origin, Node::origin);
        self.mistakes.push(Mistake::new(message, origin).help(help));
    }

    /// `{host}` would be taken for itself.
    fn no_placeholder(&mut self, node: Node<'a, 't>) {
        let mut open: Vec<Node<'a, 't>> = Vec::new();
        for (key, value) in node.entries() {
            if key.text() != Some("name") {
                open.push(value);
            }
        }
        while let Some(node) = open.pop() {
            if node.text().is_some_and(|text| text.contains(HOST)) {
                let lost = "`{host}` stands for the host of `for-each`, which this test has not";
                let lost = Mistake::new(lost, node.origin());
                self.mistakes
                    .push(lost.help("add `for-each: host`, or write the host out"));
            }
            open.extend(node.entries().map(|(_, value)| value));
            open.extend(node.items());
        }
    }

    fn ask(&mut self, defaults: &Defaults, each: Option<Each>) -> Option<Ask> {
        let asked = METHODS.iter().chain(&["tcp"]);
        let asked: Vec<&str> = asked.copied().filter(|key| self.says(key)).collect();
        match asked[..] {
            ["tcp"] => self.connection(defaults),
            [method] => self.request(method, defaults, each),
            [] => {
                let none = Mistake::new("the test asks nothing", self.origin);
                self.mistakes
                    .push(none.help("say what is asked for, such as `get: /cart` or `tcp: 5432`"));
                None
            }
            [first, second, ..] => {
                self.wrong(
                    second,
                    format!("the test asks twice, by `{first}` and by `{second}`"),
                    "make two tests of it",
                );
                None
            }
        }
    }

    fn request(&mut self, method: &str, defaults: &Defaults, each: Option<Each>) -> Option<Ask> {
        let host_is_said = self.says("host");
        let mut request = self.take(method, |value| {
            url(value, method, defaults, each.is_some(), host_is_said)
        })?;
        request.method = method.to_ascii_uppercase();
        if let Some(target) = self.take("target", |value| text(value, "`target`")) {
            target.clone_into(&mut request.target);
        }
        if let Some(host) = self.fields.get("host") {
            request.host = match host.text() {
                Some(_) if host.is_null() => None,
                Some(text) if !text.contains(char::is_control) => Some(text.to_owned()),
                _ => {
                    self.mistakes
                        .push(mistake(host, "`host` is one line of text, or null"));
                    None
                }
            };
        }
        if let Some(sni) = self.take("sni", |value| text(value, "`sni`")) {
            request.sni = Some(sni.to_owned());
        }
        if let Some(from) = self.take("from", value::address).or(defaults.from) {
            request.source = from;
        }
        request.certificate = self.client_certificate();
        let own = self.take("headers", value::headers).unwrap_or_default();
        let is_own = |name: &str| own.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let inherited = defaults.headers.iter().filter(|(name, _)| !is_own(name));
        request.headers = inherited.cloned().chain(own.iter().cloned()).collect();
        let version = self.take("version", |value| match value.text() {
            Some(version @ ("1.0" | "1.1")) => Ok(version.to_owned()),
            _ => Err(mistake(value, "`version` is 1.0 or 1.1")),
        });
        let version = version.unwrap_or_else(|| "1.1".to_owned());
        for key in ["tls", "alpn", "closed"] {
            if self.says(key) {
                self.wrong(key, format!("`{key}` is for tests with `tcp`"), "remove it");
            }
        }
        Some(Ask::Request { request, version })
    }

    fn connection(&mut self, defaults: &Defaults) -> Option<Ask> {
        let port = self.take("tcp", |value| {
            let port = number(value, "`tcp`", 1, 65535)?;
            let port = u16::try_from(port).ok().and_then(Port::new);
            port.ok_or_else(|| mistake(value, "`tcp` is a port"))
        })?;
        let mut connection = TcpConnection::to(port);
        connection.tls = self
            .take("tls", |value| yes(value, "`tls`"))
            .unwrap_or(false);
        connection.sni = self.take("sni", |value| text(value, "`sni`").map(str::to_owned));
        connection.certificate = self.client_certificate();
        if let Some(from) = self.take("from", value::address).or(defaults.from) {
            (connection.source, connection.proxied) = (from, true);
        }
        let alpn = self.take("alpn", |value| text(value, "`alpn`").map(str::to_owned));
        for key in ["sni", "alpn", "client-certificate", "certificate"] {
            if self.says(key) && !connection.tls {
                self.wrong(
                    key,
                    format!("`{key}` is about a handshake, and the client begins with none"),
                    "add `tls: true`",
                );
            }
        }
        let others = [
            "for-each",
            "headers",
            "host",
            "target",
            "version",
            "status",
            "redirect",
            "location",
            "response-headers",
            "path-seen-by-server",
            "host-seen-by-server",
            "headers-seen-by-server",
            "limited",
        ];
        for key in others {
            if self.says(key) {
                self.wrong(
                    key,
                    format!("`{key}` is about requests, and not about `tcp`"),
                    "remove it",
                );
            }
        }
        Some(Ask::Connection { connection, alpn })
    }

    fn client_certificate(&mut self) -> ClientCertificate {
        let shown = self.take("client-certificate", |value| match value.text() {
            Some("trusted") => Ok(ClientCertificate::Trusted),
            Some("foreign") => Ok(ClientCertificate::Foreign),
            _ => Err(mistake(
                value,
                "`client-certificate` is `trusted` or `foreign`",
            )),
        });
        shown.unwrap_or_default()
    }

    fn expected(&mut self) -> Expected {
        let location = self.take("location", |value| {
            let to = text(value, "`location`")?;
            Ok(Sourced::new(to.to_owned(), value.origin()))
        });
        let redirect = self.redirect();
        let end = self.end(redirect.as_ref().map(|(end, _)| end));
        let host = self.take("host-seen-by-server", |value| {
            let host = text(value, "`host-seen-by-server`")?;
            Ok(HeaderValue {
                name: Sourced::new("Host".to_owned(), value.origin()),
                value: Some(host.to_owned()),
            })
        });
        let mut seen: Vec<HeaderValue> = host.into_iter().collect();
        let mut headers = |key: &str| {
            let what = format!("`{key}`");
            let read = self.take(key, |value| value::header_values(value, &what));
            read.unwrap_or_default()
        };
        seen.extend(headers("headers-seen-by-server"));
        let response = headers("response-headers");
        let connection = self.take("connection-seen-by-server", |value| {
            let known = ["sni", "alpn", "certificate", "proxy"];
            let what =
                "`connection-seen-by-server`, whose keys are sni, alpn, certificate and proxy,";
            value::values(value, what, |name| known.contains(&name))
        });
        Expected {
            end,
            location: redirect.and_then(|(_, to)| to).or(location),
            certificate: self.take("certificate", value::certificate),
            path: self.take("path-seen-by-server", |value| {
                let path = text(value, "`path-seen-by-server`")?;
                Ok(Sourced::new(path.to_owned(), value.origin()))
            }),
            seen,
            response,
            connection: connection.unwrap_or_default(),
            limited: self.limited(),
            servers: self.take("servers", |value| {
                let count = number(value, "`servers`", 1, 1000)?;
                Ok(Sourced::new(count, value.origin()))
            }),
        }
    }

    /// The one end that is expected.
    fn end(&mut self, redirect: Option<&Sourced<End>>) -> Option<Sourced<End>> {
        let truth =
            |value, end, what| Ok(yes(value, what)?.then(|| Sourced::new(end, value.origin())));
        let ends = [
            (
                "backend",
                self.take("backend", value::backend)
                    .map(|it| it.map(End::Backend)),
            ),
            (
                "status",
                self.take("status", |value| {
                    let status = number(value, "`status`", 100, 599)?;
                    Ok(Sourced::new(
                        End::Status(u16::try_from(status).unwrap_or_default()),
                        value.origin(),
                    ))
                }),
            ),
            ("redirect", redirect.cloned()),
            (
                "handshake",
                self.take("handshake", |value| match value.text() {
                    Some("refused") => Ok(Sourced::new(End::HandshakeRefused, value.origin())),
                    _ => Err(mistake(value, "`handshake` is `refused`")),
                }),
            ),
            (
                "closed",
                self.take("closed", |value| truth(value, End::Closed, "`closed`"))
                    .flatten(),
            ),
            (
                "unbound",
                self.take("unbound", |value| truth(value, End::Unbound, "`unbound`"))
                    .flatten(),
            ),
        ];
        let mut given = ends.into_iter().filter_map(|(key, end)| Some((key, end?)));
        let (first, end) = given.next()?;
        if let Some((second, _)) = given.next() {
            self.wrong(
                second,
                format!("`{first}` and `{second}` cannot both come true"),
                "keep one of the two",
            );
        }
        Some(end)
    }

    /// A redirect to a place, or with a status of its own.
    fn redirect(&mut self) -> Option<(Sourced<End>, Option<Sourced<String>>)> {
        let node = self.fields.get("redirect")?;
        let any = Sourced::new(End::Redirect(None), node.origin());
        if node.text().is_some() {
            let to = self.take("redirect", |value| text(value, "`redirect`"))?;
            return Some((any, Some(Sourced::new(to.to_owned(), node.origin()))));
        }
        let fields = Fields::of(node, "`redirect`", &keys::names(REDIRECT), self.mistakes)?;
        let to = fields.take("to", |value| {
            let to = text(value, "`to`")?;
            Ok(Sourced::new(to.to_owned(), value.origin()))
        });
        let status = fields.take("status", |value| number(value, "`status`", 300, 399));
        match (to, status) {
            (Ok(None), Ok(_)) => {
                let nowhere = Mistake::new("`redirect` does not say where to", node.origin());
                self.mistakes.push(nowhere.help("add `to: https://…`"));
                None
            }
            (Ok(to), Ok(status)) => {
                let status = status.and_then(|status| u16::try_from(status).ok());
                Some((any.map(|_| End::Redirect(status)), to))
            }
            (to, status) => {
                self.mistakes
                    .extend(to.err().into_iter().chain(status.err()));
                None
            }
        }
    }

    fn limited(&mut self) -> Option<Sourced<Limited>> {
        let node = self.fields.get("limited")?;
        let fields = Fields::of(node, "`limited`", &keys::names(LIMITED), self.mistakes)?;
        let after = fields.take("after", |value| number(value, "`after`", 1, 10_000));
        let status = fields.take("status", |value| number(value, "`status`", 400, 599));
        match (after, status) {
            (Ok(Some(after)), Ok(Some(status))) => {
                let status = u16::try_from(status).unwrap_or_default();
                Some(Sourced::new(Limited { after, status }, node.origin()))
            }
            (Ok(_), Ok(_)) => {
                self.wrong(
                    "limited",
                    "`limited` needs `after` and `status`",
                    "add the one that is missing",
                );
                None
            }
            (after, status) => {
                self.mistakes
                    .extend(after.err().into_iter().chain(status.err()));
                None
            }
        }
    }

    /// What must be said for a test to be able to fail, and to come true.
    fn together(&mut self, test: &Test) {
        if self.mistakes.len() > self.before {
            return;
        }
        let expected = &test.expected;
        let nothing = expected.end.is_none()
            && expected.certificate.is_none()
            && expected.response.is_empty()
            && expected.location.is_none();
        let end = expected.end.as_ref().map(|end| &end.value);
        let served = matches!(end, Some(End::Backend(_)));
        for key in [
            "path-seen-by-server",
            "host-seen-by-server",
            "headers-seen-by-server",
            "connection-seen-by-server",
            "servers",
            "limited",
        ] {
            if self.says(key) && !served {
                self.wrong(
                    key,
                    format!("`{key}` needs a `backend`"),
                    "say which backend's server it is",
                );
            }
        }
        if self.mistakes.len() == self.before && nothing {
            let none = Mistake::new("the test expects nothing, so it cannot fail", self.origin);
            self.mistakes.push(none.help(
                "say what must become of it, such as `backend: shop/web:80`, `status: 404` or `redirect: https://…`",
            ));
        }
        if self.says("location") && !matches!(end, Some(End::Status(_))) {
            self.wrong(
                "location",
                "`location` needs a `status`",
                "or write `redirect: https://…`",
            );
        }
        if self.says("limited") && self.says("repeat") {
            self.wrong("repeat", "`limited` repeats by itself", "remove `repeat`");
        }
        if expected.certificate.is_some()
            && matches!(
                end,
                Some(End::HandshakeRefused | End::Unbound | End::Closed)
            )
        {
            self.wrong(
                "certificate",
                "no certificate is shown without a handshake",
                "remove one of the two",
            );
        }
        let secure = match &test.ask {
            Ask::Request { request, .. } => request.scheme == crate::simulate::Scheme::Https,
            Ask::Connection { connection, .. } => connection.tls,
        };
        for key in ["certificate", "client-certificate"] {
            if self.says(key) && !secure {
                self.wrong(
                    key,
                    format!("`{key}` is about TLS, and this is asked without"),
                    "ask by https",
                );
            }
        }
    }
}

/// A URL, or a path below the default host.
fn url(
    node: Node<'_, '_>,
    method: &str,
    defaults: &Defaults,
    each: bool,
    host_is_said: bool,
) -> Result<Request, Mistake> {
    let url = text(node, &format!("`{method}`"))?;
    let parse = |url: &str| {
        Request::parse(url)
            .map_err(|error| Mistake::new(format!("`{url}` is no URL: {error}"), node.origin()))
    };
    if !url.starts_with('/') {
        if each {
            return Err(mistake(node, "with `for-each` a test says a path"));
        }
        if !url.contains("://") {
            return Err(mistake(
                node,
                "a request is for a URL with `http://` or `https://`, or for a path",
            ));
        }
        return parse(url);
    }
    let host = defaults.host.as_deref().filter(|_| !each);
    if host.is_none() && !each && !host_is_said {
        return Err(
            Mistake::new("a path needs a host", node.origin()).help(format!(
                "write a URL, such as `{method}: https://shop.example.com{url}`, or `host` in `defaults`; `host: null` sends none"
            )),
        );
    }
    let scheme = defaults.scheme.name();
    let mut request = parse(&format!("{scheme}://{}{url}", host.unwrap_or("no.host")))?;
    if host.is_none() {
        let host = each.then(|| HOST.to_owned());
        (request.host, request.sni) = (host.clone(), host);
    }
    Ok(request)
}
