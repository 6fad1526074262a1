//! `ingressc compile`: manifests into a folder that HAProxy runs.

mod previous;

use std::collections::BTreeSet;
use std::io;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use self::previous::{earlier, keep_numbers};
use super::args::Compile;
use super::journey::{Journey, count, fault, settle};
use super::ports::Pending;
use super::settings::Typed;
use super::show::{Stream, check_reports, show_findings};
use super::streams::Streams;
use super::verify::verify;
use super::{Exit, Stop};
use crate::emit::{self, Bundle, CONFIG};
use crate::ir::{PemFile, Resolver, Routing, Termination};
use crate::ports::OnChange;
use crate::report::visible;
use crate::simulate;
use crate::source::FileKind;
use crate::text::style;
use crate::write::{self, DifferenceKind};

/// The name of a folder that stands for standard output.
const STDOUT: &str = "-";

pub(super) fn run(typed: &Compile, streams: &mut Streams) -> Result<Exit, Stop> {
    check_destination(typed)?;
    check_reports(&typed.output, stream(typed))?;
    let settings = settle(
        &Typed {
            paths: &typed.paths.paths,
            inputs: &typed.inputs,
            rules: Some(&typed.rules),
            config: &typed.config,
            annotations: &typed.target.annotations,
            now: typed.target.now.map(|date| date.unix),
            haproxy: typed.haproxy,
            placeholders: false,
        },
        streams,
    )?;
    let Some(mut settings) = settings else {
        return Ok(Exit::Clean);
    };
    let previous = match &typed.previous {
        Some(dir) => earlier(dir, Path::new(&typed.output_dir), streams)?,
        None => None,
    };
    if typed.locked {
        settings.stages.ports.on_change = OnChange::Refuse;
    }
    if typed.output_dir != STDOUT && !typed.check {
        settings.bundle = Some(PathBuf::from(&typed.output_dir));
    }
    // The process ends with the command, and the system takes memory back faster than we could.
    let mut journey = ManuallyDrop::new(Journey::run(&mut settings, streams)?);
    show_findings(
        &journey,
        &settings.rules,
        &typed.output,
        stream(typed),
        streams,
    )?;
    tell(&journey, streams);
    let exit = journey.judged.exit(&settings.rules);
    if let Some(why) = journey.nothing(true) {
        streams.error(&why);
        return Ok(exit.worst(Exit::Nothing));
    }
    let forgotten = journey.forgotten();
    // What was not read may be why a cluster has nothing, so that is told first.
    if journey.judged.failing > 0
        && !typed.keep_going
        && (forgotten.is_none() || journey.judged.unread)
    {
        streams.error(&refusal(journey.judged.failing));
        return Ok(exit);
    }
    // Not with --keep-going either: an edge that forgets a cluster is more than a broken route.
    if let Some(why) = forgotten {
        streams.error(&why);
        return Ok(exit.worst(Exit::Nothing));
    }
    if let Some(config) = &previous {
        keep_numbers(config, &mut journey, &settings.stages.emit.include, streams);
    }
    let lock = Pending::new(&journey, &settings.stages.ports);
    let settings = emit::Settings {
        header: header(&journey),
        ..settings.stages.emit
    };
    let bundle = journey.emit(&settings)?;
    let bundle = ManuallyDrop::new(bundle);
    streams.timing("emit");
    if let Some(haproxy) = &typed.verify {
        let verdict = verify(haproxy, &bundle, &settings.process.peers, &journey.sources);
        let verdict = verdict.map_err(|stop| match stop.exit {
            Exit::Fault => Stop::new(stop.exit, stop.message + "\nnothing written"),
            _ => stop,
        })?;
        streams.note(&format!("  verify   {verdict}"));
        streams.timing("verify");
    }
    if typed.output_dir == STDOUT {
        let cfg = bundle.files.get(CONFIG).map(|file| &file.bytes[..]);
        streams.bytes(cfg.unwrap_or_default());
        lock.remark(streams);
        return Ok(exit);
    }
    let dir = Path::new(&typed.output_dir);
    if typed.check {
        let stale = lock.compare(streams);
        return compare(dir, &bundle, stale, streams).map(|answer| exit.worst(answer));
    }
    // First of all: a bundle with ports that no lock keeps would be served, and forgotten.
    lock.write(streams)?;
    let written = write::write(dir, &bundle).map_err(|error| refused(&typed.output_dir, &error))?;
    let changes = written.added.len() + written.changed.len() + written.removed.len();
    streams.note(&match changes {
        0 => format!(
            "  wrote    nothing: {} is up to date",
            visible(&slash(&typed.output_dir))
        ),
        _ => format!("  wrote    {}", contents(&typed.output_dir, &bundle)),
    });
    streams.timing("write");
    Ok(exit)
}

/// Refuses what can be no folder for a bundle before any manifest is read.
#[expect(
    clippy::disallowed_methods,
    reason = "where to write is asked at the command line"
)]
fn check_destination(typed: &Compile) -> Result<(), Stop> {
    if typed.output_dir == STDOUT {
        if typed.check {
            return Err(Stop::usage(
                "error: `--check` compares a folder, and standard output is none\n  help: name the folder after -o",
            ));
        }
        return Ok(());
    }
    match std::fs::metadata(&typed.output_dir) {
        Ok(found) if !found.is_dir() => Err(Stop::usage(format!(
            "error: {} is no folder\n  help: name a folder for the bundle after -o, or `-` to print haproxy.cfg",
            visible(&typed.output_dir)
        ))),
        // Whatever else is wrong with it, the writer says.
        _ => Ok(()),
    }
}

/// Where findings go: away from what is printed on stdout, which is haproxy.cfg or the differences.
fn stream(typed: &Compile) -> Stream {
    if typed.output_dir == STDOUT || typed.check {
        Stream::Err
    } else {
        Stream::ErrOrReport
    }
}

/// The numbers of findings, then what was read and what it routes.
fn tell(journey: &Journey, streams: &mut Streams) {
    let judged = &journey.judged;
    if !judged.findings.is_empty() || judged.summary.hidden != crate::report::Hidden::default() {
        streams.note(&judged.summary.to_string());
    }
    let files = count(journey.sources.count(FileKind::Manifests), "file");
    let clusters = match journey.clusters.len() {
        0 => String::new(),
        clusters => format!(", in {}", count(clusters, "cluster")),
    };
    streams.note(&format!(
        "  read     {files}, {}{clusters}",
        objects(journey)
    ));
    streams.note(&format!("  route    {}", extent(&journey.routing)));
    if let Some(resolvers) = resolvers(&journey.routing) {
        streams.note(&format!("  servers  {resolvers}"));
    }
}

fn refusal(failing: usize) -> String {
    let (what, them) = match failing {
        1 => ("1 finding stands".to_owned(), "it"),
        count => (format!("{count} findings stand"), "them"),
    };
    format!(
        "nothing written: {what} in the way\n  help: fix {them}, or write in spite of {them} with --keep-going"
    )
}

/// `41 objects (12 Ingress, 14 Service)`.
fn objects(journey: &Journey) -> String {
    let objects = count(journey.census.objects(), "object");
    format!("{objects} ({})", journey.census)
}

/// `9 hosts, 31 paths, 2 ports, 14 backends, 38 servers, 4 certificates`; no word about ports where there are none.
fn extent(routing: &Routing) -> String {
    let paths = routing
        .hosts
        .iter()
        .map(|host| host.rules.len())
        .sum::<usize>()
        + routing.any_host.len();
    let servers: usize = routing
        .backends
        .values()
        .map(|backend| backend.servers.len())
        .sum();
    let mut parts = vec![count(routing.hosts.len(), "host"), count(paths, "path")];
    let listeners = routing.tcp.iter().filter(|it| !it.binds.is_empty());
    match listeners.count() {
        0 => {}
        some => parts.push(count(some, "port")),
    }
    parts.extend([
        count(routing.backends.len(), "backend"),
        count(servers, "server"),
        count(certificates(routing), "certificate"),
    ]);
    let resolved = routing
        .backends
        .values()
        .flat_map(|backend| &backend.servers);
    let resolved = resolved.filter(|server| server.resolvers.is_some()).count();
    if resolved > 0 {
        parts.push(format!("{} resolved by name", count(resolved, "server")));
    }
    parts.join(", ")
}

/// How many certificates are shown to clients, over HTTPS and on ports; a Secret that several ports show is one.
fn certificates(routing: &Routing) -> usize {
    let bound = routing.tcp.iter().filter(|it| !it.binds.is_empty());
    let of_ports: BTreeSet<&PemFile> = bound
        .filter_map(|listener| listener.tls.as_ref())
        .flat_map(Termination::shown)
        .collect();
    routing.certificates.files.len() + of_ports.len()
}

/// `30 nodePort, 8 slices, up to 10 dns`, with clusters `30 fra/nodePort`; `None` when all are from slices, which is the usual.
fn resolvers(routing: &Routing) -> Option<String> {
    let servers = routing
        .backends
        .values()
        .flat_map(|backend| &backend.servers);
    let found = simulate::by_resolver(servers);
    if found.keys().all(|key| *key == (None, Resolver::Slices)) {
        return None;
    }
    let parts = found.iter().map(|(&(cluster, resolver), count)| {
        format!("{count} {}", simulate::found_by(cluster, resolver))
    });
    Some(parts.collect::<Vec<_>>().join(", "))
}

/// The comment lines at the top of haproxy.cfg.
pub(super) fn header(journey: &Journey) -> Vec<String> {
    let mut lines = vec![
        format!(
            "Written by ingressc {} from {}.",
            env!("CARGO_PKG_VERSION"),
            // Not the files: the same objects in other files are the same bundle.
            objects(journey)
        ),
        "Changes made here are lost: edit the manifests and compile again.".to_owned(),
    ];
    if journey.judged.failing > 0 {
        let failing = count(journey.judged.failing, "finding");
        lines.push(format!(
            "INCOMPLETE: written in spite of {failing}; broken routes are missing or closed."
        ));
    }
    lines
}

/// `build/haproxy/haproxy.cfg, 3 maps, 4 certificates`.
fn contents(dir: &str, bundle: &Bundle) -> String {
    let within = |folder: &str| {
        bundle
            .files
            .keys()
            .filter(|name| name.starts_with(folder))
            .count()
    };
    let mut parts = vec![visible(&slash(dir)).into_owned() + CONFIG];
    for (folder, what) in [
        ("acl/", "address list"),
        ("maps/", "map"),
        ("certs/", "certificate"),
    ] {
        match within(folder) {
            0 => {}
            files => parts.push(count(files, what)),
        }
    }
    parts.join(", ")
}

/// A file of somebody else's in the way is a question of where to write; everything else is the machine's.
pub(super) fn refused(dir: &str, error: &io::Error) -> Stop {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Stop::usage(format!("error: {}", visible(&error.to_string())))
        }
        _ => fault(&format!("writing {}", visible(dir)), error),
    }
}

fn slash(dir: &str) -> String {
    format!("{}/", dir.trim_end_matches('/'))
}

/// `stale`: how many other files differ, which have been named.
fn compare(dir: &Path, bundle: &Bundle, stale: usize, streams: &mut Streams) -> Result<Exit, Stop> {
    let differences = write::compare(dir, bundle).map_err(|error| {
        fault(
            &format!("reading {}", visible(&dir.to_string_lossy())),
            &error,
        )
    })?;
    streams.timing("compare");
    if differences.is_empty() && stale == 0 {
        streams.note("  check    up to date");
        return Ok(Exit::Clean);
    }
    for difference in &differences {
        let kind = match difference.kind {
            DifferenceKind::Missing => style::good("missing"),
            DifferenceKind::Changed => style::changed("changed"),
            DifferenceKind::Stale => style::bad("stale  "),
        };
        streams.product(&format!("{kind}  {}\n", visible(&difference.path)));
    }
    streams.note(&format!(
        "  check    stale: {}",
        count(differences.len() + stale, "difference")
    ));
    Ok(Exit::No)
}
