//! What the templates of policies ask, a file for each family.

mod auth;
mod capture;
mod cors;
mod server_tls;
mod servers;
mod snippet;

pub(super) use capture::{Slot, slots};
pub(super) use server_tls::SERVER_NAME;
pub(super) use servers::{Question, Users, users};
