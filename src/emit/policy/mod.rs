//! What the templates of policies ask, a file for each family.

mod auth;
mod cors;
mod server_tls;
mod servers;

pub(super) use servers::{Question, Users, users};
