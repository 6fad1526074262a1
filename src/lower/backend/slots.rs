//! How many servers DNS can fill in, where an annotation says so.
//!
//! In: a policy and the servers that were found. Out: templates of that size, or a finding that there is none.

use crate::annotations::no_empty_servers;
use crate::finding::Finding;
use crate::ir::{Field, PolicySection};
use crate::lower::endpoints::Located;

/// Gives templates as many servers as the policy says. That there is none to give them to is worth a finding.
pub(super) fn fill(section: &PolicySection, servers: &mut [Located]) -> Option<Finding> {
    let slots = section.policy.limits.slots?;
    let mut filled = false;
    for Located { server, .. } in servers {
        if server.slots.is_some() {
            server.slots = Some(slots);
            filled = true;
        }
    }
    let origin = section.origins.get(&Field::ServerSlots)?;
    (!filled).then(|| no_empty_servers(*origin))
}
