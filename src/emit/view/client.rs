//! Who the client is to the condition of an alternative.
//!
//! Conditions are asked in the frontend, before the rules of the route put the address from a header in the place of the connection's.

use crate::ir::policy::ClientSource;
use crate::ir::{Alternative, Condition, Routing, Target, Test};

/// Whose address a rule compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Client {
    /// That of the connection: no header counts for the route, or the condition does not ask.
    Any,
    /// The one that the variable holds.
    Named(String),
    /// That of the connection, as the variable holds none.
    Unnamed(String),
}

impl Client {
    /// One rule for each of them decides about `tests`, all of which have to pass.
    pub(super) fn of(routing: &Routing, alternative: &Alternative, tests: &[Test]) -> Vec<Self> {
        match source(routing, alternative) {
            Some(source) if tests.iter().any(Test::is_about_client) => {
                let variable = source.header.variable();
                vec![Self::Named(variable.clone()), Self::Unnamed(variable)]
            }
            _ => vec![Self::Any],
        }
    }

    /// The variable that has to be there, or must not.
    pub(super) fn variable(&self) -> Option<&str> {
        match self {
            Self::Any => None,
            Self::Named(variable) | Self::Unnamed(variable) => Some(variable),
        }
    }

    /// Whether the address is that of the connection.
    pub(super) fn is_connection(&self) -> bool {
        !matches!(self, Self::Named(_))
    }

    /// What `test` compares.
    pub(super) fn sample(&self, test: &Test) -> String {
        match self {
            Self::Named(variable) if test.is_about_client() => format!("var({variable})"),
            _ => test.sample.to_string(),
        }
    }
}

/// Whether some alternative asks for an address that a header may name.
pub(super) fn any(routing: &Routing, alternatives: &[Alternative]) -> bool {
    alternatives.iter().any(|alternative| {
        asks(&alternative.condition.value) && source(routing, alternative).is_some()
    })
}

fn asks(condition: &Condition) -> bool {
    condition.any().iter().flatten().any(Test::is_about_client)
}

/// The header that names the client, for the route that the alternative leads to.
fn source<'r>(routing: &'r Routing, alternative: &Alternative) -> Option<&'r ClientSource> {
    let Target::Backend(name) = &alternative.claim.target else {
        return None;
    };
    let policy = routing.backends.get(name)?.policy.as_ref()?;
    routing
        .policies
        .get(policy)?
        .policy
        .access
        .client_source
        .as_ref()
}
