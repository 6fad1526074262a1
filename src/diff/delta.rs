//! What is different: the answer of [`super::compare`], in the order in which it is shown.

use std::collections::{BTreeSet, HashSet};

use super::facet::Facet;
use super::unread::Unread;
use super::view::{Answer, Place, RouteKey};

/// All that changes for traffic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// Routes that come, go, or lead elsewhere.
    pub routes: Vec<RouteChange>,
    /// Requests that change hands although no route above tells it.
    pub requests: Vec<RequestChange>,
    /// How many more of them there are.
    pub more_requests: usize,
    /// What becomes different on routes that stay.
    pub behaviour: Vec<Behaviour>,
    /// Servers, and how they are spoken to.
    pub backends: Vec<BackendChange>,
    /// What names are answered with in the handshake.
    pub certificates: Vec<CertificateChange>,
    /// What holds for everything.
    pub settings: Vec<Change>,
    /// How many routes there are now.
    pub routes_now: usize,
}

/// A route that comes, goes, or leads elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteChange {
    /// Which.
    pub key: RouteKey,
    /// What becomes of it.
    pub what: What,
    /// Who answered its requests.
    pub before: Answer,
    /// Who answers them now.
    pub after: Answer,
    /// What else changes for its requests; of routes that come and go, only what protects less.
    pub changes: Vec<Change>,
    /// Whether its requests are protected less than before.
    pub lowers: bool,
    /// Where it is written in the head.
    pub place: Option<Place>,
    /// Where it was written in the base.
    pub base_place: Option<Place>,
}

/// What becomes of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It comes.
    Added,
    /// It goes.
    Removed,
    /// It leads elsewhere.
    Moved,
}

impl What {
    /// `added`, `removed` or `moved`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Moved => "moved",
        }
    }
}

/// A request that changes hands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestChange {
    /// The host that is asked.
    pub host: String,
    /// The path that is asked for.
    pub path: String,
    /// Who answered.
    pub before: Answer,
    /// Who answers now.
    pub after: Answer,
    /// The guards that it met before and does not meet now.
    pub lost: Vec<String>,
}

/// A change on routes that stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    /// What.
    pub change: Change,
    /// Which routes.
    pub routes: Vec<RouteKey>,
}

/// Something that is said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    pub(super) facet: Facet,
    /// The name of a header, a user; often empty.
    pub of: String,
    /// What was said; `None` if nothing.
    pub before: Option<String>,
    /// What is said now; `None` if nothing.
    pub after: Option<String>,
    /// Whether it protects less.
    pub lowers: bool,
    /// Where it is written in the head.
    pub place: Option<Place>,
    /// Where it was written in the base.
    pub base_place: Option<Place>,
}

impl Change {
    /// The name of the setting in JSON.
    pub fn id(&self) -> &'static str {
        self.facet.id()
    }

    /// In words: `basic auth removed`, `server timeout 30s -> 60s`.
    pub fn words(&self) -> String {
        let label = match (self.facet.label(), self.of.as_str()) {
            (label, "") => label.to_owned(),
            ("", of) => of.to_owned(),
            (label, of) => format!("{label} {of}"),
        };
        match (self.before.as_deref(), self.after.as_deref()) {
            (None, Some("")) => format!("{label} added"),
            (None, Some(words)) => format!("{label} added: {}", folded(words)),
            (Some(""), None) => format!("{label} removed"),
            (Some(words), None) => format!("{label} removed, was {}", folded(words)),
            (Some(before), Some(after)) if before == after => format!("{label} changed"),
            (Some(before), Some(after)) => format!("{label} {}", between(before, after)),
            (None, None) => label,
        }
    }
}

/// `30s -> 60s`; of lists that have something in common, what comes and goes.
fn between(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split(", ").collect(), after.split(", ").collect());
    let known: HashSet<&&str> = old.iter().collect();
    let stays: HashSet<&&str> = new.iter().collect();
    let come = new.iter().filter(|it| !known.contains(it));
    let go = old.iter().filter(|it| !stays.contains(it));
    let all: Vec<String> = come
        .map(|it| format!("+{it}"))
        .chain(go.map(|it| format!("-{it}")))
        .collect();
    if all.is_empty() || known.is_disjoint(&stays) {
        return format!("{} -> {}", folded(before), folded(after));
    }
    match all.len() {
        count if count > LISTED => {
            let shown = shortened(&all[..LISTED].join(" "));
            format!("{shown} and {} more", count - LISTED)
        }
        _ => shortened(&all.join(" ")),
    }
}

/// So many entries of a list are named in a sentence; the others are counted.
const LISTED: usize = 8;

/// So many characters of a value are shown in a sentence. JSON has all of it.
const LONGEST: usize = 400;

/// A value in a sentence: of a long list the first entries, of a long text its beginning.
fn folded(words: &str) -> String {
    let entries: Vec<&str> = words.split(", ").collect();
    if entries.len() <= LISTED {
        return shortened(words);
    }
    let shown = shortened(&entries[..LISTED].join(", "));
    format!("{shown} and {} more", entries.len() - LISTED)
}

/// The beginning of a text that is too long for a sentence, and how much is left out.
pub(super) fn shortened(text: &str) -> String {
    cut(text, LONGEST)
}

/// As many characters of a text as `longest` says, and how many more there are.
pub(super) fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some((end, _)) => {
            let left = text[end..].chars().count();
            format!("{}… ({left} more characters)", &text[..end])
        }
    }
}

/// A Service port whose servers change, or how they are spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendChange {
    /// The Service port.
    pub backend: String,
    /// How it is spoken to and checked.
    pub changes: Vec<Change>,
    /// Servers that come.
    pub added: Vec<String>,
    /// Servers that go.
    pub removed: Vec<String>,
    /// Servers that stay, with what was said about them, and what is now.
    pub changed: Vec<(String, String, String)>,
    /// How many servers there were.
    pub servers_before: usize,
    /// How many there are.
    pub servers_after: usize,
    /// Where it is written in the head.
    pub place: Option<Place>,
}

/// Names that are answered with another certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateChange {
    /// The names, `(default)` for all others.
    pub names: Vec<String>,
    /// The Secret before.
    pub before: Option<String>,
    /// The Secret now.
    pub after: Option<String>,
    /// What of it is another one.
    pub renewal: Option<Renewal>,
    /// Whether names that are asked for have no certificate any more.
    pub lowers: bool,
    /// Where the Secret is in the head.
    pub place: Option<Place>,
    /// Where it was in the base.
    pub base_place: Option<Place>,
}

/// What of a certificate is another one, in the same Secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Renewal {
    /// The certificate and its key.
    NewKey,
    /// The certificate, with the same key.
    SameKey,
    /// The certificates above it.
    Chain,
}

impl Renewal {
    /// The name in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::NewKey => "new_key",
            Self::SameKey => "same_key",
            Self::Chain => "chain",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NewKey => "renewed with a new key",
            Self::SameKey => "renewed with the same key",
            Self::Chain => "chain changed",
        }
    }
}

/// How much of what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Routes that come.
    pub added: usize,
    /// Routes that go.
    pub removed: usize,
    /// Routes that lead elsewhere.
    pub moved: usize,
    /// Routes that stay and behave otherwise.
    pub changed: usize,
    /// Kinds of requests that change hands besides.
    pub requests: usize,
    /// Service ports with other servers.
    pub backends: usize,
    /// Names with another certificate.
    pub certificates: usize,
    /// Settings for everything.
    pub settings: usize,
    /// Changes that protect less.
    pub lowered: usize,
}

impl Delta {
    /// Whether nothing changes for traffic.
    pub fn is_empty(&self) -> bool {
        let Self {
            routes,
            requests,
            more_requests: _,
            behaviour,
            backends,
            certificates,
            settings,
            routes_now: _,
        } = self;
        routes.is_empty()
            && requests.is_empty()
            && behaviour.is_empty()
            && backends.is_empty()
            && certificates.is_empty()
            && settings.is_empty()
    }

    /// What there is, counted.
    pub fn counts(&self) -> Counts {
        let of = |what| self.routes.iter().filter(|it| it.what == what).count();
        let changed: BTreeSet<&RouteKey> =
            self.behaviour.iter().flat_map(|it| &it.routes).collect();
        let backends = self.backends.iter().flat_map(|it| &it.changes);
        let lowered = self.routes.iter().filter(|it| it.lowers).count()
            + self
                .requests
                .iter()
                .filter(|it| !it.lost.is_empty())
                .count()
            + self.behaviour.iter().filter(|it| it.change.lowers).count()
            + backends.filter(|it| it.lowers).count()
            + self.certificates.iter().filter(|it| it.lowers).count()
            + self.settings.iter().filter(|it| it.lowers).count();
        Counts {
            added: of(What::Added),
            removed: of(What::Removed),
            moved: of(What::Moved),
            changed: changed.len(),
            requests: self.requests.len() + self.more_requests,
            backends: self.backends.len(),
            certificates: self.certificates.iter().map(|it| it.names.len()).sum(),
            settings: self.settings.len(),
            lowered,
        }
    }

    /// The same as [`Self::summary`], which does not claim that nothing changes where something was not read.
    pub fn summary_of(&self, unread: Unread) -> String {
        if self.is_empty() && !unread.is_none() {
            return "No change in what could be read.".to_owned();
        }
        self.summary()
    }

    /// Whether something is protected less than before.
    pub fn lowers(&self) -> bool {
        self.counts().lowered > 0
    }

    /// `1 route removed, 1 moved, 1 changed. 1 change lowers protection (!).`
    pub fn summary(&self) -> String {
        if self.is_empty() {
            return "No change for traffic.".to_owned();
        }
        let counts = self.counts();
        let routes = [
            (counts.added, "added"),
            (counts.removed, "removed"),
            (counts.moved, "moved"),
            (counts.changed, "changed"),
        ];
        let mut parts: Vec<String> = Vec::new();
        for (count, what) in routes.into_iter().filter(|(count, _)| *count > 0) {
            let noun = match (parts.is_empty(), count) {
                (false, _) => "",
                (true, 1) => "route ",
                (true, _) => "routes ",
            };
            parts.push(format!("{count} {noun}{what}"));
        }
        for (count, one, many) in [
            (
                counts.requests,
                "kind of request changes hands",
                "kinds of requests change hands",
            ),
            (counts.backends, "backend changed", "backends changed"),
            (
                counts.certificates,
                "certificate changed",
                "certificates changed",
            ),
            (counts.settings, "setting changed", "settings changed"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {}", if count == 1 { one } else { many }));
            }
        }
        let lowered = match counts.lowered {
            0 => String::new(),
            1 => " 1 change lowers protection (!).".to_owned(),
            count => format!(" {count} changes lower protection (!)."),
        };
        format!("{}.{lowered}", parts.join(", "))
    }
}
