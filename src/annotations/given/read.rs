//! One key after the other: is it ours, may it stand here, and is its value legal.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use super::Given;
use super::community::{self, Meant};
use super::mend;
use super::ports::{foreign_guard, remedy};
use super::twins;
use super::whose::{Controller, OTHERS, SHARED, Whose, equivalent, meant, whose};
use crate::annotations::context::{Profile, Settings};
use crate::annotations::grammar::Problem;
use crate::annotations::registry::Registry;
use crate::annotations::snippets;
use crate::annotations::spec::{Dialect, On, Spec, Support};
use crate::annotations::tcp_ingress;
use crate::finding::{Code, Finding, Severity};
use crate::ir::Field;
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

    /// A key that may stand here: is its value legal, and can it be honoured?
    fn known(&mut self, entry: Entry<'m>, spec: &'static Spec, rank: usize, prefix: usize) {
        let is_empty = entry.value.value.is_empty();
        let given = self.given(entry, spec, rank);
        if let Support::Refused(reason) = spec.support {
            if !is_empty {
                self.refused(entry, spec, reason);
                if spec.protects.is_some() {
                    self.given.push((
                        prefix,
                        Given {
                            broken: true,
                            ..given
                        },
                    ));
                }
            }
            return;
        }
        if is_empty && spec.needs_value() {
            self.without_value(entry, spec);
        }
        let empty_holds = is_empty && !spec.needs_value();
        let holds =
            empty_holds || !is_empty && self.judge(entry, spec) && self.is_new_enough(entry, spec);
        let broken = !holds;
        self.given.push((prefix, Given { broken, ..given }));
    }

    /// An empty value where there has to be one.
    fn without_value(&mut self, entry: Entry<'m>, spec: &Spec) {
        let message = format!("the value of {} is empty", self.name(entry));
        let finding = Finding::new(Code::INVALID_VALUE, message)
            .severity(Severity::Error)
            .at(entry.value.origin);
        self.say(
            entry,
            if spec.protects.is_some() {
                finding
                    .note("it was to protect, so nobody may connect to the exposed ports")
                    .help("write a value, or remove the key")
            } else if spec.field == Field::Exposure {
                finding
                    .note("nothing says which ports are exposed, so none is")
                    .help("write `true` or the ports that are exposed, or `false` for none")
            } else {
                finding.help("write a port of the host, or remove the key")
            },
        );
    }

    fn given(&self, entry: Entry<'m>, spec: &'static Spec, rank: usize) -> Given<'m> {
        Given {
            spec,
            rank,
            key: entry.key,
            place: entry.place,
            value: entry.value,
            on: self.on,
            kind: self.on.name(),
            object: self.object,
            broken: false,
        }
    }

    /// Asks the grammar. Every remark becomes a finding at the part of the value that it is about.
    fn judge(&mut self, entry: Entry<'m>, spec: &'static Spec) -> bool {
        let (legal, mut problems) = spec.judge(&entry.value.value);
        if !legal {
            // The fatal one comes first: where the configuration gives both one severity, the first of one place is told.
            problems.rotate_right(1);
            // Of several lines, another one may be meant.
            if !entry.value.value.contains('\n') {
                let fatal = problems[0].code;
                let mut first = true;
                problems.retain(|problem| std::mem::take(&mut first) || problem.code != fatal);
            }
        }
        for (at, problem) in problems.into_iter().enumerate() {
            // What is left out is an error, whatever its rule is elsewhere.
            let is_fatal = !legal && at == 0;
            let mend = mend::meant(&entry.value.value, spec, &problem, is_fatal);
            let Problem {
                code,
                message,
                help,
                range,
                ..
            } = problem;
            let fix = mend.and_then(|mend| mend::value(entry.value, spec, range.clone(), &mend));
            let help = match &fix {
                Some(fix) if code == Code::INVALID_VALUE => Some(fix.title.clone()),
                _ => help,
            };
            let mut message = format!("the value of {} {message}", self.name(entry));
            let line = range
                .as_ref()
                .and_then(|range| line(&entry.value.value, range.start));
            if let Some((number, line)) = line {
                let named = format!("line {number}");
                let is_named = message.contains(&named);
                let _ = match &*line {
                    _ if is_named => Ok(()),
                    "" => write!(message, " ({named})"),
                    line => write!(message, " ({named}: `{line}`)"),
                };
            }
            let place = range.and_then(|range| entry.value.part(range));
            let finding = Finding::new(code, message).at(place.unwrap_or(entry.value.origin));
            let finding = match help {
                Some(help) => finding.help(help),
                None => finding,
            };
            let finding = if is_fatal {
                finding.severity(Severity::Error)
            } else {
                finding
            };
            self.say(entry, Finding { fix, ..finding });
        }
        legal
    }

    /// Whether every HAProxy on which the output must load can do it.
    fn is_new_enough(&mut self, entry: Entry<'m>, spec: &'static Spec) -> bool {
        let target = self.settings.target;
        let Some((major, minor)) = spec
            .needs
            .filter(|(major, minor)| !target.has(*major, *minor))
        else {
            return true;
        };
        let message = format!(
            "{} needs HAProxy {major}.{minor}, and the output is to load on {target}",
            self.name(entry)
        );
        let finding = Finding::new(Code::HAPROXY_VERSION_TOO_LOW, message)
            .at(entry.value.origin)
            .help(format!(
                "remove it, or set `target.haproxy` to \"{major}.{minor}\" or higher"
            ));
        self.say(entry, finding);
        false
    }

    /// A key that is not translated.
    fn refused(&mut self, entry: Entry<'m>, spec: &'static Spec, reason: &str) {
        let message = format!("{} is not translated: {reason}", self.name(entry));
        let finding = Finding::new(Code::UNSUPPORTED_DIALECT_KEY, message)
            .at(entry.place)
            .help("remove it, or say the same by other means");
        self.say(entry, finding);
        if spec.protects.is_some() {
            let message = format!(
                "{} keeps clients out and is not translated, so its routes stay closed",
                self.name(entry)
            );
            let finding = Finding::new(Code::AUTH_FAILS_OPEN, message).at(entry.place);
            self.say(entry, finding);
        }
    }

    /// A key of the dialect that may not stand here.
    fn misplaced(&mut self, entry: Entry<'m>, spec: &'static Spec, rank: usize) {
        if entry.value.value.is_empty() {
            return;
        }
        // Nobody is sent to where it is not translated either.
        if let (Support::Refused(reason), None) = (spec.support, spec.protects) {
            self.refused(entry, spec, reason);
            return;
        }
        if let Some(help) = self.remedy(spec) {
            let finding = self.beside_exposed(entry, spec).help(help);
            self.lose(entry, spec, rank, finding);
            return;
        }
        let message = format!("{} does nothing there", self.name(entry));
        let finding = Finding::new(Code::MISPLACED_ANNOTATION, message).at(entry.place);
        let what = if twins::is_old(entry.key, spec) {
            format!("`{}`", written(entry, spec))
        } else {
            "it".to_owned()
        };
        let finding = finding.help(format!("write {what} {}", places(spec)));
        let finding = with_age(finding, entry.key, spec);
        self.lose(entry, spec, rank, finding);
    }

    /// What to do about a key that may not stand here, if ports of the Service are exposed.
    fn remedy(&self, spec: &Spec) -> Option<String> {
        remedy(spec, self.registry).filter(|_| self.is_exposed)
    }

    /// A key that may not stand on a Service, whose ports are exposed.
    fn beside_exposed(&self, entry: Entry<'m>, spec: &Spec) -> Finding {
        let name = self.name(entry);
        let message = match spec.protects {
            Some(_) => {
                format!("{name} does nothing there, so nobody may connect to the exposed ports")
            }
            None => format!("{name} does nothing there"),
        };
        let finding = Finding::new(Code::MISPLACED_ANNOTATION, message).at(entry.place);
        if spec.protects.is_none() {
            return finding;
        }
        finding.note(format!(
            "{} it holds for requests of HTTP, and not for exposed ports",
            places(spec)
        ))
    }

    /// A key without prefix. On annotations it counts only where everything is to be as the controller has it.
    fn bare(&mut self, entry: Entry<'m>, name: &str) {
        let dialect = Dialect::HaproxyTech;
        let exact = self.registry.find(dialect, name);
        // Nobody reads `Allow-List`; a person does.
        let folded = || (name.len() <= 64).then(|| name.to_ascii_lowercase().replace('_', "-"));
        let Some((spec, rank)) = exact.or_else(|| self.registry.find(dialect, &folded()?)) else {
            return;
        };
        if !self.settings.has(dialect) || !spec.on.contains(&self.on) {
            return;
        }
        let is_read = self.settings.profile == Profile::HaproxyTech || self.on == On::ConfigMap;
        let counts = is_read && exact.is_some();
        let message = if counts {
            format!("{} has no prefix", self.name(entry))
        } else {
            format!("{} has no prefix, so it does nothing", self.name(entry))
        };
        let finding = Finding::new(Code::WRONG_PREFIX, message)
            .at(entry.place)
            .fix(mend::renamed(entry.key, entry.place, &spec.full_key()))
            .help(format!("write `{}`", spec.full_key()));
        let finding = with_age(finding, entry.key, spec);
        if counts {
            self.told.push(entry.place);
            self.say(entry, finding);
            self.known(entry, spec, rank, Dialect::HaproxyTech.prefixes().len());
        } else {
            self.lose(entry, spec, rank, finding);
        }
    }

    /// A key of the dialect under another prefix.
    fn stray(&mut self, entry: Entry<'m>, spec: &'static Spec, rank: usize) {
        let message = format!(
            "{} does nothing: keys of the dialect {} begin with `{}`",
            self.name(entry),
            spec.dialect.name(),
            spec.dialect.prefixes()[0]
        );
        let finding = Finding::new(Code::WRONG_PREFIX, message).at(entry.place);
        let finding = match self.remedy(spec) {
            Some(help) => finding.help(help),
            None => self.rename(finding, entry, spec, &spec.full_key()),
        };
        let finding = with_age(finding, entry.key, spec);
        self.lose(entry, spec, rank, finding);
    }

    /// A key that does not exist.
    fn unknown(&mut self, entry: Entry<'m>, dialect: Dialect, name: &str) {
        let subject = self.name(entry);
        let of = dialect.name();
        let is_shared = entry.key.starts_with(SHARED);
        // In data no key has a prefix, which the API server refuses there.
        let bare = || {
            dialect
                .prefixes()
                .iter()
                .find_map(|prefix| name.strip_prefix(prefix))
        };
        let name = match entry.field {
            "data" => bare().unwrap_or(name),
            _ => name,
        };
        let other = equivalent(name, dialect, self.registry);
        let near = meant(name, dialect, self.on, self.registry);
        let (code, message) = match near {
            Some((spec, _)) if self.given(entry, spec, 0).keeps_out() => (
                Code::SECURITY_KEY_TYPO,
                format!("{subject} is no key of the dialect {of}, so it protects nothing"),
            ),
            _ if other.is_some() => (
                Code::WRONG_PREFIX,
                format!("{subject} is another controller's, and no key of the dialect {of}"),
            ),
            _ if entry.field == "data" => (
                Code::CONFIGMAP_UNKNOWN_KEY,
                format!("{subject} is no key of the dialect {of}"),
            ),
            _ => (
                Code::UNKNOWN_ANNOTATION,
                format!("{subject} is no key of the dialect {of}"),
            ),
        };
        let mut finding = Finding::new(code, message).at(entry.place);
        if is_shared && code != Code::SECURITY_KEY_TYPO {
            finding = finding.severity(Severity::Warning).note(format!(
                "several controllers have read `{SHARED}` in their time"
            ));
        }
        let Some((spec, spelling)) = near else {
            let help = "remove it, or look for it in `ingressc annotations`";
            self.say(entry, finding.help(help));
            return;
        };
        let written = written(entry, spec);
        let finding = if let Some(help) = self.remedy(spec) {
            finding.help(help)
        } else if spec.on.contains(&self.on) {
            self.rename(finding, entry, spec, &written)
        } else {
            finding.help(format!("write `{written}`, {}", places(spec)))
        };
        let rank = self
            .registry
            .find(dialect, spelling)
            .map_or(0, |(_, rank)| rank);
        if code == Code::SECURITY_KEY_TYPO {
            self.lose(entry, spec, rank, finding);
        } else {
            self.say(entry, finding);
        }
    }

    /// Keys of a controller that is not translated.
    fn untranslated(&mut self, controller: &Controller, keys: &[&'m Annotation]) {
        const SHOWN: usize = 6;
        let Some(first) = keys.first() else { return };
        let name = |annotation: &&Annotation| {
            let (_, name) = annotation.key.split_once('/').unwrap_or_default();
            format!("`{}`", short(name))
        };
        let mut names: Vec<String> = keys.iter().take(SHOWN).map(name).collect();
        if keys.len() > SHOWN {
            names.push(format!("{} more", keys.len() - SHOWN));
        }
        let (list, verb, noun) = match &names[..] {
            [all @ .., last] if !all.is_empty() => {
                (format!("{} and {last}", all.join(", ")), "are", "keys")
            }
            names => (names.concat(), "is", "key"),
        };
        let message = format!(
            "{list} of {} {} {verb} not translated: {noun} of {} (`{}/`)",
            self.on.name(),
            self.object,
            controller.name,
            controller.prefix
        );
        let entry = Entry::of(first);
        let finding = Finding::new(Code::UNSUPPORTED_DIALECT_KEY, message)
            .at(first.key_origin)
            .help("say the same in keys that `ingressc annotations` lists");
        self.say(entry, finding);
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
