//! What the templates of policies ask, a file for each family.

mod auth;
mod cors;
mod server_tls;
