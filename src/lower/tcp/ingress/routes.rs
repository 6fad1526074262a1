//! Who gets the connections of a port: by name, and all others.
//!
//! In: the rules and default backends of the Ingresses of a port, in order. Out: one claim a name. Of two for the same name, the first
//! one holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Asker;
use crate::finding::{Code, Finding, Severity};
use crate::ir::{AcceptProxy, ClientSide, HostPattern, Setting, Target, Termination};
use crate::lower::backend::Backends;
use crate::lower::rules::{Field, illegal_host};
use crate::manifest::{IngressBackend, IngressPath, IngressRule};
use crate::source::Origin;

/// Who gets some of the connections.
pub(super) struct Claim {
    pub(super) target: Target,
    pub(super) settings: Option<Arc<[Setting]>>,
    pub(super) origin: Origin,
    /// How TLS is answered, as annotations of the Service want it.
    pub(super) tls: Option<Termination>,
    /// Whose it is, by number.
    pub(super) asker: usize,
}

impl Claim {
    /// Nobody.
    pub(super) fn closed(origin: Origin) -> Self {
        Self {
            target: Target::Closed,
            settings: None,
            origin,
            tls: None,
            asker: 0,
        }
    }
}

/// Who gets which connections.
#[derive(Default)]
pub(super) struct Claims {
    /// By the name in the TLS handshake.
    pub(super) named: BTreeMap<HostPattern, Claim>,
    /// All others.
    pub(super) default: Option<Claim>,
    /// What the first Service says about clients.
    pub(super) client: Option<ClientSide>,
}

/// Reads the claims of all that ask for a port.
pub(super) fn claims<'m>(
    askers: &[Asker<'m>],
    backends: &mut Backends<'_, 'm>,
    findings: &mut Vec<Finding>,
) -> Claims {
    let mut claims = Claims::default();
    for (number, asker) in askers.iter().enumerate() {
        let mut reader = Reader {
            askers,
            asker,
            number,
            backends,
            findings,
        };
        for (index, rule) in asker.ingress.rules.iter().enumerate() {
            reader.rule(index, rule, &mut claims);
        }
        if let Some(backend) = &asker.ingress.default_backend {
            let origin = backend.origin;
            reader.claim(None, backend, Field::Default, origin, &mut claims);
        }
    }
    claims
}

struct Reader<'r, 's, 'm> {
    askers: &'r [Asker<'m>],
    asker: &'r Asker<'m>,
    number: usize,
    backends: &'r mut Backends<'s, 'm>,
    findings: &'r mut Vec<Finding>,
}

impl<'m> Reader<'_, '_, 'm> {
    fn rule(&mut self, index: usize, rule: &'m IngressRule, claims: &mut Claims) {
        let Ok(host) = self.host(index, rule) else {
            return;
        };
        let paths = rule.paths.as_deref().unwrap_or_default();
        if paths.is_empty() {
            let message = format!(
                "a rule of Ingress {} has no paths, so nobody gets its connections",
                self.asker.ingress.meta.name
            );
            let finding = Finding::new(Code::RULE_WITHOUT_PATHS, message).at(rule.origin);
            let help = "add `http.paths` with the path `/`, or remove the rule";
            self.say(finding.help(help), format!("spec.rules[{index}]"));
        }
        for (at, path) in paths.iter().enumerate() {
            let field = Field::Path(index, at);
            if !matches!(path.path.value.as_str(), "" | "/") {
                self.with_path(path, field);
                continue;
            }
            match &path.backend {
                Some(backend) => {
                    let origin = rule.host.as_ref().map_or(path.origin, |host| host.origin);
                    self.claim(host.clone(), backend, field, origin, claims);
                }
                // It has its finding.
                None => self.put(host.clone(), Claim::closed(path.origin), claims),
            }
        }
    }

    /// `None` for all names.
    fn host(&mut self, index: usize, rule: &IngressRule) -> Result<Option<HostPattern>, ()> {
        let Some(host) = rule.host.as_ref().filter(|host| !host.value.is_empty()) else {
            return Ok(None);
        };
        HostPattern::new(&host.value).map(Some).map_err(|reason| {
            let ingress = self.asker.ingress.meta.name.to_string();
            if let Some(finding) = illegal_host(&ingress, host, reason.0) {
                let help = "write a lower-case DNS name without scheme, port and path";
                self.say(finding.help(help), format!("spec.rules[{index}].host"));
            }
        })
    }

    fn with_path(&mut self, path: &IngressPath, field: Field) {
        let message = format!(
            "path `{}` of Ingress {} is left out: port {} takes connections, which have no path",
            path.path.value, self.asker.ingress.meta.name, self.asker.port.value
        );
        let finding = Finding::new(Code::TCP_SERVICE_WITH_PATH, message)
            .at(path.path.origin)
            .label(self.asker.port.origin, "the port")
            .help("write `/`, or remove `tcp-service-port` if requests are to be routed");
        self.say(finding, format!("{field}.path"));
    }

    fn claim(
        &mut self,
        host: Option<HostPattern>,
        backend: &'m IngressBackend,
        field: Field,
        origin: Origin,
        claims: &mut Claims,
    ) {
        let exposed = self
            .backends
            .of_tcp_ingress(self.asker.ingress, backend, field);
        let mut target = exposed.target;
        if target != Target::Closed {
            match &claims.client {
                None => claims.client = Some(exposed.client),
                Some(first) => {
                    if self.other_clients(first, &exposed.client, backend.origin) {
                        target = Target::Closed;
                    }
                }
            }
        }
        if self.asker.closed {
            target = Target::Closed;
        }
        let claim = Claim {
            target,
            settings: exposed.settings,
            origin,
            tls: exposed.tls,
            asker: self.number,
        };
        self.put(host, claim, claims);
    }

    /// Services that want clients to be spoken to in different ways; whether that is about who the clients are.
    fn other_clients(&mut self, first: &ClientSide, other: &ClientSide, origin: Origin) -> bool {
        let same_proxy = first.proxy == other.proxy;
        let rest = |side: &ClientSide| ClientSide {
            proxy: AcceptProxy::Never,
            origins: BTreeMap::new(),
            ..side.clone()
        };
        if same_proxy && rest(first) == rest(other) {
            return false;
        }
        let message = format!(
            "the Services on port {} want clients to be spoken to in different ways; the first one counts",
            self.asker.port.value
        );
        let finding = Finding::new(Code::BACKEND_ANNOTATION_CONFLICT, message).at(origin);
        let mut finding =
            finding.help("say the same on the Services, or give them ports of their own");
        let origins = other.origins.values().chain(first.origins.values());
        for place in origins.take(2) {
            finding = finding.label(*place, "what a Service says");
        }
        if !same_proxy {
            finding = finding
                .severity(Severity::Error)
                .note("they disagree about PROXY headers, so nobody may connect to this one");
        }
        self.say(finding, "spec".to_owned());
        !same_proxy
    }

    /// Keeps a claim, unless another one has the name.
    fn put(&mut self, host: Option<HostPattern>, claim: Claim, claims: &mut Claims) {
        let claim = Claim {
            asker: self.number,
            ..claim
        };
        let winner = match &host {
            Some(host) => claims.named.get_mut(host),
            None => claims.default.as_mut(),
        };
        let Some(winner) = winner else {
            match host {
                Some(host) => drop(claims.named.insert(host, claim)),
                None => claims.default = Some(claim),
            }
            return;
        };
        let finding = self.double(host.as_ref(), winner, &claim);
        self.say(finding, "spec.rules".to_owned());
        // It was not to be had without what the loser asks for.
        if self.asker.closed {
            winner.target = Target::Closed;
        }
    }

    fn double(&self, host: Option<&HostPattern>, winner: &Claim, loser: &Claim) -> Finding {
        let (port, name) = (self.asker.port.value, &self.asker.ingress.meta.name);
        let what = match host {
            Some(host) => format!("connections for `{host}` to port {port}"),
            None => format!("connections to port {port} for any other name"),
        };
        let other = &self.askers[winner.asker].ingress.meta.name;
        let mut both = if other == name {
            format!("Ingress {name} leads {what} twice")
        } else {
            format!("Ingress {name} and Ingress {other} both lead {what}")
        };
        let code = match host {
            _ if winner.target == loser.target => Code::REDUNDANT_ROUTE,
            Some(_) => Code::DUPLICATE_ROUTE,
            None => Code::DEFAULT_BACKEND_CONFLICT,
        };
        both.push_str(if code == Code::REDUNDANT_ROUTE {
            " to the same place"
        } else {
            " to different places"
        });
        let finding = Finding::new(code, both)
            .label(loser.origin, "here")
            .label(winner.origin, "and here, which holds")
            .help("remove one of the two");
        if self.asker.closed && winner.target != Target::Closed {
            return finding.note(
                "what keeps clients out of this one does not hold for the other, so nobody may connect",
            );
        }
        finding
    }

    fn say(&mut self, finding: Finding, field: String) {
        let object = format!("Ingress {}", self.asker.ingress.meta.name);
        self.findings.push(finding.object(object).field(field));
    }
}
