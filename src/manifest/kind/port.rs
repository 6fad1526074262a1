//! Ports, their names and protocols, as Services, slices and Endpoints share them.
//!
//! Source: `pkg/apis/core/validation`, `pkg/apis/discovery/validation`.

use crate::finding::Code;
use crate::manifest::decode::nearest;
use crate::manifest::grammar;
use crate::manifest::model::Protocol;
use crate::manifest::names;
use crate::manifest::place::Place;
use crate::manifest::remarks::Remarks;
use crate::source::Sourced;

/// A port number from 1 to 65535.
pub(super) fn number(
    place: &Place<'_, '_>,
    value: i32,
    code: Code,
    remarks: &Remarks<'_>,
) -> Option<u16> {
    let port = u16::try_from(value).ok().filter(|&port| port > 0);
    if port.is_none() {
        remarks.at(
            place,
            code,
            format_args!("port {value}"),
            "is out of range",
            "write a number from 1 to 65535",
        );
    }
    port
}

/// `protocol`: TCP when absent.
pub(super) fn protocol(
    port: &Place<'_, '_>,
    text: Option<&str>,
    code: Code,
    remarks: &Remarks<'_>,
) -> Protocol {
    let known = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];
    let text = text.unwrap_or("TCP");
    if let Some(protocol) = known.into_iter().find(|known| known.name() == text) {
        return protocol;
    }
    let meant = nearest(text, known.iter().map(|known| known.name()));
    remarks.at(
        &port.child("protocol"),
        code,
        format_args!("protocol `{text}`"),
        "does not exist",
        format!("write `{}`", meant.unwrap_or("TCP")),
    );
    Protocol::Tcp
}

/// `appProtocol`: a qualified name.
pub(super) fn app_protocol(
    port: &Place<'_, '_>,
    text: Option<String>,
    code: Code,
    remarks: &Remarks<'_>,
) -> Option<Sourced<String>> {
    let text = text?;
    let place = port.child("appProtocol");
    grammar::check(
        &place,
        "`appProtocol`",
        &text,
        names::qualified_name,
        code,
        remarks,
    );
    Some(place.sourced(text))
}

/// The names of all ports of a list: DNS labels, each once, and none missing when there are several.
/// `empty_is_a_name` holds for slices, where one unnamed port may stand beside named ones.
pub(super) fn check_names<'n>(
    ports: &Place<'_, '_>,
    port_names: impl ExactSizeIterator<Item = Option<&'n str>>,
    empty_is_a_name: bool,
    code: Code,
    remarks: &Remarks<'_>,
) {
    let count = port_names.len();
    let mut seen = std::collections::BTreeMap::new();
    for (name, port) in port_names.zip(ports.items()) {
        let name = name.unwrap_or_default();
        let place = port.child("name");
        if name.is_empty() && !empty_is_a_name {
            if count > 1 {
                remarks.at(
                    &place,
                    code,
                    "a port",
                    "has no name, which is needed where there are several",
                    "add a `name`",
                );
            }
            continue;
        }
        let is_legal = name.is_empty()
            || grammar::check(&place, "port name", name, names::label, code, remarks);
        let origin = place.origin();
        if let Some(first) = seen.insert(name, origin).filter(|_| is_legal)
            && !remarks.is_spoilt(&place)
        {
            let subject = format_args!("port name `{name}`");
            let finding = remarks.finding(&place, origin, code, subject, "stands twice");
            remarks.push(
                finding
                    .label(first, "the other port of that name")
                    .help("give each port its own name"),
            );
        }
    }
}
