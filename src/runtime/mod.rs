//! A client of HAProxy's Runtime API.
//!
//! In: an address, and the steps of a plan. Out: what was answered, and how the memory of the process that runs differs from what
//! a bundle says. Touches the machine: speaks to a socket.
//!
//! Manual: section 9.3 of the management guide.

mod address;
mod apply;
mod client;
mod state;

pub use address::Address;
pub use apply::{Applied, Drain, Lingering, Refusal, apply};
pub use client::{Client, Process, SocketError};
pub use state::{Difference, LeftOver, differences};

#[cfg(test)]
mod testing;
