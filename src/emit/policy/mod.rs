//! What the templates of policies ask for.

mod capture;

pub(super) use capture::{Slot, slots};
