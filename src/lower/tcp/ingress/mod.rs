//! Ingresses of TCP ports: those with `tcp-service-port`, as the community's controller has them.
//!
//! In: the selected Ingresses with that key. Out: a listener for each port, with the rules, certificates and settings of all Ingresses
//! that ask for it, and findings. The first by namespace and name says how the port speaks to clients.

mod answered;
mod differ;
mod routes;
mod tls;

use std::collections::{BTreeMap, HashSet};

use self::routes::{Claim, Claims};
use self::tls::Names;
use super::Asking;
use crate::annotations::OfTcpIngress;
use crate::certificate::Keyring;
use crate::finding::{Code, Finding, Severity};
use crate::ir::{
    AcceptProxy, ClientSide, Field, HostPattern, Port, Setting, Target, TcpCertificates,
    TcpCriterion, TcpListener, TcpRule, TcpTest, Termination, Wanted,
};
use crate::lower::backend::Backends;
use crate::manifest::Ingress;
use crate::source::{Origin, Sourced};

/// An Ingress that asks for a port.
struct Asker<'m> {
    ingress: &'m Ingress,
    port: Sourced<Port>,
    answer: OfTcpIngress,
    /// Nobody may connect to its Services: a setting of its that protects cannot be honoured.
    closed: bool,
}

impl Asker<'_> {
    /// The key whose value stands at `origin`, as it is written.
    fn key_at(&self, origin: Origin) -> &str {
        let mut annotations = self.ingress.meta.annotations.iter();
        let found = annotations.find(|annotation| annotation.value.origin == origin);
        found.map_or("tcp-service-port", |annotation| annotation.key.as_str())
    }

    /// A finding about an annotation of the Ingress.
    fn about(&self, code: Code, origin: Origin, message: String) -> Finding {
        Finding::new(code, message)
            .at(origin)
            .object(format_args!("Ingress {}", self.ingress.meta.name))
            .field(format!("metadata.annotations[{}]", self.key_at(origin)))
    }
}

/// A listener for each port that is asked for, by number.
pub(super) fn listeners<'m>(
    asking: &Asking<'_, 'm>,
    keyring: &Keyring<'m>,
    backends: &mut Backends<'_, 'm>,
    findings: &mut Vec<Finding>,
) -> Vec<TcpListener> {
    let mut by_port: BTreeMap<Port, Vec<Asker<'m>>> = BTreeMap::new();
    for ingress in asking.ingresses {
        let answer = backends.tcp_port(ingress);
        // Without a port it has its finding, and is routed nowhere.
        if let Some(port) = answer.port {
            by_port.entry(port.value).or_default().push(Asker {
                ingress,
                port,
                closed: answer.closed,
                answer,
            });
        }
    }
    let ports = by_port.into_values();
    ports
        .filter_map(|mut askers| {
            differ::judge(&mut askers, findings);
            let names = tls::names(&askers, asking.default, keyring, findings);
            if names.is_none() {
                unasked(&mut askers, findings);
            }
            let mut claims = routes::claims(&askers, backends, findings);
            let clients = askers.first().and_then(|it| it.answer.clients.as_ref());
            let clients = clients.map(|clients| &clients.value);
            let answered = if names.is_some() {
                answered::beside_entries(&askers, clients, &mut claims, findings);
                None
            } else {
                answered::of_services(&askers, &mut claims, findings)
            };
            let names = names.inspect(|names| names.compare(&askers, &claims, findings));
            listener(&askers, claims, names, answered)
        })
        .collect()
}

/// Clients that have to show a certificate, where nobody can ask them for one.
fn unasked(askers: &mut [Asker<'_>], findings: &mut Vec<Finding>) {
    for asker in askers {
        let Some(clients) = &asker.answer.clients else {
            continue;
        };
        let message = format!(
            "`{}` of Ingress {} asks nobody: connections to port {} come in clear, or their TLS is handed through",
            asker.key_at(clients.origin),
            asker.ingress.meta.name,
            asker.port.value
        );
        let code = Code::CLIENT_CERTIFICATE_BYPASSED;
        let finding = asker.about(code, clients.origin, message);
        findings.push(
            finding
                .severity(Severity::Error)
                .help("add an entry with a Secret to `spec.tls`")
                .note("nobody may connect to the Services of the Ingress"),
        );
        asker.closed = true;
    }
}

/// The listener of a port; `None` where nothing is left to listen for.
fn listener(
    askers: &[Asker<'_>],
    claims: Claims,
    names: Option<Names>,
    answered: Option<Termination>,
) -> Option<TcpListener> {
    let first = askers.first()?;
    if claims.named.is_empty() && claims.default.is_none() {
        return None;
    }
    let settings = settings(first, &claims);
    let (default, rules) = rules(claims.default, claims.named, names.as_ref());
    let wanted = Wanted::Port(first.port);
    let mut listener = TcpListener::new(owner(askers), wanted, default, first.port.origin);
    listener.client = client(first, claims.client);
    listener.settings = (!settings.is_empty()).then(|| settings.into());
    listener.lines = lines(first);
    match names {
        // Connections in clear would be something else than what was asked for.
        Some(names) if names.is_empty() => listener.default = Target::Closed,
        Some(names) => {
            listener.rules = rules;
            listener.tls = Some(Termination {
                origin: names.origin,
                clients: first.answer.clients.as_ref().map(|it| it.value.clone()),
                alpn: Vec::new(),
                certificates: TcpCertificates::Own {
                    default: names.default,
                    named: names.named.into_iter().collect(),
                },
            });
        }
        None => {
            listener.rules = rules;
            listener.tls = answered;
        }
    }
    Some(listener)
}

/// Who asks for the port, as people call it.
fn owner(askers: &[Asker<'_>]) -> String {
    let names = askers
        .iter()
        .map(|asker| asker.ingress.meta.name.to_string());
    let names: Vec<String> = names.take(3).collect();
    let more = match askers.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("Ingress {}{more}", names.join(", "))
}

/// Who gets which connections: exact names before wildcards, whose names they are.
fn rules(
    default: Option<Claim>,
    mut named: BTreeMap<HostPattern, Claim>,
    tls: Option<&Names>,
) -> (Target, Vec<TcpRule>) {
    for (host, origin) in tls.iter().flat_map(|tls| &tls.refused) {
        let claim = named.entry(host.clone());
        let claim = claim.or_insert_with(|| Claim::closed(*origin));
        claim.target = Target::Closed;
    }
    let mut named: Vec<_> = named.into_iter().collect();
    named.sort_by(|(a, _), (b, _)| (a.is_wildcard(), a).cmp(&(b.is_wildcard(), b)));
    let rules = named.into_iter().map(|(host, claim)| TcpRule {
        tests: vec![TcpTest {
            negated: false,
            what: TcpCriterion::Name(host),
        }],
        target: claim.target,
        origin: claim.origin,
    });
    let default = default.map_or(Target::Closed, |claim| claim.target);
    (default, rules.collect())
}

/// How clients are spoken to: as the Services have it, and where they say nothing, the first Ingress.
fn client(first: &Asker<'_>, client: Option<ClientSide>) -> ClientSide {
    let mut client = client.unwrap_or_default();
    let OfTcpIngress {
        proxy, log_format, ..
    } = &first.answer;
    if let Some(proxy) = proxy.as_ref().filter(|proxy| proxy.value)
        && client.proxy == AcceptProxy::Never
    {
        client.proxy = AcceptProxy::Always;
        client.origins.insert(Field::AcceptProxy, proxy.origin);
    }
    if let Some(Sourced {
        value: Some(format),
        origin,
    }) = log_format
    {
        client.log_format = Some(format.clone());
        let field = Field::TcpLogFormat;
        client.origins.insert(field, *origin);
    }
    client
}

fn lines(first: &Asker<'_>) -> Vec<Sourced<crate::ir::RawLine>> {
    let lines = first.answer.lines.iter();
    lines
        .flat_map(|lines| {
            let sourced = |line: &crate::ir::RawLine| Sourced::new(line.clone(), lines.origin);
            lines.value.iter().map(sourced)
        })
        .collect()
}

/// What annotations decide: those of the first Ingress, then those of the Services.
fn settings(first: &Asker<'_>, claims: &Claims) -> Vec<Setting> {
    let services = claims.named.values().chain(&claims.default);
    let of_services = services.filter_map(|claim| claim.settings.as_deref());
    let all = first.answer.settings.iter();
    let all = all.chain(of_services.flatten());
    // Several rules may lead to one Service.
    let mut seen = HashSet::new();
    all.filter(|setting| seen.insert((setting.value.origin, setting.key.clone())))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests;
