//! Exposure: which ports of a Service the outside reaches as they are, without HTTP.
//!
//! In: the keys of a Service. Out: what each of them asks for, in the words of the manifest. Which Service ports that means is said where
//! ports become listeners.

mod allocator;
mod grammar;

pub(super) use self::allocator::spec as allocator;
pub(crate) use self::grammar::Ports;
use self::grammar::{HostPort, Switch};
use super::given::Given;
use super::grammar::Grammar;
use super::registry::Family;
use super::spec::{Spec, Support, annotation};
use crate::ir::{Field, Port, Setting};
use crate::manifest::Service;
use crate::source::{Origin, Sourced};

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "exposure",
    title: "Exposure of TCP services",
    specs: &[
        &INGRESSC_EXPOSE,
        &INGRESSC_EXPOSE_PORT,
        &INGRESSC_HAPROXY_INGRESS,
        &INGRESSC_INGRESS,
    ],
};

/// What annotations say about the exposure of a Service.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exposure<'m> {
    /// `ingressc/expose`.
    pub(crate) expose: Option<Wish<'m, Ports>>,
    /// `ingressc/expose-port.PORT`, by key.
    pub(crate) fixed: Vec<Wish<'m, Fixed<'m>>>,
    /// `ingress: haproxy-ingress`, and whether it is that word.
    pub(crate) switch: Option<Wish<'m, bool>>,
    /// `haproxy-ingress/PORT`, by key.
    pub(crate) allocated: Vec<Wish<'m, Fixed<'m>>>,
}

/// A key of a Service, and what it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish<'m, T> {
    /// The key as written.
    pub(crate) key: &'m str,
    /// Where the key stands.
    pub(crate) place: Origin,
    /// The value as written.
    pub(crate) value: &'m Sourced<String>,
    /// What it says.
    pub(crate) says: T,
    spec: &'static Spec,
}

/// A Service port, and the host's port that it is exposed on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fixed<'m> {
    /// The number or the name of the Service port.
    pub(crate) name: &'m str,
    /// The host's port; `None` where the value is none, which has its finding.
    pub(crate) port: Option<Port>,
}

impl<'m, T> Wish<'m, T> {
    /// The part of the value at these bytes, or all of it.
    pub(crate) fn part(&self, range: std::ops::Range<usize>) -> Origin {
        self.value.part(range).unwrap_or(self.value.origin)
    }

    /// As a setting of a listener.
    pub(crate) fn setting(&self) -> Setting {
        Setting {
            field: self.spec.field,
            key: self.key.to_owned(),
            value: self.value.clone(),
            losers: Vec::new(),
        }
    }

    /// The same key, another reading of it.
    pub(crate) fn with<U>(&self, says: U) -> Wish<'m, U> {
        Wish {
            key: self.key,
            place: self.place,
            value: self.value,
            says,
            spec: self.spec,
        }
    }
}

annotation! {
    /// Exposes ports of the Service as they are: what clients send goes to the servers, and nobody reads it.
    ///
    /// * `true`: all its TCP ports.
    /// * `postgres, 9187`: these ones, by their names or numbers in the Service.
    /// * `26145`: a number that is none of the Service's ports is one of the host's, for a Service with one TCP port. A number that is
    ///   one of the Service's ports means that port.
    /// * `false`: none, whatever other keys say.
    ///
    /// Where no port of the host is named, each gets one of `tcp.pool`, which the lock keeps for it.
    static INGRESSC_EXPOSE: Ports = {
        key: Ingressc / "expose",
        on: [Service],
        scope: Port,
        field: Exposure,
        support: Support::Full,
        since: "0.1",
        example: "true",
        apply: |_, _| {},
    }
}

annotation! {
    /// Exposes one port of the Service on this port of the host, alone or beside `ingressc/expose`.
    ///
    /// `PORT` is the name or the number of the Service port. The host's port is bound whether or not `tcp.pool` holds it.
    static INGRESSC_EXPOSE_PORT: HostPort = {
        key: Ingressc / "expose-port.",
        written: "ingressc/expose-port.PORT",
        on: [Service],
        scope: Port,
        field: FixedPort,
        support: Support::Full,
        since: "0.1",
        example: "26735",
        apply: |_, _| {},
    }
}

annotation! {
    /// The port of the host that an allocator has given a port of the Service: `haproxy-ingress/5432: "26735"`.
    ///
    /// `PORT` is the number or the name of a port of the Service; a key of any other name is one of the community's controller, which
    /// had this prefix once. It is honoured as `ingressc/expose-port.PORT` is.
    ///
    /// It does nothing without `ingress: haproxy-ingress`.
    static INGRESSC_HAPROXY_INGRESS: HostPort = {
        key: Ingressc / "haproxy-ingress/",
        written: "haproxy-ingress/PORT",
        on: [Service],
        scope: Port,
        field: FixedPort,
        support: Support::Full,
        since: "0.1",
        example: "26735",
        apply: |_, _| {},
    }
}

annotation! {
    /// Exposes all TCP ports of the Service, as `ingressc/expose: "true"` does.
    ///
    /// It is the annotation by which Services ask an allocator for ports of the host. Ports that have no `haproxy-ingress/PORT` yet get
    /// one of `tcp.pool`. Keys of ingressc count before this one. Any other value is somebody else's.
    static INGRESSC_INGRESS: Switch = {
        key: Ingressc / "ingress",
        written: "ingress",
        on: [Service],
        scope: Port,
        field: Exposure,
        support: Support::Full,
        since: "0.1",
        example: "haproxy-ingress",
        apply: |_, _| {},
    }
}

/// Whether a key is one of these.
pub(super) fn is_key(spec: &Spec) -> bool {
    matches!(spec.field, Field::Exposure | Field::FixedPort)
}

/// Whether some key may be about exposure: asked of each Service.
pub(super) fn may_be(service: &Service) -> bool {
    let mut annotations = service.meta.annotations.iter();
    annotations.any(|annotation| {
        annotation.key.starts_with("ingressc/expose") || allocator(annotation, service).is_some()
    })
}

/// What the keys of a Service ask for. An empty value of an allocator says nothing: it has not given a port yet.
pub(super) fn read<'m>(given: &[Given<'m>]) -> Exposure<'m> {
    let mut exposure = Exposure::default();
    let ours = given.iter().filter(|given| is_key(given.spec));
    let says = |given: &&Given<'_>| !given.value.value.is_empty() || given.spec.needs_value();
    for given in ours.filter(says) {
        let (text, remarks) = (given.value.value.as_str(), &mut Vec::new());
        let wish = Wish {
            key: given.key,
            place: given.place,
            value: given.value,
            says: (),
            spec: given.spec,
        };
        let fixed = || {
            let (_, name) = given.key.split_at_checked(beginning(given.spec).len())?;
            let port = HostPort::parse(text, &mut Vec::new()).ok();
            // Of a key on the wrong object, or of a version that is not there, nothing holds.
            let port = port.filter(|_| !given.broken);
            Some(wish.with(Fixed { name, port }))
        };
        if is(given.spec, &INGRESSC_EXPOSE) {
            // Nobody knows what it was to say, so no weaker key may say more.
            let says = Ports::parse(text, remarks).unwrap_or(Ports::Some(Vec::new()));
            exposure.expose = Some(wish.with(says));
        } else if is(given.spec, &INGRESSC_INGRESS) {
            exposure.switch = Some(wish.with(!given.broken));
        } else if is(given.spec, &INGRESSC_EXPOSE_PORT) {
            exposure.fixed.extend(fixed());
        } else {
            exposure.allocated.extend(fixed());
        }
    }
    // The order of annotations in a file is chance.
    exposure.fixed.sort_by_key(|wish| wish.key);
    exposure.allocated.sort_by_key(|wish| wish.key);
    exposure
}

fn is(one: &Spec, other: &Spec) -> bool {
    (one.dialect, one.key) == (other.dialect, other.key)
}

/// What an open key begins with.
fn beginning(spec: &Spec) -> &'static str {
    let written = spec.written.unwrap_or_default();
    written.strip_suffix("PORT").unwrap_or(written)
}
