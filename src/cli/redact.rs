//! `ingressc redact`: exports that may be committed, and a list of what was taken out of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal as _};
use std::path::Path;

use super::args::Redact;
use super::journey::{collect_error, fault};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::finding::{Finding, Severity};
use crate::redact::{self, File, Format, Why};
use crate::report::{self, visible};
use crate::source::{self, Inputs, Sources};
use crate::write;

const STDIN: &str = "-";

pub(super) fn run(typed: &Redact, streams: &mut Streams) -> Result<Exit, Stop> {
    let inputs = inputs(typed)?;
    let (sources, mut findings) =
        source::collect(&inputs).map_err(|error| collect_error(&error, None))?;
    let (documents, said) = source::documents(&sources);
    findings.extend(said);
    let format = if typed.in_place {
        Format::AsWritten
    } else {
        Format::Yaml
    };
    let (files, said) = redact::redact(&sources, &documents, format);
    findings.extend(said);
    streams.timing("redact");
    report(&mut findings, &sources, streams)?;
    let objects: usize = files.iter().map(|file| file.objects).sum();
    if objects == 0 {
        let why = match sources.len() {
            0 => "no file was read",
            _ => "no Kubernetes object in what was read",
        };
        return Err(Stop::new(Exit::Nothing, format!("nothing to do: {why}")));
    }
    list(&files, streams);
    let from = format!(
        "{} from {}",
        count(objects, "object"),
        count(files.len(), "file")
    );
    match (typed.in_place, typed.output.as_deref()) {
        (true, _) => {
            let mut written = 0;
            for file in files.iter().filter(|file| !file.removals.is_empty()) {
                replace(Path::new(&sources.file(file.id).name), &file.text)?;
                written += 1;
            }
            let others = files.len() - written;
            streams.note(&format!(
                "  wrote    {}; {} had nothing to take out",
                count(written, "file"),
                count(others, "file")
            ));
        }
        (false, None | Some(STDIN)) => {
            streams.bytes(joined(&files).as_bytes());
            streams.note(&format!("  wrote    {from}"));
        }
        (false, Some(path)) => {
            replace(Path::new(path), &joined(&files))?;
            streams.note(&format!("  wrote    {}: {from}", visible(path)));
        }
    }
    Ok(Exit::Clean)
}

fn inputs(typed: &Redact) -> Result<Inputs, Stop> {
    let mut paths = typed.paths.clone();
    if typed.in_place && (paths.is_empty() || paths.iter().any(|path| path == STDIN)) {
        return Err(Stop::usage(
            "error: `--in-place` writes files, and standard input is none\n  help: name the files",
        ));
    }
    if paths.is_empty() {
        if io::stdin().is_terminal() {
            return Err(Stop::usage(
                "error: nothing to read\n  help: name files or folders, or pipe `kubectl get -o yaml` into this command",
            ));
        }
        paths.push(STDIN.to_owned());
    }
    Ok(Inputs {
        paths,
        exclude: typed.exclude.clone(),
        ..Inputs::default()
    })
}

/// Shows what was found on the way. Whatever was not read or understood ends the run: its secrets would not be known. Nothing of
/// it is shown, as other commands do, neither its lines nor words of it; they may be secret.
fn report(findings: &mut [Finding], sources: &Sources, streams: &mut Streams) -> Result<(), Stop> {
    for finding in findings.iter_mut().filter(|it| it.code.is_unread()) {
        let summary = finding.code.rule().summary;
        summary.clone_into(&mut finding.message);
    }
    streams.findings(&report::concise(findings, sources));
    let is_fatal = |it: &Finding| it.severity == Severity::Error || it.code.is_unread();
    if findings.iter().any(is_fatal) {
        return Err(Stop::new(
            Exit::No,
            "error: not everything can be read, so nothing was written",
        ));
    }
    Ok(())
}

/// All files as one stream of documents.
fn joined(files: &[File]) -> String {
    let texts: Vec<&str> = files
        .iter()
        .map(|file| file.text.as_str())
        .filter(|text| !text.is_empty())
        .collect();
    texts.join("---\n")
}

/// What is gone: each object that held a secret in a line, the rest by kind. `-v` lists that by object, too.
fn list(files: &[File], streams: &mut Streams) {
    let mut noise: BTreeMap<&str, (BTreeSet<&str>, usize)> = BTreeMap::new();
    for file in files {
        for one in file.removals.chunk_by(|a, b| a.object == b.object) {
            let mut fields = Vec::new();
            for gone in one {
                let field = format!("{} {}", gone.field, count(gone.bytes, "byte"));
                if gone.why == Why::Secret {
                    fields.push(field);
                    continue;
                }
                streams.decision(&format!(
                    "noise    {}: {}",
                    visible(&gone.object),
                    visible(&field)
                ));
                let kind = gone.object.split(' ').next().unwrap_or_default();
                let (fields, bytes) = noise.entry(kind).or_default();
                fields.insert(outline(&gone.field));
                *bytes += gone.bytes;
            }
            if let Some(first) = one.first().filter(|_| !fields.is_empty()) {
                let fields = fields.join(", ");
                streams.note(&format!(
                    "  removed  {}: {}",
                    visible(&first.object),
                    visible(&fields)
                ));
            }
        }
    }
    for (kind, (fields, bytes)) in noise {
        let fields = fields.into_iter().collect::<Vec<_>>().join(", ");
        let (fields, bytes) = (visible(&fields), count(bytes, "byte"));
        streams.note(&format!("  noise    {}: {fields}; {bytes}", visible(kind)));
    }
}

/// The first two steps of a field: `metadata.uid`, `status.conditions`.
fn outline(field: &str) -> &str {
    let mut ends = field.match_indices(['.', '[']).map(|(at, _)| at);
    match ends.next() {
        Some(first) if field[first..].starts_with('.') => {
            &field[..ends.next().unwrap_or(field.len())]
        }
        first => &field[..first.unwrap_or(field.len())],
    }
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// [`write::replace()`], or the end of the run.
fn replace(path: &Path, text: &str) -> Result<(), Stop> {
    write::replace(path, text).map_err(|error| {
        fault(
            &format!("writing {}", visible(&path.to_string_lossy())),
            &error,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_by_their_first_steps() {
        for (field, expected) in [
            ("status", "status"),
            ("metadata.uid", "metadata.uid"),
            ("status.conditions[1].reason", "status.conditions"),
            ("endpoints[0].targetRef.uid", "endpoints"),
            ("metadata.annotations[a.b/c]", "metadata.annotations"),
        ] {
            assert_eq!(outline(field), expected);
        }
    }
}
