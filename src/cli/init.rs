//! `ingressc init`: looks at manifests and writes an `ingressc.yaml` that fits them.

mod page;
mod survey;

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::{Component, Path, PathBuf};

use self::page::{Given, of_class, page, resolved, several};
use self::survey::{Candidate, Survey, survey, unknown_classes};
use super::args::{ConfigFlags, Init, InputFlags};
use super::journey::{Journey, caveats, collect, count, fault};
use super::settings::{Settings, Typed};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::ir::Resolver;
use crate::report::visible;
use crate::source::FileKind;

pub(super) fn run(typed: &Init, streams: &mut Streams) -> Result<Exit, Stop> {
    let target = Path::new(&typed.output);
    let to_stdout = typed.output == "-";
    if !to_stdout && !typed.force && is_there(target) {
        return Err(in_the_way(target));
    }
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
            inputs: &inputs(typed, target)?,
            exclude: &typed.exclude,
            read: &read,
        },
        &survey,
    );
    streams.note(&format!("  read     {read}"));
    tell(&survey, streams);
    if to_stdout {
        streams.bytes(text.as_bytes());
    } else {
        write(target, &text, typed.force)?;
        streams.note(&format!("  wrote    {}", visible(&typed.output)));
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
        now: None,
        haproxy: None,
        placeholders: true,
    })?;
    let (sources, found) = collect(&mut settings, streams)?;
    let mut journey = Journey::compile(sources, found.clone(), &settings, streams)?;
    let classes = unknown_classes(&journey);
    if let Some(classes) = &classes {
        settings.stages.lower.classes = Some(classes.clone());
        journey = Journey::compile(journey.sources, found, &settings, streams)?;
    }
    let survey = survey(&journey, &settings.stages.lower, classes);
    streams.timing("survey");
    Ok((journey, survey))
}

/// What was found, in few lines.
fn tell(survey: &Survey, streams: &mut Streams) {
    let classes = |found: &std::collections::BTreeMap<String, usize>| {
        let parts: Vec<String> = found
            .iter()
            .map(|(class, count)| of_class(class, *count))
            .collect();
        parts.join(", ")
    };
    streams.note(&format!("  classes  {}", classes(&survey.selection.taken)));
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
        streams.note(&format!(
            "  ignored  {dialect} annotations of {}: not translated yet",
            objects.join(" and ")
        ));
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
        (Resolver::LoadBalancer, _) => "`kubectl get services -A -o yaml`, for their status",
        (Resolver::Dns, _) => "the cluster's DNS in `endpoints.dns`, routes to pods",
        (Resolver::HostPort, false) => "`endpoints.nodes`, and a place in `endpoints.order`",
        (Resolver::ClusterIp, _) => "a place in `endpoints.order`, routes to Services",
        (_, _) => "a place in `endpoints.order`",
    }
}

/// The inputs as seen from the folder of the file.
fn inputs(typed: &Init, target: &Path) -> Result<Vec<String>, Stop> {
    let typed_paths = &typed.paths;
    if typed_paths.iter().any(|path| path == "-") {
        return Ok(Vec::new());
    }
    if typed_paths.is_empty() {
        return from_folder(target, ".").map(|path| vec![path]);
    }
    typed_paths
        .iter()
        .map(|path| from_folder(target, path))
        .collect()
}

/// `path`, which is relative to the working directory, as seen from the folder of `target`.
#[expect(
    clippy::disallowed_methods,
    reason = "a folder outside of the working directory is named from the root"
)]
fn from_folder(target: &Path, path: &str) -> Result<String, Stop> {
    let folder = target.parent().unwrap_or(Path::new(""));
    let plain = |path: &Path| -> Option<Vec<std::ffi::OsString>> {
        path.components()
            .filter(|part| *part != Component::CurDir)
            .map(|part| match part {
                Component::Normal(name) => Some(name.to_owned()),
                _ => None,
            })
            .collect()
    };
    if target.as_os_str() == "-" || Path::new(path).is_absolute() {
        return Ok(path.to_owned());
    }
    let (own, parts) = match (plain(folder), plain(Path::new(path))) {
        (Some(own), _) if own.is_empty() => return Ok(path.to_owned()),
        (Some(own), Some(parts)) => (own, parts),
        _ => {
            let here =
                std::env::current_dir().map_err(|error| fault("the working directory", &error))?;
            return Ok(here.join(path).to_string_lossy().into_owned());
        }
    };
    let shared = own.iter().zip(&parts).take_while(|(a, b)| a == b).count();
    let mut seen = PathBuf::new();
    for _ in shared..own.len() {
        seen.push("..");
    }
    seen.extend(&parts[shared..]);
    Ok(match seen.to_string_lossy().as_ref() {
        "" => ".".to_owned(),
        seen => seen.to_owned(),
    })
}

/// A configuration is never overwritten by accident, and neither is a link to nowhere.
fn is_there(target: &Path) -> bool {
    std::fs::symlink_metadata(target).is_ok()
}

fn in_the_way(target: &Path) -> Stop {
    Stop::usage(format!(
        "error: {} is there already\n  help: write to another file with --output, or over it with --force",
        visible(&target.to_string_lossy())
    ))
}

/// Whole or not at all: written beside, then put in place.
fn write(target: &Path, text: &str, force: bool) -> Result<(), Stop> {
    let name = target.to_string_lossy();
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => in_the_way(target),
        _ => fault(&format!("writing {}", visible(&name)), &error),
    };
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".ingressc-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(failed)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(failed)?;
    let placed = if force {
        file.persist(target)
    } else {
        file.persist_noclobber(target)
    };
    placed.map(drop).map_err(|refused| failed(refused.error))
}
