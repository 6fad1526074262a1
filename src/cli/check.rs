//! `ingressc check`: every finding; and with `--verify`, what HAProxy thinks of what would be written.

use std::collections::BTreeSet;
use std::path::Path;

use super::args::Check;
use super::fix::{self, Stdout};
use super::journey::{Journey, count, settle};
use super::settings::Typed;
use super::show::{Stream, check_reports, show_findings};
use super::streams::Streams;
use super::verify::verify;
use super::{Exit, Stop};
use crate::emit;
use crate::ir::{Pem, Resolver, Routing};
use crate::ports::OnChange;

pub(super) fn run(typed: &Check, streams: &mut Streams) -> Result<Exit, Stop> {
    check_reports(&typed.output, stream(typed))?;
    let settings = settle(
        &Typed {
            paths: &typed.paths.paths,
            inputs: &typed.inputs,
            rules: Some(&typed.rules),
            config: &typed.config,
            annotations: &typed.target.annotations,
            now: typed.target.now.map(|date| date.unix),
            haproxy: None,
            placeholders: true,
        },
        streams,
    )?;
    let Some(mut settings) = settings else {
        return Ok(Exit::Clean);
    };
    settings.stages.ports.on_change = if typed.locked {
        OnChange::Refuse
    } else {
        OnChange::Tell
    };
    settings.rules.mute.tells_unused = true;
    let journey = Journey::run(&mut settings, streams)?;
    let (mut journey, fixed) = fix::run(journey, &settings, &typed.fixes, streams)?;
    let stream = match fixed.stdout {
        Stdout::Free => Stream::Out,
        Stdout::Taken => Stream::Err,
        Stdout::Diff => Stream::Nowhere,
    };
    show_findings(&journey, &settings.rules, &typed.output, stream, streams)?;
    streams.note(&journey.judged.summary.to_string());
    fixed.tell(&journey, streams);
    let exit = journey.judged.exit(&settings.rules);
    let forgotten = || journey.forgotten().filter(|_| !journey.judged.unread);
    if let Some(why) = journey.nothing(false).or_else(forgotten) {
        streams.error(&why);
        return Ok(exit.worst(Exit::Nothing));
    }
    if let Some(haproxy) = &typed.verify {
        judge_output(&mut journey, &settings.stages.emit, haproxy, streams)?;
    }
    Ok(exit)
}

/// Where findings go, as far as that is known beforehand.
fn stream(typed: &Check) -> Stream {
    let reads_stdin = typed.paths.paths.iter().any(|path| path == "-");
    match (typed.fixes.diff, typed.fixes.fix) {
        (true, _) => Stream::Nowhere,
        (false, Some(_)) if reads_stdin => Stream::Err,
        (false, _) => Stream::Out,
    }
}

/// Lets HAProxy judge what `compile --keep-going` would write, with a server that nobody is for each Service that no resolver
/// knows, and a certificate for nobody in place of those that lie on another host.
fn judge_output(
    journey: &mut Journey,
    settings: &emit::Settings,
    haproxy: &Path,
    streams: &mut Streams,
) -> Result<(), Stop> {
    if let Some(why) = journey.nothing(true) {
        streams.note(&format!("  verify   {why}"));
        return Ok(());
    }
    let standing_in = [
        (placeholders(&journey.routing), "Service"),
        (stand_in(&mut journey.routing), "certificate"),
    ];
    let bundle = journey.emit(settings)?;
    streams.timing("emit");
    let verdict = verify(haproxy, &bundle, &settings.process.peers, &journey.sources)?;
    let standing_in: Vec<String> = standing_in
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|&(number, what)| count(number, what))
        .collect();
    let with = match &standing_in[..] {
        [] => String::new(),
        some => format!("; with placeholders for {}", some.join(" and ")),
    };
    streams.note(&format!("  verify   {verdict}{with}"));
    streams.timing("verify");
    Ok(())
}

/// Puts a certificate for nobody in the place of files that cannot be read on this host; tells how many.
#[expect(
    clippy::disallowed_methods,
    reason = "haproxy, which is run here, looks for the files here"
)]
fn stand_in(routing: &mut Routing) -> usize {
    let nobody = Pem::inline(include_str!("../emit/self-signed.pem").to_owned());
    let mut absent = 0;
    for certificate in routing.certificates.files.values_mut() {
        let Pem::File(path) = &certificate.pem else {
            continue;
        };
        if let Some(nobody) = nobody
            .as_ref()
            .filter(|_| std::fs::File::open(path).is_err())
        {
            certificate.pem = nobody.clone();
            absent += 1;
        }
    }
    absent
}

/// How many Services have a server that nobody is.
fn placeholders(routing: &Routing) -> usize {
    let services: BTreeSet<(&str, &str)> = routing
        .backends
        .values()
        .filter(|backend| {
            let mut servers = backend.servers.iter();
            servers.any(|server| server.resolver == Resolver::Placeholder)
        })
        .map(|backend| (&*backend.service.namespace, &*backend.service.name))
        .collect();
    services.len()
}
