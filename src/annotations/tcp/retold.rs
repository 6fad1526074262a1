//! What was said about keys of Services whose ports are exposed, said anew: Services are read before that is known.

use std::collections::{HashMap, HashSet};

use crate::annotations::given;
use crate::annotations::policies::Installation;
use crate::finding::{Code, Finding};
use crate::manifest::ObjectName;
use crate::source::Origin;

/// Puts what is right for the `exposed` Services in place of what is right for requests. A key about requests that protects closes
/// the ports; who moved it to the Ingress, as is told of requests, would open them to everybody.
pub(crate) fn retell(
    installation: &Installation<'_>,
    exposed: &HashSet<&ObjectName>,
    findings: &mut [Finding],
) {
    let services = &installation.manifests().services;
    let services = exposed.iter().filter_map(|name| services.get(*name));
    let anew = services.flat_map(|service| {
        given::of_exposed(service, installation.settings, &installation.custom)
    });
    let anew: HashMap<(Code, Option<Origin>), Finding> = anew
        .map(|finding| ((finding.code, finding.origin()), finding))
        .collect();
    for finding in findings {
        if let Some(better) = anew.get(&(finding.code, finding.origin())) {
            finding.clone_from(better);
        }
    }
}
