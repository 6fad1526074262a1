//! What the templates of `haproxy.cfg` see.
//!
//! In: the routing model. Out: text in which each line that a manifest caused ends in a mark (see [`super::lines`]).

mod bind;
mod client;
mod config;
mod policies;
mod resolvers;
mod room;
mod services;
mod tcp;
mod tcp_rules;

use askama::Template;
use askama::filters::Safe;
use rayon::prelude::*;

use self::config::Config;
pub(super) use self::policies::Policies;
use self::policies::{Tables, misdirected, tables};
use self::room::Room;
pub(super) use self::services::Services;
use self::services::gives_check_alpn;
pub(super) use self::tcp::section as tcp_section;
use self::tcp::{Listeners, Refused};
use super::escape::{Verbatim, verbatim};
use super::include::Fragment;
use super::maps::Maps;
use super::policy::users;
use super::{EmitError, Settings};
use crate::ir::{Backend, Field, Routing};
use crate::source::Sources;

/// The operator's own sections.
#[derive(Template)]
#[template(path = "sections.cfg")]
struct Sections<'a> {
    sections: &'a [Fragment],
    sources: &'a Sources,
}

/// As many sections are rendered in one go; the others beside them.
const SHARE: usize = 1_000;

/// Renders the file, with marks, in parts of whole lines.
///
/// A bundle without a listener is an error, because HAProxy would not start.
pub(super) fn render(
    routing: &Routing,
    maps: &Maps<'_>,
    sources: &Sources,
    settings: &Settings,
) -> Result<Vec<String>, EmitError> {
    let config = Config::new(routing, maps, sources, settings)?;
    let peers = !settings.process.peers.is_empty();
    let backends: Vec<&Backend> = routing.backends.values().collect();
    let check_alpn_by_default = gives_check_alpn(&settings.include.defaults);
    let head = config.render().map(|text| text + "\n");
    let sections = backends.par_chunks(SHARE).map(|backends| {
        let services = Services {
            backends,
            policies: &routing.policies,
            peers,
            include: &settings.include.backends,
            check_alpn_by_default,
            target: settings.target,
            sources,
        };
        part(&services)
    });
    let own = (!settings.include.sections.is_empty()).then(|| {
        let sections = &settings.include.sections;
        part(&Sections { sections, sources })
    });
    let policies = (!routing.policies.is_empty()).then(|| {
        let policies = Policies {
            sections: &routing.policies,
            users: users(routing),
            global: &routing.global,
            target: settings.target,
        };
        part(&policies)
    });
    let misdirected = misdirected(routing).map(|answers| part(&answers));
    let services = Room::of(routing).services;
    let maxconn = routing.global.origins.get(&Field::Maxconn).copied();
    let listeners: Vec<_> = routing.tcp.iter().filter(|one| one.is_bound()).collect();
    let tcp = listeners.par_chunks(SHARE).map(|listeners| {
        let names = &maps.names;
        let strict_sni = routing.certificates.refuses_unknown(&routing.global);
        part(&Listeners {
            routing,
            bound: listeners,
            names,
            strict_sni,
            services,
            maxconn,
        })
    });
    let refused = tcp::refuses(routing).then(|| part(&Refused {}));
    let tables = tables(routing);
    let tables = (!tables.is_empty()).then(|| part(&Tables { tables, peers }));
    rayon::iter::once(head)
        .chain(policies)
        .chain(misdirected)
        .chain(tables)
        .chain(tcp)
        .chain(refused)
        .chain(sections)
        .chain(own)
        .collect::<askama::Result<_>>()
        .map_err(|_| EmitError::Unprintable)
}

/// Whole lines of a template that opens each section with the line feed that ends the one before.
fn part(template: &impl Template) -> askama::Result<String> {
    let mut text = template.render()?;
    text.remove(0);
    text.push('\n');
    Ok(text)
}

impl Sections<'_> {
    fn lines<'b>(&'b self, fragment: &'b Fragment) -> Safe<Verbatim<'b>> {
        verbatim(fragment, &self.sources.file(fragment.file()).name)
    }
}
