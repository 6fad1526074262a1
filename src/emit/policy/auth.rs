//! The users behind the policies.

use std::collections::BTreeMap;

use askama::filters::Safe;

use crate::emit::escape::{MaybeMark, maybe_mark};
use crate::emit::view::Policies;
use crate::ir::{Field, Userlist};

impl Policies<'_> {
    /// Each list of users once, by the name of its section, with the mark of the first policy that asks for it.
    pub(in crate::emit) fn userlists(&self) -> BTreeMap<String, (&Userlist, Safe<MaybeMark>)> {
        let mut lists = BTreeMap::new();
        for section in self.sections.values() {
            if let Some(auth) = &section.policy.auth {
                let origin = section.origins.get(&Field::AuthSecret).copied();
                lists
                    .entry(auth.users.name())
                    .or_insert_with(|| (&auth.users, maybe_mark(origin)));
            }
        }
        lists
    }
}
