//! Reads the inputs: files, folders, globs, standard input, lists of files.
//!
//! In: [`Inputs`], as the user typed them. Out: [`Sources`], ordered by name, each file once. A path that does not exist is a
//! [`CollectError`]; a file whose content is no use is a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::file::{File, FileKind, Sources};
use super::inputs::{CollectError, Inputs};
use super::normalise::{Normalised, Refused, normalise};
use super::origin::{FileId, Origin};
use super::read::{
    Content, MAX_FILE_BYTES, is_our_index, is_our_report, names_a_kind, open_and_read, read_at_most,
};
use super::regular::read_regular;
use super::walk::{self, Exclude, Walk};
use crate::finding::{Code, Finding};

/// Reads all inputs, in parallel. Findings: ING009, ING010, ING012 for files that are no use, ING016 for what a walk must not read,
/// ING127 for folders that hold templates or patches.
pub fn collect(inputs: &Inputs) -> Result<(Sources, Vec<Finding>), CollectError> {
    collect_with(inputs, &BTreeSet::new(), &mut io::stdin())
}

/// Reads the inputs of a cluster, behind the files that are there already. Those that are no manifests are not read again as
/// such: an inventory may lie in the folder that is walked.
pub fn collect_into(
    sources: &mut Sources,
    inputs: &Inputs,
    cluster: u16,
) -> Result<Vec<Finding>, CollectError> {
    // Not locked as a whole: who holds the lock waits for rayon's workers, and those may be here, too.
    let others = other_files(sources, inputs);
    let (collected, mut findings) = collect_with(inputs, &others, &mut io::stdin())?;
    let first = sources.len();
    for file in collected.into_files() {
        sources.add(file.cluster(cluster));
    }
    for label in findings.iter_mut().flat_map(|finding| &mut finding.labels) {
        label.origin.file = FileId::new(first + label.origin.file.index());
    }
    Ok(findings)
}

/// Reads one file that is not manifests. One that cannot be used as text is an error, because it was named by its name.
pub fn read_file(
    sources: &mut Sources,
    path: &str,
    kind: FileKind,
    cluster: u16,
) -> Result<FileId, CollectError> {
    let bytes = match read_regular(Path::new(path), MAX_FILE_BYTES) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => None,
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            return Err(CollectError::Usage(format!("`{path}` is no regular file")));
        }
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
            return Err(CollectError::Usage(format!("`{path}` is a folder")));
        }
        Err(error) => return Err(CollectError::io(path, error)),
    };
    let text = bytes.and_then(|bytes| normalise(path, bytes).ok());
    let text = text.ok_or_else(|| {
        CollectError::Usage(format!(
            "`{path}` is no text in UTF-8 of at most {MAX_FILE_BYTES} bytes"
        ))
    })?;
    Ok(sources.add(File::read(path, text).kind(kind).cluster(cluster)))
}

/// Reads a file that the tool keeps for itself and will write again; `None` where there is none yet. Whatever stands in its place and is
/// no file must not be taken for that: a link that leads nowhere, a pipe that nobody writes into.
#[expect(clippy::disallowed_methods, reason = "inputs are read here")]
pub fn read_kept_file(
    sources: &mut Sources,
    path: &str,
    kind: FileKind,
) -> Result<Option<FileId>, CollectError> {
    let is_there = match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(CollectError::io(path, error)),
        Ok(_) => std::fs::metadata(path),
    };
    match is_there {
        Ok(found) if found.is_file() => read_file(sources, path, kind, 0).map(Some),
        Ok(_) => {
            let message = format!("`{path}` is no regular file");
            Err(CollectError::Usage(message))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let message = format!("`{path}` is a link to a file that is not there");
            Err(CollectError::Usage(message))
        }
        Err(error) => Err(CollectError::io(path, error)),
    }
}

fn collect_with(
    inputs: &Inputs,
    others: &BTreeSet<PathBuf>,
    stdin: &mut dyn Read,
) -> Result<(Sources, Vec<Finding>), CollectError> {
    let paths = all_paths(inputs, stdin)?;
    let mut walk = Walk::new(
        Exclude::new(&inputs.exclude, &walk::working_folder())?,
        inputs.gitignore,
    );
    let mut files = BTreeMap::new();
    let mut from_stdin = None;
    for path in &paths {
        if path == "-" {
            let name = inputs.stdin_name.as_deref().unwrap_or("<stdin>");
            from_stdin = Some(name.to_owned());
            continue;
        }
        find(path, &mut walk, inputs.force_exclude, &mut files)?;
    }
    if paths.len() > 1 || walk.saw_symlink {
        drop_doubles(&mut files);
    }
    files.retain(|_, found| !(found.walked && is_one_of(others, &found.path)));
    let read: Vec<_> = files
        .into_par_iter()
        .filter_map(|(name, found)| {
            if let Some(finding) = found.refused {
                return Some(Ok((name, false, Content::Refused(Box::new(finding)))));
            }
            match open_and_read(&found.path) {
                Ok(Content::Bytes(bytes)) if found.walked && is_no_manifest(&name, &bytes) => None,
                Ok(content) => Some(Ok((name, false, content))),
                Err(source) => Some(Err(CollectError::io(name, source))),
            }
        })
        .collect();
    // Of several failures the first by name is told, whichever thread met it first.
    let mut contents = read.into_iter().collect::<Result<Vec<_>, _>>()?;
    if let Some(name) = from_stdin {
        let content =
            read_at_most(stdin).map_err(|source| CollectError::io(name.clone(), source))?;
        contents.push((name, true, content));
        contents.sort_by(|a, b| a.0.cmp(&b.0));
    }
    let mut findings = walk.findings;
    let sources = take_in(contents, &mut findings);
    Ok((sources, findings))
}

/// What lies beside manifests and is known for something else, though it has their ending.
fn is_no_manifest(name: &str, bytes: &[u8]) -> bool {
    walk::may_be_settings(name) && !names_a_kind(bytes)
        || walk::may_be_index(name) && is_our_index(bytes)
        || is_our_report(bytes)
}

/// Where the files lie that are something else than manifests.
fn other_files(sources: &Sources, inputs: &Inputs) -> BTreeSet<PathBuf> {
    let read = sources
        .iter()
        .filter(|(_, file)| file.kind != FileKind::Manifests)
        .map(|(_, file)| &file.name);
    read.chain(&inputs.others)
        .filter_map(|name| Path::new(name).canonicalize().ok())
        .collect()
}

/// Asks the disk only about files that have the name of one.
fn is_one_of(others: &BTreeSet<PathBuf>, path: &Path) -> bool {
    let mut namesakes = others
        .iter()
        .filter(|other| other.file_name() == path.file_name());
    namesakes.next().is_some() && path.canonicalize().is_ok_and(|path| others.contains(&path))
}

/// The paths that were typed, and those of the lists.
fn all_paths(inputs: &Inputs, stdin: &mut dyn Read) -> Result<Vec<String>, CollectError> {
    let readers = inputs.paths.iter().any(|path| path == "-");
    let lists = inputs.file_lists.iter().filter(|list| *list == "-").count();
    if usize::from(readers) + lists > 1 {
        return Err(CollectError::Usage(
            "standard input can be read once: as manifests or as a list of files".to_owned(),
        ));
    }
    let mut paths = inputs.paths.clone();
    for list in &inputs.file_lists {
        let content = if list == "-" {
            read_at_most(stdin)
        } else {
            open_and_read(Path::new(list))
        };
        let text = match content.map_err(|source| CollectError::io(list.clone(), source))? {
            Content::Bytes(bytes) => String::from_utf8(bytes).ok(),
            Content::TooLarge | Content::Refused(_) => None,
        };
        let text = text.ok_or_else(|| {
            CollectError::Usage(format!(
                "`{list}` is no list of files: one path a line, in UTF-8"
            ))
        })?;
        let lines = text.lines().map(str::trim);
        paths.extend(
            lines
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .map(str::to_owned),
        );
    }
    Ok(paths)
}

/// A file to read, by its name in findings.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Met in a folder or by a glob, as opposed to named.
    pub(super) walked: bool,
    /// Why it is not read.
    pub(super) refused: Option<Finding>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "whether a path is a folder is asked here and nowhere else"
)]
fn find(
    typed: &str,
    walk: &mut Walk,
    force_exclude: bool,
    files: &mut BTreeMap<String, Found>,
) -> Result<(), CollectError> {
    let path = Path::new(typed);
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => walk.folder(path, files),
        Ok(_) => {
            let name = walk::shown(path);
            if !(force_exclude && is_excluded(&walk.exclude, &name)) {
                let path = path.to_owned();
                files.insert(
                    name,
                    Found {
                        path,
                        walked: false,
                        refused: None,
                    },
                );
            }
            Ok(())
        }
        Err(_) if walk::is_glob(typed) => walk.glob(typed, files),
        Err(source) => Err(CollectError::io(typed, source)),
    }
}

fn is_excluded(exclude: &Exclude, name: &str) -> bool {
    Path::new(name)
        .ancestors()
        .filter_map(Path::to_str)
        .any(|part| !part.is_empty() && exclude.is_match(part))
}

/// One file under two names (`a.yaml` and `../x/a.yaml`, a symlink and its target) is read once, under the name that
/// sorts first; a named one goes before one that a walk met.
fn drop_doubles(files: &mut BTreeMap<String, Found>) {
    let mut seen: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut doubles = Vec::new();
    // One that is not read takes nobody's place.
    let (refused, readable): (Vec<_>, Vec<_>) =
        files.iter().partition(|(_, found)| found.refused.is_some());
    for (name, found) in readable.into_iter().chain(refused) {
        let Ok(real) = found.path.canonicalize() else {
            continue;
        };
        match seen.entry(real) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(name.clone());
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                if files[entry.get()].walked && !found.walked {
                    doubles.push(entry.insert(name.clone()));
                } else {
                    doubles.push(name.clone());
                }
            }
        }
    }
    for name in doubles {
        files.remove(&name);
    }
}

/// Inputs that are in memory already, by name: what [`collect`] makes of files.
pub fn from_bytes(contents: Vec<(String, Vec<u8>)>) -> (Sources, Vec<Finding>) {
    let contents = contents
        .into_iter()
        .map(|(name, bytes)| (name, false, Content::Bytes(bytes)))
        .collect();
    let mut findings = Vec::new();
    let sources = take_in(contents, &mut findings);
    (sources, findings)
}

/// Each with its name, and whether it came from standard input.
fn take_in(contents: Vec<(String, bool, Content)>, findings: &mut Vec<Finding>) -> Sources {
    let texts: Vec<(String, bool, Result<Normalised, Box<Refused>>)> = contents
        .into_par_iter()
        .map(|(name, stdin, content)| {
            let text = match content {
                Content::Bytes(bytes) => normalise(&name, bytes),
                Content::TooLarge => Err(Box::new(too_large(&name))),
                Content::Refused(finding) => Err(Box::new(Refused {
                    text: String::new(),
                    at: 0..0,
                    finding: *finding,
                })),
            };
            (name, stdin, text)
        })
        .collect();
    let mut sources = Sources::default();
    for (name, stdin, text) in texts {
        match text {
            Ok(text) => {
                sources.add(File::read(name, text).stdin(stdin));
            }
            Err(refused) => {
                let Refused { text, at, finding } = *refused;
                let id = sources.add(File::refused(name, text));
                findings.push(finding.at(Origin::new(id, at)));
            }
        }
    }
    sources
}

fn too_large(name: &str) -> Refused {
    Refused {
        text: String::new(),
        at: 0..0,
        finding: Finding::new(
            Code::INPUT_TOO_LARGE,
            format!("`{name}` is larger than {} MiB", MAX_FILE_BYTES >> 20),
        )
        .help("split the file, or exclude it"),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests need files to read")]
mod tests;
