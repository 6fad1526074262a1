//! What the templates of policies ask for, by family.

mod auth;
mod cors;
