//! Text for people: foreign text made harmless, on terminals, in Markdown and in JSON that runners may see; columns, colours.
//!
//! Stands on the ground: every room that speaks to a terminal uses it.

pub(crate) mod columns;
pub(crate) mod credentials;
mod json;
pub(crate) mod markdown;
pub(crate) mod style;
mod visible;

pub(crate) use json::json;
pub use visible::visible;
pub(crate) use visible::{push_text, visible_char, without_commands, wrap, wrap_hanging};
