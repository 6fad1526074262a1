//! What each Ingress claims: hosts, paths and default backends, read into checked patterns.
//!
//! In: the selected Ingresses in order. Out: [`Claims`], not yet arbitrated, and findings about single hosts and paths.
//! An illegal host or path is left out; a legal one whose backend cannot be had is closed.

mod claims;
mod legal;

use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) use self::claims::{Claims, Field, Hostless, Strength, Wish};
pub(super) use self::legal::illegal_host;
use self::legal::{before_pattern, instead, legal_path, looks_like_regex};
use super::backend::{Backends, Resolved};
use crate::annotations::Profile;
use crate::finding::{Code, Finding, Severity};
use crate::ir::{Claim, HostPattern, PathMatch, PathPattern, Setting, Target};
use crate::manifest::{Ingress, IngressPath, IngressRule, PathType};
use crate::source::{Origin, Sourced};

/// Reads the claims of `ingresses`.
pub(super) fn read<'m>(
    ingresses: &[&'m Ingress],
    profile: Profile,
    backends: &mut Backends<'_, 'm>,
    findings: &mut Vec<Finding>,
) -> Claims<'m> {
    let mut claims = Claims::default();
    for ingress in ingresses {
        Reader {
            ingress,
            profile,
            name: ingress.meta.name.to_string(),
            backends,
            findings,
        }
        .read(&mut claims);
    }
    claims
}

struct Reader<'r, 's, 'm> {
    ingress: &'m Ingress,
    profile: Profile,
    name: String,
    backends: &'r mut Backends<'s, 'm>,
    findings: &'r mut Vec<Finding>,
}

impl<'m> Reader<'_, '_, 'm> {
    fn read(&mut self, claims: &mut Claims<'m>) {
        let mut hosts: BTreeSet<Option<HostPattern>> = BTreeSet::new();
        let mut hostless = None;
        for (index, rule) in self.ingress.rules.iter().enumerate() {
            let Ok(host) = self.host(index, rule.host.as_ref()) else {
                self.close_what_was_meant(index, rule, claims);
                continue;
            };
            let paths = rule.paths.as_deref().unwrap_or_default();
            if paths.is_empty() {
                self.without_paths(index, rule);
                // That controller skips the rule, so that the host is not known by it.
                if self.profile == Profile::HaproxyTech {
                    continue;
                }
            }
            match (&host, &rule.host) {
                (Some(pattern), Some(written)) => {
                    claims
                        .hosts
                        .entry(pattern.clone())
                        .or_insert(written.origin);
                }
                _ if hostless.is_none() => hostless = Some((index, rule.origin)),
                _ => {}
            }
            for (at, path) in paths.iter().enumerate() {
                claims
                    .wishes
                    .extend(self.wish(host.clone(), Field::Path(index, at), path));
            }
            hosts.insert(host);
        }
        if let Some((rule, origin)) = hostless {
            claims.hostless.push(Hostless {
                ingress: self.ingress,
                rule,
                origin,
                beside_hosts: hosts.len() > 1,
            });
        }
        self.default_backend(hosts, claims);
        self.backends.judge(self.ingress);
    }

    /// The paths of a rule whose host is none, where annotations keep clients out: a shorter path of the host that was meant must
    /// not let them in, so they are closed there.
    fn close_what_was_meant(
        &mut self,
        index: usize,
        rule: &'m IngressRule,
        claims: &mut Claims<'m>,
    ) {
        let paths = rule.paths.as_deref().unwrap_or_default();
        let guards = |path: &IngressPath| self.backends.guards(self.ingress, path.backend.as_ref());
        let guarded: Vec<_> = paths
            .iter()
            .enumerate()
            .map(|(at, path)| (at, path, guards(path)))
            .filter(|(_, _, guards)| !guards.is_empty())
            .collect();
        let (Some(written), false) = (&rule.host, guarded.is_empty()) else {
            return;
        };
        let meant = meant_host(&written.value);
        let note = match &meant {
            Some(host) => format!("its paths keep clients out, so host `{host}` answers 503 there"),
            None => "its paths keep clients out, and whatever other rule matches lets them in"
                .to_owned(),
        };
        let last = self
            .findings
            .pop_if(|finding| finding.origin() == Some(written.origin));
        self.findings.extend(last.map(|finding| finding.note(note)));
        let Some(host) = meant else {
            return;
        };
        claims.hosts.entry(host.clone()).or_insert(written.origin);
        for (at, path, guards) in guarded {
            let Ok(pattern) = legal_path(self.matching(path), path.path_type, &path.path.value)
            else {
                continue;
            };
            claims.wishes.push(Wish {
                ingress: self.ingress,
                host: Some(host.clone()),
                path: pattern,
                strength: strength(path),
                field: Field::Path(index, at),
                claim: self.claim(path, Target::Closed, None),
                condition: None,
                passthrough: None,
                backend: path.backend.as_ref(),
                guards: Some(guards),
                trailing_slash: false,
            });
        }
    }

    /// KEP-1453: beside rules, a default backend answers for the hosts of its own Ingress; alone, for everything.
    fn default_backend(&mut self, hosts: BTreeSet<Option<HostPattern>>, claims: &mut Claims<'m>) {
        let Some(backend) = &self.ingress.default_backend else {
            return;
        };
        let resolved = self.backends.resolve(self.ingress, backend, Field::Default);
        if resolved.left_out {
            return;
        }
        let everything = self.ingress.rules.is_empty() || self.profile == Profile::HaproxyTech;
        let hostless = everything || hosts.contains(&None);
        if let Some(finding) = self.nameless(&resolved, hostless, backend.origin) {
            self.say_of_default(finding);
        }
        if everything && let Some(condition) = &resolved.condition {
            self.say_of_default(conditional_default(&self.name, condition.origin));
            return;
        }
        if !everything || resolved.passthrough.is_none() {
            self.backends.count(self.ingress, &resolved);
        }
        let unread = resolved.settings.is_none() && resolved.target == Target::Closed;
        let guards = unread.then(|| self.backends.guards(self.ingress, Some(backend)));
        let wish = |host: Option<HostPattern>| Wish {
            ingress: self.ingress,
            host,
            path: PathPattern::root(),
            strength: Strength::Default,
            field: Field::Default,
            claim: Claim {
                ingress: self.name.clone(),
                wording: "defaultBackend".to_owned(),
                target: resolved.target.clone(),
                origin: backend.origin,
                settings: resolved.settings.clone(),
            },
            condition: resolved.condition.clone(),
            passthrough: resolved.passthrough.clone(),
            backend: Some(backend),
            guards: guards.clone(),
            trailing_slash: false,
        };
        if everything {
            if resolved.passthrough.is_none() {
                claims.catch_alls.push(wish(None));
            }
        } else {
            let hosts = hosts.into_iter();
            let named = hosts.filter(|host| host.is_some() || resolved.passthrough.is_none());
            claims.wishes.extend(named.map(wish));
        }
        if self.ingress.rules.is_empty() {
            return;
        }
        let (answers, help, note) = if everything {
            (
                "answers for every host",
                "move it to an Ingress without rules, where every controller reads it so",
                "under the profile `spec` and under ingress-nginx it would answer for the hosts of its own rules",
            )
        } else {
            (
                "answers only for the hosts of its own rules",
                "move it to an Ingress without rules if it is to answer for every host",
                "under haproxytech and haproxy-ingress it would answer for every host",
            )
        };
        let message = format!("the default backend of Ingress {} {answers}", self.name);
        let finding = Finding::new(Code::DEFAULT_BACKEND_SCOPE, message).at(backend.origin);
        self.say(finding, "spec.defaultBackend", help, Some(note));
    }

    fn say_of_default(&mut self, finding: Finding) {
        let object = format!("Ingress {}", self.name);
        self.findings
            .push(finding.object(object).field("spec.defaultBackend"));
    }

    /// TLS is handed through by name, so a rule without a host cannot be.
    fn nameless(&self, resolved: &Resolved, hostless: bool, at: Origin) -> Option<Finding> {
        (hostless && resolved.passthrough.is_some()).then(|| {
            let name = &self.name;
            Finding::new(
                Code::INEFFECTIVE_ANNOTATION,
                format!("TLS is handed through by name, and a rule of Ingress {name} has no host, so it is left out"),
            )
            .severity(Severity::Error)
            .at(at)
            .help("give the rule a host, or answer TLS here without `ssl-passthrough`")
        })
    }

    fn wish(
        &mut self,
        host: Option<HostPattern>,
        field: Field,
        written: &'m IngressPath,
    ) -> Option<Wish<'m>> {
        let text = written.path.value.as_str();
        let kind = self.matching(written);
        let path = match legal_path(kind, written.path_type, text) {
            Ok(path) => path,
            Err((code, reason)) => {
                self.illegal_path(field, &written.path, code, reason);
                return None;
            }
        };
        self.remark(field, written);
        let resolved = match &written.backend {
            Some(backend) => {
                let resolved = self.backends.resolve(self.ingress, backend, field);
                if resolved.left_out {
                    return None;
                }
                let at = written.path.origin;
                if let Some(finding) = self.nameless(&resolved, host.is_none(), at) {
                    let object = format!("Ingress {}", self.name);
                    let field = format!("{field}.path");
                    self.findings.push(finding.object(object).field(field));
                    return None;
                }
                if resolved.passthrough.is_some() && !is_root(&path) {
                    self.path_of_passthrough(field, written);
                    return None;
                }
                self.backends.count(self.ingress, &resolved);
                resolved
            }
            None => Resolved::closed(),
        };
        let unread = resolved.settings.is_none() && resolved.target == Target::Closed;
        let backend = written.backend.as_ref();
        let guards = unread.then(|| self.backends.guards(self.ingress, backend));
        let (target, settings) = if written.path_type.is_some() {
            (resolved.target, resolved.settings)
        } else {
            (Target::Closed, None)
        };
        Some(Wish {
            ingress: self.ingress,
            host,
            path,
            strength: strength(written),
            field,
            claim: self.claim(written, target, settings),
            condition: resolved.condition,
            passthrough: resolved.passthrough,
            backend,
            guards,
            trailing_slash: kind == PathMatch::Prefix && text.len() > 1 && text.ends_with('/'),
        })
    }

    fn matching(&self, written: &IngressPath) -> PathMatch {
        match written.path_type {
            Some(PathType::Exact) => PathMatch::Exact,
            Some(PathType::ImplementationSpecific)
                if self.profile == Profile::HaproxyTech
                    && !matches!(written.path.value.as_str(), "" | "/") =>
            {
                PathMatch::Begins
            }
            // Without a legal type, which has its finding: closed as far as it can reach.
            Some(PathType::Prefix | PathType::ImplementationSpecific) | None => PathMatch::Prefix,
        }
    }

    fn claim(
        &self,
        written: &IngressPath,
        target: Target,
        settings: Option<Arc<[Setting]>>,
    ) -> Claim {
        let text = written.path.value.as_str();
        let shown = if text.is_empty() { "/" } else { text };
        Claim {
            ingress: self.name.clone(),
            wording: match written.path_type {
                Some(kind) => format!("{} {shown}", kind.name()),
                None => shown.to_owned(),
            },
            target,
            origin: written.path.origin,
            settings,
        }
    }

    fn host(
        &mut self,
        rule: usize,
        host: Option<&Sourced<String>>,
    ) -> Result<Option<HostPattern>, ()> {
        let Some(host) = host.filter(|host| !host.value.is_empty()) else {
            return Ok(None);
        };
        let field = format_args!("spec.rules[{rule}].host");
        match HostPattern::new(&host.value) {
            Ok(pattern) => {
                if host.value.split('.').any(|label| label.len() > 63) {
                    self.say(
                        Finding::new(
                            Code::LABEL_TOO_LONG,
                            format!(
                                "a label of host `{}` of Ingress {} is longer than 63 characters, so no DNS name can be it",
                                host.value, self.name
                            ),
                        )
                        .at(host.origin),
                        &field.to_string(),
                        "shorten the label",
                        None,
                    );
                }
                Ok(Some(pattern))
            }
            Err(reason) => {
                if let Some(finding) = illegal_host(&self.name, host, reason.0) {
                    self.say(
                        finding,
                        &field.to_string(),
                        "write a lower-case DNS name without scheme, port and path",
                        None,
                    );
                }
                Err(())
            }
        }
    }

    fn path_of_passthrough(&mut self, field: Field, written: &IngressPath) {
        let text = &written.path.value;
        let kind = written.path_type.map_or("", PathType::name);
        let finding = Finding::new(
            Code::PASSTHROUGH_WITH_PATHS,
            format!(
                "`{kind} {text}` of Ingress {} is left out: TLS is handed through unread, so nobody here sees a path",
                self.name
            ),
        )
        .at(written.path.origin);
        self.say(
            finding,
            &format!("{field}.path"),
            "write one rule for `/` with `pathType: Prefix`, and let the servers tell paths apart",
            None,
        );
    }

    fn illegal_path(&mut self, field: Field, path: &Sourced<String>, code: Code, reason: &str) {
        let help = match code {
            code if code == Code::INVALID_PATH => {
                "write an absolute path, as requests carry it".to_owned()
            }
            code if code == Code::UNMATCHABLE_PATH => instead(&path.value),
            _ => "remove the character".to_owned(),
        };
        self.say(
            Finding::new(
                code,
                format!("path `{}` of Ingress {} {reason}", path.value, self.name),
            )
            .at(path.origin),
            &format!("{field}.path"),
            &help,
            None,
        );
    }

    fn without_paths(&mut self, index: usize, rule: &IngressRule) {
        let answer = match self.ingress.default_backend {
            _ if self.profile == Profile::HaproxyTech => "the rule counts as not written",
            Some(_) => "its requests go to the default backend of the Ingress",
            None => "its requests are answered by the global default backend, else with 404",
        };
        let (what, origin) = match &rule.host {
            Some(host) if !host.value.is_empty() => (format!("host `{}`", host.value), host.origin),
            _ => (format!("rule {index}"), rule.origin),
        };
        self.say(
            Finding::new(
                Code::RULE_WITHOUT_PATHS,
                format!("{what} of Ingress {} has no paths: {answer}", self.name),
            )
            .at(origin),
            &format!("spec.rules[{index}]"),
            "add `http.paths`, or remove the rule",
            None,
        );
    }

    /// What is legal, but may not be what was meant.
    fn remark(&mut self, field: Field, written: &IngressPath) {
        let text = written.path.value.as_str();
        let name = &self.name;
        if looks_like_regex(text) {
            let finding = Finding::new(
                Code::REGEX_IN_PLAIN_PATH,
                format!(
                    "path `{text}` of Ingress {name} looks like a pattern, but is compared as text"
                ),
            )
            .at(written.path.origin);
            let help = match before_pattern(text) {
                Some("/") => "write `/` with `pathType: Prefix`, which means every path".to_owned(),
                Some(plain) => format!(
                    "write `{plain}` with `pathType: Prefix`, which means everything below it, too"
                ),
                None => "write a rule for each of the paths that are meant".to_owned(),
            };
            self.say(finding, &format!("{field}.path"), &help, None);
        } else if written.path_type == Some(PathType::ImplementationSpecific)
            && text.len() > 1
            && !text.ends_with('/')
        {
            let (reading, note) = match self.profile {
                Profile::Spec => (
                    "Prefix",
                    format!(
                        "haproxytech, haproxy-ingress and ingress-nginx would also match `{text}x`, haproxy-ingress in any case"
                    ),
                ),
                Profile::HaproxyTech => (
                    "the beginning of the path's text",
                    format!(
                        "it also matches `{text}x`, which it would not under the profile `spec`"
                    ),
                ),
            };
            let finding = Finding::new(
                Code::IMPLEMENTATION_SPECIFIC_PATH,
                format!("path `{text}` of Ingress {name} is read as {reading}; controllers differ"),
            )
            .at(written.path.origin);
            let help = "set `pathType: Prefix` or `pathType: Exact`";
            self.say(finding, &format!("{field}.path"), help, Some(&note));
        }
    }

    fn say(&mut self, finding: Finding, field: &str, help: &str, note: Option<&str>) {
        let finding = finding
            .object(format_args!("Ingress {}", self.name))
            .field(field)
            .help(help);
        self.findings.push(match note {
            Some(note) => finding.note(note),
            None => finding,
        });
    }
}

fn strength(written: &IngressPath) -> Strength {
    match written.path_type {
        Some(PathType::ImplementationSpecific) | None => Strength::ImplementationSpecific,
        Some(PathType::Exact | PathType::Prefix) => Strength::Typed,
    }
}

/// The host that was meant by text that is none: without scheme, path, port and the dot of the root, in lower case.
fn meant_host(text: &str) -> Option<HostPattern> {
    let text = text.trim().to_ascii_lowercase();
    let name = text
        .split_once("://")
        .map_or(text.as_str(), |(_, rest)| rest);
    let name = name.split('/').next().unwrap_or_default();
    let name = match name.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => name,
    };
    HostPattern::new(name.trim_end_matches('.')).ok()
}

/// Whether the pattern means every path.
fn is_root(path: &PathPattern) -> bool {
    path.text().is_empty() && path.kind() != PathMatch::Exact
}

fn conditional_default(ingress: &str, condition: Origin) -> Finding {
    Finding::new(
        Code::INEFFECTIVE_ANNOTATION,
        format!("the default backend of Ingress {ingress} has a condition, and what answers everything else cannot depend on one, so it is left out"),
    )
    .severity(Severity::Error)
    .at(condition)
    .help("remove `route-acl` from the Service, or lead to it by a rule")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::testing::{World, codes, path};
    use crate::lower::{Settings, lower};

    #[test]
    fn a_default_backend_beside_rules_answers_for_their_hosts_alone() {
        let mut world = World::default();
        world.web("a", "web", 80);
        world.web("a", "fallback", 80);
        world.rule(
            "a",
            "x",
            Some("a.io"),
            vec![path(PathType::Prefix, "/app", "web", 80)],
        );
        world.default_backend("a", "x", "fallback", 80);
        let lowered = lower(&world.manifests, &Settings::default());
        assert_eq!(codes(&lowered.findings), ["ING327"]);
        let host = &lowered.routing.hosts[0];
        let shown: Vec<_> = host
            .rules
            .iter()
            .map(|rule| rule.claim.wording.as_str())
            .collect();
        assert_eq!(shown, ["defaultBackend", "Prefix /app"]);
        assert!(lowered.routing.any_host.is_empty() && lowered.routing.default.is_none());
    }

    #[test]
    fn a_host_without_paths_is_kept_and_isolated() {
        let mut world = World::default();
        world.rule("a", "x", Some("a.io"), Vec::new());
        let lowered = lower(&world.manifests, &Settings::default());
        assert_eq!(codes(&lowered.findings), ["ING325"]);
        assert!(lowered.routing.hosts[0].rules.is_empty());
    }

    #[test]
    fn a_path_without_a_legal_type_is_closed_and_not_opened() {
        let mut world = World::default();
        world.web("a", "web", 80);
        let mut odd = path(PathType::Prefix, "/admin", "web", 80);
        odd.path_type = None;
        world.rule("a", "x", Some("a.io"), vec![odd]);
        let routing = lower(&world.manifests, &Settings::default()).routing;
        assert_eq!(routing.hosts[0].rules[0].claim.target, Target::Closed);
    }
}
