//! What is said about one thing, and what is different between two of them.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use super::facet::{Facet, Guard};
use crate::text::credentials;

/// What is said, by facet and by what it is about (the name of a header, a user).
pub(super) type Facts = BTreeMap<(Facet, String), Fact>;

/// Something that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    /// For people. Empty where that it is said says it all.
    pub(super) words: String,
    /// For comparing.
    pub(super) value: Value,
}

/// What is compared besides the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// The words alone.
    Words,
    /// A digest of what is not to be shown.
    Hidden(String),
    /// More or less of something.
    Number(u64),
    /// Names.
    Names(BTreeSet<String>),
    /// Networks.
    Networks(Vec<IpNet>),
    /// Everything that there could be.
    Everything,
}

impl Fact {
    pub(super) fn words(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            value: Value::Words,
        }
    }

    pub(super) fn number(words: impl Into<String>, number: u64) -> Self {
        Self {
            words: words.into(),
            value: Value::Number(number),
        }
    }

    pub(super) fn hidden(digest: impl Into<String>) -> Self {
        Self {
            words: String::new(),
            value: Value::Hidden(digest.into()),
        }
    }

    pub(super) fn names(names: impl IntoIterator<Item = String>) -> Self {
        let names: BTreeSet<String> = names.into_iter().collect();
        let words: Vec<&str> = names.iter().map(String::as_str).collect();
        Self {
            words: words.join(", "),
            value: Value::Names(names),
        }
    }

    pub(super) fn networks(networks: &[IpNet], words: impl IntoIterator<Item = String>) -> Self {
        let words: Vec<String> = words.into_iter().collect();
        Self {
            words: words.join(", "),
            value: Value::Networks(networks.to_vec()),
        }
    }

    pub(super) fn everything(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            value: Value::Everything,
        }
    }
}

/// A fact that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Difference {
    pub(super) facet: Facet,
    /// What it is about: the name of a header, a user; often empty.
    pub(super) of: String,
    /// The words before; `None` where it was not said.
    pub(super) before: Option<String>,
    /// The words now; `None` where it is said no more.
    pub(super) after: Option<String>,
    /// Whether it protects less than before.
    pub(super) lowers: bool,
}

/// All facts that differ. Details of what comes or goes as a whole are left out.
pub(super) fn differences(before: &Facts, after: &Facts) -> Vec<Difference> {
    let keys: BTreeSet<&(Facet, String)> = before.keys().chain(after.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let (facet, of) = key;
        let (old, new) = (before.get(key), after.get(key));
        if old == new {
            continue;
        }
        let both_led = |leader: Facet| {
            let leader = (leader, String::new());
            before.contains_key(&leader) && after.contains_key(&leader)
        };
        if facet.leader().is_some_and(|leader| !both_led(leader)) {
            continue;
        }
        found.push(Difference {
            facet: *facet,
            of: match facet {
                Facet::RawLine | Facet::GuardingLine => credentials::line(of).into_owned(),
                _ => of.clone(),
            },
            before: old.map(|fact| fact.words.clone()),
            after: new.map(|fact| fact.words.clone()),
            lowers: lowers(facet.guard(), old, new),
        });
    }
    found
}

/// Whether `after` protects less than `before`, one of which may be missing.
fn lowers(guard: Guard, before: Option<&Fact>, after: Option<&Fact>) -> bool {
    let within = |inner: &Fact, outer: &Fact| covers(&outer.value, &inner.value);
    match (guard, before, after) {
        (
            Guard::Kept | Guard::Narrow | Guard::Shield | Guard::AtMost | Guard::AtLeast,
            Some(_),
            None,
        )
        | (Guard::Wide, None, Some(_)) => true,
        (Guard::Narrow | Guard::Wide | Guard::Grows, Some(before), Some(after)) => {
            within(after, before) == Some(false)
        }
        (Guard::Shield, Some(before), Some(after)) => within(before, after) == Some(false),
        (Guard::AtMost, Some(before), Some(after)) => more(after, before),
        (Guard::AtLeast, Some(before), Some(after)) => more(before, after),
        _ => false,
    }
}

fn more(one: &Fact, other: &Fact) -> bool {
    match (&one.value, &other.value) {
        (Value::Number(one), Value::Number(other)) => one > other,
        _ => false,
    }
}

/// Whether `outer` has all of `inner`; `None` where that cannot be told.
fn covers(outer: &Value, inner: &Value) -> Option<bool> {
    match (outer, inner) {
        (Value::Everything, _) => Some(true),
        (Value::Names(_) | Value::Networks(_), Value::Everything) => Some(false),
        (Value::Names(outer), Value::Names(inner)) => Some(inner.is_subset(outer)),
        (Value::Networks(outer), Value::Networks(inner)) => Some(networks_cover(outer, inner)),
        _ => None,
    }
}

/// Whether each of the `inner` networks lies within the `outer` ones together.
fn networks_cover(outer: &[IpNet], inner: &[IpNet]) -> bool {
    let mut outer = IpNet::aggregate(&outer.to_vec());
    outer.sort_unstable();
    IpNet::aggregate(&inner.to_vec()).iter().all(|inner| {
        // Those that are left overlap no more, so that only the last one that begins before can have it.
        let behind = outer.partition_point(|outer| {
            (outer.network(), outer.prefix_len()) <= (inner.network(), inner.prefix_len())
        });
        behind > 0 && outer[behind - 1].contains(inner)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(list: &[&str]) -> Fact {
        let parsed: Vec<IpNet> = list
            .iter()
            .map(|text| text.parse().expect("a network"))
            .collect();
        Fact::networks(&parsed, list.iter().map(|&text| text.to_owned()))
    }

    #[test]
    fn lists_of_networks_are_compared_by_what_they_hold() {
        let both = networks(&["10.0.0.0/9", "10.128.0.0/9", "2001:db8::/32"]);
        for (list, inside) in [
            (&["10.0.0.0/8"][..], true),
            (&["10.200.0.1/32", "2001:db8:1::/48"], true),
            (&["10.0.0.0/7"], false),
            (&["192.0.2.1/32"], false),
            (&["10.1.0.0/16", "::/0"], false),
        ] {
            let inner = networks(list);
            assert_eq!(
                covers(&both.value, &inner.value),
                Some(inside),
                "{list:?} in {}",
                both.words
            );
        }
    }

    #[test]
    fn each_guard_knows_its_direction() {
        let (small, large) = (networks(&["10.0.0.0/16"]), networks(&["10.0.0.0/8"]));
        let (few, many) = (Fact::number("few", 1), Fact::number("many", 2));
        let mark =
            |guard, before: Option<&Fact>, after: Option<&Fact>| lowers(guard, before, after);
        for (guard, less, more) in [
            (Guard::Narrow, &large, &small),
            (Guard::Shield, &small, &large),
            (Guard::Wide, &large, &small),
            (Guard::Grows, &large, &small),
            (Guard::AtMost, &many, &few),
            (Guard::AtLeast, &few, &many),
        ] {
            assert!(mark(guard, Some(more), Some(less)), "{guard:?}");
            assert!(!mark(guard, Some(less), Some(more)), "{guard:?}");
            assert!(!mark(guard, Some(less), Some(less)), "{guard:?}");
            let gone = !matches!(guard, Guard::Wide | Guard::Grows);
            assert_eq!(mark(guard, Some(more), None), gone, "{guard:?}");
            assert_eq!(
                mark(guard, None, Some(more)),
                guard == Guard::Wide,
                "{guard:?}"
            );
        }
        assert!(mark(Guard::Kept, Some(&few), None));
        assert!(!mark(Guard::Kept, Some(&few), Some(&many)));
        assert!(!mark(Guard::Plain, Some(&few), None));
        assert!(mark(
            Guard::Narrow,
            Some(&small),
            Some(&Fact::everything("*"))
        ));
    }

    #[test]
    fn details_are_told_only_while_what_they_belong_to_stays() {
        let auth = |users: &[&str]| -> Facts {
            let users = users.iter().map(|&name| name.to_owned());
            [
                ((Facet::BasicAuth, String::new()), Fact::words("")),
                ((Facet::AuthUsers, String::new()), Fact::names(users)),
            ]
            .into()
        };
        let gone = differences(&auth(&["ann"]), &Facts::new());
        assert_eq!(gone.len(), 1, "{gone:?}");
        assert!(gone[0].facet == Facet::BasicAuth && gone[0].lowers);
        let more = differences(&auth(&["ann"]), &auth(&["ann", "bob"]));
        assert!(more.len() == 1 && more[0].lowers, "{more:?}");
        let fewer = differences(&auth(&["ann", "bob"]), &auth(&["ann"]));
        assert!(fewer.len() == 1 && !fewer[0].lowers, "{fewer:?}");
    }
}
