//! Ingresses that give one Service port different settings. Each has its way here, in a backend of its own; controllers that have one
//! backend a Service port let one of them win.
//!
//! In: the Ingresses whose routes lead to a Service port. Out: a finding for each setting on which they disagree.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Said;
use super::policies::{Choice, Policies, choose, draft, policy};
use super::spec::Scope;
use crate::finding::{Code, Finding};
use crate::ir::{Field, Policy};
use crate::manifest::{Ingress, Service};
use crate::source::Origin;

/// What an Ingress has decided about the servers.
struct Opinion<'m> {
    ingress: &'m Ingress,
    /// By setting: what it comes to, and the key and place where it was written.
    settings: BTreeMap<Field, (Policy, &'static str, Origin)>,
    /// Settings of which nobody knows what is meant; they have their findings.
    broken: BTreeSet<Field>,
}

impl<'m> Policies<'_, 'm> {
    /// The settings of `service` on which these Ingresses disagree: those that hold for servers, and not for routes. `port` is how
    /// messages call the port.
    pub(crate) fn disagreements(
        &self,
        service: &'m Service,
        port: &str,
        ingresses: &[&'m Ingress],
    ) -> Vec<Finding> {
        let opinions: Vec<_> = ingresses
            .iter()
            .filter_map(|ingress| self.opinion(ingress, service))
            .collect();
        let fields: BTreeSet<Field> = opinions
            .iter()
            .flat_map(|opinion| opinion.settings.keys().copied())
            .collect();
        fields
            .into_iter()
            .filter_map(|field| disagreement(&opinions, field, service, port))
            .collect()
    }

    /// `None` for an Ingress that has backends of its own in that controller, too.
    fn opinion(&self, ingress: &'m Ingress, service: &'m Service) -> Option<Opinion<'m>> {
        let chosen = choose(&self.given(ingress, service), |given| {
            given.spec.scope == Scope::Backend
        });
        if chosen.iter().any(Choice::keeps_apart) {
            return None;
        }
        let context = self.context(Some(ingress), service);
        let broken = chosen.iter().filter(|choice| choice.winner.broken);
        let broken = broken.map(|choice| choice.winner.spec.field).collect();
        let settings = chosen.into_iter().map(|choice| {
            let winner = choice.winner;
            // Compared as what they mean: `5s` is `5000ms`.
            let alone = draft(std::slice::from_ref(&choice));
            let meaning = policy(&alone, &context, &mut Said::default());
            (
                winner.spec.field,
                (meaning, winner.spec.key, winner.value.origin),
            )
        });
        Some(Opinion {
            ingress,
            settings: settings.collect(),
            broken,
        })
    }
}

fn disagreement(
    opinions: &[Opinion<'_>],
    field: Field,
    service: &Service,
    port: &str,
) -> Option<Finding> {
    let silence = Policy::default();
    let meaning = |opinion: &Opinion<'_>| {
        let said = opinion.settings.get(&field);
        said.map_or_else(|| silence.clone(), |(meaning, ..)| meaning.clone())
    };
    let clear = || {
        let clear = |opinion: &&Opinion<'_>| !opinion.broken.contains(&field);
        opinions.iter().filter(clear)
    };
    let one = clear().find(|opinion| opinion.settings.contains_key(&field))?;
    let own = meaning(one);
    let against: Vec<_> = clear().filter(|other| meaning(other) != own).collect();
    let other = against.first()?;
    let (_, key, origin) = one.settings.get(&field)?;
    let name = &service.meta.name;
    let (first, second) = (&one.ingress.meta.name, &other.ingress.meta.name);
    let message = if other.settings.contains_key(&field) {
        format!(
            "Ingresses {first} and {second} give port {port} of Service {name} different values of `{key}`"
        )
    } else {
        format!(
            "Ingress {first} gives port {port} of Service {name} a value of `{key}`, and Ingress {second} gives none"
        )
    };
    let mut finding = Said::about(Code::BACKEND_ANNOTATION_CONFLICT, *origin, message)
        .object(format_args!("Service {name}"))
        .help("write the key on the Service, if it is meant for all routes that lead there")
        .note("each Ingress has its way here")
        .note("haproxytech has one backend a Service port: which of them holds there is chance, and may change with every update");
    finding = match other.settings.get(&field) {
        Some((.., place)) => finding.label(*place, "the other value"),
        None => finding.label(other.ingress.meta.origin, "nothing is said here"),
    };
    if against.len() > 1 {
        let more = match against.len() - 1 {
            1 => "1 more Ingress differs".to_owned(),
            more => format!("{more} more Ingresses differ"),
        };
        finding = finding.note(format!("{more} from {first}"));
    }
    Some(finding)
}
