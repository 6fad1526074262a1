//! From the routing model to the files that HAProxy reads.
//!
//! In: [`Routing`], and [`Sources`] to say where lines came from. Out: a [`Bundle`] in memory; `write` puts it on disk.
//! Text reaches `haproxy.cfg` only through `escape`, maps and the crt-list through checked writers of their own.

mod addresses;
mod bundle;
mod crt_list;
mod escape;
mod include;
mod lines;
mod maps;
mod numbers;
mod pem_files;
mod policy;
mod sni;
mod view;

#[cfg(test)]
pub(crate) mod example;

use std::collections::BTreeMap;
use std::fmt;

pub use bundle::{Bundle, BundleFile, CONFIG, CRT_LIST, Described, INDEX};
pub(crate) use bundle::{Index, Place, is_private};
pub(crate) use crt_list::path as certificate_path;
pub use include::{Fragment, FragmentKind, Include, Refusal};
pub(crate) use maps::key as path_key;
pub use numbers::{Kept, Numbers};

use self::bundle::Origins;
use self::lines::Lines;
use self::maps::Maps;
use crate::ir::{
    BindAddress, FileStem, HaproxyVersion, Listeners, Pem, PolicySection, Process, Routing,
    TcpListener,
};
use crate::source::{Origin, Sources};

/// What to emit for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The lowest version on which the output must load.
    pub target: HaproxyVersion,
    /// The first lines of `haproxy.cfg`, without `#`: what made it, and from how much. No dates.
    pub header: Vec<String>,
    /// The process and its host.
    pub process: Process,
    /// The operator's own lines.
    pub include: Include,
}

/// Builds the files.
pub fn emit(
    routing: &Routing,
    sources: &Sources,
    settings: &Settings,
) -> Result<Bundle, EmitError> {
    let maps = maps::maps(routing)?;
    let (config, beside) = rayon::join(
        || config(routing, &maps, sources, settings),
        || beside(routing, &maps),
    );
    let (lines, (mut files, mut origins)) = (config?, beside?);
    // Hashes of passwords are as good as the passwords to whoever has time; `stats auth` holds the password itself.
    let has_users = |section: &PolicySection| section.policy.auth.is_some();
    let has_raw = !routing.global.snippets.stats.is_empty();
    let file = if has_raw || routing.policies.values().any(has_users) {
        BundleFile::private(lines.bytes)
    } else {
        BundleFile::public(lines.bytes)
    };
    files.insert(CONFIG.to_owned(), file);
    origins.insert(CONFIG.to_owned(), lines.origins);
    let target = (settings.target, settings.process.layout);
    let index = bundle::index(&files, &origins, sources, target, &routing.backends);
    files.insert(INDEX.to_owned(), BundleFile::public(index));
    Ok(Bundle { files })
}

fn config(
    routing: &Routing,
    maps: &Maps<'_>,
    sources: &Sources,
    settings: &Settings,
) -> Result<Lines, EmitError> {
    let rendered = view::render(routing, maps, sources, settings)?;
    let default = routing.default.as_ref();
    let default = default.map(|claim| maps::section(&claim.target));
    lines::finish(&rendered, maps.targets().chain(default.as_deref()))
}

/// The files that `haproxy.cfg` names, and where their lines came from.
fn beside(
    routing: &Routing,
    maps: &Maps<'_>,
) -> Result<(BTreeMap<String, BundleFile>, Origins), EmitError> {
    let (mut files, mut origins) = (BTreeMap::new(), Origins::new());
    for (status, page) in &routing.global.error_pages.0 {
        let file = BundleFile::public(page.value.as_str().as_bytes().to_vec());
        files.insert(format!("errors/{status}.http"), file);
    }
    let mut add = |files: &mut BTreeMap<_, _>, path: &str, bytes, lines| {
        files.insert(path.to_owned(), BundleFile::public(bytes));
        origins.insert(path.to_owned(), lines);
    };
    // A host of TCP services alone answers no requests.
    if routing.listeners != Listeners::default() {
        let (host, path) = (&maps.host, &maps.path);
        add(&mut files, "maps/host.map", host.to_bytes(), host.origins());
        add(&mut files, "maps/path.map", path.to_bytes(), path.origins());
    }
    // The one that haproxy.cfg names only when there is something in it.
    if !maps.wild.is_empty() {
        add(
            &mut files,
            "maps/wild.map",
            maps.wild.to_bytes(),
            maps.wild.origins(),
        );
    }
    if !routing.passthrough.is_empty() && !routing.listeners.https.is_empty() {
        let (exact, wild) = (&maps.sni, &maps.wild_sni);
        add(
            &mut files,
            "maps/sni.map",
            exact.to_bytes(),
            exact.origins(),
        );
        if !wild.is_empty() {
            add(
                &mut files,
                "maps/wild-sni.map",
                wild.to_bytes(),
                wild.origins(),
            );
        }
    }
    for (listener, names) in &maps.names {
        for (path, map) in names.files(listener) {
            add(&mut files, &path, map.to_bytes(), map.origins());
        }
    }
    for listener in routing.tcp.iter().filter(|one| one.is_bound()) {
        if let Some(list) = crt_list::of_listener(listener)? {
            let path = crt_list::path_of(listener);
            add(&mut files, &path, list.bytes, list.origins);
        }
    }
    let certificates = &routing.certificates;
    let https = !routing.listeners.https.is_empty() && certificates.offers_any();
    files.extend(pem_files::files(routing, https));
    let mut listeners = routing.tcp.iter().filter(|one| one.is_bound());
    if https || listeners.any(TcpListener::shares_certificates) {
        let list = crt_list::crt_list(certificates)?;
        add(&mut files, CRT_LIST, list.bytes, list.origins);
        for (stem, certificate) in &certificates.files {
            if let Pem::Inline(text) = &certificate.pem {
                let file = BundleFile::private(text.clone().into_bytes());
                files.insert(crt_list::path(stem), file);
            }
        }
    }
    files.extend(addresses::files(routing));
    Ok((files, origins))
}

/// Why a routing model could not be emitted. But for the first two, which are matters of the settings, `lower`
/// and the types of `ir` should have made it impossible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmitError {
    /// No address to listen on; HAProxy would not start.
    NoListener,
    /// This address of the metrics is one at which requests are taken too.
    AddressTaken(BindAddress),
    /// A rule names a backend that is not there.
    MissingBackend(String),
    /// A `resolvers` section that servers ask is not there, or nobody is to be asked for this name.
    MissingResolvers(String),
    /// A certificate is not there, or its path cannot stand in a crt-list.
    MissingCertificate(FileStem),
    /// This key, or its value, cannot stand in a map file.
    MapEntry(String),
    /// A value holds a control character.
    Unprintable,
    /// Two servers of one section have this name: one of them, or both, may be the operator's.
    ServerTwice {
        /// Their name.
        name: String,
        /// Their lines in `haproxy.cfg`, from 1.
        lines: [u32; 2],
        /// What caused the lines.
        origins: [Option<Origin>; 2],
    },
    /// A line of `haproxy.cfg` that must not be written.
    Line {
        /// From 1.
        number: u32,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoListener => f.write_str(
                "nothing to listen on: there is no http listener, no https listener with a certificate, and no TCP service that has a port",
            ),
            Self::AddressTaken(address) => {
                write!(f, "`{address}` of the metrics is one of the http or https listeners too")
            }
            Self::MissingBackend(name) => write!(f, "backend `{}` is not there", name.escape_debug()),
            Self::MissingResolvers(name) => {
                write!(f, "no `resolvers` section for `{}`", name.escape_debug())
            }
            Self::MissingCertificate(stem) => {
                write!(f, "certificate `{stem}` is not there, or its path cannot stand in a crt-list")
            }
            Self::MapEntry(key) => {
                write!(f, "the entry `{}` cannot stand in a map file", key.escape_debug())
            }
            Self::Unprintable => f.write_str("a value holds a control character"),
            Self::ServerTwice { name, lines: [first, second], .. } => write!(
                f,
                "haproxy.cfg:{second}: a server called `{}` is there already, in line {first}",
                name.escape_debug()
            ),
            Self::Line { number, reason } => write!(f, "haproxy.cfg:{number}: {reason}"),
        }
    }
}

impl std::error::Error for EmitError {}

#[cfg(test)]
pub(crate) mod tests;
