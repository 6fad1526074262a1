//! The product's live HAProxy, as the tests start it: with their binary, for their target.

use std::path::Path;

use ingressc::emit::Include;
use ingressc::ir::Routing;
use ingressc::live::{Live, LiveSettings, SUPPORTED};
use ingressc::source::Sources;

use crate::{haproxy, pipeline};

/// A variable of the environment that the operator's lines of a case name. Without it HAProxy 3.0 warns, and 3.4 refuses them.
const VARIABLE: (&str, &str) = ("ADMIN_PASSWORD", "swordfish");

/// Starts HAProxy on a routing.
pub(crate) fn start(
    binary: &Path,
    routing: &Routing,
    sources: &Sources,
    include: &Include,
) -> Result<Live, String> {
    let settings = LiveSettings {
        binary,
        target: pipeline::target(),
        include,
        verifies_servers: true,
        environment: &[(VARIABLE.0.to_owned(), VARIABLE.1.to_owned())],
    };
    Live::start(routing, sources, &settings).map_err(|error| error.to_string())
}

/// The HAProxy to use, or `None` where the live part is skipped: without a binary, or where only 127.0.0.1 is loopback.
pub(crate) fn binary() -> Option<&'static Path> {
    if SUPPORTED { haproxy::binary() } else { None }
}
