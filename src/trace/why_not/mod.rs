//! Why an Ingress, one of its paths, or a Service did not get a request.
//!
//! In: a verdict, what the doubt is about, the objects and the findings. Out: an entry a path, with the first reason that holds on the way
//! from the file to the server: class, mistake, host, path, length, order, condition, protection.

mod paths;
mod reason;
mod spot;

use std::collections::BTreeSet;

use super::{Entry, Mark, Trace, View};
use crate::ir::HostPattern;
use crate::lower;
use crate::manifest::{
    Ingress, IngressBackend, IngressPath, IngressTarget, Manifests, ObjectName, PathType, PortRef,
    Service, ServicePort,
};
use crate::simulate::{Request, Verdict};
use crate::source::Origin;
use spot::spots;

/// No more paths than these are told; with a path the doubt is about one.
const MOST: usize = 200;

/// What might have got the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    name: ObjectName,
    part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// An Ingress, or a Service of that name where there is no Ingress.
    Whole,
    /// A path of an Ingress.
    Path(String),
    /// A port of a Service, by number or name.
    Port(String),
}

impl Subject {
    /// Reads `NS/INGRESS`, `NS/INGRESS:/PATH`, `NS/SERVICE` or `NS/SERVICE:PORT`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (namespace, rest) = text.split_once('/')?;
        let (name, part) = match rest.split_once(':') {
            None => (rest, Part::Whole),
            Some((name, path)) if path.starts_with('/') => (name, Part::Path(path.to_owned())),
            Some((name, port)) => (name, Part::Port(port.to_owned())),
        };
        let legal = |text: &str| !text.is_empty() && !text.contains(['/', ':']);
        let is_port = match &part {
            Part::Port(wanted) => legal(wanted),
            Part::Whole | Part::Path(_) => true,
        };
        (legal(namespace) && legal(name) && is_port).then(|| Self {
            name: ObjectName::new(namespace, name),
            part,
        })
    }
}

/// Where the answer is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Doubt<'m> {
    /// The objects, by cluster.
    pub manifests: &'m [&'m Manifests],
    /// How they were read.
    pub lower: &'m lower::Settings,
}

/// A path, or a default backend, that might have got the request.
#[derive(Clone, Copy)]
struct Candidate<'m> {
    ingress: &'m Ingress,
    is_taken: bool,
    host: Option<&'m str>,
    host_origin: Option<Origin>,
    /// `None`: the default backend.
    path: Option<&'m IngressPath>,
    backend: Option<&'m IngressBackend>,
}

impl Candidate<'_> {
    fn pattern(&self) -> Option<HostPattern> {
        HostPattern::new(self.host?).ok()
    }

    fn origin(&self) -> Option<Origin> {
        let path = self.path.map(|path| path.origin);
        path.or_else(|| self.backend.map(|backend| backend.origin))
    }
}

/// Adds to `trace` why `subject` did not get the request, or that it did.
///
/// # Errors
/// There is no such object, or it has no such path; what there is instead is told.
pub fn why_not(
    trace: &mut Trace<'_>,
    view: &View<'_>,
    (request, verdict): (&Request, &Verdict<'_>),
    subject: &Subject,
    doubt: Doubt<'_>,
) -> Result<(), String> {
    let candidates = candidates(subject, doubt)?;
    // Who asks wants this answer: it comes before the way of the request.
    let way = std::mem::take(&mut trace.entries);
    answers(trace, view, (request, verdict), subject, &candidates);
    trace.entries.extend(way);
    Ok(())
}

/// An entry for each of the candidates.
fn answers(
    trace: &mut Trace<'_>,
    view: &View<'_>,
    (request, verdict): (&Request, &Verdict<'_>),
    subject: &Subject,
    candidates: &[Candidate<'_>],
) {
    if candidates.is_empty() {
        let text = match subject.part {
            Part::Port(ref port) => format!("Service {}:{port}", subject.name),
            Part::Whole | Part::Path(_) => subject.name.to_string(),
        };
        trace.entries.push(
            Entry::new("why not", text).verdict(Mark::Lost, "no path of an Ingress leads to it"),
        );
        return;
    }
    let spots = spots(view.routing, candidates.iter().map(|it| it.ingress));
    for candidate in candidates.iter().take(MOST) {
        let (mark, why) = reason::of(view, trace, (request, verdict), candidate, &spots);
        let host = candidate.host.unwrap_or("*");
        let entry = match candidate.path {
            Some(path) => {
                let kind = path.path_type.map_or("-", PathType::name);
                Entry::new("why not", host)
                    .cell(&path.path.value)
                    .cell(kind)
            }
            None => Entry::new("why not", "*").cell("default backend").cell(""),
        };
        let entry = match subject.part {
            Part::Port(_) => entry.cell(candidate.ingress.meta.name.to_string()),
            Part::Whole | Part::Path(_) => entry,
        };
        let entry = entry.maybe_at(view.sources, candidate.origin().as_ref());
        trace.entries.push(entry.verdict(mark, why));
    }
    if candidates.len() > MOST {
        let more = candidates.len() - MOST;
        let text = format!("and {more} more paths; ask for one with NS/NAME:/PATH");
        trace.entries.push(Entry::new("why not", text));
    }
}

/// The paths and default backends that the doubt is about, in the order of the manifests.
fn candidates<'m>(subject: &Subject, doubt: Doubt<'m>) -> Result<Vec<Candidate<'m>>, String> {
    let mut found = Vec::new();
    let mut is_known = false;
    for manifests in doubt.manifests {
        let taken = lower::selected(manifests, doubt.lower);
        let is_taken = |ingress: &Ingress| taken.iter().any(|it| std::ptr::eq(*it, ingress));
        let ingress = manifests.ingresses.get(&subject.name);
        match (&subject.part, ingress) {
            (Part::Whole | Part::Path(_), Some(ingress)) => {
                is_known = true;
                let all = of_ingress(ingress, is_taken(ingress));
                found.extend(all.filter(|it| is_meant(it, &subject.part)));
            }
            (Part::Path(_), None) => {}
            (Part::Whole | Part::Port(_), _) => {
                is_known |= manifests.services.contains_key(&subject.name);
                let near = manifests.ingresses.values();
                let near = near.filter(|it| it.meta.name.namespace == subject.name.namespace);
                let all = near.flat_map(|ingress| of_ingress(ingress, is_taken(ingress)));
                let service = manifests.services.get(&subject.name);
                found.extend(all.filter(|it| leads_to(it, subject, service)));
            }
        }
    }
    let has_part = match &subject.part {
        Part::Whole => is_known,
        Part::Path(_) => false,
        Part::Port(wanted) => {
            let mut ports = ports(&subject.name, doubt);
            ports.any(|port| is_called(port, wanted))
        }
    };
    if !found.is_empty() || has_part {
        return Ok(found);
    }
    Err(unknown(subject, is_known, doubt))
}

fn of_ingress(ingress: &Ingress, is_taken: bool) -> impl Iterator<Item = Candidate<'_>> {
    let rules = ingress.rules.iter().flat_map(move |rule| {
        let paths = rule.paths.as_deref().unwrap_or_default().iter();
        paths.map(move |path| Candidate {
            ingress,
            is_taken,
            host: rule.host.as_ref().map(|host| host.value.as_str()),
            host_origin: rule.host.as_ref().map(|host| host.origin),
            path: Some(path),
            backend: path.backend.as_ref(),
        })
    });
    let default = ingress
        .default_backend
        .iter()
        .map(move |backend| Candidate {
            ingress,
            is_taken,
            host: None,
            host_origin: None,
            path: None,
            backend: Some(backend),
        });
    rules.chain(default)
}

/// Whether the doubt is about this path. A slash at the end makes no difference to it.
fn is_meant(candidate: &Candidate<'_>, part: &Part) -> bool {
    let Part::Path(wanted) = part else {
        return true;
    };
    let bare = |text: &str| text.trim_end_matches('/').to_owned();
    candidate
        .path
        .is_some_and(|path| bare(&path.path.value) == bare(wanted))
}

/// The ports of a Service, cluster by cluster.
fn ports<'m>(name: &ObjectName, doubt: Doubt<'m>) -> impl Iterator<Item = &'m ServicePort> {
    let services = doubt.manifests.iter();
    let services = services.filter_map(move |manifests| manifests.services.get(name));
    services.flat_map(|service| &service.ports)
}

/// Whether a port is meant, by its number or its name.
fn is_called(port: &ServicePort, wanted: &str) -> bool {
    port.name == wanted || port.port.value.to_string() == wanted
}

/// Whether a path leads to the Service, and to its port as far as the doubt is about one. The Service knows both names of its ports.
fn leads_to(candidate: &Candidate<'_>, subject: &Subject, service: Option<&Service>) -> bool {
    let Some(IngressTarget::Service { name, port }) =
        candidate.backend.map(|backend| &backend.target)
    else {
        return false;
    };
    let is_port = match (&subject.part, port) {
        (Part::Port(wanted), Some(port)) => {
            let written = match &port.value {
                PortRef::Number(number) => number.to_string(),
                PortRef::Name(name) => name.clone(),
            };
            let mut ports = service.iter().flat_map(|service| &service.ports);
            written == *wanted
                || ports.any(|port| is_called(port, &written) && is_called(port, wanted))
        }
        _ => true,
    };
    name.value == subject.name.name && is_port
}

/// What there is in place of what nobody knows.
fn unknown(subject: &Subject, is_known: bool, doubt: Doubt<'_>) -> String {
    let name = &subject.name;
    if let (true, Part::Path(path)) = (is_known, &subject.part) {
        let ingresses = doubt.manifests.iter();
        let ingresses = ingresses.filter_map(|manifests| manifests.ingresses.get(name));
        let paths = ingresses.flat_map(|ingress| of_ingress(ingress, true));
        let mut paths: Vec<&str> = paths
            .filter_map(|it| Some(it.path?.path.value.as_str()))
            .collect();
        paths.sort_unstable();
        paths.dedup();
        let shown: Vec<String> = paths
            .iter()
            .take(8)
            .map(|path| format!("`{path}`"))
            .collect();
        return format!(
            "Ingress {name} has no path `{path}`\n  help: it has {}",
            shown.join(", ")
        );
    }
    if let (true, Part::Port(wanted)) = (is_known, &subject.part) {
        let ports: BTreeSet<String> = ports(name, doubt)
            .map(|port| match port.name.as_str() {
                "" => port.port.value.to_string(),
                name => format!("{} ({name})", port.port.value),
            })
            .collect();
        let shown: Vec<String> = ports.into_iter().take(8).collect();
        let help = match &shown[..] {
            [] => "it has no ports".to_owned(),
            shown => format!("it has {}", shown.join(", ")),
        };
        return format!("Service {name} has no port `{wanted}`\n  help: {help}");
    }
    let kind = match subject.part {
        Part::Path(_) => "Ingress",
        Part::Port(_) => "Service",
        Part::Whole => "Ingress and no Service",
    };
    let mut manifests = doubt.manifests.iter();
    if matches!(subject.part, Part::Port(_)) && manifests.any(|it| it.ingresses.contains_key(name))
    {
        return format!(
            "there is no Service {name} in the input\n  help: there is an Ingress of that name; a path of it is written {name}:/PATH"
        );
    }
    let known = doubt.manifests.iter().flat_map(|manifests| {
        let ingresses = manifests.ingresses.keys();
        ingresses.chain(manifests.services.keys())
    });
    let known: Vec<String> = known.map(ToString::to_string).collect();
    let near = lower::nearest(&name.to_string(), known.iter().map(String::as_str));
    let help = match near {
        Some(near) => format!("\n  help: did you mean `{near}`?"),
        None => there_is(name, &known),
    };
    format!("there is no {kind} {name} in the input{help}")
}

/// What there is in the namespace, or in all where that has nothing.
fn there_is(name: &ObjectName, known: &[String]) -> String {
    const FEW: usize = 8;
    let known: BTreeSet<&str> = known.iter().map(String::as_str).collect();
    let prefix = format!("{}/", name.namespace);
    let mut listed: Vec<&str> = known.iter().copied().collect();
    if known.iter().any(|it| it.starts_with(&prefix)) {
        listed.retain(|it| it.starts_with(&prefix));
    }
    let more = listed.len().saturating_sub(FEW);
    listed.truncate(FEW);
    match (&listed[..], more) {
        ([], _) => String::new(),
        (some, 0) => format!("\n  help: there are {}", some.join(", ")),
        (some, more) => format!("\n  help: there are {} and {more} more", some.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_an_ingress_a_path_or_a_port() {
        let part = |text: &str| Subject::parse(text).map(|subject| subject.part);
        assert_eq!(part("shop/web"), Some(Part::Whole));
        assert_eq!(part("shop/web:/a:b"), Some(Part::Path("/a:b".to_owned())));
        assert_eq!(part("shop/web:http"), Some(Part::Port("http".to_owned())));
        for illegal in [
            "web",
            "/web",
            "shop/",
            "shop/web:",
            "shop/:80",
            "a/b/c",
            "a/b:c/d",
            "",
        ] {
            assert_eq!(part(illegal), None, "{illegal}");
        }
    }
}
