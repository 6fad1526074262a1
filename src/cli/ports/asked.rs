//! What the manifests ask for, as far as it matters to a lock that is repaired.

use std::collections::BTreeSet;

use super::super::args::PortsRepair;
use super::super::journey::Journey;
use super::super::settings::Settings;
use super::super::streams::Streams;
use super::super::{Exit, Stop};
use super::ABOUT_PORTS;
use crate::finding::Severity;
use crate::ir::{Port, TcpListener, Wanted};
use crate::ports::{Known, Taken};
use crate::source::Sources;

/// What is known beside the lock, and the files with which it is.
pub(super) struct Asked {
    pub(super) sources: Sources,
    pub(super) known: Known,
}

/// Reads the manifests. Where none can be read, though no path was typed, the configuration alone counts, which is told.
pub(super) fn asked(
    typed: &PortsRepair,
    mut settings: Settings,
    streams: &mut Streams,
) -> Result<Asked, Stop> {
    let taken = ports(&settings.stages.ports.taken);
    let aside = settings.clusters_aside > 0;
    let journey = match Journey::run(&mut settings, streams) {
        Ok(journey) if journey.census.objects() > 0 => journey,
        Err(stop) if !typed.paths.paths.is_empty() && stop.exit != Exit::Nothing => {
            return Err(stop);
        }
        Ok(_) | Err(_) => {
            streams.note(
                "  inputs   no manifest could be read: ports that only manifests name are not avoided",
            );
            // The files went with the run that failed.
            let again = super::settings(&typed.config, streams)?;
            let sources = again.map(|settings| settings.sources).unwrap_or_default();
            let known = Known {
                taken,
                ..Known::default()
            };
            return Ok(Asked { sources, known });
        }
    };
    let mut known = Known {
        taken,
        ..Known::default()
    };
    for listener in &journey.routing.tcp {
        match (&listener.wanted, &listener.key) {
            (Wanted::Port(port), Some(key)) => _ = known.fixed.insert(key.clone(), port.value),
            _ => known.taken.extend(named(listener)),
        }
    }
    if aside || has_errors(&journey) {
        streams.note(
            "  inputs   not all manifests could be understood: ports that only the others name are not avoided",
        );
    } else {
        let keys = journey.routing.tcp.iter();
        known.exposed = Some(keys.filter_map(|one| one.key.clone()).collect());
    }
    Ok(Asked {
        sources: journey.sources,
        known,
    })
}

/// The ports that an object names.
fn named(listener: &TcpListener) -> Vec<Port> {
    match &listener.wanted {
        Wanted::Pool => Vec::new(),
        Wanted::Port(port) => vec![port.value],
        Wanted::Binds(binds) => {
            let binds = binds.iter();
            binds
                .filter_map(|bind| Port::new(bind.value.port()))
                .collect()
        }
    }
}

/// Whether something else than the lock is wrong.
fn has_errors(journey: &Journey) -> bool {
    let mut findings = journey.judged.findings.iter();
    journey.judged.unread
        || findings.any(|finding| {
            finding.severity == Severity::Error && !ABOUT_PORTS.contains(&finding.code)
        })
}

fn ports(taken: &[Taken]) -> BTreeSet<Port> {
    let ports = taken.iter();
    ports
        .filter_map(|taken| Port::new(taken.bind.port()))
        .collect()
}
