//! Exposure: which ports of a Service the outside reaches as they are, without HTTP.

use super::given::Given;
use super::grammar::{Grammar, Problem};
use super::registry::Family;
use super::spec::{Scope, Support, annotation};
use crate::ir::{Field, Port};
use crate::manifest::Service;
use crate::source::Sourced;

/// The keys.
pub(super) const FAMILY: Family = Family {
    name: "exposure",
    title: "Exposure of TCP services",
    specs: &[&INGRESSC_EXPOSE],
};

/// The values that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    expose: Option<Sourced<Ports>>,
}

/// Which ports of a Service are exposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ports {
    /// None.
    None,
    /// All that speak TCP.
    All,
    /// Those with these names or numbers.
    Some(Vec<String>),
    /// The only one, on this port.
    Fixed(Port),
}

/// What annotations say about the exposure of a Service.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exposure {
    /// Which ports, and where that is written; `None` where nothing is said.
    pub(crate) ports: Option<Sourced<Ports>>,
}

impl Grammar for Ports {
    type Value = Self;
    const NAME: &'static str = "exposed ports";
    const FORM: &'static str =
        "`true` for all TCP ports, or names or numbers of ports, separated by commas";
    const GOOD: &'static [&'static str] =
        &["true", "false", "postgres", "postgres, metrics", "26145"];
    const BAD: &'static [&'static str] = &["yes please", "a b", ",", "POSTGRES"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Self, Problem> {
        match text {
            "true" => return Ok(Self::All),
            "false" => return Ok(Self::None),
            _ => {}
        }
        if let Ok(port) = text.parse::<Port>() {
            return Ok(Self::Fixed(port));
        }
        let legal = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let names: Vec<&str> = text.split(',').map(str::trim).collect();
        if names.iter().all(|name| legal(name)) {
            return Ok(Self::Some(names.into_iter().map(str::to_owned).collect()));
        }
        Err(Problem::new("names no ports").help("write `true`, or names of ports of the Service"))
    }
}

annotation! {
    /// Exposes ports of the Service as they are: what clients send goes to the servers, and nobody reads it.
    ///
    /// Each gets a port of `tcp.pool`, which the lock keeps for it.
    static INGRESSC_EXPOSE: Ports = {
        key: Ingressc / "expose",
        on: [Service],
        scope: Port,
        field: Exposure,
        support: Support::Full,
        since: "0.1",
        example: "true",
        apply: |draft, value| draft.exposure.expose = Some(value),
    }
}

/// Whether some key may be about exposure: asked of each Service.
pub(super) fn may_be(service: &Service) -> bool {
    let mut annotations = service.meta.annotations.iter();
    annotations.any(|annotation| annotation.key.starts_with("ingressc/expose"))
}

/// Whether a key is about exposure.
pub(super) fn counts(given: &Given<'_>) -> bool {
    given.spec.scope == Scope::Port
        && matches!(given.spec.field, Field::Exposure | Field::FixedPort)
}

/// What the keys come to.
pub(super) fn read(draft: &super::Draft) -> Exposure {
    let ports = draft.exposure.expose.clone();
    Exposure {
        ports: ports.filter(|ports| ports.value != Ports::None),
    }
}
