//! `routes.yaml`: requests, and what must become of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::Path;

use ingressc::ir::Port;
use ingressc::simulate::{ClientCertificate, Request, Scheme, TcpConnection};
use serde::{Deserialize, Deserializer};

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectations {
    version: u32,
    #[serde(default)]
    defaults: Defaults,
    pub(crate) tests: Vec<Row>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Defaults {
    host: Option<String>,
    scheme: Option<String>,
}

/// One request and its end. The request is one of the methods with a URL or a path.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Row {
    get: Option<String>,
    head: Option<String>,
    post: Option<String>,
    put: Option<String>,
    delete: Option<String>,
    patch: Option<String>,
    options: Option<String>,
    connect: Option<String>,
    trace: Option<String>,
    /// A port of a TCP service to connect to, in place of a request.
    pub(crate) tcp: Option<u16>,
    /// With `tcp`: the client begins with a handshake.
    #[serde(default)]
    tls: bool,
    /// With `tls`: the protocol that the client asks for, which has to be agreed on. A live HAProxy is asked.
    pub(crate) alpn: Option<String>,
    /// With `tcp`: HAProxy closes the connection.
    #[serde(default)]
    pub(crate) closed: bool,
    /// With `tcp`: nobody listens there.
    #[serde(default)]
    pub(crate) unbound: bool,
    name: Option<String>,
    /// The raw request target.
    target: Option<String>,
    /// The raw Host header: absent keeps the URL's, null sends none.
    #[serde(default)]
    host: HostHeader,
    sni: Option<String>,
    version: Option<String>,
    /// Headers to send besides.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// Where the request comes from: any address, told to HAProxy by the PROXY protocol. 127.0.0.1 when absent.
    from: Option<IpAddr>,
    /// `namespace/service:port`.
    pub(crate) backend: Option<String>,
    pub(crate) status: Option<u16>,
    /// Where a redirect leads. `PORT` stands for the listener's port.
    pub(crate) location: Option<String>,
    /// Headers of the response, null for one that must not be there. The server's own are those of the stub.
    #[serde(default)]
    pub(crate) response_headers: BTreeMap<String, Option<String>>,
    /// So many requests reach the backend, and the next one has the status. Whoever asked before counts, too.
    pub(crate) limited: Option<Limited>,
    /// Whom to ask; both when absent.
    only: Option<Only>,
    /// Without the query.
    pub(crate) path_seen_by_server: Option<String>,
    pub(crate) host_seen_by_server: Option<String>,
    /// Headers as they reach the server, all lines of a name joined by `, `; null for one that must not. `PORT` stands for the
    /// listener's port, which differs from run to run.
    #[serde(default)]
    pub(crate) headers_seen_by_server: BTreeMap<String, Option<String>>,
    /// How the connection to the server began, as [`crate::stub::Seen::connection`] has it; null for what must not be. A live HAProxy
    /// is asked.
    #[serde(default)]
    pub(crate) connection_seen_by_server: BTreeMap<String, Option<String>>,
    /// What the client shows in the handshake; none when absent.
    client_certificate: Option<Shown>,
    /// The Secret whose leaf is served, or where clusters have one each, its file in the bundle.
    pub(crate) certificate: Option<String>,
    pub(crate) handshake: Option<Handshake>,
    #[serde(default = "one")]
    pub(crate) repeat: usize,
    /// How many servers answer over the repetitions.
    pub(crate) servers: Option<usize>,
}

/// A rate limit as a client meets it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limited {
    pub(crate) after: u32,
    pub(crate) status: u16,
}

/// Rows that only a live HAProxy can be asked: chance decides, or raw lines do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Only {
    Live,
}

/// A certificate of `tls/authority.pem`, or one of another authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Shown {
    Trusted,
    Foreign,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Handshake {
    Refused,
}

fn one() -> usize {
    1
}

/// What a row says of the Host header.
#[derive(Debug, Default)]
enum HostHeader {
    /// Nothing.
    #[default]
    OfTheUrl,
    /// `host: null`.
    Missing,
    /// `host: "FOO.com:80"`.
    Raw(String),
}

impl<'de> Deserialize<'de> for HostHeader {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match Option::deserialize(from)? {
            Some(text) => Self::Raw(text),
            None => Self::Missing,
        })
    }
}

impl Expectations {
    /// Reads the file of a case.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let read: Self = serde_yaml::from_str(&text).map_err(|error| error.to_string())?;
        match read.version {
            1 => Ok(read),
            other => Err(format!("version {other} is not known")),
        }
    }

    /// The request of a row, and the HTTP version to send it with.
    pub(crate) fn request(&self, row: &Row) -> Result<(Request, String), String> {
        let (method, url) = row.method()?;
        let scheme = self.defaults.scheme.as_deref().unwrap_or("http");
        let mut request = if url.starts_with('/') {
            // A path alone: the host comes from the defaults, or from the row, or there is none.
            let host = self.defaults.host.as_deref();
            let url = format!("{scheme}://{}{url}", host.unwrap_or("no.host"));
            let mut request = Request::parse(&url).map_err(|error| error.to_string())?;
            if host.is_none() {
                (request.host, request.sni) = (None, None);
            }
            request
        } else {
            Request::parse(url).map_err(|error| error.to_string())?
        };
        request.method = method.to_ascii_uppercase();
        if let Some(target) = &row.target {
            request.target.clone_from(target);
        }
        match &row.host {
            HostHeader::OfTheUrl => {}
            HostHeader::Missing => request.host = None,
            HostHeader::Raw(host) => request.host = Some(host.clone()),
        }
        if row.sni.is_some() {
            request.sni.clone_from(&row.sni);
        }
        request.certificate = row.client_certificate();
        if let Some(from) = row.from {
            request.source = from;
        }
        request.headers = row.headers.clone().into_iter().collect();
        Ok((
            request,
            row.version.clone().unwrap_or_else(|| "1.1".to_owned()),
        ))
    }
}

impl Row {
    /// Whether the simulator cannot tell.
    pub(crate) fn only_live(&self) -> bool {
        self.only == Some(Only::Live)
    }

    /// The connection of a row with `tcp`.
    pub(crate) fn connection(&self) -> Result<TcpConnection, String> {
        let port = self.tcp.and_then(Port::new).ok_or("`tcp` is a port")?;
        if self.sni.is_some() && !self.tls {
            return Err("a name without `tls: true` is not sent".to_owned());
        }
        let mut connection = TcpConnection::to(port);
        connection.tls = self.tls;
        connection.sni.clone_from(&self.sni);
        connection.certificate = self.client_certificate();
        if let Some(from) = self.from {
            (connection.source, connection.proxied) = (from, true);
        }
        Ok(connection)
    }

    fn client_certificate(&self) -> ClientCertificate {
        match self.client_certificate {
            None => ClientCertificate::Absent,
            Some(Shown::Trusted) => ClientCertificate::Trusted,
            Some(Shown::Foreign) => ClientCertificate::Foreign,
        }
    }

    fn method(&self) -> Result<(&'static str, &str), String> {
        let methods = [
            ("get", &self.get),
            ("head", &self.head),
            ("post", &self.post),
            ("put", &self.put),
            ("delete", &self.delete),
            ("patch", &self.patch),
            ("options", &self.options),
            ("connect", &self.connect),
            ("trace", &self.trace),
        ];
        let mut given = methods
            .into_iter()
            .filter_map(|(name, url)| Some((name, url.as_deref()?)));
        match (given.next(), given.next()) {
            (Some(one), None) => Ok(one),
            _ => Err("a row names one method".to_owned()),
        }
    }

    /// What must be said for a row to be able to fail.
    pub(crate) fn validate(&self) -> Result<(), String> {
        let ends = [
            self.backend.is_some(),
            self.status.is_some(),
            self.handshake.is_some(),
            self.closed,
            self.unbound,
        ];
        if ends.iter().filter(|given| **given).count() != 1 {
            return Err(
                "a row says one of `backend`, `status`, `handshake`, `closed` and `unbound`"
                    .to_owned(),
            );
        }
        let needs_server = [
            ("servers", self.servers.is_some()),
            ("path-seen-by-server", self.path_seen_by_server.is_some()),
            ("host-seen-by-server", self.host_seen_by_server.is_some()),
            (
                "headers-seen-by-server",
                !self.headers_seen_by_server.is_empty(),
            ),
            (
                "connection-seen-by-server",
                !self.connection_seen_by_server.is_empty(),
            ),
        ];
        for (field, given) in needs_server {
            if given && self.backend.is_none() {
                return Err(format!("`{field}` needs a `backend`"));
            }
        }
        if self.location.is_some() && self.status.is_none() {
            return Err("a `location` needs a `status`".to_owned());
        }
        if self.limited.is_some() && (self.backend.is_none() || self.repeat != 1) {
            return Err("`limited` needs a `backend`, and repeats by itself".to_owned());
        }
        if self.certificate.is_some() && self.handshake.is_some() {
            return Err("a refused handshake shows no `certificate`".to_owned());
        }
        if (self.closed || self.unbound || self.tls) && self.tcp.is_none() {
            return Err("`closed`, `unbound` and `tls` are for rows with `tcp`".to_owned());
        }
        if self.repeat == 0 {
            return Err("`repeat: 0` asks nothing".to_owned());
        }
        Ok(())
    }

    /// The row as messages name it.
    pub(crate) fn title(&self, request: &Request) -> String {
        let scheme = match request.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        let mut title = format!(
            "{} {scheme} {:?} {}",
            request.method, request.host, request.target
        );
        if let Some(name) = &self.name {
            let _ = write!(title, " ({name})");
        }
        title
    }
}
