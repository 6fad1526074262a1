//! What Ingresses ask for, before anybody arbitrates.

use std::collections::BTreeMap;
use std::fmt;

use crate::annotations::Guards;
use crate::ir::{Claim, Condition, HostPattern, PathPattern, Target};
use crate::manifest::{Ingress, IngressBackend};
use crate::source::{Origin, Sourced};

/// Everything that the selected Ingresses ask for.
#[derive(Debug, Default)]
pub(in crate::lower) struct Claims<'m> {
    /// Paths, in order of precedence: by Ingress, rule and path.
    pub(in crate::lower) wishes: Vec<Wish<'m>>,
    /// Every legal host that a rule names, with paths or without, and the first place that names it.
    pub(in crate::lower) hosts: BTreeMap<HostPattern, Origin>,
    /// Default backends of everything: those of Ingresses without rules, and under the profile of haproxytech all of them.
    pub(in crate::lower) catch_alls: Vec<Wish<'m>>,
    /// Ingresses with a rule that has no host: the rule, and whether other rules of the Ingress name one.
    pub(in crate::lower) hostless: Vec<Hostless<'m>>,
}

impl Claims<'_> {
    /// Adds claims that come after these.
    pub(in crate::lower) fn append(&mut self, mut later: Self) {
        self.wishes.append(&mut later.wishes);
        self.catch_alls.append(&mut later.catch_alls);
        self.hostless.append(&mut later.hostless);
        for (host, origin) in later.hosts {
            self.hosts.entry(host).or_insert(origin);
        }
    }
}

/// A path of some host, and who is to answer it.
#[derive(Debug)]
pub(in crate::lower) struct Wish<'m> {
    pub(in crate::lower) ingress: &'m Ingress,
    /// `None`: hosts that no rule names.
    pub(in crate::lower) host: Option<HostPattern>,
    pub(in crate::lower) path: PathPattern,
    pub(in crate::lower) strength: Strength,
    pub(in crate::lower) field: Field,
    pub(in crate::lower) claim: Claim,
    /// Which requests it is for; `None` for all of them.
    pub(in crate::lower) condition: Option<Sourced<Condition>>,
    /// Who gets connections whose TLS is handed through; only for `/` of a host.
    pub(in crate::lower) passthrough: Option<Target>,
    /// As written; two closed claims are compared by it.
    pub(in crate::lower) backend: Option<&'m IngressBackend>,
    /// What keeps clients out, as it is written, where nobody has decided about the annotations: the backend cannot be had.
    pub(in crate::lower) guards: Option<Guards>,
    /// Read as a Prefix, and written with a slash at its end, which not every controller drops.
    pub(in crate::lower) trailing_slash: bool,
}

/// Which of two wishes for one pattern holds, before their order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lower) enum Strength {
    /// Exact or Prefix.
    Typed,
    /// `ImplementationSpecific`, read as Prefix.
    ImplementationSpecific,
    /// `defaultBackend`, read as Prefix `/` of each host.
    Default,
}

/// A rule without a host.
#[derive(Debug)]
pub(in crate::lower) struct Hostless<'m> {
    pub(in crate::lower) ingress: &'m Ingress,
    pub(in crate::lower) rule: usize,
    pub(in crate::lower) origin: Origin,
    pub(in crate::lower) beside_hosts: bool,
}

/// A backend's or path's place in `spec`; formatted only when there is something to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lower) enum Field {
    Default,
    Path(usize, usize),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("spec.defaultBackend"),
            Self::Path(rule, path) => write!(f, "spec.rules[{rule}].http.paths[{path}]"),
        }
    }
}
