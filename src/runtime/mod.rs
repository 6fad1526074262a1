//! A client of HAProxy's Runtime API.
//!
//! Touches the machine: speaks to a socket.
