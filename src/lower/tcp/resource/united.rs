//! What annotations of the Services of an item say about its ports, beside what its binds say. What protects more counts.
//!
//! A bind answers TLS in one way, and takes the word of some proxies. Where a bind says nothing about TLS, it is answered as the Services
//! want it, if all of them want the same. A Service that does not get what protects it gets no connections through the port.

use super::binds::Group;
use super::cursor::Remarks;
use super::rules::Rules;
use super::services::Served;
use crate::finding::{Code, Severity};
use crate::ir::global::ClientAuthority;
use crate::ir::{AcceptProxy, Field, Target, TcpListener, Termination};

/// The Services that connections of an item may go to.
pub(super) struct United<'u, 'r> {
    served: Vec<&'u Served<'r>>,
    /// Those that nobody may connect to, by group.
    shut: Vec<Vec<Target>>,
}

impl<'u, 'r> United<'u, 'r> {
    /// The Service behind an item, and those that its rules lead to; the others get no connections.
    pub(super) fn new(
        default: Option<&'u Served<'r>>,
        more: &'u [Served<'r>],
        rules: &Rules<'_>,
    ) -> Self {
        let named = more
            .iter()
            .filter(|served| rules.lead_to(&served.exposed.target));
        let open = |served: &&Served<'_>| served.exposed.target != Target::Closed;
        Self {
            served: default.into_iter().chain(named).filter(open).collect(),
            shut: Vec::new(),
        }
    }

    /// Says how each group answers TLS, and closes Services that want something else.
    pub(super) fn answer(&mut self, groups: &mut [Group], remarks: &mut Remarks) {
        for group in groups {
            // Nobody may connect to it anyhow.
            let served = if group.closed { &[][..] } else { &self.served };
            let shut = match &mut group.tls {
                Some(tls) => beside(tls, served, remarks),
                None => {
                    let (tls, shut) = alone(served, remarks);
                    group.tls = tls;
                    shut
                }
            };
            self.shut.push(shut);
        }
    }

    /// Closes what is not to be had through the group of this number, given whose word about addresses its listener takes.
    pub(super) fn close(&self, part: usize, listener: &mut TcpListener, remarks: &mut Remarks) {
        let mut shut = self.shut.get(part).cloned().unwrap_or_default();
        for served in &self.served {
            let (wanted, target) = (&served.exposed.client.proxy, &served.exposed.target);
            if *wanted != AcceptProxy::Never
                && *wanted != listener.client.proxy
                && listener.targets().any(|other| other == target)
            {
                tell(served, "PROXY headers to be read from others", remarks);
                shut.push(target.clone());
            }
        }
        if listener.client.proxy == AcceptProxy::Always {
            self.believed(listener, remarks);
        }
        for target in listener.targets_mut() {
            if shut.contains(target) {
                *target = Target::Closed;
            }
        }
    }
}

impl United<'_, '_> {
    /// Everybody chooses the address that a list of a Service looks up, because the item says so.
    fn believed(&self, listener: &TcpListener, remarks: &mut Remarks) {
        for served in &self.served {
            let target = &served.exposed.target;
            let is_reached = listener.targets().any(|other| other == target);
            // Of its own word, it is told where it is written.
            if !is_reached || served.exposed.client.proxy != AcceptProxy::Never {
                continue;
            }
            let mut settings = served.exposed.settings.iter().flat_map(|all| all.iter());
            let list = settings.find(|it| matches!(it.field, Field::AllowList | Field::DenyList));
            if let Some(list) = list {
                let what = format!(
                    "is of a Service whose `{}` decides who may connect, and everybody's word is taken about whom a connection stands for",
                    list.key
                );
                let finding = remarks
                    .about(Code::CLIENT_IP_UNTRUSTED, &served.at, &what)
                    .label(list.value.origin, "the list");
                let help = "name your proxies by `ingressc/accept-proxy` of the Service";
                remarks.findings.push(finding.help(help));
            }
        }
    }
}

/// TLS where the binds say nothing about it: that of the Services, if all of them want the same.
fn alone(served: &[&Served<'_>], remarks: &mut Remarks) -> (Option<Termination>, Vec<Target>) {
    let mut wanted = served.iter().map(|served| served.exposed.tls.as_ref());
    let Some(first) = wanted.next() else {
        return (None, Vec::new());
    };
    if wanted.all(|other| is_same(first, other)) {
        return (first.cloned(), Vec::new());
    }
    let torn = served.iter().filter(|served| served.exposed.tls.is_some());
    let shut = torn.map(|served| {
        tell(served, "TLS to be answered in another way", remarks);
        served.exposed.target.clone()
    });
    (None, shut.collect())
}

fn is_same(one: Option<&Termination>, other: Option<&Termination>) -> bool {
    let parts = |tls: &Termination| {
        (
            tls.certificates.clone(),
            tls.clients.clone(),
            tls.alpn.clone(),
        )
    };
    one.map(parts) == other.map(parts)
}

/// TLS of binds: the certificate is theirs, and clients have to show what they or all Services that want some ask for.
fn beside(own: &mut Termination, served: &[&Served<'_>], remarks: &mut Remarks) -> Vec<Target> {
    let asked = |served: &&&Served<'_>| Some(served.exposed.tls.as_ref()?.clients.clone()?);
    if own.clients.is_none() {
        let mut all = served.iter().map(|served| asked(&served));
        let first = all.next().flatten();
        if first.is_some() && all.all(|other| other == first) {
            own.clients = first;
        }
    }
    let mut shut = Vec::new();
    for served in served {
        let Some(wanted) = &served.exposed.tls else {
            continue;
        };
        let is_met = wanted.clients.as_ref().is_none_or(|wanted| {
            let own = own.clients.as_ref();
            own.is_some_and(|own| meets(own, wanted))
        });
        if !is_met {
            tell(served, "other certificates of clients", remarks);
            shut.push(served.exposed.target.clone());
        } else if own.certificates != wanted.certificates {
            let what =
                "is of a Service that names another certificate, and that of the bind counts";
            let finding = remarks
                .about(Code::INEFFECTIVE_ANNOTATION, &served.at, what)
                .label(wanted.origin, "the Service names this")
                .label(own.origin, "the bind names its own");
            remarks.findings.push(finding.help("remove one of the two"));
        }
    }
    shut
}

/// Whether clients that are let in for `own` have shown what is `wanted`.
fn meets(own: &ClientAuthority, wanted: &ClientAuthority) -> bool {
    own.file == wanted.file && (wanted.optional || !own.optional)
}

fn tell(served: &Served<'_>, wanted: &str, remarks: &mut Remarks) {
    let what = format!("is of a Service that wants {wanted} than its port does");
    let code = Code::BACKEND_ANNOTATION_CONFLICT;
    let mut finding = remarks
        .about(code, &served.at, &what)
        .severity(Severity::Error);
    let tls = served.exposed.tls.iter().map(|tls| tls.origin);
    let proxy = served.exposed.client.origins.get(&Field::AcceptProxy);
    for origin in tls.chain(proxy.copied()) {
        finding = finding.label(origin, "what the Service says");
    }
    remarks.findings.push(
        finding
            .help("say the same in `binds`, or give the Service a port of its own")
            .note("nobody may connect to the Service through this port"),
    );
}
