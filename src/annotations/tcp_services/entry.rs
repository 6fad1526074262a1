//! An entry: `namespace/service:port`, and words behind further colons.

use super::MapFormat;
use super::format::Reading;
use super::servers::Servers;
use super::words;
use crate::annotations::given::short;
use crate::finding::{Code, Finding};
use crate::ir::Port;
use crate::manifest::{ObjectName, PortRef, is_label};
use crate::source::{Origin, Sourced};

/// A port of the host, and what its connections lead to.
#[derive(Debug)]
pub(crate) struct Entry<'m> {
    /// The entry.
    pub(crate) place: Place<'m>,
    /// The port, where the key stands.
    pub(crate) port: Sourced<Port>,
    /// The Service.
    pub(crate) service: Sourced<ObjectName>,
    /// The port of the Service.
    pub(crate) service_port: Sourced<PortRef>,
    /// TLS that is answered on the port.
    pub(crate) tls: Option<Tls>,
    /// Where it says that connections begin with a PROXY header.
    pub(crate) accept_proxy: Option<Origin>,
    /// What it says about the servers.
    pub(crate) servers: Servers,
}

/// TLS that is answered on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tls {
    /// With the certificates of HTTPS.
    Shared(Origin),
    /// With one of its own.
    Own {
        /// The Secret with certificate and key.
        secret: Sourced<ObjectName>,
        /// The Secret with the authority of the certificates that clients have to show.
        authority: Option<Sourced<ObjectName>>,
    },
}

/// Where an entry stands, for findings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'m> {
    /// The ConfigMap.
    pub(crate) map: &'m ObjectName,
    /// The key.
    pub(crate) key: &'m str,
}

impl Place<'_> {
    /// Begins a finding about the entry, without its place in a file.
    pub(crate) fn finding(self, code: Code, message: impl Into<String>) -> Finding {
        Finding::new(code, message)
            .object(format_args!("ConfigMap {}", self.map))
            .field(format!("data[{}]", short(self.key)))
    }
}

/// `port 3306 of ConfigMap haproxy/tcp`.
impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "port {} of ConfigMap {}", self.key, self.map)
    }
}

/// What stands between two colons.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'m> {
    /// The text.
    pub(super) text: &'m str,
    /// Its place; that of the whole value where it is empty, or written in several lines.
    pub(super) origin: Origin,
}

/// An entry that cannot be read. Boxed, because it is rare and large.
pub(super) type Refused = Box<Finding>;

/// More pieces than any controller reads, and few enough for values of any length.
const MOST: usize = 9;

/// Reads a value. One that cannot be read is told, and gives nothing.
pub(super) fn read<'m>(
    place: Place<'m>,
    port: Sourced<Port>,
    value: &'m Sourced<String>,
    reading: Reading,
    findings: &mut Vec<Finding>,
) -> Option<Entry<'m>> {
    let entry = entry(place, port, value, reading, findings);
    entry.map_err(|refused| findings.push(*refused)).ok()
}

fn entry<'m>(
    place: Place<'m>,
    port: Sourced<Port>,
    value: &'m Sourced<String>,
    reading: Reading,
    findings: &mut Vec<Finding>,
) -> Result<Entry<'m>, Refused> {
    const HELP: &str = "write `namespace/service:port`";
    if value.value.trim().is_empty() {
        let message = format!("{place} leads to no Service: its value is empty");
        let finding = place.finding(Code::INVALID_TCP_SERVICE, message);
        let help = format!("{HELP}, or remove the key");
        return Err(Box::new(finding.at(value.origin).help(help)));
    }
    let pieces = pieces(value);
    let refuse = |piece: Piece<'_>, what: &str| {
        let message = format!("`{}`, to which {place} leads, {what}", short(piece.text));
        let finding = place.finding(Code::INVALID_TCP_SERVICE, message);
        Box::new(finding.at(piece.origin).help(HELP))
    };
    let whole = Piece {
        text: value.value.trim(),
        origin: value.origin,
    };
    let [target, own_port, words @ ..] = &pieces[..] else {
        return Err(refuse(whole, "names no port"));
    };
    let service = object(*target, is_label).ok_or_else(|| {
        let piece = if target.text.is_empty() {
            whole
        } else {
            *target
        };
        refuse(piece, "is no Service written as `namespace/service`")
    })?;
    let service_port =
        port_of(*own_port).ok_or_else(|| refuse(whole, "names no port by number or name"))?;
    let words = words::read(place, words, reading, findings)?;
    let differs = |origin, message: String, help: &str| {
        let finding = place.finding(Code::DIALECT_DEFAULT_DIFFERS, message);
        finding.at(origin).help(help)
    };
    if value.value.trim() != value.value {
        let message = format!(
            "the value of {place} has blanks around it, which count for nothing here: controllers leave such an entry out"
        );
        findings.push(differs(value.origin, message, "remove them"));
    }
    if let (PortRef::Name(name), Reading::As(MapFormat::HaproxyTech)) =
        (&service_port.value, reading)
    {
        let message = format!(
            "{place} leads to the Service port `{name}` by its name: the haproxytech controller reads only numbers here, and leaves the entry out"
        );
        findings.push(differs(
            service_port.origin,
            message,
            "write the number of the Service port, where that controller reads it, too",
        ));
    }
    Ok(Entry {
        place,
        port,
        service,
        service_port,
        tls: words.tls,
        accept_proxy: words.accept_proxy,
        servers: words.servers,
    })
}

/// The pieces of a value. Behind the last one that any controller reads stands the rest in one piece.
fn pieces(value: &Sourced<String>) -> Vec<Piece<'_>> {
    let text = value.value.trim();
    let mut start = value.value.len() - value.value.trim_start().len();
    let piece = |text| {
        let origin = value.part(start..start + str::len(text));
        start += text.len() + 1;
        Piece {
            text,
            origin: origin.unwrap_or(value.origin),
        }
    };
    text.splitn(MOST, ':').map(piece).collect()
}

/// `namespace/name`; `legal`: the grammar of the name.
pub(super) fn object(piece: Piece<'_>, legal: fn(&str) -> bool) -> Option<Sourced<ObjectName>> {
    let (namespace, name) = piece.text.split_once('/')?;
    (is_label(namespace) && legal(name))
        .then(|| Sourced::new(ObjectName::new(namespace, name), piece.origin))
}

/// A Service port: a number from 1 on, or a name (up to 15 lower-case letters, digits and `-`, a letter among them; RFC 6335).
fn port_of(piece: Piece<'_>) -> Option<Sourced<PortRef>> {
    let text = piece.text;
    let port = if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        PortRef::Number(text.parse().ok().filter(|number| *number > 0)?)
    } else {
        let is_name = text.len() <= 15 && is_label(text);
        PortRef::Name(is_name.then(|| text.to_owned())?)
    };
    Some(Sourced::new(port, piece.origin))
}
