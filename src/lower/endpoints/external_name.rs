//! The resolver `externalName`: the name that a Service of this type stands for, resolved while HAProxy runs.

use super::about::About;
use super::{Answer, Ask, Found, Located};
use crate::finding::Finding;
use crate::ir::Resolver;
use crate::manifest::ServiceType;

pub(super) fn answer(ask: &Ask<'_, '_>, findings: &mut Vec<Finding>) -> Answer {
    let service = ask.service;
    if service.kind != ServiceType::ExternalName {
        return Answer::Lacking("the Service is not of this type".to_owned());
    }
    let mut about = About {
        service,
        cluster: ask.directory.settings.cluster.as_ref(),
        findings,
    };
    let servers = about
        .external(ask.number)
        .map(|(endpoint, origin)| Located {
            server: ask.server(endpoint, Resolver::ExternalName, origin),
            zone: None,
        });
    Answer::Found(Found {
        servers: servers.into_iter().collect(),
        ..Found::default()
    })
}
