//! Paths that keep clients out, beside a path to the same servers that does not.
//!
//! In: claims of one host. Out: findings only. HAProxy compares paths as they are written; a server that reads `//admin` or
//! `/%61dmin` as `/admin` is reached by the rule that takes them, which is not the one for `/admin`. A slash at the end of a path that is
//! compared as a whole is the plainest of these spellings.

use std::collections::{BTreeMap, HashMap};

use super::rules::Wish;
use crate::annotations::Guards;
use crate::finding::{Code, Finding};
use crate::ir::{PathMatch, Target};
use crate::manifest::{IngressTarget, PortRef};

/// What was found, by Ingress: of each kind so many findings, and how many more there are.
#[derive(Debug, Default)]
pub(super) struct Told<'r> {
    gaps: BTreeMap<&'r str, Few>,
    spellings: BTreeMap<&'r str, Few>,
}

#[derive(Debug, Default)]
struct Few {
    findings: Vec<Finding>,
    more: usize,
}

impl Few {
    /// An Ingress may have thousands of paths, and one mistake in all of them.
    const MOST: usize = 10;

    fn tell(&mut self, finding: impl FnOnce() -> Finding) {
        if self.findings.len() < Self::MOST {
            self.findings.push(finding());
        } else {
            self.more += 1;
        }
    }

    fn finish(self) -> impl Iterator<Item = Finding> {
        let Self { mut findings, more } = self;
        let last = findings.pop().map(|last| match more {
            0 => last,
            1 => last.note("the same holds for another path of the Ingress"),
            _ => last.note(format!(
                "the same holds for {more} more paths of the Ingress"
            )),
        });
        findings.into_iter().chain(last)
    }
}

impl<'r> Told<'r> {
    /// All of it.
    pub(super) fn finish(self) -> impl Iterator<Item = Finding> {
        let all = self.gaps.into_values().chain(self.spellings.into_values());
        all.flat_map(Few::finish)
    }

    /// Looks at the wishes of one host.
    pub(super) fn within_host(&mut self, rules: &'r [Wish<'_>]) {
        let says_nothing = |rule: &Wish<'_>| {
            rule.claim.settings.is_none() && rule.guards.as_ref().is_none_or(Guards::is_empty)
        };
        if rules.len() < 2 || rules.iter().all(says_nothing) {
            return;
        }
        let mut services: BTreeMap<(&str, &str), Vec<(&'r Wish<'_>, Guards)>> = BTreeMap::new();
        for rule in rules {
            let Some(IngressTarget::Service { name, .. }) = rule.backend.map(|it| &it.target)
            else {
                continue;
            };
            // A guard that cannot be had closes the path, and is wanted all the same.
            if matches!(rule.claim.target, Target::Backend(_) | Target::Closed) {
                let namespace = rule.ingress.meta.name.namespace.as_str();
                let known = services.entry((namespace, name.value.as_str()));
                known.or_default().push((rule, guards(rule)));
            }
        }
        let twins = Twins::of(rules);
        for rules in services.values() {
            self.within_service(rules, &twins);
        }
    }

    /// Looks at the wishes of one host that lead to one Service.
    fn within_service(&mut self, rules: &[(&'r Wish<'_>, Guards)], twins: &Twins<'_, '_>) {
        let mut wide = rules
            .iter()
            .filter(|(rule, _)| rule.path.kind() != PathMatch::Exact && answers(rule));
        let open = wide.clone().find(|(_, guards)| guards.is_empty());
        let open = open.or_else(|| wide.next());
        for (rule, mine) in rules.iter().filter(|(_, guards)| !guards.is_empty()) {
            let ingress = rule.claim.ingress.as_str();
            if let Some(twin) = twins.of_exact(rule)
                && let Some((key, _)) = mine.lacking_in(&guards(twin))
            {
                let few = self.gaps.entry(ingress).or_default();
                few.tell(|| gap(rule, twin, key));
                continue;
            }
            // Of two claims for one path, only one answers.
            if let Some((open, theirs)) = open
                && rule.path != open.path
                && let Some((key, _)) = mine.lacking_in(theirs)
            {
                let few = self.spellings.entry(ingress).or_default();
                few.tell(|| tell(rule, open, key));
            }
        }
    }
}

/// What keeps clients out of a path.
fn guards(rule: &Wish<'_>) -> Guards {
    let written = rule.guards.clone();
    written
        .unwrap_or_else(|| Guards::of_claim(&rule.claim))
        .over_tls()
}

/// Whether servers answer.
fn answers(rule: &Wish<'_>) -> bool {
    matches!(rule.claim.target, Target::Backend(_))
}

/// The rules of a host by path, to see which one takes a path with a slash at its end.
struct Twins<'r, 'm> {
    exact: HashMap<&'r str, &'r Wish<'m>>,
    wide: HashMap<&'r str, &'r Wish<'m>>,
}

impl<'r, 'm> Twins<'r, 'm> {
    /// Paths longer than this are not looked at: each start of one is looked up.
    const LONGEST: usize = 256;

    fn of(rules: &'r [Wish<'m>]) -> Self {
        let (mut exact, mut wide) = (HashMap::new(), HashMap::new());
        for rule in rules {
            let index = match rule.path.kind() {
                PathMatch::Exact => &mut exact,
                PathMatch::Prefix | PathMatch::Begins => &mut wide,
            };
            index.entry(rule.path.text()).or_insert(rule);
        }
        Self { exact, wide }
    }

    /// The rule that takes `/admin/` where this one takes exactly `/admin`, if both lead to one port of a Service.
    fn of_exact(&self, rule: &Wish<'_>) -> Option<&'r Wish<'m>> {
        let text = rule.path.text();
        if rule.path.kind() != PathMatch::Exact
            || text.ends_with('/')
            || text.len() > Self::LONGEST
            || rule.condition.is_some()
        {
            return None;
        }
        let slashed = format!("{text}/");
        let wide = || {
            let mut starts = (0..=slashed.len()).rev();
            starts.find_map(|end| {
                let found = self.wide.get(slashed.get(..end)?)?;
                found.path.matches(&slashed).then_some(*found)
            })
        };
        let exact = self.exact.get(slashed.as_str()).copied();
        let twin = exact.or_else(wide)?;
        (answers(twin) && port(twin)? == port(rule)?).then_some(twin)
    }
}

/// The port of a Service to which a rule leads.
fn port<'w>(wish: &'w Wish<'_>) -> Option<(&'w str, &'w str, &'w PortRef)> {
    match &wish.backend?.target {
        IngressTarget::Service {
            name,
            port: Some(port),
        } => Some((
            wish.ingress.meta.name.namespace.as_str(),
            name.value.as_str(),
            &port.value,
        )),
        _ => None,
    }
}

/// That a slash is all it takes to get around.
fn gap(rule: &Wish<'_>, twin: &Wish<'_>, key: &str) -> Finding {
    let (mine, theirs) = (&rule.claim, &twin.claim);
    let host = match &rule.host {
        Some(host) => format!(" on host `{host}`"),
        None => String::new(),
    };
    let path = rule.path.text();
    Finding::new(
        Code::AUTH_PATH_GAP,
        format!(
            "`{}` of Ingress {}{host} has `{key}`, and `{path}/` gets to the same Service without it",
            mine.wording, mine.ingress
        ),
    )
    .object(format_args!("Ingress {}", mine.ingress))
    .field(rule.field.to_string())
    .label(mine.origin, "protects this very path")
    .label(theirs.origin, format!("takes `{path}/`"))
    .help(format!("write `{path}` with the type Prefix, or protect both alike"))
}

fn tell(rule: &Wish<'_>, open: &Wish<'_>, key: &str) -> Finding {
    let (mine, theirs) = (&rule.claim, &open.claim);
    let host = match &rule.host {
        Some(host) => format!(" on host `{host}`"),
        None => String::new(),
    };
    Finding::new(
        Code::PATH_NOT_NORMALISED,
        format!(
            "`{}` of Ingress {}{host} has `{key}`, and other spellings of its path get to the same Service by `{}` of Ingress {}, which has not",
            mine.wording, mine.ingress, theirs.wording, theirs.ingress
        ),
    )
    .object(format_args!("Ingress {}", mine.ingress))
    .field(rule.field.to_string())
    .label(mine.origin, "protected")
    .label(theirs.origin, "takes `//` and `/%61` before it")
    .help("protect both alike, or refuse odd spellings by `include.frontend`: `ingressc explain ING514` shows the lines")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::testing::{World, annotation, codes, path};
    use crate::lower::{Settings, lower};
    use crate::manifest::ObjectName;
    use crate::manifest::PathType::{self, Exact, Prefix};

    #[test]
    fn a_protected_path_is_told_where_the_same_service_is_open() {
        for (kind, service, both, told) in [
            (Prefix, "web", false, true),
            (Prefix, "web", true, false),
            (Prefix, "other", false, false),
            (Exact, "web", false, false),
        ] as [(PathType, &str, bool, bool); 4]
        {
            let mut world = World::default();
            world.web("a", "web", 80);
            world.web("a", "other", 80);
            let open = if kind == Exact { "/health" } else { "/" };
            world.rule(
                "a",
                "open",
                Some("a.io"),
                vec![path(kind, open, service, 80)],
            );
            world.rule(
                "a",
                "safe",
                Some("a.io"),
                vec![path(Prefix, "/admin", "web", 80)],
            );
            for name in if both {
                &["open", "safe"][..]
            } else {
                &["safe"]
            } {
                let name = ObjectName::new("a", *name);
                let ingress = world
                    .manifests
                    .ingresses
                    .get_mut(&name)
                    .expect("made above");
                let list = annotation("haproxy.org/allow-list", "10.0.0.0/8");
                ingress.meta.annotations.push(list);
            }
            let lowered = lower(&world.manifests, &Settings::default());
            let codes = codes(&lowered.findings);
            assert_eq!(
                codes.contains(&"ING514".to_owned()),
                told,
                "{kind:?} {service} {both}"
            );
        }
    }

    /// The codes of an Ingress that keeps clients out of `paths` by `key`, beside one that leads from `/` to the same Service.
    fn beside_open(paths: &[(PathType, String)], key: (&str, &str)) -> Vec<Finding> {
        let mut world = World::default();
        world.web("a", "web", 80);
        let paths = paths.iter();
        let paths = paths
            .map(|(kind, text)| path(*kind, text, "web", 80))
            .collect();
        world.rule(
            "a",
            "open",
            Some("a.io"),
            vec![path(Prefix, "/", "web", 80)],
        );
        world.rule("a", "safe", Some("a.io"), paths);
        let safe = world
            .manifests
            .ingresses
            .get_mut(&ObjectName::new("a", "safe"));
        let meta = &mut safe.expect("made above").meta;
        meta.annotations.push(annotation(key.0, key.1));
        let mut findings = lower(&world.manifests, &Settings::default()).findings;
        findings.retain(|finding| {
            [Code::AUTH_PATH_GAP, Code::PATH_NOT_NORMALISED].contains(&finding.code)
        });
        findings
    }

    #[test]
    fn each_protected_path_is_told() {
        let paths = [(Prefix, "/x"), (Exact, "/y"), (Exact, "/z")];
        let paths = paths.map(|(kind, text)| (kind, text.to_owned()));
        let found = beside_open(&paths, ("haproxy.org/allow-list", "10.0.0.0/8"));
        let mut codes = codes(&found);
        codes.sort();
        assert_eq!(codes, ["ING505", "ING505", "ING514"]);
    }

    #[test]
    fn of_many_paths_some_are_told_and_the_others_counted() {
        let paths: Vec<_> = (0..25).map(|at| (Prefix, format!("/{at}"))).collect();
        let found = beside_open(&paths, ("haproxy.org/allow-list", "10.0.0.0/8"));
        assert_eq!(found.len(), 10);
        let last = found.last().expect("ten");
        assert!(format!("{last:?}").contains("15 more paths"), "{last:?}");
    }

    #[test]
    fn a_guard_that_cannot_be_had_is_one() {
        let paths = [(Prefix, "/x".to_owned())];
        let found = beside_open(&paths, ("haproxy.org/auth-type", "basic-auth"));
        assert_eq!(codes(&found), ["ING514"]);
    }
}
