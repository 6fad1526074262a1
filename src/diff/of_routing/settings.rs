//! What holds for everything: listeners, the process, the controllers' ConfigMap, lines of the operator's own.

use super::Reader;
use crate::diff::facet::Facet;
use crate::diff::fact::Fact;
use crate::diff::policy::{Said, digest, keeps_out, pem};
use crate::diff::view::View;
use crate::emit::{self, Fragment};
use crate::ir::global::{ClientTls, Global, LogTarget, Logging};
use crate::ir::{BindAddress, Process, RawLine};

impl Reader<'_> {
    pub(super) fn settings(&self, view: &mut View, settings: &emit::Settings) {
        let mut said = Said::default();
        let listeners = &self.routing.listeners;
        for (of, list) in [("http", &listeners.http), ("https", &listeners.https)] {
            binds(&mut said, Facet::Listen, of, list);
        }
        self.global(&mut said);
        for (name, resolvers) in &self.routing.resolvers {
            let servers: Vec<String> = resolvers
                .nameservers
                .iter()
                .map(ToString::to_string)
                .collect();
            said.say_of(
                Facet::Resolvers,
                name.as_str(),
                Fact::words(servers.join(", ")),
            );
        }
        process(&mut said, &settings.process);
        include(&mut said, &settings.include);
        for key in said.0.keys() {
            let origin = key.0.field();
            let origin = origin.and_then(|field| self.routing.global.origins.get(&field));
            if let Some(origin) = origin {
                view.setting_places.insert(key.clone(), self.place(*origin));
            }
        }
        for (status, page) in &self.routing.global.error_pages.0 {
            let key = (Facet::ErrorPage, status.to_string());
            view.setting_places.insert(key, self.place(page.origin));
        }
        view.settings = said.0;
    }

    fn global(&self, said: &mut Said) {
        let Global {
            // Its routes are compared.
            default_service: _,
            process,
            logging,
            timeouts,
            client_tls,
            connections,
            proxy_protocol,
            error_pages,
            snippets,
            closed,
            origins: _,
        } = &self.routing.global;
        let mut limit = |of: &str, words: Option<String>| {
            if let Some(words) = words {
                said.say_of(Facet::Limit, of, Fact::words(words));
            }
        };
        limit("maxconn", process.maxconn.map(|it| it.to_string()));
        limit("threads", process.threads.map(|it| it.to_string()));
        let hard_stop = process.hard_stop_after;
        limit("hard-stop-after", hard_stop.map(|it| it.to_string()));
        for (of, time) in [
            ("connect", timeouts.connect),
            ("client", timeouts.client),
            ("client-fin", timeouts.client_fin),
            ("server-fin", timeouts.server_fin),
            ("queue", timeouts.queue),
            ("tunnel", timeouts.tunnel),
            ("http-request", timeouts.http_request),
            ("http-keep-alive", timeouts.http_keep_alive),
        ] {
            if let Some(time) = time {
                said.say_of(Facet::Timeout, of, Fact::words(time.to_string()));
            }
        }
        logs(said, logging);
        tls(said, client_tls);
        let mode = connections.mode.map(|mode| mode.name().to_owned());
        let alt_svc = connections.alt_svc.map(|age| format!("{age}s"));
        for (of, words) in [("mode", mode), ("alt-svc", alt_svc)] {
            if let Some(words) = words {
                said.say_of(Facet::Connections, of, Fact::words(words));
            }
        }
        if let Some(list) = proxy_protocol {
            let fact = Fact::networks(list.networks(), list.texts());
            said.say(Facet::ProxyProtocol, fact);
        }
        for (status, page) in &error_pages.0 {
            let fact = Fact::hidden(digest(page.value.as_str()));
            said.say_of(Facet::ErrorPage, status.to_string(), fact);
        }
        let parts = [
            ("global", &snippets.global),
            ("frontend", &snippets.frontend),
        ];
        for (section, lines) in parts {
            for line in lines {
                raw(said, section, line);
            }
        }
        // They may hold passwords.
        for (at, line) in snippets.stats.iter().enumerate() {
            let of = format!("{} of stats", at + 1);
            let fact = Fact::hidden(digest(&line.to_string()));
            said.say_of(Facet::GlobalLine, of, fact);
        }
        if *closed {
            said.say(Facet::ClosedAll, Fact::words(""));
        }
    }
}

fn raw(said: &mut Said, section: &str, line: &RawLine) {
    let facet = if keeps_out(line) {
        Facet::GuardingLine
    } else {
        Facet::GlobalLine
    };
    said.say_line(facet, &line.to_string(), section, false);
}

fn binds(said: &mut Said, facet: Facet, of: &str, list: &[BindAddress]) {
    if !list.is_empty() {
        let words: Vec<String> = list.iter().map(ToString::to_string).collect();
        said.say_of(facet, of, Fact::words(words.join(", ")));
    }
}

fn logs(said: &mut Said, logging: &Logging) {
    let Logging {
        targets,
        format,
        skip_null,
        asap,
    } = logging;
    let target = |target: &LogTarget| {
        let mut words = vec![target.address.to_string(), target.facility.to_owned()];
        words.extend(target.length.map(|it| format!("length {it}")));
        words.extend(target.syntax.map(|it| format!("format {it}")));
        words.extend(target.level.map(str::to_owned));
        words.extend(target.minimum.map(|it| format!("minimum {it}")));
        words.join(" ")
    };
    if !targets.is_empty() {
        let words: Vec<String> = targets.iter().map(target).collect();
        said.say_of(Facet::Logging, "targets", Fact::words(words.join(", ")));
    }
    said.maybe(Facet::LogFormat, format.as_ref());
    for (of, is) in [("skip-null", skip_null.unwrap_or(false)), ("asap", *asap)] {
        if is {
            said.say_of(Facet::Logging, of, Fact::words(""));
        }
    }
}

fn tls(said: &mut Said, tls: &ClientTls) {
    let ClientTls {
        // The certificate that it names is compared.
        certificate: _,
        alpn,
        strict_sni,
        authority,
    } = tls;
    if let Some(authority) = authority {
        let words = format!("of {}", pem(&authority.file));
        said.say(Facet::ClientTls, Fact::words(words));
        if !authority.optional {
            said.say(Facet::ClientTlsRequired, Fact::words(""));
        }
    }
    if *strict_sni {
        said.say(Facet::StrictSni, Fact::words(""));
    }
    if !alpn.is_empty() {
        let names: Vec<&str> = alpn.iter().map(|name| name.name()).collect();
        said.say(Facet::GlobalAlpn, Fact::words(names.join(", ")));
    }
}

fn process(said: &mut Said, process: &Process) {
    let Process {
        layout,
        admin,
        metrics,
        peers,
    } = process;
    let mut say = |of: &str, words: String| said.say_of(Facet::Process, of, Fact::words(words));
    say("layout", layout.name().to_owned());
    if let Some(path) = admin {
        say("admin socket", path.to_string());
    }
    if !peers.is_empty() {
        let peer = |peer: &crate::ir::Peer| format!("{} {}", peer.name.as_str(), peer.address);
        let peers: Vec<String> = peers.iter().map(peer).collect();
        say("peers", peers.join(", "));
    }
    binds(said, Facet::Process, "metrics", metrics);
}

fn include(said: &mut Said, include: &emit::Include) {
    let parts = [
        ("global", &include.global),
        ("defaults", &include.defaults),
        ("frontend", &include.frontend),
        ("sections", &include.sections),
    ];
    for (section, fragments) in parts {
        own(said, section, fragments);
    }
    for (backend, fragments) in &include.backends {
        own(said, &format!("backend {backend}"), &fragments.value);
    }
}

fn own(said: &mut Said, section: &str, fragments: &[Fragment]) {
    for (at, line) in fragments.iter().flat_map(Fragment::lines).enumerate() {
        // Lines may stand twice, and their order counts; what was first is the first of its name.
        let line = line.value.trim();
        if line.is_empty() {
            continue;
        }
        let of = format!("{line} ({section})");
        let key = (Facet::OwnLine, of);
        let of = if said.0.contains_key(&key) {
            format!("{} #{}", key.1, at + 1)
        } else {
            key.1
        };
        said.say_of(Facet::OwnLine, of, Fact::words(""));
    }
}
