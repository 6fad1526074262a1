//! The keys of allocators: `ingress: haproxy-ingress`, and `haproxy-ingress/5432: "26735"`, which no prefix of a dialect marks.
//!
//! The word `ingress` is anybody's, and the community's HAProxy controller had the prefix `haproxy-ingress/` in its time. So a key is
//! only taken for one of these if its value says so, or if its name is that of a port of the Service.

use super::grammar::{Switch, is_number};
use super::{INGRESSC_HAPROXY_INGRESS, INGRESSC_INGRESS};
use crate::annotations::grammar::Grammar;
use crate::annotations::spec::Spec;
use crate::manifest::{Annotation, Service};

/// The key that switches it on.
const SWITCH: &str = "ingress";

/// What the others begin with.
const PREFIX: &str = "haproxy-ingress/";

/// The entry of an annotation of a Service that is one of these keys. Most are not, and cost two comparisons.
pub(in crate::annotations) fn spec(
    annotation: &Annotation,
    service: &Service,
) -> Option<&'static Spec> {
    let (key, value) = (annotation.key.as_str(), annotation.value.value.as_str());
    if key == SWITCH {
        return is_nearly(value, Switch::WORD).then_some(&INGRESSC_INGRESS);
    }
    let name = key.strip_prefix(PREFIX)?;
    let mut ports = service.ports.iter();
    let is_one = if is_number(name) {
        true
    } else if ports.any(|port| port.name == name) {
        may_be_number(value) || is_on(service)
    } else {
        // A slip in the name of a port: without the other key nobody would know.
        let mut ports = service.ports.iter();
        may_be_number(value) && is_on(service) && ports.any(|port| is_nearly(name, &port.name))
    };
    is_one.then_some(&INGRESSC_HAPROXY_INGRESS)
}

/// Whether the Service asks for ports of an allocator.
fn is_on(service: &Service) -> bool {
    let switch = service.meta.annotation(SWITCH);
    switch.is_some_and(|switch| Switch::parse(&switch.value.value, &mut Vec::new()).is_ok())
}

/// Whether somebody meant a number, who may have added a sign or a blank.
fn may_be_number(text: &str) -> bool {
    is_number(text.trim().trim_start_matches(['+', '-']))
}

/// Whether `text` is `word` but for a letter or two, or for capitals.
fn is_nearly(text: &str, word: &str) -> bool {
    let limit = if word.len() < 4 { 1 } else { 2 };
    !word.is_empty()
        && text.len().abs_diff(word.len()) <= limit
        && strsim::osa_distance(&text.to_ascii_lowercase(), word) <= limit
}
