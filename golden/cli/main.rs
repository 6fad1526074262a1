//! The contract of the command line, asked of the real binary: exit codes, streams, formats, settings.
//!
//! Each test runs in a folder of its own, with an environment that holds nothing but what the test says.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests lay out folders, run the binary, and tell what they skip"
)]

mod baseline;
mod connections;
mod diff;
mod exit;
mod expect;
mod expect_edges;
mod fix;
mod formats;
#[cfg(unix)]
mod gates;
mod include;
mod init;
mod order;
mod plan;
mod policies;
mod policy;
mod ports;
mod previous;
mod redact;
mod reports;
mod route;
mod run;
mod servers;
mod settings;
mod streams;
mod suppressions;
#[cfg(unix)]
mod tour;
