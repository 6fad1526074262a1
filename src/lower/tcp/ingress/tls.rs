//! The certificates of a port: TLS entries of its Ingresses.
//!
//! In: `spec.tls` in order of Ingress and entry. Out: a certificate for each name, the one for all others, and the names that have none
//! because their Secret cannot be had. An entry without hosts is for all names. Nothing here opens a port in clear.

use std::collections::BTreeMap;

use super::Asker;
use super::routes::Claims;
use crate::certificate::{Facts, Keyring, Loaded, file};
use crate::finding::{Code, Finding};
use crate::ir::{HostPattern, PemFile};
use crate::lower::certificates::{Hosts, mismatch};
use crate::manifest::{IngressTls, ObjectName, host_code, is_subdomain};
use crate::source::{Origin, Sourced, template_marker};

/// The certificates of a port.
pub(super) struct Names {
    /// The first entry.
    pub(super) origin: Origin,
    /// For names that no other covers, and clients that ask for none.
    pub(super) default: Option<PemFile>,
    /// By name.
    pub(super) named: BTreeMap<HostPattern, PemFile>,
    /// Names whose certificate cannot be had.
    pub(super) refused: BTreeMap<HostPattern, Origin>,
    /// Names that stand in some entry.
    written: Hosts,
    /// Whether some entry is for all names.
    for_all: bool,
}

impl Names {
    /// Whether there is no certificate at all.
    pub(super) fn is_empty(&self) -> bool {
        self.default.is_none() && self.named.is_empty()
    }

    /// Compares the names of certificates with those of the rules.
    pub(super) fn compare(
        &self,
        askers: &[Asker<'_>],
        claims: &Claims,
        findings: &mut Vec<Finding>,
    ) {
        let is_covered = |host: &HostPattern| self.for_all || self.written.cover(host);
        let mut ruled = Hosts::default();
        for host in claims.named.keys() {
            ruled.insert(host.clone());
        }
        for asker in askers {
            let name = &asker.ingress.meta.name;
            if asker.ingress.tls.is_empty() {
                findings.push(clear_beside_tls(asker, self.origin));
            }
            for host in asker.ingress.rules.iter().filter_map(|it| it.host.as_ref()) {
                let Ok(pattern) = HostPattern::new(&host.value) else {
                    continue;
                };
                if !is_covered(&pattern) {
                    let message = format!(
                        "host `{pattern}` of Ingress {name} has no certificate, though TLS is answered on port {}",
                        asker.port.value
                    );
                    findings.push(
                        Finding::new(Code::RULE_HOST_WITHOUT_TLS, message)
                            .object(format_args!("Ingress {name}"))
                            .field("spec.tls")
                            .at(host.origin)
                            .help(format!("add `{pattern}` to the `hosts` of a TLS entry")),
                    );
                }
            }
            if claims.default.is_none() {
                findings.extend(without_rule(asker, &ruled));
            }
        }
    }
}

/// An Ingress whose connections are answered by TLS because another one asks for it.
fn clear_beside_tls(asker: &Asker<'_>, entry: Origin) -> Finding {
    let name = &asker.ingress.meta.name;
    let message = format!(
        "Ingress {name} has no TLS entry, and another Ingress has TLS answered on its port {}",
        asker.port.value
    );
    Finding::new(Code::BACKEND_ANNOTATION_CONFLICT, message)
        .object(format_args!("Ingress {name}"))
        .field("spec.tls")
        .at(asker.port.origin)
        .label(entry, "the TLS entry")
        .help("add a TLS entry, or take another port")
}

/// Names with a certificate that no rule is for.
fn without_rule(asker: &Asker<'_>, ruled: &Hosts) -> impl Iterator<Item = Finding> {
    let name = &asker.ingress.meta.name;
    let hosts = asker.ingress.tls.iter().flat_map(|entry| &entry.hosts);
    hosts.filter_map(move |host| {
        let pattern = HostPattern::new(&host.value).ok()?;
        (!ruled.meet(&pattern)).then(|| {
            let message = format!(
                "no rule answers for the TLS host `{pattern}` of Ingress {name} on port {}",
                asker.port.value
            );
            Finding::new(Code::TLS_HOST_NOT_IN_RULES, message)
                .object(format_args!("Ingress {name}"))
                .field("spec.tls")
                .at(host.origin)
                .help("correct the host, or add a rule for it")
        })
    })
}

/// The certificates of a port; `None` where no Ingress of it has a TLS entry.
pub(super) fn names(
    askers: &[Asker<'_>],
    default: Option<&ObjectName>,
    keyring: &Keyring<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Names> {
    let mut entries = askers.iter().flat_map(|asker| &asker.ingress.tls);
    let names = Names {
        origin: entries.next()?.origin,
        default: None,
        named: BTreeMap::new(),
        refused: BTreeMap::new(),
        written: Hosts::default(),
        for_all: false,
    };
    let mut reader = Reader {
        default,
        keyring,
        names,
        holders: BTreeMap::new(),
        findings,
    };
    for asker in askers {
        for (index, entry) in asker.ingress.tls.iter().enumerate() {
            reader.entry(asker, index, entry);
        }
    }
    let Reader { mut names, .. } = reader;
    // One that another entry has a certificate for is not refused.
    names
        .refused
        .retain(|host, _| !names.named.contains_key(host));
    Some(names)
}

struct Reader<'r> {
    default: Option<&'r ObjectName>,
    keyring: &'r Keyring<'r>,
    names: Names,
    /// Whose certificate a name has, `None` for all others, and where that is written.
    holders: BTreeMap<Option<HostPattern>, (ObjectName, Origin)>,
    findings: &'r mut Vec<Finding>,
}

impl Reader<'_> {
    fn entry(&mut self, asker: &Asker<'_>, index: usize, entry: &IngressTls) {
        let hosts = self.hosts(asker, index, entry);
        // Hosts of which none is legal do not make it one for all names.
        self.names.for_all |= entry.hosts.is_empty();
        for host in &hosts {
            self.names.written.insert(host.value.clone());
        }
        let loaded = self.load(asker, index, entry);
        let Some((secret, pem, leaf)) = loaded else {
            for host in hosts {
                self.names.refused.entry(host.value).or_insert(host.origin);
            }
            return;
        };
        if entry.hosts.is_empty() {
            if self.holds(asker, index, None, &secret, entry.origin) {
                self.names.default = Some(pem);
            }
            return;
        }
        for host in hosts {
            if let Some(leaf) = leaf.as_deref().filter(|leaf| !leaf.covers(&host.value)) {
                let finding = mismatch(asker.ingress, index, &host, &secret, &leaf.names);
                self.findings.push(finding);
            }
            let key = Some(host.value.clone());
            if self.holds(asker, index, key, &secret, host.origin) {
                self.names.named.insert(host.value, pem.clone());
            }
        }
    }

    fn hosts(
        &mut self,
        asker: &Asker<'_>,
        index: usize,
        entry: &IngressTls,
    ) -> Vec<Sourced<HostPattern>> {
        let name = &asker.ingress.meta.name;
        let mut hosts = Vec::new();
        for (at, host) in entry.hosts.iter().enumerate() {
            match HostPattern::new(&host.value) {
                Ok(pattern) => hosts.push(Sourced::new(pattern, host.origin)),
                Err(_) if template_marker(&host.value).is_some() => {}
                Err(reason) => {
                    let message = format!(
                        "TLS host `{}` of Ingress {name} is not a host name: {}",
                        host.value.escape_debug(),
                        reason.0
                    );
                    let code = host_code(&host.value, Code::INVALID_TLS_ENTRY);
                    self.findings.push(
                        Finding::new(code, message)
                            .object(format_args!("Ingress {name}"))
                            .field(format!("spec.tls[{index}].hosts[{at}]"))
                            .at(host.origin)
                            .help("write a lower-case DNS name"),
                    );
                }
            }
        }
        hosts
    }

    /// The Secret of an entry with its key, certificates, and what the first of these says. `None` has its finding.
    fn load(
        &mut self,
        asker: &Asker<'_>,
        index: usize,
        entry: &IngressTls,
    ) -> Option<(ObjectName, PemFile, Option<Box<Facts>>)> {
        let name = &asker.ingress.meta.name;
        let about = |code, message: String, at| {
            Finding::new(code, message)
                .object(format_args!("Ingress {name}"))
                .field(format!("spec.tls[{index}].secretName"))
                .at(at)
        };
        let (secret, origin) = match (&entry.secret_name, self.default) {
            (Some(written), _) => {
                let secret = ObjectName::new(&name.namespace, &written.value);
                (secret, written.origin)
            }
            (None, Some(default)) => (default.clone(), entry.origin),
            (None, None) => {
                let message = format!(
                    "TLS entry {index} of Ingress {name} names no Secret, and there is no default certificate, so nobody gets its connections"
                );
                let finding = about(Code::TLS_PORT_WITHOUT_CERTIFICATE, message, entry.origin);
                let help = "set `secretName`, or set `certificates.default`";
                self.findings.push(finding.help(help));
                return None;
            }
        };
        let (loaded, said) = self.keyring.keypair(&secret);
        self.findings.extend(said);
        match loaded {
            Loaded::Usable { pem, leaf, .. } => {
                let pem = file("tcp", &secret, pem);
                Some((secret, pem, leaf))
            }
            Loaded::Unusable => None,
            Loaded::Missing => {
                // A name that no Secret can have was reported as such.
                if is_subdomain(&secret.name) {
                    let (why, help) = self.keyring.absent(&secret);
                    let message =
                        format!("Secret {secret}, which Ingress {name} names for TLS, {why}");
                    let finding = about(Code::SECRET_NOT_FOUND, message, origin);
                    self.findings.push(
                        finding
                            .help(help)
                            .note("nobody gets the connections that it is for"),
                    );
                }
                None
            }
        }
    }

    /// Whether the first to ask for a name is this one; another Secret for it is told.
    fn holds(
        &mut self,
        asker: &Asker<'_>,
        index: usize,
        host: Option<HostPattern>,
        secret: &ObjectName,
        origin: Origin,
    ) -> bool {
        let name = &asker.ingress.meta.name;
        let what = match &host {
            Some(host) => format!("`{host}`"),
            None => "all other names".to_owned(),
        };
        let Some((holder, first)) = self.holders.get(&host) else {
            self.holders.insert(host, (secret.clone(), origin));
            return true;
        };
        if holder != secret {
            let message = format!(
                "Secret {secret} and Secret {holder} both claim {what} on port {}",
                asker.port.value
            );
            self.findings.push(
                Finding::new(Code::SNI_COLLISION, message)
                    .object(format_args!("Ingress {name}"))
                    .field(format!("spec.tls[{index}].hosts"))
                    .label(origin, format!("here with Secret {secret}"))
                    .label(
                        *first,
                        format!("and here with Secret {holder}, which is served"),
                    )
                    .help("name one Secret for the host"),
            );
        }
        false
    }
}
