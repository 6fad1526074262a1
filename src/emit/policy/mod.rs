//! What the templates of policies ask, by family.

mod servers;

pub(super) use servers::{Question, Users, users};
