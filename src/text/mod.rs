//! Text for people: foreign text made harmless, columns, colours; and JSON that runners may see.
//!
//! Stands on the ground: every room that speaks to a terminal uses it.

pub(crate) mod columns;
mod json;
pub(crate) mod style;
mod visible;

pub(crate) use json::json;
pub use visible::visible;
pub(crate) use visible::{push_text, visible_char, without_commands, wrap, wrap_hanging};
