//! Ports of TCP services.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Reader;
use crate::diff::facet::Facet;
use crate::diff::fact::Fact;
use crate::diff::policy::{Said, pem};
use crate::diff::view::{Answer, Place, RouteKey, RouteView, View};
use crate::ir::{
    AcceptProxy, ClientSide, ProtocolName, TcpCertificates, TcpCriterion, TcpListener, TcpRule,
    TcpTest, Termination,
};
use crate::source::Origin;

impl Reader<'_> {
    pub(super) fn tcp(&self, view: &mut View) {
        for listener in &self.routing.tcp {
            let route = self.listener(listener);
            for bind in &listener.binds {
                let key = RouteKey::Tcp {
                    port: bind.port(),
                    bind: bind.to_string(),
                };
                view.routes.insert(key, route.clone());
            }
        }
    }

    fn listener(&self, listener: &TcpListener) -> RouteView {
        let mut said = Said::default();
        let mut places = BTreeMap::new();
        for target in listener.targets() {
            let name = self.policy_of(target);
            let of = if listener.rules.is_empty() {
                String::new()
            } else {
                self.answer(target).to_string()
            };
            let facts = name.and_then(|name| self.facts.get(name));
            for ((facet, about), fact) in facts.into_iter().flat_map(|facts| facts.iter()) {
                let of = match (of.is_empty(), about.is_empty()) {
                    (true, _) => about.clone(),
                    (false, true) => format!("of {of}"),
                    (false, false) => format!("{about} of {of}"),
                };
                said.say_of(*facet, of, fact.clone());
            }
            let section = name.and_then(|name| self.routing.policies.get(name));
            for (field, origin) in section.iter().flat_map(|section| &section.origins) {
                self.keep(&mut places, *field, *origin);
            }
        }
        if let Some(tls) = &listener.tls {
            termination(&mut said, tls);
            places.insert(Facet::Tls, self.place(tls.origin));
        }
        client(&mut said, &listener.client);
        for (field, origin) in &listener.client.origins {
            self.keep(&mut places, *field, *origin);
        }
        let settings = listener.settings.iter().flat_map(|list| list.iter());
        for setting in settings {
            self.keep(&mut places, setting.field, setting.value.origin);
        }
        for line in &listener.lines {
            let facet = if crate::diff::policy::keeps_out(&line.value) {
                Facet::GuardingLine
            } else {
                Facet::RawLine
            };
            said.say_line(facet, &line.value.to_string(), "", false);
            places
                .entry(facet)
                .or_insert_with(|| self.place(line.origin));
        }
        RouteView {
            answer: self.answer_of(listener),
            facts: Arc::new(said.0),
            places: Arc::new(places),
            place: Some(self.place(listener.origin)),
        }
    }

    fn keep(&self, places: &mut BTreeMap<Facet, Place>, field: crate::ir::Field, origin: Origin) {
        for facet in Facet::of_field(field) {
            places.entry(facet).or_insert_with(|| self.place(origin));
        }
    }

    fn answer_of(&self, listener: &TcpListener) -> Answer {
        if listener.rules.is_empty() {
            return self.answer(&listener.default);
        }
        let rule = |rule: &TcpRule| {
            let tests: Vec<String> = rule.tests.iter().map(test).collect();
            format!("{} to {}", tests.join(" and "), self.answer(&rule.target))
        };
        let mut rules: Vec<String> = listener.rules.iter().map(rule).collect();
        rules.push(format!("others to {}", self.answer(&listener.default)));
        Answer::Rules(rules.join(", "))
    }
}

fn test(test: &TcpTest) -> String {
    let what = match &test.what {
        TcpCriterion::Name(name) => name.to_string(),
        TcpCriterion::Source(list) => {
            let list: Vec<String> = list.texts().collect();
            format!("from {}", list.join(" "))
        }
        TcpCriterion::Handshake => "TLS".to_owned(),
    };
    if test.negated {
        format!("not {what}")
    } else {
        what
    }
}

fn termination(said: &mut Said, tls: &Termination) {
    let Termination {
        certificates,
        clients,
        alpn,
        origin: _,
    } = tls;
    said.say(Facet::Tls, Fact::words(""));
    let words = match certificates {
        TcpCertificates::Shared => "those of https".to_owned(),
        TcpCertificates::Own { default, named } => {
            let named = named
                .iter()
                .map(|(name, file)| format!("{name}: {}", pem(file)));
            let all: Vec<String> = default.iter().map(pem).chain(named).collect();
            all.join(", ")
        }
    };
    said.say(Facet::TlsCertificate, Fact::words(words));
    if let Some(clients) = clients {
        said.say(
            Facet::PortClientTls,
            Fact::words(format!("of {}", pem(&clients.file))),
        );
        if !clients.optional {
            said.say(Facet::PortClientTlsRequired, Fact::words(""));
        }
    }
    if !alpn.is_empty() {
        let names: Vec<&str> = alpn.iter().map(ProtocolName::as_str).collect();
        said.say(Facet::Alpn, Fact::words(names.join(", ")));
    }
}

fn client(said: &mut Said, client: &ClientSide) {
    let ClientSide {
        timeout,
        maxconn,
        proxy,
        log_format,
        keepalive,
        origins: _,
    } = client;
    said.maybe(Facet::ClientTimeout, *timeout);
    said.maybe(Facet::ClientMaxconn, *maxconn);
    match proxy {
        AcceptProxy::Never => {}
        AcceptProxy::Always => said.say(Facet::AcceptProxy, Fact::words("from everybody")),
        AcceptProxy::From(list) => {
            let texts: Vec<String> = list.texts().collect();
            said.say(
                Facet::AcceptProxy,
                Fact::words(format!("from {}", texts.join(", "))),
            );
        }
    }
    said.maybe(Facet::LogFormat, log_format.as_ref());
    said.keepalive(*keepalive);
}
