//! Servers of another Service that stand in: a replica for its primary.

use crate::annotations::grammar::{Grammar, Problem};
use crate::annotations::spec::{Support, annotation};
use crate::manifest::{PortRef, is_label};

annotation! {
    /// The Service whose servers stand in when none of this one's is up, such as that of the replicas of a database.
    ///
    /// A Service of the same namespace, and after a colon one of its ports by name or number. Without a port, it is the one that is
    /// called as the exposed one, or else has its number, or else the only one. Where it has several servers, all of them share the
    /// connections then. They are checked as the others are: with a question that only a primary answers, such as Patroni's `/primary`,
    /// replicas never step in.
    ///
    /// Where the Service or the port is missing, the port works without: see ING201 and ING202. New connections go back as soon as a
    /// server of this Service is up; those that stand are left, unless `ingressc/on-marked-up` closes them.
    pub(super) static INGRESSC_BACKUP: BackupService = {
        key: Ingressc / "backup",
        on: [Service],
        scope: Port,
        field: BackupService,
        support: Support::Full,
        since: "0.2",
        example: "orders-replica:postgres",
        apply: |draft, value| draft.tcp.backup = Some(value),
    }
}

/// A Service of the same namespace, and perhaps one of its ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BackupService {
    /// The Service.
    pub(crate) service: String,
    /// Its port; `None`: the one that is like the exposed one.
    pub(crate) port: Option<PortRef>,
}

impl Grammar for BackupService {
    type Value = Self;
    const NAME: &'static str = "Service port";
    const FORM: &'static str = "the name of a Service of the same namespace, and perhaps a colon and the name or number of a port";
    const PATTERN: Option<&'static str> = Some("^[a-z0-9-]{1,63}(:[a-z0-9-]{1,63})?$");
    const GOOD: &'static [&'static str] = &["orders-replica", "replica:5432", "replica:postgres"];
    const BAD: &'static [&'static str] = &[
        "Orders",
        "db/orders",
        "orders:",
        ":5432",
        "orders:0",
        "orders:70000",
        "orders:5432:1",
        "orders replica",
        "orders\nserver evil 203.0.113.1:80",
        "orders:a b",
        "%[env(HOME)]",
    ];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Self, Problem> {
        let (service, port) = match text.split_once(':') {
            Some((service, port)) => (service, Some(port)),
            None => (text, None),
        };
        if !is_label(service) {
            let problem = Problem::new("begins with no name of a Service of the same namespace");
            return Err(problem.help("write the name of a Service, such as `orders-replica`"));
        }
        Ok(Self {
            service: service.to_owned(),
            port: port.map(|port| read(port, text.len())).transpose()?,
        })
    }
}

/// A port, which ends at the byte `end` of the value.
fn read(port: &str, end: usize) -> Result<PortRef, Problem> {
    let numeric = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    match port.parse::<u16>() {
        Ok(number) if numeric && number > 0 => Ok(PortRef::Number(number)),
        _ if !numeric && (1..=63).contains(&port.len()) && port.bytes().all(legal) => {
            Ok(PortRef::Name(port.to_owned()))
        }
        _ => Err(Problem::new("names no port after the colon")
            .help("write the name or the number of a port of that Service")
            .at(end - port.len()..end)),
    }
}
