//! What the templates of policies ask, a file for each family.

mod capture;
mod server_tls;

pub(super) use capture::{Slot, slots};
