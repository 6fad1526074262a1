//! What is known about a key, and `annotation!`, which says it.

use super::draft::Draft;
use super::grammar::{GrammarInfo, Problem};
use crate::ir::Field;
use crate::source::{Origin, Sourced};

/// Whose keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// The controller of HAProxy Technologies, <https://github.com/haproxytech/kubernetes-ingress>.
    HaproxyTech,
    /// The community's controller, <https://haproxy-ingress.github.io>: the keys of TCP services on Ingresses.
    HaproxyIngress,
    /// Keys of ingressc itself, for what no controller has a key. They always count.
    Ingressc,
}

impl Dialect {
    /// All dialects, the strongest first.
    pub const ALL: [Self; 3] = [Self::HaproxyTech, Self::HaproxyIngress, Self::Ingressc];

    /// As it is written in the configuration and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::HaproxyTech => "haproxytech",
            Self::HaproxyIngress => "haproxy-ingress",
            Self::Ingressc => "ingressc",
        }
    }

    /// Keys with one of its prefixes that are no matter of the registry: they are read where they belong.
    pub fn elsewhere(self) -> &'static [&'static str] {
        match self {
            Self::HaproxyTech | Self::HaproxyIngress => &[],
            Self::Ingressc => &["endpoints", "ignore"],
        }
    }

    /// Whether the registry knows all its keys. Of one that is not complete, only what the registry knows is read; its other keys are
    /// those of a controller that is not translated.
    pub fn is_complete(self) -> bool {
        self != Self::HaproxyIngress
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == text)
    }

    /// What its keys begin with, the documented prefix first. The others mean the same.
    pub fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::HaproxyTech => &["haproxy.org/", "ingress.kubernetes.io/", "haproxy.com/"],
            Self::HaproxyIngress => &["haproxy-ingress.github.io/", "ingress.kubernetes.io/"],
            Self::Ingressc => &["ingressc/"],
        }
    }
}

/// Where a key may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    /// An annotation of a Service. Counts most.
    Service,
    /// An annotation of an Ingress.
    Ingress,
    /// A key of the controller's ConfigMap. Counts least.
    ConfigMap,
    /// A key of the ConfigMap of TCP services.
    TcpConfigMap,
}

impl On {
    /// The object, as messages call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::Ingress => "Ingress",
            Self::ConfigMap => "ConfigMap",
            Self::TcpConfigMap => "TCP ConfigMap",
        }
    }
}

/// What a setting holds for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The whole process: only the ConfigMap can say it.
    Global,
    /// The requests of the routes of an Ingress: Ingress before ConfigMap.
    Route,
    /// The servers of a Service port: Service before Ingress before ConfigMap.
    Backend,
    /// The exposed ports of a Service: Service before ConfigMap. On an Ingress: its TCP port.
    Port,
}

impl Scope {
    /// `global`, `route`, `backend`, `port`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Route => "route",
            Self::Backend => "backend",
            Self::Port => "port",
        }
    }
}

/// How far a key is translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// As its controller means it, or better where that fails open.
    Full,
    /// With the exceptions that the text tells.
    Partial(&'static str),
    /// Not at all, for this reason. Using it is a finding.
    Refused(&'static str),
}

/// That a key keeps somebody out. One that cannot be honoured closes its routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protects {
    /// What makes the protection weaker: `a longer list`, `absent`.
    pub weaker: &'static str,
}

/// Another spelling of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alias {
    /// The spelling, without prefix.
    pub key: &'static str,
    /// Whether it counts before the key itself, on whatever object it stands.
    pub first: bool,
}

/// One key of a dialect.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Whose key.
    pub dialect: Dialect,
    /// The key without prefix.
    pub key: &'static str,
    /// How it is documented, where that is not the dialect's prefix and the key: `ingressc/expose-port.PORT`, `ingress`.
    pub written: Option<&'static str>,
    /// Other spellings, all of them deprecated.
    pub aliases: &'static [Alias],
    /// Where it may stand.
    pub on: &'static [On],
    /// What it holds for.
    pub scope: Scope,
    /// What values it takes.
    pub grammar: GrammarInfo,
    /// The value where nothing is said, in the key's grammar; `None`: the feature is off.
    pub default: Option<&'static str>,
    /// What it decides.
    pub field: Field,
    /// How far it is translated.
    pub support: Support,
    /// Keys without which it does nothing: one of them has to be there.
    pub requires: &'static [&'static str],
    /// Keys that it cannot stand beside.
    pub excludes: &'static [&'static str],
    /// Whether it keeps somebody out.
    pub protects: Option<Protects>,
    /// The HAProxy version that it needs, when the oldest supported one does not do.
    pub needs: Option<(u8, u8)>,
    /// The version of ingressc that has known it first.
    pub since: &'static str,
    /// A value that shows what it is good for.
    pub example: &'static str,
    /// What it does: Markdown, one line each. The first line is the summary.
    pub doc: &'static [&'static str],
    pub(super) check: fn(&str, &mut Vec<Problem>) -> bool,
    pub(super) apply: fn(&mut Draft, Sourced<&str>),
    pub(super) same: fn(&str, &str) -> bool,
}

impl Spec {
    /// The key as it is documented, `haproxy.org/allow-list`.
    pub fn full_key(&self) -> String {
        match self.written {
            Some(written) => written.to_owned(),
            None if self.is_open() => format!("{}PREFIX/NAME", self.key),
            None => format!("{}{}", self.dialect.prefixes()[0], self.key),
        }
    }

    /// Whether the key is the beginning of keys that end as the user likes: `backend.` of `backend.example.com/team`, `expose-port.` of
    /// `ingressc/expose-port.postgres`.
    pub fn is_open(&self) -> bool {
        self.key.ends_with(['.', '/'])
    }

    /// Whether it is written behind a prefix of its dialect. The others are found by who reads them.
    pub fn is_prefixed(&self) -> bool {
        let mut prefixes = self.dialect.prefixes().iter();
        self.written
            .is_none_or(|written| prefixes.any(|prefix| written.starts_with(prefix)))
    }

    /// Whether an empty value is a mistake. Elsewhere it says nothing, or hides what a place that counts less says. These keys have no
    /// such place: one that is empty was filled in by a template that had nothing to fill in, and would open, or close, a port.
    pub(super) fn needs_value(&self) -> bool {
        let is_exposure = matches!(self.field, Field::Exposure | Field::FixedPort);
        self.dialect == Dialect::Ingressc
            && self.is_prefixed()
            && self.scope == Scope::Port
            && (is_exposure || self.protects.is_some())
    }

    /// The first line of the documentation, without the space that begins it.
    pub fn summary(&self) -> &'static str {
        self.doc.first().map_or("", |line| line.trim())
    }

    /// Whether `value` is legal, and what there is to say about it.
    pub(super) fn judge(&self, value: &str) -> (bool, Vec<Problem>) {
        let mut problems = Vec::new();
        let legal = (self.check)(value, &mut problems);
        (legal, problems)
    }

    /// Whether two values say the same, however they are written: `5s` and `5000ms`.
    pub(crate) fn same(&self, one: &str, other: &str) -> bool {
        one == other || (self.same)(one, other)
    }

    /// Whether `value` says what holds where nothing is said.
    pub(crate) fn is_default(&self, value: &str) -> bool {
        self.default
            .is_some_and(|default| self.judge(value).0 && self.same(value, default))
    }

    /// Puts a legal value where it belongs.
    pub(super) fn put(&self, draft: &mut Draft, value: &str, origin: Origin) {
        (self.apply)(draft, Sourced::new(value, origin));
    }
}

/// One key of a dialect. The doc comment is its page; `apply` gets the value as the grammar read it, and never the text.
///
/// The parts stand in this order; those with a question mark may be left out:
/// `key`, `written`?, `aliases`?, `on`, `scope`, `default`?, `field`, `support`, `requires`?, `excludes`?, `protects`?, `needs`?, `since`,
/// `example`, `apply`.
macro_rules! annotation {
    (
        $(#[doc = $doc:literal])+
        $vis:vis static $name:ident: $grammar:ty = {
            key: $dialect:ident / $key:literal,
            $(written: $written:literal,)?
            $(aliases: [$($alias:expr),+ $(,)?],)?
            on: [$($on:ident),+ $(,)?],
            scope: $scope:ident,
            $(default: $default:literal,)?
            field: $field:ident,
            support: $support:expr,
            $(requires: [$($requires:literal),+ $(,)?],)?
            $(excludes: [$($excludes:literal),+ $(,)?],)?
            $(protects: $weaker:literal,)?
            $(needs: $needs:expr,)?
            since: $since:literal,
            example: $example:literal,
            apply: $apply:expr,
        }
    ) => {
        $(#[doc = $doc])+
        $vis static $name: $crate::annotations::Spec = {
            use $crate::annotations::grammar::Grammar;
            fn check(text: &str, problems: &mut Vec<$crate::annotations::Problem>) -> bool {
                match <$grammar as Grammar>::parse(text, problems) {
                    Ok(_) => true,
                    Err(problem) => {
                        problems.push(problem);
                        false
                    }
                }
            }
            fn apply(
                draft: &mut $crate::annotations::Draft,
                text: $crate::source::Sourced<&str>,
            ) {
                type Value = <$grammar as Grammar>::Value;
                let put: fn(&mut $crate::annotations::Draft, $crate::source::Sourced<Value>) = $apply;
                if let Ok(value) = <$grammar as Grammar>::parse(text.value, &mut Vec::new()) {
                    put(draft, $crate::source::Sourced::new(value, text.origin));
                }
            }
            fn same(one: &str, other: &str) -> bool {
                let read = |text| <$grammar as Grammar>::parse(text, &mut Vec::new()).ok();
                let (one, other) = (read(one), read(other));
                one.is_some() && one == other
            }
            $crate::annotations::Spec {
                dialect: $crate::annotations::Dialect::$dialect,
                key: $key,
                written: $crate::annotations::spec::maybe!($($written)?),
                aliases: &[$($($alias),+)?],
                on: &[$($crate::annotations::On::$on),+],
                scope: $crate::annotations::Scope::$scope,
                grammar: $crate::annotations::GrammarInfo::of::<$grammar>(),
                default: $crate::annotations::spec::maybe!($($default)?),
                field: $crate::ir::Field::$field,
                support: $support,
                requires: &[$($($requires),+)?],
                excludes: &[$($($excludes),+)?],
                protects: $crate::annotations::spec::maybe!($($crate::annotations::Protects { weaker: $weaker })?),
                needs: $crate::annotations::spec::maybe!($($needs)?),
                since: $since,
                example: $example,
                doc: &[$($doc),+],
                check,
                apply,
                same,
            }
        };
    };
}
pub(super) use annotation;

/// `Some` of what is there.
macro_rules! maybe {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}
pub(super) use maybe;
