//! A key of ours: may it stand here, is its value legal, and can it be honoured.

use std::fmt::Write as _;

use super::{Entry, Reader, line, places, with_age, written};
use crate::annotations::given::ports::remedy;
use crate::annotations::given::{Given, mend, twins};
use crate::annotations::grammar::Problem;
use crate::annotations::spec::{Spec, Support};
use crate::finding::{Code, Finding, Severity};
use crate::ir::Field;

impl<'m> Reader<'_, 'm> {
    /// A key that may stand here: is its value legal, and can it be honoured?
    pub(super) fn known(
        &mut self,
        entry: Entry<'m>,
        spec: &'static Spec,
        rank: usize,
        prefix: usize,
    ) {
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
    pub(super) fn without_value(&mut self, entry: Entry<'m>, spec: &Spec) {
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

    pub(super) fn given(&self, entry: Entry<'m>, spec: &'static Spec, rank: usize) -> Given<'m> {
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
    pub(super) fn judge(&mut self, entry: Entry<'m>, spec: &'static Spec) -> bool {
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
    pub(super) fn is_new_enough(&mut self, entry: Entry<'m>, spec: &'static Spec) -> bool {
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
    pub(super) fn refused(&mut self, entry: Entry<'m>, spec: &'static Spec, reason: &str) {
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
    pub(super) fn misplaced(&mut self, entry: Entry<'m>, spec: &'static Spec, rank: usize) {
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
    pub(super) fn remedy(&self, spec: &Spec) -> Option<String> {
        remedy(spec, self.registry).filter(|_| self.is_exposed)
    }

    /// A key that may not stand on a Service, whose ports are exposed.
    pub(super) fn beside_exposed(&self, entry: Entry<'m>, spec: &Spec) -> Finding {
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
}
