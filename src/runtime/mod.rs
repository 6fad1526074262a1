//! A client of HAProxy's Runtime API.
//!
//! In: an address, and the steps of a plan. Out: what was answered, and how the memory of the process that runs differs from what
//! a bundle says. Touches the machine: speaks to a socket.
//!
//! Manual: section 9.3 of the management guide.

mod address;
mod apply;
mod client;
mod signal;
mod state;
mod unfinished;

pub use address::Address;
pub use apply::{Applied, Drain, Lingering, Refusal, Task, Told, apply};
pub use client::{Client, Process, SocketError};
pub use signal::heed_signals;
pub use state::{Compared, Difference, LeftOver, OutOfService, differences};
pub use unfinished::Unfinished;

#[cfg(test)]
mod testing;
