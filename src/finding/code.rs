//! The codes: stable numbers of rules, as findings carry them.
//!
//! Numbers are never reused. The first digit is the group: 0 syntax, 1 schema, 2 references, 3 routing, 4 TLS, 5 security,
//! 6 annotations, 7 portability, 8 limits, 9 style. Each code is a constant of [`Code`] that its rule's file declares.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::{Rule, Severity};

/// Which rule, shown as `ING301`. Compared by number.
#[derive(Clone, Copy)]
pub struct Code(&'static Rule);

impl Code {
    /// The code of a rule. Called by `rule!` and nobody else.
    pub(crate) const fn new(rule: &'static Rule) -> Self {
        Self(rule)
    }

    /// All that is known about the rule.
    pub fn rule(self) -> &'static Rule {
        self.0
    }

    /// Its severity where nothing is configured.
    pub fn severity(self) -> Severity {
        self.0.severity
    }

    /// Its name, such as `duplicate-route`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Its page in Markdown.
    pub fn page(self) -> String {
        self.0.page()
    }

    /// Whether a finding of this rule says that input was not read. What was not read was not checked either, and may hold whatever
    /// another file takes for gone: no flag hides it, and whatever level the configuration gives it, nothing is done as if all were
    /// known.
    pub fn is_unread(self) -> bool {
        [
            Self::YAML_PARSE_ERROR,
            Self::UNRENDERED_TEMPLATE,
            Self::MERGE_CONFLICT_MARKER,
            Self::INPUT_TOO_LARGE,
            Self::NOT_UTF8,
            Self::TAB_INDENTATION,
            Self::ENCRYPTED_INPUT,
            Self::API_ERROR_AS_INPUT,
            Self::UNREAD_PATH,
        ]
        .contains(&self)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ING{:03}", self.0.number)
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.0.number == other.0.number
    }
}

impl Eq for Code {}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.number.cmp(&other.0.number)
    }
}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Code {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.number.hash(state);
    }
}
