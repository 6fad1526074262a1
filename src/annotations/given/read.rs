//! One key after the other: is it ours, may it stand here, and is its value legal.

mod judge;
mod stray;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use super::Given;
use super::community::{self, Meant};
use super::mend;
use super::ports::{foreign_guard, remedy};
use super::twins;
use super::whose::{Controller, OTHERS, SHARED, Whose, meant, whose};
use crate::annotations::context::Settings;
use crate::annotations::registry::Registry;
use crate::annotations::snippets;
use crate::annotations::spec::{Dialect, On, Spec};
use crate::annotations::tcp_ingress;
use crate::finding::{Code, Finding, Severity};
use crate::manifest::{Annotation, ObjectName};
use crate::source::{Origin, Sourced};

/// Reads the keys of one object.
pub(super) struct Reader<'r, 'm> {
    registry: &'r Registry,
    on: On,
    object: &'m ObjectName,
    settings: &'r Settings,
    /// Whether the object is an Ingress of a TCP port.
    pub(super) of_port: bool,
    /// Whether the object is a Service whose ports are exposed.
    pub(super) is_exposed: bool,
    findings: &'r mut Vec<Finding>,
    /// The keys that count, each with the number of its prefix.
    given: Vec<(usize, Given<'m>)>,
    /// Keys that were meant to count and do not, with what there is to say about them.
    lost: Vec<(Given<'m>, Finding)>,
    /// Where keys stand whose right spelling is told.
    told: Vec<Origin>,
    /// All keys of the object.
    keys: HashSet<&'m str>,
    /// How many findings there were before.
    before: usize,
    /// Keys of other controllers, by prefix.
    foreign: BTreeMap<&'static str, (&'static Controller, Vec<&'m Annotation>)>,
}

/// A key on its way through the checks.
#[derive(Clone, Copy)]
struct Entry<'m> {
    key: &'m str,
    /// Where the key stands.
    place: Origin,
    value: &'m Sourced<String>,
    field: &'static str,
}

impl<'m> Entry<'m> {
    fn of(annotation: &'m Annotation) -> Self {
        Self {
            key: &annotation.key,
            place: annotation.key_origin,
            value: &annotation.value,
            field: "metadata.annotations",
        }
    }
}

impl<'r, 'm> Reader<'r, 'm> {
    pub(super) fn new(
        registry: &'r Registry,
        on: On,
        object: &'m ObjectName,
        settings: &'r Settings,
        findings: &'r mut Vec<Finding>,
    ) -> Self {
        Self {
            registry,
            on,
            object,
            settings,
            of_port: false,
            is_exposed: false,
            before: findings.len(),
            findings,
            given: Vec::new(),
            lost: Vec::new(),
            told: Vec::new(),
            keys: HashSet::new(),
            foreign: BTreeMap::new(),
        }
    }

    /// Reads an annotation.
    pub(super) fn read(&mut self, annotation: &'m Annotation) {
        let entry = Entry::of(annotation);
        self.keys.insert(entry.key);
        if self.of_port && self.of_community(entry) {
            return;
        }
        let is_read = |dialect, name: &str| {
            self.settings.has(dialect) && (self.of_port || tcp_ingress::is_own(name))
        };
        match whose(entry.key, self.on, self.registry, is_read) {
            Whose::Foreign(_) if self.of_port && self.guard_of_port(entry) => {}
            Whose::Ours(dialect, _, name) if self.is_of_others(entry, dialect, name) => {
                let (_, keys) = self
                    .foreign
                    .entry(OTHERS.prefix)
                    .or_insert((&OTHERS, Vec::new()));
                keys.push(annotation);
            }
            Whose::Ours(dialect, prefix, name) if self.settings.has(dialect) => {
                self.ours(entry, dialect, prefix, name);
            }
            Whose::Bare(name) => self.bare(entry, name),
            Whose::Stray(spec, rank) if self.settings.has(spec.dialect) => {
                self.stray(entry, spec, rank);
            }
            Whose::Foreign(controller) => {
                let keys = self.foreign.entry(controller.prefix);
                let (_, keys) = keys.or_insert((controller, Vec::new()));
                keys.push(annotation);
            }
            Whose::Ours(..) | Whose::Stray(..) | Whose::Nobodys => {}
        }
    }

    /// Whether a key under the prefix that controllers share is none of the dialect's, and was not meant to be one either.
    fn is_of_others(&self, entry: Entry<'_>, dialect: Dialect, name: &str) -> bool {
        entry.key.starts_with(SHARED)
            && self.settings.has(dialect)
            && self.registry.find(dialect, name).is_none()
            && meant(name, dialect, self.on, self.registry).is_none()
    }

    /// Reads an annotation of which it is known what it is.
    pub(super) fn read_as(&mut self, annotation: &'m Annotation, spec: &'static Spec) {
        self.keys.insert(&annotation.key);
        self.known(Entry::of(annotation), spec, 0, 0);
    }

    /// Reads a key of the ConfigMap's data, where keys have no prefix.
    pub(super) fn read_data(&mut self, key: &'m str, place: Origin, value: &'m Sourced<String>) {
        let entry = Entry {
            key,
            place,
            value,
            field: "data",
        };
        self.keys.insert(key);
        let dialect = Dialect::HaproxyTech;
        if self.settings.has(dialect) {
            self.ours(entry, dialect, 0, key);
        }
    }

    /// The keys that count, and the findings that need to know all of them.
    pub(super) fn finish(mut self) -> Vec<Given<'m>> {
        for (controller, keys) in std::mem::take(&mut self.foreign).into_values() {
            self.untranslated(controller, &keys);
        }
        let written = self.given.iter().map(|(_, it)| it.spec);
        let mut written: HashSet<*const Spec> = written.map(std::ptr::from_ref).collect();
        for (given, finding) in std::mem::take(&mut self.lost) {
            // Who has written the key as it should be, too, has lost nothing.
            let is_there = written.contains(&std::ptr::from_ref(given.spec));
            // Lines add up: those of one key do not stand for those of another.
            let protects = given.keeps_out() && (!is_there || snippets::keeps_out(&given));
            if protects {
                written.insert(given.spec);
                self.given.push((
                    usize::MAX,
                    Given {
                        broken: true,
                        ..given
                    },
                ));
            }
            let is_milder = finding.severity != Severity::Error;
            self.findings.push(if protects && is_milder {
                finding
                    .severity(Severity::Error)
                    .note(if given.is_condition() {
                        "without the condition its routes are for every request, so they are left out"
                    } else if self.is_exposed {
                        "it was to protect, so nobody may connect to the exposed ports"
                    } else {
                        "it was to protect, so its routes stay closed"
                    })
            } else {
                finding
            });
        }
        let told = self.findings.iter_mut().skip(self.before);
        mend::forget_taken(told, &self.keys);
        // The documented prefix counts before the others.
        self.given.sort_by_key(|(prefix, _)| *prefix);
        let mut given: Vec<_> = self.given.into_iter().map(|(_, given)| given).collect();
        twins::check(&mut given, &self.told, self.findings);
        given
    }

    /// A key in a prefix of the dialect.
    fn ours(&mut self, entry: Entry<'m>, dialect: Dialect, prefix: usize, name: &str) {
        if dialect.elsewhere().contains(&name) {
            return;
        }
        let Some((spec, rank)) = self.registry.find(dialect, name) else {
            self.unknown(entry, dialect, name);
            return;
        };
        if self.of_port && dialect == Dialect::HaproxyTech {
            self.beside_port(entry, spec, rank);
        } else if spec.on.contains(&self.on) {
            if !self.of_port && !dialect.is_complete() {
                self.without_port(entry);
                return;
            }
            self.known(entry, spec, rank, prefix);
        } else {
            self.misplaced(entry, spec, rank);
        }
    }

    /// A key about requests on an Ingress of a TCP port, which has none.
    fn beside_port(&mut self, entry: Entry<'m>, spec: &'static Spec, rank: usize) {
        if entry.value.value.is_empty() {
            return;
        }
        let message = format!(
            "{} does nothing: the Ingress is of a TCP port",
            self.name(entry)
        );
        let finding = Finding::new(Code::MISPLACED_ANNOTATION, message).at(entry.place);
        let finding = finding.help(if spec.on.contains(&On::Service) {
            "write it on the Service"
        } else {
            "remove it, and say what is meant on the Service"
        });
        self.lose(entry, spec, rank, finding);
    }

    /// A key of a TCP port on an Ingress without one.
    fn without_port(&mut self, entry: Entry<'m>) {
        let message = format!(
            "{} does nothing without `tcp-service-port`",
            self.name(entry)
        );
        let finding = Finding::new(Code::INEFFECTIVE_ANNOTATION, message)
            .at(entry.place)
            .help("add `tcp-service-port`, or remove it");
        self.say(entry, finding);
    }

    /// A key that is not translated, and keeps clients out of TCP ports in its controller, or was meant to.
    fn guard_of_port(&mut self, entry: Entry<'m>) -> bool {
        let Some((spec, finding)) = self.guarding(entry) else {
            return false;
        };
        self.lose(entry, spec, 0, finding);
        true
    }

    /// What there is to say about such a key, and a key of ours that protects in its place.
    fn guarding(&self, entry: Entry<'m>) -> Option<(&'static Spec, Finding)> {
        let (_, name) = entry.key.split_once('/')?;
        let text = &entry.value.value;
        let spec = foreign_guard(name, text, self.registry).filter(|_| !text.is_empty())?;
        let message = format!(
            "{} keeps clients out and is not translated, so nobody may connect",
            self.name(entry)
        );
        let finding = Finding::new(Code::UNSUPPORTED_DIALECT_KEY, message)
            .severity(Severity::Error)
            .at(entry.place);
        let of_service = self.on == On::Service;
        let own = remedy(spec, self.registry).filter(|_| of_service);
        let elsewhere = || "remove it, and say what is meant on the Service".to_owned();
        Some((spec, finding.help(own.unwrap_or_else(elsewhere))))
    }

    /// The same of a Service behind an Ingress of a TCP port: the community's controller has its keys of backends there, too.
    pub(super) fn guard_of_ports(&self, annotation: &'m Annotation) -> Option<Finding> {
        let entry = Entry::of(annotation);
        match whose(entry.key, self.on, self.registry, |_, _| false) {
            Whose::Foreign(controller) if controller.is_communitys() => {}
            _ => return None,
        }
        let (_, finding) = self.guarding(entry)?;
        Some(self.place(entry, finding))
    }

    /// A key of the community's controller that is not read, and keeps clients out of the port there, or was meant to be one that is read.
    fn of_community(&mut self, entry: Entry<'m>) -> bool {
        let dialect = Dialect::HaproxyIngress;
        let mut prefixes = dialect.prefixes().iter();
        let name = prefixes.find_map(|prefix| entry.key.strip_prefix(prefix));
        let meant = name.and_then(|name| community::meant(name, self.registry));
        let Some(meant) = meant.filter(|_| self.settings.has(dialect)) else {
            return false;
        };
        let subject = self.name(entry);
        let about = |code, message| Finding::new(code, message).at(entry.place);
        let elsewhere = "remove it, and say what is meant on the Service";
        let finding = match meant {
            Meant::Guard if entry.value.value.is_empty() => return false,
            Meant::Guard => {
                let message = format!(
                    "{subject} keeps clients out and is not translated, so nobody may connect"
                );
                let finding = about(Code::UNSUPPORTED_DIALECT_KEY, message);
                finding.severity(Severity::Error).help(elsewhere)
            }
            Meant::NearGuard(right) => {
                let message = format!(
                    "{subject} is no key: it is nearly `{right}`, which keeps clients out and is not translated"
                );
                about(Code::SECURITY_KEY_TYPO, message).help(elsewhere)
            }
            Meant::Near(spec) => {
                let protects = self.given(entry, spec, 0).keeps_out();
                let (code, what) = if protects {
                    (Code::SECURITY_KEY_TYPO, ", so it protects nothing")
                } else {
                    (Code::UNKNOWN_ANNOTATION, "")
                };
                let name = dialect.name();
                let message = format!("{subject} is no key of the dialect {name}{what}");
                let right = spec.full_key();
                let finding = about(code, message)
                    .fix(mend::renamed(entry.key, entry.place, &right))
                    .help(format!("write `{right}`"));
                if !protects {
                    self.say(entry, finding);
                    return true;
                }
                self.lose(entry, spec, 0, finding);
                return true;
            }
        };
        // Any key of ours that protects stands for one that has no counterpart.
        if let Some((spec, rank)) = self.registry.find(Dialect::HaproxyTech, "auth-type") {
            self.lose(entry, spec, rank, finding);
        }
        true
    }

    /// `` `haproxy.org/check` of Ingress shop/web ``.
    fn name(&self, entry: Entry<'_>) -> String {
        format!(
            "`{}` of {} {}",
            short(entry.key),
            self.on.name(),
            self.object
        )
    }

    /// What to write in place of a key, and the edit if it may stand there.
    fn rename(&self, finding: Finding, entry: Entry<'_>, spec: &Spec, to: &str) -> Finding {
        let finding = finding.help(format!("write `{to}`"));
        if spec.on.contains(&self.on) {
            finding.fix(mend::renamed(entry.key, entry.place, to))
        } else {
            finding
        }
    }

    fn lose(&mut self, entry: Entry<'m>, spec: &'static Spec, rank: usize, finding: Finding) {
        let finding = self.place(entry, finding);
        self.told.push(entry.place);
        // An empty value says nothing, wherever it stands, unless there has to be one.
        let given = Given {
            broken: true,
            ..self.given(entry, spec, rank)
        };
        let says_nothing = entry.value.value.is_empty() && !spec.needs_value();
        if says_nothing {
            self.findings.push(finding);
        } else {
            self.lost.push((given, finding));
        }
    }

    fn say(&mut self, entry: Entry<'_>, finding: Finding) {
        let finding = self.place(entry, finding);
        self.findings.push(finding);
    }

    fn place(&self, entry: Entry<'_>, finding: Finding) -> Finding {
        finding
            .object(format_args!("{} {}", self.on.name(), self.object))
            .field(format!("{}[{}]", entry.field, short(entry.key)))
    }
}

/// How a key is written where this one stands.
fn written(entry: Entry<'_>, spec: &Spec) -> String {
    match entry.field {
        "data" => spec.key.to_owned(),
        _ => spec.full_key(),
    }
}

/// Adds that the key is an old spelling, if it is one.
fn with_age(finding: Finding, key: &str, spec: &Spec) -> Finding {
    if twins::is_old(key, spec) {
        finding.note(format!("`{}` is an old spelling", short(key)))
    } else {
        finding
    }
}

/// Where a key may stand, to follow `write it …`.
fn places(spec: &Spec) -> String {
    let names: Vec<&str> = spec
        .on
        .iter()
        .map(|on| match on {
            On::Service => "on the Service",
            On::Ingress => "on the Ingress",
            On::ConfigMap => "in the controller's ConfigMap",
            On::TcpConfigMap => "in the ConfigMap of TCP services",
        })
        .collect();
    match &names[..] {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        names => names.concat(),
    }
}

/// A key for a message: the API server takes 316 bytes, and a file may hold any number.
pub(in crate::annotations) fn short(key: &str) -> Cow<'_, str> {
    match key.char_indices().nth(80) {
        Some((at, _)) => Cow::Owned(format!("{}…", &key[..at])),
        None => Cow::Borrowed(key),
    }
}

/// The line of a value of several lines on which the byte `at` stands, with its number from 1 on: blocks are shown by their first
/// line only.
fn line(text: &str, at: usize) -> Option<(usize, Cow<'_, str>)> {
    // Where the end of a line is what is wrong, no line is.
    let is_end = text.as_bytes().get(at) == Some(&b'\n') && at > 0;
    let is_blank = is_end && text.as_bytes().get(at - 1) == Some(&b'\n');
    if !text.trim_end().contains('\n') || (is_end && !is_blank) {
        return None;
    }
    let before = text.get(..at)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or_default().trim();
    Some((before.matches('\n').count() + 1, short(line)))
}
