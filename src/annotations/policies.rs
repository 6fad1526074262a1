//! The keys that count for a route into its policy: Service before Ingress before ConfigMap.
//!
//! In: routes, one at a time. Out: for each the name of a policy, where its settings come from, or that it is closed. The first
//! place that holds a key decides it, even with an empty value, which means "as if nothing were said"; lists replace each other.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::context::{Context, Said, Settings};
use super::draft::Draft;
use super::given::{self, Given};
use super::guarding::Guards;
use super::resources::Expanded;
use super::spec::{On, Scope};
use super::tcp_services::Servers;
use super::{
    access, affinity, auth, balance, capture, cors, exposure, headers, health, limits, rate_limit,
    redirect, resources, rewrite, routing, server_tls, snippets, tcp, tcp_ingress, tcp_tls,
    timeouts, together, unnamed,
};
use crate::certificate::Keyring;
use crate::finding::{Code, Finding};
use crate::ir::{Field, Policy, PolicyName, PolicySection, Setting};
use crate::manifest::{Ingress, Kind, Manifests, Meta, ObjectName, Service};
use crate::source::Origin;

/// What all routes have in common.
pub(crate) struct Installation<'m> {
    pub(super) settings: &'m Settings,
    /// Where Secrets are looked up, and everything else.
    pub(super) keyring: Keyring<'m>,
    /// The keys of the controller's ConfigMap.
    pub(super) config: Vec<Given<'m>>,
    /// What custom resources stand for.
    pub(super) resources: &'m Expanded,
    /// Whether nothing may answer, because the ConfigMap, or a resource that it names, is not there or cannot be honoured.
    pub(super) closed: bool,
    /// Prefixes of custom annotations, as `ValidationRules` objects define them.
    pub(super) custom: Vec<&'m str>,
}

impl<'m> Installation<'m> {
    /// Reads the controller's ConfigMap.
    pub(crate) fn new(
        settings: &'m Settings,
        resources: &'m Expanded,
        keyring: Keyring<'m>,
        findings: &mut Vec<Finding>,
    ) -> Self {
        for (key, name) in [
            ("configMap", &settings.config_map),
            ("errorFiles", &settings.error_files),
            ("patternFiles", &settings.pattern_files),
        ] {
            findings.extend(
                name.as_ref()
                    .and_then(|name| missing(key, name, settings, keyring.manifests)),
            );
        }
        unnamed::check(keyring.manifests, settings, findings);
        let map = settings
            .config_map
            .as_ref()
            .and_then(|name| keyring.manifests.config_maps.get(name));
        let custom = snippets::prefixes(keyring.manifests);
        let config = map
            .map(|map| given::config_map(map, settings, &custom, findings))
            .unwrap_or_default();
        let namespace = map.map_or("", |map| map.meta.name.namespace.as_str());
        let mut said = Said::default();
        let config = resources::global(config, resources, namespace, &mut said);
        findings.extend(said.findings);
        Self {
            settings,
            keyring,
            config,
            resources,
            closed: said.closed || map.is_none() && settings.config_map.is_some(),
            custom,
        }
    }

    /// What families look things up in for the ports of a Service.
    pub(super) fn context(&self, service: &'m Service) -> Context<'m> {
        Context {
            service: Some(service),
            ..self.bare()
        }
    }

    /// The same without an object whose keys count.
    fn bare(&self) -> Context<'m> {
        Context {
            manifests: self.manifests(),
            keyring: self.keyring,
            settings: self.settings,
            ingress: None,
            service: None,
            given: &[],
        }
    }

    /// What the user decided.
    pub(crate) fn settings(&self) -> &'m Settings {
        self.settings
    }

    /// Where Secrets are looked up.
    pub(crate) fn keyring(&self) -> Keyring<'m> {
        self.keyring
    }

    /// All objects.
    pub(crate) fn manifests(&self) -> &'m Manifests {
        self.keyring.manifests
    }
}

/// That a ConfigMap is not there which the configuration names.
fn missing(
    key: &str,
    name: &ObjectName,
    settings: &Settings,
    manifests: &Manifests,
) -> Option<Finding> {
    if manifests.config_maps.contains_key(name) {
        return None;
    }
    let message = format!(
        "ConfigMap {name}, which `{key}` of the configuration names, is not among the manifests"
    );
    let mut finding = Finding::new(Code::NAMED_OBJECT_NOT_FOUND, message);
    if let Some(origin) = settings.places.get(key) {
        finding = finding.at(*origin);
    }
    if key == "configMap" {
        finding = finding
            .note("nobody knows whom it keeps out, so all routes are closed: they answer 503");
    }
    Some(finding.help(match near(name, manifests) {
        Some(near) => format!("write `{near}` if that is meant, or add {name} to the inputs"),
        None => "add it to the inputs, or correct the name".to_owned(),
    }))
}

/// The ConfigMap that was probably meant: of nearly the same name, or of the same name in another namespace.
fn near(name: &ObjectName, manifests: &Manifests) -> Option<String> {
    let wanted = name.to_string();
    // Of long names, the namespace is most of the text.
    let limit = (name.name.len() / 4).clamp(1, 3);
    let distance = |other: &ObjectName| strsim::osa_distance(&wanted, &other.to_string());
    let close = manifests.config_maps.keys();
    let close = close.map(|other| (distance(other), other));
    let nearest = close.filter(|(distance, _)| *distance <= limit).min();
    if let Some((_, near)) = nearest {
        return Some(near.to_string());
    }
    let mut others = manifests.config_maps.keys();
    let other = others.find(|other| other.name == name.name);
    other.map(ToString::to_string)
}

/// What annotations say about a route.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    /// Its policy; `None` when nothing is said.
    pub(crate) policy: Option<PolicyName>,
    /// Where its settings come from.
    pub(crate) settings: Option<Arc<[Setting]>>,
    /// A setting that protects cannot be honoured, so nothing may answer.
    pub(crate) closed: bool,
    /// When and how requests get there.
    pub(crate) choices: routing::Choices,
    /// With TLS that is handed through: what is done with requests that come in another way.
    pub(crate) misdirected: Option<PolicyName>,
}

/// The policies of the routes of one namespace.
pub(crate) struct Policies<'s, 'm> {
    installation: &'s Installation<'m>,
    /// Whether the ConfigMap has keys that routes inherit.
    inherited: bool,
    ingresses: HashMap<&'m ObjectName, Vec<Given<'m>>>,
    services: HashMap<&'m ObjectName, Vec<Given<'m>>>,
    /// By Ingress, which is `None` for the default backend of the ConfigMap, and by Service.
    answers: HashMap<(Option<&'m ObjectName>, &'m ObjectName), Answer>,
    /// What is said about exposed ports, by Service.
    ports: HashMap<&'m ObjectName, tcp::Answer>,
    /// Whether a key that is not translated closes Services to Ingresses of TCP ports.
    untranslated: HashMap<&'m ObjectName, bool>,
    sections: BTreeMap<PolicyName, PolicySection>,
    findings: Vec<Finding>,
    said: HashSet<(Code, Option<Origin>, String)>,
    /// Keys that do nothing without another one, by what becomes of them on the routes that have them.
    needing: together::Needing,
}

impl<'s, 'm> Policies<'s, 'm> {
    /// None asked for yet.
    pub(crate) fn new(installation: &'s Installation<'m>) -> Self {
        Self {
            installation,
            inherited: installation
                .config
                .iter()
                .any(|given| given.spec.scope != Scope::Global),
            ingresses: HashMap::new(),
            services: HashMap::new(),
            answers: HashMap::new(),
            ports: HashMap::new(),
            untranslated: HashMap::new(),
            sections: BTreeMap::new(),
            findings: Vec::new(),
            said: HashSet::new(),
            needing: together::Needing::default(),
        }
    }

    /// The policies that were asked for, and what there is to say about them.
    pub(crate) fn finish(mut self) -> (BTreeMap<PolicyName, PolicySection>, Vec<Finding>) {
        self.findings.extend(self.needing.finish());
        (self.sections, self.findings)
    }

    /// The Services to which routes lead that were asked for.
    pub(crate) fn read(&self) -> impl Iterator<Item = &'m ObjectName> {
        self.services.keys().copied()
    }

    /// What annotations say about routes of `ingress` to `service`. Without an Ingress, the ConfigMap leads there.
    pub(crate) fn answer(&mut self, ingress: Option<&'m Ingress>, service: &'m Service) -> Answer {
        let key = (
            ingress.map(|ingress| &ingress.meta.name),
            &service.meta.name,
        );
        if let Some(answer) = self.answers.get(&key) {
            return answer.clone();
        }
        if let Some(ingress) = ingress {
            self.of_ingress(ingress);
        }
        let settings = self.installation.settings;
        let (findings, installation) = (&mut self.findings, self.installation);
        let custom = &installation.custom;
        let of_ingress = ingress.and_then(|ingress| self.ingresses.get(&ingress.meta.name));
        let of_ingress = of_ingress.map_or(&[][..], Vec::as_slice);
        let of_service = self
            .services
            .entry(key.1)
            .or_insert_with(|| given::of_service(service, settings, custom, findings));
        // Most routes.
        let manifests = installation.manifests();
        if of_ingress.is_empty()
            && manifests.contested.is_empty()
            && of_service.is_empty()
            && !self.inherited
            && !needs_no_annotation(settings)
        {
            return Answer::default();
        }
        let all: Vec<Given<'m>> = of_service
            .iter()
            .chain(of_ingress)
            .chain(&installation.config)
            .copied()
            .collect();
        let context = self.context(ingress, service);
        let answer = self.make(all, &context);
        self.answers.insert(key, answer.clone());
        answer
    }

    /// Whether the keys of an Ingress were read with one of its routes.
    pub(crate) fn has_read(&self, ingress: &Ingress) -> bool {
        self.ingresses.contains_key(&ingress.meta.name)
    }

    /// Says what there is to say about the keys of an Ingress whose Services are not known. They decide about no route; whoever adds the
    /// Service, or lints Ingresses alone, wants to know of a wrong value all the same.
    pub(crate) fn judge(&mut self, ingress: &'m Ingress) {
        let config = &self.installation.config;
        let all = self.of_ingress(ingress).to_vec();
        let contested = &self.installation.manifests().contested;
        if all.is_empty() && contested.is_empty() && !self.inherited {
            return;
        }
        let context = Context {
            ingress: Some(ingress),
            ..self.installation.bare()
        };
        self.make(
            all.into_iter().chain(config.iter().copied()).collect(),
            &context,
        );
    }

    /// What annotations say about the exposed ports of `service`.
    pub(crate) fn of_port(&mut self, service: &'m Service) -> tcp::Answer {
        if let Some(answer) = self.ports.get(&service.meta.name) {
            return answer.clone();
        }
        let of_service = self.of_service(service);
        let config = &self.installation.config;
        let all: Vec<Given<'m>> = of_service.iter().chain(config).copied().collect();
        let context = self.context(None, service);
        let mut said = Said::default();
        let resources::OfRoute {
            keys: all,
            timeouts,
            ..
        } = resources::backend(all, self.installation.resources, &context, &mut said);
        let (name, kept) = (&service.meta.name, &service.meta.annotations);
        let of_servers = Guards::contested(Kind::Service, name, kept, context.manifests);
        let of_ports = Guards::contested_ports(name, kept, context.manifests);
        for finding in of_servers.into_iter().chain(of_ports) {
            said.close(finding);
        }
        tcp::guard(&all, &mut said);
        // Which ports are exposed is no matter of the servers.
        let counts = |given: &Given<'_>| tcp::counts(given) && !exposure::is_key(given.spec);
        let chosen = choose(&all, counts);
        said.findings.extend(together::check(&chosen));
        said.closed |= chosen.iter().any(Choice::closes);
        let readable = tcp::readable(&all);
        let context = &Context {
            given: &readable,
            ..context
        };
        let mut draft = draft(&chosen);
        draft.resources.timeouts = timeouts;
        let policy = tcp::of_connections(policy(&draft, context, &mut said));
        let mut client = tcp::client(&draft, &chosen, context, &mut said);
        tcp_tls::accept_proxy(&draft, context, &policy, &mut client, &mut said);
        let tls = tcp_tls::termination(&draft, context, &mut said);
        let backup = tcp::backup(&draft);
        self.needing.ask(&chosen, config, &said.findings);
        self.tell(said.findings);
        let settings: Vec<Setting> = chosen.iter().map(Choice::setting).collect();
        let answer = tcp::Answer {
            policy: self.add(policy, &chosen),
            client,
            tls,
            backup,
            settings: (!settings.is_empty()).then(|| settings.into()),
            closed: said.closed,
        };
        self.ports.insert(&service.meta.name, answer.clone());
        answer
    }

    /// The Services whose ports connections of TCP services go to.
    pub(crate) fn exposed(&self) -> impl Iterator<Item = &'m ObjectName> {
        self.ports.keys().copied()
    }

    /// The same where `servers` is said for one port, which counts before annotations.
    pub(crate) fn of_port_with(&mut self, service: &'m Service, servers: &Servers) -> tcp::Answer {
        let answer = self.of_port(service);
        if servers.is_default() || answer.closed {
            return answer;
        }
        let Some(section) = self.sections.get(&answer.policy) else {
            return answer;
        };
        let mut section = section.clone();
        let (before, written) = (section.policy.server_tls.proxy, &section.origins);
        let loser = written.get(&Field::ServerProxyProtocol).copied();
        if let (Some(before), Some(after), Some(loser)) = (before, servers.proxy, loser)
            && before != after.value
        {
            let finding = self.outdone(service, loser, after.origin);
            self.tell(finding.into_iter().collect());
        }
        servers.apply(&mut section.policy, &mut section.origins);
        let policy = PolicyName::of(&section.policy);
        self.sections.entry(policy.clone()).or_insert(section);
        tcp::Answer { policy, ..answer }
    }

    /// That a setting of the Service does not hold for a port, because who opens the port says something else.
    fn outdone(&self, service: &'m Service, loser: Origin, winner: Origin) -> Option<Finding> {
        let context = self.context(None, service);
        let holder = context.holder(loser)?;
        let message = format!(
            "{} says something else than who opens a port to it, and does not hold there",
            holder.setting()
        );
        let finding = holder.about(Code::INEFFECTIVE_ANNOTATION, loser, message);
        Some(
            finding
                .label(winner, "this holds for the port")
                .help("say the same at both places, or at one of them"),
        )
    }

    /// What annotations say about whether `service` is exposed.
    pub(crate) fn exposure(&mut self, service: &'m Service) -> exposure::Exposure<'m> {
        if !exposure::may_be(service) {
            return exposure::Exposure::default();
        }
        exposure::read(&self.of_service(service))
    }

    /// What annotations say about the TCP port of `ingress`, which [`tcp_ingress::is_tcp`].
    pub(crate) fn of_tcp_ingress(&mut self, ingress: &'m Ingress) -> tcp_ingress::Answer {
        let installation = self.installation;
        let (settings, findings) = (installation.settings, &mut self.findings);
        let custom = &installation.custom;
        let all = given::annotations(On::Ingress, &ingress.meta, settings, custom, findings);
        let context = Context {
            manifests: installation.manifests(),
            keyring: installation.keyring,
            settings,
            ingress: Some(ingress),
            service: None,
            given: &all,
        };
        let mut said = Said::default();
        let Meta {
            name, annotations, ..
        } = &ingress.meta;
        let contested = Guards::contested(Kind::Ingress, name, annotations, context.manifests);
        let contested =
            contested.or_else(|| tcp_ingress::contested(&ingress.meta, context.manifests));
        if let Some(finding) = contested {
            said.close(finding);
        }
        let chosen = choose(&all, |_| true);
        said.findings.extend(together::check(&chosen));
        said.closed |= chosen.iter().any(Choice::closes);
        let settings = chosen.iter().map(Choice::setting).collect();
        let answer = tcp_ingress::answer(&draft(&chosen), settings, &context, &mut said);
        self.needing.ask(&chosen, &[], &said.findings);
        self.tell(said.findings);
        answer
    }

    /// Whether nobody may connect to `service` by an Ingress of a TCP port, because a key of the community's controller protects it
    /// that is not translated.
    pub(crate) fn closes_tcp_ingresses(&mut self, service: &'m Service) -> bool {
        let settings = self.installation.settings;
        let (name, kept) = (&service.meta.name, &service.meta.annotations);
        if let Some(known) = self.untranslated.get(name) {
            return *known;
        }
        let contested = &self.installation.manifests().contested;
        let others = contested.get(&(Kind::Service, name.clone()));
        let mut findings = given::untranslated_guards(service, kept, settings);
        if findings.is_empty() {
            // Nobody knows which description is meant.
            let others = others.map_or(&[][..], |others| others);
            findings = given::untranslated_guards(service, others, settings);
        }
        let closes = !findings.is_empty();
        self.tell(findings);
        self.untranslated.insert(name, closes);
        closes
    }

    fn of_ingress(&mut self, ingress: &'m Ingress) -> &[Given<'m>] {
        let (settings, findings) = (self.installation.settings, &mut self.findings);
        let custom = &self.installation.custom;
        let known = self.ingresses.entry(&ingress.meta.name);
        known.or_insert_with(|| {
            given::annotations(On::Ingress, &ingress.meta, settings, custom, findings)
        })
    }

    fn of_service(&mut self, service: &'m Service) -> Vec<Given<'m>> {
        let (settings, findings) = (self.installation.settings, &mut self.findings);
        let custom = &self.installation.custom;
        let known = self.services.entry(&service.meta.name);
        let read = || given::of_service(service, settings, custom, findings);
        known.or_insert_with(read).clone()
    }

    /// The keys of a Service, of an Ingress, of the ConfigMap and of what these name, as far as routes that go there were asked for.
    pub(super) fn given(&self, ingress: &'m Ingress, service: &'m Service) -> Vec<Given<'m>> {
        let own = |known: Option<&Vec<Given<'m>>>| known.cloned().unwrap_or_default();
        let all = [
            own(self.services.get(&service.meta.name)),
            own(self.ingresses.get(&ingress.meta.name)),
            self.installation.config.clone(),
        ];
        let context = self.context(Some(ingress), service);
        let resources = self.installation.resources;
        // What there is to say was said when the route was asked for.
        resources::backend(all.concat(), resources, &context, &mut Said::default()).keys
    }

    /// What families look things up in for a route.
    pub(super) fn context(
        &self,
        ingress: Option<&'m Ingress>,
        service: &'m Service,
    ) -> Context<'m> {
        Context {
            ingress,
            ..self.installation.context(service)
        }
    }

    /// A policy that was asked for.
    pub(crate) fn section(&self, name: &PolicyName) -> Option<&PolicySection> {
        self.sections.get(name)
    }

    fn make(&mut self, all: Vec<Given<'m>>, context: &Context<'m>) -> Answer {
        let mut said = Said::default();
        let resources::OfRoute {
            keys: all,
            replaced,
            timeouts,
        } = resources::backend(all, self.installation.resources, context, &mut said);
        let ingress = context
            .ingress
            .map(|ingress| (Kind::Ingress, &ingress.meta));
        let service = context
            .service
            .map(|service| (Kind::Service, &service.meta));
        for (kind, meta) in ingress.into_iter().chain(service) {
            let kept = &meta.annotations;
            if let Some(finding) = Guards::contested(kind, &meta.name, kept, context.manifests) {
                said.close(finding);
            }
        }
        let mut chosen = choose(&all, counts_for_routes);
        // What a resource replaces has lost to the key that names it.
        let resource = chosen
            .iter_mut()
            .find(|choice| choice.winner.spec.field == Field::BackendResource);
        if let Some(choice) = resource {
            choice.losers.extend(replaced);
        }
        said.findings.extend(together::check(&chosen));
        said.closed |= chosen.iter().any(Choice::closes);
        let context = &Context {
            given: &all,
            ..*context
        };
        let mut draft = draft(&chosen);
        let choices = routing::choices(&draft, &chosen, &all, context, &mut said);
        if choices.passthrough.is_some() {
            // What needs requests is told above, and has nothing else to say.
            draft = self::draft(chosen.iter().filter(|it| routing::needs_no_requests(it)));
        }
        draft.resources.timeouts = timeouts;
        let mut policy = policy(&draft, context, &mut said);
        let mut misdirected = None;
        if choices.passthrough.is_some() {
            let (tls, others) = routing::split(policy);
            (policy, misdirected) = (tls, (!others.is_default()).then_some(others));
        }
        let config = &self.installation.config;
        self.needing.ask(&chosen, config, &said.findings);
        self.tell(said.findings);
        let settings: Vec<Setting> = chosen.iter().map(Choice::setting).collect();
        let settings = (!settings.is_empty()).then(|| settings.into());
        if said.closed {
            return Answer {
                policy: None,
                settings,
                closed: true,
                choices,
                misdirected: None,
            };
        }
        Answer {
            policy: (!policy.is_default()).then(|| self.add(policy, &chosen)),
            settings,
            closed: false,
            choices,
            misdirected: misdirected.map(|policy| self.add(policy, &chosen)),
        }
    }

    /// Keeps a policy, with the places of the settings that made it, and gives it its name.
    fn add(&mut self, policy: Policy, chosen: &[Choice<'m>]) -> PolicyName {
        let name = PolicyName::of(&policy);
        let origins = || {
            chosen
                .iter()
                .map(|choice| (choice.winner.spec.field, choice.winner.value.origin))
                .collect()
        };
        self.sections
            .entry(name.clone())
            .or_insert_with(|| PolicySection {
                policy,
                origins: origins(),
            });
        name
    }

    /// Keeps what has not been said yet.
    fn tell(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            let key = (finding.code, finding.origin(), finding.message.clone());
            if self.said.insert(key) {
                self.findings.push(finding);
            }
        }
    }
}

/// Whether a key is a route's. One of the whole process is so only where it stands on the wrong object: it cannot be honoured there.
fn counts_for_routes(given: &Given<'_>) -> bool {
    given.spec.scope != Scope::Port
        && (given.spec.scope != Scope::Global || given.on != On::ConfigMap)
}

/// Whether a route can have a policy although no annotation says so.
fn needs_no_annotation(settings: &Settings) -> bool {
    redirect::needs_no_annotation(settings)
}

/// A key with the places that hold it.
pub(super) struct Choice<'m> {
    /// The place that counts.
    pub(super) winner: Given<'m>,
    /// The others, the strongest first.
    pub(super) losers: Vec<Given<'m>>,
    /// A protection on the object nearer to the route, which says something else than the winner and loses to its spelling.
    pub(super) outranked: Option<Given<'m>>,
    /// The key protects, and some value that would count is outside of its grammar, or nobody can tell which one is meant.
    closes: bool,
}

impl Choice<'_> {
    /// Whether it is set to something that can be used.
    pub(super) fn is_set(&self) -> bool {
        !self.winner.broken && !self.winner.value.value.is_empty()
    }

    /// Whether nothing may answer, because a value that protects cannot be used.
    pub(super) fn closes(&self) -> bool {
        self.closes
    }

    /// Whether it gives an Ingress backends of its own in every controller that knows the key.
    pub(super) fn keeps_apart(&self) -> bool {
        self.winner.spec.field == Field::Standalone && self.winner.value.value == "true"
    }

    /// The key as a person finds it in the file: also one that was meant to be another, which closes what it cannot protect. Where
    /// keys have no prefix, the whole key.
    fn shown_key(&self) -> String {
        let Given { key, kind, on, .. } = self.winner;
        let is_annotation = matches!(on, On::Ingress | On::Service) && kind == on.name();
        if is_annotation && key.contains('/') {
            given::short(key).into_owned()
        } else {
            self.winner.spec.full_key()
        }
    }

    /// As it is kept for reports.
    pub(super) fn setting(&self) -> Setting {
        Setting {
            field: self.winner.spec.field,
            key: self.shown_key(),
            value: self.winner.value.clone(),
            losers: self
                .losers
                .iter()
                .map(|loser| loser.value.clone())
                .collect(),
        }
    }
}

/// Who decides each of the keys that `counts`, in the order of the settings. What is outside of its grammar is left out; where it
/// protects, the choice closes.
pub(super) fn choose<'m>(
    all: &[Given<'m>],
    counts: impl Fn(&Given<'m>) -> bool,
) -> Vec<Choice<'m>> {
    let mut by_key: BTreeMap<(Field, &str), Vec<Given<'m>>> = BTreeMap::new();
    for given in all.iter().filter(|given| counts(given)) {
        by_key
            .entry((given.spec.field, given.spec.key))
            .or_default()
            .push(*given);
    }
    let mut choices = Vec::new();
    for mut places in by_key.into_values() {
        // The spelling counts before the place: `allow-list` in the ConfigMap beats `whitelist` of an Ingress.
        places.sort_by_key(|given| (given.rank, given.on));
        let protects = places[0].spec.protects.is_some();
        let first = places.iter().position(|given| !given.broken);
        let closes = protects && first != Some(0);
        let (Some(&winner), losers) = (first.map_or(places.first(), |at| places.get(at)), &places)
        else {
            continue;
        };
        let losers: Vec<Given<'m>> = losers
            .iter()
            .filter(|given| given.value.origin != winner.value.origin)
            .copied()
            .collect();
        let outranked = losers.iter().copied().find(|loser| {
            let is_same = || winner.spec.same(&winner.value.value, &loser.value.value);
            protects && loser.on < winner.on && loser.rank > winner.rank && !is_same()
        });
        // An empty value protects nothing, and the winner does.
        let is_lost = |given: &Given<'m>| given.broken || !given.value.value.is_empty();
        choices.push(Choice {
            winner,
            losers,
            closes: closes || outranked.as_ref().is_some_and(is_lost),
            outranked,
        });
    }
    choices
}

/// Puts the values of the winners together.
pub(super) fn draft<'c, 'm: 'c>(chosen: impl IntoIterator<Item = &'c Choice<'m>>) -> Draft {
    let mut draft = Draft::default();
    for Choice { winner, .. } in chosen {
        if !winner.broken && !winner.value.value.is_empty() {
            winner
                .spec
                .put(&mut draft, &winner.value.value, winner.value.origin);
        }
    }
    draft
}

/// Asks each family for its part.
pub(super) fn policy(draft: &Draft, context: &Context<'_>, said: &mut Said) -> Policy {
    let mut policy = Policy::default();
    for finish in [
        routing::finish,
        resources::finish,
        capture::finish,
        access::finish,
        rate_limit::finish,
        cors::finish,
        redirect::finish,
        auth::finish,
        headers::finish,
        rewrite::finish,
        balance::finish,
        affinity::finish,
        health::finish,
        limits::finish,
        timeouts::finish,
        server_tls::finish,
        tcp::finish,
        snippets::finish,
    ] {
        finish(draft, context, &mut policy, said);
    }
    policy
}

#[cfg(test)]
mod tests;
