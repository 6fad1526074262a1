//! What is said when no resolver knows the servers of a Service port.

use super::Ask;
use crate::finding::{Code, Finding};
use crate::ir::Resolver;

/// Names the Service, and what each resolver lacked.
pub(super) fn finding(ask: &Ask<'_, '_>, lacking: &[(Resolver, String)]) -> Finding {
    let name = &ask.service.meta.name;
    let finding = Finding::new(
        Code::ENDPOINTS_UNRESOLVED,
        format!(
            "nothing says where port {} of Service {name} is served, so its routes answer 503",
            ask.number
        ),
    )
    .object(format_args!("Service {name}"))
    .field("spec.ports")
    .at(ask.origin())
    .help("add what one of the resolvers lacks");
    lacking.iter().fold(finding, |finding, (resolver, why)| {
        finding.note(format!("{resolver}: {why}"))
    })
}
