//! Keys that are not ours as they stand: without a prefix, with another one, misspelt, of a controller that is not translated.

use super::{Entry, Reader, places, short, with_age, written};
use crate::annotations::context::Profile;
use crate::annotations::given::mend;
use crate::annotations::given::whose::{Controller, SHARED, equivalent, meant};
use crate::annotations::spec::{Dialect, On, Spec};
use crate::finding::{Code, Finding, Severity};
use crate::manifest::Annotation;

impl<'m> Reader<'_, 'm> {
    /// A key without prefix. On annotations it counts only where everything is to be as the controller has it.
    pub(super) fn bare(&mut self, entry: Entry<'m>, name: &str) {
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
    pub(super) fn stray(&mut self, entry: Entry<'m>, spec: &'static Spec, rank: usize) {
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
    pub(super) fn unknown(&mut self, entry: Entry<'m>, dialect: Dialect, name: &str) {
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
    pub(super) fn untranslated(&mut self, controller: &Controller, keys: &[&'m Annotation]) {
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
}
