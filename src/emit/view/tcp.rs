//! What the template of TCP listeners sees.

use std::borrow::Cow;

use askama::Template;
use askama::filters::Safe;

use super::bind::Bind;
use crate::emit::escape::{Comment, Mark, comment, mark, raw};
use crate::emit::maps::TCP_REFUSED;
use crate::ir::{RawLine, Routing, Target, TcpListener};
use crate::source::Origin;

/// Frontends of TCP services.
#[derive(Template)]
#[template(path = "tcp.cfg")]
pub(super) struct Listeners<'a> {
    pub(super) listeners: &'a [&'a TcpListener],
}

/// The backend of connections that nobody may have.
#[derive(Template)]
#[template(path = "tcp_refused.cfg")]
pub(super) struct Refused {}

impl Refused {
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn name(&self) -> &'static str {
        TCP_REFUSED
    }
}

/// Whether some connections are nobody's.
pub(super) fn refuses(routing: &Routing) -> bool {
    let bound = routing.tcp.iter().filter(|one| !one.binds.is_empty());
    let mut targets = bound.flat_map(TcpListener::targets);
    targets.any(|target| !matches!(target, Target::Backend(_)))
}

/// The section that connections go to.
pub(in crate::emit) fn section(target: &Target) -> Cow<'_, str> {
    match target {
        Target::Backend(name) => Cow::Borrowed(name.as_str()),
        Target::Closed | Target::Next | Target::Misdirected(_) => Cow::Borrowed(TCP_REFUSED),
    }
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Listeners<'_> {
    fn binds(&self, listener: &TcpListener) -> Vec<Bind> {
        listener.binds.iter().copied().map(Bind::Address).collect()
    }

    fn section<'b>(&self, target: &'b Target) -> Cow<'b, str> {
        section(target)
    }

    /// A line as it is.
    fn raw<'l>(&self, line: &'l RawLine) -> Safe<&'l RawLine> {
        raw(line)
    }

    fn at(&self, origin: &Origin) -> Safe<Mark> {
        mark(*origin)
    }

    /// What manifests call things is not checked before it comes here.
    fn note(&self, text: &str) -> Safe<Comment<String>> {
        comment(text.escape_debug().to_string())
    }
}
