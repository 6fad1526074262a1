//! Custom resources of the HAProxy Technologies controller.

use super::Meta;
use crate::source::Sourced;

/// The kinds that keys of the controller name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceKind {
    /// A backend section.
    Backend,
    /// A `defaults` section.
    Defaults,
    /// The `global` section.
    Global,
    /// A frontend section.
    Frontend,
    /// What custom annotations may say.
    ValidationRules,
    /// Frontends of TCP services, which no key names.
    Tcp,
}

impl ResourceKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Backend,
        Self::Defaults,
        Self::Global,
        Self::Frontend,
        Self::ValidationRules,
        Self::Tcp,
    ];

    /// The kind as manifests spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Backend => "Backend",
            Self::Defaults => "Defaults",
            Self::Global => "Global",
            Self::Frontend => "Frontend",
            Self::ValidationRules => "ValidationRules",
            Self::Tcp => "TCP",
        }
    }
}

/// A custom resource.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Which kind.
    pub kind: ResourceKind,
    /// Of the group `ingress.v1.haproxy.org`, whose fields are below `config`, instead of `ingress.v3.haproxy.org`.
    pub is_v1: bool,
    /// Its name; of a [`ResourceKind::Tcp`], its annotations, too.
    pub meta: Meta,
    /// `metadata.creationTimestamp` in Unix seconds; only exports have it.
    pub created: Option<i64>,
    /// `spec`, as written; `Null` where there is none.
    pub spec: Sourced<ResourceValue>,
}

/// A value of a custom resource, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceValue {
    /// `null`, or nothing.
    Null,
    /// A bool.
    Bool(bool),
    /// A number, in its own digits.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Sourced<ResourceValue>>),
    /// A mapping, in the order of the file.
    Map(Vec<(Sourced<String>, Sourced<ResourceValue>)>),
}

impl ResourceValue {
    /// The value of a field; of the last one, should there be several.
    pub fn get(&self, name: &str) -> Option<&Sourced<Self>> {
        let Self::Map(entries) = self else {
            return None;
        };
        let mut found = entries.iter().rev().filter(|(key, _)| key.value == name);
        found.next().map(|(_, value)| value)
    }

    /// The fields of a mapping; nothing of anything else.
    pub fn fields(&self) -> &[(Sourced<String>, Sourced<Self>)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; nothing of anything else.
    pub fn items(&self) -> &[Sourced<Self>] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// Text, or a number in its digits.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }
}
