//! The compiler judged from outside: every folder of `testdata/compile` is compiled, compared with its snapshot, loaded by a
//! real HAProxy, and asked the requests of its `routes.yaml`, in the simulator and on loopback. Random models besides.
//!
//! `HAPROXY` names the binary, `INGRESSC_REQUIRE_HAPROXY=1` makes its absence a failure, `INGRESSC_TARGET` is the version that
//! what is run is compiled for, `INGRESSC_SEED` picks the random models.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test harness reads cases, starts processes and says what it skips"
)]

mod agreement;
mod architecture;
mod cases;
mod check;
mod clusters;
mod combinations;
mod config_map;
mod diff;
mod fix;
mod form;
mod haproxy;
mod hostile;
mod keys;
mod lint;
mod live;
mod oracle;
mod pipeline;
mod plan;
mod random;
mod samples;
mod snapshots;
