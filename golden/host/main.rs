//! Hosts as they run: HAProxy with a DNS that changes, clusters that fail, reloads under load, peers, and the layouts.
//!
//! What the golden cases judge by one request, these judge over time. Everything is on loopback, in a network of its own for each
//! test, and is ended when the test is. `HAPROXY` names the binary, `INGRESSC_REQUIRE_HAPROXY=1` makes its absence a failure, and
//! that of PostgreSQL and Redis.

#![cfg(target_os = "linux")] // elsewhere only 127.0.0.1 is loopback
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test harness starts processes and says what it skips"
)]

mod client;
mod clusters;
mod databases;
mod dns;
mod edge;
mod failover;
#[expect(
    dead_code,
    reason = "shared with the golden cases, which use more of it"
)]
#[path = "../haproxy.rs"]
mod haproxy;
mod layouts;
mod load;
mod names;
mod net;
mod nodes;
mod numbers;
mod passthrough;
mod peers;
#[expect(
    dead_code,
    reason = "shared with the golden cases, which use more of it"
)]
#[path = "../pipeline.rs"]
mod pipeline;
mod plan;
mod plan_script;
mod pod;
mod reload;
mod room;
mod sessions;
mod site;
