//! Two bundles, file by file.

use std::collections::BTreeSet;

use super::backends::{self, Side};
use super::certificates;
use super::config::{Config, Section, Unreadable};
use super::crt_list::List;
use super::entries::{Context, Kind};
use super::escape::MAX_BYTES;
use super::policies::Policies;
use super::servers;
use super::settings;
use super::usage::{Usage, Use, by_folder};
use super::{Builder, ChangeKind, Plan, Sending};
use crate::emit::{Bundle, CONFIG, INDEX};
use crate::ir::HaproxyVersion;

/// What a HAProxy of the version `target` that runs `from` has to be told, so that it runs `to`.
///
/// A plan without changes means that the bundles are equal but for `bundle.json`.
pub fn compare(from: &Bundle, to: &Bundle, target: HaproxyVersion, sending: Sending) -> Plan {
    let mut out = Builder::default();
    match (Config::of(from), Config::of(to)) {
        (Ok(before), Ok(after)) => {
            let usage = (Usage::of(&before, from), Usage::of(&after, to));
            let pair = Pair {
                bundles: (from, to),
                configs: (&before, &after),
                usage: (&usage.0, &usage.1),
                target,
                sending,
                room: room(&before),
            };
            pair.config(&mut out);
            pair.files(&mut out);
            out.bounded(pair.room);
        }
        (before, after) if bytes(from, CONFIG) != bytes(to, CONFIG) => {
            let why = before.err().or(after.err());
            let why = why.map_or(String::new(), |Unreadable { line, why }| {
                format!("line {line} cannot be read: {why}")
            });
            out.reload(ChangeKind::File, CONFIG, "", why);
        }
        _ => {
            let why = "haproxy.cfg cannot be read, so it is not known what for";
            for path in paths(from, to).filter(|path| bytes(from, path) != bytes(to, path)) {
                out.reload(ChangeKind::File, path, "", why);
            }
        }
    }
    out.finish(target)
}

/// How many bytes a command to a process with this configuration may have: it has to fit the buffer, with something to spare.
fn room(config: &Config) -> usize {
    let globals = config
        .sections
        .iter()
        .filter(|section| section.keyword == "global");
    let lines = globals.flat_map(|section| &section.lines);
    let sizes = lines
        .filter(|line| line.keyword() == "tune.bufsize")
        .map(|line| {
            let said = line.words.get(1).map_or("", String::as_str);
            // What is not known is taken for the smallest that HAProxy starts with.
            said.parse::<usize>().unwrap_or(1_024)
        });
    sizes
        .map(|size| size / 4 * 3)
        .min()
        .map_or(MAX_BYTES, |room| room.min(MAX_BYTES))
}

fn bytes<'b>(bundle: &'b Bundle, path: &str) -> Option<&'b [u8]> {
    bundle.files.get(path).map(|file| &file.bytes[..])
}

/// The files of both, but for the index.
fn paths<'b>(from: &'b Bundle, to: &'b Bundle) -> impl Iterator<Item = &'b str> {
    let all: BTreeSet<&str> = from
        .files
        .keys()
        .chain(to.files.keys())
        .map(String::as_str)
        .collect();
    all.into_iter().filter(|path| *path != INDEX)
}

/// The two sides: before, after.
struct Pair<'a> {
    bundles: (&'a Bundle, &'a Bundle),
    configs: (&'a Config, &'a Config),
    usage: (&'a Usage, &'a Usage),
    target: HaproxyVersion,
    sending: Sending,
    /// How many bytes a command may have.
    room: usize,
}

impl Pair<'_> {
    fn config(&self, out: &mut Builder) {
        let (from, to) = self.configs;
        let (old, new) = (bytes(self.bundles.0, CONFIG), bytes(self.bundles.1, CONFIG));
        if old == new {
            return;
        }
        if let Some(section) = from.twice().or_else(|| to.twice()) {
            let why = format!("two sections are called `{}`", section.title());
            return out.reload(ChangeKind::File, CONFIG, "", why);
        }
        let before = out.len();
        self.sections(out);
        if out.len() == before {
            out.text(CONFIG, "comments, blank lines or the order of sections");
        }
    }

    fn sections(&self, out: &mut Builder) {
        let (from, to) = self.configs;
        let side = Side {
            from,
            to,
            files: self.usage.0,
            target: self.target,
        };
        let (old, new) = (from.by_name(), to.by_name());
        let policies = Policies::compare(from, to, self.target, out);
        let rest = |section: &&Section| !policies.settled.contains(&section.key());
        for section in to.sections.iter().filter(rest) {
            let key = section.key();
            match (old.get(&key), section.keyword == "backend") {
                (Some(before), is_backend) => {
                    let told = policies.told.contains(section.name.as_str()) && is_backend;
                    settings::compare((from, before), (to, section), told, out);
                    if is_backend {
                        servers::compare(&side, before, section, out);
                    }
                }
                (None, true) => backends::backend_added(&side, section, out),
                (None, false) => settings::whole(ChangeKind::SettingAdded, section, out),
            }
        }
        for section in from.sections.iter().filter(rest) {
            let key = section.key();
            match (new.contains_key(&key), section.keyword == "backend") {
                (true, _) => {}
                (false, true) => backends::backend_removed(&side, section, out),
                (false, false) => settings::whole(ChangeKind::SettingRemoved, section, out),
            }
        }
    }

    fn files(&self, out: &mut Builder) {
        let (from, to) = self.bundles;
        for path in paths(from, to).filter(|path| *path != CONFIG) {
            let before = out.len();
            let pair = (bytes(from, path), bytes(to, path));
            let differs = pair.0 != pair.1;
            let uses: BTreeSet<Use> = [self.usage.0, self.usage.1]
                .iter()
                .flat_map(|usage| usage.uses(path))
                .collect();
            let is_certificate = uses.contains(&Use::Listed) || uses.contains(&Use::Certificate);
            // What a certificate is used for may change while it does not.
            if is_certificate && (differs || self.shown(path)) {
                certificates::certificate(path, pair, self.usage, out);
            }
            if !differs {
                continue;
            }
            if uses.contains(&Use::Authority) {
                certificates::authority(path, pair, self.usage, out);
            }
            let known = (self.usage.0.reads(path), self.usage.1.reads(path));
            match uses.first() {
                None => out.file_only(ChangeKind::File, path, "", "HAProxy does not read it"),
                Some(&kind @ (Use::Map | Use::Acl | Use::CrtList | Use::ErrorPage)) => {
                    self.file(kind, path, known, out);
                }
                Some(Use::Listed | Use::Certificate | Use::Authority) => {}
            }
            if out.len() == before {
                out.text(path, "");
            }
        }
    }

    /// Whether HAProxy shows a certificate to others than before.
    fn shown(&self, path: &str) -> bool {
        let shown =
            |usage: &Usage| usage.has(path, Use::Listed) || usage.has(path, Use::Certificate);
        shown(self.usage.0) != shown(self.usage.1)
    }

    /// A file that differs. `known`: whether it is read before and after.
    fn file(&self, used: Use, path: &str, known: (bool, bool), out: &mut Builder) {
        let (from, to) = self.bundles;
        let what = by_folder(path);
        match (known, bytes(from, path), bytes(to, path)) {
            ((true, true), Some(old), Some(new)) => match used {
                Use::Map => self.entries().compare(Kind::Map, path, (old, new), out),
                Use::Acl => self.entries().compare(Kind::Acl, path, (old, new), out),
                Use::CrtList => self.list(path, (old, new), out),
                _ => out.reload(
                    ChangeKind::ErrorPage,
                    path,
                    "",
                    "HAProxy reads error pages when it starts",
                ),
            },
            ((_, true), ..) => {
                let why = format!("HAProxy reads a {what} with the line that names it");
                out.reload(ChangeKind::File, path, "", why);
            }
            ((_, false), ..) => {
                out.file_only(ChangeKind::File, path, "", "nothing names it any more");
            }
        }
    }

    fn entries(&self) -> Context<'_> {
        Context {
            sending: self.sending,
            room: self.room,
            ids: (ids(self.bundles.0), ids(self.bundles.1)),
        }
    }

    fn list(&self, path: &str, pair: (&[u8], &[u8]), out: &mut Builder) {
        let (known, bundle) = (self.usage.0, self.bundles.1);
        let is_there = |file: &str| {
            let read = known.has(file, Use::Listed) || known.has(file, Use::Certificate);
            read || bundle.files.contains_key(file)
        };
        let list = List {
            path,
            config: self.configs.0,
            is_there: &is_there,
        };
        list.compare(pair, out);
    }
}

/// The ids that hosts are exchanged for. `h0` stands for any host.
fn ids(bundle: &Bundle) -> BTreeSet<&str> {
    let maps = ["maps/host.map", "maps/wild.map"].into_iter();
    let maps = maps.filter_map(|path| std::str::from_utf8(bytes(bundle, path)?).ok());
    let named = maps.flat_map(|text| text.lines().filter_map(|line| line.split_once(' ')));
    named.map(|(_, id)| id.trim()).chain(["h0"]).collect()
}
