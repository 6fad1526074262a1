//! From TLS entries to names: each name is offered one certificate.
//!
//! In: `spec.tls` in order of Ingress and entry, and the loaded Secrets. Out: the names of each Secret, sorted, and findings.
//! Hosts come from the entry; without any, they are the Ingress's rule hosts that the certificate covers.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::hosts::{Hosts, rule_hosts};
use super::{DefaultCertificate, Store};
use crate::certificate::{Keyring, Loaded};
use crate::finding::{Code, Finding, Fix, Severity};
use crate::ir::{HostPattern, Pem};
use crate::lower::suggest::{nearest, scalar};
use crate::manifest::{Ingress, IngressTls, ObjectName, host_code, is_subdomain};
use crate::source::{Origin, Sourced, template_marker};

/// Names are compared with a wrong one only so many times a run: a mistake in every Ingress must not cost the square.
const SUGGESTIONS: usize = 100;

type Names = BTreeMap<ObjectName, Vec<Sourced<HostPattern>>>;

/// The names for which each Secret is offered.
pub(super) fn select(
    ingresses: &[&Ingress],
    keyring: &Keyring<'_>,
    default: Option<&DefaultCertificate>,
    store: &Store,
) -> (Names, Vec<Finding>) {
    let mut selection = Select {
        keyring,
        default,
        store,
        rules: rule_hosts(ingresses),
        claimed: BTreeMap::new(),
        declared: Hosts::default(),
        suggestions: 0,
        findings: Vec::new(),
    };
    for ingress in ingresses {
        for (index, entry) in ingress.tls.iter().enumerate() {
            selection.entry(ingress, index, entry);
        }
    }
    for ingress in ingresses {
        selection.uncovered(ingress);
    }
    let mut names = Names::new();
    for (host, (secret, origin)) in selection.claimed {
        names
            .entry(secret)
            .or_default()
            .push(Sourced::new(host, origin));
    }
    (names, selection.findings)
}

struct Select<'s> {
    keyring: &'s Keyring<'s>,
    default: Option<&'s DefaultCertificate>,
    store: &'s Store,
    /// Hosts that some rule names.
    rules: Hosts,
    /// How many names were compared with a wrong one.
    suggestions: usize,
    /// Who has a name, and where it was given.
    claimed: BTreeMap<HostPattern, (ObjectName, Origin)>,
    /// Hosts that some TLS entry names, with a certificate or without.
    declared: Hosts,
    findings: Vec<Finding>,
}

/// The legal hosts of an Ingress's rules, each once.
pub(super) fn named(ingress: &Ingress) -> Vec<Sourced<HostPattern>> {
    let mut seen = BTreeSet::new();
    ingress
        .rules
        .iter()
        .filter_map(|rule| rule.host.as_ref())
        .filter_map(|host| {
            Some(Sourced::new(
                HostPattern::new(&host.value).ok()?,
                host.origin,
            ))
        })
        .filter(|host| seen.insert(host.value.clone()))
        .collect()
}

impl<'s> Select<'s> {
    fn entry(&mut self, ingress: &Ingress, index: usize, entry: &IngressTls) {
        let hosts = self.hosts(ingress, index, entry);
        for host in &hosts {
            self.declared.insert(host.value.clone());
        }
        let Some(written) = &entry.secret_name else {
            self.findings
                .push(self.without_secret(ingress, index, entry));
            return;
        };
        let secret = ObjectName::new(&ingress.meta.name.namespace, &written.value);
        let leaf = match self.store.get(&secret) {
            Some(Loaded::Usable { leaf, .. }) => leaf.as_deref(),
            Some(Loaded::Unusable) => {
                self.declare_rules(ingress, entry);
                return;
            }
            Some(Loaded::Missing) | None => {
                self.declare_rules(ingress, entry);
                // A name that no Secret can have was reported as such.
                if is_subdomain(&secret.name) {
                    let missing = self.missing(ingress, index, &secret, written.origin);
                    let missing = self.explain(missing, written.origin, &secret, &hosts);
                    self.findings.push(missing);
                }
                return;
            }
        };
        let covered = |host: &HostPattern| leaf.is_none_or(|leaf| leaf.covers(host));
        if entry.hosts.is_empty() {
            let rules = named(ingress);
            let found: Vec<_> = rules
                .iter()
                .filter(|host| covered(&host.value))
                .cloned()
                .collect();
            if found.is_empty() {
                self.declare_rules(ingress, entry);
                self.findings.push(nothing_to_cover(
                    ingress,
                    index,
                    &secret,
                    entry,
                    rules.is_empty(),
                ));
            }
            for host in found {
                self.declared.insert(host.value.clone());
                self.claim(ingress, index, host, &secret);
            }
            return;
        }
        for host in hosts {
            if !covered(&host.value) {
                let names = leaf.map_or(&[][..], |leaf| leaf.names.as_slice());
                self.findings
                    .push(mismatch(ingress, index, &host, &secret, names));
            }
            // Offered all the same: the manifest names it for this host, and clients are the judges.
            self.claim(ingress, index, host, &secret);
        }
    }

    /// An entry without hosts that cannot be read speaks for all rule hosts: one problem is reported once.
    fn declare_rules(&mut self, ingress: &Ingress, entry: &IngressTls) {
        if entry.hosts.is_empty() {
            for host in named(ingress) {
                self.declared.insert(host.value);
            }
        }
    }

    fn hosts(
        &mut self,
        ingress: &Ingress,
        index: usize,
        entry: &IngressTls,
    ) -> Vec<Sourced<HostPattern>> {
        // Rules without a host, or no rules at all, may answer for any name.
        let open = ingress.rules.is_empty()
            || ingress
                .rules
                .iter()
                .any(|rule| rule.host.as_ref().is_none_or(|host| host.value.is_empty()));
        let mut hosts = Vec::with_capacity(entry.hosts.len());
        for (at, host) in entry.hosts.iter().enumerate() {
            let name = &ingress.meta.name;
            let about = |code, message| {
                Finding::new(code, message)
                    .object(format_args!("Ingress {name}"))
                    .field(format!("spec.tls[{index}].hosts[{at}]"))
                    .at(host.origin)
            };
            match HostPattern::new(&host.value) {
                Ok(pattern) => {
                    if !open && !self.rules.meet(&pattern) {
                        let message = format!(
                            "no rule answers for the TLS host `{}` of Ingress {name}",
                            host.value
                        );
                        let finding = about(Code::TLS_HOST_NOT_IN_RULES, message)
                            .help("correct the host, or add a rule for it");
                        self.findings.push(match without(&entry.hosts, at) {
                            Some(item) => finding.fix(
                                Fix::needs_a_look(format!("remove `{}`", host.value)).remove(item),
                            ),
                            None => finding,
                        });
                    }
                    hosts.push(Sourced::new(pattern, host.origin));
                }
                // Legal, though in vain: a handshake names a host, never an address (RFC 6066, section 3).
                Err(_) if host.value.parse::<IpAddr>().is_ok() => self.findings.push(
                    about(
                        Code::TLS_HOST_NOT_IN_RULES,
                        format!(
                            "TLS host `{}` of Ingress {name} is an IP address, which no client names in a handshake",
                            host.value
                        ),
                    )
                    .help("remove it, and set a default certificate for clients that come by address"),
                ),
                Err(_) if template_marker(&host.value).is_some() => {}
                Err(reason) => self.findings.push(
                    about(
                        host_code(&host.value, Code::INVALID_TLS_ENTRY),
                        format!(
                            "TLS host `{}` of Ingress {name} is not a host name: {}",
                            host.value.escape_debug(),
                            reason.0
                        ),
                    )
                    .help("write a lower-case DNS name"),
                ),
            }
        }
        hosts
    }

    /// The first to ask for a name has it. The same certificate under another name changes nothing.
    fn claim(
        &mut self,
        ingress: &Ingress,
        index: usize,
        host: Sourced<HostPattern>,
        secret: &ObjectName,
    ) {
        let Some((holder, first)) = self.claimed.get(&host.value) else {
            self.claimed
                .insert(host.value, (secret.clone(), host.origin));
            return;
        };
        if holder == secret || self.same_pem(holder, secret) {
            return;
        }
        let name = &ingress.meta.name;
        self.findings.push(
            Finding::new(
                Code::SNI_COLLISION,
                format!(
                    "Secret {secret} and Secret {holder} both claim `{}`",
                    host.value
                ),
            )
            .object(format_args!("Ingress {name}"))
            .field(format!("spec.tls[{index}].hosts"))
            .label(host.origin, format!("here with Secret {secret}"))
            .label(
                *first,
                format!("and here with Secret {holder}, which is served"),
            )
            .help("name one Secret for the host"),
        );
    }

    fn same_pem(&self, a: &ObjectName, b: &ObjectName) -> bool {
        let pem = |name| match self.store.get(name) {
            Some(Loaded::Usable {
                pem: pem @ Pem::Inline(_),
                ..
            }) => Some(pem),
            _ => None,
        };
        pem(a).is_some() && pem(a) == pem(b)
    }

    fn without_secret(&self, ingress: &Ingress, index: usize, entry: &IngressTls) -> Finding {
        let name = &ingress.meta.name;
        let (answer, help) = match self.default {
            Some(_) => (
                "so its hosts get the default certificate",
                "set `secretName`, unless the default certificate is meant",
            ),
            None => (
                "and there is no default certificate, so handshakes for its hosts are refused",
                "set `secretName`, or set `certificates.default`",
            ),
        };
        let severity = match self.default {
            Some(_) => Severity::Info,
            None => Severity::Warning,
        };
        Finding::new(
            Code::EMPTY_TLS_SECRETNAME,
            format!("TLS entry {index} of Ingress {name} names no Secret, {answer}"),
        )
        .severity(severity)
        .object(format_args!("Ingress {name}"))
        .field(format!("spec.tls[{index}].secretName"))
        .at(entry.origin)
        .help(help)
    }

    fn missing(&self, ingress: &Ingress, index: usize, secret: &ObjectName, at: Origin) -> Finding {
        let name = &ingress.meta.name;
        let (why, help) = self.keyring.absent(secret);
        let message = format!("Secret {secret}, which Ingress {name} names for TLS, {why}");
        let finding = Finding::new(Code::SECRET_NOT_FOUND, message)
            .object(format_args!("Ingress {name}"))
            .field(format!("spec.tls[{index}].secretName"))
            .at(at)
            .help(help);
        if self.keyring.is_awaited(secret) {
            return finding.severity(Severity::Warning);
        }
        finding
    }

    /// Adds which Secret was probably meant, or where there is one of this name.
    fn explain(
        &mut self,
        missing: Finding,
        at: Origin,
        secret: &ObjectName,
        hosts: &[Sourced<HostPattern>],
    ) -> Finding {
        let manifests = self.keyring.manifests;
        let is_known = manifests.secrets.contains_key(secret)
            || manifests.promised_secrets.contains_key(secret);
        if is_known || self.suggestions >= SUGGESTIONS {
            return missing;
        }
        self.suggestions += 1;
        if let Some(near) = self.near(secret, hosts) {
            let fix = Fix::needs_a_look(format!("name Secret `{near}`"));
            return missing
                .help(format!("write `{near}`, which is there and has a certificate for the hosts, or add the Secret"))
                .fix(fix.replace(at, scalar(near)));
        }
        let mut secrets = manifests.secrets.values();
        match secrets.find(|other| other.meta.name.name == secret.name) {
            Some(other) => missing
                .label(other.meta.origin, "the Secret of this name")
                .help(format!(
                    "copy Secret {} into namespace `{}`: an Ingress uses those of its own only",
                    other.meta.name, secret.namespace
                )),
            None => missing,
        }
    }

    /// A Secret whose name is a slip away, with a certificate for all of these hosts.
    fn near(&self, secret: &ObjectName, hosts: &[Sourced<HostPattern>]) -> Option<&'s str> {
        let first = ObjectName::new(&secret.namespace, "");
        let here = self.keyring.manifests.secrets.range(first..);
        let here = here.take_while(|(name, _)| name.namespace == secret.namespace);
        let near = nearest(&secret.name, here.map(|(name, _)| name.name.as_str()))?;
        let (loaded, _) = self
            .keyring
            .keypair(&ObjectName::new(&secret.namespace, near));
        match loaded {
            Loaded::Usable {
                leaf: Some(leaf), ..
            } => hosts
                .iter()
                .all(|host| leaf.covers(&host.value))
                .then_some(near),
            _ => None,
        }
    }

    /// Hosts of an Ingress with TLS entries that none of them, and no other Ingress, speaks for.
    fn uncovered(&mut self, ingress: &Ingress) {
        if ingress.tls.is_empty() {
            return;
        }
        let name = &ingress.meta.name;
        for host in named(ingress) {
            if !self.declared.cover(&host.value) {
                self.findings.push(
                    Finding::new(
                        Code::RULE_HOST_WITHOUT_TLS,
                        format!("host `{}` of Ingress {name} has no certificate, though the Ingress has TLS entries", host.value),
                    )
                    .object(format_args!("Ingress {name}"))
                    .field("spec.tls")
                    .at(host.origin)
                    .help(format!("add `{}` to the `hosts` of a TLS entry", host.value)),
                );
            }
        }
    }
}

/// The bytes that go with a host that is taken out of a list, with what stands between it and its neighbour: whether that is a comma
/// or a line with a dash. An only host stays, because an entry without hosts is for all of them.
fn without(hosts: &[Sourced<String>], at: usize) -> Option<Origin> {
    let own = hosts.get(at)?.origin;
    let (start, end, neighbour) = if let Some(next) = hosts.get(at + 1) {
        (own.start, next.origin.start, next.origin.file)
    } else {
        let before = hosts.get(at.checked_sub(1)?)?.origin;
        (before.end, own.end, before.file)
    };
    // What an alias stands for may be anywhere.
    (neighbour == own.file && start < end).then_some(Origin { start, end, ..own })
}

fn nothing_to_cover(
    ingress: &Ingress,
    index: usize,
    secret: &ObjectName,
    entry: &IngressTls,
    no_hosts: bool,
) -> Finding {
    let name = &ingress.meta.name;
    let (why, severity) = if no_hosts {
        ("has no host to be offered for", Severity::Warning)
    } else {
        ("covers no host of its rules", Severity::Error)
    };
    Finding::new(
        Code::CERT_SAN_MISMATCH,
        format!("the certificate of Secret {secret} in TLS entry {index} of Ingress {name} {why}, so nobody gets it"),
    )
    .severity(severity)
    .object(format_args!("Ingress {name}"))
    .field(format!("spec.tls[{index}].hosts"))
    .at(entry.secret_name.as_ref().map_or(entry.origin, |name| name.origin))
    .help("list its names in `hosts`, or make it the default with `certificates.default`")
}

pub(in crate::lower) fn mismatch(
    ingress: &Ingress,
    index: usize,
    host: &Sourced<HostPattern>,
    secret: &ObjectName,
    names: &[String],
) -> Finding {
    const SHOWN: usize = 5;
    let name = &ingress.meta.name;
    let mut listed: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{}`", name.escape_debug()))
        .collect();
    if names.len() > SHOWN {
        listed.push(format!("{} more", names.len() - SHOWN));
    }
    let listed = match listed.as_slice() {
        [] => "it has no subject alternative name, and clients ignore the common name".to_owned(),
        listed => format!("it is for {}", listed.join(", ")),
    };
    Finding::new(
        Code::CERT_SAN_MISMATCH,
        format!(
            "the certificate of Secret {secret} does not cover `{}` of Ingress {name}",
            host.value
        ),
    )
    .object(format_args!("Ingress {name}"))
    .field(format!("spec.tls[{index}].hosts"))
    .at(host.origin)
    .help(format!(
        "renew the certificate with the name `{}`, or name another Secret",
        host.value
    ))
    .note(listed)
}
