//! Lines by the operator: trusted, but checked as far as a mistake in them could damage what stands around them.
//!
//! In: the text of a file that the configuration names. Out: a [`Fragment`], or what is wrong with it. Whether the words mean
//! anything is HAProxy's to say; here it matters that a line stays a line, and a section is not left by accident.

mod binds;
mod confined;

use std::collections::{BTreeMap, HashSet};

use super::maps::{CLOSED, NOT_FOUND};
use crate::ir::raw_line::{SECTIONS, without_tabs};
use crate::ir::words::{MAX_WORDS, words_with_variables};
use crate::ir::{Routing, ServiceRef};
use crate::source::{FileId, Origin, Sourced, Sources};

/// The operator's lines, by the place where they are to stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Include {
    /// In the section `global`.
    pub global: Vec<Fragment>,
    /// In the defaults of all HTTP sections.
    pub defaults: Vec<Fragment>,
    /// In the frontend, before the request is routed.
    pub frontend: Vec<Fragment>,
    /// In the backend of a Service port, by `namespace/service:port` with the port's number or name; each with the place that says so.
    pub backends: BTreeMap<String, Sourced<Vec<Fragment>>>,
    /// After everything else: whole sections.
    pub sections: Vec<Fragment>,
}

/// Lines of HAProxy's language, each with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    file: FileId,
    kind: FragmentKind,
    lines: Vec<Sourced<String>>,
}

/// Where the lines are to stand: what is harmless in one place does damage in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FragmentKind {
    /// In `global`.
    Global,
    /// In the defaults that frontends and backends share.
    Defaults,
    /// In the frontend, before the rules that route.
    Frontend,
    /// In the backend of a Service port.
    Backend,
    /// Whole sections.
    Sections,
}

/// Why a file cannot be included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Lower case, without a full stop.
    pub message: String,
    /// What to do, in the imperative.
    pub help: Option<String>,
    /// The line.
    pub origin: Origin,
}

impl Refusal {
    fn new(message: impl Into<String>, origin: Origin) -> Self {
        Self {
            message: message.into(),
            help: None,
            origin,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Fragment {
    /// Reads a file. What is wrong with it comes in the order of its lines.
    pub fn read(sources: &Sources, file: FileId, kind: FragmentKind) -> Result<Self, Vec<Refusal>> {
        let mut reader = Reader::new(kind);
        let mut start = 0;
        for line in sources.file(file).text.split_inclusive('\n') {
            // What HAProxy takes for blank.
            let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c');
            let content = line.trim_matches(blank);
            let before = line.len() - line.trim_start_matches(blank).len();
            let from = if content.is_empty() {
                start
            } else {
                start + before
            };
            reader.line(
                content,
                before > 0,
                Origin::new(file, from..from + content.len()),
            );
            start += line.len();
        }
        reader.finish(file)
    }

    /// The lines as they are emitted, indented, without their line feeds.
    pub fn lines(&self) -> &[Sourced<String>] {
        &self.lines
    }

    /// Whether they stand alone.
    pub(super) fn is_sections(&self) -> bool {
        self.kind == FragmentKind::Sections
    }

    /// The file that they stand in.
    pub(super) fn file(&self) -> FileId {
        self.file
    }
}

impl Include {
    /// The Service ports whose backends are to have lines, and that have no backend.
    pub fn unmatched(&self, routing: &Routing) -> Vec<Sourced<&str>> {
        if self.backends.is_empty() {
            return Vec::new();
        }
        let services = routing.backends.values().map(|backend| &backend.service);
        let known: HashSet<String> = services.flat_map(keys).collect();
        let named = self.backends.iter();
        named
            .filter(|(key, _)| !known.contains(*key))
            .map(|(key, fragments)| Sourced::new(key.as_str(), fragments.origin))
            .collect()
    }

    /// Sections that two files open, each at the second place.
    pub fn twins(&self) -> Vec<Refusal> {
        let mut seen = HashSet::new();
        let lines = self.sections.iter().flat_map(Fragment::lines);
        let sections = lines.filter_map(|line| Some((section(&line.value)?, line.origin)));
        sections
            .filter(|&((kind, name), _)| !name.is_empty() && !seen.insert((scope(kind), name)))
            .map(|((_, name), origin)| Refusal::new(twice(name), origin))
            .collect()
    }
}

/// What the lines of a Service port's backend go by in [`Include::backends`].
pub(super) fn keys(service: &ServiceRef) -> impl Iterator<Item = String> {
    let ServiceRef {
        namespace,
        name,
        port,
        port_name,
    } = service;
    let named = (!port_name.is_empty()).then(|| format!("{namespace}/{name}:{port_name}"));
    std::iter::once(format!("{namespace}/{name}:{port}")).chain(named)
}

/// Names of sections that HAProxy wants to differ: those of proxies all among each other (since 3.3), those of other sections
/// among their kind.
pub(super) fn scope(kind: &str) -> &str {
    match kind {
        "frontend" | "backend" | "listen" | "defaults" => "proxy",
        other => other,
    }
}

/// Kind and name of the section that an emitted line opens; the name is empty where there is none.
pub(super) fn section(line: &str) -> Option<(&str, &str)> {
    // Almost every line is none.
    if line.is_empty() || line.starts_with([' ', '#']) {
        return None;
    }
    let mut words = line.split(' ').filter(|word| !word.is_empty());
    let kind = words.next()?;
    SECTIONS
        .contains(&kind)
        .then(|| (kind, words.next().unwrap_or_default()))
}

fn twice(name: &str) -> String {
    format!("a section called `{name}` is there already")
}

/// Why no section of the operator's may have this name.
fn reserved(name: &str) -> bool {
    // A Service's backend is called `namespace_service_port`, with clusters behind a dot where it is not that of all.
    let mut parts = name.rsplitn(2, '_');
    let port = parts.next().unwrap_or_default();
    let rest = parts.next().unwrap_or_default();
    let number = port.split('.').next().unwrap_or_default();
    let service = rest.contains('_') && number.bytes().all(|b| b.is_ascii_digit());
    let ours = ["fe_", "d_", "r_", "p_", "u_"];
    service
        || ours.iter().any(|start| name.starts_with(start))
        || [CLOSED, NOT_FOUND].contains(&name)
}

/// What is known between two lines.
struct Reader {
    kind: FragmentKind,
    lines: Vec<Sourced<String>>,
    wrong: Vec<Refusal>,
    /// Conditions that wait for their `.endif`.
    conditions: Vec<Origin>,
    /// Whether a section is open.
    inside: bool,
    sections: HashSet<(String, String)>,
    /// Names of servers of the open section.
    servers: HashSet<String>,
}

impl Reader {
    fn new(kind: FragmentKind) -> Self {
        Self {
            kind,
            lines: Vec::new(),
            wrong: Vec::new(),
            conditions: Vec::new(),
            inside: kind != FragmentKind::Sections,
            sections: HashSet::new(),
            servers: HashSet::new(),
        }
    }

    fn line(&mut self, content: &str, indented: bool, origin: Origin) {
        if content.is_empty() || content.starts_with('#') {
            match without_tabs(content, false) {
                Ok(text) => self.push(&text, indented, origin),
                Err(why) => self.refuse(why, origin),
            }
            return;
        }
        let text = match without_tabs(content, true) {
            Ok(text) => text,
            Err(why) => return self.refuse(why, origin),
        };
        let words = match words_with_variables(&text) {
            Ok(words) => words,
            Err(why) => return self.refuse(why, origin),
        };
        if words.len() > MAX_WORDS {
            return self.refuse(
                "more words than HAProxy reads: at most 64 on a line",
                origin,
            );
        }
        // What follows it is ignored: in silence by 2.6, with a warning by 3.2; 3.4 refuses the line.
        if words.iter().any(String::is_empty) {
            return self.refuse("an empty word, at which HAProxy ends the line", origin);
        }
        let first = words.first().map(String::as_str).unwrap_or_default();
        // What opens a section, or begins a condition, must be seen to do so.
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if first.is_empty() || !first.bytes().all(plain) || !text.starts_with(first) {
            return self.refuse(
                "a line begins with a plain word, without quotes and variables",
                origin,
            );
        }
        if first.starts_with('.') {
            self.condition(first, origin);
            return self.push(&text, indented, origin);
        }
        if SECTIONS.contains(&first) {
            let name = words.get(1).map(String::as_str).unwrap_or_default();
            if section(&text) != Some((first, name)) {
                self.inside = true;
                return self.refuse("a section's name without quotes and variables", origin);
            }
            self.open(&words, origin);
            return self.push(&text, false, origin);
        }
        if !self.inside {
            return self.refuse("a line before the first section", origin);
        }
        if first == "default-path" {
            return self.refuse("`default-path` would move the files of the bundle", origin);
        }
        if let Some(refusal) = misplaced(self.kind, &words, origin) {
            return self.wrong.push(refusal);
        }
        let server = matches!(first, "server" | "server-template");
        if let Some(name) = words.get(1).filter(|_| server)
            && !self.servers.insert(name.clone())
        {
            self.refuse(
                &format!("a server called `{name}` is there already"),
                origin,
            );
        }
        self.push(&text, true, origin);
    }

    fn condition(&mut self, word: &str, origin: Origin) {
        match word {
            ".if" => self.conditions.push(origin),
            ".endif" if self.conditions.pop().is_none() => {
                self.refuse("`.endif` without `.if`", origin);
            }
            ".elif" | ".else" if self.conditions.is_empty() => {
                self.refuse(&format!("`{word}` without `.if`"), origin);
            }
            _ => {}
        }
    }

    fn open(&mut self, words: &[String], origin: Origin) {
        let word = |at: usize| words.get(at).map(String::as_str).unwrap_or_default();
        let (kind, name) = (word(0), word(1));
        self.servers.clear();
        self.inside = true;
        if self.kind != FragmentKind::Sections {
            let message = format!(
                "`{kind}` would open a section; whole sections belong to `include.sections`"
            );
            return self.refuse(&message, origin);
        }
        if kind == "global" {
            self.refuse("lines of `global` belong to `include.global`", origin);
        } else if kind == "defaults" && name.is_empty() {
            self.refuse(
                "`defaults` without a name would hold for every section below it",
                origin,
            );
        } else if reserved(name) {
            let message =
                format!("the name `{name}` is one of those that are given to generated sections");
            self.refuse(&message, origin);
        } else if !name.is_empty()
            && !self
                .sections
                .insert((scope(kind).to_owned(), name.to_owned()))
        {
            self.refuse(&twice(name), origin);
        } else if matches!(kind, "frontend" | "backend" | "listen")
            && (word(2) != "from" || word(3).is_empty())
        {
            // It would take the defaults that stand last: ours, which are named, so that 2.6 refuses it and later versions warn;
            // or some of the operator's that were meant for another.
            let name = if name.is_empty() { "NAME" } else { name };
            let message = format!("`{kind}` does not say which defaults it takes");
            let help = format!(
                "write `{kind} {name} from d_http`, for TCP `from d_base`, or name defaults of your own"
            );
            self.wrong.push(Refusal::new(message, origin).help(help));
        }
    }

    fn refuse(&mut self, message: &str, origin: Origin) {
        self.wrong.push(Refusal::new(message, origin));
    }

    fn push(&mut self, text: &str, indented: bool, origin: Origin) {
        let indented = indented || self.kind != FragmentKind::Sections;
        let text = match text {
            "" => String::new(),
            text if indented => format!("    {text}"),
            text => text.to_owned(),
        };
        self.lines.push(Sourced::new(text, origin));
    }

    fn finish(mut self, file: FileId) -> Result<Fragment, Vec<Refusal>> {
        for origin in std::mem::take(&mut self.conditions) {
            self.refuse("`.if` without `.endif`", origin);
        }
        if !self.wrong.is_empty() {
            self.wrong.sort_by_key(|refusal| refusal.origin.start);
            return Err(self.wrong);
        }
        let blank = |line: &Sourced<String>| line.value.is_empty();
        let first = self.lines.iter().position(|line| !blank(line));
        let mut lines = self.lines.split_off(first.unwrap_or(self.lines.len()));
        while lines.last().is_some_and(blank) {
            lines.pop();
        }
        Ok(Fragment {
            file,
            kind: self.kind,
            lines,
        })
    }
}

/// What HAProxy takes here and the bundle does not survive.
fn misplaced(kind: FragmentKind, words: &[String], origin: Origin) -> Option<Refusal> {
    let word = |at: usize| words.get(at).map(String::as_str).unwrap_or_default();
    match (kind, word(0), word(1)) {
        // The rules that route and that clean the headers are `http-request` rules as well, and stand below.
        (FragmentKind::Frontend, "http-request", "allow") => Some(
            Refusal::new(
                "`http-request allow` would end the rules: nothing is routed, and headers of the client are kept",
                origin,
            )
            .help("write `http-request deny unless …` for what may pass"),
        ),
        // HAProxy warns of each of our rules that stands below. Nor would `ingressc route` know of it, which answers from the
        // model; and a `default_backend` would be replaced by ours in silence.
        (FragmentKind::Frontend, word @ ("use_backend" | "default_backend"), _) => Some(
            Refusal::new(
                format!("`{word}` would route beside the Ingresses"),
                origin,
            )
            .help("route with an Ingress, or write a frontend of your own in `include.sections`"),
        ),
        // Manual 4.1: frontends and backends cannot share defaults that have such rules, and these are shared.
        (
            FragmentKind::Defaults,
            rules @ ("http-request" | "http-response" | "http-after-response" | "tcp-request"
            | "tcp-response"),
            _,
        ) => Some(
            Refusal::new(
                format!("HAProxy does not load `{rules}` in defaults that frontends and backends share"),
                origin,
            )
            .help(match rules {
                "tcp-response" => "put it into `include.backends`",
                _ => "put it into `include.frontend`",
            }),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
