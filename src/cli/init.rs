//! `ingressc init`: looks at manifests and writes an `ingressc.yaml` that fits them.

mod page;
mod survey;
mod target;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use self::page::{Given, of_class, page, resolved, several};
use self::survey::{Candidate, Survey, TCP_SERVICE, survey, tcp_maps, unknown_classes};
use self::target::Target;
use super::args::{AnnotationFlags, ConfigFlags, Init, InputFlags};
use super::journey::{Journey, caveats, collect, count};
use super::settings::{Settings, Typed};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::annotations::Dialect;
use crate::ir::Resolver;
use crate::report::visible;
use crate::source::FileKind;

pub(super) fn run(typed: &Init, streams: &mut Streams) -> Result<Exit, Stop> {
    let target = Target::new(&typed.output, typed.force)?;
    let (journey, survey) = look(typed, streams)?;
    if let Some(why) = journey.nothing(true) {
        return Err(Stop::new(Exit::Nothing, why));
    }
    caveats(&journey, streams);
    let read = format!(
        "{}, {} ({})",
        count(journey.sources.count(FileKind::Manifests), "file"),
        count(journey.census.objects(), "object"),
        journey.census
    );
    let text = page(
        &Given {
            inputs: &target.inputs(&typed.paths)?,
            exclude: &target.exclude(&typed.exclude)?,
            read: &read,
        },
        &survey,
    );
    streams.note(&format!("  read     {read}"));
    tell(&survey, streams);
    match target {
        Target::Stdout => streams.bytes(text.as_bytes()),
        Target::File { .. } => {
            target.write(&text)?;
            streams.note(&format!("  wrote    {}", visible(&typed.output)));
        }
    }
    let open = open(&survey);
    if !open.is_empty() {
        streams.note("\nBefore `ingressc compile`:");
        streams.note(open.trim_end());
    }
    Ok(if journey.judged.unread {
        Exit::No
    } else {
        Exit::Clean
    })
}

/// Reads the manifests as if there were no configuration.
fn look(typed: &Init, streams: &mut Streams) -> Result<(Journey, Survey), Stop> {
    let config = ConfigFlags {
        no_config: true,
        ..ConfigFlags::default()
    };
    let flags = InputFlags {
        exclude: typed.exclude.clone(),
        ..InputFlags::default()
    };
    let mut settings = Settings::new(&Typed {
        paths: &typed.paths,
        inputs: &flags,
        rules: None,
        config: &config,
        annotations: &AnnotationFlags::default(),
        now: None,
        haproxy: None,
        placeholders: true,
    })?;
    let (sources, found) = collect(&mut settings, streams)?;
    let mut journey = Journey::compile(sources, found.clone(), &settings, streams)?;
    let classes = unknown_classes(&journey);
    let tcp_maps = tcp_maps(&journey, &settings.stages.lower.annotations);
    if classes.is_some() || !tcp_maps.is_empty() {
        if classes.is_some() {
            settings.stages.lower.classes.clone_from(&classes);
        }
        settings.stages.lower.tcp.config_maps = tcp_maps;
        journey = Journey::compile(journey.sources, found, &settings, streams)?;
    }
    let survey = survey(&journey, &settings.stages.lower, classes);
    streams.timing("survey");
    Ok((journey, survey))
}

/// What was found, in few lines.
fn tell(survey: &Survey, streams: &mut Streams) {
    let classes = |found: &BTreeMap<String, usize>| {
        let parts: Vec<String> = found
            .iter()
            .map(|(class, count)| of_class(class, *count))
            .collect();
        parts.join(", ")
    };
    if !survey.selection.taken.is_empty() {
        streams.note(&format!("  classes  {}", classes(&survey.selection.taken)));
    }
    if !survey.selection.skipped.is_empty() {
        streams.note(&format!(
            "  skipped  {}",
            classes(&survey.selection.skipped)
        ));
    }
    for (dialect, kinds) in &survey.dialects {
        let objects: Vec<String> = kinds
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let objects = objects.join(" and ");
        let complete = Dialect::ALL.into_iter().filter(|it| it.is_complete());
        let mut ours = complete.flat_map(Dialect::prefixes);
        streams.note(&if *dialect == TCP_SERVICE || ours.any(|prefix| prefix == dialect) {
            format!("  taken    {dialect} annotations of {objects}")
        } else {
            format!("  ignored  {dialect} annotations of {objects}: of a controller that is not translated")
        });
    }
    if !survey.config_maps.is_empty() {
        let names: Vec<String> = survey.config_maps.iter().map(ToString::to_string).collect();
        streams.note(&format!("  settings ConfigMap {}", several(&names)));
    }
    if !survey.tcp_maps.is_empty() {
        let names = survey.tcp_maps.iter().map(|(name, _)| name.to_string());
        let names: Vec<String> = names.collect();
        streams.note(&format!(
            "  settings ConfigMap of TCP services {}",
            several(&names)
        ));
    }
    if survey.selection.exposed > 0 {
        let ports = count(survey.selection.exposed, "TCP port");
        streams.note(&format!("  exposed  {ports}"));
    }
    streams.note(&format!("  servers  {}", resolved(survey)));
    if !survey.unresolved().is_empty() {
        streams.note(&format!("  unknown  {}", several(survey.unresolved())));
    }
    if !survey.secrets.is_empty() {
        let names: Vec<String> = survey.secrets.keys().map(ToString::to_string).collect();
        streams.note(&format!("  missing  Secrets: {}", several(&names)));
    }
}

/// What is to be done before the configuration can be compiled.
fn open(survey: &Survey) -> String {
    let mut open = String::new();
    if !survey.unresolved().is_empty() {
        open.push_str(
            "  - say where the servers of those Service ports are; each of these knows so many:\n",
        );
        for candidate in &survey.candidates {
            let name = candidate.resolver.name();
            let _ = writeln!(
                open,
                "    {name:<12}  {:>4}  {}",
                candidate.ports,
                needs(candidate)
            );
        }
    }
    if !survey.secrets.is_empty() {
        open.push_str("  - add the missing Secrets, or map them to files in `certificates.map`\n");
    }
    open
}

/// What has to be supplied, and at what price.
fn needs(candidate: &Candidate) -> &'static str {
    match (candidate.resolver, candidate.ready) {
        (Resolver::Inventory, _) => "a file that lists them, in `endpoints.inventory`",
        (Resolver::Slices, _) => "`kubectl get endpointslices -A -o yaml`, routes to pods",
        (Resolver::NodePort, _) => "`kubectl get nodes -o yaml`, or `endpoints.nodes`",
        (Resolver::LoadBalancer, _) => "a pinned address, or exported Services with status",
        (Resolver::Dns, _) => "the cluster's DNS in `endpoints.dns`, routes to pods",
        (Resolver::HostPort, false) => "`endpoints.nodes`, and a place in `endpoints.order`",
        (Resolver::ClusterIp, _) => "a place in `endpoints.order`, routes to Services",
        (_, _) => "a place in `endpoints.order`",
    }
}
