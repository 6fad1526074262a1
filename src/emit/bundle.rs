//! The bundle: the files that are written, and `bundle.json`, which says what they are and where they came from.
//!
//! In: finished files and origins. Out: a [`Bundle`]. `bundle.json` also says which files of a folder are ours, so it is read
//! back before a bundle is replaced.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ir::{Backend, BackendName, HaproxyVersion, Layout, hex, secret};
use crate::source::{FileId, Origin, Sources};

/// The file that HAProxy is started with.
pub const CONFIG: &str = "haproxy.cfg";
/// The certificates and the names they are offered for.
pub const CRT_LIST: &str = "crt-list.txt";
/// What is in the bundle; not read by HAProxy.
pub const INDEX: &str = "bundle.json";

/// For each file the lines that a manifest caused, from 1, and where it says so.
pub(super) type Origins = BTreeMap<String, Vec<(u32, Origin)>>;

/// The files of an output directory, by path within it, with `/` between folders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bundle {
    /// All files, `bundle.json` among them.
    pub files: BTreeMap<String, BundleFile>,
}

/// One file.
#[derive(Clone, PartialEq, Eq)]
pub struct BundleFile {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether nobody but the owner may read it (mode 0600): it holds a key, or hashes of passwords.
    pub private: bool,
}

impl BundleFile {
    /// A file that everybody may read.
    pub(crate) fn public(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            private: false,
        }
    }

    /// A file that holds a key, or hashes of passwords.
    pub(crate) fn private(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            private: true,
        }
    }
}

impl std::fmt::Debug for BundleFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { bytes, private } = self;
        write!(
            f,
            "{} bytes{}",
            bytes.len(),
            if *private { ", private" } else { "" }
        )
    }
}

/// Where a line of a bundle came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The manifest, inventory or included file, as it was given.
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: u32,
    /// From 1, in characters.
    pub(crate) column: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, line, column } = self;
        write!(f, "{file}:{line}:{column}")
    }
}

impl Bundle {
    /// What caused the lines of `haproxy.cfg`, which count from 1, as `bundle.json` says.
    pub(crate) fn places(&self) -> BTreeMap<u32, Place> {
        #[derive(Deserialize)]
        struct Known {
            origins: BTreeMap<String, BTreeMap<String, Vec<[u32; 3]>>>,
        }
        let json = self.files.get(INDEX).map(|file| &file.bytes[..]);
        let known = serde_json::from_slice(json.unwrap_or_default()).ok();
        let of_config = known.and_then(|mut known: Known| known.origins.remove(CONFIG));
        let mut places = BTreeMap::new();
        for (file, lines) in of_config.unwrap_or_default() {
            places.extend(lines.into_iter().map(|[at, line, column]| {
                let file = file.clone();
                (at, Place { file, line, column })
            }));
        }
        places
    }
}

impl Bundle {
    /// The lines of `haproxy.cfg`, from 1, that somebody else wrote: annotations, the ConfigMap, and files of the operator. Nobody knows
    /// what their values are.
    pub(crate) fn raw_lines(&self) -> BTreeSet<u32> {
        let config = self.files.get(CONFIG).map(|file| &file.bytes[..]);
        let config = String::from_utf8_lossy(config.unwrap_or_default());
        let (mut raw, mut files) = (BTreeSet::new(), BTreeSet::new());
        let mut below = false;
        for (number, line) in (1..).zip(config.lines()) {
            let is_comment = line.trim_start().starts_with('#');
            if is_comment {
                let opened = secret::opens_raw(line);
                files.extend(opened.filter(|file| !file.is_empty()));
                below = opened.is_some();
            } else if !line.starts_with([' ', '\t']) {
                below = false;
            } else if below {
                raw.insert(number);
            }
        }
        // A file of the operator may have comments and sections of its own.
        if !files.is_empty() {
            let places = self.places().into_iter();
            let theirs = places.filter(|(_, place)| files.contains(place.file.as_str()));
            raw.extend(theirs.map(|(number, _)| number));
        }
        raw
    }
}

/// The content of `bundle.json`, as far as it is read back.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Index {
    version: u32,
    files: BTreeMap<String, Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    sha256: String,
}

impl Entry {
    fn of(bytes: &[u8]) -> Self {
        let sha256 = hex(&Sha256::digest(bytes));
        Self { sha256 }
    }
}

impl Index {
    /// A `bundle.json` that claims `paths` and says nothing about their content.
    pub(crate) fn claim(paths: impl IntoIterator<Item = String>) -> Vec<u8> {
        let entry = |path| {
            (
                path,
                Entry {
                    sha256: String::new(),
                },
            )
        };
        let files = paths.into_iter().map(entry).collect();
        // A map of texts always has a JSON form.
        serde_json::to_vec(&Self { version: 1, files }).unwrap_or_default()
    }

    /// Whether a `bundle.json` says that the file at `path` has these bytes.
    pub(crate) fn describes(json: &[u8], path: &str, bytes: &[u8]) -> bool {
        let index: Option<Self> = serde_json::from_slice(json).ok();
        let entry = index.as_ref().and_then(|index| index.files.get(path));
        entry.is_some_and(|entry| entry.sha256 == Entry::of(bytes).sha256)
    }

    /// The files that a `bundle.json` claims. A path that we would never write is left out: the file may have been edited, and
    /// what it names may be removed. `None` when it is no `bundle.json`.
    pub(crate) fn owned(json: &[u8]) -> Option<BTreeSet<String>> {
        let index: Self = serde_json::from_slice(json).ok()?;
        (index.version == 1).then(|| {
            index
                .files
                .into_keys()
                .filter(|path| is_ours(path))
                .collect()
        })
    }
}

/// What a `bundle.json` says of the folder that it lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The lowest HAProxy that the bundle loads on. `None` where nothing is said, or of a version that is not supported.
    pub target: Option<HaproxyVersion>,
    /// The SHA-256 of each file, in lower-case hexadecimal. A path that no bundle has is left out.
    pub digests: BTreeMap<String, String>,
}

impl Described {
    /// Reads a `bundle.json`. `None` when it is none, or of a version that is not known.
    pub fn read(json: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Target {
            target: Option<String>,
        }
        let index: Index = serde_json::from_slice(json).ok()?;
        let said: Target = serde_json::from_slice(json).ok()?;
        let files = index.files.into_iter().filter(|(path, _)| is_ours(path));
        (index.version == 1).then(|| Self {
            target: said.target.as_deref().and_then(HaproxyVersion::parse),
            digests: files.map(|(path, entry)| (path, entry.sha256)).collect(),
        })
    }

    /// The digest that a file of these bytes has to have.
    pub fn digest(bytes: &[u8]) -> String {
        Entry::of(bytes).sha256
    }
}

/// Whether nobody but the owner may read a file of a bundle, whatever its mode is: a checkout or an artifact of CI keeps none.
pub(crate) fn is_private(path: &str, bytes: &[u8]) -> bool {
    path.starts_with("certs/") || path == CONFIG && secret::is_private(bytes)
}

/// Whether a path is one that bundles have.
fn is_ours(path: &str) -> bool {
    let stem = |name: &str, extension| {
        name.strip_suffix(extension)
            .is_some_and(|stem| crate::ir::FileStem::new(stem).is_some())
    };
    match path.split_once('/') {
        None => matches!(path, CONFIG | CRT_LIST),
        Some(("maps", name)) => stem(name, ".map"),
        Some(("acl", name)) => stem(name, ".lst"),
        Some(("crt-lists", name)) => stem(name, ".txt"),
        Some(("certs", name)) => {
            let folder = ["ca/", "servers/"].iter();
            let inner = folder
                .into_iter()
                .find_map(|folder| name.strip_prefix(folder));
            stem(inner.unwrap_or(name), ".pem")
        }
        Some(("errors", name)) => stem(name, ".http"),
        Some(_) => false,
    }
}

/// Writes `bundle.json`: a line for each file, and one for each pair of a file and a manifest that it came from, so that a
/// reviewer can read its changes.
///
/// `origins` holds, for each file, the numbers of its lines that a manifest caused, from 1. See `docs/bundle.md`.
pub(super) fn index(
    files: &BTreeMap<String, BundleFile>,
    origins: &Origins,
    sources: &Sources,
    (target, layout): (HaproxyVersion, Layout),
    backends: &BTreeMap<BackendName, Backend>,
) -> Vec<u8> {
    let (origins, (digests, resolvers)) = rayon::join(
        || {
            let known = origins.par_iter().filter(|(_, lines)| !lines.is_empty());
            known
                .map(|(path, lines)| (path.as_str(), by_manifest(lines, sources)))
                .collect::<Vec<_>>()
        },
        || rayon::join(|| digests(files), || resolvers(backends)),
    );
    let mut out = String::from("{\n  \"version\": 1,\n");
    out.extend([
        "  \"generator\": \"ingressc ",
        env!("CARGO_PKG_VERSION"),
        "\",\n",
    ]);
    out.extend(["  \"target\": \"", &target.to_string(), "\",\n"]);
    out.extend(["  \"layout\": \"", layout.name(), "\",\n"]);
    table(&mut out, "  ", "files", digests.into_iter());
    out.extend([",\n", &resolvers, ",\n  \"origins\": {"]);
    let mut separator = "\n";
    for (path, manifests) in origins {
        out.push_str(separator);
        table(&mut out, "    ", path, manifests.into_iter());
        separator = ",\n";
    }
    out.push_str(if separator == "\n" { "}" } else { "\n  }" });
    out.push_str("\n}\n");
    without_controls(out).into_bytes()
}

fn digests(files: &BTreeMap<String, BundleFile>) -> Vec<(&str, Entry)> {
    let digests = files.par_iter();
    let digests = digests.map(|(path, file)| (path.as_str(), Entry::of(&file.bytes)));
    digests.collect()
}

/// Which resolver found the servers of each backend, by cluster where there are several. Backends without servers are left out:
/// nobody found any. Names are ours: nothing in them needs an escape.
fn resolvers(backends: &BTreeMap<BackendName, Backend>) -> String {
    let mut out = String::from("  \"resolvers\": {");
    let mut separator = "\n";
    for backend in backends.values() {
        let Some(first) = backend.servers.first() else {
            continue;
        };
        out.extend([separator, "    \"", backend.name.as_str(), "\": "]);
        separator = ",\n";
        let in_clusters = backend.servers.iter().filter_map(|server| {
            let cluster = server.cluster.as_ref()?;
            Some((cluster.as_str(), server.resolver.name()))
        });
        let clusters: BTreeMap<&str, &str> = in_clusters.collect();
        if clusters.is_empty() {
            out.extend(["\"", first.resolver.name(), "\""]);
            continue;
        }
        let mut before = "{\"";
        for (cluster, resolver) in clusters {
            out.extend([before, cluster, "\":\"", resolver, "\""]);
            before = ",\"";
        }
        out.push('}');
    }
    out.push_str(if separator == "\n" { "}" } else { "\n  }" });
    out
}

/// JSON lets DEL and the C1 characters stand in texts, and a terminal obeys them. File names may hold them; nothing else does.
fn without_controls(json: String) -> String {
    let raw = |c: char| c.is_control() && c != '\n';
    if !json.contains(raw) {
        return json;
    }
    json.chars().fold(String::new(), |mut out, c| {
        if raw(c) {
            // Writing to a String never fails.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
        out
    })
}

/// `[line, line in the manifest, column in the manifest]`, all from 1, by name of the manifest.
fn by_manifest<'s>(
    lines: &[(u32, Origin)],
    sources: &'s Sources,
) -> BTreeMap<&'s str, Vec<[u32; 3]>> {
    let mut manifests: BTreeMap<FileId, Vec<(u32, Origin)>> = BTreeMap::new();
    for &(line, origin) in lines {
        let places = manifests.entry(origin.file).or_default();
        places.push((line, origin));
    }
    let positions = manifests.into_par_iter().map(|(file, places)| {
        let file = sources.file(file);
        let place = |(line, origin): (u32, Origin)| {
            let at = file.position(origin.start);
            [line, at.line, at.column]
        };
        (file.name.as_str(), places.into_iter().map(place).collect())
    });
    // Two files may go by one name: standard input can be called anything, and clusters may share a file.
    let mut by_name: BTreeMap<&str, Vec<[u32; 3]>> = BTreeMap::new();
    for (name, mut places) in positions.collect::<Vec<(&str, Vec<[u32; 3]>)>>() {
        let known = by_name.entry(name).or_default();
        let first = known.is_empty();
        known.append(&mut places);
        if !first {
            known.sort_unstable();
        }
    }
    by_name
}

/// An object with one line for each entry, itself indented by `indent`.
fn table<'a>(
    out: &mut String,
    indent: &str,
    name: &str,
    entries: impl Iterator<Item = (&'a str, impl Serialize)>,
) {
    // Names are ours: nothing in them needs an escape.
    out.extend([indent, "\"", name, "\": {"]);
    let mut separator = "\n";
    for (key, value) in entries {
        // A text or a list of numbers always has a JSON form.
        let json = |value: Result<String, _>| {
            value.unwrap_or_else(|_: serde_json::Error| "null".to_owned())
        };
        let (key, value) = (
            json(serde_json::to_string(key)),
            json(serde_json::to_string(&value)),
        );
        out.extend([separator, indent, "  ", &key, ": ", &value]);
        separator = ",\n";
    }
    if separator != "\n" {
        out.extend(["\n", indent]);
    }
    out.push('}');
}

#[cfg(test)]
mod tests;
