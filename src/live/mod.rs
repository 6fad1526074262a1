//! A real HAProxy on loopback, with servers that stand in for those of the manifests.
//!
//! In: a routing, and the binary to run. Out: what becomes of requests and connections for real, in the words of `expect`. The same
//! names and routes, but listeners and servers are addresses of loopback that belong to this process alone. Touches the machine:
//! starts a process, binds loopback ports, writes a private folder; all of it is gone when the guard is dropped, and when the program is
//! ended by a signal that can be caught.

mod client;
mod error;
mod guard;
mod h2;
mod process;
mod recorder;
mod run;
mod site;
mod standin;
mod stub;

pub use error::LiveError;
pub use recorder::Recorder;
pub use run::{Judged, ask_case};
pub use site::{Live, LiveSettings};

/// Where a client connects from that tells another address by the PROXY protocol.
pub(crate) const PROXY: std::net::Ipv4Addr = std::net::Ipv4Addr::new(127, 9, 9, 9);

/// Whether this system has the addresses that `Live` needs: all of 127.0.0.0/8, as on Linux.
pub const SUPPORTED: bool = cfg!(target_os = "linux");
